"""The days offices work: a new list, and what is known today."""

from __future__ import annotations

import json
from datetime import datetime

from petitions.book import Book
from petitions.law.calendar import Calendar, YearList, read_list
from petitions.law.units import Office


def import_calendar(book: Book, office: Office, text: str, source: str, now: datetime) -> YearList:
    """Add a year's list of days off, and have every running clock counted again. Raises
    BadCalendar; then the old list stays."""
    known = calendar_of(book, office)
    found = read_list(known, text, source or office.law.calendar)
    book.keep_calendar(office.law.calendar, found.year, text, now)
    book.set_setting("recount", json.dumps({"year": found.year}))
    book.plan()  # wakes whoever counts
    return found


def calendar_of(book: Book, office: Office) -> Calendar:
    """The days offices work, as far as they are known today."""
    return office.calendar(book.calendar_lists(office.law.calendar))
