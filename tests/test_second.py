"""Nobody seats a reader of cases alone: a second person says yes, supervisors are told, and what
was changed stands in a history of its own.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from offices.stored import NOW, OFFICE, database, run  # noqa: F401  (the fixture)
from people import Town, file_petition, told, town
from people.login import wrong
from people.staff import add, bot, close, edit, invited
from sqlalchemy import delete, insert, select, update
from structlog.testing import capture_logs

from petitions.case import staffing as rules
from petitions.errors import NotPossibleNow, WrongSecret
from petitions.telling import staffing as telling
from petitions.values import codes
from petitions.values.person import Officer, Role
from petitions.values.staffing import Ask, AskState, entry
from petitions.verbs import seating, units
from storage import staffing, tallies, verify
from storage.database import Database
from storage.tables import CHAT, STAFF_ENTRY, TALLY

HOUSING = "云川市住房和城乡建设局"


def history(here: Town) -> list[tuple[str, str, bool]]:
    """What is noted of the staff, the oldest first: what, which role, whether somebody said yes or
    no."""
    found = here.now(lambda b: b.staff_history())[::-1]
    return [(one.what, one.role, bool(one.second)) for one in found]


def desk(here: Town, unit: str, role: str) -> Officer:
    """Somebody's desk."""
    found = here.now(lambda b: [o for o in b.officers(unit) if o.role == role and o.chat])
    return found[-1]  # type: ignore[no-any-return]


def asks(here: Town, by: Officer | None = None, role: Role = Role.HANDLER) -> str:
    """An invitation that waits for a second yes."""
    now = here.app.clock.now()
    return str(here.now(
        lambda b: seating.invite(b, here.app.office, "housing", role, "", now, by)
    ))  # fmt: skip


def number_in(text: str) -> str:
    return text.split("核对号：")[1][:4]


async def test_a_seat_takes_a_second_persons_yes_and_all_supervisors_are_told(
    here: Town, channel: str
) -> None:
    administrator = await here.officer("city", "administrator", channel)
    supervisor = await here.officer("city", "supervisor", channel)
    other = await here.officer("housing", "supervisor")
    link = await invited(administrator, HOUSING, "经办")
    number = await file_petition(await here.citizen(channel))
    handler = await here.citizen(channel)
    check = number_in(await handler.say(link))
    assert "只供工作人员" in await handler.say("/desk"), "it gives nothing yet"
    assert number not in await handler.say(f"/desk {number}")
    assert check in await handler.say(link), "who opens it again reads the same"
    assert "已用过" in await (await here.citizen()).say(link), "nobody else opens it"
    asked = await supervisor.expect("等您同意")
    assert check in asked
    assert HOUSING in asked
    assert "已同意" in await supervisor.press("核对过，同意")
    await handler.expect("岗位已生效")
    assert HOUSING in await handler.say("/desk")
    await administrator.expect("已获同意")
    await here.app.reminders.tick()
    assert "就任" in await other.expect("人员变动")
    assert history(here)[-3:] == [
        ("invited", "handler", False), ("opened", "handler", False), ("seated", "handler", True),
    ]  # fmt: skip
    assert wrong(here) == []
    shown = await administrator.say("/staff")
    assert "没有定下来" not in shown
    log = await administrator.press("人员变动记录")
    assert "另一位：云川市信访局 · 督查" in log
    assert "没有第二人同意" in log, "the first seats say so"


async def test_a_no_gives_nothing_and_is_told_to_who_asked(here: Town) -> None:
    administrator = await here.officer("city", "administrator")
    supervisor = await here.officer("city", "supervisor")
    link = await invited(administrator, HOUSING, "经办")
    handler = await here.citizen()
    await handler.say(link)
    await supervisor.say("/desk")
    await supervisor.press("等您同意的变动")
    assert "核对号" in await supervisor.press(HOUSING)
    assert "没有同意" in await supervisor.press("不同意")
    await handler.expect("没有获得同意")
    assert "原因" in await administrator.expect("没有获得同意")
    assert "只供工作人员" in await handler.say("/desk")
    assert "已用过" in await handler.say(link)
    assert history(here)[-1] == ("refused", "handler", True)
    last = supervisor.phone.received[-1]["message_id"]
    assert "已经不等" in await supervisor._done(supervisor.phone.forge("second:yes:1", last))
    assert not any("等您同意的变动" in b for b in supervisor.buttons()[-4:])


