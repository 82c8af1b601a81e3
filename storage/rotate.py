"""A new key: everything that is sealed is sealed again, in small steps, while the office runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from sqlalchemy import Connection, func, select, tuple_, update

from petitions.errors import BadSetting, FileGone
from storage import mark
from storage.database import Database
from storage.seal import KeyRing
from storage.store import Store, fresh
from storage.tables import METADATA
from storage.vault import PLACE

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
}  # fmt: skip
"""Every sealed column → the place its values are bound to."""
Seen = Callable[[int], None]


def again(database: Database, attachments: Store, seen: Seen = lambda n: None) -> int:
    """Seal every value and attachment with the newest key; gives how many there were. What people
    write meanwhile with an old one is found too."""
    database.write_now(mark.put, database.ring)
    total = 0
    for name, column in SEALED:
        while count := database.write_now(_some, database.ring, name, column):
            total += count
            seen(count)
    total += _attachments(database, attachments, seen)
    return total


def openable(db: Connection, ring: KeyRing) -> None:
    """Raises BadSetting where something was sealed with a key that isn't in the file: a new one
    might get its number."""
    for table, column in SEALED:
        held = METADATA.tables[table].c[column]
        lost = select(held).where(func.length(held) > 0, _head(held).not_in(ring.known)).limit(1)
        if db.execute(lost).first():
            raise BadSetting("bad.keys_wrong")


def _head(column: Any) -> Any:
    return func.substr(column, 1, 1)


def _some(db: Connection, ring: KeyRing, name: str, column: str) -> int:
    table, place = METADATA.tables[name], SEALED[name, column]
    keys, held = list(table.primary_key.columns), table.c[column]
    found = (
        select(*keys, held).where(func.length(held) > 0, _head(held) != ring.newest)
        .limit(BATCH).with_for_update()
    )  # fmt: skip
    rows = db.execute(found).all()
    for row in rows:
        *key, value = row
        sealed = ring.seal_bytes(ring.open_bytes(bytes(value), place), place)
        db.execute(update(table).where(tuple_(*keys) == tuple_(*key)).values({column: sealed}))
    return len(rows)


def _attachments(database: Database, store: Store, seen: Seen) -> int:
    """The bytes of attachments, under new names; the old ones are let go by the vault's sweep."""
    file = METADATA.tables["file"]
    rows = database.read_now(lambda c: c.execute(select(file.c.id, file.c.path)).all())
    count = 0
    for id, path in rows:
        try:
            new = _sealed_again(database.ring, store, path)
        except FileGone:
            continue  # gone already; the vault says so when it is asked for
        except BadSetting:
            log.error("vault.corrupt", file=id)
            continue
        if new:
            moved = update(file).where(file.c.id == id, file.c.path == path).values(path=new)
            database.write_now(lambda c, m=moved: c.execute(m))  # type: ignore[misc]
            count += 1
            seen(1)
    return count


def _sealed_again(ring: KeyRing, store: Store, path: str) -> str:
    """Where the bytes lie now that the newest key has sealed them; empty where it had already."""
    if store.first(path) == ring.newest:
        return ""
    new = fresh()
    store.put(new, ring.seal_bytes(ring.open_bytes(store.get(path), PLACE), PLACE))
    return new


def used(db: Connection, store: Store, id: int) -> int:
    """How many values and attachments a key has sealed."""
    head, count = bytes([id]), 0
    for table, column in SEALED:
        held = METADATA.tables[table].c[column]
        count += int(db.execute(select(func.count()).where(_head(held) == head)).scalar_one())
    for (path,) in db.execute(select(METADATA.tables["file"].c.path)):
        with suppress(FileGone):
            count += store.first(path) == head
    return count
