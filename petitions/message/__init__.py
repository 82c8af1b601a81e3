"""A message of the office's, before any channel has dressed it.

A `Message` is plain text (never markup: what a citizen wrote stays inert everywhere),
rows of buttons and files. `papers/dressing.py` dresses it for a channel.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

MAX_CALLBACK_BYTES = 64
"""The longest callback data a button may carry, in bytes of UTF-8 (Telegram's limit)."""


MAX_TEXT = 4096
"""The longest text of one message, in units of UTF-16 (Telegram's limit): a character outside the
basic plane, such as most emoji, counts twice."""

LISTS = frozenset({"q", "find", "tasks", "joint", "meet", "sv", "cp", "hot"})
"""Prefixes of callback data that stand under lists: a wide page shows the newest list beside what
was opened from it."""


@dataclass(frozen=True, slots=True)
class Button:
    """One button: either `data` comes back when it is pressed, or `url` is opened."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file the office holds. `id` is its row; the bytes are in the vault."""

    id: int
    name: str
    mime: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Of:
    """The cases and forms that are spoken of: the page's lines go with those whose words they
    show."""

    cases: tuple[int, ...] = ()
    drafts: tuple[int, ...] = ()
    line: int = 0
    """The line that is answered, which goes with them; 0: none."""
    desk: int = 0
    """The desk in whose chat it is said; 0: none."""


NOTHING = Of()


@dataclass(frozen=True, slots=True)
class StandingMessage:
    """A message that stands in a chat of Telegram's, and what it shows."""

    message: str
    desk: int = 0
    """The desk whose business it is; 0: none's."""
    cases: tuple[int, ...] = ()
    secret: bool = False
    """It holds a PIN, a number with its code, or an identity number."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A sheet's part as a numbered paper of an organ's (GB/T 9704)."""

    heading: str
    """The organ's name, in red above all."""
    to: str
    """Its first line: to whom; empty: to nobody in particular."""
    organ: str
    """The organ that signs, where the seal goes."""
    day: str
    """Its date, in the reader's language."""
    enclosing: str = ""
    """The words before the names of enclosures (附件：)."""
    enclosed: tuple[str, ...] = ()
    contact: str = ""
    """Where to ask, below the date."""
    unit: str = ""
    """The organ's id, by which its seal is found."""
    slip: bool = False
    """Set smaller, to stand on one page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document to be printed (a PDF)."""

    name: str
    """Of the file."""
    title: str
    number: str
    lines: tuple[str, ...]
    """Paragraphs; an empty one is a gap."""
    qr: str = ""
    """The start payload that its QR code opens."""
    note: str = ""
    """The line beside the QR code."""
    draft: str = ""
    """Written across each page of one that isn't issued yet."""
    letter: Letter | None = None
    """None: a plain sheet."""

    @property
    def text(self) -> str:
        """All that it says, line by line."""
        lines = [self.title, self.number, "", *self.lines]
        if self.letter:
            named = (f"{n}. {name}" for n, name in enumerate(self.letter.enclosed, 1))
            enclosed = [self.letter.enclosing, *named] if self.letter.enclosed else []
            lines[2:2] = ["", self.letter.to]
            lines += [*enclosed, "", self.letter.organ, self.letter.day, self.letter.contact]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Rise:
    """A share that rises over time, beside the steps it was to reach."""

    title: str
    rose: tuple[tuple[str, float], ...]
    """ISO day, percent from then on."""
    targets: tuple[tuple[str, int], ...]
    first: str
    last: str
    """The days at the left and the right end."""
    reached: str
    wanted: str
    """The meaning of the line and the steps, in words."""
    shape: str = "rise"


@dataclass(frozen=True, slots=True)
class Bars:
    """Values side by side, for one time or several."""

    title: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    """A name, and a value for each label; None: there is none, or it isn't published."""
    percent: bool = True
    none: str = ""
    """The sign where there is no value."""
    note: str = ""
    shape: str = "bars"


@dataclass(frozen=True, slots=True)
class Curve:
    """How something grew, day by day."""

    title: str
    days: tuple[str, ...]
    """ISO days."""
    counts: tuple[int, ...]
    note: str = ""
    shape: str = "curve"


Chart = Rise | Bars | Curve
SHAPES: dict[str, type[Rise] | type[Bars] | type[Curve]] = {
    "rise": Rise, "bars": Bars, "curve": Curve,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a table."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]
    """Numbers stay numbers; None: kept back."""
    percents: tuple[int, ...] = ()
    """Columns that hold shares (0 to 1)."""


@dataclass(frozen=True, slots=True)
class Table:
    """Pages of a spreadsheet (XLSX)."""

    name: str
    """Of the file."""
    pages: tuple[Page, ...]
    none: str
    """The sign where a number is kept back."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something with a date that people put into their own calendar."""

    uid: str
    title: str
    starts: str
    """ISO 8601, aware."""
    minutes: int
    where: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


PACKED = "archive:"
POINTER = re.compile(PACKED + r"([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Archive:
    """Files that are to be packed as a ZIP: read only while it is sent, and kept nowhere."""

    chat: int
    """The row of the chat that asked; who uses it then must be who asked."""
    person: int
    officer: int
    case: int = 0
    """One case; 0: everything held of the person."""

    @property
    def pointer(self) -> str:
        """All of it as the id of a file that is made when it is asked for."""
        return f"{PACKED}{self.chat}:{self.person}:{self.officer}:{self.case}"

    @classmethod
    def pointed(cls, pointer: str) -> Archive | None:
        """The archive that a pointer names; None for anything else."""
        found = POINTER.fullmatch(pointer)
        return cls(*map(int, found.groups())) if found else None

    @property
    def who(self) -> str:
        """Whom it is packed for."""
        return f"officer {self.officer}" if self.officer else f"person {self.person}"


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said to one chat."""

    text: str
    rows: Rows = ()
    files: tuple[FileRef, ...] = ()
    qr: str = ""
    """A text to be shown as a QR picture beside the message; empty: none."""
    in_place: bool = False
    """Replace the message whose button was pressed instead of adding a new one."""
    case: int = 0
    """The case this message speaks of; 0: none."""
    toast: bool = False
    """A passing word over the page; it leaves no message behind."""
    card: bool = False
    """It is the status card of `case`, to be kept up to date in place."""
    archive: Archive | None = None
    """To be sent as one ZIP, or several."""
    code: str = ""
    """A text to be shown as a QR picture as it is; empty: none."""
    notes: tuple[tuple[str, str], ...] = ()
    """Small text files to be sent: name and content."""
    sheets: tuple[Sheet, ...] = ()
    """Documents to be sent as PDFs."""
    chart: Chart | None = None
    """To be sent as a picture."""
    table: Table | None = None
    """To be sent as a spreadsheet."""
    event: Event | None = None
    """To be sent as an .ics file."""
    find: tuple[int, int] | None = None
    """Cases to be looked for once the conversation is saved: the draft that holds the question,
    and the page. Looking takes a reader's time, not the writer's."""
    unsay: tuple[str, ...] = ()
    """No message: these are deleted from the chat."""
    protect: bool = False
    """Names or sealed words: not to be passed on or saved, where the channel can see to it."""
    of: Of = NOTHING
    """The file that was read for it."""
    menu: tuple[tuple[str, str], ...] = ()
    """No message: these are the commands of the client's menu, each with what it is called."""


def units(text: str) -> int:
    """The length of a text as Telegram and a page's script count it: in units of UTF-16."""
    return len(text) + sum(c > "\uffff" for c in text)


UNITS: dict[str, Callable[[str], int]] = {
    "utf16": lambda c: 1 + (c > "\uffff"),
    "bytes": lambda c: len(c.encode("utf-8", "surrogatepass")),
    "characters": lambda c: 1,
}
"""The unit in which a channel counts a text, and how much of it one character is."""


def split(text: str, limit: int = MAX_TEXT, unit: str = "utf16") -> list[str]:
    """A text in pieces of at most `limit` units, cut at line ends where possible."""
    pieces = []
    while (fits := _fitting(text, limit, unit)) < len(text):
        cut = text.rfind("\n", fits // 2, fits)
        cut = cut if cut > 0 else fits
        pieces.append(text[:cut])
        text = text[cut:].lstrip("\n")
    return [*pieces, text or "—"]


def _fitting(text: str, limit: int, unit: str) -> int:
    """How many of a text's characters fit."""
    if 4 * len(text) <= limit:
        return len(text)
    return bisect_right([*accumulate(map(UNITS[unit], text[:limit]))], limit)


def packed(*parts: object) -> str:
    """Callback data from its parts, the first being the prefix it is found by.

    Raises ValueError when it would not fit into a button: a programming error.
    """
    data = ":".join(str(part) for part in parts)
    if len(data.encode()) > MAX_CALLBACK_BYTES:
        raise ValueError(f"callback data too long: {data!r}")
    return data


def unpacked(data: str) -> list[str]:
    """The parts of callback data; whoever reads them checks each: a press may be forged."""
    return data.split(":")
