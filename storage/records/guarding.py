"""Looks into cases, and wrong tries at secrets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import structlog
from sqlalchemy import select

from petitions.values.oversight import Look
from storage import looks
from storage.records.base import Base
from storage.tables import TRY

log = structlog.get_logger()


class Guarding(Base):
    """Looks into cases, and wrong tries at secrets."""

    def looked(self, case: int, officer: int, day: date, what: str) -> bool:
        return looks.looked(self._db, case, officer, day, what)

    def add_look(self, look: Look) -> None:
        looks.add(self._db, self._ring, look)

    def looks(self, case: int) -> Sequence[Look]:
        self._spoken[0].add(case)
        return looks.of_case(self._db, self._ring, case)

    def looks_between(self, first: date, last: date) -> Sequence[Look]:
        found = looks.between(self._db, self._ring, first, last)
        self._spoken[0].update(one.case for one in found if one.words)
        return found

    def tries(self, bucket: str, since: datetime, until: datetime, most: int) -> Sequence[datetime]:
        mine = select(TRY.c.at).where(TRY.c.bucket == bucket, TRY.c.at > since, TRY.c.at < until)
        return [r.at for r in self._all(mine.order_by(TRY.c.at.desc()).limit(most))]

    def add_try(self, bucket: str, now: datetime) -> None:
        self._add(TRY, bucket=bucket, at=now)
        if (secret := bucket.partition(":")[0]) != "from":
            log.warning("secret.wrong", secret=secret)
