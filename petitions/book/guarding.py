"""Looks into cases, and wrong tries at secrets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from petitions.values.oversight import Look


class Guarding(Protocol):
    """Looks into cases, and wrong tries at secrets."""

    def looked(self, case: int, officer: int, day: date, what: str) -> bool:
        """Whether this look was noted that day."""

    def add_look(self, look: Look) -> None:
        """Note a look; one that was noted that day stays as it is."""

    def looks(self, case: int) -> Sequence[Look]:
        """All looks into a case, the oldest first."""

    def looks_between(self, first: date, last: date) -> Sequence[Look]:
        """All looks of some days."""

    def tries(self, bucket: str, since: datetime, until: datetime, most: int) -> Sequence[datetime]:
        """When wrong tries were made between two instants: the newest, so many at most."""
        ...

    def add_try(self, bucket: str, now: datetime) -> None: ...
