"""`petition-bot import`: petitions from a table, all of its lines or none.

Every line is checked before the first is filed. They are filed in batches, and how far it came is
kept with each batch: an import that was stopped goes on where it was, and one that is done isn't
done twice.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, TextIO

import typer
from rich.console import Console
from rich.progress import track

from bot.office_files import load_office
from bot.settings import load_settings
from bot.tables import TableRow, TableSheet, sheets
from petitions.errors import BadAnswer, BadSetting
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.values import checks
from petitions.values.person import Officer, Role
from petitions.verbs import bulk, seating
from petitions.verbs.bulk import Problem, TableLine
from petitions.verbs.filing import register_for
from petitions.words import listed, say
from storage.database import Database
from storage.records import Records

BATCH = 100
"""Lines filed in one transaction: little enough for people's answers to go between two."""
MOST = 200_000
"""Lines of one file."""
SHOWN = 50
"""Problems printed; the file of problems has them all."""


class SheetResult(NamedTuple):
    """The outcome of one sheet. Only rows with anything in them count: the file has `above` +
    `good` + `bad` of them."""

    name: str
    """Empty: the file has but one, without a name."""
    heading: int
    """The row the headings are in; 0: it has none, or is hidden, and wasn't read."""
    above: int
    """Rows that weren't read: above the headings, the headings among them; or all."""
    good: int = 0
    bad: int = 0
    unread: tuple[str, ...] = ()
    """Columns with something in them that are no field: their headings, or their letters."""
    cleaned: int = 0
    """Rows that had control or direction characters in them."""


class Checked(NamedTuple):
    """Every line of a table."""

    lines: list[TableLine]
    problems: list[Problem]
    sheets: list[SheetResult]


def checked(path: Path, today: date, only: Sequence[str] = (), dial: str = "") -> Checked:
    """Every line of a table, of the sheets that have the headings; `only` these, if any are named.
    `dial`: the area code of telephone numbers without one.
    Raises BadSetting, and BadAnswer for its headings."""
    found = Checked([], [], [])
    wrong: list[tuple[int, BadAnswer]] = []
    for place, sheet in enumerate(sheets(path)):
        if (sheet.name not in only) if only else sheet.hidden:
            found.sheets.append(SheetResult(sheet.name, 0, sum(1 for _ in _filled(sheet))))
            continue
        try:
            _look(sheet, place, today, found, dial)
        except BadAnswer as error:
            known, count = _nearest(sheet)
            wrong.append((known, error))
            found.sheets.append(SheetResult(sheet.name, 0, count))
    missing = set(only) - {sheet.name for sheet in found.sheets}
    if missing:
        raise BadSetting("bad.no_sheet", name=tuple(sorted(missing)))
    if wrong and not any(sheet.heading for sheet in found.sheets):
        raise max(wrong, key=lambda one: one[0])[1]
    return found


def _filled(sheet: TableSheet) -> Iterator[TableRow]:
    return (row for row in sheet.rows() if any(cell.strip() for cell in row[1]))


def _nearest(sheet: TableSheet) -> tuple[int, int]:
    """The most headings in one of the first rows, and how many rows there are."""
    rows = _filled(sheet)
    first = list(islice(rows, bulk.HEAD))
    return max((bulk.known(row) for _, row in first), default=0), len(first) + sum(1 for _ in rows)


def _look(sheet: TableSheet, place: int, today: date, found: Checked, dial: str) -> None:
    """Read a sheet. Raises BadAnswer for its headings."""
    rows = _filled(sheet)
    first = list(islice(rows, bulk.HEAD))
    at, places = bulk.find([row for _, row in first])
    heading, titles = first[at]
    unread: dict[int, None] = {}
    cleaned = 0
    lines, problems = len(found.lines), len(found.problems)
    for number, row in chain(first[at + 1 :], rows):
        if len(found.lines) + len(found.problems) >= MOST:
            raise BadSetting("bad.too_many_lines", most=MOST)
        one = _line(sheet, number, row, places, len(titles), today, dial)
        if isinstance(one, TableLine):
            found.lines.append(replace(one, sheet=place))
        else:
            found.problems.append(replace(one, sheet=place))
        cleaned += any(map(checks.gone, row))
        unread |= dict.fromkeys(i for i, cell in enumerate(row) if cell.strip())
    columns = tuple(_column(i, titles) for i in sorted(unread.keys() - places.values()))
    found.sheets.append(SheetResult(
        sheet.name, heading, at + 1, len(found.lines) - lines, len(found.problems) - problems,
        columns, cleaned))  # fmt: skip


def _line(
    sheet: TableSheet, number: int, row: list[str], places: Mapping[str, int], width: int,
    today: date, dial: str,
) -> TableLine | Problem:  # fmt: skip
    if sheet.loose and any(cell.strip() for cell in row[width:]):
        return Problem(number, "", BadAnswer("bad.more_cells"))
    cells = {field: row[place] for field, place in places.items() if place < len(row)}
    return bulk.read(number, cells, today, dial)


def _column(place: int, titles: list[str]) -> str:
    """A column's heading; without one, its letters: A … Z, AA …"""
    title = " ".join(titles[place].split()) if place < len(titles) else ""
    letters = ""
    while not title and place >= 0:
        letters, place = chr(ord("A") + place % 26) + letters, place // 26 - 1
    return title or letters


