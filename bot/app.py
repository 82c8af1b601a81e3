"""A wired office: what it consists of, how it starts and stops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiogram import Bot
from aiohttp import web

import telegramchat
from bot.clock import OfficeClock
from bot.demo import SampleDesks
from bot.desk import OfficeDesk
from bot.health import Monitor
from bot.settings import PAGE, ROLES, Settings
from papers.dressing import Dressing
from petitions.law.units import Office
from reminders.clockwork import Clockwork
from reminders.round import Reminders
from storage.database import Database
from storage.ledger import SqlLedger
from storage.peers import FilePeers, PostgresPeers
from storage.retention import Retention
from storage.units import UnitsSeen
from storage.vault import SealedVault
from storage.visitors import SqlVisitors
from telegramchat.polling import Poller
from telegramchat.webhook import Webhook
from webchat.connections import NAME, Door, Port
from webchat.room import WebChat

log = structlog.get_logger()


@dataclass
class App:
    """A wired office."""

    settings: Settings
    office: Office
    clock: OfficeClock
    database: Database
    peers: FilePeers | PostgresPeers
    vault: SealedVault
    visitors: SqlVisitors
    ledger: SqlLedger
    reminders: Reminders
    retention: Retention
    units: UnitsSeen
    desk: OfficeDesk
    dresser: Dressing
    page: web.Application
    room: WebChat | None = None
    telegram: Bot | None = None
    feed_telegram: Callable[[Any], Awaitable[Any]] | None = None
    """Takes an update of aiogram's."""
    poller: Poller | None = None
    webhook: Webhook | None = None
    sample: SampleDesks | None = None
    """The demo's desks and movable clock; None outside the demo."""
    port: int = 0
    """The port the page listens on, once started."""
    _clockwork: Clockwork | None = None
    monitor_port: int = 0
    """The port of health and metrics, once started."""
    hook_port: int = 0
    """The port Telegram's calls come to, once started."""
    _runners: list[web.AppRunner] = field(default_factory=list)
    _following: asyncio.Task[None] | None = None
    _hearing: asyncio.Task[None] | None = None
    _closers: list[Any] = field(default_factory=list)

    def marked(self, address: str) -> str:
        """A keyed mark of a network address."""
        return self.database.ring.hash_code(f"address:{address}".encode()).hex()[:20]

    @property
    def roles(self) -> frozenset[str]:
        """The roles that this process may take for all: to ask for one is to be a candidate. A
        process without a poller is no candidate for the dialogs."""
        mine = {ROLES[part] for part in self.settings.parts & ROLES.keys()}
        return frozenset(mine if self.poller else mine - {ROLES["dialogs"]})

    async def start(self, ticking: bool = True) -> None:
        """Open the page, begin to poll and to tick; of these only what the settings say."""
        parts = self.settings.parts
        if not self.office.login.required:
            log.warning("office.without_login", set="[login] required = true in the office file")
        for role in self.roles:
            self.peers.leads(role)  # a candidate from the first moment
        await self.peers.start()
        if self.sample:
            await self.clock.load(self.database)
            await self.sample.prepare()
        await self.vault.reachable()  # where it isn't, the log says so at once
        if self.telegram:
            await self._link_telegram()
        if PAGE in parts:
            await self._open_page()
        if "reminders" in parts:
            await self.ledger.tidy(self.clock.now())
            if ticking:
                self._clockwork = Clockwork(self.reminders)
                self._clockwork.start()
        if self.settings.metrics_port is not None:
            self.monitor_port = await self._serve(
                Monitor(self).application(), self.settings.metrics_port, self.settings.metrics_host
            )
        self._following = asyncio.create_task(self.units.run())
        await self._hear_telegram()

    async def _hear_telegram(self) -> None:
        """By calls of Telegram's to any process, or by one process that asks."""
        if self.webhook:
            port = self.settings.webhook_port
            self.hook_port = await self._serve(self.webhook.application(), port)
            self._hearing = asyncio.create_task(self.webhook.run(self.settings.webhook_url))
        elif self.poller:
            self._hearing = asyncio.create_task(self.poller.run())

    async def _serve(self, application: web.Application, port: int, host: str = "") -> int:
        """Answer on a port (0: a free one); gives it. Raises OSError when it is taken."""
        application.on_response_prepare.append(_nameless)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=5)
        await runner.setup()
        assert self.room is not None
        door = Door(self.room.limits, self.settings.address_lines)
        await Port(runner, host or self.settings.web_host, port, door).start()
        self._runners.append(runner)
        return int(runner.addresses[0][1])

    async def _open_page(self) -> None:
        self.port = await self._serve(self.page, self.settings.web_port)
        if not self.settings.public_url:
            page = f"http://{self.settings.web_host}:{self.port}/chat?start="
            self.desk.house.page = page

    async def _link_telegram(self) -> None:
        """Learn the bot's name, for links; without the network they stay without it."""
        assert self.telegram is not None
        try:
            me = await self.telegram.get_me()
            self.desk.house.links[telegramchat.CHANNEL] = f"https://t.me/{me.username}?start="
        except Exception as error:
            log.warning("telegram.unreachable", error=type(error).__name__)

    async def stop(self) -> None:
        """End everything in the order in which nothing is cut off."""
        for runner in self._runners:
            await runner.cleanup()
        if self._hearing:
            self._hearing.cancel()
            await asyncio.gather(self._hearing, return_exceptions=True)
            for ear in (self.poller, self.webhook):
                if ear:
                    await ear.stop()
        if self._following:
            self._following.cancel()
        if self._clockwork:
            await self._clockwork.stop()
        await self.reminders.stop()
        for closer in self._closers:
            await closer()
        await self.peers.stop()
        self.database.close()


async def _nameless(request: web.Request, response: web.StreamResponse) -> None:
    """No library and no version is named to whoever asks."""
    response.headers["Server"] = NAME
