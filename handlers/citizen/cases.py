"""My matters: the list, the status card, and what the petitioner can do in each case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers import forms
from handlers.citizen import hiding
from handlers.forms import Answers, Form, Step, drafts
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.case import lifecycle, receipt
from petitions.errors import BadAnswer
from petitions.law.clocks import day_of, local_day
from petitions.matters import joint, whom
from petitions.message import Archive, Button, Message, packed
from petitions.telling import looks, views
from petitions.telling.card import card as status_card
from petitions.values import actions, categories, checks, titles
from petitions.values.person import Actor, Audience
from petitions.values.petition import Kind, Petition
from petitions.verbs import access, acting
from petitions.verbs.acts.petitioning import CONSENTS
from petitions.words import day, moment

LIST = 6
"""Matters shown at once."""


def me(talk: Talk, petition: Petition) -> Actor:
    """Whoever uses this chat, with their part in a case of theirs."""
    return joint.petitioner(talk.book, petition, talk.chat.person)


def own_cases(talk: Talk) -> list[Petition]:
    """The cases of whoever uses this chat that are theirs, not only opened by number and code."""
    person = talk.chat.person
    found = talk.book.cases_of(person)
    return [case for case in found if not joint.is_guest(talk.book, case, person)]


def act(talk: Talk, case: int, action: str, data: dict[str, Any]) -> Petition:
    """Do something in one's own case."""
    petition = access.own(talk.book, case, talk.chat.person)
    actor = me(talk, petition)
    return acting.act(talk.book, talk.office, case, action, actor, data, talk.now)


def may(talk: Talk, petition: Petition, action: str) -> None:
    """Raises NotYours or NotPossibleNow where whoever uses this chat can't do this now."""
    lifecycle.find(petition, action, me(talk, petition), talk.office)


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


def show_card(talk: Talk, petition: Petition) -> Answer:
    """The status card; in place when it was pressed for."""
    message = status_card(talk.book, talk.office, petition, talk.lang, talk.now, talk.chat.person)
    pressed = talk.incoming.kind == "press" and petition.number in talk.incoming.replied
    return [replace(message, in_place=pressed)]


def _timeline(talk: Talk, petition: Petition) -> Answer:
    actor = me(talk, petition)
    return [views.timeline(talk.book, talk.office, petition, actor, talk.lang)]


def _answer(talk: Talk, petition: Petition) -> Answer:
    """The written answer again, with its files."""
    texts, files = talk.book.texts(petition.id), talk.book.attachments(petition.id)
    seqs = [e.seq for e in talk.book.history(petition.id) if actions.of(e.action).opinion]
    if not seqs:
        return talk.toast("bad.no_answer")
    seen = frozenset({Audience.EVERYBODY})
    body = views.words_of(texts, seqs[-1], seen, talk.lang)
    head = talk.say("answer.head", number=petition.number)
    return [Message("\n\n".join([head, *body]), files=views.files_of(files, seqs[-1], seen))]


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


def _form(name: str) -> Callable[[Talk, Petition], Answer]:
    def begin(talk: Talk, petition: Petition) -> Answer:
        may(talk, petition, _FORM_ACTION[name])
        return drafts.start(talk, name, petition.id, _known(talk, name, petition),
                           number=petition.number)  # fmt: skip

    return begin


def _known(talk: Talk, name: str, petition: Petition) -> Answers:
    """What a form begins with."""
    if name != "details":
        return {}
    texts = talk.book.texts(petition.id)
    newest = {t.part: t.body for t in texts if t.body}
    category = categories.find(petition.category)
    known = {
        "title": newest.get("title") or titles.suggest_title(newest.get("facts", "")),
        "kind": str(petition.kind or ""),
        "category1": (category.parent or category.id) if category else "",
        "category2": category.id if category and category.parent else "",
        "since": newest.get("since", ""),
        "earlier": newest.get("earlier", ""),
        "people": str(petition.people) if petition.people > 1 else "",
    }
    return {k: v for k, v in known.items() if v}


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


def _new_code(talk: Talk, petition: Petition) -> Answer:
    actor = me(talk, petition)
    given = access.renew_code(talk.book, talk.office, petition.id, actor, "", talk.now)
    return talk.tell("done.code", number=petition.number, code=given.code)


def _looks(talk: Talk, petition: Petition) -> Answer:
    """Who of the office looked into this case, and what for."""
    may(talk, petition, "take_file")
    seen = looks.of_case(talk.book, talk.office, petition, talk.lang)
    back = talk.button("button.back", "m", petition.id, "card")
    return [Message(looks.page(talk.lang, seen), ((back,),), case=petition.id)]


