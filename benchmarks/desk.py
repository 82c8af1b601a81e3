"""The desk with a million cases, two thousand units, twenty thousand officers: how long an officer
waits, and by which indexes things are found.

Run: python benchmarks/desk.py [--cases 1000000] [--database URL] [--rounds 300]
The words of cases are the beginnings of real messages, read from ../shared/data/messages.jsonl.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import Connection, event, text

from bot.clock import OfficeClock
from bot.desk import OfficeDesk
from bot.office_files import load_office
from bot.opening import open_database
from bot.settings import load_settings
from handlers.converse import House
from petitions.hearing import Incoming
from petitions.law.units import Unit
from petitions.values import search
from petitions.values.channels import Channel
from petitions.values.codes import case_number
from petitions.values.petition import FINAL, Status
from storage import rotate, segments
from storage.database import Database
from storage.migrate import check_schema
from storage.records import Records
from storage.records.chats import chat_address
from storage.seal import KeyRing

DATA = Path(__file__).parents[2] / "shared" / "data" / "messages.jsonl"
LETTERS = 40
"""Characters of a message that a case has as its words."""
OPEN = 0.08
"""The share of cases that is still under way."""
LARGE = 350_000
"""Cases of the largest segment: what fits into one of so short texts."""
BUREAU = 0.02
"""Of them, how many lie at the bureau."""
DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
UNDER_WAY = [s for s in Status if s not in FINAL]


def messages() -> list[str]:
    """What people wrote, by the length that is looked up."""
    lines = DATA.read_text("utf-8").splitlines()
    found = []
    for line in lines:
        raw = json.loads(line)
        body = str(raw.get("content") or raw.get("text") or raw.get("body") or raw.get("title"))
        found.append(body[:LETTERS])
    return found


def load(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:  # fmt: skip
    """Rows straight into a table: COPY on PostgreSQL, prepared inserts on SQLite."""
    names = ", ".join(f'"{c}"' for c in columns)
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    cursor = connection.connection.cursor()
    cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


class Town:
    """The units, and where each case lies."""

    def __init__(self, units: int, cases: int, officers: int) -> None:
        chance = random.Random(7)
        self.units = ["city", *(f"u{n:04d}" for n in range(units - 1))]
        self.officers = officers
        self.cases = cases
        self.unit = [
            0 if chance.random() < BUREAU else 1 + chance.randrange(units - 1) for _ in range(cases)
        ]
        self.open = [chance.random() < OPEN for _ in range(cases)]
        self.due = [chance.randrange(-20, 60) for _ in range(cases)]

    def role(self, officer: int) -> str:
        """The bureau's are clerks and supervisors in turn."""
        desk, unit = divmod(officer, len(self.units))
        return "handler" if unit else "supervisor" if desk % 2 else "clerk"

    def rows(self, area: str) -> Iterator[tuple[Any, ...]]:
        """One row of `petition` for each case."""
        for n in range(self.cases):
            id = n + 1
            status = UNDER_WAY[n % 5] if self.open[n] else Status.CLOSED
            day = DAY - timedelta(days=30 + n % 1700)
            due = DAY + timedelta(days=self.due[n]) if self.open[n] else date.max
            yield (
                id, case_number(area, Channel.WEB, day, id % 10_000_000), "web", str(status), id,
                self.units[self.unit[n]], NOW - timedelta(days=40), day, 1, "request", "0205",
                0 if n % 3 else 1 + n % self.officers, None if self.open[n] else NOW, due,
            )  # fmt: skip


COLUMNS = ("id", "number", "channel", "status", "person", "unit", "received_at", "received_on",
           "version", "kind",
           "category", "handler", "ended_at", "next_due")  # fmt: skip
REST: dict[str, Any] = {
    "proposed": False, "first_handler": 0, "people": 1, "members": 0, "unnamed": False,
    "resumed": "", "way": "6", "simple": False, "urgent": False, "bounces": 0,
    "proposed_unit": "", "assisting": "[]", "asked_days": 0, "extended": False,
    "answered_by": "", "outcome": "", "former": 0, "merged_into": 0, "leader": 0,
    "guests": "[]", "waiting": False, "code_hash": b"", "name": b"", "address": b"",
    "contact": b"", "id_number": b"", "key": b"", "stamp": b"",
}  # fmt: skip
"""What is the same for every case."""


