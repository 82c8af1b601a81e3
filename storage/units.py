"""Units as they were changed in a chat, whichever process that was in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from petitions.law.units import Office
from petitions.verbs.office import UNITS
from storage.database import Database
from storage.records import Records


class UnitsSeen:
    """Keeps this process's office as it was changed (`petitions.ports.Steps`)."""

    def __init__(self, database: Database, office: Office) -> None:
        self._database = database
        self._office = office

    async def step(self) -> int:
        """Look once; always 0."""
        self._office.reshape(*await self._database.read(self._look))
        return 0

    def _look(self, connection: Connection) -> tuple[str, Sequence[str]]:
        book = Records(connection, self._database.ring)
        return book.setting(UNITS), book.holding_units()
