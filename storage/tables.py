"""The tables. What identifies a person, and every word people write into a case, is sealed
(`seal.py`); what must be searched or counted, and an office's own templates and names, are not.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCTime(TypeDecorator[datetime]):
    """An instant: aware UTC outside; SQLite, which has no zones, stores it as naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id() -> Any:
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Field(default=None, sa_column=Column(kind, primary_key=True, autoincrement=True))


def _key(primary: bool = False) -> Any:
    """A reference to another table's id. The book's verbs keep them true; no foreign keys,
    so that erasing and retention need no order."""
    return Field(default=0, sa_type=BigInteger, primary_key=primary)


def _time(nullable: bool = True) -> Any:
    return Field(default=None, sa_type=UTCTime, nullable=nullable)


def _sealed() -> Any:
    return Field(default=b"", sa_type=LargeBinary)


def _added() -> Any:
    """Bytes that rows of an older program haven't."""
    return Field(default=b"", sa_type=LargeBinary)


def _stamp() -> Any:
    """A keyed hash over the row's fields (`stamps.py`); empty: an older program wrote it."""
    return _added()


def _json() -> Any:
    return Field(default_factory=dict, sa_type=JSON)


class Chat(SQLModel, table=True):
    """One conversation on one channel."""

    id: int | None = _id()
    channel: str
    address: bytes = _sealed()
    mark: bytes | None = Field(default=None, sa_type=LargeBinary, unique=True)
    """A keyed hash of channel and address, by which the chat is found. None: it was forgotten, or
    an older program left the address in the open (`addresses.py`)."""
    lang: str
    person: int = _key()
    draft: int = _key()
    officer: int = _key()
    agreed_at: datetime | None = _time()
    blocked: bool = False
    menu: str = ""
    quiet: bool = False
    digest: int | None = None
    seen_at: datetime | None = _time()
    client: str = ""
    owed: bool = False
    stamp: bytes = _stamp()


class Person(SQLModel, table=True):
    """Somebody who petitions."""

    id: int | None = _id()
    pin: bytes = _sealed()
    neutral: bool = False
    muted: bool = False
    asked_on: date | None = None
    created_at: datetime = _time(False)
    stamp: bytes = _stamp()


class ChatPerson(SQLModel, table=True):
    """Which persons use which chats."""

    __tablename__ = "chat_person"
    chat: int = _key(True)
    person: int = Field(sa_type=BigInteger, primary_key=True, index=True)
    since: datetime = _time(False)
    ended_at: datetime | None = _time()
    stamp: bytes = _stamp()


class Draft(SQLModel, table=True):
    """A form under way."""

    __table_args__ = (
        Index("ix_draft_open", "changed_at", sqlite_where=text("done IS 0"),
              postgresql_where=text("done IS false")),
    )  # fmt: skip
    id: int | None = _id()
    chat: int = _key()
    person: int = Field(default=0, sa_type=BigInteger, index=True)
    form: str
    case: int = _key()
    rev: int = 0
    data: bytes = _sealed()
    done: bool = False
    changed_at: datetime = _time(False)


class Handled(SQLModel, table=True):
    """An update that was handled, with the answer it got."""

    channel: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    chat: int = Field(default=0, sa_type=BigInteger, index=True)
    answers: bytes = _sealed()
    at: datetime = Field(sa_type=UTCTime, index=True)


class Inbox(SQLModel, table=True):
    """An update that Telegram brought, from its arrival until it is answered."""

    __table_args__ = (Index("ix_inbox_chat", "chat", "update"),)
    update: int = Field(sa_type=BigInteger, primary_key=True)
    chat: int = _key()
    holder: int = _key()
    """The process that works at it; 0: none yet. Negative: the process that couldn't read it, while
    that lives: the chat goes on without it."""
    body: bytes = _sealed()
    at: datetime = _time(False)


UNDER_WAY = text("ended_at IS NULL")


