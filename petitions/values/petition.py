"""The petition (信访事项) and what belongs to it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from petitions.values.channels import Channel as Channel


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
    """What was promised didn't happen: the unit carries it out now (after a follow-up)."""
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


class Role(StrEnum):
    """What an officer may be; each within one unit."""

    CLERK = "clerk"
    """Registers and passes on."""
    HANDLER = "handler"
    """Works the cases of the unit."""
    HEAD = "head"
    """Heads the unit: approves what its handlers ask for."""
    DEPUTY = "deputy"
    """Approves when the head is away or handles the case."""
    SUPERVISOR = "supervisor"
    """Watches the office's clocks; hears what petitioners say in private about pressure."""
    VISITOR = "visitor"
    """Asks in person whether promises were kept (回访); works no cases."""
    LEADER = "leader"
    """Takes charge of hard cases; hears of what has been late for long."""
    MEDIATOR = "mediator"
    """Mediates (调解) in a case whose petitioner agreed to it; sees no other."""
    LAWYER = "lawyer"
    """Advises on the law (律师), by appointment with the petitioner's yes."""
    COUNSELLOR = "counsellor"
    """Listens and counsels (心理疏导), by appointment with the petitioner's yes."""
    ADMINISTRATOR = "administrator"
    """Looks after the installation; works no cases."""


CASEWORK = frozenset(
    {Role.CLERK, Role.HANDLER, Role.HEAD, Role.DEPUTY, Role.SUPERVISOR}
)  # fmt: skip
"""Roles that work the cases of their unit."""
GUESTS = frozenset({Role.MEDIATOR, Role.LAWYER, Role.COUNSELLOR})
"""Roles that see a case only while an appointment in it stands."""


class Audience(StrEnum):
    """Who may read a text of the file."""

    EVERYBODY = "everybody"
    """The petitioner and whoever works the case."""
    OFFICE = "office"
    """Officers only; no petitioner ever sees it."""
    BUREAU = "bureau"
    """The bureau's officers only, not the unit: who must not see the matter."""
    SUPERVISOR = "supervisor"
    """The supervisor only."""


@dataclass(frozen=True, slots=True)
class Officer:
    """A member of staff, reached in one chat."""

    id: int
    unit: str
    role: Role
    name: str
    """How colleagues call the desk; shown to petitioners only as the unit's name."""
    chat: int
    """0 while nobody has used the invitation."""
    away: bool = False
    """Not at the desk for the time being, as they said themselves."""
    stand_in: int = 0
    """The colleague who hears their alerts while they are away; 0: nobody in particular."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts on a case."""

    kind: str
    """`petitioner`, `officer` or `office` (the system itself)."""
    id: int = 0
    """Person or officer; 0 for the office."""
    unit: str = ""
    role: str = ""

    @classmethod
    def officer(cls, officer: Officer) -> Actor:
        """An officer in their unit and role."""
        return cls("officer", officer.id, officer.unit, officer.role)

    @classmethod
    def petitioner(cls, person: int, part: str = "") -> Actor:
        """The person whose case it is, or with a part in a joint one (`Part`)."""
        return cls("petitioner", person, role=part)


OFFICE = Actor("office")
"""The office itself, acting by its clock."""


class Part(StrEnum):
    """What somebody is in a case, beside who filed it."""

    REPRESENTATIVE = "representative"
    """代表: speaks for all; five at most, the filer among them (art. 20)."""
    SIGNER = "signer"
    """Joined by a link, with words and a consent of their own."""
    GUEST = "guest"
    """Opened it by number and query code, and has proved no more."""


PROVED = frozenset({"filed", "pin", "checked"})
"""How somebody came to follow a case who is its petitioner: they filed it, gave the petitioner's
PIN, or were checked by two officers."""
JOINED = frozenset({"signed", "joined"})
"""The same of who speaks in a joint petition for themselves."""


@dataclass(slots=True)
class Petition:
    """One case. Times are aware UTC; `None` means: hasn't happened."""

    id: int
    number: str
    channel: Channel
    status: Status
    person: int
    """Whose it is; 0: it was anonymised."""
    unit: str
    """Who has it now (a unit of the office file)."""
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
class Identity:
    """Who petitions, and how to reach them. Closed by default: see `office.open_name`."""

    name: str = ""
    address: str = ""
    contact: str = ""
    """A telephone number, or empty: only in the chat."""
    id_number: str = ""


