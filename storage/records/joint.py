"""Joint petitions, and cases that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from petitions.values.person import Identity, JoinOffer, Member, Part
from storage import stamps, tallies
from storage.records.base import Base, fields_of
from storage.tables import CASE_LINK, JOIN_OFFER, JOINT_LINK, MEMBER
from storage.tables.column import cells

_MEMBERS = (
    select(MEMBER)
    .where(MEMBER.c.case == bindparam("case"), MEMBER.c.left_at.is_(None))
    .order_by(MEMBER.c.id)
)
_LINKS = (
    select(CASE_LINK.c.other)
    .where(CASE_LINK.c.case == bindparam("case"))
    .order_by(CASE_LINK.c.other)
)
_JOIN_OFFER = (
    select(JOIN_OFFER)
    .where((JOIN_OFFER.c.case == bindparam("case")) | (JOIN_OFFER.c.into == bindparam("case")))
    .order_by(JOIN_OFFER.c.id.desc())
    .limit(1)
)
PIN_LINK = "pin"
"""The part of a link by which a petitioner sets their PIN."""


class Joint(Base):
    """Joint petitions, and cases that belong together."""

    def add_member(self, member: Member, mark: str, now: datetime) -> int:
        tallies.of(self._db, self._ring, member.case).members += 1
        who = {c: getattr(member.identity, c) for c in cells(MEMBER)}
        return self._add_row(MEMBER, {
            "case": member.case, "person": member.person, "part": str(member.part),
            "seq": member.seq, "mark": self._mark(mark), "since": now, "left_at": None, **who,
        })  # fmt: skip

    def _mark(self, mark: str) -> bytes:
        return self._ring.mark(_member(mark))

    def _member(self, row: Row[Any]) -> Member:
        self._spoken[0].add(row.case)
        identity = Identity(**{c: self._open("member", c, row) for c in cells(MEMBER)})
        return Member(row.id, row.case, row.person, Part(row.part), identity, row.seq, row.left_at)

    def member(self, case: int, person: int) -> Member | None:
        row = self._one(_MEMBERS.where(MEMBER.c.person == person), case=case)
        return self._member(row) if row and stamps.genuine(self._ring, "member", row) else None

    def members(self, case: int) -> Sequence[Member]:
        return [self._member(r) for r in self._genuine(MEMBER, self._all(_MEMBERS, case=case))]

    def end_member(self, member: Member, now: datetime) -> None:
        nothing = dict.fromkeys((*cells(MEMBER), "mark"), b"")
        self.change("member", MEMBER.c.id == member.id, left_at=now, **nothing)

    def signed(self, case: int, mark: str) -> bool:
        same = _MEMBERS.where(MEMBER.c.mark.in_(self._ring.marks(_member(mark))))
        return self._one(same, case=case) is not None

    def set_pin_link(self, case: int, hash: bytes, until: datetime) -> None:
        self._set_link(case, PIN_LINK, hash, until)

    def pin_link(self, hash: bytes, now: datetime) -> int:
        links = JOINT_LINK.c
        found = select(JOINT_LINK).where(links.hash == hash, links.until > now)
        row = self._one(found.where(links.part == PIN_LINK))
        return int(row.case) if row and stamps.genuine(self._ring, "joint_link", row) else 0

    def set_joint_link(self, case: int, part: Part, hash: bytes, until: datetime) -> None:
        self._set_link(case, str(part), hash, until)

    def _set_link(self, case: int, part: str, hash: bytes, until: datetime) -> None:
        row = {"case": case, "part": part, "hash": hash, "until": until}
        row = stamps.stamped(self._ring, "joint_link", row)
        put = self._insert(JOINT_LINK).values(row)
        self._db.execute(
            put.on_conflict_do_update(
                index_elements=["case", "part"],
                set_={c: row[c] for c in ("hash", "until", "stamp")},
            )
        )

    def joint_link(self, hash: bytes, now: datetime) -> tuple[int, Part] | None:
        found = select(JOINT_LINK).where(JOINT_LINK.c.hash == hash, JOINT_LINK.c.until > now)
        row = self._one(found.where(JOINT_LINK.c.part != PIN_LINK))
        real = row is not None and stamps.genuine(self._ring, "joint_link", row)
        return (row.case, Part(row.part)) if row and real else None

    def links(self, case: int) -> Sequence[int]:
        rows = self._all(_LINKS, case=case)
        return [row.other for row in rows]

    def link(self, case: int, other: int, on: bool) -> None:
        for a, b in ((case, other), (other, case)):
            if on:
                put = self._insert(CASE_LINK).values(case=a, other=b)
                self._db.execute(put.on_conflict_do_nothing())
            else:
                both = (CASE_LINK.c.case == a) & (CASE_LINK.c.other == b)
                self._db.execute(delete(CASE_LINK).where(both))

    def add_join_offer(self, offer: JoinOffer) -> int:
        return self._keep(JOIN_OFFER, offer)

    def join_offer(self, case: int) -> JoinOffer | None:
        row = self._one(_JOIN_OFFER, case=case)
        if row is None or not stamps.genuine(self._ring, "join_offer", row):
            return None
        return self._value(JoinOffer, JOIN_OFFER, row)

    def save_join_offer(self, offer: JoinOffer) -> None:
        self.change("join_offer", JOIN_OFFER.c.id == offer.id, **fields_of(offer))


def _member(mark: str) -> bytes:
    return f"member:{mark}".encode()
