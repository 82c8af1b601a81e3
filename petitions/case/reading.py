"""The readers of a case: of its entries, the words in them, its texts."""

from __future__ import annotations

from petitions.case import lifecycle
from petitions.case.conditions import bureau_of
from petitions.case.parties import LEADER, OFFICERS, By, parties
from petitions.law.units import Office
from petitions.values import actions
from petitions.values.person import Actor, Audience, Part, Role
from petitions.values.petition import Entry, Petition


def read_by_guests(action: str) -> bool:
    """Whether a guest of the case reads that it happened, and what officers answered: how the case
    moves on, and a few more."""
    return actions.of(action).guests or any(r.to for r in lifecycle.RULES if r.action == action)


def is_own(actor: Actor, entry: Entry) -> bool:
    """Whether an entry is what this petitioner, representative, signer or guest did."""
    return (entry.actor.kind, entry.actor.id) == (actor.kind, actor.id)


def closed(actor: Actor, petition: Petition, entry: Entry, office: Office) -> bool:
    """Whether the words of an entry are closed to somebody who may read that it happened. To a
    guest of the case: all but what officers answered. A petitioner's own words, also as an officer
    took them down, to an officer: to leaders, who read what offices did; and of a sealed case to
    the units, which have a clerk's summary, but for the organ that accusations are meant for."""
    if actor.role == Part.GUEST:
        spoke = entry.actor.kind == "officer" and not actions.of(entry.action).taken_down
        return not ((spoke and read_by_guests(entry.action)) or is_own(actor, entry))
    if actor.kind != "officer" or not (
        entry.actor.kind == "petitioner" or actions.of(entry.action).taken_down
    ):
        return False
    if actor.role == Role.LEADER:
        return True
    return petition.sealed and not office.reads_sealed(actor.unit)


def reads(actor: Actor, petition: Petition, entry: Entry, seen: frozenset[Audience]) -> bool:
    """Whether an entry may be read by somebody who sees these audiences."""
    if actor.role == Part.GUEST:
        public = entry.audience in seen and read_by_guests(entry.action)
        return public or is_own(actor, entry)
    whose = entry.actor.id if entry.actor.kind == "petitioner" else petition.person
    own = actor.kind == "petitioner" and actor.id == whose
    return entry.audience in seen or (own and actions.of(entry.action).own_words)


def audiences(actor: Actor, petition: Petition, office: Office) -> frozenset[Audience]:
    """Which texts and entries of this case the actor may read."""
    mine = parties(actor, petition, office)
    seen = {Audience.EVERYBODY} if mine else set()
    if mine & (OFFICERS | LEADER | {By.HELPER}):
        seen.add(Audience.OFFICE)
    if By.BUREAU in mine and actor.unit == bureau_of(petition, office):
        seen.add(Audience.BUREAU)
    if By.SUPERVISOR in mine:
        seen.add(Audience.SUPERVISOR)
    return frozenset(seen)
