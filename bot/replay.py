"""Real messages through the real conversations: filed on the page, answered at the desk,
followed by the petitioner, and measured.

Everything goes over the page's own HTTP routes, as a visitor's browser would send it.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table

from bot.app import App
from bot.opening import open_database
from bot.settings import Settings
from bot.wiring import build
from petitions.values.codes import read_number
from petitions.values.person import Role
from petitions.verbs import seating
from petitions.words import DEFAULT, say
from storage.migrate import must_be_current
from storage.records import Records

PIECE = 3900
"""Characters a person's client sends at once; longer texts come in several messages."""
LOOKS = 6
"""How often a person looks for a button before giving up: three seconds in all."""
SIDE_BY_SIDE = 4
"""Messages under way at once."""
BASIS = "见答复"
UNITS = ("housing", "labour", "ecology", "transport")
"""Units of the sample office the cases are passed to, in turn."""


class Stuck(Exception):
    """The conversation didn't go as it should; the reason is for the table."""


@dataclass(slots=True)
class Result:
    """The outcome of the messages."""

    filed: int = 0
    answered: int = 0
    followed: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    failed_ids: list[str] = field(default_factory=list)
    seconds: float = 0.0
    late: int = 0
    """How often a button wasn't there yet and the log was read again."""
    waits: list[float] = field(default_factory=list)
    """Seconds from each thing a person did to the answer on their page."""


