"""Papers on A4, row by row. A letter of the office's is laid out by GB/T 9704-2012 as far as it
applies to a notice: the organ's name in red, the number over a red line, the title, to whom, 22
rows of 28 characters, what is enclosed, the seal's place over who signs and the date, the page's
number between dashes. Other sheets are plain: a title, a number, a picture, paragraphs.

Only what prints imports this: fpdf2 takes a while to load.
"""

from __future__ import annotations

import io
from dataclasses import astuple, dataclass

from fpdf import FPDF
from fpdf.enums import TextMode

from papers import qr
from papers.lines import broken
from papers.typeface import load, printable, width
from petitions.message import Letter, Sheet

POINT = 25.4 / 72
"""Millimetres."""
RED, GREY, BLACK = (200, 0, 0), (205, 205, 205), (0, 0, 0)
TIGHT = 0.1
"""Of a character, by which characters are moved apart at most so that a line is full."""
CHINESE = 0.75
"""Of a character's height: lines whose characters are as wide on the whole are Chinese."""
KEPT, SIGNED = 2, 4
"""Rows of the text that stand on the page of the signature; rows the signature takes, without
where to ask."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures of a kind of sheet: millimetres, and points of the type."""

    top: float
    left: float
    wide: float
    rows: int
    pitch: float
    body: float = 16
    title: float = 22
    heading: float = 30
    small: float = 9
    code: float = 26
    seal: float = 42
    """Across, as the State Council prescribes for the organs of a county."""
    indent: int = 2
    """Characters before a paragraph."""


LETTER = Layout(top=37, left=28, wide=156, rows=22, pitch=225 / 22, body=15.79)
"""三号, so that 28 characters are as wide as a line."""
SLIP = Layout(top=37, left=28, wide=156, rows=30, pitch=7.5, body=13)
PLAIN = Layout(top=22, left=22, wide=166, rows=31, pitch=8, body=12, title=18, code=28, indent=0)


@dataclass(frozen=True, slots=True)
class PrintLine:
    """A line of print."""

    text: str
    indent: float = 0
    """Characters."""
    full: bool = False
    """The paragraph goes on: the line ends where the others do."""
    tall: int = 1
    """Rows that it takes up."""


