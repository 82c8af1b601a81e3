"""The one form engine: a form is data, the engine asks, checks, skips, goes back, edits
from the check page, saves at every answer and resumes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers import pieces
from handlers.talk import Answer, Talk, grid
from petitions import words
from petitions.book import Draft
from petitions.errors import BadAnswer, PetitionError
from petitions.message import Button, Message, Rows, packed
from petitions.values import checks

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
    """What is said on the check page beside the answers: hints, never a block."""
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
    """What the check page says first."""
    own = f"form.{form.name}.check"
    return own if words.has(own) or not form.action else "form.desk.check"


def submit_key(form: Form) -> str:
    """What the button says that ends the form; without words of its own, the action."""
    own = f"form.{form.name}.submit"
    return own if words.has(own) or not form.action else form.action


def register(form: Form) -> Form:
    """Make a form known by its name."""
    FORMS[form.name] = form
    return form


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
        draft.data["at"] = _next(form, draft, at)
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
    values = {"case": draft.data.get("number", "")}
    question = talk.say(question_key(form, step), **values)
    parts = [note, f"{head}{question}"]
    if at in draft.data["answers"] and not step.choices:
        parts.append(talk.say("form.so_far", text=_short(draft.data["answers"][at])))
    rows = [*_choice_rows(talk, step, draft), *_step_rows(talk, form, step, draft)]
    return [Message("\n\n".join(p for p in parts if p), tuple(rows))]


def _press(draft: Draft, verb: str, arg: object = "") -> str:
    return packed("f", draft.id, draft.rev, verb, arg)


def _choice_rows(talk: Talk, step: Step, draft: Draft) -> list[tuple[Button, ...]]:
    """The choices, by pages; "not sure" (the empty value) stands on every page."""
    choices = list(enumerate(step.choices(talk, draft))) if step.choices else []
    named = [(i, label) for i, (value, label) in choices if value]
    unsure = [(i, label) for i, (value, label) in choices if not value]
    page = max(0, min(int(draft.data.get("page", 0)), (len(named) - 1) // PAGE))
    shown = [
        Button(label, _press(draft, "pick", i))
        for i, label in named[page * PAGE : (page + 1) * PAGE]
    ]
    turn = []
    if page > 0:
        turn.append(Button(talk.say("button.newer"), _press(draft, "page", page - 1)))
    if (page + 1) * PAGE < len(named):
        turn.append(Button(talk.say("button.more"), _press(draft, "page", page + 1)))
    rows = [*grid(shown, step.columns), tuple(turn)]
    rows += [(Button(label, _press(draft, "pick", i)),) for i, label in unsure]
    return [row for row in rows if row]


def _step_rows(talk: Talk, form: Form, step: Step, draft: Draft) -> Rows:
    rows = []
    if draft.data.get("more"):
        rows.append((Button(talk.say("button.thats_all"), _press(draft, "done")),))
    editing = bool(draft.data.get("back"))
    if step.skip and (not editing or draft.data["answers"].get(step.name)):
        label = "button.clear" if editing else "button.skip"
        rows.append((Button(talk.say(label), _press(draft, "skip")),))
    last = []
    asked = form.asked(draft.data["answers"])
    if editing:
        last.append(Button(talk.say("button.unchanged"), _press(draft, "keep")))
    elif step in asked and asked.index(step) > 0:
        last.append(Button(talk.say("button.back"), _press(draft, "back")))
    if form.keep:
        last.append(Button(talk.say("button.save"), _press(draft, "save")))
    last.append(Button(talk.say("button.cancel"), _press(draft, "cancel")))
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
    lines = [talk.say(check_key(form), case=number, action=action)]
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
            _press(draft, "edit", form.steps.index(s)),
        )
        for s in steps
    ]
    submit = Button(talk.say(submit_key(form)), _press(draft, "submit"))
    last = [Button(talk.say("button.cancel"), _press(draft, "cancel"))]
    if form.keep:
        last.insert(0, Button(talk.say("button.save"), _press(draft, "save")))
    rows = ((submit,), *grid(edits, 2), tuple(last))
    if form.overview:
        rows = (*grid(edits, 2), (submit,), tuple(last))
    text = "\n".join(lines)
    return Message(f"{note}\n\n{text}" if note else text, rows)


# Answers


def _save(talk: Talk, draft: Draft) -> None:
    draft.rev += 1
    talk.book.save_draft(draft, talk.now)


def _next(form: Form, draft: Draft, name: str) -> str:
    """The first step after `name` that applies and is still open; else the check page."""
    if draft.data.get("back"):
        following = _open_dependent(form, draft, name)
        if following:
            return following
        draft.data["back"] = False
        return CHECK
    names = [s.name for s in form.steps]
    for step in form.steps[names.index(name) + 1 :]:
        if step.when(draft.data["answers"]) and not _answered(draft, step.name):
            return step.name
    return CHECK


def _open_dependent(form: Form, draft: Draft, name: str) -> str | None:
    """A step that the edit of `name` has newly opened."""
    for step in form.steps:
        if step.name == name or not step.when(draft.data["answers"]):
            continue
        if step.after == name:
            return step.name
        if not step.skip and not form.overview and not _answered(draft, step.name):
            return step.name
    return None


def _answered(draft: Draft, name: str) -> bool:
    return name in draft.data["answers"] or name in draft.data["voice"]


def _go_on(talk: Talk, draft: Draft, name: str, note: str = "") -> Answer:
    form = FORMS[draft.form]
    draft.data["at"] = _next(form, draft, name)
    draft.data.pop("more", None)
    draft.data.pop("page", None)
    if draft.data["at"] == CHECK and not form.checked:
        return [*([Message(note)] if note else []), *_submit(talk, draft)]
    _save(talk, draft)
    return ask(talk, draft, note)


def on_text(talk: Talk, draft: Draft, text: str) -> Answer:
    """A typed answer to the question that stands, or the rest of the one before."""
    form = FORMS[draft.form]
    if talk.incoming.quote and draft.data["at"] != CHECK and form.step(draft.data["at"]).long:
        text = talk.text
    text, count = pieces.whole(talk, draft, text)
    if draft.data["at"] == CHECK:
        return ask(talk, draft, talk.say("form.use_buttons"))
    step = form.step(draft.data["at"])
    picked = _typed_choice(talk, step, draft, text)
    if picked is not None:
        return _take(talk, draft, step, picked)
    if step.check is None:
        return ask(talk, draft, talk.say("form.choose"))
    pieces.note(talk, draft, text, count, step.long)
    before = draft.data["answers"].get(step.name, "") if draft.data.get("more") else ""
    value = step.check(talk, f"{before}\n{text}" if before else text)
    said = _told(talk, text, count, len(value))
    if _may_go_on(talk, form, step):
        draft.data["answers"][step.name] = value
        draft.data["more"] = True
        _save(talk, draft)
        return ask(talk, draft, "\n\n".join(filter(None, (said, talk.say("form.more")))))
    return _take(talk, draft, step, value, said)


def _told(talk: Talk, text: str, count: int, length: int) -> str:
    """What was done with a typed answer besides keeping it."""
    joined = talk.say("form.joined", count=count, length=length) if count > 1 else ""
    gone = checks.gone(text)
    taken = talk.say("form.taken_out", count=gone) if gone else ""
    return "\n".join(filter(None, (joined, taken)))


def _may_go_on(talk: Talk, form: Form, step: Step) -> bool:
    """Whether to ask if there is more of an answer: of a very long one, and where the form would
    be carried out with a part."""
    last = not form.checked and step is form.steps[-1]
    return (step.long and len(talk.incoming.text) >= PIECE) or (last and pieces.goes_on(talk))


def _typed_choice(talk: Talk, step: Step, draft: Draft, text: str) -> str | None:
    """The value whose label somebody typed instead of pressing it."""
    if step.choices is None:
        return None
    wanted = text.strip().casefold()
    return next((v for v, label in step.choices(talk, draft) if label.casefold() == wanted), None)


def _take(talk: Talk, draft: Draft, step: Step, value: str, note: str = "") -> Answer:
    draft.data["answers"][step.name] = value
    draft.data["voice"].pop(step.name, None)
    turn = FORMS[draft.form].turn
    to = turn(draft, step.name) if turn else None
    if to:
        draft.data["at"] = to
        _save(talk, draft)
        return ask(talk, draft, note)
    return _go_on(talk, draft, step.name, note)


def on_file(talk: Talk, draft: Draft) -> Answer:
    """A photo, document, voice message or video, with or without a caption."""
    form, incoming = FORMS[draft.form], talk.incoming
    if incoming.file is None:
        return ask(talk, draft)
    at = draft.data["at"]
    if incoming.voice and at != CHECK and form.step(at).voice:
        draft.data["voice"][at] = incoming.file.id
        draft.data["answers"].pop(at, None)
        return _go_on(talk, draft, at, talk.say("form.voice_kept"))
    if not form.files:
        return ask(talk, draft, talk.say("form.no_files"))
    draft.data["files"].append(incoming.file.id)
    answer = _file_kept(talk, draft, incoming.file.name)
    talk.book.save_draft(draft, talk.now)
    try:
        answer += on_text(talk, draft, incoming.text) if incoming.text else []
    except BadAnswer as error:
        draft = open_draft(talk) or draft  # as it was before the caption
        answer += _refused(talk, draft, error)
    return [*answer, *_offer_place(talk, draft)]


def _file_kept(talk: Talk, draft: Draft, name: str) -> Answer:
    """That a file was kept; of what was sent together once for all of it."""
    album, before = talk.incoming.album, draft.data.get("album", "")
    draft.data["album"] = album
    if album:
        return [] if album == before else [Message(talk.say("form.album_kept"))]
    return [Message(talk.say("form.file_kept", name=name, count=len(draft.data["files"])))]


def _open_place(draft: Draft) -> Step | None:
    """The form's question where, as long as it is open."""
    step = next((s for s in FORMS[draft.form].steps if s.place), None)
    return step if step and not _answered(draft, step.name) else None


