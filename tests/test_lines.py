"""Slow, silent and many lines: each ends, and nobody is kept out by them."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import socket
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from people import Town, WebPerson, town, until
from structlog.testing import capture_logs

from bot.health import NO_LOGIN
from webchat import connections, routes

pytestmark = pytest.mark.once

HALF = b"POST /api/me/enter HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


async def line(here: Town, source: str = "127.0.0.1") -> Any:
    """A line to the page, from an address of this machine."""
    return await asyncio.open_connection(
        "127.0.0.1", here.app.port, local_addr=(source, 0)
    )  # fmt: skip


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What comes until the other side has ended the line."""
    with suppress(ConnectionError):
        async with asyncio.timeout(120):
            return await reader.read(-1)
    return b""


@pytest.mark.parametrize("sent", [b"", b"GET", HALF, b"GET / HTTP/1.1\r\nX: " + b"y" * 4000])
async def test_half_a_request_is_waited_for_and_no_longer(
    here: Town, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connections, "HEADERS", 0.3)
    reader, writer = await line(here)
    writer.write(sent)
    assert await ended(reader) == b""
    writer.close()


async def test_headers_that_trickle_have_no_more_time(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADERS", 1.0)
    reader, writer = await line(here)
    writer.write(b"GET /chat HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"200" in await reader.readline(), "one whole request, then a slow one on the same line"

    async def trickle() -> None:
        with suppress(ConnectionError):
            for _ in range(2000):
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(0.05)

    slow = asyncio.create_task(trickle())
    await ended(reader)
    slow.cancel()
    writer.close()


async def test_a_body_that_doesnt_come_is_waited_for_and_no_longer(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "PATIENCE", 0.3)
    reader, writer = await line(here)
    writer.write(HALF + b"Content-Length: 50\r\nConnection: close\r\n\r\n{")
    answer = await ended(reader)
    assert b" 408 " in answer.partition(b"\r\n")[0]
    assert "自动重新发送".encode() in answer
    writer.close()


async def test_a_line_between_two_requests_ends_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE", 0.3)
    async with town(tmp_path, telegram=False) as here:
        reader, writer = await line(here)
        writer.write(b"GET /chat HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"</html>" in await ended(reader)
        writer.close()


async def test_an_answer_that_nobody_takes_ends(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "STILL", 0.3)
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        taker.connect(("127.0.0.1", here.app.port))
        asked = b"GET /static/pico.css HTTP/1.1\r\nHost: x\r\n\r\n"
        taker.setblocking(False)
        door = doors(here)[0]
        await until(lambda: len(door) == 1)
        for _ in range(200):  # so much that it fits into no buffer of the system's
            with suppress(BlockingIOError, ConnectionError):
                taker.send(asked)
            await asyncio.sleep(0)
        await until(lambda: len(door) == 0)


def doors(here: Town) -> list[connections.Door]:
    """The doors of an office's ports."""
    return [site.door for runner in here.app._runners for site in runner.sites]  # type: ignore[attr-defined]


async def test_one_address_has_so_many_lines_and_others_come_in(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False, address_lines=5) as here:
        with capture_logs() as logs:
            held = [await line(here, "127.0.0.2") for _ in range(5)]
            for _ in range(20):
                reader, writer = await line(here, "127.0.0.2")
                assert await ended(reader) == b"", "ended at once"
                writer.close()
            person = await here.citizen("web")
            assert "编号" in await person.say("/help") or person.lines
        assert [x["event"] for x in logs if x["event"].startswith("lines.")] == ["lines.crowded"]
        for _, writer in held:
            writer.close()
        await until(lambda: not any(door._held["127.0.0.2"] for door in doors(here)))
        reader, writer = await line(here, "127.0.0.2")
        writer.write(b"GET /chat HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b" 200 " in (await ended(reader)).partition(b"\r\n")[0]
        writer.close()


async def test_our_own_proxys_lines_are_everybodys(tmp_path: Path) -> None:
    async with town(
        tmp_path, telegram=False, address_lines=2, proxies="127.0.0.0/8"
    ) as here:  # fmt: skip
        held = [await line(here) for _ in range(10)]
        for reader, writer in held:
            writer.write(b"GET /chat HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200" in await reader.readline()
            writer.close()


@pytest.mark.sqlite
@pytest.mark.slow
async def test_eleven_hundred_half_sent_headers_keep_nobody_out_and_fill_no_log(
    tmp_path: Path,
) -> None:
    def few_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))

    env = {**os.environ, "PETITION_DATA_DIR": str(tmp_path), "PETITION_WEB_PORT": "0"}
    office = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, "-m", "bot.cli", "run"], env=env, cwd=tmp_path,
        text=True, stdout=subprocess.PIPE, stderr=(tmp_path / "log").open("w"),
        preexec_fn=few_files,
    )  # fmt: skip
    try:
        found = re.search(r":(\d+)/", await asyncio.to_thread(office.stdout.readline))
        assert found
        here: Any = SimpleNamespace(app=SimpleNamespace(port=int(found[1])))
        held, until = [], time.monotonic() + 3
        for n in range(1100):
            with suppress(OSError):
                held.append(await line(here, f"127.0.{n % 4}.9"))
                held[-1][1].write(HALF)
        while time.monotonic() < until:  # as somebody who insists
            with suppress(OSError):
                held.append(await line(here, "127.0.0.9"))
        person = WebPerson(here.app)
        await person.enter()
        await person.say("/help")
        await person.close()
        for _, writer in held:
            writer.close()
    finally:
        office.terminate()
        await asyncio.to_thread(office.wait)
    assert (tmp_path / "log").stat().st_size < 10_000


async def test_posts_without_a_session_take_nothing_of_an_addresss_budget(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False, address_rate=30) as here:
        person = await here.citizen("web")
        async with aiohttp.ClientSession(cookies={"pb_me": "never-given"}) as stranger:
            statuses = []
            for _ in range(60):
                body = {"key": uuid.uuid4().hex, "text": "x"}
                async with stranger.post(f"{person.base}/say", json=body) as answer:
                    statuses.append(answer.status)
        assert statuses[0] == 401
        assert statuses[-1] == 429, "they are held back themselves"
        for _ in range(10):
            await person.say("/help")


def forwarded(here: Town, **headers: str) -> str:
    """The address that a request through a proxy counts for."""
    from aiohttp.test_utils import make_mocked_request

    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = make_mocked_request("GET", "/", headers=named)
    request._transport_peername = ("10.0.0.9", 1)
    return str(here.app.room.limits.address(request))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"X_Forwarded_For": "198.51.100.7:4711"}, "198.51.100.7"),
        ({"X_Forwarded_For": "[2001:db8:1:2::7]:4711"}, "2001:db8:1:2::/64"),
        ({"X_Forwarded_For": "[2001:db8:1:2::7]"}, "2001:db8:1:2::/64"),
        ({"X_Forwarded_For": "2001:db8:1:2::7"}, "2001:db8:1:2::/64"),
        ({"X_Forwarded_For": "203.0.113.1, 198.51.100.7:80, 10.0.0.3:99"}, "198.51.100.7"),
        ({"Forwarded": 'for="[2001:db8:1:2::7]:4711";proto=https'}, "2001:db8:1:2::/64"),
        ({"Forwarded": "for=203.0.113.1, For=198.51.100.7;by=10.0.0.9"}, "198.51.100.7"),
        ({"Forwarded": "for=_hidden"}, "10.0.0.9"),
        ({"Forwarded": "for=198.51.100.7", "X_Forwarded_For": "198.51.100.7:1"}, "198.51.100.7"),
        ({"Forwarded": "for=203.0.113.1", "X_Forwarded_For": "198.51.100.7"}, "10.0.0.9"),
        ({"X_Forwarded_For": "unknown"}, "10.0.0.9"),
        ({"X_Forwarded_For": "a:b:c:d:e:f:g:h:i]["}, "10.0.0.9"),
    ],
)
async def test_what_a_proxy_says_is_read_in_all_its_forms(
    tmp_path: Path, headers: dict[str, str], address: str
) -> None:
    async with town(tmp_path, telegram=False, proxies="10.0.0.0/8") as here:
        assert forwarded(here, **headers) == address


async def test_a_proxy_that_isnt_declared_is_named(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False, metrics_port=0) as here:
        ready = f"http://127.0.0.1:{here.app.monitor_port}/ready"
        async with aiohttp.ClientSession(headers={"X-Forwarded-For": "198.51.100.7"}) as http:
            async with http.get(ready) as answer:
                assert await answer.text() == f"ready\n{NO_LOGIN}"
            with capture_logs() as logs:
                for _ in range(3):
                    body = {"lang": "zh", "key": uuid.uuid4().hex}
                    url = f"http://127.0.0.1:{here.app.port}/api/me/enter"
                    await (await http.post(url, json=body)).read()
            named = [x for x in logs if x["event"] == "proxy.unnamed"]
            assert [x["address"] for x in named] == ["127.0.0.1"]
            async with http.get(ready) as answer:
                said = await answer.text()
        assert answer.status == 200
        assert "127.0.0.1" in said
        assert "PETITION_PROXIES" in said
