"""Where aiogram ends: updates in, messages out. The same for Telegram and the web page."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramRetryAfter,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    CallbackQuery,
    ChatMemberUpdated,
    Contact,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    TelegramObject,
    Update,
    User,
    Venue,
)
from aiogram.types import Message as TelegramMessage
from aiohttp import ClientError

from files import traces
from files.uploads import MAX_BYTES, kind_of
from petitions import words
from petitions.case.notices import PAUSES
from petitions.errors import BadAnswer, StoreAway
from petitions.hearing import Answer, Desk, Incoming
from petitions.message import SPEAKING, Message, Standing, split
from petitions.telling.ports import OutOfReach, Vault
from telegramchat import marks, meant, standing
from telegramchat.parcels import HELD, Parcels

log = structlog.get_logger()

TAG = re.compile(r"[A-Za-z0-9_-]{1,35}")
UNREACHABLE = (AiogramError, ClientError, TimeoutError, OSError)
"""All the ways in which Telegram's servers, or a gateway before them, fail to answer."""
LONGEST = 30
"""Seconds between two tries, at most, while the records are out of reach."""
WRITTEN = ("text", "file", "place", "contact")
"""Kinds of update that leave a message of the person's own in the chat."""
ASKS_AGAIN = ("web",)
"""Channels with a client of our own: it sends again what wasn't taken, and cuts no text."""
T = TypeVar("T")


