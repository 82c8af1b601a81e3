"""A new key: everything that is sealed is sealed again, in small steps, while the office runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, Table, func, select, text, tuple_, update

from petitions.errors import BadSetting, FileGone
from storage import mark
from storage.database import Database
from storage.seal import KeyRing
from storage.store import Astray, Store, fresh
from storage.tables import METADATA
from storage.vault import open_file, seal_file

log = structlog.get_logger()

BATCH = 200
"""Values sealed again in one transaction: people who write meanwhile hardly notice."""
SEALED = {
    ("chat", "address"): "chat.address", ("session", "agent"): "session.agent",
    ("draft", "data"): "draft.data", ("handled", "answers"): "handled.answers",
    **{("petition", c): f"petition.{c}" for c in ("name", "address", "contact", "id_number")},
    **{("member", c): f"member.{c}" for c in ("name", "contact")},
    ("inbox", "body"): "inbox.body", ("words", "body"): "words.body", ("file", "name"): "file.name",
    **{("suggestion", c): f"advice.{c}" for c in ("words", "answer")},
    ("booking", "topic"): "booking.topic", ("log_line", "entry"): "log.entry",
    ("meeting", "attended"): "minutes.attended", ("meeting", "minutes"): "minutes.body",
    ("hot_matter", "phrases"): "hot_matter.phrases",
    ("index_segment", "body"): "index_segment.body",
    ("index_segment", "fences"): "index_segment.fences",
    ("index_block", "body"): "index_block.body",
}  # fmt: skip
"""Every sealed column → the place its values are bound to."""
Seen = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Damaged:
    """What no key opens: it is left as it is."""

    table: str
    column: str
    row: str


def again(
    database: Database, attachments: Store, seen: Seen = lambda n: None
) -> tuple[int, list[Damaged]]:
    """Seal every value and attachment with the newest key; gives how many there were, and what
    couldn't be opened. What somebody who had begun before commits behind it with an old key is left
    for the next run; `keys drop` counts it."""
    database.write_now(mark.put, database.ring)
    total, damaged = 0, []
    for name, column in SEALED:
        count, found = _column(database, name, column, seen)
        total += count
        damaged += found
    count, found = _attachments(database, attachments, seen)
    return total + count, damaged + found


def settled(db: Connection) -> None:
    """Begins once all have ended that were writing: on SQLite by writing itself, on PostgreSQL by
    a lock that no writer shares; let go at once."""
    if db.dialect.name == "postgresql":
        names = ", ".join(f'"{name}"' for name in sorted({t for t, _ in SEALED} | {"file"}))
        db.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))


def _head(column: Any) -> Any:
    return func.substr(column, 1, 1)


def _column(database: Database, name: str, column: str, seen: Seen) -> tuple[int, list[Damaged]]:
    """Everything in a column, in the order of its rows, so that none is come to twice."""
    table = METADATA.tables[name]
    total, damaged = 0, []
    after: tuple[Any, ...] = ()
    while rows := database.write_now(_some, database.ring, table, column, after):
        after = rows[-1][0]
        whole = [row for row, sealed in rows if sealed]
        damaged += [_named(name, column, row) for row, sealed in rows if not sealed]
        total += len(whole)
        seen(len(whole))
    return total, damaged


def _some(
    db: Connection, ring: KeyRing, table: Table, column: str, after: tuple[Any, ...]
) -> list[tuple[tuple[Any, ...], bool]]:
    """The next rows that another key has sealed, and whether each could be sealed again."""
    place = SEALED[table.name, column]
    keys, held = list(table.primary_key.columns), table.c[column]
    found = (
        select(*keys, held).where(func.length(held) > 0, _head(held) != ring.newest)
        .order_by(*keys).limit(BATCH).with_for_update()
    )  # fmt: skip
    if after:
        found = found.where(tuple_(*keys) > tuple_(*after))
    done = []
    for row in db.execute(found).all():
        *key, value = row
        try:
            sealed = ring.seal_bytes(ring.open_bytes(bytes(value), place), place)
        except BadSetting:
            done.append((tuple(key), False))
            continue
        db.execute(update(table).where(tuple_(*keys) == tuple_(*key)).values({column: sealed}))
        done.append((tuple(key), True))
    return done


def _named(table: str, column: str, row: tuple[Any, ...]) -> Damaged:
    found = Damaged(table, column, "/".join(map(str, row)))
    log.error("keys.unreadable", table=table, column=column, row=found.row)
    return found


def _attachments(database: Database, store: Store, seen: Seen) -> tuple[int, list[Damaged]]:
    """The bytes of attachments, under new names; the old ones are let go by the vault's sweep."""
    file = METADATA.tables["file"]
    rows = database.read_now(lambda c: c.execute(select(file.c.id, file.c.path)).all())
    count, damaged = 0, []
    for id, path in rows:
        try:
            new = _sealed_again(database.ring, store, path)
        except Astray:
            damaged.append(Damaged("file", "path", str(id)))
            continue
        except FileGone:
            continue  # gone already; the vault says so when it is asked for
        except BadSetting:
            log.error("vault.corrupt", file=id)
            damaged.append(Damaged("file", "path", str(id)))
            continue
        if new:
            moved = update(file).where(file.c.id == id, file.c.path == path).values(path=new)
            database.write_now(lambda c, m=moved: c.execute(m))  # type: ignore[misc]
            count += 1
            seen(1)
    return count, damaged


def _sealed_again(ring: KeyRing, store: Store, path: str) -> str:
    """Where the bytes lie now that the newest key has sealed them; empty where it had already."""
    if store.first(path) == ring.newest:
        return ""
    new = fresh()
    store.put(new, seal_file(ring, new, open_file(ring, path, store.get(path))))
    return new


def sealed_with(db: Connection, store: Store) -> Counter[int]:
    """How many values and attachments each key has sealed, by its number."""
    count = Counter(mark.key(db))
    for table, column in SEALED:
        head = _head(METADATA.tables[table].c[column])
        for first, n in db.execute(select(head, func.count()).group_by(head)):
            count.update(dict.fromkeys(bytes(first or b""), n))
    for (path,) in db.execute(select(METADATA.tables["file"].c.path)):
        with suppress(FileGone):
            count.update(store.first(path))
    return count
