"""Transactions in database threads: one function, one transaction.

On SQLite a single writer thread owns the connection (`BEGIN IMMEDIATE`), so writers never
wait for each other's locks, and what waits for it at the same time shares one commit, that is,
one fsync. On PostgreSQL a small pool of threads does the same work.

A database that is away, full or read-only is `OutOfReach`: nothing was changed, and whoever asked
may ask again.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from petitions.errors import BadSetting, NotYet
from petitions.telling.ports import OutOfReach
from storage.own import make_folder
from storage.quick import command
from storage.seal import KeyRing

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")

READERS = 3
"""Reader threads on SQLite; on PostgreSQL one more, for everything."""
TOGETHER = 32
"""Pieces of writing work in one commit at most: the last of them must not wait long."""
PATIENCE = 10
"""Seconds until a PostgreSQL that doesn't answer, or a pool without a free connection, counts as
away."""
SLOW = 60
"""Seconds a statement waits for a lock on PostgreSQL, at most."""
HANGS = 90
"""Seconds until PostgreSQL counts as away that took a question and gives no answer."""
COLLISIONS = ("40001", "40P01")
"""PostgreSQL took a transaction back because of another one: it may be tried again at once."""
TRIES = 4
AWAY_POSTGRES = ("08", "25006", "53", "55P03", "57", "58")
"""States of PostgreSQL, or what they begin with: no connection, read-only, no room or too many
connections, a lock that doesn't come free, shut down, trouble of the system."""
AWAY_SQLITE = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip


def sqlite_at(path: Path) -> URL:
    """The address of a SQLite file. In an address that is written out `%` and `?` have a meaning;
    in the name of a folder they have none."""
    return URL.create("sqlite", database=str(path))


def make_engine(url: str | URL) -> Engine:
    """The engine for a database address. Raises BadSetting when it isn't one."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadSetting("bad.database_url") from None
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            try:
                make_folder(Path(parsed.database).parent)
            except OSError as error:
                raise NotYet("bad.data_folder", why=error.strerror) from None
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
            pool_timeout=PATIENCE,
            connect_args={
                "connect_timeout": PATIENCE,
                "options": f"-c lock_timeout={SLOW}s",
                "tcp_user_timeout": PATIENCE * 1000,
                "keepalives_idle": PATIENCE,
                "keepalives_interval": 3,
                "keepalives_count": 3,
            },
        )
    raise BadSetting("bad.database_url")


def _sqlite_connect(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA busy_timeout = 30000")
    # Deleted bytes are overwritten; the schema of a file calls no functions.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute("PRAGMA trusted_schema = OFF")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    mode = "DEFERRED" if connection.get_execution_options().get("reads") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {mode}")


def at_end(connection: Connection, work: Callable[[], None]) -> None:
    """Work that is left for the end of a piece of work, in its transaction."""
    connection.info.setdefault("at_end", []).append(work)


@contextlib.contextmanager
def set_apart(connection: Connection) -> Iterator[None]:
    """Counts and work left for the end within the block are forgotten with it: for rows that are
    taken back there."""
    kept = dict(connection.info)
    connection.info["at_end"] = []
    connection.info["tallies"] = deepcopy(kept.get("tallies", {}))
    try:
        yield
    finally:
        connection.info.update(kept)


def carry_out(connection: Connection, work: Callable[[Connection], T]) -> T:
    """Run a piece of work, and what it left for its end, in a transaction; what an earlier one left
    that failed is forgotten."""
    left: list[Callable[[], None]] = []
    connection.info["at_end"] = left
    connection.info["tallies"] = {}
    result = work(connection)
    for one in left:
        one()
    return result


def out_of_reach(error: BaseException) -> bool:
    """Whether an error means that the database can't be reached or written now."""
    if isinstance(error, PoolTimeout | OutOfReach):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in AWAY_SQLITE
    state = getattr(error.orig, "sqlstate", None) or ""
    if not state:
        return error.connection_invalidated or isinstance(error, OperationalError)
    return state.startswith(AWAY_POSTGRES)


def _collided(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in COLLISIONS


@functools.cache
def insert_or(dialect: str, table: Any) -> Any:
    """An insert of a dialect that can say what is done where the row is there already."""
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)


def pieces(values: Sequence[V], size: int) -> Iterator[Sequence[V]]:
    """So many at a time."""
    return (values[at : at + size] for at in range(0, len(values), size))


