"""An office of several processes behind one address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from people import until
from standins.botapi import BotApi

from offices.fleet import Fleet, free_port
from offices.template import fresh_postgres
from storage.database import make_engine
from storage.migrate import check_schema


@pytest.fixture
def url(postgres: str) -> str:
    made = fresh_postgres(postgres)
    check_schema(make_engine(made))
    return made


@asynccontextmanager
async def fleet(folder: Path, url: str) -> AsyncIterator[tuple[BotApi, Fleet]]:
    async with BotApi() as api:
        made = Fleet(
            folder, database_url=url, telegram_token=api.token, telegram_api=api.url, only="dialogs"
        )
        try:
            yield api, made
        finally:
            await asyncio.to_thread(made.stop)


async def called(api: BotApi, processes: Fleet, count: int) -> list[ForkServerProcess]:
    """So many processes behind one address, each with a port of its own."""
    ports = [free_port() for _ in range(count)]
    api.doors = [f"http://127.0.0.1:{port}" for port in ports]
    made = [processes.start(webhook_url="https://office.example", webhook_port=p) for p in ports]
    await until(lambda: api.stats.calls["setWebhook"] == count)
    return made
