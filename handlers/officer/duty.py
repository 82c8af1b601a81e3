"""Danger to life, told to the duty desk: read it, answer it."""

from __future__ import annotations

from handlers import forms
from handlers.forms import Form, Step
from handlers.officer.case import officer, open_case, sees
from handlers.talk import Answer, Talk
from petitions.book import Draft, Planned
from petitions.errors import NotYours
from petitions.values import checks
from petitions.values.petition import Officer


def _on_duty(talk: Talk) -> Officer:
    """Who is told of dangers may answer: the bureau. Raises NotYours."""
    me = officer(talk)
    if me.unit not in (talk.office.bureau, *talk.office.above(talk.office.bureau)):
        raise NotYours("bad.not_yours")
    return me


def on_duty(talk: Talk, parts: list[str]) -> Answer:
    """Answer somebody whose message spoke of danger."""
    _on_duty(talk)
    if len(parts) != 1 or not parts[0].isdecimal() or len(parts[0]) > 15:
        return talk.toast("bad.stale")
    draft = talk.book.draft(int(parts[0]))
    filed = talk.book.by_number(draft.data.get("number", "")) if draft else None
    if filed:
        return open_case(talk, filed) if sees(talk, filed) else talk.toast("bad.not_yours")
    if draft is None or not draft.data.get("danger_text"):
        return talk.toast("duty.gone")
    return forms.start(talk, "duty_answer", to=draft.chat)


def _submit_duty(talk: Talk, draft: Draft) -> Answer:
    me = _on_duty(talk)
    kept = talk.book.new_draft(
        Draft(0, talk.chat.id, 0, "duty_said", data={"said": draft.data["answers"]["said"]}),
        talk.now,
    )
    chat = int(draft.data["to"])
    facts = {"draft": kept.id}
    talk.book.plan(Planned("duty.answer", 0, str(kept.id), f"chat:{chat}", talk.now, facts))
    return talk.tell("done.duty", unit=talk.office.unit_name(me.unit, talk.lang))


forms.register(
    Form(
        "duty_answer",
        (Step("said", lambda t, x: checks.words(x, checks.MIDDLE)),),
        _submit_duty,
        checked=False,
        files=False,
    )
)
