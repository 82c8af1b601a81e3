"""Telegram's webhook: updates come to any process of the office, and are kept before they are
confirmed.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Update
from aiohttp import web

from bot.updates import WANTED, chat_of, read_update
from petitions.ports import OutOfReach
from storage.inbox import AT_ONCE, GRACE, Next, Soon, SqlInbox, Taken
from storage.seal import KeyRing

log = structlog.get_logger()

LARGEST = 1024 * 1024
"""Bytes of one call; Telegram's are far smaller."""
LOOK = 2.0
"""Seconds between two looks for updates that a process which died left behind."""
LONGEST = 30.0
"""Seconds between two tries, at most, while something is out of reach."""
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Webhook:
    """Takes Telegram's calls and feeds the updates, those of a chat in their order."""

    def __init__(
        self, bot: Bot, inbox: SqlInbox, feed: Callable[[Update], Awaitable[None]], ring: KeyRing
    ) -> None:
        self._bot = bot
        self._inbox = inbox
        self._feed = feed
        # Both follow from the keys: every process knows them, and no setting can leak them.
        self.secret = ring.hash_code(b"webhook secret").hex()
        self.path = f"/telegram/{ring.hash_code(b'webhook path').hex()[:24]}"
        self._tasks: set[asyncio.Task[None]] = set()

    def application(self) -> web.Application:
        """The one route."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(self.path, self.receive)
        return app

    async def receive(self, request: web.Request) -> web.Response:
        """One call of Telegram's. It is confirmed when its update is kept; otherwise Telegram
        calls again."""
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.secret.encode()):
            log.warning("webhook.forged")
            return web.Response(status=403)
        try:
            raw = json.loads(await request.read())
            id, chat = int(raw["update_id"]), chat_of(raw)
        except web.HTTPException:
            raise
        except (ValueError, KeyError, TypeError):
            log.warning("webhook.unreadable")
            return web.Response(status=400)
        if chat is None:
            return web.Response()  # of a kind that wasn't asked for
        try:
            found = await self._inbox.put(id, chat, json.dumps(raw))
        except OutOfReach:
            log.error("records.out_of_reach")
            return web.Response(status=503)
        if found:
            self._begin(self._work(found))
        return web.Response()

    async def run(self, address: str) -> None:
        """Have Telegram call `address`, then look after what others left; until cancelled."""
        await self._register(address)
        while True:
            await asyncio.sleep(LOOK)
            try:
                for chat in await self._inbox.lost():
                    self._begin(self._work(Soon(chat)))
            except OutOfReach:
                log.error("records.out_of_reach")

    async def stop(self) -> None:
        """Let what is under way finish; the rest is taken over by another process, or by the next
        start."""
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=10)

    async def _register(self, address: str) -> None:
        wait = 1.0
        while True:
            try:
                await self._bot.set_webhook(
                    address + self.path, secret_token=self.secret, allowed_updates=list(WANTED),
                    max_connections=AT_ONCE,
                )  # fmt: skip
                return
            except (TelegramAPIError, TimeoutError, OSError) as error:
                log.warning("telegram.unreachable", error=type(error).__name__, wait=wait)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, found: Next) -> None:
        """Handle a chat's updates, oldest first, until there are no more."""
        while found:
            if isinstance(found, Taken):
                await self._handle(found)
                found = await self._in_time(partial(self._inbox.done, found))
            else:
                await asyncio.sleep(GRACE.total_seconds() / 5)
                found = await self._in_time(partial(self._inbox.take, found.chat))

    async def _handle(self, taken: Taken) -> None:
        try:
            if update := read_update(self._bot, json.loads(taken.body)):
                await self._feed(update)
        except Exception as error:
            log.error("update.failed", update=taken.update, error=type(error).__name__)

    async def _in_time(self, ask: Callable[[], Awaitable[Next]]) -> Next:
        """The inbox's answer, as soon as it can be reached."""
        wait = 1.0
        while True:
            try:
                return await ask()
            except OutOfReach:
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST)
