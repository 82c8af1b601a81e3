"""/start, /help, /lang, /cancel: they work in every state."""

from __future__ import annotations

from handlers.citizen import filing, joint
from handlers.citizen.filing import front
from handlers.citizen.track import at_pin_link, track
from handlers.forms import asking, drafts, presses
from handlers.officer import desk, login
from handlers.talk import Answer, Talk, stacked
from petitions.errors import NotYours
from petitions.message import Button, Message, packed
from petitions.telling import staffing
from petitions.values import codes
from petitions.values.channels import CHANNELS
from petitions.values.staffing import Ask
from petitions.verbs import seating
from petitions.words import KNOWN, known


def start(talk: Talk, payload: str = "") -> Answer:
    """/start: what this is; a payload opens a case (`c_…`) or takes a seat (`i_…`)."""
    if payload.startswith("i_"):
        return _seat(talk, payload[2:])
    if payload.startswith("p_") and payload[2:] in talk.office.units:
        return filing.at_poster(talk, payload[2:])
    if payload.startswith("s_"):
        return at_pin_link(talk, payload[2:])
    if payload.startswith("j_"):
        return joint.at_link(talk, payload[2:])
    if payload.startswith("c_") or codes.read_number(payload):
        number = codes.read_number(payload[2:] if payload.startswith("c_") else payload)
        if number:
            return track(talk, number)
    answer = welcome(talk)
    if payload and payload not in CHANNELS:
        return [*talk.tell("start.unknown_payload"), *answer]
    return answer


def welcome(talk: Talk) -> Answer:
    """Two sentences: what this is, what one can do; an officer's desk for an officer."""
    if talk.officer and drafts.open_draft(talk) is None:
        return desk.desk(talk)
    name = talk.office.name(talk.lang)
    rows = [talk.button("button.new", "new", "start"), talk.button("button.my", "my", "list", 0),
            talk.button("button.track", "track", "start")]  # fmt: skip
    if talk.officer:
        rows.append(talk.button("button.desk", "q2", "desk"))
    rows += [button for button in _languages() if button.text != KNOWN[talk.lang].name]
    draft = drafts.open_draft(talk)
    key = "start.draft" if draft else "start.hello"
    if draft:
        rows.insert(0, talk.button("button.go_on", "new", "resume", draft.id))
    return [Message(talk.say(key, office=name, phone=talk.office.front.phone), stacked(*rows))]


def _seat(talk: Talk, token: str) -> Answer:
    if talk.incoming.outside:
        raise NotYours("bad.outside")
    officer = seating.take_seat(talk.book, talk.office, talk.chat, token, talk.now)
    if isinstance(officer, Ask):
        return [Message(staffing.waits(talk.book, talk.office, officer, talk.lang))]
    talk.officer = officer
    unit = talk.office.unit_name(officer.unit, talk.lang)
    hello = talk.say("invite.welcome", unit=unit, role=talk.say(f"role.{officer.role}"))
    first = login.gate(talk)
    return [Message(hello), *(desk.desk(talk) if first is None else first)]


def help(talk: Talk, rest: str = "") -> Answer:
    """/help: what one can do here, and how to reach a person."""
    key = "help.officer" if talk.officer else "help.citizen"
    text = talk.say(key, **front(talk))
    rows = stacked(talk.button("button.new", "new", "start"),
                   talk.button("button.my", "my", "list", 0))  # fmt: skip
    return [Message(text, rows)]


def lang(talk: Talk, rest: str = "") -> Answer:
    """/lang: which language. It may be written behind it: `en`, `zh-TW`, `English`."""
    wanted = rest.strip().casefold()
    for id, one in KNOWN.items():
        if wanted in (id.casefold(), one.name.casefold()):
            return set_lang(talk, [id])
    if chosen := known(wanted):
        return set_lang(talk, [chosen])
    return [Message(talk.say("lang.which"), stacked(*_languages()))]


def _languages() -> list[Button]:
    """Each language in its own words."""
    return [Button(one.name, packed("lang", id)) for id, one in KNOWN.items()]


def set_lang(talk: Talk, parts: list[str]) -> Answer:
    """The chosen language; an open form goes on in it."""
    if len(parts) != 1 or parts[0] not in KNOWN:
        return talk.toast("bad.stale")
    talk.chat.lang = parts[0]
    draft = drafts.open_draft(talk)
    done = talk.tell("lang.set")
    return [*done, *(asking.ask(talk, draft) if draft else welcome(talk))]


def cancel(talk: Talk, rest: str = "") -> Answer:
    """/cancel: leave the open form; what a petition needed time for is kept if wanted."""
    draft = drafts.open_draft(talk)
    if draft is None:
        return talk.tell("cancel.nothing", (talk.button("button.my", "my", "list", 0),))
    return presses.on_cancel(talk, draft)
