"""Which cells are sealed, and what each is bound to: it opens in its own row and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.seal import OWN, ROW, KeyRing

KEY = "petition.key"
"""The place of the cells that hold the cases' keys."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A sealed column."""

    place: str
    row: tuple[str, ...] = ("id",)
    """The columns that make a row that row."""
    case: str = ""
    """The column with the case whose own key seals it; empty: the office's key does."""
    raw: bool = False
    """An older program kept it in the open (hashes)."""


CELLS = {
    ("chat", "address"): Cell("chat.address", ("mark",)),
    ("person", "pin"): Cell("person.pin", raw=True),
    ("session", "agent"): Cell("session.agent", ("token_hash", "chat")),
    ("draft", "data"): Cell("draft.data", ("id", "chat", "person")),
    ("handled", "answers"): Cell("handled.answers", ("channel", "chat", "key")),
    ("inbox", "body"): Cell("inbox.body", ("update", "chat")),
    ("petition", "key"): Cell(KEY),
    **{("petition", c): Cell(f"petition.{c}", case="id")
       for c in ("name", "address", "contact", "id_number")},
    ("petition", "code_hash"): Cell("petition.code_hash", case="id", raw=True),
    **{("member", c): Cell(f"member.{c}", ("id", "case"), case="case")
       for c in ("name", "contact")},
    ("words", "body"): Cell(
        "words.body", ("case", "seq", "part", "audience", "file", "commitment"), case="case"),
    ("file", "name"): Cell("file.name"),
    **{("suggestion", c): Cell(f"advice.{c}") for c in ("words", "answer")},
    ("booking", "topic"): Cell("booking.topic"),
    ("log_line", "entry"): Cell("log.entry", ("chat", "seq")),
    ("meeting", "attended"): Cell("minutes.attended"),
    ("meeting", "minutes"): Cell("minutes.body"),
    ("look", "words"): Cell("look.words", ("case", "seq")),
    ("hot_matter", "body"): Cell("hot_matter.body"),
    **{("index_segment", c): Cell(f"index_segment.{c}") for c in ("body", "fences")},
    ("index_block", "body"): Cell("index_block.body"),
}  # fmt: skip
"""Every sealed column, by table and column."""


def bound(cell: Cell, get: Callable[[str], Any]) -> bytes:
    """What a cell of a row is sealed with besides its key; `get` gives the row's columns. No
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
    return ring.seal_cell(content, bound(CELLS[table, column], row.__getitem__), key)


def open_(
    ring: KeyRing, table: str, column: str, sealed: bytes, get: Callable[[str], Any],
    key: AESGCM | None = None,
) -> bytes:  # fmt: skip
    """What is in a cell. Raises BadSetting when it isn't this row's, or no key opens it."""
    cell, sealed = CELLS[table, column], bytes(sealed)
    if not sealed:
        return b""
    if is_bound(cell, sealed) or ring.strict:
        return ring.open_cell(sealed, bound(cell, get), key)
    return sealed if cell.raw else ring.open_bytes(sealed, cell.place)


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
