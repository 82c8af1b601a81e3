"""Receptions by leaders, and who booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, select, update

from petitions.errors import Unknown
from petitions.values.petition import Booking, Slot
from storage.records.base import Base, fields_of, next_id
from storage.tables import BOOKING, SLOT


class Reception(Base):
    """Receptions by leaders, and who booked."""

    def add_slot(self, slot: Slot) -> int:
        return self._add(SLOT, **fields_of(slot))

    def save_slot(self, slot: Slot) -> None:
        self._db.execute(update(SLOT).where(SLOT.c.id == slot.id).values(**fields_of(slot)))

    def slot(self, id: int) -> Slot:
        row = self._one(select(SLOT).where(SLOT.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return _slot(row)

    def slots(self, first: date, last: date, host: int = 0) -> Sequence[Slot]:
        found = (
            select(SLOT)
            .where(SLOT.c.day >= first, SLOT.c.day <= last, SLOT.c.state == "open")
            .order_by(SLOT.c.day, SLOT.c.start, SLOT.c.id)
        )
        return [
            _slot(row) for row in self._all(found.where(SLOT.c.host == host) if host else found)
        ]

    def _booking_values(self, booking: Booking) -> dict[str, Any]:
        topic = self._seal("booking", "topic", booking.topic, id=booking.id)
        return fields_of(booking) | {"topic": topic}

    def add_booking(self, booking: Booking) -> int:
        one = replace(booking, id=next_id(self._db, BOOKING))
        return self._add(BOOKING, id=one.id, **self._booking_values(one))

    def save_booking(self, booking: Booking) -> None:
        change = update(BOOKING).where(BOOKING.c.id == booking.id)
        self._db.execute(change.values(**self._booking_values(booking)))

    def _booking(self, row: Row[Any]) -> Booking:
        topic = self._open("booking", "topic", row)
        return Booking(row.id, row.slot, row.person, row.chat, row.case, topic, row.how, row.state)

    def booking(self, id: int) -> Booking:
        row = self._one(select(BOOKING).where(BOOKING.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return self._booking(row)

    def forget_bookings(self, which: Any) -> None:
        """Forget who booked, and what about; that a place was taken stays."""
        self._db.execute(update(BOOKING).where(which).values(topic=b"", person=0, chat=0))

    def forget_past_bookings(self, person: int, today: date) -> None:
        coming = BOOKING.c.slot.in_(select(SLOT.c.id).where(SLOT.c.day >= today))
        standing = BOOKING.c.state.in_(("booked", "waiting")) & coming
        self.forget_bookings((BOOKING.c.person == person) & ~standing)

    def bookings(self, slot: int) -> Sequence[Booking]:
        found = select(BOOKING).where(BOOKING.c.slot == slot).order_by(BOOKING.c.id)
        return [self._booking(row) for row in self._all(found)]

    def bookings_of(self, person: int) -> Sequence[Booking]:
        found = (
            select(BOOKING)
            .where(BOOKING.c.person == person, BOOKING.c.state.in_(("booked", "waiting")))
            .order_by(BOOKING.c.id)
        )
        return [self._booking(row) for row in self._all(found)]


def _slot(row: Row[Any]) -> Slot:
    return Slot(
        row.id, row.unit, row.host, row.day, row.start, row.minutes, row.places, row.where,
        row.link, row.state,
    )  # fmt: skip
