"""APScheduler as the clock, and no more: a tick, a sweep, an hourly tidying."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from reminders.round import Reminders

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
        self._scheduler.add_job(self._reminders.look_up, seconds=TICK_SECONDS, **common)
        self._scheduler.add_job(self._reminders.follow, seconds=FOLLOW_SECONDS, **common)
        self._scheduler.add_job(self._reminders.sweep, seconds=SWEEP_SECONDS, **common)
        self._scheduler.add_job(self._reminders.tidy, seconds=TIDY_SECONDS, **common)
        in_a_moment = datetime.now(UTC) + timedelta(seconds=SWEEP_SECONDS)
        self._scheduler.add_job(self._reminders.look, "date", run_date=in_a_moment)
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
