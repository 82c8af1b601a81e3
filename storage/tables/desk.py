"""Officers, their work, and what the office says by itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import SQLModel

from petitions.keeping.held import aged, deleted, stays
from storage.tables import column as col

DESKS = stays("desks of the office: who answered for what")


class Officer(SQLModel, table=True):
    """A desk of the office and the chat that sits at it."""

    id: int | None = col.number(DESKS, stamped=True)
    unit: str = col.kept(DESKS, index=True, stamped=True)
    role: str = col.kept(DESKS, stamped=True)
    name: str = col.kept(DESKS, stamped=True)
    chat: int = col.ref(DESKS, index=True, stamped=True)
    away: bool = col.kept(DESKS, False, stamped=True)
    stand_in: int = col.ref(DESKS, stamped=True)
    since: datetime = col.instant(DESKS, nullable=False, stamped=True)
    ended_at: datetime | None = col.instant(DESKS, stamped=True)
    stamp: bytes = col.stamp(DESKS)


LOGINS = stays("by what an officer says who they are; goes with the last desk of the chat")


class Login(SQLModel, table=True):
    """By what whoever sits in a chat of the office says who they are."""

    chat: int = col.ref(LOGINS, primary_key=True, stamped=True)
    state: str = col.kept(LOGINS, stamped=True)
    secret: bytes = col.sealed(LOGINS, by=("chat",), stamped=True)
    step: int = col.ref(LOGINS, stamped=True)
    """Of the time code that was used last."""
    opened_at: datetime | None = col.instant(LOGINS, stamped=True)
    used_at: datetime | None = col.instant(LOGINS, stamped=True)
    fresh_at: datetime | None = col.instant(LOGINS, stamped=True)
    stamp: bytes = col.stamp(LOGINS)


SET = stays("who set a login, and who let it be set anew")


class LoginEntry(SQLModel, table=True):
    """The steps of a login: set, asked to be set anew, allowed to be. Only ever added to."""

    __tablename__ = "login_entry"
    id: int | None = col.number(SET)
    chat: int = col.ref(SET, stamped=True)
    what: str = col.kept(SET, stamped=True)
    officer: int = col.ref(SET, stamped=True)
    """The officer who did it; of `renewed`: the second officer."""
    at: datetime = col.instant(SET, nullable=False, stamped=True)
    stamp: bytes = col.stamp(SET)


ASKED = aged("rule `asks`")


class StaffAsk(SQLModel, table=True):
    """A seat, or a change of a unit, that waits for a second person's yes."""

    __tablename__ = "staff_ask"
    id: int | None = col.number(ASKED, stamped=True)
    desk: int = col.ref(ASKED, stamped=True)
    unit: str = col.kept(ASKED, "", stamped=True)
    asker: int = col.ref(ASKED, stamped=True)
    asker_chat: int = col.ref(ASKED, stamped=True)
    chat: int = col.ref(ASKED, stamped=True)
    number: str = col.kept(ASKED, "", stamped=True)
    at: datetime = col.instant(ASKED, nullable=False, stamped=True)
    until: datetime = col.instant(ASKED, nullable=False, stamped=True)
    state: str = col.kept(ASKED, stamped=True)
    stamp: bytes = col.stamp(ASKED)


STAFFED = stays("who gave a desk to whom, who said yes, and what was ended: desks, no names")


class StaffEntry(SQLModel, table=True):
    """The history of the staff, a hash chain: its end stands in a tally."""

    __tablename__ = "staff_entry"
    id: int | None = col.number(STAFFED)
    """Counts from 1 without a gap."""
    at: datetime = col.instant(STAFFED, nullable=False)
    what: str = col.kept(STAFFED)
    desk: int = col.ref(STAFFED)
    unit: str = col.kept(STAFFED, "")
    role: str = col.kept(STAFFED, "")
    actor: int = col.ref(STAFFED)
    second: int = col.ref(STAFFED)
    facts: dict[str, Any] = col.json(STAFFED)
    digest: bytes = col.hashed(STAFFED)


INVITED = aged("rule `invitations`")


class Invite(SQLModel, table=True):
    """A one-time invitation to a desk, stored as a hash."""

    hash: bytes = col.hashed(INVITED, required=True, primary_key=True, stamped=True)
    officer: int = col.ref(INVITED, stamped=True)
    until: datetime = col.instant(INVITED, nullable=False, stamped=True)
    used_at: datetime | None = col.instant(INVITED, stamped=True)
    stamp: bytes = col.stamp(INVITED)


TEMPLATES = stays("a unit's own templates; it deletes them")


class SavedReply(SQLModel, table=True):
    """A reply a unit keeps for the next time."""

    __tablename__ = "saved_reply"
    id: int | None = col.number(TEMPLATES)
    unit: str = col.kept(TEMPLATES, index=True)
    body: str = col.kept(TEMPLATES)
    at: datetime = col.instant(TEMPLATES, nullable=False)


LOOKED_FOR = stays("an officer's own; no words of a case")


