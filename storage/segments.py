"""How the index of words lies in the database: sorted records in sealed blocks, all of one size.

A record is a keyed hash of a term and a case, the newest case of a term first. A text's records go
into a segment; segments are joined to larger ones, and only ever written anew. No row belongs to a
term, so no row that changes, and no size, says which terms two texts share.
"""

from __future__ import annotations

import json
import threading
import weakref
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, insert, select

from storage import cells
from storage.seal import KeyRing
from storage.tables import METADATA

SEGMENT, HELD = METADATA.tables["index_segment"], METADATA.tables["index_block"]
HASH = 7
"""Bytes of a term's hash: of a million terms hardly two have the same."""
RECORD = 12
BLOCK = 160
"""Records of a block: its row fits into a page of SQLite and of PostgreSQL."""
WIDE = 1 << 16
"""Blocks of a segment at most, 120 MB: what is erased is taken out of a whole segment."""
NUMBERS = 20
"""A block's id is its segment's, shifted by so many bits, and its number in it."""
TOP = (1 << 40) - 1
FILLER = b"\xff" * RECORD
LEAST, MOST = bytes(RECORD - HASH), b"\xff" * (RECORD - HASH)
"""The ends of a term's records: no case is 0."""
ERASED, UNREAD = "erased", "unread"
"""Work still to be done (`index_todo`): take out a case's erased words; index words that no key
opened, noted with the keys there were."""
KEPT = 2048
"""Blocks a process keeps open, 4 MB."""
TOGETHER = 500
"""Blocks fetched by one statement."""


class Moved(Exception):
    """The index was written anew while it was read: look again."""


def record(term: bytes, case: int) -> bytes:
    """The record of a term (its hash) and a case."""
    return term + (TOP - case).to_bytes(RECORD - HASH, "big")


def case_of(one: bytes) -> int:
    """The case of a record, or of its end."""
    return TOP - int.from_bytes(one[HASH - RECORD :], "big")


def split(block: bytes) -> list[bytes]:
    """The records of a block, the filling with them."""
    return [block[at : at + RECORD] for at in range(0, len(block), RECORD)]


def low(block: bytes, one: bytes) -> int:
    """How many records of a block come before this one."""
    return bisect_left(range(BLOCK), one, key=lambda n: block[n * RECORD : (n + 1) * RECORD])


def packed(records: Sequence[bytes]) -> list[bytes]:
    """Blocks of sorted records; the last one is filled up."""
    blocks = [b"".join(records[at : at + BLOCK]) for at in range(0, len(records), BLOCK)]
    if blocks:
        blocks[-1] = blocks[-1].ljust(BLOCK * RECORD, b"\xff")
    return blocks


def _holds(block: bytes, one: bytes) -> bool:
    at = low(block, one) * RECORD
    return block[at : at + RECORD] == one


def fences(blocks: Iterable[bytes]) -> bytes:
    """The first record of each block."""
    return b"".join(block[:RECORD] for block in blocks)


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment that can be looked in."""

    id: int
    blocks: int
    records: int
    low: int
    high: int
    """The first and the last case in it."""
    fences: bytes = b""

    def fence(self, number: int) -> bytes:
        """The first record of a block."""
        return self.fences[number * RECORD : (number + 1) * RECORD]

    def block(self, number: int) -> int:
        """The id of a block."""
        return self.id << NUMBERS | number

    def may_hold(self, one: bytes) -> int:
        """The last block that begins at or before a record; -1 before all."""
        return bisect_right(range(self.blocks), one, key=self.fence) - 1

    def spot(self, term: bytes) -> tuple[int, int] | None:
        """The first and the last block that may hold a term."""
        all_, end, fence = range(self.blocks), term + MOST, self.fence
        first = last = bisect_left(all_, term + LEAST, key=fence)
        if first < self.blocks and fence(first) < end:  # few terms fill more than a block
            last = bisect_right(all_, end, first, key=fence)
        return (max(0, first - 1), last - 1) if last else None

    def head(self) -> str:
        """The head that stands in its row, sealed."""
        return json.dumps([self.records, self.low, self.high])


def opened(ring: KeyRing, row: Any) -> bytes:
    """The body of a segment's row, opened."""
    return cells.open_(ring, "index_segment", "body", row.body, {"id": row.id}.__getitem__)


