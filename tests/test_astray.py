"""Whoever writes a row has the office read, copy or delete nothing but attachments."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import pytest
from offices.lived_in import PHOTO, bot, lived_in
from people import Town, town
from sqlalchemy import insert
from standins.s3 import BOTH, BUCKET, IN_S3, environ, place, s3_server, store_of
from structlog.testing import capture_logs

from petitions.errors import FileGone
from storage import backup, rotate, stamps
from storage.backup import ATTACHMENTS, MANIFEST
from storage.keyfile import add_key, load_keys
from storage.store import Astray, FolderStore, fresh
from storage.tables import FILE

__all__ = ["place", "s3_server"]

OUT = (
    "../keys.toml",
    "../petitions.sqlite3",
    "ab/../../keys.toml",
    "./../keys.toml",
    "..",
    ".",
    "",
    "keys.toml",
    "ab",
    "ab/",
    "/etc/passwd",
    "//etc/passwd",
    "~/keys.toml",
    "..\\keys.toml",
    "%2e%2e/keys.toml",
    "．．/keys.toml",
    "AB/" + "A" * 32,
    "ab/" + "a" * 31,
    "ab/" + "a" * 33,
    "ab/" + "a" * 32 + "\n",
    "ab/" + "a" * 32 + "/../../../keys.toml",
    "ab/" + "٣" * 32,
    "a/" * 5000 + "keys.toml",
    "[/red] [bold]" + "x" * 40,
)
"""Paths that no program of ours has written; `keys.toml` lies beside the attachments."""


def rows(here: Town, paths: Any = OUT) -> list[int]:
    """Files come into the database that were never kept, old enough to be swept. Their stamps
    hold, so that it is the path alone that is refused."""
    at = here.app.clock.now() - timedelta(days=30)
    given: dict[str, Any] = {"name": b"", "mime": "image/jpeg", "size": 1, "at": at, "line": 0}

    def add(book: Any) -> list[int]:
        done = [book._db.execute(insert(FILE).values(path=path, **given)) for path in paths]
        ids = [int(one.inserted_primary_key[0]) for one in done]
        for row in book._db.execute(FILE.select().where(FILE.c.id.in_(ids))).all():
            stamp = stamps.stamp(book._ring, "file", row._mapping)
            book._db.execute(FILE.update().where(FILE.c.id == row.id).values(stamp=stamp))
        return ids

    return list(here.now(add))


def held(folder: Path) -> dict[str, bytes]:
    """Everything in the office's folder but what any office changes as it runs."""
    files = (f for f in folder.rglob("*") if f.is_file() and "sqlite3" not in f.name)
    return {str(f): f.read_bytes() for f in files if "processes" not in f.parts}


