"""Finding cases by their words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Finding(Protocol):
    """Finding cases by their words."""

    def answers_of(self, unit: str, but: int, limit: int) -> Sequence[tuple[str, str]]:
        """A unit's newest answers to other cases: number and words."""
        ...

    def alike(self, case: int, limit: int) -> Sequence[int]:
        """Cases under way that may be about the same matter, the likest first."""
        ...
