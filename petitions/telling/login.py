"""A login as the page shows it, step by step: the sentence, the field, the buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.book import Book, Chat
from petitions.errors import LoginFirst, NotYours
from petitions.law.units import Office
from petitions.matters.login import PASSES, DeskStanding, standing
from petitions.values import login as values
from petitions.values.passkeys import Site
from petitions.verbs import login as verbs
from petitions.words import say

Choice = tuple[str, str]
"""The label of a button, and the step that it asks for."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One step of a login."""

    title: str
    text: str
    field: str = ""
    """The label of the field, where there is something to type …"""
    does: str = ""
    """… and the step that takes it."""
    button: str = ""
    buttons: tuple[Choice, ...] = ()
    address: str = ""
    """The address that a QR code shows an authenticator."""
    secret: str = ""
    """The same to be typed."""
    key: Any = None
    """The options by which the browser makes or uses a passkey; its answer goes to `does`."""
    failed: str = ""
    """The sentence that is said where it gives none."""
    done: bool = False
    """The person is in, or was just asked again: go on."""


@dataclass(frozen=True, slots=True)
class Asker:
    """The chat that asks for a step, and the value that it gave."""

    book: Book
    office: Office
    chat: Chat
    now: datetime
    value: str = ""
    site: Site | None = None
    """Where passkeys work; None: they don't here."""

    def say(self, key: str, **values: object) -> str:
        """A sentence in the chat's language."""
        return say(self.chat.lang, key, **values)


def screen(asked: Asker) -> Screen:
    """How the officer stands, and what they can do about it."""
    how, login = standing(asked.book, asked.office, asked.chat, asked.now)
    return _SHOWN[how](asked, login)


def _shut(asked: Asker, login: values.Login) -> Screen:
    return _ask(
        asked, login, "login.shut", "button.login_in", (asked.say("button.login_lost"), "lost")
    )


def _ask(asked: Asker, login: values.Login, key: str, button: str, *more: Choice) -> Screen:
    """The ways in which somebody may prove who they are: those that they have set."""
    by_key = ((asked.say("button.login_key"), "key"),) if _has_key(asked, login) else ()
    field = ("login.code", "code", button) if login.secret.code else ("", "", "")
    label, does, press = (asked.say(k) if "." in k else k for k in field)
    how = key if login.secret.code else f"{key}_key"
    return Screen(
        asked.say("login.title"), asked.say(how if by_key or login.secret.code else "login.away"),
        label, does, press, (*by_key, *more),
    )  # fmt: skip


def _has_key(asked: Asker, login: values.Login) -> bool:
    return bool(asked.site and login.secret.keys)


def _set(asked: Asker, login: values.Login) -> Screen:
    how = "login.new" if asked.office.login.required else "login.free"
    return Screen(
        asked.say("login.title"), asked.say(how), buttons=_ways(asked, ""),
    )  # fmt: skip


def _ways(asked: Asker, anew: str) -> tuple[Choice, ...]:
    """Buttons for the ways that may be set."""
    by_key = ((asked.say("button.login_make"), "make"),) if asked.site else ()
    return (*by_key, (asked.say(f"button.login_set_code{anew}"), "set"))


def _open(asked: Asker, login: values.Login) -> Screen:
    anew = "_anew" if login.secret.code else ""
    out = (asked.say("button.login_out"), "out")
    return _ask(asked, login, "login.open", "button.login_again", *_ways(asked, anew), out)


def _stuck(asked: Asker, login: values.Login) -> Screen:
    return Screen(asked.say("login.title"), asked.say("login.stuck"))


_SHOWN: dict[DeskStanding, Callable[[Asker, values.Login], Screen]] = {
    DeskStanding.FREE: _set,
    DeskStanding.NEW: _set,
    DeskStanding.SHUT: _shut,
    DeskStanding.OPEN: _open,
    DeskStanding.GONE: _stuck,
}


def _look(asked: Asker) -> Screen:
    return screen(asked)


