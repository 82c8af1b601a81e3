"""Hot matters: what many people write about at once, and what can be done for all of them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from handlers.forms import drafts
from handlers.officer.case import officer
from handlers.talk import Answer, Talk, grid, stacked
from petitions.case.rows import OPEN
from petitions.counting.hot import Matter
from petitions.errors import NotYours, PetitionError, Unknown
from petitions.message import Button, Curve, Message, packed
from petitions.telling import views
from petitions.telling.news import hot_text
from petitions.values.person import Actor, Officer, Role
from petitions.verbs import acting

LIST = 8
"""Matters, or cases of one, shown at once."""
READERS = frozenset({Role.SUPERVISOR, Role.LEADER})


def _reader(talk: Talk) -> Officer:
    me = officer(talk)
    if me.role not in READERS or me.unit != talk.office.bureau:
        raise NotYours("bad.not_yours")
    return me


def show(talk: Talk, rest: str = "") -> Answer:
    """/hot: matters that many write about, the newest first."""
    _reader(talk)
    found = talk.book.hot_matters("open")
    lines = [talk.say("hot.head" if found else "hot.none", count=len(found))]
    buttons = []
    for matter in found[:LIST]:
        lines += ["", hot_text(talk.book, matter, talk.lang)]
        label = talk.say("hot.short", people=matter.people,
                         words=talk.listed(matter.phrases[:1]))  # fmt: skip
        buttons.append(Button(label, packed("hot", "one", matter.id)))
    buttons.append(talk.button("button.desk", "q2", "desk"))
    return [Message("\n".join(lines), stacked(*buttons))]


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`list`; `one`, `cases`, `link`, `linked`, `campaign`, `suggest`, `dismiss` and an id."""
    me = _reader(talk)
    match parts:
        case ["list"]:
            return show(talk)
        case [verb, id] if id.isdecimal() and len(id) < 16:
            matter = next((m for m in talk.book.hot_matters("open") if m.id == int(id)), None)
            if matter is None:
                raise Unknown("bad.hot_gone")
            return _do(talk, me, verb, matter)
    return talk.toast("bad.stale")


def _do(talk: Talk, me: Officer, verb: str, matter: Matter) -> Answer:
    if verb == "one":
        return _one(talk, me, matter)
    if verb == "cases":
        return _cases(talk, matter)
    if me.role is not Role.SUPERVISOR:
        raise NotYours("bad.not_yours")
    match verb:
        case "link":
            rows = stacked(
                talk.button("button.hot_linked", "hot", "linked", matter.id),
                talk.button("button.back", "hot", "one", matter.id),
            )
            said = talk.say("hot.check_link", count=len(_open(talk, matter)))
            return [Message(said, rows)]
        case "linked":
            return _linked(talk, me, matter)
        case "campaign":
            # Its name is kept in the open: no petitioner's words go there by themselves.
            answers = {"campaign_first": matter.first.isoformat()}
            return drafts.start(talk, "campaign", answers=answers)
        case "suggest":
            words = hot_text(talk.book, matter, talk.office.languages[0])
            answers = {"suggestion_kind": "policy", "suggestion": words}
            return drafts.start(talk, "suggest", answers=answers)
        case "dismiss":
            talk.book.settle_hot(matter.id, "dismissed")
            return [*talk.tell("hot.dismissed"), *show(talk)]
    return talk.toast("bad.stale")


def _one(talk: Talk, me: Officer, matter: Matter) -> Answer:
    buttons = [talk.button("button.hot_cases", "hot", "cases", matter.id)]
    if me.role is Role.SUPERVISOR:
        buttons += [
            talk.button(f"button.hot_{verb}", "hot", verb, matter.id)
            for verb in ("link", "campaign", "suggest", "dismiss")
        ]
    buttons.append(talk.button("button.back", "hot", "list"))
    text = hot_text(talk.book, matter, talk.lang)
    return [Message(text, grid(buttons, 2), chart=_curve(talk, matter))]


def _curve(talk: Talk, matter: Matter) -> Curve:
    """How it grew."""
    hidden = talk.hidden
    shown = [id for id in matter.cases if id not in hidden]
    counts = Counter(talk.book.petition(id).received_on for id in shown)
    days = [matter.first + timedelta(days=n) for n in range((matter.last - matter.first).days + 1)]
    return Curve(
        talk.say("hot.title", people=matter.people, words=talk.listed(matter.phrases[:2])),
        tuple(d.isoformat() for d in days), tuple(counts[d] for d in days),
        talk.say("hot.note"),
    )  # fmt: skip


def _cases(talk: Talk, matter: Matter) -> Answer:
    """Its cases, without names or words; whoever opens one is asked for their right there."""
    hidden = talk.hidden
    cases = [id for id in matter.cases[::-1] if id not in hidden]
    lines = [talk.say("hot.cases", count=len(cases))]
    buttons = []
    for id in cases[: 2 * LIST]:
        case = talk.book.petition(id)
        unit = talk.office.unit_name(case.unit, talk.lang)
        lines.append(f"{case.number} · {talk.say(f'status.{case.status}')} · {unit}")
        buttons.append(views.case_button(case))
    if len(cases) > 2 * LIST:
        lines.append(talk.say("brief.more", count=len(cases) - 2 * LIST))
    back = (talk.button("button.back", "hot", "one", matter.id),)
    return [Message("\n".join(lines), (*grid(buttons, 2), back))]


def _open(talk: Talk, matter: Matter) -> list[int]:
    hidden = talk.hidden
    return [id for id in matter.cases
            if id not in hidden and talk.book.petition(id).status in OPEN]  # fmt: skip


def _linked(talk: Talk, me: Officer, matter: Matter) -> Answer:
    """Link what isn't over, so that it is handled together; no petitioner hears of it, and none
    is joined with another before each has said yes."""
    first, *others = _open(talk, matter) or [0]
    if not others:
        raise Unknown("bad.hot_over")
    main, done = talk.book.petition(first), 0
    for id in others:
        try:
            acting.act(talk.book, talk.office, id, "link", Actor.officer(me),
                       {"into": main.number, "why": talk.say("hot.why")}, talk.now)  # fmt: skip
            done += 1
        except PetitionError:
            continue  # linked already, or no longer possible
    said = talk.say("hot.linked", count=done, number=main.number)
    return [Message(said, ((views.case_button(main),),))]
