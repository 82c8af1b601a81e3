"""The rows of the installation itself: settings, calendars, its signature."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from petitions.verbs.units import UNITS
from storage import tallies
from storage.database import insert_or
from storage.records.base import Base
from storage.tables import CALENDAR, SETTING

_CALENDAR = (
    select(CALENDAR.c.body)
    .where(CALENDAR.c.calendar == bindparam("calendar"))
    .order_by(CALENDAR.c.year)
)


class Installation(Base):
    """The rows of the installation itself: settings, calendars, its signature."""

    def calendar_lists(self, calendar: str) -> tuple[str, ...]:
        rows = self._all(_CALENDAR, calendar=calendar)
        return tuple(row.body for row in rows)

    def setting(self, name: str) -> str:
        row = self._one(select(SETTING.c.value).where(SETTING.c.name == name))
        if name == UNITS and not tallies.units_hold(self._db, self._ring):
            return ""
        return str(row.value) if row else ""

    def set_setting(self, name: str, value: str) -> None:
        self.units_changed = self.units_changed or name == UNITS
        self._db.execute(*setting_put(self._db, name, value))
        if name == UNITS:
            seats = tallies.of(self._db, self._ring, tallies.SEATS)
            seats.digest = tallies.units_digest(self._db)

    def keep_calendar(self, calendar: str, year: int, text: str, now: datetime) -> None:
        row = {"calendar": calendar, "year": year, "body": text, "at": now}
        put = self._insert(CALENDAR).values(row)
        self._db.execute(
            put.on_conflict_do_update(
                index_elements=["calendar", "year"], set_={"body": text, "at": now}
            )
        )

    def sign(self, content: bytes) -> tuple[bytes, bytes]:
        return self._ring.public, self._ring.sign(content)


def setting_put(db: Connection, name: str, value: str) -> tuple[Any, dict[str, Any]]:
    """The statement, with its values, that sets a setting."""
    put = insert_or(db.dialect.name, SETTING).values(name=name, value=value)
    return put.on_conflict_do_update(index_elements=["name"], set_={"value": value}), {}
