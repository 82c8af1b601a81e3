"""Appointments and joint meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from petitions.values.meeting import Appointment, Meeting


class Appointments(Protocol):
    """Appointments and joint meetings."""

    def add_appointment(self, appointment: Appointment) -> int: ...
    def save_appointment(self, appointment: Appointment) -> None: ...
    def appointments(self, case: int) -> Sequence[Appointment]: ...
    def appointments_of(self, host: int) -> Sequence[Appointment]:
        """Those that an officer holds and that are proposed or agreed, the soonest first."""
        ...

    def add_meeting(self, meeting: Meeting) -> int: ...
    def meetings(self, limit: int) -> Sequence[Meeting]:
        """The newest first."""
        ...

    def meeting(self, id: int) -> Meeting:
        """Raises Unknown."""
        ...

    def last_meeting(self) -> date | None: ...
