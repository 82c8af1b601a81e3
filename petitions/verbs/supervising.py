"""The work of supervisors beside a single step of a case: late ones, suggestions to a unit."""

from __future__ import annotations

from datetime import date, datetime

from petitions.book import Book, Planned
from petitions.errors import (
    BadAnswer,
    NotPossibleNow,
    NotYours,
)
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.matters import supervision
from petitions.values.oversight import Suggestion
from petitions.values.person import Officer, Role
from petitions.values.task import TaskKind
from petitions.verbs.acting import supervise_by_rule
from petitions.verbs.days import calendar_of
from petitions.words import DEFAULT


def supervise_late(book: Book, office: Office, now: datetime) -> int:
    """Start supervision of every case whose clock passed some days ago; gives how many."""
    today = local_day(now, office.zone)
    clocks = book.open_clocks((), today)
    late = supervision.late_ones(book, office, calendar_of(book, office), clocks, today)
    for case in late:
        try:
            supervise_by_rule(book, office, case, "late", now)
        except NotPossibleNow:
            continue  # where it stands, nothing is supervised
    return len(late)


def tell_not_taken_up(book: Book, office: Office, now: datetime) -> None:
    """Tell the leaders, once, what nobody took up after a low rating. The duty is the bureau's
    own, so the unit isn't supervised for it, nor does it learn of the rating."""
    today = local_day(now, office.zone)
    for task in book.tasks(unit=office.bureau):
        if task.kind is TaskKind.TAKE_UP and task.due_on < today:
            facts = {"task": task.id, "due": task.due_on.isoformat()}
            book.plan(Planned("leader.not_taken_up", task.case, f"task:{task.id}", "leader", now,
                              facts))  # fmt: skip


def suggest(
    book: Book, office: Office, officer: Officer, kind: str, unit: str, words: str, until: date,
    now: datetime,
) -> Suggestion:  # fmt: skip
    """One of the three suggestions, told to the heads of the unit it goes to; empty: to who has no
    desk here. Raises BadAnswer, NotYours."""
    today = local_day(now, office.zone)
    if officer.role is not Role.SUPERVISOR or officer.unit != office.bureau:
        raise NotYours("bad.not_yours")
    if kind not in supervision.SUGGESTIONS or unit == officer.unit:
        raise BadAnswer("bad.own_supervision")
    if unit not in supervision.addressees(office, kind):
        raise BadAnswer("bad.suggested_to")
    if until <= today:
        raise BadAnswer("bad.date_over", today=today)
    one = Suggestion(0, kind, unit, officer.id, today, until, words)
    one.id = book.add_suggestion(one)
    if not unit:
        return one
    heads = [o for o in book.seated(unit) if o.role in (Role.HEAD, Role.DEPUTY)]
    for head in heads or book.seated(unit):
        facts = {"unit": office.unit_name(unit, DEFAULT), "due": until.isoformat(), "id": one.id}
        book.plan(Planned("officer.suggestion", 0, str(one.id), f"chat:{head.chat}", now, facts))
    return one


def answer_suggestion(
    book: Book, office: Office, officer: Officer, id: int, adopted: bool, words: str, now: datetime
) -> Suggestion:
    """Adopted or not, and why: by the unit's head, or recorded by the bureau for who has no desk.
    Raises NotYours, NotPossibleNow."""
    one = book.suggestion(id)
    if not supervision.answers(office, officer, one):
        raise NotYours("bad.not_yours")
    if one.adopted is not None:
        raise NotPossibleNow("bad.answered_already")
    one.adopted, one.answer = adopted, words
    one.answered_on = local_day(now, office.zone)
    book.save_suggestion(one)
    return one
