"""What is due: split, claimed, looked at again, carried, settled. The database is the truth, the
clock only ticks.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import structlog

from petitions.notices import Outcome, next_step
from petitions.ports import (
    Check,
    Clock,
    Courier,
    Delivery,
    Ledger,
    Recount,
    Settled,
    Tried,
    Vault,
    Waiting,
)

log = structlog.get_logger()

BATCH = 20
"""Chats claimed at once: little enough for people's answers to go between two batches."""
LULL = 0.1
"""Seconds without a new notice after which the waiting ones are delivered …"""
LULLS = 10
"""… and how many such moments they wait at most."""
SIDE_BY_SIDE = 4
"""Deliveries of a channel at once: more makes the telegram library slower, not faster."""
PATIENCE = 240.0
"""Seconds after which a try is given up with an unknown outcome; shorter than its lease."""


@dataclass(slots=True)
class Reminders:
    """Delivers what is due, through the courier of each chat's channel."""

    ledger: Ledger
    clock: Clock
    couriers: dict[str, Courier]
    vault: Vault | None = None
    recount: Recount | None = None
    last_check: Check | None = None
    """What the self-check found the last time."""
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    _pumps: dict[str, _Pump] = field(default_factory=dict)

    def wake(self) -> None:
        """Something was planned for now."""
        self._woken.set()

    async def look_up(self) -> None:
        """Wake when something is due, whoever planned it; asking costs no write."""
        if await self.ledger.is_due(self.clock.now()):
            self.wake()

    async def woken(self) -> None:
        """Deliver whenever something was planned for now; runs until cancelled."""
        while True:
            await self._woken.wait()
            await self._lull()
            try:
                await self.begin()
            except Exception as error:
                log.error("reminders.tick_failed", error=type(error).__name__, exc_info=error)

    async def _lull(self) -> None:
        """Until nobody has planned anything for a moment: answers to people go first, and a
        burst of commits isn't slowed by its own notices."""
        for _ in range(LULLS):
            self._woken.clear()
            await asyncio.sleep(LULL)
            if not self._woken.is_set():
                return
        self._woken.clear()

    async def tick(self) -> int:
        """Deliver everything due by now; gives how many chats were served."""
        count = 0
        while True:
            pumps = await self.begin()
            served = await asyncio.gather(*(pump.finished() for pump in pumps))
            count += sum(served)
            if not sum(served):
                return count

    async def begin(self) -> list[_Pump]:
        """Split what is due and set every channel to work, without waiting for it: a slow
        recipient holds up neither another channel nor what falls due meanwhile."""
        async with self._busy:
            while self.recount and await self.recount.step():
                pass  # in small steps: answers to people go between them
            while await self.ledger.split(self.clock.now(), BATCH):
                pass
        for channel in self.couriers:
            self._pumps.setdefault(channel, _Pump(self, channel)).start()
        return list(self._pumps.values())

    async def stop(self) -> None:
        """Cut off what is under way; the sweep finds it after the next start."""
        for pump in self._pumps.values():
            await pump.stop()

    async def serve(self, channel: str, waiting: Waiting) -> None:
        """Look at one chat's notices again, carry what is still true, write down the outcome."""
        composed = await self.ledger.compose(waiting, self.clock.now())
        settled = list(composed.ended)
        for delivery in composed.deliveries:
            settled += await self._deliver(channel, delivery)
        await self.ledger.settle(settled, self.clock.now())

    async def _deliver(self, channel: str, delivery: Delivery) -> list[Settled]:
        courier, lang = self.couriers[channel], delivery.chat.lang
        try:
            tried = await asyncio.wait_for(courier.deliver(delivery), PATIENCE)
        except TimeoutError:
            tried = Tried(Outcome.UNKNOWN, reason="given up")
        except Exception as error:  # a fault of ours holds up nobody else
            log.error("reminders.fault", notice=delivery.notices[0].id, exc_info=error)
            tried = Tried(Outcome.FAILED, reason=type(error).__name__)
        now, settled = self.clock.now(), []
        for notice in delivery.notices:
            step = next_step(tried.outcome, notice, now, tried.wait)
            if step.state in ("failed", "unknown"):
                log.warning("notice.not_sent", notice=notice.id, kind=notice.kind,
                            why=tried.reason)  # fmt: skip
            settled.append(Settled(notice, step, tried.message, tried.reason, lang))
        return settled

    async def sweep(self) -> None:
        """Find what was left in sending."""
        count = await self.ledger.sweep(self.clock.now())
        if count:
            log.warning("reminders.swept", count=count)
            self.wake()

    async def tidy(self) -> None:
        """Forget what nobody can ask for again; see whether anything was forgotten."""
        now = self.clock.now()
        await self.ledger.tidy(now)
        if self.vault:
            await self.vault.sweep()
        if self.recount:
            await self.recount.remind()
        await self.look()

    async def look(self) -> Check:
        """The self-check; the log says it loudly when it isn't 0."""
        found = await self.ledger.check(self.clock.now())
        if not found.fine:
            log.error("reminders.check", silent=found.silent, untouched=found.untouched,
                      stuck=found.stuck, nobody=found.nobody)  # fmt: skip
            await self.ledger.report(found, self.clock.now())
            self.wake()
        self.last_check = found
        return found


