"""Telegram's webhook: updates come to any process of the office, and are kept before they are
confirmed.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from aiogram import Bot
from aiogram.types import Update
from aiohttp import web

from petitions.hearing import AT_ONCE, GRACE, Come, UpdateInbox
from petitions.telling.ports import OutOfReach
from telegramchat.mouth import UNREACHABLE
from telegramchat.updates import WANTED, chat_of, read_update

log = structlog.get_logger()

LARGEST = 1024 * 1024
"""Bytes of one call; Telegram's are far smaller."""
LOOK = 2.0
"""Seconds between two looks for updates that a process which died left behind."""
PATIENCE = 20.0
"""Seconds in which a call must have come whole."""
SOON = GRACE.total_seconds() / 5
"""Seconds until it is looked again for what an update waits for."""
LONGEST = 30.0
"""Seconds between two tries, at most, while something is out of reach."""
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Webhook:
    """Takes Telegram's calls and feeds the updates, those of a chat in their order."""

    def __init__(
        self, bot: Bot, inbox: UpdateInbox, feed: Callable[[Update], Awaitable[None]],
        path: str, secrets: Callable[[], list[str]],
    ) -> None:  # fmt: skip
        """`path`, `secrets`: the same in every process of the office; Telegram is told the first
        secret, and any of them is taken."""
        self._bot = bot
        self._inbox = inbox
        self._feed = feed
        self._secrets = secrets
        self.path = f"/telegram/{path}"
        self._tasks: set[asyncio.Task[None]] = set()
        self._come: dict[Come, asyncio.Future[None]] = {}
        """Updates to be kept, and the calls to be told when they are."""
        self._answered: list[str] = []
        self._look: set[str] = set()
        """Chats at which something may have to be done."""
        self._again: set[str] = set()
        """Chats at which to look again in a moment."""
        self._something = asyncio.Event()

    @property
    def secret(self) -> str:
        """The secret that Telegram is told to send with each call."""
        return self._secrets()[0]

    def _is_ours(self, given: bytes) -> bool:
        """Telegram may still send what it was told before."""
        return sum(hmac.compare_digest(given, one.encode()) for one in self._secrets()) > 0

    def application(self) -> web.Application:
        """The one route."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(self.path, self.receive)
        return app

    async def receive(self, request: web.Request) -> web.Response:
        """One call of Telegram's. It is confirmed when its update is kept; otherwise Telegram
        calls again."""
        given = request.headers.get(HEADER, "")
        if not self._is_ours(given.encode("utf-8", "replace")):
            log.warning("webhook.forged")
            return web.Response(status=403)
        try:
            async with asyncio.timeout(PATIENCE):
                raw = json.loads(await request.read())
            id, chat = int(raw["update_id"]), chat_of(raw)
        except web.HTTPException:
            raise
        except TimeoutError:
            return web.Response(status=408)
        except (ValueError, KeyError, TypeError):
            log.warning("webhook.unreadable")
            return web.Response(status=400)
        if chat is None:
            return web.Response()  # of a kind that wasn't asked for
        come = Come(str(id), str(chat), json.dumps(raw))
        kept = self._come.setdefault(come, asyncio.get_running_loop().create_future())
        self._look.add(come.chat)
        self._something.set()
        try:
            await asyncio.shield(kept)  # the same call may have come twice
        except OutOfReach:
            return web.Response(status=503)
        return web.Response()

    async def run(self, address: str) -> None:
        """Have Telegram call `address`, and look after what comes and what others left; until
        cancelled."""
        async with asyncio.TaskGroup() as all_of:
            all_of.create_task(self._turns())
            all_of.create_task(self._watch())
            await self._keep_registered(address)

    async def stop(self) -> None:
        """Let what is under way finish; the rest is taken over by another process, or by the next
        start."""
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=10)
        answered, self._answered = self._answered, []
        if answered:
            with suppress(OutOfReach):  # these are answered again, then
                await self._inbox.turn((), answered)

    async def _keep_registered(self, address: str) -> None:
        """Tell Telegram where to call, and again once the secret is another."""
        told = ""
        while True:
            if told != self.secret:
                told = await self._register(address)
            await asyncio.sleep(LOOK)

    async def _register(self, address: str) -> str:
        wait = 1.0
        while True:
            secret = self.secret
            try:
                await self._bot.set_webhook(
                    address + self.path, secret_token=secret, allowed_updates=list(WANTED),
                    max_connections=AT_ONCE,
                )  # fmt: skip
                return secret
            except UNREACHABLE as error:
                log.warning("telegram.unreachable", error=type(error).__name__, wait=wait)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST)

    async def _watch(self) -> None:
        """Chats that other processes left behind, or took so long over that it seems so."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                self._look.update(await self._inbox.lost())
                self._something.set()
            except OutOfReach:
                log.error("records.out_of_reach")
            except Exception as error:
                log.error("webhook.failed", error=type(error).__name__, exc_info=error)

    async def _turns(self) -> None:
        """One after another, as long as there is something to do."""
        wait = 1.0
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(SOON if self._again else None):
                    await self._something.wait()
            self._something.clear()
            try:
                await self._turn()
                wait = 1.0
            except Exception as error:  # whatever it is: an office that listens no more is worse
                away = isinstance(error, OutOfReach)
                log.error(
                    "records.out_of_reach" if away else "webhook.failed",
                    error=type(error).__name__,
                    exc_info=None if away else error,
                )
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST)
                self._something.set()

    async def _turn(self) -> None:
        """Deal with all that has come up. Raises OutOfReach: it is still to be dealt with then,
        but for what Telegram will send again."""
        come, self._come = self._come, {}
        answered, self._answered = self._answered, []
        look, self._look, self._again = self._look | self._again, set(), set()
        try:
            turn = await self._inbox.turn([*come], answered, look)
        except BaseException as error:
            self._answered += answered
            self._look |= look
            for kept in come.values():
                if not kept.done():
                    kept.set_exception(error if isinstance(error, OutOfReach) else OutOfReach())
            raise
        for kept in come.values():
            if not kept.done():
                kept.set_result(None)
        self._again |= turn.later
        for taken in turn.taken:
            task = asyncio.create_task(self._work(taken))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self, taken: Come) -> None:
        """Handle an update; then its chat's next may have its turn."""
        try:
            if update := read_update(self._bot, json.loads(taken.body)):
                await self._feed(update)
        except Exception as error:
            log.error("update.failed", update=taken.update, error=type(error).__name__)
        self._answered.append(taken.update)
        self._look.add(taken.chat)
        self._something.set()
