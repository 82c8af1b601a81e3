"""The office's book: everything the use cases read and write, within one transaction.

`storage/` keeps it on SQLite or PostgreSQL. The functions are plain and synchronous; each
raises petitions.errors.Unknown where a thing that must be there isn't. Nothing is saved
until the whole verb has returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, Protocol

from petitions.counting.bulletins import Bulletin
from petitions.counting.figures import Sums, Which
from petitions.counting.hot import Matter
from petitions.law.periods import Period
from petitions.message import FileRef, Message, Of
from petitions.values.petition import (
    Appointment,
    Attachment,
    Audience,
    Booking,
    Campaign,
    Entry,
    FollowUp,
    Identity,
    Issued,
    JoinOffer,
    Listed,
    Look,
    Meeting,
    Member,
    Officer,
    Part,
    Petition,
    Rating,
    Running,
    Slot,
    Suggestion,
    Supervision,
    Task,
    TaskKind,
    Text,
)
from petitions.words import DEFAULT


@dataclass(slots=True)
class Chat:
    """One conversation on one channel. A chat isn't a person: a phone may be shared."""

    id: int
    channel: str
    """`telegram` or `web`."""
    address: str
    """The channel's own id of the chat."""
    lang: str = DEFAULT
    person: int = 0
    """Who uses it now; 0: somebody left, and nobody has come back with a PIN."""
    draft: int = 0
    """The form that is open here; 0: none."""
    officer: int = 0
    """The officer whose chat it is; 0: a citizen's."""
    agreed_at: datetime | None = None
    """When the notice on what is kept was shown and agreed to."""
    blocked: bool = False
    """The person has shut the bot out; nothing can be delivered."""
    menu: str = ""
    """Which command menu the client shows: role and language."""
    seen_at: datetime | None = None
    quiet: bool = False
    """Nothing is to ring here at night."""
    digest: int | None = None
    """The hour at which everything of a day is wanted at once; None: at once."""
    client: str = ""
    """The language of the person's client when it was last heard: when it changes, the chat
    follows; a language chosen in the chat stays otherwise."""
    owed: bool = field(default=False, compare=False)
    """Something that was answered here couldn't be said yet: nothing is said before it. Changed by
    `owe` alone."""
    origin: str = field(default="", compare=False)
    """A keyed mark of the address that this update came from; never stored here."""


@dataclass(slots=True)
class Person:
    """Somebody who petitions; known only by the chats they use."""

    id: int
    pin: bytes = b""
    """Salted hash of the PIN that reopens this person's matters; empty: none."""
    neutral: bool = False
    """Notices say only that there is news."""
    muted: bool = False
    """Wants no questions: no ratings, no follow-ups."""
    asked_on: date | None = None
    """The day of the last question: one a day at most, whatever number of cases."""


@dataclass(slots=True)
class Draft:
    """A form under way, saved at every answer."""

    id: int
    chat: int
    person: int
    form: str
    case: int = 0
    """The case it belongs to; 0: none yet."""
    rev: int = 0
    """Grows with every answer; buttons carry it."""
    data: dict[str, Any] = field(default_factory=dict)
    """`answers` by step, `files`, `at` (the step asked), `back` (to the check page)."""
    done: bool = False
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A notice to be written into the ledger."""

    kind: str
    case: int
    """0: about none."""
    occasion: str
    """What caused it: with kind, case and recipient it is unique."""
    to: str
    """A side (`petitioner`, `desk`, `supervisor`, `ladder` …), or `chat:` and its id."""
    due_at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    chat: Chat | None = None
    """The chat, where it is for one."""
    next_at: datetime | None = None
    """When it is to be taken, where that isn't when it fell due."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of the ledger: something the office says by itself."""

    id: int
    kind: str
    case: int
    occasion: str
    """What caused it; unique together with case, kind and recipient."""
    to: str
    """A side (`petitioner`, `desk`, `supervisor`, `ladder` …), or `chat:` and its id."""
    due_at: datetime
    """When it fell due; never changes."""
    state: str
    """planned, sending, sent, unknown, blocked, failed, cancelled, shared (split by chat)."""
    attempts: int
    facts: dict[str, Any]
    """Ids and dates only, never what somebody wrote."""
    reason: str = ""
    message: int = 0
    """The channel's id of the delivered message."""
    lang: str = ""
    """The language it was said in."""
    unsure: int = 0
    """How many tries have an unknown outcome."""
    next_at: datetime | None = None
    """When it is taken next; None: it waits for nothing."""
    sent_at: datetime | None = None
    opened_at: datetime | None = None
    """When the person first opened the case after it was sent."""

    @property
    def chat(self) -> int:
        """The chat's id of a row for one chat; 0 for a cause."""
        return int(self.to[5:]) if self.to.startswith("chat:") else 0


