"""Every table and every column that gives rights: one that is changed, added or taken away in the
database is named by `history verify`. What isn't covered is listed here, with what it could give.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from offices.older import engine as engine
from offices.stored import (
    NOW,
    database,  # noqa: F401  (the fixture)
    run,
)
from offices.thieves import there as there
from sqlalchemy import Connection, Row, delete, func, insert, select, update
from structlog.testing import capture_logs

from petitions.values import staffing
from petitions.values.oversight import Look
from petitions.values.person import Identity, JoinOffer, Member, Part
from petitions.verbs.units import UNITS
from storage import addresses, hot, rotate, stamps, verify
from storage.binding import Binder
from storage.cells import every
from storage.database import Database
from storage.keyfile import load_keys
from storage.records import Records
from storage.tables import METADATA

pytestmark = pytest.mark.sqlite

GIVES_NONE = {
    "chat": "lang draft agreed_at blocked menu quiet digest seen_at client owed",
    "person": "neutral muted asked_on created_at",
    "session": "seen_at why",
    "follower": "muted",
    "member": "mark",
    "file": "line",
    "look": "id",
    "login_entry": "id",
    "petition": "next_due waits",
    "words": "salt file",
}
"""Columns of tables that give rights which give none themselves: how somebody is spoken to, when
they were seen last, where a list is sorted. What `words` hold beside the body is bound into it."""
CHAINED = ("history", "words", "staff_entry")
ABSENT = {
    "session": "who has it begins anew",
    "invite": "it is asked for again",
    "staff_ask": "it is asked for again",
    "joint_link": "it is made again",
    "join_offer": "it is made again",
    "chat_person": "who uses the chat says their PIN or code again",
    "file": "the case's file isn't there, and is said to be gone",
}
"""Whose rows may be taken away and aren't missed: nobody has a right by their absence."""
TABLES = [*stamps.every(), *CHAINED]


@pytest.fixture
def full(there: Database) -> Database:
    """A row of every table that gives rights."""

    def more(book: Records) -> None:
        book.seat_officer(1, 1)
        book.note_login(1, "code", 1, NOW)
        book.note_staff(staffing.entry("seated", NOW, book.officer(1), actor=1, second=2))
        book.add_ask(staffing.Ask(0, 1, "", 1, 1, 2, "1234", NOW, NOW.replace(year=2030)))
        book.add_look(Look(1, 1, "city", NOW.date(), NOW, "words", "", True, "", 0))
        book.add_member(Member(0, 1, 2, Part.SIGNER, Identity(name="测试乙"), 1), "乙", NOW)
        book.add_join_offer(JoinOffer(0, 1, 2, True, False, "open"))

    run(there, more)
    with there.engine.begin() as db:
        for name in TABLES:
            assert db.execute(select(METADATA.tables[name])).first(), name
    assert there.read_now(verify.broken, there.ring) == []
    return there


