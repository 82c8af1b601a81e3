"""After a week without updates Telegram numbers anew, perhaps lower: everybody is answered all the
same, once, in order; and whatever Telegram sends, it isn't asked again without a pause.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from offices.called import called as called
from offices.called import office as office  # a fixture
from offices.called import post
from offices.records import count
from offices.several import called as hooks
from offices.several import fleet
from offices.several import url as url
from people import Town, handled, until
from sqlalchemy import insert

from storage.tables import HANDLED, INBOX

pytestmark = pytest.mark.once

HELLO, HELP, AGREE = "信访服务", "人工服务", "只用来办"


def questions(here: Town) -> int:
    assert here.api
    return here.api.stats.calls["getUpdates"]


async def greeted(here: Town, person: Any) -> dict[str, Any]:
    """Somebody's first update, answered and forgotten."""
    first = await person.phone.say("/start")
    await handled(here.app, first["update_id"])
    assert HELLO in await person.expect(HELLO)
    return dict(first)


async def a_week(here: Town) -> None:
    """Nothing comes for so long that Telegram numbers anew; nobody lets go of anything."""
    await here.set_clock(here.app.clock.now() + timedelta(days=8))


async def test_who_writes_after_a_week_of_silence_is_answered_at_once(office: Town) -> None:
    person, other = await office.citizen(), await office.citizen()
    assert HELLO in await person.say("/start")
    await a_week(office)
    assert office.api
    office.api.updates.renumber(117_314_199)
    before = questions(office)
    async with asyncio.timeout(60):
        assert HELP in await person.say("/help")
        assert HELLO in await other.say("/start")
        assert HELLO in await person.say("/start")
    heard = [len(one.phone.received) for one in (person, other)]
    await asyncio.sleep(2)
    assert [len(one.phone.received) for one in (person, other)] == heard, "each once"
    assert questions(office) - before < 20
    assert not len(office.api.updates), "and confirmed"


async def test_an_old_number_given_again_in_the_same_chat_is_another_update(office: Town) -> None:
    person = await office.citizen()
    first = await greeted(office, person)
    await a_week(office)
    assert office.api
    if (
        office.app.poller
    ):  # else it asks for what follows that number, and so confirms its new bearer
        async with asyncio.timeout(120):
            while not office.api.updates.is_asked:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    office.api.updates.renumber(first["update_id"])
    await person.phone.say("/help")
    await person.expect(HELP)


async def test_a_number_given_again_is_still_answered_from_store_when_it_comes_again(
    called: Town,
) -> None:
    person = await called.citizen()
    first = await greeted(called, person)
    await a_week(called)
    assert called.api
    called.api.updates.renumber(first["update_id"])
    second = await person.phone.say("/new")
    agree = await person.expect(AGREE)
    heard = len(person.phone.received)
    assert await post(called, second) == 200
    async with asyncio.timeout(60):
        while len(person.phone.received) == heard or count(called, INBOX):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert [m["text"] for m in person.phone.received[heard:]] == [agree]
    assert count(called, HANDLED) == 1


async def test_what_was_left_under_a_number_gives_it_to_who_writes_now(called: Town) -> None:
    """An update that no key opens is kept; a new one of its number is kept beside it."""
    person = await called.citizen()
    first = await greeted(called, person)
    row = {"update": first["update_id"], "chat": person.phone.chat.id, "holder": 0,
           "body": b"\xff" * 40, "at": called.app.clock.now()}  # fmt: skip
    called.app.database.write_now(lambda c: c.execute(insert(INBOX).values(row)))
    await a_week(called)
    assert called.api
    called.api.updates.renumber(first["update_id"])
    await person.phone.say("/help")
    await person.expect(HELP)
    await person.phone.say("/start")
    await until(lambda: count(called, INBOX) == 1)


async def test_old_numbers_dont_stand_for_new_ones_that_havent_come(called: Town) -> None:
    person = await called.citizen()
    first = await greeted(called, person)
    await a_week(called)
    assert called.api
    number = first["update_id"]
    chat, sender = person.phone.chat.card, person.phone.user
    calls = [
        {"update_id": number + n, "message": {
            "message_id": 5000 + n, "date": 1_800_000_000, "chat": chat, "from": sender,
            "text": said}}
        for n, said in enumerate(("/new", "/help"))
    ]  # fmt: skip
    assert await post(called, calls[1]) == 200
    assert await post(called, calls[0]) == 200
    await person.expect(HELP)
    heard = [str(m.get("text")) for m in person.phone.received]
    (new,) = [n for n, text in enumerate(heard) if AGREE in text]
    (help,) = [n for n, text in enumerate(heard) if HELP in text]
    assert new < help


async def test_telegram_is_never_asked_again_without_a_pause(here: Town) -> None:
    """A server, or a proxy before it, that sends what was confirmed again and again."""
    person = await here.citizen()
    assert here.api
    here.api.updates.forgets = False
    assert HELLO in await person.say("/start")
    heard, before = len(person.phone.received), questions(here)
    await asyncio.sleep(3)
    assert questions(here) - before < 10
    assert len(person.phone.received) == heard, "answered once"
    assert HELP in await person.say("/help"), "and not deaf"


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.parametrize("by_webhook", [False, True])
async def test_of_several_processes_each_hears_new_numbers(
    tmp_path: Path, url: str, by_webhook: bool
) -> None:
    async with fleet(tmp_path, url) as (api, processes):
        if by_webhook:
            await hooks(api, processes, 2)
        else:
            processes.start(), processes.start()
        phones = [api.phone(6300 + n, "Citizen") for n in range(6)]
        for phone in phones:
            await phone.say("/start")
        await until(lambda: all(HELLO in str(p.received) for p in phones))
        first = min(u["update_id"] for u in api.updates.posted) if by_webhook else 870_000_001
        await until(lambda: not len(api.updates))
        api.updates.renumber(first)
        before = api.stats.calls["getUpdates"]
        for phone in phones:
            await phone.say("/help")
        await until(lambda: all(HELP in str(p.received) for p in phones))
        assert api.stats.calls["getUpdates"] - before < 30
        assert all(str(p.received).count(HELP) == 1 for p in phones)
