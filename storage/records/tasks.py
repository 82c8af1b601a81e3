"""Tasks that are to be done by somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from petitions.errors import Unknown
from petitions.values.task import Task, TaskKind
from storage.records.base import Base
from storage.tables import TASK

_OPEN_TASKS = select(TASK).where(TASK.c.done_at.is_(None)).order_by(TASK.c.due_on, TASK.c.id)
_TASKS_OF = _OPEN_TASKS.where(TASK.c.case == bindparam("case"))
_TASKS = _OPEN_TASKS.where(TASK.c.unit == bindparam("unit"))


class Tasks(Base):
    """Tasks that are to be done by somebody."""

    def add_task(self, task: Task) -> int:
        values = {
            "case": task.case, "kind": str(task.kind), "occasion": task.occasion,
            "unit": task.unit, "due_on": task.due_on, "created_at": task.created_at,
            "notice": task.notice,
        }  # fmt: skip
        put = self._insert(TASK).values(**values).on_conflict_do_nothing().returning(TASK.c.id)
        row = self._db.execute(put).first()
        return int(row.id) if row else 0

    def task(self, id: int) -> Task:
        row = self._one(select(TASK).where(TASK.c.id == id))
        if row is None:
            raise Unknown("bad.task_gone")
        return _task(row)

    def tasks(self, case: int = 0, unit: str = "") -> Sequence[Task]:
        rows = self._all(_TASKS_OF, case=case) if case else self._all(_TASKS, unit=unit)
        return [_task(row) for row in rows]

    def hand_on(self, tasks: Iterable[int], unit: str) -> None:
        change = update(TASK).where(TASK.c.id.in_(list(tasks)), TASK.c.done_at.is_(None))
        self._db.execute(change.values(unit=unit))

    def end_task(self, id: int, by: int, how: str, now: datetime) -> bool:
        change = update(TASK).where(TASK.c.id == id, TASK.c.done_at.is_(None))
        values = {"done_at": now, "done_by": by, "how": how}
        return self._db.execute(change.values(**values)).rowcount == 1


def _task(row: Row[Any]) -> Task:
    return Task(
        row.id, row.case, TaskKind(row.kind), row.occasion, row.unit, row.due_on, row.created_at,
        row.notice, row.done_at, row.done_by, row.how,
    )  # fmt: skip
