"""Chats and the persons who use them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, select, update

from petitions.book import Chat, Person
from petitions.errors import BadSetting, Unknown
from petitions.values.channels import caps_of
from storage import cells, stamps
from storage.peers import tell
from storage.records.base import IDS, Base, next_id
from storage.seal import KeyRing
from storage.tables import CHAT, CHAT_PERSON, PERSON, SESSION

log = structlog.get_logger()

_CHAT_BY_MARK = select(CHAT).where(CHAT.c.mark.in_(bindparam("marks", expanding=True)))
_CHAT_BY_ID = select(CHAT).where(CHAT.c.id == bindparam("id"))
_SAVE_CHAT = (
    update(CHAT)
    .where(CHAT.c.id == bindparam("b_id"))
    .values(
        {
            c: bindparam(c)
            for c in (
                "lang", "person", "draft", "officer", "agreed_at", "blocked", "menu", "seen_at",
                "quiet", "digest", "client", "stamp",
            )
        }
    )
)  # fmt: skip
_PERSON = select(PERSON).where(PERSON.c.id == bindparam("id"))
_PERSON_FIELDS = ("pin", "neutral", "muted", "asked_on", "stamp")
_SAVE_PERSON = (
    update(PERSON)
    .where(PERSON.c.id == bindparam("b_id"))
    .values({c: bindparam(c) for c in _PERSON_FIELDS})
)
_CHATS_OF = select(CHAT_PERSON).where(
    CHAT_PERSON.c.person == bindparam("person"), CHAT_PERSON.c.ended_at.is_(None)
)
_IN_CHAT = select(CHAT_PERSON).where(
    CHAT_PERSON.c.chat == bindparam("chat"), CHAT_PERSON.c.ended_at.is_(None)
)
_CHATS = select(CHAT).where(CHAT.c.id.in_(IDS)).order_by(CHAT.c.id)
_PEOPLE = select(PERSON).where(PERSON.c.id.in_(IDS)).order_by(PERSON.c.id)
_CHAT_FIELDS = tuple(f.name for f in fields(Chat) if f.compare)


class Chats(Base):
    """Chats and the persons who use them."""

    def chat(self, channel: str, address: str) -> Chat | None:
        row = self._one(_CHAT_BY_MARK, marks=self._ring.marks(_called(channel, address)))
        return self._chat(row, address) if row else None

    def chat_by_id(self, id: int) -> Chat:
        row = self._one(_CHAT_BY_ID, id=id)
        if row is None:
            raise Unknown("bad.no_chat")
        return self._chat(row)

    def _chat(self, row: Row[Any], address: str = "") -> Chat:
        """A row as a value. `address`: where it is known already, it needn't be opened. One that
        can't be opened is no way to anybody: a person must go instead."""
        blocked, person, officer = row.blocked, row.person, row.officer
        self._marks[row.id] = row.mark
        if not stamps.genuine(self._ring, "chat", row):
            person = officer = 0
        try:
            address = address or self._open("chat", "address", row)
        except BadSetting:
            log.error("chat.unreadable", chat=row.id)
            address = str(row.id) if caps_of(row.channel).own else ""
            blocked = blocked or not address
        return Chat(
            row.id, row.channel, address, row.lang,
            person, row.draft, officer, row.agreed_at, blocked, row.menu, row.seen_at,
            row.quiet, row.digest, row.client, row.owed,
        )  # fmt: skip

    def new_chat(self, channel: str, address: str, lang: str, now: datetime) -> Chat:
        known_by = chat_address(self._ring, channel, address)
        person = self.add_person(now).id
        id = self._add_stamped(
            CHAT, channel=channel, lang=lang, seen_at=now, person=person, officer=0, **known_by
        )
        self._add_stamped(CHAT_PERSON, chat=id, person=person, since=now, ended_at=None)
        return self.chat_by_id(id)

    def set_address(self, chat: Chat, address: str) -> None:
        """The channel's id of a chat, where it is known only afterwards."""
        known_by = chat_address(self._ring, chat.channel, address)
        self.change("chat", CHAT.c.id == chat.id, **known_by)

    def save_chat(self, chat: Chat) -> None:
        values = {f: getattr(chat, f) for f in _CHAT_FIELDS[3:]}
        if chat.id not in self._marks:
            self.chat_by_id(chat.id)
        row = {**values, "id": chat.id, "channel": chat.channel, "mark": self._marks[chat.id]}
        stamp = stamps.stamp(self._ring, "chat", row)
        self._db.execute(_SAVE_CHAT, {"b_id": chat.id, "stamp": stamp, **values})

    def person(self, id: int) -> Person:
        row = self._one(_PERSON, id=id)
        if row is None or not stamps.genuine(self._ring, "person", row):
            raise Unknown("bad.no_person")
        return self._person(row)

    def _person(self, row: Row[Any]) -> Person:
        pin = self._opened("person", "pin", row.pin, row._mapping.__getitem__)
        return Person(row.id, pin, row.neutral, row.muted, row.asked_on)

    def new_person(self, chat: int, now: datetime) -> Person:
        person = self.add_person(now)
        self._add_stamped(CHAT_PERSON, chat=chat, person=person.id, since=now, ended_at=None)
        self.change("chat", CHAT.c.id == chat, person=person.id)
        return person

    def add_person(self, now: datetime) -> Person:
        row = {"created_at": now, "pin": b"", "neutral": False, "muted": False}
        return Person(self._add_stamped(PERSON, **row))

    def save_person(self, person: Person) -> None:
        pin = person.pin and cells.seal(self._ring, "person", "pin", person.pin, {"id": person.id})
        row = {"id": person.id, "pin": pin, "neutral": person.neutral, "muted": person.muted,
               "asked_on": person.asked_on}  # fmt: skip
        row = stamps.stamped(self._ring, "person", row)
        self._db.execute(_SAVE_PERSON, {"b_id": row.pop("id"), **row})

    def persons_in(self, chat: int) -> Sequence[Person]:
        ids = [r.person for r in self._genuine(CHAT_PERSON, self._all(_IN_CHAT, chat=chat))]
        people = self._genuine(PERSON, self._all(_PEOPLE, ids=ids)) if ids else ()
        return [self._person(r) for r in people]

    def leave(self, chat: int, person: int, now: datetime) -> None:
        """End a person's use of a chat."""
        mine = (CHAT_PERSON.c.chat == chat) & (CHAT_PERSON.c.person == person)
        self.change("chat_person", mine, ended_at=now)
        self.change("chat", (CHAT.c.id == chat) & (CHAT.c.person == person), person=0)

    def end_sessions(self, chat: int, now: datetime, why: str) -> None:
        open_ = (SESSION.c.chat == chat) & SESSION.c.ended_at.is_(None)
        self.emptied.add(chat)
        tell(self._db, f"log:{chat}")
        self.change("session", open_, ended_at=now, why=why)

    def chats_of(self, person: int) -> Sequence[Chat]:
        ids = [r.chat for r in self._genuine(CHAT_PERSON, self._all(_CHATS_OF, person=person))]
        return [self._chat(r) for r in self._all(_CHATS, ids=ids)] if ids else []

    def copy_person(self, row: Any) -> int:
        """A person with another number, and the same settings."""
        old = self._opened("person", "pin", row["pin"], row.__getitem__)
        id = next_id(self._db, PERSON)
        pin = old and cells.seal(self._ring, "person", "pin", old, {"id": id})
        kept = {k: v for k, v in row.items() if k not in ("id", "pin", "stamp")}
        self._add_stamped(PERSON, id=id, pin=pin, **kept)
        return id


def chat_address(ring: KeyRing, channel: str, address: str) -> dict[str, bytes]:
    """The columns by which a chat is answered and found again."""
    mark = ring.mark(_called(channel, address))
    sealed = (
        cells.seal(ring, "chat", "address", address.encode(), {"mark": mark}) if address else b""
    )
    return {"address": sealed, "mark": mark}


def _called(channel: str, address: str) -> bytes:
    """By what a chat is found: without the keys its hash doesn't say which one it is."""
    return f"chat:{channel}:{address}".encode()
