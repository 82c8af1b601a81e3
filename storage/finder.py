"""Looks for hot matters on working mornings, and knows them again as they grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from petitions.book import Planned
from petitions.counting import hot
from petitions.counting.hot import Group, Item, Matter
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.telling.ports import Timepiece
from petitions.values import search
from petitions.values.person import Audience, Role
from petitions.values.petition import Kind, Status
from storage import hot as kept
from storage.database import Database
from storage.records import Records
from storage.records.cases import IS_KEPT
from storage.tables import PETITION, WORDS

STATE = "hot"
"""The setting that says: look today."""
MOST = 5000
"""Cases that are compared at most, the newest: more would hold up the machine."""


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks for hot matters when it is asked to (`petitions.telling.ports.Steps`)."""

    database: Database
    office: Office
    clock: Timepiece

    async def step(self) -> int:
        """Look once; 0 when nobody has asked."""
        if not await self.database.read(self._asked):
            return 0
        today = local_day(self.clock.now(), self.office.zone)
        groups = await self.database.read(self._look, today)
        await self.database.write(self._keep, groups, today)
        return 1

    def _asked(self, connection: Connection) -> str:
        return Records(connection, self.database.ring).setting(STATE)

    def _look(self, connection: Connection, today: date) -> list[Group]:
        records = Records(connection, self.database.ring)
        return hot.find(items(records, connection, today), today - hot.LOOK_BACK)

    def _keep(self, connection: Connection, groups: Sequence[Group], today: date) -> None:
        """Write the list anew and plan the day's notice, whatever was found: that a row changed,
        or is there, says nothing."""
        book, ring = Records(connection, self.database.ring), self.database.ring
        book.set_setting(STATE, "")
        known = [m for m in kept.to_change(connection, ring) if m.last >= today - hot.LOOK_BACK]
        kept.keep(connection, ring, grown(known, groups, today))
        for officer in book.seated(self.office.bureau):
            if officer.role is Role.SUPERVISOR and not officer.away:
                book.plan(Planned("officer.hot", 0, today.isoformat(), f"chat:{officer.chat}",
                                  self.clock.now(), {}))  # fmt: skip


def grown(known: Sequence[Matter], groups: Sequence[Group], today: date) -> list[Matter]:
    """The matters that are known, as they are now, and those that are new."""
    held = {one.id: one for one in known}
    for group in groups:
        old = next((m for m in known if same(m.cases, group.cases)), None)
        id = old.id if old else max(held, default=0) + 1
        held[id] = Matter(id, old.found_on if old else today, group.first, group.last, group.people,
                          group.cases, group.phrases, group.wanted,
                          old.state if old else "open")  # fmt: skip
    return list(held.values())


def items(records: Records, connection: Connection, today: date) -> list[Item]:
    """The newest cases as they are compared; nothing sealed, no accusation."""
    found = (
        select(PETITION)
        .where(PETITION.c.received_on >= today - hot.BACKGROUND, PETITION.c.sealed.is_(False),
               ~IS_KEPT, PETITION.c.kind != Kind.ACCUSATION, PETITION.c.status != Status.MERGED)
        .order_by(PETITION.c.received_on.desc(), PETITION.c.id.desc())
        .limit(MOST)
    )  # fmt: skip
    rows = connection.execute(found).all()
    records.hold_keys((row.id, row.key) for row in rows)
    texts: dict[int, dict[str, str]] = {row.id: {} for row in rows}
    numbers = sorted(texts)
    for start in range(0, len(numbers), 500):
        words = select(WORDS).where(
            WORDS.c.case.in_(numbers[start : start + 500]), WORDS.c.part.in_(search.PARTS),
            WORDS.c.audience == Audience.EVERYBODY,
        )  # fmt: skip
        for row in connection.execute(words):
            if text := records.open_words(row):
                texts[row.case].setdefault(row.part, text)
    return [
        Item(row.id, row.person, row.received_on,
             tuple(text for part, text in texts[row.id].items() if part != "request"),
             texts[row.id].get("request", ""))
        for row in rows
    ]  # fmt: skip


def same(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether half of the smaller group is in the other."""
    small, large = sorted((set(one), set(other)), key=len)
    return 2 * len(small & large) >= len(small)
