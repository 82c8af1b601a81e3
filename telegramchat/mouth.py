"""Telegram's mouth: says answers with aiogram; what can't be said now, the ledger says later."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramRetryAfter,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
)
from aiohttp import ClientError

from petitions import words
from petitions.case.notices import PAUSES
from petitions.hearing import Answer, Desk, Dresser, Incoming, Zip
from petitions.message import Message, Rows, StandingMessage
from petitions.telling.ports import OutOfReach
from telegramchat import CHANNEL, standing
from telegramchat.parcels import RefusedFile, send_all
from telegramchat.updates import Say

log = structlog.get_logger()

UNREACHABLE = (AiogramError, ClientError, TimeoutError, OSError)
"""All the ways in which Telegram's servers, or a gateway before them, fail to answer."""
LONGEST = 30
"""Seconds between two tries, at most, while the records are out of reach."""
WRITTEN = ("text", "file", "place", "contact")
"""Kinds of update that leave a message of the person's own in the chat."""
PATIENCE = 15 * 60
"""Seconds that one ZIP may take on its way to Telegram."""
T = TypeVar("T")


@dataclass(slots=True)
class Mouth:
    """Says what the office answers; of any number of bots, the one it is given."""

    desk: Desk
    dresser: Dresser

    async def toast(self, bot: Bot, press: str, text: str = "") -> None:
        """Answer the button itself; where that fails, the answer may still get through."""
        try:
            await bot.answer_callback_query(press, text=text or None)
        except TelegramBadRequest:
            log.info("press.too_old", channel=CHANNEL)
        except UNREACHABLE as error:
            log.warning("press.unanswered", channel=CHANNEL, error=type(error).__name__)

    async def answer(self, bot: Bot, incoming: Incoming) -> None:
        """Say what the office answers."""
        await self.say(bot, await self.heard(bot, incoming), incoming)

    async def heard(self, bot: Bot, incoming: Incoming) -> Answer:
        """The office's answer, which is still to be said."""
        chat, lang = int(incoming.address), incoming.lang
        return await self.in_time(bot, chat, lang, lambda: self.desk.converse(incoming))

    async def in_time(self, bot: Bot, chat: int, lang: str, work: Callable[[], Awaitable[T]]) -> T:
        """The result of `work`, as soon as the records can be reached again: until then the update
        counts as not handled, and whoever sent it is told once that nothing need be sent again."""
        wait = 0
        while True:
            try:
                return await work()
            except OutOfReach:
                if not wait:
                    log.error("records.out_of_reach")
                if not wait and chat > 0:  # in a group there is nothing to be sent again
                    with contextlib.suppress(*UNREACHABLE):
                        said = words.say(words.language(lang), "bad.out_of_reach")
                        await bot.send_message(chat, said)
                wait = min(2 * wait or 1, LONGEST)
                await asyncio.sleep(wait)

    async def say(self, bot: Bot, answer: Answer, incoming: Incoming) -> None:
        """Say an answer; what can't be said now, the ledger says later."""
        with standing.noting() as said:
            try:
                await self._say_all(bot, int(incoming.address), answer, incoming)
            finally:
                await self._note(answer, incoming, said)

    async def _note(self, answer: Answer, incoming: Incoming, said: list[StandingMessage]) -> None:
        """Remember what stands in the chat now, and what an officer wrote at their desk."""
        desk = max((m.of.desk for m in answer), default=0)
        if desk and incoming.message and incoming.kind in WRITTEN:
            said.append(StandingMessage(incoming.message, desk))
        if said:
            with contextlib.suppress(OutOfReach):
                await self.desk.stands(incoming, said)

    async def _say_all(self, bot: Bot, chat: int, answer: Answer, incoming: Incoming) -> None:
        for first, message in enumerate(answer):
            try:
                await self._say_one(bot, chat, message, incoming)
            except UNREACHABLE as error:
                if was_taken(error):
                    continue
                log.warning("telegram.put_off", channel=CHANNEL, error=type(error).__name__)
                wait = error.retry_after if isinstance(error, TelegramRetryAfter) else PAUSES[0]
                put_off = partial(self.desk.later, incoming, first, wait)
                await self.in_time(bot, chat, incoming.lang, put_off)
                return

    async def say_later(self, bot: Bot, chat: int, message: Message, lang: str) -> None:
        """Say one message of an answer that couldn't be said at once. Raises UNREACHABLE."""
        incoming = Incoming(CHANNEL, str(chat), "", "later", lang=lang)
        with standing.noting() as said:
            try:
                await self._say_one(bot, chat, await self.desk.found(message), incoming)
            finally:
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
        with standing.speaking(message.of):
            sent = await self._say(bot, chat, message, incoming)
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
        lang = words.language(incoming.lang)
        dressed = self.dresser.dress(message, CHANNEL, lang)
        pieces, markup, shut = dressed.texts, keyboard(dressed.rows), dressed.shut or None
        if dressed.in_place and incoming.message:
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
        sent = await bot(
            Say(chat_id=chat, text=pieces[-1], reply_markup=markup, protect_content=shut)
        )
        await send_all(dressed.parcels, AiogramPost(bot, chat, shut), lang)
        return str(sent.message_id)

    async def _set_menu(self, bot: Bot, chat: int, menu: tuple[tuple[str, str], ...]) -> None:
        commands = [BotCommand(command=c, description=text) for c, text in menu]
        try:
            await bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id=chat))
        except UNREACHABLE:
            log.warning("menu.not_set", channel=CHANNEL)


@dataclass(frozen=True, slots=True)
class AiogramPost:
    """A chat, by aiogram (`telegramchat.parcels.Post`)."""

    bot: Bot
    chat: int
    shut: bool | None
    down: tuple[type[Exception], ...] = UNREACHABLE

    async def say(self, text: str) -> None:
        """Send a text."""
        await self.bot.send_message(self.chat, text, protect_content=self.shut)

    async def send(self, way: str, name: str, content: bytes | Zip) -> None:
        """Send a file. Raises Refused."""
        try:
            if isinstance(content, Zip):
                await self.bot.send_document(
                    self.chat, Streamed(content), protect_content=self.shut,
                    request_timeout=PATIENCE,
                )  # fmt: skip
                return
            sends: dict[str, Callable[..., Awaitable[object]]]
            sends = {
                "photo": self.bot.send_photo, "voice": self.bot.send_voice,
                "document": self.bot.send_document,
            }  # fmt: skip
            await sends[way](self.chat, BufferedInputFile(content, name), protect_content=self.shut)
        except (TelegramBadRequest, TelegramEntityTooLarge) as error:
            raise RefusedFile(error.message) from error


class Streamed(InputFile):
    """A file that is made while it is sent, and made anew when it is sent again."""

    def __init__(self, made: Zip) -> None:
        super().__init__(filename=made.name)
        self._make = made.make

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """Its bytes."""
        async with aclosing(self._make()) as pieces:
            async for piece in pieces:
                yield piece


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """The buttons as aiogram knows them."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text=b.text, url=b.url)
                if b.url
                else InlineKeyboardButton(text=b.text, callback_data=b.data)
                for b in row
            ]
            for row in rows
        ]
    )


def was_taken(error: Exception) -> bool:
    """Whether Telegram did answer, with something that isn't known yet. A gateway's page isn't
    even JSON."""
    return isinstance(error, ClientDecodeError) and not isinstance(error.data, str)
