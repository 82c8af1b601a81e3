"""Conditions that a case must meet for a row of the table to apply."""

from __future__ import annotations

from collections.abc import Callable

from petitions.law.units import Office
from petitions.values import parts
from petitions.values.petition import (
    Kind,
    Petition,
    Status,
)

When = Callable[[Petition, Office], bool]
"""A condition that the case must meet for a row to apply."""


def request(case: Petition, office: Office) -> bool:
    """A request on the petition's own way (art. 31, way 6)."""
    return case.kind is Kind.REQUEST and (not case.way or case.way in office.rules.own_ways)


def duty(case: Petition, office: Office) -> bool:
    """A request that the unit itself do its duty or answer (art. 31, way 5)."""
    return case.kind is Kind.REQUEST and case.way in office.rules.duty_ways


def elsewhere(case: Petition, office: Office) -> bool:
    """A request that belongs into another procedure (art. 31, ways 1–4)."""
    own = request(case, office) or duty(case, office)
    return case.kind is Kind.REQUEST and not own


def suggestion(case: Petition, office: Office) -> bool:
    """A suggestion (art. 29)."""
    return case.kind is Kind.SUGGESTION


def accusation(case: Petition, office: Office) -> bool:
    """An accusation (art. 30)."""
    return case.kind is Kind.ACCUSATION


def not_accusation(case: Petition, office: Office) -> bool:
    """Anything but an accusation."""
    return case.kind is not Kind.ACCUSATION


NOT_TAKEN_UP = "not_accepted"
"""The outcome of a review that wasn't taken up."""


def has_opinion(case: Petition) -> bool:
    """Whether its last outcome is that of an opinion on the petition (信访处理意见书)."""
    return case.outcome in parts.of("outcome").codes


def reviewable(case: Petition, office: Office) -> bool:
    """A request whose last outcome is an opinion on the petition."""
    return request(case, office) and has_opinion(case) and case.resumed is not Status.ENDED


def rereviewable(case: Petition, office: Office) -> bool:
    """A request whose last outcome is a review's opinion, or that stands where a review wasn't
    taken up."""
    if not request(case, office) or case.resumed is Status.ENDED:
        return False
    if case.outcome == NOT_TAKEN_UP:
        return case.status is Status.REVIEWED
    return case.outcome in parts.of("review_outcome").codes


def simple(case: Petition, office: Office) -> bool:
    """A request in the simple procedure."""
    return request(case, office) and case.simple


def ordinary(case: Petition, office: Office) -> bool:
    """A request in the ordinary procedure."""
    return request(case, office) and not case.simple


def may_be_simple(case: Petition, office: Office) -> bool:
    """A request of one person: joint ones are excluded from the simple procedure."""
    return request(case, office) and case.people == 1


def may_extend(case: Petition, office: Office) -> bool:
    """An ordinary request that hasn't been extended yet."""
    return ordinary(case, office) and not case.extended


def bounces_left(case: Petition, office: Office) -> bool:
    """Not bounced so often yet that a coordinator must decide."""
    return case.bounces < office.rules.counts["bounces"] - 1


def last_bounce(case: Petition, office: Office) -> bool:
    """This objection goes to the coordinator."""
    return case.bounces == office.rules.counts["bounces"] - 1


def undelivered(case: Petition, office: Office) -> bool:
    """The last opinion's delivery isn't recorded yet."""
    return case.delivered_on is None and request(case, office)


def refusal_undelivered(case: Petition, office: Office) -> bool:
    """It says that a review isn't taken up: no window runs from it, the body above decides."""
    return undelivered(case, office) and case.outcome == NOT_TAKEN_UP


def joint(case: Petition, office: Office) -> bool:
    """A joint petition (共同信访)."""
    return case.members > 0


def alone(case: Petition, office: Office) -> bool:
    """Nobody but the filer is in it: nobody else's matter ends with a withdrawal."""
    return case.members <= 1


def unsealed(case: Petition, office: Office) -> bool:
    """Neither sealed nor an accusation."""
    return not case.sealed and not_accusation(case, office)


def alone_in_chat(case: Petition, office: Office) -> bool:
    """Filed by chat, and nobody but the filer is in it."""
    return alone(case, office) and not on_paper(case, office)


def alone_on_paper(case: Petition, office: Office) -> bool:
    """Registered by an officer, and nobody but its petitioner is in it."""
    return alone(case, office) and on_paper(case, office)


def may_know(case: Petition, office: Office) -> bool:
    """Neither sealed nor an accusation, or with the organ that accusations are meant for."""
    unit = office.units.get(case.unit)
    return unsealed(case, office) or (unit is not None and unit.accusations)


def teller(case: Petition, office: Office) -> str:
    """The unit that tells the petitioner in person what no chat could: whoever has the case, or the
    bureau where they may not know whose it is."""
    known = case.unit in office.units and may_know(case, office)
    return case.unit if known else bureau_of(case, office)


def must_not_know(case: Petition, office: Office) -> bool:
    """Sealed or an accusation, and not with the organ that accusations are meant for."""
    return not may_know(case, office)


def bureau_of(case: Petition, office: Office) -> str:
    """The unit that is the bureau of this case: the office's, or the one above it where the case is
    about the bureau itself or its people."""
    return office.bureau_for(case.kept_from) or office.bureau


def hidden_from(case: Petition, unit: str) -> bool:
    """Whether nobody of a unit may know of the case."""
    return unit in case.kept_from


def at_whom(case: Petition, office: Office) -> bool:
    """With a unit that must not see it; or kept from some, and with a unit that is no more."""
    gone = bool(case.kept_from) and case.unit not in office.units
    return gone or hidden_from(case, case.unit)


def on_paper(case: Petition, office: Office) -> bool:
    """Registered by an officer: by letter, telephone, at the window …"""
    return case.channel.in_person


def came_from(status: Status) -> When:
    """Where a case stood before it was to be carried out."""
    return lambda case, office: case.resumed is status
