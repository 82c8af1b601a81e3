"""What is said to the office is answered, once and where it was said; what an app reports by
itself, or people say to others, is heard in silence.
"""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import aiohttp
import pytest
from offices.called import office as office
from people import FILING, Town, file_petition, handled, until
from samples.pictures import PNG
from standins.botapi import BotApi, Chat

pytestmark = pytest.mark.once

GROUP = -1_001_700


def api_of(here: Town) -> BotApi:
    assert here.api
    return here.api


async def quiet(here: Town, person: Any, *updates: dict[str, Any]) -> None:
    """All these are dealt with, and nothing is said."""
    heard = len(person.phone.received)
    if here.app.poller:
        for update in updates:
            await handled(here.app, update["update_id"])
    else:
        await asyncio.sleep(2)
    assert person.phone.received[heard:] == []


# A place that moves


async def test_a_place_that_moves_for_hours_is_its_first_point_and_silence(office: Town) -> None:
    person = await office.citizen()
    await person.say("/new")
    await person.press("同意，开始")
    for part in ("facts", "request"):
        await person.say(FILING[part])
    shared = await person.phone.share_live(25.04321, 102.71234)
    await person.expect("您的姓名")
    number = shared["message"]["message_id"]
    moves = [await person.phone.move(number, 25 + n / 100, 102.5) for n in range(9)]
    moves.append(await person.phone.move(number, 25.5, 102.5, ends=True))
    await quiet(office, person, *moves)
    for part in ("name", "address", "contact"):
        await person.say(FILING[part])
    await person.press("没有")
    read_back = str(person.phone.received[-1]["text"])
    assert "25.04321" in read_back
    assert "102.71234" in read_back


async def test_a_place_that_moves_outside_a_form_asks_once(office: Town) -> None:
    person = await office.citizen()
    shared = await person.phone.share_live(25.04321, 102.71234)
    await until(lambda: len(person.phone.received) == 1)
    moved = await person.phone.move(shared["message"]["message_id"], 25.1, 102.5)
    await quiet(office, person, moved)


# Groups


def forum(here: Town, person: Any) -> tuple[Chat, int]:
    """A forum in which the bot sees everything, and a topic of it."""
    api = api_of(here)
    api.me["can_read_all_group_messages"] = True
    group = api.group(GROUP, "小区业主")
    return group, api.topic(group, person.phone.user, "噪声")


def said_there(here: Town) -> list[dict[str, Any]]:
    return [m for m in api_of(here).chats[GROUP].messages.values()
            if m.get("from", {}).get("is_bot") and "text" in m]  # fmt: skip


async def test_in_a_forum_only_what_is_said_to_the_bot_is_answered_once_in_its_topic(
    office: Town,
) -> None:
    person, other = await office.citizen(), await office.citizen()
    group, topic = forum(office, person)
    phone, name = person.phone, api_of(office).me["username"]
    first = await phone.say_in_group(group, "大家晚上睡得着吗？", topic=topic)
    others = [
        first,
        await other.phone.say_in_group(group, "睡不着", first["message"]["message_id"], topic),
        await phone.say_in_group(group, "/help@weather_bot", topic=topic),
        await phone.say_in_group(group, "/roll 6", topic=topic),
        await phone.say_in_group(group, f"/help@{name}x"),
        await phone.say_in_group(group, "/", topic=topic),
    ]
    await quiet(office, person, *others)
    assert said_there(office) == []
    await phone.say_in_group(group, f"/help@{name.upper()} 怎么用", topic=topic)
    await until(lambda: len(said_there(office)) == 1)
    (answer,) = said_there(office)
    assert "私聊" in answer["text"]
    assert answer["message_thread_id"] == topic
    await other.phone.say_in_group(group, "谢谢", answer["message_id"], topic)
    await until(lambda: len(said_there(office)) == 2)
    assert said_there(office)[1]["message_thread_id"] == topic
    await phone.say_in_group(group, "/start")
    await until(lambda: len(said_there(office)) == 3)
    assert "message_thread_id" not in said_there(office)[2]
    await asyncio.sleep(1)
    assert len(said_there(office)) == 3, "each once"


async def test_a_topic_that_the_bot_began_makes_not_all_of_it_a_reply(office: Town) -> None:
    person = await office.citizen()
    group, _ = forum(office, person)
    api = api_of(office)
    topic = api.topic(group, api.me)
    await quiet(office, person, await person.phone.say_in_group(group, "有人吗", topic=topic))
    assert said_there(office) == []


async def test_a_thread_of_replies_outside_a_forum_is_no_topic(office: Town) -> None:
    person = await office.citizen()
    group, phone = api_of(office).group(GROUP), person.phone
    await phone.say_in_group(group, "/start")
    await until(lambda: len(said_there(office)) == 1)
    (said,) = said_there(office)
    reply = {"message_thread_id": said["message_id"], "reply_to_message": said, "text": "好"}
    phone._post(group, reply, None)
    await until(lambda: len(said_there(office)) == 2)


