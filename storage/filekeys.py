"""Files that an older program kept under the office's key get a key of their own, beside the work
of the office: killed, it goes on with what is left.

Their bytes are sealed anew once, and never again: a case that gets a file, or a new key of the
office, wraps the file's key alone.
"""

from __future__ import annotations

from asyncio import to_thread
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Connection, Row, exists, func, select, update

from petitions.errors import BadSetting, FileGone, StoreAway
from storage import stamps
from storage.database import Database
from storage.records import Records
from storage.records.base import new_key
from storage.seal import KeyRing
from storage.store import Store, fresh
from storage.tables import FILE, FILE_KEY
from storage.vault import open_file, seal_file

log = structlog.get_logger()

HAS_NONE = ~exists().where(FILE_KEY.c.file == FILE.c.id)
"""It was kept by an older program, or …"""
ERASED = func.length(FILE.c.name) == 0
"""… its case was erased: then it has no name either, and the sweep takes it."""
_OLDER = select(FILE).where(HAS_NONE).order_by(FILE.c.id).limit(1)


class Sealed(NamedTuple):
    """Where a file's bytes lie now, and what opens them."""

    path: str
    key: bytes


def older(db: Connection, after: int) -> Row[Any] | None:
    """The next file without a key of its own."""
    return db.execute(_OLDER.where(FILE.c.id > after)).first()


def sealed_anew(ring: KeyRing, store: Store, file: Row[Any]) -> Sealed:
    """Put a file's bytes under a new name and a key of their own. Raises FileGone, BadSetting,
    StoreAway."""
    before = store.get(file.path)
    if not file.name:
        raise FileGone("bad.file_gone")
    content = open_file(ring, b"", file.path, before)
    new = Sealed(fresh(), new_key())
    store.put(new.path, seal_file(ring, new.key, new.path, content))
    store.put(file.path, before)  # a day more: whoever reads or backs up now finds it there
    return new


def give(db: Connection, ring: KeyRing, file: Row[Any], new: Sealed) -> None:
    """Note it in the rows, unless the file is gone or another process was first: then the sweep
    finds the new bytes."""
    book = Records(db, ring)
    here = (FILE.c.id == file.id) & (FILE.c.path == file.path)
    now = db.execute(select(FILE).where(here)).first()
    if now is None or not stamps.genuine(ring, "file", now):
        return
    if not book.wrap_first(file.id, new.key):
        return
    stamps.change(db, ring, "file", here, path=new.path)
    try:
        name = book.seal_again("file", "name", file) if file.name else b""
    except BadSetting:  # it is named where everything is sealed again
        return
    db.execute(update(FILE).where(FILE.c.id == file.id).values(name=name))


class FileBinder:
    """Gives files keys of their own, one after the other (`petitions.telling.ports.Steps`)."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._store = store
        self._after = 0

    async def step(self) -> int:
        """One file; 0 when none is left, or the store is away."""
        file = await self._database.read(older, self._after)
        if file is None:
            return 0
        ring = self._database.ring
        try:
            new = await to_thread(sealed_anew, ring, self._store, file)
            await self._database.write(give, ring, file, new)
        except StoreAway:
            return 0
        except BadSetting:
            log.error("vault.corrupt", file=file.id)
        except FileGone:
            pass  # erased, or the vault says so when it is asked for
        self._after = file.id
        return 1
