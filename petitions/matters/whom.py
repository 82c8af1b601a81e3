"""Whom a case must be kept from, as its petitioner said it, whoever is to get it."""

from __future__ import annotations

from petitions.book import History
from petitions.case import lifecycle
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotYours
from petitions.law.named import named
from petitions.law.units import Office, Unit
from petitions.values.petition import Audience, Kind, Petition

TOLD = ("facts", "request")
"""What an accusation itself says, which may name the organ that is to have it."""


def doubtful(book: History, office: Office, case: Petition) -> bool:
    """Whether somebody must say in words that a unit isn't whom it is about: a person, a post or a
    unit was named that can't be placed, or an accusation speaks of the organ itself."""
    texts, units = book.texts(case.id), office.units
    if any(t.part == "hidden" and t.body and not named(t.body, units).sure for t in texts):
        return True
    if case.kind is not Kind.ACCUSATION:
        return False
    organs = {id for id, unit in units.items() if unit.accusations}
    return any(t.part in TOLD and organs & named(t.body, units).units for t in texts)


def keep_from(do: Doing, unit: Unit) -> None:
    """Raises BadAnswer where a unit is to see a case that was to be kept from it, where a spoken
    word of who that is wasn't written down yet, or where nobody who may read it has confirmed that
    it isn't this unit; NotYours to whoever may not read it."""
    case = do.petition
    if not (case.sealed or case.kind is Kind.ACCUSATION):
        return
    hidden = [t for t in do.book.texts(case.id) if t.part == "hidden"]
    if any(t.file for t in hidden) and not any(t.body for t in hidden):
        raise BadAnswer("bad.hidden_spoken")
    if any(unit.id in named(t.body, do.office.units).units for t in hidden):
        raise BadAnswer("bad.hidden_unit")
    if not doubtful(do.book, do.office, case):
        return
    if Audience.BUREAU not in lifecycle.audiences(do.actor, case, do.office):
        raise NotYours("bad.whom_unsure")
    if not do.data.get("not_whom"):
        raise BadAnswer("bad.not_whom")
