"""What people think of it, and whether promises were kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from petitions.errors import Unknown
from petitions.values.petition import Entry, FollowUp, Rating
from storage.records.base import Base, fields_of
from storage.records.history import entry_of
from storage.tables import FOLLOW_UP, HISTORY, RATING
from storage.tables.history import REMARKS

_RATING = select(RATING).where(RATING.c.id == bindparam("id"))
_RATINGS = select(RATING).where(RATING.c.case == bindparam("case")).order_by(RATING.c.id)
_SAVE_RATING = (
    update(RATING)
    .where(RATING.c.id == bindparam("b_id"))
    .values({c: bindparam(c) for c in Rating.__dataclass_fields__ if c != "id"})
)


class Ratings(Base):
    """What people think of it, and whether promises were kept."""

    def add_rating(self, rating: Rating) -> int:
        return self._add(RATING, **fields_of(rating))

    def save_rating(self, rating: Rating) -> None:
        self._db.execute(_SAVE_RATING, {"b_id": rating.id, **fields_of(rating)})

    def rating(self, id: int) -> Rating:
        row = self._one(_RATING, id=id)
        if row is None:
            raise Unknown("bad.stale")
        return _rating(row)

    def ratings(self, case: int) -> Sequence[Rating]:
        rows = self._all(_RATINGS, case=case)
        return [_rating(row) for row in rows]

    def add_follow_up(self, follow_up: FollowUp) -> int:
        put = self._insert(FOLLOW_UP).values(**fields_of(follow_up)).on_conflict_do_nothing()
        row = self._db.execute(put.returning(FOLLOW_UP.c.id)).first()
        return int(row.id) if row else 0

    def save_follow_up(self, follow_up: FollowUp) -> None:
        change = update(FOLLOW_UP).where(FOLLOW_UP.c.id == follow_up.id)
        self._db.execute(change.values(**fields_of(follow_up)))

    def follow_up(self, id: int) -> FollowUp:
        row = self._one(select(FOLLOW_UP).where(FOLLOW_UP.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return _follow_up(row)

    def follow_ups(self, case: int) -> Sequence[FollowUp]:
        found = select(FOLLOW_UP).where(FOLLOW_UP.c.case == case).order_by(FOLLOW_UP.c.due_on)
        return [_follow_up(row) for row in self._all(found)]

    def remarks(self, first: datetime, last: datetime) -> Iterator[tuple[int, Entry]]:
        found = (
            select(HISTORY)
            .where(REMARKS, HISTORY.c.at >= first, HISTORY.c.at < last)
            .order_by(HISTORY.c.at.desc(), HISTORY.c.case, HISTORY.c.seq)
        )
        for row in self._db.execute(found).yield_per(1000):
            yield row.case, entry_of(row)


def _rating(row: Row[Any]) -> Rating:
    return Rating(
        row.id, row.case, row.person, row.body, row.unit, row.seq, row.opened_on, row.until,
        row.level, row.finer, tuple(row.reasons), row.changes, row.after_contact, row.first_at,
        row.unit_may_know, row.may_call,
    )  # fmt: skip


def _follow_up(row: Row[Any]) -> FollowUp:
    return FollowUp(
        row.id, row.case, row.step, row.due_on, row.answer, row.asked_at, row.answered_at,
        row.tries,
    )  # fmt: skip
