"""Backups while the office runs, and proof that they can be brought back.

A backup is a folder: the database as a file of SQLite (whatever database the office uses), the
attachments as they lie (sealed), and `backup.json` with every count and check sum, written last.
The keys aren't in it: without them nothing that people wrote can be read, and nobody can make the
keyed hash that `backup.json` ends with.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from petitions.errors import BadSetting, FileGone
from storage import addresses, copying, mark, rotate, verify
from storage.copying import BATCH, CheckSums
from storage.database import Database, make_engine, pieces, sqlite_at
from storage.migrate import check_schema, current, head
from storage.own import make_folder, shut
from storage.records import Records
from storage.rotate import sealed_with
from storage.seal import LEVEL, KeyRing
from storage.store import PATH, Astray, FolderStore, Store, shown
from storage.tables import METADATA
from storage.vault import open_file

FILE = METADATA.tables["file"]
DATABASE, ATTACHMENTS, MANIFEST = "petitions.sqlite3", "attachments", "backup.json"
EachDone = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The list of everything that a backup holds."""

    made_at: str
    schema: str
    tables: CheckSums
    files: dict[str, str]
    """Path of each attachment → check sum of its sealed bytes."""
    missing: tuple[str, ...] = ()
    """Attachments that weren't there when the backup was made."""
    database: str = ""
    """Check sum of the database's file, which holds whatever program reads it; empty: made by an
    older program."""
    seal: str = ""
    """The keyed hash of all of this; empty: made by an older program, and can't be checked."""
    refused: tuple[str, ...] = ()
    """Rows whose path is none of an attachment, as they are shown: nothing was read there."""
    rows: int = 0
    """Every row was bound to its place and stamped when it was made."""

    @property
    def within(self) -> dict[str, str]:
        """The files that lie in the backup; an older program may have listed others."""
        return {path: digest for path, digest in self.files.items() if PATH.fullmatch(path)}

    @property
    def astray(self) -> tuple[str, ...]:
        """The rows that were refused when it was made, and the paths refused of those it lists."""
        return *self.refused, *(shown(path) for path in self.files.keys() - self.within.keys())

    def sealed(self, ring: KeyRing) -> Manifest:
        """The same with its seal."""
        return replace(self, seal=ring.hash_code(self._said).hex())

    def is_genuine(self, ring: KeyRing) -> bool:
        """Whether its seal is by this office, by the pepper of now or of then."""
        by = [ring.hash_code(self._said), *ring.hashed_before(self._said, date.min)]
        return sum(hmac.compare_digest(self.seal.encode(), one.hex().encode()) for one in by) > 0

    @property
    def _said(self) -> bytes:
        said = {name: value for name, value in asdict(self).items() if name != "seal"}
        if not self.refused:  # as older programs made it
            del said["refused"]
        if not self.rows:  # so older programs said it
            del said["rows"]
        return b"backup:" + json.dumps(said, sort_keys=True).encode()


def make(
    database: Database,
    attachments: Store,
    folder: Path,
    now: datetime,
    seen: EachDone = lambda: None,
) -> Manifest:
    """Write a backup into a new or empty folder, while the office runs. Raises BadSetting,
    StoreAway."""
    if folder.exists() and any(folder.iterdir()):
        raise BadSetting("bad.backup_folder", folder=folder)
    make_folder(folder)
    shut([folder])
    target = folder / DATABASE
    if database.is_sqlite:
        _snapshot(database.engine, target)
    else:
        _into_file(database, target, seen)
    held = make_engine(sqlite_at(target))
    with held.begin() as db:
        files, missing, refused = _files(
            db, database, attachments, FolderStore(folder / ATTACHMENTS)
        )
        tables = copying.sums(db, seen)
    schema = current(held) or ""
    held.dispose()
    _tidy(target)
    whole, rows = _digest(target), database.ring.level
    manifest = Manifest(
        now.isoformat(), schema, tables, files, missing, whole, refused=refused, rows=rows
    )  # fmt: skip
    manifest = manifest.sealed(database.ring)
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    return manifest


