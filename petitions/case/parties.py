"""The parties to a case: its petitioner, its bureau, its holder, a guest …"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from petitions.case.conditions import accusation, bureau_of, hidden_from
from petitions.law.units import Office
from petitions.values.person import GUESTS, Actor, Part, Role
from petitions.values.petition import Petition


class By(StrEnum):
    """A party that may do an action, seen from the case."""

    OFFICE = "office"
    """The office itself, once what it waited for has come about."""

    PETITIONER = "petitioner"
    """The person whose case it is, or a representative of a joint one."""
    FILER = "filer"
    """The person who filed it."""
    MEMBER = "member"
    """A representative or signer of a joint petition, not the filer."""
    CODE = "code"
    """A person who opened it by number and query code alone: a guest of the case."""
    BUREAU = "bureau"
    """An officer of the office's bureau, or of a bureau that has the case."""
    HOLDER = "holder"
    """An officer of the unit that has the case now."""
    HEAD = "head"
    """The head of the unit that has the case, or the deputy in the head's place."""
    SUPERVISOR = "supervisor"
    """The bureau's supervisor."""
    HELPER = "helper"
    """An officer of a unit that assists."""
    LEADER = "leader"
    """A leader of the bureau: reads, is told, takes charge; works no cases."""
    VISITOR = "visitor"
    """An officer who asks in person for the bureau: a visitor, or one of its other officers."""
    GUEST = "guest"
    """A mediator, lawyer or counsellor with an appointment that the petitioner agreed to."""


def by(*parties: By) -> frozenset[By]:
    return frozenset(parties)


PETITIONER, FILER, MEMBER = by(By.PETITIONER), by(By.FILER), by(By.MEMBER)
CODE = by(By.CODE)
BUREAU, HOLDER, HEAD = by(By.BUREAU), by(By.HOLDER), by(By.HEAD)
OFFICERS = by(By.BUREAU, By.HOLDER)
SUPERVISOR, VISITOR, LEADER = by(By.SUPERVISOR), by(By.VISITOR), by(By.LEADER)
GUEST, OFFICE_ITSELF = by(By.GUEST), by(By.OFFICE)
AT_DESKS = OFFICERS | HEAD | SUPERVISOR | VISITOR | LEADER | GUEST | by(By.HELPER)
"""Parties that are officers."""

PARTS: dict[str, frozenset[By]] = {
    "": frozenset({By.PETITIONER, By.FILER}),
    Part.REPRESENTATIVE: frozenset({By.PETITIONER, By.MEMBER}),
    Part.SIGNER: frozenset({By.MEMBER}),
    Part.GUEST: frozenset({By.CODE}),
}
"""Somebody's part in the case → the parties it makes them."""


def parties(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    """The parties that the actor is to this case."""
    if actor.kind == "petitioner":
        return PARTS[actor.role]
    if actor.kind == "office":
        return OFFICE_ITSELF
    if actor.kind != "officer" or actor.role == Role.ADMINISTRATOR:
        return frozenset()
    if hidden_from(petition, actor.unit):
        return frozenset()
    if apart := APART.get(actor.role):
        return apart(actor, petition, office)
    return _of_bureau(actor, petition, office) | _of_unit(actor, petition, office)


def _visits(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    """A visitor asks for the bureau, once the case was answered."""
    asks = petition.answered_at and not accusation(petition, office)
    return VISITOR if asks and actor.unit == bureau_of(petition, office) else frozenset()


def _leads(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    return LEADER if office.is_bureau(actor.unit) else frozenset()


def _is_guest(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    return GUEST if actor.id in petition.guests else frozenset()


APART: dict[str, Callable[[Actor, Petition, Office], frozenset[By]]] = {
    Role.VISITOR: _visits,
    Role.LEADER: _leads,
    **dict.fromkeys(GUESTS, _is_guest),
}
"""Roles that are something to a case by themselves, whoever has it."""


def _of_bureau(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    """The parties that an officer of the case's bureau is to it."""
    if actor.unit != bureau_of(petition, office):
        return frozenset()
    return BUREAU | VISITOR | (SUPERVISOR if actor.role == Role.SUPERVISOR else frozenset())


def _of_unit(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    """The parties that an officer is to a case that their unit has, or helps with; the bureau has
    a case whose unit is gone."""
    holder = petition.unit if petition.unit in office.units else bureau_of(petition, office)
    found = {By.HELPER} if actor.unit in petition.assisting else set()
    if actor.unit == holder:
        found.add(By.HOLDER)
        if office.is_bureau(holder):
            found.add(By.BUREAU)
        if actor.role in (Role.HEAD, Role.DEPUTY):
            found.add(By.HEAD)
    return frozenset(found)


def may_see(actor: Actor, petition: Petition, office: Office) -> bool:
    """Whether the case may be opened at all: its petitioner, its bureau, its holder, those
    who help."""
    return bool(parties(actor, petition, office))
