"""aiogram's transport to Telegram, with a lighter body where nothing is uploaded; what the office
says in answer is said again until Telegram takes it.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    Response,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import Message
from aiohttp import BytesPayload

from telegramchat import standing
from telegramchat.mouth import was_taken
from telegramchat.updates import Sent

log = structlog.get_logger()

NO_PREVIEW = '"link_preview_options":{"is_disabled":true}'
"""Telegram would fetch what is linked and show it as if the office did."""
LIGHT = (SendMessage, EditMessageText, AnswerCallbackQuery)
"""Methods that carry no file: sent as one JSON body instead of a form of encoded fields."""


ANSWERS = (SendMessage, EditMessageText, SendPhoto, SendDocument, SendVoice)
"""Methods that people wait for. An update counts as handled when they have been taken."""
PATIENCE = 30
"""Seconds after which an answer is left to the ledger where others get through, or Telegram itself
asks to wait: those who ask Telegram wait for it. While nothing gets through, nobody does."""
LONGEST = 30
"""Seconds between two tries, at most."""


class SaidAgain(BaseRequestMiddleware):
    """Answers are sent again while the network is away, Telegram or a gateway before it has an
    error of its own, or asks to wait a moment. One that was cut off may come twice: better than not
    at all."""

    def __init__(self) -> None:
        self._taken = 0.0
        """When Telegram last took anything."""

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any]:
        """Try once, or until it is taken."""
        wait, began = 0.5, monotonic()
        while True:
            try:
                taken = await make_request(bot, method)
                self._taken = monotonic()
                return taken
            except TelegramRetryAfter as error:
                pause: float = error.retry_after
                failed: AiogramError = error
            except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as error:
                if was_taken(error) or isinstance(error, TelegramEntityTooLarge):
                    raise
                pause, failed = wait, error
                wait = min(2 * wait, LONGEST)
            late = monotonic() + pause > began + PATIENCE
            heard = self._taken > began or isinstance(failed, TelegramRetryAfter)
            if (late and heard) or not isinstance(method, ANSWERS):
                raise failed
            log.warning("telegram.again", error=type(failed).__name__, wait=pause)
            await asyncio.sleep(pause)


class Noted(BaseRequestMiddleware):
    """A message that was sent is noted, so that it can be deleted."""

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any]:
        """Send it, and note it once it was taken."""
        taken = await make_request(bot, method)
        if isinstance(taken, Sent):
            standing.note(str(taken.message_id), taken.text)
        elif isinstance(taken, Message):
            standing.note(str(taken.message_id), taken.text or taken.caption or "")
        return taken


class JsonSession(AiohttpSession):
    """As aiogram's own; the Bot API takes JSON as well as forms."""

    def __init__(self, again: bool = True, **given: Any) -> None:
        """`again`: whether answers are said again until Telegram takes them."""
        super().__init__(**given)
        self.middleware(Noted())
        if again:
            self.middleware(SaidAgain())

    def build_form_data(self, bot: Bot, method: TelegramMethod[Any]) -> Any:
        """The body of a request."""
        if not isinstance(method, LIGHT):
            return super().build_form_data(bot, method)
        given = {name for name, value in method if not isinstance(value, Default)}
        body = method.model_dump_json(include=given, exclude_none=True)
        if not isinstance(method, AnswerCallbackQuery):
            body = f"{body[:-1]},{NO_PREVIEW}}}"
        return BytesPayload(body.encode(), content_type="application/json")

    async def close(self) -> None:
        """Close at once: aiogram waits a quarter of a second for connections that aiohttp
        has been closing in order itself since 3.12."""
        if self._session is not None:
            await self._session.close()
