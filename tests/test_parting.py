"""Whose right in a chat ends, takes nothing of others along: the session, what it showed and what
was stored for it, and on Telegram what can still be deleted. Whoever is unseated is told.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from people import (
    FILING,
    Office,
    Refused,
    Town,
    accepted,
    code_in,
    enters,
    file_petition,
    told,
    until,
    with_photo,
)
from people.staff import bot
from sqlalchemy import select

from petitions.book import Planned
from petitions.values import codes
from petitions.values.staffing import Ask, AskState
from storage.tables import HANDLED, LOG, METADATA
from storage.visitors import SqlVisitors

WORDS = FILING["facts"]
SAID = METADATA.tables["said"]


async def unseated(here: Town, person: Any, unit: str = "housing") -> None:
    """The administrator ends the desk at which somebody sits, from the chat."""
    seat = next(o for o in here.now(lambda b: b.officers(unit)) if o.chat)
    administrator = await here.officer("city", "administrator")
    await administrator.say("/staff")
    last = administrator.phone.received[-1]["message_id"]
    await administrator._done(administrator.phone.forge(f"staff:end:{seat.id}", last))
    assert "已撤掉" in await administrator.press("确认撤掉")


def stored(here: Town, chat: int) -> str:
    """All that the database holds of what a chat was shown and answered, opened."""

    def work(book: Any) -> str:
        lines = [book.open_line(r) for r in book._all(select(LOG).where(LOG.c.chat == chat))]
        handled = book._all(select(HANDLED).where(HANDLED.c.chat == chat))
        drafts = METADATA.tables["draft"]
        forms = book._all(select(drafts).where(drafts.c.chat == chat, drafts.c.form != "petition"))
        answers = [book._open("handled", "answers", r) for r in handled]
        return "\n".join([*lines, *answers, *(book._open("draft", "data", r) for r in forms)])

    return str(here.now(work))


async def test_why_a_session_ended_is_said_though_the_first_try_to_begin_anew_breaks(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = await accepted(Office(here, "web"), await file_petition(await here.citizen()))
    await unseated(here, handler)

    def broken(*given: object) -> None:
        raise ArithmeticError("a broken disk")

    with monkeypatch.context() as patch:
        patch.setattr(SqlVisitors, "_add_session", broken)
        with pytest.raises(Refused):
            await handler.enter()
    first, *_ = await enters(handler)
    assert "岗位已撤掉" in first


async def test_an_ended_desks_page_forgets_what_it_showed(here: Town) -> None:
    number = await file_petition(await here.citizen())
    office = Office(here, "web")
    handler = await accepted(office, number)
    await handler.say(f"/desk {number}")
    await handler.press("内部记录")
    await handler.say("记一笔：" + WORDS)
    chat = handler.entered["chat"]
    assert WORDS in stored(here, chat)
    await unseated(here, handler)
    for path in ("log", "news"):
        async with handler.http.get(f"{handler.base}/{path}") as response:
            assert response.status == 401, path
    assert WORDS not in stored(here, chat)
    assert number not in stored(here, chat)
    first, *_ = await enters(handler)
    assert "岗位已撤掉" in first
    assert handler.entered["chat"] != chat
    assert WORDS not in "\n".join(told(handler))
    assert "只供工作人员" in await handler.say("/desk")


async def test_files_that_a_desk_was_shown_answer_404(here: Town) -> None:
    _, number = await with_photo(here, "web")
    handler = await accepted(Office(here, "web"), number)
    await handler.say(f"/desk {number}")
    await handler.press("附件")
    line = next(x for x in handler._said() if x["files"])
    content = f"{handler.base}/file/{line['files'][0]['id']}?line={line['id']}"
    async with handler.http.get(content) as response:
        assert response.status == 200, "it was offered"
    await unseated(here, handler)
    async with handler.http.get(content) as response:
        assert response.status == 404
    await enters(handler)
    async with handler.http.get(content) as response:
        assert response.status == 404, "nor by a new session"


async def test_an_open_page_ends_with_its_desk(here: Town) -> None:
    number = await file_petition(await here.citizen())
    handler = await accepted(Office(here, "web"), number)
    async with handler.http.get(f"{handler.base}/events?after=999999") as stream:
        await stream.content.readuntil(b"event: menu")
        await unseated(here, handler)
        async with asyncio.timeout(120):
            while b"event: ended" not in (line := await stream.content.readline()):
                assert line, "the stream says so before it ends"


async def test_telegram_deletes_what_a_desk_was_shown_in_two_days(here: Town) -> None:
    number = await file_petition(await here.citizen())
    handler = await accepted(Office(here, "telegram"), number)
    here.now(lambda b: b._db.execute(SAID.update().values(at=here.app.clock.now())))
    old = [m["message_id"] for m in handler.phone.messages if number in str(m)]
    await here.pass_time(days=3)
    assert WORDS in await handler.say(f"/desk {number}")
    await handler.press("内部记录")
    await handler.say("记一笔")
    await unseated(here, handler)
    await handler.expect("您不再使用这个岗位：云川市住房和城乡建设局 · 经办")
    await until(lambda: WORDS not in "\n".join(str(m) for m in handler.phone.messages
                                               if m["message_id"] not in old))  # fmt: skip
    left = {m["message_id"] for m in handler.phone.messages}
    assert old
    assert left.issuperset(old), "Telegram deletes nothing that is older"
    assert "记一笔" not in str(handler.phone.messages), "nor what was written at the desk stays"
    said = here.now(lambda b: b._all(select(SAID).where(SAID.c.desk != 0)))
    here_chat = here.now(lambda b: b.chat("telegram", str(handler.phone.id)))
    assert not [r for r in said if r.chat == here_chat.id and int(r.message) not in left]


async def test_one_message_that_stays_keeps_no_other(here: Town) -> None:
    number = await file_petition(await here.citizen())
    handler = await accepted(Office(here, "telegram"), number)
    await handler.say(f"/desk {number}")
    stays = handler.phone.received[-1]["message_id"]
    here.api.stays.add(stays)
    await unseated(here, handler)
    shows = lambda: [m["message_id"] for m in handler.phone.messages if WORDS in str(m)]  # noqa: E731
    await until(lambda: shows() == [stays])


async def test_the_command_line_ends_a_desk_as_the_chat_does(here: Town) -> None:
    number = await file_petition(await here.citizen())
    handler = await accepted(Office(here, "web"), number)
    seat = next(o for o in here.now(lambda b: b.officers("housing")) if o.chat)
    done = await asyncio.to_thread(bot, here, "staff", "revoke", str(seat.id))
    assert done.exit_code == 0, done.output
    assert WORDS not in stored(here, handler.entered["chat"])
    async with handler.http.get(f"{handler.base}/log") as response:
        assert response.status == 401


async def test_who_is_replaced_is_told_and_shown_nothing_more(here: Town, channel: str) -> None:
    number = await file_petition(await here.citizen())
    handler = await accepted(Office(here, channel), number)
    seat = next(o for o in here.now(lambda b: b.officers("housing")) if o.chat)
    token, now = codes.new_token(), here.app.clock.now()
    until = now.replace(year=2030)
    here.now(lambda b: b.add_invite(codes.token_hash(token), seat.id, until, now))
    here.now(lambda b: b.add_ask(Ask(0, seat.id, "", 0, 0, 0, "", now, until, AskState.FREE)))
    successor = await here.citizen()
    assert "住房和城乡建设局" in await successor.say(f"/start i_{token}")
    assert number in await successor.say(f"/desk {number}")
    if channel == "web":
        assert "由另一位同事接任" in (await enters(handler))[0]
    else:
        assert "另一位同事" in await handler.expect("您不再使用这个岗位")
    assert "只供工作人员" in await handler.say("/desk")


async def test_an_officers_own_petition_stays_open_when_the_desk_ends(here: Town) -> None:
    handler = await here.officer("housing", "handler", "web")
    own = await file_petition(handler)
    number = await file_petition(await here.citizen())
    office = Office(here, "web")
    office.seated["housing:handler"] = handler
    await accepted(office, number)
    await unseated(here, handler)
    handler.lines.clear()
    await handler.refresh()
    assert number not in "\n".join(told(handler))
    assert own in await handler.say("/my")
    await handler.expect("您不再使用这个岗位")


async def test_a_guest_who_is_shut_out_reads_nothing_more(here: Town, channel: str) -> None:
    filer = await here.citizen()
    number = await file_petition(filer)
    code = code_in("\n".join(told(filer)))
    guest = await here.citizen(channel)
    await guest.say(f"/track {number}")
    assert number in await guest.say(code)
    await filer.expect("用编号和查询码打开了")
    assert "已退出" in await filer.press("让其他手机退出")
    if channel == "telegram":
        await until(lambda: "已提交" not in str(guest.phone.messages))
        return
    assert number not in stored(here, guest.entered["chat"])
    async with guest.http.get(f"{guest.base}/log") as response:
        assert response.status == 401, "nothing of their own was open there"
    assert "由信访人关闭" in (await enters(guest))[0]


async def test_a_guest_keeps_what_is_their_own(here: Town) -> None:
    filer = await here.citizen()
    number = await file_petition(filer)
    guest = await here.citizen("web")
    own = await file_petition(guest)
    await guest.say(f"/track {number}")
    await guest.say(code_in("\n".join(told(filer))))
    await filer.expect("用编号和查询码打开了")
    await filer.press("让其他手机退出")
    guest.lines.clear()
    await guest.refresh()
    assert own in "\n".join(told(guest)), "lines of their own case stay"
    assert own in await guest.say("/my")
    assert number not in "\n".join(told(guest)[:-1]).replace(own, "")


async def test_a_new_invitation_to_a_seat_ends_the_one_before(here: Town) -> None:
    first, second = here.invite("housing"), here.invite("housing")
    assert "已用过" in await (await here.citizen()).say(f"/start i_{first}")
    assert "住房和城乡建设局" in await (await here.citizen()).say(f"/start i_{second}")
    assert len(here.now(lambda b: [o for o in b.officers("housing") if o.chat])) == 1


async def test_what_was_planned_for_a_desk_is_not_said_without_it(here: Town) -> None:
    officer = await here.officer("city", "supervisor")
    await here.officer("city", "leader")
    chat = here.now(lambda b: b.chat("telegram", str(officer.phone.id)))
    await unseated(here, officer, "city")
    await officer.expect("您不再使用这个岗位")
    facts = {"silent": 1, "untouched": 0, "stuck": 0, "nobody": 0}
    now = here.app.clock.now()
    here.now(lambda b: b.plan(Planned("officer.check", 0, "x", f"chat:{chat.id}", now, facts)))
    await here.app.reminders.tick()
    notices = METADATA.tables["notice"]
    found = here.now(lambda b: b._one(select(notices).where(notices.c.kind == "officer.check")))
    assert (found.state, found.reason) == ("cancelled", "no officer here any more")
