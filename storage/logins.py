"""Logins as they are kept: sealed, stamped, and counted, so that one that was changed or taken away
is found, and lets nobody in meanwhile.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, delete, insert, select

from petitions.errors import BadSetting
from petitions.values.login import Login, Secret, State
from storage import cells, stamps, tallies
from storage.seal import KeyRing
from storage.tables import LOGIN, LOGIN_ENTRY, OFFICER, TALLY

log = structlog.get_logger()

_OF = select(LOGIN).where(LOGIN.c.chat == bindparam("chat"))
_NEW: dict[str, Any] = {
    "secret": b"", "step": 0, "opened_at": None, "used_at": None, "fresh_at": None,
}  # fmt: skip


def begin(db: Connection, ring: KeyRing, chat: int) -> None:
    """Somebody takes a desk in a chat: a login may be set there. One that is there stays."""
    if db.execute(_OF, {"chat": chat}).first() is None:
        tally = tallies.of(db, ring, tallies.SEATS)
        _put(db, ring, chat)
        tally.followers += 1


def _put(db: Connection, ring: KeyRing, chat: int, state: State = State.NEW) -> None:
    row = {"chat": chat, **_NEW, "state": str(state)}
    db.execute(insert(LOGIN), stamps.stamped(ring, "login", row))


def begin_all(db: Connection, ring: KeyRing) -> None:
    """The same for every desk of an office that knew no logins; once, for what is missing later was
    taken away."""
    seats = db.execute(select(TALLY).where(TALLY.c.case == tallies.SEATS)).first()
    if ring.strict and (seats is None or not stamps.genuine(ring, "tally", seats)):
        return
    if seats is not None and seats.followers:
        return
    seated = select(OFFICER.c.chat).where(OFFICER.c.chat != 0, OFFICER.c.ended_at.is_(None))
    for chat in sorted(set(db.execute(seated).scalars())):
        begin(db, ring, chat)


def of(db: Connection, ring: KeyRing, chat: int) -> Login | None:
    """A chat's login; None where it is gone, or isn't as the office wrote it."""
    row = db.execute(_OF, {"chat": chat}).first()
    if row is None or not stamps.genuine(ring, "login", row):
        return None
    get = row._mapping.__getitem__
    try:
        secret = Secret.read(cells.open_(ring, "login", "secret", row.secret, get).decode())
    except BadSetting:
        log.error("row.forged", table="login", row=str(chat), help="petition-bot history verify")
        return None
    return Login(chat, State(row.state), secret, row.step, row.opened_at, row.used_at,
                 row.fresh_at)  # fmt: skip


def save(db: Connection, ring: KeyRing, login: Login) -> None:
    """Keep what changed of a login."""
    row = {"chat": login.chat}
    secret = cells.seal(ring, "login", "secret", login.secret.text.encode(), row)
    stamps.change(
        db, ring, "login", LOGIN.c.chat == login.chat, state=str(login.state), secret=secret,
        step=login.step, opened_at=login.opened_at, used_at=login.used_at, fresh_at=login.fresh_at,
    )  # fmt: skip


def renew(db: Connection, ring: KeyRing, chat: int) -> None:
    """Have one set anew, whatever was kept."""
    db.execute(delete(LOGIN).where(LOGIN.c.chat == chat))  # one that was taken away stays counted
    _put(db, ring, chat, State.RENEWED)
    log.warning("seat_login.renewed", chat=chat)


def end(db: Connection, ring: KeyRing, chat: int) -> None:
    """The last desk of a chat has ended."""
    tally = tallies.of(db, ring, tallies.SEATS)
    tally.followers -= db.execute(delete(LOGIN).where(LOGIN.c.chat == chat)).rowcount


def asked(db: Connection, ring: KeyRing) -> list[int]:
    """Chats of who asks for a second officer's yes; or whose login is gone, or isn't ours."""
    held = {row.chat: row for row in db.execute(select(LOGIN))}
    seated = select(OFFICER.c.chat).where(OFFICER.c.chat != 0, OFFICER.c.ended_at.is_(None))
    return [
        chat for chat in sorted(set(db.execute(seated).scalars()))
        if chat not in held or held[chat].state == State.ASKED
        or not stamps.genuine(ring, "login", held[chat])
    ]  # fmt: skip


def note(db: Connection, ring: KeyRing, chat: int, what: str, by: int, now: datetime) -> None:
    """An entry in the history of logins, which is only ever added to."""
    row = {"chat": chat, "what": what, "officer": by, "at": now}
    tally = tallies.of(db, ring, tallies.SEATS)
    db.execute(insert(LOGIN_ENTRY), stamps.stamped(ring, "login_entry", row))
    tally.clocks += 1
    log.warning(f"seat_login.{what}", chat=chat, officer=by)
