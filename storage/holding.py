"""What is held of a person, by table: the columns `petitions/keeping/held.py` says are theirs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Row, select

from petitions.keeping.held import TABLES, Held
from storage import cells, stamps
from storage.cells import CELLS
from storage.seal import KeyRing
from storage.tables import METADATA

T = METADATA.tables


def of(db: Connection, ring: KeyRing, person: int) -> dict[str, list[dict[str, Any]]]:
    """Table → rows. What a desk of the office was shown, or told, isn't its officer's."""
    link, officer = T["chat_person"], T["officer"]
    here = select(link).where(link.c.person == person, link.c.ended_at.is_(None))
    mine = [r.chat for r in db.execute(here) if stamps.genuine(ring, "chat_person", r)]
    using = select(T["chat"]).where(T["chat"].c.id.in_(mine), T["chat"].c.person == person)
    desks = select(officer.c.chat).where(officer.c.ended_at.is_(None))
    rows = db.execute(using.where(T["chat"].c.id.not_in(desks))).all()
    chats = [row.id for row in rows if stamps.genuine(ring, "chat", row)]
    found = {}
    for name, columns in TABLES.items():
        for held in columns:
            if held.mine:
                found[name] = _rows(db, ring, name, held, person, chats)
    return found


def _rows(
    db: Connection, ring: KeyRing, name: str, held: Held, person: int, chats: list[int]
) -> list[dict[str, Any]]:
    table = T[name]
    if held.mine == "person":
        key = table.c.id if name == "person" else table.c.person
        which = key == person
    elif held.mine == "chat":
        which = (table.c.id if name == "chat" else table.c.chat).in_(chats)
    else:
        which = table.c[held.mine].in_([f"chat:{chat}" for chat in chats])
    columns = held.columns.split()
    rows = db.execute(select(table).where(which).order_by(*table.primary_key.columns)).all()
    keys = _keys(db, ring, name, rows)
    return [{column: _plain(ring, name, column, row, keys) for column in columns} for row in rows]


def _keys(
    db: Connection, ring: KeyRing, name: str, rows: Sequence[Row[Any]]
) -> dict[int, AESGCM | None]:  # fmt: skip
    """The keys of the cases that rows belong to, where their cells are sealed with those."""
    if name not in {table for (table, _), cell in CELLS.items() if cell.case}:
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
    if cell := CELLS.get((table, column)):
        key = keys.get(get(cell.case)) if cell.case else None
        opened = cells.open_(ring, table, column, value, get, key).decode()
        return json.loads(opened) if (table, column) == ("log_line", "entry") else opened
    return value.isoformat() if isinstance(value, date) else value
