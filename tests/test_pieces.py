"""A long text that Telegram's clients cut into several messages is one text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from offices.fleet import free_port
from offices.records import cases, text_of
from offices.template import fresh_postgres
from people import FILING, Town, begin, file_petition, finish, handled, town
from samples.pictures import PNG
from samples.texts import LINE, STORY

from handlers.pieces import glued
from petitions.message import MAX_TEXT, units
from petitions.values import checks

pytestmark = pytest.mark.once


def cut(text: str) -> list[str]:
    """A text as Telegram Desktop sends it: cut in the second half of what fits, at the last blank
    line, else the last line end, else the last space, else where it is full; each piece trimmed."""
    sent = []
    while units(text) > MAX_TEXT:
        full = len(text.encode("utf-16-le")[: 2 * MAX_TEXT].decode("utf-16-le", "ignore"))
        half = len(text.encode("utf-16-le")[:MAX_TEXT].decode("utf-16-le", "ignore"))
        at = next(
            (p for mark in ("\n\n", "\n", " ") if (p := text.rfind(mark, half + 1, full)) > 0),
            full,
        )
        sent.append(text[:at].strip())
        text = text[at:].strip()
    return [*sent, text]


async def send(person: Any, pieces: list[str]) -> str:
    """All at once, as a client does; gives what was said to the last one."""
    updates = [await person.phone.say(piece) for piece in pieces]
    for update in updates:
        await handled(person.app, update["update_id"])
    person.phone._api.ahead += 5  # what comes next is said after reading the answer
    return str(person.phone.last["text"])


PARAGRAPH = st.integers(200, 900).map(lambda n: ("夜里施工，没有人管。" * 90)[:n] + "。")


@given(st.lists(PARAGRAPH, min_size=9, max_size=16))
def test_what_a_client_cut_at_blank_lines_reads_as_it_was_written(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    first, *rest = cut(text)
    for piece in rest:
        assert units(first) > MAX_TEXT // 2
        first = glued(first, piece)
    assert first == text


@pytest.mark.parametrize("text", ["很" * 9000, "\n".join(["一行字没有空行" * 9] * 120)])
def test_what_a_client_cut_elsewhere_reads_as_it_was_written(text: str) -> None:
    first, *rest = cut(text)
    for piece in rest:
        first = glued(first, piece)
    assert first == text


async def test_a_story_in_two_messages_is_one_answer_and_the_next_question_stays(
    here: Town,
) -> None:
    person = await here.citizen()
    await begin(person)
    pieces = cut(STORY)
    assert len(pieces) == 2
    answer = await send(person, pieces)
    assert "已合成一段" in answer
    assert f"{len(STORY)} 字" in answer
    assert "您希望得到什么" in answer
    number = await finish(person, "request")
    assert text_of(here, number, "facts") == STORY
    assert text_of(here, number, "request") == FILING["request"]


async def test_a_story_in_three_messages_is_one_answer(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    story = "\n\n".join(f"{n}。" + "夜里施工扰民没人管。" * 225 for n in range(3))
    pieces = cut(story)
    assert len(pieces) == 3
    assert f"{len(story)} 字" in await send(person, pieces)
    assert text_of(here, await finish(person, "request"), "facts") == story


async def test_what_comes_later_is_the_next_answer(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    await person.say("施工扰民" * 600)
    here.api.ahead += 3  # type: ignore[union-attr]
    assert "发生在哪里" in await person.say(FILING["request"])
    number = await finish(person, "place")
    assert text_of(here, number, "request") == FILING["request"]


async def test_a_short_answer_is_never_put_to_the_one_before(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    await send(person, [FILING["facts"], FILING["request"]])
    number = await finish(person, "place")
    assert text_of(here, number, "request") == FILING["request"]


async def test_a_text_that_is_too_long_in_all_is_refused_in_all(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    await person.say(FILING["facts"])
    pieces = cut(STORY)
    answer = await send(person, pieces)
    assert str(len(STORY)) in answer
    assert "2000" in answer
    assert "您希望得到什么" in answer, "the rest of it isn't the answer"
    here.api.ahead += 5  # type: ignore[union-attr]
    number = await finish(person, "request")
    assert text_of(here, number, "request") == FILING["request"]
    assert text_of(here, number, "place") == FILING["place"]


async def test_a_text_over_the_limit_of_the_story_leaves_no_part_behind(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    story = "\n\n".join(f"{n}。" + LINE * 9 for n in range(30))
    answer = await send(person, cut(story))
    assert f"{len(story)}个字" in answer
    assert "8000" in answer
    assert "目前的内容" not in answer
    here.api.ahead += 5  # type: ignore[union-attr]
    number = await finish(person)
    assert text_of(here, number, "facts") == FILING["facts"]


async def test_a_story_outside_every_form_is_one_text(here: Town) -> None:
    person = await here.citizen()
    await send(person, cut(STORY))
    await person.press("是，正式提交")
    number = await finish(person, "request")
    assert text_of(here, number, "facts") == STORY


async def test_a_question_is_not_sent_with_a_part_of_it(here: Town) -> None:
    """The form that carries it out at the last answer waits for the word that this is all."""
    person = await here.citizen()
    number = await file_petition(person)
    await person.press("打开")
    await person.press("提问")
    head = "请问" + "何" * 900 + "\U00020000" * 600
    assert "就这些" in str(await person.say(head)) + str(person.buttons())
    await send(person, ["什么时候能停工？"])
    asked = here.now(lambda book: [t.body for t in book.texts(book.by_number(number).id)])
    assert sum("什么时候能停工" in t for t in asked) == 1
    assert any(t.startswith("请问何") and t.endswith("什么时候能停工？") for t in asked)
    assert cases(here) == 1


async def test_a_repeated_update_adds_nothing(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    head, tail = cut(STORY)
    first = await person.phone.say(head)
    second = await person.phone.say(tail)
    for update in (first, second, first, second):
        await person.phone.repeat(update)
        await handled(here.app, second["update_id"])
    here.api.ahead += 5  # type: ignore[union-attr]
    number = await finish(person, "request")
    assert text_of(here, number, "facts") == STORY


async def test_a_rest_that_begins_with_a_slash_belongs_to_it_too(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    answer = await send(person, [STORY[:3000], "/3号楼也一样。"])
    assert "已合成一段" in answer
    assert text_of(here, await finish(person, "request"), "facts").endswith("/3号楼也一样。")


async def test_forwarded_messages_that_come_together_are_one_story(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    origin = {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"}}
    updates = [await person.phone.say("下面是我和物业的对话。")]
    updates += [await person.phone.send({"text": text, **origin}) for text in ("第一条", "第二条")]
    photo = here.api.files.add("photo", PNG, "", "image/png").shown({})  # type: ignore[union-attr]
    updates += [await person.phone.send({**photo, "caption": "第三条", **origin})]
    for update in updates:
        await handled(here.app, update["update_id"])
    number = await finish(person, "request")
    assert text_of(here, number, "facts") == "下面是我和物业的对话。\n第一条\n第二条\n第三条"
    assert len(here.now(lambda b: b.attachments(b.by_number(number).id))) == 1


async def test_files_between_two_pieces_are_kept(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    head, tail = cut(STORY)
    await person.say(head)
    await person.send_file(PNG, "a.png", "image/png")
    await send(person, [tail])
    number = await finish(person, "request")
    assert text_of(here, number, "facts") == STORY
    assert len(here.now(lambda b: b.attachments(b.by_number(number).id))) == 1


@pytest.mark.postgres
async def test_by_webhook_on_postgresql_it_is_one_text_too(tmp_path: Path, postgres: str) -> None:
    port = free_port()
    database = fresh_postgres(postgres)
    async with town(
        tmp_path, webhook_url=f"http://127.0.0.1:{port}", webhook_port=port, database_url=database
    ) as here:
        person = await here.citizen()
        await begin(person)
        assert f"{len(STORY)} 字" in await send(person, cut(STORY))
        assert text_of(here, await finish(person, "request"), "facts") == STORY


def test_the_longest_text_is_the_offices() -> None:
    assert checks.LONG == 8000