@dataclass(slots=True)
class Heard:
    """A courier that only listens (`petitions.ports.Courier`): for what is played through."""

    deliveries: list[Delivery] = field(default_factory=list)

    async def deliver(self, delivery: Delivery) -> Tried:
        """Always arrives."""
        self.deliveries.append(delivery)
        return Tried(Outcome.SENT, len(self.deliveries))


class _Pump:
    """One channel's deliveries: chats side by side, those of one chat in order.

    A slow recipient occupies one place; the next batch is claimed while that one is waited for.
    """

    def __init__(self, reminders: Reminders, channel: str) -> None:
        self._reminders = reminders
        self._channel = channel
        self._queue: deque[Waiting] = deque()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._more = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._count = 0

    def start(self) -> None:
        """Work, or know that there may be more."""
        self._more.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def finished(self) -> int:
        """Until nothing is due any more; gives how many chats were served since the last
        time."""
        if self._task:
            await self._task
        count, self._count = self._count, 0
        return count

    async def _run(self) -> None:
        while self._more.is_set() or self._busy or self._queue:
            if self._more.is_set() and len(self._queue) < SIDE_BY_SIDE:
                await self._claim()
            self._begin()
            if self._busy:
                await self._wait()

    async def _claim(self) -> None:
        self._more.clear()
        now = self._reminders.clock.now()
        found = await self._reminders.ledger.claim(now, self._channel, BATCH)
        if found:
            self._more.set()
        self._count += len(found)
        self._queue.extend(found)

    def _begin(self) -> None:
        """Start the next chats while there is room; one that is being served waits its turn."""
        for _ in range(len(self._queue)):
            if len(self._busy) >= SIDE_BY_SIDE:
                return
            waiting = self._queue.popleft()
            if waiting.chat in self._busy:
                self._queue.append(waiting)
                continue
            task = asyncio.create_task(self._reminders.serve(self._channel, waiting))
            self._busy[waiting.chat] = task

    async def _wait(self) -> None:
        """Until a chat is served, or there may be more to claim and room for it."""
        waited: set[asyncio.Future[Any]] = set(self._busy.values())
        room = len(self._busy) < SIDE_BY_SIDE and not self._queue
        if room and not self._more.is_set():
            waited.add(asyncio.ensure_future(self._more.wait()))
        if not (room and self._more.is_set()):
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        for extra in waited - set(self._busy.values()):
            extra.cancel()
        for chat in [c for c, task in self._busy.items() if task.done()]:
            task = self._busy.pop(chat)
            if error := task.exception():
                log.error("reminders.chat_failed", channel=self._channel, exc_info=error)

    async def stop(self) -> None:
        """End, whatever is under way."""
        tasks = [*self._busy.values(), *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
