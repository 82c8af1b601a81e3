"""What a message means beside its plain text is kept as text."""

from __future__ import annotations

from typing import Any

import pytest
from offices.records import text_of
from people import FILING, Town, begin, file_petition, finish, handled
from samples.pictures import PNG

pytestmark = pytest.mark.once

LINK = "https://example.org/notice?id=7&x=%E5%A4%9C"


def entity(text: str, words: str, type: str, **more: Any) -> dict[str, Any]:
    """An entity over words of a text, in units of UTF-16."""

    def units(part: str) -> int:
        return len(part.encode("utf-16-le")) // 2

    at = text.index(words)
    return {"type": type, "offset": units(text[:at]), "length": units(words), **more}


async def send(person: Any, content: dict[str, Any], reply_to: Any = None) -> str:
    update = await person.phone.send(content, reply_to)
    await handled(person.app, update["update_id"])
    return str(person.phone.last["text"])


async def filed(here: Town, content: dict[str, Any]) -> str:
    """What a petition says whose story came as this message."""
    person = await here.citizen()
    await begin(person)
    await send(person, content)
    here.api.ahead += 5  # type: ignore[union-attr]
    return text_of(here, await finish(person, "request"), "facts")


async def test_an_address_behind_words_is_kept_beside_them(here: Town) -> None:
    text = "😀👨‍👩‍👧 夜里施工，见公告和网址 example.org/b。"
    marks = [
        entity(text, "公告", "text_link", url=LINK),
        entity(text, "example.org/b", "text_link", url="http://example.org/b/"),
        entity(text, "夜里", "bold"),
    ]
    said = await filed(here, {"text": text, "entities": marks})
    assert said == f"😀👨‍👩‍👧 夜里施工，见公告 <{LINK}>和网址 example.org/b。"


async def test_so_it_is_in_the_caption_of_a_forwarded_post(here: Town) -> None:
    text = "关于夜间施工的通报"
    channel = {"id": -1001, "type": "channel", "title": "云川发布", "username": "yunchuan"}
    origin = {"type": "channel", "date": 1, "chat": channel, "message_id": 12}
    photo = here.api.files.add("photo", PNG, "", "image/png").shown({})  # type: ignore[union-attr]
    keys = {"inline_keyboard": [[{"text": "全文", "url": "https://example.org/full"}]]}
    said = await filed(here, {
        **photo, "caption": text, "forward_origin": origin, "reply_markup": keys,
        "caption_entities": [entity(text, "通报", "text_link", url=LINK)],
    })  # fmt: skip
    assert f"通报 <{LINK}>" in said
    assert "全文 <https://example.org/full>" in said
    assert "转自 云川发布 <https://t.me/yunchuan/12>" in said


async def test_a_forwarded_photo_without_words_is_no_answer(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    channel = {"id": -1001, "type": "channel", "title": "云川发布", "username": "yunchuan"}
    origin = {"type": "channel", "date": 1, "chat": channel, "message_id": 12}
    photo = here.api.files.add("photo", PNG, "", "image/png").shown({})  # type: ignore[union-attr]
    assert "已收到" in await send(person, {**photo, "forward_origin": origin})
    await finish(person)


async def test_what_is_crossed_out_hidden_or_quoted_is_kept_as_such(here: Town) -> None:
    text = "对方说过：\n九月完工\n现在还没有。赔偿五千八千元，电话在这里，👍"
    marks = [
        entity(text, "九月完工\n现在还没有。", "blockquote"),
        entity(text, "五千", "strikethrough"),
        entity(text, "电话在这里", "spoiler"),
        entity(text, "👍", "custom_emoji", custom_emoji_id="5"),
        entity(text, "赔偿五千八千元", "italic"),
    ]
    said = await filed(here, {"text": text, "entities": marks})
    assert said == (
        "对方说过：\n> 九月完工\n> 现在还没有。赔偿［划掉：五千］八千元，电话在这里，👍"
    )


@pytest.mark.parametrize("place", [(-5, 3), (2, 9999), (9999, 1), (1, 1), (0, 0)])
async def test_wrong_offsets_lose_nothing(here: Town, place: tuple[int, int]) -> None:
    text = "😀夜里施工扰民"
    marks = [
        {"type": kind, "offset": place[0], "length": place[1], "url": LINK}
        for kind in ("text_link", "strikethrough", "blockquote")
    ]
    person = await here.citizen()
    await begin(person)
    await send(person, {"text": text, "entities": marks})
    assert "施工" in str(await finish_facts(here, person))


async def finish_facts(here: Town, person: Any) -> str:
    here.api.ahead += 5  # type: ignore[union-attr]
    return text_of(here, await finish(person, "request"), "facts")


async def test_what_is_quoted_from_elsewhere_stands_above_the_words(here: Town) -> None:
    channel = {"id": -1001, "type": "channel", "title": "云川发布", "username": "yunchuan"}
    origin = {"type": "channel", "date": 1, "chat": channel, "message_id": 12}
    said = await filed(here, {
        "text": "这不是事实。",
        "quote": {"text": "夜间施工\n已经停止", "position": 0},
        "external_reply": {"origin": origin, "chat": channel, "message_id": 12},
    })  # fmt: skip
    assert said.startswith("> 夜间施工\n> 已经停止\n这不是事实。")
    assert "<https://t.me/yunchuan/12>" in said


async def test_a_quoted_part_of_the_offices_words_stays_with_a_story_but_is_no_name(
    here: Town,
) -> None:
    person = await here.citizen()
    await begin(person)
    for part in ("facts", "request", "place"):
        await person.say(FILING[part])
    question = person.phone.last
    quote = {"text": "您的姓名", "position": 0, "is_manual": True}
    await send(person, {"text": FILING["name"], "quote": quote}, question)
    number = await finish(person, "address")
    await person.press("查看进展")
    await person.press("补充")
    told = person.phone.last
    quote = {"text": "补充", "position": 0, "is_manual": True}
    assert "还在施工" in await send(person, {"text": "还在施工。", "quote": quote}, told)
    await person.press("提交补充")
    texts = here.now(lambda book: [t.body for t in book.texts(book.by_number(number).id)])
    assert "> 补充\n还在施工。" in texts


async def test_a_command_behind_a_quote_is_one_all_the_same(here: Town) -> None:
    person = await here.citizen()
    number = await file_petition(person)
    quote = {"text": number, "position": 0, "is_manual": True}
    assert number in await send(person, {"text": "/my", "quote": quote}, person.phone.last)
