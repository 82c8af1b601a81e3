"""Packing archives while they are sent: one file after the other is opened, and nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from aiogram import Bot
from aiogram.types import InputFile

from files.zipping import Zipping
from petitions.errors import BadAnswer, PetitionError
from petitions.message import Archive, Sheet
from petitions.telling.ports import ArchiveEntry, Clock, Vault

AT_ONCE = 6
"""Archives under way at once: each has one file of 20 MB in memory at most."""
A_PART = 45 * 1024 * 1024
"""Bytes of one ZIP where a channel has a limit: bots of Telegram's send 50 MB."""
A_PAPER = 512 * 1024
"""Bytes a printed document has at most, with its type."""

Part = frozenset[tuple[int, str]]
"""Of an archive that comes in several: steps, and the names of what they bring to this one."""


class Contents(Protocol):
    """Where the office says what is in an archive. Each look is a transaction of its own."""

    async def steps(self, asked: Archive) -> list[int]:
        """The steps in which it is read. Raises PetitionError, OutOfReach."""
        ...

    async def entries(self, asked: Archive, step: int) -> list[ArchiveEntry]:
        """What one step brings. Raises PetitionError, OutOfReach."""
        ...


@dataclass(slots=True)
class Packing:
    """Packs what was asked for, one archive at a time for each person."""

    contents: Contents
    vault: Vault
    clock: Clock
    pdf: Callable[[str, Sheet], Awaitable[bytes]]
    """A document as a PDF; its QR code opens the case on this channel."""
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

    async def parts(self, asked: Archive) -> list[Part]:
        """What goes into which ZIP where none may be larger than `A_PART`."""
        parts: list[set[tuple[int, str]]] = [set()]
        room = A_PART
        for step in await self.contents.steps(asked):
            for name, held in await self.contents.entries(asked, step):
                size = await self._size(held)
                if size > room and parts[-1]:
                    parts.append(set())
                    room = A_PART
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
        self, asked: Archive, channel: str, lang: str, part: Part | None = None
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
        return (await self.pdf(channel, held) if isinstance(held, Sheet) else held.encode(),)

    async def send(self, bot: Bot, chat: int, asked: Archive, lang: str, shut: bool | None) -> None:
        """Send it to a chat of Telegram's, in as many ZIPs as it takes. Raises BadAnswer."""
        with self.place(asked):
            parts = await self.parts(asked)
            for number, part in enumerate(parts, 1):
                name = name_of(number, len(parts))
                file = Streamed(lambda p=part: self.pack(asked, "telegram", lang, p), name)  # type: ignore[misc]
                await bot.send_document(chat, file, protect_content=shut, request_timeout=PATIENCE)


PATIENCE = 15 * 60
"""Seconds that one ZIP may take on its way to Telegram."""


class Streamed(InputFile):
    """A file that is made while it is sent, and made anew when it is sent again."""

    def __init__(self, make: Callable[[], AsyncGenerator[bytes, None]], name: str) -> None:
        super().__init__(filename=name)
        self._make = make

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """Its bytes."""
        async with aclosing(self._make()) as pieces:
            async for piece in pieces:
                yield piece


def name_of(number: int = 1, count: int = 1) -> str:
    """What a ZIP is called."""
    return "petition-file.zip" if count == 1 else f"petition-file-{number}-of-{count}.zip"


def _some(pieces: Iterator[bytes]) -> bytes:
    """The next piece that isn't empty; empty: there are no more."""
    return next((piece for piece in pieces if piece), b"")
