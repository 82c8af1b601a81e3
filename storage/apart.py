"""Cases are closed to units that are newly known by a name their petitioners gave: whom a case is
to be kept from is read once more when units are called otherwise, are moved or closed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, select

from petitions.errors import PetitionError
from petitions.law.units import Office
from petitions.telling.ports import Timepiece
from petitions.verbs import acting
from storage.database import Database
from storage.records import Records
from storage.tables import PETITION, WORDS

log = structlog.get_logger()

STATE = "apart"
"""The setting that holds what units were called when all were read, and how far it has come."""
BATCH = 50
READER = 1
"""Grows with what `petitions.law.named` understands: then everything is read once more."""


def called(office: Office) -> str:
    """A mark of what units are called, and of who stands above whom."""
    units = office.units.values()
    said = [
        READER,
        office.bureau,
        [[u.id, u.names, u.parent, u.accusations, u.also] for u in units],
    ]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Apart:
    """Keeps cases from whom they are to be kept from (`petitions.telling.ports.Steps`)."""

    database: Database
    office: Office
    clock: Timepiece

    async def step(self) -> int:
        """Read some cases once more; 0 when there is no more to do."""
        found = await self.database.read(self._next)
        if found is None:
            return 0
        mark, cases = found
        for case in cases:
            try:
                await self.database.write(self._again, case)
            except PetitionError as error:  # what no key opens, or isn't ours: the others go on
                log.error("apart.failed", case=case, error=error.key)
        await self.database.write(self._came, mark, cases[-1] if cases else -1)
        return max(1, len(cases))

    def _next(self, connection: Connection) -> tuple[str, list[int]] | None:
        """The mark of the units' names now, and the next cases to be read; None: all are."""
        said = Records(connection, self.database.ring).setting(STATE)
        now = called(self.office)
        mark, _, after = said.partition(":")
        if mark == now and not after:
            return None
        hidden = (
            select(WORDS.c.case)
            .join(PETITION, PETITION.c.id == WORDS.c.case)
            .where(WORDS.c.part == "hidden", WORDS.c.case > (int(after) if mark == now else 0),
                   PETITION.c.ended_at.is_(None), PETITION.c.person > 0)
            .distinct().order_by(WORDS.c.case).limit(BATCH)
        )  # fmt: skip
        return now, list(connection.execute(hidden).scalars())

    def _again(self, connection: Connection, case: int) -> None:
        book = Records(connection, self.database.ring)
        acting.close_again(book, self.office, case, self.clock.now())

    def _came(self, connection: Connection, mark: str, last: int) -> None:
        state = f"{mark}:{last}" if last > 0 else mark
        Records(connection, self.database.ring).set_setting(STATE, state)
