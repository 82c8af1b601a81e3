"""Whoever sits at a desk says first who they are; before something weighty, once more."""

from __future__ import annotations

import re
from collections.abc import Callable

from handlers.forms import asking, drafts
from handlers.talk import Answer, Talk, name_of, stacked
from petitions.errors import LoginFirst, NotYours, PetitionError, StepUp
from petitions.matters import login as matters
from petitions.matters.login import PASSES, DeskStanding
from petitions.message import MAX_CALLBACK_BYTES, Button, Message, packed
from petitions.values import codes
from petitions.values.channels import caps_of
from petitions.values.login import Login, State
from petitions.values.person import Officer
from petitions.verbs import login as verbs

PIN = re.compile(r"[ 0-9]{4,12}")
OPEN, AGAIN, LOST = "open", "again", "lost"
"""Presses that the page keeps to itself: it shows the login. After `again` it goes on with the next
button of the message."""
SILENT = frozenset({"blocked", "unblocked", "opened"})
"""Updates that a client sends by itself: no use of a desk."""


def gate(talk: Talk) -> Answer | None:
    """None: whoever is here may go on. Else what they hear. On Telegram it takes the PIN."""
    if talk.officer is None or talk.incoming.kind == "blocked":
        return None
    if talk.incoming.outside:
        return talk.tell("bad.outside")
    how, login = matters.standing(talk.book, talk.office, talk.chat, talk.now)
    silent, away = talk.incoming.kind in SILENT, not caps_of(talk.chat.channel).own
    if away and (waits := _pin_said(talk, how, login)):
        return _new_pin(talk) if waits == "new" else _pin(talk)
    if how not in PASSES:
        if silent:
            return []
        return _pin_asked(talk, how) if away else talk.tell("bad.login_first", (_button(talk),))
    if how is DeskStanding.OPEN and not silent:
        matters.used(talk.book, login, talk.now)
    return None


def _pin_said(talk: Talk, how: DeskStanding, login: Login) -> str:
    """The step that a PIN said on Telegram is for, `pin` or `new`; empty: it is none. It doesn't
    stay in the chat."""
    if talk.incoming.kind != "text" or not PIN.fullmatch(codes.to_ascii(talk.incoming.text)):
        return ""
    waits = verbs.waits_for(how, login, talk.now)
    if waits:
        talk.before.append(Message("", unsay=(talk.incoming.message,)))
    return waits


def hide(talk: Talk) -> None:
    """A PIN that was refused doesn't stay in the chat either."""
    if talk.officer is not None and not caps_of(talk.chat.channel).own:
        how, login = matters.standing(talk.book, talk.office, talk.chat, talk.now)
        _pin_said(talk, how, login)


def _new_pin(talk: Talk) -> Answer:
    said = verbs.say_pin(talk.book, talk.office, talk.chat, talk.incoming.text, talk.now)
    hours = int(talk.office.login.messenger.total_seconds()) // 3600
    told = talk.tell(f"login.pin_{said}", hours=hours)
    return [*told, *_goes_on(talk)] if said == "set" else told


def _pin(talk: Talk) -> Answer:
    verbs.with_pin(talk.book, talk.office, talk.chat, talk.incoming.text, talk.now)
    return [*talk.tell("login.in"), *_goes_on(talk)]


def _goes_on(talk: Talk) -> Answer:
    """The form that was open, once somebody is in."""
    draft = drafts.open_draft(talk)
    if draft:
        return asking.ask(talk, draft)
    return talk.tell("login.goes_on", (talk.button("button.desk", "q2", "desk"),))


def _pin_asked(talk: Talk, how: DeskStanding) -> Answer:
    """The answer on Telegram before anything else; or that the PIN is forgotten."""
    if how is DeskStanding.GONE:
        return talk.tell("login.stuck")
    if how is DeskStanding.NEW:
        return talk.tell("login.pin_new")
    if talk.incoming.kind == "press" and talk.incoming.text == f"login:{LOST}":
        verbs.ask_renewal(talk.book, talk.office, talk.chat, talk.now)
        return talk.tell("login.asked")
    return talk.tell("login.pin", (_button(talk, "button.login_forgot", LOST),))


def _button(talk: Talk, key: str = "button.login", what: str = OPEN) -> Button:
    return talk.button(key, "login", what)


def must_be_fresh(talk: Talk) -> None:
    """Before a name, an archive, an export, a staff change. Raises StepUp, LoginFirst."""
    if talk.officer is not None:
        matters.must_be_fresh(talk.book, talk.office, talk.chat, talk.now)