def fill(database: Database, town: Town, area: str, console: Console) -> None:
    """Everything into the tables, in the order of their keys."""
    said = messages()
    ring = database.ring
    sealed = [ring.seal(body, "words.body") for body in said]
    with database.engine.begin() as connection:
        book = Records(connection, ring)
        sqlite = connection.dialect.name == "sqlite"

        def at(instant: datetime | None) -> Any:
            return str(instant.replace(tzinfo=None)) if instant and sqlite else instant

        def dates(row: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(
                at(v) if isinstance(v, datetime) else str(v) if sqlite and isinstance(v, date)
                else v for v in row
            )  # fmt: skip

        console.print("cases")
        same = tuple(REST.values())
        load(connection, "petition", (*COLUMNS, *REST),
             (dates(row) + same for row in track(town.rows(area), total=town.cases)))  # fmt: skip
        console.print("their words, histories, clocks")
        load(connection, "words",
             ("case", "seq", "part", "audience", "salt", "commitment", "body", "file"),
             ((n + 1, 1, "facts", "everybody", b"", b"", sealed[n % len(said)], 0)
              for n in range(town.cases)))  # fmt: skip
        load(connection, "history",
             ("case", "seq", "at", "actor_kind", "actor", "actor_unit", "actor_role", "action",
              "status", "audience", "facts", "digest"),
             ((n + 1, 1, at(NOW - timedelta(days=40)), "petitioner", n + 1, "", "", "submit",
               "submitted", "everybody", "{}", b"") for n in range(town.cases)))  # fmt: skip
        load(connection, "clock",
             ("case", "clock", "started_on", "due_on", "ended_at", "outcome", "rolled_on",
              "provisional", "length", "extension", "pauses"),
             (dates((n + 1, "answer", DAY, DAY + timedelta(days=town.due[n]),
                     None if town.open[n] else NOW, "" if town.open[n] else "kept",
                     DAY + timedelta(days=town.due[n]), False, "60d", "", "[]"))
              for n in range(town.cases)))  # fmt: skip
        console.print("officers")
        load(connection, "chat",
             ("channel", "address", "mark", "lang", "person", "draft", "officer", "blocked", "menu",
              "quiet", "client"),
             (("web", *chat_address(ring, "web", str(n + 1)).values(), "zh", 0, 0, n + 1, False,
               "officer:zh", False, "") for n in range(town.officers)))  # fmt: skip
        load(connection, "officer",
             ("id", "unit", "role", "name", "chat", "away", "stand_in", "since"),
             ((n + 1, town.units[n % len(town.units)], town.role(n), f"{n}", n + 1, False,
               0, at(NOW)) for n in range(town.officers)))  # fmt: skip
        console.print("the index of words")
        holders: dict[bytes, list[int]] = {}
        for place, body in enumerate(said):
            for term in search.terms(body):
                holders.setdefault(book.token(term), []).append(place)
        for id, cases in enumerate(_parts(town.cases), 1):
            fill_index(connection, ring, id, _records(holders, len(said), cases), cases)
        book.set_setting("indexed", str(town.cases))
        book.set_setting("index.turn", "1000")
    rotate.bind(database.engine, ring)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def fill_index(
    connection: Connection, ring: KeyRing, id: int, records: Iterable[bytes], cases: range
) -> None:
    """A segment of many records that come sorted."""
    put, count, firsts = 0, 0, b""
    records = iter(records)
    while some := list(islice(records, 500 * segments.BLOCK)):
        blocks = segments.packed(some)
        rows = segments.rows(ring, id, put, blocks)
        load(connection, "index_block", ("id", "body"), ((r["id"], r["body"]) for r in rows))
        put, count, firsts = put + len(blocks), count + len(some), firsts + segments.fences(blocks)
    whole = segments.Segment(id, put, count, cases[0], cases[-1], firsts)
    connection.execute(*segments.writes(ring, whole, ())[-1])


def _parts(cases: int) -> Iterator[range]:
    """Which cases lie in a segment together: as they do after years, large ones and what came
    since, each half of the one before."""
    first = 1
    while first <= cases:
        many = min(LARGE, max(3, (cases - first + 1) // 2))
        yield range(first, min(first + many, cases + 1))
        first += many


def _records(holders: dict[bytes, list[int]], said: int, cases: range) -> Iterator[bytes]:
    """Term by term, the newest case first, as a segment lies."""
    for term in track(sorted(holders), description=f"cases from {cases[0]:,}"):
        for base in range((cases[-1] - 1) // said * said, -1, -said):
            for place in reversed(holders[term]):
                if (case := base + place + 1) in cases:
                    yield segments.record(term, case)
            if base < cases[0]:
                break


async def timed(
    desk: OfficeDesk, officers: Sequence[int], texts: Sequence[str], kind: str
) -> list[float]:
    """Milliseconds of each answer."""
    took = []
    for officer, said in zip(officers, texts, strict=True):
        incoming = Incoming("web", str(officer), uuid.uuid4().hex, kind, text=said)
        began = time.perf_counter()
        answer = await desk.converse(incoming)
        took.append((time.perf_counter() - began) * 1000)
        assert answer, said
    return took


def plans(database: Database, statements: dict[str, tuple[str, Any]]) -> dict[str, str]:
    """How the database finds what was asked, by what was asked."""
    found = {}
    with database.engine.connect() as connection:
        for name, (statement, values) in statements.items():
            sqlite = connection.dialect.name == "sqlite"
            how = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
            rows = connection.exec_driver_sql(how + statement, values).all()
            found[name] = " / ".join(str(r[3] if sqlite else r[0]).strip() for r in rows)
    return found


def main(
    cases: Annotated[int, typer.Option(help="Cases in the database.")] = 1_000_000,
    units: Annotated[int, typer.Option(help="Units.")] = 2000,
    officers: Annotated[int, typer.Option(help="Officers.")] = 20_000,
    rounds: Annotated[int, typer.Option(help="Askings of each kind.")] = 300,
    database: Annotated[str, typer.Option(help="PostgreSQL; empty: SQLite.")] = "",
) -> None:
    """Fill, ask, print."""
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder), database_url=database)
        held = open_database(settings)
        check_schema(held.engine)
        town = Town(units, cases, officers)
        office = load_office(None)
        head = office.units["city"]
        for id in town.units[1:]:
            office.units[id] = Unit(id, "unit", {"zh": id}, "city", {}, {}, "", (), ())
        office.units["city"] = replace(head)
        office.filed.update(office.units)
        began = time.perf_counter()
        fill(held, town, office.area, console)
        console.print(f"filled in {time.perf_counter() - began:.0f} s")
        clock = OfficeClock()
        desk = OfficeDesk(held, House(office, {}), clock, lambda: None)
        seen: dict[str, tuple[str, Any]] = {}

        def note(
            c: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
        ) -> None:
            if statement.startswith(("SELECT", "WITH")) and "petition" in statement:
                seen.setdefault(statement, (statement, values))

        event.listen(held.engine, "before_cursor_execute", note)
        took = asyncio.run(_ask(desk, town, office.area, rounds, console))
        event.remove(held.engine, "before_cursor_execute", note)
        table = Table(title=f"{cases:,} cases, {units:,} units, {officers:,} officers, "
                            f"{held.engine.dialect.name}; ms")  # fmt: skip
        for column in ("what", "median", "p99", "slowest"):
            table.add_column(column, justify="left" if column == "what" else "right")
        for name, all_ in took.items():
            all_.sort()
            p99 = all_[min(len(all_) - 1, int(len(all_) * 0.99))]
            table.add_row(name, f"{statistics.median(all_):.1f}", f"{p99:.1f}", f"{all_[-1]:.1f}")
        console.print(table)
        console.print("Plans")
        whole: list[str] = []
        shown: dict[str, None] = {}
        for statement, plan in plans(held, seen).items():
            full = any(w in plan for w in ("Seq Scan on petition", "SCAN petition"))
            full = full and "ix_petition_bounced" not in plan  # holds the bounced ones alone
            whole += [statement] if full else []
            shown.setdefault(plan[:160], None)
        for plan in shown:
            console.print(plan, style="dim")
        console.print(f"full scans of the cases: {len(whole)}")
        held.close()


async def _ask(
    desk: OfficeDesk, town: Town, area: str, rounds: int, console: Console
) -> dict[str, list[float]]:  # fmt: skip
    """Each kind of asking by officers of the unit, and by the bureau's clerks."""
    chance = random.Random(3)
    step = len(town.units)
    mine = [1 + n for n in chance.sample(range(1, step), min(rounds, step - 1))]
    clerks = [1 + step * (i % (town.officers // step)) for i in range(rounds)]
    by_unit: dict[int, list[int]] = {}
    for n in range(town.cases):
        if town.open[n]:
            by_unit.setdefault(town.unit[n], []).append(n + 1)
    own = [(o, chance.choice(by_unit.get(o - 1, by_unit[0]))) for o in mine if (o - 1) in by_unit]
    numbers = []
    for n in chance.sample(range(town.cases), rounds):
        day = DAY - timedelta(days=30 + n % 1700)
        numbers.append(case_number(area, Channel.WEB, day, (n + 1) % 10_000_000))
    said = messages()
    words = [chance.choice(said)[: chance.choice((2, 4, 6, 10))] for _ in range(rounds)]
    words = [w if search.asked(w) else "施工" for w in words]
    kinds = {
        "queue page, a unit": (mine, ["q:unit:0"] * len(mine), "press"),
        "queue page, the bureau": (clerks, ["q:unit:0"] * rounds, "press"),
        "the desk, the bureau": (clerks, ["/desk"] * rounds, "text"),
        "case page": ([o for o, _ in own], [f"d:{case}:open" for _, case in own], "press"),
        "search by number": (clerks, [f"/find {n}" for n in numbers], "text"),
        "search by words": (clerks, [f"/find {w}" for w in words], "text"),
        "a common word": (clerks, ["/find 问题"] * rounds, "text"),
        "joint meeting": (clerks[1::2][:50], ["/meeting"] * len(clerks[1::2][:50]), "text"),
    }  # fmt: skip
    found = {}
    for name, (who, texts, kind) in kinds.items():
        console.print(name)
        await timed(desk, who[:5], texts[:5], kind)
        found[name] = await timed(desk, who, texts, kind)
    return found


if __name__ == "__main__":
    typer.run(main)
