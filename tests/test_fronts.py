"""The configurations of deploy/ for a server in front of the page, tried with the real servers."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from people import Refused, WebPerson, town

pytestmark = pytest.mark.once

DEPLOY = Path(__file__).parent.parent / "deploy"
MB = 1024 * 1024


def free() -> int:
    """A port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def nginx(folder: Path, page: int, port: int) -> list[str]:
    """nginx with our file, without a certificate and beside whatever runs."""
    held = (DEPLOY / "nginx.conf").read_text("utf-8").partition("\nserver {\n    listen 80;")[0]
    text = held.replace("127.0.0.1:8080", f"127.0.0.1:{page}")
    text = text.replace("listen 443 ssl http2", f"listen 127.0.0.1:{port}")
    text = "\n".join(x for x in text.splitlines() if "ssl_certificate" not in x)
    paths = "".join(f"{x}_temp_path {folder / x};" for x in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder / 'pid'}; error_log stderr;\nevents {{}}\n"
        f"http {{ access_log off; {paths}\n{text}\n}}\n"
    )
    return ["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, page: int, port: int) -> list[str]:
    """Caddy with our file, without a certificate."""
    text = (DEPLOY / "Caddyfile").read_text("utf-8").replace("127.0.0.1:8080", f"127.0.0.1:{page}")
    text = text.replace("petitions.example {", f"http://127.0.0.1:{port} {{")
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


FRONTS = {"nginx": nginx, "caddy": caddy}


@asynccontextmanager
async def behind(name: str, folder: Path, page: int) -> AsyncIterator[int]:
    """A server in front of the page; gives its port."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if not found:
        pytest.skip(f"no {name} here")
    port = free()
    command = [found, *FRONTS[name](folder, page, port)[1:]]
    front = await asyncio.to_thread(subprocess.Popen, command)
    try:
        while front.poll() is None:
            try:
                (await asyncio.open_connection("127.0.0.1", port))[1].close()
                break
            except OSError:
                await asyncio.sleep(0.05)
        assert front.poll() is None, f"{name} refuses its configuration"
        yield port
    finally:
        front.kill()  # Caddy waits for open pages to end
        front.wait()


@pytest.mark.parametrize("name", FRONTS)
async def test_the_page_works_behind_a_server_in_front(name: str, tmp_path: Path) -> None:
    async with (
        town(tmp_path / "office", telegram=False, proxies="127.0.0.1", address_visitors=2) as here,
        behind(name, tmp_path, here.app.port) as port,
    ):
        person = WebPerson(here.app)
        person.base = f"http://127.0.0.1:{port}/api/me"
        await person.enter()
        async with person.http.get(f"{person.base}/events") as stream:
            said = asyncio.create_task(person.say("/help"))
            async with asyncio.timeout(60):
                while b"data:" not in await stream.content.readline():
                    pass
            await said
        pdf = b"%PDF-1.4\n" + b"x" * (19 * MB)
        await person.send_file(pdf, "large.pdf", "application/pdf")
        with pytest.raises((Refused, aiohttp.ClientError)) as refused:
            await person.send_file(pdf + pdf, "larger.pdf", "application/pdf")
        assert "413" in str(refused.value) or isinstance(refused.value, aiohttp.ClientError)
        forged = {"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.8"}
        answers = []
        for _ in range(3):
            body = {"lang": "zh", "key": uuid.uuid4().hex}
            async with (
                aiohttp.ClientSession(headers=forged) as http,
                http.post(f"{person.base}/enter", json=body) as answer,
            ):
                answers.append(answer.status)
        assert answers[-1] == 429, "all of one address, whatever they claim"
        await person.close()
