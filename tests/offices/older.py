"""What an older program has left."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text

from offices.template import fresh_postgres
from storage.database import make_engine
from storage.migrate import config

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
