"""A new key: everything that is sealed is sealed again, in small steps, while the office runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Table,
    case,
    func,
    or_,
    select,
    text,
    true,
    tuple_,
    update,
)

from petitions.errors import BadSetting, FileGone, Unknown
from storage import cells, filekeys, mark, renew, stamps, tallies
from storage.cells import RAW
from storage.database import Database, carry_out
from storage.records import Records
from storage.renew import Write
from storage.seal import LEVEL, OWN, ROW, KeyRing
from storage.store import Astray, Store
from storage.tables import FILE, METADATA
from storage.tables.column import Cell
from storage.tables.column import cells as sealed_in

log = structlog.get_logger()

BATCH = 200
"""Rows sealed again in one transaction: people who write meanwhile hardly notice."""
RowsDone = Callable[[int], None]
RowKey = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Damaged:
    """A cell that no key opens, or a row whose stamp doesn't hold: it is left as it is."""

    table: str
    column: str
    row: str


def tables() -> list[str]:
    """Tables with something of the keys in them."""
    return sorted({table for table, _ in cells.every()} | stamps.every().keys())


def again(
    database: Database, attachments: Store, seen: RowsDone = lambda n: None
) -> tuple[int, list[Damaged]]:
    """Seal every value and attachment with the newest key, and stamp every row with it; gives how
    many there were, and what couldn't be. Rows that somebody who had begun before commits behind
    it with an old key are left for the next run; `keys drop` counts them."""
    database.write_now(mark.put, database.ring)
    renewed = renew.again(database.write_now, database.ring, seen)
    total, damaged = rows_again(database.write_now, database.ring, seen)
    count, found = _attachments(database, attachments, seen)
    return renewed + total + count, damaged + found


def rows_again(write: Write, ring: KeyRing, seen: RowsDone = lambda n: None) -> tuple[
    int, list[Damaged]
]:  # fmt: skip
    """Everything but attachments."""
    total, damaged = 0, []
    for name in tables():
        after: RowKey = ()
        while batch := write(some, ring, name, after):
            after, count, found = batch
            damaged += found
            total += count
            seen(count)
    write(count_desks, ring)
    return total, damaged


def bind(engine: Engine, ring: KeyRing) -> None:
    """Bind and stamp all that a database holds from elsewhere, in whose rows there is trust."""
    ring = ring.lenient()

    def write(work: Callable[..., Any], *args: Any) -> Any:
        with engine.begin() as db:
            return carry_out(db, lambda c: work(c, *args))

    rows_again(write, ring)


def settled(db: Connection) -> None:
    """Begins once all have ended that were writing: on SQLite by writing itself, on PostgreSQL by
    a lock that no writer shares; let go at once."""
    if db.dialect.name == "postgresql":
        names = ", ".join(f'"{name}"' for name in tables())
        db.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))


def _old(ring: KeyRing, table: Table) -> Any:
    """Rows with something of another key, or that an older program wrote."""
    wrong: list[Any] = [
        (func.length(c) > 0)
        & (
            func.substr(c, 1, 2).not_in(_heads_now(ring, cell))
            | (func.length(c) < (RAW if cell.raw else 0))
        )
        for c, cell in _cells(table)
    ]
    if "stamp" in table.c:
        empty = func.length(table.c.stamp) == 0  # of which SQLite gives no part
        wrong.append(or_(empty, func.substr(table.c.stamp, 1, 1) != ring.newest))
    if table.name in stamps.earlier() and ring.level < LEVEL:
        wrong.append(true())
    return or_(*wrong)


def _heads_now(ring: KeyRing, cell: Cell) -> tuple[bytes, ...]:
    """The bytes that a cell begins with when it is sealed as it is to be."""
    own, office = bytes([ROW, OWN]), bytes([ROW]) + ring.newest
    if cell.file or cell.either:
        return own, office
    return (own,) if cell.case else (office,)


def _cells(table: Table) -> list[tuple[Any, Cell]]:
    return [(table.c[column], cell) for column, cell in sealed_in(table).items()]


