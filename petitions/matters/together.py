"""Several units, one matter: who leads, who assists until when, who is called (街道吹哨、部门报到),
and what a joint meeting (联席会议) decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from petitions.book import Book
from petitions.case import running
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotPossibleNow
from petitions.law.units import Office
from petitions.matters import supervision
from petitions.matters.whom import keep_from
from petitions.values import parts
from petitions.values.petition import Facts, Petition, Status
from petitions.values.task import Task, TaskKind

SHARED = frozenset({TaskKind.ASSIST, TaskKind.HELP, TaskKind.DECISION, TaskKind.INSTRUCTION})
"""Tasks that end when their unit has said what it did."""
COMING = parts.of("coming").codes
"""Whether a called unit comes."""
STUCK = 7
"""Days after which a late case belongs on the agenda of a joint meeting."""
MONTH = 31
"""Days within which a joint meeting is held while cases are stuck."""


def _ask(do: Doing, kind: TaskKind, until: date) -> Facts:
    """Ask a unit of the data for something by a day; from now on it sees the case."""
    case, unit = do.petition, do.office.unit(str(do.data["unit"]))
    if unit.accusations:
        raise BadAnswer("bad.only_competent")
    if unit.id != case.unit:
        keep_from(do, unit)
    if unit.id != case.unit and unit.id not in case.assisting:
        case.assisting = (*case.assisting, unit.id)
    times = sum(e.action == do.action for e in do.book.history(case.id))
    occasion = f"{do.action}:{unit.id}:{times + 1}"
    do.book.add_task(Task(0, case.id, kind, occasion, unit.id, until, do.now))
    return {"unit": unit.id, "assigned": until.isoformat()}


def _new_helper(do: Doing) -> None:
    case, unit = do.petition, do.office.unit(str(do.data["unit"]))
    if unit.id == case.unit:
        raise NotPossibleNow("bad.same_unit")
    for task in do.book.tasks(case=case.id):
        if task.unit == unit.id and task.kind in SHARED:
            raise NotPossibleNow("bad.asked_already", day=task.due_on)


def _assist(do: Doing) -> Facts:
    """A unit assists the lead unit, with a day of its own."""
    _new_helper(do)
    return _ask(do, TaskKind.ASSIST, do.coming_day())


def _call_help(do: Doing) -> Facts:
    """The unit that has it calls another one, which answers within the setting's time."""
    _new_helper(do)
    limit = do.office.rules.limits["help_call"]
    return _ask(do, TaskKind.HELP, running.end_of(do.today, limit, do.calendar))


def _answer_call(do: Doing) -> Facts:
    """Coming or not, and how. The call is answered; a contribution may follow."""
    coming = str(do.data.pop("coming"))
    if coming not in COMING:
        raise BadAnswer("bad.stale")
    for task in _mine(do):
        if task.kind is TaskKind.HELP:
            do.book.end_task(task.id, do.actor.id, f"coming:{coming}", do.now)
            return {"coming": coming, "late": do.today > task.due_on}
    raise NotPossibleNow("bad.not_called")


def _mine(do: Doing) -> list[Task]:
    return [t for t in do.book.tasks(case=do.petition.id)
            if t.unit == do.actor.unit and t.kind in SHARED]  # fmt: skip


def _contribute(do: Doing) -> Facts:
    """The unit's work or findings: they end what it was asked for."""
    late = False
    for task in _mine(do):
        late = late or do.today > task.due_on
        do.book.end_task(task.id, do.actor.id, "contributed", do.now)
    return {"late": late}


def _reception(do: Doing) -> Facts:
    """The outcome of a leader's reception; with a unit and a day it is a task."""
    if do.data.get("unit") and do.data.get("date"):
        return _ask(do, TaskKind.DECISION, do.coming_day())
    return {}


def _instruct(do: Doing) -> Facts:
    """A leader's written note (批示): the unit that has the case acts by a day of its own."""
    do.data["unit"] = do.petition.unit
    return _ask(do, TaskKind.INSTRUCTION, do.coming_day())


def _decide(do: Doing) -> Facts:
    return _ask(do, TaskKind.DECISION, do.coming_day())


CHANGES: dict[str, Callable[[Doing], Facts]] = {
    "assist": _assist,
    "call_help": _call_help,
    "answer_call": _answer_call,
    "contribute": _contribute,
    "decide": _decide,
    "instruct": _instruct,
    "reception": _reception,
}


# The joint meeting


def why_stuck(book: Book, office: Office, case: Petition, today: date) -> list[str]:
    """Why a case belongs on the agenda: `proposed`, `coordinated`, `bounced`, `late`; empty: it
    doesn't."""
    step = supervision.current(book, case.id)
    found = ["proposed"] if step and step.level in supervision.PROPOSED else []
    if case.status is Status.COORDINATED:
        found.append("coordinated")
    elif case.bounces:
        found.append("bounced")
    before, known = today - timedelta(days=STUCK), _duties(office)
    clocks = [c for c in book.clocks(case.id) if c.clock in known and c.ended_at is None]
    if any(c.due_on < before for c in clocks):
        found.append("late")
    return found


def _duties(office: Office) -> list[str]:
    """Clocks of the office; windows only open a right."""
    return office.law.clocks(lambda _, limit: limit.duty != "petitioner" and not limit.window)


def agenda(
    book: Book, office: Office, today: date, limit: int, reader: str = ""
) -> Sequence[Petition]:  # fmt: skip
    """Stuck and bounced cases, those that wait longest first; without what must be kept from the
    unit of whoever reads it, the office's bureau where none is named."""
    hidden = book.hidden_from(reader or office.bureau)
    found = book.stuck(_duties(office), today - timedelta(days=STUCK), limit + len(hidden))
    return [case for case in found if case.id not in hidden][:limit]


def overdue(book: Book, office: Office, today: date) -> bool:
    """Whether a joint meeting is to be held: cases are stuck, and the last one is a month ago."""
    last = book.last_meeting()
    return (last is None or (today - last).days > MONTH) and bool(agenda(book, office, today, 1))
