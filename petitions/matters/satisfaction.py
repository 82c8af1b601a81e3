"""Satisfaction (满意度评价) and follow-up (回访): who is asked about what, and when.

The petitioner rates two bodies apart: the bureau once it has passed the matter on, the unit once
its answer was delivered. Silence stays silence: a part that isn't rated counts for nothing.
Windows, days and reasons are settings of the regulation file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from petitions.book import Book, Planned
from petitions.case.conditions import bureau_of, request
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.values import actions, parts
from petitions.values.person import Member
from petitions.values.petition import Kind, Petition, Status
from petitions.values.rating import FollowUp, Rating

LEVELS = parts.of("level_unit").codes
"""In the order in which they are always offered."""
WAITING = ("", "later")
"""Answers of a follow-up that is still to be asked."""
APART = frozenset({"promise", "check"})
"""Steps with a day of their own: after a promise's date, after it was said to be carried out."""
ASKED_AT = frozenset({Status.ANSWERED, Status.CLOSED, Status.ENDED})
"""Where a follow-up is asked; elsewhere the matter is being worked on."""
ASKING, FOLLOWING = "ask_rating", "ask_follow_up"
"""Causes: look whether somebody is still to be asked."""


def in_scope(case: Petition, office: Office) -> bool:
    """Requests on the petition's own way, and suggestions; never what belongs elsewhere (art. 31,
    ways 1–5) nor a sealed accusation."""
    return case.kind is Kind.SUGGESTION or request(case, office)


def opened_by(action: str, case: Petition) -> str:
    """Whose part can be rated after an action: `bureau`, `unit`, or empty."""
    match actions.of(action).rates:
        case "bureau":
            return "bureau"
        case "unit" if case.status is Status.ANSWERED:
            return "unit"
        case "suggestion" if case.kind is Kind.SUGGESTION:
            return "unit"
    return ""


def open_rating(
    book: Book, office: Office, case: Petition, body: str, seq: int, now: datetime
) -> None:
    """Let a body's part be rated from now on, and plan the first question. A bureau is rated
    once in a case, a unit for each of its answers."""
    if body == "bureau" and any(r.body == "bureau" for r in book.ratings(case.id)):
        return
    for person in {case.person: None} | {m.person: None for m in _members(book, case)}:
        _open_for(book, office, case, person, body, seq, now)


def _members(book: Book, case: Petition) -> Sequence[Member]:
    return book.members(case.id) if case.members else ()


def _open_for(
    book: Book, office: Office, case: Petition, person: int, body: str, seq: int, now: datetime
) -> None:  # fmt: skip
    today = local_day(now, office.zone)
    days = office.rules.satisfaction.window
    unit = case.answered_by or case.unit if body == "unit" else bureau_of(case, office)
    rating = Rating(0, case.id, person, body, unit, seq, today, today + timedelta(days=days))
    rating.id = book.add_rating(rating)
    book.plan(ask(office, rating, 0))


def ask(office: Office, rating: Rating, time: int) -> Planned:
    """The `time`-th question about a rating, as a cause of the ledger."""
    day = rating.opened_on + timedelta(days=office.rules.satisfaction.ask[time])
    facts = {"rating": rating.id, "time": time}
    return Planned(ASKING, rating.case, f"{rating.id}:{time}", ASKING,
                   waking(office, day, rating.case), facts)  # fmt: skip


def waking(office: Office, day: date, spread: int) -> datetime:
    """A moment of the day in waking hours, the same for a case, spread over cases."""
    minutes = (spread * 37) % (9 * 60)
    return office.opening(day) + timedelta(hours=1, minutes=minutes)


def plan_follow_ups(book: Book, office: Office, case: Petition, now: datetime) -> None:
    """Questions after a case was closed, after so many days, spread over a few; none where nothing
    was promised, and only the last where a question of its own comes first. Questions that an
    earlier end had planned, and that weren't answered, are left to these."""
    waiting = [old for old in book.follow_ups(case.id) if old.answer in WAITING]
    for old in waiting:
        if old.step not in APART:
            old.answer = "superseded"
            book.save_follow_up(old)
    if not promised(book, case):
        return
    today = local_day(now, office.zone)
    rules = office.rules.satisfaction
    days_after = rules.follow_up_of(str(case.kind or ""), case.category)
    apart = case.promised_on or any(one.step in APART for one in waiting)
    for days in days_after[-1:] if apart else days_after:
        day = today + timedelta(days=days + case.id % max(1, rules.spread))
        _plan(book, office, FollowUp(0, case.id, str(days), day))


def promised(book: Book, case: Petition) -> bool:
    """Whether an answer or a closing report promised something."""
    said = any(text.part == "promise" and text.body for text in book.texts(case.id))
    return said or case.promised_on is not None


def plan_promise(book: Book, office: Office, case: Petition) -> None:
    """A promise with a date is asked about the day after."""
    if case.promised_on:
        day = case.promised_on + timedelta(days=1)
        _plan(book, office, FollowUp(0, case.id, "promise", day))


def plan_check(book: Book, office: Office, case: Petition, now: datetime) -> None:
    """The unit says it has carried it out: its petitioner is asked a few days later."""
    day = local_day(now, office.zone) + timedelta(days=office.rules.satisfaction.again)
    _plan(book, office, FollowUp(0, case.id, "check", day))


def _plan(book: Book, office: Office, follow_up: FollowUp) -> None:
    follow_up.id = book.add_follow_up(follow_up)
    if follow_up.id:
        book.plan(follow(office, follow_up))


def follow(office: Office, follow_up: FollowUp) -> Planned:
    """A follow-up question as a cause of the ledger."""
    return Planned(FOLLOWING, follow_up.case, f"{follow_up.id}:{follow_up.due_on}", FOLLOWING,
                   waking(office, follow_up.due_on, follow_up.case),
                   {"follow_up": follow_up.id})  # fmt: skip
