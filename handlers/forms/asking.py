"""The question at which a form stands, the check page, and what is asked next."""

from __future__ import annotations

from handlers.forms import CHECK, FORMS, PAGE, Form, Step, check_key, question_key, submit_key
from handlers.talk import Answer, Talk, grid
from petitions.book import Draft
from petitions.message import Button, Message, Rows, packed
from petitions.telling import views

# Asking


def ask(talk: Talk, draft: Draft, note: str = "") -> Answer:
    """The question at which the form stands, or the check page."""
    form = FORMS[draft.form]
    at = draft.data["at"]
    if at == CHECK:
        return [_check_page(talk, form, draft, note)]
    step = form.step(at)
    asked = form.asked(draft.data["answers"])
    place = asked.index(step) + 1 if step in asked else 1
    counted = len(asked) > 1 and not draft.data.get("back")
    head = talk.say("form.progress", at=place, of=len(asked)) if counted else ""
    values = {"case": draft.data.get("number", "")} | views.lengths(talk.office, talk.lang)
    question = talk.say(question_key(form, step), **values)
    parts = [note, f"{head}{question}"]
    if at in draft.data["answers"] and not step.choices:
        parts.append(talk.say("form.so_far", text=_short(draft.data["answers"][at])))
    rows = [*_choice_rows(talk, step, draft), *_step_rows(talk, form, step, draft)]
    return [Message("\n\n".join(p for p in parts if p), tuple(rows))]


def press(draft: Draft, verb: str, arg: object = "") -> str:
    return packed("f", draft.id, draft.rev, verb, arg)


def _choice_rows(talk: Talk, step: Step, draft: Draft) -> list[tuple[Button, ...]]:
    """The choices, by pages; "not sure" (the empty value) stands on every page."""
    choices = list(enumerate(step.choices(talk, draft))) if step.choices else []
    named = [(i, label) for i, (value, label) in choices if value]
    unsure = [(i, label) for i, (value, label) in choices if not value]
    page = max(0, min(int(draft.data.get("page", 0)), (len(named) - 1) // PAGE))
    shown = [
        Button(label, press(draft, "pick", i))
        for i, label in named[page * PAGE : (page + 1) * PAGE]
    ]
    turn = []
    if page > 0:
        turn.append(Button(talk.say("button.newer"), press(draft, "page", page - 1)))
    if (page + 1) * PAGE < len(named):
        turn.append(Button(talk.say("button.more"), press(draft, "page", page + 1)))
    rows = [*grid(shown, step.columns), tuple(turn)]
    rows += [(Button(label, press(draft, "pick", i)),) for i, label in unsure]
    return [row for row in rows if row]


def _step_rows(talk: Talk, form: Form, step: Step, draft: Draft) -> Rows:
    rows = []
    if draft.data.get("more"):
        rows.append((Button(talk.say("button.thats_all"), press(draft, "done")),))
    editing = bool(draft.data.get("back"))
    if step.skip and (not editing or draft.data["answers"].get(step.name)):
        label = "button.clear" if editing else "button.skip"
        rows.append((Button(talk.say(label), press(draft, "skip")),))
    last = []
    asked = form.asked(draft.data["answers"])
    if editing:
        last.append(Button(talk.say("button.unchanged"), press(draft, "keep")))
    elif step in asked and asked.index(step) > 0:
        last.append(Button(talk.say("button.back"), press(draft, "back")))
    if form.keep:
        last.append(Button(talk.say("button.save"), press(draft, "save")))
    last.append(Button(talk.say("button.cancel"), press(draft, "cancel")))
    return (*rows, tuple(last))


def shown(talk: Talk, form: Form, step: Step, draft: Draft) -> str:
    """An answer as the person reads it."""
    if step.name in draft.data["voice"]:
        return talk.say("form.voice")
    value = draft.data["answers"].get(step.name)
    if value is None:
        return talk.say("form.open")
    if step.choices:
        labels = dict(step.choices(talk, draft))
        if value in labels:
            return labels[value]
    return value or talk.say("form.open")


def _short(text: str, limit: int = 500) -> str:
    return text if len(text) <= limit else text[:limit].rstrip() + "…"


def _check_page(talk: Talk, form: Form, draft: Draft, note: str) -> Message:
    steps = form.asked(draft.data["answers"])
    action = talk.say(form.action) if form.action else ""
    number = draft.data.get("number", "")
    said = views.lengths(talk.office, talk.lang)
    lines = [talk.say(check_key(form), case=number, action=action, **said)]
    for step in steps:
        label = talk.say(f"label.{step.name}")
        lines.append(
            talk.say("form.line", label=label, value=_short(shown(talk, form, step, draft)))
        )
    if form.files and draft.data["files"]:
        lines.append(talk.say("form.files", count=len(draft.data["files"])))
    if form.notes:
        lines += form.notes(talk, draft)
    edits = [
        Button(
            talk.say("button.edit", label=talk.say(f"label.{s.name}")),
            press(draft, "edit", form.steps.index(s)),
        )
        for s in steps
    ]
    submit = Button(talk.say(submit_key(form)), press(draft, "submit"))
    last = [Button(talk.say("button.cancel"), press(draft, "cancel"))]
    if form.keep:
        last.insert(0, Button(talk.say("button.save"), press(draft, "save")))
    first = [submit]
    if form.sight:
        first.append(Button(talk.say("button.sight"), press(draft, "sight")))
    rows = (tuple(first), *grid(edits, 2), tuple(last))
    if form.overview:
        rows = (*grid(edits, 2), tuple(first), tuple(last))
    text = "\n".join(lines)
    return Message(f"{note}\n\n{text}" if note else text, rows)


# Answers


def save(talk: Talk, draft: Draft) -> None:
    draft.rev += 1
    talk.book.save_draft(draft, talk.now)


def next_open(form: Form, draft: Draft, name: str) -> str:
    """The first step after `name` that applies and is still open; else the check page."""
    if draft.data.get("back"):
        following = _open_dependent(form, draft, name)
        if following:
            return following
        draft.data["back"] = False
        return CHECK
    names = [s.name for s in form.steps]
    for step in form.steps[names.index(name) + 1 :]:
        if step.when(draft.data["answers"]) and not answered(draft, step.name):
            return step.name
    return CHECK


def _open_dependent(form: Form, draft: Draft, name: str) -> str | None:
    """A step that the edit of `name` has newly opened."""
    for step in form.steps:
        if step.name == name or not step.when(draft.data["answers"]):
            continue
        if step.after == name:
            return step.name
        if not step.skip and not form.overview and not answered(draft, step.name):
            return step.name
    return None


def answered(draft: Draft, name: str) -> bool:
    return name in draft.data["answers"] or name in draft.data["voice"]