def _begin(asked: Asker) -> Screen:
    secret = verbs.begin_code(asked.book, asked.office, asked.chat, asked.now)
    return Screen(
        asked.say("login.title"), asked.say("login.scan"), asked.say("login.code"), "confirm",
        asked.say("button.login_confirm"),
        address=values.address_of(secret, _name(asked), asked.office.name(asked.chat.lang)),
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
    )  # fmt: skip


def _name(asked: Asker) -> str:
    """The name that the authenticator shows: unit and desk."""
    desk = asked.book.officer(asked.chat.officer)
    if desk is None:
        raise NotYours("bad.not_officer")
    unit = asked.office.unit_name(desk.unit, asked.chat.lang)
    return " ".join(filter(None, (unit, desk.name)))


def _confirm(asked: Asker) -> Screen:
    verbs.confirm_code(asked.book, asked.office, asked.chat, asked.value, asked.now)
    return _done(asked, "login.is_set")


def _code(asked: Asker) -> Screen:
    verbs.with_code(asked.book, asked.office, asked.chat, asked.value, asked.now)
    return _done(asked, "login.in")


def _site(asked: Asker) -> Site:
    if asked.site is None:
        raise LoginFirst("bad.login_no_keys")
    return asked.site


def _make(asked: Asker) -> Screen:
    given = verbs.begin_key(
        asked.book, asked.office, asked.chat, _site(asked), _name(asked), asked.now
    )
    return _with_key(asked, given, "login.make", "made")


def _made(asked: Asker) -> Screen:
    verbs.confirm_key(asked.book, asked.office, asked.chat, _site(asked), asked.value, asked.now)
    return _done(asked, "login.is_set")


def _key(asked: Asker) -> Screen:
    given = verbs.ask_key(asked.book, asked.office, asked.chat, _site(asked), asked.now)
    return _with_key(asked, given, "login.sign", "signed")


def _signed(asked: Asker) -> Screen:
    verbs.with_key(asked.book, asked.office, asked.chat, _site(asked), asked.value, asked.now)
    return _done(asked, "login.in")


def _with_key(asked: Asker, given: Any, key: str, does: str) -> Screen:
    return Screen(
        asked.say("login.title"), asked.say(key), does=does, key=given,
        failed=asked.say("login.no_key"), buttons=((asked.say("button.back"), "look"),),
    )  # fmt: skip


def _lost(asked: Asker) -> Screen:
    ask = ((asked.say("button.login_ask"), "ask"), (asked.say("button.back"), "look"))
    return Screen(asked.say("login.title"), asked.say("login.lost"), buttons=ask)


def _asks(asked: Asker) -> Screen:
    verbs.ask_renewal(asked.book, asked.office, asked.chat, asked.now)
    back = ((asked.say("button.back"), "look"),)
    return Screen(asked.say("login.title"), asked.say("login.asked"), buttons=back)


def _out(asked: Asker) -> Screen:
    verbs.go_out(asked.book, asked.chat)
    return screen(asked)


def _done(asked: Asker, key: str) -> Screen:
    return Screen(asked.say("login.title"), asked.say(key), done=True)


DOES: dict[str, Callable[[Asker], Screen]] = {
    "look": _look,
    "set": _begin,
    "confirm": _confirm,
    "code": _code,
    "make": _make,
    "made": _made,
    "key": _key,
    "signed": _signed,
    "lost": _lost,
    "ask": _asks,
    "out": _out,
}
"""The steps that the page may ask for."""


def do(asked: Asker, what: str) -> Screen:
    """One step. Raises PetitionError; WrongSecret counts as a wrong try."""
    if not asked.chat.officer:
        raise NotYours("bad.not_officer")
    step = DOES.get(what)
    if step is None:
        raise LoginFirst("bad.stale")
    return step(asked)


def is_shut(asked: Asker) -> bool:
    """Whether nothing of the chat is to be seen now."""
    if not asked.chat.officer:
        return False
    return standing(asked.book, asked.office, asked.chat, asked.now)[0] not in PASSES
