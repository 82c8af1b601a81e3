"""The journal: every count that figures are made of, from the append-only history alone.

Each entry of a case adds lines to it and, where it changes what was counted before, takes lines
back (`n` below 0). Nothing is overwritten, so what a figure was on an earlier day can be counted
again at any time. A line stands on the day it is counted for: a limit on the day it fell due, a
petition on the day it arrived, a rating on the day it was first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from petitions.law.clocks import local_day
from petitions.values import actions
from petitions.values.channels import Channel
from petitions.values.petition import Entry

Facts = dict[str, Any]


class Line(NamedTuple):
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
    """Whose figure it is."""
    category: str
    kind: str
    channel: str
    lane: str
    n: int


class Count(NamedTuple):
    """What stands at present, before the case's own dimensions are added."""

    day: date
    what: str
    unit: str
    n: int = 1
    value: int = 0


@dataclass(slots=True)
class Part:
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
        """What it counts as."""
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
class Limit:
    """A duty that runs."""

    key: tuple[Any, ...]
    name: str
    unit: str
    due: date
    extended: bool = False


@dataclass(slots=True)
class Book:
    """A case's counts, entry by entry."""

    zone: tzinfo
    category: str = ""
    kind: str = ""
    channel: str = ""
    lane: str = ""
    unit: str = ""
    """Who has it now."""
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
    limits: dict[str, Limit] = field(default_factory=dict)
    parts: dict[int, Part] = field(default_factory=dict)
    counts: dict[tuple[Any, ...], Count] = field(default_factory=dict)
    _touched: dict[tuple[Any, ...], Count | None] = field(default_factory=dict)

    def take(self, seq: int, at: datetime, action: str, facts: Facts) -> list[Line]:
        """The lines of the next entry."""
        before = (self.category, self.kind, self.channel, self.lane)
        self._touched.clear()
        day = local_day(at, self.zone)
        if counts := actions.of(action).counts:
            STEPS[counts](self, seq, day, facts)
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

    def _lines(self, seq: int, at: datetime, before: tuple[str, str, str, str]) -> list[Line]:
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
                limit = self.limits[name] = Limit(key, name, self.unit, due)
            limit.due = due
            limit.extended |= action == "extend"
            self.put(limit.key, Count(due, f"due.{name}", limit.unit))

    # What petitioners said

    def _rated(self, action: str, at: datetime, day: date, facts: Facts) -> None:
        if action == "visit_record":
            for body, rating in facts["rated"].items():
                unit = facts["unit"] if body == "unit" else self.bureau
                part = self.parts.setdefault(rating, Part(day, body, unit))
                part.reasons = tuple(facts["reasons"])
                self._level(part, facts[f"level_{body}"], at, facts)
                self._show(rating, part)
            return
        rating = facts["rating"]
        part = self.parts.setdefault(rating, Part(day, facts["body"], facts["unit"]))
        if action == "asked":
            part.asked += 1
        elif action == "rate":
            part.changed |= bool(facts["was"])
            part.after_contact |= bool(facts["contact"])
            self._level(part, facts["level"], at, facts)
        elif "reasons" in facts:
            part.reasons = tuple(facts["reasons"])
        self._show(rating, part)

    def _level(self, part: Part, level: str, at: datetime, facts: Facts) -> None:
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

    def _show(self, rating: int, part: Part) -> None:
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


def _line(
    seq: int, at: datetime, count: Count, about: tuple[str, str, str, str], n: int
) -> Line:  # fmt: skip
    category, kind, channel, lane = about
    return Line(seq, at, count.day, count.what, count.value, count.unit, category, kind, channel,
                lane, n)  # fmt: skip


# What each action counts as


