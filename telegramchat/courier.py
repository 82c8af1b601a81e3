"""The Telegram courier: the one file that knows python-telegram-bot."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

os.environ.setdefault("PTB_TIMEDELTA", "1")

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions
from telegram import Message as Sent
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import AIORateLimiter, Defaults, ExtBot
from telegram.request import HTTPXRequest

from files.uploads import way_of
from petitions.case.notices import Outcome
from petitions.errors import FileGone, StoreAway
from petitions.message import FileRef, Message, split
from petitions.telling.ports import Delivery, Tried, Vault
from petitions.words import say

log = structlog.get_logger()

CAPTION = 1024
"""The longest text below a picture, in units of UTF-16."""


class TelegramCourier:
    """Carries notices to Telegram chats (`petitions.ports.Courier`)."""

    def __init__(
        self,
        token: str,
        api: str,
        rate: int,
        vault: Vault,
        qr: Callable[[str, str], Awaitable[bytes]],
    ) -> None:
        """`rate`: messages a second at most."""
        base = api.rstrip("/")
        self._bot = ExtBot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=HTTPXRequest(connect_timeout=10, read_timeout=30, write_timeout=60),
            rate_limiter=AIORateLimiter(overall_max_rate=rate, max_retries=0),
            defaults=Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)),
        )
        self._vault = vault
        self._qr = qr
        self._ready = False
        self._starting = asyncio.Lock()

    async def deliver(self, delivery: Delivery) -> Tried:
        """Try once; whatever Telegram answers becomes an outcome."""
        arrived: list[str] = []
        tried = await self._try(delivery, arrived)
        if arrived and tried.outcome is Outcome.RETRY:
            # A part of it is there already; the next try will say so.
            return Tried(Outcome.UNKNOWN, reason=tried.reason, wait=tried.wait)
        return tried

    async def _try(self, delivery: Delivery, arrived: list[str]) -> Tried:
        try:
            async with self._starting:
                if not self._ready:
                    await self._bot.initialize()
                    self._ready = True
            message = await self._carry(int(delivery.chat.address), delivery, arrived)
            return Tried(Outcome.SENT, message, stands=tuple(arrived))
        except StoreAway:  # read before anything was sent
            return Tried(Outcome.RETRY, reason="store")
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

    async def _carry(self, chat: int, delivery: Delivery, arrived: list[str]) -> str:
        message = delivery.message
        shut = message.protect or None
        if message.unsay:
            await self._unsay(chat, [int(id) for id in message.unsay])
            return ""
        if delivery.replaces:
            await self._bot.edit_message_text(
                split(message.text)[0], chat, int(delivery.replaces), reply_markup=_markup(message)
            )
            return delivery.replaces
        files = [await self._content(file, delivery.chat.lang) for file in message.files]
        pieces = split(message.text)
        for piece in pieces[:-1]:
            sent = await self._bot.send_message(chat, piece, protect_content=shut)
            arrived.append(str(sent.message_id))
        sent = await self._last(chat, message, pieces[-1], arrived)
        for file, content in zip(message.files, files, strict=True):
            passed = await self._pass_on(chat, file, content, delivery.chat.lang, shut)
            arrived.append(str(passed.message_id))
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
        self, chat: int, message: Message, text: str, arrived: list[str]
    ) -> Sent:  # fmt: skip
        """The message with the buttons; below a QR picture, where the text is short enough."""
        markup, shut = _markup(message), message.protect or None
        say_it = partial(
            self._bot.send_message, chat, text, reply_markup=markup, protect_content=shut
        )
        if not message.qr:
            sent = await say_it()
            arrived.append(str(sent.message_id))
            return sent
        png = InputFile(await self._qr("telegram", message.qr), "qr.png")
        if split(text, CAPTION) == [text]:
            sent = await self._bot.send_photo(
                chat, png, caption=text, reply_markup=markup, protect_content=shut
            )
            arrived.append(str(sent.message_id))
            return sent
        sent = await say_it()
        arrived.append(str(sent.message_id))
        arrived.append(str((await self._bot.send_photo(chat, png)).message_id))
        return sent

    async def _pass_on(
        self, chat: int, file: FileRef, content: InputFile | str, lang: str, shut: bool | None
    ) -> Sent:
        """Send a file the way that suits it, or else as it is. One that Telegram won't have is
        named, and stops no other."""
        if isinstance(content, str):
            return await self._bot.send_message(chat, content, protect_content=shut)
        sends: dict[str, Callable[..., Awaitable[Sent]]]
        sends = {"photo": self._bot.send_photo, "voice": self._bot.send_voice}
        way = way_of(file.mime, file.size)
        for send in (*([sends[way]] if way in sends else []), self._bot.send_document):
            try:
                return await send(chat, content, protect_content=shut)
            except (BadRequest, NetworkError) as error:
                if not _refused(error):
                    raise
                log.info("parcel.refused", why=error.message)
        said = f"{file.name}\n{say(lang, 'bad.file_refused')}"
        return await self._bot.send_message(chat, said, protect_content=shut)

    async def _content(self, file: FileRef, lang: str) -> InputFile | str:
        """A file to be sent; of one that can't be read, what is said of it. Raises StoreAway."""
        try:
            return InputFile(await self._vault.read(file.id), file.name)
        except FileGone as error:
            return f"{file.name}\n{error.sentence(lang)}"

    async def close(self) -> None:
        """Let go of the connections."""
        if self._ready:
            await self._bot.shutdown()


def _refused(error: NetworkError) -> bool:
    """Whether Telegram has read the file and won't have it, whatever is done again."""
    return isinstance(error, BadRequest) or "too large" in error.message.lower()


def _network(error: NetworkError, known: str) -> Tried:
    """Never connected: nothing arrived. Broken later: it may have. `known`: what is known of
    the cause when the library doesn't tell."""
    name = type(error.__cause__).__name__ if error.__cause__ else known
    if name in ("ConnectError", "ConnectTimeout", "PoolTimeout"):
        return Tried(Outcome.RETRY, reason=name)
    if not name:  # an answer with an error: Telegram didn't carry it out
        return Tried(Outcome.RETRY, reason=error.message)
    return Tried(Outcome.UNKNOWN, reason=name)


def _markup(message: Message) -> InlineKeyboardMarkup | None:
    if not message.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(b.text, url=b.url)
                if b.url
                else InlineKeyboardButton(b.text, callback_data=b.data)
                for b in row
            ]
            for row in message.rows
        ]
    )
