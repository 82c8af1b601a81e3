"""Migrations: up and down stairs on both databases, ending at the tables as they are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from offices.older import TELEGRAM, chats
from offices.older import engine as engine  # a fixture
from sqlalchemy import Connection, Engine, MetaData, Table, text

from petitions.errors import BadSetting
from storage import addresses, hot, mark, rotate, verify
from storage.database import Database, make_engine
from storage.migrate import FOLDER, check_schema, config, current, head
from storage.records import Records
from storage.seal import KeyRing
from storage.store import FolderStore
from storage.tables import METADATA


def test_every_step_goes_up_down_and_up_again(engine: Engine) -> None:
    steps = list(ScriptDirectory(str(FOLDER)).walk_revisions())[::-1]
    for step in steps:
        command.upgrade(config(engine), step.revision)
        command.downgrade(config(engine), str(step.down_revision or "base"))
        command.upgrade(config(engine), step.revision)
    assert current(engine) == head()


def test_addresses_of_before_are_sealed_and_found(engine: Engine, tmp_path: Path) -> None:
    chats(engine)
    check_schema(engine)
    database = Database(engine, KeyRing.fresh())
    assert addresses.seal(database.engine, database.ring) == 2
    assert addresses.seal(database.engine, database.ring) == 0, "once"

    def found(connection: Connection) -> list[Any]:
        book = Records(connection, database.ring)
        return [book.chat("telegram", TELEGRAM), book.chat("web", "2"), book.chat("web", "gone:3")]

    one, two, gone = database.read_now(found)
    assert (one.id, two.id, gone) == (1, 2, None)
    with engine.connect() as connection:
        held = [bytes(v) for v in connection.execute(text("SELECT address FROM chat")).scalars()]
        by_key = rotate.sealed_with(connection, FolderStore(tmp_path / "attachments"))
    assert not any(TELEGRAM.encode() in value for value in held)
    assert by_key.keys() == {database.ring.newest[0]}
    database.close()


def test_addresses_arent_sealed_with_another_offices_keys(engine: Engine) -> None:
    chats(engine)
    check_schema(engine)
    database, other = (Database(engine, KeyRing.fresh()) for _ in range(2))
    database.write_now(mark.check, database.ring)
    with pytest.raises(BadSetting):
        addresses.seal(other.engine, other.ring)
    assert addresses.seal(database.engine, database.ring) == 2
    for one in (database, other):
        one.close()


def test_the_file_holds_no_address_of_before(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'office.sqlite3'}")
    chats(engine)
    check_schema(engine)
    database = Database(engine, KeyRing.fresh())
    addresses.seal(database.engine, database.ring)
    database.close()
    assert not any(TELEGRAM.encode() in file.read_bytes() for file in tmp_path.iterdir())


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
    assert head() in refused.value.sentence("en"), "both versions"


def test_hot_matters_of_before_are_sealed_and_none_is_lost(engine: Engine) -> None:
    """Their phrases were sealed, their cases stood in the open."""
    command.upgrade(config(engine), "0029")
    ring = KeyRing.fresh().lenient()
    phrases = ring.seal_cell("搅拌站\n\n拆除".encode(), b"hot_matter.phrases|3")
    put = text(
        "INSERT INTO hot_matter (id, found_on, first, last, people, cases, phrases, state) VALUES"
        " (:id, '2026-03-03', '2026-03-01', '2026-03-02', 5, '[11, 12]', :phrases, :state)"
    )
    with engine.begin() as db:
        for id, state in ((3, "dismissed"), (4, "over")):
            db.execute(put, {"id": id, "state": state, "phrases": phrases})
    command.upgrade(config(engine), "head")
    addresses.seal(engine, ring)
    with engine.begin() as db:
        body = bytes(db.execute(text("SELECT body FROM hot_matter")).scalar_one())
        assert b'"cases"' not in body
        assert len(body) > hot.STEP
        [matter] = hot.matters(db, ring)
        assert matter.cases == (11, 12)
        assert (matter.state, matter.phrases, matter.wanted) == (
            "dismissed",
            ("搅拌站",),
            ("拆除",),
        )
        hot.forget(db, ring, 11)
        [matter] = hot.matters(db, ring)
        assert (matter.cases, matter.phrases) == ((12,), ())


EMPTY: dict[type, Any] = {
    int: 1, str: "", bytes: b"", bool: False, dict: [], object: [],
    datetime: datetime(2026, 3, 1, tzinfo=UTC),
}  # fmt: skip


def test_a_petition_of_before_is_checked_and_sealed_again(engine: Engine) -> None:
    """A column of bytes that is added to its row holds bytes, on SQLite too."""
    chats(engine)
    with engine.begin() as db:
        db.execute(text(
            "INSERT INTO session (token_hash, chat, created_at, seen_at, agent)"
            " VALUES (:hash, 1, '2026-03-01', '2026-03-01', '')"
        ), {"hash": bytes(32)})  # fmt: skip
    command.upgrade(config(engine), "0033")
    with engine.begin() as db:
        table = Table("petition", MetaData(), autoload_with=db)
        needed = [c for c in table.columns if not c.nullable and not c.server_default]
        db.execute(table.insert(), {c.name: EMPTY[c.type.python_type] for c in needed})
    command.upgrade(config(engine), "0036")
    columns = {"petition": "kept", "session": "agent"}
    with engine.begin() as db:
        for name, column in columns.items():
            assert bytes(db.execute(text(f"SELECT {column} FROM {name}")).scalar_one()) == b""
            db.execute(text(f"UPDATE {name} SET {column} = ''"))  # as some have it by now
    command.upgrade(config(engine), "head")
    ring = KeyRing.fresh().lenient()
    addresses.seal(engine, ring)
    with engine.begin() as db:
        assert [one.what for one in verify.broken(db, ring)] == ["gone"]
    rotate.bind(engine, ring)
