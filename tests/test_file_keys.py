"""Attachments under their case's key: a leaked key opens one case's files, an erased case's files
open from no copy, an older program's get keys of their own while the office runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from offices.older import as_before
from offices.stored import NOW, Still, filed, run
from offices.template import empty
from people import Town, finish
from sqlalchemy import Connection, delete, select, text
from structlog.testing import capture_logs

from petitions.book import NewText
from petitions.errors import BadSetting, FileGone, StoreAway
from petitions.values.petition import Audience
from storage import backup, filekeys, rotate, verify
from storage.database import Database, make_engine
from storage.filekeys import FileBinder
from storage.keyfile import add_key, load_keys
from storage.records import Records
from storage.seal import OWN
from storage.store import FolderStore
from storage.tables import FILE, FILE_KEY, METADATA
from storage.vault import SealedVault, open_file

pytestmark = pytest.mark.sqlite
LETTER = "举报信：我看见了。".encode()
OTHER = b"another case's letter"


class Office:
    """A database, a store, two cases with a file each, and one that no case has."""

    def __init__(self, folder: Path) -> None:
        self.keys = folder / "keys.toml"
        url = empty(folder / "petitions.sqlite3")
        self.database = Database(make_engine(url), load_keys(self.keys)[0])
        self.store = FolderStore(folder / "attachments")
        self.vault = SealedVault(self.database, self.store, Still(NOW))
        self.files = [self.keep(content) for content in (LETTER, OTHER, b"of nobody yet")]
        for case in (1, 2):
            filed(self.database)
            self.attach(case, self.files[case - 1])

    def keep(self, content: bytes) -> int:
        return asyncio.run(self.vault.keep(content, "举报信-张三.txt", "text/plain")).id

    def attach(self, case: int, *files: int) -> None:
        def work(book: Records) -> None:
            entry = replace(book.history(case)[0], action="supplement")
            seq = book.write(case, entry, [])
            book.attach(case, seq, files, Audience.EVERYBODY)

        run(self.database, work)

    def read(self, file: int) -> bytes:
        return asyncio.run(self.vault.read(file))

    def opens(self, file: int) -> bool:
        try:
            return bool(self.read(file))
        except FileGone:
            return False

    def rows(self) -> list[tuple[int, int]]:
        """Which case's key wraps which file's; 0: the office's."""
        keys = select(FILE_KEY.c.file, FILE_KEY.c.case).order_by(FILE_KEY.c.file, FILE_KEY.c.case)
        return [tuple(row) for row in self.database.read_now(lambda c: c.execute(keys).all())]

    def path(self, file: int) -> str:
        return str(run(self.database, lambda b: b.file_path(file)))

    def wrong(self) -> list[tuple[str, str, str]]:
        found = self.database.read_now(verify.broken, self.database.ring)
        return [(one.table, one.column, one.row) for one in found]

    def kept_before(self) -> None:
        """All files as the program before kept them: under the office's key."""
        self.database.write_now(as_before, self)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    assert made.wrong() == []
    yield made
    made.database.close()


def test_a_file_is_its_cases_once_it_is_registered_and_its_bytes_stay_as_they_are(
    office: Office,
) -> None:
    first, second, draft = office.files
    assert office.rows() == [(first, 1), (second, 2), (draft, 0)]
    before = office.store.get(office.path(draft))
    office.attach(1, draft)
    assert office.rows() == [(first, 1), (second, 2), (draft, 1)]
    assert office.store.get(office.path(draft)) == before
    assert office.read(draft) == b"of nobody yet"
    office.attach(2, draft)
    assert office.rows()[2:] == [(draft, 1), (draft, 2)], "a file of two cases"
    run(office.database, lambda b: b.forget_case(1))
    assert office.read(draft) == b"of nobody yet"
    assert not office.opens(first)
    assert office.wrong() == []


def test_a_voice_is_its_cases_too(office: Office) -> None:
    [*_, voice] = office.files
    said = NewText("facts", "说的话", file=voice)
    run(office.database, lambda b: b.write(1, replace(b.history(1)[0], action="note"), [said]))
    assert (voice, 1) in office.rows()
    assert (voice, 0) not in office.rows()


def test_a_leaked_key_of_a_case_opens_that_cases_files_alone(office: Office) -> None:
    """A thief with the database, the folder of files and the key of one case."""
    ring = office.database.ring

    def leaked(db: Connection) -> tuple[Any, list[Any], list[Any]]:
        mine = Records(db, ring)._key(1)
        return mine, db.execute(select(FILE_KEY)).all(), db.execute(select(FILE)).all()

    mine, keys, files = office.database.read_now(leaked)
    thief = load_keys(office.keys.with_name("thief.toml"))[0]
    got = {}
    for row in keys:
        try:
            bound = f"file_key.key|{row.file}|{row.case}".encode()
            got[row.file] = thief.open_cell(bytes(row.key), bound, mine)
        except BadSetting:
            continue
    assert got.keys() == {office.files[0]}
    for row in files:
        sealed = office.store.get(row.path)
        for key in (*got.values(), b""):
            try:
                assert open_file(thief, key, row.path, sealed) == LETTER
                assert row.id == office.files[0]
            except BadSetting:
                assert row.id != office.files[0] or not key


