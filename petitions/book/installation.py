"""Everything that the installation itself holds: settings, calendars, its signature."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Installation(Protocol):
    """Everything that the installation itself holds: settings, calendars, its signature."""

    def calendar_lists(self, calendar: str) -> tuple[str, ...]:
        """The texts of the yearly lists the office has imported, by year."""
        ...

    def setting(self, name: str) -> str:
        """The value that the installation remembers under a name; empty: none."""
        ...

    def set_setting(self, name: str, value: str) -> None: ...
    def keep_calendar(self, calendar: str, year: int, text: str, now: datetime) -> None: ...
    def sign(self, content: bytes) -> tuple[bytes, bytes]:
        """The office's public key, and its signature of something."""
        ...
