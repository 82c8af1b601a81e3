"""The morning lists of a unit: when they are due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from petitions.book import Book, Planned
from petitions.law.calendar import Calendar
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.verbs.days import calendar_of

MORNING = "morning"
"""The cause of a unit's morning lists, which says nothing itself."""


def morning_of(office: Office, calendar: Calendar, unit: str, after: date) -> Planned:
    """The cause of a unit's lists on the first working day later than `after`."""
    day = calendar.after(after, 1)
    facts = {"unit": unit, "day": day.isoformat()}
    return Planned(MORNING, 0, f"{unit}:{day}", MORNING, office.opening(day), facts)


def plan_mornings(book: Book, office: Office, now: datetime) -> None:
    """The next morning of every unit, unless it is planned already."""
    calendar, today = calendar_of(book, office), local_day(now, office.zone)
    before = today if now >= office.opening(today) else today - timedelta(days=1)
    book.plan(*(morning_of(office, calendar, unit, before) for unit in office.units))
