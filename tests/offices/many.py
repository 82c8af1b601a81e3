"""Many notices at once, for kills, faults, several processes and benchmarks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from petitions.law.units import Office
from petitions.values.channels import Channel
from petitions.values.codes import case_number
from storage import rotate
from storage.database import Database
from storage.records.chats import chat_address
from storage.tables import CHAT, CHAT_PERSON, FOLLOWER, HISTORY, NOTICE, PERSON, PETITION, WORDS

BATCH = 5000
FIRST = 20_000
"""The first chat's id; on Telegram its address too."""


def plan_many(
    database: Database, office: Office, count: int, now: datetime,
    kind: str = "petitioner.refused", channel: str = "telegram", per_chat: int = 1,
) -> None:  # fmt: skip
    """`count` chats with a case each and notices of it that are due now."""
    day = now.date()
    sealed = database.ring.seal("请到有管辖权的人民法院立案窗口。", "words.body")
    for start in range(FIRST, FIRST + count, BATCH):
        ids = range(start, min(start + BATCH, FIRST + count))
        rows: dict[Any, list[dict[str, Any]]] = {
            CHAT: [
                {"id": i, "channel": channel, "lang": "zh", "person": i, "seen_at": now,
                 **chat_address(database.ring, channel, str(i))}
                for i in ids
            ],
            PERSON: [{"id": i, "created_at": now} for i in ids],
            CHAT_PERSON: [{"chat": i, "person": i, "since": now} for i in ids],
            PETITION: [
                {"id": i, "number": case_number(office.area, Channel.WEB, day, i),
                 "channel": "web", "status": "refused", "person": i, "unit": office.bureau,
                 "received_at": now, "received_on": day}
                for i in ids
            ],
            FOLLOWER: [{"case": i, "person": i, "how": "filed", "since": now} for i in ids],
            NOTICE: [
                {"kind": kind, "case": i, "occasion": str(n), "recipient": f"chat:{i}",
                 "channel": channel, "due_at": now, "next_at": now, "facts": {"seq": 1}}
                for i in ids for n in range(per_chat)
            ],
            HISTORY: [
                {"case": i, "seq": 1, "at": now, "actor_kind": "officer", "actor": 1,
                 "actor_unit": office.bureau, "action": "refuse", "status": "refused",
                 "audience": "everybody", "facts": {"reason": "litigation"}}
                for i in ids
            ],
            WORDS: [
                {"case": i, "seq": 1, "part": "where", "audience": "everybody", "salt": b"",
                 "commitment": b"", "body": sealed, "file": 0}
                for i in ids
            ],
        }  # fmt: skip
        with database.engine.begin() as connection:
            for table, values in rows.items():
                if values:
                    connection.execute(insert(table), values)
    rotate.bind(database.engine, database.ring)
