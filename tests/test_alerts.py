"""What the office says by itself, as people live with it: one list and not forty messages, only
in working hours, to whoever has the case; and a person who goes where no message arrives.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from offices.records import LOST, on_paper
from people import Town, file_petition, told, town
from sqlalchemy import select, update

from petitions.book import Planned
from petitions.law.units import Rhythm
from petitions.telling.ports import Check
from petitions.values.person import Actor, Role
from petitions.values.task import TaskKind
from petitions.verbs import acting
from storage.tables import CHAT, WORDS

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    """The office on a Monday morning in March."""
    async with town(tmp_path) as place:
        await place.set_clock(local(MONDAY, 10))
        await place.app.reminders.tidy()
        yield place


def rhythm(here: Town, **given: Any) -> None:
    """Another rhythm than the sample office's."""
    here.app.office = office = replace(here.app.office, rhythm=Rhythm(**given))
    here.app.ledger._office = office
    here.app.desk.house = replace(here.app.desk.house, office=office)


def act(here: Town, number: str, role: str, action: str, **data: Any) -> None:
    """A step by whoever has this role at the case's unit or the bureau."""

    def work(book: Any) -> None:
        case = book.by_number(number)
        seats = [o for o in book.seated() if o.role == role]
        mine = [o for o in seats if o.unit == case.unit] or seats
        actor = Actor.officer(mine[0])
        acting.act(book, here.app.office, case.id, action, actor, data, here.app.clock.now())

    here.now(work)


async def passed_on(here: Town, person: Any) -> str:
    """A case of the housing unit that it must say something about."""
    number = await file_petition(person)
    act(here, number, "clerk", "register", kind="request")
    act(here, number, "clerk", "pass_on", unit="housing")
    await here.app.reminders.tick()
    return number


async def rows(here: Town, **like: Any) -> list[Any]:
    found = await here.app.ledger.rows()
    return [r for r in found if all(getattr(r, k) == v for k, v in like.items())]


