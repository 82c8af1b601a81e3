"""Officers, their seats and invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from petitions.values.petition import Officer


class Staff(Protocol):
    """Officers, their seats and invitations."""

    def officer(self, id: int) -> Officer | None: ...
    def officers(self, unit: str = "") -> Sequence[Officer]: ...
    def add_officer(self, officer: Officer, now: datetime) -> Officer: ...
    def desks_of(self, chat: int) -> Sequence[Officer]:
        """Every desk that the person in this chat holds."""
        ...

    def end_officer(self, id: int, now: datetime) -> None: ...
    def seat_officer(self, id: int, chat: int) -> None:
        """Who sits at a desk; chat 0: nobody."""
        ...

    def seated(self, unit: str = "") -> Sequence[Officer]:
        """The officers who can be reached: somebody sits there and hasn't shut the bot out."""
        ...

    def set_away(self, id: int, away: bool, stand_in: int) -> None: ...
    def add_invite(self, hash: bytes, officer: int, until: datetime, now: datetime) -> None:
        """An invitation to a desk; the one before ends."""
        ...

    def use_invite(self, hash: bytes, now: datetime) -> Officer | None: ...
