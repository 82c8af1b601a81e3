"""Where the keys lie, and what a new pepper changes: outside the data folder, or with a vault that
a command asks; nobody's code, chat or receipt dies with the pepper of before.
"""

from __future__ import annotations

import os
import resource
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from offices.called import post
from offices.lived_in import bot, lived_in
from people import FILING, file_petition, town
from sqlalchemy import select, text
from typer.testing import CliRunner

from bot import keeping
from bot.cli import base
from bot.opening import open_database
from bot.settings import Settings
from petitions.case import receipt
from petitions.errors import BadSetting, NotYet
from storage import keyfile, mark, seal, verify
from storage.database import make_engine, sqlite_at
from storage.keyfile import KeyCommand, KeyFile, add_key, load_keys
from storage.migrate import check_schema
from storage.seal import KeyRing, KeysHeld
from storage.tables import CHAT, MEMBER

pytestmark = pytest.mark.sqlite


def settings(folder: Path, **given: Any) -> Settings:
    return Settings(data_dir=folder, **given)


def test_a_new_office_has_its_keys_outside_the_data_folder(tmp_path: Path) -> None:
    office = settings(tmp_path / "data")
    with structlog.testing.capture_logs() as logs:
        open_database(office).close()
    assert office.key_file == tmp_path / "data-keys" / "keys.toml"
    assert office.key_file.is_file()
    assert oct(office.key_file.stat().st_mode)[-3:] == "600"
    assert not list((tmp_path / "data").rglob("keys*"))
    assert "keys.beside_the_data" not in [one["event"] for one in logs]


async def test_an_older_office_keeps_its_keys_is_told_and_moves_them(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    async with town(folder) as here:
        number = await file_petition(await here.citizen("web"))
    office = settings(folder)
    assert office.key_file == folder / "keys.toml"
    with structlog.testing.capture_logs() as logs:
        open_database(office).close()
    [told] = [one for one in logs if one["event"] == "keys.beside_the_data"]
    assert told["do"] == "petition-bot keys move"
    inside = bot(folder, "keys", "move", str(folder / "deep" / "keys.toml"))
    assert inside.exit_code == 2
    assert "数据目录" in inside.stderr
    there = tmp_path / "there.toml"
    there.write_text("mine")
    assert bot(folder, "keys", "move", str(there)).exit_code == 2
    assert (there.read_text(), (folder / "keys.toml").exists()) == ("mine", True)
    moved = bot(folder, "keys", "move")
    assert moved.exit_code == 0, moved.output
    assert not (folder / "keys.toml").exists()
    assert settings(folder).key_file == tmp_path / "office-keys" / "keys.toml"
    assert bot(folder, "history", "verify").exit_code == 0
    async with town(folder, keys=None) as here:
        assert here.now(lambda b: b.identity(b.by_number(number).id)).name == FILING["name"]
    elsewhere = bot(folder, "keys", "move", str(tmp_path / "vault" / "keys.toml"))
    assert "PETITION_KEYS=" in elsewhere.stdout


def test_keys_that_find_no_room_stay_where_they_are(tmp_path: Path) -> None:
    """Nothing of them lies at the new place, half a file least of all."""
    old, new = tmp_path / "keys.toml", tmp_path / "new" / "keys.toml"
    load_keys(old)
    held, (soft, hard) = KeyFile(old).read(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40, hard))
    try:
        with pytest.raises(BadSetting):
            keyfile.move(old, new)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert KeyFile(old).read() == held
    assert list(new.parent.iterdir()) == []
    keyfile.move(old, new)
    assert (KeyFile(new).read(), [p.name for p in new.parent.iterdir()]) == (held, ["keys.toml"])


def test_a_place_that_cant_be_made_is_said_with_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "data-keys").write_text("a file where the folder should be")
    with pytest.raises(BadSetting) as refused:
        open_database(settings(tmp_path / "data"))
    assert refused.value.key == "bad.keys_make"


# A command


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """What the command reads; it is asked by a program with a name that a shell would split."""
    return tmp_path / "the vault"


def asks(vault: Path) -> str:
    return f"cat '{vault}'"


def run(folder: Path, command: str, *args: str, lang: str = "zh") -> Any:
    env = {"PETITION_DATA_DIR": str(folder), "LANG": lang, "PETITION_KEYS_COMMAND": command}
    return CliRunner().invoke(base.app, list(args), env=env)


def put(vault: Path, said: Any) -> None:
    vault.write_text(said.stdout)


def key_files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.name.startswith("keys")]


