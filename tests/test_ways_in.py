"""Every way in: what officers register on behalf of people who came by letter, telephone or at
the window, their slip, and the PIN that opens the rest.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from people import FILING, Office, Town, answered, at_the_link, code_in, registered

from petitions.law.clocks import local_day
from petitions.values.codes import read_number


def case(here: Town, number: str) -> Any:
    return here.now(lambda b: b.by_number(number))


@pytest.mark.parametrize(
    ("way", "letter"), [("信件", "L"), ("电话", "P"), ("来访", "V"), ("传真", "F"),
                        ("领导信箱", "M"), ("网络留言板", "B")],
)  # fmt: skip
async def test_each_way_in_has_its_letter_and_its_clock(here: Town, way: str, letter: str) -> None:
    clerk = await here.officer("city", "clerk")
    number = read_number(await registered(clerk, way))
    assert number
    assert number[5] == letter
    found = case(here, number)
    clocks = here.now(lambda b: b.clocks(found.id))
    today = local_day(here.app.clock.now(), here.app.office.zone)
    assert [(c.clock, c.started_on) for c in clocks] == [("pass_on", today)]
    assert found.first_handler, "首办 is never empty"


async def test_a_letter_counts_from_the_day_it_arrived(here: Town, channel: str) -> None:
    clerk = await here.officer("city", "clerk", channel)
    arrived = local_day(here.app.clock.now(), here.app.office.zone) - timedelta(days=9)
    number = read_number(await registered(clerk, on=arrived.isoformat()))
    assert number
    found = case(here, number)
    assert found.received_on == arrived
    assert here.now(lambda b: b.clocks(found.id))[0].started_on == arrived
    shown = await clerk.say(f"/desk {number}")
    assert f"{arrived.month}月{arrived.day}日" in shown
    assert "第10天" in shown


async def test_the_slip_shows_the_status_and_the_pin_opens_the_rest(
    here: Town, channel: str
) -> None:
    office = Office(here, channel)
    clerk = await office.at("city", "clerk")
    said = await registered(clerk, "来访", pin="4711")
    number, code = read_number(said), code_in(said)
    assert number
    citizen = await here.citizen(channel)
    await citizen.say(f"/track {number}")
    shown = await citizen.say(code)
    assert "待登记" in shown
    assert FILING["facts"][:8] not in shown
    assert "测试乙" not in shown
    assert "随时可以" in await citizen.press("跳过")
    assert number not in await citizen.say("/my"), "a slip makes nobody its petitioner"
    await citizen.say(f"/track {number}")
    await citizen.say(code)
    assert "密码不对" in await citizen.say("9988")
    await citizen.say(f"/track {number}")
    await citizen.say(code)
    assert "已在这里打开" in await citizen.say("4711")
    assert FILING["facts"][:8] in await citizen.press("全部进展")
    await answered(office, number)
    await here.app.reminders.tick()
    await citizen.expect("已责令停工")


async def test_wrong_pins_are_slowed_down(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    said = await registered(clerk, pin="4711")
    citizen = await here.citizen()
    for _ in range(6):
        await citizen.say(f"/track {read_number(said)}")
        await citizen.say(code_in(said))
        text = await citizen.say("1234")
    assert "分钟" in text
    await citizen.say(f"/track {read_number(said)}")
    await citizen.say(code_in(said))
    assert "已在这里打开" not in await citizen.say("4711"), "the right one must wait as well"


async def test_a_pin_by_call_back(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    said = await registered(clerk)
    number = read_number(said)
    citizen = await here.citizen()
    await citizen.say(f"/track {number}")
    await citizen.say(code_in(said))
    assert "还没有设密码" in await citizen.say("4711")
    await clerk.say(f"/desk {number}")
    await clerk.press("给密码设置码")
    await clerk.say("按登记号码回电，核对了姓名和住址")
    told = await clerk.press("给一次性设置码")
    await at_the_link(here.app, told, "4711")
    await citizen.say(f"/track {number}")
    await citizen.say(code_in(said))
    assert "已在这里打开" in await citizen.say("4711")


async def test_who_came_on_paper_is_told_in_person(here: Town) -> None:
    office = Office(here, "telegram")
    clerk = await office.at("city", "clerk")
    number = read_number(await registered(clerk))
    assert number
    await answered(office, number)
    await here.app.reminders.tick()
    tasks = here.now(lambda b: b.tasks(case=b.by_number(number).id))
    assert tasks
    assert {str(t.kind) for t in tasks} == {"tell"}


async def test_filing_for_somebody_needs_their_consent(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    number = read_number(await registered(clerk, "来访", proxy="测试丙"))
    assert number
    history = here.now(lambda b: b.history(b.by_number(number).id))
    assert history[0].facts["consent"] == "present"
    texts = here.now(lambda b: b.texts(b.by_number(number).id))
    assert [(t.part, str(t.audience)) for t in texts if t.part == "proxy"] == [("proxy", "bureau")]
    unit = await here.officer("housing")
    assert "测试丙" not in await unit.say(f"/desk {number}")


async def test_a_day_that_cant_be_is_named(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    await clerk.say("/desk")
    await clerk.press("代为登记")
    await clerk.press("信件")
    await clerk.say("2031-01-01")
    await clerk.say("测试乙")
    await clerk.say(FILING["address"])
    await clerk.press("没有电话")
    for part in ("facts", "request", "place"):
        await clerk.say(FILING[part])
    await clerk.press("没有")
    await clerk.press("跳过")
    text = await clerk.press("登记并打印回执")
    assert "日期要在" in text
    assert not here.now(lambda b: b.queue_size(_all(here))), "nothing half done"


async def test_a_posters_code_fills_in_place_and_unit(here: Town, channel: str) -> None:
    citizen = await here.citizen(channel)
    assert "北川" not in await citizen.say("/start p_mars")
    await citizen.say("/start p_north")
    text = await citizen.press("同意，开始")
    assert "北川县" in text
    await citizen.say(FILING["facts"])
    text = await citizen.say(FILING["request"])
    assert "姓名" in text, "the place is known"
    for part in ("name", "address", "contact"):
        await citizen.say(FILING[part])
    text = await citizen.press("没有")
    assert "地点：北川" in text
    number = read_number(await citizen.press("提交"))
    assert number
    assert case(here, number).proposed_unit == "north"


def _all(here: Town) -> Any:
    from petitions.book import Queue

    return Queue(("city",))