@BOTH
async def test_no_row_has_another_file_read_or_deleted(
    place: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "office"
    given = place if "s3" in place["attachments"] else {}
    async with town(folder, **given) as here:
        await lived_in(here)
        before, added = held(folder), rows(here)
        for id in added:
            with capture_logs() as logs, pytest.raises(FileGone):
                await here.app.vault.read(id)
            assert [x["event"] for x in logs] == ["vault.astray", "vault.missing"]
            assert logs[1]["file"] == id
            assert len(logs[0]["path"]) <= 100
        with capture_logs() as logs:
            for hour in range(24):
                await here.set_clock(here.app.clock.now().replace(hour=hour) + timedelta(days=2))
                await here.app.vault.sweep()
        assert [x for x in logs if x["event"] == "vault.astray" and "../keys.toml" in x["path"]]
        assert held(folder) == before
        still = here.now(lambda b: {r.id for r in b._db.execute(FILE.select())})
        assert set(added) <= still, "they are evidence"


async def test_a_sweep_goes_on_with_what_is_really_left_over(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    async with town(folder) as here:
        store = FolderStore(folder / "attachments")
        path, kept = fresh(), await here.app.vault.keep(b"x", "a.txt", "text/plain")
        store.put(path, b"nobody needs it")
        rows(here, ["../keys.toml", path, "/etc/passwd"])
        await here.set_clock(here.app.clock.now() + timedelta(hours=1))
        assert await here.app.vault.sweep() == 1
        with pytest.raises(FileGone):
            store.get(path)
        assert await here.app.vault.read(kept.id) == b"x"


async def test_a_row_that_names_anothers_file_has_it_deleted_from_nobody(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await lived_in(here)
        [row] = here.now(lambda b: b._db.execute(FILE.select()).all())
        assert rows(here, [row.path]) != [row.id]
        await here.app.vault.sweep()
        assert here.now(lambda b: [r.id for r in b._db.execute(FILE.select())]) == [row.id]
        assert await here.app.vault.read(row.id) == PHOTO


def linked(folder: Path) -> tuple[str, str]:
    """Paths as ours are, in a store in which somebody has laid links: a file's, a folder's."""
    (folder / "ab").mkdir(parents=True)
    file = f"ab/{uuid.uuid4().hex}"
    (folder / file).symlink_to(folder.parent / "keys.toml")
    outside = folder.parent / "outside"
    outside.mkdir()
    name = uuid.uuid4().hex
    (outside / name).write_bytes(b"somebody else's")
    (folder / "cd").symlink_to(outside)
    return file, f"cd/{name}"


def test_a_link_in_the_store_is_followed_by_nobody(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    (tmp_path / "keys.toml").write_text("secret")
    file, folder = linked(tmp_path / "files")
    for path in (file, folder):
        for look in (store.get, store.first):
            with pytest.raises(Astray):
                look(path)
    with pytest.raises(Astray):
        store.put(folder, b"x")
    store.put(file, b"ours")  # takes the link's place
    assert store.get(file) == b"ours"
    assert (tmp_path / "keys.toml").read_text() == "secret"
    store.delete([folder])
    assert store.old("cd", timedelta(seconds=-5)) == []
    assert (tmp_path / "outside" / folder[3:]).read_bytes() == b"somebody else's"


def test_what_isnt_a_file_holds_up_nothing(tmp_path: Path) -> None:
    store, paths = FolderStore(tmp_path / "files"), [f"ab/{uuid.uuid4().hex}" for _ in range(3)]
    store.put(paths[0], b"x")
    (tmp_path / "files" / paths[1]).mkdir()
    os.mkfifo(tmp_path / "files" / paths[2])
    (tmp_path / "files" / "ab" / "notes of an operator.txt").write_text("keep")
    assert store.old("ab", timedelta(seconds=-5)) == [paths[0]]
    with pytest.raises(Astray):
        store.get(paths[1])
    assert store.get(paths[2]) == b"", "it doesn't wait for somebody to write"
    store.delete([paths[1], "../files", paths[0]])
    assert not (tmp_path / "files" / paths[0]).exists()


@IN_S3
def test_no_key_outside_the_prefix_is_touched(place: dict[str, str]) -> None:
    store = store_of(place)
    prefix = place["attachments"].partition(f"{BUCKET}/")[2]
    client = boto3.client("s3", endpoint_url=place["s3_endpoint"], region_name="us-east-1")
    others = {f"{prefix}/keys.toml": "keys.toml", f"{prefix}//x": "/x", f"{prefix}/x y": "x y"}
    for key in others:
        client.put_object(Bucket=BUCKET, Key=key, Body=b"another's")
    for path in (*others.values(), "../keys.toml", ""):
        for work in (store.get, store.first, lambda p: store.put(p, b"x")):
            with pytest.raises(Astray):
                work(path)
        store.delete([path])
    for key in others:
        assert client.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"another's"


@BOTH
@pytest.mark.sqlite
async def test_a_backup_takes_nothing_but_attachments_and_goes_on(
    place: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, target, new = tmp_path / "office", tmp_path / "backup", tmp_path / "new"
    given = place if "s3" in place["attachments"] else {}
    async with town(folder, **given) as here:
        await lived_in(here)
        rows(here)
    environ(monkeypatch, given)
    made = bot(folder, "backup", str(target), lang="en")
    assert made.exit_code == 0, made.output
    said = made.stdout.replace("\n", "")
    assert "'../keys.toml'" in said
    assert "history verify" in said
    assert "attachments: 1" in said
    keys = (folder / "keys.toml").read_bytes()
    assert not [f for f in target.rglob("*") if f.is_file() and f.read_bytes() == keys]
    names = {f.name for f in (target / ATTACHMENTS).rglob("*") if f.is_file()}
    assert len(names) == 1, "the photo alone"
    drilled = bot(folder, "restore", str(target), "--drill")
    assert drilled.exit_code == 1, drilled.output
    assert "'../keys.toml'" in drilled.stdout.replace("\n", "")
    new.mkdir()
    (new / "keys.toml").write_bytes(keys)
    environ(monkeypatch, {"attachments": str(new / "attachments")})
    back = bot(new, "restore", str(target))
    assert back.exit_code == 1, back.output
    assert (new / "keys.toml").read_bytes() == keys
    assert {f.name for f in (new / "attachments").rglob("*") if f.is_file()} == names


@pytest.mark.sqlite
async def test_a_backup_that_an_older_program_filled_is_brought_back_without_it(
    tmp_path: Path,
) -> None:
    """It has copied the key file as if it were an attachment, and has listed and sealed it."""
    folder, target, new = tmp_path / "office", tmp_path / "backup", tmp_path / "new"
    async with town(folder) as here:
        await lived_in(here)
    assert bot(folder, "backup", str(target)).exit_code == 0
    keys = (folder / "keys.toml").read_bytes()
    (target / "keys.toml").write_bytes(keys)
    ring, _ = load_keys(folder / "keys.toml")
    held = backup.read(target)
    filled = {**held.files, "../keys.toml": sha256(keys).hexdigest()}
    again = backup.replace(held, files=filled).sealed(ring)
    (target / MANIFEST).write_text(json.dumps(backup.asdict(again)), "utf-8")
    drilled = bot(folder, "restore", str(target), "--drill", lang="en")
    assert drilled.exit_code == 1, drilled.output
    assert "'../keys.toml'" in drilled.stdout.replace("\n", "")
    new.mkdir()
    (new / "keys.toml").write_bytes(keys.replace(b"# ", b"#  "))
    assert bot(new, "restore", str(target)).exit_code == 1
    assert (new / "keys.toml").read_bytes() == keys.replace(b"# ", b"#  ")


@pytest.mark.sqlite
async def test_a_new_key_reads_and_moves_no_other_file(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await lived_in(here)
        before, added = held(tmp_path), rows(here, ["../keys.toml", "../petitions.sqlite3"])
        store = FolderStore(tmp_path / "attachments")
        add_key(tmp_path / "keys.toml")
        shutil.copyfile(tmp_path / "keys.toml", tmp_path / "copy")
        here.app.database.ring._look(at_once=True)
        _, damaged = rotate.again(here.app.database, store)
        assert [d.row for d in damaged] == [str(id) for id in added]
        here.app.database.read_now(rotate.sealed_with, store)
        after = held(tmp_path)
        assert {k: v for k, v in after.items() if k in before and "keys" not in k} == {
            k: v for k, v in before.items() if "keys" not in k
        }
        assert after[str(tmp_path / "keys.toml")] == (tmp_path / "copy").read_bytes()