async def test_a_group_that_takes_no_answer_stops_nobody(office: Town) -> None:
    person = await office.citizen()
    group = api_of(office).group(GROUP)
    for kind in ("no_rights", "migrated", "blocked", "429"):
        fault = api_of(office).fault("sendMessage", GROUP, kind=kind, times=-1, retry_after=8288)
        await person.phone.say_in_group(group, "/start")
        assert "信访服务" in await person.say("/start")
        await until(lambda: not len(api_of(office).updates))
        api_of(office).faults.remove(fault)
    assert said_there(office) == []


# What an app reports


def reports(person: Any) -> dict[str, dict[str, Any]]:
    user = person.phone.user
    before = {"message_id": 1, "date": 1, "chat": person.phone.chat.card, "from": user,
              "text": "以前说的话"}  # fmt: skip
    return {
        "a pin": {"pinned_message": before},
        "a timer": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        "a wallpaper": {"chat_background_set": {"type": {
            "type": "chat_theme", "theme_name": "🏠"}}},
        "a gift": {"gift": {"gift": {
            "id": "1", "star_count": 15, "sticker": {
                "file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1,
                "is_animated": False, "is_video": False}}}},
        "leave to write": {"write_access_allowed": {"from_request": True}},
        "a picture": {"new_chat_photo": [{"file_id": "a", "file_unique_id": "b", "width": 1,
                                          "height": 1}]},
        "a title": {"new_chat_title": "标题"},
        "a boost": {"boost_added": {"boost_count": 1}},
        "a call": {"video_chat_started": {}},
        "a task done": {"checklist_tasks_done": {"marked_as_done_task_ids": [1]}},
        "a report of tomorrow": {"chat_aura_set": {"colour": "blue", "by": {"id": 5}}},
        "a report of another shape": {"message_auto_delete_timer_changed": "a day"},
        "nothing at all": {},
    }  # fmt: skip


async def test_what_an_app_reports_is_heard_in_silence_in_a_form_and_outside(
    office: Town,
) -> None:
    person = await office.citizen()
    await person.say("/start")
    found = [await person.phone.send(content) for content in reports(person).values()]
    await quiet(office, person, *found)
    await person.say("/new")
    await person.press("同意，开始")
    found = [await person.phone.send(content) for content in reports(person).values()]
    await quiet(office, person, *found)
    assert "希望得到什么结果" in await person.say(FILING["facts"]), "the form goes on"


async def test_what_a_person_sends_and_the_office_cant_use_is_still_answered(
    office: Town,
) -> None:
    person = await office.citizen()
    assert "请用文字" in await person._done(person.phone.send_sticker())
    assert "请用文字" in await person._done(person.phone.send_poll())
    dice = {"dice": {"emoji": "🎲", "value": 3}}
    assert "请用文字" in await person._done(person.phone.send(dice))


# Albums


async def test_an_album_of_ten_outside_a_form_is_one_question(office: Town) -> None:
    person = await office.citizen()
    sent = [
        await person.phone.send_photo(PNG, "工地夜里施工" if n == 0 else None, group="77")
        for n in range(10)
    ]
    for update in sent:
        await handled(office.app, update["update_id"])
    assert len(person.phone.received) == 1
    await person.press("提交")
    number = await finished(person)
    files = office.now(lambda b: b.attachments(b.by_number(number).id))
    assert len(files) == 10
    again = [await person.phone.send_photo(PNG, group=g) for g in ("78", "79", "79")]
    heard = len(person.phone.received)
    for update in again:
        await handled(office.app, update["update_id"])
    assert len(person.phone.received) - heard == 2, "one for each album"


async def finished(person: Any) -> str:
    """File what was kept, to the receipt; gives its number."""
    from petitions.values.codes import read_number

    for part in ("request", "place", "name", "address", "contact"):
        await person.say(FILING[part])
    await person.press("没有")
    number = read_number(await person.press("提交"))
    assert number
    await person.expect(f"{number}：用手机扫")
    return number


async def send_together(person: Any, album: str) -> None:
    form = aiohttp.FormData()
    for name, value in (("key", uuid.uuid4().hex), ("kind", "photo"), ("album", album)):
        form.add_field(name, value)
    form.add_field("file", PNG, filename="photo.png", content_type="image/png")
    async with person.http.post(f"{person.base}/file", data=form) as answer:
        assert answer.status == 200


async def test_files_chosen_together_on_the_page_are_one_question(here: Town) -> None:
    person = await here.citizen("web")
    await file_petition(person)
    await person.refresh()
    before = len(person._said())
    for _ in range(4):
        await send_together(person, "album-1")
    await person.refresh()
    assert len(person._said()) == before + 1
    assert any("提交" in label for label in person.buttons())


@pytest.mark.parametrize("bad", ["x" * 65, "x" * 3000])
async def test_an_album_without_end_is_refused(here: Town, bad: str) -> None:
    person = await here.citizen("web")
    form = aiohttp.FormData()
    for name, value in (("key", uuid.uuid4().hex), ("kind", "photo"), ("album", bad)):
        form.add_field(name, value)
    form.add_field("file", PNG, filename="photo.png", content_type="image/png")
    async with person.http.post(f"{person.base}/file", data=form) as answer:
        assert answer.status in (400, 413)
