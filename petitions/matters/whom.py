"""Whom a case must be kept from, as its petitioner said it, whoever is to get it."""

from __future__ import annotations

from petitions.case.doing import Doing
from petitions.errors import BadAnswer
from petitions.law.named import named
from petitions.law.units import Unit


def keep_from(do: Doing, unit: Unit) -> None:
    """Raises BadAnswer where a unit is to see a case that was to be kept from it, or where a spoken
    word of who that is wasn't written down yet."""
    if not do.petition.sealed:
        return
    hidden = [t for t in do.book.texts(do.petition.id) if t.part == "hidden"]
    if any(t.file for t in hidden) and not any(t.body for t in hidden):
        raise BadAnswer("bad.hidden_spoken")
    if any(unit.id in named(t.body, do.office.units).units for t in hidden):
        raise BadAnswer("bad.hidden_unit")
