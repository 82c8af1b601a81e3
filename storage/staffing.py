"""Asks waiting for a second person's yes; the history of the staff, whose end stands in a tally."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog
from sqlalchemy import Connection, Row, func, insert, select

from petitions.values import staffing
from petitions.values.person import Officer, Role
from petitions.values.staffing import LIVING, Ask, AskState, StaffEntry
from storage import stamps, tallies
from storage.seal import KeyRing
from storage.tables import OFFICER, STAFF_ASK, STAFF_ENTRY, TALLY

log = structlog.get_logger()


LOGGED = frozenset({"was", "first", "invited", "seated", "taken", "ended", "left"})
"""Changes that are in the log where they are made (`records/staff.py`)."""


def note(db: Connection, ring: KeyRing, one: StaffEntry) -> StaffEntry:
    """Add an entry to the history."""
    tally = tallies.of(db, ring, tallies.STAFF)
    newest = db.execute(select(func.max(STAFF_ENTRY.c.id))).scalar() or 0
    one = replace(one, seq=max(tally.seq, newest) + 1)  # though somebody made up, or cut off, some
    one = replace(one, digest=staffing.digest(tally.digest, one))
    row = {"id": one.seq, "at": one.at, "what": one.what, "desk": one.desk, "unit": one.unit,
           "role": one.role, "actor": one.actor, "second": one.second, "facts": one.facts,
           "digest": one.digest}  # fmt: skip
    db.execute(insert(STAFF_ENTRY), row)
    tally.seq, tally.digest = one.seq, one.digest
    tallies.of(db, ring, tallies.SEATS).files += 1
    if one.facts.get("alone"):
        log.error("office.invited_alone", officer=one.desk, why="nobody sits who may say yes to it")
    elif one.what not in LOGGED:
        log.warning(f"staff.{one.what}", officer=one.desk, unit=one.unit, second=one.second)
    return one


def entry(row: Row[Any]) -> StaffEntry:
    """A row of the history."""
    return StaffEntry(row.id, row.at, row.what, row.desk, row.unit, row.role, row.actor, row.second,
                      row.facts, bytes(row.digest))  # fmt: skip


def first_wrong(db: Connection, ring: KeyRing) -> int:
    """The number of the first entry that doesn't follow from the one before, or is missing; 0: the
    history is whole."""
    before, place = b"", 0
    for row in db.execute(select(STAFF_ENTRY).order_by(STAFF_ENTRY.c.id)):
        one, place = entry(row), place + 1
        if one.seq != place or one.digest != staffing.digest(before, one):
            return place
        before = one.digest
    held = {row.case: row for row in db.execute(
        select(TALLY).where(TALLY.c.case.in_((tallies.STAFF, tallies.SEATS))))}  # fmt: skip
    end, seats = held.get(tallies.STAFF), held.get(tallies.SEATS)
    if end is None:
        return 1 if place or (seats and seats.files) else 0
    whole = (end.seq, bytes(end.digest)) == (place, before) and seats and seats.files == place
    return 0 if whole and stamps.holds(ring, "tally", end) else place + 1


def begin_all(db: Connection, ring: KeyRing, now: Any) -> None:
    """The desks of an office that had no such history become its first entries; once, for what is
    missing later was taken away."""
    seats = db.execute(select(TALLY).where(TALLY.c.case == tallies.SEATS)).first()
    there = db.execute(select(TALLY.c.case).where(TALLY.c.case == tallies.STAFF)).first()
    if there or (seats is not None and (seats.files or not stamps.genuine(ring, "tally", seats))):
        return
    seated = select(OFFICER).where(OFFICER.c.chat != 0, OFFICER.c.ended_at.is_(None))
    for row in db.execute(seated.order_by(OFFICER.c.id)).all():
        if stamps.genuine(ring, "officer", row):
            desk = Officer(row.id, row.unit, Role(row.role), row.name, row.chat)
            note(db, ring, staffing.entry("was", now, desk))


def asks(db: Connection, ring: KeyRing) -> Sequence[Ask]:
    """Asks that aren't answered yet, the oldest first."""
    living = STAFF_ASK.c.state.in_([str(state) for state in LIVING])
    rows = db.execute(select(STAFF_ASK).where(living).order_by(STAFF_ASK.c.id)).all()
    return [ask(row) for row in rows if stamps.genuine(ring, "staff_ask", row)]


def ask(row: Row[Any]) -> Ask:
    """A row that holds."""
    return Ask(row.id, row.desk, row.unit, row.asker, row.asker_chat, row.chat, row.number, row.at,
               row.until, AskState(row.state))  # fmt: skip