class Printout(FPDF):
    """An A4 document under way: rows are set one below the other, on as many pages as it takes."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(format="A4")
        letter = sheet.letter
        self.layout = PLAIN if letter is None else SLIP if letter.slip else LETTER
        self.draft = printable(sheet.draft)
        self.row = 0.0
        self.set_auto_page_break(False)
        load(self, printable(str(astuple(sheet))))
        self.add_page()

    def header(self) -> None:
        """Across a page that isn't issued yet: that it isn't."""
        self.row = 0.0
        if self.draft:
            self.set_text_color(*GREY)
            size = min(120.0, 420 / width(self.draft))
            wide = width(self.draft) * size * POINT
            with self.rotation(45, self.w / 2, self.h / 2):
                self.type_at((self.w - wide) / 2, self.h / 2, self.draft, size)
            self.set_text_color(*BLACK)

    def footer(self) -> None:
        """The number between dashes, below the text: right on odd pages, left on even ones."""
        if self.layout is not PLAIN:
            text, size = f"— {self.page} —", 14.0
            wide, lay = width(text) * size * POINT, self.layout
            odd, inset = self.page % 2, lay.body * POINT
            x = lay.left + (lay.wide - wide - inset if odd else inset)
            self.type_at(x, lay.top + lay.rows * lay.pitch + 7, text, size)

    def type_at(self, x: float, y: float, text: str, size: float, bold: bool = False) -> None:
        """Print at a place in millimetres: the left end of the line's middle."""
        self.set_font("body", size=size)
        self.set_xy(x, y - size * POINT / 2)
        if not bold:
            self.cell(width(text) * size * POINT + 1, size * POINT, text)
            return
        mode, colour = TextMode.FILL_STROKE, self.text_color
        with self.local_context(text_mode=mode, draw_color=colour, line_width=size / 1000):
            self.cell(width(text) * size * POINT + 1, size * POINT, text)

    def room(self, rows: float) -> bool:
        """Whether so many rows are left on the page."""
        return self.row + rows <= self.layout.rows

    def middle(self) -> float:
        """Millimetres from above to the middle of the next row."""
        return self.layout.top + (self.row + 0.5) * self.layout.pitch

    def below(self, rows: float = 1) -> None:
        """Go down so many rows."""
        self.row += rows

    def centred(self, text: str, size: float, colour: tuple[int, int, int] = BLACK,
                bold: bool = False) -> None:  # fmt: skip
        """A line in the middle; a longer one on as many lines as it takes."""
        lay = self.layout
        self.set_text_color(*colour)
        for line in broken(text, lay.wide / (size * POINT)):
            left = lay.left + (lay.wide - width(line) * size * POINT) / 2
            self.type_at(left, self.middle(), line, size, bold)
            self.below(max(1.0, size * POINT * 1.25 / lay.pitch))
        self.set_text_color(*BLACK)

    def set(self, rows: list[PrintLine]) -> None:
        """Paragraphs, over as many pages as it takes."""
        for row in rows:
            if not self.room(1):
                self.add_page()
            if row.text:
                self._line(row)
            self.below(row.tall)

    def _line(self, row: PrintLine) -> None:
        lay, size = self.layout, self.layout.body
        left = lay.left + row.indent * size * POINT
        short = lay.left + lay.wide - left - width(row.text) * size * POINT
        between = len(row.text) - 1
        moved = row.full and between and width(row.text) > len(row.text) * CHINESE
        apart = short / between if moved else 0
        if 0 < apart <= TIGHT * size * POINT:
            self.set_char_spacing(apart / POINT)
        self.type_at(left, self.middle(), row.text, size)
        self.set_char_spacing(0)

    def picture(self, made: bytes) -> None:
        """A picture as wide as the lines."""
        lay = self.layout
        shown = self.image(
            io.BytesIO(made), x=lay.left, y=lay.top + self.row * lay.pitch, w=lay.wide
        )
        self.below(shown.rendered_height / lay.pitch + 0.5)

    def code(self, link: str, note: str) -> None:
        """A QR code at the left, with its note beside it; the row stays where it is."""
        lay, size = self.layout, self.layout.small
        top = lay.top + self.row * lay.pitch
        self.image(io.BytesIO(qr.png(link)), x=lay.left, y=top, w=lay.code)
        lines = broken(printable(note), (lay.wide * 0.3) / (size * POINT))
        y = top + lay.code / 2 - (len(lines) - 1) * size * POINT * 0.7
        for n, line in enumerate(lines):
            self.type_at(lay.left + lay.code + 2, y + n * size * POINT * 1.4, line, size)


def draw(sheet: Sheet, link: str, picture: bytes = b"", seal: bytes = b"") -> bytes:
    """A sheet as a PDF. `link`: what its QR code opens; `picture`: below its number; `seal`: a
    picture of the organ's seal."""
    page = Printout(sheet)
    compose(page, sheet, link, picture, seal)
    return bytes(page.output())


def compose(page: Printout, sheet: Sheet, link: str, picture: bytes, seal: bytes) -> None:
    """Set a sheet on its pages."""
    page.set_title(f"{sheet.title} {sheet.number}")
    if sheet.letter:
        _letter(page, sheet, sheet.letter, link, seal)
    else:
        _plain(page, sheet, link, picture)


def _plain(page: Printout, sheet: Sheet, link: str, picture: bytes) -> None:
    page.centred(printable(sheet.title), page.layout.title)
    page.centred(printable(sheet.number), page.layout.body)
    page.below(0.7)
    if picture:
        page.picture(picture)
    page.set(_rows(page.layout, sheet.lines))
    if sheet.qr:
        page.below()
        if not page.room(page.layout.code / page.layout.pitch):
            page.add_page()
        page.code(link, sheet.note)


