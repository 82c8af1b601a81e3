"""Responsibility and campaigns for old cases: four fields, phases, targets, the standard."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from offices.records import case, today
from people import SHOTS, Office, Town, accepted, does, file_petition, opinion, town

from bot.wiring import build
from papers.chart import png
from petitions.matters import campaigns
from petitions.message import Rise

HOUSING = "云川市住房和城乡建设局"


async def begin(here: Town, supervisor: Any, targets: str = "", phases: str = "") -> str:
    day = today(here)
    await supervisor.say("/campaigns")
    await supervisor.press("新建专项")
    await supervisor.say("三年积案专项")
    await supervisor.say(str(day - timedelta(days=30)))
    await supervisor.say(str(day))
    text = await supervisor.say(
        targets or f"{day + timedelta(days=60)} 50%\n{day + timedelta(days=120)} 100%"
    )
    if "100%之间" in text:
        return str(text)
    await (supervisor.say(phases) if phases else supervisor.press("跳过"))
    return str(await supervisor.press("开始"))


async def charge(here: Town, supervisor: Any, number: str, days: int = 40) -> str:
    """Leader, unit, team and day; in the campaign."""
    await supervisor.say(f"/desk {number}")
    await supervisor.press("包案")
    await supervisor.press("云川市信访局 · desk city")
    await supervisor.press(HOUSING)
    await supervisor.say("专班1组")
    await supervisor.say(str(today(here) + timedelta(days=days)))
    await supervisor.press("三年积案专项")
    return str(await supervisor.press("包案"))


async def test_a_campaign_through_its_phases_to_its_figures(here: Town, channel: str) -> None:
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    one, two = await file_petition(citizen), await file_petition(await here.citizen(channel))
    units = {number: await accepted(office, number) for number in (one, two)}
    supervisor, leader = await office.at("city", "supervisor"), await office.at("city", "leader")
    day = today(here)
    phases = "\n".join(
        f"{name} {day + timedelta(days=a)} {day + timedelta(days=b)}"
        for name, a, b in (("摸底", 0, 30), ("化解", 31, 90), ("回头看", 91, 120))
    )
    assert "三年积案专项" in await begin(here, supervisor, phases=phases)
    for number in (one, two):
        await charge(here, supervisor, number)
    await here.app.reminders.tick()
    await leader.say("/lead")
    assert "包案的件：2件" in await leader.say("/lead")
    await units[one].say(f"/desk {one}")
    await opinion(units[one], "经查属实，已责令停工并罚款。")
    await citizen.say(f"/track {one}")
    await citizen.press("已收到")
    await here.pass_time(days=35)

    text = await strike(leader, one, "已转交有关部门核实处理。")
    assert "过程，不是结果" in text
    await leader.say("/cancel")
    promise = today(here) + timedelta(days=20)
    result = "经查属实，工地已停工，罚款两万元已缴。"
    assert "已经过了" in await strike(leader, one, result, str(day))
    await leader.say("/cancel")
    assert "销号" in await strike(leader, one, result, str(promise))
    await supervisor.say(f"/desk {one}")
    text = await supervisor.press("全部进展")
    assert "销号：结果已落实，有据可查；还答应到" in text
    assert "信访人提交了事项" in text
    await supervisor.say("/campaigns")
    text = await supervisor.press("三年积案专项")
    assert "已销号1/2，50.0%" in text
    assert "▶ 化解" in text
    await here.pass_time(days=40)
    assert "逾期" in await leader.expect("包案：1件"), "on Mondays"
    assert "停工" in await citizen.expect("答应的事，办到了吗"), (
        "a promise is asked about when its day is over"
    )
    await supervisor.say("/campaigns")
    text = await supervisor.press("三年积案专项")
    assert "50%，当时50.0%" in text
    assert "逾期未销号：1件" in text
    await supervisor.press("看件")


async def strike(leader: Any, number: str, result: str, promise: str = "跳过") -> str:
    await leader.say(f"/desk {number}")
    await leader.press("销号（结案报告）")
    await leader.press("结果已落实，有据可查")
    await leader.say(result)
    await leader.say("停工照片、缴款票据")
    await leader.say("电话告知，本人签收")
    await (leader.press(promise) if promise == "跳过" else leader.say(promise))
    await leader.say("同意销号。")
    return str(await leader.press("销号（结案报告）"))


async def test_what_cant_be_listed_or_struck_is_named(here: Town) -> None:
    office = Office(here, "telegram")
    supervisor, leader = await office.at("city", "supervisor"), await office.at("city", "leader")
    assert "100%之间" in await begin(here, supervisor, targets="2027-01-01 120%")
    await supervisor.say("/cancel")
    await begin(here, supervisor)
    citizen = await here.citizen()
    number = await file_petition(citizen)
    unit = await accepted(office, number)
    await here.pass_time(days=3)
    late = await file_petition(await here.citizen())
    await accepted(office, late)
    assert "日常办理" in await charge(here, supervisor, late), "received after the cut-off"
    await supervisor.say("/cancel")
    await charge(here, supervisor, number)
    await unit.say(f"/desk {number}")
    await opinion(unit, "经查属实，已责令停工。")
    other = await here.officer("city", "leader")
    assert "还没有记录送达" in await strike(leader, number, "已停工，罚款已缴。")
    await leader.say("/cancel")
    await other.say(f"/desk {number}")
    assert "销号（结案报告）" not in other.buttons()[-10:]
    assert case(here, number).leader


async def test_merged_cases_leave_the_base(here: Town) -> None:
    office = Office(here, "telegram")
    supervisor = await office.at("city", "supervisor")
    await office.at("city", "leader")
    citizen = await here.citizen()
    one = await file_petition(citizen)
    await begin(here, supervisor)
    await charge(here, supervisor, one)
    await citizen.say("/new")
    await citizen.press("提交一件新的")
    for words in ("又是夜里施工。", "请停工。", "和平路", "测试甲", "和平路3号", "13800138000"):
        await citizen.say(words)
    await citizen.press("没有")
    said = re.findall(r"\d{4}-[A-Z]\d{6}-\d{4}-\w", await citizen.press("提交"))
    two = next(number for number in said if number != one)  # news of the first may come as well
    await charge(here, supervisor, two)
    clerk = await office.at("city", "clerk")
    await does(clerk, two, "登记", "登记")
    await does(clerk, two, "并入另一件", one, "同一件事", "并入另一件")
    await supervisor.say("/campaigns")
    text = await supervisor.press("三年积案专项")
    assert "已销号0/1" in text
    assert "1件已并入别的件" in text


async def test_a_new_demo_holds_an_example(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False, demo=True) as here:
        (campaign,) = here.now(lambda b: b.campaigns())
        far = here.now(lambda b: campaigns.progress(b, campaign, date(2021, 1, 1)))
        assert (far.total, far.struck, far.late) == (20, 19, 0)
        for (day, wanted), reached in zip(campaign.targets, (70, 85, 95), strict=True):
            assert max(share for on, share in far.rose if on <= day) == reached, wanted
        units = here.app.office.units
        assert not [t for unit in units for t in here.now(lambda b, u=unit: b.tasks(unit=u))]
        again = build(here.app.settings.model_copy(update={"web_port": 0}))
        await again.start(ticking=False)
        assert len(here.now(lambda b: b.campaigns())) == 1, "only once"
        await again.stop()


def test_the_picture_is_drawn() -> None:
    chart = Rise(
        "三年积案专项", (("2026-12-10", 20.0), ("2027-01-20", 55.0), ("2027-03-01", 70.0)),
        (("2026-12-31", 65), ("2027-12-31", 85), ("2028-12-31", 100)), "2026-10-01", "2028-12-31",
        "实际销号比例", "目标",
    )  # fmt: skip
    picture = png(chart)
    assert picture.startswith(b"\x89PNG")
    (SHOTS / "campaign.png").write_bytes(picture)
