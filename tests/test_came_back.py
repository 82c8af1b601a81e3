"""A person shuts the bot out, the office acts, the person comes back: the case says at once that it
wasn't served, somebody has a task, and what was missed is said once.
"""

from __future__ import annotations

from typing import Any

import pytest
from offices.called import office as office
from people import Office, Town, does, file_petition, passed, until

from petitions.values.task import TaskKind

NOT_SERVED = "没有送达：信访人停用了聊天"


def tasks(here: Town, number: str) -> list[Any]:
    return list(here.now(lambda b: b.tasks(case=b.by_number(number).id)))


def heard(person: Any, since: int) -> list[str]:
    return [str(m.get("text") or m.get("caption") or "") for m in person.phone.received[since:]]


async def comes_back(here: Town, person: Any) -> None:
    await person.phone.unblock()
    await until(lambda: here.now(
        lambda b: not b.chat("telegram", str(person.phone.chat.id)).blocked))  # fmt: skip
    await here.app.reminders.tick()


async def test_what_the_office_did_while_shut_out_is_not_served_at_once_and_said_on_return(
    office: Town, channel: str
) -> None:
    here, desk = office, Office(office, channel)
    person = await here.citizen()
    number = await file_petition(person)
    clerk = await desk.at("city", "clerk")
    await person.phone.block()
    await until(lambda: here.now(
        lambda b: b.chat("telegram", str(person.phone.chat.id)).blocked))  # fmt: skip
    await clerk.say(f"/desk {number}")
    await clerk.press("登记")
    answer = await clerk.press("登记")
    assert "没有送达" in answer
    assert "已通知信访人" not in answer
    assert NOT_SERVED in await clerk.say(f"/desk {number}"), "in the case, at once"
    await here.app.reminders.tick()
    assert "任务：未送达" in await clerk.say(f"/desk {number}")
    assert [t.kind for t in tasks(here, number)] == [TaskKind.SERVE]
    await clerk.expect("通知没有送达")
    since = len(person.phone.received)
    await comes_back(here, person)
    registered = [text for text in heard(person, since) if "登记" in text and number in text]
    assert len(registered) == 1
    assert NOT_SERVED not in await clerk.say(f"/desk {number}")
    count = len(person.phone.received)
    await person.say("/help")
    await here.pass_time(hours=5)
    again = [text for text in heard(person, count) if "登记" in text and number in text]
    assert again == [], "once"


async def test_several_steps_missed_are_one_task_and_each_said_once(office: Town) -> None:
    here, desk = office, Office(office, "web")
    person = await here.citizen()
    number = await file_petition(person)
    await person.phone.block()
    await passed(desk, number)
    unit = await desk.at("housing")
    await does(unit, number, "给信访人发消息", "请您周三来一趟。", "发送")
    await here.app.reminders.tick()
    assert [t.kind for t in tasks(here, number)] == [TaskKind.SERVE]
    await does(unit, number, "受理", "受理")
    await here.app.reminders.tick()
    assert {t.kind for t in tasks(here, number)} == {TaskKind.SERVE}
    since = len(person.phone.received)
    await comes_back(here, person)
    said = "\n".join(heard(person, since))
    assert said.count("请您周三来一趟") == 1
    assert "受理" in said


async def test_who_was_found_shut_hears_it_with_the_next_word(office: Town) -> None:
    """Telegram told it only when something was to be said, and nothing of the return."""
    here, desk = office, Office(office, "web")
    person = await here.citizen()
    number = await file_petition(person)
    assert here.api
    fault = here.api.fault("sendMessage", person.phone.id, kind="blocked", times=-1)
    await passed(desk, number)
    await here.app.reminders.tick()
    clerk = await desk.at("city", "clerk")
    assert NOT_SERVED in await clerk.say(f"/desk {number}")
    assert [t.kind for t in tasks(here, number)] == [TaskKind.SERVE]
    here.api.faults.remove(fault)
    since = len(person.phone.received)
    await person.phone.say("/help")
    await person.expect("人工服务")
    await here.app.reminders.tick()
    await until(lambda: "住房和城乡建设局" in "\n".join(heard(person, since)))
    missed = [text for text in heard(person, since) if "住房和城乡建设局" in text]
    await here.pass_time(hours=2)
    again = [text for text in heard(person, since) if "住房和城乡建设局" in text]
    assert len(again) == len(missed) == 1


async def test_a_second_time_away_is_a_second_task(here: Town) -> None:
    desk = Office(here, "web")
    person = await here.citizen()
    number = await file_petition(person)
    await person.phone.block()
    await passed(desk, number)
    await here.app.reminders.tick()
    (first,) = tasks(here, number)
    here.now(lambda b: b.end_task(first.id, 1, "phone", here.app.clock.now()))
    await comes_back(here, person)
    await person.phone.block()
    unit = await desk.at("housing")
    await does(unit, number, "给信访人发消息", "请您周三来一趟。", "发送")
    await here.app.reminders.tick()
    assert [t.kind for t in tasks(here, number)] == [TaskKind.SERVE]


@pytest.mark.parametrize("rounds", [3])
async def test_whoever_goes_and_comes_hears_nothing_twice(here: Town, rounds: int) -> None:
    desk = Office(here, "web")
    person = await here.citizen()
    number = await file_petition(person)
    await person.phone.block()
    await passed(desk, number)
    await here.app.reminders.tick()
    since = len(person.phone.received)
    for _ in range(rounds):
        await comes_back(here, person)
        await person.phone.block()
        await here.pass_time(minutes=5)
    said = [text for text in heard(person, since) if "住房和城乡建设局" in text]
    assert len(said) == 1
