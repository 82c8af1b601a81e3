"""Tasks that are to be done by somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from petitions.values.task import Task


class Tasks(Protocol):
    """Tasks that are to be done by somebody."""

    def add_task(self, task: Task) -> int:
        """Add a task and give its id; 0 when there is the same one already."""
        ...

    def task(self, id: int) -> Task:
        """Raises Unknown."""
        ...

    def tasks(self, case: int = 0, unit: str = "") -> Sequence[Task]:
        """Tasks that are to be done, by day: of a case, or of a unit."""
        ...

    def hand_on(self, tasks: Iterable[int], unit: str) -> None:
        """Give what is still to be done of these tasks to another unit."""
        ...

    def end_task(self, id: int, by: int, how: str, now: datetime) -> bool:
        """Mark a task as done; False when it was already."""
        ...
