"""A petitioner's rights by law: to know why a date is that date, to have the documents,
to confirm receipt, to ask for a review and a re-review.
"""

from __future__ import annotations

from collections.abc import Callable

from handlers import forms
from handlers.citizen import cases, own
from handlers.forms import Form, Step, drafts
from handlers.talk import Answer, Talk
from petitions.book import Draft
from petitions.case import documents, explain, lifecycle, reviewing
from petitions.case.conditions import NOT_TAKEN_UP, hidden_from
from petitions.message import Message
from petitions.telling import receipts, views
from petitions.values import checks
from petitions.values.person import Actor
from petitions.values.petition import Kind, Petition, Status
from petitions.values.task import TaskKind
from petitions.verbs.days import calendar_of
from petitions.words import day

BEFORE = frozenset({Status.SUBMITTED, Status.REGISTERED})
"""Where the limits to come aren't running yet."""


def why(talk: Talk, petition: Petition) -> Answer:
    """Every running date and how it was counted; of one that has just come, what follows."""
    calendar = calendar_of(talk.book, talk.office)
    history = list(talk.book.history(petition.id))
    found = [
        explain.why(clock, talk.office.rules_of(clock), calendar, petition.number, talk.lang,
                    by=talk.office.unit_name(explain.setter(history, clock), talk.lang))
        for clock in talk.book.clocks(petition.id)
        if clock.ended_at is None and not talk.office.limit_of(clock).window
    ]  # fmt: skip
    if petition.status in BEFORE and petition.kind in (None, Kind.REQUEST):
        found.append(receipts.later_limits(talk.office, talk.lang))
    back = talk.button("button.back", "m", petition.id, "card")
    said = [*found, talk.say("why.elsewhere")] if found else [talk.say("why.none")]
    return [Message("\n\n".join(said), ((back,),))]


def papers(talk: Talk, petition: Petition, actor: Actor) -> Answer:
    """Every document this reader may have, as text and as PDF."""
    issued = documents.readable(talk.book, talk.office, petition, actor)
    if not issued:
        return talk.toast("documents.none")
    sheets = tuple(
        documents.sheet(talk.book, talk.office, petition, one, actor, talk.lang) for one in issued
    )
    lines = [talk.say("documents.head", number=petition.number, count=len(issued))]
    lines += [
        talk.say("documents.line", title=sheet.title, number=sheet.number,
                 day=day(talk.lang, one.day))
        for sheet, one in zip(sheets, issued, strict=True)
    ]  # fmt: skip
    return [Message("\n".join(lines), sheets=sheets, case=petition.id)]


def _documents(talk: Talk, petition: Petition) -> Answer:
    return papers(talk, petition, own.me(talk, petition))


def _received(talk: Talk, petition: Petition) -> Answer:
    """The opinion is there: the window to ask for the next level begins today; none does from a
    review that wasn't taken up."""
    petition = own.act(talk, petition.id, "received", {})
    clock = views.next_clock(talk.office, talk.book.clocks(petition.id))
    level = views.next_level(petition)
    key = "done.received_refusal" if petition.outcome == NOT_TAKEN_UP else "done.received"
    said = talk.say(
        key, number=petition.number, level=talk.say(f"level.{level}"),
        due=day(talk.lang, clock.due_on) if clock else "",
    )  # fmt: skip
    return [Message(said), *own.show_card(talk, petition)]


def _begin(form: str) -> Callable[[Talk, Petition], Answer]:
    def begin(talk: Talk, petition: Petition) -> Answer:
        own.may(talk, petition, form)
        return drafts.start(talk, form, petition.id, number=petition.number)

    return begin


def _next_level(talk: Talk, petition: Petition) -> Answer:
    """Ask for whichever level comes next."""
    possible = lifecycle.possible(petition, own.me(talk, petition), talk.office)
    level = "ask_rereview" if "ask_rereview" in possible else "ask_review"
    return cases.VERBS[level](talk, petition)


def _seen(talk: Talk, petition: Petition) -> Answer:
    """A legal notice was read."""
    return talk.toast("done.seen")


def _urge(talk: Talk, petition: Petition) -> Answer:
    """Urge (催办): it goes up the ladder, and somebody must answer by a day."""
    petition = own.act(talk, petition.id, "urge", {})
    urged = [t for t in talk.book.tasks(case=petition.id) if t.kind is TaskKind.URGED]
    said = talk.say(
        "done.urge", number=petition.number,
        unit=talk.office.unit_name(petition.unit, talk.lang),
        due=day(talk.lang, urged[-1].due_on) if urged else "",
    )  # fmt: skip
    return [Message(said), *own.show_card(talk, petition)]


def _submit(action: str) -> Callable[[Talk, Draft], Answer]:
    def submit(talk: Talk, draft: Draft) -> Answer:
        answers = {k: v for k, v in draft.data["answers"].items() if v}
        files = {"files": draft.data["files"], "voice": dict(draft.data["voice"])}
        petition = own.act(talk, draft.case, action, answers | files)
        card = talk.button("button.card", "m", petition.id, "card")
        return talk.tell(f"done.{action}", (card,), number=petition.number)

    return submit


def _who_reviews(talk: Talk, draft: Draft) -> list[str]:
    """The unit that will have it, so that somebody who complains of that unit can say so first."""
    petition = talk.book.petition(draft.case)
    unit = reviewing.above(talk.book, talk.office, petition)
    if hidden_from(petition, unit):
        return ["", talk.say("hide.no_reviewer", unit=talk.office.unit_name(unit, talk.lang))]
    return ["", talk.say("hide.reviewer", unit=talk.office.unit_name(unit, talk.lang))]


for _action in ("ask_review", "ask_rereview"):
    forms.register(
        Form(
            _action,
            (
                Step("review_why", lambda t, x: checks.words(x), voice=True, long=True),
                Step("representatives", lambda t, x: checks.people(x), skip=True),
            ),
            _submit(_action),
            keep=True,
            notes=_who_reviews,
        )
    )

cases.VERBS.update(
    {
        "why": why,
        "documents": _documents,
        "received": _received,
        "seen": _seen,
        "urge": _urge,
        "ask_next": _next_level,
        "ask_rereview": _begin("ask_rereview"),
    }
)
