"""Erasure when somebody asks for it (PIPL art. 47): what goes now, what goes on, what must be kept
and until when. Nothing is marked on a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from petitions.book import Book, Chat
from petitions.keeping import retention
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.matters import joint
from petitions.values.person import OFFICE
from petitions.values.petition import FINAL, Petition
from petitions.verbs import acting
from petitions.words import listed


@dataclass(slots=True)
class HeldMatters:
    """A person's matters, as an erasure finds them."""

    going_on: list[Petition] = field(default_factory=list)
    """Not ended: the office needs its petitioner."""
    kept: list[tuple[Petition, date | None]] = field(default_factory=list)
    """Ended, and until when they are kept; None: no end is set."""
    over: list[Petition] = field(default_factory=list)
    """Ended, their time over: they are anonymised at once."""
    guest: list[Petition] = field(default_factory=list)
    """Somebody else's, opened by number and code: this chat's way to them ends."""
    booked: int = 0
    """Places at receptions that stand."""

    @property
    def stays(self) -> bool:
        """Whether the office still has to reach this person."""
        return bool(self.going_on or self.booked)


def held(book: Book, office: Office, person: int, now: datetime) -> HeldMatters:
    """The matters that an erasure would find."""
    today = local_day(now, office.zone)
    booked = [b for b in book.bookings_of(person) if book.slot(b.slot).day >= today]
    found = HeldMatters(booked=len(booked))
    limit = retention.before(retention.CASES, office, now)
    for case in book.cases_of(person):
        if joint.is_guest(book, case, person):
            found.guest.append(case)
        elif case.status not in FINAL:
            found.going_on.append(case)
        elif limit and book.is_over(case.id, limit):
            found.over.append(case)
        else:
            last = book.history(case.id)[-1].at
            found.kept.append((case, retention.kept_until(office, last)))
    return found


def erase(book: Book, office: Office, chat: Chat, now: datetime) -> HeldMatters:
    """Erase what needn't be kept of whoever uses this chat. Ended cases that must be kept are
    only stored from now on: nobody is shown or asked anything of them here. The chat begins
    anew; while a matter goes on it stays the way to its petitioner."""
    person = chat.person
    found = held(book, office, person, now)
    _drop_drafts(book, chat, person)
    book.forget_past_bookings(person, local_day(now, office.zone))
    for one in [chat, *(c for c in book.chats_of(person) if c.id != chat.id)]:
        _begin_anew(book, one, person, found.stays, now)
    for case in [*(case for case, _ in found.kept), *found.guest]:
        book.unfollow(case.id, person, now)
    for case in found.over:
        acting.act(book, office, case.id, "anonymise", OFFICE, {}, now)
    chat.person = book.chat_by_id(chat.id).person
    return found


def _drop_drafts(book: Book, chat: Chat, person: int) -> None:
    """Everything begun; at an officer's chat only petitions, for the rest is the desk's."""
    for draft in book.drafts_of(person):
        if draft.form == "petition" or not chat.officer:
            book.drop_draft(draft.id)
            if chat.draft == draft.id:
                chat.draft = 0


def _begin_anew(book: Book, chat: Chat, person: int, stays: bool, now: datetime) -> None:
    """A chat as at the first visit, unless somebody else uses it now, or a desk does."""
    if chat.person != person:
        if not stays:
            book.leave(chat.id, person, now)
        return
    chat.agreed_at = None
    if not chat.officer:
        chat.draft, chat.quiet, chat.digest = 0, False, None
        book.take_back(chat.id, now)
        book.forget_answers(chat.id)
    if not stays:
        book.leave(chat.id, person, now)
        chat.person = book.new_person(chat.id, now).id
    book.save_chat(chat)


def numbers(cases: Iterable[Petition], lang: str) -> str:
    """Their numbers, to be read."""
    return listed(lang, (case.number for case in cases))
