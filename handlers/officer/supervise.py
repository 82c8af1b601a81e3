"""/supervision: which offices are supervised in which cases, and the three suggestions."""

from __future__ import annotations

from collections import Counter
from datetime import date

from handlers import forms
from handlers.forms import Form, Step, drafts
from handlers.officer.case import officer
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.errors import NotYours
from petitions.law import citing
from petitions.law.clocks import local_day
from petitions.matters import looking, supervision
from petitions.message import Button, Message, packed
from petitions.telling import looks, views
from petitions.values import checks
from petitions.values.oversight import Suggestion
from petitions.values.person import Officer, Role
from petitions.verbs import supervising
from petitions.words import day

LIST = 10
"""Steps shown at once."""
WATCHING = frozenset({Role.SUPERVISOR, Role.LEADER})
HEADS = frozenset({Role.HEAD, Role.DEPUTY})


def watches(talk: Talk, me: Officer) -> bool:
    """Whether an officer sees the supervision of all units."""
    return me.role in WATCHING and talk.office.is_bureau(me.unit)


def _reader(talk: Talk) -> Officer:
    """Readers of supervision: the bureau's supervisors and leaders, and the heads of units."""
    me = officer(talk)
    if not (watches(talk, me) or me.role in HEADS):
        raise NotYours("bad.not_yours")
    return me


def show(talk: Talk, rest: str = "") -> Answer:
    """/supervision: what stands, the next due first; a head sees the own unit's."""
    me = _reader(talk)
    today = local_day(talk.now, talk.office.zone)
    all_ = watches(talk, me)
    steps = supervision.seen_by(talk.book, me.unit, "" if all_ else me.unit)
    lines = [talk.say("supervision.head" if steps else "supervision.none", count=len(steps))]
    buttons = []
    for step in steps[:LIST]:
        case = talk.book.petition(step.case)
        state = "late" if step.state == "open" and step.due_on < today else step.state
        lines.append(
            talk.say("supervision.line", number=case.number,
                     level=talk.say(f"supervision.{step.level}"),
                     unit=talk.office.unit_name(step.unit, talk.lang),
                     cause=talk.say(f"cause.{step.cause}"), due=day(talk.lang, step.due_on),
                     state=talk.say(f"supervision_state.{state}"))
        )  # fmt: skip
        buttons.append(views.case_button(case))
    if len(steps) > LIST:
        lines.append(talk.say("brief.more", count=len(steps) - LIST))
    open_ = [s for s in talk.book.suggestions("" if all_ else me.unit) if s.adopted is None]
    if open_:
        lines.append(talk.say("suggestion.open", count=len(open_)))
    if all_:
        lines += _year(talk, me, today)
    buttons.append(talk.button("button.suggestions", "sv", "suggestions"))
    if me.role is Role.SUPERVISOR and all_:
        buttons.append(talk.button("button.suggest", "sv", "suggest"))
        buttons.append(talk.button("button.week_looks", "sv", "looks"))
    buttons.append(talk.button("button.desk", "q2", "desk"))
    return [Message("\n".join(lines), stacked(*buttons))]


def _year(talk: Talk, me: Officer, today: date) -> list[str]:
    """The annual report's lines on supervision (art. 41): steps by level, answered in time."""
    steps = supervision.seen_by(talk.book, me.unit, since=date(today.year, 1, 1))
    levels = Counter(s.level for s in steps)
    if not steps:
        return []
    timely = sum(s.answered_on is not None and s.answered_on <= s.due_on for s in steps)
    named = talk.listed(
        f"{talk.say(f'supervision.{level}')} {levels[level]}"
        for level in supervision.LEVELS if levels[level]
    )  # fmt: skip
    said = citing.said(talk.office.rules, "report", talk.lang)
    made = [s for s in talk.book.suggestions(limit=500) if s.made_on.year == today.year]
    adopted = sum(bool(s.adopted) for s in made)
    return ["", talk.say("supervision.year", year=today.year, levels=named, timely=timely,
                         count=len(steps), made=len(made), adopted=adopted,
                         law=citing.bracketed(said, talk.lang))]  # fmt: skip


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`list`, `suggestions`, `suggest`, `one:id`, `answer:id`."""
    me = _reader(talk)
    match parts:
        case ["list"]:
            return show(talk)
        case ["looks"]:
            return _looks(talk, me, looking.week(local_day(talk.now, talk.office.zone))[0], 0)
        case ["looks", first, page] if page.isdecimal() and len(page) < 6:
            return _looks(talk, me, checks.as_date(checks.day(first)), int(page))
        case ["suggestions"]:
            return _suggestions(talk, me)
        case ["suggest"]:
            if me.role is not Role.SUPERVISOR:
                raise NotYours("bad.not_yours")
            return drafts.start(talk, "suggest")
        case [("one" | "answer") as verb, id] if id.isdecimal() and len(id) < 16:
            one = talk.book.suggestion(int(id))
            if not watches(talk, me) and one.unit != me.unit:
                raise NotYours("bad.not_yours")
            if verb == "answer" and one.adopted is None:
                return drafts.start(talk, "answer_suggestion", suggestion=one.id)
            return _one(talk, me, one)
    return talk.toast("bad.stale")


def _looks(talk: Talk, me: Officer, first: date, page: int) -> Answer:
    """Officers' looks into cases in the week that begins with a day: to supervisors alone."""
    if me.role is not Role.SUPERVISOR or not watches(talk, me):
        raise NotYours("bad.not_yours")
    found = looks.week(talk.book, talk.office, first, page, talk.lang, talk.hidden)
    return [found] if found else talk.tell("looks.none")


