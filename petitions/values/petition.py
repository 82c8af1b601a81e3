"""The petition (信访事项) and what belongs to it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from petitions.values.channels import Channel
from petitions.values.person import Actor, Audience

Facts = dict[str, Any]
"""The facts that an entry of the history says beside its words."""


class Kind(StrEnum):
    """The three kinds of matter (arts. 29–31)."""

    SUGGESTION = "suggestion"
    """建议意见: an idea or opinion; studied and answered (art. 29)."""
    ACCUSATION = "accusation"
    """检举控告: says that somebody broke the rules; only the competent organ sees it (art. 30)."""
    REQUEST = "request"
    """申诉求决: asks that something be decided or done (art. 31)."""


class Status(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    """Receipted; the bureau has yet to register it."""
    REGISTERED = "registered"
    """Registered and sorted; to be passed on (art. 22)."""
    LED = "led"
    """Led into the procedure it belongs to (art. 31, ways 1–5), with where to go."""
    PASSED = "passed"
    """With a unit that must say within its limit whether it accepts (art. 23)."""
    OBJECTED = "objected"
    """The unit says it isn't its matter; the sender checks (art. 23)."""
    COORDINATED = "coordinated"
    """Bounced too often: a coordinator names the unit, the clock running (art. 24)."""
    ACCEPTED = "accepted"
    """Accepted; the unit must answer (art. 34)."""
    EXTENDING = "extending"
    """The handler asks the unit's head for more time; the clock runs (art. 34)."""
    ANSWERED = "answered"
    """The written answer was given; the petitioner may ask for a review."""
    REVIEW_ASKED = "review_asked"
    """A review (复查) was asked for, from the superior organ (art. 35)."""
    REVIEWING = "reviewing"
    """Under review."""
    REVIEWED = "reviewed"
    """The review's opinion was given; the petitioner may ask for a re-review."""
    REREVIEW_ASKED = "rereview_asked"
    """A re-review (复核) was asked for (art. 36)."""
    REREVIEWING = "rereviewing"
    """Under re-review; a hearing stops its clock."""
    ENDED = "ended"
    """The re-review's opinion was given: the three levels are over (三级终结, art. 36)."""
    CARRYING = "carrying"
    """The promise wasn't kept: the unit carries it out now (after a follow-up)."""
    CLOSED = "closed"
    """Ended with an answer."""
    REFUSED = "refused"
    """Not accepted, with the reason and the right place to go."""
    MERGED = "merged"
    """The same matter of the same person stands in another case, which holds both texts."""
    WITHDRAWN = "withdrawn"
    """Withdrawn by the petitioner; may be taken back for some days."""


FINAL = frozenset({Status.CLOSED, Status.REFUSED, Status.WITHDRAWN, Status.ENDED, Status.MERGED})
"""Statuses in which no clock of the office runs."""


