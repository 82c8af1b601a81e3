"""A transaction reads the same once: rows that were read are kept until something is written."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Result, Table
from sqlalchemy.sql import visitors

from storage.quick import Quick


class Once(Quick):
    """A connection for one transaction of one conversation, which reads parties, clocks, words and
    appointments of a case for its checks, its page and its buttons. Rows are kept as they came, so
    every reader makes values of its own from them; what is written to a table, ends what was kept
    of it. Not for work with savepoints, nor where others write on the connection itself."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._kept: dict[tuple[Any, ...], Any] = {}

    def execute(self, statement: Any, *values: Any, **options: Any) -> Result[Any]:
        """Execute a statement; one that writes ends what was kept of its table."""
        if not statement.is_select:
            self._forget(statement)
        return super().execute(statement, *values, **options)

    def _forget(self, statement: Any) -> None:
        table = getattr(statement, "table", None)
        if table is None:  # words to the database: who knows what they change
            self._kept.clear()
            return
        self._kept = {k: v for k, v in self._kept.items() if table not in _tables(k[0])}

    def read(
        self, statement: Any, values: dict[str, Any], take: Callable[[Result[Any]], Any]
    ) -> Any:
        """The result of a statement, from what was kept where it was read before."""
        given = [(k, tuple(v) if isinstance(v, list) else v) for k, v in values.items()]
        key = (statement, take, *given)
        if key in self._kept:
            return self._kept[key]
        found = take(self.execute(statement, values))
        if statement.is_select and _tables(statement):
            self._kept[key] = found
        return found


@functools.lru_cache(512)
def _tables(statement: Any) -> frozenset[Any]:
    """The tables that a statement reads, those of its inner ones too."""
    return frozenset(one for one in visitors.iterate(statement) if isinstance(one, Table))