def _offer_place(talk: Talk, draft: Draft) -> Answer:
    """Where a photo was taken may answer where, if the person wants it: the file that is passed
    on doesn't say it any more."""
    incoming = talk.incoming
    if incoming.taken_at is None or incoming.file is None or _open_place(draft) is None:
        return []
    id = str(incoming.file.id)
    draft.data.setdefault("taken_at", {})[id] = incoming.taken_at
    talk.book.save_draft(draft, talk.now)
    use = Button(talk.say("button.photo_place"), _press(draft, "spot", id))
    return [Message(talk.say("form.photo_place"), ((use,),))]


def _spot(talk: Talk, draft: Draft, arg: str) -> Answer:
    """The place of a photo as the answer where."""
    step, where = _open_place(draft), draft.data.get("taken_at", {}).get(arg)
    if step is None or where is None:
        return talk.toast("bad.stale")
    text = _location(talk, where)
    if draft.data["at"] == step.name:
        return _take(talk, draft, step, text)
    draft.data["answers"][step.name] = text
    talk.book.save_draft(draft, talk.now)
    return [Message(talk.say("form.place_kept"))]


def _location(talk: Talk, where: Sequence[float]) -> str:
    return talk.say("form.location", lat=f"{where[0]:.5f}", lon=f"{where[1]:.5f}")


