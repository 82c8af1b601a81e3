"""For which reasons a unit may refuse a case (不予受理), and which are no longer any."""

from __future__ import annotations

from petitions.law.regulation.values import RefusalReason
from petitions.law.units import Office
from petitions.values.petition import Petition, Status

BROUGHT = frozenset({Status.SUBMITTED, Status.REGISTERED})
"""Where a case is with whom its petitioner brought it to; later it was passed on."""


def reasons(office: Office, petition: Petition, unit: str) -> list[str]:
    """Codes of the reasons that the law gives a unit here. A unit objects to a case that was passed
    on to it and isn't its own (art. 23); that a matter is under way is a reason for the body above
    alone (art. 19)."""
    known = office.rules.refusals.items()
    return [code for code, one in known if _holds(one, office, petition, unit)]


def _holds(one: RefusalReason, office: Office, petition: Petition, unit: str) -> bool:
    if one.past or (one.direct and petition.status not in BROUGHT):
        return False
    return not one.superior or len(office.below(unit)) > 1