def _letter(page: Printout, sheet: Sheet, letter: Letter, link: str, seal: bytes) -> None:
    lay = page.layout
    heading = printable(letter.heading)
    page.centred(heading, min(lay.heading, lay.wide / (width(heading) * POINT)), RED, bold=True)
    page.below(0.3)
    page.centred(printable(sheet.number), lay.body)
    page.set_draw_color(*RED)
    page.set_line_width(0.6)
    page.line(lay.left, page.middle() - 2, lay.left + lay.wide, page.middle() - 2)
    page.below(1.2)
    page.centred(printable(sheet.title), lay.title, bold=True)
    page.below(0.8)
    page.row = float(int(page.row + 0.99))
    body = _rows(lay, tuple(filter(None, sheet.lines)))  # no gaps between paragraphs
    for n, name in enumerate(letter.enclosed, 1):
        body += _enclosed(lay, letter, n, name)
    to = [PrintLine(line) for line in broken(printable(letter.to), _room(lay))] if letter.to else []
    rows = [*to, *body]
    page.set(rows[:-KEPT])
    contact = _rows(lay, (letter.contact,)) if letter.contact else []
    if not page.room(KEPT + SIGNED + len(contact)):
        page.add_page()
    page.set(rows[-KEPT:])
    _signed(page, sheet, letter, link, seal)
    page.set(contact)


def _room(lay: Layout, indent: float = 0) -> float:
    """Characters that fit on a line."""
    return lay.wide / (lay.body * POINT) - indent


def _rows(lay: Layout, paragraphs: tuple[str, ...]) -> list[PrintLine]:
    rows: list[PrintLine] = []
    for text in paragraphs:
        for part in printable(text).split("\n"):
            lines = broken(part, _room(lay), _room(lay, lay.indent))
            rows += [
                PrintLine(line, 0 if n else lay.indent, full=n < len(lines) - 1)
                for n, line in enumerate(lines)
            ]
    return rows


def _enclosed(lay: Layout, letter: Letter, n: int, name: str) -> list[PrintLine]:
    """An enclosure: named by number, its lines below one another."""
    many = len(letter.enclosed) > 1
    label = printable(letter.enclosing)
    mark = f"{n}. " if many else ""
    inside = lay.indent + width(label) + width(mark)
    lines = broken(printable(name), _room(lay, inside))
    first = PrintLine((label if n == 1 else "") + mark + lines[0],
                      lay.indent if n == 1 else lay.indent + width(label))  # fmt: skip
    return [
        *([PrintLine("")] if n == 1 else []),
        first,
        *(PrintLine(line, inside) for line in lines[1:]),
    ]


def _signed(page: Printout, sheet: Sheet, letter: Letter, link: str, seal: bytes) -> None:
    """The organ that signs and the day, with the seal's place above; the QR code stands beside."""
    lay, em = page.layout, page.layout.body * POINT
    page.below(1)
    if sheet.qr:
        page.code(link, sheet.note)
    page.below(1)
    day, organ = printable(letter.day), printable(letter.organ)
    right = lay.left + lay.wide - 4 * em  # 右空四字
    middle = right - width(day) * em / 2
    top = page.middle()
    if seal:
        page.image(io.BytesIO(seal), x=middle - lay.seal / 2, y=top - lay.seal / 2 + lay.pitch / 2,
                   w=lay.seal)  # fmt: skip
    lines = broken(organ, _room(lay) * 0.55)
    for line in lines:
        left = min(middle - width(line) * em / 2, lay.left + lay.wide - width(line) * em)
        page.type_at(left, page.middle(), line, lay.body)
        page.below()
    page.type_at(right - width(day) * em, page.middle(), day, lay.body)
    page.below()
