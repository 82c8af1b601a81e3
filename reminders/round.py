"""A due notice: claimed, carried, settled. The database is the truth, the clock only ticks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog

from petitions.notices import Outcome, next_step
from petitions.ports import Clock, Courier, Delivery, Ledger, Recount, Tried, Vault

log = structlog.get_logger()

BATCH = 20
"""Notices claimed at once."""
LULL = 0.1
"""Seconds without a new notice after which the waiting ones are delivered …"""
LULLS = 10
"""… and how many such moments they wait at most."""
SIDE_BY_SIDE = 4
"""Deliveries at once: more makes the telegram library slower, not faster."""


@dataclass(slots=True)
class Reminders:
    """Delivers what is due, through the courier of each chat's channel."""

    ledger: Ledger
    vault: Vault
    recount: Recount
    clock: Clock
    couriers: dict[str, Courier]
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    def wake(self) -> None:
        """Something was planned for now."""
        self._woken.set()

    async def woken(self) -> None:
        """Deliver whenever something was planned for now; runs until cancelled."""
        while True:
            await self._woken.wait()
            await self._lull()
            try:
                await self.tick()
            except Exception as error:
                log.error("reminders.tick_failed", error=type(error).__name__)

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
        """Deliver everything due by now; gives how many tries were made."""
        count = 0
        async with self._busy:
            while await self.recount.step():
                pass  # in small steps: answers to people go between them
            while batch := await self.ledger.claim(self.clock.now(), BATCH):
                await self._carry(list(batch))
                count += len(batch)
        return count

    async def _carry(self, batch: list[Delivery]) -> None:
        """Deliver a batch: chats side by side, the notices of one chat in order."""
        by_chat: dict[int, list[Delivery]] = {}
        for delivery in batch:
            by_chat.setdefault(delivery.chat.id, []).append(delivery)
        room = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one_chat(deliveries: list[Delivery]) -> None:
            async with room:
                for delivery in deliveries:
                    await self._deliver(delivery)

        await asyncio.gather(*(one_chat(d) for d in by_chat.values()))

    async def _deliver(self, delivery: Delivery) -> None:
        courier = self.couriers.get(delivery.chat.channel)
        if courier is None:
            tried = Tried(Outcome.FAILED, reason="no courier for this channel")
        else:
            tried = await courier.deliver(delivery)
        notice, now = delivery.notice, self.clock.now()
        step = next_step(tried.outcome, notice, now, tried.wait)
        if step.state in ("failed", "unknown"):
            log.warning("notice.not_sent", notice=notice.id, kind=notice.kind, why=tried.reason)
        await self.ledger.settle(notice, step, now, tried.message, tried.reason)

    async def sweep(self) -> None:
        """Find what was left in sending."""
        count = await self.ledger.sweep(self.clock.now())
        if count:
            log.warning("notices.swept", count=count)
            self.wake()

    async def tidy(self) -> None:
        """Forget what nobody can ask for again."""
        await self.ledger.tidy(self.clock.now())
        await self.vault.sweep()
        await self.recount.remind()
