"""Petitioners' ratings of the office, as officers may read them."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.talk import Talk
from petitions.case import quoting
from petitions.values.petition import Petition
from petitions.values.rating import Rating


def told(talk: Talk, petition: Petition) -> list[str]:
    """All of it, for whoever looks into it: levels, reasons, words, what was agreed to."""
    ratings = [r for r in talk.book.ratings(petition.id) if r.level]
    return _lines(talk, petition, ratings, ("rating_words", "visit_note"))


def shared(talk: Talk, petition: Petition, unit: str) -> list[str]:
    """The ratings that its petitioner let the rated unit know, to that unit and no other; they go
    with the yes, when that is taken back."""
    ratings = [
        r for r in talk.book.ratings(petition.id) if r.level and r.unit_may_know and r.unit == unit
    ]
    return _lines(talk, petition, ratings, ("rating_words",))


def _lines(
    talk: Talk, petition: Petition, ratings: Sequence[Rating], parts: tuple[str, ...]
) -> list[str]:
    """Ratings with what was said beside them, and nothing said beside others."""
    if not ratings:
        return []
    ids = {r.id for r in ratings}
    beside = {e.seq for e in talk.book.history(petition.id)
              if e.facts.get("rating", 0) in ids or e.action == "visit_record"}  # fmt: skip
    lines = [
        talk.say(
            "rating.line",
            who=talk.office.unit_name(rating.unit, talk.lang),
            level=talk.say(f"level_of.{rating.level}"),
            reasons=talk.listed(talk.say(f"why.{code}") for code in rating.reasons) or "—",
            call=talk.say("answer.yes" if rating.may_call else "answer.no"),
            unit=talk.say("answer.yes" if rating.unit_may_know else "answer.no"),
        )
        for rating in ratings
    ]
    lines += [
        quoting.told(talk.lang, t.part, t.body)
        for t in talk.book.texts(petition.id)
        if t.part in parts and t.seq in beside and t.body
    ]
    return lines