def place_of(talk: Talk) -> str:
    """The location that was sent, in words: what it is called, and where it is."""
    where = _location(talk, talk.incoming.place or (0.0, 0.0))
    return "，".join(filter(None, (checks.clean(talk.incoming.named), where)))


def on_place(talk: Talk, draft: Draft) -> Answer:
    """A location: answers the question where, or is kept with the answer."""
    form = FORMS[draft.form]
    text = place_of(talk)
    at = draft.data["at"]
    if at != CHECK and form.step(at).place:
        return _take(talk, draft, form.step(at), text)
    step = next((s for s in form.steps if s.place), None)
    if step is None:
        return ask(talk, draft, talk.say("form.no_place"))
    before = draft.data["answers"].get(step.name, "")
    draft.data["answers"][step.name] = f"{before} {text}".strip()
    draft.data.pop("head", None)
    talk.book.save_draft(draft, talk.now)
    return [Message(talk.say("form.place_kept"))]


def on_contact(talk: Talk, draft: Draft) -> Answer:
    """A shared contact: its number answers the question how to reach somebody."""
    form, at = FORMS[draft.form], draft.data["at"]
    if at != CHECK and form.step(at).contact:
        number = checks.shared(talk.incoming.text, talk.office.dial)
        return on_text(talk, draft, number)
    return ask(talk, draft, talk.say("form.no_contact"))


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
    return _PRESSES[verb](talk, draft, arg) if verb in _PRESSES else talk.toast("bad.stale")


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
    return _take(talk, draft, step, choices[int(arg)][0])


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
    return _go_on(talk, draft, at)


def _done(talk: Talk, draft: Draft, arg: str) -> Answer:
    at = draft.data["at"]
    if at == CHECK or not _answered(draft, at):
        return talk.toast("bad.stale")
    return _go_on(talk, draft, at)


def _back(talk: Talk, draft: Draft, arg: str) -> Answer:
    form, at = FORMS[draft.form], draft.data["at"]
    if at == CHECK:
        return ask(talk, draft)
    asked = [s.name for s in form.asked(draft.data["answers"])]
    place = asked.index(at) if at in asked else 0
    draft.data["at"] = asked[max(0, place - 1)]
    draft.data.pop("more", None)
    draft.data.pop("page", None)
    _save(talk, draft)
    return ask(talk, draft)