def is_in(talk: Talk) -> bool:
    """Whether what lies in this chat may be shown now; petitioners are asked nothing."""
    if talk.officer is None:
        return True
    return matters.standing(talk.book, talk.office, talk.chat, talk.now)[0] in PASSES


def must_be_in(talk: Talk) -> None:
    """Raises LoginFirst for an officer who isn't."""
    if not is_in(talk):
        raise LoginFirst("bad.login_first")


def asked_again(talk: Talk, error: PetitionError) -> Answer | None:
    """The answer to somebody who must say who they are once more: with the button that goes on
    afterwards with what they pressed. None for any other refusal."""
    if not isinstance(error, StepUp):
        return None
    rows = [(_button(talk, "button.login_confirm_me", AGAIN),)]
    pressed = talk.incoming.text if talk.incoming.kind == "press" else ""
    if pressed and len(pressed.encode()) <= MAX_CALLBACK_BYTES:
        rows.append((Button(talk.say("button.login_go_on"), pressed),))
    draft = None if pressed else drafts.open_draft(talk)
    again = asking.ask(talk, draft) if draft else []
    return [Message(error.sentence(talk.lang), tuple(rows)), *again]


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`open`, `again`: the page shows the login itself, and who reads this has an old one; on
    Telegram it is asked for here, `new`, `out`. `help`, `yes:chat`, `sure:chat`: a second officer's
    yes."""
    match parts:
        case ["help"]:
            return _help(talk)
        case [("yes" | "sure") as verb, chat] if chat.isdecimal() and len(chat) < 16:
            return _yes(talk, int(chat), verb == "sure")
        case [what] if talk.officer and not caps_of(talk.chat.channel).own and what in _PRESSES:
            return _PRESSES[what](talk)
    return talk.toast("login.reload")


def _show(talk: Talk) -> Answer:
    how, _ = matters.standing(talk.book, talk.office, talk.chat, talk.now)
    if how is DeskStanding.FREE:
        return _anew(talk)
    rows = stacked(_button(talk, "button.login_new_pin", "new"),
                   _button(talk, "button.login_out", "out"))  # fmt: skip
    return talk.tell("login.pin_mine", *rows)


def _again(talk: Talk) -> Answer:
    verbs.wait_for(talk.book, talk.office, talk.chat, "pin", talk.now)
    return talk.tell("login.pin")


def _anew(talk: Talk) -> Answer:
    must_be_fresh(talk)
    verbs.wait_for(talk.book, talk.office, talk.chat, "new", talk.now)
    return talk.tell("login.pin_new")


def _out(talk: Talk) -> Answer:
    verbs.go_out(talk.book, talk.chat)
    return talk.tell("login.pin_out")


_PRESSES: dict[str, Callable[[Talk], Answer]] = {
    OPEN: _show, AGAIN: _again, "new": _anew, "out": _out,
}  # fmt: skip


def _waiting(talk: Talk) -> list[Officer]:
    return matters.waiting(talk.book, talk.office, talk.officer) if talk.officer else []


def _help(talk: Talk) -> Answer:
    """Officers who ask for a second officer's yes."""
    found = _waiting(talk)
    rows = [(Button(name_of(talk, one), packed("login", "yes", one.chat)),) for one in found]
    rows.append((talk.button("button.desk", "q2", "desk"),))
    return talk.tell("login.help" if found else "login.no_help", *rows)


def _yes(talk: Talk, chat: int, sure: bool) -> Answer:
    one = next((o for o in _waiting(talk) if o.chat == chat), None)
    if one is None or talk.officer is None:
        raise NotYours("bad.login_not_asked")
    must_be_fresh(talk)
    if not sure:
        rows = ((talk.button("button.login_yes", "login", "sure", chat),),
                (talk.button("button.desk", "q2", "desk"),))  # fmt: skip
        return talk.tell("login.sure", *rows, desk=name_of(talk, one))
    verbs.renew(talk.book, talk.office, talk.officer, chat, talk.now)
    return talk.tell(
        "login.renewed", (talk.button("button.desk", "q2", "desk"),), desk=name_of(talk, one)
    )


def asks(talk: Talk) -> list[Button]:
    """At the desk, where a colleague asks for this officer's yes."""
    found = _waiting(talk)
    return [talk.button("button.login_help", "login", "help", count=len(found))] if found else []


def offered(talk: Talk) -> Button:
    """The button at the desk."""
    login = talk.book.login(talk.chat.id)
    is_set = login is not None and login.state is not State.NEW
    return _button(talk, "button.login_mine" if is_set else "button.login_set")


def not_required(talk: Talk) -> list[str]:
    """The line that an administrator is told as long as the office works without a login."""
    return [] if talk.office.login.required else [talk.say("staff.no_login")]
