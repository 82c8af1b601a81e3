"""New keys while the office runs: everything stays readable, and old keys can be let go."""

from __future__ import annotations

import shutil
from pathlib import Path

from drive import FILING, Town, file_petition, town
from sqlalchemy import LargeBinary, func, select
from test_backup import PHOTO, lived_in
from test_command_line import bot
from test_procedure import Office

from storage import rotate
from storage.tables import METADATA

UNSEALED = {("petition", "code_hash"), ("history", "digest"), ("words", "salt"),
            ("words", "commitment"), ("member", "mark"), ("chat", "mark"), ("person", "pin"),
            ("session", "token_hash"), ("joint_link", "hash"), ("invite", "hash")}  # fmt: skip
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
    assert columns == rotate.SEALED.keys() | UNSEALED
    folder = tmp_path / "office"
    async with town(folder) as here:
        await lived_in(here)
        assert bot(folder, "keys", "rotate").exit_code == 0
        for name, column in rotate.SEALED:
            held = METADATA.tables[name].c[column]
            old = select(func.count()).where(func.substr(held, 1, 1) == b"\x01")
            assert here.now(lambda b, q=old: b._db.execute(q).scalar_one()) == 0, (name, column)
