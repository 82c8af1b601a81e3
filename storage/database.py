"""Transactions in database threads: one function, one transaction.

On SQLite a single writer thread owns the connection (`BEGIN IMMEDIATE`), so writers never
wait for each other's locks. On PostgreSQL a small pool of threads does the same work.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from petitions.errors import BadSetting
from storage.seal import KeyRing

P = ParamSpec("P")
T = TypeVar("T")

READERS = 3
"""Reader threads on SQLite; on PostgreSQL threads for everything."""


def make_engine(url: str) -> Engine:
    """The engine for a database address. Raises BadSetting when it isn't one."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadSetting("bad.database_url") from None
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 30}
        )
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=READERS + 2,
        )
    raise BadSetting("bad.database_url")


def _sqlite_connect(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    mode = "DEFERRED" if connection.get_execution_options().get("reads") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {mode}")


class Database:
    """Runs functions of one `Connection` in database threads."""

    def __init__(self, engine: Engine, ring: KeyRing) -> None:
        self.engine = engine
        self.ring = ring
        self.is_sqlite = engine.dialect.name == "sqlite"
        writers = 1 if self.is_sqlite else READERS + 1
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="db-write")
        self._readers = (
            ThreadPoolExecutor(READERS, thread_name_prefix="db-read")
            if self.is_sqlite
            else self._writers
        )
        self._reading = engine.execution_options(reads=True)

    def write_now(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in one writing transaction, in this thread."""
        with self.engine.begin() as connection:
            return work(connection, *args, **kwargs)

    def read_now(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in one reading transaction, in this thread."""
        with self._reading.begin() as connection:
            return work(connection, *args, **kwargs)

    async def write(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same in a writer thread. A commit under way is not cut off by cancellation."""
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._writers, lambda: self.write_now(work, *args, **kwargs))
        return await asyncio.shield(future)

    async def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same in a reader thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._readers, lambda: self.read_now(work, *args, **kwargs)
        )

    def close(self) -> None:
        """Finish what is under way and let go of the connections."""
        self._writers.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self.engine.dispose()
