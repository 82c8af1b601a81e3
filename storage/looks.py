"""Looks into cases as they are kept: numbered in each case and stamped with the office's key, so
that one that was changed, made up or taken out from among others is found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from petitions.values.oversight import Look
from storage import cells, stamps, tallies
from storage.database import insert_or
from storage.seal import KeyRing
from storage.tables import LOOK

TRIES = 20
"""How often a look is noted anew where others were noted in the same case meanwhile."""


def looked(db: Connection, case: int, officer: int, day: date, what: str) -> bool:
    """Whether this look was noted that day."""
    c = LOOK.c
    mine = (c.case == case) & (c.officer == officer) & (c.day == day) & (c.what == what)
    return db.execute(select(c.id).where(mine)).first() is not None


def add(db: Connection, ring: KeyRing, look: Look) -> None:
    """Note a look behind the last one into its case; one that is there already stays as it is."""
    put = insert_or(db.dialect.name, LOOK).on_conflict_do_nothing().returning(LOOK.c.id)
    last = select(func.coalesce(func.max(LOOK.c.seq), 0)).where(LOOK.c.case == look.case)
    tally = tallies.of(db, ring, look.case)
    for _ in range(TRIES):
        row = asdict(look) | {"seq": int(db.execute(last).scalar_one()) + 1}
        said = look.words.encode()
        row["words"] = cells.seal(ring, "look", "words", said, row) if said else b""
        if db.execute(put, stamps.stamped(ring, "look", row)).first():
            tally.looks += 1
            return
        if looked(db, look.case, look.officer, look.day, look.what):
            return
    raise RuntimeError("a look couldn't be noted")


def of_case(db: Connection, ring: KeyRing, case: int) -> list[Look]:
    """All looks into a case, the oldest first."""
    found = select(LOOK).where(LOOK.c.case == case).order_by(LOOK.c.seq)
    return [_look(ring, row) for row in db.execute(found)]


def between(db: Connection, ring: KeyRing, first: date, last: date) -> list[Look]:
    """All looks of some days, by time."""
    found = select(LOOK).where(LOOK.c.day.between(first, last)).order_by(LOOK.c.at, LOOK.c.id)
    return [_look(ring, row) for row in db.execute(found)]


def first_missing(rows: Iterable[Row[Any]]) -> int:
    """The place in a case, whose looks these are in order, at which one is missing; 0: none. That
    the last ones are gone its tally says."""
    return next((place for place, row in enumerate(rows, 1) if row.seq != place), 0)


def _look(ring: KeyRing, row: Row[Any]) -> Look:
    words = cells.open_(ring, "look", "words", row.words, row._mapping.__getitem__).decode()
    return Look(row.case, row.officer, row.unit, row.day, row.at, row.what, row.reason, row.duty,
                words, row.seq)  # fmt: skip
