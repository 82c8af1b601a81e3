"""The demo: the sample office's desks to sit down at, and a clock that can be moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from bot import sample_campaign
from bot.clock import OfficeClock
from bot.simulate import DAYS, read_day, side_name, simulate, title_of
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.values.codes import new_token, token_hash
from petitions.values.staffing import entry
from petitions.verbs.seating import is_desk
from petitions.words import DEFAULT, LANGUAGES, say
from reminders.round import Reminders
from storage.database import Database
from storage.ledger import SqlLedger
from storage.records import Records
from storage.visitors import SqlVisitors
from webchat import CHANNEL
from webchat.room import SampleOfficer as Pane


@dataclass(frozen=True, slots=True)
class SampleDesks:
    """Everything that the demo page needs of the house (`webchat.room.Demo`)."""

    office: Office
    database: Database
    clock: OfficeClock
    visitors: SqlVisitors
    ledger: SqlLedger
    reminders: Reminders

    def officers(self) -> list[Pane]:
        """Every desk of the office file, in its order."""
        office = self.office
        panes = []
        for i, plan in enumerate(office.staff):
            names = {
                lang: f"{office.unit_name(plan.unit, lang)} · {say(lang, f'role.{plan.role}')}"
                for lang in LANGUAGES
            }
            panes.append(Pane(pane=f"desk{i}", names=names))
        return panes

    async def enter(self, pane: str) -> str:
        """A session at this desk. Raises KeyError for a pane there is none of."""
        index = int(pane.removeprefix("desk")) if pane.removeprefix("desk").isdecimal() else -1
        if not 0 <= index < len(self.office.staff):
            raise KeyError(pane)
        chat = await self.database.write(self._seat, index)
        token = new_token()
        await self.visitors.seat(token_hash(token), chat)
        return token

    def _seat(self, connection: Connection, index: int) -> int:
        """The chat of a desk; the first time, desk and chat are made."""
        plan = self.office.staff[index]
        book = Records(connection, self.database.ring)
        officer = next(o for o in book.officers(plan.unit) if is_desk(o, plan))
        if officer.chat:
            return officer.chat
        chat = book.new_chat(CHANNEL, f"desk:{index}", DEFAULT, self.clock.now())
        book.set_address(chat, str(chat.id))
        book.seat_officer(officer.id, chat.id)
        book.note_staff(entry("first", self.clock.now(), officer))
        return chat.id

    def now(self) -> datetime:
        """The office's time."""
        return self.clock.now()

    async def move(self, how: Literal["1d", "7d", "next"]) -> datetime:
        """Let time pass, stopping at every instant at which something falls due."""
        clock, ledger = self.clock, self.ledger
        start = clock.now()
        await self.reminders.tick()  # what is due already isn't what comes next
        if how == "next":
            target = await ledger.next_due(real=True) or start
        else:
            target = start + timedelta(days={"1d": 1, "7d": 7}[how])
        while (due := await ledger.next_due()) and due <= target:
            await clock.set_to(max(due, clock.now()), self.database)
            await self.reminders.tick()
        await clock.set_to(max(target, clock.now()), self.database)
        return clock.now()

    async def simulate(
        self, kind: str, start: str, late: str, lang: str, end: str
    ) -> tuple[str, list[tuple[str, str, str, str]]]:
        """The next weeks of an imagined case, from the demo's today on."""
        day = read_day(start) if start else local_day(self.clock.now(), self.office.zone)
        lines = await simulate(self.office, kind, day, late, lang, end=end)
        rows = [(x.day.isoformat(), x.side, side_name(x.side, lang), x.text) for x in lines]
        return title_of(kind, day, late, DAYS, lang, end), rows

    async def prepare(self) -> None:
        """Make every desk, so that notices find somebody there; a new demo gets its example of
        a campaign."""
        new = not await self.database.read(self._taken)
        for index in range(len(self.office.staff)):
            await self.database.write(self._seat, index)
        if new:
            await sample_campaign.load(self.office, self.database, self.clock.now())

    def _taken(self, connection: Connection) -> bool:
        """Whether anybody has sat down at a desk before."""
        book = Records(connection, self.database.ring)
        return any(book.seated(unit) for unit in self.office.units)
