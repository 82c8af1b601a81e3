"""The clocks of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from petitions.values.petition import Petition, Running
from storage import stamps, tallies
from storage.records.cases import CASES, Cases
from storage.tables import CLOCK, PETITION

_OF_CASE = select(CLOCK).where(CLOCK.c.case == bindparam("case")).order_by(CLOCK.c.id)


class Clocks(Cases):
    """The clocks of cases."""

    def start_clock(self, clock: Running) -> Running:
        tallies.of(self._db, self._ring, clock.case).clocks += 1
        return replace(clock, id=self._add_stamped(CLOCK, **_clock_values(clock)))

    def save_clock(self, clock: Running) -> None:
        row = stamps.stamped(self._ring, "clock", {"id": clock.id, **_clock_values(clock)})
        self._db.execute(update(CLOCK).where(CLOCK.c.id == clock.id).values(row))

    def clocks(self, case: int) -> Sequence[Running]:
        rows = self._all(_OF_CASE, case=case)
        return [_running(row) for row in self._genuine(CLOCK, rows)]

    def clocks_after(self, id: int, limit: int) -> Sequence[Running]:
        rows = self._all(
            select(CLOCK)
            .where(CLOCK.c.id > id, CLOCK.c.ended_at.is_(None))
            .order_by(CLOCK.c.id)
            .limit(limit)
        )
        return [_running(row) for row in self._genuine(CLOCK, rows)]

    def open_clocks(self, units: Sequence[str], until: date) -> Sequence[tuple[Running, Petition]]:
        found = (
            select(CLOCK)
            .join(PETITION, PETITION.c.id == CLOCK.c.case)
            .where(CLOCK.c.ended_at.is_(None), CLOCK.c.due_on <= until)
            .order_by(CLOCK.c.due_on, CLOCK.c.id)
        )
        if units:
            found = found.where(PETITION.c.unit.in_(units))
        rows = self._genuine(CLOCK, self._all(found))
        ids = {row.case for row in rows}
        held = self.cases(self._all(CASES, ids=list(ids))) if ids else ()
        cases = {one.id: one for one in held}
        return [(_running(row), cases[row.case]) for row in rows if row.case in cases]


def _clock_values(clock: Running) -> dict[str, Any]:
    return {
        "case": clock.case,
        "clock": clock.clock,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "ended_at": clock.ended_at,
        "outcome": clock.outcome,
        "rolled_on": clock.rolled_on or clock.due_on,
        "provisional": clock.provisional,
        "length": clock.length,
        "extension": clock.extension,
        "pauses": [[first.isoformat(), last.isoformat()] for first, last in clock.pauses],
        "paused_on": clock.paused_on,
    }


def _running(row: Row[Any]) -> Running:
    return Running(
        row.id, row.case, row.clock, row.started_on, row.due_on, row.ended_at, row.outcome,
        row.rolled_on, row.provisional, row.length, row.extension,
        tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in row.pauses),
        row.paused_on,
    )  # fmt: skip
