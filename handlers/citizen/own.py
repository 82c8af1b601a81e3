"""One's own cases: who somebody is in them, what they may, the status card."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.talk import Answer, Talk
from petitions.case import lifecycle
from petitions.matters import joint
from petitions.telling.card import card as status_card
from petitions.values.person import Actor
from petitions.values.petition import Petition
from petitions.verbs import access, acting


def me(talk: Talk, petition: Petition) -> Actor:
    """Whoever uses this chat, with their part in a case of theirs."""
    return joint.petitioner(talk.book, petition, talk.chat.person)


def own_cases(talk: Talk) -> list[Petition]:
    """The cases of whoever uses this chat that are theirs, not only opened by number and code."""
    person = talk.chat.person
    found = talk.book.cases_of(person)
    return [case for case in found if not joint.is_guest(talk.book, case, person)]


def act(talk: Talk, case: int, action: str, data: dict[str, Any]) -> Petition:
    """Do something in one's own case."""
    petition = access.own(talk.book, case, talk.chat.person)
    actor = me(talk, petition)
    return acting.act(talk.book, talk.office, case, action, actor, data, talk.now)


def may(talk: Talk, petition: Petition, action: str) -> None:
    """Raises NotYours or NotPossibleNow where whoever uses this chat can't do this now."""
    lifecycle.find(petition, action, me(talk, petition), talk.office)


def show_card(talk: Talk, petition: Petition) -> Answer:
    """The status card; in place when it was pressed for."""
    message = status_card(talk.book, talk.office, petition, talk.lang, talk.now, talk.chat.person)
    pressed = talk.incoming.kind == "press" and petition.number in talk.incoming.replied
    return [replace(message, in_place=pressed)]
