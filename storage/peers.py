"""The processes of one office: who lives, who leads, and what one tells the others.

By advisory locks and NOTIFY over a connection of its own on PostgreSQL, by locked files beside the
database on SQLite. The server, or the operating system, lets go of a lock when its process dies, so
no clock decides who is alive.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Protocol
from zlib import crc32

import filelock
import psycopg
import structlog
from psycopg import sql
from sqlalchemy import Connection, Engine, func, select, text

from petitions.telling.ports import OutOfReach
from storage import own

log = structlog.get_logger()

LIVES, LEADS = 0x70657401, 0x70657402
"""Classes of advisory locks: a process lives; a process leads in a role."""
CHANNEL = "petition"
LOOK = 1.0
"""Seconds between two looks whether a role has become free."""
SILENCE = 10
"""Seconds of a silent network after which each side asks whether the other is still there."""
ASKED = 3
"""How often it asks, so far apart, before it takes the other for gone."""
ANSWERS = 10
"""Seconds until a server that doesn't answer counts as gone, and the locks with it: far fewer than
it waits itself before it hands them to another, or there would be two who lead."""

_LIVING = text(
    "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :lives"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Peers(Protocol):
    """This process among the others of its office."""

    me: int
    """This process; another number after each start."""
    hears: bool
    """Whether all that is written is heard at once: others tell, or there are no others."""

    async def start(self) -> None:
        """Live: from now on the others see this process. Raises OutOfReach."""
        ...

    async def stop(self) -> None:
        """Let go of everything."""
        ...

    def leads(self, role: str) -> bool:
        """Whether this process is the one in a role; asking makes it a candidate."""
        ...

    def living(self, db: Connection) -> Collection[int]:
        """Every process that lives."""
        ...


class PostgresPeers:
    """Processes that share a PostgreSQL database."""

    def __init__(self, engine: Engine) -> None:
        self.me = 1 + secrets.randbelow(2**31 - 1)
        self.hears = False
        self.heard: Callable[[str], None] = lambda told: None
        """Called with whatever a process told in a transaction that was committed."""
        url = engine.url.set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._wanted: set[str] = set()
        self._leads: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        try:
            connection = await self._connect()
        except (psycopg.Error, OSError) as error:
            raise OutOfReach(type(error).__name__) from None
        self._task = asyncio.create_task(self._run(connection))

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._lost()

    def leads(self, role: str) -> bool:
        self._wanted.add(role)
        return role in self._leads

    def living(self, db: Connection) -> Collection[int]:
        return db.execute(_LIVING, {"lives": LIVES}).scalars().all()

    async def _connect(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        name = f"petition-bot {os.getpid()}"  # as operators see it in pg_stat_activity
        connection = await psycopg.AsyncConnection.connect(
            self._address, autocommit=True, application_name=name, connect_timeout=SILENCE,
            keepalives_idle=SILENCE, keepalives_interval=SILENCE, keepalives_count=ASKED,
            tcp_user_timeout=SILENCE * 1000,
        )  # fmt: skip
        with _in_time(connection):
            for name, value in (("idle", SILENCE), ("interval", SILENCE), ("count", ASKED)):
                await connection.execute(
                    sql.SQL("SET {} = {}").format(sql.Identifier(f"tcp_keepalives_{name}"), value)
                )
            await connection.execute("SELECT pg_advisory_lock(%s, %s)", (LIVES, self.me))
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            await self._stand(connection)
        self.hears = True
        return connection

    async def _run(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        while True:
            try:
                async with connection:
                    await self._live(connection)
            except (psycopg.Error, OSError) as error:
                log.warning("peers.lost", error=type(error).__name__)
            self._lost()
            connection = await self._again()

    async def _again(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        while True:
            await asyncio.sleep(LOOK)
            with contextlib.suppress(psycopg.Error, OSError):
                return await self._connect()

    async def _live(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        while True:
            with _in_time(connection):
                await connection.execute("SELECT 1")  # a dead wire is silent, too
                await self._stand(connection)
            async for told in connection.notifies(timeout=LOOK):
                self.heard(told.payload)

    async def _stand(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        """Take the roles that are wanted and free."""
        for role in self._wanted - self._leads:
            found = await connection.execute(
                "SELECT pg_try_advisory_lock(%s, %s)", (LEADS, crc32(role.encode()) >> 1)
            )
            if (await found.fetchone() or (False,))[0]:
                self._leads.add(role)

    def _lost(self) -> None:
        """The locks went with the connection."""
        self._leads.clear()
        self.hears = False


@contextlib.contextmanager
def _in_time(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> Iterator[None]:
    """Queries asked within must be answered in time, or the connection ends."""
    watch = asyncio.get_running_loop().call_later(ANSWERS, _hang_up, connection)
    try:
        yield
    finally:
        watch.cancel()


def _hang_up(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
    """End it from here: whoever cancels psycopg waits for what the server says to that."""
    with (
        contextlib.suppress(psycopg.Error, OSError),
        socket.socket(fileno=os.dup(connection.fileno())) as wire,
    ):
        wire.shutdown(socket.SHUT_RDWR)


class FilePeers:
    """Processes on one machine that share a SQLite file."""

    def __init__(self, folder: Path, alone: bool) -> None:
        self.me = 1 + secrets.randbelow(2**31 - 1)
        self.hears = alone
        self._folder = folder
        self._held: dict[str, filelock.BaseFileLock] = {}

    async def start(self) -> None:
        own.make_folder(self._folder)
        while not self._take(f"process-{self.me}"):  # another one has this number
            self.me = 1 + secrets.randbelow(2**31 - 1)

    async def stop(self) -> None:
        for lock in self._held.values():
            lock.release()
        self._held.clear()
        (self._folder / f"process-{self.me}").unlink(missing_ok=True)

    def leads(self, role: str) -> bool:
        return self._take(f"role-{role}")

    def living(self, db: Connection) -> Collection[int]:
        found = {self.me}
        for file in self._folder.glob("process-*"):
            id = int(file.name.partition("-")[2])
            lock = _lock(file)
            try:
                with lock:
                    file.unlink(missing_ok=True)
            except filelock.Timeout:
                found.add(id)
        return found

    def _take(self, name: str) -> bool:
        if name in self._held:
            return True
        lock = _lock(self._folder / name)
        with contextlib.suppress(filelock.Timeout):
            lock.acquire()
            self._held[name] = lock
        return name in self._held


def _lock(file: Path) -> filelock.BaseFileLock:
    return filelock.FileLock(file, mode=own.FILE, blocking=False, thread_local=False)


def peers_of(engine: Engine, folder: Path, alone: bool) -> FilePeers | PostgresPeers:
    """The processes that share this database; `folder` is where SQLite's lock files go. `alone`:
    this one does all there is to do."""
    return FilePeers(folder, alone) if engine.dialect.name == "sqlite" else PostgresPeers(engine)


def tell(db: Connection, what: str) -> None:
    """Have every process hear this when the transaction is committed; SQLite has no such thing."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_notify(CHANNEL, what)))


def hold(db: Connection, what: str) -> None:
    """Until the transaction ends, nobody else holds this name. On SQLite writers take turns."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))