def _files(
    copy: Connection, database: Database, attachments: Store, beside: Store
) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """Put every attachment that the copy names beside it; gives their check sums, those that aren't
    there, and the rows that name what is no attachment."""
    files, missing, refused = {}, [], []
    for id, path in copy.execute(select(FILE.c.id, FILE.c.path).order_by(FILE.c.id)).all():
        try:
            sealed = attachments.get(path)
        except Astray:
            refused.append(f"{id}: {shown(path)}")
            continue
        except FileGone:
            if database.read_now(_is_there, id):  # else it was let go of since
                missing.append(path)
            continue
        beside.put(path, sealed)
        files[path] = sha256(sealed).hexdigest()
    return files, tuple(missing), tuple(refused)


def _is_there(db: Connection, id: int) -> bool:
    return db.execute(select(FILE.c.id).where(FILE.c.id == id)).first() is not None


def _snapshot(engine: Engine, target: Path) -> None:
    """SQLite's own online backup: writers go on meanwhile. In one step, since it begins anew
    whenever somebody has written between two of them."""
    connection = engine.raw_connection()
    try:
        source = connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        with sqlite3.connect(target) as copy:
            source.backup(copy, pages=-1)
        copy.close()
    finally:
        connection.close()


def _into_file(database: Database, target: Path, seen: EachDone) -> None:
    """PostgreSQL as it was at one moment, into a file of SQLite."""
    held = make_engine(sqlite_at(target))
    check_schema(held)
    with held.begin() as copy:
        database.still_now(copying.copy, copy, seen)
    held.dispose()


def _tidy(target: Path) -> None:
    """One file, without the journal beside it."""
    with sqlite3.connect(target) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA journal_mode = DELETE")
    db.close()


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises BadSetting when it isn't one, or wasn't finished."""
    try:
        raw = json.loads((folder / MANIFEST).read_text("utf-8"))
        tables = {name: (int(n), str(digest)) for name, (n, digest) in raw["tables"].items()}
        files = {str(path): str(digest) for path, digest in raw["files"].items()}
        missing = tuple(str(path) for path in raw["missing"])
        refused = tuple(str(row) for row in raw.get("refused", ()))
        return Manifest(str(raw["made_at"]), str(raw["schema"]), tables, files, missing,
                        str(raw.get("database", "")), str(raw.get("seal", "")),
                        refused, raw.get("rows") or 0)  # fmt: skip
    except (
        OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError,
    ) as error:  # fmt: skip
        raise BadSetting("bad.no_backup", folder=folder, why=error) from None


def _proved(folder: Path, manifest: Manifest, copy: Engine) -> None:
    """Hold a backup, and an engine on a copy of its database, against its own sums. Raises
    BadSetting naming what differs."""
    if manifest.database and manifest.database != _digest(folder / DATABASE):
        raise BadSetting("bad.backup_broken", what=DATABASE)
    if current(copy) != manifest.schema:
        raise BadSetting("bad.backup_broken", what=DATABASE)
    with copy.connect() as db:
        if manifest.schema == head():
            copying.compare(manifest.tables, copying.sums(db))
        else:  # it has other columns: its sums can't be made again, its rows can be counted
            copying.compare_counts(manifest.tables, db)
    attachments = FolderStore(folder / ATTACHMENTS)
    for path, digest in manifest.within.items():
        with suppress(FileGone):
            if sha256(attachments.get(path)).hexdigest() == digest:
                continue
        raise BadSetting("bad.backup_broken", what=f"{ATTACHMENTS}/{path}")


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def genuine(manifest: Manifest, ring: KeyRing) -> None:
    """Raises BadSetting where somebody without the keys has written backup.json. An older program's
    has no seal: that is for the caller to say."""
    if manifest.seal and not manifest.is_genuine(ring):
        raise BadSetting("bad.backup_seal")


def restore(
    folder: Path, engine: Engine, attachments: Store, ring: KeyRing, seen: EachDone = lambda: None
) -> tuple[Manifest, Counter[int]]:
    """Bring a backup back into an empty place. Raises BadSetting: not empty, broken, of other keys,
    or made by a newer program; StoreAway. Then nothing was changed. Gives how many values and
    attachments are of keys the ring hasn't, too."""
    manifest = read(folder)
    with _opened(folder, manifest, ring) as source:
        kept = FolderStore(folder / ATTACHMENTS)
        held = sealed_with(source, kept)
        if not attachments.empty():
            raise BadSetting("bad.restore_place", place=attachments)
        placed: list[str] = []
        try:
            for path in manifest.within:
                attachments.put(path, kept.get(path))
                placed.append(path)
            _restore_tables(source, engine, seen)
        except BaseException:
            attachments.delete(placed)
            raise
    return manifest, Counter({id: n for id, n in held.items() if id not in ring.known})


