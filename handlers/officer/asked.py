"""How each part is asked at the desk: by its record, and by what stands here of the few whose
answers depend on the case.

A form is what an action's record asks, or its row needs; nothing else is written for most of them.
"""

from __future__ import annotations

from collections.abc import Callable

from handlers.forms import Step
from handlers.officer.choices import AFTER, CHOICES, OWN, WHEN, coded
from handlers.talk import Talk
from petitions.case import lifecycle
from petitions.values import checks, parts
from petitions.values.parts import How, PartInfo

LINE = 60
"""Characters of an answer on one line."""


def steps_of(form: str, asks: tuple[str, ...] | None) -> tuple[Step, ...]:
    """The questions that a form of the desk asks; None: those that the row of the action needs."""
    names = lifecycle.needs(form) if asks is None else asks
    return tuple(_step(form, name) for name in names)


def _step(form: str, name: str) -> Step:
    """One question. Raises LookupError where nobody said how it is asked."""
    own = OWN.get(f"{form}.{name}") or OWN.get(name)
    if own:
        return own
    said = parts.of(name)
    choices = CHOICES.get(f"{form}.{name}") or CHOICES.get(name)
    if choices is None and said.codes:
        choices = coded(said.words, said.codes)
    if said.how is None or (said.how is How.CHOSEN and choices is None):
        raise LookupError(f"{form}.{name}: nobody said how it is asked")
    when = WHEN.get(f"{form}.{name}") or WHEN.get(name) or (lambda answers: True)
    return Step(name, _check(said), choices, skip=said.skip, long=said.how is How.LONG, when=when,
                after=AFTER.get(f"{form}.{name}", ""), columns=said.columns)  # fmt: skip


def _check(said: PartInfo) -> Callable[[Talk, str], str] | None:
    """The check that makes a typed answer clean; None where only buttons answer."""
    match said.how:
        case How.LONG:
            return lambda talk, text: checks.words(text)
        case How.MIDDLE:
            return lambda talk, text: checks.words(text, checks.MIDDLE)
        case How.LINE:
            return lambda talk, text: checks.line(text, LINE)
        case How.DAY:
            return lambda talk, text: checks.day(text)
        case How.NUMBER:
            return lambda talk, text: checks.people(text)
    return None
