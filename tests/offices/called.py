"""Offices that Telegram calls, and that ask it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from people import Town, town

from offices.fleet import free_port
from offices.several import url as url
from telegramchat.webhook import HEADER


@pytest.fixture
async def called(tmp_path: Path) -> AsyncIterator[Town]:
    """An office that Telegram calls."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    async with town(tmp_path, webhook_url=address, webhook_port=port) as made:
        yield made


async def post(here: Town, body: Any, secret: str | None = None, path: str = "") -> int:
    """A call as Telegram makes it; gives the status."""
    hook = here.app.webhook
    assert hook
    head = {HEADER: hook.secret if secret is None else secret}
    url = f"http://127.0.0.1:{here.app.hook_port}{path or hook.path}"
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, data=data, headers=head if secret != "none" else {}) as answer,
    ):
        return answer.status


@pytest.fixture(params=["asked", "called"])
async def office(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """An office that asks Telegram, and one that is called."""
    port = free_port()
    given: dict[str, Any] = {}
    if request.param == "called":
        given = {"webhook_url": f"http://127.0.0.1:{port}", "webhook_port": port}
    async with town(tmp_path, **given) as made:
        yield made
