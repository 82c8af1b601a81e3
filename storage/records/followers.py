"""The followers of a case, and how they came to it."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from petitions.values.petition import Petition, Status
from storage import stamps, tallies
from storage.database import insert_or
from storage.records.cases import CASES, Cases
from storage.tables import FOLLOWER, PETITION

_FOLLOWS = select(FOLLOWER).where(
    FOLLOWER.c.case == bindparam("case"),
    FOLLOWER.c.person == bindparam("person"),
    FOLLOWER.c.ended_at.is_(None),
)
_FOLLOWER = select(FOLLOWER.c.person).where(
    FOLLOWER.c.case == bindparam("case"), FOLLOWER.c.person == bindparam("person")
)
_MUTED = select(FOLLOWER.c.muted).where(
    FOLLOWER.c.case == bindparam("case"), FOLLOWER.c.person == bindparam("person"),
    FOLLOWER.c.ended_at.is_(None),
)  # fmt: skip
_FILED_ON = (
    select(func.count())
    .select_from(FOLLOWER.join(PETITION, PETITION.c.id == FOLLOWER.c.case))
    .where(
        FOLLOWER.c.person == bindparam("person"), FOLLOWER.c.how == "filed",
        PETITION.c.received_on == bindparam("day"),
    )
)  # fmt: skip
_FOLLOWED = select(FOLLOWER).where(
    FOLLOWER.c.person == bindparam("person"), FOLLOWER.c.ended_at.is_(None)
)
_FOLLOWERS = (
    select(FOLLOWER)
    .where(FOLLOWER.c.case == bindparam("case"), FOLLOWER.c.ended_at.is_(None))
    .order_by(FOLLOWER.c.person)
)
_ENDED_OF = (
    select(PETITION.c.id, PETITION.c.number)
    .join(FOLLOWER, FOLLOWER.c.case == PETITION.c.id)
    .where(
        FOLLOWER.c.person == bindparam("person"), FOLLOWER.c.ended_at.is_(None),
        PETITION.c.person == FOLLOWER.c.person, PETITION.c.answered_at.is_not(None),
        PETITION.c.status.in_((str(Status.CLOSED), str(Status.ENDED))),
    )
    .order_by(PETITION.c.id.desc())
    .limit(3)
)  # fmt: skip


@functools.cache
def _follow(dialect: str) -> Any:
    put = insert_or(dialect, FOLLOWER)
    new = put.excluded
    return put.on_conflict_do_update(
        index_elements=["case", "person"],
        set_={"how": new.how, "since": new.since, "ended_at": new.ended_at, "stamp": new.stamp},
    )


class Followers(Cases):
    """The followers of a case, and how they came to it."""

    def follow(self, case: int, person: int, how: str, now: datetime) -> None:
        tally = tallies.of(self._db, self._ring, case)
        if not tally.followers or not self._one(_FOLLOWER, case=case, person=person):
            tally.followers += 1
        row = {"case": case, "person": person, "how": how, "since": now, "ended_at": None,
               "muted": False}  # fmt: skip
        put = _follow(self._db.dialect.name)
        self._db.execute(put, stamps.stamped(self._ring, "follower", row))

    def unfollow(self, case: int, person: int, now: datetime) -> None:
        mine = (FOLLOWER.c.case == case) & (FOLLOWER.c.person == person)
        self.change("follower", mine, ended_at=now)

    def follows(self, case: int, person: int) -> bool:
        return bool(self.how(case, person))

    def how(self, case: int, person: int) -> str:
        row = self._one(_FOLLOWS, case=case, person=person)
        return str(row.how) if row and stamps.genuine(self._ring, "follower", row) else ""

    def followers(self, case: int) -> Sequence[int]:
        return list(self.ways_in(case))

    def ways_in(self, case: int) -> Mapping[int, str]:
        rows = self._genuine(FOLLOWER, self._all(_FOLLOWERS, case=case))
        return {r.person: r.how for r in rows}

    def cases_of(self, person: int) -> Sequence[Petition]:
        ids = [r.case for r in self._genuine(FOLLOWER, self._all(_FOLLOWED, person=person))]
        return self.cases(self._all(CASES, ids=ids)) if ids else []

    def filed_on(self, person: int, day: date) -> int:
        return int(self._db.execute(_FILED_ON, {"person": person, "day": day}).scalar_one())

    def ended_cases(self, person: int) -> Sequence[tuple[int, str]]:
        return [(r.id, r.number) for r in self._all(_ENDED_OF, person=person)]

    def mute(self, case: int, person: int, muted: bool) -> None:
        self._db.execute(
            update(FOLLOWER)
            .where(FOLLOWER.c.case == case, FOLLOWER.c.person == person)
            .values(muted=muted)
        )

    def muted(self, case: int, person: int) -> bool:
        row = self._one(_MUTED, case=case, person=person)
        return row is None or bool(row.muted)
