"""People and offices that must not see a matter: choices to press, notes before it is sent."""

from __future__ import annotations

from handlers.talk import Talk
from petitions.book import Draft
from petitions.matters import whom

NOBODY = "nobody"
"""The answer to who must not see it."""


def choices(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Nobody, or the bureau itself."""
    return [(NOBODY, talk.say("choice.nobody")), *of_bureau(talk, draft)]


def of_bureau(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """The bureau itself or its people."""
    name = talk.office.front.name(talk.lang)
    return [(whom.THE_BUREAU, talk.say("choice.the_bureau", bureau=name))]


def notes(talk: Talk, draft: Draft) -> list[str]:
    """Where it goes because of that, or that nobody is there to have it instead; before it is
    sent."""
    answers, office = draft.data["answers"], talk.office
    bureau = office.front.name(talk.lang)
    said = whom.spelled(office, answers.get("hidden", ""))
    if "hidden" in draft.data["voice"]:
        return ["", talk.say("hide.spoken", bureau=bureau)]
    if said in ("", NOBODY):
        told = (answers.get(part, "") for part in whom.TOLD)
        speaks = whom.names_bureau(office, "\n".join(told))
        return ["", talk.say("hide.speaks_of", bureau=bureau)] if speaks else []
    if whom.nobody_above(office, said):
        return ["", talk.say("hide.nobody_above", bureau=bureau)]
    up = office.bureau_for(whom.meant(office, [said]))
    if up == office.bureau:
        return []
    return ["", talk.say("hide.goes_up", bureau=bureau, unit=office.unit_name(up, talk.lang))]