def test_an_erased_cases_files_open_from_no_copy(office: Office, tmp_path: Path) -> None:
    """Whoever copied the files, their rows and their wrapped keys before, and has the office's key
    and the database of now."""
    database, ring = office.database, office.database.ring
    file = office.files[0]
    path, bytes_before = office.path(file), office.store.get(office.path(file))
    held = [FILE, FILE_KEY, METADATA.tables["case_file"]]
    copies = database.read_now(
        lambda c: [(table, c.execute(select(table)).mappings().all()) for table in held]
    )
    run(database, lambda b: b.forget_case(1))
    assert office.wrong() == []
    after = tmp_path / "backup"
    backup.make(database, office.store, after, NOW)
    taken = FolderStore(after / "attachments")
    taken.put(path, bytes_before)
    with make_engine(f"sqlite:///{after / 'petitions.sqlite3'}").begin() as db:
        for table, rows in copies:
            db.execute(delete(table))
            db.execute(table.insert(), [dict(row) for row in rows])
        book = Records(db, ring)
        with pytest.raises(BadSetting):
            book.file_key(file)
        with pytest.raises(BadSetting):
            book.file_ref(file)
    for key in (b"", *ring._keys.values()):
        with pytest.raises(BadSetting):
            open_file(ring, key, path, taken.get(path))
    assert office.read(office.files[1]) == OTHER


def test_a_new_key_of_the_office_rewrites_no_bytes(office: Office) -> None:
    paths = {office.path(file): office.store.get(office.path(file)) for file in office.files}
    add_key(office.keys)
    office.database.ring.look()
    _, damaged = rotate.again(office.database, office.store)
    assert damaged == []
    assert {office.path(f): office.store.get(office.path(f)) for f in office.files} == paths
    held = office.database.read_now(rotate.sealed_with, office.store)
    assert held.keys() == {2}
    assert [office.read(file) for file in office.files] == [LETTER, OTHER, b"of nobody yet"]
    assert office.wrong() == []


HARM = {
    "keys swapped": "UPDATE file_key SET key = (SELECT key FROM file_key o WHERE o.file = 2) "
                    "WHERE file = 1",
    "a key of another case": 'UPDATE file_key SET "case" = 2 WHERE file = 1',
    "a key of another file": "DELETE FROM file_key WHERE file = 2; "
                             "UPDATE file_key SET file = 2, \"case\" = 2 WHERE file = 1",
    "a key taken away": "DELETE FROM file_key WHERE file = 1",
    "a key passed off as the office's": 'UPDATE file_key SET "case" = 0 WHERE file = 1',
    "names swapped": "UPDATE file SET name = (SELECT name FROM file o WHERE o.id = 2) WHERE id = 1",
}  # fmt: skip


@pytest.mark.parametrize("what", HARM)
def test_what_somebody_did_to_a_files_key_is_named_and_opens_nothing(
    office: Office, what: str
) -> None:
    with office.database.engine.begin() as db:
        for one in HARM[what].split("; "):
            db.execute(text(one))
    assert ("file", "name", "1") in office.wrong() or ("file", "name", "2") in office.wrong()
    if not what.startswith("names"):
        assert not all(office.opens(file) for file in office.files)
    assert office.opens(3)


def test_bytes_that_were_exchanged_open_for_nobody(office: Office) -> None:
    first, second, _ = office.files
    one, other = office.path(first), office.path(second)
    held = office.store.get(one)
    office.store.put(one, office.store.get(other))
    office.store.put(other, held)
    assert not office.opens(first)
    assert not office.opens(second)


class Cut(FolderStore):
    """A store at which the program is killed: at its first write, or at its second."""

    writes = 0
    most = 99

    def put(self, path: str, sealed: bytes) -> None:
        if self.writes >= self.most:
            raise KeyboardInterrupt
        self.writes += 1
        super().put(path, sealed)


