"""Which days are worked: weekends, each year's list of days off, and make-up working days.

A year whose official list isn't known is *provisional*: its weekends are known, and the holidays
that fall on the same days every year; the others aren't guessed. A list may name days of the
December before its year and of the January after it.
"""

from __future__ import annotations

import functools
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import Any

from petitions.errors import BadCalendar
from petitions.words import DEFAULT

FIRST, LAST = 2015, 2060
"""Years a calendar can count in."""

Names = dict[str, str]
"""A name by language."""

FOLDER = resources.files(__package__) / "calendars"


@dataclass(frozen=True, slots=True)
class Expected:
    """A holiday every year's list must give: at least `days` off within a window."""

    names: Names
    start: str
    end: str
    """`MM-DD`, both days included."""
    days: int

    def certain(self, year: int) -> list[date]:
        """The days off that any list of a year must give: where there are no others to choose."""
        days = list(_days(*self.window(year)))
        return days if len(days) == self.days else []

    def window(self, year: int) -> tuple[date, date]:
        """The first and the last day of the window in a year."""
        first, last = (date.fromisoformat(f"{year}-{day}") for day in (self.start, self.end))
        return first, last


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


@dataclass(frozen=True, slots=True)
class YearList:
    """One year's official list."""

    year: int
    source: str
    """The notice it was taken from."""
    off: dict[date, Names]
    work: dict[date, Names]
    """Weekend days that are worked, with the holiday they make up for."""
    text: str
    """The file it was read from, as it is stored."""