async def test_an_office_whose_keys_a_vault_has(
    tmp_path: Path, vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "HEARD", 1.0)
    monkeypatch.setattr(keyfile, "SELDOM", 0.0)
    folder = tmp_path / "office"
    first = run(folder, asks(vault), "keys", "next")
    assert first.exit_code == 0, first.output
    put(vault, first)
    async with town(folder, keys=None, keys_command=asks(vault)) as here:
        citizen = await here.citizen("web")
        number = await file_petition(citizen)
        refused = run(folder, asks(vault), "keys", "rotate")
        assert refused.exit_code == 2
        assert "keys next" in refused.stderr
        put(vault, run(folder, asks(vault), "keys", "next"))
        done = run(folder, asks(vault), "keys", "rotate")
        assert done.exit_code == 0, done.output
        await here.app.units.look()
        assert here.app.database.ring.newest == b"\x02"
        assert number in await citizen.say("/my")
        other = await file_petition(await here.citizen("web"))
        assert here.app.database.read_now(verify.broken, here.app.database.ring) == []
    assert key_files(tmp_path) == []
    dropped = run(folder, asks(vault), "keys", "drop", "1")
    assert dropped.exit_code == 0, dropped.output
    assert "密钥库" in dropped.stdout
    async with town(folder, keys=None, keys_command=asks(vault)) as here:
        assert here.now(lambda b: b.identity(b.by_number(other).id)).name == FILING["name"]


def test_a_command_that_fails_is_said_in_words_and_its_output_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "c2VjcmV0c2VjcmV0c2VjcmV0"
    monkeypatch.setattr(keyfile, "PATIENCE", 0.3)
    program = tmp_path / "ask"

    def said(script: str) -> BadSetting:
        program.write_text(f"#!{sys.executable}\nimport sys, time\n{script}\n")
        program.chmod(0o700)
        with pytest.raises(BadSetting) as refused, structlog.testing.capture_logs() as logs:
            open_database(settings(tmp_path / "data", keys_command=f"{program} -x"))
        assert secret not in str(logs)
        assert secret not in str(refused.value.values)
        return refused.value

    failed = said(f"print('{secret}'); sys.exit('the vault is sealed')")
    assert (failed.key, failed.values["code"]) == ("bad.keys_command", 1)
    assert failed.values["why"] == "the vault is sealed"
    assert said(f"print('{secret}'); time.sleep(60)").key == "bad.keys_command_slow"
    assert said(f"print('pepper = {secret}')").key == "bad.keys_file"
    assert said(f"print('''[key]\\n1 = \"{secret}\"''')").key == "bad.keys_file"
    with pytest.raises(BadSetting) as refused:
        KeyCommand(f"{tmp_path / 'none'} x").read()
    assert refused.value.key == "bad.keys_command_start"
    with pytest.raises(BadSetting):
        KeyCommand("'half").read()
    marked = tmp_path / "marked"
    with pytest.raises(BadSetting):
        KeyCommand(f"true; touch {marked}").read()
    assert not marked.exists(), "no shell reads it"