def _suggestions(talk: Talk, me: Officer) -> Answer:
    found = talk.book.suggestions("" if watches(talk, me) else me.unit, LIST)
    lines = [talk.say("suggestion.head" if found else "suggestion.none")]
    buttons = []
    for one in found:
        label = talk.say("suggestion.line", kind=talk.say(f"suggestion.{one.kind}"),
                         unit=_to(talk, one.kind, one.unit),
                         due=day(talk.lang, one.due_on), state=_state(talk, one))  # fmt: skip
        lines.append(label)
        buttons.append(Button(label, packed("sv", "one", one.id)))
    buttons.append(talk.button("button.back", "sv", "list"))
    return [Message("\n".join(lines), stacked(*buttons))]


def _state(talk: Talk, one: Suggestion) -> str:
    if one.adopted is None:
        late = one.due_on < local_day(talk.now, talk.office.zone)
        return talk.say("supervision_state.late" if late else "supervision_state.open")
    return talk.say("suggestion.adopted" if one.adopted else "suggestion.not_adopted")


def _one(talk: Talk, me: Officer, one: Suggestion) -> Answer:
    lines = [
        talk.say("suggestion.line", kind=talk.say(f"suggestion.{one.kind}"),
                 unit=_to(talk, one.kind, one.unit), due=day(talk.lang, one.due_on),
                 state=_state(talk, one)),
        "", one.words,
    ]  # fmt: skip
    if one.answer:
        lines += ["", talk.say("suggestion.answer", answer=one.answer)]
    buttons = []
    if one.adopted is None and not one.unit:
        lines += ["", talk.say("suggestion.feedback")]
    if one.adopted is None and supervision.answers(talk.office, me, one):
        buttons.append(talk.button("button.answer_suggestion", "sv", "answer", one.id))
    buttons.append(talk.button("button.back", "sv", "suggestions"))
    return [Message("\n".join(lines), stacked(*buttons))]


def _kinds(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(k, talk.say(f"suggestion.{k}")) for k in supervision.SUGGESTIONS]


NOBODY = "-"
"""In the form: somebody who has no desk here."""


def _to(talk: Talk, kind: str, unit: str) -> str:
    """To whom a suggestion goes, in words."""
    return talk.office.unit_name(unit, talk.lang) if unit else talk.say(f"suggestion.to.{kind}")


def _units(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    kind = draft.data["answers"]["suggestion_kind"]
    return [(unit or NOBODY, _to(talk, kind, unit))
            for unit in supervision.addressees(talk.office, kind)]  # fmt: skip


def _submit(talk: Talk, draft: Draft) -> Answer:
    answers = draft.data["answers"]
    supervising.suggest(
        talk.book, talk.office, officer(talk), answers["suggestion_kind"],
        answers["unit"].removeprefix(NOBODY),
        answers["suggestion"], date.fromisoformat(answers["date"]), talk.now,
    )  # fmt: skip
    return [*talk.tell("done.suggest"), *show(talk)]


def _adopted(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [("yes", talk.say("suggestion.adopted")), ("no", talk.say("suggestion.not_adopted"))]


def _submit_answer(talk: Talk, draft: Draft) -> Answer:
    me, answers = officer(talk), draft.data["answers"]
    one = supervising.answer_suggestion(
        talk.book, talk.office, me, int(draft.data["suggestion"]), answers["adopted"] == "yes",
        answers["suggestion_answer"], talk.now,
    )  # fmt: skip
    return [*talk.tell("done.answer_suggestion"), *_one(talk, me, one)]


forms.register(
    Form(
        "suggest",
        (
            Step("suggestion_kind", None, _kinds),
            Step("unit", None, _units, after="suggestion_kind"),
            Step("suggestion", lambda t, x: checks.words(x), long=True),
            Step("date", lambda t, x: checks.day(x)),
        ),
        _submit,
        files=False,
    )
)
forms.register(
    Form(
        "answer_suggestion",
        (
            Step("adopted", None, _adopted, columns=2),
            Step("suggestion_answer", lambda t, x: checks.words(x), long=True),
        ),
        _submit_answer,
        files=False,
    )
)
