"""Setting a login, coming in, going out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from petitions.book import Book, Chat
from petitions.case import tries
from petitions.errors import BadAnswer, LoginFirst, NotYours, WrongSecret
from petitions.law.units import Office
from petitions.matters.login import PASSES, DeskStanding, is_fresh, standing, waiting
from petitions.values import checks, codes, passkeys
from petitions.values import login as values
from petitions.values.login import Login, State
from petitions.values.passkeys import Site
from petitions.values.person import Officer

PATIENCE = timedelta(minutes=5)
"""How long a passkey, or a PIN that was asked for, may take."""
SECRET = "login"
"""The kind of secret, by which wrong tries are counted."""


def may_set(book: Book, office: Office, chat: Chat, now: datetime) -> Login:
    """The login, where it may be set now: at the first visit, by who may work without one, or anew
    by who has just proved who they are. Raises LoginFirst."""
    how, login = standing(book, office, chat, now)
    fresh = how is DeskStanding.OPEN and is_fresh(office, login, now)
    if how not in (DeskStanding.NEW, DeskStanding.FREE) and not fresh:
        raise LoginFirst("bad.login_first")
    return login


def begin_code(book: Book, office: Office, chat: Chat, now: datetime) -> str:
    """A new secret for an authenticator, which counts once a code of it was said. Raises
    LoginFirst."""
    login = may_set(book, office, chat, now)
    login.secret.begun = values.new_secret()
    book.save_login(login)
    return login.secret.begun


def confirm_code(book: Book, office: Office, chat: Chat, typed: str, now: datetime) -> None:
    """The first code of the secret that was shown: from now on it is asked for. Raises BadAnswer
    for a wrong one, LoginFirst."""
    login = may_set(book, office, chat, now)
    begun = login.secret.begun
    step = values.step_of(begun, typed, now, 0) if begun else 0
    if not step:
        raise BadAnswer("bad.login_code_new")
    login.secret.code, login.secret.begun, login.step = begun, "", step
    _is_set(book, chat, login, "code", now)


def begin_key(book: Book, office: Office, chat: Chat, site: Site, name: str, now: datetime) -> Any:
    """The options that the browser is given to make a passkey. Raises LoginFirst."""
    login = may_set(book, office, chat, now)
    given = passkeys.to_make(site, login.secret, chat.id, name, office.name(chat.lang))
    login.secret.asked_at = now.timestamp()
    book.save_login(login)
    return given


def confirm_key(
    book: Book, office: Office, chat: Chat, site: Site, answer: str, now: datetime
) -> None:
    """Keep the passkey a browser has made: from now on one is asked for. Raises BadAnswer,
    LoginFirst."""
    login = may_set(book, office, chat, now)
    made = passkeys.made(site, answer, _asked(login, now))
    login.secret.keys = [*login.secret.keys, made][-passkeys.MOST :]
    _is_set(book, chat, login, "key", now)


def _is_set(book: Book, chat: Chat, login: Login, how: str, now: datetime) -> None:
    login.state = State.SET
    book.note_login(chat.id, how, chat.officer, now)
    come_in(book, login, now)


def ask_key(book: Book, office: Office, chat: Chat, site: Site, now: datetime) -> Any:
    """The options that the browser is given to use a passkey. Raises SlowDown, LoginFirst."""
    login = may_try(book, office, chat, now)
    if not login.secret.keys:
        raise LoginFirst("bad.login_first")
    given = passkeys.to_sign(site, login.secret)
    login.secret.asked_at = now.timestamp()
    book.save_login(login)
    return given


def with_key(
    book: Book, office: Office, chat: Chat, site: Site, answer: str, now: datetime
) -> None:
    """Come in, or prove anew who one is, by a passkey: what it was to sign is asked once. Raises
    SlowDown, WrongSecret, LoginFirst."""
    login = may_try(book, office, chat, now)
    if not passkeys.signed(site, answer, _asked(login, now), login.secret.keys):
        raise WrongSecret("bad.login_key", SECRET)
    come_in(book, login, now)


def _asked(login: Login, now: datetime) -> str:
    """The challenge that a passkey is to sign; empty: there is none, or it is too old."""
    waited = timedelta(seconds=now.timestamp() - login.secret.asked_at)
    return login.secret.asked if timedelta() <= waited < PATIENCE else ""


def with_code(book: Book, office: Office, chat: Chat, typed: str, now: datetime) -> None:
    """Come in, or prove anew who one is, by a time code, each of which is taken once. Raises
    SlowDown after many wrong ones, WrongSecret, LoginFirst where no code is set."""
    login = may_try(book, office, chat, now)
    if not login.secret.code:
        raise LoginFirst("bad.login_first")
    step = values.step_of(login.secret.code, typed, now, login.step)
    if not step:
        raise WrongSecret("bad.login_code", SECRET)
    login.step = step
    come_in(book, login, now)


def may_try(book: Book, office: Office, chat: Chat, now: datetime) -> Login:
    """The login, where somebody may try to come in. Raises SlowDown, LoginFirst."""
    tries.slow_down(book, tries.buckets(chat, SECRET), now)
    how, login = standing(book, office, chat, now)
    if how not in (DeskStanding.SHUT, DeskStanding.OPEN):
        raise LoginFirst("bad.login_first")
    return login


def come_in(book: Book, login: Login, now: datetime) -> None:
    """Somebody has proved who they are; if they asked for a second officer's yes, no more."""
    login.state = State.SET
    login.secret.asked, login.secret.asked_at = "", 0.0
    login.opened_at = login.used_at = login.fresh_at = now
    book.save_login(login)


