"""Notices that the office sends by itself: which kinds there are, when they go out, what becomes
of a try to deliver one.

Pure decisions; `reminders/` carries them out. A notice begins as a **cause** (to the
petitioner, the desk, the ladder …) and is split into one row for each chat when it is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from petitions.book import Chat, Notice
from petitions.values.petition import Petition, Running

ALERT, BRIEF, ANSWER, UNSAY = "alert", "brief", "answer", "unsay"
"""A reminder of one clock; a person's morning list; an answer that couldn't be said at once;
messages that are to be deleted from a chat."""


@dataclass(frozen=True, slots=True)
class Told:
    """The record of a kind of notice; one that has no record is said like any other."""

    kind: str
    buttons: tuple[str, ...] = ()
    """Each `label:verb`, or the verb alone where the label is called alike. To a petitioner it
    does something in the case, at a desk it is a step of it."""
    legal: bool = False
    """Counts as served only when it was opened; sent again after an unknown outcome, and taken to a
    person when it can't be delivered."""
    alarm: bool = False
    """An act of somebody else on a case: told to its petitioner at once, by every way; to no
    guest."""
    by_officers: bool = False
    """An alarm that officers cause: told by a person as well, where a chat could be in others'
    hands."""
    anytime: bool = False
    """Waits for nobody's working hours; no alarm does."""
    spoken: bool = False
    """An answer of a person, or to one."""
    digest: bool = False
    small_talk: bool = False
    """May be lost rather than doubled: after an unknown outcome it isn't sent again. Every other
    one is, marked as sent again."""
    alone: bool = False
    """Is never gathered: a card is edited in place, a picture stands by itself."""
    question: bool = False
    """Asks whom it concerns, and nobody else of the case."""


_EVERY = (
    # Registered, passed on, accepted, refused.
    Told("petitioner.registered", ("yes_right:confirm", "change:details")),
    Told("petitioner.passed", ("why",)),
    Told("petitioner.passed_accusation"),
    Told("petitioner.led", ("documents",), legal=True),
    Told("petitioner.refused", ("documents",), legal=True),
    Told("petitioner.accepted", ("why", "documents"), legal=True),
    Told("petitioner.accepted_simple", ("documents",), legal=True),
    Told("petitioner.accepted_other", ("documents",), legal=True),
    Told("petitioner.accepted_duty", ("why", "documents"), legal=True),
    Told("petitioner.accepted_accusation", legal=True),
    Told("petitioner.limit_recorded", ("why",), legal=True),
    Told("petitioner.asked", ("answer_now:supplement",), spoken=True),
    Told("petitioner.wrote", ("answer_now:question",), spoken=True),
    Told("petitioner.transcribed", ("yes_right:confirm", "not_right:supplement")),
    Told("petitioner.mediated", ("not_right:supplement",)),
    # Answered, delivered, reviewed.
    Told("petitioner.extended", ("why", "documents"), legal=True),
    Told("petitioner.answered", ("received", "documents"), legal=True),
    Told("petitioner.answered_other", legal=True),
    Told("petitioner.answered_duty", ("documents",), legal=True),
    Told("petitioner.delivered", ("ask_review:ask_next", "not_right:question")),
    Told("petitioner.refusal_delivered", ("ask_review:ask_next", "not_right:question")),
    Told("petitioner.review_received", legal=True),
    Told("petitioner.review_refused", ("received", "documents"), legal=True),
    Told("petitioner.reviewed", ("received", "documents"), legal=True),
    Told("petitioner.returned", legal=True),
    Told("petitioner.rereview_received", legal=True),
    Told("petitioner.rereview_refused", ("documents",), legal=True),
    Told("petitioner.hearing", legal=True),
    Told("petitioner.ended", ("documents",), legal=True),
    # Clocks of the office and of the petitioner.
    Told("petitioner.late", ("urge", "question", "reach")),
    Told("petitioner.right_ends", ("ask_review:ask_next", "why"), legal=True),
    # Afterwards, appointments, joint petitions.
    Told("petitioner.rate", question=True),
    Told("petitioner.follow_up", question=True),
    Told("petitioner.explained", ("ask_review:ask_next", "question")),
    Told("petitioner.review_offered", ("ask_review", "why")),
    Told("petitioner.meeting_proposed", ("meeting_yes", "meeting_no")),
    Told("petitioner.meeting_tomorrow", ("meeting_no",)),
    Told("petitioner.join_proposed", ("join_yes", "join_no")),
    # Acts of somebody else on a case.
    Told("petitioner.opened_elsewhere", ("shut_out",), legal=True, alarm=True),
    Told("petitioner.claimed", ("who", "shut_out"), legal=True, alarm=True),
    Told("petitioner.guest_supplemented", ("shut_out",), alarm=True),
    Told("petitioner.identity_checked", ("not_me:refuse_check",), legal=True, alarm=True,
         by_officers=True),
    Told("petitioner.check_confirmed", ("not_me:refuse_check",), legal=True, alarm=True,
         by_officers=True),
    Told("petitioner.let_in", ("who",), legal=True, alarm=True, by_officers=True),
    Told("petitioner.code_changed", legal=True, alarm=True, by_officers=True),
    Told("petitioner.pin_given", legal=True, alarm=True, by_officers=True),
    Told("petitioner.pin_set", legal=True, alarm=True, by_officers=True),
    Told("petitioner.withdrawal_asked", legal=True, alarm=True, by_officers=True),
    Told("petitioner.withdrawn_for", legal=True, alarm=True, by_officers=True),
    # To the office.
    Told("up.urged", ("answer_question:write",)),
    Told("desk.handed", ("why",)),
    Told("desk.questioned", ("answer_question:write",)),
    Told("desk.call_wanted", ("open_name",)),
    Told("bureau.call_wanted", ("open_name",)),
    Told("supervisor.urgent", anytime=True),
    Told("supervisor.pressed", anytime=True),
    Told("officer.unseated", anytime=True),
    Told("officer.staff", digest=True),
    Told("officer.second", anytime=True),
    Told("officer.answered", anytime=True),
    Told("seat_answer", anytime=True),
    Told("officer.dates_moved", digest=True),
    Told("officer.calendar_missing", digest=True),
    # Beside the cases.
    Told("duty.danger", anytime=True),
    Told("duty.answer", anytime=True, spoken=True),
    Told("card", digest=True, small_talk=True, alone=True),
    Told("receipt_qr", spoken=True, small_talk=True, alone=True),
    Told(BRIEF, digest=True, small_talk=True),
    Told(ANSWER, spoken=True),
    Told(UNSAY, anytime=True),
)  # fmt: skip
KINDS: dict[str, Told] = {one.kind: one for one in _EVERY}
"""Kind → record."""
PLAIN = Told("")


