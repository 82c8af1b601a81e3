"""Secrets that could be guessed: wrong tries slow down the chat, the case, the address."""

from __future__ import annotations

from typing import Any

from drive import Town, code_in, file_petition

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


async def test_no_number_of_chats_may_guess_at_one_case_for_ever(here: Town) -> None:
    number = await file_petition(await here.citizen())
    for _ in range(5):
        stranger = await here.citizen()
        for _ in range(2):
            assert "对不上" in await guess(stranger, number)
    assert "次数太多" in await guess(await here.citizen(), number)
    assert "对不上" in await guess(await here.citizen(), others_number(number)), "of this case only"


async def test_a_new_session_of_the_same_address_begins_nothing_anew(
    here: Town, monkeypatch: Any
) -> None:
    monkeypatch.setitem(tries.FREE, "from", 6)
    owner = await here.citizen("web")
    number = await file_petition(owner)
    spread = [others_number(number), number]
    for session in range(3):
        stranger = await here.citizen("web")
        for one in spread:
            assert "对不上" in await guess(stranger, one), session
    assert "次数太多" in await guess(await here.citizen("web"), number)
    assert "待登记" in await owner.say(f"/track {number}"), "never the owner"
    assert "对不上" in await guess(await here.citizen(), number), "nor another address"
    counted = here.now(lambda b: [r.bucket for r in b._all(_every_try())])
    assert {bucket.partition(":")[0] for bucket in counted} == {"chat", "number", "from"}
    assert not any("127.0.0.1" in bucket for bucket in counted), "no address is kept"


def _every_try() -> Any:
    from sqlalchemy import select

    from storage.records import TRY

    return select(TRY)


async def test_the_wait_of_an_address_is_short_and_ends(here: Town, monkeypatch: Any) -> None:
    monkeypatch.setitem(tries.FREE, "from", 2)
    number = await file_petition(await here.citizen("web"))
    for _ in range(8):
        await guess(await here.citizen("web"), others_number(number))
        await here.pass_time(minutes=11)
    await guess(await here.citizen("web"), others_number(number))
    said = await guess(await here.citizen("web"), others_number(number))
    assert "次数太多" in said
    assert "10分钟" in said


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
    from test_ways_in import registered

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
