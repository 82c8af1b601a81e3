"""The ladder of reminders: on which day who hears of a clock's end.

Offices are reminded on working days only: a rung that falls on a day of rest moves to the
working day before it, and what is late is said from the first working day after the rolled
date. Petitioners hear of their own rights by the nominal date, on whatever day that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from petitions.law.calendar import Calendar
from petitions.law.clocks import due, length
from petitions.law.regulation.values import Ladder, Limit
from petitions.values.petition import Running


@dataclass(frozen=True, slots=True)
class Alert:
    """One reminder of a clock."""

    day: date
    """On which it is said."""
    step: str
    """`half`, `-3`, `0`, `1` …: days from the last day, working ones after it."""
    to: tuple[str, ...]
    """Sides, as the regulation file names them."""


def speaks(clock: str, limit: Limit) -> bool:
    """Whether anybody is reminded of such a clock: not of a unit's own window, nor of a date
    that another organ set."""
    return not limit.window and clock != "external"


def alerts(clock: Running, limit: Limit, ladder: Ladder, calendar: Calendar) -> Iterator[Alert]:
    """All reminders of a clock in the order of their days; an office's never end, for what is
    late is said each working day."""
    if not speaks(clock.clock, limit):
        return
    if limit.duty == "petitioner":
        for step in ladder.petitioner:
            day = _ahead(clock, step, calendar)
            if day > clock.started_on:
                yield Alert(day, str(step), ("petitioner",))
        return
    yield from _before(clock, ladder, calendar)
    last, late = clock.rolled_on or clock.due_on, [r for r in ladder.office if r.at > 0]
    behind = 0
    while True:
        behind += 1
        rung = max((r for r in late if r.at <= behind), key=lambda r: r.at, default=late[0])
        # A petitioner is told when a rung is reached, not again each day.
        to = rung.to if rung.at == behind else tuple(s for s in rung.to if s != "petitioner")
        yield Alert(calendar.after(last, behind), str(behind), to)


def _before(clock: Running, ladder: Ladder, calendar: Calendar) -> Iterator[Alert]:
    """The rungs up to the last day: one for each day, the nearer one where two meet."""
    days = _days(clock, calendar)
    found: dict[date, Alert] = {}
    for rung in ladder.office:
        if rung.at > 0 or days < rung.least:
            continue
        day = calendar.to_day(_half(clock, calendar) if rung.half else
                              _ahead(clock, rung.at, calendar))  # fmt: skip
        if day > clock.started_on or rung.step == "0":
            earlier = found[day].to if day in found else ()
            found[day] = Alert(day, rung.step, tuple(dict.fromkeys((*rung.to, *earlier))))
    yield from sorted(found.values(), key=lambda a: a.day)


def _days(clock: Running, calendar: Calendar) -> int:
    """How long the clock is, in the days it counts."""
    if clock.length.endswith("wd"):
        return calendar.worked(clock.started_on + timedelta(days=1), clock.due_on)
    return (clock.due_on - clock.started_on).days


def _half(clock: Running, calendar: Calendar) -> date:
    days = _days(clock, calendar) // 2
    if clock.length.endswith("wd"):
        return calendar.after(clock.started_on, max(1, days))
    return clock.started_on + timedelta(days=days)


def _ahead(clock: Running, step: int, calendar: Calendar) -> date:
    """So many days (`step` is 0 or less) before the last one."""
    if clock.length.endswith("wd") and step:
        return calendar.before(clock.due_on, -step)
    return clock.due_on + timedelta(days=step)


def upcoming(
    clock: Running, limit: Limit, ladder: Ladder, calendar: Calendar, after: date
) -> Alert | None:
    """The first reminder on a day later than `after`; None when there is no more."""
    return next((a for a in alerts(clock, limit, ladder, calendar) if a.day > after), None)


def reached(
    clock: Running, limit: Limit, ladder: Ladder, calendar: Calendar, today: date
) -> Alert | None:
    """The last reminder whose day has come; None before the first."""
    found = None
    for alert in alerts(clock, limit, ladder, calendar):
        if alert.day > today:
            break
        found = alert
    return found


def sample(text: str, start: date, ladder: Ladder, calendar: Calendar, late: int) -> list[Alert]:
    """The reminders of an imagined limit that starts on a day, up to the `late`-th working
    day after its end."""
    found = due(start, length(text), calendar)
    clock = Running(0, 0, "sample", start, found.nominal, rolled_on=found.rolled, length=text)
    listed = []
    for alert in alerts(clock, Limit(length(text), duty="unit"), ladder, calendar):
        if alert.step.isdecimal() and int(alert.step) > late:
            break
        listed.append(alert)
    return listed
