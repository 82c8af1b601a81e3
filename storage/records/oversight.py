"""Supervision, responsibility for listed cases, campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, literal_column, select

from petitions.errors import Unknown
from petitions.values.oversight import Campaign, Listed, Suggestion, Supervision
from storage.records.base import Base
from storage.tables import CAMPAIGN, LISTED, SUGGESTION, SUPERVISION

_SUPERVISIONS = (
    select(SUPERVISION).where(SUPERVISION.c.case == bindparam("case")).order_by(SUPERVISION.c.id)
)
_STANDING = SUPERVISION.c.state.in_((literal_column("'open'"), literal_column("'answered'")))


class Oversight(Base):
    """Supervision, responsibility for listed cases, campaigns."""

    def add_supervision(self, supervision: Supervision) -> int:
        return self._keep(SUPERVISION, supervision)

    def save_supervision(self, supervision: Supervision) -> None:
        self._save(SUPERVISION, supervision)

    def supervisions(self, case: int) -> Sequence[Supervision]:
        return self._values(Supervision, SUPERVISION, _SUPERVISIONS, case=case)

    def supervised(self, unit: str = "", since: date | None = None) -> Sequence[Supervision]:
        found = select(SUPERVISION).order_by(SUPERVISION.c.due_on, SUPERVISION.c.id)
        found = (
            found.where(SUPERVISION.c.due_on >= since) if since
            else found.where(_STANDING)
        )  # fmt: skip
        if unit:
            found = found.where(SUPERVISION.c.unit == unit)
        return self._values(Supervision, SUPERVISION, found)

    def add_suggestion(self, suggestion: Suggestion) -> int:
        return self._keep(SUGGESTION, suggestion)

    def save_suggestion(self, suggestion: Suggestion) -> None:
        self._save(SUGGESTION, suggestion)

    def suggestion(self, id: int) -> Suggestion:
        return self._found(Suggestion, SUGGESTION, id)

    def suggestions(self, unit: str = "", limit: int = 50) -> Sequence[Suggestion]:
        found = select(SUGGESTION).order_by(SUGGESTION.c.id.desc()).limit(limit)
        if unit:
            found = found.where(SUGGESTION.c.unit == unit)
        return self._values(Suggestion, SUGGESTION, found)

    def add_listed(self, listed: Listed) -> int:
        return self._keep(LISTED, listed)

    def save_listed(self, listed: Listed) -> None:
        self._save(LISTED, listed)

    def _listed(self, which: Any) -> Sequence[Listed]:
        return self._values(Listed, LISTED, select(LISTED).where(which).order_by(LISTED.c.id))

    def listed_of(self, case: int) -> Sequence[Listed]:
        return self._listed(LISTED.c.case == case)

    def listed_in(self, campaign: int) -> Sequence[Listed]:
        return self._listed(LISTED.c.campaign == campaign)

    def listed_by(self, leader: int) -> Sequence[Listed]:
        return self._listed(LISTED.c.leader == leader)

    def add_campaign(self, campaign: Campaign) -> int:
        targets = [[day.isoformat(), percent] for day, percent in campaign.targets]
        phases = [[name, a.isoformat(), b.isoformat()] for name, a, b in campaign.phases]
        return self._add(
            CAMPAIGN, name=campaign.name, first=campaign.first, last=campaign.last,
            targets=targets, phases=phases, state=campaign.state,
        )  # fmt: skip

    def campaign(self, id: int) -> Campaign:
        row = self._one(select(CAMPAIGN).where(CAMPAIGN.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return _campaign(row)

    def campaigns(self) -> Sequence[Campaign]:
        rows = self._all(select(CAMPAIGN).order_by(CAMPAIGN.c.id.desc()))
        return [_campaign(row) for row in rows]


def _campaign(row: Row[Any]) -> Campaign:
    day = date.fromisoformat
    return Campaign(
        row.id, row.name, row.first, row.last,
        tuple((day(at), int(percent)) for at, percent in row.targets),
        tuple((name, day(a), day(b)) for name, a, b in row.phases), row.state,
    )  # fmt: skip
