"""Looking into a case: what counts as a look, by which duty an officer looks without being asked,
and what somebody without one must say first.

It watches officers and offices, never who petitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from petitions.book import Book
from petitions.case.parties import By, parties
from petitions.errors import BadAnswer
from petitions.law.clocks import is_late, local_day
from petitions.law.units import Office
from petitions.matters import campaigns, supervision
from petitions.values import actions, checks
from petitions.values.oversight import Look
from petitions.values.person import CASEWORK, Actor, Officer, Role
from petitions.values.petition import FINAL, Petition
from petitions.values.task import Task, TaskKind


class What(StrEnum):
    """The part of a case that was opened."""

    WORDS = "words"
    """The written words: the case, its timeline, its documents, a letter to be read out."""
    FILES = "files"
    """Attachments: they may show who somebody is, and are a look of their own."""
    ARCHIVE = "archive"
    """All of it, as one file."""


REASONS = (
    "contact", "identity", "serve", "asked", "alike", "meeting", "reception", "quality", "above",
    "other",
)  # fmt: skip
"""Reasons for a look, to be chosen; words of one's own beside them."""
TOLD = timedelta(days=30)
"""For how long somebody to whom the office spoke of a case may look into it because of that."""
SUPERVISED = frozenset({TaskKind.TAKE_UP, TaskKind.AGAIN})
"""Tasks of the supervisor alone: nobody else reads what petitioners said of offices."""
WORKERS = CASEWORK - {Role.SUPERVISOR}


def theirs(officer: Officer, task: Task) -> bool:
    """Whether a task of an officer's unit is of their role."""
    if officer.role is Role.SUPERVISOR:
        return task.kind in SUPERVISED
    if officer.role is Role.VISITOR:
        return task.kind is TaskKind.FOLLOW_UP
    return task.kind not in SUPERVISED and officer.role in WORKERS


@dataclass(frozen=True, slots=True)
class _At:
    """An officer before a case."""

    book: Book
    office: Office
    case: Petition
    officer: Officer
    now: datetime

    @property
    def parties(self) -> frozenset[By]:
        return parties(Actor.officer(self.officer), self.case, self.office)


def _charged(at: _At) -> bool:
    one = campaigns.listed(at.book, at.case.id)
    return at.officer.id in (at.case.leader, one.leader if one else 0)


def _has_task(at: _At) -> bool:
    tasks = at.book.tasks(case=at.case.id)
    return any(t.unit == at.officer.unit and theirs(at.officer, t) for t in tasks)


def _supervises(at: _At) -> bool:
    return By.SUPERVISOR in at.parties and supervision.current(at.book, at.case.id) is not None


def _is_late(at: _At) -> bool:
    today = local_day(at.now, at.office.zone)
    clocks = at.book.clocks(at.case.id)
    return By.SUPERVISOR in at.parties and any(
        is_late(clock, today) for clock in clocks if clock.ended_at is None
    )


def _was_told(at: _At) -> bool:
    since = at.now - TOLD
    return any(
        n.chat == at.officer.chat and n.sent_at and n.sent_at > since
        and not n.kind.startswith("petitioner.")
        for n in at.book.notices_of(at.case.id)
    )  # fmt: skip


def _worked(at: _At) -> bool:
    """Whether they did something in it and it isn't over; a look is nothing done."""
    return at.case.status not in FINAL and any(
        (e.actor.kind, e.actor.id) == ("officer", at.officer.id)
        for e in at.book.history(at.case.id) if not actions.of(e.action).opening
    )  # fmt: skip


DUTIES = {
    "handler": lambda at: at.case.handler == at.officer.id,
    "unit": lambda at: By.HOLDER in at.parties,
    "helper": lambda at: By.HELPER in at.parties,
    "meeting": lambda at: By.GUEST in at.parties,
    "charge": _charged,
    "leads": lambda at: By.LEADER in at.parties,
    "task": _has_task,
    "supervision": _supervises,
    "late": _is_late,
    "worked": _worked,
    "told": _was_told,
}
"""By which duty an officer looks: the first that holds, the cheapest to tell first. A leader reads
what offices did in any case, and of nobody's own words."""


def duty(book: Book, office: Office, case: Petition, officer: Officer, now: datetime) -> str:
    """Why the case is this officer's to look into; empty where it isn't."""
    at = _At(book, office, case, officer, now)
    return next((name for name, holds in DUTIES.items() if holds(at)), "")


LEAST = 8
"""So much a reason says at least: letters and digits, a Chinese one counting twice."""
DIFFERENT = 3
"""Different ones among them, at least."""


def reason(text: str) -> str:
    """Why somebody looks, in words. Raises BadAnswer where nothing is said: "1", "aaaaaaaa"."""
    said = checks.words(text, checks.MIDDLE)
    letters = [c for c in said.casefold() if c.isalpha()]
    weight = sum(2 if ord(c) > 0x2E7F else 1 for c in letters)
    if weight < LEAST or len(set(letters)) < DIFFERENT:
        raise BadAnswer("bad.reason_short")
    return said


def week(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week before the one of a day."""
    monday = day - timedelta(days=day.weekday() + 7)
    return monday, monday + timedelta(days=6)


def marked_first(looks: Iterator[Look] | list[Look]) -> list[Look]:
    """Looks without a duty in the case first, then by time."""
    return sorted(looks, key=lambda one: (one.duty, one.at, one.case))
