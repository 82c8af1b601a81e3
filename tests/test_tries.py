"""Secrets that could be guessed: wrong tries slow down whoever makes them, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from offices.statements import asked
from people import FILING, Town, code_in, file_petition

from petitions.case import tries
from petitions.values.codes import read_number

WRONG = "AAAAA-AAAAA"


async def guess(person: Any, number: str, code: str = WRONG) -> str:
    await person.say("/cancel")
    await person.say(f"/track {number}")
    return str(await person.say(code))


def others_number(number: str) -> str:
    """A number that could be, of a case that isn't there."""
    from petitions.values.codes import mod_37_36

    area, letter_day, serial, _ = number.split("-")
    body = f"{area}{letter_day}{int(serial) + 77:04d}"
    return f"{area}-{letter_day}-{int(serial) + 77:04d}-{mod_37_36.calc_check_digit(body)}"


async def test_strangers_who_guess_close_no_case_for_the_right_code(
    here: Town, channel: str
) -> None:
    owner = await here.citizen(channel)
    number = await file_petition(owner)
    code = code_in(await owner.expect("查询码："))
    for _ in range(6):
        stranger = await here.citizen(channel)
        for _ in range(3):
            assert "编号或查询码不对" in await guess(stranger, number)
    assert "待登记" in await guess(await here.citizen(channel), number, code)


async def test_who_guesses_waits_and_the_right_code_waits_for_seconds(
    here: Town, channel: str
) -> None:
    owner = await here.citizen(channel)
    number = await file_petition(owner)
    code = code_in(await owner.expect("查询码："))
    person = await here.citizen(channel)
    for _ in range(5):
        assert "编号或查询码不对" in await guess(person, number)
    assert "次数太多" in await guess(person, number, code), "not checked: nothing is learnt by it"
    for _ in range(8):
        await here.pass_time(seconds=31)
        assert "编号或查询码不对" in await guess(person, number)
    said = await guess(person, number, code)
    assert "次数太多" in said
    assert "31秒" in said or "30秒" in said, "never longer"
    await here.pass_time(seconds=31)
    assert "待登记" in await person.say(code), "the form is open still"


async def test_a_new_session_of_the_same_address_begins_nothing_anew(
    here: Town, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tries, "CROWD", 6)
    owner = await here.citizen("web")
    number = await file_petition(owner)
    code = code_in(await owner.expect("查询码："))
    spread = [others_number(number), number]
    for session in range(3):
        stranger = await here.citizen("web")
        for one in spread:
            assert "编号或查询码不对" in await guess(stranger, one), session
    waiting = await here.citizen("web")
    assert "次数太多" in await guess(waiting, number), "before the first try"
    assert "待登记" in await owner.say(f"/track {number}"), "never the owner"
    assert "编号或查询码不对" in await guess(await here.citizen(), number), "nor another address"
    await here.pass_time(seconds=5)
    assert "待登记" in await waiting.say(code), "whoever knows the code waits for seconds"
    counted = here.now(lambda b: [r.bucket for r in b._all(_every_try())])
    assert {bucket.partition(":")[0] for bucket in counted} == {"chat", "from"}
    assert not any("127.0.0.1" in bucket for bucket in counted), "no address is kept"


async def test_who_shares_an_address_waits_for_nobody_elses_tries(
    here: Town, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tries, "CROWD", 2)
    owner = await here.citizen("web")
    number = await file_petition(owner)
    code = code_in(await owner.expect("查询码："))
    guesser, neighbour = await here.citizen("web"), await here.citizen("web")
    for _ in range(3):
        await guess(guesser, number)
        await here.pass_time(seconds=40)
    assert "次数太多" in await guess(neighbour, number, code)
    for _ in range(4):
        await here.pass_time(seconds=1)
        await guess(guesser, number)
    assert "待登记" in await neighbour.say(code)


def _every_try() -> Any:
    from sqlalchemy import select

    from storage.tables import TRY

    return select(TRY)


async def test_invitations_and_links_that_open_nothing_are_counted(
    here: Town, channel: str
) -> None:
    for prefix, wrong in (("i_", "这个邀请"), ("j_", "这个链接")):
        person = await here.citizen(channel)
        for number in range(5):
            assert wrong in await person.say(f"/start {prefix}nonsense{number}")
        assert "次数太多" in await person.say(f"/start {prefix}nonsense")
    invited = here.invite("city", "clerk")
    assert "欢迎" in await (await here.citizen(channel)).say(f"/start i_{invited}")


async def test_pins_of_one_case_are_counted_whatever_the_chat(here: Town) -> None:
    from people import registered

    said = await registered(await here.officer("city", "clerk"), pin="4711")
    number = read_number(said)
    assert number
    for digit in range(5):
        stranger = await here.citizen()
        await guess(stranger, number, code_in(said))
        assert "已在这里打开" not in await stranger.say(f"123{digit}")
    stranger = await here.citizen()
    await guess(stranger, number, code_in(said))
    assert "次数太多" in await stranger.say("4711"), "the right one must wait as well"


async def test_who_guesses_at_a_pin_for_weeks_begins_nothing_anew(here: Town) -> None:
    from people import registered

    said = await registered(await here.officer("city", "clerk"), pin="4711")
    number, code = read_number(said), code_in(said)
    assert number
    tried = 0
    for day in range(8):
        for _ in range(12):
            stranger = await here.citizen()
            await guess(stranger, number, code)
            tried += "密码不对" in await stranger.say("1234")
        if day == 0:
            assert tried == 5
        await here.pass_time(hours=25)
        await here.app.reminders.tidy()
    assert tried <= 5 + 7


def test_who_guesses_for_a_day_makes_nobodys_look_longer(here: Town) -> None:
    def look(book: Any) -> list[Any]:
        now = here.app.clock.now()
        for n in range(300):
            book.add_try("from:somewhere", now - timedelta(seconds=n))
        book.add_try("from:somewhere", now + timedelta(days=3))  # of a clock that was wrong
        return list(book.tries("from:somewhere", now - tries.WINDOW, now + tries.AHEAD, 50))

    found = here.now(look)
    assert len(found) == 50
    assert max(found) - min(found) == timedelta(seconds=49), "the newest"


@pytest.mark.parametrize("way", ["telegram", "web"])
async def test_a_typed_answer_reads_its_form_once(here: Town, way: str) -> None:
    person = await here.citizen(way)
    await person.say("/new")
    await person.press("同意，开始")
    await person.say(FILING["facts"])
    with asked("draft", "shown") as found:
        await person.say(FILING["request"])
    assert sum("FROM draft" in one for one in found) == 1, found
    assert sum("shown" in one for one in found) == (2 if way == "web" else 0), found
    assert not any(one.startswith("SELECT chat.draft") for one in found), found


async def test_a_notice_of_ones_own_case_reads_no_entry_to_tell_guests(here: Town) -> None:
    person = await here.citizen("telegram")
    with asked("history") as found:
        await file_petition(person)
        await person.expect("用手机扫")
    one = [x for x in found if "history.seq" in x.partition("FROM")[0] and "ORDER" not in x]
    assert not one, one
