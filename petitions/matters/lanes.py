"""Special lanes: for a time an office handles some matters with shorter limits (as epidemic matters
were), and sees their figures apart.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date

from petitions.book import Installation
from petitions.case import running
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, BadSetting, NotPossibleNow, NotYours
from petitions.law.units import Office
from petitions.values.person import Officer, Role
from petitions.values.petition import Facts

LANES = "lanes"
"""The setting that holds the lanes."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: its name, its last day, and the limits that are shorter in it."""

    id: str
    name: str
    until: str
    """ISO day."""
    limits: dict[str, str]
    """Clock → length, `3d` or `2wd`."""

    def open(self, today: date) -> bool:
        """Whether cases may still enter it."""
        return date.fromisoformat(self.until) >= today


def every(book: Installation) -> list[Lane]:
    """All lanes, the newest last."""
    return [Lane(**raw) for raw in json.loads(book.setting(LANES) or "[]")]


def find(book: Installation, id: str) -> Lane | None:
    """A lane by its id."""
    return next((lane for lane in every(book) if lane.id == id), None) if id else None


def begin(
    book: Installation, house: Office, officer: Officer, name: str, until: date,
    limits: dict[str, str], today: date,
) -> Lane:  # fmt: skip
    """Open a lane. Raises BadAnswer for a limit that isn't shorter, or a day that is over."""
    if officer.role is not Role.SUPERVISOR or officer.unit != house.bureau:
        raise NotYours("bad.not_yours")
    if until < today:
        raise BadAnswer("bad.date_over", today=today)
    try:
        house.rules.shortened(limits, name)
    except BadSetting:
        raise BadAnswer("bad.lane_limits") from None
    lanes = every(book)
    lane = Lane(f"l{len(lanes) + 1}", name, until.isoformat(), limits)
    book.set_setting(LANES, json.dumps([asdict(one) for one in [*lanes, lane]], ensure_ascii=False))
    return lane


def house_of(book: Installation, house: Office, lane: str) -> Office:
    """The office with the limits of a lane."""
    found = find(book, lane) if lane else None
    if found is None:
        return house
    return replace(house, law=house.law.shortened(found.limits, found.name))


def _to_lane(do: Doing) -> Facts:
    """Into a lane: what runs is counted anew with its limits, from where it began."""
    case, lane = do.petition, find(do.book, str(do.data.pop("lane")))
    if lane is None or not lane.open(do.today):
        raise NotPossibleNow("bad.no_lane")
    if case.lane == lane.id:
        raise NotPossibleNow("bad.in_lane")
    case.lane = lane.id
    house = house_of(do.book, do.office, lane.id)
    for clock in do.book.clocks(case.id):
        if clock.ended_at is None and clock.clock in lane.limits:
            limit = str(house.limit_of(clock).length)
            shorter = running.recounted(replace(clock, length=limit, extension=""), do.calendar)
            do.book.save_clock(shorter)
            do.moved.append(shorter)
    return {"lane": lane.name, "lane_id": lane.id}


CHANGES: dict[str, Callable[[Doing], Facts]] = {"to_lane": _to_lane}
