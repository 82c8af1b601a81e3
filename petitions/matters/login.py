"""Whether somebody at a desk may work there now: nothing is asked, must be set, is asked, or they
are in.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from petitions.book import Book, Chat
from petitions.errors import LoginFirst, StepUp
from petitions.law.calendar import Calendar
from petitions.law.units import Office
from petitions.values.channels import caps_of
from petitions.values.login import Login, State
from petitions.values.person import Officer, Role

EXACT = timedelta(minutes=1)
"""How exactly the last use is noted."""
AHEAD = timedelta(minutes=10)
"""A last use that lies further in the future was noted by a wrong clock, and counts for nothing."""


class DeskStanding(StrEnum):
    """How somebody at a desk stands."""

    FREE = "free"
    """No login is asked for: the office doesn't require one, and none was set."""
    NEW = "new"
    """One must be set first."""
    SHUT = "shut"
    """They must say who they are."""
    OPEN = "open"
    """They did."""
    GONE = "gone"
    """The record of the login isn't as the office wrote it: a second officer must say yes."""


PASSES = frozenset({DeskStanding.FREE, DeskStanding.OPEN})
"""Standings in which an officer may work."""


def standing(book: Book, office: Office, chat: Chat, now: datetime) -> tuple[DeskStanding, Login]:
    """How the officer in this chat stands, and the login."""
    login = book.login(chat.id)
    if login is None:
        return DeskStanding.GONE, Login(chat.id)
    if login.state is State.RENEWED or (login.state is State.NEW and office.login.required):
        return DeskStanding.NEW, login
    if login.state is State.NEW:
        return DeskStanding.FREE, login
    over = _over(book, office, chat, login, now)
    return DeskStanding.SHUT if over else DeskStanding.OPEN, login


def _over(book: Book, office: Office, chat: Chat, login: Login, now: datetime) -> bool:
    """Whether a session has ended, or never began."""
    if login.opened_at is None or login.used_at is None:
        return True
    on_page, rules = caps_of(chat.channel).own, office.login
    if now - login.used_at >= (rules.idle if on_page else rules.messenger):
        return True
    if login.used_at - now > AHEAD:
        return True
    if not (on_page and rules.day_end):
        return False
    days = office.calendar(book.calendar_lists(office.law.calendar))
    return now >= day_end(office, days, login.opened_at)


def day_end(office: Office, calendar: Calendar, began: datetime) -> datetime:
    """The end of the working day in which a session began, in UTC: the office's closing time; of
    one begun after that, or on a day of rest, midnight."""
    local = began.astimezone(office.zone)
    today, closes = local.date(), office.rhythm.closes
    if calendar.rests(today) or local.time() >= closes:
        today, closes = today + timedelta(days=1), time()
    return datetime.combine(today, closes, office.zone).astimezone(UTC)


def used(book: Book, login: Login, now: datetime) -> None:
    """Note that somebody who is in did something."""
    if login.used_at is None or abs(now - login.used_at) >= EXACT:
        login.used_at = now
        book.save_login(login)


def is_fresh(office: Office, login: Login, now: datetime) -> bool:
    """Whether they said who they are within the last minutes."""
    return login.fresh_at is not None and -AHEAD < now - login.fresh_at < office.login.fresh


def must_be_fresh(book: Book, office: Office, chat: Chat, now: datetime) -> None:
    """Before a name, an archive, an export, a staff change. Raises StepUp, for who has a login that
    is older than some minutes; LoginFirst, where they aren't in at all."""
    how, login = standing(book, office, chat, now)
    if how not in PASSES:
        raise LoginFirst("bad.login_first")
    if how is DeskStanding.OPEN and not is_fresh(office, login, now):
        raise StepUp("bad.step_up")


AUTHORITY = frozenset({Role.HEAD, Role.DEPUTY})
"""Roles that say yes for a colleague of their unit; so does a supervisor of it or of the bureau."""


def may_renew(office: Office, me: Officer, other: Officer) -> bool:
    """Whether an officer may let the login of somebody else's desk be set anew; never their own,
    at whichever of their desks."""
    if other.chat in (0, me.chat):
        return False
    if me.role is Role.SUPERVISOR:
        return me.unit in (other.unit, office.bureau)
    return me.role in AUTHORITY and me.unit == other.unit


def waiting(book: Book, office: Office, me: Officer) -> list[Officer]:
    """Officers who ask for this officer's yes, or can't come in without one: a desk of each. A
    login opens every desk of its chat, so the yes must be theirs to give for each of these."""
    if me.role not in AUTHORITY | {Role.SUPERVISOR}:
        return []
    asked = [book.desks_of(chat) for chat in book.logins_asked()]
    return [desks[0] for desks in asked if all(may_renew(office, me, one) for one in desks)]