def _who(talk: Talk, petition: Petition) -> Answer:
    """Which chats this case is open in: told to whoever may shut them out."""
    may(talk, petition, "shut_out")
    lines = [talk.say("who.head", number=petition.number)]
    others = 0
    for person in access.insiders(talk.book, petition):
        for chat in talk.book.chats_of(person):
            mine = chat.id == talk.chat.id
            others += not mine and person != talk.chat.person
            seen = moment(talk.lang, chat.seen_at, talk.office.zone) if chat.seen_at else "—"
            key = "who.here" if mine else "who.other"
            lines.append(talk.say(key, channel=talk.say(f"channel.{chat.channel}"), seen=seen))
    pin = "button.pin_change" if talk.book.person(talk.chat.person).pin else "button.pin"
    lines += ["", talk.say("who.pin")]
    buttons = [talk.button(pin, "priv", "setpin"),
               talk.button("button.back", "m", petition.id, "card")]  # fmt: skip
    if others:
        buttons.insert(0, talk.button("button.shut_out", "m", petition.id, "shut_out"))
    return [Message("\n".join(lines), stacked(*buttons))]


def _shut_out(talk: Talk, petition: Petition) -> Answer:
    count = access.shut_out(talk.book, talk.office, petition.id, talk.chat, talk.now)
    if not count:
        return talk.tell("who.alone", number=petition.number)
    actor = me(talk, petition)
    given = access.renew_code(talk.book, talk.office, petition.id, actor, "", talk.now)
    return talk.tell("done.shut_out", number=petition.number, code=given.code, count=count)


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
    protect = views.is_protected(petition, actor)
    officer = actor.id if actor.kind == "officer" else 0
    archive = Archive(talk.chat.id, 0 if officer else talk.chat.person, officer, petition.id)
    return [Message(said, archive=archive, protect=protect)]


# The petitioner's forms


def _submit_action(action: str, part: str) -> Callable[[Talk, Draft], Answer]:
    def submit(talk: Talk, draft: Draft) -> Answer:
        data: dict[str, Any] = {"files": draft.data["files"], "voice": {}}
        if draft.data["answers"].get(part):
            data[part] = draft.data["answers"][part]
        if part in draft.data["voice"]:
            data["voice"] = {part: draft.data["voice"][part]}
        petition = act(talk, draft.case, action, data)
        rows = ((talk.button("button.card", "m", petition.id, "card"),),)
        done = talk.tell(f"done.{action}", *rows, number=petition.number)
        return [*done, *offer_to_hide(talk, petition, str(data.get(part, "")))]

    return submit


def offer_to_hide(talk: Talk, petition: Petition, text: str) -> Answer:
    """Somebody writes of the unit that has their case, or of the bureau: is it about them?"""
    actor = me(talk, petition)
    if "hide" not in lifecycle.possible(petition, actor, talk.office):
        return []
    found = whom.speaks_of(talk.office, petition, text)
    if not found:
        return []
    units = talk.listed(talk.office.unit_name(unit, talk.lang) for unit in found)
    rows = ((talk.button("button.hide", "m", petition.id, "hide"),),)
    return talk.tell("hide.offer", *rows, units=units)


def _submit_hide(talk: Talk, draft: Draft) -> Answer:
    """Who must not see it, said later; who has the case then is told with it."""
    answers = draft.data["answers"]
    said = whom.spelled(talk.office, answers.get("hidden", ""))
    data = {"hidden": said, "voice": dict(draft.data["voice"])}
    before = talk.book.petition(draft.case).unit
    petition = act(talk, draft.case, "hide", data)
    rows = ((talk.button("button.card", "m", petition.id, "card"),),)
    key = "done.hide" if petition.unit == before else "done.hide_moved"
    return talk.tell(key, *rows, number=petition.number,
                     unit=talk.office.unit_name(petition.unit, talk.lang))  # fmt: skip


def _submit_supplement(talk: Talk, draft: Draft) -> Answer:
    data = draft.data
    if not data["answers"].get("supplement") and not data["voice"] and not data["files"]:
        raise BadAnswer("bad.nothing_added")
    return _submit_action("supplement", "supplement")(talk, draft)


def _submit_contact(talk: Talk, draft: Draft) -> Answer:
    answers = draft.data["answers"]
    changes = {k: answers[k] for k in ("name", "address", "contact") if answers.get(k)}
    if not changes:
        raise BadAnswer("bad.nothing_added")
    if changes.get("contact") == "here":
        changes["contact"] = ""
    act(talk, draft.case, "contact", {"contact": changes})
    return talk.tell("done.contact", number=draft.data["number"])


def _submit_withdraw(talk: Talk, draft: Draft) -> Answer:
    reason = draft.data["answers"].get("withdraw_reason", "")
    data = {"withdraw_reason": reason} if reason else {}
    petition = act(talk, draft.case, "withdraw", data)
    days = talk.office.rules.limits["take_back"].days
    return talk.tell(
        "done.withdraw",
        (talk.button("button.pressed", "m", petition.id, "pressed"),),
        (talk.button("button.take_back", "m", petition.id, "take_back"),),
        number=petition.number,
        days=days,
    )


