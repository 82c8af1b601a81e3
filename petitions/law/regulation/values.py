"""The content of a regulation file, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from petitions.errors import BadAnswer, BadSetting
from petitions.law.clocks import Length, length

DUTIES = ("bureau", "unit", "petitioner", "")


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time and where it is written."""

    length: Length | None
    """None: a date is set in each case."""
    article: str = ""
    law: bool = False
    """False: a setting of the office, not to be presented as law."""
    duty: str = ""
    """`bureau` or `unit`: who must act; `petitioner`: whose right it is."""
    extension: Length | None = None
    """By how much it may be extended, once."""
    pauses: tuple[str, ...] = ()
    """The events that stop it."""
    window: bool = False
    """It opens a right of the unit's; nobody is late when it ends."""
    model: Mapping[str, str] | None = None
    """The measure that a setting follows, though its number wasn't found in force there."""

    @property
    def days(self) -> int:
        """How many days, calendar or working. 0: a date is set in each case."""
        return self.length.days if self.length else 0


@dataclass(frozen=True, slots=True)
class Paper:
    """A numbered document of the procedure."""

    mark: str
    article: str
    inside: bool
    """For the office's own file, not for the petitioner."""


@dataclass(frozen=True, slots=True)
class RefusalReason:
    """A reason for which a matter isn't accepted."""

    article: str
    again: bool = False
    """It ends a matter for good (不再受理)."""
    direct: bool = False
    """Only of what a petitioner brought there: whoever got it passed on objects instead."""
    superior: bool = False
    """Only where others stand below: what one of them has is brought to the one above."""
    past: bool = False
    """No longer a reason; what was refused for it is read by its name."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Where a statement is written that is no limit, no reason, no way."""

    article: str
    law: Mapping[str, str] | None = None
    """The name of another law, by language; None: these rules."""


SIDES = ("handler", "head", "supervisor", "leader", "petitioner")
"""Sides that may stand on a rung of the ladder."""
HALF = "half"


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder of reminders (提醒): when, and who is told."""

    at: int
    """Days from the last day: -3 three days before, 0 on it, 1 the first working day after."""
    to: tuple[str, ...]
    """Sides, as in `SIDES`."""
    least: int = 0
    """Only for limits of at least so many days, calendar or working."""
    half: bool = False
    """When half of the period is over; `at` means nothing then."""

    @property
    def step(self) -> str:
        """Its name in the ledger: `half`, `-3`, `0`, `1`."""
        return HALF if self.half else str(self.at)


@dataclass(frozen=True, slots=True)
class Ladder:
    """When the end of a clock is spoken of."""

    office: tuple[Rung, ...]
    """Of its duties; after the last rung each working day, to those of that rung."""
    petitioner: tuple[int, ...]
    """Of rights that lapse: days from the last day."""


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Windows and days of ratings and follow-ups; settings, for no text was found that says
    them."""

    window: int
    """Days a rating may be given or changed."""
    changes: int
    """How often it may be changed."""
    ask: tuple[int, ...]
    """Days after it opened at which somebody who hasn't rated is asked."""
    follow_up: tuple[int, ...]
    """Days after the end of a case at which its promise is asked about."""
    spread: int
    """Over how many days the questions of one day are spread, by case."""
    by_kind: dict[str, tuple[int, ...]]
    """Other days for a kind or category."""
    again: int
    """Days after which somebody who said "later" is asked again."""
    reasons: dict[str, tuple[str, ...]]
    """Body → codes of reasons."""
    aspects: dict[str, tuple[str, ...]]
    """Body → what may be rated apart."""

    def follow_up_of(self, kind: str, category: str) -> tuple[int, ...]:
        """The days of a kind and category, the finer first."""
        return self.by_kind.get(category, self.by_kind.get(kind, self.follow_up))


TRANSITIONS = ("step",)
"""How an amendment passes in. `step`: what runs when it comes goes on by the law of the day on
which it began; what begins from then on goes by the amendment."""


@dataclass(frozen=True, slots=True, eq=False)
class Regulation:
    """One jurisdiction's rules, as they stand from one amendment to the next. Read once, and the
    same only as itself."""

    id: str
    names: dict[str, str]
    since: date
    """The first day on which they hold."""
    replaces: str
    """The profile that held until then; empty: none that is known here."""
    calendar: str
    articles: tuple[str, ...]
    clocks: dict[str, Limit]
    limits: dict[str, Limit]
    counts: dict[str, int]
    ladder: Ladder
    satisfaction: Satisfaction
    refusals: dict[str, RefusalReason]
    """Reason code → when it is one, and where that is written."""
    ways: dict[str, str]
    """Way → article."""
    own_ways: frozenset[str]
    """Ways on which the petition's own clocks run."""
    duty_ways: frozenset[str]
    """Ways on which the unit itself does its duty or answers, within another law's limits."""
    papers: dict[str, Paper]
    title: Mapping[str, str]
    """How they are called where an article is cited; empty: none is."""
    says: dict[str, Statement]
    """Statement → where it is written."""

    def shortened(self, given: Mapping[str, Any], source: str) -> Regulation:
        """The rules with an office's own, shorter limits. Raises BadSetting by name: unknown,
        not a length, longer than the law, or counted in other days."""
        clocks, limits = dict(self.clocks), dict(self.limits)
        for name, text in given.items():
            where = clocks if name in clocks else limits
            if name not in where or where[name].length is None:
                known = ", ".join(n for n, x in {**clocks, **limits}.items() if x.length)
                raise BadSetting("bad.limit_unknown", source=source, name=name, known=known)
            where[name] = _shorter(name, where[name], str(text), source)
        return replace(self, clocks=clocks, limits=limits)


def _shorter(name: str, limit: Limit, text: str, source: str) -> Limit:
    try:
        given = length(text)
    except BadAnswer as error:
        raise BadSetting("bad.limit_text", source=source, name=name, why=error) from None
    law = limit.length
    if limit.law and law and given.working != law.working:
        raise BadSetting("bad.limit_days", source=source, name=name, given=given, law=law)
    if limit.law and law and given.days > law.days:
        raise BadSetting(
            "bad.limit_longer", source=source, name=name, given=given, law=law,
            article=limit.article,
        )  # fmt: skip
    return replace(limit, length=given)
