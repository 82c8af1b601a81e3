"""Questions by which a kind and a content are chosen, on both sides of the desk."""

from __future__ import annotations

from handlers.forms import Answers
from handlers.talk import Talk
from petitions.book import Draft
from petitions.values import categories
from petitions.values.petition import Kind


def kinds(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """The three kinds in plain words."""
    return [(str(k), talk.say(f"kind.{k}")) for k in Kind]


def kinds_unsure(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """The same, and "not sure"."""
    return [*kinds(talk, draft), ("", talk.say("choice.not_sure"))]


def first_level(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """The fields of life, and "not sure"."""
    named = [(c.id, c.name(talk.lang)) for c in categories.level1()]
    return [*named, ("", talk.say("choice.not_sure"))]


def second_level(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """The categories in the chosen field, and "not sure"."""
    parent = draft.data["answers"].get("category1", "")
    found = categories.level2(parent) if parent else []
    named = [(c.id, c.name(talk.lang)) for c in found]
    return [*named, ("", talk.say("choice.not_sure"))]


def chosen_category(answers: Answers) -> str:
    """The finest category chosen; one of another field doesn't count."""
    first, second = answers.get("category1", ""), answers.get("category2", "")
    found = categories.find(second) if second else None
    return second if found and found.parent == first else first


def has_first(answers: Answers) -> bool:
    """Whether the field was chosen."""
    return bool(answers.get("category1"))
