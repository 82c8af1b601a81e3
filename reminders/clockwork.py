"""APScheduler as the clock, and no more: a tick, a sweep, an hourly tidying."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from petitions.telling.ports import OutOfReach
from reminders.round import Reminders

log = structlog.get_logger()

TICK_SECONDS = 1
SWEEP_SECONDS = 60
TIDY_SECONDS = 3600
FOLLOW_SECONDS = 2


class Clockwork:
    """Starts and stops everything that reminders do by themselves."""

    def __init__(self, reminders: Reminders) -> None:
        self._reminders = reminders
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to tick; needs a running event loop."""
        common = {"trigger": "interval", "coalesce": True, "max_instances": 1,
                  "misfire_grace_time": None}  # fmt: skip
        for job, seconds in (
            (self._reminders.look_up, TICK_SECONDS), (self._reminders.follow, FOLLOW_SECONDS),
            (self._reminders.sweep, SWEEP_SECONDS), (self._reminders.tidy, TIDY_SECONDS),
        ):  # fmt: skip
            self._scheduler.add_job(_when_in_reach(job), seconds=seconds, **common)
        in_a_moment = datetime.now(UTC) + timedelta(seconds=SWEEP_SECONDS)
        look = _when_in_reach(self._reminders.look)
        self._scheduler.add_job(look, "date", run_date=in_a_moment)
        self._scheduler.start()
        self._task = asyncio.create_task(self._reminders.woken())
        self._reminders.wake()

    async def stop(self) -> None:
        """End the tick; a delivery under way is settled by the sweep after the next start."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._reminders.stop()


def _when_in_reach(job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """A job that is left for the next time while the records can't be reached."""

    async def run() -> None:
        try:
            await job()
        except OutOfReach:
            log.error("records.out_of_reach", job=job.__name__)

    return run
