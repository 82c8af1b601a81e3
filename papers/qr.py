"""QR codes as pictures."""

from __future__ import annotations

import io

import segno


def png(text: str, scale: int = 6) -> bytes:
    """A PNG of a QR code that reads as `text`, with the quiet zone scanners need."""
    held = io.BytesIO()
    segno.make(text, error="m", micro=False).save(held, kind="png", scale=scale, border=4)
    return held.getvalue()