def other(value: Any, column: Any) -> Any:
    """Another value of a column's kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 77
    if isinstance(value, datetime):
        return value + timedelta(days=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, bytes):
        return bytes([*value[:-1], value[-1] ^ 1]) if value else b"x" * 40
    if isinstance(value, (list, dict)):
        return [77] if isinstance(value, list) else {"is": "else"}
    if isinstance(value, str):
        return f"{value}x"
    kind = str(column.type)
    return NOW if "TIME" in kind else NOW.date() if "DATE" in kind else 77


def here(table: Any, row: Row[Any]) -> Any:
    found = [c == row._mapping[c.name] for c in table.primary_key.columns]
    return found[0] if len(found) == 1 else found[0] & found[1]


class Undone(Exception):
    """Nothing of a trial stays."""


def named(database: Database, do: Any) -> bool:  # noqa: F811
    """Whether what somebody does to the database is named; it is undone."""
    found: list[verify.Broken] = []
    try:
        with database.engine.begin() as db:
            do(db)
            found += verify.broken(db, database.ring)
            raise Undone
    except Undone:
        return bool(found)


def changes(name: str, row: Row[Any]) -> Iterator[tuple[str, Any]]:
    """Each column of a row, changed."""
    table = METADATA.tables[name]
    spared = GIVES_NONE.get(name, "").split()
    assert set(spared) <= set(table.c.keys())
    for column in table.columns:
        if column.name not in spared:
            values = {column: other(row._mapping[column.name], column)}
            yield f"{name}.{column.name}", update(table).where(here(table, row)).values(values)


def test_a_changed_column_is_named(full: Database) -> None:
    unnamed = []
    for name in TABLES:
        with full.engine.begin() as db:
            row = db.execute(select(METADATA.tables[name])).first()
        assert row
        unnamed += [what for what, change in changes(name, row)
                    if not named(full, lambda db, c=change: db.execute(c))]  # fmt: skip
    assert not unnamed, unnamed


def copied(db: Connection, name: str, stamped: bool) -> None:
    """A genuine row under another number; or one with no stamp."""
    table = METADATA.tables[name]
    values = dict(db.execute(select(table).limit(1)).mappings().one())
    for column in table.columns:
        if column.primary_key or column.unique:
            values[column.name] = other(values[column.name], column)
    if name == "look":
        values |= {"seq": values["seq"] + 1, "what": "archive"}
    if "stamp" in values and not stamped:
        values["stamp"] = b""
    db.execute(insert(table), values)


def test_an_added_row_is_named(full: Database) -> None:
    unnamed = [
        (name, stamped) for name in TABLES for stamped in (True, False)
        if not named(full, lambda db, n=name, s=stamped: copied(db, n, s))
    ]  # fmt: skip
    assert not unnamed, unnamed


def last_taken(db: Connection, name: str) -> None:
    table = METADATA.tables[name]
    last = db.execute(select(table).order_by(*table.primary_key.columns)).all()[-1]
    db.execute(delete(table).where(here(table, last)))


def test_a_row_that_was_taken_away_is_named(full: Database) -> None:
    assert set(ABSENT) < set(TABLES)
    unnamed = {n for n in TABLES if not named(full, lambda db, n=n: last_taken(db, n))}
    assert unnamed <= set(ABSENT)


def test_the_newest_looks_are_missed_too(full: Database) -> None:
    look = METADATA.tables["look"]
    run(full, lambda b: b.add_look(
        Look(1, 1, "city", NOW.date(), NOW, "archive", "", True, "", 0)
    ))  # fmt: skip
    assert full.read_now(verify.broken, full.ring) == []
    newest = select(func.max(look.c.seq)).scalar_subquery()
    assert named(full, lambda db: db.execute(delete(look).where(look.c.seq == newest)))
    assert named(full, lambda db: db.execute(delete(look)))


def test_units_that_somebody_wrote_count_for_nothing(full: Database) -> None:
    setting = METADATA.tables["setting"]
    assert run(full, lambda b: b.setting(UNITS)) == ""
    run(full, lambda b: b.set_setting(UNITS, '{"added": []}'))
    assert run(full, lambda b: b.setting(UNITS)) == '{"added": []}'
    assert full.read_now(verify.broken, full.ring) == []
    mine = setting.c.name == UNITS
    assert named(full, lambda db: db.execute(delete(setting).where(mine)))
    with full.engine.begin() as db:
        db.execute(update(setting).where(mine).values(value='{"added": [1]}'))
    assert run(full, lambda b: b.setting(UNITS)) == ""
    assert [one.what for one in full.read_now(verify.broken, full.ring)] == ["units"]


async def test_what_the_program_before_stamped_counts_until_all_is_stamped_anew(
    full: Database, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.toml"
    as_the_one_before(full, keys)
    full.ring = load_keys(keys)[0]
    assert full.ring.strict
    assert full.read_now(verify.broken, full.ring) == []
    run(full, lambda b: b.add_look(
        Look(2, 1, "city", NOW.date(), NOW, "words", "", True, "", 0)
    ))  # fmt: skip
    assert run(full, lambda b: b.join_offer(1))
    binder = Binder(full, keys)
    while await binder.step():
        pass
    assert "rows = 2" in keys.read_text("utf-8")
    assert full.read_now(verify.broken, full.ring) == []
    tally = METADATA.tables["tally"].c
    with full.engine.begin() as db:
        counted = db.execute(select(tally.looks, tally.members).where(tally.case == 1)).one()
        db.execute(update(METADATA.tables["join_offer"]).values(stamp=b""))
    assert tuple(counted) == (1, 1)
    assert run(full, lambda b: b.join_offer(1)) is None


def as_the_one_before(database: Database, keys: Path) -> None:  # noqa: F811
    """Stamps as they were before looks and members were counted."""
    with database.engine.begin() as db:
        db.execute(update(METADATA.tables["join_offer"]).values(stamp=b""))
        for name, before in stamps.earlier().items():
            table = METADATA.tables[name]
            for row in db.execute(select(table)).all():
                values = dict(row._mapping)
                if name == "tally":
                    values |= {"looks": 0, "members": 0}
                said = stamps._content(name, values.__getitem__, before)
                values["stamp"] = database.ring.stamp(said)
                db.execute(update(table).where(here(table, row)).values(values))
    said = keys.read_text("utf-8")
    assert "rows = 2" in said
    keys.write_text(said.replace("rows = 2", "rows = true"), "utf-8")


WITHOUT = {
    "appointment", "booking", "bulletin", "calendar_year", "campaign", "card", "case_link",
    "document", "document_serial", "follow_up", "index_block", "index_segment", "index_todo",
    "journal", "listed", "log_line", "meeting", "notice", "rating", "saved_filter", "saved_reply",
    "serial", "setting", "shown", "slot", "suggestion", "supervision", "task", "try", "uncounted",
    "draft", "file_key", "handled", "inbox", "hot_matter", "said",
}  # fmt: skip
"""Tables whose rows nobody has a right by, or which are sealed only: what can be done with them
stands in `docs/threat-model.md`."""


def test_every_table_is_stamped_chained_or_listed_with_what_it_may_do() -> None:
    page = (Path(__file__).parent.parent / "docs" / "threat-model.md").read_text("utf-8")
    assert {*TABLES, *WITHOUT} == set(METADATA.tables)
    assert not {name for name in WITHOUT if f"`{name}`" not in page}
    assert {name for name, _ in every()} <= set(rotate.tables())


@pytest.mark.parametrize("body", [b'{"older": []}', b'{"older": [{}]}', b"{", b'{"a":' * 9999])
def test_a_list_in_the_open_counts_for_nothing_once_all_is_sealed(
    there: Database,
    body: bytes,
) -> None:
    """A migration wrote such a one, before the office had sealed everything; later nobody does. One
    that says no matters holds up no start."""
    with there.engine.begin() as db:
        db.execute(METADATA.tables["hot_matter"].delete())
        db.execute(METADATA.tables["hot_matter"].insert(), {"id": 1, "body": body})
        assert hot.matters(db, there.ring.lenient()) == []
    with there.engine.begin() as db, capture_logs() as logs:
        assert hot.matters(db, there.ring) == []
    assert [one["event"] for one in logs] == ["hot_matters.unreadable"]
    addresses.seal(there.engine, there.ring)
    with there.engine.begin() as db:
        [held] = db.execute(METADATA.tables["hot_matter"].select()).all()
    assert len(held.body) > hot.STEP
