"""A new pepper: every mark is hashed once more with it, in small steps, while the office runs. The
value it is of (a query code, an address, who signed) needn't be known for that, so nobody's dies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from petitions.errors import BadSetting
from storage import cells, stamps
from storage.records import Records
from storage.seal import KeyRing
from storage.tables import CHAT, MEMBER, PETITION

BATCH = 200
"""Rows in one transaction: people who write meanwhile hardly notice."""
Write = Callable[..., Any]
"""Runs a function of a connection, and its arguments, in one transaction."""
Values = dict[str, Any]


def again(write: Write, ring: KeyRing, seen: Callable[[int], None] = lambda n: None) -> int:
    """Renew all; gives how many rows were looked at. A row that doesn't open is left."""
    total = 0
    for table, filled, change in KINDS:
        after = 0
        while found := write(_some, ring, table, filled, change, after):
            after, count = found
            total += count
            seen(count)
    return total


def _some(
    db: Connection, ring: KeyRing, table: Any, filled: Any, change: Any, after: int
) -> tuple[int, int] | None:  # fmt: skip
    rows = db.execute(
        select(table).where(table.c.id > after, func.length(filled) > 0).order_by(table.c.id)
        .limit(BATCH).with_for_update()
    ).all()  # fmt: skip
    for row in rows:
        try:
            if values := change(db, ring, row):
                db.execute(update(table).where(table.c.id == row.id).values(values))
        except BadSetting:
            continue  # named where everything is sealed again
    return (rows[-1].id, len(rows)) if rows else None


def _code(db: Connection, ring: KeyRing, row: Row[Any]) -> Values:
    book = Records(db, ring)
    held = bytes.fromhex(book.open_cell("petition", "code_hash", row))
    new = ring.renewed(held)
    return {} if new == held else {"code_hash": book.code_cell(row.id, new)}


def _chat(db: Connection, ring: KeyRing, row: Row[Any]) -> Values:
    """The address is bound to the mark."""
    held = bytes(row.mark)
    new = ring.renewed(held)
    if new == held or not stamps.holds(ring, "chat", row):
        return {}
    address = Records(db, ring).open_cell("chat", "address", row) if row.address else ""
    values: Values = {"mark": new}
    if address:
        values["address"] = cells.seal(ring, "chat", "address", address.encode(), values)
    return values | {"stamp": stamps.stamp(ring, "chat", {**row._mapping, **values})}


def _member(db: Connection, ring: KeyRing, row: Row[Any]) -> Values:
    new = ring.renewed(bytes(row.mark))
    if new == bytes(row.mark) or not stamps.holds(ring, "member", row):
        return {}
    return {"mark": new, "stamp": stamps.stamp(ring, "member", {**row._mapping, "mark": new})}


KINDS = (
    (PETITION, PETITION.c.code_hash, _code),
    (CHAT, CHAT.c.mark, _chat),
    (MEMBER, MEMBER.c.mark, _member),
)
"""Table, the column with something in it, what of a row is to be written anew."""
