"""The bytes of attachments: sealed files in a folder, a row each in the database."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from petitions.errors import FileGone
from petitions.message import FileRef
from petitions.ports import Clock
from storage.database import Database
from storage.records import Records

PLACE = "vault"
AT_REST = timedelta(days=1)
"""How old a file must be before it can be taken for one that nobody needs."""


class FolderVault:
    """Attachments in a folder (`petitions.ports.Vault`)."""

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        folder.mkdir(parents=True, exist_ok=True)

    async def keep(self, content: bytes, name: str, mime: str) -> FileRef:
        """Store a file for good before returning: temporary file, fsync, rename, row."""
        path = await asyncio.to_thread(self._put, content)
        name = name.replace("\\", "/").rsplit("/", 1)[-1].strip()[:120] or "file"

        def add(connection: Connection) -> FileRef:
            book = Records(connection, self._database.ring)
            return book.add_file(path, name, mime, len(content), self._clock.now())

        return await self._database.write(add)

    def _put(self, content: bytes) -> str:
        return put_sealed(self._folder, self._database.ring.seal_bytes(content, PLACE))

    async def read(self, file_id: int) -> bytes:
        """The content again. Raises FileGone when it isn't there."""
        path = await self._database.read(
            lambda c: Records(c, self._database.ring).file_path(file_id)
        )
        try:
            sealed = await asyncio.to_thread((self._folder / path).read_bytes)
        except OSError:
            raise FileGone("bad.file_gone") from None
        return self._database.ring.open_bytes(sealed, PLACE)

    async def sweep(self) -> int:
        """Let go of files nobody needs any more, a day after they came; gives how many.

        The rows go first: bytes without a row are found by the next round, one twenty-fourth
        of the folders each hour.
        """
        now = self._clock.now()
        paths = await self._database.write(
            lambda c: Records(c, self._database.ring).drop_orphans(now - AT_REST)
        )
        await asyncio.to_thread(self._unlink, paths)
        count = len(paths)
        for number in range(now.hour, 256, 24):
            count += await self._sweep_folder(f"{number:02x}")
        return count

    async def _sweep_folder(self, name: str) -> int:
        """Remove bytes that no row knows: a process stopped between the two."""
        old = await asyncio.to_thread(self._old_files, name)
        if not old:
            return 0
        known = await self._database.read(
            lambda c: Records(c, self._database.ring).known_paths(name)
        )
        lost = [path for path in old if path not in known]
        await asyncio.to_thread(self._unlink, lost)
        return len(lost)

    def _old_files(self, name: str) -> list[str]:
        # The machine's own clock, which also stamped the files: the demo's may run ahead.
        limit = time.time() - AT_REST.total_seconds()
        folder = self._folder / name
        if not folder.is_dir():
            return []
        return [f"{name}/{f.name}" for f in folder.iterdir() if f.stat().st_mtime < limit]

    def _unlink(self, paths: Sequence[str]) -> None:
        for path in paths:
            (self._folder / path).unlink(missing_ok=True)

    async def ref(self, file_id: int) -> FileRef:
        """What is known of a file. Raises FileGone."""
        return await self._database.read(
            lambda c: Records(c, self._database.ring).file_ref(file_id)
        )


def put_sealed(vault: Path, sealed: bytes) -> str:
    """Bytes into a new file for good: written, on the disk, renamed, and the name on the disk too;
    gives where they lie."""
    name = secrets.token_hex(16)
    folder = vault / name[:2]
    folder.mkdir(exist_ok=True)
    temporary = folder / f".{name}"
    with temporary.open("wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(folder / name)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return f"{name[:2]}/{name}"
