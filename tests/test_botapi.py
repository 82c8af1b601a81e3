"""The stand-in against two libraries that know the real server: each a second opinion.

What both can talk to, parse into their own types and take the expected errors from is close
enough to Telegram for the rest of the tests to rely on.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot, Dispatcher
from aiogram import exceptions as agx
from aiogram import types as ag
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from samples.pictures import picture
from standins.botapi import TOKEN, BotApi, Json, Phone
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    ReplyParameters,
    Update,
)
from telegram import error as ptx
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

PNG = picture(4, 3)
PDF = b"%PDF-1.7\n--boundary\r\n\r\n\x00\xff" * 3
ROOT = Path(__file__).parent


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
def phone(api: BotApi) -> Phone:
    return api.phone(7_000_000_001, "Citizen")


@pytest.fixture
async def gram(api: BotApi) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.url))
    yield Bot(TOKEN, session=session)
    await (await session.create_session()).close()  # session.close() takes a quarter of a second


@pytest.fixture
async def ext(api: BotApi) -> AsyncIterator[ExtBot[None]]:
    base = f"{api.url}/bot", f"{api.url}/file/bot"
    bot = ExtBot(TOKEN, *base, request=HTTPXRequest(connection_pool_size=8))
    async with bot:
        yield bot


def keys(*data: str) -> ag.InlineKeyboardMarkup:
    row = [ag.InlineKeyboardButton(text=d.title(), callback_data=d) for d in data]
    return ag.InlineKeyboardMarkup(inline_keyboard=[row])


# --- What the bot sends -----------------------------------------------------------------------


async def test_both_know_who_they_are(gram: Bot, ext: ExtBot[None]) -> None:
    me = await gram.get_me()
    assert me.is_bot
    assert me.can_join_groups is True
    assert (await ext.get_me()).to_dict()["id"] == me.id == 424242


async def test_plain_text_stays_as_it_is(gram: Bot, ext: ExtBot[None], phone: Phone) -> None:
    text = "<b>一</b> *two* & https://example.org/a?b=c%20d+e 🙂 /help"
    sent = await gram.send_message(phone.id, text, reply_markup=keys("yes", "no"))
    again = await ext.send_message(
        phone.id, text, reply_parameters=ReplyParameters(sent.message_id)
    )
    assert sent.text == again.text == text == phone.last["text"]
    assert sent.reply_markup
    assert sent.reply_markup.model_dump() == keys("yes", "no").model_dump()
    assert again.reply_to_message
    assert again.reply_to_message.text == text
    entities = {e.type: e.extract_from(text) for e in sent.entities or ()}
    assert entities == {"url": "https://example.org/a?b=c%20d+e", "bot_command": "/help"}
    assert [str(e.type) for e in again.entities] == ["url", "bot_command"]


async def test_text_loses_margins_and_control_characters(gram: Bot, phone: Phone) -> None:
    sent = await gram.send_message(phone.id, " \n a\tb\r\nc\u202e \n")
    assert sent.text == "a b\nc"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \u200b\n"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "🙂" * 2049}, "message is too long"),
        ({"text": "x", "chat_id": 1}, "chat not found"),
        ({"text": "x", "reply_markup": keys("d" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keys("字" * 22)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_to_message_id": 99}, "message to be replied not found"),
    ],
)
async def test_both_are_refused(
    gram: Bot, ext: ExtBot[None], phone: Phone, content: dict[str, Any], reason: str
) -> None:
    call: Json = {"chat_id": phone.id, **content}
    with pytest.raises(agx.TelegramBadRequest) as first:
        await gram.send_message(**call)
    assert first.value.message == f"Bad Request: {reason}"
    if markup := call.get("reply_markup"):
        call["reply_markup"] = markup.model_dump(exclude_none=True)
    with pytest.raises(ptx.BadRequest, match=f"(?i){reason}"):
        await ext.send_message(**call)
    assert phone.received == []


async def test_longest_allowed(gram: Bot, phone: Phone) -> None:
    sent = await gram.send_message(phone.id, "字" * 4096, reply_markup=keys("d" * 64))
    assert len(sent.text or "") == 4096
    with pytest.raises(agx.TelegramBadRequest, match="caption is too long"):
        await gram.send_document(phone.id, ag.BufferedInputFile(b"x", "x"), caption="c" * 1025)


async def test_links_to_no_named_host_are_refused(gram: Bot, phone: Phone) -> None:
    button = ag.InlineKeyboardButton(text="Open", url="http://localhost:8080/")
    markup = ag.InlineKeyboardMarkup(inline_keyboard=[[button]])
    with pytest.raises(agx.TelegramBadRequest, match="Wrong HTTP URL"):
        await gram.send_message(phone.id, "x", reply_markup=markup)


async def test_edits_and_deletions(gram: Bot, ext: ExtBot[None], phone: Phone) -> None:
    where: Json = {"chat_id": phone.id}
    where["message_id"] = (
        await gram.send_message(phone.id, "1", reply_markup=keys("a"))
    ).message_id
    edited = await gram.edit_message_text("2", **where, reply_markup=keys("a"))
    assert isinstance(edited, ag.Message)
    assert edited.edit_date
    with pytest.raises(agx.TelegramBadRequest, match="message is not modified: specified new"):
        await gram.edit_message_text("2", **where, reply_markup=keys("a"))
    same = InlineKeyboardButton("A", callback_data="a")
    with pytest.raises(ptx.BadRequest, match="Message is not modified"):
        await ext.edit_message_text("2", **where, reply_markup=InlineKeyboardMarkup([[same]]))
    await ext.edit_message_text("2", **where)
    assert phone.buttons() == []
    await ext.edit_message_reply_markup(
        **where, reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("B", callback_data="b")]])
    )
    assert phone.buttons() == ["B"]
    with pytest.raises(agx.TelegramBadRequest, match="no caption in the message to edit"):
        await gram.edit_message_caption(**where, caption="x")
    assert await gram.delete_message(**where)
    for gone in (gram.edit_message_text("3", **where), gram.delete_message(**where)):
        with pytest.raises(agx.TelegramBadRequest, match=r"message to (edit|delete) not found"):
            await gone
    assert phone.messages == []


async def test_people_own_what_they_write(gram: Bot, phone: Phone) -> None:
    update = await phone.say("mine")
    with pytest.raises(agx.TelegramBadRequest, match="message can't be edited"):
        await gram.edit_message_text(
            "yours", chat_id=phone.id, message_id=update["message"]["message_id"]
        )


# --- Files ------------------------------------------------------------------------------------


async def test_files_go_up_and_down(
    api: BotApi, gram: Bot, ext: ExtBot[None], phone: Phone
) -> None:
    up = ag.BufferedInputFile(PDF, '答复 "1".pdf')
    first = await gram.send_document(phone.id, up, caption="Here")
    assert first.document
    assert (first.document.file_name, first.document.mime_type) == (
        '答复 "1".pdf',
        "application/pdf",
    )
    second = await ext.send_document(phone.id, PDF, filename='答复 "2".pdf')
    assert second.document
    assert second.document.file_name == '答复 "2".pdf'
    assert await (await ext.get_file(first.document.file_id)).download_as_bytearray() == PDF
    down = await gram.download(second.document.file_id)
    assert down
    assert down.read() == PDF == api.content(second.document.file_id)
    reused = await ext.send_document(phone.id, first.document.file_id)
    assert reused.document
    assert reused.document.file_id == first.document.file_id
    with pytest.raises(ptx.BadRequest, match=r"(?i)can't use file of type Document as Photo"):
        await ext.send_photo(phone.id, first.document.file_id)
    with pytest.raises(ptx.BadRequest, match=r"(?i)file must be non-empty"):
        await ext.send_document(phone.id, b"", filename="x")


async def test_photos_voices_videos(gram: Bot, ext: ExtBot[None], phone: Phone) -> None:
    photo = await gram.send_photo(phone.id, ag.BufferedInputFile(PNG, "p.png"), caption="P")
    assert photo.photo
    assert len(photo.photo) == 2
    await ext.edit_message_caption(phone.id, photo.message_id, caption="Q")
    assert phone.last["caption"] == "Q"
    media = ag.InputMediaPhoto(media=ag.BufferedInputFile(PNG + b"2", "q.png"), caption="R")
    await gram.edit_message_media(media, chat_id=phone.id, message_id=photo.message_id)
    assert phone.last["caption"] == "R"
    voice = (await ext.send_voice(phone.id, b"OggS", duration=7)).voice
    video = (await ext.send_video(phone.id, b"mp4", duration=9, width=4)).video
    assert voice
    assert video
    assert (voice.to_dict()["duration"], video.width) == (7, 4)
    with pytest.raises(agx.TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await gram.send_photo(phone.id, ag.BufferedInputFile(PDF, "p.png"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (picture(9996, 3), "PHOTO_INVALID_DIMENSIONS"), (picture(5001, 5000), "PHOTO_INVALID_DIM"),
        (picture(8, 200), "PHOTO_INVALID_DIMENSIONS"), (picture(90, 90, "TIFF"), "IMAGE_PROCESS_F"),
        (picture(90, 90, "JPEG")[:-200], "IMAGE_PROCESS_FAILED"), (b"\xff\xd8", "IMAGE_PROCESS"),
        (PNG + bytes(10 * 2**20), "too big for a photo; the maximum size is 10485760 bytes"),
    ],
)  # fmt: skip
async def test_photos_are_refused_as_telegram_does(
    gram: Bot, phone: Phone, content: bytes, why: str
) -> None:
    with pytest.raises(agx.TelegramBadRequest, match=why):
        await gram.send_photo(phone.id, ag.BufferedInputFile(content, "p.png"))
    for width, height in ((10, 200), (5000, 5000), (200, 10)):
        held = ag.BufferedInputFile(picture(width, height), "p.png")
        assert (await gram.send_photo(phone.id, held)).photo


async def test_albums(gram: Bot, ext: ExtBot[None], phone: Phone) -> None:
    group: list[Any] = [
        ag.InputMediaPhoto(media=ag.BufferedInputFile(PNG, f"{i}.png"), caption=str(i))
        for i in range(3)
    ]
    sent = await gram.send_media_group(phone.id, group)
    assert [m.caption for m in sent] == ["0", "1", "2"]
    assert len({m.media_group_id for m in sent}) == 1
    files = [InputMediaDocument(PDF, filename=f"{i}.pdf") for i in range(2)]
    parts = await ext.send_media_group(phone.id, files)
    assert [m.document.file_name for m in parts if m.document] == ["0.pdf", "1.pdf"]
    with pytest.raises(ptx.BadRequest, match="mixed"):
        await ext.send_media_group(phone.id, [files[0], InputMediaPhoto(PNG)])


async def test_a_persons_files(api: BotApi, gram: Bot, phone: Phone) -> None:
    sent = [
        await phone.send_photo(PNG, "a", group="g"),
        await phone.send_photo(PNG, group="g"),
        await phone.send_document(PDF, "材料.pdf", "application/pdf", "caption"),
        await phone.send_document(b"x", "big.zip", "application/zip", size=21 * 1024 * 1024),
        await phone.send_voice(b"OggS", 4),
        await phone.send_video(b"mp4"),
        await phone.send_sticker(),
        await phone.send_contact(),
        await phone.send_poll(),
        await phone.send_location(39.9, 116.4),
    ]
    got = [update.message for update in await gram.get_updates()]
    assert len(got) == len(sent)
    kinds = [str(m.content_type) for m in got if m]
    expected = "photo photo document document voice video sticker contact poll location"
    assert [k.rpartition(".")[2].lower() for k in kinds] == expected.split()
    assert got[0]
    assert got[0].photo
    down = await gram.download(got[0].photo[-1])
    assert down
    assert down.read() == PNG
    assert got[3]
    assert got[3].document
    with pytest.raises(agx.TelegramBadRequest, match="file is too big"):
        await gram.get_file(got[3].document.file_id)
    with pytest.raises(agx.TelegramBadRequest, match="invalid file_id"):
        await gram.get_file("nothing")


async def test_both_parse_every_update(api: BotApi, gram: Bot, ext: ExtBot[None]) -> None:
    """aiogram is strict about types, PTB about dates and names; both read all of them."""
    phone = api.phone(5, "Citizen")
    shown = await gram.send_message(5, "?", reply_markup=keys("a"))
    word = await phone.say("/start now", reply_to=shown.message_id)
    await phone.edit(word["message"]["message_id"], "changed")
    await phone.press("A")
    await phone.forge("zz", 12345)
    await phone.say_in_group(-1001, "hello")
    api.channel_post(-1002, "post")
    await phone.send_poll()
    await phone.send_sticker()
    await phone.send_contact()
    await phone.block()
    await phone.unblock()
    first = await gram.get_updates()
    second = await ext.get_updates()
    assert [u.update_id for u in first] == [u.update_id for u in second]
    assert len(first) == 11
    assert all(u.event for u in first)
    assert all(isinstance(u, Update) and len(u.to_dict()) == 2 for u in second)
    assert second[0].message
    assert list(second[0].message.parse_entities()) == list(second[0].message.entities)
    assert second[0].message.entities[0].type == "bot_command"
    assert isinstance(first[3].callback_query, ag.CallbackQuery)
    assert isinstance(first[3].callback_query.message, ag.InaccessibleMessage)
    assert second[3].callback_query
    assert second[3].callback_query.message
    assert not second[3].callback_query.message.is_accessible


# --- Commands and the like --------------------------------------------------------------------


async def test_commands_by_scope_and_language(api: BotApi, gram: Bot, ext: ExtBot[None]) -> None:
    command = ag.BotCommand(command="file", description="写信访")
    await gram.set_my_commands([command], language_code="zh")
    scope = BotCommandScopeChat(5)
    await ext.set_my_commands([BotCommand("case", "My case")], scope=scope)
    kept = await gram.get_my_commands(language_code="zh")
    assert [c.model_dump() for c in kept] == [command.model_dump()]
    assert await gram.get_my_commands() == []
    assert [c.command for c in await ext.get_my_commands(scope=scope)] == ["case"]
    assert set(api.commands) == {("default", 0, 0, "zh"), ("chat", 5, 0, "")}
    await ext.delete_my_commands(scope=scope)
    assert await ext.get_my_commands(scope=scope) == ()
    with pytest.raises(agx.TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await gram.set_my_commands([ag.BotCommand(command="Ä", description="x")])
    await gram.set_my_description("About", language_code="en")
    assert (await gram.get_my_description(language_code="en")).description == "About"
    assert await gram.set_my_short_description("Short")
    assert await gram.delete_webhook()


async def test_unknown_methods_and_tokens(api: BotApi) -> None:
    async def ask(path: str, **form: Any) -> tuple[int, Json]:
        async with session.post(f"{api.url}/{path}", **form) as answer:
            return answer.status, await answer.json()

    async with aiohttp.ClientSession() as session:
        status, body = await ask(f"bot{TOKEN}/noSuchThing")
        assert (status, body["description"]) == (404, "Not Found: method not found")
        assert (await ask("bot1:wrong/getMe"))[1]["description"] == "Unauthorized"
        assert (await ask("botwrong/getMe"))[0] == 404
        api.phone(5)
        said: Json = {"chat_id": 5, "text": "a&b=c+d 字"}
        for form in ({"json": said}, {"data": said}, {"params": said}):
            status, body = await ask(f"bot{TOKEN}/SENDmessage", **form)
            assert (status, body["result"]["text"]) == (200, said["text"])
        assert [name for name, _ in api.calls] == ["sendMessage"] * 3
        assert api.called("sendMessage", 5) == [said] * 3
        async with session.get(f"{api.url}/bot{TOKEN}/getMe?x=1") as answer:
            assert (await answer.json())["ok"]
        assert (await ask(f"bot{TOKEN}/sendMessage", data={"reply_markup": "{"}))[0] == 400


# --- Updates ----------------------------------------------------------------------------------


async def test_long_poll_waits_and_wakes(gram: Bot, ext: ExtBot[None], phone: Phone) -> None:
    began = time.perf_counter()
    assert await gram.get_updates(timeout=1) == []
    assert time.perf_counter() - began > 0.9, "it waited before it said that there is nothing"
    waiting = asyncio.create_task(ext.get_updates(timeout=5))
    await asyncio.sleep(0.1)
    await asyncio.gather(*(phone.say(str(i)) for i in range(3)))
    assert [u.message.text for u in await waiting if u.message] == ["0", "1", "2"]


async def test_offset_confirms(gram: Bot, phone: Phone) -> None:
    ids = [(await phone.say(str(i)))["update_id"] for i in range(5)]
    assert ids == sorted(set(ids))
    assert [u.update_id for u in await gram.get_updates(limit=2)] == ids[:2]
    assert [u.update_id for u in await gram.get_updates()] == ids
    assert [u.update_id for u in await gram.get_updates(offset=ids[2])] == ids[2:]
    assert [u.update_id for u in await gram.get_updates()] == ids[2:]
    assert [u.update_id for u in await gram.get_updates(offset=-1)] == ids[4:]
    assert await gram.get_updates(offset=ids[4] + 1) == []


async def test_repeat_and_allowed_updates(gram: Bot, phone: Phone) -> None:
    update = await phone.say("once")
    await phone.repeat(update)
    assert [u.update_id for u in await gram.get_updates()] == [update["update_id"]] * 2
    await gram.get_updates(offset=update["update_id"] + 1, allowed_updates=["callback_query"])
    await phone.say("unheard")
    await phone.forge("heard", 1)
    assert [u.event_type for u in await gram.get_updates()] == ["callback_query"]


async def test_second_poll_ends_the_first(gram: Bot, phone: Phone) -> None:
    first = asyncio.create_task(gram.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(gram.get_updates(timeout=5))
    with pytest.raises(agx.TelegramConflictError, match="terminated by other getUpdates"):
        await first
    await phone.say("x")
    assert len(await second) == 1


async def test_caller_that_leaves_loses_nothing(gram: Bot, phone: Phone) -> None:
    with pytest.raises(agx.TelegramNetworkError):
        await gram.get_updates(timeout=5, request_timeout=0.05)  # type: ignore[arg-type]
    await phone.say("x")
    assert len(await gram.get_updates()) == 1


# --- A person ---------------------------------------------------------------------------------


@pytest.fixture
async def echo(gram: Bot) -> AsyncIterator[None]:
    """A bot that repeats what it is told over a button; a press counts up, in place."""
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def say(message: ag.Message) -> None:
        await message.answer(f"you said {message.text}", reply_markup=keys("1"))

    @dispatcher.callback_query()
    async def count(query: ag.CallbackQuery) -> None:
        await query.answer("Counted")
        if isinstance(query.message, ag.Message):
            more = keys(str(int(query.data or 0) + 1))
            await query.message.edit_text(f"pressed {query.data}", reply_markup=more)

    running = asyncio.create_task(
        dispatcher.start_polling(gram, handle_signals=False, polling_timeout=1)
    )
    yield
    await dispatcher.stop_polling()
    await running


async def test_a_conversation(api: BotApi, phone: Phone, echo: None) -> None:
    await phone.say("hi")
    assert (await phone.expect("you said hi"))["text"] == "you said hi"
    await phone.press("1")
    assert [kind for kind, _ in await phone.wait(2)] == ["answer", "edit"]
    assert phone.last["text"] == "pressed 1"
    assert phone.buttons() == ["2"]
    assert phone.alerts == ["Counted"]
    assert phone.spinning == []
    with pytest.raises(AssertionError, match=r"(?s)no button '1' .*pressed 1 \[2\]"):
        await phone.press("1")
    with pytest.raises(AssertionError, match=r"(?s)'never'; the chat:.*Citizen: hi"):
        await phone.expect("never", timeout=0.05)
    await phone.say("pressed 1, again")
    await phone.expect("pressed 1", fresh=True)
    await phone.say_in_group(-1001, "all")
    await phone.expect("you said all", chat=api.group(-1001))


async def test_reply_keyboard(gram: Bot, phone: Phone) -> None:
    keyboard = ag.ReplyKeyboardMarkup(keyboard=[[ag.KeyboardButton(text="Menu")]])
    sent = await gram.send_message(phone.id, "Choose", reply_markup=keyboard)
    assert sent.reply_markup is None
    assert (await phone.press("Menu"))["message"]["text"] == "Menu"
    await gram.send_message(
        phone.id, "Gone", reply_markup=ag.ReplyKeyboardRemove(remove_keyboard=True)
    )
    with pytest.raises(AssertionError, match="no button 'Menu'"):
        await phone.press("Menu")


async def test_blocked(gram: Bot, ext: ExtBot[None], phone: Phone) -> None:
    await phone.block()
    with pytest.raises(agx.TelegramForbiddenError, match="bot was blocked by the user"):
        await gram.send_message(phone.id, "x")
    with pytest.raises(ptx.Forbidden):
        await ext.send_chat_action(phone.id, "typing")
    await phone.unblock()
    await gram.send_message(phone.id, "x")
    changes = [u.my_chat_member for u in await gram.get_updates()]
    assert [c.new_chat_member.status for c in changes if c] == ["kicked", "member"]


async def test_press_answered_in_time_only(gram: Bot) -> None:
    with pytest.raises(agx.TelegramBadRequest, match="query is too old"):
        await gram.answer_callback_query("1")


# --- Faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("429", agx.TelegramRetryAfter, ptx.RetryAfter),
        ("500", agx.TelegramServerError, ptx.NetworkError),
        ("502", agx.TelegramServerError, ptx.NetworkError),
        ("502_html", agx.ClientDecodeError, ptx.NetworkError),
        ("blocked", agx.TelegramForbiddenError, ptx.Forbidden),
        ("deactivated", agx.TelegramForbiddenError, ptx.Forbidden),
        ("not_found", agx.TelegramBadRequest, ptx.BadRequest),
        ("drop", agx.TelegramNetworkError, ptx.NetworkError),
        ("drop_after", agx.TelegramNetworkError, ptx.NetworkError),
    ],
)
async def test_faults(
    api: BotApi, gram: Bot, ext: ExtBot[None], phone: Phone,
    kind: str, first: type[Exception], second: type[Exception],
) -> None:  # fmt: skip
    api.phone(6)
    api.fault("sendMessage", phone.id, kind=kind, times=2, retry_after=3)
    await gram.send_message(6, "untouched")
    with pytest.raises(first) as one:
        await gram.send_message(phone.id, "x")
    with pytest.raises(second):
        await ext.send_message(phone.id, "x")
    assert len(phone.received) == (2 if kind == "drop_after" else 0)
    assert getattr(one.value, "retry_after", 3) == 3
    await gram.send_message(phone.id, "well again")


async def test_late_answers(api: BotApi, gram: Bot, phone: Phone) -> None:
    api.fault("*", kind="late", seconds=0.5)
    began = time.perf_counter()
    waiting = asyncio.create_task(gram.send_message(phone.id, "x"))
    await phone.expect("x")
    there = time.perf_counter()
    await waiting
    assert time.perf_counter() - began > 0.45
    assert time.perf_counter() > there, "the message is there before its answer"


async def test_faults_of_updates_and_downloads(api: BotApi, gram: Bot, phone: Phone) -> None:
    update = await phone.send_photo(PNG)
    api.fault("getUpdates", kind=502)
    api.fault("download", kind="drop", times=2)  # aiohttp itself asks twice
    with pytest.raises(agx.TelegramServerError):
        await gram.get_updates()
    file_id = update["message"]["photo"][-1]["file_id"]
    with pytest.raises((agx.TelegramNetworkError, aiohttp.ClientError)):
        await gram.download(file_id)
    assert await gram.download(file_id)


async def test_state_outlives_a_stop(api: BotApi, gram: Bot, phone: Phone) -> None:
    await gram.send_message(phone.id, "before")
    port = api.port
    await api.stop()
    with pytest.raises(agx.TelegramNetworkError):
        await gram.send_message(phone.id, "unreachable")
    await api.start()
    assert api.port == port
    await gram.send_message(phone.id, "after")
    assert [m["text"] for m in phone.messages] == ["before", "after"]


# --- Its own process --------------------------------------------------------------------------


def ask(url: str, body: Json | None = None) -> Json:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        result: Json = json.load(answer)
    return result


async def test_flood_in_a_process_of_its_own() -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "standins.botapi",
        "--port",
        "0",
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert server.stdout
    url = (await server.stdout.readline()).decode().split()[-1]
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def offer(message: ag.Message) -> None:
        await message.answer("?", reply_markup=keys("go"))

    @dispatcher.callback_query()
    async def done(query: ag.CallbackQuery) -> None:
        await query.answer()
        if isinstance(query.message, ag.Message):
            await query.message.edit_text(f"went {query.id}")

    async with Bot(TOKEN, session=session) as bot:
        running = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
        steps = ["/start {chat}", {"press": "Go"}]
        plan = {"updates": 60, "chats": 7, "steps": steps, "outstanding": 5, "rate": 2000}
        await asyncio.to_thread(ask, f"{url}/control/flood", plan)
        for _ in range(2400):
            stats = await asyncio.to_thread(ask, f"{url}/control/stats")
            if stats["flood"]["made"] == 60 and not stats["flood"]["outstanding"]:
                break
            await asyncio.sleep(0.05)
        raw = {"message": {"message_id": 9, "date": 1, "text": "raw"}}
        raw["message"]["chat"] = {"id": 77, "type": "private", "first_name": "Citizen"}
        raw["message"]["from"] = {"id": 77, "is_bot": False, "first_name": "Citizen"}
        await asyncio.to_thread(ask, f"{url}/control/flood", {"updates": [raw]})
        for _ in range(2400):
            shown = await asyncio.to_thread(ask, f"{url}/control/chat?chat_id=77")
            if shown["messages"]:
                break
            await asyncio.sleep(0.05)
        await dispatcher.stop_polling()
        await running
    server.terminate()
    await server.wait()
    assert stats["flood"]["without_button"] == stats["flood"]["left"] == 0
    assert stats["calls"]["sendMessage"] >= 30
    assert stats["served_to_first_send"]["count"] == 60
    assert stats["served_to_first_send"]["p50_ms"] > 0
    assert shown["messages"][0]["text"] == "?"
