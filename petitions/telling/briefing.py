"""The morning list: what is late, due today, due this week; what wasn't served; who is asked.

One list for each person, whatever number of cases: a handler reads their own, the head of a
unit those of the unit, the supervisor how many of each unit are late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from petitions.book import Book, Notice
from petitions.case.conditions import hidden_from
from petitions.law import ladder
from petitions.law.clocks import is_late
from petitions.law.units import Office
from petitions.matters import campaigns, supervision, together
from petitions.matters.looking import theirs
from petitions.message import Button, Message, packed
from petitions.values.person import CASEWORK, Officer, Role
from petitions.values.petition import Petition, Running
from petitions.values.task import Task
from petitions.words import day, say

WEEK = 7
"""Days ahead that a morning list names."""
NAMED = 12
"""Cases a list names one by one; more are counted."""
OPENED = 6
"""Cases with a button of their own."""
GROUPS = ("late", "today", "tomorrow", "week", "later")


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case in somebody's list."""

    case: Petition
    clock: Running
    group: str
    """One of `GROUPS`."""


def _group(clock: Running, today: date) -> str:
    left = (clock.due_on - today).days
    if is_late(clock, today):
        return "late"
    return (
        "today" if left <= 0 else "tomorrow" if left == 1 else "week" if left <= WEEK else "later"
    )


PRESSING = frozenset({"late", "today", "tomorrow"})


def _mine(officer: Officer, line: ListedCase) -> bool:
    """Whether a case stands in this officer's own list: a head reads of the whole unit, but only
    what is pressing."""
    if officer.role in (Role.HEAD, Role.DEPUTY):
        return line.group in PRESSING
    return line.case.handler in (0, officer.id)


def lines(book: Book, office: Office, officer: Officer, today: date) -> list[ListedCase]:
    """The officer's cases that are late or end within a week, the soonest first."""
    if officer.role not in CASEWORK:
        return []
    units: Sequence[str] = () if officer.role is Role.SUPERVISOR else (officer.unit,)
    found = []
    for clock, case in book.open_clocks(units, today + timedelta(days=WEEK)):
        limit = office.known_limit(clock)
        if limit is None or limit.duty == "petitioner" or clock.paused_on:
            continue
        if hidden_from(case, officer.unit):
            continue
        if not ladder.speaks(clock.clock, limit):
            continue
        line = ListedCase(case, clock, _group(clock, today))
        if officer.role is Role.SUPERVISOR:
            if line.group == "late":
                found.append(line)
        elif _mine(officer, line):
            found.append(line)
    return found


def message(
    book: Book, office: Office, officer: Officer, alerts: Iterable[Notice], whole: bool,
    without: Iterable[int], today: date, lang: str,
) -> Message | None:  # fmt: skip
    """The list as this officer reads it; None when there is nothing in it.

    `alerts`: reminders that are said by it; `whole`: the morning list and not only them;
    `without`: cases that are spoken of in a message of their own.
    """
    skip = set(without)
    found = {x.case.id: x for x in _alerted(book, alerts, today)
             if not hidden_from(x.case, officer.unit)}  # fmt: skip
    if whole:
        found |= {x.case.id: x for x in reversed(lines(book, office, officer, today))}
    listed = sorted(
        (x for id, x in found.items() if id not in skip), key=lambda x: (x.clock.due_on, x.case.id)
    )
    tail = _tail(book, office, officer, listed, today, lang) if whole else []
    if not listed and not tail:
        return None
    head = "brief.head" if listed else "brief.head_tasks"
    text = [say(lang, head, day=day(lang, today), count=len(listed))]
    if officer.role is Role.SUPERVISOR:
        text += _by_unit(office, listed, lang)
    named = 0
    for group in GROUPS:
        here = [x for x in listed if x.group == group]
        if here:
            text += ["", say(lang, f"brief.{group}", count=len(here))]
            text += [_line(office, x, today, lang) for x in here[: NAMED - named]]
            named += len(here[: NAMED - named])
    if named < len(listed):
        text.append(say(lang, "brief.more", count=len(listed) - named))
    buttons = [Button(x.case.number, packed("d", x.case.id, "open")) for x in listed[:OPENED]]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    rows.append((Button(say(lang, "button.desk"), packed("q2", "desk")),))
    return Message("\n".join([*text, *tail]), tuple(rows))


