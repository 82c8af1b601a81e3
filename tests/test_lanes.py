"""A leader's written note with a day of its own, and special lanes with shorter limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from offices.records import clocks, today
from people import Office, Town, accepted, does, file_petition, passed

from petitions.values.task import TaskKind


async def opened(here: Town, supervisor: Any, limits: str = "pass_on 2d\nanswer 20d") -> str:
    await supervisor.say("/lanes")
    await supervisor.press("开专门通道")
    await supervisor.say("供暖")
    await supervisor.say(str(today(here) + timedelta(days=30)))
    text = await supervisor.say(limits)
    return str(await supervisor.press("开通")) if "核对" in text else str(text)


async def test_a_lane_shortens_what_runs_and_what_follows(here: Town, channel: str) -> None:
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    supervisor, clerk = await office.at("city", "supervisor"), await office.at("city", "clerk")
    await clerk.say(f"/desk {number}")
    assert "转入专门通道" not in clerk.buttons()[-14:]
    assert "开通了" in await opened(here, supervisor)
    await does(clerk, number, "转入专门通道", "供暖", "转入专门通道")
    assert clocks(here, number)["pass_on"].due_on == today(here) + timedelta(days=2)
    await citizen.expect("期限更短")
    await accepted(office, number)
    assert clocks(here, number)["answer"].due_on == today(here) + timedelta(days=20)
    assert "1件，在办1件" in await supervisor.say("/lanes")
    other = await file_petition(await here.citizen(channel))
    assert clocks(here, other)["pass_on"].due_on == today(here) + timedelta(days=15)


async def test_a_lane_only_shortens(here: Town) -> None:
    supervisor = await here.officer("city", "supervisor")
    assert "没有比规定更短" in await opened(here, supervisor, "answer 90d")
    await supervisor.say("/cancel")
    assert "没有比规定更短" in await opened(here, supervisor, "hocus 2d")
    await supervisor.say("/cancel")
    unit = await here.officer("housing")
    assert "不由您处理" in await unit.say("/lanes")


async def test_a_leaders_note_has_a_day_of_its_own(here: Town, channel: str) -> None:
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    await passed(office, number)
    leader, unit = await office.at("city", "leader"), await office.at("housing")
    day = today(here) + timedelta(days=5)
    await does(leader, number, "批示", "请限期解决夜间施工。", str(day), "批示")
    await here.app.reminders.tick()
    await citizen.expect("领导对这件事作了批示")
    tasks = here.now(lambda b: b.tasks(unit="housing"))
    assert [(t.kind, t.due_on) for t in tasks if t.kind is TaskKind.INSTRUCTION] == [
        (TaskKind.INSTRUCTION, day)
    ]
    assert "限期解决" in await unit.say(f"/desk {number}") + await unit.press("全部进展")
    await citizen.say(f"/track {number}")
    assert "限期解决" not in await citizen.press("全部进展"), "the words are the office's"
    await does(unit, number, "协办意见", "已约谈施工方。", "协办意见")
    tasks = here.now(lambda b: b.tasks(unit="housing"))
    assert not [t for t in tasks if t.kind is TaskKind.INSTRUCTION]
