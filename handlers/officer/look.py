"""Before anything of a case is shown to an officer the look is noted; whoever has no duty in the
case says first what for.
"""

from __future__ import annotations

from handlers.forms import Step, drafts
from handlers.talk import Answer, Talk
from petitions import words
from petitions.book import Draft
from petitions.errors import NotYours
from petitions.matters import looking
from petitions.matters.looking import What
from petitions.values.petition import Petition
from petitions.verbs.looking import look


def gate(talk: Talk, petition: Petition, what: What, then: str = "open") -> Answer | None:
    """None: the look is noted, go on. Else the question what for, after whose answer `then` is
    opened. Raises NotYours where no officer sits at the desk."""
    if talk.officer is None:
        raise NotYours("bad.not_officer")
    if look(talk.book, talk.office, petition, talk.officer, what, talk.now):
        return None
    return drafts.start(
        talk, "look", petition.id, number=petition.number, what=str(what), then=then
    )


def may(talk: Talk, petition: Petition) -> bool:
    """Whether the case is shown without a question; the look is noted."""
    assert talk.officer
    return look(talk.book, talk.office, petition, talk.officer, What.WORDS, talk.now)


def said(talk: Talk, answers: dict[str, str]) -> str:
    """The reason for a look, as it is kept in a history."""
    lang = talk.office.languages[0]
    chosen = words.say(lang, f"look_for.{answers['look_for']}")
    return words.say(lang, "looked.without", reason=chosen, words=answers["why"])


def note(talk: Talk, draft: Draft) -> None:
    """The look that was asked for, with its reason."""
    if talk.officer is None:
        raise NotYours("bad.not_officer")
    answers, petition = draft.data["answers"], talk.book.petition(draft.case)
    look(talk.book, talk.office, petition, talk.officer, What(draft.data["what"]), talk.now,
         answers["look_for"], answers["look_why"])  # fmt: skip


def _reasons(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(code, talk.say(f"look_for.{code}")) for code in looking.REASONS]


def asked(name: str) -> tuple[Step, Step]:
    """The reason for a look: chosen from the list, and in words, kept as `name`."""
    return (
        Step("look_for", None, _reasons, columns=2),
        Step(name, lambda t, x: looking.reason(x)),
    )