def sealed(ring: KeyRing, id: int, head: str, firsts: bytes) -> dict[str, bytes]:
    """The body of a segment's row, and its fences, as they lie there."""
    row = {"id": id}
    return {
        "body": cells.seal(ring, "index_segment", "body", head.encode(), row),
        "fences": firsts and cells.seal(ring, "index_segment", "fences", firsts, row),
    }


def segments(db: Connection, ring: KeyRing) -> list[Segment]:
    """All that can be looked in, the largest first, without their fences."""
    found = select(SEGMENT.c.id, SEGMENT.c.blocks, SEGMENT.c.body).where(SEGMENT.c.state == "live")
    return [
        Segment(row.id, row.blocks, *json.loads(opened(ring, row)))
        for row in db.execute(found.order_by(SEGMENT.c.blocks.desc(), SEGMENT.c.id))
    ]


def blocks(db: Connection, ring: KeyRing, ids: Sequence[int]) -> list[bytes]:
    """Blocks, opened. Raises Moved where one is gone."""
    found: dict[int, bytes] = {}
    for at in range(0, len(ids), TOGETHER):
        some = select(HELD).where(HELD.c.id.in_(ids[at : at + TOGETHER]))
        for row in db.execute(some):
            found[row.id] = cells.open_(
                ring, "index_block", "body", row.body, {"id": row.id}.__getitem__
            )
    if len(found) < len(set(ids)):
        raise Moved
    return [found[id] for id in ids]


def writes(ring: KeyRing, segment: Segment, blocks: Sequence[bytes]) -> list[tuple[Any, Any]]:
    """The statements, with their values, that write a segment of these blocks."""
    row = {"id": segment.id, "state": "live", "blocks": segment.blocks,
           **sealed(ring, segment.id, segment.head(), segment.fences)}  # fmt: skip
    return [
        (insert(HELD), rows(ring, segment.id, 0, blocks)),
        (insert(SEGMENT), row),
    ]


def rows(ring: KeyRing, id: int, first: int, blocks: Sequence[bytes]) -> list[dict[str, Any]]:
    """The rows of blocks of a segment, the first of which has this number."""
    ids = (id << NUMBERS | first + n for n in range(len(blocks)))
    return [
        {"id": one, "body": cells.seal(ring, "index_block", "body", block, {"id": one})}
        for one, block in zip(ids, blocks, strict=True)
    ]


def small(ring: KeyRing, id: int, found: Sequence[bytes], low: int, high: int) -> list[Any]:
    """The same for a few records, in any order."""
    done = packed(sorted(found))
    return writes(ring, Segment(id, len(done), len(found), low, high, fences(done)), done)


