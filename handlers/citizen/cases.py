"""My matters: the list, the status card, and what the petitioner can do in each case."""

from __future__ import annotations

from collections.abc import Callable

from handlers.citizen.adding import FORM_ACTION, begin
from handlers.citizen.others import looked, new_code, shut_out, who
from handlers.citizen.own import act, may, me, show_card
from handlers.talk import Answer, Talk, stacked
from petitions.case import lifecycle, receipt
from petitions.law.clocks import day_of, local_day
from petitions.message import Archive, Button, Message, packed
from petitions.telling import timeline, views
from petitions.values import actions
from petitions.values.person import Actor, Audience
from petitions.values.petition import Petition
from petitions.verbs import access
from petitions.words import day

LIST = 6
"""Matters shown at once."""


def my(talk: Talk, rest: str = "") -> Answer:
    """/my: everything this person has here, drafts included."""
    return _list(talk, 0)


def _list(talk: Talk, page: int) -> Answer:
    if not talk.chat.person:
        return talk.tell("person.who", (talk.button("button.come_back", "person", "pin"),))
    cases = list(talk.book.cases_of(talk.chat.person))
    drafts = [d for d in talk.book.drafts_of(talk.chat.person) if d.form == "petition"]
    if not cases and not drafts:
        return talk.tell(
            "my.none",
            (talk.button("button.new", "new", "start"),),
            (talk.button("button.track", "track", "start"),),
        )
    page = max(0, min(page, (len(cases) - 1) // LIST))
    part = cases[page * LIST : (page + 1) * LIST]
    lines = [talk.say("my.head", count=len(cases))]
    buttons = []
    for case in part:
        status = talk.say(f"status.{case.status}")
        days = day_of(case.received_on, talk.now, talk.office.zone)
        lines.append(talk.say("my.line", number=case.number, status=status, days=days))
        buttons.append(Button(f"{case.number} · {status}", packed("m", case.id, "card")))
    rows = list(stacked(*buttons))
    turn = []
    if page:
        turn.append(talk.button("button.newer", "my", "list", page - 1))
    if (page + 1) * LIST < len(cases):
        turn.append(talk.button("button.older", "my", "list", page + 1))
    if turn:
        rows.append(tuple(turn))
    for draft in drafts[:3]:
        label = talk.say("button.draft", day=day(
            talk.lang, local_day(draft.changed_at or talk.now, talk.office.zone)))  # fmt: skip
        rows.append((Button(label, packed("new", "resume", draft.id)),))
    rows.append((talk.button("button.new", "new", "start"),))
    return [Message("\n".join(lines), tuple(rows))]


def on_list(talk: Talk, parts: list[str]) -> Answer:
    """Turning the pages of the list."""
    page = int(parts[1]) if len(parts) == 2 and parts[1].isdecimal() and len(parts[1]) < 6 else 0
    return _list(talk, page)


# One case


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """A button of one's own case: `case:verb[:arg]`."""
    if len(parts) < 2 or not parts[0].isdecimal() or len(parts[0]) > 15:
        return talk.toast("bad.stale")
    petition = access.own(talk.book, int(parts[0]), talk.chat.person)
    verb = VERBS.get(parts[1])
    if verb is None:
        return talk.toast("bad.stale")
    talk.book.opened(petition.id, talk.chat.id, talk.now)
    return verb(talk, petition)


def _timeline(talk: Talk, petition: Petition) -> Answer:
    actor = me(talk, petition)
    return [timeline.timeline(talk.book, talk.office, petition, actor, talk.lang)]


def _answer(talk: Talk, petition: Petition) -> Answer:
    """The written answer again, with its files."""
    texts, files = talk.book.texts(petition.id), talk.book.attachments(petition.id)
    seqs = [e.seq for e in talk.book.history(petition.id) if actions.of(e.action).opinion]
    if not seqs:
        return talk.toast("bad.no_answer")
    seen = frozenset({Audience.EVERYBODY})
    body = timeline.words_of(texts, seqs[-1], seen, talk.lang)
    head = talk.say("answer.head", number=petition.number)
    return [Message("\n\n".join([head, *body]), files=timeline.files_of(files, seqs[-1], seen))]


def _reach(talk: Talk, petition: Petition) -> Answer:
    back = talk.button("button.back", "m", petition.id, "card")
    call = talk.button("button.call_me", "m", petition.id, "call_me")
    possible = lifecycle.possible(petition, me(talk, petition), talk.office)
    rows = ((call,), (back,)) if "call_me" in possible else ((back,),)
    return [Message(views.reach(talk.office, petition, talk.lang), rows)]


def _more(talk: Talk, petition: Petition) -> Answer:
    possible = lifecycle.possible(petition, me(talk, petition), talk.office)
    offers = [
        ("details", "detail"), ("contact", "contact"), ("call_me", "call_me"),
        ("ask_recusal", "ask_recusal"), ("hide", "hide"),
        ("withdraw", "withdraw"), ("take_back", "take_back"), ("pressed", "pressed"),
        ("documents", ""), ("file", "take_file"), ("receipt", "renew_code"), ("code", "renew_code"),
        ("who", "shut_out"), ("looks", "take_file"),
        ("joint", "make_joint"), ("joint", "supplement" if petition.members else "make_joint"),
        ("leave_joint", "leave"),
        ("ask_me" if _muted(talk, petition) else "ask_me_nothing", "take_file"),
        ("prove", "ask_check"),
    ]  # fmt: skip
    verbs = dict.fromkeys(verb for verb, action in offers if not action or action in possible)
    buttons = [talk.button(f"button.{verb}", "m", petition.id, verb) for verb in verbs]
    buttons.append(talk.button("button.back", "m", petition.id, "card"))
    return [Message(talk.say("more.head", number=petition.number), stacked(*buttons))]


def _muted(talk: Talk, petition: Petition) -> bool:
    return talk.book.muted(petition.id, talk.chat.person)


def _questions(wanted: bool) -> Callable[[Talk, Petition], Answer]:
    """Questions of the office about one case, on or off; clocks and rights stay on."""

    def set_(talk: Talk, petition: Petition) -> Answer:
        talk.book.mute(petition.id, talk.chat.person, not wanted)
        key = "done.unmuted" if wanted else "done.muted"
        return talk.tell(key, number=petition.number)

    return set_


def _call_me(talk: Talk, petition: Petition) -> Answer:
    act(talk, petition.id, "call_me", {})
    contact = talk.book.identity(petition.id).contact
    key = "done.call_me" if contact else "done.call_me_no_number"
    return talk.tell(
        key, (talk.button("button.contact", "m", petition.id, "contact"),), number=petition.number
    )


def _take_back(talk: Talk, petition: Petition) -> Answer:
    petition = act(talk, petition.id, "take_back", {})
    return [*talk.tell("done.take_back", number=petition.number), *show_card(talk, petition)]


def _confirm(talk: Talk, petition: Petition) -> Answer:
    act(talk, petition.id, "confirm", {})
    return talk.tell("done.confirm", number=petition.number)


def _file(talk: Talk, petition: Petition) -> Answer:
    """The whole file of the case as one archive."""
    may(talk, petition, "take_file")
    return whole_file(talk, petition, me(talk, petition))


def _receipt(talk: Talk, petition: Petition) -> Answer:
    """The signed receipt, as a file."""
    may(talk, petition, "renew_code")
    note = receipt.write(talk.book, talk.office, petition)
    said = talk.say("receipt.signed", number=petition.number)
    return [Message(said, notes=(note,), code=receipt.compact(note[1]), case=petition.id)]


def whole_file(talk: Talk, petition: Petition, actor: Actor) -> Answer:
    """A case's archive for a reader, with its documents as PDF."""
    said = talk.say("file.here", number=petition.number)
    protect = timeline.is_protected(petition, actor)
    officer = actor.id if actor.kind == "officer" else 0
    archive = Archive(talk.chat.id, 0 if officer else talk.chat.person, officer, petition.id)
    return [Message(said, archive=archive, protect=protect)]


VERBS: dict[str, Callable[[Talk, Petition], Answer]] = {
    "card": show_card,
    "timeline": _timeline,
    "answer": _answer,
    "reach": _reach,
    "more": _more,
    "call_me": _call_me,
    "take_back": _take_back,
    "confirm": _confirm,
    "code": new_code,
    "who": who,
    "looks": looked,
    "shut_out": shut_out,
    "file": _file,
    "receipt": _receipt,
    "ask_me": _questions(True),
    "ask_me_nothing": _questions(False),
    **{name: begin(name) for name in FORM_ACTION},
}