@pytest.mark.once
async def test_who_asked_and_who_is_to_sit_there_say_no_yes(here: Town) -> None:
    administrator = await here.officer("city", "administrator")
    await here.officer("city", "leader")
    link = await invited(administrator, HOUSING, "经办")
    await administrator.say(link)  # seats himself, at the same account
    me, ask = desk(here, "city", "administrator"), here.now(lambda b: b.asks()[-1])
    assert ask.chat == me.chat
    last = administrator.phone.received[-1]["message_id"]
    said = await administrator._done(administrator.phone.forge(f"second:yes:{ask.id}", last))
    assert "不由您同意" in said
    handler = await here.officer("housing", "head")
    said = await handler._done(handler.phone.forge(f"second:yes:{ask.id}", 1))
    assert "不由您同意" in said
    assert here.now(lambda b: [o for o in b.desks_of(me.chat) if o.unit == "housing"]) == []
    assert history(here).count(("seated", "handler", True)) == 0


@pytest.mark.once
@pytest.mark.parametrize(
    ("unit", "role", "may"),
    [
        ("city", Role.ADMINISTRATOR, True),
        ("city", Role.SUPERVISOR, True),
        ("city", Role.LEADER, True),
        ("housing", Role.SUPERVISOR, False),
        ("housing", Role.LEADER, False),
        ("city", Role.CLERK, False),
        ("housing", Role.HEAD, False),
    ],
)
async def test_who_says_the_second_yes(here: Town, unit: str, role: Role, may: bool) -> None:
    now = here.app.clock.now()
    ask = Ask(1, 7, "", 3, 30, 70, "1234", now, now + timedelta(days=1), AskState.OPEN)
    office = here.app.office
    assert rules.may_answer(office, Officer(9, unit, role, "", 90), ask) is may
    for chat in (30, 70, 0):  # another desk of who asked, or is to sit there; nobody
        assert not rules.may_answer(office, Officer(9, unit, role, "", chat), ask)
    for id in (3, 7):  # the same desk, though somebody else sits there meanwhile
        assert not rules.may_answer(office, Officer(id, unit, role, "", 90), ask)


@pytest.mark.once
async def test_what_waits_lapses_and_a_new_invitation_ends_the_one_before(here: Town) -> None:
    await here.officer("city", "administrator")
    await here.officer("city", "supervisor")
    by, second = desk(here, "city", "administrator"), desk(here, "city", "supervisor")
    office, now = here.app.office, here.app.clock.now()

    def opened(book: Any, token: str) -> Ask:
        chat = book.new_chat("web", codes.new_token(), "zh", now)
        found = seating.take_seat(book, office, chat, token, now)
        assert isinstance(found, Ask)
        return found

    def says(book: Any, ask: Ask, at: Any) -> None:
        seating.answer(book, office, second, ask.id, True, at)

    first = asks(here, by)
    lapsed = here.now(lambda b: opened(b, first))
    with pytest.raises(NotPossibleNow, match="ask_gone"):
        here.now(lambda b: says(b, lapsed, now + timedelta(days=8)))
    newer = asks(here, by)
    with pytest.raises(NotPossibleNow, match="ask_gone"):
        here.now(lambda b: says(b, lapsed, now))
    again = here.now(lambda b: opened(b, newer))
    here.now(lambda b: rules.end_opened(b, again.chat))  # who opened it left the device
    with pytest.raises(NotPossibleNow, match="ask_gone"):
        here.now(lambda b: says(b, again, now))
    third = asks(here, by)
    here.now(lambda b: seating.parting.unseat(b, office, by, "ended", now))
    with pytest.raises(WrongSecret):  # who asked sits there no more
        here.now(lambda b: opened(b, third))


