"""Whatever an update holds: nobody's words come to the wrong person, nothing is filed that nobody
submitted, and the next person is answered.

Updates are made as Telegram would send them, then damaged: fields left out, of another kind,
added by a Telegram of tomorrow. `HYPOTHESIS_PROFILE=long` tries many more.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from offices.template import fresh_postgres
from people import FILING, Town, file_petition, town
from samples.damage import ANYTHING, WORDS, damaged
from samples.pictures import PNG
from samples.presses import FORGED, PARTS, TEXTS
from sqlalchemy import func, select
from standins.botapi import Chat, buttons_of
from structlog.testing import capture_logs

from handlers.routes import COMMANDS
from petitions.message import MAX_CALLBACK_BYTES
from petitions.values import history
from storage.tables import PETITION
from telegramchat.ear import _chat_of
from telegramchat.updates import read_update

Raw = dict[str, Any]

OWNER = 1001
DESKS = {1002: ("city", "clerk"), 1003: ("housing", "handler"), 1004: ("city", "supervisor"),
         1005: ("city", "administrator"), 1006: ("city", "leader")}  # fmt: skip
STRANGERS = (2001, 2002, 2003)
WHO = st.sampled_from([OWNER, *DESKS, *STRANGERS])
ODD_IDS = st.sampled_from([0, -1, -1001, 2**31, 2**52, 2**63 - 1, -(2**63), 2**70, "9", 1.0, True])
DATES = st.sampled_from([0, 1, 1_795_000_000, 2**31, 2**33, 253_402_300_800, -1, 1e20])
ODD_TEXTS = st.one_of(
    TEXTS,
    WORDS,
    st.sampled_from(["/start " + "A" * 300, "/track " + "１" * 300, "/find " + "夜" * 900,
                     "/figures 2000~9998", "/figures 9999-W99", "/new@somebody_else_bot"]),
)  # fmt: skip
FILES = {
    name: {"file_id": f"{name}-1", "file_unique_id": "u", "file_size": 10, **more}
    for name, more in {
        "photo": {"width": 1, "height": 1}, "document": {"file_name": "../a\0.pdf"},
        "voice": {"duration": 1}, "audio": {"duration": 1},
        "video": {"duration": 1, "width": 1, "height": 1}, "video_note": {"duration": 1,
        "length": 1}, "animation": {"duration": 1, "width": 1, "height": 1},
        "sticker": {"type": "regular", "width": 1, "height": 1, "is_animated": False,
                    "is_video": False},
    }.items()
}  # fmt: skip
CONTENTS = st.one_of(
    st.builds(lambda text: {"text": text}, ODD_TEXTS),
    st.builds(
        lambda name, caption: {name: [FILES[name]] if name == "photo" else FILES[name],
                               "caption": caption},
        st.sampled_from([*FILES]), ODD_TEXTS,
    ),
    st.builds(lambda phone: {"contact": {"phone_number": phone, "first_name": "甲"}}, ODD_TEXTS),
    st.builds(
        lambda at, to: {"location": {"latitude": at, "longitude": to}},
        st.floats(), st.sampled_from([0, -180.0, 1e300, 106.2]),
    ),
    st.sampled_from([
        {}, {"dice": {"emoji": "🎲", "value": 1}}, {"new_chat_title": "群"},
        {"group_chat_created": True}, {"migrate_to_chat_id": -5}, {"delete_chat_photo": True},
        {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
        {"new_chat_members": [{"id": 5, "is_bot": True, "first_name": ""}]},
        {"web_app_data": {"data": "x", "button_text": "y"}}, {"hologram": {"file_id": "x"}},
        {"story": {"chat": {"id": 5, "type": "channel"}, "id": 1}},
        {"users_shared": {"request_id": 1, "users": []}}, {"write_access_allowed": {}},
        {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0,
                  "is_closed": False, "is_anonymous": True, "type": "regular",
                  "allows_multiple_answers": False}},
    ]),
)  # fmt: skip


def chat(id: object, type: str = "private") -> Raw:
    return {"id": id, "type": type, **({} if type == "private" else {"title": "群"})}


def user(id: object, lang: str) -> Raw:
    return {"id": id, "is_bot": False, "first_name": "某", "language_code": lang}


IDS = st.one_of(WHO, WHO, WHO, ODD_IDS)
LANGS = st.sampled_from(["zh-hans", "en", "", "ar", "x" * 500, "\0", "en-😀"])


@st.composite
def messages(draw: st.DrawFn) -> Raw:
    """A message, in a private chat more often than not."""
    id, kind = (
        draw(IDS),
        draw(st.sampled_from(["private"] * 5 + ["group", "supergroup", "channel"])),
    )
    made = {
        "message_id": draw(st.one_of(st.integers(0, 30), ODD_IDS)), "date": draw(DATES),
        "chat": chat(id, kind), **draw(CONTENTS),
    }  # fmt: skip
    if draw(st.booleans()):
        made["from"] = user(id, draw(LANGS))
    if draw(st.integers(0, 3)) == 0:
        made["reply_to_message"] = {
            "message_id": 1, "date": draw(DATES), "chat": chat(id), **draw(CONTENTS)
        }  # fmt: skip
    return made


DATA = st.one_of(FORGED, st.text(st.characters(), max_size=MAX_CALLBACK_BYTES))


@st.composite
def presses(draw: st.DrawFn) -> Raw:
    """A press of a button that may never have been shown, under a message that may be gone."""
    id = draw(IDS)
    made = {"id": str(draw(st.integers(0, 9))), "from": user(id, draw(LANGS)),
            "chat_instance": "1", "data": draw(DATA)}  # fmt: skip
    if draw(st.booleans()):
        made["message"] = draw(messages()) | {"chat": chat(id)}
    return made


STATES = st.sampled_from(["member", "kicked", "left", "administrator", "restricted", "ghost"])


@st.composite
def members(draw: st.DrawFn) -> Raw:
    """A person let the bot in, or threw it out."""
    id = draw(IDS)
    bot = {"id": 424242, "is_bot": True, "first_name": "b"}
    old, new = ({"status": draw(STATES), "user": bot, "until_date": 0} for _ in range(2))
    return {"chat": chat(id, draw(st.sampled_from(["private", "group"]))), "date": draw(DATES),
            "from": user(id, "zh"), "old_chat_member": old, "new_chat_member": new}  # fmt: skip


UPDATES = st.one_of(
    st.builds(lambda one: {"message": one}, messages()),
    st.builds(lambda one: {"message": one}, messages()),
    st.builds(lambda one: {"edited_message": one}, messages()),
    st.builds(lambda one: {"callback_query": one}, presses()),
    st.builds(lambda one: {"callback_query": one}, presses()),
    st.builds(lambda one: {"my_chat_member": one}, members()),
    st.dictionaries(st.sampled_from(["poll", "telepathy", "message"]), ANYTHING, max_size=2),
)


FORGERIES = st.one_of(PARTS, st.sampled_from(["00009", "0" * 9 + "99", "x" * 40, "٣", "2000~9998"]))
SHOWN = st.tuples(
    WHO, st.integers(0, 60), st.dictionaries(st.integers(1, 8), FORGERIES, max_size=2)
)
"""A press of a button that a chat shows now, some parts of its data replaced."""


COMMANDED = st.builds(
    lambda who, name: {"message": {
        "message_id": 1, "date": 1, "chat": chat(who), "from": user(who, "zh"), "text": f"/{name}"
    }},
    WHO, st.sampled_from([*COMMANDS, "my", "desk", "figures", "staff"]),
)  # fmt: skip


class Fuzzed:
    """One office for all examples: starting it takes longer than most of them."""

    def __init__(self, loop: asyncio.Runner, here: Town) -> None:
        self.loop, self.here, self.app = loop, here, here.app
        self.numbers = itertools.count(10_000)
        self.submits = 0
        self.normal: Any = None

    async def prepare(self) -> None:
        """A case, an owner, five desks."""
        await file_petition(await self.here.citizen())
        for seat in DESKS.values():
            await self.here.officer(*seat)
        for card in FILES.values():
            stored = self.here.api.files.add("document", PNG, "x.png", "image/png")  # type: ignore[union-attr]
            card["file_id"] = stored.id
        self.here._next = 5000
        self.normal = await self.here.citizen()
        # Between two examples the loop stands still: nothing would be said in time.
        await self.app._clockwork.stop()
        self.app._clockwork = None
        self.filed = self.cases()

    def cases(self) -> int:
        count = select(func.count()).select_from(PETITION)
        return int(self.app.database.read_now(lambda c: c.execute(count).scalar_one()))

    def newest(self, who: int) -> list[Raw]:
        """The last messages of a chat, the newest first."""
        held = self.here.api.chats.get(who)  # type: ignore[union-attr]
        return [*itertools.islice(reversed(held.messages.values()), 60)] if held else []

    def shown(self, who: int, pick: int, forged: dict[int, str]) -> Raw:
        """The press of a button, some of its parts forged."""
        found = [(m, b) for m in self.newest(who) for b in buttons_of(m) if b.get("callback_data")]
        message, button = found[pick % len(found)] if found else ({"message_id": 1}, {})
        given = button.get("callback_data", "new:start").split(":")
        data = ":".join(forged.get(place, part) for place, part in enumerate(given))
        place = {"message_id": message["message_id"], "date": 1, "chat": chat(who), "text": "。"}
        return {"callback_query": {"id": "1", "from": user(who, "zh"), "chat_instance": "1",
                                   "message": place, "data": data}}  # fmt: skip

    async def feed(self, raw: Raw) -> None:
        """As the poller does, but nothing is caught."""
        self.submits += ":submit" in repr(raw.get("callback_query"))
        bot = self.app.telegram
        assert bot is not None
        update = read_update(bot, {**raw, "update_id": next(self.numbers)})
        if update is None:
            return
        place = _chat_of(update)
        if place is not None:  # whoever writes has a chat
            known = self.here.api.chats  # type: ignore[union-attr]
            known.setdefault(place, Chat(chat(place)))
        await self.app.feed_telegram(update)

    async def play(self, steps: list[Any]) -> None:
        """Some updates; then all that must hold."""
        self.here.api.calls.clear()  # type: ignore[union-attr]
        with capture_logs() as logs:
            for step in steps:
                await self.feed(self.shown(*step) if isinstance(step, tuple) else step)
        for entry in logs:
            if entry["log_level"] in ("error", "critical"):
                raise AssertionError(entry["event"]) from entry.get("exc_info")
        assert "信访服务" in await self.normal.say("/start")
        assert self.cases() - self.filed <= self.submits
        for who in STRANGERS:
            for message in self.newest(who):
                for secret in (FILING["facts"], FILING["address"]):
                    assert secret not in message.get("text", "")

    def check_chains(self) -> None:
        """Whatever was done to cases is in their history, unbroken."""

        def look(book: Any) -> None:
            for id in [row.id for row in book._db.execute(select(PETITION.c.id))]:
                entries, texts = book.history(id), book.commitments(id)
                chain = [(entry, texts.get(entry.seq, [])) for entry in entries]
                assert history.first_broken(id, chain) is None

        self.here.now(look)


def office(tmp: Path, **settings: Any) -> Iterator[Fuzzed]:
    """A running office with a loop of its own."""
    with asyncio.Runner() as loop:
        stack = AsyncExitStack()
        here = loop.run(stack.enter_async_context(town(tmp, **settings)))
        fuzzed = Fuzzed(loop, here)
        loop.run(fuzzed.prepare())
        try:
            yield fuzzed
            fuzzed.check_chains()
        finally:
            loop.run(stack.aclose())


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Fuzzed]:
    with tempfile.TemporaryDirectory() as folder:
        yield from office(Path(folder))


STEPS = st.lists(
    st.one_of(damaged(UPDATES), COMMANDED, SHOWN, SHOWN, SHOWN), min_size=1, max_size=12
)


@given(STEPS)
def test_no_update_stops_the_office_or_shows_a_case_to_a_stranger(
    fuzzed: Fuzzed, steps: list[Any]
) -> None:
    fuzzed.loop.run(fuzzed.play(steps))


@pytest.fixture(scope="module")
def on_postgres(postgres: str) -> Iterator[Fuzzed]:
    with tempfile.TemporaryDirectory() as folder:
        yield from office(Path(folder), database_url=fresh_postgres(postgres))


@pytest.mark.postgres
@given(STEPS)
def test_no_update_stops_the_office_on_postgres(on_postgres: Fuzzed, steps: list[Any]) -> None:
    """Which takes no NUL in a text, and no number over 64 bits."""
    on_postgres.loop.run(on_postgres.play(steps))