def _keep(talk: Talk, draft: Draft, arg: str) -> Answer:
    draft.data["back"] = False
    draft.data["at"] = CHECK
    draft.data.pop("more", None)
    _save(talk, draft)
    return ask(talk, draft)


def _edit(talk: Talk, draft: Draft, arg: str) -> Answer:
    form = FORMS[draft.form]
    known = arg.isdecimal() and len(arg) < 5 and int(arg) < len(form.steps)
    if draft.data["at"] != CHECK or not known:
        return talk.toast("bad.stale")
    draft.data["at"] = form.steps[int(arg)].name
    draft.data["back"] = True
    _save(talk, draft)
    return ask(talk, draft)


def _leave(talk: Talk, draft: Draft, arg: str) -> Answer:
    talk.chat.draft = 0
    return talk.tell("form.saved")


def on_cancel(talk: Talk, draft: Draft, arg: str = "") -> Answer:
    """Leave a form: asks first where something may be worth keeping."""
    if FORMS[draft.form].keep and arg != "yes":
        keep = Button(talk.say("button.save"), _press(draft, "save"))
        drop = Button(talk.say("button.delete"), _press(draft, "cancel", "yes"))
        stay = Button(talk.say("button.go_on"), _press(draft, "stay"))
        return talk.tell("form.really", (stay,), (keep,), (drop,))
    talk.chat.draft = 0
    talk.book.drop_draft(draft.id)
    return talk.tell("form.dropped")


def _stay(talk: Talk, draft: Draft, arg: str) -> Answer:
    return ask(talk, draft)


def _submit_press(talk: Talk, draft: Draft, arg: str) -> Answer:
    if draft.data["at"] != CHECK:
        return talk.toast("bad.stale")
    return _submit(talk, draft)


def _submit(talk: Talk, draft: Draft) -> Answer:
    form = FORMS[draft.form]
    missing = [
        s.name for s in form.asked(draft.data["answers"])
        if not form.overview and not s.skip and not _answered(draft, s.name)
    ]  # fmt: skip
    if missing:
        draft.data["at"] = missing[0]
        _save(talk, draft)
        return ask(talk, draft, talk.say("form.missing"))
    rev = draft.rev
    answer = form.submit(talk, draft)
    if draft.rev != rev:
        return answer  # by `again`: it stays open
    draft.done = True
    # What was written into it goes with the case it has led to.
    draft.case = draft.case or next((m.case for m in answer if m.case), 0)
    number = draft.data.get("number", "")
    draft.data = {"answers": {}, "voice": {}, "files": [], "at": CHECK, "number": number}
    if talk.chat.draft == draft.id:
        talk.chat.draft = 0
    _save(talk, draft)
    return answer


def again(talk: Talk, draft: Draft) -> Answer:
    """For a form's `submit`: nothing was done, what was written stays, and is read back."""
    _save(talk, draft)
    return ask(talk, draft)


def written(talk: Talk, draft: Draft) -> str:
    """What somebody has typed into a form, whole."""
    form, answers = FORMS[draft.form], draft.data["answers"]
    return "\n\n".join(
        talk.say("form.line", label=talk.say(f"label.{step.name}"), value=answers[step.name])
        for step in form.asked(answers)
        if step.check and answers.get(step.name)
    )


_PRESSES: dict[str, Callable[[Talk, Draft, str], Answer]] = {
    "pick": _pick,
    "page": _page,
    "skip": _skip,
    "done": _done,
    "back": _back,
    "keep": _keep,
    "edit": _edit,
    "save": _leave,
    "spot": _spot,
    "cancel": on_cancel,
    "stay": _stay,
    "submit": _submit_press,
}


def failed(talk: Talk, error: PetitionError) -> Answer:
    """A refusal while a form is open: its sentence, and the question again."""
    draft = open_draft(talk)
    if draft is None:
        return [Message(error.sentence(talk.lang))]
    typed = talk.incoming.kind == "text" and not talk.incoming.text.startswith("/")
    if typed and isinstance(error, BadAnswer):
        return _refused(talk, draft, error)
    return ask(talk, draft, error.sentence(talk.lang))


def _refused(talk: Talk, draft: Draft, error: BadAnswer) -> Answer:
    """A text that wasn't taken: the rest of it, if more comes, isn't taken alone either."""
    text, count = pieces.whole(talk, draft, talk.incoming.text)
    if pieces.note(talk, draft, text, count, long=False) or count > 1:
        _save(talk, draft)
    return ask(talk, draft, error.sentence(talk.lang))
