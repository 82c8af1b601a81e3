"""Bulletins in the database: due, made, and held against the journal as it was then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from petitions.counting import bulletins
from petitions.counting.bulletins import Bulletin, Parts
from petitions.counting.figures import Sums, Which
from petitions.law.clocks import local_day
from petitions.law.periods import Period
from petitions.law.units import Office
from storage import journal
from storage.tables import METADATA

BULLETIN = METADATA.tables["bulletin"]
ORDER = {kind: place for place, kind in enumerate(bulletins.KINDS)}


def plan(db: Connection, period: Period) -> bool:
    """Have a bulletin made, unless there is one, or nothing has ever been counted by its end;
    gives whether there is something new to do."""
    there = select(BULLETIN.c.id).where(
        BULLETIN.c.kind == period.kind, BULLETIN.c.first == period.first
    )
    if db.execute(there).first():
        return False
    first = db.execute(select(func.min(journal.JOURNAL.c.day))).scalar()
    if first is None or first > period.last:
        return False
    db.execute(insert(BULLETIN), {
        "kind": period.kind, "first": period.first, "last": period.last, "figures": {}, "files": [],
    })  # fmt: skip
    return True


def due(db: Connection) -> Bulletin | None:
    """A bulletin that is to be made: the shortest and earliest first."""
    rows = db.execute(select(BULLETIN).where(BULLETIN.c.made_at.is_(None))).all()
    found = [_bulletin(row) for row in rows]
    return min(found, key=lambda b: (ORDER[b.period.kind], b.period.first), default=None)


def keep(db: Connection, bulletin: Bulletin) -> bool:
    """Publish it; False when another process was faster."""
    done = db.execute(
        update(BULLETIN)
        .where(BULLETIN.c.id == bulletin.id, BULLETIN.c.made_at.is_(None))
        .values(made_at=bulletin.made_at, as_of=bulletin.as_of, figures=bulletin.written,
                files=bulletin.files)
    )  # fmt: skip
    return bool(done.rowcount)


def load(db: Connection, id: int) -> Bulletin | None:
    """A bulletin by its number."""
    row = db.execute(select(BULLETIN).where(BULLETIN.c.id == id)).first()
    return _bulletin(row) if row else None


def made(db: Connection, kinds: Sequence[str], most: int) -> list[Bulletin]:
    """The newest published ones of some kinds."""
    found = (
        select(BULLETIN)
        .where(BULLETIN.c.kind.in_(kinds), BULLETIN.c.made_at.is_not(None))
        .order_by(BULLETIN.c.first.desc())
        .limit(most)
    )
    return [_bulletin(row) for row in db.execute(found)]


def of(db: Connection, period: Period) -> Bulletin | None:
    """The published bulletin of a period."""
    found = select(BULLETIN).where(
        BULLETIN.c.kind == period.kind, BULLETIN.c.first == period.first,
        BULLETIN.c.made_at.is_not(None),
    )  # fmt: skip
    row = db.execute(found).first()
    return _bulletin(row) if row else None


def inside(db: Connection, period: Period) -> list[Bulletin]:
    """Published ones that lie inside a period."""
    found = select(BULLETIN).where(
        BULLETIN.c.kind.in_(bulletins.INSIDE.get(period.kind, ())),
        BULLETIN.c.first >= period.first, BULLETIN.c.last <= period.last,
        BULLETIN.c.made_at.is_not(None),
    )  # fmt: skip
    return [_bulletin(row) for row in db.execute(found)]


def parts_of(
    db: Connection, period: Period, today: date, as_of: datetime | None = None
) -> dict[str, dict[str, Any]]:
    """The sums that a bulletin of a period is made of; `as_of`: as they were known then."""
    which = Which(period.first, period.last)
    split = tuple(bulletins.SPLIT_COUNTS) if period.kind in bulletins.LONG else ()
    return {by: journal.sums(db, which, today, by, as_of) for by in ("", *split)}


def whole(db: Connection, period: Period, today: date, as_of: datetime | None) -> Sums:
    """Everybody's sums of a period, as they were known then."""
    which = Which(period.first, period.last)
    return journal.sums(db, which, today, "", as_of).get("", Sums())


def check(db: Connection, office: Office) -> list[tuple[Bulletin, tuple[str, str], int, int]]:
    """Published numbers that don't follow from the journal as it was then: the bulletin, what,
    as published, as counted."""
    wrong = []
    for bulletin in made(db, bulletins.KINDS, 100_000):
        assert bulletin.as_of
        today = local_day(bulletin.as_of, office.zone)
        parts: Parts = parts_of(db, bulletin.period, today, bulletin.as_of)
        wrong += [(bulletin, *found) for found in bulletins.differences(bulletin, parts)]
    return wrong


def _bulletin(row: Row[Any]) -> Bulletin:
    period = Period(row.kind, row.first, row.last)
    return Bulletin.read(row.id, period, row.made_at, row.as_of, row.figures, row.files)
