"""The type that papers are printed in: a serif for what is said often, and behind it one that has
every Chinese character. How wide each of their characters is, and which ones nobody has.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
BODY = FONTS / "NotoSerifSC-Common.otf"
"""The common characters, simplified and traditional, in the manner of a printed letter."""
WHOLE = FONTS / "NotoSansSC-Regular.otf"
"""Every Chinese character that has a form in print: names need them."""
EM = 1000
"""In both, so many units make a character's height."""


def load(page: FPDF, said: str) -> None:
    """Let a document print what it says in the common type, and what that lacks in the other one;
    that is loaded only then."""
    page.add_font("body", fname=BODY)
    if any(ord(c) not in _measured(BODY) for c in said):
        page.add_font("whole", fname=WHOLE)
        page.set_fallback_fonts(["whole"])


@functools.cache
def widths() -> dict[int, int]:
    """Every character that can be printed → its width, of 1000 its height has."""
    return _measured(WHOLE) | _measured(BODY)


@functools.cache
def _measured(file: Path) -> dict[int, int]:
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        measured = font["hmtx"]
        return {code: measured[name][0] for code, name in font.getBestCmap().items()}


def width(text: str) -> float:
    """How wide a printable text is, in heights of its type."""
    known = widths()
    return sum(known.get(ord(c), EM) for c in text) / EM


def printable(text: str) -> str:
    """A text without characters the type lacks: each stands as its number, none is dropped."""
    known = widths()
    return "".join(c if ord(c) in known or c in "\n\t" else f"[U+{ord(c):X}]" for c in text)
