"""Desks on Telegram ask for a PIN; a lost device takes a second officer's yes and opens nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from people import Town, file_petition
from people.login import LOGIN, MORNING, Desk, read, refused, seated, strict_town, wrong
from sqlalchemy import delete, insert, select, update
from structlog.testing import capture_logs

from petitions.matters.login import may_renew
from petitions.values.person import Officer, Role
from storage.tables import METADATA

ENTRY = METADATA.tables["login_entry"]
PIN = "480162"
SECOND = Officer(0, "city", Role.ADMINISTRATOR, "", 0)
"""What somebody sits at, too."""


async def later(here: Town, **delta: float) -> None:
    await here.set_clock(here.app.clock.now() + timedelta(**delta))


async def with_pin(here: Town, unit: str = "city", role: str = "clerk") -> Any:
    """An officer on Telegram who has set a PIN."""
    officer = await here.citizen()
    said = await officer.say(f"/start i_{here.invite(unit, role)}")
    assert "设一个密码" in said
    assert "工作台：" not in said, "nothing of the desk before"
    assert "再发一次" in await officer.say(PIN)
    assert "已设好" in await officer.say(PIN)
    return officer


def in_chat(here: Town, officer: Any) -> list[str]:
    """What stands in a chat of Telegram's."""
    assert here.api
    chat = here.api.chats[officer.phone.id]
    return [str(m.get("text", "")) for m in chat.messages.values()]


