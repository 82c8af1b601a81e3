"""Many petitions from a table: each line checked as if it had been typed, and named when it
can't be taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from petitions.book import NewText
from petitions.errors import BadAnswer
from petitions.values import checks
from petitions.values.channels import Channel
from petitions.values.codes import to_ascii
from petitions.values.person import Identity
from petitions.verbs.filing import OLDEST, Arrival, Filing

COLUMNS: dict[str, tuple[str, ...]] = {
    "channel": ("channel", "来源", "渠道"),
    "received": ("received", "收到日期", "来信日期"),
    "name": ("name", "姓名"),
    "address": ("address", "住址", "地址"),
    "contact": ("contact", "telephone", "电话", "联系方式"),
    "facts": ("facts", "反映内容", "事实"),
    "request": ("request", "请求", "诉求"),
    "place": ("place", "发生地点", "地点"),
    "hidden": ("hidden", "不能让谁看到"),
}
"""Field → the headings it may stand under."""
REQUIRED = ("channel", "received", "name", "facts", "request", "place")
CHANNELS: dict[str, Channel] = {
    **{str(c): c for c in Channel if c.in_person},
    "信件": Channel.LETTER, "来信": Channel.LETTER, "书信": Channel.LETTER,
    "电话": Channel.TELEPHONE, "来电": Channel.TELEPHONE,
    "来访": Channel.VISIT, "走访": Channel.VISIT,
    "传真": Channel.FAX, "领导信箱": Channel.MAILBOX, "网络留言板": Channel.BOARD,
}  # fmt: skip
"""How a way in may be written."""
HEAD = 10
"""Rows of a sheet among which the headings are looked for: a title may stand above them."""
_AROUND = re.compile(r"\(.*?\)|[\s*:]")
"""Characters around a heading: marks of what must be filled in, remarks, spaces."""
ERRORS = frozenset({
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#GETTING_DATA",
})  # fmt: skip
"""Words that a spreadsheet puts where it has no value."""
_AMOUNT = re.compile(r"(\d+)\.0+")
_SERIAL = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line that can be filed."""

    row: int
    """As a spreadsheet counts it, from 1."""
    arrival: Arrival
    filing: Filing
    sheet: int = 0
    """Which sheet of the file, from 0."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that can't, and why: a field and the refusal."""

    row: int
    field: str
    """Empty: the row as a whole."""
    error: BadAnswer
    sheet: int = 0


def _field(heading: str) -> str:
    """The field a heading stands for; empty: none."""
    name = _AROUND.sub("", to_ascii(heading)).casefold()
    return next((field for field, names in COLUMNS.items() if name in names), "")


def known(row: Iterable[str]) -> int:
    """How many different headings stand in a row."""
    return len({_field(text) for text in row} - {""})


def find(first: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Which of a sheet's first rows the headings are in, and `headings` of it. Raises BadAnswer
    for the row that comes nearest."""
    for place, row in enumerate(first):
        try:
            return place, headings(row)
        except BadAnswer:
            continue
    return 0, headings(max(first, key=known, default=()))


def headings(row: Iterable[str]) -> dict[str, int]:
    """Field → its column. Raises BadAnswer naming a heading that is missing or doubled."""
    found: dict[str, int] = {}
    for place, text in enumerate(row):
        field = _field(text)
        if field in found:
            raise BadAnswer("bad.heading_twice", name=text.strip())
        if field:
            found[field] = place
    missing = [COLUMNS[f][-1] for f in REQUIRED if f not in found]
    if missing:
        raise BadAnswer("bad.headings", missing=tuple(missing), rows=HEAD)
    return found


def read(row: int, cells: Mapping[str, str], today: date, dial: str = "") -> TableLine | Problem:
    """One line, checked. `dial`: the area code of telephone numbers that have none."""
    values: dict[str, str] = {}
    own = {"contact": lambda text: checks.phone(_number(text), dial)}
    for field, check in (_CHECKS | own).items():
        text = cells.get(field, "").strip()
        try:
            if not text and field in REQUIRED:
                raise BadAnswer("bad.empty_cell")
            if text.upper() in ERRORS:
                raise BadAnswer("bad.error_cell", text=text.upper())
            values[field] = check(text) if text else ""
        except BadAnswer as error:
            return Problem(row, field, error)
    received = date.fromisoformat(values["received"])
    if not today - OLDEST <= received <= today:
        first = today - OLDEST
        return Problem(row, "received", BadAnswer("bad.date_between", first=first, last=today))
    return TableLine(
        row,
        Arrival(Channel(values["channel"]), received),
        Filing(
            NewText("facts", values["facts"]),
            NewText("request", values["request"]),
            NewText("place", values["place"]),
            Identity(values["name"], values["address"], values["contact"]),
            values["hidden"],
        ),
    )


def _channel(text: str) -> str:
    found = CHANNELS.get(text.casefold())
    if found is None:
        raise BadAnswer("bad.channel")
    return str(found)


def _number(text: str) -> str:
    """Digits that a program wrote as an amount: `13800138000.0`."""
    amount = _AMOUNT.fullmatch(text)
    return amount[1] if amount else text


def _received(text: str) -> str:
    """A day; five digits are what a spreadsheet keeps of one: days since 30 December 1899."""
    text = _number(to_ascii(text).strip())
    if _SERIAL.fullmatch(text):
        return (date(1899, 12, 30) + timedelta(days=int(text))).isoformat()
    return checks.day(text)


_CHECKS: dict[str, Callable[[str], str]] = {
    "channel": _channel,
    "received": _received,
    "name": checks.name,
    "address": checks.line,
    "contact": checks.phone,
    "facts": checks.words,
    "request": lambda text: checks.words(text, checks.MIDDLE),
    "place": checks.line,
    "hidden": checks.line,
}