def _alerted(book: Book, alerts: Iterable[Notice], today: date) -> list[ListedCase]:
    """The clocks that reminders speak of."""
    found = []
    for notice in alerts:
        clock = next(
            (c for c in book.clocks(notice.case) if c.id == notice.facts["clock_id"]), None
        )
        if clock:
            found.append(ListedCase(book.petition(notice.case), clock, _group(clock, today)))
    return found


def _line(office: Office, line: ListedCase, today: date, lang: str) -> str:
    clock = line.clock
    rolled = clock.rolled_on or clock.due_on
    last = rolled if today > clock.due_on else clock.due_on
    key = "brief.line"
    if line.group == "late":
        key = "brief.line_late"
    elif today >= clock.due_on:
        key = "brief.line_today" if today == last else "brief.line_rolled"
    return say(
        lang, key,
        number=line.case.number,
        what=say(lang, f"clock.{clock.clock}.what"),
        due=day(lang, clock.due_on),
        rolled=day(lang, rolled),
        days=abs((last - today).days),
    )  # fmt: skip


def _by_unit(office: Office, listed: Iterable[ListedCase], lang: str) -> list[str]:
    """How many of each unit are late."""
    late = Counter(x.case.unit for x in listed if x.group == "late")
    return [
        say(lang, "brief.unit", unit=office.unit_name(unit, lang), count=count)
        for unit, count in late.most_common()
    ]


def tasks_of(book: Book, officer: Officer) -> list[Task]:
    """The unit's tasks that are this officer's, by day."""
    hidden = book.hidden_from(officer.unit)
    return [task for task in book.tasks(unit=officer.unit)
            if theirs(officer, task) and task.case not in hidden]  # fmt: skip


def wanted(book: Book, office: Office, officer: Officer, today: date) -> bool:
    """Whether there is anything to put into this officer's morning list."""
    pressing = any(t.due_on <= today for t in tasks_of(book, officer))
    meeting = _convenes(office, officer) and together.overdue(book, office, today)
    if officer.role is Role.LEADER and today.weekday() == 0:
        return bool(campaigns.charged(book, officer.id))
    return pressing or meeting or bool(lines(book, office, officer, today))


def _convenes(office: Office, officer: Officer) -> bool:
    return officer.role is Role.SUPERVISOR and officer.unit == office.bureau


def _tail(
    book: Book, office: Office, officer: Officer, listed: Iterable[ListedCase], today: date,
    lang: str,
) -> list[str]:  # fmt: skip
    """Tasks that are to be done, low ratings among them, and how many cases wait for an answer."""
    text = []
    tasks = tasks_of(book, officer)
    if tasks:
        key = "brief.low" if officer.role is Role.SUPERVISOR else "brief.tasks"
        late = sum(t.due_on < today for t in tasks)
        text += ["", say(lang, key, count=len(tasks), late=late)]
    waiting = sum(x.case.waiting for x in listed)
    if waiting:
        text += ["", say(lang, "brief.waiting", count=waiting)]
    if officer.role is Role.LEADER:
        mine = campaigns.charged(book, officer.id)
        late = sum(x.due_on < today for x, _ in mine)
        text += [say(lang, "brief.lead", count=len(mine), late=late)] if mine else []
    if _convenes(office, officer):
        steps = supervision.seen_by(book, officer.unit)
        quiet = [s for s in steps if s.state == "open" and s.due_on < today]
        answered = sum(s.state == "answered" for s in steps)
        if quiet or answered:
            text += ["", say(lang, "brief.supervision", late=len(quiet), answered=answered)]
    if _convenes(office, officer) and together.overdue(book, office, today):
        text += ["", say(lang, "brief.meeting")]
    return text
