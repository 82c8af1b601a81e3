"""The event stream: new and changed lines, the menu, and a sign of life."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

from aiohttp import web

from petitions.logged import LoggedEntry
from webchat.asked import Heard, count
from webchat.asking import guest, lives
from webchat.guard import Refusal
from webchat.lines import dumps, on_page
from webchat.menus import Menu
from webchat.room import ROOM, WebChat
from webchat.routes import NOBODY, Given, route
from webchat.streams import Stream

PING = 15.0
"""Seconds of silence after which a comment shows that the line is alive."""

PINGS = 40
"""Silences after which a stream ends and the page opens a new one, if its session still lives."""


AGAIN = 30
"""Seconds after which a page that found no room may ask for a stream again."""


@route("GET", "/api/{pane}/events", Given("The stream.", mime="text/event-stream"), asks=Heard,
       session=NOBODY, paced=False)  # fmt: skip
async def events(request: web.Request, asked: Heard) -> web.StreamResponse:
    """News of the visitor's log from now on, as server-sent events: `line` (id: its `seq`),
    `menu`; and as the last one `elsewhere` when a sixth page of the same visitor was opened,
    `ended` when the session is over, `shut` when an officer must log in first. Ends after ten
    silent minutes; the client comes again.

    Raises Refusal when too many are open: the page asks for news from time to time then.
    """
    room = request.app[ROOM]
    visitor, _ = await guest(request)
    after = count(request.headers.get("Last-Event-ID")) or asked.after
    address = room.limits.address(request)
    if room.streams.full(address):
        raise Refusal("full", wait=AGAIN)
    stream = room.streams.open(visitor.chat, address)
    try:
        return await _Writer(request, room, stream).run(after)
    finally:
        room.streams.close(stream)


class _Writer:
    """Writes one stream until the page leaves or the server stops."""

    def __init__(self, request: web.Request, room: WebChat, stream: Stream) -> None:
        self._request = request
        self._room = room
        self._stream = stream
        self._menu: Menu | None = None
        self._response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )

    async def run(self, after: int) -> web.StreamResponse:
        """Write until the end. A page that left is no error."""
        await self._response.prepare(self._request)
        with contextlib.suppress(ConnectionResetError):
            await self._write(b": hello\n\n")
            await self._tell(after)
        return self._response

    async def _tell(self, after: int) -> None:
        silences = 0
        while not self._stream.end and silences < PINGS:
            self._stream.wake.clear()
            menu = self._room.menus.of(self._stream.chat)
            lines = await self._room.visitors.since(self._stream.chat, after)
            if ended := await self._ended():  # asked last: a desk may be taken at any moment
                await self._event(ended, {})
                return
            await self._tell_menu(menu)
            for line in lines:
                await self._line(line)
                after = line.seq
            if not lines and not await self._wait(after):
                silences += 1
                await self._write(b": ping\n\n")
        if self._stream.end == "elsewhere":
            await self._event("elsewhere", {})

    async def _ended(self) -> str:
        """Why nothing more is told: the session is over, or whoever sits there by now, at a desk
        that was taken since the page was opened, perhaps, must log in first. Empty: go on."""
        visitor, logins = await lives(self._request), self._room.logins
        if visitor is None:
            return "ended"
        return "shut" if visitor.officer and logins and await logins.shut(visitor.chat) else ""

    async def _tell_menu(self, menu: Menu) -> None:
        if menu != self._menu:
            self._menu = menu
            await self._event("menu", {"menu": menu})

    async def _wait(self, after: int) -> bool:
        """Until there is something to look at; False after a silence."""
        news = asyncio.ensure_future(self._room.visitors.wait(self._stream.chat, after, PING))
        wake = asyncio.ensure_future(self._stream.wake.wait())
        try:
            await asyncio.wait({news, wake}, return_when=asyncio.FIRST_COMPLETED)
            return self._stream.wake.is_set() or (news.done() and news.result())
        finally:
            for task in (news, wake):
                task.cancel()
            await asyncio.gather(news, wake, return_exceptions=True)

    async def _line(self, line: LoggedEntry) -> None:
        await self._event("line", on_page(line), line.seq)

    async def _event(self, name: str, data: Mapping[str, object], id: int | None = None) -> None:
        head = f"event: {name}\n" + (f"id: {id}\n" if id is not None else "")
        await self._write(f"{head}data: {dumps(data)}\n\n".encode())

    async def _write(self, data: bytes) -> None:
        await self._response.write(data)
