"""Figures that were counted and published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from petitions.counting.bulletins import Bulletin
from petitions.counting.figures import Sums, Which
from petitions.counting.hot import Matter
from petitions.law.periods import Period
from storage import hot, journal, publishing
from storage.records.base import Base


class Figures(Base):
    """Figures that were counted and published."""

    def count(self, zone: tzinfo, most: int) -> int:
        return journal.count_some(self._db, zone, most)

    def sums(
        self, which: Which, today: date, by: str = "", as_of: datetime | None = None
    ) -> dict[Any, Sums]:
        return journal.sums(self._db, which, today, by, as_of)

    def counted(
        self, which: Which, today: date, over: Sequence[str], but: Sequence[str], limit: int
    ) -> tuple[list[int], int]:
        return journal.cases(self._db, which, today, over, but, limit)

    def hot_matters(self, *states: str) -> Sequence[Matter]:
        return hot.matters(self._db, self._ring, states)

    def settle_hot(self, id: int, state: str) -> None:
        hot.settle(self._db, self._ring, id, state)

    def plan_bulletin(self, period: Period) -> bool:
        return publishing.plan(self._db, period)

    def bulletin(self, id: int) -> Bulletin | None:
        return publishing.load(self._db, id)

    def bulletins(self, kinds: Sequence[str], most: int) -> Sequence[Bulletin]:
        return publishing.made(self._db, kinds, most)
