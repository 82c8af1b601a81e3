"""Telephone and identity numbers as people really have and give them."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from people import FILING, Town, begin, file_petition
from samples.tables import HEAD, table
from stdnum.cn import ric

from bot import importing
from bot.office_files import SAMPLE
from petitions.errors import BadAnswer, BadSetting
from petitions.law.office_file import read_office
from petitions.matters import joint
from petitions.values import checks
from petitions.values.codes import read_number
from petitions.values.person import Identity
from storage.records import Records

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("13800138000（儿子）", "+86 138 0013 8000（儿子）"),
        ("13800138000 / 0952-2012345转801", "+86 138 0013 8000 / +86 952 201 2345转801"),
        ("010-65123456-801", "+86 10 6512 3456-801"),
        ("010-65123456 分机 801，晚上7点后", "+86 10 6512 3456 分机 801，晚上7点后"),
        ("13800138000 13900139000", "+86 138 0013 8000 +86 139 0013 9000"),
        (
            "１３８００１３８０００、13900139000（邻居）",
            "+86 138 0013 8000、+86 139 0013 9000（邻居）",
        ),
        ("13800138000(13900139000)", "+86 138 0013 8000(+86 139 0013 9000)"),
        ("电话：138 0013 8000", "+86 138 0013 8000"),
        ("儿子13800138000，短号66123", "儿子+86 138 0013 8000，短号66123"),
        ("(0952)2012345", "+86 952 201 2345"),
        ("微信wx13800138000 或 13900139000", "微信wx13800138000 或 +86 139 0013 9000"),
        ("+1 650-253-0000", "+1 650-253-0000"),
        ("85291234567", "+852 9123 4567"),
        ("00886912345678", "+886 912 345 678"),
        ("4001234567", "+86 400 123 4567"),
        ("2012345", "+86 952 201 2345"),
        ("2012345转12", "+86 952 201 2345转12"),
    ],
)  # fmt: skip
def test_a_telephone_number_with_what_belongs_to_it(text: str, kept: str) -> None:
    assert checks.phone(text, "0952") == kept
    assert checks.phone(kept, "0952") == kept, "and again when it is edited"


@pytest.mark.parametrize(
    "text",
    ["2012345", "65123456", "138001380001", "1380013800", "12345", "转801", "儿子",
     "13800138000、1390013900", "13800138000 12345678901"],
)  # fmt: skip
def test_a_number_that_cant_be_is_no_other_persons(text: str) -> None:
    with pytest.raises(BadAnswer):
        checks.phone(text)


def test_local_numbers_have_the_length_of_their_area() -> None:
    assert checks.phone("65123456", "010") == "+86 10 6512 3456"
    with pytest.raises(BadAnswer):
        checks.phone("2012345", "010")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("79161234567", "+7 916 123-45-67"), ("85291234567", "+852 9123 4567"),
        ("886912345678", "+886 912 345 678"), ("8613800138000", "+86 138 0013 8000"),
        ("+8613800138000", "+86 138 0013 8000"), ("13800138000", "+86 138 0013 8000"),
        ("0952-2012345", "+86 952 201 2345"), ("2012345", "+86 952 201 2345"),
        ("+16502530000", "+1 650-253-0000"),
    ],
)  # fmt: skip
def test_a_shared_contact_is_read_as_telegram_gives_it(text: str, kept: str) -> None:
    assert checks.shared(text, "0952") == kept


def test_a_contact_that_may_be_two_numbers_is_asked_about() -> None:
    with pytest.raises(BadAnswer) as refused:
        checks.shared("13802345678")
    assert "+86 138 0234 5678" in refused.value.sentence("zh")
    assert "+1 380-234-5678" in refused.value.sentence("en")


def test_the_same_person_is_known_again_by_the_number_alone() -> None:
    one = Identity("甲", contact=checks.phone("13800138000"))
    assert joint.mark(one) == "甲|+86 138 0013 8000"
    for text in ("13800138000（儿子）", "家 13800138000、13900139000"):
        assert joint.mark(Identity("甲", contact=checks.phone(text))) == joint.mark(one)


def test_the_area_code_is_a_setting_of_the_office_file() -> None:
    text = SAMPLE.read_text("utf-8")
    assert read_office(tomllib.loads(text)).dial == ""
    area = 'area = "6409"'
    assert read_office(tomllib.loads(text.replace(area, f'{area}\ndial = "0952"'))).dial == "0952"
    for wrong in ("952", "09521", "abc", "+86"):
        with pytest.raises(BadSetting):
            read_office(tomllib.loads(text.replace(area, f'{area}\ndial = "{wrong}"')))


def test_a_table_has_local_numbers_too(tmp_path: Path) -> None:
    row = "信件,2026-03-01,甲,和平路3号,2012345转8,夜里施工,请停工,和平路\n"
    found = importing.checked(table(tmp_path, HEAD + row), date(2026, 3, 2), (), "0952")
    assert [x.filing.identity.contact for x in found.lines] == ["+86 952 201 2345转8"]


async def test_typed_with_remarks_and_kept(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await begin(person)
    for part in ("facts", "request", "place", "name", "address"):
        await person.say(FILING[part])
    assert "带区号的座机号" in await person.say("2012345")
    assert "1390013900" in await person.say("13800138000 1390013900")
    await person.say("13800138000（儿子）、0952-2012345转801")
    kept = "+86 138 0013 8000（儿子）、+86 952 201 2345转801"
    assert kept in await person.press("没有")
    number = read_number(await person.press("提交"))
    assert number
    found = here.app.database.read_now(
        lambda c: (book := Records(c, here.app.database.ring)).identity(book.by_number(number).id)
    )
    assert found.contact == kept


@pytest.mark.parametrize(
    ("shared", "kept"),
    [("79161234567", "+7 916 123-45-67"), ("85291234567", "+852 9123 4567"),
     ("886912345678", "+886 912 345 678"), ("13800138000", "+86 138 0013 8000")],
)  # fmt: skip
async def test_a_contact_shared_on_telegram(here: Town, shared: str, kept: str) -> None:
    person = await here.citizen()
    await begin(person)
    for part in ("facts", "request", "place", "name", "address"):
        await person.say(FILING[part])
    await person._done(person.phone.send_contact(shared))
    assert kept in await person.press("没有")


def card(body: str) -> str:
    return body + ric.calc_check_digit(body + "0")


CARDS = [
    card(place + born + "001")
    for place, born in (
        ("640102", "19600301"), ("420106", "19650712"), ("411082", "19890105"),
        ("810000", "19940823"),
        ("820000", "20010630"), ("830000", "19920130"), ("911840", "19760214"),
        ("999999", "20000229"),
    )
]  # fmt: skip


@pytest.mark.parametrize("number", [*CARDS, "USA110187010112"])
def test_a_correct_number_is_taken_wherever_its_place_is(number: str) -> None:
    today = date(2026, 11, 28)
    assert checks.id_number(number, today) == number
    assert checks.id_number(f" {number[:6]} {number[6:].lower()}", today) == number
    if number[-1] == "X":
        assert checks.id_number(number[:-1] + "×", today) == number


@pytest.mark.parametrize(
    "number",
    [card("64010219600231001"), card("64010220991231001"), card("64010218000101001"),
     card("04010219600301001"), CARDS[0][:-1] + ("1" if CARDS[0][-1] != "1" else "2"),
     CARDS[0][:17],
     "USA110187130112", "US1101870101123", "640102600301001", "E12345678", "H1234567890"],
)  # fmt: skip
def test_form_date_and_check_digit_still_count(number: str) -> None:
    with pytest.raises(BadAnswer):
        checks.id_number(number, date(2026, 11, 28))


async def test_given_with_the_details_of_a_case(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await file_petition(person)
    await person.press("补充信息")
    await person.press("身份证号")
    assert "应为18位" in await person.say("640102196003010010"[:-1] + "A")
    assert CARDS[0] in await person.say(CARDS[0])
