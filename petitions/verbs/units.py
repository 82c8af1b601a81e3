"""The units of the office as they are changed in the chat."""

from __future__ import annotations

from collections.abc import Sequence

from petitions.book import Book
from petitions.errors import (
    BadAnswer,
    NotPossibleNow,
)
from petitions.law.units import Changes, Office, Unit, loop_in
from petitions.words import DEFAULT

# The desk


UNITS = "units"
"""The setting that holds what was changed of the units."""


def units_now(book: Book) -> tuple[str, Sequence[str]]:
    """The units as they were changed in the chat, as `Office.reshape` takes it."""
    return book.setting(UNITS), book.holding_units()


def there(book: Book, office: Office) -> dict[str, Unit]:
    """The units as they stand in the book: another process may not have read them yet."""
    return Changes.read(book.setting(UNITS)).applied(office.filed)


def was_there(book: Book, office: Office, id: str) -> bool:
    """Whether a unit that isn't there was once: it was closed, or has cases, desks or units below
    it."""
    closed = id in Changes.read(book.setting(UNITS)).units
    below = any(unit.parent == id for unit in there(book, office).values())
    return closed or below or id in book.holding_units() or bool(book.officers(id))


def change_unit(book: Book, office: Office, unit: Unit) -> None:
    """Add a unit, or change one. Raises BadAnswer for a ring of units, or a parent that isn't
    there."""
    book.set_setting(UNITS, must_fit(book, office, unit).text)


def must_fit(book: Book, office: Office, unit: Unit) -> Changes:
    """The changes with this one. Raises BadAnswer, as above."""
    changes = Changes.read(book.setting(UNITS))
    changes.units[unit.id] = unit
    units = changes.applied(office.filed)
    if unit.parent and unit.parent not in units:
        raise BadAnswer("bad.no_parent")
    if loop := loop_in(units):
        names = [units[id].name(DEFAULT) for id in loop]
        raise BadAnswer("bad.unit_loop", loop=" → ".join(names))
    return changes


def close_unit(book: Book, office: Office, id: str) -> None:
    """A unit that is no more: nothing is passed to it, what it had is the bureau's to pass on.
    Raises NotPossibleNow for the bureau, and for a unit that others stand below."""
    changes = Changes.read(book.setting(UNITS))
    units = changes.applied(office.filed)
    if id == office.bureau:
        raise NotPossibleNow("bad.close_bureau")
    if any(u.parent == id for u in units.values()):
        raise NotPossibleNow("bad.close_parent")
    for officer in book.officers(id):
        if officer.chat:
            raise NotPossibleNow("bad.close_seated")
    changes.units[id] = None
    book.set_setting(UNITS, changes.text)
