"""The main job, end to end."""

from __future__ import annotations

from samples.pictures import PNG

from people import FILING, Town, code_in, opinion
from petitions.values.codes import read_number


async def journey(here: Town, channel: str) -> None:
    """A citizen files, an officer answers, the citizen reads it."""
    clerk = await here.officer("city", "clerk", channel)
    unit = await here.officer("housing", "handler", channel)
    citizen = await here.citizen(channel)
    await citizen.say("/new")
    await citizen.press("同意，开始")
    for part in ("facts", "request", "place"):
        await citizen.say(FILING[part])
    await citizen.send_file(PNG, "现场.png", "image/png")
    for part in ("name", "address", "contact"):
        await citizen.say(FILING[part])
    await citizen.press("没有")
    receipt = await citizen.press("提交")
    assert "编号" in receipt
    code_in(receipt)
    number = read_number(receipt)
    assert number

    await clerk.expect("新件")
    await clerk.say("/desk")
    await clerk.press("本单位的件")
    await clerk.press(number)
    await clerk.press("登记")
    await clerk.press("登记")
    await citizen.expect("已登记")
    await clerk.press("转送")
    await clerk.press("云川市住房和城乡建设局")
    await clerk.press("转送")
    await citizen.expect("已转给云川市住房和城乡建设局")

    await unit.expect("已转到本单位")
    await unit.press("打开")
    await unit.press("受理")
    await unit.press("受理")
    await citizen.expect("受理")
    await opinion(unit, "经查，工地夜间施工没有许可，已责令停工。")
    await citizen.expect("已责令停工")
    assert "申请复查" in await citizen.press("已收到")
    await here.pass_time(days=40)
    await unit.press("打开")
    await unit.press("结案")
    await unit.press("结案")
    await citizen.expect("已结案")
    await citizen.say("/my")
    await citizen.press("已结案")
    assert "已责令停工" in await citizen.press("看答复")
