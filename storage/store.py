"""Where sealed bytes lie: a folder, or a bucket of an S3-compatible store."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import structlog

from petitions.errors import BadSetting, FileGone, StoreAway

log = structlog.get_logger()

S3 = "s3://"
PATH = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
"""What a path in a store looks like: never a name that somebody gave."""


class Store(Protocol):
    """Plain functions, for threads. All raise StoreAway when the place doesn't answer or has no
    room; `str()` names the place."""

    def put(self, path: str, sealed: bytes) -> None:
        """Keep bytes for good before returning: wholly there or not at all."""
        ...

    def get(self, path: str) -> bytes:
        """The bytes again. Raises FileGone when they aren't there."""
        ...

    def first(self, path: str) -> bytes:
        """The first byte: which key has sealed it. Raises FileGone."""
        ...

    def delete(self, paths: Sequence[str]) -> None:
        """Let go of bytes; those that aren't there are gone already."""
        ...

    def old(self, folder: str, age: timedelta) -> list[str]:
        """Paths in one folder (two hex digits) that have lain there so long."""
        ...

    def empty(self) -> bool:
        """Whether nothing lies there."""
        ...


def fresh() -> str:
    """A path that nothing has."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"


def away(why: str) -> StoreAway:
    """The error to raise where the place fails; the log says why."""
    log.error("vault.away", why=why)
    return StoreAway("bad.store_away")


def open_store(place: str, endpoint: str = "", region: str = "") -> Store:
    """The store of a setting: a folder, or `s3://bucket/prefix`. Raises BadSetting."""
    if not place.startswith(S3):
        return FolderStore(Path(place))
    try:
        from storage.s3 import S3Store  # its library takes a quarter of a second to load
    except ModuleNotFoundError:
        raise BadSetting("bad.s3_extra") from None
    return S3Store(place, endpoint, region)


class FolderStore:
    """Bytes as files, in 256 folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __str__(self) -> str:
        return str(self._folder)

    def put(self, path: str, sealed: bytes) -> None:
        """Temporary file, fsync, rename, and the name on the disk too."""
        try:
            self._put(self._folder / path, sealed)
        except OSError as error:
            raise away(_why(error)) from None

    def _put(self, place: Path, sealed: bytes) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_name(f".{place.name}")
        try:
            with temporary.open("wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(place)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        handle = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def get(self, path: str) -> bytes:
        """The whole file."""
        return self._read(path, -1)

    def first(self, path: str) -> bytes:
        """One byte of it."""
        return self._read(path, 1)

    def _read(self, path: str, size: int) -> bytes:
        try:
            with (self._folder / path).open("rb") as file:
                return file.read(size)
        except FileNotFoundError:
            raise FileGone("bad.file_gone") from None
        except OSError as error:
            raise away(_why(error)) from None

    def delete(self, paths: Sequence[str]) -> None:
        """One by one."""
        try:
            for path in paths:
                (self._folder / path).unlink(missing_ok=True)
        except OSError as error:
            raise away(_why(error)) from None

    def old(self, folder: str, age: timedelta) -> list[str]:
        """By the machine's own clock, which also stamped the files: the demo's may run ahead."""
        limit = time.time() - age.total_seconds()
        try:
            with os.scandir(self._folder / folder) as held:
                return [f"{folder}/{f.name}" for f in held if f.stat().st_mtime < limit]
        except FileNotFoundError:
            return []  # nothing was ever kept there, or another process sweeps, too
        except OSError as error:
            raise away(_why(error)) from None

    def empty(self) -> bool:
        """Folders alone count for nothing."""
        return not any(path.is_file() for path in self._folder.rglob("*"))


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
