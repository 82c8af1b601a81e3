"""A column says its own fate, once, where it is declared: what is sealed, stamped, exported, sealed
again with a new key, erased and printed follows from that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from offices.stored import (
    database,  # noqa: F401  (the fixture)
    filed,
    run,
)
from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, select, update

from petitions.keeping.held import Fate, deleted, emptied, stays
from petitions.keeping.retention import RULES
from petitions.printed.retention_doc import document
from storage import rotate, verify
from storage.database import Database
from storage.records import Records
from storage.seal import KeyRing, KeysHeld
from storage.tables import METADATA, fates_of_all
from storage.tables.column import OWN, Cell, Own, cells, empty, fates, going_with, own, under_stamp

ELSEWHERE = {"draft", "hot_matter", "meeting", "person", "card", "shown", "index_segment",
             "index_block", "index_todo"}  # fmt: skip
"""What goes with a case and isn't found by a column that names it (`records/forgetting.py`,
`index.py`)."""
NOT_BY_RULE = {"inbox", "uncounted", "file"}
"""What goes by what it waits for, not after a time."""


@dataclass(frozen=True)
class Keepsake:
    """What is kept in the table that the tests add."""

    id: int
    case: int
    person: int
    said: str
    told: str = ""


@pytest.fixture
def keepsake(database: Database) -> Iterator[Table]:  # noqa: F811
    """A table more, of which nothing but its columns is said anywhere."""
    took, words = stays("that it was given"), emptied("what it says", mine="person")
    table = Table(
        "keepsake", METADATA,
        Column("id", BigInteger, primary_key=True, info={OWN: Own(took, stamped=True)}),
        Column("case", BigInteger, nullable=False, info={OWN: Own(took, goes_with="case")}),
        Column("person", BigInteger, nullable=False, info={OWN: Own(took, stamped=True)}),
        Column("said", LargeBinary, nullable=False, info={OWN: Own(words, Cell(("id", "person")))}),
        Column("told", LargeBinary, nullable=False, info={OWN: Own(words, Cell(case="case"))}),
        Column("stamp", LargeBinary, nullable=False, info={OWN: Own(took)}),
    )  # fmt: skip
    try:
        table.create(database.engine)
        yield table
    finally:
        METADATA.remove(table)


def kept(database: Database, table: Table, **words: str) -> tuple[int, int, Keepsake]:  # noqa: F811
    """A keepsake of a case: the case, its person, and it."""
    chat, receipt = filed(database)
    case = receipt.petition.id
    one = Keepsake(0, case, chat.person, **words)
    id = run(database, lambda b: b._keep(table, one))
    return case, chat.person, replace(one, id=id)


def row_of(database: Database, table: Table) -> Any:  # noqa: F811
    with database.engine.connect() as db:
        return db.execute(select(table)).one()


def test_a_column_that_says_its_fate_is_sealed_exported_and_erased(
    database: Database, keepsake: Table,  # noqa: F811
) -> None:  # fmt: skip
    case, person, one = kept(database, keepsake, said="金丝雀", told="笼门")
    row = row_of(database, keepsake)
    assert "金丝雀".encode() not in row.said
    assert "笼门".encode() not in row.told
    assert run(database, lambda b: b._found(Keepsake, keepsake, one.id)) == one
    assert run(database, lambda b: b.held_of(person))["keepsake"] == [
        {"said": "金丝雀", "told": "笼门"}
    ]
    run(database, lambda b: b._save(keepsake, replace(one, said="云雀")))
    assert run(database, lambda b: b._found(Keepsake, keepsake, one.id)).said == "云雀"
    assert database.read_now(verify.broken, database.ring) == []
    run(database, lambda b: b.forget_case(case))
    row = row_of(database, keepsake)
    assert (row.id, row.said, row.told) == (one.id, b"", b"")
    assert "| keepsake | `said`, `told` | **emptied** | what it says | ✓ |" in document(
        fates_of_all()
    )


def test_a_column_that_says_its_fate_is_bound_stamped_and_sealed_again(
    database: Database, keepsake: Table,  # noqa: F811
) -> None:  # fmt: skip
    kept(database, keepsake, said="别人的")
    _, _, one = kept(database, keepsake, said="金丝雀", told="笼门")
    keys = dict(database.ring._keys)
    pepper = database.ring._peppers[-1]
    newer = KeyRing(KeysHeld(keys | {2: b"2" * 32}, pepper))
    rotate.rows_again(database.write_now, newer)
    newest = KeyRing(KeysHeld({2: b"2" * 32}, pepper))
    assert database.read_now(verify.broken, newest) == []

    def found(db: Any) -> Keepsake:
        return Records(db, newest)._found(Keepsake, keepsake, one.id)

    assert database.read_now(found) == one
    with database.engine.begin() as db:  # a cell of another row, and another person's row
        first = select(keepsake.c.said).where(keepsake.c.id == 1).scalar_subquery()
        db.execute(update(keepsake).where(keepsake.c.id == 2).values(said=first))
        db.execute(update(keepsake).where(keepsake.c.id == 1).values(person=77))
    wrong = {(one.row, one.column) for one in database.read_now(verify.broken, newest)}
    assert wrong == {("2", "said"), ("1", "said"), ("1", "stamp")}


def test_rows_that_go_with_their_case_go(database: Database, keepsake: Table) -> None:  # noqa: F811
    gone = deleted("with the case")
    keepsake.c.case.info[OWN] = replace(own(keepsake.c.case), held=gone)
    case, _, _ = kept(database, keepsake, said="金丝雀")
    kept(database, keepsake, said="别人的")
    run(database, lambda b: b.forget_case(case))
    assert row_of(database, keepsake).case != case


@pytest.mark.sqlite
def test_what_goes_with_a_case_is_found_by_a_column_or_in_its_own_way() -> None:
    found = {c.table.name for c in going_with(METADATA.tables.values(), "case")}
    goes = {
        name for name, table in METADATA.tables.items()
        if {held.fate for held, _ in fates(table)} & {Fate.DELETED, Fate.EMPTIED}
    }  # fmt: skip
    assert goes == found | ELSEWHERE
    for table in METADATA.tables.values():
        nothing = empty(table, Fate.EMPTIED)
        assert all(not value for value in nothing.values())
        whole = {c.name for c in table.columns if own(c).held.fate is Fate.DELETED}
        assert whole in (set(), {c.name for c in table.columns}), "a row goes as a whole"
        for column in going_with([table], "case"):
            leads = next(iter(table.primary_key)) is column or column.index or any(
                next(iter(i.columns)) is column for i in table.indexes | {
                    c for c in table.constraints if len(c.columns)})  # fmt: skip
            assert leads, f"{column} is found by no index"


@pytest.mark.sqlite
def test_what_goes_by_age_names_its_rule_and_each_rule_has_its_columns() -> None:
    rules = {rule.name for rule in RULES}
    named: set[str] = set()
    for name, table in METADATA.tables.items():
        aged = [held for held, _ in fates(table) if held.fate is Fate.AGED]
        mine = {rule for held, _ in fates(table) for rule in re.findall(r"`(\w+)`", held.why)}
        assert mine <= rules, name
        assert mine or not aged or name in NOT_BY_RULE, name
        named |= mine
    assert named == rules - {"cases"}, "and `cases` is what all the others are for"


@pytest.mark.sqlite
def test_the_stamps_and_seals_of_today_are_as_databases_hold_them() -> None:
    """A stamp covers its columns in their order, and a cell is bound to its place: who changes
    either makes every row of before a forgery."""
    assert " ".join(under_stamp(METADATA.tables["petition"])) == (
        "id number channel status person unit received_at received_on version kind category "
        "proposed handler first_handler people members unnamed sealed accepted_at answered_at "
        "ended_at resumed way simple urgent bounces proposed_unit assisting asked_days extended "
        "answered_by outcome delivered_on former merged_into promised_on leader lane guests "
        "waiting"
    )
    assert " ".join(under_stamp(METADATA.tables["officer"])).startswith(
        "id unit role name chat away stand_in since ended_at"
    )
    words = cells(METADATA.tables["words"])["body"]
    assert (words.place, words.case) == ("words.body", "case")
    assert words.row == ("case", "seq", "part", "audience", "file", "commitment")
    assert cells(METADATA.tables["meeting"])["minutes"].place == "minutes.body"


@pytest.mark.sqlite
def test_a_column_without_a_fate_is_named() -> None:
    table = Table(
        "silent", METADATA, Column("id", BigInteger, primary_key=True), Column("x", String)
    )
    try:
        with pytest.raises(KeyError):
            fates_of_all()
    finally:
        METADATA.remove(table)
