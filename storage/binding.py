"""Rows that an older program kept are bound and stamped, beside the work of the office.

Killed, it goes on with what is left. Once nothing is, the key file says so: from then on, what
isn't bound and stamped counts no more.
"""

from __future__ import annotations

from asyncio import to_thread

import structlog

from petitions.errors import BadSetting
from storage import rotate
from storage.database import Database
from storage.keyfile import KeyPlace, be_strict
from storage.seal import LEVEL

log = structlog.get_logger()

BATCH = 40
"""Rows in one transaction: people who write meanwhile hardly notice."""


class Binder:
    """Binds and stamps in small steps (`petitions.telling.ports.Steps`)."""

    def __init__(self, database: Database, keys: KeyPlace) -> None:
        self._database = database
        self._keys = keys
        self._left = list(rotate.tables())
        self._after: rotate.RowKey = ()
        self._ended = False

    async def step(self) -> int:
        """Some rows; 0 when all are bound."""
        ring = self._database.ring
        if self._ended or ring.level >= LEVEL:
            return 0
        if not self._left:
            await self._end()
            return 0
        done = await self._database.write(rotate.some, ring, self._left[0], self._after, BATCH)
        if done is None:
            del self._left[0]
        self._after = done[0] if done else ()
        return 1

    async def _end(self) -> None:
        self._ended = True
        ring = self._database.ring
        await self._database.write(rotate.count_desks, ring)
        try:
            await to_thread(be_strict, self._keys)
        except (OSError, BadSetting) as error:
            log.warning("keys.not_noted", file=str(self._keys), error=type(error).__name__,
                        add=f"rows = {LEVEL}")  # fmt: skip
            return
        await to_thread(ring.look)
        log.info("rows.bound")
