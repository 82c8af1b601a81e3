"""People's ratings, and questions whether promises were kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from petitions.values.petition import Entry
from petitions.values.rating import FollowUp, Rating


class Ratings(Protocol):
    """People's ratings, and questions whether promises were kept."""

    def add_rating(self, rating: Rating) -> int:
        """Open a rating and give its id."""
        ...

    def save_rating(self, rating: Rating) -> None: ...
    def rating(self, id: int) -> Rating:
        """Raises Unknown."""
        ...

    def ratings(self, case: int) -> Sequence[Rating]: ...
    def add_follow_up(self, follow_up: FollowUp) -> int:
        """Plan a question and give its id; 0 when the same step is there already."""
        ...

    def save_follow_up(self, follow_up: FollowUp) -> None: ...
    def follow_up(self, id: int) -> FollowUp:
        """Raises Unknown."""
        ...

    def follow_ups(self, case: int) -> Sequence[FollowUp]: ...
    def remarks(self, first: datetime, last: datetime) -> Iterator[tuple[int, Entry]]:
        """Entries of all cases by which somebody said why they rated as they did, from one
        moment until before another, the newest first."""
        ...
