"""Several units, one matter: assisting by a day of their own, calls for help, the joint meeting."""

from __future__ import annotations

from datetime import timedelta

from offices.records import case, today
from people import Office, Town, accepted, does, file_petition

from petitions.matters.together import SHARED
from petitions.values.task import TaskKind

LABOUR = "云川市人力资源和社会保障局"


def tasks(here: Town, number: str) -> dict[TaskKind, str]:
    """What units were asked for in a case and still have to do: kind → unit."""
    found = here.now(lambda b: b.tasks(case=b.by_number(number).id))
    return {t.kind: t.unit for t in found if t.kind in SHARED}


async def test_an_assisting_unit_has_its_own_day(here: Town, channel: str) -> None:
    office = Office(here, channel)
    number = await file_petition(await here.citizen(channel))
    await accepted(office, number)
    clerk, helper = await office.at("city", "clerk"), await office.at("labour")
    day = today(here) + timedelta(days=9)
    assert "已经过了" in await does(
        clerk, number, "增加协办单位", LABOUR, "2020-01-01", "增加协办单位"
    )
    await clerk.say("/cancel")
    await does(clerk, number, "增加协办单位", LABOUR, str(day), "增加协办单位")
    await here.pass_time(days=2)
    await helper.expect("请协助办理")
    assert tasks(here, number) == {TaskKind.ASSIST: "labour"}
    again = await does(clerk, number, "增加协办单位", LABOUR, str(day), "增加协办单位")
    assert "已经请过" in again, "the same unit twice"
    await clerk.say("/cancel")
    await here.pass_time(days=9)
    await helper.expect("待办任务")
    await helper.say("/desk")
    await helper.press("任务")
    await helper.press("协办")
    await helper.press("协办意见")
    await helper.say("工资已核对。")
    await helper.press("协办意见")
    assert tasks(here, number) == {}
    handler = await office.at("housing")
    assert "工资已核对" in await handler.say(f"/desk {number}")


async def test_a_call_for_help_is_answered_in_time_or_late(here: Town, channel: str) -> None:
    office = Office(here, channel)
    number = await file_petition(await here.citizen(channel))
    unit = await accepted(office, number)
    called = await office.at("labour")
    await does(unit, number, "请部门到场（吹哨）", LABOUR, "明天九点到现场。", "请部门到场（吹哨）")
    await here.pass_time(days=5)
    await called.expect("请你们到场协助")
    await called.say(f"/desk {number}")
    assert "报到" in await called.say(f"/desk {number}")
    await does(called, number, "回复到场（报到）", "来", "两人，十点到。", "回复到场（报到）")
    await here.pass_time(days=2)
    await unit.expect("回复：来")
    entry = here.now(lambda b: b.history(b.by_number(number).id))[-1]
    assert (entry.action, entry.facts["coming"], entry.facts["late"]) == (
        "answer_call",
        "yes",
        True,
    )
    assert tasks(here, number) == {}
    assert "回复到场" not in called.buttons()[-12:]


async def test_a_joint_meeting_from_the_agenda_to_what_was_decided(
    here: Town, channel: str
) -> None:
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    supervisor = await office.at("city", "supervisor")
    assert "没有需要提请" in await supervisor.say("/meeting")
    unit = await accepted(office, number)
    await here.pass_time(days=70)
    await supervisor.expect("一个月没有开联席会议")
    text = await supervisor.say("/meeting")
    assert number in text
    assert "逾期一周以上" in text
    day = today(here) + timedelta(days=10)
    await does(supervisor, number, "联席会议决定", "两家一起到场，十日内停工。", LABOUR, str(day),
               "联席会议决定")  # fmt: skip
    await here.app.reminders.tick()
    await citizen.expect("联席会议研究了您的事")
    assert tasks(here, number)[TaskKind.DECISION] == "labour"
    await supervisor.say("/meeting")
    await supervisor.press("写会议记录")
    assert "不能晚于今天" in await supervisor.say("2099-01-01")
    await supervisor.say(str(today(here)))
    await supervisor.say("住建局、人社局")
    await supervisor.say("研究了一件。")
    assert "记下了" in await supervisor.press("保存")
    await supervisor.press("以前的会议")
    text = await supervisor.press(f"{today(here).year}年")
    assert "研究了一件" in text
    assert number in text
    helper = await office.at("labour")
    await does(helper, number, "协办意见", "已停工。", "协办意见")
    assert TaskKind.DECISION not in tasks(here, number)
    assert "不由您处理" in await unit.say("/meeting")
    assert case(here, number).assisting == ("labour",)
