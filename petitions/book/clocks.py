"""The clocks of cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from petitions.values.petition import Petition, Running


class Clocks(Protocol):
    """The clocks of cases."""

    def start_clock(self, clock: Running) -> Running: ...
    def save_clock(self, clock: Running) -> None: ...
    def clocks(self, case: int) -> Sequence[Running]: ...
    def clocks_after(self, id: int, limit: int) -> Sequence[Running]:
        """Clocks of all cases that run, by id, for work in batches."""
        ...

    def open_clocks(self, units: Sequence[str], until: date) -> Sequence[tuple[Running, Petition]]:
        """Clocks that run and end by a day, with their cases, of these units; () means all."""
        ...
