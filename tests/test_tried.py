"""What others' bots and offices were reported to fail at, tried on this one: `docs/tried.md` names
each report by the number that stands here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from people import FILING, Town, code_in, file_petition, told, town

from bot.office_files import SAMPLE
from papers.xlsx import xlsx
from petitions import words
from petitions.errors import BadAnswer
from petitions.message import Page, Table
from petitions.values import checks

pytestmark = pytest.mark.once

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF"
SPOT = {"latitude": 38.48644, "longitude": 106.23092}
VENUE = {"location": SPOT, "title": "人民广场东门", "address": "解放路88号"}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as here:
        yield here


async def at(person: Any, part: str) -> Any:
    """The person, asked for this part of a petition."""
    await person.say("/new")
    await person.press("同意，开始")
    for name, given in FILING.items():
        if name == part:
            break
        await person.say(given)
    return person


async def sent(person: Any, content: dict[str, Any]) -> str:
    """What is said to a message with these fields."""
    return str(await person._done(person.phone.send(content)))


async def heard(person: Any, update: dict[str, Any]) -> str:
    """What is said to any update, and to a word after it: the office goes on."""
    before = len(told(person))
    person.phone._api.updates.add(update)
    await person.say("/help")
    return "\n".join(told(person)[before:-1])


def draft_of(book: Any, person: Any) -> Any:
    """What somebody is writing."""
    chat = book.chat("telegram", str(person.phone.id))
    return book.draft(chat.draft) if chat.draft else book.drafts_of(chat.person)[0]


# 1–6: what an update says


async def test_1_a_change_that_nobody_made_is_no_edit(office: Town) -> None:
    person = await at(await office.citizen(), "facts")
    await person.say(FILING["facts"])
    written = next(m for m in person.phone.messages if m.get("text") == FILING["facts"])
    reacted = {key: value for key, value in written.items() if key != "edit_date"}
    assert await heard(person, {"edited_message": reacted}) == ""
    edit = await person._done(person.phone.edit(written["message_id"], "改过的"))
    assert "您修改了发过的消息" in edit


@pytest.mark.parametrize("part", ["place", "name", ""])
async def test_2_a_place_with_a_name_keeps_name_and_address(office: Town, part: str) -> None:
    person = await office.citizen()
    if part:
        await at(person, part)
    await sent(person, {"venue": VENUE, "location": SPOT})
    answers = office.now(lambda book: draft_of(book, person).data["answers"])
    assert answers["place"].endswith("人民广场东门，解放路88号，位置 38.48644, 106.23092")


async def test_3_a_file_of_no_bytes_is_called_empty(office: Town) -> None:
    person = await at(await office.citizen(), "place")
    said = await person._done(person.phone.send_document(b"", "a.pdf"))
    assert "是空的" in said
    assert office.now(lambda book: draft_of(book, person).data["at"]) == "place"


@pytest.mark.parametrize(
    "tag", ["", "zh", "zh-hans", "zh_TW", "zh-Hant-HK", "yue", "nan-TW", "bo", "bo-CN", "ug", "mn"]
)
def test_4_clients_in_languages_of_china_are_spoken_to_in_chinese(tag: str) -> None:
    assert words.language(tag) in ("zh", "zh_Hant")
    assert words.language("zhx") == words.language("pt-br") == words.language("C") == "en"


@pytest.mark.parametrize("blank", ["\u3164", "\u115f\u1160", "\uffa0 \u3164"])
def test_5_letters_that_nobody_sees_are_no_name_and_no_words(blank: str) -> None:
    for check in (checks.name, checks.words, checks.line):
        with pytest.raises(BadAnswer):
            check(blank)
    assert checks.name("김\u3164철수") == "김\u3164철수"


@pytest.mark.parametrize(
    "text", ["民国115年2月1日", "2569-02-01", "令和8年2月1日", "26-2-1", "0000-01-01", "9999-12-31"]
)
def test_6_years_of_another_calendar_are_no_day(text: str) -> None:
    with pytest.raises(BadAnswer):
        checks.day(text)
    assert checks.day("2028年2月29日") == "2028-02-29"


# 7–26: what has held


@pytest.mark.parametrize(
    "content",
    [
        {"dice": {"emoji": "🎲", "value": 3}},
        {"story": {"chat": {"id": 5, "type": "private"}, "id": 3}},
        {"checklist": {"title": "要求", "tasks": [{"id": 1, "text": "停工"}]}},
        {"text": "\u200b\u200c\u2060"},
        {"text": "/"},
        {"text": "👍🏽"},
        {"text": "\u2800"},
        {
            "forward_origin": {"type": "hidden_user", "date": 1422450181},
            "text": "转来的话，工地夜里施工",
        },
    ],
    ids=lambda content: next(iter(content)),
)
async def test_7_10_what_says_nothing_or_is_said_oddly_is_answered_and_nothing_is_lost(
    office: Town, content: dict[str, Any]
) -> None:
    person = await at(await office.citizen(), "request")
    said = await sent(person, content)
    assert said
    answers = office.now(lambda book: draft_of(book, person).data["answers"])
    assert answers["facts"] == FILING["facts"]
    if "forward_origin" in content:
        assert "工地夜里施工" in answers["request"]
    else:
        assert "request" not in answers


async def test_11_to_13_presses_without_a_message_data_or_with_one_long_gone(office: Town) -> None:
    person = await office.citizen()
    await person.say("/my")
    press = {"id": "77", "from": person.phone.user, "chat_instance": "1"}
    gone = {"chat": person.phone.chat.card, "message_id": 1, "date": 0}
    await heard(person, {"callback_query": press | {"inline_message_id": "x", "data": "my:list:0"}})
    await heard(person, {"callback_query": press | {"message": gone, "game_short_name": "g"}})
    assert "事项" in await heard(
        person, {"callback_query": press | {"message": gone, "data": "my:list:0"}}
    )


@pytest.mark.parametrize(
    "update",
    [
        {"message_reaction": {"chat": {"id": 1, "type": "private"}, "message_id": 1, "date": 1}},
        {"poll": {"id": "5", "question": "?", "options": []}},
        {"business_message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}},
        {"something_of_tomorrow": {"id": 1}},
        {"my_chat_member": {"chat": {"id": -1001, "type": "channel", "title": "c"}, "date": 1}},
        {"message": {"message_id": 9, "date": 1, "chat": {"id": 5, "type": "secret"}, "text": "?"}},
    ],
    ids=lambda update: next(iter(update)),
)
async def test_14_kinds_of_updates_nobody_asked_for_stop_nothing(
    office: Town, update: dict[str, Any]
) -> None:
    assert await heard(await office.citizen(), update) == ""


async def test_15_people_with_numbers_beyond_32_bits_file_as_all_others(office: Town) -> None:
    office._next = 2**52 - 2
    person = await office.citizen()
    number = await file_petition(person)
    person.phone.user |= {"first_name": "", "username": "renamed_since"}
    assert number in await person.say("/my")


@pytest.mark.parametrize("dash", ["—", "–", " ", "", "－"])
async def test_16_codes_as_telephones_change_them(office: Town, dash: str) -> None:
    owner, stranger = await office.citizen(), await office.citizen()
    number = await file_petition(owner)
    code = code_in("\n".join(told(owner)))
    await stranger.say("/track " + number.lower().replace("-", dash))
    assert "进展：" in await stranger.say(f"查询码：{code.lower().replace('-', dash)}。")


@pytest.mark.parametrize(
    "digits", ["١٣٨٠٠١٣٨٠٠٠", "۱۳۸۰۰۱۳۸۰۰۰", "༡༣༨༠༠༡༣༨༠༠༠", "１３８００１３８０００"]
)
async def test_17_digits_of_other_scripts_are_a_telephone_number(office: Town, digits: str) -> None:
    person = await at(await office.citizen(), "contact")
    await person.say(digits)
    assert office.now(lambda book: draft_of(book, person).data["answers"])["contact"] == (
        "+86 138 0013 8000"
    )


@pytest.mark.parametrize(
    "name",
    ["阿卜杜拉·买买提", "阿卜杜拉•买买提", "བསྟན་འཛིན་རྒྱ་མཚོ།", "ئابدۇللا مەمەت", "ᠪᠠᠲᠤ", "O’Brien"],
)
async def test_18_names_of_all_scripts_are_kept_letter_by_letter(office: Town, name: str) -> None:
    person = await at(await office.citizen(), "name")
    await person.say(name)
    assert office.now(lambda book: draft_of(book, person).data["answers"])["name"] == name


@pytest.mark.parametrize("text", ["{name} %s {0.__class__}", "${jndi:ldap://x}", "{{7*7}}", "=1+1"])
async def test_19_codes_of_templates_and_spreadsheets_are_words(office: Town, text: str) -> None:
    person = await office.citizen()
    await file_petition(person, facts=f"工地夜里施工 {text}")
    assert any(text in said for said in told(person))
    sheet = Table("t.xlsx", (Page("页", ("事",), ((text,), ("=cmd|'/C calc'!A0",))),), "—")
    with zipfile.ZipFile(io.BytesIO(xlsx(sheet))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("words_", ['"', "NOT (", "NEAR(", "工地*", "a' OR 1=1 --", "%", "-工地"])
async def test_20_signs_that_a_search_may_mistake_for_its_own(office: Town, words_: str) -> None:
    clerk = await office.officer("city")
    said = await clerk.say(f"/find {words_}")
    assert "没有找到" in said or "只有符号" in said


@pytest.mark.parametrize(
    ("name", "kept"),
    [("现场\n照片.pdf", "现场_照片.pdf"), ("photo\u202efdp.exe.pdf", "photo_fdp.exe.pdf"),
     ("a" * 300 + ".pdf", "：" + "a" * 100 + ".pdf"), ("..", "：file"),
     ("现" * 99 + ".pdf", "：" + "现" * 60 + ".pdf")],
)  # fmt: skip
async def test_21_22_names_of_files_that_lie_or_are_too_long(
    office: Town, name: str, kept: str
) -> None:
    person = await at(await office.citizen(), "place")
    assert kept in await person._done(person.phone.send_document(PDF, name))


async def test_23_files_of_one_name_stay_two(office: Town) -> None:
    person = await at(await office.citizen(), "place")
    for content in (PDF, PDF + b"\n"):
        await person._done(person.phone.send_document(content, "现场.pdf"))
    for part in ("place", "name", "address", "contact"):
        await person.say(FILING[part])
    await person.press("没有")
    await person.press("提交")
    await person.expect("用手机扫")
    await person.say("/privacy")
    await person.press("下载我的资料")
    archive = next(m for m in reversed(person.phone.received) if "document" in m)
    content = office.api.content(archive["document"]["file_id"]) if office.api else b""
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        names = [name for name in found.namelist() if name.endswith(".pdf")]
    assert len(set(names)) == len(names)
    assert sum("现场" in name for name in names) == 2


async def test_24_two_officers_who_take_the_same_step(office: Town) -> None:
    number = await file_petition(await office.citizen())
    first, second = await office.officer("city", "clerk"), await office.officer("city", "clerk")
    for clerk in (first, second):
        await clerk.say(f"/desk {number}")
        await clerk.press("登记")
    await first.press("登记")
    said = await second.press("登记")
    steps = office.now(lambda book: [
        e.action for e in book.history(book.by_number(number).id) if e.action == "register"
    ])  # fmt: skip
    assert len(steps) == 1
    assert said


@pytest.mark.parametrize("length", [4, 16])
async def test_25_26_an_office_of_many_units_with_long_names_passes_a_case_on(
    tmp_path: Path, length: int
) -> None:
    more = "".join(
        f"""
[[unit]]
id = "{f"u{n}".ljust(length, "x")}"
parent = "city"
name = {{ zh = "云川市某某街道办事处第{n}服务中心", en = "Service centre {n}" }}
address = {{ zh = "云川市某某路{n}号", en = "{n} Road" }}
hours = {{ zh = "周一至周五 9:00–12:00", en = "Monday to Friday 9:00–12:00" }}
phone = "0000-5550131"
"""
        for n in range(150)
    )
    file = tmp_path / "office.toml"
    file.write_text(SAMPLE.read_text(encoding="utf-8") + more, encoding="utf-8")
    async with town(tmp_path, office=file) as here:
        number = await file_petition(await here.citizen())
        clerk = await here.officer("city", "clerk")
        await clerk.say(f"/desk {number}")
        for label in ("登记", "登记", "转送"):
            await clerk.press(label)
        while "云川市某某街道办事处第149服务中心" not in clerk.buttons():
            await clerk.press("更多选项")
        await clerk.press("云川市某某街道办事处第149服务中心")
        assert "第149服务中心" in await clerk.press("转送")