@dataclass(slots=True)
class Petition:
    """One case. Times are aware UTC; `None` means: hasn't happened."""

    id: int
    number: str
    channel: Channel
    status: Status
    person: int
    """The petitioner whose it is; 0: it was anonymised."""
    unit: str
    """The unit that has it now (of the office file)."""
    received_at: datetime
    """When it was registered here."""
    received_on: date
    """The day it reached the office, which its limits run from; of what came on paper, earlier."""
    version: int = 0
    """Grows with every change; buttons carry it."""
    kind: Kind | None = None
    category: str = ""
    proposed: bool = False
    """Kind and category were set by an officer and the petitioner hasn't confirmed them."""
    handler: int = 0
    """The officer at work on it; 0: nobody yet."""
    first_handler: int = 0
    """首办: the first officer who took it; never emptied."""
    people: int = 1
    """How many petition together, as stated."""
    members: int = 0
    """How many are in a joint petition now, the filer among them; 0: it isn't one."""
    unnamed: bool = False
    """An accusation whose author gave no name."""
    sealed: bool = False
    """Its petitioner named somebody who must not see it: units read a clerk's summary only."""
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    resumed: Status | None = None
    """Status before a withdrawal, to which taking it back returns."""
    way: str = ""
    """Of the six ways of art. 31, for a request; empty: not sorted yet."""
    simple: bool = False
    """Handled by the simple procedure (简易办理)."""
    urgent: bool = False
    """Grave or urgent (art. 25): about the matter."""
    bounces: int = 0
    """How often a unit has said that it isn't its matter."""
    proposed_unit: str = ""
    """Whom the objecting unit proposes."""
    assisting: tuple[str, ...] = ()
    """Units that help the lead unit."""
    asked_days: int = 0
    """Days of extension asked for, not yet decided."""
    extended: bool = False
    """The one extension was granted."""
    answered_by: str = ""
    """The unit whose answer is, or may be, reviewed."""
    outcome: str = ""
    """Of the last opinion: supported, explained, not_supported; uphold, revoke, change …"""
    delivered_on: date | None = None
    """The day the petitioner received the last opinion; windows run from it."""
    former: int = 0
    """The officer who may not handle it again (三个重新); 0: nobody."""
    merged_into: int = 0
    """The case that holds this one's matter; 0: none."""
    promised_on: date | None = None
    """The day by which the answer promised something."""
    leader: int = 0
    """The leader responsible for the case (包案); 0: nobody."""
    guests: tuple[int, ...] = ()
    """Officers who see the case for an appointment the petitioner agreed to."""
    lane: str = ""
    """The special lane it is in, with limits of its own; empty: none."""
    next_due: date = date.max
    """When the first of its running clocks ends, windows aside: what queues are ordered by, kept
    with the case. `date.max`: no clock runs."""
    kept_from: tuple[str, ...] = ()
    """Units that must not see it, as its petitioner said it: nobody there opens anything of it."""
    waits: int = 0
    """Filed beyond a day's number by the same person, and not registered yet: of those due on the
    same day it is read after all with a smaller one. It moves no clock."""
    waiting: bool = False
    """The office asked the petitioner something and hasn't heard yet; no clock waits for it."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words in the file: what was written, by whom it may be read, where it stands."""

    seq: int
    """The history entry it belongs to."""
    part: str
    """`facts`, `request`, `place`, `reply`, `note` …"""
    body: str
    """Empty when it was erased; the history still holds its commitment."""
    audience: Audience = Audience.EVERYBODY
    file: int = 0
    """A voice message that stands for the words until they are written down; 0: none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history: append-only, each chained to the one before."""

    seq: int
    at: datetime
    actor: Actor
    action: str
    status: Status
    """After the action."""
    audience: Audience
    facts: dict[str, Any] = field(default_factory=dict)
    """Facts that aren't personal: unit, reason code, dates."""
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of one case."""

    id: int
    case: int
    clock: str
    """Its name in the regulation file (`pass_on`, `notify`, `answer`)."""
    started_on: date
    """Day 0 in the office's time zone: not counted (Civil Code art. 201)."""
    due_on: date
    """The nominal date, as counted."""
    ended_at: datetime | None = None
    outcome: str = ""
    """`kept`, `late` or `withdrawn` once ended."""
    rolled_on: date | None = None
    """The nominal date, or the first working day after it."""
    provisional: bool = False
    """A list of days off that isn't published yet may move it."""
    length: str = ""
    """`15d`, `5wd`; empty: the date was set in the case."""
    extension: str = ""
    """Length by which it was extended."""
    pauses: tuple[tuple[date, date], ...] = ()
    """Stretches that don't count, both days included."""
    paused_on: date | None = None
    """The first day of a pause that hasn't ended."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A numbered document of a case."""

    id: int
    case: int
    seq: int
    """The history entry it was issued with."""
    kind: str
    """As in the regulation file: `accepted`, `opinion` …"""
    number: str
    day: date


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a case."""

    file: int
    name: str
    mime: str
    size: int
    seq: int
    """The history entry it came with."""
    audience: Audience
