"""Officers who hear of a case: those who sit at the sides of the table and of the ladder.

Whoever is away hands over: what is meant for them goes to their stand-in. A desk that nobody
can be reached at counts as empty, and an empty side falls to the one that looks after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from petitions.book import Book
from petitions.case.conditions import bureau_of, hidden_from
from petitions.law.units import Office
from petitions.values.person import Officer, Role
from petitions.values.petition import Petition

HANDED_ON = 5
"""How often an absence may be handed on: everybody's stand-in may be away as well."""


def present(book: Book, officer: Officer | None) -> Officer | None:
    """The officer, or whoever stands in; None when nobody of them can be reached."""
    for _ in range(HANDED_ON):
        if officer is None:
            return None
        if not officer.away:
            return officer if officer.chat and not book.chat_by_id(officer.chat).blocked else None
        officer = book.officer(officer.stand_in) if officer.stand_in else None
    return None


def _all_present(book: Book, officers: Iterable[Officer]) -> list[Officer]:
    found = [present(book, o) for o in officers]
    return [o for o in dict.fromkeys(found) if o]


def _seats(book: Book, unit: str, *roles: Role) -> list[Officer]:
    seats = [o for o in book.seated(unit) if o.role in roles] if roles else book.seated(unit)
    return _all_present(book, seats)


def _desk(book: Book, office: Office, case: Petition) -> list[Officer]:
    """Whoever has the case; nobody yet: its owner, who is everybody at work in the unit that
    has it, or else in the bureau."""
    handler = book.officer(case.handler) if case.handler else None
    if handler and handler.unit == case.unit:
        found = present(book, handler)
        if found:
            return [found]
    bureau = bureau_of(case, office)
    unit = case.unit if case.unit in office.units else bureau
    return _workers(book, unit) or _workers(book, bureau) or _seats(book, bureau)


def _workers(book: Book, unit: str) -> list[Officer]:
    """Officers who work cases in a unit; its heads where nobody else does."""
    return _seats(book, unit, Role.CLERK, Role.HANDLER) or _seats(
        book, unit, Role.HEAD, Role.DEPUTY, Role.SUPERVISOR
    )


def _head(book: Book, office: Office, case: Petition) -> list[Officer]:
    heads = [o for o in book.seated(case.unit) if o.role is Role.HEAD and not o.away]
    return heads or _seats(book, case.unit, Role.HEAD, Role.DEPUTY)


def _supervisor(book: Book, office: Office, case: Petition) -> list[Officer]:
    return _seats(book, bureau_of(case, office), Role.SUPERVISOR)


def _leader(book: Book, office: Office, case: Petition) -> list[Officer]:
    """The leader responsible for the case; without one, the bureau's leaders."""
    mine = present(book, book.officer(case.leader)) if case.leader else None
    return [mine] if mine else _seats(book, bureau_of(case, office), Role.LEADER)


def _bureau(book: Book, office: Office, case: Petition) -> list[Officer]:
    bureau = bureau_of(case, office)
    clerks = _seats(book, bureau, Role.CLERK, Role.HANDLER, Role.SUPERVISOR)
    return clerks or _seats(book, bureau)


def _visitors(book: Book, office: Office, case: Petition) -> list[Officer]:
    return _seats(book, bureau_of(case, office), Role.VISITOR) or _bureau(book, office, case)


def _host(book: Book, office: Office, case: Petition) -> list[Officer]:
    """The host of the newest appointment; where it isn't a visit, whoever has the case too."""
    one = book.appointments(case.id)[-1]
    host = present(book, book.officer(one.host))
    if one.kind == "visit":
        return [host] if host else _visitors(book, office, case)
    return list({o.id: o for o in (*([host] if host else []), *_desk(book, office, case))}.values())


def _helpers(book: Book, office: Office, case: Petition) -> list[Officer]:
    return [o for unit in case.assisting for o in _workers(book, unit)]


Find = Callable[[Book, Office, Petition], list[Officer]]

_RUNGS: dict[str, Find] = {
    "handler": _desk, "head": _head, "supervisor": _supervisor, "leader": _leader,
}  # fmt: skip
"""Sides of the ladder."""
_SIDES: dict[str, Find] = {
    "desk": _desk,
    "head": lambda b, o, c: _head(b, o, c) or _supervisor(b, o, c) or _bureau(b, o, c),
    "supervisor": lambda b, o, c: _supervisor(b, o, c) or _bureau(b, o, c),
    "leader": _leader,
    "bureau": _bureau,
    "helpers": _helpers,
    "visitor": _visitors,
    "host": _host,
}
"""Sides of the table: where it tells a head or a supervisor and there is none, somebody above
hears it."""

UP = ("handler", "head", "supervisor", "leader")
"""The ladder of people, from the first."""


def of_side(book: Book, office: Office, side: str, case: Petition) -> list[Officer]:
    """Officers who hear what is said to a side; empty when nobody can be reached. Nobody of a unit
    that must not see the case, though a stand-in may sit there."""
    return _outside(case, _SIDES[side](book, office, case))


def _outside(case: Petition, found: Iterable[Officer]) -> list[Officer]:
    return [officer for officer in found if not hidden_from(case, officer.unit)]


def of_rung(
    book: Book, office: Office, sides: Iterable[str], case: Petition
) -> list[tuple[str, Officer]]:  # fmt: skip
    """Officers who hear a rung of the ladder, each once, with the side they hear it as."""
    found: dict[int, tuple[str, Officer]] = {}
    for side in sides:
        here = _RUNGS[side](book, office, case) if side in _RUNGS else ()
        for officer in _outside(case, here):
            found.setdefault(officer.chat, (side, officer))
    if not found:
        found = {o.chat: ("bureau", o) for o in _outside(case, _bureau(book, office, case))}
    return list(found.values())


def on_duty(book: Book, office: Office, unit: str) -> list[Officer]:
    """The duty desk: everybody at the bureau, or at the unit that stands in its place. Where
    nobody can be reached there it is the bureau after all: it is about a life."""
    return _seats(book, unit) or _seats(book, office.bureau)