@pytest.mark.parametrize("most", [0, 1, 2, 3, 4, 5, 99])
def test_files_of_an_older_program_get_keys_and_whoever_is_killed_goes_on(
    office: Office, tmp_path: Path, most: int
) -> None:
    office.kept_before()
    assert office.wrong() == []
    assert [office.read(file) for file in office.files] == [LETTER, OTHER, b"of nobody yet"]
    cut = Cut(tmp_path / "attachments")
    cut.most = most
    binder = FileBinder(office.database, cut)
    try:
        while asyncio.run(binder.step()):
            pass
    except KeyboardInterrupt:
        assert most < 99
    assert [office.read(file) for file in office.files] == [LETTER, OTHER, b"of nobody yet"]
    office.attach(1, office.files[2])  # somebody files meanwhile
    binder = FileBinder(office.database, office.store)
    while asyncio.run(binder.step()):
        pass
    assert [office.read(file) for file in office.files] == [LETTER, OTHER, b"of nobody yet"]
    assert office.rows() == [(1, 1), (2, 2), (3, 1)]
    assert [office.store.first(office.path(file))[0] for file in office.files] == [OWN] * 3
    assert office.database.read_now(filekeys.older, 0) is None
    assert office.wrong() == []


def test_two_processes_that_do_so_at_once_leave_one_key(office: Office) -> None:
    office.kept_before()
    database, ring = office.database, office.database.ring
    file = database.read_now(filekeys.older, 0)
    assert file is not None
    one, other = (filekeys.sealed_anew(ring, office.store, file) for _ in range(2))
    for sealed in (one, other):
        database.write_now(filekeys.give, ring, file, sealed)
    assert office.path(file.id) == one.path
    assert office.read(file.id) == LETTER


class Away(FolderStore):
    """A store that doesn't answer."""

    def get(self, path: str) -> bytes:
        raise StoreAway("bad.store_away")


def test_what_is_damaged_or_away_holds_up_no_other(office: Office, tmp_path: Path) -> None:
    office.kept_before()
    away = FileBinder(office.database, Away(tmp_path / "attachments"))
    assert asyncio.run(away.step()) == 0
    office.store.put(office.path(office.files[0]), b"\x01damaged")
    binder = FileBinder(office.database, office.store)
    with capture_logs() as logs:
        while asyncio.run(binder.step()):
            pass
    assert [one["file"] for one in logs if one["event"] == "vault.corrupt"] == [1]
    assert office.rows() == [(2, 2), (3, 0)]


def test_a_backup_made_meanwhile_and_one_of_before_are_brought_back(
    office: Office, tmp_path: Path
) -> None:
    office.kept_before()
    database = office.database

    class Meanwhile(FolderStore):
        """Its files get their keys while they are copied."""

        def get(self, path: str) -> bytes:
            if file := database.read_now(filekeys.older, 0):
                new = filekeys.sealed_anew(database.ring, office.store, file)
                database.write_now(filekeys.give, database.ring, file, new)
            return super().get(path)

    backup.make(database, Meanwhile(tmp_path / "attachments"), tmp_path / "copy", NOW)
    manifest, damaged = backup.drill(tmp_path / "copy", database.ring)
    assert (len(manifest.files), manifest.missing, damaged) == (3, (), [])
    place = tmp_path / "new"
    engine = make_engine(f"sqlite:///{place / 'petitions.sqlite3'}")
    store = FolderStore(place / "attachments")
    backup.restore(tmp_path / "copy", engine, store, database.ring)
    new = Database(engine, database.ring)
    binder = FileBinder(new, store)
    while asyncio.run(binder.step()):
        pass
    vault = SealedVault(new, store, Still(NOW))
    assert [asyncio.run(vault.read(f)) for f in office.files] == [LETTER, OTHER, b"of nobody yet"]
    assert new.read_now(verify.broken, new.ring) == []
    backup.make(new, store, tmp_path / "later", NOW)
    assert backup.drill(tmp_path / "later", new.ring)[1] == []
    new.close()


async def test_what_the_page_keeps_of_a_case_is_the_cases(here: Town) -> None:
    """A paper that was made for a visitor's page, and a file that was sent in it."""
    person = await here.citizen("web")
    await person.say("/new")
    await person.press("同意，开始")
    await person.send_file(b"%PDF-1.7\n% letter\n" + b"0" * 300, "信.pdf", "application/pdf")
    rows = here.now(lambda b: b._db.execute(select(FILE_KEY.c.file, FILE_KEY.c.case)).all())
    assert [row.case for row in rows] == [0]
    number = await finish(person)
    case = here.now(lambda b: b.by_number(number).id)
    rows = here.now(lambda b: b._db.execute(select(FILE_KEY.c.file, FILE_KEY.c.case)).all())
    assert [row.case for row in rows] == [case]
    await person.say("/my")
    await person.press(number)
    await person.press("更多")
    assert "签名回执" in await person.press("签名回执")
    rows = here.now(lambda b: b._db.execute(select(FILE_KEY.c.file, FILE_KEY.c.case)).all())
    assert [row.case for row in rows] == [case] * 4, "papers, too"
