"""New keys while the office runs: everything stays readable, and old keys can be let go."""

from __future__ import annotations

import shutil
import time
import tomllib
from pathlib import Path

import pytest
from offices.lived_in import PHOTO, bot, lived_in
from offices.template import known
from people import FILING, Office, Town, file_petition, town
from sqlalchemy import LargeBinary, func, select, text

from bot.keeping import take_out
from bot.opening import open_current
from bot.settings import load_settings
from petitions.errors import BadSetting
from storage import rotate, seal, stamps
from storage.cells import every
from storage.keyfile import add_key, load_keys
from storage.seal import ROW
from storage.store import FolderStore, fresh
from storage.tables import METADATA

UNSEALED = {("history", "digest"), ("tally", "digest"), ("words", "salt"), ("words", "commitment"),
            ("member", "mark"), ("chat", "mark"), ("session", "token_hash"), ("joint_link", "hash"),
            ("invite", "hash"), ("staff_entry", "digest"),
            *((table, "stamp") for table in stamps.every())}  # fmt: skip
"""Columns of bytes that are hashes or salts, and nothing that could be read."""


async def test_keys_change_while_people_write(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    async with town(folder) as here:
        await lived_in(here)
        citizen = await here.citizen("telegram")
        await citizen.say("/new")
        done = bot(folder, "keys", "rotate")
        assert done.exit_code == 0, done.output
        assert "新密钥2" in done.stdout
        number = await file_petition(citizen)
        clerk = await Office(here, "telegram").at("city", "clerk")
        assert FILING["facts"] in await clerk.say(f"/desk {number}")
        assert FILING["facts"] in await clerk.say(f"/desk {(await first(here))}")
        await file_petition(await here.citizen("telegram"))
    assert bot(folder, "keys", "rotate").exit_code == 0
    for old in ("1", "2"):
        dropped = bot(folder, "keys", "drop", old)
        assert dropped.exit_code == 0, dropped.output
    assert bot(folder, "keys", "drop", "3").exit_code == 2, "the newest stays"
    async with town(folder) as here:
        read = here.now(lambda b: [t.body for t in b.texts(1)])
        assert FILING["facts"] in read
        [row] = here.now(lambda b: b._db.execute(select(METADATA.tables["file"].c.id)).all())
        assert await here.app.vault.read(row.id) == PHOTO


async def first(here: Town) -> str:
    """The number of the first case."""
    return str(here.now(lambda b: b.petition(1).number))


async def test_a_key_in_use_stays_and_a_lost_one_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    async with town(folder) as here:
        await lived_in(here)
    shutil.copyfile(folder / "keys.toml", tmp_path / "keys.toml")
    assert bot(folder, "keys", "rotate").exit_code == 0
    refused = bot(folder, "keys", "drop", "7")
    assert refused.exit_code == 2
    assert "密钥7" in refused.stderr
    shutil.copyfile(tmp_path / "keys.toml", folder / "keys.toml")
    made = bot(folder, "backup", str(tmp_path / "backup"))
    assert made.exit_code == 0
    lost = bot(folder, "restore", str(tmp_path / "backup"), "--drill", lang="en")
    assert lost.exit_code == 2, "today's keys don't open what a newer one has sealed"
    again = bot(folder, "keys", "rotate")
    assert again.exit_code == 2, "a key with the lost one's number can't take its place"


async def test_every_sealed_column_is_known(tmp_path: Path) -> None:
    """A new column of bytes is either sealed, and sealed again with a new key, or said to be a
    hash."""
    columns = {
        (table.name, column.name)
        for table in METADATA.tables.values() for column in table.c
        if isinstance(column.type, LargeBinary)
    }  # fmt: skip
    assert columns == every().keys() | UNSEALED
    folder = tmp_path / "office"
    async with town(folder) as here:
        await lived_in(here)
        assert bot(folder, "keys", "rotate").exit_code == 0
        for name, column in every().keys() | {(table, "stamp") for table in stamps.every()}:
            held = METADATA.tables[name].c[column]
            heads = [b"\x01"] if column == "stamp" else [bytes([ROW, 1]), b"\x01"]
            old = select(func.count()).where(func.substr(held, 1, len(heads[0])).in_(heads))
            assert here.now(lambda b, q=old: b._db.execute(q).scalar_one()) == 0, (name, column)


def numbers(folder: Path) -> list[str]:
    """The keys of the file."""
    return [*tomllib.loads((folder / "keys.toml").read_text("utf-8"))["key"]]


async def test_what_is_filed_after_the_old_key_was_dropped_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    async with town(folder) as here:
        await lived_in(here)
        assert bot(folder, "keys", "rotate").exit_code == 0
        dropped = bot(folder, "keys", "drop", "1")
        assert dropped.exit_code == 0, dropped.output
        number = await file_petition(await here.citizen("telegram"))
    async with town(folder) as here:
        read = here.now(lambda b: [t.body for t in b.texts(b.by_number(number).id)])
        assert FILING["facts"] in read


def test_a_ring_hears_of_a_new_key_before_it_has_read_anything(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    ring, _ = load_keys(path)
    assert ring.seal("x", "a")[0] == 1
    add_key(path)
    time.sleep(seal.ALL_KNOW)
    assert ring.seal("x", "a")[0] == 2
    kept = path.read_text("utf-8")
    load_keys(tmp_path / "other.toml")
    for spoilt in ("[key", (tmp_path / "other.toml").read_text("utf-8")):
        path.write_text(spoilt, "utf-8")
        time.sleep(seal.ALL_KNOW)
        assert ring.seal("x", "a")[0] == 2, "a file that is spoilt, or another office's"
    path.unlink()
    time.sleep(seal.ALL_KNOW)
    sealed = ring.seal("x", "a")
    path.write_text(kept, "utf-8")
    assert load_keys(path)[0].open(sealed, "a") == "x"


async def test_a_key_comes_back_when_something_of_it_turns_up(tmp_path: Path) -> None:
    """An attachment that was counted as new is one of the old key when it is looked at again."""
    folder = tmp_path / "office"
    async with town(folder) as here:
        await lived_in(here)
    assert bot(folder, "keys", "rotate").exit_code == 0
    path = fresh()
    async with town(folder) as here:
        here.app.vault._store.put(path, b"\x02")
        here.now(lambda b: b.add_file(path, "late.txt", "text/plain", 1, here.app.clock.now()))
        late = text("DELETE FROM file_key WHERE file = (SELECT max(id) FROM file)")
        here.now(lambda b: b._db.execute(late))  # as an older program kept it
    keys = folder / "keys.toml"
    before = keys.read_text("utf-8")
    url = known(folder / "petitions.sqlite3")
    database = open_current(load_settings(data_dir=folder, database_url=url))
    with pytest.raises(BadSetting) as refused:
        take_out(database, Arriving(folder, path), keys, 1)
    database.close()
    assert "1 value is still sealed with key 1" in refused.value.sentence("en")
    assert keys.read_text("utf-8") == before


class Arriving(FolderStore):
    """A store in which an attachment of the old key arrives once that key is out of the file."""

    def __init__(self, office: Path, path: str) -> None:
        super().__init__(office / "attachments")
        self._office, self._path = office, path

    def first(self, path: str) -> bytes:
        if path == self._path and "1" not in numbers(self._office):
            self.put(path, b"\x01")
        return super().first(path)


async def test_damaged_values_are_named_and_hold_up_no_others(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    async with town(folder) as here:
        await lived_in(here)
        kept = here.now(lambda b: b._db.execute(text("SELECT key FROM file_key WHERE file = 1")))
        [[whole]] = kept.all()
        kept = here.now(lambda b: b._db.execute(text("SELECT key FROM petition WHERE id = 1")))
        [[key]] = kept.all()
        name = text("UPDATE file_key SET key = :body WHERE file = 1")
        keyed = text("UPDATE petition SET key = :body WHERE id = 1")
        here.now(lambda b: b._db.execute(name, {"body": whole[:-1] + b"?"}))
        here.now(lambda b: b._db.execute(keyed, {"body": b"\xfenonsense"}))
        for _ in range(2):
            done = bot(folder, "keys", "rotate", lang="en")
            assert done.exit_code == 1, done.output
            said = " ".join(done.stdout.split())
            assert "file_key.key, row 1/0: no key opens it" in said
            assert "petition.key, row 1: no key opens it" in said
            assert numbers(folder) == ["1", "2"], "no further key until this one is done with"
        assert here.now(lambda b: [t.body for t in b.texts(2)]), "all others are read"
        held = here.now(lambda b: rotate.sealed_with(b._db, here.app.vault._store))
        assert held.keys() == {1, 2, 254}
        assert (held[1], held[254]) == (1, 1)
        here.now(lambda b: b._db.execute(name, {"body": whole}))
        here.now(lambda b: b._db.execute(keyed, {"body": key}))
        assert bot(folder, "keys", "rotate").exit_code == 0
        assert numbers(folder) == ["1", "2"]
        assert bot(folder, "keys", "rotate").exit_code == 0
        assert numbers(folder) == ["1", "2", "3"]


async def test_a_change_of_keys_that_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    async with town(folder) as here:
        await lived_in(here)
    add_key(folder / "keys.toml")
    done = bot(folder, "keys", "rotate")
    assert done.exit_code == 0, done.output
    assert "新密钥2" in done.stdout
    assert bot(folder, "keys", "rotate", "--new").exit_code == 0
    assert numbers(folder) == ["1", "2", "3"]
