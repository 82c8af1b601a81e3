"""Files are looked at by a virus scanner before they are kept: a daemon that speaks ClamAV's
protocol, well or not.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import aiohttp
import pytest
from people import Refused, begin, file_petition, finish, town
from samples.pictures import picture

from bot.health import NO_LOGIN
from storage import scanner

pytestmark = pytest.mark.once

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CLEAN = picture(30, 20)


class Clamd:
    """Takes what INSTREAM brings; `how` it answers otherwise than clamd would."""

    def __init__(self, how: str = "") -> None:
        self.how = how
        self.seen: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            command = await reader.readuntil(b"\0")
            said = b"PONG" if command == b"zPING\0" else await self._scan(reader)
            if self.how == "dead":
                return
            if self.how == "slow":
                await asyncio.sleep(600)
            writer.write(b"\xff\x00garbage" if self.how == "garbage" else said + b"\0")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _scan(self, reader: asyncio.StreamReader) -> bytes:
        content = b""
        while size := struct.unpack(">I", await reader.readexactly(4))[0]:
            content += await reader.readexactly(size)
        self.seen.append(content)
        found = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
        return b"stream: " + found


@asynccontextmanager
async def clamd(how: str = "", path: Path | None = None) -> AsyncIterator[tuple[Clamd, str]]:
    """A daemon, and where it is."""
    made = Clamd(how)
    if path:
        server = await asyncio.start_unix_server(made.serve, path)
        place = str(path)
    else:
        server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
        place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made, place
    finally:
        server.close()


async def said_of(person: Any, content: bytes, name: str = "一.png") -> str:
    """What a person is told of a file."""
    try:
        return str(await person.send_file(content, name, "image/png"))
    except Refused as refused:
        return str(refused)


@pytest.mark.parametrize("unix", [True, False])
async def test_what_the_scanner_finds_is_not_kept(tmp_path: Path, channel: str, unix: bool) -> None:
    path = tmp_path / "clamd" if unix else None
    async with clamd(path=path) as (daemon, place), town(tmp_path, clamav=place) as here:
        person = await here.citizen(channel)
        await begin(person)
        assert "发现了病毒" in await said_of(person, EICAR, "一.txt")
        large = CLEAN + bytes(3 * 2**20 + 1)
        await person.send_file(large, "二.png", "image/png")
        await finish(person)
        assert daemon.seen == [EICAR, large], "wholly"
        kept = here.now(lambda b: b.attachments(1))
        assert [unquote(f.name) for f in kept] == ["二.png"]


@pytest.mark.parametrize("how", ["slow", "dead", "garbage", "nobody"])
async def test_without_its_scanner_only_text_is_taken_and_health_says_so(
    tmp_path: Path, channel: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "PATIENCE", 0.5)
    monkeypatch.setattr(scanner, "SOON", 0.5)
    async with clamd(how) as (_, place):
        if how == "nobody":
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                place = f"127.0.0.1:{free.getsockname()[1]}"
        async with town(tmp_path, clamav=place, metrics_port=0) as here:
            person = await here.citizen(channel)
            await begin(person)
            assert "查毒软件这会儿没有回应" in await said_of(person, CLEAN)
            await finish(person)
            assert not here.now(lambda b: b.attachments(1))
            assert await file_petition(await here.citizen(channel)), "words go on"
            where = f"http://127.0.0.1:{here.app.monitor_port}/ready"
            async with aiohttp.ClientSession() as http, http.get(where) as answer:
                assert answer.status == 200, "people are served"
                assert "PETITION_CLAMAV" in await answer.text()


async def test_a_scanner_that_is_there_is_no_news(tmp_path: Path) -> None:
    async with clamd() as (_, place), town(tmp_path, clamav=place, metrics_port=0) as here:
        where = f"http://127.0.0.1:{here.app.monitor_port}/ready"
        async with aiohttp.ClientSession() as http, http.get(where) as answer:
            assert await answer.text() == f"ready\n{NO_LOGIN}"
