"""Figures an office can stand behind: sums of journal lines, and the published shares.

The limits of a period are those that fell due on its days, whatever became of them; so nothing
that is late drops out, and what isn't due yet stands in neither number. A share of nothing is
None, never 0 or 1. Volume is a fact, never a score; nothing is summed up by person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

FELL_DUE = ("due.", "kept.", "late.", "longer.", "listed", "struck")
"""Counted on the day a limit fell due: what these names begin with waits until that day is over."""
ANSWERS = ("answer", "simple_answer", "suggestion")
"""Limits by which a unit answers, whatever the procedure."""
FEWEST = 5
"""Smaller numbers could point at a person: they aren't published, nor shown to a unit that was
rated."""


@dataclass(frozen=True, slots=True)
class Which:
    """The figures that are asked for: days from `first` to `last`, both included."""

    first: date
    last: date
    units: tuple[str, ...] = ()
    """The units whose figures they are; (): everybody's."""
    category: str = ""
    """A field, or a category within it."""
    kind: str = ""
    channel: str = ""
    lane: str = ""
    but: frozenset[int] = frozenset()
    """Cases of which whoever asks may not know."""


@dataclass(slots=True)
class Sums:
    """The counts, by name; distributions by name and number of days."""

    counts: Counter[str] = field(default_factory=Counter)
    days: dict[str, Counter[int]] = field(default_factory=dict)

    def add(self, what: str, value: int, n: int) -> None:
        """So many more of it."""
        self.counts[what] += n
        if what in DISTRIBUTIONS:
            self.days.setdefault(what, Counter())[value] += n

    def total(self, names: Iterable[str]) -> int:
        """The sum of some names."""
        return sum(self.counts[name] for name in names)

    def group(self, prefix: str) -> dict[str, int]:
        """The counts of a family of names, by the rest of each name; without zeros."""
        return {
            name.removeprefix(prefix): n
            for name, n in sorted(self.counts.items()) if n and name.startswith(prefix)
        }  # fmt: skip

    def plus(self, other: Sums) -> Sums:
        """Both together."""
        found = Sums(Counter(self.counts), {k: Counter(v) for k, v in self.days.items()})
        found.counts.update(other.counts)
        for what, days in other.days.items():
            found.days.setdefault(what, Counter()).update(days)
        return found

    def mean(self, what: str) -> float | None:
        """The mean number of days; None of nothing."""
        days = self.days.get(what, Counter())
        count = days.total()
        return sum(value * n for value, n in days.items()) / count if count else None

    def median(self, what: str) -> float | None:
        """The middle number of days, between the middle two of an even count; None of nothing."""
        days = self.days.get(what, Counter())
        count = days.total()
        if not count:
            return None
        return (_nth(days, (count - 1) // 2) + _nth(days, count // 2)) / 2


def _nth(days: Mapping[int, int], place: int) -> int:
    for value in sorted(days):
        place -= days[value]
        if place < 0:
            return value
    raise IndexError


DISTRIBUTIONS = ("took", "accepted")
"""Names whose lines carry days: from the filing to the first answer, and to the acceptance."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A published share: what stands above the line, what below, and beside it what could
    flatter it."""

    name: str
    over: tuple[str, ...]
    under: tuple[str, ...]
    beside: tuple[str, ...] = ()


def _limits(name: str, *limits: str, beside: Sequence[str] = ()) -> Formula:
    """Limits kept, of those that fell due."""
    return Formula(name, tuple(f"kept.{x}" for x in limits), tuple(f"due.{x}" for x in limits),
                   tuple(beside))  # fmt: skip


def _body(body: str) -> tuple[Formula, ...]:
    rated = f"{body}.rated"
    changed = (f"{body}.changed", f"{body}.after_contact")
    return (
        Formula(f"satisfaction_{body}", (f"{body}.level.satisfied", f"{body}.level.fairly"),
                (rated,), changed),
        Formula(f"fully_{body}", (f"{body}.level.satisfied",), (rated,), changed),
        Formula(f"participation_{body}", (rated,), (f"{body}.parts",), (f"{body}.again",)),
        Formula(f"after_contact_{body}", (f"{body}.after_contact",), (rated,)),
        Formula(f"taken_up_{body}", (f"{body}.taken_up",), (f"{body}.low",)),
    )  # fmt: skip


FORMULAS = (
    _limits("accepted_bureau", "pass_on", beside=("refused", "withdrawn")),
    _limits("accepted_unit", "notify", beside=("bounced", "led", "refused", "withdrawn")),
    _limits("answered", *ANSWERS,
            beside=(*(f"longer.{x}" for x in ANSWERS), "led", "reopened", "withdrawn")),
    _limits("assigned", "assigned"),
    _limits("reviewed", "review", "rereview"),
    *_body("bureau"),
    *_body("unit"),
    Formula("resolution", ("struck",), ("listed",), ("struck_late", "reopened")),
    Formula("at_once", ("at_once",), ("closed_first",), ("reopened", "came_again")),
    Formula("repeats", ("repeat", "came_again"), ("filed", "came_again")),
    Formula("online", ("online",), ("filed",)),
    Formula("served", ("served",), ("opinion",)),
    _limits("supervision", "supervision"),
    *(
        Formula(f"kept_{step}", (f"followed.{step}.done",),
                (f"followed.{step}.done", f"followed.{step}.partly", f"followed.{step}.no"),
                (f"followed.{step}.asked",))
        for step in ("30", "90", "promise")
    ),
)  # fmt: skip
"""Every published share, by name."""
BY_NAME = {formula.name: formula for formula in FORMULAS}


def share(sums: Sums, formula: Formula) -> tuple[int, int] | None:
    """Numerator and denominator; None where there is nothing to divide by."""
    under = sums.total(formula.under)
    return (sums.total(formula.over), under) if under else None


# Periods in which a unit may read what was said of it


def complete(last: date, window: int, today: date) -> bool:
    """Whether the windows of all ratings of a period are over. A unit sees only such periods: by
    watching a running one it could tell single ratings."""
    return today > last + timedelta(days=window)
