"""Pictures, the smallest that can be unpacked."""

from __future__ import annotations

import io

from PIL import Image


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """A picture that can be unpacked."""
    held = io.BytesIO()
    Image.new("L", (width, height)).save(held, kind)
    return held.getvalue()


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
