"""One share: how it is counted, the cases behind it; what was said beside ratings."""

from __future__ import annotations

from handlers.officer.figures.asked import (
    SHARES,
    SHOWN,
    Selection,
    head_of,
    oversees,
    sums_of,
    today,
    which_of,
)
from handlers.talk import Answer, Talk, grid, stacked
from petitions.counting import figure_words, figures
from petitions.errors import NotYours
from petitions.law import periods
from petitions.message import Button, Message, packed
from petitions.telling import views
from petitions.values.person import Officer, Role
from petitions.verbs.figures import said_of


def show_how(talk: Talk, asked: Selection) -> Answer:
    """Every formula, one tap away from its numbers."""
    buttons = [
        Button(talk.say(f"share.{f.name}"), asked.pack("one", place))
        for place, f in enumerate(figures.FORMULAS)
    ]
    back = Button(talk.say("button.back"), asked.pack("show"))
    return [Message(talk.say("figures.how"), (*grid(buttons, 2), (back,)))]


def show_share(talk: Talk, me: Officer, asked: Selection, name: str) -> Answer:
    """One share: its formula, its numbers, what could flatter it, the cases by right."""
    period = periods.read(asked.period, today(talk))
    now = sums_of(talk, me, asked, period)
    lines = [head_of(talk, asked, period)]
    lines += figure_words.headline(name, now, talk.lang)
    lines.append(talk.say(f"formula.{name}"))
    buttons = []
    if _opens(talk, me, name) and figures.share(now, figures.BY_NAME[name]):
        buttons = [Button(talk.say(f"button.cases_{side}"), asked.pack(side, SHARES.index(name)))
                   for side in ("in", "out")]  # fmt: skip
    back = (Button(talk.say("button.figures_how"), asked.pack("how")),
            Button(talk.say("button.back"), asked.pack("show")))  # fmt: skip
    return [Message("\n".join(lines), (*stacked(*buttons), back))]


def _opens(talk: Talk, me: Officer, name: str) -> bool:
    """Whether somebody may go from a share to its cases: of ratings a bureau's supervisor alone."""
    supervises = me.role is Role.SUPERVISOR and oversees(talk, me)
    return supervises or name not in figure_words.ABOUT_RATINGS


def show_cases(talk: Talk, me: Officer, asked: Selection, name: str, side: str) -> Answer:
    """The cases that count above the line, or only below it. Whoever opens one is asked for their
    right to it there."""
    if not _opens(talk, me, name):
        raise NotYours("bad.not_yours")
    formula = figures.BY_NAME[name]
    over, but = (formula.over, ()) if side == "in" else (formula.under, formula.over)
    found, count = talk.book.counted(which_of(talk, asked), today(talk), over, but, SHOWN)
    period = periods.read(asked.period, today(talk))
    share = talk.say(f"share.{name}")
    lines = [head_of(talk, asked, period),
             talk.say(f"figures.cases_{side}", name=share, count=count)]  # fmt: skip
    buttons = []
    for id in found:
        case = talk.book.petition(id)
        status, category = talk.say(f"status.{case.status}"), views.category_name(
            case.category, talk.lang)  # fmt: skip
        lines.append(f"{case.number} · {status} · {category}")
        buttons.append(Button(case.number, packed("d", id, "open")))
    if count > len(found):
        lines.append(talk.say("figures.cases_more", count=count - len(found)))
    back = (Button(talk.say("button.back"), asked.pack("one", SHARES.index(name))),)
    return [Message("\n".join(lines), (*grid(buttons, 2), back))]


WORDS = 10
"""Remarks shown at once, the newest first."""


def show_words(talk: Talk, me: Officer, asked: Selection) -> Answer:
    """Remarks of people in their own words, without names or numbers; to a unit only what they
    let it know."""
    said = said_of(talk.book, talk.office, which_of(talk, asked), not oversees(talk, me))
    lines = [talk.say("figures.words" if said else "figures.no_words", count=len(said))]
    for rating, body in said[:WORDS]:
        lines.append(talk.say(
            "figures.word", level=talk.say(f"level_of.{rating.level}"), body=body,
            unit=talk.office.unit_name(rating.unit, talk.lang),
        ))  # fmt: skip
    back = Button(talk.say("button.back"), asked.pack("said"))
    return [Message("\n\n".join(lines), ((back,),))]
