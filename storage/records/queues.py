"""Which cases an officer sees, and what they saved for that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, literal_column, select

from petitions.book import Queue, Queued
from petitions.case.rows import OPEN
from petitions.matters.supervision import LIVING, PROPOSED
from petitions.values.petition import Petition
from storage.records.cases import IS_KEPT, Cases
from storage.tables import CLOCK, PETITION, SAVED_FILTER, SAVED_REPLY, SUPERVISION
from storage.tables.cases import UNDER_WAY

_NEXT_UNIT = select(func.min(PETITION.c.unit)).where(
    PETITION.c.ended_at.is_(None), PETITION.c.unit > bindparam("after")
)


class Queues(Cases):
    """Which cases an officer sees, and what they saved for that."""

    def _queue(self, which: Queue, *columns: Any) -> Select[Any]:
        case = PETITION.c
        one = len(which.units) == 1
        mine = case.unit == which.units[0] if one else case.unit.in_(which.units)
        if not one:  # what units had that are gone is everybody's but whom it is kept from
            mine = mine & ((case.unit == which.units[0]) | ~IS_KEPT)
        found = select(*columns).where(case.ended_at.is_(None), mine)
        if which.handler is not None:
            found = found.where(case.handler == which.handler)
        if which.statuses:
            found = found.where(case.status.in_(which.statuses))
        if which.category:
            found = found.where(case.category.startswith(which.category, autoescape=True))
        if which.until:
            found = found.where(case.next_due <= which.until)
        return found

    def queue(self, which: Queue, offset: int, limit: int) -> Sequence[Queued]:
        found = self._queue(which, PETITION)
        page = (
            found.order_by(PETITION.c.next_due, PETITION.c.waits, PETITION.c.id)
            .offset(offset)
            .limit(limit)
        )
        return [
            Queued(self._petition(r), None if r.next_due == date.max else r.next_due)
            for r in self._genuine(PETITION, self._all(page))
        ]

    def queue_size(self, which: Queue) -> int:
        return int(self._db.execute(self._queue(which, func.count())).scalar_one())

    def lane_counts(self, but: Collection[int] = ()) -> Sequence[tuple[str, str, int]]:
        found = (
            select(PETITION.c.lane, PETITION.c.status, func.count().label("held"))
            .where(PETITION.c.lane != literal_column("''"), PETITION.c.id.not_in(but))
            .group_by(PETITION.c.lane, PETITION.c.status)
        )
        return [(r.lane, r.status, int(r.held)) for r in self._all(found)]

    def holding_units(self) -> Sequence[str]:
        found: list[str] = []
        while unit := self._db.execute(_NEXT_UNIT, {"after": found[-1] if found else ""}).scalar():
            found.append(str(unit))
        return found

    def save_filter(self, officer: int, name: str, data: dict[str, str]) -> int:
        return self._add(SAVED_FILTER, officer=officer, name=name, data=data)

    def filters(self, officer: int) -> Sequence[tuple[int, str, dict[str, str]]]:
        mine = select(SAVED_FILTER).where(SAVED_FILTER.c.officer == officer)
        return [(r.id, r.name, r.data) for r in self._all(mine.order_by(SAVED_FILTER.c.id))]

    def drop_filter(self, officer: int, id: int) -> None:
        self._db.execute(
            delete(SAVED_FILTER).where(SAVED_FILTER.c.officer == officer, SAVED_FILTER.c.id == id)
        )

    def saved_replies(self, unit: str) -> Sequence[tuple[int, str]]:
        rows = self._all(
            select(SAVED_REPLY).where(SAVED_REPLY.c.unit == unit).order_by(SAVED_REPLY.c.id)
        )
        return [(r.id, r.body) for r in rows]

    def save_reply(self, unit: str, body: str, now: datetime) -> None:
        self._add(SAVED_REPLY, unit=unit, body=body, at=now)

    def drop_reply(self, unit: str, id: int) -> None:
        self._db.execute(
            delete(SAVED_REPLY).where(SAVED_REPLY.c.unit == unit, SAVED_REPLY.c.id == id)
        )

    def charged(self, leader: int) -> Sequence[Petition]:
        found = (
            select(PETITION)
            .where(PETITION.c.leader == leader, PETITION.c.leader > 0, UNDER_WAY)
            .order_by(PETITION.c.next_due, PETITION.c.id)
        )
        return self.cases(self._all(found))

    def stuck(self, clocks: Sequence[str], before: date, limit: int) -> Sequence[Petition]:
        late = (
            select(CLOCK.c.case)
            .where(CLOCK.c.ended_at.is_(None), CLOCK.c.due_on < before, CLOCK.c.clock.in_(clocks))
            .order_by(CLOCK.c.due_on)
            .limit(limit * 2)
        )
        bounced = select(PETITION.c.id).where(PETITION.c.bounces > 0)
        under_way = [str(s) for s in OPEN]
        found = select(PETITION).where(PETITION.c.status.in_(under_way)).order_by(PETITION.c.id)
        proposed = select(SUPERVISION.c.case).where(
            SUPERVISION.c.state.in_(LIVING), SUPERVISION.c.level.in_(PROPOSED)
        )
        cases: dict[int, Petition] = {}
        for ids in (late, bounced, proposed):
            for one in self.cases(self._all(found.where(PETITION.c.id.in_(ids)).limit(limit))):
                cases[one.id] = one
        return [cases[id] for id in sorted(cases)][:limit]
