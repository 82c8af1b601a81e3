"""From a guest of a case to its petitioner: by the petitioner's PIN, or an identity check by two
officers; and the petitioner's no to somebody who isn't them.
"""

from __future__ import annotations

from collections.abc import Callable

from handlers.citizen import own
from handlers.forms import drafts
from handlers.talk import Answer, Talk
from petitions.values.petition import Petition
from petitions.words import day


def show(talk: Talk, petition: Petition) -> Answer:
    """Both ways, and what each takes."""
    own.may(talk, petition, "ask_check")
    rows = (
        (talk.button("button.prove_pin", "m", petition.id, "prove_pin"),),
        (talk.button("button.ask_check", "m", petition.id, "ask_check"),),
        (talk.button("button.back", "m", petition.id, "card"),),
    )
    days = talk.office.rules.limits["check"].days
    return talk.tell("prove.how", *rows, number=petition.number, days=days)


def _pin(talk: Talk, petition: Petition) -> Answer:
    own.may(talk, petition, "ask_check")
    return drafts.start(talk, "prove", petition.id, number=petition.number)


def _ask_check(talk: Talk, petition: Petition) -> Answer:
    """The number of the task is what the person says at the counter or on the telephone."""
    own.act(talk, petition.id, "ask_check", {})
    asked = [e for e in talk.book.history(petition.id) if e.action == "ask_check"]
    front = talk.office.front
    return talk.tell(
        "done.ask_check", number=petition.number, check=asked[-1].facts["check"],
        phone=front.phone, days=talk.office.rules.limits["check"].days,
        due=day(talk.lang, talk.book.task(asked[-1].facts["check"]).due_on),
    )  # fmt: skip


def _refuse(talk: Talk, petition: Petition) -> Answer:
    own.act(talk, petition.id, "refuse_check", {})
    return talk.tell("done.refuse_check", number=petition.number)


VERBS: dict[str, Callable[[Talk, Petition], Answer]] = {
    "prove": show,
    "prove_pin": _pin,
    "ask_check": _ask_check,
    "refuse_check": _refuse,
}