@dataclass(frozen=True, slots=True)
class Queued:
    """A line of an officer's queue."""

    petition: Petition
    due_on: date | None
    """When the first of its running clocks ends; None: no clock runs."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Which cases an officer wants to see."""

    units: tuple[str, ...]
    handler: int | None = None
    """None: anybody's, 0: nobody's."""
    statuses: tuple[str, ...] = ()
    """() means every one that isn't an end."""
    category: str = ""
    """A field or a category within it; empty: all."""
    until: date | None = None
    """Only what is due by a day."""


@dataclass(frozen=True, slots=True)
class NewText:
    """Words to be put into the file with a history entry."""

    part: str
    body: str
    audience: Audience = Audience.EVERYBODY
    file: int = 0


class Book(Protocol):
    """One transaction on the office's records."""

    # Chats and persons
    def chat(self, channel: str, address: str) -> Chat | None: ...
    def chat_by_id(self, id: int) -> Chat: ...
    def new_chat(self, channel: str, address: str, lang: str, now: datetime) -> Chat: ...
    def save_chat(self, chat: Chat) -> None: ...
    def person(self, id: int) -> Person: ...
    def new_person(self, chat: int, now: datetime) -> Person: ...
    def add_person(self, now: datetime) -> Person:
        """Somebody who has no chat here."""
        ...

    def save_person(self, person: Person) -> None: ...
    def persons_in(self, chat: int) -> Sequence[Person]: ...
    def leave(self, chat: int, person: int, now: datetime) -> None: ...
    def chats_of(self, person: int) -> Sequence[Chat]: ...
    def clear_log(self, chat: int) -> None:
        """Empty what the page shows of this chat (the web channel keeps it, Telegram its
        own): whoever uses the phone next doesn't read it. Its cards are kept up to date no more."""
        ...

    def last_answers(self, chat: Chat, count: int) -> list[list[Message]]:
        """What this chat was answered last, newest first."""
        ...

    def forget_answers(self, chat: int) -> None:
        """Forget what this chat was answered: an update that comes again is handled again."""
        ...

    def spoken_of(self) -> Of:
        """The cases of which words or names were read in this transaction, and the forms."""
        ...

    def end_sessions(self, chat: int, now: datetime) -> None:
        """End the page's sessions of a chat."""
        ...

    def card(self, chat: int, case: int) -> int: ...
    def set_card(self, chat: int, case: int, message: int) -> None: ...

    # Updates already handled
    def handled(self, channel: str, key: str, chat: int, mark: str = "") -> tuple[str, str | None]:
        """The key by which this chat's answer to an update is kept, and the answer; None: it has
        none yet. Another key where the update's own is another chat's: another bot on the same
        database counts its updates anew. An answer to another update of the same key, with another
        `mark`, is forgotten: Telegram has numbered anew."""
        ...

    def keep_handled(
        self, channel: str, key: str, chat: int, mark: str, answers: str, now: datetime
    ) -> None: ...
    def answer(self, chat: Chat, key: str, mark: str) -> str | None:
        """What an update of this chat was answered; None: that isn't kept any more."""
        ...

    def owe(self, chat: int, owed: bool) -> None:
        """Note that answers of this chat wait in the ledger, or do no longer."""
        ...

    def unheard(self, chat: int) -> Sequence[Notice]:
        """Answers that couldn't be said in this chat, because it had shut the bot out."""
        ...

    def say_again(self, notices: Sequence[int], now: datetime) -> None:
        """Have the ledger take these once more."""
        ...

    def owed(self, chat: int) -> Sequence[Notice]:
        """Answers of this chat that wait in the ledger, or are being said; the oldest first."""
        ...

    # Drafts
    def new_draft(self, draft: Draft, now: datetime) -> Draft: ...
    def draft(self, id: int) -> Draft | None: ...
    def save_draft(self, draft: Draft, now: datetime) -> None: ...
    def drop_draft(self, id: int) -> None: ...
    def drafts_of(self, person: int) -> Sequence[Draft]: ...

    # Cases
    def next_serial(self, day: date) -> int: ...
    def add(self, petition: Petition, identity: Identity, code: str) -> Petition: ...
    def petition(self, id: int) -> Petition: ...
    def by_number(self, number: str) -> Petition | None: ...
    def save(self, petition: Petition) -> None:
        """Raises Changed when somebody else saved the case since it was read."""
        ...

    def identity(self, case: int) -> Identity: ...
    def set_identity(self, case: int, identity: Identity) -> None: ...
    def code_hash(self, case: int) -> bytes: ...
    def set_code_hash(self, case: int, hash: bytes) -> None: ...
    def hash_code(self, code: str) -> bytes: ...
    def forget_case(self, case: int) -> None:
        """Forget who petitioned and every word of a case; its history stays."""
        ...

    def is_over(self, case: int, before: datetime) -> bool:
        """Whether a case is closed, nothing of it is open, and nothing has happened since."""
        ...

    def held_of(self, person: int) -> dict[str, list[dict[str, Any]]]:
        """What is held of a person beside their cases and drafts, by table."""
        ...

    def follow(self, case: int, person: int, how: str, now: datetime) -> None: ...
    def unfollow(self, case: int, person: int, now: datetime) -> None: ...
    def follows(self, case: int, person: int) -> bool: ...
    def how(self, case: int, person: int) -> str:
        """How somebody came to follow a case: `filed`, `code`, `pin`, `checked`, `signed`,
        `joined`; empty: they don't."""
        ...

    def followers(self, case: int) -> Sequence[int]: ...
    def ways_in(self, case: int) -> Mapping[int, str]:
        """Who follows a case → how they came to it."""
        ...

    def cases_of(self, person: int) -> Sequence[Petition]: ...
    def filed_on(self, person: int, day: date) -> int:
        """Petitions that a person filed by chat on a day."""
        ...

    def ended_cases(self, person: int) -> Sequence[tuple[int, str]]:
        """The newest of a person's own matters that were answered and closed: id and number."""
        ...

    # The file of a case
    def write(self, case: int, entry: Entry, texts: Iterable[NewText]) -> int:
        """Append to the history; gives the entry's number. `seq` and `digest` of the
        given entry are filled in here."""
        ...

    def history(self, case: int) -> Sequence[Entry]: ...
    def entry(self, case: int, seq: int) -> Entry | None: ...
    def texts(self, case: int, seq: int = 0) -> Sequence[Text]:
        """The words of a case, or of one of its entries."""
        ...

    def attach(
        self, case: int, seq: int, files: Sequence[int], audience: Audience
    ) -> Sequence[FileRef]: ...
    def attachments(self, case: int, seq: int = 0) -> Sequence[Attachment]: ...
    def file_ref(self, id: int) -> FileRef: ...

    def erase_text(self, case: int, seq: int, part: str) -> None:
        """Forget words for good; the history keeps their commitment."""
        ...

    # Clocks
    def start_clock(self, clock: Running) -> Running: ...
    def save_clock(self, clock: Running) -> None: ...
    def clocks(self, case: int) -> Sequence[Running]: ...
    def clocks_after(self, id: int, limit: int) -> Sequence[Running]:
        """Clocks of all cases that run, by id, for work in batches."""
        ...

    def calendar_lists(self, calendar: str) -> tuple[str, ...]:
        """The texts of the yearly lists the office has imported, by year."""
        ...

    def setting(self, name: str) -> str:
        """What the installation remembers under a name; empty: nothing."""
        ...

    def set_setting(self, name: str, value: str) -> None: ...
    def keep_calendar(self, calendar: str, year: int, text: str, now: datetime) -> None: ...

    def open_clocks(self, units: Sequence[str], until: date) -> Sequence[tuple[Running, Petition]]:
        """Clocks that run and end by a day, with their cases, of these units; () means all."""
        ...

    # Documents
    def issue(self, case: int, seq: int, kind: str, mark: str, day: date) -> Issued:
        """Give a document its number: mark, year, serial of its kind."""
        ...

    def documents(self, case: int) -> Sequence[Issued]: ...

    # The desk
    def officer(self, id: int) -> Officer | None: ...
    def officers(self, unit: str = "") -> Sequence[Officer]: ...
    def add_officer(self, officer: Officer, now: datetime) -> Officer: ...
    def desks_of(self, chat: int) -> Sequence[Officer]:
        """Every desk that the person in this chat holds."""
        ...

    def end_officer(self, id: int, now: datetime) -> None: ...
    def seat_officer(self, id: int, chat: int) -> None: ...
    def seated(self, unit: str = "") -> Sequence[Officer]:
        """The officers who can be reached: somebody sits there and hasn't shut the bot out."""
        ...

    def set_away(self, id: int, away: bool, stand_in: int) -> None: ...
    def add_invite(self, hash: bytes, officer: int, until: datetime) -> None: ...
    def use_invite(self, hash: bytes, now: datetime) -> Officer | None: ...
    def queue(self, which: Queue, offset: int, limit: int) -> Sequence[Queued]:
        """Cases that aren't answered yet, by next due date; of a day's, those that `waits` last."""
        ...

    def queue_size(self, which: Queue) -> int: ...
    def answers_of(self, unit: str, but: int, limit: int) -> Sequence[tuple[str, str]]:
        """A unit's newest answers to other cases: number and words."""
        ...

    def alike(self, case: int, limit: int) -> Sequence[int]:
        """Cases under way that may be about the same matter, the likest first."""
        ...

    def lane_counts(self) -> Sequence[tuple[str, str, int]]:
        """How many cases of each special lane have which status."""
        ...

    def holding_units(self) -> Sequence[str]:
        """Units that have cases under way, whether or not the office knows them."""
        ...

    def save_filter(self, officer: int, name: str, data: dict[str, str]) -> int: ...
    def filters(self, officer: int) -> Sequence[tuple[int, str, dict[str, str]]]:
        """An officer's saved filters: id, name, what they look for."""
        ...

    def drop_filter(self, officer: int, id: int) -> None: ...
    def saved_replies(self, unit: str) -> Sequence[tuple[int, str]]: ...
    def save_reply(self, unit: str, body: str, now: datetime) -> None: ...
    def drop_reply(self, unit: str, id: int) -> None: ...

    # The ledger
    def plan(self, *notices: Planned) -> None:
        """Add notices to the ledger, each unless the same one is there already; one that was
        cancelled is planned again."""
        ...

    def notice(self, id: int) -> Notice | None: ...
    def notices_of(self, case: int) -> Sequence[Notice]: ...
    def opened(self, case: int, chat: int, now: datetime) -> None:
        """The petitioner opened the case in this chat: what was sent there has been read."""
        ...

    def last_sent(self, case: int, chat: int, since: datetime) -> datetime | None:
        """When something of this case was last sent to a chat, after an instant."""
        ...

    # What people think of it, and whether promises were kept
    def add_rating(self, rating: Rating) -> int:
        """Open a rating and give its id."""
        ...

    def save_rating(self, rating: Rating) -> None: ...
    def rating(self, id: int) -> Rating:
        """Raises Unknown."""
        ...

    def ratings(self, case: int) -> Sequence[Rating]: ...
    def add_follow_up(self, follow_up: FollowUp) -> int:
        """Plan a question and give its id; 0 when the same step is there already."""
        ...

    def save_follow_up(self, follow_up: FollowUp) -> None: ...
    def follow_up(self, id: int) -> FollowUp:
        """Raises Unknown."""
        ...

    def follow_ups(self, case: int) -> Sequence[FollowUp]: ...
    def add_appointment(self, appointment: Appointment) -> int: ...
    def save_appointment(self, appointment: Appointment) -> None: ...
    def appointments(self, case: int) -> Sequence[Appointment]: ...
    def appointments_of(self, host: int) -> Sequence[Appointment]:
        """Those that an officer holds and that are proposed or agreed, the soonest first."""
        ...

    def remarks(self, first: datetime, last: datetime) -> Iterator[tuple[int, Entry]]:
        """Entries of all cases by which somebody said why they rated as they did, from one
        moment until before another, the newest first."""
        ...

    # Figures

    def count(self, zone: tzinfo, most: int) -> int:
        """Count cases whose history has grown, so many at most; gives how many."""
        ...

    def sums(
        self, which: Which, today: date, by: str = "", as_of: datetime | None = None
    ) -> dict[Any, Sums]:
        """What was counted, by the values of a dimension (unit, category, kind, channel, lane,
        day), or under "" where none is asked for; `as_of`: as it was known then."""
        ...

    def counted(
        self, which: Which, today: date, over: Sequence[str], but: Sequence[str], limit: int
    ) -> tuple[list[int], int]:
        """Cases that count for some names and not for others, the newest first, `limit` at most;
        and how many there are."""
        ...

    def hot_matters(self, *states: str) -> Sequence[Matter]:
        """Hot matters in some states, the newest first."""
        ...

    def settle_hot(self, id: int, state: str) -> None:
        """Note what became of a hot matter."""
        ...

    def sign(self, content: bytes) -> tuple[bytes, bytes]:
        """The office's public key, and its signature of something."""
        ...

    def plan_bulletin(self, period: Period) -> bool:
        """Have a bulletin made, unless there is one or nothing to tell; whether it is new."""
        ...

    def bulletin(self, id: int) -> Bulletin | None: ...
    def bulletins(self, kinds: Sequence[str], most: int) -> Sequence[Bulletin]:
        """The newest published ones of some kinds."""
        ...

    def mute(self, case: int, person: int, muted: bool) -> None:
        """Whether somebody wants to be asked about a case."""
        ...

    def muted(self, case: int, person: int) -> bool: ...

    # Joint petitions and cases that belong together
    def add_member(self, member: Member, mark: str, now: datetime) -> int:
        """`mark`: by what the same person is known again; kept as a keyed hash."""
        ...

    def member(self, case: int, person: int) -> Member | None: ...
    def members(self, case: int) -> Sequence[Member]:
        """Who is in it now, in the order in which they joined."""
        ...

    def end_member(self, member: Member, now: datetime) -> None:
        """Somebody left: who they were is erased."""
        ...

    def signed(self, case: int, mark: str) -> bool: ...
    def set_joint_link(self, case: int, part: Part, hash: bytes, until: datetime) -> None:
        """The one link that invites to a part of a case; the one before ends."""
        ...

    def joint_link(self, hash: bytes, now: datetime) -> tuple[int, Part] | None: ...
    def set_pin_link(self, case: int, hash: bytes, until: datetime) -> None:
        """The one link by which a case's PIN is set; the one before ends."""
        ...

    def pin_link(self, hash: bytes, now: datetime) -> int:
        """The case whose PIN a link sets; 0: it is used, over, or never was."""
        ...

    def links(self, case: int) -> Sequence[int]:
        """Cases that are handled side by side with this one."""
        ...

    def link(self, case: int, other: int, on: bool) -> None: ...
    def add_join_offer(self, offer: JoinOffer) -> int: ...
    def join_offer(self, case: int) -> JoinOffer | None:
        """The newest proposal to join a case with another, either way round."""
        ...

    def save_join_offer(self, offer: JoinOffer) -> None: ...

    # Tasks
    def add_task(self, task: Task) -> int:
        """Add a task and give its id; 0 when there is the same one already."""
        ...

    def task(self, id: int) -> Task:
        """Raises Unknown."""
        ...

    def tasks(self, case: int = 0, unit: str = "") -> Sequence[Task]:
        """Tasks that are to be done, by day: of a case, or of a unit."""
        ...

    def hand_on(self, case: int, kinds: Iterable[TaskKind], unit: str) -> None:
        """Give what is to be done of these kinds in a case to another unit."""
        ...

    def end_task(self, id: int, by: int, how: str, now: datetime) -> bool:
        """Mark a task as done; False when it was already."""
        ...

    # Supervision
    def add_supervision(self, supervision: Supervision) -> int: ...
    def save_supervision(self, supervision: Supervision) -> None: ...
    def supervisions(self, case: int) -> Sequence[Supervision]: ...
    def supervised(self, unit: str = "", since: date | None = None) -> Sequence[Supervision]:
        """Steps that stand, of a unit or of all, the next due first; `since`: every step that was
        due from a day on, ended or not."""
        ...

    def add_suggestion(self, suggestion: Suggestion) -> int: ...
    def save_suggestion(self, suggestion: Suggestion) -> None: ...
    def suggestion(self, id: int) -> Suggestion:
        """Raises Unknown."""
        ...

    def suggestions(self, unit: str = "", limit: int = 50) -> Sequence[Suggestion]:
        """The newest first."""
        ...

    # Responsibility and campaigns
    def add_listed(self, listed: Listed) -> int: ...
    def save_listed(self, listed: Listed) -> None: ...
    def listed_of(self, case: int) -> Sequence[Listed]: ...
    def listed_in(self, campaign: int) -> Sequence[Listed]: ...
    def listed_by(self, leader: int) -> Sequence[Listed]: ...
    def add_campaign(self, campaign: Campaign) -> int: ...
    def campaign(self, id: int) -> Campaign:
        """Raises Unknown."""
        ...

    def campaigns(self) -> Sequence[Campaign]:
        """The newest first."""
        ...

    # Reception
    def add_slot(self, slot: Slot) -> int: ...
    def save_slot(self, slot: Slot) -> None: ...
    def slot(self, id: int) -> Slot:
        """Raises Unknown."""
        ...

    def slots(self, first: date, last: date, host: int = 0) -> Sequence[Slot]:
        """Open receptions of these days, the soonest first; of a host, or of all."""
        ...

    def add_booking(self, booking: Booking) -> int: ...
    def save_booking(self, booking: Booking) -> None: ...
    def booking(self, id: int) -> Booking:
        """Raises Unknown."""
        ...

    def bookings(self, slot: int) -> Sequence[Booking]:
        """In the order in which they came."""
        ...

    def bookings_of(self, person: int) -> Sequence[Booking]:
        """Those that stand."""
        ...

    def forget_past_bookings(self, person: int, today: date) -> None:
        """Forget who booked what is over or doesn't stand any more, and what about."""
        ...

    def charged(self, leader: int) -> Sequence[Petition]:
        """Cases under way for which a leader is responsible (包案)."""
        ...

    # Joint meetings
    def stuck(self, clocks: Sequence[str], before: date, limit: int) -> Sequence[Petition]:
        """Cases under way that bounced, or of which one of these clocks ended before a day; the
        oldest first."""
        ...

    def add_meeting(self, meeting: Meeting) -> int: ...
    def meetings(self, limit: int) -> Sequence[Meeting]:
        """The newest first."""
        ...

    def meeting(self, id: int) -> Meeting:
        """Raises Unknown."""
        ...

    def last_meeting(self) -> date | None: ...

    # Looks

    def looked(self, case: int, officer: int, day: date, what: str) -> bool:
        """Whether this look was noted that day."""

    def add_look(self, look: Look) -> None:
        """Note a look; one that was noted that day stays as it is."""

    def looks(self, case: int) -> Sequence[Look]:
        """All looks into a case, the oldest first."""

    def looks_between(self, first: date, last: date) -> Sequence[Look]:
        """All looks of some days."""

    # Wrong tries
    def tries(self, bucket: str, since: datetime, until: datetime, most: int) -> Sequence[datetime]:
        """When wrong tries were made between two instants: the newest, so many at most."""
        ...

    def add_try(self, bucket: str, now: datetime) -> None: ...
