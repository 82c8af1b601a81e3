"""A case's counts, entry by entry, and the lines they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from petitions.law.clocks import local_day
from petitions.values import actions
from petitions.values.petition import Facts


class JournalLine(NamedTuple):
    """So many more, or fewer, of something."""

    seq: int
    """The entry of the history that says so."""
    at: datetime
    """When it became known."""
    day: date
    """The day it is counted for."""
    what: str
    value: int
    """A number of days where the line is one of a distribution; else 0."""
    unit: str
    """The unit whose figure it is."""
    category: str
    kind: str
    channel: str
    lane: str
    n: int


class Count(NamedTuple):
    """A count as it stands at present, before the case's own dimensions are added."""

    day: date
    what: str
    unit: str
    n: int = 1
    value: int = 0


@dataclass(slots=True)
class RatedPart:
    """One body's part in the case, as a person spoke of it."""

    day: date
    """When it was first asked about, or rated."""
    body: str
    unit: str
    asked: int = 0
    level: str = ""
    changed: bool = False
    after_contact: bool = False
    reasons: tuple[str, ...] = ()
    low_at: datetime | None = None
    """When it was first called not satisfactory."""
    due: date | None = None
    """By when that was to be taken up."""
    taken_on: date | None = None
    led_to: str = ""
    shown: frozenset[str] = frozenset()

    def counts(self) -> frozenset[str]:
        """The names that it counts under."""
        found = {"parts"}
        if self.asked:
            found.add("asked")
        if self.asked > 1:
            found.add("again")
        if self.low_at:
            found.add("low")
            if self.taken_on and self.due and self.taken_on <= self.due:
                found.add("taken_up")
            if self.led_to:
                found.add(f"led_to.{self.led_to}")
        if self.level:
            found |= {"rated", f"level.{self.level}", *(f"reason.{r}" for r in self.reasons)}
            if self.changed:
                found.add("changed")
            if self.after_contact:
                found.add("after_contact")
        return frozenset(found)


@dataclass(slots=True)
class Duty:
    """A duty that runs."""

    key: tuple[Any, ...]
    name: str
    unit: str
    due: date
    extended: bool = False


