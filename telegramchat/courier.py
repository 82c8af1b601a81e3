"""The Telegram courier: the one file that knows python-telegram-bot."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("PTB_TIMEDELTA", "1")

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions
from telegram import Message as Sent
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import AIORateLimiter, Defaults, ExtBot
from telegram.request import HTTPXRequest

from petitions.case.notices import Outcome
from petitions.errors import StoreAway
from petitions.hearing import Dressed, Dresser, Parcel, Zip
from petitions.message import Message, Rows, split
from petitions.telling.ports import Delivery, OutOfReach, Tried
from telegramchat.parcels import RefusedFile, opened, pass_on

log = structlog.get_logger()

CAPTION = 1024
"""The longest text below a picture, in units of UTF-16."""


class TelegramCourier:
    """Carries notices to Telegram chats (`petitions.telling.ports.Courier`)."""

    def __init__(
        self,
        token: str,
        api: str,
        rate: int,
        dresser: Dresser,
    ) -> None:
        """`rate`: messages a second at most."""
        base = api.rstrip("/")
        self._bot = ExtBot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=HTTPXRequest(connect_timeout=10, read_timeout=30, write_timeout=60),
            rate_limiter=AIORateLimiter(overall_max_rate=rate, max_retries=0),
            # Clients would ask strangers' servers for a picture of what is behind a link.
            defaults=Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)),
        )
        self._dresser = dresser
        self._ready = False
        self._starting = asyncio.Lock()

    async def deliver(self, delivery: Delivery) -> Tried:
        """Try once; whatever Telegram answers becomes an outcome."""
        tried = await self._try(delivery)
        if delivery.arrived and tried.outcome is Outcome.RETRY:
            # A part of it is there already; the next try will say so.
            return Tried(Outcome.UNKNOWN, reason=tried.reason, wait=tried.wait)
        return tried

    async def _try(self, delivery: Delivery) -> Tried:
        try:
            async with self._starting:
                if not self._ready:
                    await self._bot.initialize()
                    self._ready = True
            message = await self._carry(int(delivery.chat.address), delivery)
            return Tried(Outcome.SENT, message)
        except StoreAway:  # read before anything was sent
            return Tried(Outcome.RETRY, reason="store")
        except OutOfReach:  # an archive is read while it is sent
            return Tried(Outcome.RETRY, reason="records")
        except RetryAfter as error:
            wait = error.retry_after
            seconds = wait.total_seconds() if not isinstance(wait, (int, float)) else wait
            return Tried(Outcome.RETRY, reason="429", wait=float(seconds))
        except Forbidden as error:
            return Tried(Outcome.BLOCKED, reason=error.message)
        except BadRequest as error:
            return self._refused(delivery, error)
        except TimedOut as error:
            return _network(error, "time-out")
        except NetworkError as error:
            return _network(error, "")
        except TelegramError as error:
            return Tried(Outcome.RETRY, reason=error.message)

    def _refused(self, delivery: Delivery, error: BadRequest) -> Tried:
        if "not modified" in error.message:
            return Tried(Outcome.SENT, delivery.replaces, error.message)
        if "chat not found" in error.message.lower():
            return Tried(Outcome.BLOCKED, reason=error.message)
        return Tried(Outcome.FAILED, reason=error.message)

    async def _carry(self, chat: int, delivery: Delivery) -> str:
        if delivery.message.unsay:
            await self._unsay(chat, [int(id) for id in delivery.message.unsay])
            return ""
        lang = delivery.chat.lang
        dressed = self._dresser.dress(delivery.message, delivery.chat.channel, lang)
        if delivery.replaces:
            await self._bot.edit_message_text(
                dressed.texts[0], chat, int(delivery.replaces), reply_markup=_markup(dressed.rows)
            )
            return delivery.replaces
        shut, arrived = dressed.shut or None, delivery.arrived
        files = [(parcel, await opened(parcel, lang)) for parcel in dressed.parcels]
        for piece in dressed.texts[:-1]:
            sent = await self._bot.send_message(chat, piece, protect_content=shut)
            arrived.append(str(sent.message_id))
        sent, files = await self._last(chat, delivery.message, dressed, files)
        arrived.append(str(sent.message_id))
        post = PtbPost(self._bot, chat, shut, arrived)
        for parcel, content in files:
            await pass_on(parcel, content, post, lang)
        return str(sent.message_id)

    async def _unsay(self, chat: int, messages: Sequence[int]) -> None:
        """Delete messages, all at once; where Telegram leaves one there, each for itself."""
        try:
            await self._bot.delete_messages(chat, messages)
            return
        except BadRequest as error:
            log.info("message.not_deleted", why=error.message)
        for message in messages:
            with contextlib.suppress(BadRequest):
                await self._bot.delete_message(chat, message)

    async def _last(
        self, chat: int, message: Message, dressed: Dressed, files: list[Opened]
    ) -> tuple[Sent, list[Opened]]:
        """The message with the buttons; below a QR picture, where the text is short enough. Gives
        it, and the files that are still to be sent."""
        text, markup, shut = dressed.texts[-1], _markup(dressed.rows), dressed.shut or None
        held = [content for parcel, content in files if parcel.name == QR]
        if message.qr and isinstance(held[0], bytes) and split(text, CAPTION) == [text]:
            sent = await self._bot.send_photo(
                chat, InputFile(held[0], QR), caption=text, reply_markup=markup,
                protect_content=shut,
            )  # fmt: skip
            return sent, [one for one in files if one[0].name != QR]
        sent = await self._bot.send_message(chat, text, reply_markup=markup, protect_content=shut)
        return sent, files

    async def close(self) -> None:
        """Let go of the connections."""
        if self._ready:
            await self._bot.shutdown()


Opened = tuple[Parcel, bytes | str]
"""A parcel, and its bytes or the words why it can't be had."""
QR = "qr.png"


