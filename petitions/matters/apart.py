"""A case is taken out of the hands of whom it must be kept from, once that is said or found."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from petitions.case.doing import Doing
from petitions.case.rows import IN_REVIEW
from petitions.matters import appointments, campaigns, supervision, together, whom
from petitions.values.petition import Facts, Status
from petitions.values.task import TaskKind


def _hide(do: Doing) -> Facts:
    """Somebody says later who must not see it. Units that don't have it yet read a summary; one
    that is at work on it, and isn't meant, goes on."""
    case = do.petition
    if case.status in (Status.SUBMITTED, Status.REGISTERED):
        case.sealed = True
    return {}


def _closed_to(do: Doing) -> Facts:
    """Out of the hands of whom it is kept from: nobody there has it, helps, meets its petitioner,
    is responsible for it or has something to do in it."""
    case, kept = do.petition, do.petition.kept_from
    case.assisting = tuple(unit for unit in case.assisting if unit not in kept)
    case.proposed_unit = "" if case.proposed_unit in kept else case.proposed_unit
    _end_charge(do, kept)
    _call_off(do, kept)
    do.book.close_to(case.id, kept)
    _hand_on(do, kept)
    if not whom.astray(case, do.office):
        return {"bureau": do.bureau}
    reviewed = case.status in IN_REVIEW
    case.unit = do.office.superior(case.unit, kept) if reviewed else do.bureau
    case.handler, case.sealed = 0, True
    return {"unit": case.unit, "bureau": do.bureau}


def _sits_in(do: Doing, officer: int, units: Iterable[str]) -> bool:
    found = do.book.officer(officer) if officer else None
    return found is not None and found.unit in units


def _end_charge(do: Doing, kept: Iterable[str]) -> None:
    case, one = do.petition, campaigns.listed(do.book, do.petition.id)
    if _sits_in(do, case.leader, kept):
        case.leader = 0
    if one and (one.unit in kept or _sits_in(do, one.leader, kept)):
        one.state = "replaced"
        do.book.save_listed(one)


def _call_off(do: Doing, kept: Iterable[str]) -> None:
    for one in do.book.appointments(do.petition.id):
        if one.state in appointments.OPEN and _sits_in(do, one.host, kept):
            one.state = "cancelled"
            do.book.save_appointment(one)
            do.petition.guests = ()


def _hand_on(do: Doing, kept: Iterable[str]) -> None:
    """A task of theirs ends where it was asked of that unit, or is the bureau's."""
    theirs = [task for task in do.book.tasks(case=do.petition.id) if task.unit in kept]
    do.book.hand_on([task.id for task in theirs], do.bureau)
    for task in theirs:
        if task.kind in together.SHARED | {TaskKind.SUPERVISION}:
            do.book.end_task(task.id, 0, "closed_to", do.now)
    step = supervision.current(do.book, do.petition.id)
    if step and step.unit in kept:
        step.state = "ended"
        do.book.save_supervision(step)


CHANGES: dict[str, Callable[[Doing], Facts]] = {"hide": _hide, "closed_to": _closed_to}