@pytest.mark.once
async def test_whoever_leaves_the_phone_before_the_yes_sits_nowhere(here: Town) -> None:
    administrator = await here.officer("city", "administrator")
    supervisor = await here.officer("city", "supervisor")
    handler = await here.citizen()
    await handler.say(await invited(administrator, HOUSING, "经办"))
    await handler.say("/privacy")
    await handler.press("退出登录")
    await handler.press("是，退出")
    ask = here.now(lambda b: b.ask(1))
    assert here.now(lambda b: list(b.asks())) == []
    await supervisor.say("/desk")
    said = await supervisor._done(supervisor.phone.forge("second:yes:1", 1))
    assert "已经不等" in said, ask
    assert "只供工作人员" in await handler.say("/desk")


@pytest.mark.once
async def test_the_first_seats_are_given_on_the_command_line_and_say_so_loudly(here: Town) -> None:
    done = await asyncio.to_thread(bot, here, "staff", "invite", "--role", "administrator")
    assert "一打开就生效" in done.output
    link = f"/start {done.output.split('start=')[1].split()[0]}"
    first = await here.citizen()
    assert "云川市信访局" in await first.say(link)
    assert history(here)[-2:] == [
        ("invited", "administrator", False), ("seated", "administrator", False),
    ]  # fmt: skip
    done = await asyncio.to_thread(bot, here, "staff", "invite", "--role", "supervisor")
    assert "核对并同意后才就任" in done.output, "now somebody sits who may say yes"
    second = await here.citizen()
    check = number_in(await second.say(f"/start {done.output.split('start=')[1].split()[0]}"))
    assert check in await first.expect("等您同意")
    await first.press("核对过，同意")
    await second.expect("岗位已生效")
    done = await asyncio.to_thread(bot, here, "staff", "history")
    lines = [line for line in done.output.splitlines() if line.split(".")[0].isdecimal()]
    assert "没有第二人同意" in lines[0]
    assert "管理员" in lines[-1]
    assert "命令行" in lines[-1]


@pytest.mark.once
async def test_links_made_before_the_first_was_opened_wait_for_a_yes_from_then_on(
    here: Town,
) -> None:
    links = [f"/start i_{here.invite('city', role)}" for role in ("clerk", "supervisor", "handler")]
    assert "云川市信访局" in await (await here.citizen()).say(links[0]), (
        "nobody sits who may say it"
    )
    first, second = await here.citizen(), await here.citizen()
    assert "云川市信访局" in await first.say(links[1])
    check = number_in(await second.say(links[2]))
    assert "只供工作人员" in await second.say("/desk")
    assert check in await first.expect("等您同意")
    await first.press("核对过，同意")
    await second.expect("岗位已生效")


def test_a_yes_and_a_no_at_once_are_one_answer(
    database: Database,  # noqa: F811
) -> None:
    """Two persons press at the same instant: the first counts, the other reads that nothing waits
    any more."""
    ready = threading.Barrier(2)

    def seat(book: Any, role: Role) -> Officer:
        token = seating.invite(book, OFFICE, "city", role, str(role), NOW, alone=True)
        chat = book.new_chat("web", codes.new_token(), "zh", NOW)
        sits = seating.take_seat(book, OFFICE, chat, token, NOW)
        assert isinstance(sits, Officer)
        return sits

    def opened(book: Any) -> int:
        token = seating.invite(book, OFFICE, "housing", Role.HANDLER, "", NOW)
        chat = book.new_chat("web", codes.new_token(), "zh", NOW)
        return seating.take_seat(book, OFFICE, chat, token, NOW).id

    persons = [run(database, lambda b, r=r: seat(b, r)) for r in (Role.LEADER, Role.SUPERVISOR)]
    for _ in range(3):
        ask = run(database, opened)

        def says(me: Officer, yes: bool, ask: int = ask) -> str:
            ready.wait(60)
            try:
                answer = run(database, lambda b: seating.answer(b, OFFICE, me, ask, yes, NOW))
            except NotPossibleNow:
                return "gone"
            return str(answer.state)

        with ThreadPoolExecutor(2) as at_once:
            said = list(at_once.map(says, persons, (True, False)))
        kept = run(database, lambda b, a=ask: b.ask(a).state)
        noted = [one.what for one in run(database, lambda b: b.staff_history())[:2]]
        assert sorted(said) == sorted(["gone", kept]), "one of them was the first"
        assert noted == [{"done": "seated", "refused": "refused"}[kept], "opened"]
        run(database, lambda b: [b.seat_officer(o.id, 0) for o in b.officers("housing")])


