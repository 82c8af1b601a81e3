"""Everything that is taken back from a chat whose right has ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from petitions.message import StandingMessage


class Parting(Protocol):
    """Everything that is taken back from a chat whose right has ended."""

    def take_back(self, chat: int, now: datetime, case: int = 0) -> int:
        """Take back what a chat was shown, of a case or (0) of everything: lines of the page,
        stored answers, forms that aren't somebody's own; on Telegram what can be deleted. Gives
        how many messages that are known stay there."""
        ...

    def note_said(self, chat: int, said: Iterable[StandingMessage], now: datetime) -> None:
        """Remember messages of Telegram's that may have to be deleted."""
        ...
