"""Officers, their seats and invitations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, select

from petitions.values.login import Login
from petitions.values.person import Officer, Role
from petitions.values.staffing import Ask, StaffEntry
from storage import logins, staffing, stamps, tallies
from storage.peers import hold
from storage.records.base import Base
from storage.tables import CHAT, INVITE, OFFICER, STAFF_ASK, STAFF_ENTRY

log = structlog.get_logger()

_SEATED = (
    select(OFFICER)
    .join(CHAT, CHAT.c.id == OFFICER.c.chat)
    .where(OFFICER.c.ended_at.is_(None), CHAT.c.blocked.is_(False))
    .order_by(OFFICER.c.id)
)
_SEATED_OF = _SEATED.where(OFFICER.c.unit == bindparam("unit"))
_OFFICER = select(OFFICER).where(OFFICER.c.id == bindparam("id"), OFFICER.c.ended_at.is_(None))
_DESKS_OF = (
    select(OFFICER)
    .where(OFFICER.c.chat == bindparam("chat"), OFFICER.c.ended_at.is_(None))
    .order_by(OFFICER.c.id)
)


class Staff(Base):
    """Officers, their seats and invitations."""

    def officer(self, id: int) -> Officer | None:
        row = self._one(_OFFICER, id=id)
        return _officer(row) if row and stamps.genuine(self._ring, "officer", row) else None

    def _officers(self, rows: Iterable[Row[Any]]) -> list[Officer]:
        return [_officer(row) for row in self._genuine(OFFICER, rows)]

    def officers(self, unit: str = "") -> Sequence[Officer]:
        found = select(OFFICER).where(OFFICER.c.ended_at.is_(None)).order_by(OFFICER.c.id)
        if unit:
            found = found.where(OFFICER.c.unit == unit)
        return self._officers(self._all(found))

    def add_officer(self, officer: Officer, now: datetime) -> Officer:
        tallies.of(self._db, self._ring, tallies.SEATS).seq += 1
        id = self._add_stamped(
            OFFICER, unit=officer.unit, role=str(officer.role), name=officer.name,
            chat=officer.chat, away=False, stand_in=0, since=now, ended_at=None,
        )  # fmt: skip
        return replace(officer, id=id)

    def end_officer(self, id: int, now: datetime) -> None:
        self.change("officer", OFFICER.c.id == id, ended_at=now)
        log.warning("staff.ended", officer=id)
        self._vacated(id, self._chat_at(id))

    def _chat_at(self, id: int) -> int:
        row = self._one(select(OFFICER.c.chat).where(OFFICER.c.id == id))
        return row.chat if row else 0

    def _vacated(self, id: int, chat: int) -> None:
        """A chat has lost a desk; with the last one goes its login: whoever is seated there
        later sets one of their own."""
        others = self.desks_of(chat) if chat else []
        self.change("chat", CHAT.c.officer == id, officer=others[0].id if others else 0)
        if chat and not others:
            logins.end(self._db, self._ring, chat)

    def desks_of(self, chat: int) -> Sequence[Officer]:
        return self._officers(self._all(_DESKS_OF, chat=chat))

    def seat_officer(self, id: int, chat: int) -> None:
        was = self._chat_at(id)
        self.change("officer", OFFICER.c.id == id, chat=chat)
        self._vacated(id, was)
        if chat:
            self.change("chat", CHAT.c.id == chat, officer=id)
            logins.begin(self._db, self._ring, chat)
        log.warning("staff.seated" if chat else "seat.left", officer=id)

    def login(self, chat: int) -> Login | None:
        return logins.of(self._db, self._ring, chat)

    def save_login(self, login: Login) -> None:
        logins.save(self._db, self._ring, login)

    def renew_login(self, chat: int) -> None:
        logins.renew(self._db, self._ring, chat)

    def logins_asked(self) -> Sequence[int]:
        return logins.asked(self._db, self._ring)

    def note_login(self, chat: int, what: str, by: int, now: datetime) -> None:
        logins.note(self._db, self._ring, chat, what, by, now)

    def seated(self, unit: str = "") -> Sequence[Officer]:
        rows = self._all(_SEATED_OF, unit=unit) if unit else self._all(_SEATED)
        return self._officers(rows)

    def set_away(self, id: int, away: bool, stand_in: int) -> None:
        self.change("officer", OFFICER.c.id == id, away=away, stand_in=stand_in)

    def add_invite(self, hash: bytes, officer: int, until: datetime, now: datetime) -> None:
        self.end_invites(officer, now)
        self._add_stamped(INVITE, hash=hash, officer=officer, until=until, used_at=None)
        log.warning("staff.invited", officer=officer)

    def end_invites(self, officer: int, now: datetime) -> None:
        living = INVITE.c.used_at.is_(None) & (INVITE.c.until > now)
        self.change("invite", (INVITE.c.officer == officer) & living, until=now)

    def use_invite(self, hash: bytes, now: datetime) -> Officer | None:
        mine = (INVITE.c.hash == hash) & INVITE.c.used_at.is_(None) & (INVITE.c.until > now)
        if not self.change("invite", mine, used_at=now):
            return None
        row = self._one(select(INVITE.c.officer).where(INVITE.c.hash == hash))
        return self.officer(row.officer) if row else None

    def hold_staff(self) -> None:
        hold(self._db, "staff")

    def add_ask(self, ask: Ask) -> Ask:
        return replace(ask, id=self._keep(STAFF_ASK, ask))

    def save_ask(self, ask: Ask) -> None:
        self._save(STAFF_ASK, ask)

    def ask(self, id: int) -> Ask | None:
        row = self._one(select(STAFF_ASK).where(STAFF_ASK.c.id == id))
        return staffing.ask(row) if row and stamps.genuine(self._ring, "staff_ask", row) else None

    def asks(self) -> Sequence[Ask]:
        return staffing.asks(self._db, self._ring)

    def note_staff(self, entry: StaffEntry) -> StaffEntry:
        return staffing.note(self._db, self._ring, entry)

    def staff_entry(self, seq: int) -> StaffEntry | None:
        row = self._one(select(STAFF_ENTRY).where(STAFF_ENTRY.c.id == seq))
        return staffing.entry(row) if row else None

    def staff_history(self, before: int = 0, most: int = 0) -> Sequence[StaffEntry]:
        found = select(STAFF_ENTRY).order_by(STAFF_ENTRY.c.id.desc())
        found = found.where(STAFF_ENTRY.c.id < before) if before else found
        return [staffing.entry(row) for row in self._all(found.limit(most) if most else found)]


def _officer(row: Row[Any]) -> Officer:
    return Officer(row.id, row.unit, Role(row.role), row.name, row.chat, row.away, row.stand_in)
