"""The one form engine: a form is data, the engine asks, checks, skips, goes back, edits
from the check page, saves at every answer and resumes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.talk import Answer, Talk
from petitions import words
from petitions.book import Draft

CHECK = "check"
"""The place in a form at which everything is read back."""
PAGE = 10
"""Choices shown at once."""
PIECE = 3500
"""Characters from which on a message of a long answer may be one of several: clients
cut long texts at 4,096."""

Answers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One question."""

    name: str
    check: Callable[[Talk, str], str] | None = None
    """Makes a typed answer clean or raises BadAnswer; None: only the choices answer."""
    choices: Callable[[Talk, Draft], list[tuple[str, str]]] | None = None
    """Answers to choose from: value and label."""
    skip: bool = False
    """May be left open."""
    voice: bool = False
    """A voice message counts as an answer."""
    long: bool = False
    """May come in several messages."""
    place: bool = False
    """A location counts as an answer."""
    contact: bool = False
    """A shared contact counts as an answer."""
    when: Callable[[Answers], bool] = lambda answers: True
    """Whether it is asked at all, given the answers so far."""
    after: str = ""
    """The step whose every edit asks this one anew."""
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Form:
    """A conversation of several steps."""

    name: str
    steps: tuple[Step, ...]
    submit: Callable[[Talk, Draft], Answer]
    checked: bool = True
    """Everything is read back before it counts."""
    overview: bool = False
    """Starts with the check page: every step may be answered, none must."""
    files: bool = True
    """Files may be added at any time."""
    keep: bool = False
    """Leaving asks whether to keep what was written."""
    action: str = ""
    """The key of the action it carries out; names it where it has no words of its own."""
    notes: Callable[[Talk, Draft], list[str]] | None = None
    """Lines that the check page says beside the answers: hints, never a block."""
    sight: Callable[[Talk, Draft], Answer] | None = None
    """Shows the paper that it would issue."""
    turn: Callable[[Draft, str], str | None] | None = None
    """After an answer: a step to go to instead of the next one, or None."""

    def step(self, name: str) -> Step:
        """A step by its name. Raises KeyError."""
        return next(s for s in self.steps if s.name == name)

    def asked(self, answers: Answers) -> list[Step]:
        """The steps that apply, given the answers."""
        return [s for s in self.steps if s.when(answers)]


FORMS: dict[str, Form] = {}


def question_key(form: Form, step: Step) -> str:
    """The question's own words, or those any form asks it with."""
    own = f"form.{form.name}.{step.name}"
    return own if words.has(own) else f"ask.{step.name}"


def check_key(form: Form) -> str:
    """The words that the check page says first."""
    own = f"form.{form.name}.check"
    return own if words.has(own) or not form.action else "form.desk.check"


def submit_key(form: Form) -> str:
    """The words of the button that ends the form; without words of its own, the action."""
    own = f"form.{form.name}.submit"
    return own if words.has(own) or not form.action else form.action


def register(form: Form) -> Form:
    """Make a form known by its name."""
    FORMS[form.name] = form
    return form