@dataclass(slots=True)
class CaseCounts:
    """A case's counts, entry by entry."""

    zone: tzinfo
    category: str = ""
    kind: str = ""
    channel: str = ""
    lane: str = ""
    unit: str = ""
    """The unit that has it now."""
    bureau: str = ""
    """Where it was filed."""
    filed_on: date = date.min
    people: int = 1
    members: int = 0
    answered_by: str = ""
    answers: int = 0
    opinion: Count | None = None
    """The last opinion, until it was served."""
    came_back: bool = False
    closed: bool = False
    listed: Count | None = None
    supervised: Count | None = None
    limits: dict[str, Duty] = field(default_factory=dict)
    parts: dict[int, RatedPart] = field(default_factory=dict)
    counts: dict[tuple[Any, ...], Count] = field(default_factory=dict)
    _touched: dict[tuple[Any, ...], Count | None] = field(default_factory=dict)

    def take(
        self, seq: int, at: datetime, action: str, facts: Facts, step: Counting | None
    ) -> list[JournalLine]:
        """The lines of the next entry; `step`: what its action counts as."""
        before = (self.category, self.kind, self.channel, self.lane)
        self._touched.clear()
        day = local_day(at, self.zone)
        if step:
            step(self, seq, day, facts)
        if "ended" in facts or "until" in facts:
            self._limits(seq, action, facts)
        if "rating" in facts or "rated" in facts:
            self._rated(action, at, day, facts)
        if actions.of(action).led_to or action == "take_up":
            self._led(action, at, day)
        if "step" in facts:
            self._followed(seq, day, facts)
        if actions.of(action).comes_back:
            self.came_back = True
            self.drop(("at_once",))
        return self._lines(seq, at, before)

    def put(self, key: tuple[Any, ...], count: Count) -> None:
        """Count something from now on, in place of what stood under the key."""
        self._touched.setdefault(key, self.counts.get(key))
        self.counts[key] = count

    def drop(self, key: tuple[Any, ...]) -> None:
        """Count it no more."""
        if key in self.counts:
            self._touched.setdefault(key, self.counts[key])
            del self.counts[key]

    def _lines(
        self, seq: int, at: datetime, before: tuple[str, str, str, str]
    ) -> list[JournalLine]:
        now = (self.category, self.kind, self.channel, self.lane)
        if now == before:
            keys: Iterable[tuple[Any, ...]] = self._touched
        else:
            keys = {**dict.fromkeys(self.counts), **dict.fromkeys(self._touched)}
        lines = []
        for key in keys:
            new = self.counts.get(key)
            old = self._touched.get(key, new)
            if old == new and now == before:
                continue
            if old:
                lines.append(_line(seq, at, old, before, -old.n))
            if new:
                lines.append(_line(seq, at, new, now, new.n))
        return lines

    # Limits

    def _limits(self, seq: int, action: str, facts: Facts) -> None:
        for name, outcome in facts.get("ended", {}).items():
            limit = self.limits.pop(name, None)
            if limit is None:
                continue
            if outcome == "withdrawn":
                self.drop(limit.key)
                continue
            self.put((*limit.key, "end"), Count(limit.due, f"{outcome}.{name}", limit.unit))
            if limit.extended and outcome == "kept":
                self.put((*limit.key, "longer"), Count(limit.due, f"longer.{name}", limit.unit))
        for name, until in facts.get("until", {}).items():
            due = date.fromisoformat(until)
            limit = self.limits.get(name)
            if limit is None:
                key = ("due", name, seq)
                limit = self.limits[name] = Duty(key, name, self.unit, due)
            limit.due = due
            limit.extended |= action == "extend"
            self.put(limit.key, Count(due, f"due.{name}", limit.unit))

    # The petitioners' ratings and follow-ups

    def _rated(self, action: str, at: datetime, day: date, facts: Facts) -> None:
        if action == "visit_record":
            for body, rating in facts["rated"].items():
                unit = facts["unit"] if body == "unit" else self.bureau
                part = self.parts.setdefault(rating, RatedPart(day, body, unit))
                part.reasons = tuple(facts["reasons"])
                self._level(part, facts[f"level_{body}"], at, facts)
                self._show(rating, part)
            return
        rating = facts["rating"]
        part = self.parts.setdefault(rating, RatedPart(day, facts["body"], facts["unit"]))
        if action == "asked":
            part.asked += 1
        elif action == "rate":
            part.changed |= bool(facts["was"])
            part.after_contact |= bool(facts["contact"])
            self._level(part, facts["level"], at, facts)
        elif "reasons" in facts:
            part.reasons = tuple(facts["reasons"])
        self._show(rating, part)

    def _level(self, part: RatedPart, level: str, at: datetime, facts: Facts) -> None:
        part.level = level
        if level == "dissatisfied" and part.low_at is None:
            part.low_at = at
            part.due = date.fromisoformat(facts["due"]) if facts.get("due") else None

    def _led(self, action: str, at: datetime, day: date) -> None:
        for rating, part in self.parts.items():
            if part.low_at and part.low_at <= at:
                part.taken_on = part.taken_on or day
                if actions.of(action).led_to:
                    part.led_to = part.led_to or action
                self._show(rating, part)

    def _show(self, rating: int, part: RatedPart) -> None:
        wanted = part.counts()
        for name in part.shown - wanted:
            self.drop(("part", rating, name))
        for name in wanted - part.shown:
            self.put(("part", rating, name), Count(part.day, f"{part.body}.{name}", part.unit))
        part.shown = wanted

    def _followed(self, seq: int, day: date, facts: Facts) -> None:
        """A question counts once; its answer when it is one."""
        step, unit = str(facts["step"]), self._about(facts)
        asked = ("followed", step, facts["follow_up"])
        if asked not in self.counts:
            self.put(asked, Count(day, f"followed.{step}.asked", unit))
        if facts.get("answer"):
            name = f"followed.{step}.{facts['answer']}"
            self.put((*asked, seq), Count(day, name, unit))

    def _about(self, facts: Facts) -> str:
        """The unit an entry speaks of."""
        return str(facts.get("unit") or facts.get("from") or self.answered_by or self.unit)

    def heads(self) -> None:
        """Groups and heads (批次、人次)."""
        people = max(self.people, self.members)
        self.put(("heads",), Count(self.filed_on, "heads", self.bureau, people))
        if people > 1:
            self.put(("joint",), Count(self.filed_on, "joint", self.bureau))
        else:
            self.drop(("joint",))


Counting = Callable[[CaseCounts, int, date, Facts], None]
"""The function that counts an action: the entry's number, its day, its facts."""


def _line(
    seq: int, at: datetime, count: Count, about: tuple[str, str, str, str], n: int
) -> JournalLine:  # fmt: skip
    category, kind, channel, lane = about
    return JournalLine(seq, at, count.day, count.what, count.value, count.unit,
                       category, kind, channel, lane, n)  # fmt: skip
