"""The statements a database is asked meanwhile."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, event


@contextlib.contextmanager
def asked(*tables: str) -> Iterator[list[str]]:
    """The statements that name one of these tables, of all databases meanwhile."""
    found: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if any(re.search(rf"\b{table}\b", statement) for table in tables):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextlib.contextmanager
def transactions() -> Iterator[list[list[str]]]:
    """The statements of each transaction that ended meanwhile, of all databases."""
    ended: list[list[str]] = []

    def begun(connection: Any) -> None:
        connection.info["said"] = []

    def note(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        connection.info.setdefault("said", []).append(statement)

    def end(connection: Any) -> None:
        ended.append(connection.info.pop("said", []))

    heard = (("begin", begun), ("before_cursor_execute", note), ("commit", end), ("rollback", end))
    for name, hear in heard:
        event.listen(Engine, name, hear)
    try:
        yield ended
    finally:
        for name, hear in heard:
            event.remove(Engine, name, hear)


def writes(statements: list[str]) -> bool:
    """Whether a transaction wrote something."""
    return any(s.lstrip().startswith(("INSERT", "UPDATE", "DELETE")) for s in statements)
