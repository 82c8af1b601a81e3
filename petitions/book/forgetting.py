"""Forgetting cases and people, and what is held of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol


class Forgetting(Protocol):
    """Forgetting cases and people, and what is held of them."""

    def forget_case(self, case: int) -> None:
        """Forget who petitioned and every word of a case; its history stays."""
        ...

    def close_to(self, case: int, units: Sequence[str]) -> None:
        """End what officers of some units have open of a case: their forms, and what their pages
        show of it."""
        ...

    def is_over(self, case: int, before: datetime) -> bool:
        """Whether a case is closed, nothing of it is open, and nothing has happened since."""
        ...

    def held_of(self, person: int) -> dict[str, list[dict[str, Any]]]:
        """The rows that are held of a person beside their cases and drafts, by table."""
        ...