def _submit_details(talk: Talk, draft: Draft) -> Answer:
    answers = draft.data["answers"]
    category = chosen_category(answers)
    data: dict[str, Any] = {"category": category}
    for part in ("title", "kind", "since", "earlier", "people", "id_number", "proxy_for",
                 "proxy_consent"):  # fmt: skip
        if answers.get(part):
            data[part] = answers[part]
    if "earlier" in draft.data["voice"]:
        data["voice"] = {"earlier": draft.data["voice"]["earlier"]}
    if draft.data["files"]:
        data["files"] = draft.data["files"]
    petition = act(talk, draft.case, "detail", data)
    return [*talk.tell("done.detail", number=petition.number), *show_card(talk, petition)]


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
    """What there is in the chosen field, and "not sure"."""
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


def _since(talk: Talk, text: str) -> str:
    return checks.since(text, local_day(talk.now, talk.office.zone))


def _for_another(answers: Answers) -> bool:
    return bool(answers.get("proxy_for"))


def _consents(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(code, talk.say(f"consent.{code}")) for code in CONSENTS]


def _here(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [("here", talk.say("choice.here"))]


forms.register(
    Form(
        "supplement",
        (Step("supplement", lambda t, x: checks.words(x), skip=True, voice=True, long=True),),
        _submit_supplement,
    )
)
forms.register(
    Form(
        "question",
        (Step("question", lambda t, x: checks.words(x, checks.MIDDLE), voice=True),),
        _submit_action("question", "question"),
        checked=False,
    )
)
forms.register(
    Form(
        "pressed",
        (Step("pressed", lambda t, x: checks.words(x, checks.MIDDLE), skip=True, voice=True),),
        _submit_action("pressed", "pressed"),
        checked=False,
    )
)
forms.register(
    Form(
        "withdraw",
        (Step("withdraw_reason", lambda t, x: checks.words(x, checks.MIDDLE), skip=True),),
        _submit_withdraw,
        files=False,
    )
)
forms.register(
    Form(
        "contact",
        (
            Step("name", lambda t, x: checks.name(x), skip=True),
            Step("address", lambda t, x: checks.line(x), skip=True),
            Step(
                "contact",
                lambda t, x: checks.phone(x, t.office.dial),
                _here,
                skip=True,
                contact=True,
            ),
        ),
        _submit_contact,
        overview=True,
        files=False,
    )
)
forms.register(
    Form(
        "details",
        (
            Step("title", lambda t, x: checks.title(x), skip=True),
            Step("kind", None, kinds_unsure, skip=True),
            Step("category1", None, first_level, skip=True, columns=2),
            Step(
                "category2",
                None,
                second_level,
                skip=True,
                columns=2,
                when=has_first,
                after="category1",
            ),
            Step("since", _since, skip=True),
            Step("earlier", lambda t, x: checks.words(x, checks.MIDDLE), skip=True, voice=True),
            Step("people", lambda t, x: checks.people(x), skip=True),
            Step(
                "id_number",
                lambda t, x: checks.id_number(x, local_day(t.now, t.office.zone)),
                skip=True,
            ),
            Step("proxy_for", lambda t, x: checks.name(x), skip=True),
            Step("proxy_consent", None, _consents, after="proxy_for", when=_for_another),
        ),
        _submit_details,
        overview=True,
    )
)

forms.register(
    Form(
        "ask_recusal",
        (Step("recusal_why", lambda t, x: checks.words(x, checks.MIDDLE)),),
        _submit_action("ask_recusal", "recusal_why"),
        checked=False,
        files=False,
    )
)

forms.register(
    Form(
        "hide",
        (Step("hidden", lambda t, x: checks.line(x), hiding.of_bureau, voice=True),),
        _submit_hide,
        files=False,
        notes=hiding.notes,
    )
)

_FORM_ACTION = {
    "hide": "hide",
    "ask_recusal": "ask_recusal",
    "supplement": "supplement", "question": "question", "pressed": "pressed",
    "withdraw": "withdraw", "contact": "contact", "details": "detail",
}  # fmt: skip

VERBS: dict[str, Callable[[Talk, Petition], Answer]] = {
    "card": show_card,
    "timeline": _timeline,
    "answer": _answer,
    "reach": _reach,
    "more": _more,
    "call_me": _call_me,
    "take_back": _take_back,
    "confirm": _confirm,
    "code": _new_code,
    "who": _who,
    "looks": _looks,
    "shut_out": _shut_out,
    "file": _file,
    "receipt": _receipt,
    "ask_me": _questions(True),
    "ask_me_nothing": _questions(False),
    **{name: _form(name) for name in _FORM_ACTION},
}
