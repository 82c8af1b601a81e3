"""One chat that can't be told anything now holds up nobody; what it was answered is said later, in
order, before whatever comes after it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from offices.called import office as office
from offices.records import count
from offices.several import called as hooks
from offices.several import fleet
from offices.several import url as url
from people import FILING, Office, Town, accepted, file_petition, handled, until
from sqlalchemy import select
from standins.botapi import Phone

from petitions.case.notices import ANSWER
from petitions.values.codes import read_number
from storage.tables import INBOX, NOTICE

FLOODED: dict[str, Any] = {"kind": "429", "retry_after": 8288}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a minute for what fails all the same."""
    monkeypatch.setattr("telegramchat.session.PATIENCE", 1)


def texts(phone: Phone, since: int = 0) -> list[str]:
    return [str(m.get("text") or m.get("caption") or "") for m in phone.received[since:]]


async def fails(here: Town, person: Any, **fault: Any) -> list[Any]:
    """From now on nothing gets through to this chat."""
    assert here.api
    ways = ("sendMessage", "sendPhoto", "sendDocument", "sendVoice", "editMessageText")
    return [here.api.fault(way, person.phone.id, times=-1, **fault) for way in ways]


async def works(here: Town, faults: list[Any]) -> None:
    assert here.api
    for fault in faults:
        here.api.faults.remove(fault)


async def test_a_flooded_chat_holds_up_nobody_and_is_told_everything_in_order(
    office: Town,
) -> None:
    person, other = await office.citizen(), await office.citizen()
    await person.say("/start")
    broken = await fails(office, person, **FLOODED)
    heard = len(person.phone.received)
    async with asyncio.timeout(120):
        said = [await person.phone.say("/help" if n % 2 else "/my") for n in range(110)]
        assert "信访服务" in await other.say("/start"), "after the hundredth"
        for update in said:
            await handled(office.app, update["update_id"])
    await until(lambda: not len(office.api.updates) and not count(office, INBOX))  # type: ignore[union-attr]
    assert len(person.phone.received) == heard
    await works(office, broken)
    await person.phone.say("/privacy")
    await office.pass_time(seconds=8000)
    assert len(person.phone.received) == heard, "Telegram has asked to wait, and it is waited"
    await office.pass_time(seconds=600)
    told = texts(person.phone, heard)
    assert len(told) == 111
    assert all(("人工服务" in text) == bool(n % 2) for n, text in enumerate(told[:110]))
    assert "清除" in told[110]
    assert "信访服务" in await person.say("/start"), "and from now on at once"
    assert len(person.phone.received) == heard + 112


async def test_what_was_filed_meanwhile_is_receipted_later_and_once(office: Town) -> None:
    person, other = await office.citizen(), await office.citizen()
    await person.say("/new")
    await person.press("同意，开始")
    for part in ("facts", "request", "place", "name", "address", "contact"):
        await person.say(FILING[part])
    await person.press("没有")
    broken = await fails(office, person, **FLOODED)
    heard = len(person.phone.received)
    assert not read_number(await person.press("提交"))
    await file_petition(other)
    await works(office, broken)
    await office.pass_time(hours=3)
    told = texts(person.phone, heard)
    receipts = [text for text in told if "查询码" in text]
    assert len(receipts) == 1
    number = read_number(receipts[0])
    pictures = [text for text in told if f"{number}：用手机扫" in text]
    assert len(pictures) == 1
    assert told.index(receipts[0]) < told.index(pictures[0]), "first the receipt, then its picture"


KINDS = ["429", "500", "502_html", "drop", "blocked", "deactivated", "not_found", "no_rights",
         "migrated", "unauthorized", "conflict"]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_error_one_chat_brings_others_are_answered_and_it_is_not_deaf(
    office: Town, impatient: None, kind: str
) -> None:
    person, other = await office.citizen(), await office.citizen()
    await person.say("/start")
    more = {"retry_after": 40} if kind == "429" else {}
    broken = await fails(office, person, kind=kind, **more)
    heard = len(person.phone.received)
    async with asyncio.timeout(120):
        update = await person.phone.say("/help")
        answering = asyncio.create_task(handled(office.app, update["update_id"]))
        while not answering.done():  # others get through
            assert "信访服务" in await other.say("/start")
        await answering
    await works(office, broken)
    await person.phone.say("/start")
    await office.pass_time(minutes=30)
    await until(lambda: "信访服务" in str(texts(person.phone, heard)))
    told = texts(person.phone, heard)
    assert sum("信访服务" in text for text in told) == 1
    if kind not in ("no_rights", "migrated"):
        assert ["人工服务" in text for text in told] == [True, False]


async def test_nothing_overtakes_an_answer_that_waits(office: Town) -> None:
    """Neither a notice of the office nor what is answered next, while the chat works already."""
    person = await office.citizen()
    number = await file_petition(person)
    broken = await fails(office, person, **FLOODED)
    heard = len(person.phone.received)
    await person.say("/help")
    await works(office, broken)
    await accepted(Office(office, "web"), number)
    await office.pass_time(minutes=30)
    await person.say("/my")
    assert len(person.phone.received) == heard
    await office.pass_time(days=1)
    told = texts(person.phone, heard)
    assert "人工服务" in told[0]
    assert sum("人工服务" in text for text in told) == 1
    assert any(number in text for text in told[1:])


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.parametrize("by_webhook", [False, True])
async def test_several_processes_leave_it_to_the_one_that_reminds(
    tmp_path: Path, url: str, by_webhook: bool
) -> None:
    async with fleet(tmp_path, url) as (api, processes):
        if by_webhook:
            await hooks(api, processes, 2)
        else:
            processes.start(), processes.start()
        processes.start(only="reminders")
        person, *others = [api.phone(6400 + n, "Citizen") for n in range(5)]
        await person.say("/start")
        await until(lambda: "信访服务" in str(person.received))
        fault = api.fault("sendMessage", person.id, kind="429", retry_after=31, times=-1)
        heard = len(person.received)
        for text in ("/help", "/start", "/help", "/start"):
            await person.say(text)
        for other in others:
            await other.say("/start")
        await until(lambda: all("信访服务" in str(p.received) for p in others))
        await until(lambda: len(api.called("sendMessage", person.id)) >= 2)
        api.faults.remove(fault)
        await person.say("/help")
        await until(lambda: len(person.received) >= heard + 5)
        told = ["人工服务" in text for text in texts(person, heard)]
        assert told == [True, False, True, False, True]


async def test_an_answer_erased_with_a_case_takes_nothing_else_along(office: Town) -> None:
    person = await office.citizen()
    first, second = await file_petition(person), await file_petition(person)
    broken = await fails(office, person, **FLOODED)
    heard = len(person.phone.received)
    await person.say("/help")
    await works(office, broken)
    office.now(lambda b: b.forget_case(b.by_number(first).id))
    await accepted(Office(office, "web"), second)
    await office.pass_time(days=1)
    told = texts(person.phone, heard)
    assert any(second in text and "局受理" in text for text in told), told
    assert "信访服务" in await person.say("/start"), "and hears at once again"
    kept = select(NOTICE.c.state).where(NOTICE.c.kind == ANSWER)
    assert set(office.now(lambda b: b._all(kept))) == {("cancelled",)}
