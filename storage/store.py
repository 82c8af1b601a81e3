"""Where sealed bytes lie: a folder, or a bucket of an S3-compatible store."""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import structlog

from petitions.errors import FileGone, StoreAway
from storage.own import make_folder

log = structlog.get_logger()

S3 = "s3://"
PATH = re.compile(r"[0-9a-f]{2}/\.?[0-9a-f]{32}")
"""The form of a path in a store: never a name that somebody gave. With a dot: of a process that
was stopped while it wrote."""
LOGGED = 100
"""Characters of a path that is refused which are said of it."""


class Astray(FileGone):
    """A row, or a list, names what is no place of the store."""


def inside(path: object) -> str:
    """The one door of every store: a path out of a row as a place of it. Raises Astray for all
    else: whoever can write a row must not have another file read, copied or deleted by it."""
    if isinstance(path, str) and PATH.fullmatch(path):
        return path
    raise astray(path)


def is_inside(path: object) -> bool:
    """Whether a path is one of a store; the log names one that isn't."""
    with suppress(Astray):
        return bool(inside(path))
    return False


def astray(path: object) -> Astray:
    """The error to raise for a path that leads elsewhere; the log names it."""
    log.error("vault.astray", path=shown(path))
    return Astray("bad.file_gone")


def shown(path: object) -> str:
    """Whatever stands for a path, fit to be printed."""
    return ascii(path)[:LOGGED]


class Store(Protocol):
    """Plain functions, for threads. All raise StoreAway when the place doesn't answer or has no
    room, and Astray for a path that is none of it (`inside`); `str()` names the place."""

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
        """Let go of bytes; those that aren't there are gone already, and what is no place of the
        store stays where it is."""
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


def each(paths: Sequence[str], let_go: Callable[[str], None]) -> None:
    """Let go of one after the other: one that leads astray holds up no other."""
    for path in paths:
        with suppress(FileGone):
            let_go(path)


class FolderStore:
    """Bytes as files, in 256 folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __str__(self) -> str:
        return str(self._folder)

    def put(self, path: str, sealed: bytes) -> None:
        """Temporary file, fsync, rename, and the name on the disk too."""
        with _spoken(path), self._at(path, make=True) as (folder, name):
            temporary = f".{name}"
            try:
                with os.fdopen(_open(temporary, folder, NEW), "wb") as file:
                    file.write(sealed)
                    file.flush()
                    os.fsync(file.fileno())
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                with suppress(FileNotFoundError):
                    os.unlink(temporary, dir_fd=folder)
                raise
            os.fsync(folder)

    @contextmanager
    def _at(self, path: str, make: bool = False) -> Iterator[tuple[int, str]]:
        """The folder in which a path lies, open, and the name in it: whatever is done there follows
        no link that leads out."""
        above, name = inside(path).split("/")
        if make:
            make_folder(self._folder / above)
        with self._opened(above) as folder:
            yield folder, name

    @contextmanager
    def _opened(self, folder: str) -> Iterator[int]:
        handle = _open(str(self._folder / folder))
        try:
            yield handle
        finally:
            os.close(handle)

    def get(self, path: str) -> bytes:
        """The whole file."""
        return self._read(path, -1)

    def first(self, path: str) -> bytes:
        """One byte of it."""
        return self._read(path, 1)

    def _read(self, path: str, size: int) -> bytes:
        with (
            _spoken(path),
            self._at(path) as (folder, name),
            os.fdopen(_open(name, folder), "rb") as file,
        ):
            return file.read(size)

    def delete(self, paths: Sequence[str]) -> None:
        """One by one."""
        each(paths, self._delete)

    def _delete(self, path: str) -> None:
        with _spoken(path), self._at(path) as (folder, name):
            os.unlink(name, dir_fd=folder)

    def old(self, folder: str, age: timedelta) -> list[str]:
        """By the machine's own clock, which also stamped the files: the demo's may run ahead."""
        limit = time.time() - age.total_seconds()
        try:
            with _spoken(folder), self._opened(folder) as handle, os.scandir(handle) as held:
                files = [f for f in held if f.is_file(follow_symlinks=False)]
                old = [f"{folder}/{f.name}" for f in files if f.stat().st_mtime < limit]
        except FileGone:
            return []  # nothing was ever kept there, or another process sweeps, too
        return [path for path in old if PATH.fullmatch(path)]

    def empty(self) -> bool:
        """Folders alone count for nothing."""
        return not any(path.is_file() for path in self._folder.rglob("*"))


NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
ELSEWHERE = (errno.ELOOP, errno.EISDIR)
"""A link stands where a file or a folder should, or a folder where a file should."""


def _open(name: str, folder: int | None = None, how: int = os.O_RDONLY) -> int:
    """Open without following a link, and without waiting for a pipe; a new one is its owner's."""
    return os.open(name, how | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600, dir_fd=folder)


@contextmanager
def _spoken(path: str) -> Iterator[None]:
    """The system's errors as ours."""
    try:
        yield
    except FileNotFoundError:
        raise FileGone("bad.file_gone") from None
    except OSError as error:
        if error.errno in ELSEWHERE:
            raise astray(path) from None
        raise away(error.strerror or type(error).__name__) from None