@dataclass(slots=True)
class Member:
    """Somebody in a joint petition. Who invited them is kept nowhere."""

    id: int
    case: int
    person: int
    part: Part
    identity: Identity
    seq: int
    """The history entry by which they joined; 0: the filer."""
    left_at: datetime | None = None


@dataclass(slots=True)
class JoinOffer:
    """The office proposes to handle two people's cases together; each side says yes or no."""

    id: int
    case: int
    into: int
    case_yes: bool = False
    into_yes: bool = False
    state: str = "proposed"
    """`proposed`, `refused`, `withdrawn`, `joined`."""


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
    """What isn't personal: unit, reason code, dates."""
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


class TaskKind(StrEnum):
    """Why a person must do what a message couldn't."""

    TELL = "tell"
    """Somebody without a chat is to be told: by letter, by telephone, at the window."""
    SERVE = "serve"
    """A legal notice that wasn't opened, or couldn't be delivered: call or write."""
    URGED = "urged"
    """The petitioner urged (催办): answer them."""
    TAKE_UP = "take_up"
    """Not satisfied: somebody outside the rated unit finds out why and acts."""
    PARTLY = "partly"
    """What was promised happened in part: see to the rest."""
    FOLLOW_UP = "follow_up"
    """Somebody without a chat is to be asked, by telephone or at the window."""
    ASSIST = "assist"
    """An assisting unit contributes by its own day."""
    HELP = "help"
    """A unit was called (吹哨) and says whether it comes (报到)."""
    INSTRUCTION = "instruction"
    """What a leader's written note (批示) asks of the unit, by its own day."""
    DECISION = "decision"
    """What a joint meeting decided, by a day."""
    SUPERVISION = "supervision"
    """A supervised unit answers in writing by its day (督办)."""
    AGAIN = "again"
    """Somebody came again on a closed matter: call, then explain or reopen."""
    CHECK = "check"
    """A guest of a case says it is theirs and asks for an identity check."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person of the office must do by a day."""

    id: int
    case: int
    kind: TaskKind
    occasion: str
    """What caused it; unique together with case and kind."""
    unit: str
    due_on: date
    created_at: datetime
    notice: int = 0
    """The ledger's row that is to be told; 0: none."""
    done_at: datetime | None = None
    done_by: int = 0
    how: str = ""
    """How it was done: a code of `TOLD`, or `answered`."""


class Level(StrEnum):
    """How satisfied somebody is; the order in which it is always offered."""

    SATISFIED = "satisfied"
    """满意"""
    FAIRLY = "fairly"
    """基本满意"""
    DISSATISFIED = "dissatisfied"
    """不满意"""


@dataclass(slots=True)
class Rating:
    """One body's part in a case, and what its petitioner thinks of it. No level: not rated,
    which is a state of its own and counts for nothing."""

    id: int
    case: int
    person: int
    """Who may give it."""
    body: str
    """`bureau`: that it was passed on; `unit`: the answer."""
    unit: str
    """Who is rated."""
    seq: int
    """The history entry that is rated."""
    opened_on: date
    until: date
    """The last day on which it may be given or changed."""
    level: str = ""
    finer: dict[str, str] = field(default_factory=dict)
    """Aspect → level, where somebody wanted to say more."""
    reasons: tuple[str, ...] = ()
    changes: int = 0
    after_contact: int = 0
    """How many of the changes came after somebody of the office had been in touch."""
    first_at: datetime | None = None
    unit_may_know: bool = False
    """The petitioner agreed that the unit sees it."""
    may_call: bool = False

    @property
    def occasion(self) -> str:
        """What the tasks that it causes begin with."""
        return f"rating:{self.id}:"


@dataclass(slots=True)
class FollowUp:
    """A question after a closed case: did what was promised happen? (回访)"""

    id: int
    case: int
    step: str
    """`7`, `30`, `90`: days after the end; `promise`: the day after a promised date."""
    due_on: date
    answer: str = ""
    """`done`, `partly`, `no`, `later`, `never`, `none` (nothing was promised), `unreached`;
    empty: none."""
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    tries: int = 0
    """How often a person tried to reach them and couldn't."""


