"""Finding cases by number and by words that are sealed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people import FILING, Office, Town, does, file_petition, hidden, passed

from petitions.values import search


def test_chinese_by_pairs_and_the_rest_by_words() -> None:
    assert search.terms("夜里施工，和平路3号") == ["夜里", "里施", "施工", "和平", "平路", "3"]
    assert search.terms("ＡＢＣ abc") == ["abc"]
    assert search.asked("夜") == []
    assert search.asked("!!!") == []


@given(st.text(max_size=2000))
def test_any_text_has_terms_or_none(text: str) -> None:
    found = search.terms(text)
    assert len(found) == len(set(found))
    assert len(search.asked(text)) <= search.MOST


async def indexed(here: Town) -> None:
    for _ in range(2):  # the first time it sees that somebody has just been writing
        await here.app.reminders.follow()


async def test_found_by_words_and_by_number(here: Town, channel: str) -> None:
    office = Office(here, channel)
    clerk = await office.at("city", "clerk")
    citizen = await here.citizen(channel)
    first = await file_petition(citizen)
    second = await file_petition(
        citizen, facts="拖欠工资三个月，老板不见人。", request="请发工资。"
    )
    await indexed(here)
    text = (await clerk.say("/find 拖欠工资")).split("找到的件")[1]
    assert second in text
    assert first not in text
    for words in (FILING["name"], "拖欠", "老板"):
        assert words not in text, "numbers and categories, nobody's words"
    assert "没有找到" in await clerk.say("/find 火星移民")
    assert "没有找到" in await clerk.say(f"/find {FILING['name']}"), "not by who petitions"
    assert first in await clerk.say(f"/find {first}")
    await clerk.say("/desk")
    await clerk.press("查找")
    assert first in await clerk.say("夜里施工 和平路")
    assert "两个字" in await clerk.say("/find 夜")


async def test_a_unit_finds_its_own_only(here: Town) -> None:
    office = Office(here, "telegram")
    number = await file_petition(await here.citizen())
    await indexed(here)
    unit = await office.at("housing")
    assert "没有找到" in await unit.say("/find 夜里施工")
    await passed(office, number)
    assert number in await unit.say("/find 夜里施工")
    other = await office.at("labour")
    assert "没有找到" in await other.say("/find 夜里施工")
    visitor = await office.at("city", "visitor")
    assert number not in await visitor.say("/find 夜里施工")
    citizen = await here.citizen()
    assert number not in await citizen.say("/find 夜里施工")


async def test_a_sealed_case_isnt_found_by_words_its_unit_may_not_read(here: Town) -> None:
    """A unit has a clerk's summary; the bureau, and the organ for accusations, read it whole."""
    office = Office(here, "telegram")
    clerk = await office.at("city", "clerk")
    _, sealed = await hidden(here, "telegram", "物业")
    await does(clerk, sealed, "登记", "登记")
    await does(clerk, sealed, "转送", "云川市住房和城乡建设局", "某小区扰民。", "转送")
    _, accusation = await hidden(here, "telegram", "物业")
    await clerk.say(f"/desk {accusation}")
    for label in ("登记", "改：类别", "检举控告", "登记"):
        await clerk.press(label)
    await does(clerk, accusation, "转送", "云川市纪检监察信访室", "转送")
    await indexed(here)
    found = await clerk.say("/find 夜里施工")
    assert sealed in found
    assert accusation in found
    assert accusation in await (await office.at("discipline")).say("/find 夜里施工")
    housing = await office.at("housing")
    assert "没有找到" in await housing.say("/find 夜里施工")
    assert "某小区扰民" in await housing.say(f"/find {sealed}")
    open_ = await file_petition(await here.citizen())
    await passed(office, open_)
    await indexed(here)
    for officer, suggested in ((housing, False), (clerk, True)):
        for one, other in ((sealed, open_), (open_, sealed)):
            await does(officer, one, "关联另一件")
            assert any(b.startswith(f"{other} · ") for b in officer.buttons()[-6:]) is suggested
            await officer.say("/cancel")


async def test_many_are_turned_page_by_page(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    citizen = await here.citizen()
    numbers = [await file_petition(citizen) for _ in range(10)]
    await indexed(here)
    text = await clerk.say("/find 夜里施工")
    assert [n for n in numbers if n in text] == numbers[2:]
    text = await clerk.press("下一页")
    assert [n for n in numbers if n in text] == numbers[:2]
    last = clerk.phone.received[-1]["message_id"]
    for data in ("find:999999:0", "find:x:1", "find:1", "find:1:99999999999999999"):
        await clerk._done(clerk.phone.forge(data, last))


async def test_erased_words_are_found_no_more(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    number = await file_petition(await here.citizen(), facts="拖欠工资三个月。")
    await indexed(here)
    assert number in await clerk.say("/find 拖欠工资")

    here.now(lambda b: b.erase_text(b.by_number(number).id, 1, "facts"))
    assert "没有找到" in await clerk.say("/find 拖欠工资")
    assert number in await clerk.say("/find 夜里停工"), "what is left is found"


@pytest.mark.parametrize("words", ["施工", "%", "' OR 1=1 --", "a" * 99])
async def test_odd_questions(here: Town, words: str) -> None:
    clerk = await here.officer("city", "clerk")
    assert await clerk.say(f"/find {words}")
