"""Ways to a case: query codes, PINs and the codes that set them; shutting others out."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.book import Book, Chat, Person, Planned
from petitions.case import lifecycle, parting, tries
from petitions.errors import (
    Unknown,
    WrongSecret,
)
from petitions.law.units import Office
from petitions.matters import joint
from petitions.values import checks, codes
from petitions.values.person import OFFICE, Actor
from petitions.values.petition import Petition
from petitions.verbs.acting import act
from petitions.verbs.filing import Receipt

# Query codes and other ways to a case


def _new_code(book: Book, petition: Petition) -> str:
    code = codes.new_code()
    book.set_code_hash(petition.id, book.hash_code(code))
    return code


def renew_code(
    book: Book, office: Office, case: int, actor: Actor, why: str, now: datetime
) -> Receipt:
    """A new query code; the old one ends. The petitioner may at any time, an officer only
    after an identity check, whose reason is kept and told."""
    action = "renew_code" if actor.kind == "petitioner" else "new_code"
    petition = act(book, office, case, action, actor, {"why": why} if why else {}, now)
    return Receipt(petition, _new_code(book, petition))


NO_HASH = bytes(32)
"""The hash that a code is compared with where there is no such case: it takes as long."""


def track(
    book: Book, office: Office, chat: Chat, number: str, code: str, now: datetime
) -> Petition | None:
    """Open a case by number and query code; None when they don't belong together.

    The same answer for a wrong code and for a number that doesn't exist. A wrong try is
    counted (`tries`); never raises for a chat that follows the case.
    Raises SlowDown.
    """
    petition = book.by_number(number)
    if petition and chat.person and book.follows(petition.id, chat.person):
        return petition
    counted = tries.buckets(chat, "chat")
    tries.slow_down(book, counted, now)
    wanted = book.code_hash(petition.id if petition else 0) or NO_HASH
    if not book.is_code(code, wanted) or petition is None:
        tries.count(book, counted, now)
        return None
    if petition.channel.in_person:
        return petition  # a slip of paper shows the status; the rest needs the PIN
    _be_somebody(book, chat, now)
    book.follow(petition.id, chat.person, "code", now)
    actor = joint.petitioner(book, petition, chat.person)
    data = {"channel": chat.channel, "chat": chat.id}
    return act(book, office, petition.id, "track", actor, data, now)


def _be_somebody(book: Book, chat: Chat, now: datetime) -> None:
    """Whoever uses this chat is somebody new, if nobody does."""
    if not chat.person:
        chat.person = book.new_person(chat.id, now).id
        book.save_chat(chat)


def shut_out(book: Book, office: Office, case: int, chat: Chat, now: datetime) -> int:
    """End every other person's way to the case; gives how many there were. The query code
    ends too, for it may have been what let them in. The filer is shut out by nobody but whoever
    gave their PIN, and whoever proved to be the petitioner is told that they were."""
    petition = book.petition(case)
    actor = joint.petitioner(book, petition, chat.person)
    lifecycle.find(petition, "shut_out", actor, office)
    safe = set() if book.how(case, chat.person) == "pin" else {petition.person}
    others = [p for p in insiders(book, petition) if p not in {chat.person, *safe}]
    for person in others:
        if not joint.is_guest(book, petition, person):
            for place in book.chats_of(person):
                to, occasion = f"chat:{place.id}", now.isoformat()
                book.plan(Planned("petitioner.closed_here", case, occasion, to, now))
        parting.cut_off(book, case, person, now)
    act(book, office, case, "shut_out", actor, {"chats": len(others)}, now)
    return len(others)


def insiders(book: Book, petition: Petition) -> list[int]:
    """People who follow a case as its filer; others in a joint petition follow for themselves."""
    others = {m.person for m in book.members(petition.id)} if petition.members else set()
    return [p for p in book.followers(petition.id) if p == petition.person or p not in others]


def own(book: Book, case: int, person: int) -> Petition:
    """The case, if this person follows it. Raises Unknown, never a hint that it exists."""
    if not person or not book.follows(case, person):
        raise Unknown("bad.no_case")
    return book.petition(case)


def remember_pin(book: Book, chat: Chat, raw: str) -> None:
    """Set the PIN of the person who uses this chat. Raises BadAnswer."""
    _set_pin(book, book.person(chat.person), checks.pin(raw))


def _set_pin(book: Book, person: Person, pin: str) -> None:
    person.pin = codes.kept_pin(pin)
    book.save_person(person)


PIN_LINK = timedelta(hours=1)
"""How long a code by which a petitioner sets their PIN may be used; a new one ends the old."""


def pin_link(book: Book, case: int, now: datetime) -> str:
    """A one-time code by which the petitioner of a case on paper sets a PIN that no officer sees:
    scanned, opened on the window's second screen, or typed where the PIN is asked for."""
    code = codes.new_code()
    book.set_pin_link(case, codes.token_hash(codes.read_code(code)), now + PIN_LINK)
    return code