class Petition(SQLModel, table=True):
    """A case."""

    __table_args__ = (
        Index(
            "ix_petition_queue",
            "unit",
            "next_due",
            "waits",
            "id",
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        ),
        Index(
            "ix_petition_mine",
            "unit",
            "handler",
            "next_due",
            "waits",
            "id",
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        ),
        Index(
            "ix_petition_lane",
            "lane",
            "status",
            sqlite_where=text("lane <> ''"),
            postgresql_where=text("lane <> ''"),
        ),
        Index(
            "ix_petition_leader",
            "leader",
            sqlite_where=text("leader > 0"),
            postgresql_where=text("leader > 0"),
        ),
        Index(
            "ix_petition_answered",
            "answered_by",
            "answered_at",
            sqlite_where=text("answered_at IS NOT NULL"),
            postgresql_where=text("answered_at IS NOT NULL"),
        ),
        Index(
            "ix_petition_bounced",
            "id",
            sqlite_where=text("bounces > 0"),
            postgresql_where=text("bounces > 0"),
        ),
    )
    id: int | None = _id()
    number: str = Field(unique=True)
    channel: str
    status: str
    person: int = _key()
    unit: str
    received_at: datetime = _time(False)
    received_on: date = Field(index=True)
    version: int = 0
    kind: str = ""
    category: str = ""
    proposed: bool = False
    handler: int = _key()
    first_handler: int = _key()
    people: int = 1
    members: int = 0
    unnamed: bool = False
    sealed: bool = False
    accepted_at: datetime | None = _time()
    answered_at: datetime | None = _time()
    ended_at: datetime | None = _time()
    resumed: str = ""
    way: str = ""
    simple: bool = False
    urgent: bool = False
    bounces: int = 0
    proposed_unit: str = ""
    assisting: list[str] = Field(default_factory=list, sa_type=JSON)
    asked_days: int = 0
    extended: bool = False
    answered_by: str = ""
    outcome: str = ""
    delivered_on: date | None = None
    former: int = _key()
    merged_into: int = _key()
    promised_on: date | None = None
    leader: int = _key()
    lane: str = ""
    next_due: date = date.max
    waits: int = 0
    guests: list[int] = Field(default_factory=list, sa_type=JSON)
    waiting: bool = False
    key: bytes = _added()
    """The case's own key, wrapped by the office's; empty: an older program's case has none yet, and
    one that was erased none any more."""
    code_hash: bytes = _sealed()
    name: bytes = _sealed()
    address: bytes = _sealed()
    contact: bytes = _sealed()
    id_number: bytes = _sealed()
    stamp: bytes = _stamp()


class Serial(SQLModel, table=True):
    """The last case number given out on a day."""

    day: date = Field(primary_key=True)
    last: int = 0


class Follower(SQLModel, table=True):
    """A person who may open a case as its petitioner."""

    case: int = _key(True)
    person: int = Field(sa_type=BigInteger, primary_key=True, index=True)
    how: str
    muted: bool = False
    since: datetime = _time(False)
    ended_at: datetime | None = _time()
    stamp: bytes = _stamp()


REMARKS = text("action = 'rate_more'")


class History(SQLModel, table=True):
    """The append-only history of each case, a hash chain."""

    __table_args__ = (
        Index("ix_history_remarks", "at", sqlite_where=REMARKS, postgresql_where=REMARKS),
    )  # fmt: skip
    case: int = _key(True)
    seq: int = Field(primary_key=True)
    at: datetime = _time(False)
    actor_kind: str
    actor: int = _key()
    actor_unit: str = ""
    actor_role: str = ""
    action: str
    status: str
    audience: str
    facts: dict[str, Any] = _json()
    digest: bytes = _sealed()


class Tally(SQLModel, table=True):
    """What a case has: the end of its history, how many followers, clocks, files …"""

    case: int = _key(True)
    seq: int = 0
    digest: bytes = _sealed()
    followers: int = 0
    clocks: int = 0
    files: int = 0
    looks: int = 0
    members: int = 0
    stamp: bytes = _stamp()


class Journal(SQLModel, table=True):
    """What figures are made of: the lines that each entry of the history counts as."""

    __table_args__ = (
        Index("ix_journal_unit", "unit", "day"),
        # Holds all that figures of every unit together are asked for.
        Index("ix_journal_day", "day", "what", "value", "category", "kind", "channel", "n"),
    )
    case: int = _key(True)
    seq: int = Field(primary_key=True)
    no: int = Field(primary_key=True)
    at: datetime = _time(False)
    day: date
    what: str
    value: int = 0
    unit: str = ""
    category: str = ""
    kind: str = ""
    channel: str = ""
    lane: str = ""
    n: int = 1


