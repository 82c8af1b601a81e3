"""When things are due, and why on that day.

Days are counted in the office's time zone. The day of the event isn't counted (Civil Code
art. 201, used by analogy): 15 calendar days after 2 February end on 17 February. Every due
date is kept twice: **nominal**, as counted, and **rolled** to the next working day when it
falls on a day of rest (art. 203, by analogy). Offices are reminded by the nominal date, and
nobody's rights rely on the roll. A date that depends on a day of a year whose official
list of days off isn't known is **provisional**.

Overdue is calculated from the due date, never stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from petitions.errors import BadAnswer
from petitions.law.calendar import FIRST, LAST, Calendar, Names
from petitions.values.petition import Running

MORNING = time(9, 0)
"""When petitioners hear of their rights, in the office's time zone."""
LONGEST = 3650
"""Days a limit may have at most."""

Pauses = Sequence[tuple[date, date]]
"""Stretches of days that don't count, first and last day included."""

_LENGTH = re.compile(r"(\d{1,4})\s*(d|wd)")


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time: `15d` is 15 calendar days (日), `5wd` five working days (工作日)."""

    days: int
    working: bool = False

    def __str__(self) -> str:
        return f"{self.days}{'wd' if self.working else 'd'}"


def length(text: str) -> Length:
    """A length as it is written. Raises BadAnswer."""
    found = _LENGTH.fullmatch(text.strip().lower())
    if not found or not 0 < int(found[1]) <= LONGEST:
        raise BadAnswer("bad.length", text=text[:20], longest=LONGEST)
    return Length(int(found[1]), found[2] == "wd")


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends."""

    nominal: date
    rolled: date
    """The nominal date, or the first working day after it."""
    provisional: bool
    """A list of days off that isn't published yet may move it."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the count."""

    day: date
    number: int
    """Which day of the limit it is; 0: not counted."""
    kind: str
    """`start`, `working`, `made_up`, `weekend`, `holiday`, `paused` or `rolled`."""
    names: Names
    """The holiday's names."""


def due(start: date, limit: Length, calendar: Calendar, pauses: Pauses = ()) -> Due:
    """The end of a limit that starts on `start` (not counted).

    Raises BadAnswer for a start outside the calendar's years.
    """
    if not FIRST < start.year < LAST - 11:
        raise BadAnswer("bad.start", first=FIRST + 1, last=LAST - 12)
    if limit.working:
        nominal = calendar.after(start, limit.days)
    else:
        nominal = start + timedelta(days=limit.days)
    for first, last in sorted(pauses):
        first = max(first, start + timedelta(days=1))
        if first > nominal or last < first:
            continue
        if limit.working:
            nominal = calendar.after(nominal, calendar.worked(first, last))
        else:
            nominal += timedelta(days=(last - first).days + 1)
    rolled = calendar.from_day(nominal)
    first = start if limit.working else nominal
    return Due(nominal, rolled, not calendar.known_from(first, rolled))


def explain(start: date, limit: Length, calendar: Calendar, pauses: Pauses = ()) -> Iterator[Day]:
    """Every day from the start to the rolled date, and why it counts or doesn't."""
    end, number = due(start, limit, calendar, pauses), 0
    yield Day(start, 0, "start", {})
    for ahead in range(1, (end.rolled - start).days + 1):
        day = start + timedelta(days=ahead)
        kind, names = calendar.why(day)
        if day > end.nominal:
            yield Day(day, 0, "rolled" if day == end.rolled else kind, names)
        elif any(first <= day <= last for first, last in pauses):
            yield Day(day, 0, "paused", names)
        elif limit.working and calendar.rests(day):
            yield Day(day, 0, kind, names)
        else:
            number += 1
            yield Day(day, number, kind, names)


def local_day(when: datetime, zone: tzinfo) -> date:
    """The office's date at an instant."""
    return when.astimezone(zone).date()


def morning(day: date, zone: tzinfo) -> datetime:
    """Nine o'clock of a day, in UTC: when petitioners hear of their rights."""
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def is_late(clock: Running, today: date) -> bool:
    """Whether the limit has passed, its rolled date too, without the act it asks for; one that
    is stopped can't."""
    last = clock.rolled_on or clock.due_on
    return clock.ended_at is None and clock.paused_on is None and today > last


def day_of(received: date, now: datetime, zone: tzinfo) -> int:
    """Which day of a petition it is, as shown to everybody: that on which it reached the office is
    the first."""
    return (local_day(now, zone) - received).days + 1
