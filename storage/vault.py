"""Attachments: sealed bytes in a store, a row each in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection

from files import traces
from files.endings import named
from petitions.errors import BadAnswer, BadSetting, FileGone, StoreAway
from petitions.message import FileRef
from petitions.telling.ports import Timepiece
from petitions.values.checks import file_name
from petitions.values.steady import Steady
from storage.database import Database
from storage.disk import Disk
from storage.records import Records
from storage.records.base import new_key
from storage.scanner import Scanner
from storage.seal import KeyRing
from storage.store import Store, fresh

log = structlog.get_logger()

PLACE = "vault"
"""The place that attachments were bound to before their path was."""
AT_REST = timedelta(days=1)
"""How old a file must be before it can be taken for one that nobody needs."""
A_DAY = 1000
"""MB that one chat may send in a day, where the settings don't say it."""
OF_AN_ADDRESS = 10_000
"""MB that may come from one network address in a day, where the settings don't say it."""
DAY = timedelta(days=1).total_seconds()
MB = 1024 * 1024
CHECKS = 4
"""Files that are looked at by a virus scanner at once: a slow one holds up nothing that is read."""
THREADS = 8
"""Threads of its own: a slow store holds up nothing but files."""

P = ParamSpec("P")
T = TypeVar("T")


def seal_file(ring: KeyRing, key: bytes, path: str, content: bytes) -> bytes:
    """An attachment's bytes, sealed with its own key and bound to where they will lie: they open
    nowhere else."""
    return ring.seal_bytes(content, f"{PLACE}:{path}", key)


def open_file(ring: KeyRing, key: bytes, path: str, sealed: bytes) -> bytes:
    """The content again. `key`: the file's own; empty: an older program kept it. Raises BadSetting
    when it isn't what was put there."""
    try:
        return ring.open_bytes(sealed, f"{PLACE}:{path}", key)
    except BadSetting:
        if key:
            raise
        return ring.open_bytes(sealed, PLACE)  # kept before, and no key changed since


def open_pieces(ring: KeyRing, key: bytes, path: str, sealed: bytes) -> Iterator[bytes]:
    """The same piece by piece. Raises BadSetting before the first."""
    try:
        return ring.open_pieces(sealed, f"{PLACE}:{path}", key)
    except BadSetting:
        if key:
            raise
        return ring.open_pieces(sealed, PLACE)


