"""Every place where a word of a case may be left."""

from __future__ import annotations

import json

from people import Town
from sqlalchemy import Connection, select

from offices.stored import (
    database,  # noqa: F401  (the fixture)
)
from storage.cells import every
from storage.records import Records
from storage.tables import (
    METADATA,
)
from storage.vault import open_file

WORDS = ("金丝雀", "鸟笼巷", "甘思雀", "13977665544", "139 7766 5544", "笼门已开", "雀鸣备忘",
         "雀问何时", "canary")  # fmt: skip
"""Strings of which none may be left."""


def left(here: Town, words: tuple[str, ...] = WORDS) -> list[str]:
    """Every place where one of these words still stands, all that is sealed opened."""
    ring, found = here.app.database.ring, []

    def read(db: Connection) -> None:
        book = Records(db, ring)
        for table in METADATA.tables.values():
            for row in db.execute(select(table)):
                for column, value in row._mapping.items():
                    if (table.name, column) in every() and value:
                        value = book.open_cell(table.name, column, row)
                    text = json.dumps(value, ensure_ascii=False, default=str)
                    found.extend(f"{table.name}.{column}: {w}" for w in words if w in text)

    here.app.database.read_now(read)
    folder = here.app.settings.data_dir / "attachments"
    table = METADATA.tables["file"].c
    opened = select(table.id, table.path).where(table.name != b"")
    keys = here.now(lambda b: {path: b.file_key(id) for id, path in b._db.execute(opened)})
    for file in folder.rglob("*"):
        path = str(file.relative_to(folder))
        if path in keys and b"canary" in open_file(ring, keys[path], path, file.read_bytes()):
            found.append("vault: canary")
    return found