@pytest.mark.slow
async def test_forty_cases_are_one_list(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    person = await here.citizen("web")
    for _ in range(40):
        await file_petition(person)
    await here.app.reminders.tick()
    before = len(told(clerk))
    await here.pass_time(days=1)
    assert len(told(clerk)) <= before + 1, "nothing is pressing"
    before = len(told(clerk))
    await here.pass_time(days=13)
    said = told(clerk)[before:]
    mornings = {r.sent_at.astimezone(ZONE).date() for r in await rows(here, kind="alert")
                if r.chat and r.sent_at}  # fmt: skip
    assert len(said) <= 10, "one a working day at most"
    assert mornings
    assert any("另有28件" in text for text in said)
    alerts = [r for r in await rows(here, kind="alert") if r.chat]
    assert len(alerts) == len({(r.case, r.occasion, r.to) for r in alerts})
    assert {r.state for r in alerts} == {"sent"}


async def test_the_last_days_are_worth_a_message_with_the_steps_that_help(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    await here.officer("housing")
    number = await file_petition(await here.citizen("web"))
    await here.pass_time(days=15)
    said = [t for t in told(clerk) if t.startswith(f"{number} ·")]
    assert len(said) == 2, "the day before, and the last day"
    assert "登记" in clerk.buttons()
    await clerk.press("登记")
    await clerk.press("登记")
    act(here, number, "clerk", "pass_on", unit="housing")
    before = len(told(clerk))
    await here.pass_time(days=3)
    assert told(clerk)[before:] == [], "what was done is not reminded of"


async def test_alerts_climb_to_the_leader_and_each_hears_once(here: Town) -> None:
    people = {
        "handler": await here.officer("housing"),
        "head": await here.officer("housing", "head"),
        "supervisor": await here.officer("city", "supervisor"),
        "leader": await here.officer("city", "leader"),
    }
    person = await here.citizen()
    clerk = await here.officer("city", "clerk")
    number = await passed_on(here, person)
    due = here.now(lambda b: next(c for c in b.clocks(1) if c.clock == "notify")).due_on
    assert due == date(2026, 3, 17)
    first: dict[str, date] = {}
    while here.app.clock.now() < local(date(2026, 3, 26), 8):
        await here.pass_time(days=1)
        for side, who in people.items():
            if any(number in text for text in told(who)[1:]):
                first.setdefault(side, here.app.clock.now().astimezone(ZONE).date())
    assert list(first) == ["handler", "head", "supervisor", "leader"]
    assert first["supervisor"] > due
    alerts = [r for r in await rows(here, kind="alert") if r.chat]
    days = {(r.to, r.sent_at.astimezone(ZONE).date()) for r in alerts}
    assert len(days) == len(alerts), "nobody hears of one clock twice a day"
    assert all(r.sent_at.astimezone(ZONE).time() >= time(9) for r in alerts)
    late = await rows(here, kind="petitioner.late")
    assert len([r for r in late if r.chat]) == 1
    assert "责任在我们" in await person.expect("已经逾期")
    assert clerk


async def test_what_happens_at_night_reaches_a_desk_in_the_morning(here: Town) -> None:
    rhythm(here)
    clerk = await here.officer("city", "clerk")
    await here.set_clock(local(MONDAY, 23))
    number = await file_petition(await here.citizen("web"))
    await here.app.reminders.tick()
    assert not any(number in t for t in told(clerk))
    await here.set_clock(local(date(2026, 3, 3), 8, 59))
    await here.app.reminders.tick()
    assert not any(number in t for t in told(clerk))
    await here.set_clock(local(date(2026, 3, 3), 9))
    await here.app.reminders.tick()
    assert any(number in t for t in told(clerk))


@pytest.mark.parametrize("channel", ["telegram", "web"])
async def test_events_of_a_short_while_are_one_message(here: Town, channel: str) -> None:
    rhythm(here, at_once=True, gather=60)
    await here.officer("city", "clerk")
    person = await here.citizen(channel)
    number = await file_petition(person)
    await here.app.reminders.tick()
    await here.pass_time(minutes=5)
    act(here, number, "clerk", "register", kind="request")
    await here.app.reminders.tick()
    assert "已登记" in await person.expect("已登记")
    act(here, number, "clerk", "pass_on", unit="housing")
    act(here, number, "clerk", "ask", ask="请补一张照片")
    await here.app.reminders.tick()
    assert not any("请补一张照片" in t for t in told(person))
    await here.pass_time(seconds=61)
    said = await person.expect("请补一张照片")
    assert "已转给" in said, "both in one message"


async def test_quiet_hours_and_one_message_a_day(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    person = await here.citizen()
    number = await file_petition(person)
    await here.app.reminders.tick()
    await person.say("/notices")
    assert "每天18点一次" in await person.press("每天18点一次")
    act(here, number, "clerk", "register", kind="request")
    act(here, number, "clerk", "pass_on", unit="housing")
    await here.app.reminders.tick()
    assert not any("已转给" in t for t in told(person))
    await here.set_clock(local(MONDAY, 18))
    await here.app.reminders.tick()
    assert "已登记" in await person.expect("已转给")
    await person.say("/notices")
    await person.press("夜里不响")
    await here.set_clock(local(MONDAY, 23))
    act(here, number, "clerk", "ask", ask="请补一张照片")
    await here.app.reminders.tick()
    assert not any("请补一张照片" in t for t in told(person))
    await here.set_clock(local(date(2026, 3, 3), 7))
    await here.app.reminders.tick()
    await person.expect("请补一张照片")
    assert clerk


async def test_whoever_is_away_hands_over_and_takes_back(here: Town) -> None:
    first, second = await here.officer("housing"), await here.officer("housing")
    clerk, person = await here.officer("city", "clerk"), await here.citizen("web")
    await first.say("/desk")
    await first.press("我不在")
    assert "转给" in await first.press("desk housing")
    number = await file_petition(person)
    act(here, number, "clerk", "register", kind="request")
    act(here, number, "clerk", "pass_on", unit="housing")
    act(here, number, "handler", "take")
    await here.app.reminders.tick()
    act(here, number, "clerk", "assist", unit="labour", date="2026-03-20")
    before = len(told(first))
    await here.pass_time(days=15)
    assert len(told(first)) == before
    assert any(number in t for t in told(second))
    await first.press("我回来了")
    await here.pass_time(days=2)
    assert any(number in t for t in told(first)[before:])
    assert clerk


async def test_a_case_is_handed_to_a_colleague(here: Town) -> None:
    first = await here.officer("housing")
    await here.officer("city", "clerk")
    number = await passed_on(here, await here.citizen("web"))
    second = await here.officer("housing")
    await first.say(f"/desk {number}")
    await first.press("交给同事")
    await first.press("desk housing")
    await first.press("交给同事")
    await here.app.reminders.tick()
    assert "交给您办理" in await second.expect("交给您办理")


@pytest.mark.parametrize("channel", ["telegram", "web"])
async def test_urging_goes_up_the_ladder_and_is_answered(here: Town, channel: str) -> None:
    clerk = await here.officer("city", "clerk", channel)
    supervisor = await here.officer("city", "supervisor", channel)
    leader = await here.officer("city", "leader", channel)
    person = await here.citizen(channel)
    number = await file_petition(person)
    await person.say("/my")
    await person.press(number)
    assert "催办" not in person.buttons(), "nothing is late"
    await here.pass_time(days=16)
    await person.expect("按“催办”会转到上级")
    assert "已转给" in await person.press("催办")
    assert "今天已经催过了" in await person.press("催办")
    await here.app.reminders.tick()
    await clerk.expect("信访人第1次催办")
    await supervisor.expect("信访人第1次催办")
    await here.pass_time(days=1)
    await person.press("催办")
    await here.app.reminders.tick()
    assert "第2次" in await leader.expect("第2次催办")
    tasks = here.now(lambda b: b.tasks(case=b.by_number(number).id))
    assert {t.kind for t in tasks} == {TaskKind.URGED}
    await clerk.press("回答")
    await clerk.say("今天转给住建局，明天给您消息。")
    await clerk.press("发送")
    await here.app.reminders.tick()
    await person.expect("明天给您消息")
    assert here.now(lambda b: b.tasks(case=b.by_number(number).id)) == []


async def test_a_legal_notice_nobody_opens_becomes_a_task(here: Town) -> None:
    handler = await here.officer("housing")
    await here.officer("city", "clerk")
    person = await here.citizen()
    number = await passed_on(here, person)
    act(here, number, "handler", "accept")
    await here.app.reminders.tick()
    await person.expect("已由")
    await here.pass_time(days=4)
    assert "没有送达" in await handler.expect("没有送达")
    text = await handler.press("打开任务")
    assert "通知第" not in text, "a number nobody asks for"
    assert "受理" in text
    assert "任务" in await handler.say(f"/desk {number}")
    await handler.say("/desk")
    await handler.press("待办任务（1）")
    await handler.press(number)
    await handler.press("登记告知结果")
    await handler.press("电话")
    assert "已登记" in await handler.press("跳过")
    assert "待办任务" not in await handler.say("/desk")
    history = here.now(lambda b: b.history(b.by_number(number).id))
    assert history[-1].facts["how"] == "telephone"


async def test_what_was_opened_is_served(here: Town) -> None:
    await here.officer("housing")
    await here.officer("city", "clerk")
    person = await here.citizen()
    number = await passed_on(here, person)
    act(here, number, "handler", "accept")
    await here.app.reminders.tick()
    await person.expect("已由")
    assert "已记下" in await person.press("我看到了")
    await here.pass_time(days=5)
    assert here.now(lambda b: b.tasks(case=b.by_number(number).id)) == []


async def test_a_blocked_chat_makes_a_task_at_once_and_the_case_shows_it(here: Town) -> None:
    handler = await here.officer("housing")
    await here.officer("city", "clerk")
    person = await here.citizen()
    number = await passed_on(here, person)
    await person.phone.block()
    act(here, number, "handler", "accept")
    await here.app.reminders.tick()
    assert "任务：未送达" in await handler.say(f"/desk {number}")
    accepted = [r for r in await rows(here, kind="petitioner.accepted") if r.chat]
    assert [r.state for r in accepted] == ["blocked"] or accepted == []


async def test_what_cant_be_opened_of_one_keeps_nothing_from_others(here: Town) -> None:
    """A chat's address, or the words of a message: sealed with a key that is gone."""
    await here.officer("housing")
    await here.officer("city", "clerk")
    people = [await here.citizen() for _ in range(3)]
    numbers = [await passed_on(here, person) for person in people]
    for number in numbers:
        act(here, number, "handler", "accept")
        act(here, number, "handler", "write", write="请您来一趟。")

    def spoil(book: Any) -> tuple[int, ...]:
        ids = tuple(book.by_number(number).id for number in numbers)
        book._db.execute(update(CHAT).where(CHAT.c.id == people_chat).values(address=LOST))
        book._db.execute(
            update(WORDS).where(WORDS.c.case == ids[1], WORDS.c.part == "write")
            .values(body=LOST)
        )  # fmt: skip
        return ids

    people_chat = here.now(lambda b: b.chat("telegram", str(people[0].phone.chat.id))).id
    query = select(CHAT.c.address).where(CHAT.c.id == people_chat)
    held = {"address": here.now(lambda b: b._db.execute(query).scalar_one())}
    first, second, _ = here.now(spoil)
    await here.app.reminders.tick()
    await people[2].expect("请您来一趟")
    await people[1].expect("已由")
    assert {t.kind for t in here.now(lambda b: b.tasks(case=first))} == {TaskKind.SERVE}
    states = {n.state for n in await rows(here, kind="petitioner.wrote") if n.case == second}
    assert "failed" in states, "said in the log and by the self-check"
    here.now(lambda b: b._db.execute(update(CHAT).where(CHAT.c.id == people_chat).values(held)))
    act(here, numbers[0], "handler", "write", write="钥匙找回来了。")
    await here.app.reminders.tick()
    await people[0].expect("钥匙找回来了")


async def test_who_has_no_chat_is_told_in_person(here: Town) -> None:
    """As somebody who filed by letter: everything becomes a dated task."""
    handler = await here.officer("housing")
    await here.officer("city", "clerk")
    person = await here.citizen("web")
    number = await passed_on(here, person)
    on_paper(here, number)
    act(here, number, "handler", "accept")
    await here.app.reminders.tick()
    tasks = here.now(lambda b: b.tasks(case=b.by_number(number).id))
    assert [t.kind for t in tasks] == [TaskKind.TELL]
    assert tasks[0].due_on == date(2026, 3, 5), "three working days"
    await handler.expect("没有聊天渠道")
    assert "受理" in await handler.press("打开任务")


async def test_where_nobody_sits_in_the_unit_the_bureau_tells_in_person(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    person = await here.citizen("web")
    number = await file_petition(person)
    act(here, number, "clerk", "register", kind="request")
    on_paper(here, number)
    act(here, number, "clerk", "pass_on", unit="housing")
    await here.pass_time(days=1)
    await clerk.expect("没有聊天渠道")
    before = here.now(lambda b: b.tasks(case=b.by_number(number).id))
    await clerk.press("打开任务")
    await clerk.press("登记告知结果")
    await clerk.press("电话")
    await clerk.press("跳过")
    assert len(here.now(lambda b: b.tasks(case=b.by_number(number).id))) == len(before) - 1


async def test_what_is_to_be_told_goes_with_the_case(here: Town) -> None:
    await here.officer("housing")
    labour = await here.officer("labour")
    await here.officer("city", "clerk")
    person = await here.citizen("web")
    number = await passed_on(here, person)
    case = on_paper(here, number)
    act(here, number, "handler", "write", write="请您来一趟。")
    await here.app.reminders.tick()
    assert {t.unit for t in here.now(lambda b: b.tasks(case=case))} == {"housing"}
    act(here, number, "handler", "object", unit="labour", why="是劳动纠纷。")
    act(here, number, "clerk", "agree_objection")
    assert {t.unit for t in here.now(lambda b: b.tasks(case=case))} == {"labour"}
    await labour.say("/desk")
    assert "当面、电话或信函告知" in await labour.press("任务")


async def test_an_officer_who_shuts_the_bot_out_is_passed_over(here: Town) -> None:
    first, second = await here.officer("housing"), await here.officer("housing", "head")
    await here.officer("city", "clerk")
    await first.phone.block()
    number = await passed_on(here, await here.citizen("web"))
    await second.expect(number)


async def test_colleagues_of_who_shuts_the_bot_out_hear_once(here: Town) -> None:
    people = [await here.officer("housing") for _ in range(4)]
    await here.officer("city", "clerk")
    for one in people[::3]:
        shut_out(one)
    number = await passed_on(here, await here.citizen("web"))
    await here.app.reminders.tick()
    for one in people[1:3]:
        assert len([t for t in told(one) if number in t]) == 1


async def test_each_assisting_unit_hears_once_whoever_shuts_the_bot_out(here: Town) -> None:
    units = ("housing", "labour", "ecology", "transport")
    handlers = {unit: await here.officer(unit) for unit in units}
    heads = [await here.officer(unit, "head") for unit in ("labour", "ecology")]
    await here.officer("city", "clerk")
    number = await passed_on(here, await here.citizen("web"))
    for unit in units[1:]:
        act(here, number, "clerk", "assist", unit=unit, date="2026-03-20")
    await here.app.reminders.tick()
    for unit in ("labour", "ecology"):
        shut_out(handlers[unit])
    before = len(told(handlers["transport"]))
    act(here, number, "handler", "call_help", unit="south", help_what="看看现场")
    await here.app.reminders.tick()
    assert len(told(handlers["transport"])[before:]) == 1
    for head in heads:
        assert len([t for t in told(head) if number in t]) == 1, "its handler can't be reached"


def shut_out(officer: Any) -> None:
    """Shuts the bot out; the office learns of it when it writes the next time."""
    officer.phone.chat.blocked = True


async def test_a_machine_that_was_off_says_once_what_is_still_true(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    number = await file_petition(await here.citizen("web"))
    await here.app.reminders.tick()
    before = len(told(clerk))
    await here.set_clock(local(date(2026, 3, 25), 10))
    await here.app.reminders.tick()
    said = [t for t in told(clerk)[before:] if number in t]
    assert len(said) == 1
    assert "已逾期" in said[0]
    rungs = [r for r in await rows(here, kind="alert", to="ladder") if r.case == 1]
    assert [r.state for r in rungs].count("shared") == 1
    assert any(r.reason.startswith("overtaken") for r in rungs)


async def test_nothing_is_forgotten_and_it_would_be_said(here: Town) -> None:
    admin = await here.officer("city", "administrator")
    await here.officer("city", "clerk")
    await file_petition(await here.citizen("web"))
    await here.app.reminders.tick()
    assert (await here.app.reminders.look()) == Check(0, 0, 0, 0)
    here.now(lambda b: b._db.exec_driver_sql(
        "UPDATE notice SET next_at = NULL, state = 'sent' WHERE recipient = 'ladder'"
    ))  # fmt: skip
    found = await here.app.reminders.look()
    assert found.silent == 1
    await here.app.reminders.tick()
    await admin.expect("提醒自检发现遗漏")


async def test_a_notice_without_words_fails_alone_and_is_reported(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kind no catalogue knows, a cause that can't be split: everybody else hears theirs."""
    await here.officer("city", "clerk")
    people = [await here.citizen(), await here.citizen("web")]
    numbers = [await file_petition(person) for person in people]
    now = here.app.clock.now()

    def plan(book: Any) -> None:
        first, second = (book.by_number(number).id for number in numbers)
        book.plan(Planned("petitioner.nonsense", first, "1", "petitioner", now))
        book.plan(Planned("petitioner.closed", second, "1", "nowhere", now))
        book.plan(Planned("petitioner.closed", second, "2", "petitioner", now))

    here.now(plan)
    await here.app.reminders.tick()
    await people[1].expect("已结案")
    failed = await rows(here, state="failed")
    ended = {(r.kind, r.to[:5], r.state, r.reason) for r in failed}
    assert ended == {
        ("petitioner.nonsense", "chat:", "failed", "KeyError"),
        ("petitioner.closed", "nowhe", "failed", "KeyError"),
    }
    assert (await here.app.reminders.look()).nobody == 2


async def test_a_dissolved_unit_a_left_recipient_a_deleted_case(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    handler = await here.officer("housing")
    number = await passed_on(here, await here.citizen("web"))
    units = {k: u for k, u in here.app.office.units.items() if k != "housing"}
    here.app.office = office = replace(here.app.office, units=units)
    here.app.ledger._office = office
    before = len(told(handler))
    await here.pass_time(days=15)
    assert any(number in t for t in told(clerk)), "the bureau looks after it"
    assert here.now(lambda b: [o for o in b.seated("housing") if o.role is Role.HANDLER])
    now = here.app.clock.now()
    here.now(lambda b: b.plan(Planned("petitioner.closed", 999, "1", "petitioner", now)))
    here.now(lambda b: b.plan(Planned("officer.dates_moved", 0, "1", "chat:1", now,
                                      {"count": 1, "numbers": "x", "year": 2027})))  # fmt: skip
    await here.app.reminders.tick()
    gone = await rows(here, case=999)
    assert [(r.state, r.reason) for r in gone] == [("cancelled", "no such case")]
    assert len(told(handler)) >= before
