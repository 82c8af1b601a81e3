"""Officers on the page who must log in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from offices.stored import database as database
from offices.thieves import there as there

from bot.office_files import SAMPLE
from people import Refused, Town, WebPerson, town
from storage.tables import METADATA
from storage.verify import broken

LOGIN, TALLY = METADATA.tables["login"], METADATA.tables["tally"]


MORNING = datetime(2026, 11, 19, 2, tzinfo=UTC)
"""Ten in the morning of a Thursday, at the office."""


@asynccontextmanager
async def strict_town(folder: Path, *more: str, **given: Any) -> AsyncIterator[Town]:
    """An office that requires a login."""
    file = folder / "office.toml"
    lines = "\n".join(("[login]", "required = true", *more))
    file.write_text(f"{SAMPLE.read_text()}\n{lines}\n")
    async with town(folder, office=file, **given) as here:
        await here.set_clock(MORNING)
        yield here


class Desk:
    """Somebody at a desk on the page, with an authenticator."""

    def __init__(self, here: Town, person: WebPerson) -> None:
        self.here, self.person, self.secret = here, person, ""

    async def step(self, what: str, value: str = "") -> dict[str, Any]:
        return await self.person.post("login", {"do": what, "value": value})

    def code(self, off: int = 0) -> str:
        """The authenticator's code, so many steps away from now."""
        at = self.here.app.clock.now() + timedelta(seconds=30 * off)
        return pyotp.TOTP(self.secret).at(at)

    async def set_up(self) -> None:
        shown = await self.step("set")
        assert shown["picture"].startswith("data:image/png;base64,")
        self.secret = shown["secret"].replace(" ", "")
        assert (await self.step("confirm", self.code()))["done"]
        await self.later(seconds=31)

    async def enter(self) -> dict[str, Any]:
        await self.person.enter()
        return self.person.entered

    async def later(self, **delta: float) -> None:
        await self.here.set_clock(self.here.app.clock.now() + timedelta(**delta))

    async def log_in(self) -> None:
        assert (await self.step("code", self.code()))["done"]

    @property
    def chat(self) -> int:
        return int(self.person.entered["chat"])


async def seated(here: Town, unit: str = "city", role: str = "clerk") -> Desk:
    """Somebody who has just taken a desk on the page."""
    person = WebPerson(here.app)
    here._closers.append(person.close)
    await person.enter(start=f"i_{here.invite(unit, role)}")
    return Desk(here, person)


async def refused(work: Any) -> tuple[int, str]:
    """Status and sentence of a refusal."""
    with pytest.raises(Refused) as error:
        await work
    return error.value.status, error.value.body["error"]["zh"]


async def read(desk: Desk, path: str) -> int:
    async with desk.person.http.get(f"{desk.person.base}/{path}") as response:
        return response.status


def wrong(here: Town) -> list[str]:
    """What `history verify` names, each with its table."""
    database = here.app.database
    return database.read_now(lambda c: [f"{b.what}:{b.table}" for b in broken(c, database.ring)])
