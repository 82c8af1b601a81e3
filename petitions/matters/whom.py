"""The units that a case must be kept from, as its petitioner said it, whoever is to get it."""

from __future__ import annotations

from collections.abc import Iterable

from petitions.book import Book, History
from petitions.case import reading
from petitions.case.conditions import at_whom, bureau_of, hidden_from
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotYours
from petitions.law.named import named
from petitions.law.units import Office, Unit
from petitions.values.person import Audience
from petitions.values.petition import Kind, Petition
from petitions.words import DEFAULT

TOLD = ("facts", "request")
"""The texts of an accusation itself, which may name the organ that is to have it."""


def meant(office: Office, said: Iterable[str], before: Iterable[str] = ()) -> tuple[str, ...]:
    """The units that must not see a case, by what was said of it and what was known before. The
    office's bureau is among them only where somebody stands outside of them all, to have the case
    in its place: `nobody_above` tells."""
    found = {*before, *(unit for text in said for unit in named(text, office.units).units)}
    if not office.bureau_for(found):
        found.discard(office.bureau)
    return tuple(sorted(found))


def names_bureau(office: Office, text: str) -> bool:
    """Whether a text speaks of the office's bureau, or of somebody there."""
    return bool(text) and office.bureau in named(text, office.units).units


def nobody_above(office: Office, text: str) -> bool:
    """Whether a text names the office's bureau, and nobody is there to have the case instead."""
    found = named(text, office.units).units
    return office.bureau in found and not office.bureau_for(found)


THE_BUREAU = "bureau"
"""The answer that the office's bureau, or its people, are whom it is about."""


def spelled(office: Office, answer: str) -> str:
    """An answer to who must not see it, in words that are read again later."""
    return office.front.name(DEFAULT) if answer == THE_BUREAU else answer


def speaks_of(office: Office, case: Petition, text: str) -> list[str]:
    """Of the bureau and the unit that has a case, those a text names: it may be about them."""
    both = dict.fromkeys((bureau_of(case, office), case.unit))
    found = named(text, office.units).units if text else frozenset()
    return [unit for unit in both if unit in found]


def look_again(book: Book, office: Office, case: Petition) -> bool:
    """Read once more whom a case is to be kept from: what was said of it, or what units are
    called, has changed. Whether more units are meant than before: then it is to be closed to them
    (`closed_to`)."""
    said = [t.body for t in book.texts(case.id) if t.part == "hidden" and t.body]
    kept = meant(office, said, case.kept_from)
    if kept == case.kept_from:
        return False
    book.keep_from(case.id, kept)
    return True


def astray(case: Petition, office: Office) -> bool:
    """Whether a case is with a unit that must not see it, and somebody else may have it."""
    return at_whom(case, office) and bool(office.bureau_for(case.kept_from))


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
    hidden = [t for t in do.book.texts(case.id) if t.part == "hidden"]
    if hidden_from(case, unit.id):
        raise BadAnswer("bad.hidden_unit")
    if not (case.sealed or hidden or case.kind is Kind.ACCUSATION):
        return
    if any(t.file for t in hidden) and not any(t.body for t in hidden):
        raise BadAnswer("bad.hidden_spoken")
    if any(unit.id in named(t.body, do.office.units).units for t in hidden):
        raise BadAnswer("bad.hidden_unit")
    if not doubtful(do.book, do.office, case):
        return
    if Audience.BUREAU not in reading.audiences(do.actor, case, do.office):
        raise NotYours("bad.whom_unsure")
    if not do.data.get("not_whom"):
        raise BadAnswer("bad.not_whom")
