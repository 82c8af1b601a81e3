"""The database and the attachments of the settings, opened."""

from __future__ import annotations

from pathlib import Path

import structlog
from sqlalchemy import Engine

from bot.settings import Settings
from petitions.errors import BadSetting
from storage import mark
from storage.database import Database, make_engine
from storage.keyfile import load_keys
from storage.migrate import must_be_current
from storage.own import shut
from storage.store import Store
from storage.stores import open_store

log = structlog.get_logger()


def open_database(settings: Settings) -> Database:
    """The database of the settings, with its keys. Raises BadSetting."""
    engine = make_engine(settings.database)
    shut(_kept(settings, engine))
    place = settings.key_place
    mark.must_have_keys(engine, place.exists, place)
    ring, fresh = load_keys(place)
    if fresh:
        log.warning("keys.made", file=str(place), keep="a copy, apart from the database")
    if near := settings.keys_lie_beside:
        log.error("keys.beside_the_data", file=str(near), do="petition-bot keys move")
    return Database(engine, ring)


def _kept(settings: Settings, engine: Engine) -> list[Path]:
    """The files that hold the office; an older program may have left them open to others."""
    locks = settings.data_dir / "processes"
    files = [*settings.key_files, settings.data_dir / "attachments", locks, *locks.glob("*")]
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    return files + [Path(f"{file}{end}") for end in ("", "-wal", "-shm") if file]


def must_be_an_office(settings: Settings) -> None:
    """Raises BadSetting where there is no key file, so no office yet, or not here."""
    if not settings.key_place.exists():
        raise BadSetting("bad.no_keys", keys=settings.key_place)


def open_current(settings: Settings) -> Database:
    """The same for a command beside the running office, which must not change its schema. Raises
    BadSetting; where the key file isn't, too: in a wrong folder no new office is made."""
    must_be_an_office(settings)
    database = open_database(settings)
    must_be_current(database.engine)
    return database


def open_attachments(settings: Settings) -> Store:
    """Where the settings say that attachments lie. Raises BadSetting."""
    return open_store(settings.attachments_place, settings.s3_endpoint, settings.s3_region)