class Uncounted(SQLModel, table=True):
    """Cases whose history has grown since they were counted, and the first entry that is new."""

    case: int = _key(True)
    seq: int


class Bulletin(SQLModel, table=True):
    """Published figures of a period: never changed, so that a later count can be held to it."""

    __table_args__ = (UniqueConstraint("kind", "first"),)
    id: int | None = _id()
    kind: str
    first: date
    last: date
    made_at: datetime | None = _time()
    as_of: datetime | None = _time()
    figures: dict[str, Any] = _json()
    files: list[int] = Field(default_factory=list, sa_type=JSON)


class HotMatter(SQLModel, table=True):
    """What many people write about in a short time: one sealed row for all there is of it."""

    __tablename__ = "hot_matter"
    id: int | None = _id()
    body: bytes = _sealed()
    """The list of them all (`hot.py`)."""


class Words(SQLModel, table=True):
    """What people wrote, sealed; its commitment stays when the words are erased."""

    id: int | None = _id()
    case: int = Field(sa_type=BigInteger, index=True)
    seq: int
    part: str
    audience: str
    salt: bytes = _sealed()
    commitment: bytes = _sealed()
    body: bytes = _sealed()
    file: int = _key()


class IndexSegment(SQLModel, table=True):
    """A part of the index of words (`segments.py`)."""

    __tablename__ = "index_segment"
    id: int | None = _id()
    state: str
    """`live`: looked in; `made`: being written; `over`: let go of."""
    blocks: int
    body: bytes = _sealed()
    fences: bytes = _sealed()


class IndexBlock(SQLModel, table=True):
    """Sorted records of the index of words, sealed, all of one size."""

    __tablename__ = "index_block"
    id: int | None = _id()
    body: bytes = _sealed()


class IndexTodo(SQLModel, table=True):
    """What the index of words has still to do: a case of which words were erased, words that no
    key opened."""

    __tablename__ = "index_todo"
    __table_args__ = (Index(None, "what", "ref"),)
    id: int | None = _id()
    what: str
    ref: int = _key()


class File(SQLModel, table=True):
    """An attachment's row; its bytes lie sealed in the vault under `path`."""

    id: int | None = _id()
    path: str
    name: bytes = _sealed()
    mime: str
    size: int
    at: datetime = _time(False)
    line: int = Field(default=0, sa_type=BigInteger, index=True)
    """The line of a visitor's log that shows it; 0: none; -1: kept before this was noted."""
    stamp: bytes = _stamp()


class CaseFile(SQLModel, table=True):
    """Which files belong to which entry of which case."""

    __tablename__ = "case_file"
    case: int = _key(True)
    file: int = Field(default=0, sa_type=BigInteger, primary_key=True, index=True)
    seq: int
    audience: str
    stamp: bytes = _stamp()


