"""Rows that give rights, and those that a case rests on, carry a stamp over their fields: whoever
writes into the database without the keys can make none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, and_, select, update

from storage.cells import CELLS
from storage.seal import LEVEL, KeyRing
from storage.tables import METADATA

log = structlog.get_logger()

STAMPED: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "chat": "id channel mark person officer",
        "chat_person": "chat person since ended_at",
        "person": "id pin",
        "session": "token_hash chat created_at ended_at",
        "officer": "id unit role name chat away stand_in since ended_at",
        "invite": "hash officer until used_at",
        "follower": "case person how since ended_at",
        "member": "id case person part seq mark since left_at",
        "joint_link": "case part hash until",
        "join_offer": "id case into case_yes into_yes state",
        "case_file": "case file seq audience",
        "look": "case seq officer unit day at what reason duty words",
        "file": "id path mime size at",
        "clock": "id case clock started_on due_on ended_at outcome rolled_on provisional length "
                 "extension pauses paused_on",
        "petition": "id number channel status person unit received_at received_on version kind "
                    "category proposed handler first_handler people members unnamed sealed "
                    "accepted_at answered_at ended_at resumed way simple urgent bounces "
                    "proposed_unit assisting asked_days extended answered_by outcome delivered_on "
                    "former merged_into promised_on leader lane guests waiting",
        "tally": "case seq digest followers clocks files looks members",
    }.items()
}  # fmt: skip
"""Table → the columns under its stamp; of a sealed one, whether there is anything in it."""


EARLIER: dict[str, tuple[str, ...]] = {
    "session": ("token_hash", "chat", "ended_at"),
    "tally": ("case", "seq", "digest", "followers", "clocks", "files"),
}
"""What was under the stamp before the newest `LEVEL`."""
ADDED = frozenset({"join_offer"})
"""Tables that are stamped since the newest `LEVEL`."""


def _plain(value: Any) -> Any:
    if value is None or value.__class__ is int or value.__class__ is str:
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, str) else int(value)


def _content(
    name: str, get: Callable[[str], Any], columns: dict[str, tuple[str, ...]] = STAMPED
) -> bytes:
    said = [_plain(bool(get(c)) if (name, c) in CELLS else get(c)) for c in columns[name]]
    return f"{name}{json.dumps(said, ensure_ascii=False)}".encode()


def stamp(ring: KeyRing, name: str, row: Mapping[str, Any]) -> bytes:
    """The stamp of a row."""
    return ring.stamp(_content(name, row.__getitem__))


def stamped(ring: KeyRing, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its stamp."""
    return {**row, "stamp": stamp(ring, name, row)}


def holds(ring: KeyRing, name: str, row: Any) -> bool:
    """Whether a row is as the office wrote it. One that an older program wrote counts until all
    are stamped."""
    held = row.stamp
    if not held:
        return not ring.strict or (name in ADDED and ring.level < LEVEL)
    get = row._mapping.__getitem__
    return ring.stamped(_content(name, get), bytes(held)) or is_earlier(ring, name, row)


def is_earlier(ring: KeyRing, name: str, row: Any) -> bool:
    """Whether a row is as the program before wrote it, and not all are written anew yet."""
    if ring.level >= LEVEL or name not in EARLIER:
        return False
    return ring.stamped(_content(name, row._mapping.__getitem__, EARLIER), bytes(row.stamp))


def genuine(ring: KeyRing, name: str, row: Any) -> bool:
    """The same; says in the log what isn't."""
    if holds(ring, name, row):
        return True
    key = [str(_plain(row._mapping[c.name])) for c in METADATA.tables[name].primary_key.columns]
    log.error("row.forged", table=name, row="/".join(key), help="petition-bot history verify")
    return False


def change(db: Connection, ring: KeyRing, name: str, which: Any, /, **values: Any) -> int:
    """Change rows that are stamped, each with its stamp; gives how many. A forged one stays as it
    is."""
    table, count = METADATA.tables[name], 0
    for row in db.execute(select(table).where(which).with_for_update()).all():
        if not genuine(ring, name, row):
            continue
        new = stamped(ring, name, {**row._mapping, **values})
        here = and_(*(c == row._mapping[c.name] for c in table.primary_key.columns))
        db.execute(update(table).where(here).values(**values, stamp=new["stamp"]))
        count += 1
    return count
