"""Whoever works a case: taking it, handing it over, stepping back; and its end."""

from __future__ import annotations

from collections.abc import Callable

from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotPossibleNow, NotYours, Unknown
from petitions.matters import (
    aftercare,
)
from petitions.values.person import Role
from petitions.values.petition import Facts
from petitions.values.task import TOLD, TaskKind


def same_person(do: Doing, one: int, other: int) -> bool:
    """Whether two desks are one person's: somebody may hold several."""
    if one == other or not (one and other):
        return one == other
    a, b = do.book.officer(one), do.book.officer(other)
    return bool(a and b and a.chat and a.chat == b.chat)


def _colleague(do: Doing, role: Role | None = None) -> int:
    """An officer named by id who can take something on. Raises Unknown."""
    found = do.book.officer(do.take_id("colleague"))
    if found is None or not found.chat or (role and found.role is not role):
        raise Unknown("bad.colleague")
    return found.id


def _hand_over(do: Doing) -> Facts:
    case = do.petition
    id = _colleague(do)
    found = do.book.officer(id)
    if found is None or found.unit != case.unit or id == case.former:
        raise BadAnswer("bad.colleague")
    facts = {"handler": id, "from": case.handler}
    case.handler = id
    return facts


def _recuse(do: Doing) -> Facts:
    """回避: who handles it steps back for good, and the head names somebody else."""
    case = do.petition
    if do.actor.id != case.handler:
        raise NotYours("bad.not_handler")
    case.former, case.handler = do.actor.id, 0
    return {"from": do.actor.id}


def _told(do: Doing) -> Facts:
    """Somebody was told in person: a notice that couldn't be served is, or is tried again."""
    how = str(do.data.pop("how"))
    if how not in TOLD:
        raise Unknown("bad.how")
    task = do.book.task(do.take_id("task"))
    if do.actor.unit not in (task.unit, do.bureau):
        raise NotYours("bad.not_yours")
    if task.case != do.petition.id or not do.book.end_task(task.id, do.actor.id, how, do.now):
        raise NotPossibleNow("bad.task_done")
    if task.kind is TaskKind.FOLLOW_UP and how == "not_reached":
        aftercare.try_again(do, task)
    return {"how": how, "notice": task.notice}


def _anonymise(do: Doing) -> Facts:
    do.book.forget_case(do.petition.id)
    do.petition.person = 0
    return {}


def _take(do: Doing) -> Facts:
    if same_person(do, do.actor.id, do.petition.former):
        raise NotYours("bad.former")
    do.petition.handler = do.actor.id
    return {"handler": do.actor.id}


CHANGES: dict[str, Callable[[Doing], Facts]] = {
    "anonymise": _anonymise,
    "take": _take,
    "hand_over": _hand_over,
    "recuse": _recuse,
    "told": _told,
}
