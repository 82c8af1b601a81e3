"""Buttons of a form, by the verb in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from handlers.forms import CHECK, FORMS
from handlers.forms.answering import go_on, spot, submit, take
from handlers.forms.asking import answered, ask, press, save
from handlers.talk import Answer, Talk
from petitions.book import Draft
from petitions.message import Button

# Presses


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """A button of a form: `draft:rev:verb:arg`."""
    draft, rev, verb, arg = _read(talk, parts)
    if draft is None:
        return talk.toast("bad.stale")
    if draft.done:
        number = draft.data.get("number", "")
        return talk.toast("bad.already_filed", number=number) if number else talk.toast("bad.stale")
    if rev != draft.rev:
        talk.chat.draft = draft.id
        return [*talk.toast("bad.stale"), *ask(talk, draft)]
    talk.chat.draft = draft.id
    draft.data.pop("head", None)  # whoever pressed has answered: nothing of a text follows any more
    return PRESSES[verb](talk, draft, arg) if verb in PRESSES else talk.toast("bad.stale")


def _read(talk: Talk, parts: list[str]) -> tuple[Draft | None, int, str, str]:
    if len(parts) != 4 or not parts[0].isdecimal() or not parts[1].isdecimal():
        return None, 0, "", ""
    if len(parts[0]) > 15 or len(parts[1]) > 9:
        return None, 0, "", ""
    draft = talk.book.draft(int(parts[0]))
    if draft is None or draft.chat != talk.chat.id or draft.form not in FORMS:
        return None, 0, "", ""
    if draft.person != talk.chat.person:
        return None, 0, "", ""
    return draft, int(parts[1]), parts[2], parts[3]


def _pick(talk: Talk, draft: Draft, arg: str) -> Answer:
    if draft.data["at"] == CHECK or not arg.isdecimal():
        return talk.toast("bad.stale")
    step = FORMS[draft.form].step(draft.data["at"])
    choices = step.choices(talk, draft) if step.choices else []
    if len(arg) > 4 or int(arg) >= len(choices):
        return talk.toast("bad.stale")
    return take(talk, draft, step, choices[int(arg)][0])


def _page(talk: Talk, draft: Draft, arg: str) -> Answer:
    draft.data["page"] = int(arg) if arg.isdecimal() and len(arg) < 4 else 0
    talk.book.save_draft(draft, talk.now)
    return [replace(m, in_place=True) for m in ask(talk, draft)]


def _skip(talk: Talk, draft: Draft, arg: str) -> Answer:
    at = draft.data["at"]
    if at == CHECK or not FORMS[draft.form].step(at).skip:
        return talk.toast("bad.stale")
    draft.data["answers"][at] = ""
    draft.data["voice"].pop(at, None)
    return go_on(talk, draft, at)


def _done(talk: Talk, draft: Draft, arg: str) -> Answer:
    at = draft.data["at"]
    if at == CHECK or not answered(draft, at):
        return talk.toast("bad.stale")
    return go_on(talk, draft, at)


def _back(talk: Talk, draft: Draft, arg: str) -> Answer:
    form, at = FORMS[draft.form], draft.data["at"]
    if at == CHECK:
        return ask(talk, draft)
    asked = [s.name for s in form.asked(draft.data["answers"])]
    place = asked.index(at) if at in asked else 0
    draft.data["at"] = asked[max(0, place - 1)]
    draft.data.pop("more", None)
    draft.data.pop("page", None)
    save(talk, draft)
    return ask(talk, draft)


def _keep(talk: Talk, draft: Draft, arg: str) -> Answer:
    draft.data["back"] = False
    draft.data["at"] = CHECK
    draft.data.pop("more", None)
    save(talk, draft)
    return ask(talk, draft)


def _edit(talk: Talk, draft: Draft, arg: str) -> Answer:
    form = FORMS[draft.form]
    known = arg.isdecimal() and len(arg) < 5 and int(arg) < len(form.steps)
    if draft.data["at"] != CHECK or not known:
        return talk.toast("bad.stale")
    draft.data["at"] = form.steps[int(arg)].name
    draft.data["back"] = True
    save(talk, draft)
    return ask(talk, draft)


def _leave(talk: Talk, draft: Draft, arg: str) -> Answer:
    talk.chat.draft = 0
    return talk.tell("form.saved")


def on_cancel(talk: Talk, draft: Draft, arg: str = "") -> Answer:
    """Leave a form: asks first where something may be worth keeping."""
    if FORMS[draft.form].keep and arg != "yes":
        keep = Button(talk.say("button.save"), press(draft, "save"))
        drop = Button(talk.say("button.delete"), press(draft, "cancel", "yes"))
        stay = Button(talk.say("button.go_on"), press(draft, "stay"))
        return talk.tell("form.really", (stay,), (keep,), (drop,))
    talk.chat.draft = 0
    talk.book.drop_draft(draft.id)
    return talk.tell("form.dropped")


def _stay(talk: Talk, draft: Draft, arg: str) -> Answer:
    return ask(talk, draft)


def _sight(talk: Talk, draft: Draft, arg: str) -> Answer:
    sight = FORMS[draft.form].sight
    if draft.data["at"] != CHECK or sight is None:
        return talk.toast("bad.stale")
    return sight(talk, draft)


def _submit_press(talk: Talk, draft: Draft, arg: str) -> Answer:
    if draft.data["at"] != CHECK:
        return talk.toast("bad.stale")
    return submit(talk, draft)


PRESSES: dict[str, Callable[[Talk, Draft, str], Answer]] = {
    "pick": _pick,
    "page": _page,
    "skip": _skip,
    "done": _done,
    "back": _back,
    "keep": _keep,
    "edit": _edit,
    "save": _leave,
    "spot": spot,
    "cancel": on_cancel,
    "stay": _stay,
    "sight": _sight,
    "submit": _submit_press,
}
