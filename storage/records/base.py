"""The base of every topic of the records: one connection, the keys, sealed and stamped rows.

Statements are built once, at import; the hot path (a chat's answer to a form) costs two
reads and two writes.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeVar, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Result, Row, bindparam, func, insert, select, update

from petitions.errors import BadSetting, Unknown
from storage import cells, stamps
from storage.database import insert_or
from storage.once import Once
from storage.quick import Quick
from storage.seal import OWN, KeyRing
from storage.tables import FILE_KEY, PETITION
from storage.tables import column as col
from storage.tables.column import Cell

IDS: Any = bindparam("ids", expanding=True)
_KEY_OF = select(PETITION.c.key).where(PETITION.c.id == bindparam("id"))
_FILE_KEYS = select(FILE_KEY).where(FILE_KEY.c.file.in_(IDS)).order_by(FILE_KEY.c.case)
_GIVE_KEY = (
    update(PETITION)
    .where(PETITION.c.id == bindparam("b_id"), PETITION.c.key == b"")
    .values(key=bindparam("b_key"))
)
insert_into = functools.cache(insert)
V = TypeVar("V")


@functools.cache
def _next(dialect: str, table: Any) -> Any:
    if dialect == "sqlite":
        return select(func.coalesce(func.max(table.c.id), 0) + 1)
    return select(func.nextval(func.pg_get_serial_sequence(f'"{table.name}"', "id")))


def next_id(db: Connection, table: Any) -> int:
    """The number of a table's next row: what is sealed in it is bound to that."""
    return int(db.execute(_next(db.dialect.name, table)).scalar_one())


def new_key() -> bytes:
    """A key for a case, or for a file."""
    return secrets.token_bytes(32)


def fields_of(value: Any) -> dict[str, Any]:
    """A value as the columns of its row."""
    found = {f: getattr(value, f) for f in value.__dataclass_fields__ if f != "id"}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in found.items()}


