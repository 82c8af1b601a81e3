"""Appointments and joint meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from petitions.errors import Unknown
from petitions.values.meeting import Appointment, Meeting
from storage.records.base import Base
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
        return self._keep(APPOINTMENT, appointment)

    def save_appointment(self, appointment: Appointment) -> None:
        self._save(APPOINTMENT, appointment)

    def appointments(self, case: int) -> Sequence[Appointment]:
        return self._values(Appointment, APPOINTMENT, _APPOINTMENTS, case=case)

    def appointments_of(self, host: int) -> Sequence[Appointment]:
        return self._values(Appointment, APPOINTMENT, _APPOINTMENTS_OF, host=host)

    def add_meeting(self, meeting: Meeting) -> int:
        return self._keep(MEETING, meeting)

    def _meeting(self, row: Row[Any]) -> Meeting:
        self._spoken[0].update(row.cases)
        return self._value(Meeting, MEETING, row)

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
