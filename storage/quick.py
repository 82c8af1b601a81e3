"""Statements that come again and again, past the statement layer.

A statement is an object that is built once, at import. When it comes a second time, with parameters
of the same names, what SQLAlchemy makes of it (its text, what is done to parameters and columns) is
kept, and from then on the driver is asked at once: the layer in between takes twice the time that
SQLite does. A statement that is built anew each time goes the usual way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Result, Select, Update
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler

KEPT = 768
"""Statements that are kept, at most …"""
ONCE = 256
"""… and those that came once lately: most that are built anew never come again."""
LONG = 8
"""Values of a list, at most: each number of them has a text of its own."""


class Done(IteratorResult[Any]):
    """The result of a statement: its rows, which are all here, or how many it changed."""

    rowcount = -1
    inserted_primary_key: tuple[Any, ...] = ()
    """The number of a new row, where it has one."""


class Quick:
    """A connection whose statements go the short way where they can."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        """For what is taken back before anything else is read."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def execute(self, statement: Any, *values: Any, **options: Any) -> Result[Any]:
        """As `Connection.execute`. Raises what that raises."""
        given = values[0] if values else {}
        several = given if isinstance(given, list) else [given]
        if several and not options and self.connection.in_transaction():
            ready = _ready(self.connection.dialect, statement, several[0])
            if ready and len(several) == 1:
                return _run(self.connection, ready, several[0])
            if ready and ready.alike(several):
                return _run_all(self.connection, ready, several)
        return self.connection.execute(statement, *values, **options)


def command(connection: Connection, text: str) -> None:
    """A word to the database that gives nothing. Raises what the database raises."""
    _ask(connection, text, ())


@dataclass(slots=True)
class _Ready:
    """A statement as the driver takes it."""

    text: str
    takes: Sequence[tuple[str, str, int, Callable[[Any], Any] | None]]
    """Of each parameter: its name in the text, whose value it has, the place in that where it is a
    list (else -1), and what is done to it."""
    fixed: Mapping[str, Any]
    """Values that stand in the statement itself."""
    gives: SimpleResultMetaData
    numbered: bool
    """Whether it inserts one row of a table whose rows have numbers."""
    asked: bool
    """Whether the rows it gives were asked for: PostgreSQL gives a new row's number unasked."""
    writes: bool

    def alike(self, several: Sequence[Mapping[str, Any]]) -> bool:
        """Whether it writes, asks nothing back and takes all of these alike."""
        lists = any(at >= 0 for _, _, at, _ in self.takes)
        back = self.asked and bool(self.gives.keys)
        return self.writes and not (lists or back) and len({tuple(one) for one in several}) == 1


@dataclass(slots=True)
class _Plan:
    """A statement with parameters of these names; ready for each length of its lists."""

    compiled: SQLCompiler
    lists: tuple[str, ...]
    by_length: dict[tuple[int, ...], _Ready | None] = field(default_factory=dict)


_plans: dict[tuple[Any, ...], _Plan | None] = {}
"""None: it can't be kept."""
_came: dict[tuple[Any, ...], None] = {}
"""Statements that came once."""
_lock = threading.Lock()


def _ready(dialect: Dialect, statement: Any, values: Mapping[str, Any]) -> _Ready | None:
    key = (statement, dialect.name, *values)
    try:
        plan = _plans[key]
    except KeyError:
        plan = _plan(key, dialect, statement, values)
    if plan is None:
        return None
    lengths = tuple([len(values[name]) for name in plan.lists])
    try:
        return plan.by_length[lengths]
    except KeyError:
        ready = None if max(lengths, default=0) > LONG else _made(plan, dialect, statement, values)
        plan.by_length[lengths] = ready
        return ready


def _plan(
    key: tuple[Any, ...], dialect: Dialect, statement: Any, values: Mapping[str, Any]
) -> _Plan | None:
    with _lock:
        if key not in _came:
            _put(_came, key, None, ONCE)
            return None
        plan = _made_plan(dialect, statement, values)
        _put(_plans, key, plan, KEPT)
        return plan


