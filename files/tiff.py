"""TIFF pictures, and raw photos that are built as them, without their traces.

Done in place: entries that tell are taken out of the tables, and what they point at is overwritten
with zeros; nothing moves, so the picture stays where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

BEGINNINGS = (b"II*\0", b"MM\0*")
RAW = b"CR"
"""At the ninth byte of Canon's raw photos: what else the camera wrote is needed to develop them."""
SUBTABLES, EXIF, GPS = 0x014A, 0x8769, 0x8825
TABLES = frozenset({EXIF, GPS})
"""Entries that point at a table of traces."""
TRACES = TABLES | {
    0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x013C, 0x02BC, 0x8298, 0x83BB, 0x8649, 0x9C9B,
    0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F, 0xA430, 0xA431, 0xC614, 0xC62F,
}  # fmt: skip
"""Entries written beside the picture: description, maker, model, program, time, author, computer,
XMP, rights, IPTC, Photoshop, what Windows adds, owner and serial number."""
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes of a value, by its type."""
_MANY = 200
"""Tables and entries beyond which nobody's picture goes."""
_PASSES = 10
"""Looks at one file, at most."""


def without(content: bytes) -> bytes:
    """The picture without its traces, as far as its tables can be read."""
    traces = TRACES - {EXIF} if content[8:10] == RAW else TRACES
    for _ in range(_PASSES):  # where tables lie across each other, one look isn't enough
        held = bytearray(content)
        _Tables(held, traces).clean()
        if held == content:
            break
        content = bytes(held)
    return content


def blocks(content: bytes) -> Iterator[bytes]:
    """A TIFF is built as the block that other pictures hold."""
    yield content


class _Tables:
    """The tables of one file."""

    def __init__(self, held: bytearray, traces: Iterable[int]) -> None:
        self._held = held
        self._traces = frozenset(traces)
        self._order: Literal["little", "big"] = "little" if held[:2] == b"II" else "big"
        self._seen: set[int] = set()
        self._left = 2 * len(held)
        """Bytes that may still be overwritten: what points at everything, over and over, does no
        harm."""

    def clean(self) -> None:
        """Every table of a picture, one after the other, and those within them."""
        waiting = [self._number(4, 4)]
        while waiting and len(self._seen) < _MANY:
            at = waiting.pop()
            if at in self._seen or not 8 <= at < len(self._held) - 2:
                continue
            self._seen.add(at)
            waiting += self._table(at)

    def _number(self, at: int, size: int) -> int:
        return int.from_bytes(self._held[at : at + size], self._order)

    def _entries(self, at: int) -> Iterator[tuple[int, int]]:
        """Tag and place of each entry that is there."""
        for n in range(min(self._number(at, 2), _MANY)):
            place = at + 2 + 12 * n
            if place + 12 > len(self._held):
                return
            yield self._number(place, 2), place

    def _value(self, place: int) -> range:
        """Where the value of an entry lies."""
        size = SIZES.get(self._number(place + 2, 2), 1) * self._number(place + 4, 4)
        start = place + 8 if size <= 4 else self._number(place + 8, 4)
        return range(start, min(start + size, len(self._held)))

    def _zero(self, span: range) -> None:
        self._left -= len(span)
        if span.start >= 8 and len(span) and self._left >= 0:
            self._held[span.start : span.stop] = bytes(len(span))

    def _table(self, at: int) -> list[int]:
        """Clean one; gives the tables that follow it or lie within it."""
        kept, follow = [], []
        entries = list(self._entries(at))
        for tag, place in entries:
            if tag in self._traces:
                self._forget(tag, place)
                continue
            if tag == SUBTABLES:
                span = self._value(place)
                follow += [self._number(p, 4) for p in span[: 4 * _MANY : 4]]
            kept.append(bytes(self._held[place : place + 12]))
        end = at + 2 + 12 * len(entries)
        following = bytes(self._held[end : end + 4])
        body = len(kept).to_bytes(2, self._order) + b"".join(kept) + following
        self._held[at : end + len(following)] = body.ljust(end + len(following) - at, b"\0")
        follow.append(int.from_bytes(following, self._order))
        return follow

    def _forget(self, tag: int, place: int) -> None:
        """Blank an entry's value, and the table it points at."""
        if tag in TABLES:
            inner = self._number(place + 8, 4)
            if inner in self._seen or not 8 <= inner < len(self._held) - 2:
                return
            self._seen.add(inner)
            entries = list(self._entries(inner))
            for _, within in entries:
                self._zero(self._value(within))
            self._zero(range(inner, min(inner + 2 + 12 * len(entries) + 4, len(self._held))))
        else:
            self._zero(self._value(place))
