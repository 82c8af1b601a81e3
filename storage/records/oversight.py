"""Supervision, responsibility for listed cases, campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, literal_column, select, update

from petitions.errors import Unknown
from petitions.values.petition import Campaign, Listed, Suggestion, Supervision
from storage.records.base import Base, fields_of, next_id
from storage.tables import CAMPAIGN, LISTED, SUGGESTION, SUPERVISION

_SUPERVISIONS = (
    select(SUPERVISION).where(SUPERVISION.c.case == bindparam("case")).order_by(SUPERVISION.c.id)
)
_STANDING = SUPERVISION.c.state.in_((literal_column("'open'"), literal_column("'answered'")))


class Oversight(Base):
    """Supervision, responsibility for listed cases, campaigns."""

    def add_supervision(self, supervision: Supervision) -> int:
        return self._add(SUPERVISION, **fields_of(supervision))

    def save_supervision(self, supervision: Supervision) -> None:
        change = update(SUPERVISION).where(SUPERVISION.c.id == supervision.id)
        self._db.execute(change.values(**fields_of(supervision)))

    def supervisions(self, case: int) -> Sequence[Supervision]:
        return [_supervision(row) for row in self._all(_SUPERVISIONS, case=case)]

    def supervised(self, unit: str = "", since: date | None = None) -> Sequence[Supervision]:
        found = select(SUPERVISION).order_by(SUPERVISION.c.due_on, SUPERVISION.c.id)
        found = (
            found.where(SUPERVISION.c.due_on >= since) if since
            else found.where(_STANDING)
        )  # fmt: skip
        if unit:
            found = found.where(SUPERVISION.c.unit == unit)
        return [_supervision(row) for row in self._all(found)]

    def _suggestion_values(self, one: Suggestion) -> dict[str, Any]:
        return fields_of(one) | {
            c: self._seal("suggestion", c, getattr(one, c), id=one.id) for c in ("words", "answer")
        }

    def add_suggestion(self, suggestion: Suggestion) -> int:
        one = replace(suggestion, id=next_id(self._db, SUGGESTION))
        return self._add(SUGGESTION, id=one.id, **self._suggestion_values(one))

    def save_suggestion(self, suggestion: Suggestion) -> None:
        change = update(SUGGESTION).where(SUGGESTION.c.id == suggestion.id)
        self._db.execute(change.values(**self._suggestion_values(suggestion)))

    def _suggestion(self, row: Row[Any]) -> Suggestion:
        words, answer = (self._open("suggestion", c, row) for c in ("words", "answer"))
        return Suggestion(row.id, row.kind, row.unit, row.by, row.made_on, row.due_on, words,
                          row.adopted, answer, row.answered_on)  # fmt: skip

    def suggestion(self, id: int) -> Suggestion:
        row = self._one(select(SUGGESTION).where(SUGGESTION.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return self._suggestion(row)

    def suggestions(self, unit: str = "", limit: int = 50) -> Sequence[Suggestion]:
        found = select(SUGGESTION).order_by(SUGGESTION.c.id.desc()).limit(limit)
        if unit:
            found = found.where(SUGGESTION.c.unit == unit)
        return [self._suggestion(row) for row in self._all(found)]

    def add_listed(self, listed: Listed) -> int:
        return self._add(LISTED, **fields_of(listed))

    def save_listed(self, listed: Listed) -> None:
        self._db.execute(update(LISTED).where(LISTED.c.id == listed.id).values(**fields_of(listed)))

    def _listed(self, which: Any) -> Sequence[Listed]:
        rows = self._all(select(LISTED).where(which).order_by(LISTED.c.id))
        return [
            Listed(r.id, r.case, r.leader, r.unit, r.team, r.due_on, r.campaign, r.state,
                   r.standard, r.struck_on)
            for r in rows
        ]  # fmt: skip

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


def _supervision(row: Row[Any]) -> Supervision:
    return Supervision(
        row.id, row.case, row.unit, row.level, row.cause, row.due_on, row.by, row.state,
        row.answered_on,
    )  # fmt: skip
