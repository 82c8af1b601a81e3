"""People for the tests: the same few verbs on Telegram and on the page, over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import aiohttp
from botapi import BotApi, Phone
from sqlalchemy import Engine, event, select
from template import empty

from bot.app import App
from bot.settings import load_settings
from bot.wiring import build
from petitions.values.person import Role
from petitions.verbs import seating
from storage.records import Records
from storage.tables import HANDLED, INBOX

SHOTS = Path(os.environ.get("SHOTS", Path(__file__).parent / "shots"))
"""Where pictures go, to be looked at; not in the repository."""
SHOTS.mkdir(exist_ok=True)
START = datetime(2026, 11, 18, 13, tzinfo=UTC)
"""What a town's clock shows first: nine in the evening of a Wednesday, whenever the tests run."""
FILING = {
    "facts": "小区楼下的工地每天夜里施工到两点，已经一个月，老人和孩子都睡不好。",
    "request": "请让工地夜里停工。",
    "place": "云川市和平路",
    "name": "测试甲",
    "address": "云川市和平路3号",
    "contact": "13800138000",
}
"""Answers of a filing, in the order they are asked."""


FAST = {
    "telegram_rate": 10**5,
    "visitor_rate": 10**6,
    "address_rate": 10**6,
    "address_visitors": 10**6,
}
"""People of the tests are quick, and all of one address."""


class Someone(Protocol):
    """A person in a chat, whatever the channel."""

    async def say(self, text: str) -> str:
        """Send a text; gives all that was said in answer."""
        ...

    async def press(self, label: str) -> str:
        """Press the newest button with this label (or label part); gives the answer."""
        ...

    async def expect(self, text: str) -> str:
        """Wait until the office has said something with this in it; gives that message."""
        ...

    def buttons(self) -> list[str]:
        """Labels of all buttons shown now, newest message last."""
        ...


MORE = ("更多步骤", "More steps")
"""Where a case's rarer steps are."""


def more(label: str, messages: list[list[str]]) -> str:
    """The button behind which a label must be: that of the newest message which has either;
    empty where the label itself is shown later."""
    for labels in reversed(messages):
        if any(label in b for b in labels):
            return ""
        for b in labels:
            if b.startswith(MORE):
                return b
    return ""


def best(label: str, shown: list[str]) -> str:
    """The newest button that is, begins with, or holds this label."""
    found = (
        [b for b in shown if b == label]
        or [b for b in shown if b.startswith(label)]
        or [b for b in shown if label in b]
    )
    assert found, f"no button {label!r}; shown: {shown[-12:]}"
    return found[-1]


def _labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [b["text"] for row in rows for b in row]


async def handled(app: App, update: int) -> None:
    """Until an update from Telegram has been handled and answered."""
    if app.poller:
        await app.poller.handled(update)
        return
    done = select(HANDLED.c.key).where(
        HANDLED.c.key == str(update), HANDLED.c.channel == "telegram"
    )
    waits = select(INBOX.c.update).where(INBOX.c.update == update)
    for _ in range(6000):
        if await app.database.read(
            lambda c: c.execute(done).first() and not c.execute(waits).first()
        ):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"update {update} wasn't handled")


ASKED = "查看是为了什么"
"""What an officer without a duty in a case is asked before it is opened."""


async def with_reason(person: Any, said: str) -> str:
    """What somebody hears; an officer who is asked what they look for says it at once, unless a
    test is about that (`silent`)."""
    if ASKED not in said or "您的查看会记录下来" not in said or person.silent:
        return said
    await person.press("检查办理质量")
    return str(await person.say("按计划检查办理质量"))


class TelegramPerson:
    """Somebody with Telegram, over the stand-in server."""

    channel = "telegram"
    silent = False

    def __init__(self, phone: Phone, app: App) -> None:
        self.phone = phone
        self.app = app

    async def say(self, text: str) -> str:
        return await with_reason(self, await self._done(self.phone.say(text)))

    async def _done(self, act: Any) -> str:
        heard = len(self.phone.answers)
        newest = max((m["message_id"] for m in self.phone.received), default=0)
        update = await act
        await handled(self.app, update["update_id"])
        new = [m for m in self.phone.received if m["message_id"] > newest]
        said = [m.get("text") or m.get("caption") or "" for m in new]
        alerts = [a for a in self.phone.alerts[-(len(self.phone.answers) - heard) :] if a]
        return "\n".join([*said, *alerts])

    async def press(self, label: str) -> str:
        if hidden := more(label, [_labels(m) for m in self.phone.received]):
            await self._done(self.phone.press(hidden))
        return await with_reason(self, await self._done(self.phone.press(self._full(label))))

    def _full(self, label: str) -> str:
        return best(label, self.buttons())

    def buttons(self) -> list[str]:
        return [label for m in self.phone.received for label in _labels(m)]

    async def expect(self, text: str) -> str:
        message = await self.phone.expect(text)
        return str(message.get("text") or message.get("caption") or "")

    async def send_file(self, content: bytes, name: str, mime: str, caption: str = "") -> str:
        return await self._done(self.phone.send_document(content, name, mime, caption or None))