@dataclass(slots=True)
class Edge:
    """Handlers of one dispatcher, for any number of bots (channels)."""

    desk: Desk
    vault: Vault
    channels: dict[int, str]
    """Bot id → channel."""
    parcels: Parcels
    """Files and pictures that go beside the words."""
    commands: Collection[str]
    """Names of the commands that somebody in a group may mean."""
    menus: Mapping[str, tuple[str, ...]]
    """Which commands the client's menu offers to whom."""
    locks: dict[tuple[int, int], asyncio.Lock] = field(default_factory=dict)

    def attach(self, dispatcher: Dispatcher) -> None:
        """Take every update of this dispatcher."""
        dispatcher.message.register(self.on_message)
        dispatcher.edited_message.register(self.on_edited)
        dispatcher.callback_query.register(self.on_press)
        dispatcher.my_chat_member.register(self.on_member)
        dispatcher.update.outer_middleware(self._one_at_a_time)

    async def _one_at_a_time(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Updates of one chat are handled in the order they came, never side by side."""
        assert isinstance(event, Update)
        bot: Bot = data["bot"]
        chat = _chat_of(event)
        if chat is None:
            return await handler(event, data)
        place = (bot.id, chat)
        lock = self.locks.setdefault(place, asyncio.Lock())
        try:
            async with lock:
                return await handler(event, data)
        finally:
            if not lock.locked() and not getattr(lock, "_waiters", None):
                self.locks.pop(place, None)

    # In

    def _incoming(self, bot: Bot, event_update: Update, key: str, **fields: Any) -> Incoming:
        if not key:
            key, fields["mark"] = str(event_update.update_id), _mark_of(event_update)
        return Incoming(channel=self.channels[bot.id], key=key, **fields)

    async def on_message(
        self,
        message: TelegramMessage,
        bot: Bot,
        event_update: Update,
        key: str = "",
        origin: str = "",
    ) -> None:
        """Anything a person sent."""
        if message.chat.type != "private":
            await self._in_group(bot, message, event_update, key)
            return
        if meant.is_report(message):
            return
        lang = _lang_of(message.from_user)
        base = await self._in_time(bot, message.chat.id, lang, lambda: self._read(bot, message))
        await self._answer(bot, message.chat.id, self._incoming(
            bot, event_update, key, address=str(message.chat.id), message=str(message.message_id),
            lang=_lang_of(message.from_user),
            replied=_text_of(message.reply_to_message), origin=origin,
            sent=self._sent(bot, message), forwarded=message.forward_origin is not None,
            quote=marks.quote_of_office(message, words.language(_lang_of(message.from_user))),
            shown=_buttons_of(message.reply_to_message, bot), album=message.media_group_id or "",
            **base,
        ))  # fmt: skip

    async def _in_group(
        self, bot: Bot, message: TelegramMessage, event_update: Update, key: str
    ) -> None:
        """Who speaks to the bot in a group is asked to write in private, in the same topic."""
        chat, thread = message.chat.id, message.message_thread_id
        try:
            name = (await bot.me()).username or ""
            if not meant.is_for(message, bot, name, self.commands):
                return
            answer = await self._heard(bot, chat, self._incoming(
                bot, event_update, key, kind="group", address=str(chat),
                lang=_lang_of(message.from_user),
            ))  # fmt: skip
            topic = thread if message.is_topic_message else None
            for said in (m.text for m in answer if m.text and not m.toast):
                await bot.send_message(chat, said, message_thread_id=topic)
        except UNREACHABLE as error:
            log.warning("group.unanswered", error=type(error).__name__)

    def _sent(self, bot: Bot, message: TelegramMessage) -> int | None:
        own = self.channels[bot.id] in ASKS_AGAIN
        return None if own else int(message.date.timestamp())

    async def _read(self, bot: Bot, message: TelegramMessage) -> dict[str, Any]:
        text = marks.said(message, words.language(_lang_of(message.from_user)))
        if message.text is not None:
            return {"kind": "text", "text": text}
        found, spot = _file_in(message), message.location
        place = (spot.latitude, spot.longitude) if spot else None
        if found is None:
            if message.contact:
                return {"kind": "contact", "text": _number_of(message.contact)}
            if place is None:
                return {"kind": "unsupported"}
            return {"kind": "place", "place": place, "named": _named(message.venue)}
        file_id, name, size, voice = found
        if size > MAX_BYTES:
            return {"kind": "too_big"}
        if file_id.startswith(HELD):  # the page has kept it, and says where it was taken
            ref = await self.vault.ref(int(file_id.removeprefix(HELD)))
        else:
            content = await self._fetch(bot, file_id, name)
            if isinstance(content, str):
                return {"kind": content}
            try:
                sender = f"{self.channels[bot.id]}:{message.chat.id}"
                ref = await self.vault.keep(content, name, kind_of(content), sender)
            except StoreAway:
                return {"kind": "store_away"}
            except BadAnswer as error:
                return {"kind": error.key.removeprefix("bad.")}
            place = await asyncio.to_thread(traces.place_of, content)
        return {"kind": "file", "text": text, "file": ref, "voice": voice, "taken_at": place}

    async def _fetch(self, bot: Bot, file_id: str, name: str) -> bytes | str:
        """A file that Telegram holds; or the word for what is wrong with it."""
        held = _Capped()
        try:
            remote = await bot.get_file(file_id)
            await bot.download_file(remote.file_path or "", held)
        except TelegramBadRequest as error:
            return "too_big" if "too big" in error.message else "file_lost"
        except _TooBig:
            return "too_big"
        except UNREACHABLE:
            return "file_lost"
        content = held.getvalue()
        if not content:
            return "empty_file"
        kind = await asyncio.to_thread(kind_of, content, name)
        return content if kind else "refused_type"

    async def on_edited(
        self, message: TelegramMessage, bot: Bot, event_update: Update, key: str = ""
    ) -> None:
        """An edited message: what was first written stands. A place that moves is no edit of
        anybody's: its first point counts. Nor is a change without a date: Telegram tells that
        somebody put an emoji to it, or that a link's preview came."""
        silent = not message.edit_date or message.location or meant.is_report(message)
        if message.chat.type == "private" and not silent:
            await self._answer(bot, message.chat.id, self._incoming(
                bot, event_update, key, kind="edited", address=str(message.chat.id)))  # fmt: skip

    async def on_press(
        self, press: CallbackQuery, bot: Bot, event_update: Update, key: str = ""
    ) -> None:
        """A pressed button."""
        place = press.message
        chat = place.chat.id if place else press.from_user.id
        if place and place.chat.type != "private":
            await self._toast(bot, press.id)
            return
        text = place.text or place.caption or "" if isinstance(place, TelegramMessage) else ""
        incoming = self._incoming(
            bot, event_update, key, kind="press", address=str(chat), text=press.data or "",
            message=str(place.message_id) if place else "", lang=_lang_of(press.from_user),
            replied=text,
        )  # fmt: skip
        answer = await self._heard(bot, chat, incoming)
        toast = " ".join(m.text for m in answer if m.toast)[:200]
        await self._toast(bot, press.id, toast)
        await self._send(bot, chat, answer, incoming)

    async def _toast(self, bot: Bot, press: str, text: str = "") -> None:
        """Answer the button itself; where that fails, the answer may still get through."""
        channel = self.channels[bot.id]
        try:
            await bot.answer_callback_query(press, text=text or None)
        except TelegramBadRequest:
            log.info("press.too_old", channel=channel)
        except UNREACHABLE as error:
            log.warning("press.unanswered", channel=channel, error=type(error).__name__)

    async def on_member(
        self, event: ChatMemberUpdated, bot: Bot, event_update: Update, key: str = ""
    ) -> None:
        """A person blocked the bot, let it in again, or opened the page anew (the only one that
        was a member before)."""
        if event.chat.type != "private":
            return
        was, now = event.old_chat_member.status, event.new_chat_member.status
        kind = "blocked" if now == "kicked" else "opened" if now == was else "unblocked"
        incoming = self._incoming(bot, event_update, key, kind=kind, address=str(event.chat.id))
        answer = await self._heard(bot, event.chat.id, incoming)
        if kind != "blocked":
            await self._send(bot, event.chat.id, answer, incoming)

    # Out

    async def _answer(self, bot: Bot, chat: int, incoming: Incoming) -> None:
        await self._send(bot, chat, await self._heard(bot, chat, incoming), incoming)

    async def _heard(self, bot: Bot, chat: int, incoming: Incoming) -> Answer:
        return await self._in_time(bot, chat, incoming.lang, lambda: self.desk.converse(incoming))

    async def _in_time(self, bot: Bot, chat: int, lang: str, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` gives, as soon as the records can be reached again: until then the update
        counts as not handled, and whoever sent it is told once that nothing need be sent again."""
        wait = 0
        while True:
            try:
                return await work()
            except OutOfReach:
                if self.channels[bot.id] in ASKS_AGAIN:
                    raise
                if not wait:
                    log.error("records.out_of_reach")
                if not wait and chat > 0:  # in a group there is nothing to be sent again
                    with contextlib.suppress(*UNREACHABLE):
                        said = words.say(words.language(lang), "bad.out_of_reach")
                        await bot.send_message(chat, said)
                wait = min(2 * wait or 1, LONGEST)
                await asyncio.sleep(wait)

    async def _send(self, bot: Bot, chat: int, answer: Answer, incoming: Incoming) -> None:
        """Say an answer; what can't be said now, the ledger says later."""
        with standing.noting() as said:
            await self._say_all(bot, chat, answer, incoming)
        await self._note(answer, incoming, said)

    async def _note(self, answer: Answer, incoming: Incoming, said: list[Standing]) -> None:
        """Remember what stands in the chat now, and what an officer wrote at their desk."""
        desk = max((m.of.desk for m in answer), default=0)
        if desk and incoming.message and incoming.kind in WRITTEN:
            said.append(Standing(incoming.message, desk))
        if said and incoming.channel not in ASKS_AGAIN:
            with contextlib.suppress(OutOfReach):
                await self.desk.stands(incoming, said)

    async def _say_all(self, bot: Bot, chat: int, answer: Answer, incoming: Incoming) -> None:
        for first, message in enumerate(answer):
            try:
                await self._say_one(bot, chat, message, incoming)
            except UNREACHABLE as error:
                if was_taken(error):
                    continue
                name = self.channels[bot.id]
                log.warning("telegram.put_off", channel=name, error=type(error).__name__)
                if name in ASKS_AGAIN:
                    return
                wait = error.retry_after if isinstance(error, TelegramRetryAfter) else PAUSES[0]
                put_off = partial(self.desk.later, incoming, first, wait)
                await self._in_time(bot, chat, incoming.lang, put_off)
                return

    async def say_later(self, bot: Bot, chat: int, message: Message, lang: str) -> None:
        """Say one message of an answer that couldn't be said at once. Raises UNREACHABLE."""
        incoming = Incoming(self.channels[bot.id], str(chat), "", "later", lang=lang)
        with standing.noting() as said:
            await self._say_one(bot, chat, await self.desk.found(message), incoming)
        await self._note([], incoming, said)

    async def _say_one(self, bot: Bot, chat: int, message: Message, incoming: Incoming) -> None:
        if message.toast:
            return
        if message.unsay:
            await self._unsay(bot, chat, message, incoming)
            return
        if message.menu:
            await self._set_menu(bot, chat, message.menu)
            return
        answered = 0 if incoming.kind == "press" else int(incoming.message or 0)
        speaking = SPEAKING.set(replace(message.of, line=answered))
        try:
            sent = await self._say(bot, chat, message, incoming)
        finally:
            SPEAKING.reset(speaking)
        if message.card and sent:
            with contextlib.suppress(OutOfReach):  # the next answer is a new card then
                await self.desk.card_shown(incoming.channel, str(chat), message.case, sent)

    async def _unsay(self, bot: Bot, chat: int, message: Message, incoming: Incoming) -> None:
        """Delete messages; of what Telegram leaves there, its writer is told."""
        for id in message.unsay:
            try:
                await bot.delete_message(chat, int(id))
            except TelegramBadRequest as error:
                if "not found" not in error.message:
                    lang = words.language(incoming.lang)
                    await bot.send_message(chat, words.say(lang, "unsay.stays"))

    async def _say(self, bot: Bot, chat: int, message: Message, incoming: Incoming) -> str:
        """Send one message; gives the id of the one with the buttons."""
        pieces = split(message.text)
        markup, shut = keyboard(message), message.protect or None
        if message.in_place and not shut and incoming.message and len(pieces) == 1:
            try:
                await bot.edit_message_text(
                    chat_id=chat,
                    message_id=int(incoming.message),
                    text=pieces[0],
                    reply_markup=markup,
                )
                return incoming.message
            except TelegramBadRequest as error:
                if "not modified" in error.message:
                    return incoming.message
        for piece in pieces[:-1]:
            await bot.send_message(chat, piece, protect_content=shut)
        sent = await bot.send_message(chat, pieces[-1], reply_markup=markup, protect_content=shut)
        await self.parcels.send(bot, chat, message, incoming)
        return str(sent.message_id)

    async def _set_menu(self, bot: Bot, chat: int, menu: str) -> None:
        role, lang = menu.split(":")
        commands = [
            BotCommand(command=c, description=words.say(lang, f"command.{c}"))
            for c in self.menus[role]
        ]
        try:
            await bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id=chat))
        except UNREACHABLE:
            log.warning("menu.not_set", channel=self.channels[bot.id])


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """The buttons as aiogram knows them."""
    if not message.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text=b.text, url=b.url)
                if b.url
                else InlineKeyboardButton(text=b.text, callback_data=b.data)
                for b in row
            ]
            for row in message.rows
        ]
    )


def _chat_of(update: Update) -> int | None:
    event = update.message or update.edited_message or update.my_chat_member
    if event:
        return event.chat.id
    press = update.callback_query
    if press:
        return press.message.chat.id if press.message else press.from_user.id
    return None


def was_taken(error: Exception) -> bool:
    """Whether Telegram did answer, with something that isn't known yet. A gateway's page isn't
    even JSON."""
    return isinstance(error, ClientDecodeError) and not isinstance(error.data, str)


def _mark_of(update: Update) -> str:
    """What an update has beside its number, which may be given to another one later."""
    if press := update.callback_query:
        return press.id
    if message := update.message or update.edited_message:
        at = message.edit_date or int(message.date.timestamp())
        return f"{message.message_id}.{at}"
    change = update.my_chat_member
    return f"{change.new_chat_member.status}.{int(change.date.timestamp())}" if change else ""


def _lang_of(user: User | None) -> str:
    """The client's language tag; what is none counts as not given."""
    tag = (user.language_code or "") if user else ""
    return tag if TAG.fullmatch(tag) else ""


def _number_of(contact: Contact) -> str:
    """A shared number. That of somebody with Telegram has its country's code, often no plus."""
    own = contact.user_id and not contact.phone_number.startswith("+")
    return f"+{contact.phone_number}" if own else contact.phone_number


def _named(venue: Venue | None) -> str:
    """What a place is called, where it was sent with a name and an address."""
    return "，".join(filter(None, (venue.title, venue.address))) if venue else ""


def _text_of(message: TelegramMessage | None) -> str:
    return (message.text or message.caption or "") if message else ""


def _buttons_of(message: TelegramMessage | None, bot: Bot) -> tuple[tuple[str, str], ...]:
    if not message or not message.reply_markup or not message.from_user:
        return ()
    rows = message.reply_markup.inline_keyboard if message.from_user.id == bot.id else []
    return tuple((b.text, b.callback_data) for row in rows for b in row if b.callback_data)


class _TooBig(Exception):
    """More came than was announced."""


class _Capped(io.BytesIO):
    """Takes bytes up to the limit. Raises _TooBig beyond it."""

    def write(self, part: Any) -> int:
        if self.tell() + len(part) > MAX_BYTES:
            raise _TooBig
        return super().write(part)


def _file_in(message: TelegramMessage) -> tuple[str, str, int, bool] | None:
    """File id, name, size and whether it is a voice message."""
    if message.photo:
        photo = message.photo[-1]
        return photo.file_id, "photo.jpg", photo.file_size or 0, False
    if message.voice:
        return message.voice.file_id, "voice.ogg", message.voice.file_size or 0, True
    for held, name in (
        (message.document, "document"),
        (message.video, "video.mp4"),
        (message.audio, "audio.mp3"),
        (message.video_note, "video.mp4"),
    ):
        if held:
            given = getattr(held, "file_name", None) or name
            return held.file_id, given, held.file_size or 0, False
    return None
