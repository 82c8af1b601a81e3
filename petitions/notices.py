"""Which notices a step deserves, what becomes of a try to deliver one.

Pure decisions; `reminders/` carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from petitions.book import Notice
from petitions.petition import Petition, Running

PASSING_KINDS = frozenset({"card", "receipt_qr"})
"""Notices that may be lost rather than doubled: after an unknown outcome they aren't
sent again. Every other one is, under the same notice number."""

LADDER = (30, 120, 600, 3600, 4 * 3600)
"""Seconds to wait after the first, second … failed try."""


class Outcome(StrEnum):
    """What a courier reports of one try."""

    SENT = "sent"
    RETRY = "retry"
    """A passing error: nothing arrived."""
    UNKNOWN = "unknown"
    """The line broke while it was under way: it may have arrived."""
    BLOCKED = "blocked"
    """The person has shut the bot out."""
    FAILED = "failed"
    """It can never arrive in this form."""


@dataclass(frozen=True, slots=True)
class Step:
    """What to write into the ledger after a try."""

    state: str
    again_at: datetime | None = None


def next_step(outcome: Outcome, notice: Notice, now: datetime, wait: float | None = None) -> Step:
    """The ledger's next state. `wait`: seconds the channel itself asked us to wait."""
    if outcome is Outcome.RETRY:
        if notice.attempts > len(LADDER) and wait is None:
            return Step("failed")
        pause = LADDER[min(notice.attempts, len(LADDER)) - 1] if wait is None else wait
        return Step("planned", now + timedelta(seconds=pause))
    if outcome is Outcome.UNKNOWN:
        if notice.kind in PASSING_KINDS or notice.attempts > len(LADDER):
            return Step("unknown")
        return Step("planned", now + timedelta(seconds=LADDER[0]))
    return Step(str(outcome))


def still_true(notice: Notice, petition: Petition | None, clocks: list[Running]) -> bool:
    """Whether a planned notice still says something true."""
    clock = notice.facts.get("clock_id")
    if clock is None:
        return True
    running = next((c for c in clocks if c.id == clock), None)
    if running is None or running.ended_at or running.paused_on or petition is None:
        return False
    return running.due_on.isoformat() == notice.facts.get("due")
