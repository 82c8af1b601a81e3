"""Offices that were killed, hours later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from standins.botapi import BotApi

from bot.settings import load_settings
from bot.wiring import build


def settings(folder: Path, api: BotApi, url: str = "") -> Any:
    return load_settings(
        data_dir=folder, telegram_token=api.token, telegram_api=api.url, telegram_rate=100_000,
        database_url=url, only="reminders",
    )  # fmt: skip


async def finish(folder: Path, api: BotApi, url: str = "") -> None:
    """Hours later everything that is still to be said has been."""
    app = build(settings(folder, api, url))
    for hours in (0, 1, 6, 30):
        app.clock.offset = timedelta(hours=hours)
        await app.reminders.sweep()
        await app.reminders.tick()
    await app.stop()
