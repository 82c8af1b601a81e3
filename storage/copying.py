"""All tables from one database into another, with a count and a check sum of each.

The same for a backup of PostgreSQL (into a file of SQLite), for bringing one back, and for an
office that moves from SQLite to PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, func, insert, inspect, select, text
from sqlalchemy import table as named

from petitions.errors import BadSetting
from storage.tables import METADATA

BATCH = 2000
CheckSums = dict[str, tuple[int, str]]
"""Table → rows and check sum."""
MADE_ALONE = {"setting", "officer", "tally", "notice", "hot_matter"}
"""Tables a start fills: the mark of the keys, desks nobody sits at, the days' first notices, the
list of hot matters."""


def tables() -> list[Table]:
    """Every table, in an order that never changes."""
    return sorted(METADATA.tables.values(), key=lambda table: table.name)


def sums(db: Connection, seen: Callable[[], None] = lambda: None) -> CheckSums:
    """Rows and check sum of every table: the same values give the same sum on any database."""
    found: CheckSums = {}
    for table in tables():
        digest, count = sha256(), 0
        for row in _rows(db, table):
            digest.update(_plain(row).encode())
            count += 1
        found[table.name] = (count, digest.hexdigest())
        seen()
    return found


def copy(
    source: Connection, target: Connection, seen: Callable[[], None] = lambda: None
) -> CheckSums:
    """Copy every table into an empty database; gives what was copied. Whoever calls this compares
    it with `sums` of the target before the commit."""
    found: CheckSums = {}
    for table in tables():
        digest, count = sha256(), 0
        batch: list[dict[str, Any]] = []
        for row in _rows(source, table):
            digest.update(_plain(row).encode())
            count += 1
            batch.append(dict(row))
            if len(batch) == BATCH:
                target.execute(insert(table), batch)
                batch = []
        if batch:
            target.execute(insert(table), batch)
        found[table.name] = (count, digest.hexdigest())
        seen()
    _go_on_counting(target)
    return found


def compare(wanted: CheckSums, found: CheckSums) -> None:
    """Raises BadSetting naming the tables that differ."""
    wrong = [name for name in wanted if wanted[name] != found.get(name)]
    if wrong:
        raise BadSetting("bad.backup_broken", what=", ".join(wrong))


def compare_counts(wanted: CheckSums, db: Connection) -> None:
    """The same of a database with an older schema, by its rows alone."""
    there = set(inspect(db).get_table_names())
    wrong = [
        name for name, (count, _) in wanted.items()
        if name not in there
        or db.execute(select(func.count()).select_from(named(name))).scalar_one() != count
    ]  # fmt: skip
    if wrong:
        raise BadSetting("bad.backup_broken", what=", ".join(wrong))


def replace(
    source: Connection, target: Connection, seen: Callable[[], None] = lambda: None
) -> CheckSums:
    """Copy every table over what a start had made, and compare. Raises BadSetting: whoever calls
    this takes everything back."""
    for table in tables():
        target.execute(table.delete())
    copied = copy(source, target, seen)
    compare(copied, sums(target))
    return copied


def is_empty(db: Connection) -> bool:
    """Whether nothing is in it but what an office makes by itself where nobody has been yet."""
    officer = METADATA.tables["officer"].c
    touched = select(officer.id).where((officer.chat != 0) | officer.ended_at.is_not(None))
    others = (select(table) for table in tables() if table.name not in MADE_ALONE)
    return not any(db.execute(found.limit(1)).first() for found in (touched, *others))


def _rows(db: Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    found = select(table).order_by(*table.primary_key.columns)
    for row in db.execute(found.execution_options(yield_per=BATCH)):
        yield row._mapping  # type: ignore[misc]


def _plain(row: Mapping[str, Any]) -> str:
    return json.dumps([_value(v) for v in row.values()], ensure_ascii=False, sort_keys=True) + "\n"


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return value


def _go_on_counting(db: Connection) -> None:
    """PostgreSQL numbers the next rows after those that were copied; SQLite does by itself."""
    if db.dialect.name != "postgresql":
        return
    for table in tables():
        if "id" in table.c and table.c.id.primary_key:
            db.execute(text(
                f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), "
                f'greatest((SELECT max(id) FROM "{table.name}"), 1), '
                f'(SELECT count(*) > 0 FROM "{table.name}"))'
            ))  # fmt: skip
