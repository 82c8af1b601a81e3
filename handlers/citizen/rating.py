"""The petitioner's opinion of it, by one tap; and whether what was promised happened.

The tap is saved at once. Everything after it (a reason, an aspect, words) may follow, never must.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers import forms
from handlers.citizen import cases, own
from handlers.forms import Answers, Form, Step, drafts
from handlers.talk import Answer, Talk, grid
from petitions.book import Draft
from petitions.errors import NotYours, Unknown
from petitions.matters.aftercare import FOLLOW_UP_ANSWERS
from petitions.matters.satisfaction import LEVELS
from petitions.message import Button, Message, packed
from petitions.telling.questions import rating_question
from petitions.values import checks
from petitions.values.petition import Petition
from petitions.values.rating import Level, Rating
from petitions.values.task import TaskKind
from petitions.verbs import access
from petitions.words import day


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`id:level`, or `id:verb…`: a reason, a consent, an aspect, words, no more questions."""
    if len(parts) < 2 or not parts[0].isdecimal() or len(parts[0]) > 15:
        return talk.toast("bad.stale")
    rating = talk.book.rating(int(parts[0]))
    petition = access.own(talk.book, rating.case, talk.chat.person)
    if rating.person != own.me(talk, petition).id:
        raise NotYours("bad.not_your_rating")
    match parts[1:]:
        case ["ask"]:
            petition = talk.book.petition(rating.case)
            shown = rating_question(talk.book, talk.office, rating, petition, talk.lang)
            return [shown]
        case [level] if level in list(Level):
            return _tap(talk, rating, level)
        case ["why", reason]:
            return _more(talk, rating, reason=reason)
        case ["more"] if rating.level:
            return _show(talk, rating, True)
        case ["fine"]:
            return _aspects(talk, rating)
        case ["fine", aspect, level]:
            _more(talk, rating, aspect=aspect, level=level)
            return _aspects(talk, talk.book.rating(rating.id))
        case [("call" | "unit") as what, ("yes" | "no") as yes]:
            data = {"rating": str(rating.id), "what": what, "yes": yes == "yes"}
            own.act(talk, rating.case, "consent", data)
            return [*talk.toast("done.consent"), *_show(talk, talk.book.rating(rating.id), True)]
        case ["words"]:
            return drafts.start(talk, "rate_words", rating.case, rating=rating.id,
                               number=talk.book.petition(rating.case).number)  # fmt: skip
        case ["mute"]:
            talk.book.mute(rating.case, talk.chat.person, True)
            return talk.tell("done.muted", number=talk.book.petition(rating.case).number)
    return talk.toast("bad.stale")


def _tap(talk: Talk, rating: Rating, level: str) -> Answer:
    own.act(talk, rating.case, "rate", {"rating": str(rating.id), "level": level})
    return _show(talk, talk.book.rating(rating.id), False)


def _more(talk: Talk, rating: Rating, **data: Any) -> Answer:
    own.act(talk, rating.case, "rate_more", {"rating": str(rating.id), **data})
    return _show(talk, talk.book.rating(rating.id), True)


def _show(talk: Talk, rating: Rating, in_place: bool) -> Answer:
    """The rating as it is saved, and everything that may be added."""
    petition = talk.book.petition(rating.case)
    rules = talk.office.rules.satisfaction
    lines = [
        talk.say(
            "rating.saved",
            number=petition.number,
            who=talk.office.unit_name(rating.unit, talk.lang),
            level=talk.say(f"level_of.{rating.level}"),
            until=day(talk.lang, rating.until),
            left=max(0, rules.changes - rating.changes),
        )
    ]
    rows: list[tuple[Button, ...]] = []
    if rating.level == Level.DISSATISFIED:
        lines.append(talk.say("rating.ask_call" if not rating.may_call else "rating.call_yes"))
        lines.append(talk.say("rating.ask_unit" if not rating.unit_may_know else "rating.unit_yes"))
        rows += [
            (talk.button(f"button.{what}_yes", "rate", rating.id, what, "yes"),
             talk.button(f"button.{what}_no", "rate", rating.id, what, "no"))
            for what in ("call", "unit")
        ]  # fmt: skip
    if rating.level != Level.SATISFIED:
        lines.append(talk.say("rating.why"))
        rows += grid(
            [
                Button(_marked(talk, f"why.{code}", code in rating.reasons),
                       packed("rate", rating.id, "why", code))
                for code in rules.reasons[rating.body]
            ],
            2,
        )  # fmt: skip
    last = [talk.button("button.rate_words", "rate", rating.id, "words")]
    if rules.aspects[rating.body]:
        last.append(talk.button("button.rate_fine", "rate", rating.id, "fine"))
    last.append(talk.button("button.open_case", "m", petition.id, "card"))
    rows.append(tuple(last))
    return [Message("\n".join(lines), tuple(rows), in_place=in_place, case=petition.id)]


def _marked(talk: Talk, key: str, chosen: bool) -> str:
    return talk.say("rating.chosen", what=talk.say(key)) if chosen else talk.say(key)


