"""Figures for who asks now, and what petitioners said beside their ratings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from petitions.book import Book
from petitions.counting.figures import Sums, Which
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.values.rating import Rating

# Petitioners' words, summed up


AT_ONCE = 500
"""Cases counted before a figure is shown, at most; the rest is counted beside everything else."""


def figures_of(
    book: Book, office: Office, which: Which, now: datetime, by: str = ""
) -> dict[Any, Sums]:
    """The figures of a period, split by a dimension or under "" whole: with all that happened
    until now."""
    book.count(office.zone, AT_ONCE)
    return book.sums(which, local_day(now, office.zone), by)


def said_of(
    book: Book, office: Office, which: Which, shared: bool
) -> list[tuple[Rating, str]]:  # fmt: skip
    """Ratings of a period with what was said beside them, the newest first; `shared`: only what
    the petitioner let the unit know."""
    found = []
    begins, ends = office.opening(which.first - timedelta(days=1)), which.last + timedelta(days=1)
    for case, entry in book.remarks(begins, office.opening(ends)):
        facts = entry.facts
        if not which.first <= local_day(entry.at, office.zone) <= which.last:
            continue
        if case in which.but or (which.units and facts["unit"] not in which.units):
            continue
        if not str(facts.get("category", "")).startswith(which.category):
            continue
        body = next((t.body for t in book.texts(case, entry.seq) if t.body), "")
        if not body:
            continue  # erased, and the rating with it
        rating = book.rating(int(facts["rating"]))
        if rating.unit_may_know or not shared:
            found.append((rating, body))
    return found
