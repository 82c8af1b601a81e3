"""Open event streams: which there are, who wakes them, who ends them."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

A_FEW = 5
"""Streams one visitor may hold open; a further one ends the oldest."""
MOST = 5000
"""Streams open at once, if nothing else is said; whoever comes later asks again by themselves."""
SHARE = 10
"""One address may have a tenth of them."""

End = Literal["", "closing", "elsewhere"]


@dataclass(eq=False, slots=True)
class Stream:
    """One open page."""

    chat: int
    address: str = ""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when something other than a new line is to be looked at."""
    end: End = ""

    def finish(self, why: End) -> None:
        """Ask the stream to end."""
        self.end = why
        self.wake.set()


class Streams:
    """All open streams of this process."""

    def __init__(self, most: int = MOST) -> None:
        self._open: dict[int, list[Stream]] = {}
        self._from: Counter[str] = Counter()
        self._most = most
        self._closing = False

    def full(self, address: str) -> bool:
        """Whether no further one can be held, in all or for this address."""
        share = max(self._most // SHARE, A_FEW)
        return self.count >= self._most or self._from[address] >= share

    def open(self, chat: int, address: str = "") -> Stream:
        """Note a new stream. The newest wins: a phone that changed networks leaves ghosts."""
        stream = Stream(chat, address)
        self._from[address] += 1
        mine = self._open.setdefault(chat, [])
        mine.append(stream)
        for old in mine[:-A_FEW]:
            old.finish("elsewhere")
        if self._closing:
            stream.finish("closing")
        return stream

    def close(self, stream: Stream) -> None:
        """Forget a stream that has ended."""
        mine = self._open.get(stream.chat, [])
        if stream in mine:
            mine.remove(stream)
            self._from[stream.address] -= 1
            if not self._from[stream.address]:
                del self._from[stream.address]
        if not mine:
            self._open.pop(stream.chat, None)

    @property
    def count(self) -> int:
        """How many pages are open."""
        return self._from.total()

    def wake(self, chat: int) -> None:
        """Let this visitor's pages look again; 0: everybody's."""
        chats = [chat] if chat else list(self._open)
        for one in chats:
            for stream in self._open.get(one, []):
                stream.wake.set()

    def end_all(self) -> None:
        """The server stops: streams end first, or it would wait for them."""
        self._closing = True
        for mine in self._open.values():
            for stream in mine:
                stream.finish("closing")
