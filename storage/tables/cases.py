"""Cases, who petitioned, their clocks and documents."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from petitions.keeping.held import deleted, emptied, stays
from storage.tables import column as col

UNDER_WAY = text("ended_at IS NULL")
WHO = emptied(
    "who petitioned; without the key no copy of their words opens, but in a backup that "
    "has it, too",
)
DONE = stays("what the office did with it and when: art. 41 asks for figures of it")


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
            "ix_petition_kept",
            "id",
            sqlite_where=text("length(kept) > 0"),
            postgresql_where=text("length(kept) > 0"),
        ),
        Index(
            "ix_petition_bounced",
            "id",
            sqlite_where=text("bounces > 0"),
            postgresql_where=text("bounces > 0"),
        ),
    )
    id: int | None = col.number(DONE, stamped=True, goes_with="case")
    number: str = col.kept(DONE, unique=True, stamped=True)
    channel: str = col.kept(DONE, stamped=True)
    status: str = col.kept(DONE, stamped=True)
    person: int = col.ref(WHO, stamped=True)
    unit: str = col.kept(DONE, stamped=True)
    received_at: datetime = col.instant(DONE, nullable=False, stamped=True)
    received_on: date = col.kept(DONE, index=True, stamped=True)
    version: int = col.kept(DONE, 0, stamped=True)
    kind: str = col.kept(DONE, "", stamped=True)
    category: str = col.kept(DONE, "", stamped=True)
    proposed: bool = col.kept(DONE, False, stamped=True)
    handler: int = col.ref(DONE, stamped=True)
    first_handler: int = col.ref(DONE, stamped=True)
    people: int = col.kept(DONE, 1, stamped=True)
    members: int = col.kept(DONE, 0, stamped=True)
    unnamed: bool = col.kept(DONE, False, stamped=True)
    sealed: bool = col.kept(DONE, False, stamped=True)
    accepted_at: datetime | None = col.instant(DONE, stamped=True)
    answered_at: datetime | None = col.instant(DONE, stamped=True)
    ended_at: datetime | None = col.instant(DONE, stamped=True)
    resumed: str = col.kept(DONE, "", stamped=True)
    way: str = col.kept(DONE, "", stamped=True)
    simple: bool = col.kept(DONE, False, stamped=True)
    urgent: bool = col.kept(DONE, False, stamped=True)
    bounces: int = col.kept(DONE, 0, stamped=True)
    proposed_unit: str = col.kept(DONE, "", stamped=True)
    assisting: list[str] = col.json(DONE, list, stamped=True)
    asked_days: int = col.kept(DONE, 0, stamped=True)
    extended: bool = col.kept(DONE, False, stamped=True)
    answered_by: str = col.kept(DONE, "", stamped=True)
    outcome: str = col.kept(DONE, "", stamped=True)
    delivered_on: date | None = col.kept(DONE, None, stamped=True)
    former: int = col.ref(DONE, stamped=True)
    merged_into: int = col.ref(DONE, stamped=True)
    promised_on: date | None = col.kept(DONE, None, stamped=True)
    leader: int = col.ref(DONE, stamped=True)
    lane: str = col.kept(DONE, "", stamped=True)
    next_due: date = col.kept(DONE, date.max)
    waits: int = col.kept(DONE, 0)
    guests: list[int] = col.json(DONE, list, stamped=True)
    waiting: bool = col.kept(DONE, False, stamped=True)
    key: bytes = col.sealed(WHO)
    """The case's own key, wrapped by the office's; empty: an older program's case has none yet, and
    one that was erased none any more."""
    code_hash: bytes = col.sealed(WHO, case="id", raw=True)
    kept: bytes = col.sealed(WHO, case="id", stamped=col.WHEN_FILLED)
    """The units that must not see it; empty: none."""
    name: bytes = col.sealed(WHO, case="id")
    address: bytes = col.sealed(WHO, case="id")
    contact: bytes = col.sealed(WHO, case="id")
    id_number: bytes = col.sealed(WHO, case="id")
    stamp: bytes = col.stamp(DONE)


OF_A_DAY = stays("the last number of a day")


class Serial(SQLModel, table=True):
    """The last case number given out on a day."""

    day: date = col.kept(OF_A_DAY, primary_key=True)
    last: int = col.kept(OF_A_DAY, 0)


MAY_OPEN = deleted("who may open the case", mine="person")
MAY_OPEN_TOO = deleted("with its row")


class Follower(SQLModel, table=True):
    """A person who may open a case as its petitioner."""

    case: int = col.ref(
        MAY_OPEN, primary_key=True, stamped=True, counted="followers", goes_with="case"
    )
    person: int = col.ref(MAY_OPEN, required=True, primary_key=True, index=True, stamped=True)
    how: str = col.kept(MAY_OPEN, stamped=True)
    muted: bool = col.kept(MAY_OPEN, False)
    since: datetime = col.instant(MAY_OPEN, nullable=False, stamped=True)
    ended_at: datetime | None = col.instant(MAY_OPEN, stamped=True)
    stamp: bytes = col.stamp(MAY_OPEN_TOO)


LIMITS = stays("limits that were kept or missed")


class Clock(SQLModel, table=True):
    """A limit that runs, or ran."""

    __table_args__ = (
        Index("ix_clock_running", "due_on", sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
    )  # fmt: skip
    id: int | None = col.number(LIMITS, stamped=True)
    case: int = col.ref(LIMITS, required=True, index=True, stamped=True, counted="clocks")
    clock: str = col.kept(LIMITS, stamped=True)
    started_on: date = col.kept(LIMITS, stamped=True)
    due_on: date = col.kept(LIMITS, stamped=True)
    ended_at: datetime | None = col.instant(LIMITS, stamped=True)
    outcome: str = col.kept(LIMITS, "", stamped=True)
    rolled_on: date = col.kept(LIMITS, stamped=True)
    provisional: bool = col.kept(LIMITS, False, stamped=True)
    length: str = col.kept(LIMITS, "", stamped=True)
    extension: str = col.kept(LIMITS, "", stamped=True)
    pauses: list[list[str]] = col.json(LIMITS, list, stamped=True)
    paused_on: date | None = col.kept(LIMITS, None, stamped=True)
    stamp: bytes = col.stamp(LIMITS)


ISSUED = stays("that a numbered document was issued; its words were the entry's")


class Document(SQLModel, table=True):
    """A numbered document that was issued; its words are the entry's."""

    id: int | None = col.number(ISSUED)
    case: int = col.ref(ISSUED, required=True, index=True)
    seq: int = col.kept(ISSUED)
    kind: str = col.kept(ISSUED)
    number: str = col.kept(ISSUED, unique=True)
    day: date = col.kept(ISSUED)


