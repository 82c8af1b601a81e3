"""Telegram's ear: what aiogram has read becomes an `Incoming`."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    CallbackQuery,
    ChatMemberUpdated,
    Contact,
    TelegramObject,
    Update,
    User,
    Venue,
)
from aiogram.types import Message as TelegramMessage

from files import traces
from files.uploads import MAX_BYTES, kind_of
from petitions import words
from petitions.errors import BadAnswer, StoreAway
from petitions.hearing import Incoming
from petitions.telling.ports import Vault
from telegramchat import CHANNEL, marks, meant
from telegramchat.mouth import UNREACHABLE, Mouth

log = structlog.get_logger()

TAG = re.compile(r"[A-Za-z0-9_-]{1,35}")


@dataclass(slots=True)
class Ear:
    """Hears the updates of one dispatcher, and has its mouth answer them."""

    mouth: Mouth
    vault: Vault
    commands: Collection[str]
    """Names of the commands that somebody in a group may mean."""
    locks: dict[int, asyncio.Lock] = field(default_factory=dict)
    """Of chats at which something is done."""

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
        chat = _chat_of(event)
        if chat is None:
            return await handler(event, data)
        lock = self.locks.setdefault(chat, asyncio.Lock())
        try:
            async with lock:
                return await handler(event, data)
        finally:
            if not lock.locked() and not getattr(lock, "_waiters", None):
                self.locks.pop(chat, None)

    async def on_message(self, message: TelegramMessage, bot: Bot, event_update: Update) -> None:
        """Anything a person sent."""
        if message.chat.type != "private":
            await self._in_group(bot, message, event_update)
            return
        if meant.is_report(message):
            return
        lang = _lang_of(message.from_user)
        chat = message.chat.id
        base = await self.mouth.in_time(bot, chat, lang, lambda: self._read(bot, message))
        await self.mouth.answer(bot, _incoming(
            event_update, address=str(chat), message=str(message.message_id), lang=lang,
            replied=_text_of(message.reply_to_message), sent=int(message.date.timestamp()),
            forwarded=message.forward_origin is not None,
            quote=marks.quote_of_office(message, words.language(lang)),
            shown=_buttons_of(message.reply_to_message, bot), album=message.media_group_id or "",
            **base,
        ))  # fmt: skip

    async def _in_group(self, bot: Bot, message: TelegramMessage, event_update: Update) -> None:
        """People who speak to the bot in a group are asked to write in private, in their topic."""
        chat, thread = message.chat.id, message.message_thread_id
        try:
            name = (await bot.me()).username or ""
            if not meant.is_for(message, bot, name, self.commands):
                return
            answer = await self.mouth.heard(bot, _incoming(
                event_update, kind="group", address=str(chat), lang=_lang_of(message.from_user),
            ))  # fmt: skip
            topic = thread if message.is_topic_message else None
            for said in (m.text for m in answer if m.text and not m.toast):
                await bot.send_message(chat, said, message_thread_id=topic)
        except UNREACHABLE as error:
            log.warning("group.unanswered", error=type(error).__name__)

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
        content = await self._fetch(bot, file_id, name)
        if isinstance(content, str):
            return {"kind": content}
        try:
            sender = f"{CHANNEL}:{message.chat.id}"
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

    async def on_edited(self, message: TelegramMessage, bot: Bot, event_update: Update) -> None:
        """An edited message: what was first written stands. A place that moves is no edit of
        anybody's: its first point counts. Nor is a change without a date: Telegram tells that
        somebody put an emoji to it, or that a link's preview came."""
        silent = not message.edit_date or message.location or meant.is_report(message)
        if message.chat.type == "private" and not silent:
            heard = _incoming(event_update, kind="edited", address=str(message.chat.id))
            await self.mouth.answer(bot, heard)

    async def on_press(self, press: CallbackQuery, bot: Bot, event_update: Update) -> None:
        """A pressed button."""
        place = press.message
        chat = place.chat.id if place else press.from_user.id
        if place and place.chat.type != "private":
            await self.mouth.toast(bot, press.id)
            return
        text = place.text or place.caption or "" if isinstance(place, TelegramMessage) else ""
        incoming = _incoming(
            event_update, kind="press", address=str(chat), text=press.data or "",
            message=str(place.message_id) if place else "", lang=_lang_of(press.from_user),
            replied=text,
        )  # fmt: skip
        answer = await self.mouth.heard(bot, incoming)
        toast = " ".join(m.text for m in answer if m.toast)[:200]
        await self.mouth.toast(bot, press.id, toast)
        await self.mouth.say(bot, answer, incoming)

    async def on_member(self, event: ChatMemberUpdated, bot: Bot, event_update: Update) -> None:
        """A person blocked the bot, or let it in again."""
        if event.chat.type != "private":
            return
        was, now = event.old_chat_member.status, event.new_chat_member.status
        kind = "blocked" if now == "kicked" else "opened" if now == was else "unblocked"
        incoming = _incoming(event_update, kind=kind, address=str(event.chat.id))
        answer = await self.mouth.heard(bot, incoming)
        if kind != "blocked":
            await self.mouth.say(bot, answer, incoming)


def _incoming(update: Update, **fields: Any) -> Incoming:
    return Incoming(CHANNEL, key=str(update.update_id), mark=_mark_of(update), **fields)


def _chat_of(update: Update) -> int | None:
    event = update.message or update.edited_message or update.my_chat_member
    if event:
        return event.chat.id
    press = update.callback_query
    if press:
        return press.message.chat.id if press.message else press.from_user.id
    return None


def _mark_of(update: Update) -> str:
    """The mark that an update has beside its number, which may be given to another one later."""
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
    """The words for a place, where it was sent with a name and an address."""
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
