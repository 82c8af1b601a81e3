"""The main job, end to end, on both channels."""

from __future__ import annotations

from drive import FILING, Town, code_in, file_petition, opinion

from petitions.values.codes import read_number

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


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
    await unit.press("打开此件")
    await unit.press("受理")
    await unit.press("受理")
    await citizen.expect("受理")
    await opinion(unit, "经查，工地夜间施工没有许可，已责令停工。")
    await citizen.expect("已责令停工")
    assert "申请复查" in await citizen.press("已收到")
    await here.pass_time(days=40)
    await unit.press("打开此件")
    await unit.press("办结")
    await unit.press("办结")
    await citizen.expect("已办结")
    await citizen.say("/my")
    await citizen.press("已办结")
    assert "已责令停工" in await citizen.press("看答复")


async def test_a_citizen_files_an_officer_answers_the_citizen_reads_it(
    here: Town, channel: str
) -> None:
    await journey(here, channel)


async def test_filing_gives_a_number_and_the_list_shows_it(here: Town, channel: str) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    assert number in await citizen.say("/my")
