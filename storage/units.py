"""Units as they were changed in a chat, whichever process that was in."""

from __future__ import annotations

import asyncio

import structlog

from petitions.law.units import Office
from petitions.telling.ports import OutOfReach
from petitions.verbs.units import units_now
from storage import mark
from storage.database import Database
from storage.records import Records

log = structlog.get_logger()

LOOK = 60.0
"""Seconds between two looks: so long another process may not know of a change."""


class UnitsSeen:
    """Keeps this process's office as it was changed in another."""

    def __init__(self, database: Database, office: Office) -> None:
        self._database = database
        self._office = office

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self.look()
            except OutOfReach:
                log.error("records.out_of_reach", job="units")
            except Exception as error:  # the next look may see them
                log.error("reshape.failed", error=type(error).__name__, exc_info=error)

    async def look(self) -> None:
        """See the units as they are now, and whether there is a new key. Raises OutOfReach."""
        ring = self._database.ring
        newest = await self._database.read(mark.key)
        await asyncio.to_thread(ring.hear_of, newest[0] if newest else 0)
        self._office.reshape(*await self._database.read(lambda c: units_now(Records(c, ring))))
