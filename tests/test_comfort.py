"""What makes forty cases bearable: filters, batches, replies with fields, three taps to a case."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from offices.records import case, today
from people import FILING, Office, Town, WebPerson, accepted, does, file_petition, town

from petitions.case import running

HOUSING = "云川市住房和城乡建设局"


async def registered(here: Town, office: Office, count: int) -> list[str]:
    """So many registered cases; gives their numbers."""
    clerk = await office.at("city", "clerk")
    numbers = []
    for i in range(count):
        citizen = await here.citizen(office.channel)
        numbers.append(await file_petition(citizen, facts=FILING["facts"] + str(i)))
        await does(clerk, numbers[-1], "登记", "登记")
    return numbers


async def test_several_cases_are_passed_on_after_a_check(here: Town, channel: str) -> None:
    office = Office(here, channel)
    numbers = await registered(here, office, 3)
    clerk = await office.at("city", "clerk")
    await clerk.say("/desk")
    await clerk.press("本单位的件")
    await clerk.press("批量转送")
    await clerk.press(f"☐ {numbers[0]}")
    await clerk.press(f"☐ {numbers[1]}")
    await clerk.press("选单位")
    text = await clerk.press(HOUSING)
    if channel == "web":
        assert numbers[0] in text
        assert numbers[2] not in text
    await clerk.press("确认转送")
    await clerk.expect(f"2件已转送给{HOUSING}")
    assert [case(here, n).unit for n in numbers] == ["housing", "housing", "city"]


async def test_a_batch_with_a_changed_case_passes_none_on(here: Town) -> None:
    office = Office(here, "telegram")
    numbers = await registered(here, office, 2)
    clerk = await office.at("city", "clerk")
    other = await here.officer("city", "clerk")
    await clerk.say("/desk")
    await clerk.press("本单位的件")
    await clerk.press("批量转送")
    assert "选单位" not in clerk.buttons()[-4:]
    await clerk.press("全选")
    await clerk.press("选单位")
    await clerk.press(HOUSING)
    await does(other, numbers[0], "转送", "云川市交通运输局", "转送")
    text = await clerk.press("确认转送")
    assert "一件都没有转送" in text
    assert numbers[0] in text
    assert case(here, numbers[1]).unit == "city"
    await clerk.press("选单位")
    await clerk.press(HOUSING)
    await clerk.press("确认转送")
    await clerk.expect("1件已转送")


async def test_a_filter_is_saved_opened_and_deleted(here: Town, channel: str) -> None:
    office = Office(here, channel)
    one, two = await registered(here, office, 2)
    await does(await office.at("city", "clerk"), one, "转送", HOUSING, "转送")
    clerk = await office.at("city", "clerk")
    await clerk.say("/desk")
    await clerk.press("新建筛选")
    await clerk.press("本单位的")
    await clerk.press("待登记、待转送")
    await clerk.press("跳过")
    await clerk.press("一周内到期")
    await clerk.say("这周要转")
    assert "已保存" in await clerk.press("保存")
    assert two not in await clerk.press("打开")
    await here.pass_time(days=9)
    await clerk.say("/desk")
    text = await clerk.press("这周要转（1）")
    assert two in text
    assert one not in text
    await clerk.press("删除这个筛选")
    assert "这周要转" not in await clerk.say("/desk") + clerk.buttons()[-1]


async def test_a_reply_with_fields_is_filled_from_the_case(here: Town, channel: str) -> None:
    office = Office(here, channel)
    number = await file_petition(await here.citizen(channel))
    unit = await accepted(office, number)
    await unit.say("/desk")
    await unit.press("常用答复")
    await unit.press("添加")
    assert "没有“姓名”这一项" in await unit.say("{姓名}，您好。")
    await unit.say("您反映的{编号}已由{单位}办理，电话{电话}。")
    await unit.say(f"/desk {number}")
    await unit.press("答复")
    await unit.press("予以支持")
    await unit.say("现场查看，属实。")
    await unit.press(f"您反映的{number}已由{HOUSING}办理")
    await unit.say("《规定》")
    await unit.press("跳过")
    text = await unit.press("发出意见书")
    assert number in text
    reply = here.now(lambda b: b.texts(b.by_number(number).id))
    phone = here.app.office.units["housing"].phone
    assert f"您反映的{number}已由{HOUSING}办理，电话{phone}。" in [t.body for t in reply]


async def test_a_case_is_three_taps_from_the_desk(here: Town, channel: str) -> None:
    number = await file_petition(await here.citizen(channel))
    clerk = await Office(here, channel).at("city", "clerk")
    await clerk.say("/desk")
    await clerk.press("本单位的件")
    assert "工地" in await clerk.press(number)


async def test_the_date_queues_go_by_is_the_clocks(here: Town) -> None:
    """What is kept with a case is what its clocks say, after every step and a moved calendar."""
    office = Office(here, "telegram")
    number = await file_petition(await here.citizen())
    seen = set()

    def check() -> None:
        def same(book: Any) -> None:
            found = book.by_number(number)
            assert found.next_due == running.next_due(book, here.app.office, found.id)
            seen.add(found.next_due)

        here.now(same)

    check()
    unit = await accepted(office, number)
    check()
    await does(unit, number, "申请延期", "10", "检测未完", "申请延期")
    head = await office.at("housing", "head")
    await does(head, number, "批准延期", "确有必要", "批准延期")
    check()
    assert len(seen) == 3
    assert today(here) + timedelta(days=60) < max(seen)


async def test_the_rarer_steps_are_behind_a_button(here: Town, channel: str) -> None:
    office = Office(here, channel)
    [number] = await registered(here, office, 1)
    clerk = await here.officer("city", "clerk", channel)
    before = len(clerk.buttons())
    await clerk.say(f"/desk {number}")
    shown = clerk.buttons()[before:]
    assert 6 < len(shown) < 14
    assert "转送" in shown
    assert "关联另一件（一起办）" not in shown
    await clerk.press("关联另一件（一起办）")
    assert "关联另一件（一起办）" in clerk.buttons()


async def test_a_page_opened_after_a_restart_has_its_menu_and_says_nothing(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, telegram=False) as here:
        clerk = await here.officer("city", "clerk", "web")
        cookies = clerk.http.cookie_jar
        said = len(clerk.lines)
        async with town(tmp_path, telegram=False) as again:
            back = WebPerson(again.app)
            await back.http.close()
            back.http = aiohttp.ClientSession(cookie_jar=cookies)
            await back.enter()
            assert "desk" in [c["command"] for c in back.entered["menu"]]
            assert len(back.lines) == said
            await back.close()


async def test_the_menu_speaks_the_pages_new_language_and_nothing_is_said(here: Town) -> None:
    citizen = await here.citizen("web")
    said = len(citizen.lines)
    for lang, name in (("en", "my matters"), ("zh_Hant", "我的事項"), ("zh", "我的事项")):
        await citizen.enter(lang)
        named = {c["command"]: c["text"] for c in citizen.entered["menu"]}
        assert named["my"] == name
    assert len(citizen.lines) == said


async def test_a_number_alone_opens_the_case(here: Town, channel: str) -> None:
    office = Office(here, channel)
    [number] = await registered(here, office, 1)
    clerk, citizen = await office.at("city", "clerk"), await here.citizen(channel)
    assert FILING["facts"] in await clerk.say(f" {number.lower()} ")
    assert "写错" in await clerk.say(number[:-1] + ("A" if number[-1] != "A" else "B"))
    assert "查询码" in await citizen.say(number)