class WebPerson:
    """Somebody with the page, over its own routes; a browser without the pictures."""

    channel = "web"
    silent = False

    def __init__(self, app: App, pane: str = "me") -> None:
        self.app = app
        self.base = f"http://127.0.0.1:{app.port}/api/{pane}"
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.lines: dict[int, dict[str, Any]] = {}
        self.entered: dict[str, Any] = {}

    async def enter(self, lang: str = "zh", start: str = "") -> None:
        self.entered = await self.post(
            "enter", {"lang": lang, "start": start, "key": uuid.uuid4().hex}
        )
        await self.refresh()

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self.http.post(f"{self.base}/{path}", json=body) as response:
            found = await response.json()
            if response.status >= 400:
                raise Refused(response.status, found)
            return dict(found)

    async def refresh(self) -> None:
        async with self.http.get(f"{self.base}/log") as response:
            if response.status == 401:  # a desk that must log in first
                return
            for line in (await response.json())["lines"]:
                self.lines[line["id"]] = line

    async def say(self, text: str) -> str:
        said = await self._done("say", {"key": uuid.uuid4().hex, "text": text})
        return await with_reason(self, said)

    async def _done(self, path: str, body: dict[str, Any]) -> str:
        before = {id: line["seq"] for id, line in self.lines.items()}
        try:
            answer = await self.post(path, body)
        except Refused as refused:
            if refused.status != 401 or path != "say":
                raise
            self.lines.clear()  # the session was ended: as the page does, begin anew, then say it
            await self.enter()
            before = {id: line["seq"] for id, line in self.lines.items()}
            answer = await self.post(path, body)
        await self.refresh()
        fresh = [x for x in self._said() if before.get(x["id"]) != x["seq"]]
        return "\n".join([*(x["text"] for x in fresh), answer.get("toast") or ""])

    def _said(self) -> list[dict[str, Any]]:
        return [self.lines[id] for id in sorted(self.lines) if self.lines[id]["who"] == "office"]

    async def press(self, label: str) -> str:
        shown = [[b["text"] for row in x["buttons"] for b in row] for x in self._said()]
        if hidden := more(label, shown):
            await self._press(hidden)
        return await with_reason(self, await self._press(label))

    async def _press(self, label: str) -> str:
        shown = [
            (line["id"], b) for line in self._said() for row in line["buttons"] for b in row
            if "data" in b
        ]  # fmt: skip
        wanted = best(label, [b["text"] for _, b in shown])
        id, button = [s for s in shown if s[1]["text"] == wanted][-1]
        body = {"key": uuid.uuid4().hex, "message": id, "data": button["data"]}
        return await self._done("press", body)

    def buttons(self) -> list[str]:
        return [b["text"] for line in self._said() for row in line["buttons"] for b in row]

    async def expect(self, text: str) -> str:
        for _ in range(2400):
            await self.refresh()
            for line in reversed(self._said()):
                if text in line["text"]:
                    return str(line["text"])
            await asyncio.sleep(0.05)
        raise AssertionError(f"{text!r} not said; tail: {[x['text'] for x in self._said()[-4:]]}")

    async def send_file(self, content: bytes, name: str, mime: str, caption: str = "") -> str:
        form = aiohttp.FormData()
        form.add_field("key", uuid.uuid4().hex)
        form.add_field("caption", caption)
        form.add_field("kind", "document")
        form.add_field("file", content, filename=name, content_type=mime)
        before = {id: line["seq"] for id, line in self.lines.items()}
        async with self.http.post(f"{self.base}/file", data=form) as response:
            found = await response.json()
            if response.status >= 400:
                raise Refused(response.status, found)
        await self.refresh()
        fresh = [x for x in self._said() if before.get(x["id"]) != x["seq"]]
        return "\n".join(x["text"] for x in fresh)

    async def close(self) -> None:
        await self.http.close()


class Refused(Exception):
    """The page's server said no."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class Town:
    """A running office with people around it."""

    def __init__(self, app: App, api: BotApi | None) -> None:
        self.app = app
        self.api = api
        self._next = 1000
        self._closers: list[Any] = []

    async def citizen(self, channel: str = "telegram", lang: str = "zh-hans") -> Any:
        """A new person, who hasn't said anything yet (the page greets by itself)."""
        if channel == "telegram":
            assert self.api is not None
            self._next += 1
            phone = self.api.phone(self._next, "Citizen", language_code=lang)
            return TelegramPerson(phone, self.app)
        person = WebPerson(self.app)
        self._closers.append(person.close)
        await person.enter("zh" if lang.startswith("zh") else "en")
        return person

    async def officer(self, unit: str, role: str = "handler", channel: str = "telegram") -> Any:
        """A new officer, seated by an invitation."""
        token = self.invite(unit, role)
        person = await self.citizen(channel)
        await person.say(f"/start i_{token}")
        return person

    def invite(self, unit: str, role: str = "handler") -> str:
        """A one-time token of a new desk."""
        return self.now(
            lambda book: seating.invite(
                book, self.app.office, unit, Role(role), f"desk {unit}", self.app.clock.now()
            )
        )

    def now(self, work: Any) -> Any:
        """Run something on the records, in a transaction of its own."""
        database = self.app.database
        return database.write_now(lambda c: work(Records(c, database.ring)))

    async def pass_time(self, **delta: float) -> None:
        """Move the office's clock, stopping wherever something falls due."""
        target = self.app.clock.now() + timedelta(**delta)
        while (due := await self.app.ledger.next_due()) and due <= target:
            await self.set_clock(max(due, self.app.clock.now()))
            await self.app.reminders.tick()
        await self.set_clock(target)

    async def set_clock(self, instant: datetime) -> None:
        """Show another time from now on."""
        await self.app.clock.set_to(instant, self.app.database)

    async def close(self) -> None:
        for closer in self._closers:
            await closer()


