"""aiogram's transport to Telegram, with a lighter body where nothing is uploaded."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage, TelegramMethod
from aiohttp import BytesPayload

LIGHT = (SendMessage, EditMessageText, AnswerCallbackQuery)
"""Methods that carry no file: sent as one JSON body instead of a form of encoded fields."""


class JsonSession(AiohttpSession):
    """As aiogram's own; the Bot API takes JSON as well as forms."""

    def build_form_data(self, bot: Bot, method: TelegramMethod[Any]) -> Any:
        """The body of a request."""
        if not isinstance(method, LIGHT):
            return super().build_form_data(bot, method)
        given = {name for name, value in method if not isinstance(value, Default)}
        body = method.model_dump_json(include=given, exclude_none=True)
        return BytesPayload(body.encode(), content_type="application/json")

    async def close(self) -> None:
        """Close at once: aiogram waits a quarter of a second for connections that aiohttp
        has been closing in order itself since 3.12."""
        if self._session is not None:
            await self._session.close()
