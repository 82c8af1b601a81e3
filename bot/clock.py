"""The office's clock. Only the demo's can be moved; the offset survives a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from storage.database import Database
from storage.records.installation import setting_put
from storage.tables import SETTING

OFFSET = "clock_offset_seconds"
"""The setting that holds by how much the clock was moved."""


class OfficeClock:
    """The real time (`petitions.telling.ports.Timepiece`), moved by a stored offset in the demo."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    async def load(self, database: Database) -> None:
        """The offset as it was when the demo last ran."""
        found = select(SETTING.c.value).where(SETTING.c.name == OFFSET)
        value = await database.read(lambda c: c.execute(found).scalar_one_or_none())
        self.offset = timedelta(seconds=float(value or 0))

    async def set_to(self, instant: datetime, database: Database) -> None:
        """Move the clock so that it shows `instant` now."""
        self.offset = instant - datetime.now(UTC)
        value = str(self.offset.total_seconds())
        await database.write(lambda c: c.execute(*setting_put(c, OFFSET, value)))