def some(
    db: Connection, ring: KeyRing, name: str, after: RowKey = (), most: int = BATCH
) -> tuple[RowKey, int, list[Damaged]] | None:
    """The next rows of a table: where they end, how many, and what of them couldn't be. None: there
    are no more."""
    table = METADATA.tables[name]
    keys = list(table.primary_key.columns)
    found = select(table).where(_old(ring, table)).order_by(*keys).limit(most).with_for_update()
    if after:
        found = found.where(tuple_(*keys) > tuple_(*after))
    damaged: list[Damaged] = []
    key: RowKey = ()
    rows = db.execute(found).all()
    for row in rows:
        key = tuple(row._mapping[c.name] for c in keys)
        values, wrong = _again(db, ring, table, row)
        damaged += [_named(name, column, key) for column in wrong]
        if values:
            db.execute(update(table).where(tuple_(*keys) == tuple_(*key)).values(values))
        if name == "petition" and not ring.strict:
            with suppress(Unknown):  # of a key that is away, or forged: it stays as it is
                tallies.of(db, ring, row.id)
    return (key, len(rows), damaged) if rows else None


def _again(
    db: Connection, ring: KeyRing, table: Table, row: Row[Any]
) -> tuple[dict[str, bytes], list[str]]:  # fmt: skip
    """The columns of a row that are to be written anew, and those that can't be."""
    book, get = Records(db, ring), row._mapping.__getitem__
    values, wrong = {}, []
    for c, cell in _cells(table):
        sealed = bytes(get(c.name))
        current = cells.is_bound(cell, sealed) and sealed[:2] in _heads_now(ring, cell)
        if current or not sealed:
            continue
        try:
            values[c.name] = book.seal_again(table.name, c.name, row)
        except BadSetting:
            wrong.append(c.name)
    if "stamp" in table.c and not _is_stamped(ring, table.name, row):
        if stamps.holds(ring, table.name, row):
            values |= _counted(db, ring, table.name, row)
            values["stamp"] = stamps.stamp(ring, table.name, {**row._mapping, **values})
        else:
            wrong.append("stamp")
    return values, wrong


def _is_stamped(ring: KeyRing, name: str, row: Row[Any]) -> bool:
    newest = bytes(row.stamp)[:1] == ring.newest
    return newest and not stamps.is_earlier(ring, name, row)


def _counted(db: Connection, ring: KeyRing, name: str, row: Row[Any]) -> dict[str, Any]:
    """The numbers that a tally of before hasn't counted."""
    return asdict(tallies.read(db, ring, row)) if name == "tally" else {}


def _named(table: str, column: str, row: RowKey) -> Damaged:
    found = Damaged(table, column, "/".join(map(shown, row)))
    log.error("keys.unreadable", table=table, column=column, row=found.row)
    return found


def shown(value: Any) -> str:
    """A part of a row's key, to be named."""
    return value.hex() if isinstance(value, bytes) else str(value)


def count_desks(db: Connection, ring: KeyRing) -> None:
    """A tally for the desks; each case's was made with its row."""
    if not ring.strict:
        tallies.of(db, ring, tallies.SEATS)


def _attachments(database: Database, store: Store, seen: RowsDone) -> tuple[int, list[Damaged]]:
    """Files that have no key of their own yet; what opens all others is sealed in their rows."""
    count, damaged, after = 0, [], 0
    while file := database.read_now(filekeys.older, after):
        after = file.id
        try:
            sealed = filekeys.sealed_anew(database.ring, store, file)
            database.write_now(filekeys.give, database.ring, file, sealed)
        except (Astray, BadSetting):
            log.error("vault.corrupt", file=file.id)
            damaged.append(Damaged("file", "path", str(file.id)))
        except FileGone:
            pass  # gone already; the vault says so when it is asked for
        else:
            count += 1
            seen(1)
    return count, damaged


def sealed_with(db: Connection, store: Store) -> Counter[int]:
    """How many values and attachments each key has sealed, by its number."""
    count = Counter(mark.key(db))
    for name in tables():
        sealed = sealed_in(METADATA.tables[name])
        for column, first in _heads(METADATA.tables[name]):
            for head, n in db.execute(select(first, func.count()).group_by(first)):
                cell = sealed.get(column)
                id = cells.by(cell, bytes(head or b"")) if cell else (bytes(head or b"\0"))[0]
                count[id] += n
    for (path,) in db.execute(select(FILE.c.path).where(filekeys.HAS_NONE, ~filekeys.ERASED)):
        with suppress(FileGone):
            count.update(store.first(path))
    del count[OWN]
    return count


def _heads(table: Table) -> list[tuple[str, Any]]:
    """The bytes that say by which key each column was sealed, or stamped; of hashes that were kept
    in the open none do."""
    found = [
        (c.name, case((func.length(c) > RAW, func.substr(c, 1, 2)), else_=b"") if cell.raw
         else func.substr(c, 1, 2))
        for c, cell in _cells(table)
    ]  # fmt: skip
    stamp = [("stamp", func.substr(table.c.stamp, 1, 1))] if "stamp" in table.c else []
    return found + stamp
