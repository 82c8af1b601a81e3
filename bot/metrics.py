"""Counts that a monitor may read: numbers only, never a person, a case or a word."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram

from petitions.telling.ports import Courier, Delivery, Tried

UPDATES = Counter(
    "petition_updates", "Messages, presses and files that were handled.",
    ["channel", "kind", "outcome"],
)  # fmt: skip
SECONDS = Histogram(
    "petition_update_seconds", "From an update's arrival to its commit.", ["channel"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)  # fmt: skip
NOTICES = Counter(
    "petition_notices", "Tries to deliver what the office says by itself.", ["channel", "outcome"]
)
WAITING = Gauge("petition_notices_due", "Notices that are due and not yet taken.")
LATE = Gauge("petition_notices_late_seconds", "How long the oldest of them has been due.")
INBOX = Gauge("petition_inbox", "Updates of Telegram's that are kept and not yet answered.")
UNCOUNTED = Gauge("petition_uncounted", "Cases whose history isn't in the figures yet.")
WRONG = Gauge(
    "petition_wrong_secrets", "Wrong tries at codes, PINs, invitations in an hour.", ["secret"]
)  # fmt: skip
STAFF = Gauge("petition_desks", "Desks by what became of them.", ["state"])
PAGES = Gauge("petition_open_pages", "Pages that this process keeps up to date.")
LEADS = Gauge("petition_leads", "1: this process is the one in the role.", ["role"])
FORGOTTEN = Gauge(
    "petition_reminders_forgotten", "The reminders' self-check: each must be 0.", ["what"]
)


class UpdateOutcome:
    """The outcome of an update; `answered` until something else is said."""

    def __init__(self) -> None:
        self.name = "answered"


@contextmanager
def handling(channel: str, kind: str) -> Iterator[UpdateOutcome]:
    """Count an update and the time it takes."""
    began, outcome = time.perf_counter(), UpdateOutcome()
    try:
        yield outcome
    except BaseException:
        outcome.name = "out_of_reach"
        raise
    finally:
        UPDATES.labels(channel, kind, outcome.name).inc()
        SECONDS.labels(channel).observe(time.perf_counter() - began)


@dataclass(slots=True)
class CountedCourier:
    """A courier whose deliveries are counted (`petitions.telling.ports.Courier`)."""

    courier: Courier
    channel: str

    async def deliver(self, delivery: Delivery) -> Tried:
        """As the courier does it."""
        tried = await self.courier.deliver(delivery)
        NOTICES.labels(self.channel, tried.outcome.value).inc()
        return tried