class SavedFilter(SQLModel, table=True):
    """A queue as an officer wants to see it again."""

    __tablename__ = "saved_filter"
    id: int | None = col.number(LOOKED_FOR)
    officer: int = col.ref(LOOKED_FOR, required=True, index=True)
    name: str = col.kept(LOOKED_FOR)
    data: dict[str, str] = col.json(LOOKED_FOR)


TO_DO = deleted("may name a chat; what was done is in the history")


class Task(SQLModel, table=True):
    """Something a person of the office must do by a day."""

    __table_args__ = (
        UniqueConstraint("case", "kind", "occasion"),
        Index("ix_task_open", "unit", "due_on", sqlite_where=text("done_at IS NULL"),
              postgresql_where=text("done_at IS NULL")),
    )  # fmt: skip
    id: int | None = col.number(TO_DO)
    case: int = col.ref(TO_DO, goes_with="case")
    kind: str = col.kept(TO_DO)
    occasion: str = col.kept(TO_DO)
    unit: str = col.kept(TO_DO)
    due_on: date = col.kept(TO_DO)
    created_at: datetime = col.instant(TO_DO, nullable=False)
    notice: int = col.ref(TO_DO)
    done_at: datetime | None = col.instant(TO_DO)
    done_by: int = col.ref(TO_DO)
    how: str = col.kept(TO_DO, "")


TOLD = deleted(
    "which chat was told what and when; that an opinion was served is an entry of the history",
    mine="recipient",
)
DELIVERED = deleted("how it was delivered")


class Notice(SQLModel, table=True):
    """The ledger: everything the office says by itself is a row before it is sent."""

    __table_args__ = (
        UniqueConstraint("case", "kind", "occasion", "recipient"),
        # Notices that wait are found by these however much was sent before.
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
    id: int | None = col.number(DELIVERED)
    kind: str = col.kept(TOLD)
    case: int = col.ref(TOLD, goes_with="case")
    occasion: str = col.kept(DELIVERED)
    recipient: str = col.kept(DELIVERED)
    channel: str = col.kept(DELIVERED, "")
    """Of the chat; empty for a cause, which is still to be split by chat."""
    lane: int = col.kept(DELIVERED, 1)
    lang: str = col.kept(TOLD, "")
    due_at: datetime = col.instant(TOLD, nullable=False)
    next_at: datetime | None = col.instant(DELIVERED)
    """When it is to be taken; empty once it is being sent or has ended."""
    state: str = col.kept(TOLD, "planned")
    attempts: int = col.kept(DELIVERED, 0)
    leased_until: datetime | None = col.instant(DELIVERED)
    sent_at: datetime | None = col.instant(TOLD)
    opened_at: datetime | None = col.instant(TOLD)
    unsure: int = col.kept(DELIVERED, 0)
    message: str = col.kept(DELIVERED, "")
    facts: dict[str, Any] = col.json(DELIVERED)
    reason: str = col.kept(DELIVERED, "")


LOOKED = deleted(
    "which officers looked into the case, and what for: its petitioner reads it, and in "
    "the case's folder of the archive",
)


class Look(SQLModel, table=True):
    """An officer looked into a case."""

    __table_args__ = (
        UniqueConstraint("case", "officer", "day", "what"),
        UniqueConstraint("case", "seq"),
    )
    id: int | None = col.number(LOOKED)
    case: int = col.ref(LOOKED, stamped=True, counted="looks", goes_with="case")
    seq: int = col.kept(LOOKED, stamped=True)
    officer: int = col.ref(LOOKED, stamped=True)
    unit: str = col.kept(LOOKED, stamped=True)
    day: date = col.kept(LOOKED, index=True, stamped=True)
    at: datetime = col.instant(LOOKED, nullable=False, stamped=True)
    what: str = col.kept(LOOKED, stamped=True)
    reason: str = col.kept(LOOKED, stamped=True)
    duty: bool = col.kept(LOOKED, stamped=True)
    words: bytes = col.sealed(LOOKED, by=("case", "seq"), stamped=True)
    stamp: bytes = col.stamp(LOOKED)
    """A keyed hash of all this."""


TRIED = aged("rules `tries`, `pins`")


class Try(SQLModel, table=True):
    """A wrong try at a secret."""

    id: int | None = col.number(TRIED)
    bucket: str = col.kept(TRIED)
    at: datetime = col.instant(TRIED, nullable=False)
    __table_args__ = (Index("ix_try_bucket_at", "bucket", "at"),)


DAYS_OFF = stays("days off")


class CalendarYear(SQLModel, table=True):
    """A year's list of days off that the office has imported."""

    __tablename__ = "calendar_year"
    calendar: str = col.kept(DAYS_OFF, primary_key=True)
    year: int = col.kept(DAYS_OFF, primary_key=True)
    body: str = col.kept(DAYS_OFF)
    at: datetime = col.instant(DAYS_OFF, nullable=False)


REMEMBERED = stays("what the installation remembers of itself")


class Setting(SQLModel, table=True):
    """Values that the installation itself remembers: the demo's clock."""

    name: str = col.kept(REMEMBERED, primary_key=True)
    value: str = col.kept(REMEMBERED)
