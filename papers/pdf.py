"""Documents as PDF, in Chinese type. fpdf2 is loaded when the first one is printed."""

from __future__ import annotations

import functools
import io
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from papers import qr
from petitions.message import Sheet

if TYPE_CHECKING:
    from fpdf import FPDF

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-Regular.otf"
MARGIN = 22
"""Millimetres."""

_one_at_a_time = threading.Lock()
"""The font is read once and shared; its subsetting isn't made for several threads."""


def pdf(sheet: Sheet, link: str, picture: bytes = b"") -> bytes:
    """A document on A4: title, number, a picture where there is one, paragraphs, and a QR code
    that opens `link`."""
    with _one_at_a_time:
        return _draw(sheet, link, picture)


def _draw(sheet: Sheet, link: str, picture: bytes) -> bytes:
    from fpdf import FPDF
    from fpdf.enums import WrapMode

    page = FPDF(format="A4")
    page.set_margins(MARGIN, MARGIN)
    page.set_auto_page_break(True, MARGIN)
    page.set_title(f"{sheet.title} {sheet.number}")
    page.add_font("noto", fname=FONT)
    page.add_page()
    page.set_font("noto", size=18)
    page.multi_cell(0, 10, printable(sheet.title), align="C", new_x="LMARGIN", new_y="NEXT")
    page.set_font("noto", size=11)
    page.multi_cell(0, 8, printable(sheet.number), align="C", new_x="LMARGIN", new_y="NEXT")
    page.ln(6)
    if picture:
        page.image(io.BytesIO(picture), x=MARGIN, w=page.epw)
        page.ln(4)
    page.set_font("noto", size=12)
    for line in sheet.lines:
        if line:
            page.multi_cell(
                0,
                8,
                printable(line),
                align="L",
                wrapmode=WrapMode.CHAR,
                new_x="LMARGIN",
                new_y="NEXT",
            )
        else:
            page.ln(5)
    if sheet.qr:
        _qr(page, link, sheet.note)
    return bytes(page.output())


def _qr(page: FPDF, link: str, note: str) -> None:
    from fpdf.enums import WrapMode

    side = 28
    if page.get_y() + side + 10 > page.h - MARGIN:
        page.add_page()
    page.ln(8)
    top = page.get_y()
    page.image(io.BytesIO(qr.png(link)), x=MARGIN, y=top, w=side)
    page.set_font("noto", size=9)
    page.set_xy(MARGIN + side + 4, top + side / 2 - 3)
    page.multi_cell(0, 6, printable(note), wrapmode=WrapMode.CHAR)


def printable(text: str) -> str:
    """A text without characters the type lacks: each stands as its number, none is dropped."""
    known = glyphs()
    return "".join(c if ord(c) in known or c in "\n\t" else f"[U+{ord(c):X}]" for c in text)


@functools.cache
def glyphs() -> frozenset[int]:
    """Every character the type has."""
    from fontTools.ttLib import TTFont

    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())
