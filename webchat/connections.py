"""Lines to a port: how many there may be, and how long one may say nothing."""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import structlog
from aiohttp import web

from webchat.limits import Limits

log = structlog.get_logger()

HEADERS = 20.0
"""Seconds in which the headers of a request must have come, from a line's or its own first byte."""
IDLE = 75.0
"""Seconds between two requests of a line: longer than servers in front of us keep one."""
STILL = 60.0
"""Seconds in which whoever is answered must have taken something of it."""
SHARE = 0.8
"""Of the files the system lets a process open, so much may be lines; the rest is for its own."""
QUARTER = 4
"""One address has a fourth of all lines at most, whatever the settings say."""
MINUTE = 60.0
NAME = "petition-bot"
"""Our own name: no library, no version."""


class Door:
    """The lines of one port. Those of our own proxies are everybody's: they have no limit of an
    address."""

    def __init__(self, limits: Limits, of_an_address: int, most: int = 0) -> None:
        """`most`: lines in all; 0: as many as the system allows."""
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self.most = most or max(QUARTER, int(files * SHARE))
        self.of_an_address = max(1, min(of_an_address, self.most // QUARTER))
        self._limits = limits
        self._held: Counter[str] = Counter()
        self._silent_until = 0.0

    def enter(self, peer: str) -> str | None:
        """The address a line counts for, "" for a proxy of ours; None: there is no room."""
        address = self._limits.line(peer)
        crowded = address and self._held[address] >= self.of_an_address
        if crowded or self._held.total() >= self.most:
            self.crowded("address" if crowded else "all")
            return None
        self._held[address] += 1
        return address

    def leave(self, address: str) -> None:
        """A line has ended."""
        self._held[address] -= 1
        self._held += Counter()  # whoever has none is forgotten

    def crowded(self, what: str) -> None:
        """Say that somebody is kept out, once a minute: who floods must not fill the disk."""
        now = asyncio.get_running_loop().time()
        if now >= self._silent_until:
            self._silent_until = now + MINUTE
            log.warning("lines.crowded", full=what, lines=self._held.total())

    def __len__(self) -> int:
        return self._held.total()


class Connection(web.RequestHandler):
    """One line, with an end to every silence."""

    def __init__(self, door: Door, server: web.Server, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(server, loop=loop, keepalive_timeout=IDLE, access_log=None)  # type: ignore[arg-type]
        self._door = door
        self._address: str | None = None
        self._late: asyncio.TimerHandle | None = None
        self._untaken: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the line, or end it at once."""
        peer = transport.get_extra_info("peername")
        self._address = self._door.enter(str(peer[0]) if peer else "")
        if self._address is None:
            cast(asyncio.Transport, transport).abort()
            return
        super().connection_made(transport)
        self._late = self._loop.call_later(HEADERS, self._too_late)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Make room."""
        if self._address is not None:
            self._door.leave(self._address)
        self._address = None
        for timer in (self._late, self._untaken):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    @property
    def _waits(self) -> bool:
        """No request is being answered."""
        return self._waiter is not None and not self._waiter.done()

    def data_received(self, data: bytes) -> None:
        """From the first byte of a request the time for its headers runs."""
        super().data_received(data)
        if not self._waits and self._late:
            self._late.cancel()
            self._late = None
        elif self._waits and self._late is None:
            self._late = self._loop.call_later(HEADERS, self._too_late)

    def _too_late(self) -> None:
        self._late = None
        if self._waits:
            self.force_close()

    def force_close(self) -> None:
        """End the line, also where nobody takes what was said last."""
        transport = self.transport
        super().force_close()
        if transport and transport.get_write_buffer_size():
            self._loop.call_later(STILL, transport.abort)

    def pause_writing(self) -> None:
        """Bytes that were sent wait to be taken."""
        super().pause_writing()
        self._look(-1)

    def resume_writing(self) -> None:
        """They were taken."""
        super().resume_writing()
        if self._untaken:
            self._untaken.cancel()

    def _look(self, before: int) -> None:
        transport = self.transport
        if transport is None:
            return
        waits = transport.get_write_buffer_size()
        if waits == before:
            transport.abort()
            return
        self._untaken = self._loop.call_later(STILL, self._look, waits)

    def handle_error(self, *args: Any, **kwargs: Any) -> web.StreamResponse:
        """Bytes that are no HTTP get an answer that names no library."""
        answer = super().handle_error(*args, **kwargs)
        answer.headers["Server"] = NAME
        return answer


class Port(web.TCPSite):
    """A port whose lines go through a door."""

    def __init__(self, runner: web.AppRunner, host: str, port: int, door: Door) -> None:
        super().__init__(runner, host, port)
        self.door = door

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        await web.BaseSite.start(self)
        loop, server = asyncio.get_running_loop(), self._runner.server
        assert isinstance(server, web.Server)
        loop.set_exception_handler(rarely(self.door))
        self._server = await loop.create_server(
            lambda: Connection(self.door, server, loop),
            self._host,
            self._port,
            backlog=self._backlog,
        )


def rarely(door: Door) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    """A line that couldn't be accepted is said once a minute; the loop says it a hundred times."""

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if "accept" in str(context.get("message", "")):
            door.crowded("files")
        else:
            loop.default_exception_handler(context)

    return handle
