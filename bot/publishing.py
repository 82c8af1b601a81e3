"""Makes the bulletins that are due: counted, small numbers kept back, drawn, kept, sent out."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import Connection

from papers import chart, pdf, xlsx
from petitions.book import Planned
from petitions.counting import bulletin_words, bulletins
from petitions.counting.bulletins import Bulletin, Correction
from petitions.errors import StoreAway
from petitions.law.clocks import local_day
from petitions.law.periods import Period
from petitions.law.units import Office
from petitions.matters import supervision
from petitions.telling.ports import Timepiece, Vault
from petitions.values.person import Role
from petitions.verbs.days import calendar_of
from storage import journal, publishing
from storage.database import Database
from storage.records import Records

SETTLED = timedelta(minutes=5)
"""A bulletin says what was known so long ago: no transaction that began before is still open."""
READERS = {"day": (Role.SUPERVISOR,)}
"""Roles that get a kind of bulletin; all other kinds go to the leaders too."""
AGAIN = timedelta(minutes=1)
"""When it is tried again where its pictures couldn't be kept: notices don't wait for them."""
BATCH = 200
REMEMBERED = 13
"""Published ones that are looked at for corrections: a year of months, and the last one's year."""

Made = tuple[Bulletin, Bulletin | None, Bulletin | None]
"""A bulletin, the one of the period before, the one of the year before."""


class Publisher:
    """Publishes one bulletin at a step (`petitions.telling.ports.Steps`)."""

    def __init__(self, database: Database, office: Office, clock: Timepiece, vault: Vault) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._vault = vault
        self._failed_at: datetime | None = None

    async def step(self) -> int:
        """Make the bulletin that has waited longest; 0 when none waits, or it can't be kept now."""
        waiting = await self._database.read(publishing.due)
        if waiting is None or (
            self._failed_at and abs(self._clock.now() - self._failed_at) < AGAIN
        ):
            return 0
        while await self._database.write(journal.count_some, self._office.zone, BATCH):
            pass
        as_of = self._clock.now() - SETTLED
        made = await self._database.read(
            compose, self._database, self._office, waiting.period, as_of
        )
        bulletin = made[0]
        bulletin.id, bulletin.made_at = waiting.id, self._clock.now()
        suggested = await self._database.read(suggestions, self._database, waiting.period)
        lang = self._office.languages[0]
        drawn = await asyncio.to_thread(files, self._office, made, suggested, lang)
        try:
            bulletin.files = [(await self._vault.keep(*one)).id for one in drawn]
        except StoreAway:
            self._failed_at = self._clock.now()
            return 0
        await self._database.write(self._publish, bulletin)
        return 1

    def _publish(self, connection: Connection, bulletin: Bulletin) -> None:
        if not publishing.keep(connection, bulletin):
            return
        book, period = Records(connection, self._database.ring), bulletin.period
        assert bulletin.made_at
        roles = READERS.get(period.kind, (Role.SUPERVISOR, Role.LEADER))
        for officer in book.seated(self._office.bureau):
            if officer.role in roles and not officer.away:
                book.plan(Planned("officer.bulletin", 0, f"{period.kind}:{period.key}",
                                  f"chat:{officer.chat}", bulletin.made_at,
                                  {"bulletin": bulletin.id}))  # fmt: skip


def compose(
    db: Connection, database: Database, office: Office, period: Period, as_of: datetime
) -> Made:
    """A period's bulletin with its texts, and the ones it is compared with."""
    today = local_day(as_of, office.zone)
    parts = publishing.parts_of(db, period, today, as_of)
    bulletin = bulletins.compose(period, parts, publishing.inside(db, period))
    bulletin.as_of = as_of
    calendar = calendar_of(Records(db, database.ring), office)
    bulletin.working = period.working_days(calendar, today)
    before, year = publishing.of(db, period.before()), publishing.of(db, period.year_ago())
    corrected: list[tuple[Bulletin, Correction]] = []
    published = publishing.made(db, (period.kind,), REMEMBERED)
    for one in published:
        then, now = (
            publishing.whole(db, one.period, today, at) for at in (published[0].as_of, as_of)
        )
        corrected += [(one, found) for found in bulletins.corrections(one, then, now)]
    for lang in office.languages:
        bulletin.texts[lang] = bulletin_words.text(office, bulletin, before, year, corrected, lang)
    return bulletin, before, year


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def files(
    office: Office, made: Made, suggested: list[tuple[str, int, int, int]], lang: str
) -> list[tuple[bytes, str, str]]:  # fmt: skip
    """A bulletin's picture, table and, of a year, its report: bytes, name, type."""
    bulletin, before, year = made
    drawn = chart.png(bulletin_words.picture(office.name(lang), bulletin, before, year, lang))
    table = bulletin_words.table(office, bulletin, lang)
    found = [(drawn, f"{bulletin.period.key}.png", "image/png"),
             (xlsx.xlsx(table), table.name, XLSX)]  # fmt: skip
    if bulletin.period.kind == "year":
        sheet = bulletin_words.report(office, bulletin, suggested, lang)
        found.append((pdf.pdf(sheet, "", drawn), sheet.name, "application/pdf"))
    return found


def suggestions(
    db: Connection, database: Database, period: Period
) -> list[tuple[str, int, int, int]]:  # fmt: skip
    """The three suggestions of a period: kind, how many, adopted, not answered yet."""
    every = [
        one for one in Records(db, database.ring).suggestions(limit=100_000)
        if period.first <= one.made_on <= period.last
    ]  # fmt: skip
    found = []
    for kind in supervision.SUGGESTIONS:
        mine = [one for one in every if one.kind == kind]
        if mine:
            found.append((kind, len(mine), sum(one.adopted is True for one in mine),
                          sum(one.adopted is None for one in mine)))  # fmt: skip
    return found
