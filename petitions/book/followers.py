"""The people who follow a case, and how they came to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from petitions.values.petition import Petition


class Followers(Protocol):
    """The people who follow a case, and how they came to it."""

    def follow(self, case: int, person: int, how: str, now: datetime) -> None: ...
    def unfollow(self, case: int, person: int, now: datetime) -> None: ...
    def follows(self, case: int, person: int) -> bool: ...
    def how(self, case: int, person: int) -> str:
        """How somebody came to follow a case: `filed`, `code`, `pin`, `checked`, `signed`,
        `joined`; empty: they don't."""
        ...

    def followers(self, case: int) -> Sequence[int]: ...
    def ways_in(self, case: int) -> Mapping[int, str]:
        """Each person who follows a case → how they came to it."""
        ...

    def cases_of(self, person: int) -> Sequence[Petition]: ...
    def filed_on(self, person: int, day: date) -> int:
        """Petitions that a person filed by chat on a day."""
        ...

    def ended_cases(self, person: int) -> Sequence[tuple[int, str]]:
        """The newest of a person's own matters that were answered and closed: id and number."""
        ...

    def mute(self, case: int, person: int, muted: bool) -> None:
        """Whether somebody wants to be asked about a case."""
        ...

    def muted(self, case: int, person: int) -> bool: ...
