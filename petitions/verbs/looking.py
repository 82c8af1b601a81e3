"""Looks are noted before anything is shown."""

from __future__ import annotations

from datetime import datetime

from petitions.book import Book
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.matters import looking
from petitions.matters.looking import What
from petitions.values.oversight import Look
from petitions.values.person import Officer
from petitions.values.petition import Petition


def look(
    book: Book, office: Office, case: Petition, officer: Officer, what: What, now: datetime,
    reason: str = "", words: str = "",
) -> bool:  # fmt: skip
    """Note that an officer looks, once a day for each thing looked at; False where they have no
    duty in the case and must say first what for."""
    day = local_day(now, office.zone)
    if book.looked(case.id, officer.id, day, what):
        return True
    duty = looking.duty(book, office, case, officer, now)
    if not (duty or reason):
        return False
    why = reason or duty
    book.add_look(
        Look(case.id, officer.id, officer.unit, day, now, what, why, bool(duty), words)
    )  # fmt: skip
    return True
