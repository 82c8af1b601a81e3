"""Officers who may say the second yes to a change of the staff; each change is noted in a history
of its own and told to every supervisor.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from petitions.book import Book, Planned
from petitions.law.units import Office
from petitions.values.person import Officer, Role
from petitions.values.staffing import Ask, AskState, StaffEntry

CHANGED, WAITS, ANSWERED = "officer.staff", "officer.second", "officer.answered"
SEATED = "seat_answer"
"""Notices: what was changed, to supervisors; what waits for a yes, to who may say it; what was
said, to who asked, and to who is to sit there."""
QUIET = frozenset({"invited", "opened", "unit_asked"})
"""Entries that change nothing yet."""
SECONDS = frozenset({Role.SUPERVISOR, Role.LEADER})
"""Roles that say the second yes at the bureau, as administrators do."""


def may_be_second(office: Office, me: Officer) -> bool:
    """Whether somebody's desk is one at which a second yes is said."""
    at_bureau = me.role in SECONDS and me.unit == office.bureau
    return me.role is Role.ADMINISTRATOR or at_bureau


def may_answer(office: Office, me: Officer, ask: Ask) -> bool:
    """Whether it is for them to say: never the chat that asked, nor the one that is to sit there,
    at whichever desk it holds. Somebody with two chats is two here."""
    theirs = me.chat in (0, ask.asker_chat, ask.chat) or me.id in (ask.asker, ask.desk)
    return not theirs and may_be_second(office, me)


def seconds(book: Book, office: Office, but: Iterable[int] = ()) -> list[Officer]:
    """Officers who may say a second yes, but for those in these chats: a desk of each."""
    found = [one for one in book.officers() if one.chat and may_be_second(office, one)]
    return list({one.chat: one for one in found if one.chat not in set(but)}.values())


def waiting(book: Book, office: Office, me: Officer, now: datetime) -> list[Ask]:
    """Changes that this officer may say yes or no to now."""
    if not may_be_second(office, me):
        return []
    return [ask for ask in book.asks() if is_open(ask, now) and may_answer(office, me, ask)]


def is_open(ask: Ask, now: datetime) -> bool:
    """Whether it still waits for a yes."""
    return ask.state is AskState.OPEN and now < ask.until


def note(book: Book, entry: StaffEntry) -> None:
    """Note a change, and tell every supervisor but who made it."""
    kept = book.note_staff(entry)
    if entry.what in QUIET:
        return
    made = {desk.chat for id in (entry.actor, entry.second) if id and (desk := book.officer(id))}
    told = {one.chat for one in book.seated() if one.role is Role.SUPERVISOR} - made
    tell(book, CHANGED, told, str(kept.seq), {"entry": kept.seq}, entry.at)


def tell(
    book: Book, kind: str, chats: Iterable[int], occasion: str, facts: dict[str, int], now: datetime
) -> None:  # fmt: skip
    """Plan a notice to each of these chats."""
    book.plan(*(Planned(kind, 0, occasion, f"chat:{id}", now, facts, book.chat_by_id(id))
                for id in sorted(set(chats)) if id))  # fmt: skip


def end_opened(book: Book, chat: int) -> None:
    """The opener of an invitation has left this chat: whoever comes next isn't meant."""
    for ask in book.asks():
        if ask.chat == chat:
            ask.state = AskState.ENDED
            book.save_ask(ask)


def end_asks(book: Book, desk: int, now: datetime) -> None:
    """End changes asked for a desk, or from one, that is no more; its invitations end, too."""
    for ask in book.asks():
        if desk in (ask.desk, ask.asker):
            ask.state = AskState.ENDED
            book.save_ask(ask)
            book.end_invites(ask.desk, now)