class Shelf:
    """The parts of the index that a process keeps: fences, and the blocks asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._segments: dict[int, Segment] = {}
        self._blocks: OrderedDict[int, bytes] = OrderedDict()

    def segments(self, db: Connection, ring: KeyRing) -> list[Segment]:
        """All that can be looked in, with their fences."""
        now = db.execute(select(SEGMENT.c.id).where(SEGMENT.c.state == "live")).scalars().all()
        known = self._segments
        if set(now) != known.keys():
            known = {id: known.get(id) or self._read(db, ring, id) for id in sorted(now)}
            self._segments = known
        return list(known.values())

    @staticmethod
    def _read(db: Connection, ring: KeyRing, id: int) -> Segment:
        found = select(SEGMENT).where(SEGMENT.c.id == id, SEGMENT.c.state == "live")
        row = db.execute(found).first()
        if row is None:
            raise Moved
        records, low, high = json.loads(opened(ring, row))
        get = row._mapping.__getitem__
        firsts = cells.open_(ring, "index_segment", "fences", row.fences, get)
        return Segment(id, row.blocks, records, low, high, firsts)

    def blocks(self, db: Connection, ring: KeyRing, ids: Sequence[int]) -> dict[int, bytes]:
        """Blocks, opened, by their ids. Raises Moved where one is gone."""
        with self._lock:
            found = {id: self._blocks[id] for id in ids if id in self._blocks}
        missing = sorted(set(ids) - found.keys())
        if missing:
            found |= zip(missing, blocks(db, ring, missing), strict=True)
        with self._lock:
            for id in ids:
                self._blocks[id] = found[id]
                self._blocks.move_to_end(id)
            while len(self._blocks) > KEPT:
                self._blocks.popitem(last=False)
        return found


_SHELVES: weakref.WeakKeyDictionary[Any, Shelf] = weakref.WeakKeyDictionary()


def _shelf(db: Connection) -> Shelf:
    """The shelf of a database; its dialect is what all its connections share."""
    return _SHELVES.setdefault(db.dialect, Shelf())


class IndexLook:
    """One look into the index."""

    def __init__(self, db: Connection, ring: KeyRing) -> None:
        self._db, self._ring = db, ring
        self._shelf = _shelf(db)
        self.segments = self._shelf.segments(db, ring)

    def blocks(self, ids: Sequence[int]) -> dict[int, bytes]:
        """Blocks, opened, by their ids."""
        return self._shelf.blocks(self._db, self._ring, ids)

    def lists(self, terms: Sequence[bytes]) -> list[Holders]:
        """The cases that hold each of these terms; the first blocks of all are fetched at once."""
        found = [Holders(self, term) for term in terms]
        first = self.blocks(sorted({id for one in found for id in one.ends()}))
        for one in found:
            one.measure(first)
        return found


class Holders:
    """The cases that hold a term."""

    def __init__(self, look: IndexLook, term: bytes) -> None:
        self._look, self._term = look, term
        spots = ((segment, segment.spot(term)) for segment in look.segments)
        self._spots = [(segment, *spot) for segment, spot in spots if spot]
        self.count = 0
        """Records of the term: a case that says it twice has two at most times."""

    def ends(self) -> Iterator[int]:
        """The blocks by which it is told how many there are."""
        for segment, first, last in self._spots:
            yield segment.block(first)
            yield segment.block(last)

    def measure(self, blocks: dict[int, bytes]) -> None:
        """Count the records, and forget the segments that have none."""
        left = []
        for segment, first, last in self._spots:
            before = low(blocks[segment.block(first)], self._term + LEAST)
            until = low(blocks[segment.block(last)], self._term + MOST)
            if count := (last - first) * BLOCK + until - before:
                self.count += count
                left.append((segment, first, last))
        self._spots = left

    def cases(self) -> Iterator[bytes]:
        """The ends of its records, each once: the newest case first."""
        runs = [self._run(*spot) for spot in self._spots]
        return (one for one, _ in groupby(merge(*runs)))

    def _run(self, segment: Segment, first: int, last: int) -> Iterator[bytes]:
        at, many = first, 1
        while at <= last:
            ids = [segment.block(n) for n in range(at, min(at + many, last + 1))]
            found = self._look.blocks(ids)
            for id in ids:
                block = found[id]
                begin, end = low(block, self._term + LEAST), low(block, self._term + MOST)
                yield from (one[HASH:] for one in split(block[begin * RECORD : end * RECORD]))
            at, many = at + len(ids), min(2 * many, 16)

    def having(self, cases: Sequence[bytes]) -> list[bytes]:
        """Those of these cases (ends of records, the newest first) that hold it."""
        places = []
        for segment, first, last in self._spots:
            newest, oldest = record(b"", segment.high), record(b"", segment.low)
            for case in cases[bisect_left(cases, newest) : bisect_right(cases, oldest)]:
                number = segment.may_hold(self._term + case)
                if first <= number <= last:
                    places.append((case, segment.block(number)))
        found = self._look.blocks(sorted({id for _, id in places}))
        mine = {case for case, id in places if _holds(found[id], self._term + case)}
        return [case for case in cases if case in mine]
