"""Mediation, lawyer, counsellor, hearing: by appointment and only with the petitioner's yes; and
several desks of one person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from offices.records import case, today
from people import Office, Town, accepted, does, everything, file_petition

from petitions.values.meeting import Appointment


async def propose(unit: Any, number: str, here: Town, hour: str = "10:00", days: int = 3) -> str:
    day = str(today(here) + timedelta(days=days))
    expert = "云川市司法局" if "云川市司法局" in here.app.office.units else ""
    await does(unit, number, "约调解", "调解")
    await unit.press(expert or "desk city")
    await unit.press("承办单位")
    await unit.say(day)
    await unit.press(hour)
    await unit.say("三楼调解室")
    return str(await unit.press("约调解"))


def held(here: Town, number: str) -> list[Appointment]:
    return list(here.now(lambda b: b.appointments(b.by_number(number).id)))


async def with_mediator(here: Town, channel: str) -> tuple[Any, str, Any, Any]:
    """Somebody whose case a unit has accepted: they, its number, the unit, a mediator."""
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    unit = await accepted(office, number)
    return citizen, number, unit, await office.at("city", "mediator")


async def test_a_mediation_from_the_proposal_to_its_result(here: Town, channel: str) -> None:
    citizen, number, unit, mediator = await with_mediator(here, channel)
    assert number not in await mediator.say(f"/desk {number}"), "nothing before the yes"
    assert "由信访人决定" in await propose(unit, number, here)
    await citizen.expect("想约您调解")
    await mediator.say("/desk")
    await mediator.press("我的约访")
    assert number not in mediator.buttons()[-3:], "the case stays closed before the yes"
    assert "记下了" in await citizen.press("同意")
    await mediator.expect("信访人同意调解")
    assert "工地" in await mediator.say(f"/desk {number}")
    assert "内部记录" not in mediator.buttons()[-8:]
    await here.pass_time(days=3)
    await mediator.expect("明天")
    await citizen.expect("明天")
    text = await does(mediator, number, "约访的结果", "达成一致", "夜里十点后停工。", "约访的结果")
    assert number in text
    await citizen.expect("调解的结果：达成一致")
    assert [a.state for a in held(here, number)] == ["done"]
    assert case(here, number).guests == ()
    assert "工地" not in await mediator.say(f"/desk {number}")


async def test_a_no_changes_nothing_and_shuts_the_case(here: Town, channel: str) -> None:
    citizen, number, unit, mediator = await with_mediator(here, channel)
    before = case(here, number).status
    await propose(unit, number, here)
    await citizen.expect("想约您调解")
    await citizen.press("同意")
    assert case(here, number).guests
    await citizen.say("/my")
    await citizen.press(number)
    assert "不影响" in await citizen.press("不需要")
    assert [a.state for a in held(here, number)] == ["withdrawn"]
    assert case(here, number).status is before
    assert "没有找到" in await mediator.say(f"/desk {number}")


@pytest.mark.parametrize("off", ["by the petitioner", "by the office"])
async def test_who_was_to_hold_it_hears_that_it_is_off(here: Town, channel: str, off: str) -> None:
    """Though the case is shut to them again: so without its words, or a way to it."""
    citizen, number, unit, mediator = await with_mediator(here, channel)
    await propose(unit, number, here)
    await citizen.expect("想约您调解")
    await citizen.press("同意")
    await mediator.expect("信访人同意调解")
    await mediator.say("/desk")
    await mediator.press("我的约访")
    said = len(mediator.buttons())
    if off == "by the petitioner":
        await citizen.say("/my")
        await citizen.press(number)
        await citizen.press("不需要")
        told = await mediator.expect("信访人不同意调解")
    else:
        await does(unit, number, "取消约访", "施工方来不了。", "取消约访")
        told = await mediator.expect("的调解取消了")
        assert "取消了" in await citizen.expect("施工方来不了")
    assert number in told
    assert "施工方" not in told
    assert not [b for b in mediator.buttons()[said:] if b in ("打开", number)]
    assert "没有找到" in await mediator.say(f"/desk {number}")
    await here.pass_time(days=4)
    for person in (mediator, citizen, unit):
        assert "明天（" not in await heard(person)


async def heard(person: Any) -> str:
    """All that a person was ever told, up to now."""
    if person.channel == "web":
        await person.refresh()
    return everything(person)


async def test_what_was_never_agreed_to_isnt_the_mediators(here: Town) -> None:
    citizen, number, unit, mediator = await with_mediator(here, "telegram")
    await propose(unit, number, here)
    await citizen.expect("想约您调解")
    await citizen.press("不需要")
    await unit.expect("信访人不同意调解")
    await propose(unit, number, here)
    await does(unit, number, "取消约访", "施工方来不了。", "取消约访")
    await unit.expect("的调解取消了")
    await here.app.reminders.tick()
    assert number not in everything(mediator)


async def test_bad_bookings_are_named(here: Town) -> None:
    office = Office(here, "telegram")
    one = await file_petition(await here.citizen())
    two = await file_petition(await here.citizen())
    unit = await accepted(office, one)
    await accepted(office, two)
    assert "没有" in await does(unit, one, "约调解", "律师咨询"), "no lawyer sits there"
    await unit.say("/cancel")
    await office.at("city", "mediator")
    await propose(unit, one, here)
    assert "已有约" in await propose(unit, two, here), "a double booking"
    await unit.say("/cancel")
    assert held(here, two) == []
    await does(unit, one, "约访的结果", "已进行", "谈过")
    assert "之后再记结果" in await unit.press("约访的结果")
    await unit.say("/cancel")
    assert "取消" in await does(unit, one, "取消约访", "调解员有急事", "取消约访")
    assert [a.state for a in held(here, one)] == ["cancelled"]


async def test_one_person_at_several_desks(here: Town, channel: str) -> None:
    """The desks of one chat: notices come for each, a press goes to the desk that may, and nobody
    approves what they asked for at another desk."""
    office = Office(here, channel)
    number = await file_petition(await here.citizen(channel))
    unit = await accepted(office, number)
    await unit.say(f"/start i_{here.invite('housing', 'head')}")
    await unit.say(f"/start i_{here.invite('labour', 'handler')}")
    assert "换到：云川市住房和城乡建设局" in "".join(unit.buttons())
    await unit.say("/desk")
    await unit.press("换到：云川市住房和城乡建设局 · 经办人")
    await does(unit, number, "申请延期", "10", "还要检测", "申请延期")
    assert "不能审批自己的申请" in await decide(unit, number)
    other = await here.officer("housing", "deputy", channel)
    await does(other, number, "批准延期", "确有必要", "批准延期")
    assert case(here, number).extended


async def decide(unit: Any, number: str) -> str:
    await unit.say("/desk")
    await unit.press("换到：云川市住房和城乡建设局 · 负责人")
    return await does(unit, number, "批准延期", "确有必要", "批准延期")
