"""A form that somebody fills in: opened, resumed, read back."""

from __future__ import annotations

from typing import Any

from handlers.forms import CHECK, FORMS, Answers
from handlers.forms.asking import ask, next_open, save
from handlers.talk import Answer, Talk
from petitions.book import Draft


def start(
    talk: Talk, name: str, case: int = 0, answers: Answers | None = None, **extra: Any
) -> Answer:
    """Open a form in this chat; an open one is kept and can be resumed."""
    form = FORMS[name]
    first = form.asked(answers or {})
    at = CHECK if form.overview or not first else first[0].name
    data: dict[str, Any] = {"answers": dict(answers or {}), "voice": {}, "files": [], "at": at}
    draft = Draft(0, talk.chat.id, talk.chat.person, name, case, data=data | extra)
    if not form.overview and first and at in draft.data["answers"]:
        draft.data["at"] = next_open(form, draft, at)
    draft = talk.book.new_draft(draft, talk.now)
    talk.chat.draft = draft.id
    return ask(talk, draft)


def resume(talk: Talk, draft: Draft) -> Answer:
    """Go on with a saved form where it was left."""
    draft.chat = talk.chat.id
    talk.chat.draft = draft.id
    talk.book.save_draft(draft, talk.now)
    return ask(talk, draft)


def open_draft(talk: Talk) -> Draft | None:
    """The form open in this chat."""
    draft = talk.book.draft(talk.chat.draft) if talk.chat.draft else None
    return draft if draft and not draft.done else None


def again(talk: Talk, draft: Draft) -> Answer:
    """For a form's `submit`: nothing was done, what was written stays, and is read back."""
    save(talk, draft)
    return ask(talk, draft)


def written(talk: Talk, draft: Draft) -> str:
    """The words that somebody has typed into a form, whole."""
    form, answers = FORMS[draft.form], draft.data["answers"]
    return "\n\n".join(
        talk.say("form.line", label=talk.say(f"label.{step.name}"), value=answers[step.name])
        for step in form.asked(answers)
        if step.check and answers.get(step.name)
    )
