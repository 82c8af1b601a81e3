"""Periods of figures: a day, a week, a month, a quarter, a year, or from one day to another.

A period is written `2026-10-05`, `2026-W41`, `2026-10`, `2026-Q4`, `2026` or
`2026-10-05~2026-10-20`; weeks are ISO weeks, from Monday to Sunday.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from petitions.errors import BadAnswer
from petitions.law.calendar import LAST, Calendar
from petitions.values.codes import to_ascii
from petitions.words import day, say

OLDEST = 2000
"""No figures are asked for before this year, nor after the last one that has a calendar."""
SHAPE = re.compile(
    r"(?P<year>\d{4})(?:"
    r"-?W(?P<week>\d{1,2})|-?Q(?P<quarter>[1-4])|(?:[-/.年]|(?=\d{4}$))(?P<month>\d{1,2})月?"
    r"(?:[-/.]?(?P<day>\d{1,2})日?)?|年)?",
    re.IGNORECASE,
)
SPAN = re.compile(r"\s*(?:~|～|至|到|\.\.|\s-\s)\s*")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included."""

    kind: str
    """`day`, `week`, `month`, `quarter`, `year` or `span`."""
    first: date
    last: date

    @property
    def key(self) -> str:
        """As it is written."""
        first = self.first
        if self.kind == "week":
            year, week, _ = first.isocalendar()
            return f"{year}-W{week:02}"
        return {
            "day": f"{first}", "month": f"{first:%Y-%m}", "year": f"{first:%Y}",
            "quarter": f"{first:%Y}-Q{(first.month + 2) // 3}", "span": f"{first}~{self.last}",
        }[self.kind]  # fmt: skip

    def before(self) -> Period:
        """The one just before, of the same kind."""
        return of(self.kind, self.first - timedelta(days=1)) if self.kind != "span" else Period(
            "span", self.first - (self.last - self.first) - timedelta(days=1),
            self.first - timedelta(days=1),
        )  # fmt: skip

    def after(self) -> Period:
        """The one that follows, of the same kind."""
        if self.kind == "span":
            days = self.last - self.first
            return Period("span", self.last + timedelta(days=1), self.last + timedelta(days=1)
                          + days)  # fmt: skip
        return of(self.kind, self.last + timedelta(days=1))

    def year_ago(self) -> Period:
        """The same one a year earlier (同期): the same days, or the ISO week of that number."""
        if self.kind in ("day", "week"):
            return of(self.kind, self.first - timedelta(weeks=52))
        first, last = _year_less(self.first), _year_less(self.last)
        return of(self.kind, first) if self.kind != "span" else Period("span", first, last)

    def name(self, lang: str) -> str:
        """As people read it."""
        first = self.first
        if first == self.last:
            return day(lang, first)
        if self.kind in ("day", "week", "span"):
            return say(lang, "period.span", first=day(lang, first), last=day(lang, self.last))
        return say(lang, f"period.{self.kind}", year=first.year, month=first.month,
                   quarter=(first.month + 2) // 3)  # fmt: skip

    def working_days(self, calendar: Calendar, today: date) -> int:
        """How many of its days until today offices work, make-up days included."""
        return calendar.worked(self.first, min(self.last, today))


def _year_less(one: date) -> date:
    try:
        return one.replace(year=one.year - 1)
    except ValueError:  # 29 February
        return one.replace(year=one.year - 1, day=28)


def of(kind: str, one: date) -> Period:
    """The period of a kind that holds a day."""
    if kind == "day":
        return Period(kind, one, one)
    if kind == "week":
        monday = one - timedelta(days=one.weekday())
        return Period(kind, monday, monday + timedelta(days=6))
    if kind == "year":
        return Period(kind, one.replace(month=1, day=1), one.replace(month=12, day=31))
    months = 1 if kind == "month" else 3
    month = (one.month - 1) // months * months + 1
    first = one.replace(month=month, day=1)
    following = (first + timedelta(days=31 * months)).replace(day=1)
    return Period(kind, first, following - timedelta(days=1))


def read(text: str, today: date) -> Period:
    """A period as somebody wrote it. Raises BadAnswer: unreadable, reversed, not begun yet."""
    parts = [one for one in SPAN.split(to_ascii(text).strip()) if one]
    if not 1 <= len(parts) <= 2:
        raise BadAnswer("bad.period")
    found = [_one(part) for part in parts]
    period = found[0]
    if len(found) == 2:
        period = Period("span", found[0].first, found[1].last)
    if period.first > period.last:
        raise BadAnswer("bad.period_reversed", first=period.first, last=period.last)
    if period.first > today:
        raise BadAnswer("bad.period_future", today=today)
    return period


def _one(text: str) -> Period:
    found = SHAPE.fullmatch(text.strip().replace(" ", ""))
    try:
        if not found or not OLDEST <= int(found["year"]) <= LAST:
            raise ValueError
        year = int(found["year"])
        if found["week"]:
            return of("week", date.fromisocalendar(year, int(found["week"]), 1))
        if found["quarter"]:
            return of("quarter", date(year, 3 * int(found["quarter"]), 1))
        if found["day"]:
            return of("day", date(year, int(found["month"]), int(found["day"])))
        if found["month"]:
            return of("month", date(year, int(found["month"]), 1))
        return of("year", date(year, 1, 1))
    except ValueError:
        raise BadAnswer("bad.period") from None
