"""The verbs around joint petitions: links, signing, and joining the cases of two people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.book import Book, Chat
from petitions.case import tries
from petitions.case.parties import By, parties
from petitions.case.rows import OPEN
from petitions.errors import BadAnswer, NotPossibleNow, WrongSecret
from petitions.law.units import Office
from petitions.matters.joint import has_room, is_guest, mark, petitioner, representatives
from petitions.values import codes
from petitions.values.person import OFFICE, Actor, Identity, JoinOffer, Member, Officer, Part
from petitions.values.petition import Petition
from petitions.verbs import acting

LINK_DAYS = 30
"""Days for which an invitation may be used; a new one ends the one before."""


def invite(
    book: Book, house: Office, petition: Petition, person: int, part: Part, now: datetime
) -> str:
    """A link's token by which others join in this part; it ends the one before. The first makes
    the petition a joint one. Raises NotPossibleNow."""
    actor = petitioner(book, petition, person)
    if By.PETITIONER not in parties(actor, petition, house):
        raise NotPossibleNow("bad.only_representatives")
    if not petition.members:
        petition = acting.act(book, house, petition.id, "make_joint", actor, {}, now)
    if petition.status not in OPEN:
        raise NotPossibleNow("bad.joint_over")
    if part is Part.REPRESENTATIVE:
        has_room(book, house, petition.id)
    token = codes.new_token()
    until = now + timedelta(days=LINK_DAYS)
    book.set_joint_link(petition.id, part, codes.token_hash(token), until)
    return token


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that a link opens."""

    petition: Petition
    part: Part
    token: str


def invited(book: Book, chat: Chat, token: str, now: datetime) -> Invitation:
    """The invitation that a link opens. Raises WrongSecret when it opens nothing, SlowDown after
    many such, NotPossibleNow."""
    tries.slow_down(book, tries.buckets(chat, "joint"), now)
    found = book.joint_link(codes.token_hash(token), now)
    if found is None:
        raise WrongSecret("bad.joint_link", "joint")
    case, part = found
    petition = book.petition(case)
    if petition.status not in OPEN:
        raise NotPossibleNow("bad.joint_over")
    if (
        chat.person and book.follows(case, chat.person)
        and not is_guest(book, petition, chat.person)
    ):  # fmt: skip
        raise NotPossibleNow("bad.in_it_already")
    return Invitation(petition, part, token)


def sign(
    book: Book, house: Office, chat: Chat, token: str, identity: Identity, words: str, voice: int,
    now: datetime,
) -> Petition:  # fmt: skip
    """Join by a link. Raises BadAnswer when the same person joined by another way."""
    given = invited(book, chat, token, now)
    case = given.petition.id
    if book.signed(case, mark(identity)):
        raise BadAnswer("bad.signed_already")
    if not chat.person:
        chat.person = book.new_person(chat.id, now).id
        book.save_chat(chat)
    actor = Actor.petitioner(chat.person, given.part)
    data = {"own_words": words} if words else {}
    spoken = {"voice": {"own_words": voice}} if voice else {}
    petition = acting.act(book, house, case, "sign", actor, data | spoken, now)
    seq = book.history(case)[-1].seq
    book.add_member(Member(0, case, chat.person, given.part, identity, seq), mark(identity), now)
    book.follow(case, chat.person, "signed", now)
    return petition


# Joining the cases of different people


def propose(
    book: Book, house: Office, officer: Officer, case: int, into: str, why: str, now: datetime
) -> Petition:
    """Ask both sides whether their cases may be handled together. Raises BadAnswer,
    NotPossibleNow."""
    actor = Actor.officer(officer)
    petition = acting.act(book, house, case, "propose_join", actor, {"into": into, "why": why}, now)
    other = book.by_number(into)
    assert other
    acting.act(book, house, other.id, "join_asked", actor, {"why": why}, now)
    return petition


def agree(book: Book, house: Office, petition: Petition, person: int, now: datetime) -> Petition:
    """One side says yes; once both have, one case goes on for all of them."""
    actor = petitioner(book, petition, person)
    petition = acting.act(book, house, petition.id, "agree_join", actor, {}, now)
    offer = book.join_offer(petition.id)
    if offer and offer.case_yes and offer.into_yes:
        _join(book, house, offer, now)
    return book.petition(petition.id)


def _join(book: Book, house: Office, offer: JoinOffer, now: datetime) -> None:
    """Both said yes: one case goes on for all of them."""
    case, into = book.petition(offer.case), book.petition(offer.into)
    if {case.status, into.status} - OPEN:
        raise NotPossibleNow("bad.joint_over")
    offer.state = "joined"
    book.save_join_offer(offer)
    if not into.members:
        filer = Actor.petitioner(into.person)
        into = acting.act(book, house, into.id, "make_joint", filer, {}, now)
    comers = book.members(case.id) or [
        Member(0, case.id, case.person, Part.REPRESENTATIVE, book.identity(case.id), 0)
    ]
    acting.act(book, house, case.id, "joined", OFFICE, {"main": into.id}, now)
    for one in comers:
        room = len(representatives(book, into.id)) < house.rules.counts["representatives"]
        part = Part.REPRESENTATIVE if one.person == case.person and room else Part.SIGNER
        actor = Actor.petitioner(one.person, part)
        into = acting.act(book, house, into.id, "sign", actor, {}, now)
        seq = book.history(into.id)[-1].seq
        comer = Member(0, into.id, one.person, part, one.identity, seq)
        book.add_member(comer, mark(one.identity), now)
        book.follow(into.id, one.person, "joined", now)
