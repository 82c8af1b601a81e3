"""Answers that Telegram didn't take at once: the ledger has them said as they would have been."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramRetryAfter,
)

from petitions.case.notices import ANSWER, Outcome
from petitions.telling.ports import Courier, Delivery, Tried
from telegramchat.mouth import UNREACHABLE, Mouth, was_taken

NOBODY = ("chat not found", "user not found", "peer_id_invalid")
"""Errors that Telegram gives where there is nobody any more."""


@dataclass(slots=True)
class Answering:
    """Notices go by the courier, answers by the mouth that gives them (`Courier`)."""

    courier: Courier
    mouth: Mouth
    bot: Bot
    """One that tries once."""

    async def deliver(self, delivery: Delivery) -> Tried:
        """Try once; whatever Telegram answers becomes an outcome."""
        if delivery.notices[0].kind != ANSWER:
            return await self.courier.deliver(delivery)
        chat = delivery.chat
        try:
            await self.mouth.say_later(self.bot, int(chat.address), delivery.message, chat.lang)
            return Tried(Outcome.SENT)
        except UNREACHABLE as error:
            return _tried(error)


def _tried(error: Exception) -> Tried:
    reason = getattr(error, "message", "") or type(error).__name__
    if isinstance(error, TelegramRetryAfter):
        return Tried(Outcome.RETRY, reason="429", wait=float(error.retry_after))
    found = next((outcome for fits, outcome in _OUTCOMES if fits(error)), Outcome.RETRY)
    return Tried(found, reason=reason)


def _nobody(error: Exception) -> bool:
    gone = isinstance(error, TelegramBadRequest)
    return gone and any(said in str(error).lower() for said in NOBODY)


_OUTCOMES: tuple[tuple[Callable[[Exception], bool], Outcome], ...] = (
    (lambda e: isinstance(e, TelegramForbiddenError) or _nobody(e), Outcome.BLOCKED),
    (lambda e: isinstance(e, (TelegramBadRequest, TelegramEntityTooLarge)), Outcome.FAILED),
    (was_taken, Outcome.SENT),
)
"""Errors that aren't tried again. A line that broke may have carried the answer: it is said again,
better twice than not at all."""
