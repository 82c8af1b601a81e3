"""Desks changed from the chat, handlers who step back, and what a leader doesn't read."""

from __future__ import annotations

from typing import Any

from people import FILING, Office, Town, accepted, does, file_petition
from people.staff import invited


async def test_an_administrator_invites_and_ends_desks(here: Town) -> None:
    administrator = await here.officer("city", "administrator")
    supervisor = await here.officer("city", "supervisor")
    link = await invited(administrator, "云川市住房和城乡建设局", "经办")
    handler = await here.citizen()
    assert "云川市住房和城乡建设局" in await handler.say(link)
    assert "云川市住房和城乡建设局" not in await (await here.citizen()).say(link), "one use only"
    await supervisor.expect("等您同意")
    await supervisor.press("核对过，同意")
    seated = next(o for o in here.now(lambda b: b.officers("housing")) if o.chat)
    number = await file_petition(await here.citizen())
    await accepted_by(here, "telegram", handler, number)
    await handler.press("内部记录")  # a form is open when the role ends
    await handler.say("记一笔")
    last = administrator.phone.received[-1]["message_id"]
    text = await administrator._done(administrator.phone.forge(f"staff:desk:{seated.id}", last))
    assert "在岗" in text
    assert "撤掉这个岗位" in await administrator.press("撤掉岗位")
    assert "已撤掉" in await administrator.press("确认撤掉")
    await handler.press("内部记录")
    assert "只供工作人员" in await handler.say("/desk")
    entries = here.now(lambda b: b.history(b.by_number(number).id))
    assert not [e for e in entries if e.action == "note"], "nothing half done"
    assert here.now(lambda b: b.by_number(number)).status == "accepted"


async def test_the_page_invites_too(here: Town) -> None:
    administrator = await here.officer("city", "administrator", "web")
    await here.officer("city", "supervisor", "web")
    link = await invited(administrator, "云川市人力资源和社会保障局", "负责人")
    assert "云川市人力资源和社会保障局" in await (await here.citizen("web")).say(link)


async def accepted_by(here: Town, channel: str, handler: Any, number: str) -> None:
    office = Office(here, channel)
    office.seated["housing:handler"] = handler
    await accepted(office, number)


async def test_only_an_administrator_and_never_ones_own_desk(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    assert "管理员" in await clerk.say("/staff")
    administrator = await here.officer("city", "administrator")
    mine = next(o for o in here.now(lambda b: b.officers("city")) if o.role == "administrator")
    last = administrator.phone.received[-1]["message_id"]
    for verb in ("end", "gone"):
        await administrator._done(administrator.phone.forge(f"staff:{verb}:{mine.id}", last))
    assert here.now(lambda b: b.officer(mine.id)) is not None
    for data in ("staff", "staff:desk:99999", "staff:desk:x", "staff:page:999999"):
        await administrator._done(administrator.phone.forge(data, last))
    assert "岗位：" in await administrator.say("/staff")


async def test_a_handler_steps_back_for_good(here: Town, channel: str) -> None:
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    unit = await accepted(office, number)
    head = await office.at("housing", "head")
    await does(unit, number, "回避", "信访人是亲属", "回避")
    found = here.now(lambda b: b.by_number(number))
    assert (found.handler, found.former != 0) == (0, True)
    await here.pass_time(days=3)
    await head.expect("经办人回避")
    await unit.say(f"/desk {number}")
    await unit.press("由我经办")
    assert here.now(lambda b: b.by_number(number)).handler == 0, "not taken again"
    history = await citizen.say(f"/track {number}")
    assert "亲属" not in history


async def test_a_petitioner_asks_the_handler_to_step_back(here: Town, channel: str) -> None:
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    await accepted(office, number)
    head = await office.at("housing", "head")
    await citizen.say(f"/track {number}")
    await citizen.press("更多")
    await citizen.press("请经办人回避")
    assert "负责人决定" in await citizen.say("经办人和工地老板是亲戚")
    await here.pass_time(days=3)
    assert "亲戚" in await head.expect("请求经办人回避")


async def test_a_leader_reads_nobodys_own_words(here: Town, channel: str) -> None:
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    await accepted(office, number)
    leader = await office.at("city", "leader")
    shown = await leader.say(f"/desk {number}")
    assert "已受理" in shown
    for words in (FILING["facts"][:6], FILING["request"][:6], FILING["name"]):
        assert words not in shown
        assert words not in await leader.press("全部进展")
    assert "原话" in await leader.press("下载全部材料")
    assert not any("查看姓名" in b or b == "登记" for b in leader.buttons())
