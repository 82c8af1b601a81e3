"""The ledger's self-check: what was forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from petitions.law import ladder
from petitions.law.units import Office
from petitions.telling.ports import Check
from storage.tables import CLOCK, NOTICE

LATELY = timedelta(days=3)
"""How long it speaks of a notice that reached nobody."""
UNTOUCHED = timedelta(minutes=15)
"""A notice that waits longer than this after its time was forgotten."""


def look(db: Connection, office: Office, now: datetime) -> Check:
    """The clocks and notices that were forgotten by now."""
    return Check(
        silent=len(_silent(db, office)),
        untouched=_count(db, NOTICE.c.next_at < now - UNTOUCHED),
        stuck=_count(db, NOTICE.c.leased_until < now - UNTOUCHED),
        nobody=_count(db, (NOTICE.c.state == "failed") & (NOTICE.c.due_at > now - LATELY)),
    )


def _count(db: Connection, which: Any) -> int:
    return int(db.execute(select(func.count(NOTICE.c.id)).where(which)).scalar_one())


def _silent(db: Connection, office: Office) -> list[int]:
    """Running clocks of the office, late ones above all, without a reminder that waits."""
    loud = office.law.clocks(lambda n, x: ladder.speaks(n, x) and x.duty != "petitioner")
    # Not a correlated search: a million clocks would each look through the whole ladder.
    clock = NOTICE.c.facts["clock_id"].as_integer()
    waiting = select(clock).where(
        NOTICE.c.recipient == "ladder", NOTICE.c.next_at.is_not(None), clock.is_not(None)
    )
    found = select(CLOCK.c.id).where(
        CLOCK.c.ended_at.is_(None),
        CLOCK.c.paused_on.is_(None),
        CLOCK.c.clock.in_(loud),
        CLOCK.c.id.not_in(waiting),
    )
    return [row.id for row in db.execute(found)]
