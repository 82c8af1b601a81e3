"""What others' bots and offices were reported to fail at, tried on this one: `docs/tried.md` names
each report by the number that stands here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from drive import FILING, Town, told, town

from petitions import words
from petitions.errors import BadAnswer
from petitions.values import checks

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
    assert "看到您改了消息" in edit


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
    assert words.language(tag) == "zh"
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