def _submit(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.channel, book.unit = facts.get("channel", ""), facts.get("unit", "")
    book.bureau = book.unit
    book.filed_on = date.fromisoformat(facts["received"]) if "received" in facts else day
    book.put(("filed",), Count(book.filed_on, "filed", book.bureau))
    if book.channel and Channel(book.channel).online:
        book.put(("online",), Count(book.filed_on, "online", book.bureau))
    book.heads()


def _sorted(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.kind = facts.get("kind", book.kind)
    book.category = facts.get("category", book.category)
    if "people" in facts:
        book.people = facts["people"]
        book.heads()


def _way(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.kind = "request"


def _passed(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.unit = facts["unit"]
    book.put(("passed", seq), Count(day, "passed", book.unit))


def _accepted(book: Book, seq: int, day: date, facts: Facts) -> None:
    if ("accepted",) not in book.counts:
        days = (day - book.filed_on).days
        book.put(("accepted",), Count(day, "accepted", book.unit, value=days))


def _answered(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.answered_by = book.unit
    book.answers += 1
    book.put(("answered", seq), Count(day, "answered", book.unit))
    if book.answers == 1:
        days = (day - book.filed_on).days
        book.put(("took",), Count(day, "took", book.unit, value=days))
    if facts.get("outcome"):
        book.put(("outcome", seq), Count(day, f"outcome.{facts['outcome']}", book.unit))
        _issued(book, seq, day)


def _issued(book: Book, seq: int, day: date) -> None:
    """An opinion, to be served."""
    book.opinion = Count(day, "served", book.unit)
    book.put(("opinion", seq), Count(day, "opinion", book.unit))


def _served(book: Book, seq: int, day: date, facts: Facts) -> None:
    if book.opinion:
        book.put(("served", seq), book.opinion)
        book.opinion = None


def _closed(book: Book, seq: int, day: date, facts: Facts) -> None:
    unit = book.answered_by or book.unit
    book.put(("closed", seq), Count(day, "closed", unit))
    if book.answers and not book.closed:
        book.closed = True
        book.put(("closed_first",), Count(day, "closed_first", unit))
        if not book.came_back:
            book.put(("at_once",), Count(day, "at_once", unit))


def _reopened(book: Book, seq: int, day: date, facts: Facts) -> None:
    unit = book.answered_by or book._about(facts)
    book.put(("reopened", seq), Count(day, "reopened", unit))
    book.unit = facts.get("unit") or (book.bureau if "from" in facts else book.unit)


def _came_again(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.put(("came_again", seq), Count(day, "came_again", book.bureau))


def _merged(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.put(("repeat",), Count(book.filed_on, "repeat", book.bureau))


def _unmerged(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.drop(("repeat",))


def _review_asked(level: str) -> Step:
    def step(book: Book, seq: int, day: date, facts: Facts) -> None:
        book.put(("review", seq), Count(day, f"{level}.asked", book.answered_by))
        book.unit = facts["unit"]

    return step


def _reviewed(level: str) -> Step:
    def step(book: Book, seq: int, day: date, facts: Facts) -> None:
        book.put(("review", seq), Count(day, f"{level}.{facts['outcome']}", book.answered_by))
        _issued(book, seq, day)

    return step


def _returned(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.put(("review", seq), Count(day, f"review.{facts['outcome']}", book.answered_by))
    book.unit = facts["unit"]


def _withdrawn(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.put(("withdrawn",), Count(day, "withdrawn", book.unit))


def _taken_back(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.drop(("withdrawn",))


def _charged(book: Book, seq: int, day: date, facts: Facts) -> None:
    if book.listed:
        book.drop(("listed", book.listed.day))
    due = date.fromisoformat(facts["assigned"])
    book.listed = Count(due, "listed", facts["unit"])
    book.put(("listed", due), book.listed)


def _struck(book: Book, seq: int, day: date, facts: Facts) -> None:
    if book.listed:
        due, unit = book.listed.day, book.listed.unit
        book.put(("struck", seq), Count(due, "struck", unit))
        if facts["late"]:
            book.put(("struck_late", seq), Count(due, "struck_late", unit))
        book.listed = None


def _supervised(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.put(("supervised", seq), Count(day, f"supervised.{facts['level_of']}", facts["unit"]))
    due = date.fromisoformat(facts["assigned"])
    book.supervised = Count(due, f"due.{SUPERVISION}", facts["unit"])
    book.put(("supervision", seq), book.supervised)


SUPERVISION = "supervision"
"""The limit of a unit's written answer, among the others."""


def _explained(book: Book, seq: int, day: date, facts: Facts) -> None:
    """A unit's written answer to its supervision."""
    if book.supervised:
        outcome = "late" if facts.get("late") else "kept"
        book.put(("supervision", seq), book.supervised._replace(what=f"{outcome}.{SUPERVISION}"))
        book.supervised = None


def _visited(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.put(("visit", seq), Count(day, f"visits.{facts['asked_how']}", book._about(facts)))


def _unwanted(book: Book, seq: int, day: date, facts: Facts) -> None:
    if facts.get("meeting") == "visit":
        book.put(("visit", seq), Count(day, "visits.refused", book._about(facts)))


def _of(name: str) -> Step:
    """Counted once each time, for the unit that has the case."""

    def step(book: Book, seq: int, day: date, facts: Facts) -> None:
        book.put((name, seq), Count(day, name, book.unit))

    return step


def _joint(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.members = max(1, book.members)


def _signed(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.members = max(1, book.members) + 1
    book.people = max(book.people, book.members)
    book.heads()


def _left(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.members -= 1


def _closed_to(book: Book, seq: int, day: date, facts: Facts) -> None:
    """With somebody else, who may be its bureau from now on."""
    book.unit = facts.get("unit") or book.unit
    book.bureau = facts.get("bureau") or book.bureau


def _to_lane(book: Book, seq: int, day: date, facts: Facts) -> None:
    book.lane = facts.get("lane_id", "")


Step = Callable[[Book, int, date, Facts], None]
STEPS: dict[str, Step] = {
    "submitted": _submit,
    "sorted": _sorted,
    "way": _way,
    "passed": _passed,
    "accepted": _accepted,
    "answered": _answered,
    "served": _served,
    "closed": _closed,
    "reopened": _reopened,
    "came_again": _came_again,
    "merged": _merged,
    "unmerged": _unmerged,
    "review": _review_asked("review"),
    "rereview": _review_asked("rereview"),
    "reviewed": _reviewed("review"),
    "rereviewed": _reviewed("rereview"),
    "returned": _returned,
    "withdrawn": _withdrawn,
    "taken_back": _taken_back,
    "charged": _charged,
    "struck": _struck,
    "supervised": _supervised,
    "explained": _explained,
    "visited": _visited,
    "unwanted": _unwanted,
    "joint": _joint,
    "signed": _signed,
    "left": _left,
    "lane": _to_lane,
    "apart": _closed_to,
    **{name: _of(name) for name in (
        "led", "refused", "bounced", "extended", "urged", "reception",
    )},
}  # fmt: skip
"""What an action counts as by its record; one that says nothing counts as nothing by itself."""


def lines_of(entries: Iterable[Entry], zone: tzinfo) -> list[Line]:
    """All lines of a case, from its history."""
    book = Book(zone)
    return [
        line for entry in entries
        for line in book.take(entry.seq, entry.at, entry.action, entry.facts)
    ]  # fmt: skip
