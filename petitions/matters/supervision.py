"""Supervision (督办) of offices: urge → supervise → talk proposed → notice, each with a day of its
own and a written answer; started by rule or by hand. Its petitioner sees it, and until when.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from petitions.book import Book
from petitions.case import running
from petitions.case.conditions import bureau_of
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotPossibleNow, NotYours
from petitions.law.calendar import Calendar
from petitions.law.clocks import is_late
from petitions.law.units import Office
from petitions.matters import gate
from petitions.values.oversight import Suggestion, Supervision
from petitions.values.person import Officer, Role
from petitions.values.petition import Facts, Petition, Running, Status
from petitions.values.task import Task, TaskKind

LEVELS = ("urge", "supervise", "talk", "notice")
"""督促、督办、提请约谈、提请通报: each follows the one before, when that one brought nothing."""
PROPOSED = ("talk", "notice")
"""Steps of the joint meeting alone (art. 39): the bureau proposes one, and it is on the agenda."""
CAUSES = ("late", "bounced", "copied", "broken", "hand")
"""Why: a clock passed, bounced too often, a copied answer, a promise broken; or by hand."""
SUGGESTIONS = ("improve", "policy", "account")
"""改进工作、完善政策、追究责任 (art. 40)."""
LIVING = ("open", "answered")


def limit(office: Office, level: str) -> str:
    """The name of a level's limit in the regulation file."""
    return f"supervision_{level}"


def current(book: Book, case: int) -> Supervision | None:
    """The step that stands: open, or answered and not yet judged."""
    return next((s for s in book.supervisions(case) if s.state in LIVING), None)


def addressees(office: Office, kind: str) -> list[str]:
    """Units to which a suggestion goes (art. 40): to improve, any but the bureau; to change a
    policy, who stands above the bureau; to hold to account, that or the organ for accusations.
    Empty: the Party committee and government, or the body that has the power, of which the office
    file names none; the bureau records what they write."""
    if kind == "improve":
        return [id for id in office.units if id != office.bureau]
    above = list(office.above(office.bureau))
    organs = [id for id, unit in office.units.items() if unit.accusations]
    named = [id for id in above if id not in organs]
    return ["", *named] if kind == "policy" else ["", *organs, *named]


def answers(office: Office, officer: Officer, one: Suggestion) -> bool:
    """Whether an officer writes down what a suggestion's addressee says to it."""
    if not one.unit:
        return officer.role is Role.SUPERVISOR and officer.unit == office.bureau
    return officer.unit == one.unit and officer.role in (Role.HEAD, Role.DEPUTY)


def seen_by(
    book: Book, reader: str, unit: str = "", since: date | None = None
) -> Sequence[Supervision]:  # fmt: skip
    """Supervision steps, of a unit or of all; without those the reader's unit may not know of."""
    hidden = book.hidden_from(reader)
    return [step for step in book.supervised(unit, since) if step.case not in hidden]


def _supervise(do: Doing) -> Facts:
    """The first level, or the next one: only when the one before ran out, or its answer isn't
    enough."""
    case = do.petition
    unit = case.answered_by if case.status is Status.ANSWERED else case.unit
    if do.actor.kind == "officer" and unit == do.actor.unit:
        raise NotYours("bad.own_supervision")
    cause = str(do.data.pop("cause", "hand"))
    if cause not in CAUSES:
        raise BadAnswer("bad.stale")
    before, level = current(do.book, case.id), LEVELS[0]
    if before:
        if before.state == "open" and do.today <= before.due_on:
            raise NotPossibleNow("bad.supervision_open", day=before.due_on)
        place = LEVELS.index(before.level) + 1
        if place == len(LEVELS):
            raise NotPossibleNow("bad.supervision_highest")
        level, before.state = LEVELS[place], "passed"
        do.book.save_supervision(before)
    terms = do.office.rules.limits[limit(do.office, level)]
    until = running.end_of(do.today, terms, do.calendar)
    do.end_tasks("next_level", TaskKind.SUPERVISION)
    step = Supervision(0, case.id, unit, level, cause, until, do.actor.id)
    step.id = do.book.add_supervision(step)
    do.book.add_task(Task(0, case.id, TaskKind.SUPERVISION, f"supervision:{step.id}", unit, until,
                          do.now))  # fmt: skip
    return {"level_of": level, "cause": cause, "unit": unit, "assigned": until.isoformat(),
            "supervision": step.id}  # fmt: skip


def _answer(do: Doing) -> Facts:
    """The unit says in writing what it did; whoever supervises judges it, never the unit."""
    step = current(do.book, do.petition.id)
    if step is None or step.state != "open":
        raise NotPossibleNow("bad.no_supervision")
    if do.actor.unit != step.unit or do.actor.id == step.by:
        raise NotYours("bad.own_supervision")
    step.state, step.answered_on = "answered", do.today
    do.book.save_supervision(step)
    do.end_tasks("answered", TaskKind.SUPERVISION)
    return {"level_of": step.level, "unit": step.unit, "late": do.today > step.due_on,
            "supervision": step.id}  # fmt: skip


def _end(do: Doing) -> Facts:
    step = current(do.book, do.petition.id)
    if step is None:
        raise NotPossibleNow("bad.no_supervision")
    if do.actor.unit == step.unit:
        raise NotYours("bad.own_supervision")
    step.state = "ended"
    do.book.save_supervision(step)
    do.end_tasks("ended", TaskKind.SUPERVISION)
    return {"level_of": step.level, "unit": step.unit, "supervision": step.id}


CHANGES: dict[str, Callable[[Doing], Facts]] = {
    "supervise": _supervise,
    "answer_supervision": _answer,
    "end_supervision": _end,
}


# By rule


def cause_of(do: Doing) -> str:
    """Why what was just done is to be supervised; empty: it isn't."""
    case = do.petition
    if case.unit == do.bureau and do.action != "reply":
        return ""  # nobody supervises themselves
    if do.action == "not_done":
        return "broken"
    if do.action == "settle_unit":
        return "bounced"  # bounced until a coordinator had to name the unit
    if do.action == "reply" and do.actor.unit != do.bureau:
        others = do.book.answers_of(do.actor.unit, case.id, COMPARED)
        reply = str(do.data.get("reply", ""))
        answer = gate.Outgoing(reply, basis="—", review=True, others=others)
        if any(hint.code == "copied" for hint in gate.hints(answer)):
            return "copied"
    return ""


COMPARED = 100
"""Earlier answers of a unit that a new one is compared with."""


def late_ones(
    book: Book, office: Office, calendar: Calendar, clocks: Sequence[tuple[Running, Petition]],
    today: date,
) -> list[int]:  # fmt: skip
    """Of running clocks, the cases that are to be supervised because one passed some working days
    ago."""
    days = office.rules.counts["supervise_after"]
    found: dict[int, None] = {}
    for clock, case in clocks:
        known = office.known_limit(clock)
        if known is None or known.duty == "petitioner" or known.window or clock.paused_on:
            continue
        if case.unit == bureau_of(case, office) or case.unit not in office.units:
            continue
        last = clock.rolled_on or clock.due_on
        passed = is_late(clock, today) and calendar.after(last, days) <= today
        if passed and current(book, case.id) is None:
            found[case.id] = None
    return list(found)