def command(file: Path, dry_run: bool, only: Sequence[str] = ()) -> None:
    """File petitions from a table, on behalf of their petitioners: all of its lines or none."""
    from bot.opening import open_current

    settings = load_settings()
    office = load_office(settings.office)
    lang = office.languages[0]
    now = datetime.now(UTC)
    console = Console()
    try:
        found = checked(file, local_day(now, office.zone), only, office.dial)
    except BadAnswer as error:
        raise BadSetting(error.key, **error.values) from None
    for said in _told(found, lang):
        console.print(said, soft_wrap=True, highlight=False, markup=False)
    if found.problems:
        kept = _keep(found, file.with_suffix(".problems.csv"), lang)
        console.print(say(lang, "import.none", file=str(kept)), soft_wrap=True)
        raise typer.Exit(1)
    if dry_run:
        return
    database = open_current(settings)
    report = file.with_suffix(".report.csv")
    count = file_all(database, office, file, found, report, now, console)
    console.print(say(lang, "import.done", count=count, file=str(report)), soft_wrap=True)
    database.close()


def _told(found: Checked, lang: str) -> Iterator[str]:
    """Where every row of the file went."""
    for problem in found.problems[:SHOWN]:
        yield _said(problem, found, lang)
    if len(found.problems) > SHOWN:
        yield say(lang, "import.more", count=len(found.problems) - SHOWN)
    for sheet in found.sheets:
        values = sheet._asdict() | {"sheet": _name(sheet, lang)}
        yield say(lang, "import.sheet" if sheet.heading else "import.no_sheet", **values)
        if sheet.unread:
            yield say(lang, "import.unread", columns=listed(lang, sheet.unread))
        if sheet.cleaned:
            yield say(lang, "import.cleaned", count=sheet.cleaned)
    whole = sum(s.above + s.good + s.bad for s in found.sheets)
    yield say(lang, "import.checked", whole=whole, good=len(found.lines), bad=len(found.problems),
              left=sum(s.above for s in found.sheets))  # fmt: skip


def _name(sheet: SheetResult, lang: str) -> str:
    return say(lang, "import.sheet_name", name=sheet.name) if sheet.name else ""


def _said(problem: Problem, found: Checked, lang: str) -> str:
    sheet = _name(found.sheets[problem.sheet], lang) if len(found.sheets) > 1 else ""
    why = problem.error.sentence(lang)
    if not problem.field:
        return say(lang, "import.problem_row", sheet=sheet, row=problem.row, why=why)
    field = say(lang, f"label.{problem.field}")
    return say(lang, "import.problem", sheet=sheet, row=problem.row, field=field, why=why)


def _keep(found: Checked, path: Path, lang: str) -> Path:
    """All problems, as a table that a spreadsheet program opens."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["sheet", "row", "field", "why"])
        for one in found.problems:
            name = found.sheets[one.sheet].name
            writer.writerow([name, one.row, one.field, one.error.sentence(lang)])
    return path


def file_all(
    database: Database, office: Office, file: Path, found: Checked, report: Path, now: datetime,
    console: Console,
) -> int:  # fmt: skip
    """File what isn't filed yet of this very table; gives how many lines it filed."""
    clerk = database.write_now(lambda c: _clerk(Records(c, database.ring), office, now))
    name = f"import:{sha256(file.read_bytes()).hexdigest()[:32]}"
    todo = list(_batches(database, found, name))
    with _report(report) as out:
        writer = csv.writer(out)
        if not out.tell():
            writer.writerow(["row", "number", "code", "sheet"])
        for kept, done, batch in track(todo, "…", console=console, transient=True):
            given = database.write_now(lambda c, k=kept, d=done, b=batch: _file(  # type: ignore[misc]
                Records(c, database.ring), office, clerk, b, k, d, now))  # fmt: skip
            writer.writerows([*one, found.sheets[line.sheet].name]
                             for one, line in zip(given, batch, strict=True))  # fmt: skip
            out.flush()
    return sum(len(batch) for _, _, batch in todo)


def _report(path: Path) -> TextIO:
    """The report, to be added to. Query codes stand in it: it is for nobody but who runs this."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return os.fdopen(descriptor, "a", encoding="utf-8", newline="")


def _batches(
    database: Database, found: Checked, name: str
) -> Iterator[tuple[str, int, list[TableLine]]]:  # fmt: skip
    """The lines that aren't filed yet: the setting that keeps how many of a sheet's lines are, how
    many they are with this batch, and the batch."""
    for place in range(len(found.sheets)):
        mine = [line for line in found.lines if line.sheet == place]
        kept = f"{name}:{place}"
        done = _done(database, name, kept, mine)
        for start in range(done, len(mine), BATCH):
            batch = mine[start : start + BATCH]
            yield kept, start + len(batch), batch


def _done(database: Database, name: str, kept: str, lines: list[TableLine]) -> int:
    """How many of a sheet's lines are filed; an older program kept the last one's row."""
    count, row = database.read_now(
        lambda c: [Records(c, database.ring).setting(key) for key in (kept, name)]
    )
    if count or not kept.endswith(":0"):
        return int(count or 0)
    return sum(line.row <= int(row or 0) for line in lines)


def _clerk(book: Records, office: Office, now: datetime) -> Officer:
    """The window's desk, which registers what is imported."""
    seating.set_desks(book, office, now)
    desks = book.officers(office.bureau)
    return next((o for o in desks if o.role is Role.CLERK), desks[0])


def _file(
    book: Records, office: Office, clerk: Officer, batch: list[TableLine], kept: str, done: int,
    now: datetime,
) -> list[tuple[int, str, str]]:  # fmt: skip
    given = []
    for line in batch:
        receipt = register_for(book, office, clerk, line.arrival, line.filing, now)
        given.append((line.row, receipt.petition.number, receipt.code))
    book.set_setting(kept, str(done))
    return given
