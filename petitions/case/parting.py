"""Somebody's right in a chat has ended: what the chat was shown of others goes with it, and the
session that showed it. Their own matters stay, and so does the session in which they are open.
"""

from __future__ import annotations

from datetime import datetime

from petitions.book import Book, Chat, Planned
from petitions.case import staffing
from petitions.law.units import Office
from petitions.values.channels import caps_of
from petitions.values.person import Officer
from petitions.values.staffing import entry
from petitions.words import say

UNSEATED = "officer.unseated"
"""The notice that tells somebody that a desk isn't theirs any more, and why."""


def unseat(
    book: Book, office: Office, officer: Officer, why: str, now: datetime, by: int = 0
) -> None:  # fmt: skip
    """Nobody sits at a desk any more. `why`: `ended` (there is no such desk any more), `taken`
    (somebody else was seated), `left`; `by`: the desk of who did it; 0: the command line, or the
    office itself. Whoever sat there is told, and so are the supervisors."""
    staffing.note(book, entry(why, now, officer, actor=by))
    if why == "ended":
        staffing.end_asks(book, officer.id, now)
        book.end_officer(officer.id, now)
    elif why == "left":
        book.seat_officer(officer.id, 0)
    if officer.chat:
        _take_back(book, book.chat_by_id(officer.chat), f"seat_{why}", now)
        _tell(book, office, officer, why, now)


def _tell(book: Book, office: Office, officer: Officer, why: str, now: datetime) -> None:
    chat = book.chat_by_id(officer.chat)
    desk = f"{office.unit_name(officer.unit, chat.lang)} · {say(chat.lang, f'role.{officer.role}')}"
    facts = {"desk": desk, "why": say(chat.lang, f"seat.{why}")}
    own = caps_of(chat.channel).own
    facts["stays"] = "" if own else say(chat.lang, f"seat.{chat.channel}")
    book.plan(Planned(UNSEATED, 0, f"{officer.id}:{now.isoformat()}", f"chat:{chat.id}", now,
                      facts, chat))  # fmt: skip


def cut_off(book: Book, case: int, person: int, now: datetime) -> None:
    """A way to a case ends, and in every chat of theirs what was shown of it."""
    book.unfollow(case, person, now)
    for chat in book.chats_of(person):
        if not any(book.follows(case, one.id) for one in book.persons_in(chat.id)):
            _take_back(book, chat, "case", now, case)


def close(book: Book, chat: int, person: int, now: datetime) -> None:
    """Somebody shuts a chat out in which their matters were open, from elsewhere."""
    book.leave(chat, person, now)
    book.take_back(chat, now)
    book.end_sessions(chat, now, "elsewhere")


def _take_back(book: Book, chat: Chat, why: str, now: datetime, case: int = 0) -> None:
    stays = _has_own(book, chat)
    book.take_back(chat.id, now, case)
    if not stays:
        book.end_sessions(chat.id, now, why)


def _has_own(book: Book, chat: Chat) -> bool:
    """Whether anything is open in a chat that is its own people's, or another desk's."""
    people = book.persons_in(chat.id)
    return bool(
        book.desks_of(chat.id)
        or any(book.cases_of(person.id) for person in people)
        or any(d.form == "petition" for person in people for d in book.drafts_of(person.id))
    )