class Clock(SQLModel, table=True):
    """A limit that runs, or ran."""

    __table_args__ = (
        Index("ix_clock_running", "due_on", sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
    )  # fmt: skip
    id: int | None = _id()
    case: int = Field(sa_type=BigInteger, index=True)
    clock: str
    started_on: date
    due_on: date
    ended_at: datetime | None = _time()
    outcome: str = ""
    rolled_on: date
    provisional: bool = False
    length: str = ""
    extension: str = ""
    pauses: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    paused_on: date | None = None
    stamp: bytes = _stamp()


class Document(SQLModel, table=True):
    """A numbered document that was issued; its words are the entry's."""

    id: int | None = _id()
    case: int = Field(sa_type=BigInteger, index=True)
    seq: int
    kind: str
    number: str = Field(unique=True)
    day: date


class DocumentSerial(SQLModel, table=True):
    """The last number given to a kind of document in a year."""

    __tablename__ = "document_serial"
    kind: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int = 0


class CalendarYear(SQLModel, table=True):
    """A year's list of days off that the office has imported."""

    __tablename__ = "calendar_year"
    calendar: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    body: str
    at: datetime = _time(False)


class Officer(SQLModel, table=True):
    """A desk of the office and the chat that sits at it."""

    id: int | None = _id()
    unit: str = Field(index=True)
    role: str
    name: str
    chat: int = Field(default=0, sa_type=BigInteger, index=True)
    away: bool = False
    stand_in: int = _key()
    since: datetime = _time(False)
    ended_at: datetime | None = _time()
    stamp: bytes = _stamp()


class Invite(SQLModel, table=True):
    """A one-time invitation to a desk, stored as a hash."""

    hash: bytes = Field(sa_type=LargeBinary, primary_key=True)
    officer: int = _key()
    until: datetime = _time(False)
    used_at: datetime | None = _time()
    stamp: bytes = _stamp()


class SavedReply(SQLModel, table=True):
    """A reply a unit keeps for the next time."""

    __tablename__ = "saved_reply"
    id: int | None = _id()
    unit: str = Field(index=True)
    body: str
    at: datetime = _time(False)


class SavedFilter(SQLModel, table=True):
    """A queue as an officer wants to see it again."""

    __tablename__ = "saved_filter"
    id: int | None = _id()
    officer: int = Field(sa_type=BigInteger, index=True)
    name: str
    data: dict[str, str] = _json()


class Card(SQLModel, table=True):
    """The status card of a case in a chat: the message that is kept up to date."""

    chat: int = _key(True)
    case: int = _key(True)
    message: str = ""


class Notice(SQLModel, table=True):
    """The ledger: everything the office says by itself is a row before it is sent."""

    __table_args__ = (
        UniqueConstraint("case", "kind", "occasion", "recipient"),
        # What waits is found by these however much was sent before.
        Index("ix_notice_waiting", "channel", "lane", "next_at", "id",
              sqlite_where=text("next_at IS NOT NULL"),
              postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_notice_recipient", "recipient", "next_at",
              sqlite_where=text("next_at IS NOT NULL"),
              postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_notice_leased", "leased_until",
              sqlite_where=text("leased_until IS NOT NULL"),
              postgresql_where=text("leased_until IS NOT NULL")),
    )  # fmt: skip
    id: int | None = _id()
    kind: str
    case: int = _key()
    occasion: str
    recipient: str
    channel: str = ""
    """Of the chat; empty for a cause, which is still to be split by chat."""
    lane: int = 1
    lang: str = ""
    due_at: datetime = _time(False)
    next_at: datetime | None = _time()
    """When it is to be taken; empty once it is being sent or has ended."""
    state: str = "planned"
    attempts: int = 0
    leased_until: datetime | None = _time()
    sent_at: datetime | None = _time()
    opened_at: datetime | None = _time()
    unsure: int = 0
    message: str = ""
    facts: dict[str, Any] = _json()
    reason: str = ""


class Task(SQLModel, table=True):
    """Something a person of the office must do by a day."""

    __table_args__ = (
        UniqueConstraint("case", "kind", "occasion"),
        Index("ix_task_open", "unit", "due_on", sqlite_where=text("done_at IS NULL"),
              postgresql_where=text("done_at IS NULL")),
    )  # fmt: skip
    id: int | None = _id()
    case: int = _key()
    kind: str
    occasion: str
    unit: str
    due_on: date
    created_at: datetime = _time(False)
    notice: int = _key()
    done_at: datetime | None = _time()
    done_by: int = _key()
    how: str = ""


class Rating(SQLModel, table=True):
    """What a petitioner thinks of a body's part in a case."""

    __table_args__ = (UniqueConstraint("case", "body", "seq", "person"),)
    id: int | None = _id()
    case: int = _key()
    person: int = _key()
    body: str
    unit: str
    seq: int
    opened_on: date
    until: date
    level: str = ""
    finer: dict[str, str] = _json()
    reasons: list[str] = Field(default_factory=list, sa_type=JSON)
    changes: int = 0
    after_contact: int = 0
    first_at: datetime | None = _time()
    unit_may_know: bool = False
    may_call: bool = False


class FollowUp(SQLModel, table=True):
    """A question after a closed case."""

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("case", "step", "due_on"),)
    id: int | None = _id()
    case: int = _key()
    step: str
    due_on: date
    answer: str = ""
    asked_at: datetime | None = _time()
    answered_at: datetime | None = _time()
    tries: int = 0