def _put(kept: dict[tuple[Any, ...], Any], key: tuple[Any, ...], value: Any, most: int) -> None:
    kept[key] = value
    if len(kept) > most:
        del kept[next(iter(kept))]


def _made_plan(dialect: Dialect, statement: Any, values: Mapping[str, Any]) -> _Plan | None:
    if not isinstance(statement, Select | Insert | Update | Delete):
        return None
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(values))
    binds = compiled.bind_names
    usual = (
        compiled.literal_execute_params or compiled.escaped_bind_names
        or compiled.insert_prefetch or compiled.update_prefetch
        or any(one.callable or one.type._is_tuple_type for one in binds)
        or any(one.required and one.key not in values for one in binds)
    )  # fmt: skip
    names = [column.keyname for column in compiled._result_columns]
    if usual or len(set(names)) < len(names):
        return None
    return _Plan(compiled, tuple(b.key for b in binds if b.expanding and b.key in values))


def _made(plan: _Plan, dialect: Dialect, statement: Any, values: Mapping[str, Any]) -> _Ready:
    compiled: Any = plan.compiled
    state = compiled.construct_expanded_state(values)
    of = {name: bind.key if bind.key in values else name for bind, name in
          compiled.bind_names.items()}  # fmt: skip
    whose = {name: (of[name], -1) for name in of}
    for name, parts in state.parameter_expansion.items():
        whose |= {part: (of[name], at) for at, part in enumerate(parts)}
    processors = {**compiled._bind_processors, **state.processors}
    names = state.positiontup if compiled.positional else list(state.parameters)
    columns = compiled._result_columns
    return _Ready(
        state.statement,
        [(name, *whose[name], processors.get(name)) for name in names],
        {name: bind.value for bind, name in compiled.bind_names.items() if of[name] == name},
        SimpleResultMetaData(
            [one.keyname for one in columns], [tuple(one.objects) for one in columns],
            [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns],
        ),
        isinstance(statement, Insert) and "id" in statement.table.c,
        not isinstance(statement, Insert) or bool(statement._returning),
        not isinstance(statement, Select),
    )  # fmt: skip


def _run(connection: Connection, ready: _Ready, values: Mapping[str, Any]) -> Result[Any]:
    given = _parameters(connection.dialect, ready, values)
    cursor, rows = _ask(connection, ready.text, given)
    done = Done(ready.gives, iter(rows if ready.asked else ()))
    done.rowcount = cursor.rowcount
    if ready.numbered:
        id = values.get("id") or (rows[0][0] if rows else cursor.lastrowid)
        done.inserted_primary_key = (id,)
    return done


def _run_all(
    connection: Connection, ready: _Ready, several: Sequence[Mapping[str, Any]]
) -> Result[Any]:
    given = [_parameters(connection.dialect, ready, one) for one in several]
    cursor, _ = _ask(connection, ready.text, given, many=True)
    done = Done(ready.gives, iter(()))
    done.rowcount = cursor.rowcount
    return done


def _ask(
    connection: Connection, text: str, given: Any, many: bool = False
) -> tuple[Any, Sequence[Any]]:
    """The cursor and its rows. Errors of the driver are raised as SQLAlchemy's, without values."""
    cursor = connection.connection.cursor()
    try:
        for hear in connection.dispatch.before_cursor_execute:
            text, given = hear(connection, cursor, text, given, None, many)
        (cursor.executemany if many else cursor.execute)(text, given)
        return cursor, cursor.fetchall() if cursor.description else ()
    except BaseException as error:
        connection._handle_dbapi_exception(error, text, given, cursor, None)


def _parameters(dialect: Dialect, ready: _Ready, values: Mapping[str, Any]) -> Any:
    found: list[Any] = []
    for _, of, at, process in ready.takes:
        value = values[of] if of in values else ready.fixed[of]
        if at >= 0:
            value = value[at]
        found.append(process(value) if process else value)
    if dialect.positional:
        return tuple(found)
    return {take[0]: value for take, value in zip(ready.takes, found, strict=True)}
