"""The bureau sorts and passes on; the unit objects, refuses or accepts."""

from __future__ import annotations

from collections.abc import Callable

from petitions.case import refusing
from petitions.case.conditions import duty
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotPossibleNow, Unknown
from petitions.law import citing
from petitions.law.units import Unit
from petitions.matters import (
    whom,
)
from petitions.values.petition import Facts, Kind, Status


def _register(do: Doing) -> Facts:
    case, data = do.petition, do.data
    case.kind, case.waits = Kind(data["kind"]), 0
    case.category = str(data.get("category", ""))
    case.proposed = bool(data.get("proposed", True))
    if case.kind is Kind.REQUEST:
        case.way = _way(do, str(data.get("way") or "6"))
    return {"kind": str(case.kind), "category": case.category, "way": case.way}


def _way(do: Doing, way: str) -> str:
    if way not in do.office.rules.ways:
        raise Unknown("bad.way")
    return way


def _sort(do: Doing) -> Facts:
    do.petition.kind = Kind.REQUEST
    do.petition.way = _way(do, str(do.data["way"]))
    return {"way": do.petition.way}


def _to_unit(do: Doing, id: str) -> Facts:
    """Hand the case to a unit: nobody's there yet."""
    case, unit = do.petition, do.office.unit(id)
    if unit.id == case.unit and case.status is Status.PASSED:
        raise NotPossibleNow("bad.same_unit")
    if case.kind is Kind.ACCUSATION and not unit.accusations:
        raise BadAnswer("bad.only_competent")
    whom.keep_from(do, unit)
    if case.sealed:
        _seal(do, unit)
    facts = {"unit": unit.id, "from": case.unit}
    case.unit, case.handler, case.proposed_unit = unit.id, 0, ""
    return facts


def _seal(do: Doing, unit: Unit) -> None:
    """A sealed case goes to units as a summary."""
    told = do.data.get("summary") or any(t.part == "summary" for t in do.book.texts(do.petition.id))
    if not (unit.reads_sealed or told):
        raise BadAnswer("bad.needs_summary")


def _pass_on(do: Doing) -> Facts:
    return _to_unit(do, do.data["unit"])


def _pass_simple(do: Doing) -> Facts:
    do.petition.simple = True
    return _to_unit(do, do.data["unit"])


def _assign(do: Doing) -> Facts:
    do.ends = do.coming_day()
    # A case assigned from above is no matter for the simple procedure.
    do.petition.simple = False
    return _to_unit(do, do.data["unit"]) | {"assigned": do.ends.isoformat()}


def _external(do: Doing) -> Facts:
    do.ends = do.coming_day()
    return {"assigned": do.ends.isoformat()}


def _lead(do: Doing) -> Facts:
    return {"way": do.petition.way}


def _refuse(do: Doing) -> Facts:
    if do.data["reason"] not in refusing.reasons(do.office, do.petition, do.actor.unit):
        raise Unknown("bad.reason")
    return {"reason": do.data["reason"]}


def _urgent(do: Doing) -> Facts:
    do.petition.urgent, do.petition.waits = True, 0
    return {}


def _object(do: Doing) -> Facts:
    case, unit = do.petition, do.office.unit(do.data["unit"])
    window = next(
        (c for c in do.book.clocks(case.id) if c.clock == "object" and c.ended_at is None), None
    )
    if window is None or do.today > (window.rolled_on or window.due_on):
        length = do.office.rules.clocks["object"].length
        raise NotPossibleNow("bad.object_late", length=citing.lengths(length))
    if unit.id == case.unit:
        raise BadAnswer("bad.same_unit")
    case.proposed_unit = unit.id
    case.bounces += 1
    return {"unit": unit.id, "bounces": case.bounces}


def _agree_objection(do: Doing) -> Facts:
    return _to_unit(do, do.petition.proposed_unit)


def _accept(do: Doing) -> Facts:
    case = do.petition
    case.accepted_at, case.extended = do.now, False
    if case.kind is Kind.ACCUSATION:
        return {}
    facts: Facts = {"way": case.way, "procedure": _procedure(do)}
    return facts | (_record_limit(do) if facts["procedure"] == "duty" else {})


def _procedure(do: Doing) -> str:
    """By which of its procedures a unit works a case: told to its petitioner."""
    if do.petition.kind is Kind.SUGGESTION:
        return "suggestion"
    if duty(do.petition, do.office):
        return "duty"
    return "simple" if do.petition.simple else "own"


def _record_limit(do: Doing) -> Facts:
    """The day on which another law's limit ends, as an officer reads that law."""
    do.ends = do.coming_day()
    return {"assigned": do.ends.isoformat()}


CHANGES: dict[str, Callable[[Doing], Facts]] = {
    "register": _register,
    "sort": _sort,
    "pass_on": _pass_on,
    "pass_simple": _pass_simple,
    "assign": _assign,
    "external_date": _external,
    "lead": _lead,
    "refuse": _refuse,
    "urgent": _urgent,
    "object": _object,
    "agree_objection": _agree_objection,
    "settle_unit": _pass_on,
    "accept": _accept,
    "record_limit": _record_limit,
}
