"""Cells of rows: each opens in its own row and nowhere else (`tables.column.Cell`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.seal import OWN, ROW, KeyRing
from storage.tables import METADATA
from storage.tables.column import Cell
from storage.tables.column import cells as sealed_in


def cell(table: str, column: str) -> Cell:
    """How a sealed column is sealed. Raises KeyError for one that isn't."""
    return sealed_in(METADATA.tables[table])[column]


def every() -> dict[tuple[str, str], Cell]:
    """Every sealed column, by table and column."""
    return {(table.name, c): one for table in METADATA.tables.values()
            for c, one in sealed_in(table).items()}  # fmt: skip


def bound(cell: Cell, get: Callable[[str], Any]) -> bytes:
    """The bytes a cell of a row is sealed with besides its key; `get` gives the row's columns. No
    column but the last one of a cell can hold the sign between them."""
    said = [cell.place]
    for name in cell.row:
        value = get(name)
        said.append(bytes(value or b"").hex() if isinstance(value, (bytes, memoryview)) or
                    value is None else str(value))  # fmt: skip
    return "|".join(said).encode()


def seal(
    ring: KeyRing, table: str, column: str, content: bytes, row: Mapping[str, Any],
    key: AESGCM | None = None,
) -> bytes:  # fmt: skip
    """A cell for a row; `key`: its case's."""
    return ring.seal_cell(content, bound(cell(table, column), row.__getitem__), key)


def open_(
    ring: KeyRing, table: str, column: str, sealed: bytes, get: Callable[[str], Any],
    key: AESGCM | None = None,
) -> bytes:  # fmt: skip
    """The content of a cell. Raises BadSetting when it isn't this row's, or no key opens it."""
    one, sealed = cell(table, column), bytes(sealed)
    if not sealed:
        return b""
    if is_bound(one, sealed) or ring.strict:
        return ring.open_cell(sealed, bound(one, get), key)
    return sealed if one.raw else ring.open_bytes(sealed, one.place)


def is_bound(cell: Cell, sealed: bytes) -> bool:
    """Whether a cell is of this program, and not one that an older program kept."""
    return sealed[:1] == bytes([ROW]) and (not cell.raw or len(sealed) > RAW)


RAW = 60
"""Bytes a hash that was kept in the open never had: sealed, each has more."""


def key_of(ring: KeyRing, case: int, wrapped: bytes) -> AESGCM | None:
    """A case's own key; None: it has none yet, or none any more. Raises BadSetting."""
    if not wrapped:
        return None
    wrapped = bytes(wrapped)
    key = ring.cases.get((case, wrapped))
    if key is None:
        key = AESGCM(open_(ring, "petition", "key", wrapped, {"id": case}.__getitem__))
        ring.cases.put((case, wrapped), key)
    return key


def wrap(ring: KeyRing, case: int, key: bytes) -> bytes:
    """A case's own key as it lies in its row."""
    return seal(ring, "petition", "key", key, {"id": case})


def by(cell: Cell, sealed: bytes) -> int:
    """The number of the office's key that has sealed a cell; `OWN`: its case's."""
    if sealed[:1] != bytes([ROW]):
        return sealed[0] if sealed else 0
    return OWN if len(sealed) < 2 else sealed[1]
