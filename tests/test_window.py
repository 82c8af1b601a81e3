"""Who registers for somebody can't become that person."""

from __future__ import annotations

from typing import Any

import pytest
from people import Town, code_in, registered, setting_code, steps
from samples.pictures import PNG
from sqlalchemy import select

from petitions.values.codes import read_number
from storage.tables import DRAFT, HANDLED, LOG

PIN = "470913"


def kinds(here: Town, number: str) -> list[str]:
    return here.now(lambda b: [str(t.kind) for t in b.tasks(case=b.by_number(number).id)])


def actions(here: Town, number: str) -> list[str]:
    return here.now(lambda b: [e.action for e in b.history(b.by_number(number).id)])


def everything_kept(here: Town) -> str:
    """Every sealed line, draft and answer, opened."""

    def opened(book: Any) -> str:
        tables = {"log_line": (LOG, "entry"), "draft": (DRAFT, "data"),
                  "handled": (HANDLED, "answers")}  # fmt: skip
        return "\n".join(
            book._open(name, column, row)
            for name, (table, column) in tables.items()
            for row in book._db.execute(select(table)).all()
        )

    return str(here.now(opened))


async def test_the_petitioner_sets_a_pin_that_no_officer_sees(here: Town, channel: str) -> None:
    clerk = await here.officer("city", "clerk", channel)
    said = await registered(clerk, "来访")
    number = read_number(said)
    assert number
    phone = await here.citizen(channel)
    await phone.say(f"/start s_{setting_code(said)}")
    assert "密码已设好" in await phone.say(PIN)
    assert "用过了" in await phone.say(f"/start s_{setting_code(said)}"), "once"
    if channel == "telegram":
        assert not any(m.get("text") == PIN for m in phone.phone.chat.messages.values())
    assert PIN not in everything_kept(here)
    assert "set_pin" in actions(here, number)
    await here.app.reminders.tick()
    assert "tell" in kinds(here, number), "and a person says so to the petitioner"
    await phone.say(f"/track {number}")
    await phone.say(code_in(said))
    assert "已在这里打开" in await phone.say(PIN)
    assert PIN not in everything_kept(here)


async def test_a_setting_code_is_typed_where_the_pin_is_asked_for(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    said = await registered(clerk)
    number = read_number(said)
    phone = await here.citizen()
    await phone.say(f"/track {number}")
    await phone.say(code_in(said))
    assert "4–8位" in await phone.say(setting_code(said))
    assert "密码已设好" in await phone.say(PIN)


async def test_a_setting_code_ends_after_an_hour(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    said = await registered(clerk)
    await here.pass_time(minutes=61)
    assert "过期" in await (await here.citizen()).say(f"/start s_{setting_code(said)}")
    assert "这个链接" in await (await here.citizen()).say(f"/start j_{setting_code(said)}")


async def test_a_petition_on_paper_is_withdrawn_by_its_paper_and_two_officers(
    here: Town, channel: str
) -> None:
    clerk = await here.officer("city", "clerk", channel)
    said = await registered(clerk, "来访", pin=PIN)
    number = read_number(said)
    assert number
    phone = await here.citizen(channel)
    await phone.say(f"/track {number}")
    await phone.say(code_in(said))
    await phone.say(PIN)
    await phone.press("更多")
    assert not any(b.startswith("撤回") for b in phone.buttons()), "not by a PIN alone"
    await clerk.say(f"/desk {number}")
    await clerk.press("登记撤回书")
    await clerk.say("已经解决")
    assert "签名的撤回书" in await clerk.press("登记撤回书"), "not without the paper"
    await clerk.send_file(PNG, "letter.png", "image/png")
    await clerk.press("登记撤回书")
    await phone.expect("登记了一份撤回书")
    await clerk.say(f"/desk {number}")
    assert not any("核对撤回书" in b for b in clerk.buttons()[-20:]), "nor alone"
    assert here.now(lambda b: str(b.by_number(number).status)) == "submitted"
    other = await here.officer("city", "clerk", channel)
    await other.say(f"/desk {number}")
    await other.press("核对撤回书")
    await other.say("与登记时的签名一致")
    await other.press("确认撤回")
    assert here.now(lambda b: str(b.by_number(number).status)) == "withdrawn"
    await phone.expect("经两位工作人员核对，已撤回")
    await here.app.reminders.tick()
    assert "tell" in kinds(here, number)
    await other.say(f"/desk {number}")
    await steps(other, "恢复", "恢复")
    assert here.now(lambda b: str(b.by_number(number).status)) == "submitted"


async def test_the_same_officer_confirms_no_withdrawal(here: Town) -> None:
    from petitions.errors import NotYours
    from petitions.values.person import Actor
    from petitions.verbs import acting

    clerk = await here.officer("city", "clerk")
    number = read_number(await registered(clerk, "来访"))
    await clerk.say(f"/desk {number}")
    await clerk.press("登记撤回书")
    await clerk.say("已经解决")
    await clerk.send_file(PNG, "letter.png", "image/png")
    await clerk.press("登记撤回书")

    def again(book: Any) -> None:
        case = book.by_number(number).id
        first = next(e.actor for e in book.history(case) if e.action == "ask_withdrawal")
        desk = book.officer(first.id)
        for actor in (first, Actor.officer(desk)):
            with pytest.raises(NotYours, match="second_officer"):
                acting.act(book, here.app.office, case, "confirm_withdrawal", actor,
                           {"why": "核对"}, here.app.clock.now())  # fmt: skip

    here.now(again)


@pytest.mark.parametrize(
    ("label", "why"), [("换查询码", "换新查询码"), ("给密码设置码", "给一次性设置码")]
)
async def test_a_new_code_for_somebody_elses_case_is_told_by_every_way(
    here: Town, label: str, why: str
) -> None:
    clerk = await here.officer("city", "clerk")
    said = await registered(clerk, "来访", pin=PIN)
    number = read_number(said)
    assert number
    phone = await here.citizen()
    await phone.say(f"/track {number}")
    await phone.say(code_in(said))
    await phone.say(PIN)
    before = len(kinds(here, number))
    await clerk.say(f"/desk {number}")
    await clerk.press(label)
    await clerk.say("本人到窗口")
    await clerk.press(why)
    await phone.expect("不是您")
    await here.app.reminders.tick()
    assert len(kinds(here, number)) > before, "by a person as well: the chat may be in other hands"
    assert {"new_code", "give_pin"} & set(actions(here, number))
