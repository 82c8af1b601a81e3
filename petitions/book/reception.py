"""Receptions by leaders, and who booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from petitions.values.meeting import Booking, Slot


class Reception(Protocol):
    """Receptions by leaders, and who booked."""

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
