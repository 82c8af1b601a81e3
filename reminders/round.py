"""The notices that are due: split, claimed, looked at again, carried, settled. The database is the
truth, the clock only ticks.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

import structlog

from petitions.book import Notice
from petitions.case.notices import ANSWER, NextStep, Outcome, next_step
from petitions.telling.ports import (
    Check,
    Composed,
    Courier,
    Delivery,
    Ledger,
    OutOfReach,
    Recounting,
    Settled,
    Steps,
    Timepiece,
    Tried,
    Vault,
    Waiting,
)

log = structlog.get_logger()

BATCH = 20
"""Causes split in one transaction: little enough for people's answers to go between two."""
CLAIM = 50
"""Chats claimed at once."""
MOMENT = 0.01
"""Seconds within which outcomes share a commit."""
LULL = 0.1
"""Seconds without a new notice after which the waiting ones are delivered …"""
LULLS = 10
"""… and how many such moments they wait at most."""
SIDE_BY_SIDE = 4
"""Deliveries of a channel at once: more makes the telegram library slower, not faster."""
FRESH = 2.0
"""Seconds after which a message that waits is looked at again before it is carried."""
PATIENCE = 240.0
"""Seconds after which a try is given up with an unknown outcome; shorter than its lease."""


@dataclass(slots=True)
class Reminders:
    """Delivers what is due, through the courier of each chat's channel."""

    ledger: Ledger
    clock: Timepiece
    couriers: dict[str, Courier]
    vault: Vault | None = None
    recount: Recounting | None = None
    behind: tuple[Steps, ...] = ()
    """Work that follows what people do: the index of words, the journal of counts."""
    makers: tuple[Steps, ...] = ()
    """Work that is due by the calendar: bulletins, the look for hot matters."""
    retention: Steps | None = None
    """Lets go of what has had its time."""
    leads: Callable[[], bool] = lambda: True
    """Whether this process, of several with the reminders, does what is done once for all."""
    last_check: Check | None = None
    """The result of the last self-check."""
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    _pumps: dict[str, _Pump] = field(default_factory=dict)
    _settler: _Settler = field(init=False)

    def __post_init__(self) -> None:
        self._settler = _Settler(self)

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
            await self._settler.finished()
            count += sum(served)
            if not sum(served):
                return count

    async def begin(self) -> list[_Pump]:
        """Split what is due and set every channel to work, without waiting for it: a slow
        recipient holds up neither another channel nor what falls due meanwhile."""
        async with self._busy:
            first = self.leads()
            while first and self.recount and await self.recount.step():
                pass  # in small steps: answers to people go between them
            while await self.ledger.split(self.clock.now(), BATCH):
                pass
            for maker in self.makers if first else ():
                while await maker.step():
                    while await self.ledger.split(self.clock.now(), BATCH):
                        pass
        for channel in self.couriers:
            self._pumps.setdefault(channel, _Pump(self, channel)).start()
        return list(self._pumps.values())

    async def stop(self) -> None:
        """Cut off what is under way; the sweep finds it after the next start."""
        for pump in self._pumps.values():
            await pump.stop()
        await self._settler.finished()

    async def serve(self, channel: str, look: Looked) -> None:
        """Carry what is still true of one chat's notices, and write down the outcome."""
        composed = look.composed
        if monotonic() - look.at > FRESH:
            (composed,) = await self.ledger.compose([look.waiting], self.clock.now())
        self._settler.settle(list(composed.ended))
        again: datetime | None = None
        for delivery in composed.deliveries:
            if again:  # an answer has to wait: nothing is said before it
                self._settler.settle([put_off(n, again) for n in delivery.notices])
                continue
            settled = await self._deliver(channel, delivery)
            self._settler.settle(settled)
            if delivery.notices[0].kind == ANSWER:
                again = settled[0].step.again_at

    async def _deliver(self, channel: str, delivery: Delivery) -> list[Settled]:
        courier, lang = self.couriers[channel], delivery.chat.lang
        try:
            async with asyncio.timeout(PATIENCE):
                tried = await courier.deliver(delivery)
        except TimeoutError:
            tried = Tried(Outcome.UNKNOWN, reason="given up")
        except OutOfReach:  # nothing was written, or sent
            tried = Tried(Outcome.RETRY, reason="records")
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
        if stands := tuple(delivery.arrived):
            cases = tuple({n.case: None for n in delivery.notices if n.case})
            settled[0] = replace(settled[0], stands=stands, cases=cases)
        return settled

    async def follow(self) -> None:
        """Make what was written findable and countable, in small steps."""
        for work in self.behind:
            while await work.step():
                pass

    async def sweep(self) -> None:
        """Find what was left in sending."""
        count = await self.ledger.sweep(self.clock.now())
        if count:
            log.warning("reminders.swept", count=count)
            self.wake()

    async def tidy(self) -> None:
        """Let go of what has had its time; see whether anything was forgotten. A step that
        fails is said in the log and keeps no other from being done."""
        if not self.leads():
            return
        steps = {
            "mornings": self._mornings,
            "retention": self._let_go,
            "files": self.vault.sweep if self.vault else None,
            "recount": self.recount.remind if self.recount else None,
        }
        for name, step in steps.items():
            try:
                if step:
                    await step()
            except OutOfReach:
                raise
            except Exception as error:
                log.error("reminders.tidy_failed", step=name, exc_info=error)
        await self.look()

    async def _mornings(self) -> None:
        await self.ledger.tidy(self.clock.now())

    async def _let_go(self) -> None:
        while self.retention and await self.retention.step():
            pass  # in small steps: answers to people go between them

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


