"""Danger to life, told to the duty desk: read it, answer it."""

from __future__ import annotations

from handlers import forms
from handlers.forms import Form, Step, drafts
from handlers.officer.case import officer, open_case, sees
from handlers.talk import Answer, Talk
from petitions.book import Draft, Planned
from petitions.case import recipients
from petitions.errors import NotYours
from petitions.values import checks
from petitions.values.person import Officer


def _on_duty(talk: Talk, unit: str) -> Officer:
    """The officer told of a danger may answer: one on duty in the unit it was told to. Raises
    NotYours."""
    officer(talk)
    here = [one for one in recipients.on_duty(talk.book, talk.office, unit)
            if one.chat == talk.chat.id]  # fmt: skip
    if not here:
        raise NotYours("bad.not_yours")
    return here[0]


def _danger(talk: Talk, id: str) -> tuple[Officer, Draft] | None:
    """The officer who answers, and the draft; None: it was erased. Raises NotYours."""
    draft = talk.book.draft(int(id))
    if draft is None or draft.done or not draft.data.get("danger_text"):
        return None
    return _on_duty(talk, draft.data.get("unit") or talk.office.bureau), draft


def on_duty(talk: Talk, parts: list[str]) -> Answer:
    """Answer somebody whose message spoke of danger."""
    if len(parts) != 1 or not parts[0].isdecimal() or len(parts[0]) > 15:
        return talk.toast("bad.stale")
    found = _danger(talk, parts[0])
    if found is None:
        return talk.toast("duty.gone")
    _, draft = found
    if filed := talk.book.by_number(draft.data.get("number", "")):
        return open_case(talk, filed) if sees(talk, filed) else talk.toast("bad.not_yours")
    return drafts.start(talk, "duty_answer", to=draft.chat, of=draft.id)


def _submit_duty(talk: Talk, draft: Draft) -> Answer:
    found = _danger(talk, str(draft.data.get("of", 0)))
    if found is None:
        return talk.toast("duty.gone")
    me, _ = found
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
