"""Supervision of offices: by rule and by hand, from urge to notice, answered at each step; and the
three suggestions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from offices.records import case, today
from people import Office, Town, accepted, does, file_petition, opinion

from petitions.errors import BadAnswer
from petitions.matters import supervision
from petitions.values.petition import Status
from petitions.verbs import supervising


def steps(here: Town, number: str) -> list[tuple[str, str, str]]:
    """Level, cause, state of each step."""
    found = here.now(lambda b: b.supervisions(b.by_number(number).id))
    return [(s.level, s.cause, s.state) for s in found]


HOUSING = "云川市住房和城乡建设局"


async def test_a_late_unit_from_urge_to_notice(here: Town, channel: str) -> None:
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    unit = await accepted(office, number)
    supervisor, head = await office.at("city", "supervisor"), await office.at("housing", "head")
    await here.pass_time(days=75)
    assert steps(here, number) == [("urge", "late", "open")], "by rule, some days after the limit"
    await citizen.expect("信访局就这件事督办云川市住房和城乡建设局（督促）")
    await head.expect("信访局督办本单位（督促")
    assert "正在督办（督促）" in await citizen.say(f"/track {number}")
    await does(unit, number, "书面答复督办", "检测单位迟了，下周办完。", "书面答复督办")
    assert "正在审核" in await citizen.say(f"/track {number}")
    await here.pass_time(days=1)
    await supervisor.expect("书面答复了督办（督促）")
    assert "云川市住房和城乡建设局" in await supervisor.say("/supervision")

    for level in ("supervise", "talk", "notice"):
        await does(supervisor, number, "督办（下一级）", "下周已过，还没有办完。", "督办（下一级）")
        assert steps(here, number)[-1][0::2] == (level, "open")
        agenda = number in await supervisor.say("/meeting")
        assert agenda or level == "supervise", "a talk or a notice is the joint meeting's"
        if level == "talk":
            assert "提请约谈、通报" in await supervisor.say("/meeting")
        if level == "supervise":
            text = await does(supervisor, number, "督办（下一级）", "再催", "督办（下一级）")
            assert "才到期" in text, "the next level waits for this one's day"
            await supervisor.say("/cancel")
        await here.pass_time(days=30)
    text = await does(supervisor, number, "督办（下一级）", "仍无答复", "督办（下一级）")
    assert "最高一级" in text
    await supervisor.say("/cancel")
    text = await supervisor.say("/supervision")
    assert "逾期未答复" in text
    assert "《信访工作条例》第四十一条" in text
    await does(supervisor, number, "结束督办", "已办结。", "结束督办")
    await here.app.reminders.tick()
    await citizen.expect("督办结束")
    assert steps(here, number)[-1][2] == "ended"


async def test_nobody_supervises_or_judges_themselves(here: Town) -> None:
    office = Office(here, "telegram")
    number = await file_petition(await here.citizen())
    supervisor = await office.at("city", "supervisor")
    text = await does(supervisor, number, "督办（下一级）", "太慢", "督办（下一级）")
    assert "不能督办自己的单位" in text
    await supervisor.say("/cancel")
    unit = await accepted(office, number)
    assert "不由您处理" in await unit.say("/supervision")
    await does(supervisor, number, "督办（下一级）", "请加快", "督办（下一级）")
    await unit.say(f"/desk {number}")
    assert "结束督办" not in unit.buttons()[-20:]
    await supervisor.say(f"/desk {number}")
    assert "书面答复督办" not in supervisor.buttons()[-20:]


async def test_an_ended_case_isnt_supervised(here: Town) -> None:
    office = Office(here, "telegram")
    number = await file_petition(await here.citizen())
    clerk, supervisor = await office.at("city", "clerk"), await office.at("city", "supervisor")
    await clerk.say(f"/desk {number}")
    await clerk.press("不予受理")
    await clerk.press("不属于本机关")
    await clerk.say("请到法院起诉。")
    await clerk.press("确认不受理")
    assert case(here, number).status is Status.REFUSED
    await supervisor.say(f"/desk {number}")
    assert "督办（下一级）" not in supervisor.buttons()[-16:]


async def test_a_copied_answer_is_supervised_by_rule(here: Town) -> None:
    office = Office(here, "telegram")
    words = "经现场核查，工地夜间施工没有许可，已责令停工整改，并安排执法人员每晚巡查到凌晨两点。"
    numbers = []
    for _ in range(2):
        numbers.append(await file_petition(await here.citizen()))
        unit = await accepted(office, numbers[-1])
        await unit.say(f"/desk {numbers[-1]}")
        await opinion(unit, words)
    assert steps(here, numbers[0]) == []
    assert steps(here, numbers[1]) == [("urge", "copied", "open")]


async def test_a_suggestion_is_answered_adopted_or_not(here: Town, channel: str) -> None:
    office = Office(here, channel)
    supervisor, head = await office.at("city", "supervisor"), await office.at("housing", "head")
    await suggest(here, supervisor, "改进工作建议", "云川市住房和城乡建设局")
    await here.pass_time(days=3)
    await head.expect("收到一条建议")
    await head.press("打开")
    await head.press("答复这条建议")
    await head.press("不采纳")
    await head.say("上级正在修订，先不改。")
    assert "不采纳" in await head.press("答复")
    await supervisor.say("/supervision")
    await supervisor.press("三项建议")
    text = await supervisor.press("改进工作建议 · 云川市住房和城乡建设局")
    assert "上级正在修订" in text
    handler = await office.at("housing")
    assert "不由您处理" in await handler.say("/supervision")


async def test_a_suggestion_goes_to_whom_the_law_says_and_their_answer_is_recorded(
    here: Town, channel: str
) -> None:
    office = Office(here, channel)
    supervisor = await office.at("city", "supervisor")
    await supervisor.say("/supervision")
    await supervisor.press("提建议")
    await supervisor.press("完善政策建议")
    assert "云川市住房和城乡建设局" not in supervisor.buttons()[-9:], (
        "a policy is no unit's to change"
    )
    await supervisor.say("/cancel")
    await suggest(here, supervisor, "完善政策建议", "本级党委、政府")
    await supervisor.say("/supervision")
    await supervisor.press("三项建议")
    assert "书面反馈由信访局登记" in await supervisor.press("完善政策建议 · 本级党委、政府")
    await supervisor.press("答复这条建议")
    await supervisor.press("采纳")
    await supervisor.say("已列入修订计划。")
    assert "已列入修订计划" in await supervisor.press("答复")
    assert supervision.addressees(here.app.office, "account")[:2] == ["", "discipline"]
    wrong = ("policy", "housing"), ("account", "housing"), ("improve", "")
    for kind, unit in wrong:
        with pytest.raises(BadAnswer):
            here.now(lambda b, k=kind, u=unit: supervising.suggest(
                b, here.app.office, one_of(b, "city", "supervisor"), k, u, "话",
                today(here) + timedelta(days=9), here.app.clock.now()))  # fmt: skip


def one_of(book: Any, unit: str, role: str) -> Any:
    return next(o for o in book.seated(unit) if o.role == role)


async def suggest(here: Town, supervisor: Any, kind: str, to: str) -> None:
    await supervisor.say("/supervision")
    await supervisor.press("提建议")
    await supervisor.press(kind)
    await supervisor.press(to)
    await supervisor.say("夜间施工许可应先告知周边居民。")
    await supervisor.say(str(today(here) + timedelta(days=20)))
    assert "已发出" in await supervisor.press("发出")