class Somebody:
    """One visitor of the page, citizen or officer."""

    def __init__(self, http: aiohttp.ClientSession, base: str, result: Result) -> None:
        self._http = http
        self._base = base
        self._result = result
        self._cookies: dict[str, str] = {}
        self.lines: list[dict[str, Any]] = []
        self._seen = 0

    async def enter(self, start: str = "") -> None:
        """Open the page."""
        await self._post("enter", {"lang": DEFAULT, "start": start})

    async def say(self, text: str) -> str:
        """Write; gives what was said in answer."""
        return await self._post("say", {"text": text})

    async def press(self, key: str, about: str = "") -> str:
        """Press a button with this label of the catalogue."""
        return await self.press_label(say(DEFAULT, key), about)

    async def press_label(self, label: str, about: str = "") -> str:
        """Press the newest button with this label, on a line that names `about`: notices of
        other cases come in between."""
        for look in range(LOOKS):
            for line in self._lines_about(about):
                for row in line["buttons"]:
                    for button in row:
                        if button["text"] == label:
                            body = {"message": line["id"], "data": button["data"]}
                            return await self._post("press", body)
            await self._look(0.05 * 2**look)
        raise Stuck(f"no button {label}")

    async def _look(self, pause: float) -> None:
        """Wait and read the log again, as the page does by its stream."""
        self._result.late += 1
        await asyncio.sleep(pause)
        async with self._http.get(f"{self._base}/log", cookies=self._cookies) as response:
            self._hear((await response.json())["lines"])

    def _hear(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Take in what is new; gives the office's part of it."""
        fresh = [x for x in lines if x["seq"] > self._seen and x["who"] == "office"]
        self._seen = max([self._seen, *(x["seq"] for x in lines)])
        self.lines = [*self.lines, *fresh][-30:]
        return fresh

    def shows(self, key: str, about: str = "") -> bool:
        """Whether the newest line with buttons that names `about` offers this one."""
        newest: dict[str, Any] = next(self._lines_about(about), {"buttons": []})
        return any(b["text"] == say(DEFAULT, key) for row in newest["buttons"] for b in row)

    def _lines_about(self, about: str) -> Iterator[dict[str, Any]]:
        return (x for x in reversed(self.lines) if x["buttons"] and about in x["text"])

    async def _post(self, path: str, body: dict[str, Any]) -> str:
        sent = {"key": uuid.uuid4().hex, "after": self._seen, **body}
        began = time.perf_counter()
        async with self._http.post(
            f"{self._base}/{path}", json=sent, cookies=self._cookies
        ) as response:
            answer = await response.json()
            self._cookies |= {name: c.value for name, c in response.cookies.items()}
        self._result.waits.append(time.perf_counter() - began)
        if response.status >= 400:
            raise Stuck(f"{path}: {answer['error'][DEFAULT]}")
        fresh = self._hear(answer["lines"])
        return "\n".join([*(x["text"] for x in fresh), answer.get("toast") or ""])


def pieces(text: str) -> Iterator[str]:
    """A long text as the messages a client cuts it into."""
    for at in range(0, len(text), PIECE):
        yield text[at : at + PIECE]


async def file(person: Somebody, row: dict[str, Any]) -> str:
    """File one message; gives the case's number. Raises Stuck."""
    await person.enter()
    await person.say("/new")
    await person.press("button.agree")
    for piece in pieces(row["text"]):
        await person.say(piece)
    if person.shows("button.thats_all"):
        await person.press("button.thats_all")
    for answer in (row["subject"], "云川市", "网友", "云川市"):
        await person.say(answer)
    await person.press("choice.here")
    await person.press("choice.nobody")
    receipt = await person.press("form.petition.submit")
    number = read_number(receipt)
    if number is None:
        raise Stuck("no receipt")
    return number


async def answer(
    clerk: Somebody, handler: Somebody, unit_label: str, number: str, reply: str
) -> None:
    """Register, pass on, accept and answer one case. Raises Stuck."""
    await clerk.say(f"/desk {number}")
    await clerk.press("action.register", number)
    await _check_categories(clerk, number)
    await clerk.press("form.desk_register.submit", checking("register", number))
    await clerk.press("action.pass_on", number)
    await clerk.press_label(unit_label, number)
    await clerk.press("form.desk_pass_on.submit", checking("pass_on", number))
    await handler.say(f"/desk {number}")
    await handler.press("action.accept", number)
    await handler.press("form.desk_accept.submit", checking("accept", number))
    await handler.press("action.reply", number)
    await handler.press("outcome.supported", number)
    await handler.press("button.skip", number)
    for piece in pieces(reply):
        await handler.say(piece)
    if handler.shows("button.thats_all", number):
        await handler.press("button.thats_all", number)
    await handler.say(BASIS)
    done = await handler.press("form.desk_opinion.submit", checking("opinion", number))
    if say(DEFAULT, "done.desk_reply", number=number) not in done:
        raise Stuck("the answer was not taken")


def checking(action: str, number: str) -> str:
    """The first words of the check page of an officer's step: its button may have the same label
    as the one that began the step."""
    return say(DEFAULT, f"form.desk_{action}.check", case=number)


async def _check_categories(clerk: Somebody, number: str) -> None:
    """Where nothing was suggested for the field, say that it isn't known. Looks for the
    question itself: a notice about the same case may have come after it."""
    for step in ("category1", "category2"):
        question = say(DEFAULT, f"form.desk_register.{step}", case=number)
        if clerk.shows("choice.not_sure", question):
            await clerk.press("choice.not_sure", question)


async def follow(person: Somebody, number: str, reply: str) -> None:
    """Read the card and the whole answer as the petitioner. Raises Stuck."""
    listed = await person.say("/my")
    if number not in listed:
        raise Stuck("not on the list")
    await person.press_label(f"{number} · {say(DEFAULT, 'status.answered')}")
    shown = await person.press("button.read_answer")
    if _letters(reply) not in _letters(shown):
        raise Stuck("the answer is not whole")


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


async def replay(settings: Settings, path: Path, limit: int, console: Console) -> Result:
    """Play a file of messages (`id`, `subject`, `text`, `reply` a line) and print the table.

    Each message is a new visitor, so playing a file again files it again. An interrupted run
    leaves a consistent database: every step was a transaction.
    """
    rows, result = read(path, limit)
    database = open_database(settings)
    must_be_current(database.engine)
    database.close()
    app = build(settings.model_copy(update={"web_port": 0, "demo": False, "office": None}))
    await app.start()
    began = time.perf_counter()
    try:
        with Progress(
            "{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=console,
        ) as bar:  # fmt: skip
            task = bar.add_task("replay", total=len(rows))
            await _play(app, rows, result, lambda: bar.advance(task))
    except asyncio.CancelledError:
        console.print("interrupted; what was receipted is in the database")
    finally:
        result.seconds = time.perf_counter() - began
        await app.stop()
    report(result, console)
    return result


async def _play(app: App, rows: list[dict[str, Any]], result: Result, advance: Any) -> None:
    queue = list(enumerate(rows))[::-1]
    base = f"http://127.0.0.1:{app.port}/api/me"
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=jar) as http:

        async def worker() -> None:
            clerk = await _seat(app, http, base, app.office.bureau, Role.CLERK, result)
            handlers = {
                unit: await _seat(app, http, base, unit, Role.HANDLER, result) for unit in UNITS
            }
            while queue:
                index, row = queue.pop()
                unit = UNITS[index % len(UNITS)]
                person = Somebody(http, base, result)
                try:
                    number = await file(person, row)
                    result.filed += 1
                    label = app.office.unit_name(unit, DEFAULT)
                    await answer(clerk, handlers[unit], label, number, row["reply"])
                    result.answered += 1
                    await follow(person, number, row["reply"])
                    result.followed += 1
                except Stuck as stuck:
                    result.failed[str(stuck)[:60]] += 1
                    result.failed_ids.append(str(row["id"]))
                advance()

        await asyncio.gather(*(worker() for _ in range(SIDE_BY_SIDE)))


