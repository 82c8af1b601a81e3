"""The selection that a page of figures shows, as its buttons hold it; its sums, and its head."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from handlers.talk import Talk
from petitions.counting import bulletins, figures
from petitions.counting.bulletins import Bulletin
from petitions.counting.figures import Sums, Which
from petitions.errors import BadAnswer
from petitions.law import periods
from petitions.law.clocks import local_day
from petitions.law.periods import Period
from petitions.law.units import LONGEST_ID
from petitions.matters import lanes
from petitions.message import packed
from petitions.values import categories
from petitions.values.channels import Channel
from petitions.values.person import Officer, Role
from petitions.values.petition import Kind
from petitions.verbs.figures import figures_of

OVERSEERS = frozenset({Role.SUPERVISOR, Role.LEADER})
NOBODY = "-"
SHOWN = 8
"""Cases, units or fields shown at once."""
KINDS = tuple(Kind)
SHARES = tuple(formula.name for formula in figures.FORMULAS)
"""A button's data hold a share's place among these."""
PLACES = {str(place): name for place, name in enumerate(SHARES)}


@dataclass(frozen=True, slots=True)
class Selection:
    """The selection that a page of figures shows; a button's data hold it."""

    period: str = NOBODY
    unit: str = NOBODY
    field: str = NOBODY
    kind: str = NOBODY
    """The place of the kind among all."""
    channel: str = NOBODY
    """The letter of the way in."""
    lane: str = NOBODY

    def pack(self, verb: str, extra: object = "") -> str:
        """A button's data; days of a span without hyphens, or the longest wouldn't fit."""
        period = self.period.replace("-", "") if "~" in self.period else self.period
        return packed("fig", verb, period, self.unit, self.field, self.kind, self.channel,
                      self.lane, extra)  # fmt: skip


def oversees(talk: Talk, me: Officer) -> bool:
    """Whether somebody reads of ratings as a bureau does: never at a unit, which is rated."""
    return me.role in OVERSEERS and talk.office.is_bureau(me.unit)


def today(talk: Talk) -> date:
    return local_day(talk.now, talk.office.zone)


def read_asked(talk: Talk, me: Officer, asked: Selection) -> Selection:
    """The part of a selection that this officer may see. Raises BadAnswer."""
    asked = replace(asked, period=periods.read(asked.period, today(talk)).key)
    if asked.field != NOBODY and not categories.find(asked.field):
        raise BadAnswer("bad.stale")
    if asked.kind != NOBODY and asked.kind not in map(str, range(len(KINDS))):
        raise BadAnswer("bad.stale")
    if len(asked.unit) > LONGEST_ID or not asked.unit.isascii():  # it may be gone since long
        raise BadAnswer("bad.stale")
    if asked.lane != NOBODY and lanes.find(talk.book, asked.lane) is None:
        raise BadAnswer("bad.stale")
    if asked.channel != NOBODY and asked.channel not in {c.letter for c in Channel}:
        raise BadAnswer("bad.stale")
    whole = oversees(talk, me) and me.unit == talk.office.bureau
    mine = NOBODY if whole else me.unit
    if mine != NOBODY and asked.unit not in talk.office.below(mine):
        asked = replace(asked, unit=mine)
    return asked


def which_of(talk: Talk, asked: Selection, period: Period | None = None) -> Which:
    period = period or periods.read(asked.period, today(talk))

    def of(value: str) -> str:
        return "" if value == NOBODY else value

    return Which(
        period.first, period.last,
        () if asked.unit == NOBODY else talk.office.below(asked.unit),
        of(asked.field),
        str(KINDS[int(asked.kind)]) if asked.kind != NOBODY else "",
        next((str(c) for c in Channel if c.letter == asked.channel), ""),
        of(asked.lane), talk.hidden,
    )  # fmt: skip


def sums_of(talk: Talk, me: Officer, asked: Selection, period: Period) -> Sums:
    """The sums, without what this officer mustn't learn of ratings."""
    found = figures_of(talk.book, talk.office, which_of(talk, asked, period), talk.now)
    sums = found.get("", Sums())
    if not oversees(talk, me):
        window = talk.office.rules.satisfaction.window
        over = figures.complete(period.last, window, today(talk))
        close_small(sums, open_=over and is_whole(talk, me, asked, period))
    return sums


def is_whole(talk: Talk, me: Officer, asked: Selection, period: Period) -> bool:
    """Whether this is a unit's own month, undivided: from parts of it, or days more and less,
    single ratings could be told by subtracting."""
    parts = (asked.field, asked.kind, asked.channel, asked.lane)
    return period.kind == "month" and set(parts) == {NOBODY} and (
        talk.office.below(asked.unit) == (me.unit,)
    )  # fmt: skip


def close_small(sums: Sums, open_: bool) -> None:
    """A unit reads nothing of ratings that may still change, nor of so few that they could point
    at a person."""
    for body in ("bureau", "unit"):
        if not open_ or sums.counts[f"{body}.rated"] < figures.FEWEST:
            for name in [n for n in sums.counts if n.startswith(f"{body}.")]:
                del sums.counts[name]


def counted(talk: Talk, me: Officer, asked: Selection, period: Period) -> Bulletin:
    """The numbers that a bulletin of these figures would hold, with nothing kept back that this
    officer may see."""
    parts: dict[str, dict[str, Sums]] = {"": {"": sums_of(talk, me, asked, period)}}
    if period.key == asked.period:
        for by in bulletins.SPLIT_COUNTS:
            which = which_of(talk, asked, period)
            parts[by] = figures_of(talk.book, talk.office, which, talk.now, by)
            if not oversees(talk, me):
                for sums in parts[by].values():
                    close_small(sums, open_=False)
    whole = parts[""][""]
    days = {
        what: (mean, median) for what in figures.DISTRIBUTIONS
        if (mean := whole.mean(what)) is not None and (median := whole.median(what)) is not None
    }  # fmt: skip
    return Bulletin(0, period, cells=dict(bulletins.numbers(parts)), days=days)


def named_unit(talk: Talk, asked: Selection) -> str:
    return talk.office.name(talk.lang) if asked.unit == NOBODY else unit_name(talk, asked.unit)


def head_of(talk: Talk, asked: Selection, period: Period) -> str:
    parts = [
        talk.say("figures.all") if asked.unit == NOBODY else unit_name(talk, asked.unit),
        _field(talk, asked.field) if asked.field != NOBODY else "",
        talk.say(f"kind.{KINDS[int(asked.kind)]}") if asked.kind != NOBODY else "",
        next((talk.say(f"channel.{c}") for c in Channel if c.letter == asked.channel), ""),
        next((x.name for x in lanes.every(talk.book) if x.id == asked.lane), ""),
    ]  # fmt: skip
    return talk.say("figures.head", period=period.name(talk.lang),
                    what=" · ".join(p for p in parts if p))  # fmt: skip


def unit_name(talk: Talk, unit: str) -> str:
    """A unit's name; that it is no more is said."""
    name = talk.office.unit_name(unit, talk.lang)
    return name if unit in talk.office.units else talk.say("figures.gone", unit=name)


def _field(talk: Talk, field: str) -> str:
    found = categories.find(field)
    if found is None:
        return talk.say("figures.no_field")
    return found.name(talk.lang)