class _Writer:
    """The one writer thread of SQLite: what waits at the same time is committed at once.

    Each piece of work runs in a savepoint of its own, so that one that fails takes back only
    itself; whoever asked hears of it after the commit that holds it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="db-write", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], Any]) -> asyncio.Future[Any]:
        """Queue a piece of work; the future is the running event loop's."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._waiting.put(_Job(work, future, loop))
        return future

    def close(self) -> None:
        """Finish what waits, then end the thread."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        open_ = True
        while open_:
            jobs, open_ = self._batch()
            if jobs:
                try:
                    self._commit(jobs)
                except Exception as error:
                    for job in jobs:
                        job.result = None
                        job.error = error
                for loop in {job.loop for job in jobs}:
                    with contextlib.suppress(RuntimeError):  # a loop that has ended
                        loop.call_soon_threadsafe(_tell, [j for j in jobs if j.loop is loop])

    def _batch(self) -> tuple[list[_Job], bool]:
        """The jobs that wait now, at most `TOGETHER`; whether there may be more."""
        jobs: list[_Job] = []
        try:
            while len(jobs) < TOGETHER:
                job = self._waiting.get(block=not jobs)
                if job is None:
                    return jobs, False
                jobs.append(job)
        except queue.Empty:
            pass
        return jobs, True

    def _commit(self, jobs: list[_Job]) -> None:
        if len(jobs) == 1:
            jobs[0].run_alone(self._engine)
            return
        with self._engine.begin() as connection:
            for job in jobs:
                job.run_among_others(connection)


@dataclass(slots=True)
class _Job:
    """A piece of writing work, and who waits for it."""

    work: Callable[[Connection], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: Exception | None = None

    def run_alone(self, engine: Engine) -> None:
        with engine.begin() as connection:
            self.result = carry_out(connection, self.work)

    def run_among_others(self, connection: Connection) -> None:
        command(connection, "SAVEPOINT job")
        try:
            self.result = carry_out(connection, self.work)
        except Exception as error:
            if out_of_reach(error):
                raise  # for the others as well: SQLite may have taken back everything
            self.error = error
            command(connection, "ROLLBACK TO job")
        command(connection, "RELEASE job")


def _tell(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is None:
            job.future.set_result(job.result)
        else:
            job.future.set_exception(job.error)


@contextlib.contextmanager
def _reaching() -> Iterator[None]:
    """Name an absent database so; its own error may quote what a person wrote."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        if out_of_reach(error):
            raise OutOfReach(type(error).__name__) from None
        raise


def _heard(future: asyncio.Future[Any]) -> None:
    """Where nobody waits for it any more, an error in it isn't to be printed by the loop."""
    if not future.cancelled():
        future.exception()


class Database:
    """Runs functions of one `Connection` in database threads."""

    def __init__(self, engine: Engine, ring: KeyRing) -> None:
        self.engine = engine
        self.ring = ring
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._writer = _Writer(engine) if self.is_sqlite else None
        self._threads = ThreadPoolExecutor(READERS if self.is_sqlite else READERS + 1, "db")
        self._reading = engine.execution_options(reads=True)
        still = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._still = self._reading.execution_options(**still)

    def write_now(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in one writing transaction, in this thread; again where
        PostgreSQL took it back because of another one."""
        for tried in range(1, TRIES + 1):
            try:
                with self.engine.begin() as connection:
                    return carry_out(connection, lambda c: work(c, *args, **kwargs))
            except DBAPIError as error:
                if tried == TRIES or not _collided(error):
                    raise
        raise AssertionError

    def read_now(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in one reading transaction, in this thread."""
        with self._reading.begin() as connection:
            return work(connection, *args, **kwargs)

    def still_now(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same, of the database as it was at one moment, however long it takes."""
        with self._still.begin() as connection:
            return work(connection, *args, **kwargs)

    async def write(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same in a writer thread. A commit under way is not cut off by cancellation.
        Raises OutOfReach; where no answer came in `HANGS` seconds, it may be done all the same."""
        if self._writer:
            future = self._writer.submit(lambda c: work(c, *args, **kwargs))
        else:
            loop = asyncio.get_running_loop()
            call = functools.partial(self.write_now, work, *args, **kwargs)
            future = loop.run_in_executor(self._threads, call)
        return await self._in_time(future)

    async def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same in a reader thread. Raises OutOfReach."""
        loop = asyncio.get_running_loop()
        call = functools.partial(self.read_now, work, *args, **kwargs)
        return await self._in_time(loop.run_in_executor(self._threads, call))

    async def _in_time(self, future: asyncio.Future[T]) -> T:
        future.add_done_callback(_heard)
        with _reaching():
            try:
                async with asyncio.timeout(None if self.is_sqlite else HANGS):
                    return await asyncio.shield(future)
            except TimeoutError:
                raise OutOfReach("no answer") from None

    def close(self) -> None:
        """Finish what is under way and let go of the connections."""
        if self._writer:
            self._writer.close()
        self._threads.shutdown(wait=True)
        self.engine.dispose()
