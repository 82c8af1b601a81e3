"""What a monitor may ask of a process: /live, /ready, /metrics, on a port of its own."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from sqlalchemy import Connection, func, select

from bot import metrics
from petitions.telling.ports import OutOfReach
from storage.database import Database
from storage.inbox import INBOX
from storage.records import NOTICE, UNCOUNTED

UNNAMED = (
    "X-Forwarded-For comes from {}, which PETITION_PROXIES doesn't name: "
    "all visitors count as one address\n"
)
SOON = 5.0
"""Seconds in which the database must answer a monitor."""


class Monitor:
    """The answers of one process; `app` is the wired office (`bot.app.App`)."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def application(self) -> web.Application:
        """The three routes."""
        made = web.Application()
        made.router.add_get("/live", self.live)
        made.router.add_get("/ready", self.ready)
        made.router.add_get("/metrics", self.metrics)
        return made

    async def live(self, request: web.Request) -> web.Response:
        """The process works through its events; otherwise nobody would answer."""
        return web.Response(text="live\n")

    async def ready(self, request: web.Request) -> web.Response:
        """Whether people can be served by it now: its database answers."""
        try:
            async with asyncio.timeout(SOON):
                await backlog(self._app.database, self._app.clock.now())
        except (OutOfReach, TimeoutError):
            return web.Response(status=503, text="the database is out of reach\n")
        unnamed = self._app.room.limits.unnamed
        return web.Response(text="ready\n" + (UNNAMED.format(unnamed) if unnamed else ""))

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus's text; what must be looked up is left out while the database is away."""
        app = self._app
        try:
            async with asyncio.timeout(SOON):
                found = await backlog(app.database, app.clock.now())
            for gauge, value in zip(
                (metrics.WAITING, metrics.LATE, metrics.INBOX, metrics.UNCOUNTED), found,
                strict=True,
            ):  # fmt: skip
                gauge.set(value)
        except (OutOfReach, TimeoutError):
            pass
        metrics.PAGES.set(app.room.streams.count)
        for role in app.roles:
            metrics.LEADS.labels(role).set(app.peers.leads(role))
        for what in ("silent", "untouched", "stuck", "nobody") if app.reminders.last_check else ():
            metrics.FORGOTTEN.labels(what).set(getattr(app.reminders.last_check, what))
        return web.Response(
            body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )


async def backlog(database: Database, now: datetime) -> tuple[float, ...]:
    """Notices due, seconds the oldest is late, updates kept, cases uncounted. Raises OutOfReach."""

    def look(db: Connection) -> tuple[float, ...]:
        due = select(func.count(), func.min(NOTICE.c.next_at)).where(NOTICE.c.next_at <= now)
        count, oldest = db.execute(due).one()
        late = (now - oldest).total_seconds() if oldest else 0.0
        rest = [db.execute(select(func.count()).select_from(t)).scalar_one()
                for t in (INBOX, UNCOUNTED)]  # fmt: skip
        return (count, late, *rest)

    return await database.read(look)