@pytest.mark.once
async def test_an_invitation_without_a_second_yes_is_in_the_log(here: Town) -> None:
    with capture_logs() as logs:
        here.invite("city", "clerk")
    assert [line["log_level"] for line in logs if line["event"] == "office.invited_alone"] == [
        "error"
    ]


@pytest.mark.once
async def test_where_nobody_may_say_yes_the_desk_invites_nobody(here: Town) -> None:
    administrator = await here.officer("city", "administrator")
    await administrator.say("/staff")
    await administrator.press("邀请新岗位")
    await administrator.press(HOUSING)
    await administrator.press("经办")
    await administrator.press("跳过")
    before = history(here)
    assert "没有另一位工作人员可以同意" in await administrator.press("发出邀请")
    assert history(here) == before
    await here.officer("city", "supervisor")
    only = desk(here, "city", "supervisor")
    last = administrator.phone.received[-1]["message_id"]
    gone = f"staff:gone:{only.id}"
    said = await administrator._done(administrator.phone.forge(gone, last))
    assert "没有人能同意" in said
    await here.officer("city", "leader")
    assert "已撤掉" in await administrator._done(administrator.phone.forge(gone, last))


async def test_a_units_kind_and_place_take_a_second_yes(here: Town) -> None:
    administrator = await here.officer("city", "administrator")
    leader = await here.officer("city", "leader")
    supervisor = await here.officer("housing", "supervisor")
    said = await edit(administrator, HOUSING, "类别", "信访局")
    assert "另一位工作人员同意" in said
    assert here.app.office.units["housing"].kind == "unit"
    asked = await leader.expect("等您同意：改动单位")
    assert "承办单位 → 信访局" in asked
    await leader.press("核对过，同意")
    assert here.app.office.units["housing"].kind == "bureau"
    await here.app.reminders.tick()
    assert "承办单位 → 信访局" in await supervisor.expect("人员变动")
    said = await edit(administrator, HOUSING, "上级", "北川县信访局")
    assert "另一位工作人员同意" in said
    await leader.expect("云川市信访局 → 北川县信访局")
    await leader.press("不同意")
    await administrator.expect("没有获得同意")
    assert here.app.office.units["housing"].parent == "city"
    assert "马上生效" in await edit(administrator, HOUSING, "电话", "0951-1234567"), (
        "the rest doesn't"
    )
    assert [what for what, _, _ in history(here)[-4:]] == [
        "unit_asked", "unit", "unit_asked", "unit_refused",
    ]  # fmt: skip
    assert wrong(here) == []


@pytest.mark.once
async def test_a_unit_that_was_closed_is_there_again_by_a_second_yes(here: Town) -> None:
    """Closing it and adding it anew is no way to another kind or place without one."""
    administrator = await here.officer("city", "administrator")
    leader = await here.officer("city", "leader")
    supervisor = await here.officer("housing", "supervisor")
    assert "马上生效" in await add(administrator, "water", "云川市水务局", "云川市信访局")
    await close(administrator, "云川市水务局")
    await here.app.reminders.tick()
    await supervisor.expect("停用单位：云川市水务局")
    said = await add(administrator, "water", "云川市水务站", "北川县信访局", "信访局")
    assert "另一位工作人员同意" in said
    assert "个（括号里是代号）" in await administrator.press("返回"), (
        "there is no such unit to go back to"
    )
    assert "water" not in here.app.office.units
    asked = await leader.expect("重新启用单位“云川市水务站”")
    assert "北川县信访局" in asked
    await leader.press("不同意")
    assert "water" not in here.app.office.units
    await add(administrator, "water", "云川市水利局", "北川县信访局", "信访局")
    await leader.expect("重新启用单位“云川市水利局”")
    assert "云川市水利局" in await leader.press("核对过，同意")
    assert here.app.office.units["water"].kind == "bureau"
    assert [what for what, _, _ in history(here)[-6:]] == [
        "unit_new", "unit_closed", "unit_asked", "unit_refused", "unit_asked", "unit_new",
    ]  # fmt: skip
    assert wrong(here) == []


