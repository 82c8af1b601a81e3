"""MP4, MOV, HEIC and AVIF files, which are boxes in boxes: the ones that hold traces are emptied.

They keep their length, because others say at which byte the pictures begin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from files import exif

FIRST = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
"""Kinds of boxes that such a file begins with, after four bytes."""
_TRACES = frozenset({b"udta", b"meta", b"uuid"})
"""Boxes with the words of whoever filmed, and their telephone (©xyz and loci lie in `udta`)."""
_TELLERS = (b"meta", b"camm")
"""Handlers of tracks that say where the camera was, second by second."""
_ITEMS = (b"Exif", b"mime")
"""Kinds of items that say something of a picture."""
_INSIDE = frozenset({b"moov", b"trak", b"moof", b"traf"})
"""Boxes in which others lie."""
_NOTHING = bytes(4) + exif.NOTHING
"""A block in place of the camera's: some readers refuse a picture without a sound one."""
_MANY = 10_000
"""More than a camera writes of anything: who writes more only wants us to count."""
Span = tuple[int, int]


class Box(NamedTuple):
    """A box: its type, where it begins, where its body does, where it ends."""

    kind: bytes
    start: int
    body: int
    end: int


def _boxes(content: bytes | bytearray, at: int, end: int) -> Iterator[Box]:
    while at + 8 <= end:
        size, kind, body = _whole(content, at, 4), bytes(content[at + 4 : at + 8]), at + 8
        if size == 1:
            size, body = _whole(content, body, 8), body + 8
        stop = at + size if size else end
        if stop < body or body > end:
            return
        yield Box(kind, at, body, min(stop, end))
        at = stop


def _whole(content: bytes | bytearray, at: int, size: int) -> int:
    return int.from_bytes(content[at : at + size], "big")


def _child(content: bytes | bytearray, box: Box, *kinds: bytes, skip: int = 0) -> Box | None:
    """The first box of a kind inside, and so on inwards."""
    for inner in _boxes(content, box.body + skip, box.end):
        if inner.kind == kinds[0]:
            return _child(content, inner, *kinds[1:]) if kinds[1:] else inner
    return None


def without(content: bytes) -> bytes:
    """The file with its traces emptied."""
    held = bytearray(content)
    _clean(held, (0, len(held)), _data(held))
    return bytes(held)


def _data(content: bytes | bytearray) -> list[Span]:
    """Where pictures and sound lie."""
    found = (b for b in _boxes(content, 0, len(content)) if b.kind == b"mdat")
    return [(b.body, b.end) for b in islice(found, 10)]


def _clean(held: bytearray, span: Span, data: list[Span], depth: int = 3) -> None:
    for box in _boxes(held, *span):
        if box.kind == b"meta" and _is_picture(held, box):
            _empty(held, _told(held, box, data))
            for start, end in _told(held, box, data, (b"Exif",)):
                held[start:end] = _NOTHING.ljust(end - start, b"\0")[: end - start]
        elif box.kind == b"trak" and _is_told(held, box):
            _empty(held, _clipped(_samples(held, box), data))
            _drop(held, box)
        elif box.kind in _TRACES:
            _drop(held, box)
        elif box.kind in _INSIDE and depth:
            _clean(held, (box.body, box.end), data, depth - 1)


def _drop(held: bytearray, box: Box) -> None:
    """A box that says nothing any more, and is passed over."""
    held[box.start + 4 : box.start + 8] = b"free"
    _empty(held, [(box.body, box.end)])


def _empty(held: bytearray, spans: Iterable[Span]) -> None:
    for start, end in spans:
        held[start:end] = bytes(end - start)


def _clipped(spans: Iterable[Span], inside: list[Span]) -> list[Span]:
    """The parts of spans that lie where data lies, each byte once: a wrong number harms no box."""
    parts = sorted(
        (max(start, first), min(end, last))
        for start, end in islice(spans, _MANY) for first, last in inside
        if max(start, first) < min(end, last)
    )  # fmt: skip
    found: list[Span] = []
    for start, end in parts:
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


# A film's track of places


def _is_told(held: bytearray, track: Box) -> bool:
    handler = _child(held, track, b"mdia", b"hdlr")
    return handler is not None and held[handler.body + 8 : handler.body + 12] in _TELLERS


