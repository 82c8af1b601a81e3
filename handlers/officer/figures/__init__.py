"""/figures: how an office kept its limits and its promises, by period, unit, field, kind, way in.

Supervisors and leaders see every unit; others their own and those below it, and of what
petitioners said only what can't change any more, so that nobody can be told from the sum.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.officer.case import officer
from handlers.officer.figures.asked import NOBODY, PLACES, Selection, read_asked, today
from handlers.officer.figures.page import CHOICES, choose, choose_period, draw, show_page
from handlers.officer.figures.share import show_cases, show_how, show_share, show_words
from handlers.officer.figures.split import SPLITS, draw_split, show_split
from handlers.talk import Answer, Talk
from petitions.counting import figure_words
from petitions.errors import BadAnswer, NotYours
from petitions.law import periods
from petitions.values.person import GUESTS, Officer, Role


def command(talk: Talk, rest: str = "") -> Answer:
    """/figures [period]"""
    me = _reader(talk)
    period = periods.read(rest, today(talk)) if rest else periods.of("month", today(talk))
    return show_page(talk, me, read_asked(talk, me, Selection(period.key)), "show")


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`verb:period:unit:field:kind:channel:lane:extra`."""
    me = _reader(talk)
    verb, *rest = parts or ["show"]
    values = [value or NOBODY for value in rest] + [NOBODY] * 7
    asked = Selection(*values[:6])
    if asked.period == NOBODY:
        asked = replace(asked, period=periods.of("month", today(talk)).key)
    try:
        asked = read_asked(talk, me, asked)
    except BadAnswer:
        return talk.toast("bad.stale")
    return _pressed(talk, me, asked, verb, values[6])


def _pressed(talk: Talk, me: Officer, asked: Selection, verb: str, extra: str) -> Answer:
    if verb in ("show", *figure_words.SECTIONS):
        return show_page(talk, me, asked, verb)
    if verb in CHOICES:
        return choose(talk, asked, verb, int(extra[:4]) if extra.isdecimal() else 0)
    match verb:
        case "periods":
            return choose_period(talk, asked)
        case "how":
            return show_how(talk, asked)
        case "one" if extra in PLACES:
            return show_share(talk, me, asked, PLACES[extra])
        case "in" | "out" if extra in PLACES:
            return show_cases(talk, me, asked, PLACES[extra], verb)
        case "by" if extra in SPLITS:
            return show_split(talk, me, asked, extra)
        case "byd" if extra in SPLITS:
            return draw_split(talk, me, asked, extra)
        case "drawn":
            return draw(talk, me, asked)
        case "words":
            return show_words(talk, me, asked)
    return talk.toast("bad.stale")


def _reader(talk: Talk) -> Officer:
    me = officer(talk)
    if me.role in GUESTS | {Role.ADMINISTRATOR, Role.VISITOR}:
        raise NotYours("bad.not_yours")
    return me
