"""What the office says by itself: which kinds there are, when they go out, what becomes of a
try to deliver one.

Pure decisions; `reminders/` carries them out. A notice begins as a **cause** (to the
petitioner, the desk, the ladder …) and is split into one row for each chat when it is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from petitions.book import Chat, Notice
from petitions.values.petition import Petition, Running

ALERT, BRIEF, ANSWER = "alert", "brief", "answer"
"""A reminder of one clock; a person's morning list; an answer that couldn't be said at once."""

ALARMS = frozenset(
    f"petitioner.{kind}"
    for kind in (
        "opened_elsewhere", "claimed", "guest_supplemented", "identity_checked", "check_confirmed",
        "let_in", "code_changed", "pin_given", "pin_set", "withdrawal_asked", "withdrawn_for",
    )
)  # fmt: skip
"""What somebody else does to a case: told to its petitioner at once, by every way; to no guest."""
BY_OFFICERS = frozenset(
    f"petitioner.{kind}"
    for kind in (
        "identity_checked", "check_confirmed", "let_in", "code_changed", "pin_given", "pin_set",
        "withdrawal_asked", "withdrawn_for",
    )
)  # fmt: skip
"""Those that officers cause: told by a person as well, where a chat could be in others' hands."""

LEGAL = ALARMS - {"petitioner.guest_supplemented"} | frozenset(
    f"petitioner.{kind}"
    for kind in (
        "accepted", "accepted_simple", "accepted_other", "refused", "led", "extended", "answered",
        "answered_other", "review_received", "review_refused", "reviewed", "returned",
        "rereview_received", "rereview_refused", "ended", "hearing", "right_ends",
    )
)  # fmt: skip
"""Notices with a visible number that count as served only when they were opened; sent again
after an unknown outcome, and taken to a person when they can't be delivered."""

SMALL_TALK = frozenset({"card", "receipt_qr", BRIEF})
"""Notices that may be lost rather than doubled: after an unknown outcome they aren't sent
again. Every other one is, marked as sent again."""

SPOKEN = frozenset({ANSWER, "duty.answer", "petitioner.wrote", "petitioner.asked", "receipt_qr"})
"""Answers of a person, or to one."""
ANYTIME = ALARMS | {"duty.danger", "duty.answer", "supervisor.urgent", "supervisor.pressed"}
"""What waits for nobody's working hours."""
DIGESTS = frozenset({BRIEF, "card", "officer.dates_moved", "officer.calendar_missing"})

LANES = (0, 1, 2)
"""Answers to a person, notices, digests: the lower goes first."""


def lane(kind: str) -> int:
    """How soon a notice goes when many wait."""
    return 0 if kind in SPOKEN or kind in ANYTIME else 2 if kind in DIGESTS else 1


PAUSES = (30, 120, 600, 3600, 4 * 3600)
"""Seconds to wait after the first, second … failed try."""
SOON = 600
"""Seconds to wait at most where somebody waits for the answer: it is tried as long as it is kept
(rule `answers`)."""
LONGEST_WAIT = 24 * 3600
"""Seconds a channel may ask us to wait at most."""


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
    answer = notice.kind == ANSWER
    tired = notice.attempts > len(PAUSES) and not answer
    pause = PAUSES[min(max(notice.attempts, 1), len(PAUSES)) - 1]
    if answer:
        pause = min(pause, SOON)
    match outcome:
        case Outcome.RETRY if tired and wait is None:
            return Step("failed")
        case Outcome.RETRY:
            seconds = pause if wait is None else min(max(wait, 1.0), LONGEST_WAIT)
            return Step("planned", now + timedelta(seconds=seconds))
        case Outcome.UNKNOWN if notice.kind in SMALL_TALK or tired:
            return Step("unknown")
        case Outcome.UNKNOWN:
            return Step("unknown", now + timedelta(seconds=pause))
    return Step(str(outcome))


def still_true(notice: Notice, petition: Petition | None, clocks: list[Running]) -> bool:
    """Whether a planned notice still says something true: its clock runs, to the same day."""
    clock = notice.facts.get("clock_id")
    if clock is None:
        return True
    running = next((c for c in clocks if c.id == clock), None)
    if running is None or running.ended_at or running.paused_on or petition is None:
        return False
    return running.due_on.isoformat() == notice.facts.get("due")


# When somebody wants to hear


QUIET = (22, 7)
"""The quiet hours one may choose: from, to (hours of the day in the office's time zone)."""
DIGEST_HOURS = (8, 12, 18)
"""The hours at which one may have everything of a day at once."""


def wanted_at(chat: Chat, notice: Notice, now: datetime, zone: tzinfo) -> datetime:
    """When this chat wants to hear a notice that is due now: after its quiet hours, or at the
    hour of its digest."""
    if notice.kind in ANYTIME:
        return now
    local = now.astimezone(zone)
    if chat.digest is not None and notice.kind not in SPOKEN and notice.kind != "card":
        return _next_hour(local, chat.digest).astimezone(now.tzinfo)
    if chat.quiet:
        first, last = QUIET
        if local.hour >= first or local.hour < last:
            return _next_hour(local, last).astimezone(now.tzinfo)
    return now


def _next_hour(local: datetime, hour: int) -> datetime:
    """The next time the clock on the wall shows this hour."""
    today = datetime.combine(local.date(), time(hour), local.tzinfo)
    if local <= today:
        return today
    return datetime.combine(local.date() + timedelta(days=1), time(hour), local.tzinfo)
