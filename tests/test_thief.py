"""Somebody who can write into the database, and hasn't the keys: what is moved doesn't open, what
is inserted gives nothing, and each is named by `history verify`.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from offices.lived_in import lived_in
from offices.stored import (
    NOW,
    database,  # noqa: F401  (the fixture)
    run,
)
from offices.thieves import there as there  # a fixture
from people import FILING, Office, Town, file_petition
from sqlalchemy import text

from petitions.errors import BadSetting, FileGone, PetitionError, Unknown
from petitions.values import codes
from storage import rotate, stamps, verify
from storage.binding import Binder
from storage.cells import bound, cell, every
from storage.database import Database
from storage.keyfile import add_key
from storage.records import Records
from storage.tables import METADATA

MOVES = {
    "a name": 'UPDATE petition SET name = (SELECT name FROM petition WHERE id = 1) WHERE id = 2',
    "a name with its key": "UPDATE petition SET name = (SELECT name FROM petition WHERE id = 1), "
                           "key = (SELECT key FROM petition WHERE id = 1) WHERE id = 2",
    "a code": "UPDATE petition SET code_hash = (SELECT code_hash FROM petition WHERE id = 2) "
              "WHERE id = 1",
    "words of another case": "UPDATE words SET body = (SELECT body FROM words WHERE id = 1) "
                             "WHERE id = (SELECT min(id) FROM words WHERE \"case\" = 2)",
    "words of another part": "UPDATE words SET body = (SELECT body FROM words WHERE id = 1) "
                             "WHERE id = 2",
    "words for others": "UPDATE words SET audience = 'bureau' WHERE id = 1",
    "a chat's address": "UPDATE chat SET address = (SELECT address FROM chat WHERE id = 1) "
                        "WHERE id = 2",
    "a chat's person": "UPDATE chat SET person = 1 WHERE id = 2",
    "a chat's desk": "UPDATE chat SET officer = 1 WHERE id = 2",
    "who uses a chat": "UPDATE chat_person SET person = 1 WHERE chat = 2",
    "a PIN that was taken off": "UPDATE person SET pin = :nothing WHERE id = 1",
    "a follower": "INSERT INTO follower (\"case\", person, how, muted, since, stamp) "
                  "SELECT 1, 2, how, muted, since, stamp FROM follower WHERE \"case\" = 2",
    "a follower that was taken away": 'DELETE FROM follower WHERE "case" = 1',
    "a unit": "UPDATE petition SET unit = 'housing' WHERE id = 1",
    "a sealed case opened": "UPDATE petition SET sealed = :no WHERE id = 1",
    "a clock": "UPDATE clock SET due_on = '2030-01-01' WHERE \"case\" = 1",
    "a clock that was taken away": 'DELETE FROM clock WHERE "case" = 1',
    "a seat": "INSERT INTO officer (unit, role, name, chat, away, stand_in, since, stamp) SELECT "
              "unit, 'supervisor', name, 2, away, stand_in, since, stamp FROM officer WHERE id = 1",
    "a role": "UPDATE officer SET role = 'supervisor' WHERE id = 1",
    "a desk that was taken away": "DELETE FROM officer WHERE id = 1",
    "an invitation": "INSERT INTO invite (hash, officer, until, stamp) SELECT :token, officer, "
                     "until, stamp FROM invite",
    "a link into a joint petition": "UPDATE joint_link SET hash = :token",
    "a session": "UPDATE session SET chat = 1",
    "a file of another case": "INSERT INTO case_file (\"case\", file, seq, audience, stamp) "
                              "SELECT 2, file, seq, audience, stamp FROM case_file",
    "a file that was taken away": "DELETE FROM case_file",
    "a file's path": "UPDATE file SET path = 'bb/' || substr(path, 4) WHERE id = 1",
    "the end of a history": 'DELETE FROM history WHERE "case" = 1 AND seq = 2',
}  # fmt: skip


def steal(database: Database, what: str) -> None:  # noqa: F811
    """Write into the database, without keys."""
    given = {"nothing": b"", "no": False, "token": codes.token_hash("mine")}
    named = {k: v for k, v in given.items() if f":{k}" in MOVES[what]}
    with database.engine.begin() as db:
        db.execute(text(MOVES[what]), named)


@pytest.mark.parametrize("what", MOVES)
def test_each_move_of_a_thief_is_named(there: Database, what: str) -> None:
    steal(there, what)
    assert there.read_now(verify.broken, there.ring), what


OPENS: dict[str, Callable[[Records], Any]] = {
    "a name": lambda b: b.identity(2),
    "a name with its key": lambda b: b.identity(2),
    "a code": lambda b: b.code_hash(1),
    "words of another case": lambda b: b.texts(2),
    "words of another part": lambda b: b.texts(1),
    "words for others": lambda b: b.texts(1),
    "a chat's person": lambda b: b.chat_by_id(2).person,
    "a chat's desk": lambda b: b.chat_by_id(2).officer,
    "who uses a chat": lambda b: b.persons_in(2) or b.chats_of(1)[1:],
    "a PIN that was taken off": lambda b: b.person(1),
    "a follower": lambda b: b.follows(1, 2) or 2 in b.followers(1)
                  or any(c.id == 1 for c in b.cases_of(2)),
    "a unit": lambda b: b.petition(1),
    "a sealed case opened": lambda b: b.petition(1),
    "a clock": lambda b: b.clocks(1),
    "a seat": lambda b: b.desks_of(2) or b.seated() or b.officer(2),
    "a role": lambda b: b.officer(1),
    "an invitation": lambda b: b.use_invite(codes.token_hash("mine"), NOW),
    "a link into a joint petition": lambda b: b.joint_link(codes.token_hash("mine"), NOW),
    "a file of another case": lambda b: b.attachments(2),
    "a file's path": lambda b: b.file_path(1),
}  # fmt: skip


@pytest.mark.parametrize("what", OPENS)
def test_a_thiefs_row_opens_nothing(there: Database, what: str) -> None:
    steal(there, what)
    try:
        found = run(there, OPENS[what])
    except (BadSetting, Unknown, FileGone):
        return
    assert not found, what


def test_a_case_with_a_history_that_was_cut_off_takes_no_further_entry_in_its_place(
    there: Database,
) -> None:
    steal(there, "the end of a history")
    entry = run(there, lambda b: b.history(1))[0]
    assert run(there, lambda b: b.write(1, replace(entry, action="note"), [])) == 3
    assert [w.case for w in there.read_now(verify.broken, there.ring)] == [1]
    with there.engine.begin() as db:
        db.execute(text('DELETE FROM tally WHERE "case" = 1'))
    with pytest.raises(Unknown):
        run(there, lambda b: b.write(1, entry, []))


def test_every_cell_of_a_table_opens_in_its_own_row_only(there: Database) -> None:
    """Whatever is sealed: the cell of one row isn't taken for another's."""
    met = set()
    for name, column in every():
        table = METADATA.tables[name]
        with there.engine.begin() as db:
            rows = [r for r in db.execute(table.select()) if r._mapping[column]]
            for one, other in itertools.pairwise(rows):
                met.add((name, column))
                swapped = Swapped({**one._mapping, column: other._mapping[column]})
                with pytest.raises(BadSetting):
                    Records(db, there.ring).open_cell(name, column, swapped)
    assert {("petition", "name"), ("words", "body"), ("petition", "key")} <= met


class Swapped:
    """A row with a cell of another."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._mapping = values