class Appointment(SQLModel, table=True):
    """Somebody meets the petitioner: proposed, agreed to, held."""

    __table_args__ = (Index("ix_appointment_host", "host", "day"),)
    id: int | None = _id()
    case: int = Field(sa_type=BigInteger, index=True)
    kind: str
    host: int = _key()
    place: str
    day: date
    hour: int
    state: str
    how: str = ""
    said_at: datetime | None = _time()


class Member(SQLModel, table=True):
    """Somebody in a joint petition."""

    __table_args__ = (Index("ix_member_case", "case", "mark"),)
    id: int | None = _id()
    case: int = _key()
    person: int = Field(sa_type=BigInteger, index=True)
    part: str
    seq: int
    mark: bytes = _sealed()
    name: bytes = _sealed()
    contact: bytes = _sealed()
    since: datetime = _time(False)
    left_at: datetime | None = _time()
    stamp: bytes = _stamp()


class JointLink(SQLModel, table=True):
    """An invitation into a joint petition, or (part `pin`) the code by which the petitioner of a
    case on paper sets a PIN; stored as a hash."""

    __tablename__ = "joint_link"
    case: int = _key(True)
    part: str = Field(primary_key=True)
    hash: bytes = Field(sa_type=LargeBinary, index=True)
    until: datetime = _time(False)
    stamp: bytes = _stamp()


class CaseLink(SQLModel, table=True):
    """Two cases handled side by side, in both directions."""

    __tablename__ = "case_link"
    case: int = _key(True)
    other: int = _key(True)


class JoinOffer(SQLModel, table=True):
    """A proposal to join the cases of different people."""

    __tablename__ = "join_offer"
    id: int | None = _id()
    case: int = Field(sa_type=BigInteger, index=True)
    into: int = Field(sa_type=BigInteger, index=True)
    case_yes: bool = False
    into_yes: bool = False
    state: str
    stamp: bytes = _stamp()


class Supervision(SQLModel, table=True):
    """A step by which an office is made to act."""

    __table_args__ = (
        Index("ix_supervision_open", "due_on",
              sqlite_where=text("state IN ('open', 'answered')"),
              postgresql_where=text("state IN ('open', 'answered')")),
    )  # fmt: skip
    id: int | None = _id()
    case: int = Field(sa_type=BigInteger, index=True)
    unit: str
    level: str
    cause: str
    due_on: date
    by: int = _key()
    state: str
    answered_on: date | None = None


class Suggestion(SQLModel, table=True):
    """A suggestion to a unit, and its answer."""

    id: int | None = _id()
    kind: str
    unit: str
    by: int = _key()
    made_on: date
    due_on: date
    words: bytes = _sealed()
    adopted: bool | None = None
    answer: bytes = _sealed()
    answered_on: date | None = None


class Listed(SQLModel, table=True):
    """Who is responsible for a case, and until when."""

    id: int | None = _id()
    case: int = Field(sa_type=BigInteger, index=True)
    leader: int = Field(sa_type=BigInteger, index=True)
    unit: str
    team: str
    due_on: date
    campaign: int = Field(default=0, sa_type=BigInteger, index=True)
    state: str
    standard: str = ""
    struck_on: date | None = None


class Campaign(SQLModel, table=True):
    """A campaign for old cases."""

    id: int | None = _id()
    name: str
    first: date
    last: date
    targets: list[list[Any]] = Field(default_factory=list, sa_type=JSON)
    phases: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    state: str


class Slot(SQLModel, table=True):
    """A time at which somebody of the office receives people."""

    __table_args__ = (Index("ix_slot_day", "day", "host"),)
    id: int | None = _id()
    unit: str
    host: int = _key()
    day: date
    start: str
    minutes: int
    places: int
    where: str
    link: str = ""
    state: str


class Booking(SQLModel, table=True):
    """Somebody's place at a reception."""

    id: int | None = _id()
    slot: int = Field(sa_type=BigInteger, index=True)
    person: int = Field(sa_type=BigInteger, index=True)
    chat: int = _key()
    case: int = Field(default=0, sa_type=BigInteger, index=True)
    topic: bytes = _sealed()
    how: str
    state: str


class Meeting(SQLModel, table=True):
    """A joint meeting and its sealed minutes."""

    id: int | None = _id()
    day: date
    by: int = _key()
    attended: bytes = _sealed()
    minutes: bytes = _sealed()
    cases: list[int] = Field(default_factory=list, sa_type=JSON)