def _aspects(talk: Talk, rating: Rating) -> Answer:
    """Finer: each aspect apart, in the same order of levels."""
    rows = []
    for aspect in talk.office.rules.satisfaction.aspects[rating.body]:
        what, chosen = talk.say(f"aspect.{aspect}"), rating.finer.get(aspect, "")
        row = []
        for level in LEVELS:
            label = talk.say("rating.aspect", what=what, level=talk.say(f"level_of.{level}"))
            if level == chosen:
                label = talk.say("rating.chosen", what=label)
            row.append(Button(label, packed("rate", rating.id, "fine", aspect, level)))
        rows.append(tuple(row))
    rows.append((
        talk.button("button.rate_words", "rate", rating.id, "words"),
        talk.button("button.back", "rate", rating.id, "more"),
    ))  # fmt: skip
    return [Message(talk.say("rating.fine"), tuple(rows), in_place=True, case=rating.case)]


def _submit_words(talk: Talk, draft: Draft) -> Answer:
    data = {
        "rating": str(draft.data["rating"]),
        "rating_words": draft.data["answers"].get("rating_words", ""),
        "files": draft.data["files"],
        "voice": dict(draft.data["voice"]),
    }
    own.act(talk, draft.case, "rate_more", data)
    return talk.tell("done.rate_words", number=str(draft.data["number"]))


forms.register(
    Form(
        "rate_words",
        (Step("rating_words", lambda t, x: checks.words(x, checks.MIDDLE), skip=True, voice=True),),
        _submit_words,
        checked=False,
    )
)


def on_follow_up(talk: Talk, parts: list[str]) -> Answer:
    """`id:answer`: did what was promised happen?"""
    if len(parts) != 2 or not parts[0].isdecimal() or len(parts[0]) > 15:
        return talk.toast("bad.stale")
    if parts[1] not in FOLLOW_UP_ANSWERS:
        return talk.toast("bad.stale")
    found = talk.book.follow_up(int(parts[0]))
    data = {"follow_up": str(found.id), "answer": parts[1]}
    petition = own.act(talk, found.case, "follow_up", data)
    values = {"number": petition.number, "days": talk.office.rules.satisfaction.again}
    card = talk.button("button.open_case", "m", petition.id, "card")
    said = talk.tell(f"done.follow_{parts[1]}", (card,), **values)
    return [replace(m, case=petition.id) for m in said]


def _meeting(action: str) -> Callable[[Talk, Petition], Answer]:
    """Yes or no to an appointment; a yes can be withdrawn until it was held."""

    def answer(talk: Talk, petition: Petition) -> Answer:
        own.act(talk, petition.id, action, {})
        return talk.tell(f"done.{action}", number=petition.number)

    return answer


def _come_again(talk: Talk, petition: Petition) -> Answer:
    """A closed matter that isn't over for its petitioner: somebody calls."""
    petition = own.act(talk, petition.id, "come_again", {})
    due = [t.due_on for t in talk.book.tasks(case=petition.id) if t.kind is TaskKind.AGAIN]
    question = talk.button("button.question", "m", petition.id, "question")
    return talk.tell("done.come_again", (question,), number=petition.number,
                     due=day(talk.lang, due[0]))  # fmt: skip


def _review_filled(talk: Talk, petition: Petition) -> Answer:
    """The form for a review, filled in with what was said of the answer."""
    own.may(talk, petition, "ask_review")
    return drafts.start(talk, "ask_review", petition.id, _said_before(talk, petition),
                       number=petition.number)  # fmt: skip


def _said_before(talk: Talk, petition: Petition) -> Answers:
    """Words that this person, and nobody else in the case, said in their last low rating."""
    low = [r for r in talk.book.ratings(petition.id)
           if r.body == "unit" and r.level == Level.DISSATISFIED
           and r.person == own.me(talk, petition).id]  # fmt: skip
    if not low:
        return {}
    reasons = talk.listed(talk.say(f"why.{code}") for code in low[-1].reasons)
    beside = {e.seq for e in talk.book.history(petition.id) if e.facts.get("rating") == low[-1].id}
    words = [t.body for t in talk.book.texts(petition.id)
             if t.part == "rating_words" and t.seq in beside and t.body]  # fmt: skip
    said = "\n".join(x for x in (reasons, *words[-1:]) if x)
    return {"review_why": said} if said else {}


cases.VERBS.update(
    {
        "meeting_yes": _meeting("agree_meeting"),
        "meeting_no": _meeting("refuse_meeting"),
        "come_again": _come_again,
        "ask_review": _review_filled,
    }
)


def mute_all(talk: Talk) -> Answer:
    """Questions of the office, on or off; what protects one's rights stays on."""
    if not talk.chat.person:
        raise Unknown("bad.stale")
    person = talk.book.person(talk.chat.person)
    person.muted = not person.muted
    talk.book.save_person(person)
    return talk.tell("hearing.muted" if person.muted else "hearing.unmuted")
