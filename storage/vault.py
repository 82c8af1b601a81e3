"""The bytes of attachments: sealed files in a folder, a row each in the database."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path

from sqlalchemy import Connection

from petitions.errors import FileGone
from petitions.message import FileRef
from petitions.ports import Clock
from storage.database import Database
from storage.records import Records

_PLACE = "vault"


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
        name = secrets.token_hex(16)
        folder = self._folder / name[:2]
        folder.mkdir(exist_ok=True)
        sealed = self._database.ring.seal_bytes(content, _PLACE)
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

    async def read(self, file_id: int) -> bytes:
        """The content again. Raises FileGone when it isn't there."""
        path = await self._database.read(
            lambda c: Records(c, self._database.ring).file_path(file_id)
        )
        try:
            sealed = await asyncio.to_thread((self._folder / path).read_bytes)
        except OSError:
            raise FileGone("bad.file_gone") from None
        return self._database.ring.open_bytes(sealed, _PLACE)

    async def ref(self, file_id: int) -> FileRef:
        """What is known of a file. Raises FileGone."""
        return await self._database.read(
            lambda c: Records(c, self._database.ring).file_ref(file_id)
        )
