"""A new list of days off: every running clock is counted again, in small steps.

How far it has come is kept in the database, so a process that stops goes on where it was.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from petitions.book import Planned
from petitions.case import running
from petitions.law.calendar import Calendar
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.telling.ports import Timepiece
from petitions.values.person import OFFICE, Audience, Role
from petitions.values.petition import Entry, Running
from petitions.verbs.days import calendar_of
from storage.database import Database
from storage.records import Records

STATE = "recount"
BATCH = 50
"""Clocks in one transaction: people who write meanwhile hardly notice."""
NAMED = 10
"""Case numbers that a unit's digest names."""


@dataclass(slots=True)
class _State:
    year: int
    after: int = 0
    """The last clock that was looked at."""
    units: dict[str, list[Any]] = field(default_factory=dict)
    """Unit → how many of its cases moved, and the first numbers."""

    def text(self) -> str:
        return json.dumps({"year": self.year, "after": self.after, "units": self.units})


class Recount:
    """Keeps due dates true to the lists of days off."""

    def __init__(self, database: Database, office: Office, clock: Timepiece) -> None:
        self._database = database
        self._office = office
        self._clock = clock

    async def step(self) -> int:
        """Count some clocks again; gives how many were looked at, 0 when there is no more."""
        return await self._database.write(self.some, BATCH)

    def some(self, connection: Connection, batch: int) -> int:
        """One step, within a transaction."""
        book = Records(connection, self._database.ring)
        found = book.setting(STATE)
        if not found:
            return 0
        state, now = _State(**json.loads(found)), self._clock.now()
        calendar = calendar_of(book, self._office)
        clocks = book.clocks_after(state.after, batch)
        for clock in clocks:
            state.after = clock.id
            self._again(book, calendar, clock, state, now)
        if clocks:
            book.set_setting(STATE, state.text())
        else:
            self._digest(book, state, now)
            book.set_setting(STATE, "")
        return len(clocks)

    def _again(
        self, book: Records, calendar: Calendar, old: Running, state: _State, now: datetime
    ) -> None:
        new = running.recounted(old, calendar)
        if new == old:
            return
        book.save_clock(new)
        book.set_next_due(old.case, running.next_due(book, self._office, old.case))
        if (new.due_on, new.rolled_on) == (old.due_on, old.rolled_on):
            return  # only surer than before
        petition = book.petition(old.case)
        before, after = (
            (old.due_on, new.due_on) if old.due_on != new.due_on
            else (old.rolled_on or old.due_on, new.rolled_on or new.due_on)
        )  # fmt: skip
        facts = {"clock": old.clock, "old": before.isoformat(), "due": after.isoformat(),
                 "year": state.year, "until": running.until(self._office, [new])}  # fmt: skip
        entry = Entry(0, now, OFFICE, "date_moved", petition.status, Audience.EVERYBODY, facts)
        seq = book.write(old.case, entry, [])
        to_petitioner = Planned(
            "petitioner.date_moved", old.case, str(seq), "petitioner", now, {"seq": seq}
        )
        today = local_day(now, self._office.zone)
        book.plan(to_petitioner, *running.reminders(self._office, calendar, [new], today))
        count, numbers = state.units.setdefault(petition.unit, [0, []])
        if petition.number not in numbers[:NAMED]:
            numbers = [*numbers, petition.number][:NAMED]
        state.units[petition.unit] = [count + 1, numbers]

    def _digest(self, book: Records, state: _State, now: datetime) -> None:
        """One message for each officer, whatever number of cases moved."""
        for unit, (count, numbers) in state.units.items():
            facts = {"count": count, "numbers": numbers, "year": state.year}
            book.plan(
                *(
                    Planned("officer.dates_moved", 0, f"{state.year}:{now.isoformat()}",
                            f"chat:{officer.chat}", now, facts)
                    for officer in book.officers(unit) if officer.chat
                )
            )  # fmt: skip

    async def remind(self) -> None:
        """From November on, ask for next year's list, once a week until it is there."""
        await self._database.write(self._remind)

    def _remind(self, connection: Connection) -> None:
        book, now = Records(connection, self._database.ring), self._clock.now()
        today = local_day(now, self._office.zone)
        calendar = calendar_of(book, self._office)
        if today.month < 11 or calendar.known(today.year + 1):
            return
        week = today.isocalendar().week
        facts = {"year": today.year + 1}
        book.plan(
            *(
                Planned("officer.calendar_missing", 0, f"{today.year}:{week}",
                        f"chat:{officer.chat}", now, facts)
                for officer in book.officers(self._office.bureau)
                if officer.chat and officer.role in (Role.ADMINISTRATOR, Role.SUPERVISOR)
            )
        )  # fmt: skip
