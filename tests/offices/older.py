"""What an older program has left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, delete, select, text, update

from offices.template import fresh_postgres
from storage.database import make_engine
from storage.migrate import config
from storage.records import Records
from storage.tables import FILE, FILE_KEY
from storage.vault import PLACE, open_file

TELEGRAM = "7700990011"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "sqlite":
        return make_engine(f"sqlite:///{tmp_path / 'stairs.sqlite3'}")
    return make_engine(fresh_postgres(request.getfixturevalue("postgres")))


def chats(engine: Engine) -> None:
    """What an older program has left: two chats, and one that was forgotten."""
    command.upgrade(config(engine), "0022")
    said = text(
        "INSERT INTO chat (channel, address, lang, person, draft, officer, blocked, menu, quiet,"
        " client) VALUES (:channel, :address, 'zh', 0, 0, 0, false, '', false, '')"
    )
    with engine.begin() as connection:
        for channel, address in (("telegram", TELEGRAM), ("web", "2"), ("web", "gone:3")):
            connection.execute(said, {"channel": channel, "address": address})


def as_before(db: Connection, office: Any) -> None:
    """Files sealed by the office's key, names too, in an office with a `store` and a `database`."""
    ring = office.database.ring
    book = Records(db, ring)
    for row in db.execute(select(FILE)).all():
        key, name = book.file_key(row.id), book.open_cell("file", "name", row)
        sealed = office.store.get(row.path)
        content = open_file(ring, key, row.path, sealed) if sealed else b""
        office.store.put(row.path, ring.seal_bytes(content, f"{PLACE}:{row.path}"))
        db.execute(delete(FILE_KEY).where(FILE_KEY.c.file == row.id))
        bound = f"file.name|{row.id}".encode()
        cell = ring.seal_cell(name.encode(), bound)
        db.execute(update(FILE).where(FILE.c.id == row.id).values(name=cell))
