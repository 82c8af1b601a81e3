"""Figures on what petitioners said and what came of it, from the append-only history alone.

A period counts the ratings that were first asked for, or first given, on its days, with all that
was said of them until now; follow-ups by the day they were asked. What nobody rated stands in no
numerator. A share of nothing is None, never 0 or 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from petitions.clocks import local_day
from petitions.petition import Entry

READS = frozenset(
    {"asked", "rate", "rate_more", "take_up", "explain", "offer_review", "rehandle", "reopen",
     "not_done", "carried_out", "follow_up", "visit_record", "come_again", "refuse_meeting",
     "record_no"}
)  # fmt: skip
"""Actions whose entries these figures are computed from."""
LED_TO = frozenset({"explain", "rehandle", "offer_review", "reopen"})
"""Where a low rating may lead."""


@dataclass(frozen=True, slots=True)
class Which:
    """What is asked for: days from `first` to `last`, both included."""

    first: date
    last: date
    unit: str = ""
    """The rated body's unit; empty: all."""
    category: str = ""
    """A field or a category within it; empty: all."""

    def fits(self, facts: dict[str, Any]) -> bool:
        """Whether an entry's facts speak of the unit and category asked for."""
        unit = facts.get("unit") or facts.get("from", "")
        return (not self.unit or unit == self.unit) and str(facts.get("category", "")).startswith(
            self.category
        )

    def holds(self, day: date) -> bool:
        """Whether a day lies in the period."""
        return self.first <= day <= self.last


@dataclass(slots=True)
class Said:
    """One body's part in one case, as its petitioner spoke of it."""

    case: int
    first_on: date
    facts: dict[str, Any]
    asked: int = 0
    level: str = ""
    changes: int = 0
    after_contact: int = 0
    reasons: tuple[str, ...] = ()
    low_at: datetime | None = None
    """When it was first called not satisfactory."""
    due: date | None = None
    """By when that was to be taken up."""
    taken_at: date | None = None
    led_to: str = ""


@dataclass(slots=True)
class Figures:
    """What a unit, a category, a period heard."""

    asked: int = 0
    """Parts that were asked about."""
    again: int = 0
    """Of them: asked more than once."""
    parts: int = 0
    """Parts asked about or rated unasked: what participation is a share of."""
    rated: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    after_contact: int = 0
    """Parts whose rating was changed after somebody of the office had been in touch."""
    reasons: Counter[str] = field(default_factory=Counter)
    low: int = 0
    """Parts that were called not satisfactory at some time."""
    taken_up: int = 0
    """Of them: somebody outside the unit took it up in time."""
    led_to: Counter[str] = field(default_factory=Counter)
    reopened: int = 0
    """Matters handled again or carried out again because of what was said."""
    followed: dict[str, Counter[str]] = field(default_factory=dict)
    """Step of the follow-up → `asked` and the answers."""
    visits: Counter[str] = field(default_factory=Counter)
    """Records of visitors by how they asked; `refused`: visits that weren't wanted."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A published share: what stands above the line and what below."""

    name: str
    over: tuple[str, ...]
    under: tuple[str, ...]


FORMULAS = (
    Formula("participation", ("rated",), ("parts",)),
    Formula("satisfaction", ("levels.satisfied", "levels.fairly"), ("rated",)),
    Formula("fully", ("levels.satisfied",), ("rated",)),
    Formula("taken_up", ("taken_up",), ("low",)),
    Formula("after_contact", ("after_contact",), ("rated",)),
    *(
        Formula(f"kept_{step}", (f"followed.{step}.done",),
                (f"followed.{step}.done", f"followed.{step}.partly", f"followed.{step}.no"))
        for step in ("30", "90", "promise")
    ),
)  # fmt: skip


def value(figures: Figures, name: str) -> int:
    """A number by its dotted name: `rated`, `levels.fairly`, `followed.30.done`."""
    first, *rest = name.split(".")
    found: Any = getattr(figures, first)
    for part in rest:
        found = found.get(part, {} if part != rest[-1] else 0)
    return int(found)


def share(figures: Figures, formula: Formula) -> tuple[int, int] | None:
    """Numerator and denominator; None where there is nothing to divide by."""
    under = sum(value(figures, name) for name in formula.under)
    return (sum(value(figures, name) for name in formula.over), under) if under else None


LOOK_BACK = timedelta(days=400)
"""How far before a period a part may have been asked about first."""