class Base:
    """One connection, the keys, sealed and stamped rows."""

    def __init__(self, connection: Connection | Once, ring: KeyRing) -> None:
        quick = connection if isinstance(connection, Quick) else Quick(connection)
        self._db = cast(Connection, quick)
        self._once = connection if isinstance(connection, Once) else None
        self._ring = ring
        self.planned = False
        """Whether this transaction planned a notice."""
        self.emptied: set[int] = set()
        """Chats whose pages are to look again: something was taken from them."""
        self._spoken: tuple[set[int], set[int]] = set(), set()
        self.units_changed = False
        """Whether this transaction changed the units."""
        self._keys: dict[int, bytes] = {}
        """The wrapped keys of cases that were read or made here."""
        self._file_keys: dict[int, bytes] = {}
        """The keys of files that were read or made here."""
        self._marks: dict[int, bytes | None] = {}

    def _one(self, statement: Any, **values: Any) -> Row[Any] | None:
        if self._once:
            return cast("Row[Any] | None", self._once.read(statement, values, Result.first))
        return self._db.execute(statement, values).first()

    def _all(self, statement: Any, **values: Any) -> Sequence[Row[Any]]:
        if self._once:
            return cast(Sequence[Row[Any]], self._once.read(statement, values, Result.all))
        return self._db.execute(statement, values).all()

    def _insert(self, table: Any) -> Any:
        return insert_or(self._db.dialect.name, table)

    def _add(self, table: Any, **values: Any) -> int:
        key = self._db.execute(insert_into(table), values).inserted_primary_key
        return int(key[0]) if key else 0

    def _keep(self, table: Any, value: Any) -> int:
        """A value as a new row, sealed and stamped as its columns say; gives its number."""
        return self._add_row(table, fields_of(value))

    def _add_row(self, table: Any, row: dict[str, Any]) -> int:
        if col.cells(table) or col.under_stamp(table):
            row = self._as_kept(table, {**row, "id": next_id(self._db, table)})
        return self._add(table, **row)

    def _save(self, table: Any, value: Any) -> None:
        """A value in its row, as it is now."""
        row = self._as_kept(table, {**fields_of(value), "id": value.id})
        self._db.execute(update(table).where(table.c.id == row.pop("id")).values(row))

    def _as_kept(self, table: Any, row: dict[str, Any]) -> dict[str, Any]:
        """A row with what is to be sealed of it sealed, and its stamp."""
        said = {c: row[c] for c in col.cells(table) if c in row}
        row = row | {c: self._seal(table.name, c, text, **row) for c, text in said.items()}
        return stamps.stamped(self._ring, table.name, row) if col.under_stamp(table) else row

    def _value(self, kind: type[V], table: Any, row: Row[Any]) -> V:
        """A row as a value: its fields are called as the columns are."""
        sealed, found = col.cells(table), {}
        for name in kind.__dataclass_fields__:  # type: ignore[attr-defined]
            held = row._mapping[name]
            if name in sealed:
                held = self._open(table.name, name, row)
            found[name] = tuple(held) if isinstance(held, list) else held
        return kind(**found)

    def _found(self, kind: type[V], table: Any, id: int) -> V:
        """The value of a number. Raises Unknown."""
        row = self._one(select(table).where(table.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return self._value(kind, table, row)

    def _values(self, kind: type[V], table: Any, found: Any, **values: Any) -> list[V]:
        return [self._value(kind, table, row) for row in self._all(found, **values)]

    def _add_stamped(self, table: Any, **values: Any) -> int:
        """A row with its stamp; one that has a number gets it before."""
        if "id" in table.c and "id" not in values:
            values["id"] = next_id(self._db, table)
        self._db.execute(insert_into(table), stamps.stamped(self._ring, table.name, values))
        return int(values.get("id", 0))

    def _genuine(self, table: Any, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
        """Those that are as the office wrote them."""
        return [row for row in rows if stamps.genuine(self._ring, table.name, row)]

    def _seal(self, table: str, column: str, text: str, /, **row: Any) -> bytes:
        """A text in a cell of a row; the empty text: empty."""
        if not text:
            return b""
        key = self._sealing(cells.cell(table, column), row.__getitem__)
        return cells.seal(self._ring, table, column, text.encode(), row, key)

    def _sealing(self, cell: Cell, get: Any) -> AESGCM | None:
        """The key a cell is sealed with; None: the office's."""
        if cell.file:
            own = self.file_key(get(cell.file))
            return AESGCM(own) if own else None
        return self._key(get(cell.case)) if cell.case and get(cell.case) else None

    def _open(self, table: str, column: str, row: Row[Any]) -> str:
        """A cell of a row. Raises BadSetting."""
        held = row._mapping
        return self._opened(table, column, held[column], held.__getitem__).decode()

    def _opened(self, table: str, column: str, sealed: bytes, get: Any) -> bytes:
        cell, key = cells.cell(table, column), None
        if sealed and cells.by(cell, bytes(sealed)) == OWN:
            key = self._opening(cell, get)
        return cells.open_(self._ring, table, column, sealed, get, key)

    def _opening(self, cell: Cell, get: Any) -> AESGCM | None:
        if cell.file:
            own = self.file_key(get(cell.file))
            return AESGCM(own) if own else None
        if not cell.case:
            return None
        return cells.key_of(self._ring, get(cell.case), self._wrapped(get(cell.case)))

    def file_key(self, file: int) -> bytes:
        """A file's own key; empty: an older program kept it. Raises BadSetting where none of its
        cases' keys opens it."""
        if file not in self._file_keys:
            self.hold_file_keys([file])
        if file in self._file_keys:
            return self._file_keys[file]
        raise BadSetting("bad.keys_wrong")

    def hold_file_keys(self, files: Sequence[int]) -> None:
        """Read the keys of files, as far as they open."""
        files = [file for file in files if file not in self._file_keys]
        rows = self._all(_FILE_KEYS, ids=list(files)) if files else ()
        wrapped = {row.file for row in rows}
        self._file_keys |= {file: b"" for file in files if file not in wrapped}
        for row in rows:
            with suppress(BadSetting):
                held = row._mapping
                key = self._opened("file_key", "key", held["key"], held.__getitem__)
                self._file_keys[row.file] = key or self._file_keys.get(row.file, b"")

    def _wrapped(self, case: int) -> bytes:
        """The key in a case's row, as it lies there."""
        if case not in self._keys:
            row = self._one(_KEY_OF, id=case)
            self._keys[case] = bytes(row.key) if row else b""
        return self._keys[case]

    def open_cell(self, table: str, column: str, row: Row[Any]) -> str:
        """The content of a cell; of bytes: in hexadecimal. Raises BadSetting."""
        held = row._mapping
        content = self._opened(table, column, held[column], held.__getitem__)
        binary = cells.cell(table, column).raw or column == "key"
        return content.hex() if binary else content.decode(errors="replace")

    def seal_again(self, table: str, column: str, row: Row[Any]) -> bytes:
        """A cell as it is sealed now. Raises BadSetting."""
        held = row._mapping
        content = self._opened(table, column, held[column], held.__getitem__)
        key = self._sealing(cells.cell(table, column), held.__getitem__)
        return cells.seal(self._ring, table, column, content, dict(held), key)

    def hold_keys(self, keys: Iterable[tuple[int, bytes]]) -> None:
        """Keys of many cases that were read already."""
        self._keys.update((case, bytes(key)) for case, key in keys)

    def _key(self, case: int) -> AESGCM:
        """The key to seal a case's cells with; made, where it has none."""
        key = cells.key_of(self._ring, case, self._wrapped(case))
        if key is None:  # an older program's, or one that was erased: who is first makes it
            wrapped = cells.wrap(self._ring, case, new_key())
            self._db.execute(_GIVE_KEY, {"b_id": case, "b_key": wrapped})
            self._keys.pop(case, None)
            key = cells.key_of(self._ring, case, self._wrapped(case))
        if key is None:  # there is no such case
            raise BadSetting("bad.keys_wrong")
        return key

    def change(self, table: str, which: Any, /, **values: Any) -> int:
        """Change rows of a stamped table; gives how many."""
        return stamps.change(self._db, self._ring, table, which, **values)