def go_out(book: Book, chat: Chat) -> None:
    """End the session."""
    login = book.login(chat.id)
    if login is not None:
        login.opened_at = login.used_at = login.fresh_at = None
        login.secret.begun = ""
        book.save_login(login)


def wait_for(book: Book, office: Office, chat: Chat, what: str, now: datetime) -> None:
    """Somebody's next message on Telegram is their PIN (`pin`), or a new one (`new`). Raises
    LoginFirst."""
    login = may_set(book, office, chat, now) if what == "new" else may_try(book, office, chat, now)
    login.secret.asked, login.secret.asked_at, login.secret.begun = what, now.timestamp(), ""
    book.save_login(login)


def waits_for(how: DeskStanding, login: Login, now: datetime) -> str:
    """Which of both is waited for on Telegram; empty: neither."""
    if how in (DeskStanding.NEW, DeskStanding.SHUT):
        return "new" if how is DeskStanding.NEW else "pin"
    return _asked(login, now) if how in PASSES else ""


def say_pin(book: Book, office: Office, chat: Chat, raw: str, now: datetime) -> str:
    """A new PIN for a desk on Telegram, said twice: `twice` (once more), `differs`, `set`. Raises
    BadAnswer for none, LoginFirst."""
    login, pin = may_set(book, office, chat, now), checks.pin(raw)
    begun = login.secret.begun
    if begun and codes.is_pin(bytes.fromhex(begun), pin):
        login.secret.pin, login.secret.begun = begun, ""
        _is_set(book, chat, login, "pin", now)
        return "set"
    login.secret.begun = "" if begun else codes.kept_pin(pin).hex()
    login.secret.asked, login.secret.asked_at = "new", now.timestamp()
    book.save_login(login)
    return "differs" if begun else "twice"


def with_pin(book: Book, office: Office, chat: Chat, raw: str, now: datetime) -> None:
    """Come in at a desk on Telegram, or prove anew who one is. Raises SlowDown, WrongSecret,
    LoginFirst."""
    login = may_try(book, office, chat, now)
    if not codes.is_pin(bytes.fromhex(login.secret.pin), raw):
        raise WrongSecret("bad.login_pin", SECRET)
    come_in(book, login, now)


def ask_renewal(book: Book, office: Office, chat: Chat, now: datetime) -> None:
    """The device is lost: ask for a second officer's yes. It opens nothing, and who comes in with
    what was set has asked for nothing any more. Raises LoginFirst."""
    how, login = standing(book, office, chat, now)
    if how is not DeskStanding.SHUT:
        raise LoginFirst("bad.login_first")
    if login.state is not State.ASKED:
        login.state = State.ASKED
        book.note_login(chat.id, "asked", chat.officer, now)
        book.save_login(login)


def renew(book: Book, office: Office, me: Officer, chat: int, now: datetime) -> None:
    """A second officer's yes: what was set counts no more, and the person sets a login anew before
    anything else. Raises NotYours."""
    if all(one.chat != chat for one in waiting(book, office, me)):
        raise NotYours("bad.login_not_asked")
    book.renew_login(chat)
    book.note_login(chat, "renewed", me.id, now)