class Try(SQLModel, table=True):
    """A wrong try at a secret."""

    id: int | None = _id()
    bucket: str
    at: datetime = _time(False)
    __table_args__ = (Index("ix_try_bucket_at", "bucket", "at"),)


class Look(SQLModel, table=True):
    """An officer looked into a case."""

    __table_args__ = (
        UniqueConstraint("case", "officer", "day", "what"),
        UniqueConstraint("case", "seq"),
    )
    id: int | None = _id()
    case: int = _key()
    seq: int
    officer: int = _key()
    unit: str
    day: date = Field(index=True)
    at: datetime = _time(False)
    what: str
    reason: str
    duty: bool
    words: bytes = _sealed()
    stamp: bytes = Field(default=b"", sa_type=LargeBinary)
    """A keyed hash of all this."""


class Session(SQLModel, table=True):
    """A visitor's session on the web page."""

    token_hash: bytes = Field(sa_type=LargeBinary, primary_key=True)
    chat: int = Field(sa_type=BigInteger, index=True)
    agent: bytes = _sealed()
    created_at: datetime = _time(False)
    seen_at: datetime = _time(False)
    ended_at: datetime | None = _time()
    stamp: bytes = _stamp()


class LogLine(SQLModel, table=True):
    """A line of a visitor's web chat, sealed."""

    __tablename__ = "log_line"
    __table_args__ = (
        Index("ix_log_line_chat_seq", "chat", "seq"),
        Index("ix_log_line_at", "at"),
        Index("ix_log_line_key", "chat", "key", unique=True,
              sqlite_where=text("key <> ''"), postgresql_where=text("key <> ''")),
    )  # fmt: skip
    id: int | None = _id()
    chat: int = _key()
    seq: int = _key()
    key: str = ""
    at: datetime = _time(False)
    entry: bytes = _sealed()


class Shown(SQLModel, table=True):
    """Of which cases and forms a line of the page's chats shows words: it goes with them."""

    line: int = _key(True)
    case: int = Field(default=0, sa_type=BigInteger, primary_key=True, index=True)
    draft: int = Field(default=0, sa_type=BigInteger, primary_key=True, index=True)


class Setting(SQLModel, table=True):
    """What the installation itself remembers: the demo's clock."""

    name: str = Field(primary_key=True)
    value: str


METADATA: Any = SQLModel.metadata


def table_of(model: Any) -> Any:
    """A model's table, as statements speak of it."""
    return model.__table__


CHAT, PERSON, CHAT_PERSON = table_of(Chat), table_of(Person), table_of(ChatPerson)
DRAFT, HANDLED, PETITION = table_of(Draft), table_of(Handled), table_of(Petition)
SERIAL, FOLLOWER, HISTORY = table_of(Serial), table_of(Follower), table_of(History)
TODO = table_of(IndexTodo)
WORDS, FILE, CASE_FILE = table_of(Words), table_of(File), table_of(CaseFile)
CLOCK, OFFICER, INVITE = table_of(Clock), table_of(Officer), table_of(Invite)
SAVED_REPLY, CARD, NOTICE = table_of(SavedReply), table_of(Card), table_of(Notice)
TRY, SESSION, LOG = table_of(Try), table_of(Session), table_of(LogLine)
SHOWN = table_of(Shown)
DOCUMENT, DOCUMENT_SERIAL = table_of(Document), table_of(DocumentSerial)
CALENDAR, SETTING = table_of(CalendarYear), table_of(Setting)
TASK, RATING, FOLLOW_UP = table_of(Task), table_of(Rating), table_of(FollowUp)
APPOINTMENT, MEETING = table_of(Appointment), table_of(Meeting)
MEMBER, JOINT_LINK = table_of(Member), table_of(JointLink)
SAVED_FILTER = table_of(SavedFilter)
SUPERVISION, SUGGESTION = table_of(Supervision), table_of(Suggestion)
SLOT, BOOKING = table_of(Slot), table_of(Booking)
LISTED, CAMPAIGN = table_of(Listed), table_of(Campaign)
UNCOUNTED, BULLETIN = table_of(Uncounted), table_of(Bulletin)
CASE_LINK, JOIN_OFFER = table_of(CaseLink), table_of(JoinOffer)
