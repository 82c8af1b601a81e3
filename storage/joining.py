"""Writing segments of the index anew: several become one, and what was erased stays behind.

In steps, each worked out while reading and written in a short transaction; what is half written is
gone on with by whoever comes next.
"""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from storage.seal import KeyRing
from storage.segments import (
    BLOCK,
    HELD,
    NUMBERS,
    RECORD,
    SEGMENT,
    WIDE,
    Moved,
    Segment,
    blocks,
    case_of,
    fences,
    opened,
    packed,
    rows,
    sealed,
    segments,
    split,
)

STEP = 128
"""Blocks written in one step, 250 KB."""
READ = 16
"""Blocks of a segment fetched at once."""
SWEPT = 512
"""Blocks of a segment that is over deleted in one step."""
Writes = list[tuple[Any, Any]]
"""Statements with their values."""
Erased = Mapping[int, Collection[bytes]]
"""Cases of which words were erased → the records that are left of them."""


class SegmentSource:
    """The records of a segment, from one on."""

    def __init__(self, db: Connection, ring: KeyRing, segment: Segment, at: int) -> None:
        self._db, self._ring, self._segment = db, ring, segment
        self.at = at
        """Records that were taken."""
        self._buffer: list[bytes] = []

    def last(self) -> bytes | None:
        """The last record at hand; none where all were taken."""
        if not self._buffer and self.at < self._segment.records:
            first, skipped = divmod(self.at, BLOCK)
            numbers = range(first, min(first + READ, self._segment.blocks))
            found = blocks(self._db, self._ring, [self._segment.block(n) for n in numbers])
            records = [one for block in found for one in split(block)]
            self._buffer = records[skipped : self._segment.records - first * BLOCK]
        return self._buffer[-1] if self._buffer else None

    def take(self, bound: bytes) -> list[bytes]:
        """The records at hand up to a bound."""
        many = bisect_right(self._buffer, bound)
        taken, self._buffer = self._buffer[:many], self._buffer[many:]
        self.at += many
        return taken


@dataclass
class Joining:
    """A segment that is being written, from others."""

    id: int
    sources: list[tuple[int, int]]
    """Segment → its records that were taken."""
    low: int
    high: int
    blocks: int = 0
    records: int = 0
    """Those that are in its blocks."""
    rest: list[bytes] = field(default_factory=list)
    """Taken, and not yet a whole block."""
    fences: bytes = b""

    def head(self) -> str:
        """The head that stands in its row, sealed."""
        rest = base64.b64encode(b"".join(self.rest)).decode()
        return json.dumps([self.sources, self.low, self.high, self.records, rest])

    @classmethod
    def of(cls, row: Row[Any], ring: KeyRing) -> Joining:
        """The one a row tells of."""
        sources, low, high, records, rest = json.loads(opened(ring, row))
        left = split(base64.b64decode(rest))
        return cls(row.id, [tuple(s) for s in sources], low, high, row.blocks, records, left)


def begun(id: int, joined: Sequence[Segment]) -> Joining:
    """The beginning of a segment from these."""
    low, high = min(s.low for s in joined), max(s.high for s in joined)
    return Joining(id, [(s.id, 0) for s in joined], low, high)


def under_way(db: Connection, ring: KeyRing) -> Joining | None:
    """The one that is half written."""
    columns = (SEGMENT.c.id, SEGMENT.c.blocks, SEGMENT.c.body)
    row = db.execute(select(*columns).where(SEGMENT.c.state == "made")).first()
    return Joining.of(row, ring) if row else None


def due(there: Sequence[Segment]) -> list[Segment]:
    """Which segments (the largest first) are to be joined: the smallest, and each that isn't larger
    than all the smaller ones together. It follows from their sizes alone."""
    total, count = 0, 0
    for n, one in enumerate(reversed(there)):
        if total + one.blocks > WIDE or (n and one.blocks > total):
            break
        total, count = total + one.blocks, n + 1
    return list(there[len(there) - count :]) if count > 1 else []


