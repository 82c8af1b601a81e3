"""How a column says its own fate: what becomes of it and why, whether it is sealed, and to what it
is bound, whether it is under its row's stamp, whether it counts, and with what its row goes.

Sealing, stamps, rotation, tallies, forgetting, the archive of everything held of a person and
`docs/retention.md` read it from here; a column without a fate isn't made.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Integer, LargeBinary, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from petitions.keeping.held import Fate, Held

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
WHEN_FILLED = -1
"""Instead of a `LEVEL`: under the stamp once there is anything in it, so that the stamps of rows
that were written before there was such a column hold."""
OWN = "own"
"""Where a column of a table keeps what it says of itself."""


class UTCTime(TypeDecorator[datetime]):
    """An instant: aware UTC outside; SQLite, which has no zones, stores it as naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Cell:
    """To what a sealed column is bound: it opens in its own row and nowhere else."""

    row: tuple[str, ...] = ("id",)
    """The columns that make a row that row."""
    case: str = ""
    """The column with the case whose own key seals it; empty: the office's key does."""
    file: str = ""
    """The column with the file whose own key seals it; as long as that has none, the office's."""
    either: bool = False
    """The office's key seals it where the column names no case."""
    raw: bool = False
    """An older program kept it in the open (hashes)."""
    place: str = ""
    """The place bound in with the row; as long as it isn't said: the table and the column."""


@dataclass(frozen=True, slots=True)
class Own:
    """The facts that a column states of itself."""

    held: Held
    cell: Cell | None = None
    """Sealed, and how; None: it isn't."""
    stamped: int = 0
    """Since which `LEVEL` (`seal.py`) it is under the stamp of its row (of a sealed one, whether
    there is anything in it); True: since there are stamps; `WHEN_FILLED`."""
    counted: str = ""
    """The number of a case's tally that says how many rows of this table the case has."""
    goes_with: str = ""
    """`case`, `chat`: with the one that this column names the row is deleted, or what is to be
    emptied of it is emptied."""


def kept(
    held: Held, default: Any = ..., *, cell: Cell | None = None, stamped: int = 0,
    counted: str = "", goes_with: str = "", **field: Any,
) -> Any:  # fmt: skip
    """A column with its fate; `field`: as SQLModel has it."""
    own = Own(held, cell, stamped, counted, goes_with)
    if default is not ...:
        field["default"] = default
    return Field(**field, sa_column_kwargs={"info": {OWN: own}})


def number(held: Held, *, stamped: int = 0, goes_with: str = "") -> Any:
    """The row's own number."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    info = {OWN: Own(held, stamped=stamped, goes_with=goes_with)}
    return Field(
        default=None, sa_column=Column(kind, primary_key=True, autoincrement=True, info=info)
    )


def ref(held: Held, *, required: bool = False, **more: Any) -> Any:
    """A reference to another table's id. The book's verbs keep them true; no foreign keys, so that
    erasing and retention need no order."""
    return kept(held, ... if required else 0, sa_type=BigInteger, **more)


def instant(held: Held, *, nullable: bool = True, required: bool = False, **more: Any) -> Any:
    """An instant."""
    return kept(held, ... if required else None, sa_type=UTCTime, nullable=nullable, **more)


def json(held: Held, make: Callable[[], Any] = dict, **more: Any) -> Any:
    """Lists and what has names."""
    return kept(held, default_factory=make, sa_type=JSON, **more)


def hashed(held: Held, *, required: bool = False, **more: Any) -> Any:
    """Bytes that say nothing by themselves: hashes, salts."""
    more.setdefault("default", ... if required else b"")
    return kept(held, sa_type=LargeBinary, **more)


def sealed(
    held: Held, *, by: tuple[str, ...] = ("id",), case: str = "", raw: bool = False,
    place: str = "", file: str = "", either: bool = False, **more: Any,
) -> Any:  # fmt: skip
    """A column of what somebody wrote, or is, sealed for its row (`Cell`)."""
    return hashed(held, cell=Cell(by, case, file, either, raw, place), **more)


def stamp(held: Held) -> Any:
    """A keyed hash over those of the row's columns that are `stamped`, in the order in which they
    stand (`stamps.py`); empty: an older program wrote it."""
    return hashed(held)


# Facts that are read of it


def own(column: Column[Any]) -> Own:
    """The facts that a column states of itself."""
    said: Own = column.info[OWN]
    return said


@functools.cache
def cells(table: Table) -> Mapping[str, Cell]:
    """The sealed columns of a table."""
    return {
        c.name: replace(cell, place=cell.place or f"{table.name}.{c.name}")
        for c in table.columns
        if (cell := own(c).cell)
    }


@functools.cache
def under_stamp(table: Table, level: int = 255) -> tuple[str, ...]:
    """The columns under the stamp of a row, in their order; or those that were at a level."""
    return tuple(c.name for c in table.columns if 0 < own(c).stamped <= level)


@functools.cache
def when_filled(table: Table) -> tuple[str, ...]:
    """The columns that are under the stamp of a row once there is anything in them."""
    return tuple(c.name for c in table.columns if own(c).stamped == WHEN_FILLED)


def exported(table: Table) -> dict[str, list[str]]:
    """The column that says whose a row is → those that they get in the archive of everything held
    of them."""
    found: dict[str, list[str]] = {}
    for c in table.columns:
        if whose := own(c).held.mine:
            found.setdefault(whose, []).append(c.name)
    return found


def empty(table: Table, *fates: Fate) -> dict[str, Any]:
    """The values that columns of these fates hold once they are emptied."""
    return {c.name: _nothing(c) for c in table.columns if own(c).held.fate in fates}


def _nothing(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    return column.type.python_type()


def going_with(tables: Iterable[Table], what: str) -> list[Column[Any]]:
    """The columns by which the rows are found that go with a case, or a chat; each has an index."""
    return [c for table in tables for c in table.columns if own(c).goes_with == what]


def counted(tables: Iterable[Table]) -> dict[str, Column[Any]]:
    """The numbers of a case's tally, and the column by which what each counts is found."""
    return {name: c for table in tables for c in table.columns if (name := own(c).counted)}


def fates(table: Table) -> list[tuple[Held, list[str]]]:
    """The fates of a table's columns; columns that share one together."""
    found: dict[Held, list[str]] = {}
    for c in table.columns:
        found.setdefault(own(c).held, []).append(c.name)
    return list(found.items())
