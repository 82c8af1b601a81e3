"""Commands and words as people really type them."""

from __future__ import annotations

from typing import Any

import pytest
from offices.records import drafts, text_of
from people import FILING, Office, Town, begin, does, file_petition, finish

from petitions.values.codes import read_number
from petitions.words import say

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "text",
    [
        "/track\n{n}",
        "/track\u3000{n}",
        "／track {n}",
        "、track {n}",
        "/ track {n}",
        "／ＴＲＡＣＫ\t{n}",
    ],
)
async def test_a_command_is_read_whatever_the_keyboard_made_of_it(
    here: Town, channel: str, text: str
) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person)
    assert f"{number}\n" in await person.say(text.format(n=number)) + "\n"
    assert "没有这个命令" not in await person.say(text.format(n=number))


async def test_a_story_behind_the_command_is_kept(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await person.say(f"／new\n{FILING['facts']}\n{'夜里施工。' * 100}")
    await person.press("是，正式提交")
    number = await finish(person, "request")
    assert text_of(here, number, "facts") == f"{FILING['facts']}\n{'夜里施工。' * 100}"


@pytest.mark.parametrize(
    "word", ["取消", "、cancel", "/取消", "Cancel", "ＣＡＮＣＥＬ", "退出", "取消。"]
)
async def test_who_types_cancel_leaves_the_form(here: Town, channel: str, word: str) -> None:
    person = await here.citizen(channel)
    await begin(person)
    await person.say(FILING["facts"])
    assert "要离开吗" in await person.say(word)
    await person.say("删除")
    assert drafts(here) == 0


@pytest.mark.parametrize("word", ["返回", "back", "上一步", " 返回 "])
async def test_who_types_back_is_asked_the_question_before(
    here: Town, channel: str, word: str
) -> None:
    person = await here.citizen(channel)
    await begin(person)
    await person.say(FILING["facts"])
    assert "发生了什么" in await person.say(word)
    said = await person.say(word)
    assert "这里不能" in said
    assert "发生了什么" in said
    await person.say(FILING["facts"])
    number = await finish(person, "request")
    assert text_of(here, number, "request") == FILING["request"]


@pytest.mark.parametrize("word", ["跳过", "Skip", "返回", "帮助", "help"])
async def test_a_word_that_steers_is_never_filed(here: Town, channel: str, word: str) -> None:
    person = await here.citizen(channel)
    await begin(person)
    assert "发生了什么" in await person.say(word)
    number = await finish(person)
    assert text_of(here, number, "facts") == FILING["facts"]


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
async def test_the_words_of_shown_buttons_do_what_the_buttons_do(
    here: Town, channel: str, lang: str
) -> None:
    """In both languages, from the first word to the receipt."""
    person = await here.citizen(channel, lang)
    await person.say("/start")
    chinese = lang != "en"
    await person.say("File a petition" if chinese else "提交信访事项")
    await person.say("I agree, begin" if chinese else "同意，开始")
    for part in FILING:
        await person.say(FILING[part])
    await person.say("Nobody" if chinese else "没有")
    await person.say(next(b for b in person.buttons() if "地点" in b or "where" in b.casefold()))
    await person.say("云川市胜利路")
    number = read_number(await person.say("Submit" if chinese else "提交"))
    assert number
    assert text_of(here, number, "place") == "云川市胜利路"


@pytest.mark.parametrize(
    "answer",
    [
        "取消夜间施工许可",
        "返回的款项没有到账",
        "帮助我们让工地停工",
        "提交的材料没有人看",
        "跳过我们家不登记",
    ],
)
async def test_a_longer_text_that_begins_with_such_a_word_is_an_answer(
    here: Town, channel: str, answer: str
) -> None:
    person = await here.citizen(channel)
    await begin(person)
    await person.say(FILING["facts"])
    assert "发生在哪里" in await person.say(answer)
    number = await finish(person, "place")
    assert text_of(here, number, "request") == answer


async def asks(clerk: Any, number: str) -> None:
    """An officer asks the petitioner for more: a notice with a button."""
    send = say("zh", "form.desk_ask.submit")
    await does(clerk, number, say("zh", "action.ask"), "工地叫什么名字？", send)


@pytest.mark.parametrize("word", [say(lang, "button.answer_now") for lang in ("zh", "en")])
async def test_the_words_of_a_notices_buttons_do_what_the_buttons_do(
    here: Town, channel: str, word: str
) -> None:
    person, office = await here.citizen(channel), Office(here, channel)
    number, other = await file_petition(person), await file_petition(person)
    clerk = await office.at("city", "clerk")
    for one in (number, other):
        await does(clerk, one, "登记", "登记")
    await person.say(f"/track {other}")
    await asks(clerk, number)
    await here.app.reminders.tick()
    await person.expect("工地叫什么名字")
    assert "补充" in await person.say(word)
    await person.say("叫和平花园。")
    await person.press(say("zh", "form.supplement.submit"))
    assert text_of(here, number, "supplement") == "叫和平花园。", "of the case it was about"


async def test_the_words_of_a_notice_long_ago_press_nothing(here: Town, channel: str) -> None:
    person, office = await here.citizen(channel), Office(here, channel)
    number = await file_petition(person)
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    await asks(clerk, number)
    await here.app.reminders.tick()
    await person.expect("工地叫什么名字")
    for _ in range(3):
        await here.pass_time(minutes=1)
        await person.say("/help")
    await begin(person)
    await person.say(say("zh", "button.answer_now"))
    assert drafts(here) == 1, "it is the answer to the question"
    assert "哪里" in await person.say(FILING["request"])


async def test_outside_every_form_the_few_words_everybody_types_are_commands(
    here: Town, channel: str
) -> None:
    person = await here.citizen(channel)
    await person.say("/start")
    assert "信访服务" in await person.say("你好")
    assert "信访服务" in await person.say("返回")
    assert "编号" in await person.say("查询")
    await person.say("取消")
    number = await file_petition(person)
    assert number in await person.say("我的事项")
    await person.say(next(b for b in reversed(person.buttons()) if b.startswith(number)))
    await person.say("Question" if "提问" not in person.buttons() else "提问")
    await person.say("什么时候能停工？")
    asked = here.now(lambda book: [t.body for t in book.texts(book.by_number(number).id)])
    assert "什么时候能停工？" in asked


async def test_an_unknown_command_is_told_the_known_ones(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    assert "/new" in await person.say("/nosuch thing")