def put_off(notice: Notice, again: datetime) -> Settled:
    """Said after an answer that waits."""
    return Settled(notice, NextStep("planned", again), reason="after an answer", tried=False)


@dataclass(slots=True)
class ListeningCourier:
    """Only listens (`petitions.telling.ports.Courier`): for what is played through."""

    deliveries: list[Delivery] = field(default_factory=list)

    async def deliver(self, delivery: Delivery) -> Tried:
        """Always arrives."""
        self.deliveries.append(delivery)
        return Tried(Outcome.SENT, str(len(self.deliveries)))


@dataclass(frozen=True, slots=True)
class Looked:
    """One chat's claimed notices, looked at again a moment ago."""

    waiting: Waiting
    composed: Composed
    at: float


class _Settler:
    """Writes outcomes down, those of a moment in one commit."""

    def __init__(self, reminders: Reminders) -> None:
        self._reminders = reminders
        self._waiting: list[Settled] = []
        self._task: asyncio.Task[None] | None = None

    def settle(self, settled: list[Settled]) -> None:
        """Have it written down in a moment; `finished` waits for it."""
        self._waiting += settled
        if self._waiting and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._waiting:
            await asyncio.sleep(MOMENT)
            batch, self._waiting = self._waiting, []
            # A batch that fails is left in sending, where the sweep finds it.
            await self._reminders.ledger.settle(batch, self._reminders.clock.now())

    async def finished(self) -> None:
        """Until everything is written down. Raises what the writing raised."""
        if self._task:
            await self._task


class _Pump:
    """One channel's deliveries: chats side by side, those of one chat in order.

    A slow recipient occupies one worker; the others go on.
    """

    def __init__(self, reminders: Reminders, channel: str) -> None:
        self._reminders = reminders
        self._channel = channel
        self._queue: deque[Looked] = deque()
        self._busy: dict[int, deque[Looked]] = {}
        """Chats that are being served, and what came for them meanwhile."""
        self._more = False
        self._filling: asyncio.Task[None] | None = None
        self._workers: set[asyncio.Task[None]] = set()
        self._count = 0

    def start(self) -> None:
        """Work, or know that there may be more."""
        self._more = True
        while len(self._workers) < SIDE_BY_SIDE:
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def finished(self) -> int:
        """Until nothing is due any more; gives how many chats were served since the last
        time."""
        while self._workers:
            await asyncio.gather(*self._workers)
        count, self._count = self._count, 0
        return count

    async def _work(self) -> None:
        while True:
            if self._more and len(self._queue) < CLAIM // 2 and not self._filling:
                self._filling = asyncio.create_task(self._fill())
            if self._queue:
                await self._serve(self._queue.popleft())
            elif self._filling:
                await asyncio.wait([self._filling])
            else:
                return

    async def _fill(self) -> None:
        """Claim the next batch and look at it."""
        self._more = False
        try:
            now = self._reminders.clock.now()
            found = await self._reminders.ledger.claim(now, self._channel, CLAIM)
            if found:
                self._more = True
                self._count += len(found)
                composed = await self._reminders.ledger.compose(found, now)
                at = monotonic()
                self._queue.extend(Looked(w, c, at) for w, c in zip(found, composed, strict=True))
        except Exception as error:
            self._more = False  # the next tick tries again
            log.error("reminders.claim_failed", channel=self._channel, exc_info=error)
        finally:
            self._filling = None

    async def _serve(self, look: Looked) -> None:
        chat = look.waiting.chat
        if chat in self._busy:
            self._busy[chat].append(look)
            return
        self._busy[chat] = behind = deque([look])
        try:
            while behind:
                await self._reminders.serve(self._channel, behind.popleft())
        except Exception as error:
            log.error("reminders.chat_failed", channel=self._channel, exc_info=error)
        finally:
            del self._busy[chat]

    async def stop(self) -> None:
        """End, whatever is under way."""
        tasks = [*self._workers, *([self._filling] if self._filling else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
