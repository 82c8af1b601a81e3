"""Many cases at once, straight into the tables: for benchmarks only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from petitions.clocks import local_day
from petitions.codes import case_number
from petitions.petition import Channel
from petitions.units import Office
from storage.database import Database
from storage.records import CLOCK, FOLLOWER, HISTORY, NOTICE, PETITION, WORDS

BATCH = 5000


def seed(database: Database, office: Office, count: int) -> None:
    """`count` registered cases of people who never come back."""
    now = datetime.now(UTC) - timedelta(days=1)
    day = local_day(now, office.zone)
    sealed = database.ring.seal("小区楼下的工地每天夜里施工，老人和孩子都睡不好。", "words.body")
    for start in range(0, count, BATCH):
        ids = range(10_000_000 + start, 10_000_000 + min(start + BATCH, count))
        rows: dict[Any, list[dict[str, Any]]] = {
            PETITION: [
                {"id": i, "number": case_number(office.area, Channel.WEB, day, i),
                 "channel": "web", "status": "registered", "person": i, "unit": office.bureau,
                 "received_at": now, "received_on": day}
                for i in ids
            ],
            WORDS: [
                {"case": i, "seq": 1, "part": part, "audience": "everybody", "salt": b"",
                 "commitment": b"", "body": sealed}
                for i in ids for part in ("facts", "request", "place")
            ],
            HISTORY: [
                {"case": i, "seq": 1, "at": now, "actor_kind": "petitioner", "actor": i,
                 "action": "submit", "status": "submitted", "audience": "everybody", "facts": {}}
                for i in ids
            ],
            FOLLOWER: [{"case": i, "person": i, "how": "filed", "since": now} for i in ids],
            CLOCK: [
                {"id": i, "case": i, "clock": "pass_on", "started_on": day,
                 "due_on": day + timedelta(days=15), "rolled_on": day + timedelta(days=15),
                 "length": "15d"}
                for i in ids
            ],
            NOTICE: [
                {"kind": "alert", "case": i, "occasion": "clock:1", "recipient": "ladder",
                 "due_at": now + timedelta(days=7), "next_at": now + timedelta(days=7),
                 "facts": {"clock_id": i, "due": day.isoformat(), "step": "half"}}
                for i in ids
            ],
        }  # fmt: skip
        with database.engine.begin() as connection:
            for table, values in rows.items():
                connection.execute(insert(table), values)
