"""Somebody's answers: words, files, places, contacts; and a form that is complete."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import pieces
from handlers.forms import CHECK, FORMS, PIECE, Form, Step
from handlers.forms.asking import answered, ask, next_open, press, save
from handlers.forms.drafts import open_draft
from handlers.talk import Answer, Talk
from petitions.book import Draft
from petitions.errors import BadAnswer, PetitionError
from petitions.message import Button, Message
from petitions.values import checks


def go_on(talk: Talk, draft: Draft, name: str, note: str = "") -> Answer:
    form = FORMS[draft.form]
    draft.data["at"] = next_open(form, draft, name)
    draft.data.pop("more", None)
    draft.data.pop("page", None)
    if draft.data["at"] == CHECK and not form.checked:
        return [*([Message(note)] if note else []), *submit(talk, draft)]
    save(talk, draft)
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
        return take(talk, draft, step, picked)
    if step.check is None:
        return ask(talk, draft, talk.say("form.choose"))
    pieces.note(talk, draft, text, count, step.long)
    before = draft.data["answers"].get(step.name, "") if draft.data.get("more") else ""
    value = step.check(talk, f"{before}\n{text}" if before else text)
    said = _told(talk, text, count, len(value))
    if _may_go_on(talk, form, step):
        draft.data["answers"][step.name] = value
        draft.data["more"] = True
        save(talk, draft)
        return ask(talk, draft, "\n\n".join(filter(None, (said, talk.say("form.more")))))
    return take(talk, draft, step, value, said)


def _told(talk: Talk, text: str, count: int, length: int) -> str:
    """Everything that was done with a typed answer besides keeping it."""
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


def take(talk: Talk, draft: Draft, step: Step, value: str, note: str = "") -> Answer:
    draft.data["answers"][step.name] = value
    draft.data["voice"].pop(step.name, None)
    turn = FORMS[draft.form].turn
    to = turn(draft, step.name) if turn else None
    if to:
        draft.data["at"] = to
        save(talk, draft)
        return ask(talk, draft, note)
    return go_on(talk, draft, step.name, note)


def on_file(talk: Talk, draft: Draft) -> Answer:
    """A photo, document, voice message or video, with or without a caption."""
    form, incoming = FORMS[draft.form], talk.incoming
    if incoming.file is None:
        return ask(talk, draft)
    at = draft.data["at"]
    if incoming.voice and at != CHECK and form.step(at).voice:
        draft.data["voice"][at] = incoming.file.id
        draft.data["answers"].pop(at, None)
        return go_on(talk, draft, at, talk.say("form.voice_kept"))
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
    return step if step and not answered(draft, step.name) else None


def _offer_place(talk: Talk, draft: Draft) -> Answer:
    """Where a photo was taken may answer where, if the person wants it: the file that is passed
    on doesn't say it any more."""
    incoming = talk.incoming
    if incoming.taken_at is None or incoming.file is None or _open_place(draft) is None:
        return []
    id = str(incoming.file.id)
    draft.data.setdefault("taken_at", {})[id] = incoming.taken_at
    talk.book.save_draft(draft, talk.now)
    use = Button(talk.say("button.photo_place"), press(draft, "spot", id))
    return [Message(talk.say("form.photo_place"), ((use,),))]


def spot(talk: Talk, draft: Draft, arg: str) -> Answer:
    """The place of a photo as the answer where."""
    step, where = _open_place(draft), draft.data.get("taken_at", {}).get(arg)
    if step is None or where is None:
        return talk.toast("bad.stale")
    text = _location(talk, where)
    if draft.data["at"] == step.name:
        return take(talk, draft, step, text)
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
        return take(talk, draft, form.step(at), text)
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


def submit(talk: Talk, draft: Draft) -> Answer:
    form = FORMS[draft.form]
    missing = [
        s.name for s in form.asked(draft.data["answers"])
        if not form.overview and not s.skip and not answered(draft, s.name)
    ]  # fmt: skip
    if missing:
        draft.data["at"] = missing[0]
        save(talk, draft)
        return ask(talk, draft, talk.say("form.missing"))
    rev = draft.rev
    answer = form.submit(talk, draft)
    if draft.rev != rev:
        return answer  # by `again`: it stays open
    draft.done = True
    # Everything written into it goes with the case it has led to.
    draft.case = draft.case or next((m.case for m in answer if m.case), 0)
    number = draft.data.get("number", "")
    draft.data = {"answers": {}, "voice": {}, "files": [], "at": CHECK, "number": number}
    if talk.chat.draft == draft.id:
        talk.chat.draft = 0
    save(talk, draft)
    return answer


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
        save(talk, draft)
    return ask(talk, draft, error.sentence(talk.lang))
