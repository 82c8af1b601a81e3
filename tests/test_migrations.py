"""Migrations: up and down stairs on both databases, ending at the tables as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from template import fresh_postgres

from petitions.errors import BadSetting
from storage.database import make_engine
from storage.migrate import FOLDER, check_schema, config, current, head
from storage.tables import METADATA


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "sqlite":
        return make_engine(f"sqlite:///{tmp_path / 'stairs.sqlite3'}")
    return make_engine(fresh_postgres(request.getfixturevalue("postgres")))


def test_every_step_goes_up_down_and_up_again(engine: Engine) -> None:
    steps = list(ScriptDirectory(str(FOLDER)).walk_revisions())[::-1]
    for step in steps:
        command.upgrade(config(engine), step.revision)
        command.downgrade(config(engine), str(step.down_revision or "base"))
        command.upgrade(config(engine), step.revision)
    assert current(engine) == head()


def test_the_migrated_schema_is_the_tables(engine: Engine) -> None:
    check_schema(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_a_newer_schema_is_refused_in_words(engine: Engine) -> None:
    check_schema(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadSetting) as refused:
        check_schema(engine)
    assert "9999" in refused.value.sentence("en")
