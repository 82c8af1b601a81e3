"""Which cases an officer sees, and what they saved for that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from petitions.values.petition import Petition


@dataclass(frozen=True, slots=True)
class Queued:
    """A line of an officer's queue."""

    petition: Petition
    due_on: date | None
    """When the first of its running clocks ends; None: no clock runs."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Which cases an officer wants to see."""

    units: tuple[str, ...]
    handler: int | None = None
    """None: anybody's, 0: nobody's."""
    statuses: tuple[str, ...] = ()
    """() means every one that isn't an end."""
    category: str = ""
    """A field or a category within it; empty: all."""
    until: date | None = None
    """Only what is due by a day."""


class Queues(Protocol):
    """Which cases an officer sees, and what they saved for that."""

    def queue(self, which: Queue, offset: int, limit: int) -> Sequence[Queued]:
        """Cases that aren't answered yet, by next due date; of a day's, those that `waits` last."""
        ...

    def queue_size(self, which: Queue) -> int: ...
    def lane_counts(self, but: Collection[int] = ()) -> Sequence[tuple[str, str, int]]:
        """How many cases of each special lane have which status."""
        ...

    def holding_units(self) -> Sequence[str]:
        """Units that have cases under way, whether or not the office knows them."""
        ...

    def save_filter(self, officer: int, name: str, data: dict[str, str]) -> int: ...
    def filters(self, officer: int) -> Sequence[tuple[int, str, dict[str, str]]]:
        """An officer's saved filters: id, name, what they look for."""
        ...

    def drop_filter(self, officer: int, id: int) -> None: ...
    def saved_replies(self, unit: str) -> Sequence[tuple[int, str]]: ...
    def save_reply(self, unit: str, body: str, now: datetime) -> None: ...
    def drop_reply(self, unit: str, id: int) -> None: ...
    def charged(self, leader: int) -> Sequence[Petition]:
        """Cases under way for which a leader is responsible (包案)."""
        ...

    def stuck(self, clocks: Sequence[str], before: date, limit: int) -> Sequence[Petition]:
        """Cases under way that bounced, or of which one of these clocks ended before a day; the
        oldest first."""
        ...