@contextmanager
def _opened(folder: Path, manifest: Manifest, ring: KeyRing) -> Iterator[Connection]:
    """The backup's database, once it is proved; a copy of it, since opening it would change its
    file: an older one is brought up to date. Raises BadSetting."""
    if not (folder / DATABASE).is_file():
        raise BadSetting("bad.backup_broken", what=DATABASE)
    with tempfile.TemporaryDirectory() as beside:
        copy = Path(beside) / DATABASE
        shutil.copyfile(folder / DATABASE, copy)
        engine = make_engine(sqlite_at(copy))
        try:
            _proved(folder, manifest, engine)
            check_schema(engine)
            _bind(engine, ring, manifest)
            with engine.connect() as source:
                yield source
        finally:
            engine.dispose()


def _bind(engine: Engine, ring: KeyRing, manifest: Manifest) -> None:
    """The rows that an older program kept, as they are kept now."""
    with engine.connect() as db:
        mark.fits(db, ring)
    genuine(manifest, ring)
    if manifest.rows < LEVEL:
        addresses.seal(engine, ring.lenient())
        rotate.bind(engine, ring)


def _restore_tables(source: Connection, engine: Engine, seen: EachDone) -> None:
    check_schema(engine)
    with engine.begin() as target:
        if not copying.is_empty(target):
            raise BadSetting("bad.restore_place", place=engine.url.database)
        copying.replace(source, target, seen)


def drill(folder: Path, ring: KeyRing, seen: EachDone = lambda: None) -> tuple[Manifest, list[str]]:
    """Prove a backup: bring it back beside, hold every chain, every word against it, and open every
    attachment with the keys, then throw it away. Gives the attachments that don't open: they were
    damaged already when it was made. Raises BadSetting naming what else is wrong."""
    with tempfile.TemporaryDirectory() as beside:
        engine = make_engine(sqlite_at(Path(beside) / "drill" / DATABASE))
        attachments = FolderStore(Path(beside) / ATTACHMENTS)
        manifest, lost = restore(folder, engine, attachments, ring, seen)
        if lost:
            raise BadSetting("restore.lost", **lacking(lost))
        with engine.connect() as db:
            wrong = verify.broken(db, ring)
            keys = _keys(db, ring)
        engine.dispose()
        if wrong:
            raise BadSetting(wrong[0].sentence, **wrong[0].said)
        damaged = [
            path for path in manifest.within
            if not _opens(ring, keys.get(path, b""), path, attachments)
        ]  # fmt: skip
    return manifest, damaged


def _keys(db: Connection, ring: KeyRing) -> dict[str, bytes]:
    """The key of each file, by where its bytes lie."""
    rows, book = db.execute(select(FILE.c.id, FILE.c.path)).all(), Records(db, ring)
    for some in pieces(rows, BATCH):
        book.hold_file_keys([row.id for row in some])
    found = {}
    for row in rows:
        with suppress(BadSetting):
            found[row.path] = book.file_key(row.id)
    return found


def _opens(ring: KeyRing, key: bytes, path: str, attachments: Store) -> bool:
    try:
        open_file(ring, key, path, attachments.get(path))
    except BadSetting:
        return False
    return True


def lacking(lost: Counter[int]) -> dict[str, object]:
    """How much of it is of which keys, for a sentence."""
    return {"count": lost.total(), "keys": ", ".join(map(str, sorted(lost)))}