class SealedVault:
    """Attachments over a store (`petitions.telling.ports.Vault`)."""

    def __init__(
        self, database: Database, store: Store, clock: Timepiece, a_day: int = A_DAY,
        of_an_address: int = OF_AN_ADDRESS, disk: Disk | None = None,
        scanner: Scanner | None = None,
    ) -> None:  # fmt: skip
        """`a_day`, `of_an_address`: MB that one chat, all chats of one network address may send
        in a day, through this process."""
        self._database = database
        self._store = store
        self._clock = clock
        self._sent = Steady(a_day * MB, DAY)
        self._came = Steady(of_an_address * MB, DAY)
        self._disk = disk or Disk(())
        self._scanner = scanner or Scanner("")
        self._checking = ThreadPoolExecutor(CHECKS, "scanner")
        self._threads = ThreadPoolExecutor(THREADS, "vault")

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*args, **kwargs))

    async def reachable(self) -> bool:
        """Whether the store answers; where it doesn't, the log says why."""
        try:
            await self._run(self._store.empty)
        except StoreAway:
            return False
        return True

    async def has_room(self, much: int = 0) -> bool:
        """Whether so many bytes may be kept of what people send; else only text is taken."""
        return await self._run(self._disk.has_room, much)

    async def scanner_answers(self) -> bool:
        """Whether the virus scanner is there; without it no files are taken. True without one."""
        return await self._in_checking(self._scanner.answers)

    async def _in_checking(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._checking, lambda: work(*args, **kwargs))

    async def _must_have_room(self, sent: int, sender: str, address: str, now: float) -> None:
        """Raises BadAnswer."""
        if not await self.has_room(sent):
            log.error("vault.disk_floor")
            raise BadAnswer("bad.disk_floor")
        if self._sent.wait(sender, now, sent, asks=True):
            log.warning("vault.too_much")
            raise BadAnswer("bad.files_today")
        if address and self._came.wait(address, now, sent, asks=True):
            log.warning("vault.too_much_of_an_address")
            raise BadAnswer("bad.files_here")

    async def keep(
        self, content: bytes, name: str, mime: str, sender: str = "", address: str = "",
        cases: Collection[int] = (),
    ) -> FileRef:  # fmt: skip
        """Store a file for good, without its traces; then its row. Raises StoreAway, BadAnswer
        when there is no room, or too much was sent in a day."""
        sent, now = len(content), self._clock.now().timestamp()
        if sender:
            await self._must_have_room(sent, sender, address, now)
            await self._in_checking(self._scanner.check, content)
        path, key, size = await self._run(self._put, content)

        called = named(file_name(name), mime) if sender else file_name(name)

        def add(connection: Connection) -> FileRef:
            book = Records(connection, self._database.ring)
            ref = book.add_file(path, called, mime, size, self._clock.now(), key)
            for case in cases:
                book.give_file(case, ref.id)
            return ref

        ref = await self._database.write(add)
        if sender:  # only now: what isn't kept is sent again
            self._sent.wait(sender, now, sent)
        if sender and address:
            self._came.wait(address, now, sent)
        return ref

    def _put(self, content: bytes) -> tuple[str, bytes, int]:
        content = traces.without(content)
        path, key = fresh(), new_key()
        self._store.put(path, seal_file(self._database.ring, key, path, content))
        return path, key, len(content)

    async def read(self, file_id: int) -> bytes:
        """The content again. Raises FileGone when it isn't there or isn't what was stored,
        StoreAway."""
        return await self._opened(file_id, open_file)

    async def pieces(self, file_id: int) -> Iterator[bytes]:
        """The same piece by piece, for a thread: in memory lie no more than the sealed bytes.
        Raises as `read`, before the first piece."""
        return await self._opened(file_id, open_pieces)

    async def _opened(self, file_id: int, opened: Callable[[KeyRing, bytes, str, bytes], T]) -> T:
        ring = self._database.ring
        try:
            path, key = await self._database.read(lambda c: Records(c, ring).file_place(file_id))
            return await self._run(lambda: opened(ring, key, path, self._store.get(path)))
        except FileGone:
            log.error("vault.missing", file=file_id)
            raise
        except BadSetting:
            log.error("vault.corrupt", file=file_id)
            raise FileGone("bad.file_gone") from None

    async def check(self, file_id: int) -> None:
        """Whether the content could be read now. Raises FileGone, StoreAway."""
        await self.read(file_id)

    async def sweep(self) -> int:
        """Let go of files nobody needs any more, a day after they came; gives how many.

        The rows go first: bytes without a row are found by the next round, one twenty-fourth
        of the folders each hour. A store that is away is swept another time.
        """
        now = self._clock.now()
        paths = await self._database.write(
            lambda c: Records(c, self._database.ring).drop_orphans(now - AT_REST)
        )
        try:
            await self._run(self._store.delete, paths)
            count = len(paths)
            for number in range(now.hour, 256, 24):
                count += await self._sweep_folder(f"{number:02x}")
        except StoreAway:
            return 0
        return count

    async def _sweep_folder(self, name: str) -> int:
        """Remove bytes that no row knows: a process stopped between the two."""
        old = await self._run(self._store.old, name, AT_REST)
        if not old:
            return 0
        known = await self._database.read(
            lambda c: Records(c, self._database.ring).known_paths(name)
        )
        lost = [path for path in old if path not in known]
        await self._run(self._store.delete, lost)
        return len(lost)

    async def ref(self, file_id: int) -> FileRef:
        """The facts that are known of a file. Raises FileGone."""
        return await self._database.read(
            lambda c: Records(c, self._database.ring).file_ref(file_id)
        )
