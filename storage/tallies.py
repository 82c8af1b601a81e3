"""A case's numbers: the end of its history, and how many followers, clocks, files … Stamped, so
that rows that were taken away, and an end that was cut off, are missed.

A tally is read when something of its case is first added in a transaction, and written once, at the
end of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from petitions.errors import Unknown
from petitions.verbs.units import UNITS
from storage import stamps
from storage.database import at_end
from storage.seal import KeyRing
from storage.tables import (
    HISTORY,
    LOGIN,
    LOGIN_ENTRY,
    METADATA,
    OFFICER,
    PETITION,
    SETTING,
    STAFF_ENTRY,
    TALLY,
)
from storage.tables.column import counted

log = structlog.get_logger()

_OF = select(TALLY).where(TALLY.c.case == bindparam("case")).with_for_update()
_HOLD = select(PETITION.c.id).where(PETITION.c.id == bindparam("case")).with_for_update()
_SEATS = select(TALLY).where(TALLY.c.case == 0)
_PUT = insert(TALLY)
_SET = update(TALLY).where(TALLY.c.case == bindparam("b_case"))
_LAST = (
    select(HISTORY.c.seq, HISTORY.c.digest)
    .where(HISTORY.c.case == bindparam("case"))
    .order_by(HISTORY.c.seq.desc())
    .limit(1)
)
_LAST_OF_STAFF = (
    select(STAFF_ENTRY.c.id, STAFF_ENTRY.c.digest).order_by(STAFF_ENTRY.c.id.desc()).limit(1)
)
SEATS = 0
"""Stands for a case: the tally of the desks, of which `seq` is how many there are, `followers` how
many logins, `clocks` how long their history, `files` how long that of the staff; its digest is that
of the units as they were changed in the chat."""
STAFF = -1
"""Stands for a case, too: the end of the history of the staff."""


@dataclass(slots=True)
class Tally:
    """A case's numbers."""

    case: int
    seq: int = 0
    digest: bytes = b""
    followers: int = 0
    clocks: int = 0
    files: int = 0
    looks: int = 0
    members: int = 0


_FOUND = counted(METADATA.tables.values())
COUNTED = {f.name: _FOUND[f.name] for f in fields(Tally) if f.name in _FOUND}
"""Name of a number → the column that names the case."""


def begin(db: Connection, ring: KeyRing, case: int) -> Tally:
    """The tally of a case that is new, or was never counted."""
    return _keep(db, ring, Tally(case), new=True)


def of(db: Connection, ring: KeyRing, case: int) -> Tally:
    """A case's tally, to be changed. Raises Unknown where it isn't as the office wrote it."""
    held: dict[int, Tally] = db.info.setdefault("tallies", {})
    if case in held:
        return held[case]
    row = db.execute(_OF, {"case": case}).first()
    if row is None:
        if not ring.strict:  # of two who count for the first time, the second waits, and looks
            db.execute(_HOLD, {"case": case})
            if db.execute(_OF, {"case": case}).first():
                return of(db, ring, case)
            return _keep(db, ring, count(db, case), new=True)
        _stop(case > SEATS and db.execute(_LAST, {"case": case}).first() is not None)
        return _keep(db, ring, Tally(case), new=True)
    if not stamps.genuine(ring, "tally", row):
        _stop(case > SEATS)
        return _keep(db, ring, Tally(case), new=False)  # which `history verify` finds too small
    return _keep(db, ring, read(db, ring, row), new=False)


def read(db: Connection, ring: KeyRing, row: Row[Any]) -> Tally:
    """A row that holds. One of the program before is counted on from what there is."""
    found = Tally(row.case, row.seq, bytes(row.digest), **counts_of(row))
    if stamps.is_earlier(ring, "tally", row):
        now = count(db, row.case)
        found.looks, found.members = now.looks, now.members
        found.digest = found.digest if found.case else now.digest
    return found


def counts_of(row: Row[Any]) -> dict[str, int]:
    """How many there are of what is counted, as a tally's row says it."""
    return {name: row._mapping[name] for name in COUNTED}


def _stop(forged: bool) -> None:
    if forged:
        raise Unknown("bad.case_forged")


def count(db: Connection, case: int) -> Tally:
    """A case's numbers, counted."""
    if case == SEATS:
        desks, logins, entries, changes = (
            int(db.execute(select(func.count()).select_from(table)).scalar_one())
            for table in (OFFICER, LOGIN, LOGIN_ENTRY, STAFF_ENTRY)
        )
        return Tally(case, desks, units_digest(db), logins, entries, changes)
    if case == STAFF:
        return staff(db)
    last = db.execute(_LAST, {"case": case}).first()
    tally = Tally(case, last.seq, bytes(last.digest)) if last else Tally(case)
    for name, of_case in COUNTED.items():
        n = db.execute(select(func.count()).select_from(of_case.table).where(of_case == case))
        setattr(tally, name, int(n.scalar_one()))
    return tally


def staff(db: Connection) -> Tally:
    """The end of the history of the staff, as it is there."""
    last = db.execute(_LAST_OF_STAFF).first()
    return Tally(STAFF, int(last.id), bytes(last.digest)) if last else Tally(STAFF)


def units_digest(db: Connection) -> bytes:
    """Of the units as they were changed in the chat; empty: they weren't."""
    setting = SETTING.c
    held = db.execute(select(setting.value).where(setting.name == UNITS)).scalar()
    return sha256(str(held).encode()).digest() if held else b""


def units_hold(db: Connection, ring: KeyRing) -> bool:
    """Whether the units are as the office changed them. Says in the log that they aren't."""
    if changed := db.info.get("tallies", {}).get(SEATS):  # by this transaction
        return bool(changed.digest == units_digest(db))
    row = db.execute(_SEATS).first()
    if row is None:
        return not ring.strict or not units_digest(db)
    if not stamps.genuine(ring, "tally", row):
        return False
    if stamps.is_earlier(ring, "tally", row) or bytes(row.digest) == units_digest(db):
        return True
    log.error("row.forged", table="setting", row=UNITS, help="petition-bot history verify")
    return False


def _keep(db: Connection, ring: KeyRing, tally: Tally, new: bool) -> Tally:
    held: dict[int, Tally] = db.info.setdefault("tallies", {})
    held[tally.case] = tally

    def put() -> None:
        held.pop(tally.case, None)
        row = stamps.stamped(ring, "tally", asdict(tally))
        if new:
            db.execute(_PUT, row)
        else:
            db.execute(_SET, {"b_case": row.pop("case"), **row})

    at_end(db, put)
    return tally
