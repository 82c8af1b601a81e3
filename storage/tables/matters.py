"""Matters that stand beside the way of a case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import SQLModel

from petitions.keeping.held import deleted, emptied, stays
from storage.tables import column as col

THOUGHT = deleted("what a person thought; it is counted already", mine="person")
WHOSE = deleted("whose it was")


class Rating(SQLModel, table=True):
    """A petitioner's opinion of a body's part in a case."""

    __table_args__ = (UniqueConstraint("case", "body", "seq", "person"),)
    id: int | None = col.number(WHOSE)
    case: int = col.ref(THOUGHT, goes_with="case")
    person: int = col.ref(WHOSE)
    body: str = col.kept(THOUGHT)
    unit: str = col.kept(THOUGHT)
    seq: int = col.kept(THOUGHT)
    opened_on: date = col.kept(THOUGHT)
    until: date = col.kept(THOUGHT)
    level: str = col.kept(THOUGHT, "")
    finer: dict[str, str] = col.json(THOUGHT)
    reasons: list[str] = col.json(THOUGHT, list)
    changes: int = col.kept(THOUGHT, 0)
    after_contact: int = col.kept(WHOSE, 0)
    first_at: datetime | None = col.instant(THOUGHT)
    unit_may_know: bool = col.kept(THOUGHT, False)
    may_call: bool = col.kept(THOUGHT, False)


KEPT_OR_NOT = stays("whether a promise was kept: a code")


class FollowUp(SQLModel, table=True):
    """A question after a closed case."""

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("case", "step", "due_on"),)
    id: int | None = col.number(KEPT_OR_NOT)
    case: int = col.ref(KEPT_OR_NOT)
    step: str = col.kept(KEPT_OR_NOT)
    due_on: date = col.kept(KEPT_OR_NOT)
    answer: str = col.kept(KEPT_OR_NOT, "")
    asked_at: datetime | None = col.instant(KEPT_OR_NOT)
    answered_at: datetime | None = col.instant(KEPT_OR_NOT)
    tries: int = col.kept(KEPT_OR_NOT, 0)


MET = stays("who of the office met somebody, and when; places are codes")


class Appointment(SQLModel, table=True):
    """Somebody meets the petitioner: proposed, agreed to, held."""

    __table_args__ = (Index("ix_appointment_host", "host", "day"),)
    id: int | None = col.number(MET)
    case: int = col.ref(MET, required=True, index=True)
    kind: str = col.kept(MET)
    host: int = col.ref(MET)
    place: str = col.kept(MET)
    day: date = col.kept(MET)
    hour: int = col.kept(MET)
    state: str = col.kept(MET)
    how: str = col.kept(MET, "")
    said_at: datetime | None = col.instant(MET)


SPOKEN = emptied("with the last case of its agenda")
HELD = stays("that it was held, about which numbers")


class Meeting(SQLModel, table=True):
    """A joint meeting and its sealed minutes."""

    id: int | None = col.number(HELD)
    day: date = col.kept(HELD)
    by: int = col.ref(HELD)
    attended: bytes = col.sealed(SPOKEN, place="minutes.attended")
    minutes: bytes = col.sealed(SPOKEN, place="minutes.body")
    cases: list[int] = col.json(HELD, list)


OF_OFFICES = stays("of offices")


class Supervision(SQLModel, table=True):
    """A step by which an office is made to act."""

    __table_args__ = (
        Index("ix_supervision_open", "due_on",
              sqlite_where=text("state IN ('open', 'answered')"),
              postgresql_where=text("state IN ('open', 'answered')")),
    )  # fmt: skip
    id: int | None = col.number(OF_OFFICES)
    case: int = col.ref(OF_OFFICES, required=True, index=True)
    unit: str = col.kept(OF_OFFICES)
    level: str = col.kept(OF_OFFICES)
    cause: str = col.kept(OF_OFFICES)
    due_on: date = col.kept(OF_OFFICES)
    by: int = col.ref(OF_OFFICES)
    state: str = col.kept(OF_OFFICES)
    answered_on: date | None = col.kept(OF_OFFICES, None)


ADVICE = stays(
    "from the bureau to a unit about its work (art. 40), told in the annual report (art. "
    "41); no case belongs to it",
)


class Suggestion(SQLModel, table=True):
    """A suggestion to a unit, and its answer."""

    id: int | None = col.number(ADVICE)
    kind: str = col.kept(ADVICE)
    unit: str = col.kept(ADVICE)
    by: int = col.ref(ADVICE)
    made_on: date = col.kept(ADVICE)
    due_on: date = col.kept(ADVICE)
    words: bytes = col.sealed(ADVICE, place="advice.words")
    adopted: bool | None = col.kept(ADVICE, None)
    answer: bytes = col.sealed(ADVICE, place="advice.answer")
    answered_on: date | None = col.kept(ADVICE, None)


RESPONSIBLE = stays("who of the office was responsible")


class Listed(SQLModel, table=True):
    """The leader who is responsible for a case, and until when."""

    id: int | None = col.number(RESPONSIBLE)
    case: int = col.ref(RESPONSIBLE, required=True, index=True)
    leader: int = col.ref(RESPONSIBLE, required=True, index=True)
    unit: str = col.kept(RESPONSIBLE)
    team: str = col.kept(RESPONSIBLE)
    due_on: date = col.kept(RESPONSIBLE)
    campaign: int = col.ref(RESPONSIBLE, index=True)
    state: str = col.kept(RESPONSIBLE)
    standard: str = col.kept(RESPONSIBLE, "")
    struck_on: date | None = col.kept(RESPONSIBLE, None)


CAMPAIGNS = stays("the office's own")


class Campaign(SQLModel, table=True):
    """A campaign for old cases."""

    id: int | None = col.number(CAMPAIGNS)
    name: str = col.kept(CAMPAIGNS)
    first: date = col.kept(CAMPAIGNS)
    last: date = col.kept(CAMPAIGNS)
    targets: list[list[Any]] = col.json(CAMPAIGNS, list)
    phases: list[list[str]] = col.json(CAMPAIGNS, list)
    state: str = col.kept(CAMPAIGNS)


RECEPTIONS = stays("the office's own")


class Slot(SQLModel, table=True):
    """A time at which somebody of the office receives people."""

    __table_args__ = (Index("ix_slot_day", "day", "host"),)
    id: int | None = col.number(RECEPTIONS)
    unit: str = col.kept(RECEPTIONS)
    host: int = col.ref(RECEPTIONS)
    day: date = col.kept(RECEPTIONS)
    start: str = col.kept(RECEPTIONS)
    minutes: int = col.kept(RECEPTIONS)
    places: int = col.kept(RECEPTIONS)
    where: str = col.kept(RECEPTIONS)
    link: str = col.kept(RECEPTIONS, "")
    state: str = col.kept(RECEPTIONS)


TOPIC = emptied("also rule `receptions`", mine="person")
WHO_BOOKED = emptied("also rule `receptions`")
TAKEN = stays("that a place was taken", mine="person")
TAKEN_TOO = stays("that a place was taken")


class Booking(SQLModel, table=True):
    """Somebody's place at a reception."""

    id: int | None = col.number(TAKEN_TOO)
    slot: int = col.ref(TAKEN, required=True, index=True)
    person: int = col.ref(WHO_BOOKED, required=True, index=True)
    chat: int = col.ref(WHO_BOOKED)
    case: int = col.ref(TAKEN, index=True, goes_with="case")
    topic: bytes = col.sealed(TOPIC)
    how: str = col.kept(TAKEN)
    state: str = col.kept(TAKEN)
