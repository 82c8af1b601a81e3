"""`petition-bot import`: petitions from a table, all of its lines or none.

Every line is checked before the first is filed. They are filed in batches, and how far it came is
kept with each batch: an import that was stopped goes on where it was, and one that is done isn't
done twice.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import track

from bot.settings import load_office, load_settings
from petitions.errors import BadAnswer, BadSetting
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.values.petition import Officer, Role
from petitions.verbs import bulk
from petitions.verbs import office as verbs
from petitions.verbs.bulk import Line, Problem
from petitions.words import say
from storage.database import Database
from storage.records import Records

BATCH = 100
"""Lines filed in one transaction: little enough for people's answers to go between two."""
MOST = 200_000
"""Lines of one table."""
SHOWN = 50
"""Problems printed; the report has them all."""


def rows_of(path: Path) -> Iterator[list[str]]:
    """The rows of a CSV (UTF-8 or GB18030) or XLSX file, as text; formulas stay text. Raises
    BadSetting."""
    if path.suffix.lower() == ".xlsx":
        yield from _xlsx(path)
        return
    try:
        raw = path.read_bytes()
    except OSError:
        raise BadSetting("bad.no_file", file=str(path)) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadSetting("bad.encoding", file=str(path))
    if "\0" in text:
        raise BadSetting("bad.encoding", file=str(path))
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise BadSetting("bad.csv", file=str(path), why=str(error)) from None


def _xlsx(path: Path) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        sheet = load_workbook(path, read_only=True).worksheets[0]
        for row in sheet.iter_rows(values_only=True):
            yield [_cell(value) for value in row]
    except Exception:  # a damaged one makes the library raise nearly anything, at any row
        raise BadSetting("bad.no_file", file=str(path)) from None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a telephone number that a spreadsheet took for an amount
    return str(value)


def checked(path: Path, today: date) -> tuple[list[Line], list[Problem]]:
    """Every line of a table. Raises BadSetting, and BadAnswer for its headings."""
    rows = rows_of(path)
    heading = next(rows, [])
    places = bulk.headings(heading)
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        if number > MOST:
            raise BadSetting("bad.too_many_lines", most=MOST)
        cells = {f: row[place] for f, place in places.items() if place < len(row)}
        found = bulk.read(number, cells, today)
        (lines if isinstance(found, Line) else problems).append(found)  # type: ignore[arg-type]
    return lines, problems


def command(file: Path, dry_run: bool) -> None:
    """File petitions from a table, on behalf of their petitioners: all of its lines or none."""
    from bot.app import open_current

    settings = load_settings()
    office = load_office(settings.office)
    lang = office.languages[0]
    now = datetime.now(UTC)
    console = Console()
    try:
        lines, problems = checked(file, local_day(now, office.zone))
    except BadAnswer as error:
        raise BadSetting(error.key, **error.values) from None
    for problem in problems[:SHOWN]:
        console.print(_said(problem, lang), soft_wrap=True, highlight=False)
    if len(problems) > SHOWN:
        console.print(say(lang, "import.more", count=len(problems) - SHOWN))
    console.print(say(lang, "import.checked", good=len(lines), bad=len(problems)))
    if problems:
        console.print(say(lang, "import.none"))
        raise typer.Exit(1)
    if dry_run:
        return
    database = open_current(settings)
    report = file.with_suffix(".report.csv")
    count = file_all(database, office, file, lines, report, now, console)
    console.print(say(lang, "import.done", count=count, file=str(report)), soft_wrap=True)
    database.close()


def _said(problem: Problem, lang: str) -> str:
    return say(lang, "import.problem", row=problem.row, field=say(lang, f"label.{problem.field}"),
               why=problem.error.sentence(lang))  # fmt: skip


def file_all(
    database: Database, office: Office, file: Path, lines: list[Line], report: Path, now: datetime,
    console: Console,
) -> int:  # fmt: skip
    """File what isn't filed yet of this very table; gives how many lines it filed."""
    name = f"import:{sha256(file.read_bytes()).hexdigest()[:32]}"
    done = int(database.read_now(lambda c: Records(c, database.ring).setting(name)) or 0)
    clerk = database.write_now(lambda c: _clerk(Records(c, database.ring), office, now))
    todo = [line for line in lines if line.row > done]
    batches = [todo[i : i + BATCH] for i in range(0, len(todo), BATCH)]
    # Query codes stand in it: for nobody but who runs this.
    descriptor = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        if not done:
            writer.writerow(["row", "number", "code"])
        for batch in track(batches, "…", console=console, transient=True):
            given = database.write_now(lambda c, b=batch: _file(  # type: ignore[misc]
                Records(c, database.ring), office, clerk, b, name, now))  # fmt: skip
            writer.writerows(given)
            out.flush()
    return len(todo)


def _clerk(book: Records, office: Office, now: datetime) -> Officer:
    """The window's desk, which registers what is imported."""
    verbs.set_desks(book, office, now)
    desks = book.officers(office.bureau)
    return next((o for o in desks if o.role is Role.CLERK), desks[0])


def _file(
    book: Records, office: Office, clerk: Officer, batch: list[Line], name: str, now: datetime
) -> list[tuple[int, str, str]]:  # fmt: skip
    given = []
    for line in batch:
        receipt = verbs.register_for(book, office, clerk, line.arrival, line.filing, now)
        given.append((line.row, receipt.petition.number, receipt.code))
    book.set_setting(name, str(batch[-1].row))
    return given