@dataclass(frozen=True, slots=True)
class PtbPost:
    """A chat, by python-telegram-bot (`telegramchat.parcels.Post`)."""

    bot: ExtBot[Any]
    chat: int
    shut: bool | None
    arrived: list[str]
    """Messages that Telegram has taken."""
    down: tuple[type[Exception], ...] = (TelegramError,)

    async def say(self, text: str) -> None:
        """Send a text."""
        sent = await self.bot.send_message(self.chat, text, protect_content=self.shut)
        self.arrived.append(str(sent.message_id))

    async def send(self, way: str, name: str, content: bytes | Zip) -> None:
        """Send a file. Raises Refused."""
        if isinstance(content, Zip):
            async with aclosing(content.make()) as pieces:
                content = b"".join([piece async for piece in pieces])
        sends: dict[str, Callable[..., Awaitable[Sent]]]
        sends = {
            "photo": self.bot.send_photo, "voice": self.bot.send_voice,
            "document": self.bot.send_document,
        }  # fmt: skip
        try:
            file = InputFile(content, name)
            sent = await sends[way](self.chat, file, protect_content=self.shut)
            self.arrived.append(str(sent.message_id))
        except NetworkError as error:
            if isinstance(error, BadRequest) or "too large" in error.message.lower():
                raise RefusedFile(error.message) from error
            raise


def _network(error: NetworkError, known: str) -> Tried:
    """Never connected: nothing arrived. Broken later: it may have. `known`: what is known of
    the cause when the library doesn't tell."""
    name = type(error.__cause__).__name__ if error.__cause__ else known
    if name in ("ConnectError", "ConnectTimeout", "PoolTimeout"):
        return Tried(Outcome.RETRY, reason=name)
    if not name:  # an answer with an error: Telegram didn't carry it out
        return Tried(Outcome.RETRY, reason=error.message)
    return Tried(Outcome.UNKNOWN, reason=name)


def _markup(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(b.text, url=b.url)
                if b.url
                else InlineKeyboardButton(b.text, callback_data=b.data)
                for b in row
            ]
            for row in rows
        ]
    )