class Calendar:
    """The days of one jurisdiction, with the lists that are known."""

    def __init__(
        self,
        id: str,
        weekend: Iterable[int],
        expected: Sequence[Expected] = (),
        lists: Iterable[YearList] = (),
    ) -> None:
        self.id = id
        self.weekend = frozenset(weekend)
        """Days of the week, Monday being 1."""
        self.expected = tuple(expected)
        self.lists = {one.year: one for one in lists}
        self._days = self._known_days()
        """Kind and names of every day that a list names, or that is a holiday in any year."""
        first, last = date(FIRST, 1, 1).toordinal(), date(LAST, 12, 31).toordinal()
        self._working = [n for n in range(first, last + 1) if not self._rests(n)]
        """Ordinals of all working days, in order: counting is a look-up."""

    def _rests(self, ordinal: int) -> bool:
        day = date.fromordinal(ordinal)
        if day in self._days:
            return self._days[day][0] == "holiday"
        return day.isoweekday() in self.weekend

    def _known_days(self) -> dict[date, tuple[str, Names]]:
        """Of a day that two lists name, the later year's, which is published later."""
        years = [year for year in range(FIRST, LAST + 1) if year not in self.lists]
        found: dict[date, tuple[str, Names]] = {
            day: ("holiday", one.names)
            for year in years for one in self.expected for day in one.certain(year)
        }  # fmt: skip
        for _, one in sorted(self.lists.items()):
            found |= {day: ("holiday", names) for day, names in one.off.items()}
            found |= {day: ("made_up", names) for day, names in one.work.items()}
        return found

    def known(self, year: int) -> bool:
        """Whether nothing more is to be published for this year."""
        return not self.expected or year in self.lists

    def known_from(self, first: date, last: date) -> bool:
        """Whether every day of a stretch, both ends included, is known: of its year's list, of a
        neighbour's, or as a holiday of every year."""
        return all(
            day in self._days
            for year in range(first.year, last.year + 1) if not self.known(year)
            for day in _days(max(first, date(year, 1, 1)), min(last, date(year, 12, 31)))
        )  # fmt: skip

    def rests(self, day: date) -> bool:
        """Whether offices are closed."""
        return self._rests(day.toordinal())

    def why(self, day: date) -> tuple[str, Names]:
        """The kind of day it is (`working`, `made_up`, `weekend`, `holiday`), and the
        holiday's names."""
        if day in self._days:
            return self._days[day]
        return ("weekend" if day.isoweekday() in self.weekend else "working"), {}

    def from_day(self, day: date) -> date:
        """The day itself if it is worked, else the next one that is."""
        return date.fromordinal(self._working[bisect_left(self._working, day.toordinal())])

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day (which doesn't count)."""
        place = bisect_right(self._working, day.toordinal()) + count - 1
        return date.fromordinal(self._working[place])

    def to_day(self, day: date) -> date:
        """The day itself if it is worked, else the last one before that is."""
        return date.fromordinal(self._working[bisect_right(self._working, day.toordinal()) - 1])

    def before(self, day: date, count: int) -> date:
        """The `count`-th working day before a day (which doesn't count)."""
        place = bisect_left(self._working, day.toordinal()) - count
        return date.fromordinal(self._working[place])

    def worked(self, start: date, end: date) -> int:
        """Working days from `start` to `end`, both included."""
        return bisect_right(self._working, end.toordinal()) - bisect_left(
            self._working, start.toordinal()
        )

    def with_lists(self, lists: Iterable[YearList]) -> Calendar:
        """The same calendar with more lists, or newer ones of a year."""
        merged = self.lists | {one.year: one for one in lists}
        return Calendar(self.id, self.weekend, self.expected, merged.values())


@functools.cache
def calendar(id: str, imported: tuple[str, ...] = ()) -> Calendar:
    """The calendar of this name, with lists an office has imported (their texts).

    Raises FileNotFoundError when there is none of this name, BadCalendar for a wrong list.
    """
    raw = tomllib.loads((FOLDER / f"{id}.toml").read_text("utf-8"))
    expected = [
        Expected(entry["name"], entry["from"], entry["to"], entry["days"])
        for entry in raw.get("expected", [])
    ]
    plain = Calendar(id, raw["weekend"], expected)
    files = sorted(
        file.name for file in FOLDER.iterdir()
        if file.name.startswith(f"{id}-") and file.name.endswith(".toml")
    )  # fmt: skip
    lists = [read_list(plain, (FOLDER / name).read_text("utf-8"), name) for name in files]
    return plain.with_lists([*lists, *(read_list(plain, text, "") for text in imported)])


def read_list(calendar: Calendar, text: str, source: str) -> YearList:
    """One year's list from its file. Raises BadCalendar naming the first thing wrong:
    unreadable, a day twice, a day of another year, a make-up day that is no weekend, a
    holiday that is missing."""
    try:
        raw = tomllib.loads(text)
        year, entries = int(raw["year"]), raw["holiday"]
        if not FIRST <= year <= LAST:
            raise BadCalendar("bad.calendar_year", source=source, year=year)
        found = YearList(year, str(raw.get("source", "")), {}, {}, text)
        for entry in entries:
            _read_holiday(calendar, found, entry, source)
    except tomllib.TOMLDecodeError as error:
        raise BadCalendar("bad.calendar_file", source=source, what=str(error)) from None
    except (
        KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError,
    ) as error:  # fmt: skip
        raise BadCalendar("bad.calendar_file", source=source, what=repr(error)) from None
    _no_gaps(calendar, found, source)
    return found


def _read_holiday(calendar: Calendar, found: YearList, entry: dict[str, Any], source: str) -> None:
    names = entry["name"] if isinstance(entry["name"], dict) else {DEFAULT: str(entry["name"])}
    if DEFAULT not in names or not all(isinstance(text, str) and text for text in names.values()):
        raise ValueError("name")
    first, last = (date.fromisoformat(str(day)) for day in entry["off"])
    if last < first:
        raise BadCalendar("bad.calendar_range", source=source, first=first, last=last)
    for day in _days(first, last):
        _put(found, found.off, day, names, source)
    for text in entry.get("work", []):
        day = date.fromisoformat(str(text))
        _put(found, found.work, day, names, source)
        if day.isoweekday() not in calendar.weekend:
            raise BadCalendar("bad.calendar_weekday", source=source, day=day)


def _put(found: YearList, days: dict[date, Names], day: date, names: Names, source: str) -> None:
    if not date(found.year - 1, 12, 1) <= day <= date(found.year + 1, 1, 31):
        raise BadCalendar("bad.calendar_other_year", source=source, day=day, year=found.year)
    if day in found.off or day in found.work:
        raise BadCalendar("bad.calendar_double", source=source, day=day)
    days[day] = names


def _no_gaps(calendar: Calendar, found: YearList, source: str) -> None:
    for holiday in calendar.expected:
        first, last = holiday.window(found.year)
        if sum(first <= day <= last for day in found.off) < holiday.days:
            raise BadCalendar(
                "bad.calendar_gap", source=source, name=holiday.names, first=first, last=last,
            )  # fmt: skip