def step(db: Connection, ring: KeyRing, one: Joining, erased: Erased) -> Writes:
    """Write some more of it; with the last of it, it stands for those it was made from."""
    held = {s.id: s for s in segments(db, ring)}
    if not all(id in held for id, _ in one.sources):
        raise Moved
    sources = [SegmentSource(db, ring, held[id], at) for id, at in one.sources]
    out, ended = _joined(sources, one.rest, erased)
    count = len(out) if ended else len(out) - len(out) % BLOCK
    new = packed(out[:count])
    put = rows(ring, one.id, one.blocks, new)
    writes: Writes = [(insert(HELD), put)] if put else []
    if not one.fences and one.blocks:  # somebody else had begun it
        one.fences = _fences_of(db, ring, one)
    one.fences += fences(new)
    fresh = not one.blocks and not one.records and all(at == 0 for _, at in one.sources)
    one.sources = [(id, s.at) for (id, _), s in zip(one.sources, sources, strict=True)]
    one.blocks, one.records, one.rest = one.blocks + len(new), one.records + count, out[count:]
    return writes + (_stands(ring, one, fresh) if ended else _goes_on(ring, one, fresh))


def _joined(
    sources: Sequence[SegmentSource], rest: list[bytes], erased: Erased
) -> tuple[list[bytes], bool]:  # fmt: skip
    """Sorted records, as many as a step writes or all that are left; whether those are all."""
    out = list(rest)
    while len(out) < STEP * BLOCK:
        bounds = [last for s in sources if (last := s.last())]
        if not bounds:
            return out, True
        bound = min(bounds)
        taken = [one for s in sources for one in s.take(bound)]
        out += sorted(one for one in taken if _stays(one, erased)) if erased else sorted(taken)
    return out, False


def _stays(one: bytes, erased: Erased) -> bool:
    left = erased.get(case_of(one))
    return left is None or one in left


def _fences_of(db: Connection, ring: KeyRing, one: Joining) -> bytes:
    ids = [one.id << NUMBERS | n for n in range(one.blocks)]
    return b"".join(block[:RECORD] for block in blocks(db, ring, ids))


def _row(ring: KeyRing, one: Joining, state: str, head: str, firsts: bytes) -> dict[str, Any]:
    row = {"id": one.id, "state": state, "blocks": one.blocks}
    return row | sealed(ring, one.id, head, firsts)


def _goes_on(ring: KeyRing, one: Joining, fresh: bool) -> Writes:
    return [_put(_row(ring, one, "made", one.head(), b""), fresh)]


def _put(row: dict[str, Any], fresh: bool) -> tuple[Any, Any]:
    if fresh:
        return insert(SEGMENT), row
    return update(SEGMENT).where(SEGMENT.c.id == row["id"]).values(row), {}


def _stands(ring: KeyRing, one: Joining, fresh: bool) -> Writes:
    """It is looked in, those it was made from aren't any more."""
    gone = [id for id, _ in one.sources]
    writes: Writes = []
    if one.blocks:
        done = Segment(one.id, one.blocks, one.records, one.low, one.high, one.fences)
        writes.append(_put(_row(ring, one, "live", done.head(), one.fences), fresh))
    elif not fresh:
        writes.append((delete(SEGMENT).where(SEGMENT.c.id == one.id), {}))
    over = update(SEGMENT).where(SEGMENT.c.id.in_(gone)).values(state="over", body=b"", fences=b"")
    return [*writes, (over, {})]


def sweep(db: Connection) -> Writes:
    """Delete some blocks of a segment that is over, then its row."""
    found = select(func.min(SEGMENT.c.id)).where(SEGMENT.c.state == "over")
    id = db.execute(found).scalar()
    if id is None:
        return []
    mine = HELD.c.id.between(id << NUMBERS, (id + 1 << NUMBERS) - 1)
    some = (
        db.execute(select(HELD.c.id).where(mine).order_by(HELD.c.id).limit(SWEPT)).scalars().all()
    )
    writes: Writes = []
    if some:
        writes.append((delete(HELD).where(HELD.c.id.between(some[0], some[-1])), {}))
    if len(some) < SWEPT:
        writes.append((delete(SEGMENT).where(SEGMENT.c.id == id), {}))
    return writes
