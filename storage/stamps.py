"""Rows that give rights, and those that a case rests on, carry a stamp over their fields: whoever
writes into the database without the keys can make none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, and_, select, update

from storage.seal import LEVEL, KeyRing
from storage.tables import METADATA
from storage.tables.column import cells, under_stamp, when_filled

log = structlog.get_logger()


def every() -> dict[str, tuple[str, ...]]:
    """Table → the columns under its stamp."""
    return {name: columns for name, table in METADATA.tables.items()
            if (columns := under_stamp(table))}  # fmt: skip


def earlier() -> dict[str, tuple[str, ...]]:
    """Table → what was under the stamp before the newest `LEVEL`, where that was less."""
    found = {name: under_stamp(table, LEVEL - 1) for name, table in METADATA.tables.items()}
    return {name: columns for name, columns in found.items()
            if columns and columns != under_stamp(METADATA.tables[name])}  # fmt: skip


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


def _content(name: str, get: Callable[[str], Any], columns: Sequence[str] = ()) -> bytes:
    table = METADATA.tables[name]
    sealed = cells(table)
    said = [_plain(bool(get(c)) if c in sealed else get(c)) for c in columns or under_stamp(table)]
    said += [c for c in when_filled(table) if get(c)]
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
        added = not under_stamp(METADATA.tables[name], LEVEL - 1)
        return not ring.strict or (added and ring.level < LEVEL)
    get = row._mapping.__getitem__
    return ring.stamped(_content(name, get), bytes(held)) or is_earlier(ring, name, row)


def is_earlier(ring: KeyRing, name: str, row: Any) -> bool:
    """Whether a row is as the program before wrote it, and not all are written anew yet."""
    if ring.level >= LEVEL or name not in earlier():
        return False
    content = _content(name, row._mapping.__getitem__, earlier()[name])
    return ring.stamped(content, bytes(row.stamp))


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
