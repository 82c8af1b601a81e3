"""Figures that were counted, hot matters, and bulletins that were published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from typing import Any, Protocol

from petitions.counting.bulletins import Bulletin
from petitions.counting.figures import Sums, Which
from petitions.counting.hot import Matter
from petitions.law.periods import Period


class Figures(Protocol):
    """Figures that were counted, hot matters, and bulletins that were published."""

    def count(self, zone: tzinfo, most: int) -> int:
        """Count cases whose history has grown, so many at most; gives how many."""
        ...

    def sums(
        self, which: Which, today: date, by: str = "", as_of: datetime | None = None
    ) -> dict[Any, Sums]:
        """The sums, by the values of a dimension (unit, category, kind, channel, lane, day), or
        under "" where none is asked for; `as_of`: as they were known then."""
        ...

    def counted(
        self, which: Which, today: date, over: Sequence[str], but: Sequence[str], limit: int
    ) -> tuple[list[int], int]:
        """Cases that count for some names and not for others, the newest first, `limit` at most;
        and how many there are."""
        ...

    def hot_matters(self, *states: str) -> Sequence[Matter]:
        """Hot matters in some states, the newest first."""
        ...

    def settle_hot(self, id: int, state: str) -> None:
        """Note what became of a hot matter."""
        ...

    def plan_bulletin(self, period: Period) -> bool:
        """Have a bulletin made, unless there is one or nothing to tell; whether it is new."""
        ...

    def bulletin(self, id: int) -> Bulletin | None: ...
    def bulletins(self, kinds: Sequence[str], most: int) -> Sequence[Bulletin]:
        """The newest published ones of some kinds."""
        ...
