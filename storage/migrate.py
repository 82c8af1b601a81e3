"""Migrations: numbered, up and down, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import functools
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from petitions.errors import BadSetting

FOLDER = Path(__file__).with_name("migrations")


def config(engine: Engine) -> Config:
    """Alembic's configuration for this engine."""
    held = Config()
    held.set_main_option("script_location", str(FOLDER))
    held.attributes["engine"] = engine
    return held


@functools.cache
def schemas() -> tuple[str, ...]:
    """The schemas this program knows, the newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions())


def head() -> str:
    """The newest schema this program knows."""
    return schemas()[0]


def current(engine: Engine) -> str | None:
    """The schema the database has; None: none yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the database to a schema. Raises BadSetting when it is newer than this program."""
    _known(engine)
    command.upgrade(config(engine), to)


def check_schema(engine: Engine) -> None:
    """Bring an empty database up to date; an older one too. Raises BadSetting when it is newer."""
    _known(engine)
    if current(engine) != head():
        migrate(engine)


def must_be_current(engine: Engine) -> None:
    """Bring an empty database up to date. Raises BadSetting when it is newer, or older: an older
    program may be running on it, and only who starts or upgrades the office knows that none is."""
    have = current(engine)
    if have is not None and have in schemas()[1:]:
        raise BadSetting("bad.older_schema", have=have, know=head())
    check_schema(engine)


def _known(engine: Engine) -> None:
    have = current(engine)
    if have is not None and have not in schemas():
        raise BadSetting("bad.newer_schema", have=have, know=head())