@asynccontextmanager
async def town(
    folder: Path, telegram: bool = True, ticking: bool = True, makes: bool = False, **settings: Any
) -> AsyncIterator[Town]:
    """An office on a database of its own, with a Bot API server beside it. `makes`: bulletins and
    whatever else is made by the calendar; a day of them takes as long as a day of all the rest."""
    async with BotApi() as api:
        given: dict[str, Any] = {
            "data_dir": folder, "keys": folder / "keys.toml", "web_port": 0, **FAST, **settings,
        }  # fmt: skip
        if telegram:
            given |= {"telegram_token": api.token, "telegram_api": api.url}
        chosen = load_settings(**given)
        if not chosen.database_url:
            chosen.database_url = empty(folder / "petitions.sqlite3")
        app = build(chosen)
        if not (makes or chosen.demo):
            app.reminders.makers = ()
        app.retention.moved = True  # by the tests themselves
        await app.start(ticking=ticking)
        here = Town(app, api)
        await here.set_clock(START)
        # Built by the real clock, it has planned the morning after today; the tests' is earlier.
        await app.ledger.tidy(START)
        try:
            yield here
        finally:
            await here.close()
            await app.stop()


VOICE = b"OggS" + b"\0" * 60


async def speak(person: Any) -> str:
    """Send a voice message on Telegram; gives the answer."""
    return str(await person._done(person.phone.send_voice(VOICE, 3)))


@contextlib.contextmanager
def asked(*tables: str) -> Iterator[list[str]]:
    """The statements that name one of these tables, of all databases meanwhile."""
    found: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if any(re.search(rf"\b{table}\b", statement) for table in tables):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextlib.contextmanager
def transactions() -> Iterator[list[list[str]]]:
    """The statements of each transaction that ended meanwhile, of all databases."""
    ended: list[list[str]] = []

    def begun(connection: Any) -> None:
        connection.info["said"] = []

    def note(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        connection.info.setdefault("said", []).append(statement)

    def end(connection: Any) -> None:
        ended.append(connection.info.pop("said", []))

    heard = (("begin", begun), ("before_cursor_execute", note), ("commit", end), ("rollback", end))
    for name, hear in heard:
        event.listen(Engine, name, hear)
    try:
        yield ended
    finally:
        for name, hear in heard:
            event.remove(Engine, name, hear)


def writes(statements: list[str]) -> bool:
    """Whether a transaction wrote something."""
    return any(s.lstrip().startswith(("INSERT", "UPDATE", "DELETE")) for s in statements)


async def file_petition(person: Any, *spoken: str, **answers: str) -> str:
    """File a petition from the first button to the receipt; gives its number. `spoken`: what is
    said by voice; `hidden`: who must not see it."""
    from petitions.values.codes import read_number

    given = FILING | {"hidden": ""} | answers
    await person.say("/new")
    if any("同意" in b for b in person.buttons()):
        await person.press("同意，开始")
    for part, words in given.items():
        if part in spoken:
            await speak(person)
        elif words:
            await person.say(words)
        else:
            await person.press("没有")
    text = await person.press("提交")
    number = read_number(text)
    assert number, text
    await person.expect(f"{number}：用手机扫")
    return number


LOST = b"\x07" + bytes(40)
"""A value that was sealed with a key which is gone."""


def told(person: Any) -> list[str]:
    """Everything the office said to somebody, as far as they have seen it."""
    if person.channel == "telegram":
        return [m.get("text") or m.get("caption") or "" for m in person.phone.received]
    return [line["text"] for line in person._said()]


def on_paper(here: Town, number: str) -> int:
    """As if it was filed by letter: nobody follows it from a chat. Gives the case."""
    now = here.app.clock.now()

    def work(book: Any) -> int:
        case = int(book.by_number(number).id)
        for one in book.followers(case):
            book.unfollow(case, one, now)
        return case

    return int(here.now(work))


async def opinion(unit: Any, text: str, outcome: str = "予以支持") -> str:
    """Give the written opinion on a request that is open at this desk."""
    await unit.press("答复")
    await unit.press(outcome)
    await unit.say("现场查看，属实。")
    await unit.say(text)
    await unit.say("《噪声污染防治法》")
    await unit.press("跳过")
    return str(await unit.press("发出意见书"))


def code_in(text: str) -> str:
    """The query code of a receipt."""
    import re

    found = re.search(r"([2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5})", text)
    assert found, text
    return found.group(1)
