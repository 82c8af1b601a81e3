"""Questions to a petitioner: how satisfied they are, whether what was promised happened."""

from __future__ import annotations

from petitions.book import Book, Notice
from petitions.law.units import Office
from petitions.message import Button, Message, packed
from petitions.telling.ports import Cancelled
from petitions.telling.views import button, text_of
from petitions.values.petition import Petition
from petitions.values.rating import Level, Rating
from petitions.words import day, say

SHORT = 80
"""Characters of a text that a question quotes."""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"


def whom(book: Book, notice: Notice, petition: Petition) -> int:
    """Whom a question is for."""
    id = notice.facts.get("rating")
    return book.rating(int(id)).person if id else petition.person


def rating(
    book: Book, office: Office, notice: Notice, petition: Petition, lang: str
) -> Message | Cancelled:
    """How satisfied somebody is, unless it was answered meanwhile."""
    one = book.rating(int(notice.facts["rating"]))
    if one.level:
        return Cancelled("rated")
    return rating_question(book, office, one, petition, lang)


def rating_question(
    book: Book, office: Office, rating: Rating, petition: Petition, lang: str
) -> Message:  # fmt: skip
    """Names the case, what was asked and what was answered or promised; three buttons of equal
    style, always in the same order."""
    texts = book.texts(petition.id)
    text = say(
        lang, f"notice.petitioner.rate_{rating.body}",
        number=petition.number,
        asked=_short(text_of(texts, "request")),
        answer=_short(text_of(texts, "promise") or text_of(texts, "reply")),
        who=office.unit_name(rating.unit, lang),
        until=day(lang, rating.until),
    )  # fmt: skip
    levels = tuple(  # whatever was answered: equal in style, in one order
        Button(say(lang, f"level_of.{level}"), packed("rate", rating.id, level)) for level in Level
    )
    rows = (
        levels,
        (button(lang, "button.no_rating", "rate", rating.id, "mute"),),
        (button(lang, "button.open_case", "m", petition.id, "card"),),
    )
    return Message(text, rows, case=petition.id)


def follow_up(
    book: Book, office: Office, notice: Notice, petition: Petition, lang: str
) -> Message | Cancelled:
    """Did what was promised happen?"""
    found = book.follow_up(int(notice.facts["follow_up"]))
    if found.answer not in ("", "later"):
        return Cancelled("answered")
    texts = book.texts(petition.id)
    text = say(
        lang, "notice.petitioner.follow_up",
        number=petition.number,
        unit=office.unit_name(petition.answered_by or petition.unit, lang),
        promised=_short(text_of(texts, "promise") or text_of(texts, "reply")),
    )  # fmt: skip
    rows = tuple(
        (button(lang, f"button.follow_{answer}", "fu", found.id, answer),)
        for answer in ("done", "partly", "no", "later", "never")
    )
    return Message(text, rows, case=petition.id)