@dataclass(slots=True)
class Appointment:
    """Somebody meets the petitioner: a visit, a mediation, a lawyer … Proposed, and made only
    after the petitioner's yes."""

    id: int
    case: int
    kind: str
    """One of `appointments.KINDS`."""
    host: int
    """The officer who meets them."""
    place: str
    """One of the kind's `appointments.PLACES`."""
    day: date
    hour: int
    """Of the office's day."""
    state: str = "proposed"
    """`proposed`, `agreed`, `refused`, `withdrawn`, `cancelled`, `done`."""
    how: str = ""
    """How the petitioner said yes: `chat`, `telephone`, `letter`, `window`."""
    said_at: datetime | None = None
    """When they said yes or no."""


@dataclass(slots=True)
class Supervision:
    """One step by which an office is made to act in a case (督办): of offices, never of people."""

    id: int
    case: int
    unit: str
    """Who is supervised."""
    level: str
    """One of `supervision.LEVELS`."""
    cause: str
    """One of `supervision.CAUSES`."""
    due_on: date
    """By when it answers in writing."""
    by: int = 0
    """The officer who supervises; 0: by rule."""
    state: str = "open"
    """`open`, `answered`, `passed` (a higher level followed), `ended`."""
    answered_on: date | None = None


@dataclass(slots=True)
class Suggestion:
    """One of the three suggestions (三项建议, art. 40): to improve, to change a policy, to hold to
    account."""

    id: int
    kind: str
    """One of `supervision.SUGGESTIONS`."""
    unit: str
    """To whom."""
    by: int
    made_on: date
    due_on: date
    words: str
    adopted: bool | None = None
    """None: not answered yet."""
    answer: str = ""
    answered_on: date | None = None


@dataclass(slots=True)
class Listed:
    """A case that somebody of the leadership is responsible for (包案), perhaps within a campaign.
    Its four fields are always there: leader, unit, team, day."""

    id: int
    case: int
    leader: int
    unit: str
    team: str
    """Who works on it, as the office calls them."""
    due_on: date
    campaign: int = 0
    state: str = "open"
    """`open`, `struck`, `replaced` (listed anew)."""
    standard: str = ""
    """By which standard it was struck off: one of `campaigns.STANDARDS`."""
    struck_on: date | None = None


@dataclass(slots=True)
class Campaign:
    """A campaign for old cases (积案专项): which cases, until when, how far by when."""

    id: int
    name: str
    first: date
    last: date
    """Cases that were received on these days are its source; both included."""
    targets: tuple[tuple[date, int], ...]
    """By a day, so many percent struck off."""
    phases: tuple[tuple[str, date, date], ...] = ()
    """Name, first and last day."""
    state: str = "open"
    """`open` or `ended`."""


@dataclass(slots=True)
class Slot:
    """A time at which somebody of the office receives people (接访)."""

    id: int
    unit: str
    host: int
    """The officer who receives."""
    day: date
    start: str
    """`HH:MM` of the office's day."""
    minutes: int
    places: int
    """How many are received."""
    where: str
    link: str = ""
    """Of a video reception; empty: in person."""
    state: str = "open"
    """`open` or `cancelled`."""


@dataclass(slots=True)
class Booking:
    """Somebody's place at a reception (约访)."""

    id: int
    slot: int
    person: int
    chat: int
    """Where they are told; 0: by a person of the office."""
    case: int
    """0: about no case yet."""
    topic: str
    how: str
    """`chat`, `telephone`, `window`."""
    state: str = "booked"
    """`booked`, `waiting`, `cancelled`, `held`, `absent`."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A joint meeting (联席会议) that was held, and its minutes."""

    id: int
    day: date
    by: int
    """The officer who wrote the minutes."""
    attended: str
    """Which units were there, as written."""
    minutes: str
    cases: tuple[int, ...] = ()
    """What stood on its agenda."""


IN_PERSON = frozenset({TaskKind.TELL, TaskKind.SERVE})
"""Tasks of whoever has the case: they go with it."""
TOLD = ("letter", "telephone", "window", "not_reached")
"""How somebody was told in person."""


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


@dataclass(frozen=True, slots=True)
class Look:
    """An officer looked into a case."""

    case: int
    officer: int
    unit: str
    day: date
    """In the office's time zone: a look is noted once a day."""
    at: datetime
    what: str
    """One of `looking.What`."""
    reason: str
    """By which duty they looked (`looking.DUTIES`), or what for (`looking.REASONS`)."""
    duty: bool
    words: str = ""
    """What somebody without a duty wrote."""
    seq: int = 0
    """Its place among the looks into the case, from 1."""
