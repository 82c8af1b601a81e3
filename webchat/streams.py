"""Open event streams: which there are, who wakes them, who ends them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal

A_FEW = 5
"""Streams one visitor may hold open; a further one ends the oldest."""

End = Literal["", "closing", "elsewhere"]


@dataclass(eq=False, slots=True)
class Stream:
    """One open page."""

    chat: int
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when something other than a new line is to be looked at."""
    end: End = ""

    def finish(self, why: End) -> None:
        """Ask the stream to end."""
        self.end = why
        self.wake.set()


class Streams:
    """All open streams of this process."""

    def __init__(self) -> None:
        self._open: dict[int, list[Stream]] = {}
        self._closing = False

    def open(self, chat: int) -> Stream:
        """Note a new stream. The newest wins: a phone that changed networks leaves ghosts."""
        stream = Stream(chat)
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
        if not mine:
            self._open.pop(stream.chat, None)

    @property
    def count(self) -> int:
        """How many pages are open."""
        return sum(map(len, self._open.values()))

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
