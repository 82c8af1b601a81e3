"""Backups while the office runs, and proof that they can be brought back.

A backup is a folder: the database as a file of SQLite (whatever database the office uses), the
attachments as they lie (sealed), and `backup.json` with every count and check sum, written last.
The keys aren't in it: without them nothing that people wrote can be read.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, select

from petitions.errors import BadSetting, FileGone
from storage import copying, verify
from storage.copying import Sums
from storage.database import make_engine
from storage.migrate import check_schema, current
from storage.seal import KeyRing
from storage.store import PATH, FolderStore, Store
from storage.tables import METADATA
from storage.vault import PLACE

FILE = METADATA.tables["file"]
DATABASE, ATTACHMENTS, MANIFEST = "petitions.sqlite3", "attachments", "backup.json"
Seen = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    made_at: str
    schema: str
    tables: Sums
    files: dict[str, str]
    """Path of each attachment → check sum of its sealed bytes."""
    missing: tuple[str, ...] = ()
    """Attachments that weren't there when the backup was made."""


def make(
    engine: Engine, attachments: Store, folder: Path, now: datetime, seen: Seen = lambda: None
) -> Manifest:
    """Write a backup into a new or empty folder, while the office runs. Raises BadSetting,
    StoreAway."""
    if folder.exists() and any(folder.iterdir()):
        raise BadSetting("bad.backup_folder", folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / DATABASE
    if engine.dialect.name == "sqlite":
        _snapshot(engine, target)
    else:
        _into_file(engine, target, seen)
    held = make_engine(f"sqlite:///{target}")
    with held.connect() as db:
        tables = copying.sums(db, seen)
        paths = [row.path for row in db.execute(select(FILE.c.path).order_by(FILE.c.path))]
    schema = current(held) or ""
    held.dispose()
    _tidy(target)
    files, missing = {}, []
    beside = FolderStore(folder / ATTACHMENTS)
    for path in paths:
        try:
            sealed = attachments.get(path)
        except FileGone:
            missing.append(path)
            continue
        beside.put(path, sealed)
        files[path] = sha256(sealed).hexdigest()
    manifest = Manifest(now.isoformat(), schema, tables, files, tuple(missing))
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    return manifest


def _snapshot(engine: Engine, target: Path) -> None:
    """SQLite's own online backup: writers go on meanwhile."""
    connection = engine.raw_connection()
    try:
        source = connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        with sqlite3.connect(target) as copy:
            source.backup(copy, pages=1000)
        copy.close()
    finally:
        connection.close()


def _into_file(engine: Engine, target: Path, seen: Seen) -> None:
    """PostgreSQL as it was at one moment, into a file of SQLite."""
    held = make_engine(f"sqlite:///{target}")
    check_schema(held)
    still = engine.execution_options(isolation_level="REPEATABLE READ")
    with still.connect() as source, held.begin() as copy:
        copying.copy(source, copy, seen)
    held.dispose()


def _tidy(target: Path) -> None:
    """One file, without the journal beside it."""
    with sqlite3.connect(target) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA journal_mode = DELETE")
    db.close()


def read(folder: Path) -> Manifest:
    """What a backup says it holds. Raises BadSetting when it isn't one, or wasn't finished."""
    try:
        raw = json.loads((folder / MANIFEST).read_text("utf-8"))
        tables = {name: (int(n), str(digest)) for name, (n, digest) in raw["tables"].items()}
        files = {str(path): str(digest) for path, digest in raw["files"].items()}
        if not all(PATH.fullmatch(path) for path in files):
            raise ValueError("files: a path that leads out of the backup")
        return Manifest(str(raw["made_at"]), str(raw["schema"]), tables, files,
                        tuple(raw["missing"]))  # fmt: skip
    except (
        OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError,
    ) as error:  # fmt: skip
        raise BadSetting("bad.no_backup", folder=folder, why=error) from None


def proved(folder: Path, manifest: Manifest) -> None:
    """Hold a backup against its own sums. Raises BadSetting naming what differs."""
    engine = make_engine(f"sqlite:///{folder / DATABASE}")
    try:
        if not (folder / DATABASE).is_file() or current(engine) != manifest.schema:
            raise BadSetting("bad.backup_broken", what=DATABASE)
        with engine.connect() as db:
            _compare(manifest.tables, copying.sums(db))
    finally:
        engine.dispose()
    for path, digest in manifest.files.items():
        held = folder / ATTACHMENTS / path
        if not held.is_file() or sha256(held.read_bytes()).hexdigest() != digest:
            raise BadSetting("bad.backup_broken", what=f"{ATTACHMENTS}/{path}")


def _compare(wanted: Sums, found: Sums) -> None:
    wrong = [name for name in wanted if wanted[name] != found.get(name)]
    if wrong:
        raise BadSetting("bad.backup_broken", what=", ".join(wrong))


def restore(
    folder: Path, engine: Engine, attachments: Store, seen: Seen = lambda: None
) -> Manifest:
    """Bring a backup back into an empty place. Raises BadSetting: not empty, broken, or made by a
    newer program; StoreAway. Then nothing was changed."""
    manifest = read(folder)
    proved(folder, manifest)
    if not attachments.empty():
        raise BadSetting("bad.restore_place", place=attachments)
    placed: list[str] = []
    try:
        for path in manifest.files:
            attachments.put(path, (folder / ATTACHMENTS / path).read_bytes())
            placed.append(path)
        _restore_tables(folder, engine, seen)
    except BaseException:
        attachments.delete(placed)
        raise
    return manifest


def _restore_tables(folder: Path, engine: Engine, seen: Seen) -> None:
    with tempfile.TemporaryDirectory() as beside:
        copy = Path(beside) / DATABASE
        shutil.copyfile(folder / DATABASE, copy)
        source = make_engine(f"sqlite:///{copy}")
        check_schema(source)  # an older one is brought up to date first
        check_schema(engine)
        with source.connect() as read_from, engine.begin() as target:
            if not copying.is_empty(target):
                raise BadSetting("bad.restore_place", place=engine.url.database)
            for table in copying.tables():
                target.execute(table.delete())
            copied = copying.copy(read_from, target, seen)
            _compare(copied, copying.sums(target))
        source.dispose()


def drill(folder: Path, ring: KeyRing, seen: Seen = lambda: None) -> Manifest:
    """Prove a backup: bring it back beside, hold every chain and open every attachment with the
    keys, then throw it away. Raises BadSetting naming what is wrong."""
    with tempfile.TemporaryDirectory() as beside:
        engine = make_engine(f"sqlite:///{Path(beside) / 'drill' / DATABASE}")
        attachments = FolderStore(Path(beside) / ATTACHMENTS)
        manifest = restore(folder, engine, attachments, seen)
        with engine.connect() as db:
            broken = verify.broken(db)
        engine.dispose()
        if broken:
            raise BadSetting("bad.chain_broken", case=broken[0][0], seq=broken[0][1])
        for path in manifest.files:
            ring.open_bytes(attachments.get(path), PLACE)
    return manifest
