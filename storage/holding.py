"""What is held of a person, by table: the columns `petitions/keeping/held.py` says are theirs."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from petitions.keeping.held import TABLES, Held
from storage.rotate import SEALED
from storage.seal import KeyRing
from storage.tables import METADATA

T = METADATA.tables


def of(db: Connection, ring: KeyRing, person: int) -> dict[str, list[dict[str, Any]]]:
    """Table → rows. What a desk of the office was shown, or told, isn't its officer's."""
    link, officer = T["chat_person"], T["officer"]
    here = select(link.c.chat).where(link.c.person == person, link.c.ended_at.is_(None))
    using = select(T["chat"].c.id).where(T["chat"].c.id.in_(here), T["chat"].c.person == person)
    desks = select(officer.c.chat).where(officer.c.ended_at.is_(None))
    chats = [row[0] for row in db.execute(using.where(T["chat"].c.id.not_in(desks)))]
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
    columns = [table.c[column] for column in held.columns.split()]
    rows = db.execute(select(*columns).where(which).order_by(*table.primary_key.columns))
    return [
        {key: _plain(ring, name, key, value) for key, value in row.items()}
        for row in rows.mappings()
    ]


def _plain(ring: KeyRing, table: str, column: str, value: Any) -> Any:
    """A value as JSON holds it."""
    if (table, column) in SEALED:
        opened = ring.open(bytes(value), SEALED[table, column])
        return json.loads(opened) if (table, column) == ("log_line", "entry") else opened
    return value.isoformat() if isinstance(value, date) else value