async def _seat(
    app: App, http: aiohttp.ClientSession, base: str, unit: str, role: Role, result: Result
) -> Somebody:
    """An officer of this unit, seated by an invitation."""
    database = app.database
    token = await database.write(
        lambda c: seating.invite(
            Records(c, database.ring), app.office, unit, role, uuid.uuid4().hex[:8],
            datetime.now(UTC), alone=True,
        )
    )  # fmt: skip
    officer = Somebody(http, base, result)
    await officer.enter(f"i_{token}")
    return officer


def read(path: Path, limit: int) -> tuple[list[dict[str, Any]], Result]:
    """The messages of a file; lines that can't be used are counted by reason."""
    result = Result()
    rows: list[dict[str, Any]] = []
    for line in path.read_text("utf-8", errors="replace").splitlines():
        if limit and len(rows) >= limit:
            break
        try:
            row = json.loads(line)
            missing = [k for k in ("id", "subject", "text", "reply") if not row.get(k)]
        except (ValueError, AttributeError, RecursionError):
            result.failed["line is not a JSON object"] += 1
            continue
        if missing:
            result.failed[f"line lacks {', '.join(missing)}"] += 1
        else:
            rows.append(row)
    return rows, result


def report(result: Result, console: Console) -> None:
    """The table at the end."""
    table = Table("what", "count", title="replay")
    for name in ("filed", "answered", "followed"):
        table.add_row(name, str(getattr(result, name)))
    table.add_row("buttons waited for", str(result.late))
    table.add_row("failed", str(sum(result.failed.values())))
    for reason, count in result.failed.most_common():
        table.add_row(f"  {reason}", str(count))
    waits = sorted(result.waits)
    if waits:
        table.add_row("updates", str(len(waits)))
        table.add_row("updates a second", f"{len(waits) / result.seconds:.0f}")
        table.add_row("p50 of an answer, ms", f"{1000 * statistics.median(waits):.1f}")
        table.add_row("p99 of an answer, ms", f"{1000 * waits[int(len(waits) * 0.99)]:.1f}")
    console.print(table)
    if result.failed_ids:
        console.print("failed ids:", " ".join(result.failed_ids[:50]))
