"""Receptions by leaders, and who booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update

from petitions.keeping.held import Fate
from petitions.values.meeting import Booking, Slot
from storage.records.base import Base
from storage.tables import BOOKING, SLOT
from storage.tables.column import empty


class Reception(Base):
    """Receptions by leaders, and who booked."""

    def add_slot(self, slot: Slot) -> int:
        return self._keep(SLOT, slot)

    def save_slot(self, slot: Slot) -> None:
        self._save(SLOT, slot)

    def slot(self, id: int) -> Slot:
        return self._found(Slot, SLOT, id)

    def slots(self, first: date, last: date, host: int = 0) -> Sequence[Slot]:
        found = (
            select(SLOT)
            .where(SLOT.c.day >= first, SLOT.c.day <= last, SLOT.c.state == "open")
            .order_by(SLOT.c.day, SLOT.c.start, SLOT.c.id)
        )
        found = found.where(SLOT.c.host == host) if host else found
        return self._values(Slot, SLOT, found)

    def add_booking(self, booking: Booking) -> int:
        return self._keep(BOOKING, booking)

    def save_booking(self, booking: Booking) -> None:
        self._save(BOOKING, booking)

    def booking(self, id: int) -> Booking:
        return self._found(Booking, BOOKING, id)

    def forget_bookings(self, which: Any) -> None:
        """Forget who booked, and what about; that a place was taken stays."""
        self._db.execute(update(BOOKING).where(which).values(empty(BOOKING, Fate.EMPTIED)))

    def forget_past_bookings(self, person: int, today: date) -> None:
        coming = BOOKING.c.slot.in_(select(SLOT.c.id).where(SLOT.c.day >= today))
        standing = BOOKING.c.state.in_(("booked", "waiting")) & coming
        self.forget_bookings((BOOKING.c.person == person) & ~standing)

    def bookings(self, slot: int) -> Sequence[Booking]:
        found = select(BOOKING).where(BOOKING.c.slot == slot).order_by(BOOKING.c.id)
        return self._values(Booking, BOOKING, found)

    def bookings_of(self, person: int) -> Sequence[Booking]:
        found = (
            select(BOOKING)
            .where(BOOKING.c.person == person, BOOKING.c.state.in_(("booked", "waiting")))
            .order_by(BOOKING.c.id)
        )
        return self._values(Booking, BOOKING, found)
