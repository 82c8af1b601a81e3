"""Due dates, their reasons, the table without a database, and a calendar change over a million
running clocks.

Run: python benchmarks/clocks.py [--clocks 1000000] [--cases 100000] [--stored 1000000]
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import insert

from bot.clock import OfficeClock
from bot.office_files import load_office
from bot.opening import open_database
from bot.settings import load_settings
from petitions.case import lifecycle
from petitions.law.calendar import calendar
from petitions.law.clocks import due, explain, length
from petitions.values.channels import Channel
from petitions.values.person import Actor
from petitions.values.petition import Kind, Petition, Status
from storage import rotate
from storage.migrate import check_schema
from storage.records import Records
from storage.recount import Recount
from storage.tables import CLOCK, PETITION

OFFICE = load_office(None)
DAY0 = date(2026, 1, 5)
LIMITS = [length(text) for text in ("15d", "60d", "30d", "5wd", "10wd")]
PATH = (
    ("register", "city", "clerk", Status.REGISTERED), ("pass_on", "city", "clerk", Status.PASSED),
    ("accept", "housing", "handler", Status.ACCEPTED),
    ("reply", "housing", "handler", Status.ANSWERED),
    ("close", "housing", "handler", Status.CLOSED),
)  # fmt: skip
"""A case's way through the table: action, unit and role, status afterwards."""


def days(count: int) -> dict[str, list[float]]:
    """Due dates and explanations a second, five rounds of a fifth each."""
    cn, part = calendar("cn"), count // 5
    found: dict[str, list[float]] = {"due dates a second": [], "counted anew a second": [],
                                     "explanations a second": []}  # fmt: skip
    starts = [DAY0 + timedelta(days=n % 300) for n in range(part)]
    moved = cn.with_lists(cn.lists.values())
    for _ in range(5):
        for name, days_off in (("due dates a second", cn), ("counted anew a second", moved)):
            began = time.perf_counter()
            for n, start in enumerate(starts):
                due(start, LIMITS[n % 5], days_off)
            found[name].append(part / (time.perf_counter() - began))
        began = time.perf_counter()
        for n, start in enumerate(starts[: part // 20]):
            for _ in explain(start, LIMITS[n % 5], cn):
                pass
        found["explanations a second"].append(part // 20 / (time.perf_counter() - began))
    return found


def table(cases: int) -> list[float]:
    """Cases a second through the whole table: found, checked, possible actions listed."""
    found = []
    actors = {
        (unit, role): Actor("officer", 1, unit, role) for _, unit, role, _ in PATH
    }  # fmt: skip
    for _ in range(5):
        began = time.perf_counter()
        for n in range(cases // 5):
            case = Petition(n, "", Channel.WEB, Status.SUBMITTED, 1, "city", datetime.now(UTC),
                            datetime.now(UTC).date(),
                            kind=Kind.REQUEST, way="6")  # fmt: skip
            for action, unit, role, to in PATH:
                if unit == "housing":
                    case.unit = "housing"
                actor = actors[unit, role]
                rule = lifecycle.find(case, action, actor, OFFICE)
                lifecycle.possible(case, actor, OFFICE)
                assert rule.to is to
                case.status = to
        found.append(cases // 5 / (time.perf_counter() - began))
    return found


def stored(count: int, folder: Path) -> dict[str, float]:
    """Seconds of a calendar change over so many running clocks, and of a citizen's step
    beside it."""
    database = open_database(load_settings(data_dir=folder, telegram_token=""))
    check_schema(database.engine)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    fill(database, count, now)
    database.write_now(lambda c: Records(c, database.ring).set_setting(
        "recount", json.dumps({"year": 2026})))  # fmt: skip
    # One holiday moved by a day: what ends there moves, the rest is only looked at.
    text = (Path(lifecycle.__file__).parent / "calendars" / "cn-2026.toml").read_text("utf-8")
    moved = text.replace('"2026-10-01", "2026-10-07"', '"2026-10-01", "2026-10-08"')
    database.write_now(lambda c: Records(c, database.ring).keep_calendar("cn", 2026, moved, now))
    again, waits = Recount(database, OFFICE, OfficeClock()), []

    async def run() -> float:
        began = time.perf_counter()
        done = asyncio.create_task(steps())
        while not done.done():
            await asyncio.sleep(0.05)
            asked = time.perf_counter()
            await database.write(lambda c: Records(c, database.ring).chat("web", "1"))
            waits.append(time.perf_counter() - asked)
        return time.perf_counter() - began

    async def steps() -> None:
        while await database.write(again.some, 500):
            pass

    seconds = asyncio.run(run())
    changed = database.read_now(lambda c: c.exec_driver_sql(
        "select count(*) from history where action = 'date_moved'").scalar_one())  # fmt: skip
    database.close()
    waits.sort()
    return {"seconds": seconds, "clocks that moved": changed,
            "ms a citizen's write waits, p50": 1000 * statistics.median(waits),
            "ms a citizen's write waits, p99": 1000 * waits[int(len(waits) * 0.99)]}  # fmt: skip


def fill(database: Any, count: int, now: datetime) -> None:
    """Cases with one running clock each, due over a year."""
    cn = calendar("cn")
    plain = {"channel": "web", "status": "accepted", "kind": "request", "unit": "housing",
             "received_at": now, "received_on": now.date(), "way": "6",
             "assisting": []}  # fmt: skip
    for first in track(range(0, count, 20_000), "cases"):
        rows, clocks = [], []
        for n in range(first, min(first + 20_000, count)):
            start = date(2026, 1, 1) + timedelta(days=n % 360)
            end = due(start, LIMITS[n % 5], cn)
            rows.append(plain | {"number": f"B-{n}"})
            clocks.append({
                "case": n + 1, "clock": "answer", "started_on": start, "due_on": end.nominal,
                "rolled_on": end.rolled, "pauses": [], "provisional": end.provisional,
                "length": str(LIMITS[n % 5]),
            })  # fmt: skip
        with database.engine.begin() as connection:
            connection.execute(insert(PETITION), rows)
            connection.execute(insert(CLOCK), clocks)
    rotate.bind(database.engine, database.ring)


def main(
    clocks: Annotated[int, typer.Option(help="Due dates to count.")] = 1_000_000,
    cases: Annotated[int, typer.Option(help="Cases through the table.")] = 100_000,
    running: Annotated[int, typer.Option("--stored", help="Clocks in the database.")] = 1_000_000,
) -> None:
    """Measure and print the table."""
    out = Table("figure", "median", "range")
    for name, values in {**days(clocks), "cases through the table a second": table(cases)}.items():
        out.add_row(name, f"{statistics.median(values):,.0f}",
                    f"{min(values):,.0f}–{max(values):,.0f}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for name, value in stored(running, Path(folder)).items():
            out.add_row(f"calendar change over {running:,} clocks: {name}", f"{value:,.1f}", "")
    Console().print(out)


if __name__ == "__main__":
    typer.run(main)
