"""Long polling that confirms to Telegram only what has been committed.

Telegram forgets an update when the next request asks for a later one. aiogram's own loop
asks at once; a process killed at that moment would lose what a citizen just sent. Here the
offset moves past an update only when it has been handled.

Which number an update has says nothing else: after a week without any, Telegram numbers anew,
perhaps lower. An update is handled when it isn't under way and wasn't just handled.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import Update

from telegramchat.mouth import UNREACHABLE
from telegramchat.updates import WANTED, GetRawUpdates, Raw, chat_of, read_update, sum_of

log = structlog.get_logger()

LOOK = 0.5
"""Seconds between two looks whether this process leads."""
LONG_POLL = 25
"""Seconds Telegram may wait before it answers that there is nothing."""
FEW = 20
"""People with updates still under way when the next batch is fetched: the office is never idle
between two batches, and Telegram sends only these few again."""
PATIENCE = 2.0
"""Seconds that many people's updates may take before the next batch is fetched beside them."""
BESIDE = 0.2
"""The same for a few: who writes beside a slow answer, or a flood, hardly waits for it."""
PAUSE = 1.0
"""Seconds between two questions, at least, where the first brought nothing new."""
LONGEST = 30.0
"""Seconds until Telegram is asked again, at most, whatever went wrong or was asked for."""
KNOWN = 1000
"""Updates handled last that are known when they come again; Telegram repeats 100 at most."""


class Poller:
    """Fetches updates of one bot and feeds them, oldest first."""

    def __init__(
        self, bot: Bot, feed: Callable[[Update], Awaitable[None]], leads: Callable[[], bool]
    ) -> None:
        self._bot = bot
        self._feed = feed
        self._leads = leads
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._busy: Counter[int | None] = Counter()
        """Chat → how many of its updates are under way."""
        self._done: dict[int, int] = {}
        """The updates handled last: each one's number and its content's sum."""
        self._next = 0
        """The number Telegram is asked for when nothing is under way; 0: all it has."""
        self._progress = asyncio.Event()
        self._few = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled; of several processes only the one that leads asks. A network that is
        gone is waited for."""
        pause, asked = 1.0, False
        while True:
            if not self._leads():
                asked, self._next = False, 0
                await asyncio.sleep(LOOK)
                continue
            try:
                if not asked:  # where there was a webhook, Telegram answers no question
                    await self._bot.delete_webhook(drop_pending_updates=False)
                    asked = True
                await self._once()
                pause = 1.0
            except TelegramRetryAfter as error:
                await asyncio.sleep(min(error.retry_after, LONGEST))
            except UNREACHABLE as error:
                log.warning("telegram.unreachable", error=type(error).__name__, wait=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST)
            except Exception as error:  # whatever it is: an office that listens no more is worse
                log.error("telegram.failed", error=type(error).__name__, wait=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST)

    async def _once(self) -> None:
        idle, asked = not self._tasks, monotonic()
        wanted = GetRawUpdates(
            offset=min(self._tasks, default=self._next),
            timeout=LONG_POLL if idle else 0,
            allowed_updates=list(WANTED),
        )
        batch = await self._bot(wanted, request_timeout=LONG_POLL + 15)
        news = self._begin(batch)
        if idle and not news:
            await asyncio.sleep(max(0, PAUSE - (monotonic() - asked)))
        await self._nearly_done()

    def _begin(self, batch: Sequence[Raw]) -> int:
        """Handle what is new of a batch, whatever its numbers; gives how many updates are."""
        news = 0
        for raw in batch:
            id = raw["update_id"]
            self._next = id + 1
            if id in self._tasks or (id in self._done and self._done[id] == sum_of(raw)):
                continue
            news += 1
            self._busy[chat_of(raw)] += 1
            self._tasks[id] = asyncio.create_task(self._handle(id, raw))
        return news

    async def _nearly_done(self) -> None:
        """Until few people's updates are under way, or patience ends: the next batch repeats
        them."""
        self._few.clear()
        if len(self._busy) > FEW:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._few.wait()
        elif self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=BESIDE)

    async def _handle(self, id: int, raw: Raw) -> None:
        try:
            if update := read_update(self._bot, raw):
                await self._feed(update)
        except Exception as error:
            log.error("update.failed", update=id, error=type(error).__name__)
        finally:
            self._tasks.pop(id, None)
            self._remember(id, raw)
            self._busy -= Counter([chat_of(raw)])
            if len(self._busy) <= FEW:
                self._few.set()
            self._progress.set()
            self._progress = asyncio.Event()

    def _remember(self, id: int, raw: Raw) -> None:
        self._done.pop(id, None)
        self._done[id] = sum_of(raw)
        if len(self._done) > KNOWN:
            del self._done[next(iter(self._done))]

    async def handled(self, update_id: int) -> None:
        """Until this update, one of the last, has been handled and answered."""
        while update_id not in self._done:
            await self._progress.wait()

    async def stop(self) -> None:
        """Let what is under way finish."""
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=10)