@pytest.mark.once
async def test_what_waits_about_a_unit_ends_when_it_is_closed(here: Town) -> None:
    administrator = await here.officer("city", "administrator")
    await here.officer("city", "leader")
    await add(administrator, "water", "云川市水务局", "云川市信访局")
    me, second = desk(here, "city", "administrator"), desk(here, "city", "leader")
    office, now = here.app.office, here.app.clock.now()
    bureau = replace(office.units["water"], kind="bureau")
    ask = here.now(lambda b: seating.change_unit(b, office, bureau, me, now))
    here.now(lambda b: seating.close_unit(b, office, "water", me, now))
    with pytest.raises(NotPossibleNow, match="ask_gone"):
        here.now(lambda b: seating.answer(b, office, second, ask.id, True, now))


@pytest.mark.once
@pytest.mark.parametrize("left", ["desk", "below"])
async def test_a_unit_that_left_the_office_file_is_there_again_by_a_second_yes(
    here: Town, left: str
) -> None:
    await here.officer("city", "administrator")
    await here.officer("city", "leader")
    me, office, now = desk(here, "city", "administrator"), here.app.office, here.app.clock.now()
    if left == "desk":
        here.now(lambda b: b.add_officer(Officer(0, "old", Role.HEAD, "", 0), now))
    else:
        office.filed["housing"] = replace(office.filed["housing"], parent="old")
    old, new = (replace(office.units["labour"], id=id) for id in ("old", "new"))
    assert here.now(lambda b: seating.change_unit(b, office, old, me, now)) is not None
    assert here.now(lambda b: seating.change_unit(b, office, new, me, now)) is None


@pytest.mark.once
async def test_a_yes_to_a_unit_puts_back_no_older_words(here: Town) -> None:
    """Whom cases are kept from goes by what a unit is called, too."""
    await here.officer("city", "administrator")
    await here.officer("city", "leader")
    me, second = desk(here, "city", "administrator"), desk(here, "city", "leader")
    office, now = here.app.office, here.app.clock.now()
    before = office.units["housing"]
    asked = replace(before, kind="bureau", places=("青山区",))
    ask = here.now(lambda b: seating.change_unit(b, office, asked, me, now))
    newer = {"names": {"zh": "云川市住建局"}, "phone": "0951-7654321", "also": ("红房子",)}
    here.now(lambda b: seating.change_unit(b, office, replace(before, **newer), me, now))
    here.now(lambda b: seating.answer(b, office, second, ask.id, True, now))
    found = here.now(lambda b: units.there(b, office))["housing"]
    assert found == replace(asked, **newer)


@pytest.mark.once
async def test_an_ended_and_a_left_desk_are_told_and_noted(here: Town) -> None:
    supervisor = await here.officer("city", "supervisor")
    administrator = await here.officer("city", "administrator")
    handler = await here.officer("housing", "handler")
    clerk = await here.officer("city", "clerk")
    seat = desk(here, "housing", "handler")
    last = administrator.phone.received[-1]["message_id"]
    await administrator._done(administrator.phone.forge(f"staff:gone:{seat.id}", last))
    await clerk.say("/privacy")
    await clerk.press("退出登录")
    await clerk.press("是，退出")
    assert [what for what, _, _ in history(here)[-2:]] == ["ended", "left"]
    await here.pass_time(hours=1)
    assert "由云川市信访局 · 管理员" in await supervisor.expect("撤掉岗位")
    await supervisor.expect("离开设备")
    assert "人员变动" not in "\n".join(told(administrator) + told(handler)), "supervisors alone"