async def test_a_desk_on_telegram_asks_for_its_pin_after_twelve_hours(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        number = await file_petition(await here.citizen())
        officer = await with_pin(here)
        assert number in await officer.say(f"/desk {number}")
        for _ in range(2):
            await later(here, hours=11)
            assert number in await officer.say(f"/desk {number}"), "whoever works on isn't asked"
        await officer.press("登记")
        await later(here, hours=12)
        for said in (f"/desk {number}", "/staff", "/new", "你好", "/privacy"):
            answer = await officer.say(said)
            assert "请发送这个工作台的密码" in answer, said
            assert number not in answer
        assert "请发送这个工作台的密码" in await officer.press("登记")
        for wrong in ("480163", "480164", "480165", "480166", "480167", PIN):
            answer = await officer.say(wrong)
            assert ("分钟" if wrong == PIN else "密码不对") in answer, wrong
            assert "核对分类" not in answer, "a refusal shows nothing of the form"
            assert number not in answer
        await later(here, minutes=2)
        answer = await officer.say("４８０１６２")
        assert "已确认" in answer
        assert "核对分类" in answer, "the form that was open is there"


async def test_the_pin_stays_in_no_chat_log_or_row(tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with strict_town(tmp_path) as here:
            officer = await with_pin(here)
            await later(here, hours=13)
            await officer.say("/desk")
            await officer.say("480163")
            await officer.say(PIN)
            assert not [text for text in in_chat(here, officer) if "4801" in text]
            rows = here.app.database.read_now(lambda c: c.execute(LOGIN.select()).all())
            assert PIN.encode() not in b"".join(bytes(row.secret) for row in rows)
    assert PIN not in str(logs)


async def test_two_that_differ_set_nothing_and_weak_ones_are_refused(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        officer = await here.citizen()
        await officer.say(f"/start i_{here.invite('city', 'clerk')}")
        assert "不" in await officer.say("1111")
        await officer.say(PIN)
        assert "还没有设好" in await officer.say("480163")
        assert "设一个密码" in await officer.say("/desk")


async def test_who_guesses_a_pin_waits(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        officer = await with_pin(here)
        await later(here, hours=13)
        for n in range(5):
            assert "密码不对" in await officer.say(f"99999{n}")
        assert "分钟" in await officer.say(PIN)
        await later(here, minutes=2)
        assert "已确认" in await officer.say(PIN)


async def test_telegram_asks_once_more_before_a_name(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        number = await file_petition(await here.citizen())
        officer = await with_pin(here)
        await later(here, minutes=6)
        await officer.say(f"/desk {number}")
        assert "再确认一次" in await officer.press("查看姓名")
        assert "密码" in await officer.press("确认是我本人")
        assert "密码不对" in await officer.say("480163")
        assert "已确认" in await officer.say(PIN)
        assert "查看是为了什么" in await officer.press("继续")


async def test_who_leaves_telegrams_desk_is_asked_again(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        officer = await with_pin(here)
        await officer.say("/desk")
        await officer.press("登录与退出")
        assert "已退出" in await officer.press("退出登录")
        assert "请发送这个工作台的密码" in await officer.say("/desk")


async def test_without_a_requirement_telegram_asks_who_has_set_one(here: Town) -> None:
    officer = await here.officer("city", "clerk")
    await officer.say("/desk")
    await officer.press("设置登录")
    await officer.say(PIN)
    assert "已设好" in await officer.say(PIN)
    await later(here, hours=13)
    assert "请发送这个工作台的密码" in await officer.say("/desk")


async def lost(here: Town) -> Desk:
    """Somebody on the page whose device is gone, and who asks."""
    desk = await seated(here, "housing", "handler")
    await desk.set_up()
    await desk.later(minutes=31)
    shown = await desk.step("lost")
    assert "另一位工作人员确认" in shown["text"]
    assert "请求" in (await desk.step("ask"))["text"]
    return desk


async def test_a_lost_device_takes_a_second_officers_yes_and_both_are_recorded(
    tmp_path: Path,
) -> None:
    async with strict_town(tmp_path) as here:
        head = await with_pin(here, "housing", "head")
        desk = await lost(here)
        assert await read(desk, "log") == 401, "asking opens nothing"
        assert (await refused(desk.step("set")))[0] == 409
        await head.say("/desk")
        assert "核实" in await head.press("同事请您确认登录")
        assert "再确认一次" in await head.press("经办"), "whoever says yes is asked, too"
        await head.press("确认是我本人")
        await head.say(PIN)
        await head.press("继续")
        assert "已重新开放" in await head.press("我确认是本人")
        assert await read(desk, "log") == 401, "nor does the yes: a new login comes first"
        old = desk.code()
        assert (await refused(desk.step("code", old)))[0] == 409
        await desk.set_up()
        assert await read(desk, "log") == 200
        entries = here.app.database.read_now(
            lambda c: [(e.what, e.officer) for e in c.execute(select(ENTRY).order_by(ENTRY.c.id))]
        )
        seats = {o.role: o.id for o in here.now(lambda b: b.officers("housing"))}
        assert ("asked", seats["handler"]) in entries
        assert ("renewed", seats["head"]) in entries
        await head.say("/desk")
        assert not any("同事请您确认登录" in b for b in head.buttons()[-4:])


@pytest.mark.parametrize(
    ("unit", "role", "may"),
    [
        ("housing", "deputy", True),
        ("housing", "supervisor", True),
        ("city", "supervisor", True),
        ("housing", "handler", False),
        ("city", "head", False),
        ("city", "administrator", False),
        ("housing", "leader", False),
    ],
)
async def test_who_may_say_yes(tmp_path: Path, unit: str, role: str, may: bool) -> None:
    async with strict_town(tmp_path) as here:
        other = await with_pin(here, unit, role)
        desk = await lost(here)
        await other.say("/desk")
        assert any("同事请您确认登录" in b for b in other.buttons()) == may
        last = other.phone.received[-1]["message_id"]
        await other._done(other.phone.forge("login:again", last))
        await other.say(PIN)
        for verb in ("yes", "sure"):
            await other._done(other.phone.forge(f"login:{verb}:{desk.chat}", last))
        state = here.app.database.read_now(
            lambda c: c.execute(select(LOGIN.c.state).where(LOGIN.c.chat == desk.chat)).scalar()
        )
        assert state == ("renewed" if may else "asked")


async def test_nobody_says_yes_to_themselves_or_unasked(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        head = await with_pin(here, "housing", "head")
        other = await seated(here, "housing", "handler")
        await other.set_up()
        await head.say("/desk")
        last = head.phone.received[-1]["message_id"]
        await head._done(head.phone.forge(f"login:sure:{other.chat}", last))
        assert await read(other, "log") == 200, "who didn't ask is let alone"
        mine = next(o.chat for o in here.now(lambda b: b.officers("housing"))
                    if o.role == "head" and o.chat)  # fmt: skip
        await head._done(head.phone.forge(f"login:sure:{mine}", last))
        await later(here, hours=13)
        await head.say("/desk")
        assert "已提出请求" in await head.press("忘了密码")
        await head._done(head.phone.forge(f"login:sure:{mine}", last))
        assert here.now(lambda b: list(b.logins_asked())) == [mine], "it is asked for still"
        assert "已确认" in await head.say(PIN), "the right PIN still opens, and ends the request"
        assert here.now(lambda b: list(b.logins_asked())) == []


async def test_a_yes_must_be_theirs_to_give_for_every_desk_that_the_login_opens(
    tmp_path: Path,
) -> None:
    async with strict_town(tmp_path) as here:
        head = await with_pin(here, "housing", "head")
        above = await with_pin(here, "city", "supervisor")
        desk = await lost(here)
        mine = next(o for o in here.now(lambda b: b.officers("housing"))
                    if o.role == "head" and o.chat)  # fmt: skip
        here.now(lambda b: b.seat_officer(b.add_officer(SECOND, MORNING).id, desk.chat))
        for officer, may in ((head, False), (above, True)):
            await officer.say("/desk")
            assert any("同事请您确认登录" in b for b in officer.buttons()) == may
        last = head.phone.received[-1]["message_id"]
        await head._done(head.phone.forge(f"login:sure:{desk.chat}", last))
        assert here.now(lambda b: list(b.logins_asked())) == [desk.chat]
        here.now(lambda b: b.seat_officer(mine.id, desk.chat))
        seats = here.now(lambda b: [o for o in b.officers() if o.chat == desk.chat])
        assert len(seats) == 3
        assert not any(may_renew(here.app.office, one, two) for one in seats for two in seats)


async def test_a_forged_login_is_renewed_by_a_second_officer_alone(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        head = await with_pin(here, "housing", "head")
        desk = await seated(here, "housing", "handler")
        await desk.set_up()
        here.app.database.write_now(
            lambda c: c.execute(
                update(LOGIN).where(LOGIN.c.chat == desk.chat).values(state="new", stamp=b"x" * 17)
            )
        )
        assert await read(desk, "log") == 401
        assert (await refused(desk.step("set")))[0] == 409
        await head.say("/desk")
        await head.press("同事请您确认登录")
        await head.press("经办")
        await head.press("我确认是本人")
        await desk.set_up()
        assert wrong(here) == []


async def test_the_history_of_logins_is_only_ever_added_to(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        await desk.set_up()
        database = here.app.database
        assert wrong(here) == []
        row = database.read_now(lambda c: dict(c.execute(ENTRY.select()).mappings().one()))
        for change in (
            update(ENTRY).values(officer=99),
            update(ENTRY).values(what="renewed"),
            delete(ENTRY),
            insert(ENTRY).values(**row | {"id": 77}),
        ):
            database.write_now(lambda c, change=change: c.execute(change))
            assert wrong(here), str(change)
            database.write_now(lambda c: c.execute(delete(ENTRY)))
            database.write_now(lambda c: c.execute(insert(ENTRY).values(**row)))
            assert wrong(here) == []