def of(kind: str) -> Told:
    """The record of a kind of notice; an empty one where there is nothing special about it."""
    return KINDS.get(kind, PLAIN)


SMALL_TALK = frozenset(one.kind for one in KINDS.values() if one.small_talk)
"""Notices that may be lost rather than doubled."""

LANES = (0, 1, 2)
"""Answers to a person, notices, digests: the lower goes first."""


def anytime(kind: str) -> bool:
    """Whether a notice waits for nobody's working hours."""
    return of(kind).anytime or of(kind).alarm


def lane(kind: str) -> int:
    """How soon a notice goes when many wait."""
    if of(kind).spoken or anytime(kind):
        return 0
    return 2 if of(kind).digest else 1


PAUSES = (30, 120, 600, 3600, 4 * 3600)
"""Seconds to wait after the first, second … failed try."""
SOON = 600
"""Seconds to wait at most where somebody waits for the answer: it is tried as long as it is kept
(rule `answers`)."""
LONGEST_WAIT = 24 * 3600
"""Seconds a channel may ask us to wait at most."""


class Outcome(StrEnum):
    """The outcome that a courier reports of one try."""

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
class NextStep:
    """The state and time to write into the ledger after a try."""

    state: str
    again_at: datetime | None = None


def next_step(
    outcome: Outcome, notice: Notice, now: datetime, wait: float | None = None
) -> NextStep:
    """The ledger's next state. `wait`: seconds the channel itself asked us to wait."""
    answer = notice.kind == ANSWER
    tired = notice.attempts > len(PAUSES) and not answer
    pause = PAUSES[min(max(notice.attempts, 1), len(PAUSES)) - 1]
    if answer:
        pause = min(pause, SOON)
    match outcome:
        case Outcome.RETRY if tired and wait is None:
            return NextStep("failed")
        case Outcome.RETRY:
            seconds = pause if wait is None else min(max(wait, 1.0), LONGEST_WAIT)
            return NextStep("planned", now + timedelta(seconds=seconds))
        case Outcome.UNKNOWN if of(notice.kind).small_talk or tired:
            return NextStep("unknown")
        case Outcome.UNKNOWN:
            return NextStep("unknown", now + timedelta(seconds=pause))
    return NextStep(str(outcome))


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
    if anytime(notice.kind):
        return now
    local = now.astimezone(zone)
    if chat.digest is not None and not of(notice.kind).spoken and notice.kind != "card":
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
