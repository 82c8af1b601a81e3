"""Packing archives while they are sent: one file after the other is opened, and nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from files.zipping import Zipping
from papers.printer import Printer
from petitions.errors import BadAnswer, PetitionError
from petitions.hearing import Zip
from petitions.message import Archive, Sheet
from petitions.telling.ports import ArchiveEntry, Timepiece, Vault

AT_ONCE = 6
"""Archives under way at once: each has one file of 20 MB in memory at most."""
ROOM = 5 * 1024 * 1024
"""Bytes that a ZIP stays below what a channel takes."""
A_PAPER = 512 * 1024
"""Bytes a printed document has at most, with its type."""

Volume = frozenset[tuple[int, str]]
"""Of an archive that comes in several: steps, and the names of what they bring to this one."""


class Contents(Protocol):
    """Where the office says what is in an archive. Each look is a transaction of its own."""

    async def steps(self, asked: Archive) -> list[int]:
        """The steps in which it is read. Raises PetitionError, OutOfReach."""
        ...

    async def entries(self, asked: Archive, step: int) -> list[ArchiveEntry]:
        """The entries that one step brings. Raises PetitionError, OutOfReach."""
        ...


@dataclass(slots=True)
class Packing:
    """Packs what was asked for, one archive at a time for each person."""

    contents: Contents
    vault: Vault
    clock: Timepiece
    printer: Printer
    _under_way: set[str] = field(default_factory=set)

    @contextmanager
    def place(self, asked: Archive) -> Iterator[None]:
        """A place for one archive, as long as the block runs. Raises BadAnswer."""
        if asked.who in self._under_way:
            raise BadAnswer("bad.archive_twice")
        if len(self._under_way) >= AT_ONCE:
            raise BadAnswer("bad.archives_busy")
        self._under_way.add(asked.who)
        try:
            yield
        finally:
            self._under_way.remove(asked.who)

    async def parts(self, asked: Archive, largest: int) -> list[Volume | None]:
        """The entries of each ZIP, where none may have more bytes."""
        parts: list[set[tuple[int, str]]] = [set()]
        full = room = largest - ROOM
        for step in await self.contents.steps(asked):
            for name, held in await self.contents.entries(asked, step):
                size = await self._size(held)
                if size > room and parts[-1]:
                    parts.append(set())
                    room = full
                parts[-1].add((step, name))
                room -= size
        return [frozenset(part) for part in parts]

    async def _size(self, held: str | int | Sheet) -> int:
        if isinstance(held, int):
            try:
                return (await self.vault.ref(held)).size
            except PetitionError:
                return 0
        return A_PAPER if isinstance(held, Sheet) else len(held.encode())

    async def pack(
        self, asked: Archive, channel: str, lang: str, part: Volume | None = None
    ) -> AsyncGenerator[bytes, None]:
        """The ZIP, piece by piece. Raises PetitionError before the first one where it may not be
        had, OutOfReach."""
        made = Zipping(self.clock.now().timetuple()[:6])
        for step in await self.contents.steps(asked):
            for name, held in await self.contents.entries(asked, step):
                if part is not None and (step, name) not in part:
                    continue
                try:
                    pieces = await self._pieces(held, channel)
                except PetitionError as error:  # this file alone
                    name, pieces = f"{name}.txt", (error.sentence(lang).encode(),)
                packed = made.add(name, pieces)
                del pieces  # a file's bytes are let go of before the next is opened
                while piece := await asyncio.to_thread(_some, packed):
                    yield piece
        yield await asyncio.to_thread(made.end)

    async def _pieces(self, held: str | int | Sheet, channel: str) -> Iterable[bytes]:
        if isinstance(held, int):
            return await self.vault.pieces(held)
        return (
            await self.printer.pdf(held, channel) if isinstance(held, Sheet) else held.encode(),
        )

    @asynccontextmanager
    async def zips(
        self, asked: Archive, channel: str, lang: str, largest: int
    ) -> AsyncGenerator[list[Zip], None]:
        """As so many ZIPs as it takes where none may be larger, as long as the block runs. Raises
        PetitionError, OutOfReach."""
        with self.place(asked):
            parts = await self.parts(asked, largest) if largest else [None]
            yield [
                Zip(name_of(n, len(parts)), partial(self.pack, asked, channel, lang, part))
                for n, part in enumerate(parts, 1)
            ]


def name_of(number: int = 1, count: int = 1) -> str:
    """The name of a ZIP."""
    return "petition-file.zip" if count == 1 else f"petition-file-{number}-of-{count}.zip"


def _some(pieces: Iterator[bytes]) -> bytes:
    """The next piece that isn't empty; empty: there are no more."""
    return next((piece for piece in pieces if piece), b"")
