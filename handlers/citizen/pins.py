"""The one question for a PIN."""

from __future__ import annotations

from collections.abc import Callable

from handlers import forms
from handlers.forms import Form, Step
from handlers.talk import Answer, Talk
from petitions.book import Draft
from petitions.values import checks


def asked(name: str, submit: Callable[[Talk, Draft], Answer]) -> None:
    """A form that asks for a PIN and nothing else, and is carried out with it."""
    step = Step("pin", lambda talk, text: checks.pin(text))
    forms.register(Form(name, (step,), submit, checked=False, files=False))
