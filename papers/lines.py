"""Lines of a paragraph, as a printer of Chinese breaks them: a number, a date and a word of Latin
letters stay whole; no line begins with a closing sign or ends with an opening one (GB/T 9704 asks
the first, every printer the second).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from papers.typeface import width

CLOSING = frozenset("，。、；：？！）】》〉」』〕”’…—·％%,.;:?!)]}～")
OPENING = frozenset("（【《〈「『〔“‘([{")
PIECE = re.compile(
    r"[^\W_]{0,9}〔\d{4}〕第?\d+号"  # the number of a paper
    r"|(?=\d*[A-Za-z@/-])[^\s\u2e80-\uffff]+"  # the number of a case, an address
    r"|第[一二三四五六七八九十百零〇\d]+[条款项章号]"  # an article
    r"|\d{1,4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日"
    r"|\d[\d.,:]*(?:[%％]|[年月日时分秒元天个人次件条名份张米亩号])?"
    r"|[^\s\u2e80-\uffff]+"
    r"|\s+|.",
    re.DOTALL,
)


def broken(text: str, room: float, first: float | None = None) -> list[str]:
    """A paragraph as lines. `room`: heights of the type that a line is wide; `first`: of the first
    line, where it is another."""
    lines, line, left = [], "", room if first is None else first
    for piece in _fitting(_glued(text), room):
        wide = width(piece.rstrip())
        if line and wide > left:
            lines.append(line.rstrip())
            line, left = "", room
            piece = piece.lstrip()
        line += piece
        left -= width(piece)
    return [*lines, line.rstrip()]


def _glued(text: str) -> Iterator[str]:
    """Pieces that stay on one line, each with the signs that belong to it."""
    held = ""
    for piece in PIECE.findall(text):
        joins = piece[0] in CLOSING or piece.isspace() or held[-1:] in OPENING
        if held and not joins:
            yield held
            held = ""
        held += piece
    if held:
        yield held


def _fitting(pieces: Iterator[str], room: float) -> Iterator[str]:
    """The pieces, those cut that are longer than a line."""
    for piece in pieces:
        while width(piece.rstrip()) > room:
            cut = next(n for n in range(1, len(piece) + 1) if width(piece[: n + 1]) > room)
            yield piece[:cut]
            piece = piece[cut:]
        yield piece
