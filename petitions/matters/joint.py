"""Joint petitions (共同信访): many people, one matter, one clock, one answer.

Up to five representatives; others sign by a link or QR code, with words and a consent of their
own, and may leave. Each sees the common part, and keeps a rating and a right to review of their
own. No record says who invited whom.
"""

from __future__ import annotations

from collections.abc import Callable

from petitions.book import Book
from petitions.case import parting, running
from petitions.case.doing import Doing
from petitions.case.parties import may_see
from petitions.case.rows import OPEN
from petitions.errors import BadAnswer, NotPossibleNow
from petitions.law.units import Office
from petitions.values import checks, codes
from petitions.values.person import JOINED, PROVED, Actor, Identity, JoinOffer, Member, Part
from petitions.values.petition import Facts, Petition, Status


def petitioner(book: Book, petition: Petition, person: int) -> Actor:
    """Somebody who follows a case, with their part in it. A person who has proved to be its
    petitioner acts as the petitioner; one who only knows number and code is a guest."""
    if person == petition.person:
        return Actor.petitioner(person)
    member = book.member(petition.id, person) if petition.members else None
    if member and member.left_at is None:
        return Actor.petitioner(person, member.part)
    if book.how(petition.id, person) in PROVED:
        return Actor.petitioner(petition.person)
    return Actor.petitioner(person, Part.GUEST)


def is_guest(book: Book, petition: Petition, person: int) -> bool:
    """Whether somebody has proved no more than that they know number and code."""
    return petitioner(book, petition, person).role == Part.GUEST


def owners(book: Book, petition: Petition) -> list[int]:
    """Followers of a case whom it concerns: no guests. One question, however many signed."""
    ways = book.ways_in(petition.id)
    return [p for p, how in ways.items() if p == petition.person or how in PROVED | JOINED]


def representatives(book: Book, case: int) -> list[Member]:
    """Members who speak for all."""
    return [m for m in book.members(case) if m.part is Part.REPRESENTATIVE]


def has_room(book: Book, house: Office, case: int) -> None:
    """Raises NotPossibleNow when there are as many representatives as there may be."""
    most = house.rules.counts["representatives"]
    if len(representatives(book, case)) >= most:
        raise NotPossibleNow("bad.representatives_full", most=most)


def mark(identity: Identity) -> str:
    """By what the same person is known again, on whatever channel."""
    return f"{identity.name.casefold()}|{checks.first_number(identity.contact)}"


def _make_joint(do: Doing) -> Facts:
    case = do.petition
    identity = do.book.identity(case.id)
    filer = Member(0, case.id, case.person, Part.REPRESENTATIVE, identity, 0)
    do.book.add_member(filer, mark(identity), do.now)
    case.members, case.simple = 1, False
    return {}


def _sign(do: Doing) -> Facts:
    case = do.petition
    if do.actor.role == Part.REPRESENTATIVE:
        has_room(do.book, do.office, case.id)
    case.members += 1
    case.people = max(case.people, case.members)
    return {"part": do.actor.role}


def _end_other_places(do: Doing) -> None:
    """Where else the leaving filer proved to be its petitioner: from there nobody is to act for
    whoever speaks for the case now."""
    members = {m.person for m in do.book.members(do.petition.id)}
    for person, how in do.book.ways_in(do.petition.id).items():
        if how in PROVED and person not in members:
            parting.cut_off(do.book, do.petition.id, person, do.now)


def _leave(do: Doing) -> Facts:
    """Out of it: their words and who they are are erased; the others go on."""
    case, person = do.petition, do.actor.id
    member = do.book.member(case.id, person)
    if member is None or member.left_at:
        raise NotPossibleNow("bad.not_in_it")
    others = [m for m in representatives(do.book, case.id) if m.person != person]
    if member.part is Part.REPRESENTATIVE and not others:
        raise NotPossibleNow("bad.last_alone" if case.members == 1 else "bad.last_representative")
    if case.person == person:
        _end_other_places(do)
        case.person = others[0].person
        do.book.set_identity(case.id, others[0].identity)
        do.book.set_code_hash(case.id, do.book.hash_code(codes.new_code()))
    if member.seq:
        do.book.erase_text(case.id, member.seq, "own_words")
        for entry in do.book.history(case.id):  # nor what was written down of their voice
            if entry.action == "transcribe" and entry.facts["of"] == member.seq:
                do.book.erase_text(case.id, entry.seq, "transcript")
    do.book.end_member(member, do.now)
    do.book.unfollow(case.id, person, do.now)
    case.members -= 1
    return {"part": str(member.part)}


def _unmerge(do: Doing) -> Facts:
    """Undo a merger: the case and its clocks are what they were."""
    case = do.petition
    offer = do.book.join_offer(case.id)
    if offer and offer.state == "joined":
        raise NotPossibleNow("bad.joined_by_yes")
    case.status, case.resumed = case.resumed or Status.REGISTERED, None
    case.ended_at, case.merged_into = None, 0
    do.moved += running.restore(do.book, case.id)
    return {}


def _other(do: Doing) -> Petition:
    """The case named by its number, which the officer may see too. Raises BadAnswer."""
    other = do.book.by_number(str(do.data["into"]))
    if other is None or other.id == do.petition.id:
        raise BadAnswer("bad.no_other_case")
    if not may_see(do.actor, other, do.office):
        raise BadAnswer("bad.no_other_case")
    return other


def _link(do: Doing) -> Facts:
    """Handled side by side: nothing moves, and no petitioner hears of another."""
    other = _other(do)
    if other.id in do.book.links(do.petition.id):
        raise NotPossibleNow("bad.linked_already")
    do.book.link(do.petition.id, other.id, True)
    return {"into": other.number}


def _unlink(do: Doing) -> Facts:
    other = _other(do)
    if other.id not in do.book.links(do.petition.id):
        raise NotPossibleNow("bad.not_linked")
    do.book.link(do.petition.id, other.id, False)
    return {"into": other.number}


# Joining the cases of different people


def _propose_join(do: Doing) -> Facts:
    case, other = do.petition, _other(do)
    if other.person == case.person:
        raise BadAnswer("bad.join_own")
    if other.status not in OPEN:
        raise BadAnswer("bad.merge_ended")
    for one in (case.id, other.id):
        if (open_ := do.book.join_offer(one)) and open_.state == "proposed":
            raise NotPossibleNow("bad.join_open")
    do.book.add_join_offer(JoinOffer(0, case.id, other.id))
    do.data.pop("into")
    return {}


def _answer_join(do: Doing, yes: bool) -> Facts:
    offer = do.book.join_offer(do.petition.id)
    if offer is None or offer.state != "proposed":
        raise NotPossibleNow("bad.no_join")
    if not yes:
        offer.state = "refused"
    elif offer.case == do.petition.id:
        offer.case_yes = True
    else:
        offer.into_yes = True
    do.book.save_join_offer(offer)
    return {}


def _joined(do: Doing) -> Facts:
    case = do.petition
    case.resumed, case.merged_into = case.status, int(do.data.pop("main"))
    return {"into": do.book.petition(case.merged_into).number}


CHANGES: dict[str, Callable[[Doing], Facts]] = {
    "make_joint": _make_joint,
    "sign": _sign,
    "leave": _leave,
    "unmerge": _unmerge,
    "link": _link,
    "unlink": _unlink,
    "propose_join": _propose_join,
    "agree_join": lambda do: _answer_join(do, True),
    "refuse_join": lambda do: _answer_join(do, False),
    "joined": _joined,
}