def compute(entries: Iterable[tuple[int, Entry]], which: Which, zone: tzinfo) -> Figures:
    """The figures of a period from entries in the order of time, beginning `LOOK_BACK` before."""
    found = Figures()
    said: dict[int, Said] = {}
    asked_steps: set[tuple[int, str, int]] = set()
    for case, entry in entries:
        day, facts = local_day(entry.at, zone), entry.facts
        if "rating" in facts or entry.action in ("rate", "rate_more"):
            _rated(said, case, entry, day)
        elif entry.action == "visit_record":
            _recorded(said, case, entry, day)
        if entry.action in LED_TO | {"take_up"}:
            _led(said, case, entry, day)
        if not which.holds(day) or not which.fits(facts):
            continue
        if entry.action in ("rehandle", "reopen", "not_done"):
            found.reopened += 1
        if entry.action == "visit_record":
            found.visits[str(facts["asked_how"])] += 1
        if entry.action in ("refuse_meeting", "record_no") and facts.get("meeting") == "visit":
            found.visits["refused"] += 1
        if "step" in facts:
            _followed(found, asked_steps, case, entry)
    for part in said.values():
        if which.holds(part.first_on) and which.fits(part.facts):
            _add(found, part)
    return found


def _part(said: dict[int, Said], case: int, entry: Entry, rating: int, day: date) -> Said:
    return said.setdefault(rating, Said(case, day, entry.facts))


def _rated(said: dict[int, Said], case: int, entry: Entry, day: date) -> None:
    facts = entry.facts
    part = _part(said, case, entry, facts["rating"], day)
    if entry.action == "asked":
        part.asked += 1
    elif entry.action == "rate":
        part.changes += bool(facts["was"])
        part.after_contact += bool(facts["contact"])
        _level(part, facts["level"], facts, entry)
    elif "reasons" in facts:
        part.reasons = tuple(facts["reasons"])


def _level(part: Said, level: str, facts: dict[str, Any], entry: Entry) -> None:
    part.level = level
    if level == "dissatisfied" and part.low_at is None:
        part.low_at = entry.at
        part.due = date.fromisoformat(facts["due"]) if facts.get("due") else None


def _recorded(said: dict[int, Said], case: int, entry: Entry, day: date) -> None:
    """What somebody told a visitor counts as their rating where they hadn't given one."""
    for body, rating in entry.facts["rated"].items():
        part = _part(said, case, entry, rating, day)
        part.reasons = tuple(entry.facts["reasons"])
        _level(part, entry.facts[f"level_{body}"], entry.facts, entry)


def _led(said: dict[int, Said], case: int, entry: Entry, day: date) -> None:
    for part in said.values():
        if part.case == case and part.low_at and part.low_at <= entry.at:
            part.taken_at = part.taken_at or day
            if entry.action in LED_TO:
                part.led_to = part.led_to or entry.action


def _followed(
    found: Figures, asked: set[tuple[int, str, int]], case: int, entry: Entry
) -> None:  # fmt: skip
    """A question counts once; its answer when it is one."""
    facts = entry.facts
    counts = found.followed.setdefault(str(facts["step"]), Counter())
    key = (case, str(facts["step"]), int(facts["follow_up"]))
    if key not in asked:
        asked.add(key)
        counts["asked"] += 1
    if facts.get("answer"):
        counts[str(facts["answer"])] += 1


def _add(found: Figures, part: Said) -> None:
    found.parts += 1
    found.asked += part.asked > 0
    found.again += part.asked > 1
    if part.low_at:
        found.low += 1
        in_time = part.taken_at and part.due and part.taken_at <= part.due
        found.taken_up += bool(in_time)
        found.led_to[part.led_to] += bool(part.led_to)
    if part.level:
        found.rated += 1
        found.levels[part.level] += 1
        found.reasons.update(part.reasons)
        found.changed += part.changes > 0
        found.after_contact += part.after_contact > 0


# Periods


def months(today: date, count: int) -> Iterator[tuple[date, date]]:
    """The last months up to today's, newest first: their first and last days."""
    first = today.replace(day=1)
    for _ in range(count):
        following = (first + timedelta(days=32)).replace(day=1)
        yield first, following - timedelta(days=1)
        first = (first - timedelta(days=1)).replace(day=1)


FEWEST = 5
"""Under so many ratings a unit sees no levels: they could point at a person."""


def complete(last: date, window: int, today: date) -> bool:
    """Whether the windows of all ratings of a period are over. A unit sees only such periods: by
    watching a running one it could tell single ratings."""
    return today > last + timedelta(days=window)
