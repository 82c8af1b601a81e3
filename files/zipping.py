"""A ZIP that is made while it is sent: what was packed is taken at once, and kept nowhere."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

QUICK = 1
"""Photos and films hardly get smaller: no time is spent on it."""
ENOUGH = 128 * 1024
"""Bytes that are given on at once."""


class Zipping:
    """One ZIP; the one writer into it is `zipfile`, which can't go back in it."""

    def __init__(self, at: tuple[int, int, int, int, int, int]) -> None:
        """`at`: the date its files carry, as `zipfile` takes it."""
        self._at = at
        self._made = bytearray()
        self._zip = zipfile.ZipFile(self, "w", zipfile.ZIP_DEFLATED, compresslevel=QUICK)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def write(self, part: Any) -> int:
        """Take the bytes that `zipfile` has packed."""
        self._made += part
        return len(part)

    def add(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Pack a file; gives the ZIP's bytes as they are made."""
        with self._zip.open(zipfile.ZipInfo(name, self._at), "w") as held:
            for piece in pieces:
                held.write(piece)
                if len(self._made) >= ENOUGH:
                    yield self._taken()
        yield self._taken()

    def end(self) -> bytes:
        """The list of what was packed, which comes last."""
        self._zip.close()
        return self._taken()

    def _taken(self) -> bytes:
        made, self._made = bytes(self._made), bytearray()
        return made
