"""Bulletins: published figures of a period, with small numbers kept back, and never changed.

A bulletin says what was known at its hour (`as_of`); the journal can be summed up again as it was
then, so a bulletin that doesn't follow from the history is found out. The next one names all that
became known later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from petitions.counting import figures
from petitions.counting.figures import BY_NAME, FEWEST, Sums
from petitions.counting.small import kept_back
from petitions.law import periods
from petitions.law.calendar import Calendar
from petitions.law.periods import Period

KINDS = ("day", "week", "month", "quarter", "year")
SHARES = ("accepted_bureau", "accepted_unit", "answered", "assigned", "reviewed",
          "satisfaction_unit", "participation_unit", "satisfaction_bureau",
          "participation_bureau", "at_once", "resolution", "repeats", "online", "served",
          "supervision", "kept_30", "kept_90")  # fmt: skip
"""Shares that are published."""
COUNTS = ("heads", "joint", "passed", "refused", "led", "withdrawn", "bounced", "extended",
          "reopened", "came_again", "urged", "reception", "struck_late",
          *(f"longer.{x}" for x in figures.ANSWERS),
          *(f"{x}.{y}" for x in ("review", "rereview")
            for y in ("asked", "uphold", "revoke", "change", "return", "not_accepted")),
          *(f"supervised.{x}" for x in ("urge", "supervise", "talk", "notice")),
          *(f"{x}.{y}" for x in ("unit", "bureau")
            for y in ("changed", "after_contact")))  # fmt: skip
"""Counts that are published by themselves, beside the shares they could flatter."""
SPLIT = {"unit": ("answered", "accepted_unit", "satisfaction_unit"),
         "category": ("answered", "satisfaction_unit")}  # fmt: skip
"""From a month on: the shares that stand side by side for units and fields."""
SPLIT_COUNTS = {"unit": ("passed", "filed"), "category": ("filed",), "channel": ("filed",),
                "kind": ("filed",)}  # fmt: skip
"""And the counts."""
LONG = frozenset({"month", "quarter", "year"})
"""Periods long enough to be split."""
INSIDE = {"week": ("day",), "month": ("day", "week"), "quarter": ("month",), "year": ("quarter",)}
"""Which earlier bulletins lie inside one: what subtracting them would tell."""

CellKey = tuple[str, str, str]
"""Name of the number, whose it is (empty: everybody's; `unit:housing`), key of the period."""


@dataclass(slots=True)
class Bulletin:
    """One of the office's bulletins."""

    id: int
    period: Period
    made_at: datetime | None = None
    as_of: datetime | None = None
    cells: dict[tuple[str, str], int | None] = field(default_factory=dict)
    """(name, whose) → a number, or None: kept back. A share has `.over`, `.rest`, `.under`."""
    days: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Mean and median days, by name."""
    working: int = 0
    """Working days of the period, make-up days included."""
    texts: dict[str, str] = field(default_factory=dict)
    """Language → its short text."""
    files: list[int] = field(default_factory=list)
    """Picture, table, and the annual report's paper."""

    def share(self, name: str, whose: str = "") -> tuple[int, int] | None:
        """Numerator and denominator, where both are published and there is something."""
        over, under = self.cells.get((f"{name}.over", whose)), self.cells.get(
            (f"{name}.under", whose))  # fmt: skip
        return (over, under) if over is not None and under else None

    def held_back(self, name: str, whose: str = "") -> bool:
        """Whether a share isn't published though there are cases."""
        cells = [self.cells.get((f"{name}.{x}", whose), 0) for x in ("over", "rest", "under")]
        return None in cells

    @property
    def written(self) -> dict[str, Any]:
        """As it is kept."""
        cells = [[*key, n] for key, n in self.cells.items()]
        return {"cells": cells, "days": self.days, "texts": self.texts, "working": self.working}

    @classmethod
    def read(cls, id: int, period: Period, made: Any, as_of: Any, held: Mapping[str, Any],
             files: Sequence[int]) -> Bulletin:  # fmt: skip
        """The bulletin again, from what `written` gave."""
        cells = {(name, whose): n for name, whose, n in held.get("cells", [])}
        days = {name: (mean, median) for name, (mean, median) in held.get("days", {}).items()}
        texts, working = dict(held.get("texts", {})), int(held.get("working", 0))
        return cls(id, period, made, as_of, cells, days, working, texts, list(files))


def ended(calendar: Calendar, today: date) -> Iterator[Period]:
    """The last period of each kind that is over; a daily one reaches from the last working day to
    yesterday, so that no day is left out."""
    last = today - timedelta(days=1)
    yield Period("day", calendar.to_day(last), last)
    for kind in KINDS[1:]:
        yield periods.of(kind, today).before()


Parts = Mapping[str, Mapping[str, Sums]]
"""Dimension ("" for the whole) → value → sums."""


def numbers(parts: Parts) -> Iterator[tuple[tuple[str, str], int]]:
    """Every number a bulletin of these sums would hold, before any is kept back."""
    whole = parts[""].get("", Sums())
    yield from _shares(whole, SHARES, "")
    for name in ("filed", *COUNTS):
        yield (name, ""), whole.counts[name]
    for dimension, values in parts.items():
        for value, sums in values.items():
            whose = f"{dimension}:{value}"
            if dimension:
                yield from _shares(sums, SPLIT.get(dimension, ()), whose)
                for name in SPLIT_COUNTS[dimension]:
                    yield (name, whose), sums.counts[name]


def _shares(
    sums: Sums, names: Iterable[str], whose: str
) -> Iterator[tuple[tuple[str, str], int]]:  # fmt: skip
    for name in names:
        over, under = sums.total(BY_NAME[name].over), sums.total(BY_NAME[name].under)
        yield (f"{name}.over", whose), over
        yield (f"{name}.rest", whose), under - over
        yield (f"{name}.under", whose), under


def compose(period: Period, parts: Parts, earlier: Sequence[Bulletin]) -> Bulletin:
    """A bulletin of these sums: what is small is kept back, and what would tell it, given what
    the earlier ones inside this period have published."""
    found = dict(numbers(parts))
    shown = {
        (*key, one.period.key): n
        for one in earlier for key, n in one.cells.items() if n is not None
    }  # fmt: skip
    values = {(*key, period.key): n for key, n in found.items()}
    hidden = kept_back(values, _lines(found, period, earlier), FEWEST, shown)
    cells = {key: None if (*key, period.key) in hidden else n for key, n in found.items()}
    days = {}
    whole = parts[""].get("", Sums())
    for what in figures.DISTRIBUTIONS:
        mean, median = whole.mean(what), whole.median(what)
        if mean is not None and median is not None and whole.days[what].total() >= FEWEST:
            days[what] = (round(mean, 1), median)
    return Bulletin(0, period, cells=cells, days=days)


def _lines(
    found: Mapping[tuple[str, str], int], period: Period, earlier: Sequence[Bulletin]
) -> list[tuple[CellKey, list[CellKey]]]:
    """Totals and the parts that add up to them: the two sides of a share; its parts by unit and
    field; the earlier periods inside this one."""
    key = period.key
    lines: list[tuple[CellKey, list[CellKey]]] = []
    split: dict[tuple[str, str], list[CellKey]] = {}
    for name, whose in found:
        if name.endswith(".under"):
            share = name.removesuffix("under")
            sides = [(f"{share}{side}", whose, key) for side in ("over", "rest")]
            lines.append(((name, whose, key), sides))
        if whose:
            split.setdefault((name, whose.partition(":")[0]), []).append((name, whose, key))
    lines += [((name, "", key), parts) for (name, _), parts in split.items()]
    for kind in INSIDE.get(period.kind, ()):
        inside = [
            one.period.key for one in earlier
            if one.period.kind == kind and period.first <= one.period.first
            and one.period.last <= period.last
        ]  # fmt: skip
        if inside:
            lines += [((*one, key), [(*one, k) for k in inside]) for one in found]
    return lines


def differences(
    published: Bulletin, parts: Parts
) -> list[tuple[tuple[str, str], int, int]]:  # fmt: skip
    """Published numbers that these sums don't give: what, as published, as counted."""
    now = dict(numbers(parts))
    return [
        (key, n, now.get(key, 0)) for key, n in published.cells.items()
        if n is not None and n != now.get(key, 0)
    ]  # fmt: skip


CORRECTED = ("accepted_bureau", "accepted_unit", "answered", "reviewed", "resolution")
"""Shares of whose later corrections the next bulletin speaks; of ratings it doesn't: one that was
changed could be told by it."""
Correction = tuple[str, tuple[int, int], tuple[int, int] | None]
"""Name of a share, as it was published, as it is known today; None: changed by so few that the new
numbers would tell them."""


def corrections(published: Bulletin, then: Sums, now: Sums) -> list[Correction]:
    """Shares that are known differently now than they were `then`, at the last bulletin."""
    found: list[Correction] = []
    for name in CORRECTED:
        formula = BY_NAME[name]
        old, new = published.share(name), figures.share(now, formula)
        if old and new and old != new and new != figures.share(then, formula):
            sides = (new[0], new[1] - new[0])
            moved = (new[0] - old[0], new[1] - old[1], sides[1] - (old[1] - old[0]))
            small = any(0 < abs(n) < FEWEST for n in (*sides, *moved))
            found.append((name, old, None if small else new))
    return found
