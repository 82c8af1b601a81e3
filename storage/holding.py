"""The rows held of a person, by table: the columns that say they are theirs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Row, select

from storage import cells, stamps
from storage.seal import KeyRing
from storage.tables import METADATA
from storage.tables.column import cells as sealed_in
from storage.tables.column import exported

T = METADATA.tables


def of(db: Connection, ring: KeyRing, person: int) -> dict[str, list[dict[str, Any]]]:
    """Table → rows. Rows that a desk of the office was shown, or told, aren't its officer's."""
    link, officer = T["chat_person"], T["officer"]
    here = select(link).where(link.c.person == person, link.c.ended_at.is_(None))
    mine = [r.chat for r in db.execute(here) if stamps.genuine(ring, "chat_person", r)]
    using = select(T["chat"]).where(T["chat"].c.id.in_(mine), T["chat"].c.person == person)
    desks = select(officer.c.chat).where(officer.c.ended_at.is_(None))
    rows = db.execute(using.where(T["chat"].c.id.not_in(desks))).all()
    chats = [row.id for row in rows if stamps.genuine(ring, "chat", row)]
    found = {}
    for name, table in T.items():
        for whose, columns in exported(table).items():
            found[name] = _rows(db, ring, name, whose, columns, person, chats)
    return found


def _rows(
    db: Connection, ring: KeyRing, name: str, whose: str, columns: Sequence[str], person: int,
    chats: list[int],
) -> list[dict[str, Any]]:  # fmt: skip
    table = T[name]
    if whose == "person":
        key = table.c.id if name == "person" else table.c.person
        which = key == person
    elif whose == "chat":
        which = (table.c.id if name == "chat" else table.c.chat).in_(chats)
    else:
        which = table.c[whose].in_([f"chat:{chat}" for chat in chats])
    rows = db.execute(select(table).where(which).order_by(*table.primary_key.columns)).all()
    keys = _keys(db, ring, name, rows)
    return [{column: _plain(ring, name, column, row, keys) for column in columns} for row in rows]


def _keys(
    db: Connection, ring: KeyRing, name: str, rows: Sequence[Row[Any]]
) -> dict[int, AESGCM | None]:  # fmt: skip
    """The keys of the cases that rows belong to, where their cells are sealed with those."""
    if not any(cell.case for cell in sealed_in(T[name]).values()):
        return {}
    case = T["petition"].c
    held = db.execute(select(case.id, case.key).where(case.id.in_([row.case for row in rows])))
    return {row.id: cells.key_of(ring, row.id, row.key) for row in held}


def _plain(
    ring: KeyRing, table: str, column: str, row: Row[Any], keys: dict[int, AESGCM | None]
) -> Any:  # fmt: skip
    """A value as JSON holds it."""
    get = row._mapping.__getitem__
    value = get(column)
    if cell := sealed_in(T[table]).get(column):
        key = keys.get(get(cell.case)) if cell.case else None
        opened = cells.open_(ring, table, column, value, get, key).decode()
        return json.loads(opened) if (table, column) == ("log_line", "entry") else opened
    return value.isoformat() if isinstance(value, date) else value
