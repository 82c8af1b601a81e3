"""The ratings that people give, and whether promises were kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from petitions.values.petition import Entry
from petitions.values.rating import FollowUp, Rating
from storage.records.base import Base, fields_of
from storage.records.history import entry_of
from storage.tables import FOLLOW_UP, HISTORY, RATING
from storage.tables.history import REMARKS

_RATINGS = select(RATING).where(RATING.c.case == bindparam("case")).order_by(RATING.c.id)


class Ratings(Base):
    """The ratings that people give, and whether promises were kept."""

    def add_rating(self, rating: Rating) -> int:
        return self._keep(RATING, rating)

    def save_rating(self, rating: Rating) -> None:
        self._save(RATING, rating)

    def rating(self, id: int) -> Rating:
        return self._found(Rating, RATING, id)

    def ratings(self, case: int) -> Sequence[Rating]:
        return self._values(Rating, RATING, _RATINGS, case=case)

    def add_follow_up(self, follow_up: FollowUp) -> int:
        put = self._insert(FOLLOW_UP).values(**fields_of(follow_up)).on_conflict_do_nothing()
        row = self._db.execute(put.returning(FOLLOW_UP.c.id)).first()
        return int(row.id) if row else 0

    def save_follow_up(self, follow_up: FollowUp) -> None:
        self._save(FOLLOW_UP, follow_up)

    def follow_up(self, id: int) -> FollowUp:
        return self._found(FollowUp, FOLLOW_UP, id)

    def follow_ups(self, case: int) -> Sequence[FollowUp]:
        found = select(FOLLOW_UP).where(FOLLOW_UP.c.case == case).order_by(FOLLOW_UP.c.due_on)
        return self._values(FollowUp, FOLLOW_UP, found)

    def remarks(self, first: datetime, last: datetime) -> Iterator[tuple[int, Entry]]:
        found = (
            select(HISTORY)
            .where(REMARKS, HISTORY.c.at >= first, HISTORY.c.at < last)
            .order_by(HISTORY.c.at.desc(), HISTORY.c.case, HISTORY.c.seq)
        )
        for row in self._db.execute(found).yield_per(1000):
            yield row.case, entry_of(row)
