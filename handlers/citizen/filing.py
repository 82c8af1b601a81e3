"""Filing a petition: what happened, what you ask for, where, who you are, read back, sent."""

from __future__ import annotations

from dataclasses import replace

from handlers import forms, pieces
from handlers.citizen import hiding, joint, own
from handlers.forms import Answers, Form, Step, answering, asking, drafts
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft, NewText
from petitions.matters import whom
from petitions.message import Button, Message, packed
from petitions.telling import receipts
from petitions.values import checks
from petitions.values.person import Audience, Identity
from petitions.verbs import access
from petitions.verbs.filing import Filing, submit
from petitions.words import name_in

HERE = "here"
"""The answer "only in this chat" to how to reach somebody."""
UNNAMED = "unnamed"
"""The answer of somebody who accuses and gives no name."""


def _named(answers: Answers) -> bool:
    return answers.get("name") != UNNAMED


def choices_of_name(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Somebody who accuses may give no name."""
    return [(UNNAMED, talk.say("choice.unnamed"))]


def _contact_choices(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(HERE, talk.say("choice.here"))]


def _sure_choices(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [("yes", talk.say("choice.unnamed_yes")), ("no", talk.say("choice.unnamed_no"))]


def _turn(draft: Draft, step: str) -> str | None:
    """A petitioner who rather gives a name after all is asked for it."""
    answers = draft.data["answers"]
    if step == "unnamed_sure" and answers[step] == "no":
        del answers["name"], answers["unnamed_sure"]
        return "name"
    return None


def _submit(talk: Talk, draft: Draft) -> Answer:
    answers, voices = draft.data["answers"], draft.data["voice"]

    def text(part: str) -> NewText:
        return NewText(part, answers.get(part, ""), file=voices.get(part, 0))

    unnamed = not _named(answers)
    contact = answers.get("contact", "")
    hidden = whom.spelled(talk.office, answers.get("hidden", ""))
    filing = Filing(
        facts=text("facts"),
        request=text("request"),
        place=text("place"),
        identity=Identity(
            name="" if unnamed else answers.get("name", ""),
            address=answers.get("address", ""),
            contact="" if contact == HERE else contact,
        ),
        hidden="" if hidden == hiding.NOBODY else hidden,
        unnamed=unnamed,
        files=tuple(draft.data["files"]),
        unit=str(draft.data.get("unit", "")),
        extra=tuple(
            NewText(part, "", Audience.BUREAU, voices[part])
            for part in ("name", "address", "contact", "hidden")
            if part in voices
        ),
    )
    given = submit(talk.book, talk.office, talk.chat, draft.person, filing, talk.now)
    draft.data["number"] = given.petition.number
    later = talk.tell("filing.read_later") if given.petition.waits else []
    receipt = receipts.receipt(talk.office, given, talk.lang)
    return [receipt, *later, *_same_again(talk, draft.person)]


def _same_again(talk: Talk, person: int) -> Answer:
    """Somebody whose matter was closed files again: if it is the same one, a call is offered."""
    buttons = [
        Button(talk.say("button.same_matter", number=number), packed("m", case, "come_again"))
        for case, number in talk.book.ended_cases(person)
    ]
    return [Message(talk.say("filing.same_matter"), stacked(*buttons))] if buttons else []


PETITION = forms.register(
    Form(
        "petition",
        (
            Step("facts", lambda t, x: checks.words(x), voice=True, long=True),
            Step("request", lambda t, x: checks.words(x, checks.MIDDLE), voice=True),
            Step("place", lambda t, x: checks.line(x), voice=True, place=True),
            Step("name", lambda t, x: checks.name(x), choices_of_name, voice=True),
            Step(
                "unnamed_sure", None, _sure_choices,
                when=lambda answers: answers.get("name") == UNNAMED,
            ),
            Step("address", lambda t, x: checks.line(x), voice=True, when=_named),
            Step(
                "contact", lambda t, x: checks.phone(x, t.office.dial), _contact_choices,
                voice=True, contact=True,
            ),
            Step("hidden", lambda t, x: checks.line(x), hiding.choices, voice=True),
        ),
        _submit,
        keep=True,
        notes=hiding.notes,
        turn=_turn,
    )
)  # fmt: skip


def new(talk: Talk, rest: str = "") -> Answer:
    """/new: the notice first, then the first question; an open draft is offered again. Words
    written after it are kept, and asked about."""
    if rest not in ("", "fresh"):
        return loose(talk, rest)
    waiting = [d for d in talk.book.drafts_of(talk.chat.person) if d.form == "petition"]
    if waiting and rest != "fresh":
        draft = waiting[0]
        rows = stacked(
            talk.button("button.go_on", "new", "resume", draft.id),
            talk.button("button.fresh", "new", "fresh"),
        )
        text = asking.shown(talk, PETITION, PETITION.steps[0], draft)
        return [Message(talk.say("new.waiting", text=text[:200]), rows)]
    if talk.chat.agreed_at is None:
        return notice(talk)
    return (joint.before_filing(talk) if rest != "fresh" else None) or _begin(talk)


def at_poster(talk: Talk, unit: str) -> Answer:
    """A poster's QR code (扫码自助登记): the form with place and unit filled in; an open draft
    goes first."""
    if talk.chat.agreed_at is None:
        rows = stacked(
            talk.button("button.agree", "new", "poster", unit),
            talk.button("button.disagree", "new", "disagree"),
        )
        return [replace(notice(talk)[0], rows=rows)]
    if any(d.form == "petition" for d in talk.book.drafts_of(talk.chat.person)):
        return new(talk)
    places = talk.office.units[unit].places
    answer = _begin(talk, {"place": places[0]} if places else {})
    draft = drafts.open_draft(talk)
    if draft:
        draft.data["unit"] = unit
        talk.book.save_draft(draft, talk.now)
    here = talk.say("filing.poster", unit=talk.office.unit_name(unit, talk.lang))
    return [Message(here), *answer]


def _begin(talk: Talk, answers: Answers | None = None, files: list[int] | None = None) -> Answer:
    if not talk.chat.person:
        talk.chat.person = talk.book.new_person(talk.chat.id, talk.now).id
    answer = drafts.start(talk, "petition", answers=answers)
    draft = drafts.open_draft(talk)
    if files and draft:
        draft.data["files"] = files
        talk.book.save_draft(draft, talk.now)
    return answer


def notice(talk: Talk) -> Answer:
    """Two lines before the first text: what is kept, why, how long, who sees it."""
    rows = stacked(
        talk.button("button.agree", "new", "agree"),
        talk.button("button.disagree", "new", "disagree"),
    )
    return [Message(talk.say("privacy.short", bureau=talk.office.front.name(talk.lang)), rows)]


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """Buttons around the start of a filing."""
    match parts:
        case ["agree"]:
            talk.chat.agreed_at = talk.now
            return _begin(talk)
        case ["poster", unit] if unit in talk.office.units:
            talk.chat.agreed_at = talk.now
            return at_poster(talk, unit)
        case ["disagree"]:
            return [Message(talk.say("privacy.disagree", **front(talk)))]
        case ["fresh"]:
            return _begin(talk) if talk.chat.agreed_at else notice(talk)
        case ["resume", id] if id.isdecimal():
            draft = talk.book.draft(int(id[:15]))
            mine = draft and draft.person == talk.chat.person and draft.person
            if draft and mine and not draft.done and draft.form in forms.FORMS:
                return drafts.resume(talk, draft)
        case ["start"]:
            return new(talk)
    return talk.toast("bad.stale")


def front(talk: Talk) -> dict[str, str]:
    """The window: where it is, when it is open, its telephone."""
    unit = talk.office.front
    return {
        "name": unit.name(talk.lang),
        "address": name_in(talk.lang, unit.address),
        "hours": name_in(talk.lang, unit.hours),
        "phone": unit.phone,
    }


# Something said outside every form


def loose(talk: Talk, story: str = "") -> Answer:
    """Words, a voice or a photo that no question asked for: kept, and asked about."""
    incoming = talk.incoming
    if not talk.chat.person:
        return talk.tell("person.who", (talk.button("button.come_back", "person", "pin"),))
    draft = kept(talk)
    if draft is None:
        draft = talk.book.new_draft(
            Draft(0, talk.chat.id, talk.chat.person, "loose",
                  data={"answers": {}, "voice": {}, "files": [], "at": forms.CHECK}),
            talk.now,
        )  # fmt: skip
    if incoming.text:
        text, count = pieces.whole(talk, draft, story or talk.text)
        pieces.note(talk, draft, text, count, long=True)
        before = draft.data["answers"].get("facts", "")
        draft.data["answers"]["facts"] = checks.words(f"{before}\n{text}" if before else text)
    if incoming.place or incoming.voice:
        draft.data.pop("head", None)
    if incoming.file and incoming.voice and not draft.data["answers"].get("facts"):
        draft.data["voice"]["facts"] = incoming.file.id
    elif incoming.file:
        draft.data["files"].append(incoming.file.id)
    if incoming.place:
        draft.data["answers"]["place"] = answering.place_of(talk)
    asked = bool(incoming.album) and draft.data.get("album") == incoming.album
    draft.data["album"] = incoming.album
    draft.rev += not asked  # the question for the album stands for all of it
    talk.book.save_draft(draft, talk.now)
    return [] if asked else _ask_loose(talk, draft)


def refused(talk: Talk) -> None:
    """Words outside a form that weren't taken: what follows of them isn't taken alone."""
    draft = kept(talk)
    if draft:
        text, count = pieces.whole(talk, draft, talk.incoming.text)
        if pieces.note(talk, draft, text, count, long=False):
            talk.book.save_draft(draft, talk.now)


def kept(talk: Talk) -> Draft | None:
    """The draft that was kept a moment ago and isn't yet decided upon."""
    for draft in talk.book.drafts_of(talk.chat.person):
        if draft.form == "loose" and draft.chat == talk.chat.id:
            return draft
    return None


def _ask_loose(talk: Talk, draft: Draft) -> Answer:
    buttons = [talk.button("button.file_this", "loose", draft.id, draft.rev, "file")]
    cases = [c for c in talk.book.cases_of(talk.chat.person) if c.status != "withdrawn"]
    named = [c for c in cases if c.number in talk.incoming.replied]
    for case in named or cases[:5]:
        label = talk.say("button.add_to", number=case.number)
        buttons.append(Button(label, packed("loose", draft.id, draft.rev, "add", case.id)))
        if named:
            ask = talk.button("button.ask_handler", "loose", draft.id, draft.rev, "ask", case.id)
            buttons.append(ask)
    buttons.append(talk.button("button.drop", "loose", draft.id, draft.rev, "drop"))
    key = "loose.which" if cases else "loose.file"
    text = talk.say(key)
    if talk.chat.agreed_at is None:
        short = talk.say("privacy.short", bureau=talk.office.front.name(talk.lang))
        text = f"{text}\n\n{short}"
    return [Message(text, stacked(*buttons))]


def on_loose(talk: Talk, parts: list[str]) -> Answer:
    """The press that decides about a kept draft: `draft:rev:verb[:case]`."""
    if len(parts) < 3 or not all(p.isdecimal() and len(p) < 16 for p in parts[:2]):
        return talk.toast("bad.stale")
    draft = talk.book.draft(int(parts[0]))
    if draft is None or draft.person != talk.chat.person or draft.done or draft.form != "loose":
        return talk.toast("bad.stale")
    if draft.rev != int(parts[1]):
        return [*talk.toast("bad.stale"), *_ask_loose(talk, draft)]
    data = draft.data
    match parts[2:]:
        case ["file"]:
            talk.chat.agreed_at = talk.chat.agreed_at or talk.now
            talk.book.drop_draft(draft.id)
            answer = _begin(talk, data["answers"], data["files"])
            fresh = drafts.open_draft(talk)
            if fresh and data["voice"]:
                fresh.data["voice"] = data["voice"]
                fresh.data["at"] = "request"
                talk.book.save_draft(fresh, talk.now)
                answer = asking.ask(talk, fresh)
            return answer
        case [("add" | "ask") as verb, id] if id.isdecimal() and len(id) < 16:
            petition = access.own(talk.book, int(id), talk.chat.person)
            part = "supplement" if verb == "add" else "question"
            given = {"files": data["files"], "voice": {}}
            if data["answers"].get("facts"):
                given[part] = data["answers"]["facts"]
            if "facts" in data["voice"]:
                given["voice"] = {part: data["voice"]["facts"]}
            if verb == "ask" and part not in given and part not in given["voice"]:
                return talk.toast("bad.needs_words")
            own.act(talk, petition.id, part, given)
            talk.book.drop_draft(draft.id)
            return talk.tell(f"done.{part}", number=petition.number)
        case ["drop"]:
            talk.book.drop_draft(draft.id)
            return talk.tell("form.dropped")
    return talk.toast("bad.stale")
