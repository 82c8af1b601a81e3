"""The contents of a table's file: its sheets, and their rows as text.

Everything is read from the cells themselves. A file's own word on its size, encoding or delimiter
is often wrong.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from bot.plain import decoded
from petitions.errors import BadSetting
from petitions.verbs import bulk

TableRow = tuple[int, list[str]]
"""A row's number as a spreadsheet counts it, and its cells."""
DELIMITERS = ",;\t，|"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ESCAPED = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")
_FORCED = re.compile(r'="([^"]*)"|\'(\d+)')
"""A number that somebody wanted to stay text."""


@dataclass(frozen=True, slots=True)
class TableSheet:
    """One sheet of a file; a CSV is one without a name."""

    name: str
    hidden: bool
    rows: Callable[[], Iterator[TableRow]]
    """Its rows from the first. Raises BadSetting."""
    loose: bool
    """A comma in a text may have moved its cells: those beyond the headings are no remarks."""


def sheets(path: Path) -> list[TableSheet]:
    """The sheets of a CSV or XLSX file, told apart by what is in it. Raises BadSetting."""
    try:
        raw = path.read_bytes()
    except OSError:
        raise BadSetting("bad.no_file", file=str(path)) from None
    if raw.startswith(_ZIP):
        return _xlsx(path, raw)
    if raw.startswith(_OLE) or raw.lstrip()[:1] == b"<" or path.suffix.lower() == ".xlsx":
        raise BadSetting("bad.no_table", file=str(path))
    text = decoded(path, raw)
    return [TableSheet("", False, partial(_csv, path, text), True)]


def plain(cell: str) -> str:
    """A cell without what programs put around a text: `_x000D_`, `="…"`, a leading quote."""
    cell = _ESCAPED.sub(_unescaped, cell)
    forced = _FORCED.fullmatch(cell.strip())
    return (forced[1] or forced[2] or "") if forced else cell


def _unescaped(found: re.Match[str]) -> str:
    """ECMA-376, part 1, 22.9.2.19: a UTF-16 unit as four hexadecimal digits; several may be one
    character."""
    units = re.findall(r"_x(.{4})_", found[0])
    return bytes.fromhex("".join(units)).decode("utf-16-be", "replace")


# CSV


def _csv(path: Path, text: str) -> Iterator[TableRow]:
    best = max(DELIMITERS, key=lambda mark: _headings(text, mark))
    try:
        for number, row in enumerate(_read(text, best), 1):
            yield number, [plain(cell) for cell in row]
    except csv.Error as error:
        raise BadSetting("bad.csv", file=str(path), why=str(error)) from None


def _read(text: str, mark: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)


def _headings(text: str, mark: str) -> int:
    """How many headings there are in a row if this mark divides the cells."""
    try:
        return max(map(bulk.known, islice(_read(text, mark), bulk.HEAD)), default=0)
    except csv.Error:
        return -1


# XLSX


def _xlsx(path: Path, raw: bytes) -> list[TableSheet]:
    from openpyxl import load_workbook

    try:
        found = load_workbook(io.BytesIO(raw), read_only=True).worksheets
    except Exception:  # a damaged one makes the library raise nearly anything
        raise BadSetting("bad.no_table", file=str(path)) from None
    if not found:
        raise BadSetting("bad.no_table", file=str(path))
    return [
        TableSheet(one.title, one.sheet_state != "visible", partial(_cells, path, one), False)
        for one in found
    ]


def _cells(path: Path, sheet: Any) -> Iterator[TableRow]:
    """The library's own way through a sheet believes what it says of its size and of its cells'
    order, and leaves out the rest."""
    try:
        with sheet._get_source() as source:
            for number, cells in _parser(sheet, source).parse():
                row = [""] * max((cell["column"] for cell in cells), default=0)
                for cell in cells:
                    row[cell["column"] - 1] = plain(_shown(cell["value"]))
                yield number, row
    except Exception:  # see above; here at any row
        raise BadSetting("bad.no_table", file=str(path)) from None


def _parser(sheet: Any, source: Any) -> Any:
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):  # type: ignore[misc]
        """Reads a formula's value; one that no program has calculated stays text."""

        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            formula = element.find(FORMULA_TAG)
            if formula is not None and cell["value"] is None and element.get("t") != "str":
                cell["value"] = f"={formula.text or ''}"
            return cell

    book = sheet.parent
    return Parser(
        source, sheet._shared_strings, data_only=True, epoch=book.epoch,
        date_formats=book._date_formats, timedelta_formats=book._timedelta_formats,
    )  # fmt: skip


def _shown(value: object) -> str:
    """A value as its cell shows it, nearly."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        whole = f"{value:%H:%M:%S}" == "00:00:00"
        return f"{value:%Y-%m-%d}" if whole else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        # A telephone number that a spreadsheet took for an amount has no decimals.
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value)