def _samples(held: bytearray, track: Box) -> Iterator[Span]:
    """Where a track's pieces lie: where the chunks begin, how many samples are in each, and the
    sizes of the samples."""
    table = _child(held, track, b"mdia", b"minf", b"stbl")
    found = {b.kind: b for b in _boxes(held, table.body, table.end)} if table else {}
    sizes, runs = found.get(b"stsz"), found.get(b"stsc")
    chunks, width = found.get(b"stco") or found.get(b"co64"), 4 if b"stco" in found else 8
    if sizes is None or runs is None or chunks is None:
        return
    same, place = _whole(held, sizes.body + 4, 4), sizes.body + 12
    counts = _counts(held, runs)
    for at in range(chunks.body + 8, chunks.end - width + 1, width):
        count = next(counts)
        size = same * count
        if not same:
            last = min(place + 4 * count, sizes.end)
            size = sum(_whole(held, i, 4) for i in range(place, last - 3, 4))
            place = max(place, last)
        start = _whole(held, at, width)
        yield start, start + size


def _counts(held: bytearray, runs: Box) -> Iterator[int]:
    """How many samples are in each chunk, without end."""
    number, count = 1, 0
    for at in range(runs.body + 8, runs.end - 11, 12):
        while number < min(_whole(held, at, 4), _MANY):
            yield count
            number += 1
        count = _whole(held, at + 4, 4)
    while True:
        yield count


# A picture's items (HEIC, AVIF): what is said of it lies among them


def _is_picture(held: bytes | bytearray, meta: Box) -> bool:
    handler = _child(held, meta, b"hdlr", skip=4)
    return handler is not None and held[handler.body + 8 : handler.body + 12] == b"pict"


def exif_blocks(content: bytes) -> Iterator[bytes]:
    """The blocks that the camera wrote beside a picture."""
    for box in _boxes(content, 0, len(content)):
        if box.kind == b"meta" and _is_picture(content, box):
            for start, end in _told(content, box, _data(content), (b"Exif",)):
                yield content[start + 4 + _whole(content, start, 4) : end]


def _told(
    held: bytes | bytearray, meta: Box, data: list[Span], kinds: tuple[bytes, ...] = _ITEMS
) -> list[Span]:
    """Where the items lie that say something of the picture."""
    inner = {b.kind: b for b in _boxes(held, meta.body + 4, meta.end)}
    if b"iinf" not in inner or b"iloc" not in inner:
        return []
    wanted = set(_items(held, inner[b"iinf"], kinds))
    found = [x for x in islice(_located(held, inner[b"iloc"]), _MANY) if x[0] in wanted]
    spans = _clipped([x[2:] for x in found if x[1] == 0], data)
    if own := inner.get(b"idat"):
        beside = [(own.body + x[2], own.body + x[3]) for x in found if x[1] == 1]
        spans += _clipped(beside, [(own.body, own.end)])
    return spans


def _items(held: bytes | bytearray, box: Box, kinds: tuple[bytes, ...]) -> Iterator[int]:
    """The numbers of the items of these kinds."""
    first = box.body + (6 if held[box.body] == 0 else 8) if box.body < box.end else box.end
    for entry in _boxes(held, first, box.end):
        if entry.kind == b"infe" and entry.body < entry.end:
            wide = 4 if held[entry.body] >= 3 else 2
            kind = entry.body + 4 + wide + 2
            if held[kind : kind + 4] in kinds:
                yield _whole(held, entry.body + 4, wide)


def _located(held: bytes | bytearray, box: Box) -> Iterator[tuple[int, int, int, int]]:
    """Number of an item, where its bytes are counted from (0: the file), from, to."""
    version, at = _whole(held, box.body, 1), box.body + 4
    offset, length, base, index = (
        n for b in held[at : min(at + 2, box.end)].ljust(2, b"\0") for n in (b >> 4, b & 15)
    )  # fmt: skip
    wide = 4 if version == 2 else 2
    at += 2 + wide
    while at + wide + 4 <= box.end:
        item, at = _whole(held, at, wide), at + wide
        method = _whole(held, at, 2) & 15 if version else 0
        at += 4 if version else 2
        begin, at = _whole(held, at, base), at + base
        extents, at = _whole(held, at, 2), at + 2
        for _ in range(extents):
            at += index if version else 0
            if at + offset + length > box.end or not offset + length:
                return
            start = begin + _whole(held, at, offset)
            at += offset
            yield item, method, start, start + _whole(held, at, length)
            at += length