@pytest.mark.once
async def test_an_older_programs_invitation_and_its_seats(tmp_path: Path) -> None:
    """Whoever sat there is in the history from its beginning, and what was sent out waits, too."""
    async with town(tmp_path) as here:
        await here.officer("city", "administrator")
        await here.officer("housing", "handler")
        database, now = here.app.database, here.app.clock.now()

        def older(book: Any) -> None:
            book._db.execute(delete(STAFF_ENTRY))
            book._db.execute(delete(TALLY).where(TALLY.c.case == tallies.STAFF))
            tallies.of(book._db, database.ring, tallies.SEATS).files = 0

        here.now(older)
        token = codes.new_token()
        clerk = here.now(lambda b: b.add_officer(Officer(0, "city", Role.CLERK, "", 0), now))
        hash = codes.token_hash(token)
        here.now(lambda b: b.add_invite(hash, clerk.id, now + timedelta(days=3), now))
        for _ in range(2):
            database.write_now(staffing.begin_all, database.ring, now)
        assert history(here) == [("was", "administrator", False), ("was", "handler", False)]
        assert wrong(here) == []
        newcomer = await here.citizen()
        assert "核对号" in await newcomer.say(f"/start i_{token}")
        assert history(here)[-1][0] == "opened"


TAMPERED: dict[str, Callable[[], Any]] = {
    "changed": lambda: update(STAFF_ENTRY).where(STAFF_ENTRY.c.id == 2).values(second=99),
    "taken out": lambda: delete(STAFF_ENTRY).where(STAFF_ENTRY.c.id == 2),
    "cut off": lambda: delete(STAFF_ENTRY).where(STAFF_ENTRY.c.id > 2),
    "all of it": lambda: delete(STAFF_ENTRY),
    "its end": lambda: delete(TALLY).where(TALLY.c.case == tallies.STAFF),
    "another end": lambda: update(TALLY).where(TALLY.c.case == tallies.STAFF).values(seq=2),
    "made up": lambda: insert(STAFF_ENTRY).from_select(
        [c.name for c in STAFF_ENTRY.c],
        select(STAFF_ENTRY.c.id + 90, *list(STAFF_ENTRY.c)[1:]).where(STAFF_ENTRY.c.id == 1),
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_history_of_the_staff_that_was_changed_is_found(
    database: Database,  # noqa: F811
    what: str,
) -> None:
    def noted(*changes: str) -> list[str]:
        for change in changes:
            run(database, lambda b, x=change: b.note_staff(entry(x, NOW, None, "city")))
        found = database.read_now(verify.broken, database.ring)
        return [one.what for one in found]

    assert noted("invited", "seated", "invited", "seated") == []
    done = [TAMPERED[what](), *([TAMPERED["its end"]()] if what == "all of it" else [])]
    for statement in done:
        database.write_now(lambda c, x=statement: c.execute(x))
    assert noted() == ["staff"]
    database.write_now(staffing.begin_all, database.ring, NOW)
    assert noted("ended") == ["staff"], "the office goes on; what was done stays found"


def test_every_entry_has_words() -> None:
    for what in ("was", "first", "invited", "opened", "seated", "refused", "taken", "ended", "left",
                 "unit_asked", "unit", "unit_refused", "unit_new", "unit_closed"):  # fmt: skip
        for lang in ("zh", "en"):
            assert telling.say(lang, f"staff_log.{what}", desk="x", kinds="y", parents="z")


@pytest.mark.once
async def test_a_chat_that_was_written_meanwhile_gives_no_desk_and_takes_none(here: Town) -> None:
    """Two transactions at once: the chat's row is put back as it was before somebody was seated, or
    unseated."""
    clerk, other = await here.officer("city", "clerk"), await here.citizen()
    await other.say("/help")
    seat = desk(here, "city", "clerk")
    theirs = here.now(lambda b: b.chat("telegram", str(other.phone.id)).id)
    here.now(lambda b: b.change("chat", CHAT.c.id == theirs, officer=seat.id))
    assert "只供工作人员" in await other.say("/desk")
    assert "只供工作人员" not in await clerk.say("/desk")
    here.now(lambda b: b.change("chat", CHAT.c.id == seat.chat, officer=0))
    assert "窗口" in await clerk.say("/desk")
