"""Appointments and joint meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from petitions.errors import Unknown
from petitions.values.petition import Appointment, Meeting
from storage.records.base import Base, fields_of, next_id
from storage.tables import APPOINTMENT, MEETING

_APPOINTMENTS = (
    select(APPOINTMENT).where(APPOINTMENT.c.case == bindparam("case")).order_by(APPOINTMENT.c.id)
)
_APPOINTMENTS_OF = (
    select(APPOINTMENT)
    .where(APPOINTMENT.c.host == bindparam("host"), APPOINTMENT.c.state.in_(("proposed", "agreed")))
    .order_by(APPOINTMENT.c.day, APPOINTMENT.c.hour, APPOINTMENT.c.id)
)


class Appointments(Base):
    """Appointments and joint meetings."""

    def add_appointment(self, appointment: Appointment) -> int:
        return self._add(APPOINTMENT, **fields_of(appointment))

    def save_appointment(self, appointment: Appointment) -> None:
        change = update(APPOINTMENT).where(APPOINTMENT.c.id == appointment.id)
        self._db.execute(change.values(**fields_of(appointment)))

    def appointments(self, case: int) -> Sequence[Appointment]:
        return [_appointment(row) for row in self._all(_APPOINTMENTS, case=case)]

    def appointments_of(self, host: int) -> Sequence[Appointment]:
        return [_appointment(row) for row in self._all(_APPOINTMENTS_OF, host=host)]

    def add_meeting(self, meeting: Meeting) -> int:
        id = next_id(self._db, MEETING)
        said = {c: self._seal("meeting", c, getattr(meeting, c), id=id)
                for c in ("attended", "minutes")}  # fmt: skip
        return self._add(
            MEETING, id=id, day=meeting.day, by=meeting.by, cases=list(meeting.cases), **said
        )

    def _meeting(self, row: Row[Any]) -> Meeting:
        attended, minutes = (self._open("meeting", c, row) for c in ("attended", "minutes"))
        self._spoken[0].update(row.cases)
        return Meeting(row.id, row.day, row.by, attended, minutes, tuple(row.cases))

    def meetings(self, limit: int) -> Sequence[Meeting]:
        newest = select(MEETING).order_by(MEETING.c.day.desc(), MEETING.c.id.desc()).limit(limit)
        return [self._meeting(row) for row in self._all(newest)]

    def meeting(self, id: int) -> Meeting:
        row = self._one(select(MEETING).where(MEETING.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return self._meeting(row)

    def last_meeting(self) -> date | None:
        row = self._one(select(func.max(MEETING.c.day).label("day")))
        return row.day if row else None


def _appointment(row: Row[Any]) -> Appointment:
    return Appointment(
        row.id, row.case, row.kind, row.host, row.place, row.day, row.hour, row.state, row.how,
        row.said_at,
    )  # fmt: skip