OF_A_YEAR = stays("the last number of a year")


class DocumentSerial(SQLModel, table=True):
    """The last number given to a kind of document in a year."""

    __tablename__ = "document_serial"
    kind: str = col.kept(OF_A_YEAR, primary_key=True)
    year: int = col.kept(OF_A_YEAR, primary_key=True)
    last: int = col.kept(OF_A_YEAR, 0)


JOINED = deleted("who was in a joint petition", mine="person")
KNOWN_AGAIN = deleted("by what they are known again")


class Member(SQLModel, table=True):
    """Somebody in a joint petition."""

    __table_args__ = (Index("ix_member_case", "case", "mark"),)
    id: int | None = col.number(KNOWN_AGAIN, stamped=True)
    case: int = col.ref(JOINED, stamped=True, counted="members", goes_with="case")
    person: int = col.ref(KNOWN_AGAIN, required=True, index=True, stamped=True)
    part: str = col.kept(JOINED, stamped=True)
    seq: int = col.kept(KNOWN_AGAIN, stamped=True)
    mark: bytes = col.hashed(KNOWN_AGAIN, stamped=True)
    name: bytes = col.sealed(JOINED, by=("id", "case"), case="case")
    contact: bytes = col.sealed(JOINED, by=("id", "case"), case="case")
    since: datetime = col.instant(JOINED, nullable=False, stamped=True)
    left_at: datetime | None = col.instant(JOINED, stamped=True)
    stamp: bytes = col.stamp(KNOWN_AGAIN)


LINKS = deleted("also rule `links`")


class JointLink(SQLModel, table=True):
    """An invitation into a joint petition, or (part `pin`) the code by which the petitioner of a
    case on paper sets a PIN; stored as a hash."""

    __tablename__ = "joint_link"
    case: int = col.ref(LINKS, primary_key=True, stamped=True, goes_with="case")
    part: str = col.kept(LINKS, primary_key=True, stamped=True)
    hash: bytes = col.hashed(LINKS, required=True, index=True, stamped=True)
    until: datetime = col.instant(LINKS, nullable=False, stamped=True)
    stamp: bytes = col.stamp(LINKS)


BESIDE = stays("numbers of cases")


class CaseLink(SQLModel, table=True):
    """Two cases handled side by side, in both directions."""

    __tablename__ = "case_link"
    case: int = col.ref(BESIDE, primary_key=True)
    other: int = col.ref(BESIDE, primary_key=True)


OFFERED = stays("numbers of cases")


class JoinOffer(SQLModel, table=True):
    """A proposal to join the cases of different people."""

    __tablename__ = "join_offer"
    id: int | None = col.number(OFFERED, stamped=2)
    case: int = col.ref(OFFERED, required=True, index=True, stamped=2)
    into: int = col.ref(OFFERED, required=True, index=True, stamped=2)
    case_yes: bool = col.kept(OFFERED, False, stamped=2)
    into_yes: bool = col.kept(OFFERED, False, stamped=2)
    state: str = col.kept(OFFERED, stamped=2)
    stamp: bytes = col.stamp(OFFERED)
