"""Pages that a monitor may ask of a process: /live, /ready, /metrics, on a port of its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from sqlalchemy import Connection, func, select

from bot import metrics
from petitions.telling.ports import OutOfReach
from storage.database import Database
from storage.tables import INBOX, INVITE, NOTICE, OFFICER, TRY, UNCOUNTED

UNNAMED = (
    "X-Forwarded-For comes from {}, which PETITION_PROXIES doesn't name: "
    "all visitors count as one address\n"
)
FLOOR = "less than {} MB of disk are free (PETITION_DISK_FLOOR): no files are taken, only text\n"
UNCHECKED = "the virus scanner (PETITION_CLAMAV) doesn't answer: no files are taken, only text\n"
NO_LOGIN = "officers work without a login ([login] required in the office file)\n"
AN_HOUR = timedelta(hours=1)
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
        said = ["ready\n", UNNAMED.format(unnamed) if unnamed else ""]
        if not self._app.office.login.required:
            said.append(NO_LOGIN)
        if not await self._app.vault.has_room():
            said.append(FLOOR.format(self._app.settings.disk_floor))
        if not await self._app.vault.scanner_answers():
            said.append(UNCHECKED)
        return web.Response(text="".join(said))

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
            await watched(app.database, app.clock.now())
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


async def watched(database: Database, now: datetime) -> None:
    """Count what an intruder leaves behind, of all processes: tries at secrets, and desks that are
    taken, waited for by an invitation, ended. Raises OutOfReach."""
    open_ = (INVITE.c.used_at.is_(None), INVITE.c.until > now)

    def look(db: Connection) -> tuple[Counter[str], dict[str, int]]:
        tried = db.execute(select(TRY.c.bucket).where(TRY.c.at > now - AN_HOUR)).scalars()
        wrong = Counter(bucket.partition(":")[0] for bucket in tried)
        count = select(func.count()).select_from
        desks = {"seated": count(OFFICER).where(OFFICER.c.chat != 0, OFFICER.c.ended_at.is_(None)),
                 "ended": count(OFFICER).where(OFFICER.c.ended_at.is_not(None)),
                 "invited": count(INVITE).where(*open_)}  # fmt: skip
        return wrong, {state: int(db.execute(q).scalar_one()) for state, q in desks.items()}

    wrong, desks = await database.read(look)
    wrong.pop("from", None)  # the same try once more, by its address
    metrics.WRONG.clear()
    for secret, count in wrong.items():
        metrics.WRONG.labels(secret).set(count)
    for state, count in desks.items():
        metrics.STAFF.labels(state).set(count)
