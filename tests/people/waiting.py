"""Waiting for what comes by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(done: Callable[[], bool]) -> None:
    """Wait for something that comes by itself; minutes, which only a broken office needs."""
    async with asyncio.timeout(240):
        while not done():  # noqa: ASYNC110 - what others do sets no event
            await asyncio.sleep(0.02)
