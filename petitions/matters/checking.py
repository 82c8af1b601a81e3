"""Whose a case is, where nobody has the chat or the PIN any more: an identity check.

A guest of the case asks; an officer looks at who they are, a second officer does so again. Its
petitioner is told by every way at both steps, has some days to say no, and keeps the case whatever
is decided.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from petitions.book import Planned
from petitions.case import running
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotPossibleNow, NotYours
from petitions.values.petition import Entry, Facts
from petitions.values.task import Task, TaskKind

CHECKED = "checked"
"""The cause by which a guest becomes the petitioner, once the time to say no is over."""


def _ask_check(do: Doing) -> Facts:
    """A task for the bureau; its number is what the person says to the officer."""
    case, me = do.petition, do.actor.id
    waiting = [t for t in do.book.tasks(case=case.id) if guest_of(t) == me]
    if waiting:
        raise NotPossibleNow("bad.check_asked", number=waiting[0].id)
    times = sum(e.action == "ask_check" for e in do.book.history(case.id))
    until = running.end_of(do.today, do.office.rules.limits["tell"], do.calendar)
    task = Task(0, case.id, TaskKind.CHECK, f"check:{me}:{times}", do.bureau, until, do.now)
    return {"check": do.book.add_task(task), "due": until.isoformat()}


def guest_of(task: Task) -> int:
    """The guest who asked to be checked; 0 for any other task."""
    return int(task.occasion.split(":")[1]) if task.kind is TaskKind.CHECK else 0


def first_check(do: Doing, task: Task) -> Entry | None:
    """The entry by which a first officer said yes."""
    return first_of(list(do.book.history(do.petition.id)), task)


def first_of(history: list[Entry], task: Task) -> Entry | None:
    """The same, in a history that was read already."""
    mine = (e for e in history if e.action == "check_identity" and e.facts["check"] == task.id)
    return next(mine, None)


def _task(do: Doing) -> Task:
    id = do.take_id("who_asks")
    for task in do.book.tasks(case=do.petition.id):
        if task.id == id and guest_of(task):
            return task
    raise BadAnswer("bad.check_gone")


def _check_identity(do: Doing) -> Facts:
    task = _task(do)
    if first_check(do, task):
        raise NotPossibleNow("bad.check_second")
    return {"check": task.id}


def _check_again(do: Doing) -> Facts:
    """The second yes, of somebody else: from now on the petitioner's days to say no run."""
    task = _task(do)
    first = first_check(do, task)
    if first is None:
        raise NotPossibleNow("bad.check_first")
    if is_same_officer(do, first.actor.id):
        raise NotYours("bad.second_officer")
    do.book.end_task(task.id, do.actor.id, CHECKED, do.now)
    days = do.office.rules.limits["check"].days
    until = do.now + timedelta(days=days)
    facts = {"guest": guest_of(task), "check": task.id}
    do.book.plan(Planned(CHECKED, do.petition.id, f"check:{task.id}", CHECKED, until, facts))
    return {"check": task.id, "due": (do.today + timedelta(days=days)).isoformat()}


def is_same_officer(do: Doing, other: int) -> bool:
    """One person may hold several desks in one chat: two desks aren't two officers."""
    mine, first = do.book.officer(do.actor.id), do.book.officer(other)
    return do.actor.id == other or bool(mine and first and mine.chat and mine.chat == first.chat)


def _refuse_check(do: Doing) -> Facts:
    """The petitioner says that it isn't them: nobody becomes it."""
    if not waiting(list(do.book.history(do.petition.id))):
        raise NotPossibleNow("bad.no_check")
    do.end_tasks("refused", TaskKind.CHECK)
    return {}


def waiting(history: list[Entry]) -> set[int]:
    """The checks in which an officer has said yes to somebody who isn't let in yet."""
    found: set[int] = set()
    for entry in history:
        match entry.action:
            case "check_identity" | "check_again":
                found.add(entry.facts["check"])
            case "let_in":
                found.discard(entry.facts["check"])
            case "refuse_check":
                found.clear()
    return found


def is_refused(history: list[Entry], check: int) -> bool:
    """Whether the petitioner said no since a check was confirmed."""
    seqs = [e.seq for e in history if e.action == "check_again" and e.facts["check"] == check]
    return any(e.action == "refuse_check" and e.seq > seqs[-1] for e in history)


def _let_in(do: Doing) -> Facts:
    guest = int(do.data["guest"])
    if do.book.how(do.petition.id, guest) != "code":
        raise NotPossibleNow("bad.check_gone")
    do.book.follow(do.petition.id, guest, CHECKED, do.now)
    return {"check": int(do.data["check"])}


CHANGES: dict[str, Callable[[Doing], Facts]] = {
    "ask_check": _ask_check,
    "check_identity": _check_identity,
    "check_again": _check_again,
    "refuse_check": _refuse_check,
    "let_in": _let_in,
}
