"""What the office writes is its owner's alone, and what is deleted is gone from the disk."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from offices.lived_in import PHOTO
from offices.template import copy_empty, empty
from people import WebPerson, file_petition
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.backup import DATABASE
from storage.database import make_engine

pytestmark = pytest.mark.sqlite


def open_to_all() -> None:
    """Where nothing is kept from others by the machine's habits."""
    os.umask(0)


def run(data: Path, *args: str) -> None:
    """A command as an operator types it."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", *args], env=env(data), cwd=data.parent, text=True,
        preexec_fn=open_to_all, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def env(data: Path) -> dict[str, str]:
    """The settings of an office in this folder."""
    return {**os.environ, "PETITION_DATA_DIR": str(data), "PETITION_WEB_PORT": "0", "LANG": "en",
            "TMPDIR": str(data.parent)}  # fmt: skip


@contextmanager
def running(data: Path) -> Any:
    """The real program; gives the port of its page."""
    office = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run"], env=env(data), cwd=data.parent, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=open_to_all,
    )  # fmt: skip
    try:
        assert office.stdout is not None
        line = office.stdout.readline()
        found = re.search(r":(\d+)/", line)
        assert found, line + (office.communicate()[1] if office.poll() is not None else "")
        yield int(found[1])
    finally:
        office.terminate()
        office.communicate()


async def busy(port: int) -> None:
    """A petition with a photo, and an open form."""
    person = WebPerson(SimpleNamespace(port=port))  # type: ignore[arg-type]
    await person.enter()
    await file_petition(person)
    await person.say("/my")
    await person.send_file(PHOTO, "now.jpg", "image/jpeg")
    await person.close()


def open_ones(folder: Path) -> dict[str, str]:
    """What anybody but the owner may do something with, below a folder."""
    found = ((str(path), path.lstat()) for path in folder.rglob("*"))
    return {
        name: stat.filemode(held.st_mode)
        for name, held in found
        if held.st_mode & 0o077 and not stat.S_ISLNK(held.st_mode)
    }


def test_nothing_an_office_writes_is_open_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    data, backup, new = home / "deep" / "data", home / "b" / "backup", home / "new"
    keys = data.with_name("data-keys") / "keys.toml"
    data.parent.mkdir(0o700)
    with running(data) as port:
        asyncio.run(busy(port))
        made = {p.name for p in data.rglob("*")}
        assert {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "processes"} <= made
        assert keys.is_file()
        assert open_ones(home) == {}, "while it runs"
        run(data, "backup", str(backup))
        run(data, "keys", "rotate")
    run(data, "restore", str(backup), "--drill")
    new.mkdir(0o700)
    shutil.copyfile(keys, new / "keys.toml")
    (new / "keys.toml").chmod(0o644)
    run(new, "restore", str(backup))
    run(data, "figures", "report", "2026-11", str(home / "report"))
    run(data, "poster", "north", str(home / "poster.pdf"))
    assert any(p.suffix == ".pdf" for p in home.iterdir())
    assert any((home / "report").iterdir())
    assert any(p.is_file() for p in (new / "attachments").rglob("*"))
    assert open_ones(home) == {}


def test_what_an_older_program_left_open_is_shut_at_the_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as port:
        asyncio.run(busy(port))
    for path in data.rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    with running(data):
        still = open_ones(data)
    inside = {name for name in still if "/attachments/" in name}
    assert set(still) == inside, "what lies in a folder that is shut can be reached by nobody"
    assert inside


def test_a_folder_for_a_backup_is_shut(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    with running(data):
        backup.mkdir(mode=0o755)
        backup.chmod(0o755)
        run(data, "backup", str(backup))
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    assert open_ones(backup) == {}


def test_what_is_deleted_is_overwritten(tmp_path: Path) -> None:
    file = copy_empty(tmp_path / DATABASE)
    engine, said = make_engine(f"sqlite:///{file}"), "words-somebody-wrote-" * 200
    with engine.begin() as db:
        db.execute(text("INSERT INTO setting VALUES ('one', :said)"), {"said": said})
    with engine.begin() as db:
        db.execute(text("DELETE FROM setting WHERE name = 'one'"))
        assert db.execute(text("PRAGMA secure_delete")).scalar() == 1, (
            "whatever SQLite was built to"
        )
    engine.dispose()
    assert b"words-somebody-wrote" not in file.read_bytes()


def test_a_view_somebody_left_in_the_file_calls_nothing(tmp_path: Path) -> None:
    url = empty(tmp_path / DATABASE)
    with sqlite3.connect(tmp_path / DATABASE) as db:
        db.execute("CREATE VIEW looks AS SELECT harm() AS harm")
    engine, called = make_engine(url), []
    with engine.connect() as db:
        assert db.connection.driver_connection is not None
        db.connection.driver_connection.create_function("harm", 0, lambda: called.append(1))
        with pytest.raises(DBAPIError) as refused:
            db.execute(text("SELECT * FROM looks")).all()
    assert "unsafe use" in str(refused.value.orig)
    assert not called
    engine.dispose()
