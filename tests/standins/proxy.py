"""A wire between the office and its database that can be cut, held up and mended."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

from sqlalchemy.engine import URL, make_url


class Proxy:
    """Hands on what comes to a port of its own, in a thread of its own. Start it with `with`."""

    def __init__(self, address: str) -> None:
        self._target: URL = make_url(address)
        self.port = 0
        self.pause = 0.0
        """Seconds each piece from the database is held up."""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        """The database's address through this wire."""
        through = self._target.set(host="127.0.0.1", port=self.port, query={"sslmode": "disable"})
        return through.render_as_string(hide_password=False)

    def __enter__(self) -> Proxy:
        self._thread.start()
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def mend(self) -> None:
        """Take connections (again)."""
        asyncio.run_coroutine_threadsafe(self._mend(), self._loop).result()

    def cut(self) -> None:
        """End every connection and take no new ones."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result()

    async def _mend(self) -> None:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def _cut(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        folder = self._target.query.get("host")
        forth = None
        try:
            if folder:
                port = self._target.port or 5432
                there = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
            else:
                there = await asyncio.open_connection(self._target.host, self._target.port or 5432)
            back, forth = there
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, forth, 0))
                both.create_task(self._carry(back, writer, 1))
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            for one in (writer, forth):  # both: the server, too, must see that nobody is there
                if one:
                    with suppress(Exception):
                        one.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, held: int
    ) -> None:
        while piece := await reader.read(65536):
            if held and self.pause:
                await asyncio.sleep(self.pause)
            writer.write(piece)
            await writer.drain()
        writer.close()
        raise ConnectionResetError  # one side has gone: so does the other
