"""The body that reviews (复查) or re-reviews (复核) a case: above whoever gave the last opinion."""

from __future__ import annotations

from petitions.book import History
from petitions.case.conditions import has_opinion
from petitions.law.units import Office
from petitions.values.petition import Petition

REVIEWS = ("review_opinion", "refuse_review")
"""Actions that end a review."""


def above(book: History, office: Office, petition: Petition) -> str:
    """The unit that may be asked next."""
    return office.superior(gave(book, petition), petition.kept_from)


def gave(book: History, petition: Petition) -> str:
    """The unit of the last opinion: a reviewed case may be with the unit that carries it out."""
    if has_opinion(petition):
        return petition.unit
    found = [e.actor.unit for e in book.history(petition.id) if e.action in REVIEWS]
    return found[-1] if found else petition.unit