def test_every_stamped_column_counts(there: Database) -> None:
    """Each column under a stamp: changed, the stamp doesn't hold."""
    with there.engine.begin() as db:
        for name, columns in stamps.every().items():
            row = db.execute(METADATA.tables[name].select().limit(1)).first()
            if row is None:
                continue
            for column in columns:
                held = dict(row._mapping)
                held[column] = None if held[column] else 77
                changed = stamps._content(name, held.__getitem__)
                assert not there.ring.stamped(changed, bytes(row.stamp)), (name, column)


async def test_an_older_database_is_bound_while_the_office_runs(here: Town) -> None:
    """Sealed and kept as the program before did it, it is read at once, bound in the background,
    and from then on nothing that isn't bound counts."""
    await lived_in(here)
    keys, database = here.app.settings.key_file, here.app.database  # noqa: F811
    as_before(database, keys)
    assert not database.ring.strict
    assert here.now(lambda b: [t.body for t in b.texts(1)])[0] == FILING["facts"]
    number = await file_petition(await here.citizen("telegram"))
    clerk = await Office(here, "telegram").at("city", "clerk")
    assert FILING["facts"] in await clerk.say(f"/desk {number}")
    assert FILING["facts"] in await clerk.say(f"/desk {here.now(lambda b: b.petition(1).number)}")
    binder = Binder(database, keys)
    for _ in range(3):
        await binder.step()
    binder = Binder(database, keys)  # killed, and begun again
    while await binder.step():
        pass
    assert database.ring.strict
    assert "rows = 2" in keys.read_text("utf-8")
    assert database.read_now(verify.broken, database.ring) == []
    assert FILING["facts"] in await clerk.say(f"/desk {number}")
    assert here.now(lambda b: b.identity(1)).name == FILING["name"]
    with database.engine.begin() as db:
        db.execute(text("UPDATE officer SET stamp = :none"), {"none": b""})
    assert here.now(lambda b: b.officers()) == []


