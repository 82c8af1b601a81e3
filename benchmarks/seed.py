"""Many cases at once, straight into the tables: for benchmarks only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, func, insert, literal, select, text

from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.values import search
from petitions.values.channels import Channel
from petitions.values.codes import case_number
from petitions.values.person import Audience
from storage import index, rotate, segments
from storage.database import Database
from storage.records import Records
from storage.tables import CLOCK, FOLLOWER, HISTORY, NOTICE, PETITION, WORDS

BATCH = 5000
FIRST = 10_000_000
"""The first case's id: those that are filed afterwards don't meet them."""
INDEXED = 100_000
"""Cases of a segment of the index."""
BODY = "小区楼下的工地每天夜里施工，老人和孩子都睡不好。"


def seed(database: Database, office: Office, count: int) -> None:
    """`count` registered cases of people who never come back; their words are indexed, as an
    office has long done it with what was filed before."""
    now = datetime.now(UTC) - timedelta(days=1)
    day = local_day(now, office.zone)
    due = day + timedelta(days=15)
    later = now + timedelta(days=7)
    with database.engine.begin() as db:
        for start in range(FIRST, FIRST + count, BATCH):
            ids = range(start, min(start + BATCH, FIRST + count))
            rows = [
                {"id": i, "number": case_number(office.area, Channel.WEB, day, i),
                 "channel": "web", "status": "registered", "person": i, "unit": office.bureau,
                 "received_at": now, "received_on": day}
                for i in ids
            ]  # fmt: skip
            db.execute(insert(PETITION), rows)
            rows = [
                {"kind": "alert", "case": i, "occasion": "clock:1", "recipient": "ladder",
                 "due_at": later, "next_at": later,
                 "facts": {"clock_id": i, "due": day.isoformat(), "step": "half"}}
                for i in ids
            ]  # fmt: skip
            db.execute(insert(NOTICE), rows)
        case = PETITION.c.id
        body = database.ring.seal(BODY, "words.body")
        for part in ("facts", "request", "place"):
            _each(db, WORDS, case=case, seq=1, part=part, audience=str(Audience.EVERYBODY),
                  salt=b"", commitment=b"", body=body)  # fmt: skip
        _each(db, HISTORY, case=case, seq=1, at=now, actor_kind="petitioner", actor=case,
              action="submit", status="submitted", audience="everybody", facts={})  # fmt: skip
        _each(db, FOLLOWER, case=case, person=case, how="filed", since=now)
        _each(db, CLOCK, id=case, case=case, clock="pass_on", started_on=day, due_on=due,
              rolled_on=due, length="15d")  # fmt: skip
        records = Records(db, database.ring)
        terms = sorted(records.token(term) for term in search.terms(BODY))
        for id, start in enumerate(range(FIRST, FIRST + count, INDEXED), 1):
            cases = range(min(start + INDEXED, FIRST + count) - 1, start - 1, -1)
            found = [segments.record(term, n) for term in terms for n in cases]
            for put in segments.small(database.ring, id, found, start, cases[0]):
                db.execute(*put)
        records.set_setting(index.TURN, "1000")
        newest = db.execute(select(func.max(WORDS.c.id))).scalar()
        records.set_setting(index.STATE, str(newest or 0))
    rotate.bind(database.engine, database.ring)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as db:
        db.execute(text("ANALYZE"))


def _each(db: Connection, table: Table, **values: Any) -> None:
    """A row for every seeded case: columns of its own, or what is the same for all."""
    columns = [
        value if value is PETITION.c.id else literal(value, table.c[name].type).label(name)
        for name, value in values.items()
    ]
    seeded = select(*columns).where(PETITION.c.id >= FIRST).order_by(PETITION.c.id)
    db.execute(insert(table).from_select(list(values), seeded))