def test_a_command_is_run_once_and_again_where_a_key_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that fails is left alone for a time."""
    monkeypatch.setattr(seal, "LOOKS", 0.0)
    keys, runs, shut = tmp_path / "keys.toml", tmp_path / "runs", tmp_path / "shut"
    load_keys(keys)
    program = tmp_path / "ask"
    program.write_text(f"#!/bin/sh\necho >> {runs}\n[ -e {shut} ] && exit 1\ncat {keys}\n")
    program.chmod(0o700)

    def ran() -> int:
        for _ in range(3):
            ring.seal("text", "place")
        return len(runs.read_text())

    ring, _ = load_keys(KeyCommand(str(program)))
    assert ran() == 1
    add_key(keys)
    shut.touch()
    newer = KeyRing(KeyFile(keys).read())
    monkeypatch.setattr(keyfile, "SELDOM", 0.0)
    with pytest.raises(BadSetting):
        ring.open(newer.seal("text", "place"), "place")
    monkeypatch.setattr(keyfile, "SELDOM", 30.0)
    assert ran() == 2
    with pytest.raises(BadSetting):
        ring.open(newer.seal("text", "place"), "place")
    assert ran() == 2
    shut.unlink()
    monkeypatch.setattr(keyfile, "SELDOM", 0.0)
    assert ring.open(newer.seal("text", "place"), "place") == "text"
    assert ran() == 3


def test_a_file_and_a_command_are_one_too_many(tmp_path: Path) -> None:
    done = CliRunner().invoke(base.app, ["keys", "next"], env={
        "PETITION_DATA_DIR": str(tmp_path), "PETITION_KEYS": str(tmp_path / "keys.toml"),
        "PETITION_KEYS_COMMAND": "true",
    })  # fmt: skip
    assert done.exit_code == 2
    assert os.listdir(tmp_path) == []


# A new pepper


async def test_nobodys_code_chat_or_receipt_dies_with_a_pepper(tmp_path: Path) -> None:
    folder, file = tmp_path / "office", tmp_path / "receipt.json"
    keys = folder / "keys.toml"
    async with town(folder) as here:
        await lived_in(here)
        citizen = await here.citizen("telegram")
        number = await file_petition(citizen)
        case = here.now(lambda b: b.by_number(number))
        here.now(lambda b: b.set_code_hash(case.id, b.hash_code("ABCDEFGHJK")))
        file.write_text(here.now(lambda b: receipt.write(b, here.app.office, case))[1])
        ring = here.app.database.ring
        old, published = ring.pepper, ring.public
        before = marks(here)
        assert bot(folder, "backup", str(tmp_path / "backup")).exit_code == 0
        assert bot(folder, "keys", "rotate").exit_code == 0
        assert number in await citizen.say("/my"), "the same chat"
        assert ring.pepper != old
        assert ring.public != published
        assert not before & marks(here), "each is hashed once more"
        assert here.now(lambda b: b.is_code("ABCDEFGHJK", b.code_hash(case.id)))
        assert not here.now(lambda b: b.is_code("ABCDEFGHJL", b.code_hash(case.id)))
        stranger = await here.citizen("web")
        await stranger.say(f"/track {number}")
        assert number in await stranger.say("ABCDEFGHJK")
        assert here.now(lambda b: len(b.followers(case.id))) == 2
        assert here.app.database.read_now(verify.broken, ring) == []
        assert await file_petition(await here.citizen("telegram"))
    assert bot(folder, "receipt", "verify", str(file)).exit_code == 0
    published_now = bot(folder, "receipt", "key").stdout.splitlines()
    assert len(published_now) == 2
    assert published_now[1].split()[1].count("-") == 2
    drilled = bot(folder, "restore", str(tmp_path / "backup"), "--drill")
    assert drilled.exit_code == 0, drilled.output
    held = KeyFile(keys).read()
    thief = KeyRing(KeysHeld(held.keys, old))
    assert not thief.is_mark(KeyRing(held).mark(b"x"), b"x"), "the old one opens nothing"


def marks(here: Any) -> set[bytes]:
    def read(book: Any) -> set[bytes]:
        found = [*book._db.execute(select(CHAT.c.mark)), *book._db.execute(select(MEMBER.c.mark))]
        codes = book._db.execute(text("SELECT id FROM petition")).scalars()
        return {bytes(row.mark) for row in found if row.mark} | {
            book.code_hash(id) for id in codes
        }  # fmt: skip

    return set(here.now(read))


async def test_telegrams_secret_of_before_holds_for_some_days(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    async with town(folder, webhook_url="http://office.example", webhook_port=0) as here:
        hook = here.app.webhook
        assert hook
        old = hook.secret
        add_key(folder / "keys.toml", today=here.app.clock.now().date())
        here.app.database.ring.look()
        assert hook.secret != old
        assert await post(here, {"update_id": 1}, old) == 200
        assert await post(here, {"update_id": 2}, hook.secret) == 200
        await here.set_clock(here.app.clock.now() + timedelta(days=9))
        assert await post(here, {"update_id": 3}, old) == 403
        assert await post(here, {"update_id": 4}, hook.secret) == 200


def test_a_key_file_of_before_reads_and_one_of_now_reads_again(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    load_keys(path)
    first = KeyFile(path).read()
    assert first.older == ()
    add_key(path, today=date(2026, 3, 1))
    add_key(path, today=date(2026, 4, 1))
    held = KeyFile(path).read()
    assert held.older[0] == first.pepper
    assert held.renewed == (date(2026, 3, 1), date(2026, 4, 1))
    assert sorted(held.keys) == [1, 2, 3]


def test_keys_that_another_process_makes_meanwhile_are_not_gone(tmp_path: Path) -> None:
    """Two that start at once on a fresh office: one saw no file, and then the other's mark."""
    engine = make_engine(sqlite_at(tmp_path / "x.sqlite3"))
    check_schema(engine)
    with engine.begin() as db:
        mark.put(db, KeyRing.fresh())
    seen = iter([False, True])
    mark.must_have_keys(engine, lambda: next(seen), "keys.toml")
    with pytest.raises(NotYet):
        mark.must_have_keys(engine, lambda: False, "keys.toml")
    engine.dispose()