def as_before(database: Database, keys: Path) -> None:  # noqa: F811
    """Everything as the program before this kept it."""
    ring = database.ring
    with database.engine.begin() as db:
        for name in rotate.tables():
            table = METADATA.tables[name]
            if name in ("tally", "file_key"):
                db.execute(table.delete())
                continue
            for row in db.execute(table.select()).all():
                values: dict[str, bytes] = {"stamp": b""} if name in stamps.every() else {}
                for (_, column), one in [(k, c) for k, c in every().items() if k[0] == name]:
                    if not row._mapping[column] or column == "key":
                        continue
                    got = Records(db, ring).open_cell(name, column, row)
                    content = bytes.fromhex(got) if one.raw else got.encode()
                    values[column] = content if one.raw else ring.seal_bytes(content, one.place)
                where = [c == row._mapping[c.name] for c in table.primary_key.columns]
                db.execute(table.update().where(*where).values(values))
        db.execute(METADATA.tables["petition"].update().values(key=b""))
    said = keys.read_text("utf-8").replace("rows = 2\n", "")
    keys.write_text(said, "utf-8")
    ring._level = 0


def test_a_leaked_key_of_a_case_opens_that_case_alone(there: Database) -> None:
    with there.engine.begin() as db:
        book = Records(db, there.ring)
        first = book._key(1)
        rows = db.execute(METADATA.tables["words"].select()).all()
    sealed = cell("words", "body")
    for row in rows:
        opened = None
        with contextlib.suppress(BadSetting):
            opened = there.ring.open_cell(
                bytes(row.body), bound(sealed, row._mapping.__getitem__), first
            )
        assert (opened is not None) == (row.case == 1)


def test_an_erased_cases_words_open_from_no_copy_of_the_rows(there: Database) -> None:
    with there.engine.begin() as db:
        [copy] = db.execute(text("SELECT body, id FROM words WHERE id = 1")).all()
    run(there, lambda b: b.forget_case(1))
    with there.engine.begin() as db:
        db.execute(text("UPDATE words SET body = :body WHERE id = 1"), {"body": copy.body})
    with pytest.raises(PetitionError):
        run(there, lambda b: b.texts(1))


def test_a_new_key_wraps_the_cases_keys_and_touches_no_words(
    there: Database, tmp_path: Path
) -> None:
    def held() -> tuple[list[bytes], list[bytes]]:
        with there.engine.begin() as db:
            words = db.execute(text("SELECT body FROM words ORDER BY id")).scalars().all()
            keys = db.execute(text("SELECT key FROM petition ORDER BY id")).scalars().all()
        return [bytes(w) for w in words], [bytes(k) for k in keys]

    before = held()
    add_key(tmp_path / "keys.toml")
    there.ring.look()
    rotate.rows_again(there.write_now, there.ring)
    words, keys = held()
    assert words == before[0]
    assert [key[1] for key in keys] == [2, 2]
    assert run(there, lambda b: b.texts(1))[0].body
    assert there.read_now(verify.broken, there.ring) == []
