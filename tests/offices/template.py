"""An empty database of the newest schema, made once and copied: the steps that lead to it have
tests of their own.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
import uuid
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from storage.database import make_engine
from storage.migrate import check_schema

SERVER = ""
"""The PostgreSQL server on which tests open their offices (`--postgres`); empty: SQLite."""
_made: dict[Path, str] = {}
"""Databases on the server, by the path at which SQLite would have had its file."""


def empty(path: Path) -> str:
    """The address of the database at this path: an empty one, unless it was there before."""
    if not SERVER:
        return f"sqlite:///{copy_empty(path)}"
    if path not in _made:
        _made[path] = fresh_postgres(SERVER, _on_server(SERVER))
    return _made[path]


def known(path: Path) -> str:
    """The address of the database on the server that stands for this path; empty: none does."""
    return _made.get(path, "")


def copy_empty(path: Path) -> Path:
    """SQLite's file at this path: an empty one, unless it was there before."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_file(), path)
    return path


def forget(since: int) -> None:
    """Drop all databases on the server but the first ones."""
    for path in [*_made][since:]:
        name = make_url(_made.pop(path)).database
        _on(SERVER, f'DROP DATABASE "{name}" WITH (FORCE)')


def made() -> int:
    """How many databases there are on the server."""
    return len(_made)


def fresh_postgres(address: str, template: str = "template1") -> str:
    """A new database on the server, empty or as a template is."""
    name = f"test_{uuid.uuid4().hex[:10]}"
    _on(address, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    url = make_url(address).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _on(address: str, statement: str) -> None:
    url = make_url(address).set(drivername="postgresql+psycopg")
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(statement))
    server.dispose()


@functools.cache
def _on_server(address: str) -> str:
    url = fresh_postgres(address)
    engine = make_engine(url)
    check_schema(engine)
    engine.dispose()
    return str(make_url(url).database)


@functools.cache
def _file() -> Path:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "empty.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    check_schema(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path
