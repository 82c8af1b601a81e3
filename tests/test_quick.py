"""Statements that come again go past the statement layer, and give what they give by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from offices.template import copy_empty, fresh_postgres
from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage import quick
from storage.database import Database, make_engine, out_of_reach
from storage.migrate import check_schema
from storage.quick import Quick
from storage.records.base import insert_or
from storage.seal import KeyRing
from storage.tables import CLOCK, SERIAL, SETTING

NOW = datetime(2026, 2, 2, 3, 0, tzinfo=UTC)
PUT = insert(CLOCK)
BY_ID = select(CLOCK).where(CLOCK.c.id == bindparam("id"))
AMONG = (
    select(CLOCK.c.id).where(CLOCK.c.id.in_(bindparam("ids", expanding=True))).order_by(CLOCK.c.id)
)
OPEN = select(CLOCK.c.id).where(CLOCK.c.ended_at.is_(None), CLOCK.c.clock == "accept").limit(2)
CHANGE = update(CLOCK).where(CLOCK.c.id == bindparam("b_id")).values(outcome=bindparam("outcome"))
NAME = insert(SETTING)
CLOCKS: dict[str, Any] = {
    "case": 1, "clock": "accept", "started_on": date(2026, 2, 2), "due_on": date(2026, 2, 17),
    "ended_at": NOW, "outcome": "", "rolled_on": date(2026, 2, 16), "provisional": True,
    "length": "15d", "extension": "", "pauses": [["2026-02-03", None]], "paused_on": None,
    "stamp": b"\x00\xff",
}  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty office on each database."""
    if request.param == "sqlite":
        url = f"sqlite:///{copy_empty(tmp_path / 'office.sqlite3')}"
    else:
        url = fresh_postgres(request.getfixturevalue("postgres"))
    made = Database(make_engine(url), KeyRing.fresh())
    check_schema(made.engine)
    yield made
    made.close()


def short(db: Quick, statement: Any, values: dict[str, Any]) -> bool:
    """Whether a statement goes the short way by now."""
    return quick._ready(db.connection.dialect, statement, values) is not None


def test_the_short_way_gives_what_the_long_one_gives(database: Database) -> None:
    def work(connection: Connection) -> None:
        db = Quick(connection)
        ids = [db.execute(PUT, CLOCKS | {"case": n}).inserted_primary_key[0] for n in range(5)]
        assert short(db, PUT, CLOCKS)
        assert len({*ids}) == 5
        for id in ids:
            quickly = db.execute(BY_ID, {"id": id}).first()
            usual = connection.execute(BY_ID, {"id": id}).first()
            assert isinstance(quickly, Row)
            assert (tuple(quickly), dict(quickly._mapping)) == (tuple(usual), dict(usual._mapping))
            assert quickly._mapping[CLOCK.c.due_on] == date(2026, 2, 17)
            assert (quickly.ended_at, quickly.provisional, quickly.stamp) == (
                NOW,
                True,
                b"\x00\xff",
            )
        assert short(db, BY_ID, {"id": 0})
        assert db.execute(BY_ID, {"id": 0}).first() is None

    database.write_now(work)


def test_lists_of_each_length_and_values_of_a_statement_itself(database: Database) -> None:
    def work(connection: Connection) -> None:
        db = Quick(connection)
        ids = [db.execute(PUT, CLOCKS | {"ended_at": None}).inserted_primary_key[0]
               for _ in range(12)]  # fmt: skip
        for some in ([], ids[:1], ids[1:3], ids[:1], ids[4:5], [], ids):
            assert list(db.execute(AMONG, {"ids": some}).scalars()) == some
        assert short(db, AMONG, {"ids": ids[:3]})
        assert not short(db, AMONG, {"ids": ids})
        for _ in range(3):
            assert len(db.execute(OPEN, {}).all()) == 2
        assert short(db, OPEN, {})

    database.write_now(work)


def test_what_is_changed_is_counted_and_what_is_asked_back_is_given(database: Database) -> None:
    def work(connection: Connection) -> None:
        db = Quick(connection)
        id = db.execute(PUT, CLOCKS).inserted_primary_key[0]
        one = {"b_id": id, "outcome": "done"}
        assert [db.execute(CHANGE, one).rowcount for _ in range(3)] == [1, 1, 1]
        assert db.execute(CHANGE, one | {"b_id": 0}).rowcount == 0
        serial = insert_or(db.dialect.name, SERIAL)
        serial = serial.on_conflict_do_update(
            index_elements=["day"], set_={"last": SERIAL.c.last + 1}
        ).returning(SERIAL.c.last)
        day = {"day": date(2026, 2, 2), "last": 1}
        assert [db.execute(serial, day).scalar_one() for _ in range(4)] == [1, 2, 3, 4]
        gone = delete(CLOCK).where(CLOCK.c.id == bindparam("id")).returning(CLOCK.c.outcome)
        assert [db.execute(gone, {"id": id}).scalar() for _ in range(3)] == ["done", None, None]

    database.write_now(work)


def test_several_rows_at_once_are_written_as_one_by_one(database: Database) -> None:
    def work(connection: Connection) -> None:
        db = Quick(connection)
        for n in range(1, 5):
            db.execute(PUT, [CLOCKS | {"case": n, "extension": str(m)} for m in range(n)])
        assert short(db, PUT, CLOCKS)
        for n in range(1, 5):
            of = select(CLOCK.c.extension, CLOCK.c.pauses).where(CLOCK.c.case == n)
            rows = connection.execute(of.order_by(CLOCK.c.id)).all()
            assert [tuple(row) for row in rows] == [(str(m), CLOCKS["pauses"]) for m in range(n)]

    database.write_now(work)
    twice = [{"name": name, "value": ""} for name in "aba"]
    for _ in range(3):
        with pytest.raises(IntegrityError):  # nothing of what failed stays
            database.write_now(lambda c: Quick(c).execute(NAME, twice))
    assert database.read_now(lambda c: c.execute(select(SETTING.c.name)).all()) == []


def test_an_error_of_the_database_says_no_value_and_counts_as_before(database: Database) -> None:
    secret = {"name": "x", "value": "这句话只能密封保存"}

    def work(connection: Connection) -> None:
        db = Quick(connection)
        for name in "ab":
            db.execute(NAME, secret | {"name": name})
        assert short(db, NAME, secret)
        db.execute(NAME, secret | {"name": "a"})

    with pytest.raises(IntegrityError) as caught:
        database.write_now(work)
    assert secret["value"] not in str(caught.value)
    assert not out_of_reach(caught.value)
    assert database.read_now(lambda c: c.execute(select(SETTING.c.name)).all()) == []


def test_a_value_that_cannot_be_kept_is_refused_on_the_short_way_too(database: Database) -> None:
    def work(connection: Connection) -> None:
        db = Quick(connection)
        for at in (NOW, NOW, NOW.replace(tzinfo=None)):
            db.execute(PUT, CLOCKS | {"ended_at": at})

    with pytest.raises(ValueError, match="without a zone"):
        database.write_now(work)
