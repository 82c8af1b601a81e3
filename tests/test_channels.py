"""Channels: what each can do, and that their names stand in one place."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from drive import Town, file_petition
from sqlalchemy import select, text

from storage.database import make_engine
from storage.migrate import config
from storage.tables import CARD, NOTICE


async def test_message_ids_are_kept_as_their_channel_gives_them(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await file_petition(person)
    await here.app.reminders.tick()
    with here.app.database.engine.connect() as connection:
        cards = connection.execute(select(CARD.c.message)).scalars().all()
        told = connection.execute(
            select(NOTICE.c.message).where(NOTICE.c.state == "sent", NOTICE.c.channel == channel)
        ).scalars()
        assert all(isinstance(id, str) and id.isdecimal() for id in [*cards, *told]), cards


def test_ids_of_before_keep_their_messages(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'office.sqlite3'}")
    command.upgrade(config(engine), "0031")
    with engine.begin() as connection:
        for case, message in ((1, 77), (2, 0)):
            connection.execute(
                text('INSERT INTO card (chat, "case", message) VALUES (1, :case, :message)'),
                {"case": case, "message": message},
            )
    command.upgrade(config(engine), "0032")
    with engine.connect() as connection:
        assert connection.execute(select(CARD.c.message)).scalars().all() == ["77", ""]
    command.downgrade(config(engine), "0031")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT message FROM card")).scalars().all()
    assert found == [77, 0]
