"""A running office with people around it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from offices.template import empty
from standins.botapi import BotApi

from bot.app import App
from bot.settings import load_settings
from bot.wiring import build
from people.telegram_person import TelegramPerson
from people.web_person import WebPerson
from petitions.values.person import Role
from petitions.verbs import seating
from storage.records import Records

SHOTS = Path(os.environ.get("SHOTS", Path(__file__).parent.parent / "shots"))
"""Where pictures go, to be looked at; not in the repository."""
SHOTS.mkdir(parents=True, exist_ok=True)


START = datetime(2026, 11, 18, 13, tzinfo=UTC)
"""What a town's clock shows first: nine in the evening of a Wednesday, whenever the tests run."""


FAST = {
    "telegram_rate": 10**5,
    "visitor_rate": 10**6,
    "address_rate": 10**6,
    "address_visitors": 10**6,
}
"""People of the tests are quick, and all of one address."""


class Town:
    """A running office with people around it."""

    def __init__(self, app: App, api: BotApi | None) -> None:
        self.app = app
        self.api = api
        self._next = 1000
        self._closers: list[Any] = []

    async def citizen(self, channel: str = "telegram", lang: str = "zh-hans") -> Any:
        """A new person, who hasn't said anything yet (the page greets by itself)."""
        if channel == "telegram":
            assert self.api is not None
            self._next += 1
            phone = self.api.phone(self._next, "Citizen", language_code=lang)
            return TelegramPerson(phone, self.app)
        person = WebPerson(self.app)
        self._closers.append(person.close)
        await person.enter("zh" if lang.startswith("zh") else "en")
        return person

    async def officer(self, unit: str, role: str = "handler", channel: str = "telegram") -> Any:
        """A new officer, seated by an invitation."""
        token = self.invite(unit, role)
        person = await self.citizen(channel)
        await person.say(f"/start i_{token}")
        return person

    def invite(self, unit: str, role: str = "handler") -> str:
        """A one-time token of a new desk."""
        return self.now(
            lambda book: seating.invite(
                book,
                self.app.office,
                unit,
                Role(role),
                f"desk {unit}",
                self.app.clock.now(),
                alone=True,
            )
        )

    def now(self, work: Any) -> Any:
        """Run something on the records, in a transaction of its own."""
        database = self.app.database
        return database.write_now(lambda c: work(Records(c, database.ring)))

    async def pass_time(self, **delta: float) -> None:
        """Move the office's clock, stopping wherever something falls due."""
        target = self.app.clock.now() + timedelta(**delta)
        while (due := await self.app.ledger.next_due()) and due <= target:
            await self.set_clock(max(due, self.app.clock.now()))
            await self.app.reminders.tick()
        await self.set_clock(target)

    async def set_clock(self, instant: datetime) -> None:
        """Show another time from now on."""
        await self.app.clock.set_to(instant, self.app.database)

    async def close(self) -> None:
        for closer in self._closers:
            await closer()


@asynccontextmanager
async def town(
    folder: Path, telegram: bool = True, ticking: bool = True, makes: bool = False, **settings: Any
) -> AsyncIterator[Town]:
    """An office on a database of its own, with a Bot API server beside it. `makes`: bulletins and
    whatever else is made by the calendar; a day of them takes as long as a day of all the rest."""
    async with BotApi() as api:
        given: dict[str, Any] = {
            "data_dir": folder, "keys": folder / "keys.toml", "web_port": 0, **FAST, **settings,
        }  # fmt: skip
        if telegram:
            given |= {"telegram_token": api.token, "telegram_api": api.url}
        chosen = load_settings(**given)
        if not chosen.database_url:
            chosen.database_url = empty(folder / "petitions.sqlite3")
        app = build(chosen)
        if not (makes or chosen.demo):
            app.reminders.makers = ()
        app.retention.moved = True  # by the tests themselves
        await app.start(ticking=ticking)
        here = Town(app, api)
        await here.set_clock(START)
        # Built by the real clock, it has planned the morning after today; the tests' is earlier.
        await app.ledger.tidy(START)
        try:
            yield here
        finally:
            await here.close()
            await app.stop()