def give_pin(
    book: Book, office: Office, case: int, actor: Actor, why: str, now: datetime
) -> str:  # fmt: skip
    """A new one-time code, for the petitioner of a case on paper after an identity check."""
    act(book, office, case, "give_pin", actor, {"why": why}, now)
    return pin_link(book, case, now)


def at_pin_link(book: Book, chat: Chat, code: str, now: datetime) -> Petition:
    """The case whose PIN a one-time code sets. Raises WrongSecret, SlowDown."""
    tries.slow_down(book, tries.buckets(chat, "pin_link"), now)
    case = book.pin_link(codes.token_hash(codes.read_code(code)), now)
    if not case:
        raise WrongSecret("bad.pin_link", "pin_link")
    return book.petition(case)


def set_pin_at_link(
    book: Book, office: Office, chat: Chat, code: str, raw: str, now: datetime
) -> Petition:
    """Set the PIN by a one-time code, which ends with it; told to the petitioner by every way, and
    kept in the history. Raises WrongSecret, SlowDown, BadAnswer."""
    petition = at_pin_link(book, chat, code, now)
    _set_pin(book, book.person(petition.person), checks.pin(raw))
    book.set_pin_link(petition.id, b"", now)
    return act(book, office, petition.id, "set_pin", OFFICE, {}, now)


def claim(
    book: Book, office: Office, chat: Chat, case: int, pin: str, now: datetime
) -> Petition | None:
    """Make whoever uses this chat the petitioner of a case, by the petitioner's PIN; None when the
    PIN is wrong, or none was ever set. Raises SlowDown, Unknown for a guest whose way has ended."""
    petition = book.petition(case)
    if not petition.channel.in_person:
        own(book, case, chat.person)
    counted = tries.buckets(chat, "pin", f"claim:{case}")
    tries.slow_down(book, counted, now)
    owner = book.person(petition.person)
    if not codes.is_pin(owner.pin, pin):
        tries.count(book, counted, now)
        return None
    _be_somebody(book, chat, now)
    if not book.chats_of(petition.person):  # whoever had no chat has one now
        mine = book.person(chat.person)
        mine.pin = mine.pin or owner.pin
        book.save_person(mine)
        petition.person = chat.person
        book.save(petition)
    book.follow(case, chat.person, "pin", now)
    actor = joint.petitioner(book, petition, chat.person)
    data = {"channel": chat.channel, "chat": chat.id}
    return act(book, office, case, "claim", actor, data, now)


def come_back(book: Book, chat: Chat, raw: str, now: datetime) -> bool:
    """Let a person of this chat back in by PIN; False when it is nobody's. Raises SlowDown."""
    counted = tries.buckets(chat, "pin")
    tries.slow_down(book, counted, now)
    for person in book.persons_in(chat.id):
        if codes.is_pin(person.pin, raw):
            chat.person = person.id
            book.save_chat(chat)
            return True
    tries.count(book, counted, now)
    return False


def is_pin(book: Book, chat: Chat, raw: str, now: datetime) -> bool:
    """Whether it is the PIN of who uses this chat; a wrong one is counted. Raises SlowDown."""
    counted = tries.buckets(chat, "pin")
    tries.slow_down(book, counted, now)
    if codes.is_pin(book.person(chat.person).pin, raw):
        return True
    tries.count(book, counted, now)
    return False
