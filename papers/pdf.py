"""Documents as PDF, in Chinese type. fpdf2 is loaded when the first one is printed."""

from __future__ import annotations

import threading

from petitions.message import Sheet

_one_at_a_time = threading.Lock()
"""The type is read once and shared; its subsetting isn't made for several threads."""


def pdf(sheet: Sheet, link: str, picture: bytes = b"", seal: bytes = b"") -> bytes:
    """A sheet on A4 with a QR code that opens `link`; `picture` stands below its number, `seal`
    is a picture of the organ's seal."""
    with _one_at_a_time:
        from papers.printing import draw

        return draw(sheet, link, picture, seal)
