"""The book on SQL: the one translation between rows and values.

Statements are built once, at import; the hot path (a chat's answer to a form) costs two
reads and two writes.
"""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, tzinfo
from typing import Any

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from petitions.book import Chat, Draft, NewText, Notice, Person, Planned, Queue, Queued
from petitions.case import lifecycle, notices
from petitions.counting.bulletins import Bulletin
from petitions.counting.figures import Sums, Which
from petitions.counting.hot import Matter
from petitions.errors import BadSetting, Changed, FileGone, Unknown
from petitions.law.periods import Period
from petitions.message import FileRef, Message, Of, from_json
from petitions.values import history as chain
from petitions.values import search
from petitions.values.codes import read_code
from petitions.values.petition import (
    Actor,
    Appointment,
    Attachment,
    Audience,
    Booking,
    Campaign,
    Channel,
    Entry,
    FollowUp,
    Identity,
    Issued,
    JoinOffer,
    Kind,
    Listed,
    Look,
    Meeting,
    Member,
    Officer,
    Part,
    Petition,
    Rating,
    Role,
    Running,
    Slot,
    Status,
    Suggestion,
    Supervision,
    Task,
    TaskKind,
    Text,
)
from petitions.verbs.office import UNITS
from storage import cells, hot, journal, looks, publishing, segments, stamps, tallies
from storage import tables as t
from storage.seal import KeyRing
from storage.store import is_inside

log = structlog.get_logger()


def _table(model: Any) -> Any:
    return model.__table__


CHAT, PERSON, CHAT_PERSON = _table(t.Chat), _table(t.Person), _table(t.ChatPerson)
DRAFT, HANDLED, PETITION = _table(t.Draft), _table(t.Handled), _table(t.Petition)
SERIAL, FOLLOWER, HISTORY = _table(t.Serial), _table(t.Follower), _table(t.History)
TODO = _table(t.IndexTodo)
WORDS, FILE, CASE_FILE = _table(t.Words), _table(t.File), _table(t.CaseFile)
CLOCK, OFFICER, INVITE = _table(t.Clock), _table(t.Officer), _table(t.Invite)
SAVED_REPLY, CARD, NOTICE = _table(t.SavedReply), _table(t.Card), _table(t.Notice)
TRY, SESSION, LOG = _table(t.Try), _table(t.Session), _table(t.LogLine)
SHOWN = _table(t.Shown)
DOCUMENT, DOCUMENT_SERIAL = _table(t.Document), _table(t.DocumentSerial)
CALENDAR, SETTING = _table(t.CalendarYear), _table(t.Setting)
TASK, RATING, FOLLOW_UP = _table(t.Task), _table(t.Rating), _table(t.FollowUp)
APPOINTMENT, MEETING = _table(t.Appointment), _table(t.Meeting)
MEMBER, JOINT_LINK = _table(t.Member), _table(t.JointLink)
SAVED_FILTER = _table(t.SavedFilter)
SUPERVISION, SUGGESTION = _table(t.Supervision), _table(t.Suggestion)
SLOT, BOOKING = _table(t.Slot), _table(t.Booking)
LISTED, CAMPAIGN = _table(t.Listed), _table(t.Campaign)
UNCOUNTED, BULLETIN = _table(t.Uncounted), _table(t.Bulletin)
CASE_LINK, JOIN_OFFER = _table(t.CaseLink), _table(t.JoinOffer)

_SEATED = (
    select(OFFICER)
    .join(CHAT, CHAT.c.id == OFFICER.c.chat)
    .where(OFFICER.c.ended_at.is_(None), CHAT.c.blocked.is_(False))
    .order_by(OFFICER.c.id)
)
_SEATED_OF = _SEATED.where(OFFICER.c.unit == bindparam("unit"))
_CHAT_BY_MARK = select(CHAT).where(CHAT.c.mark == bindparam("mark"))
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
_DRAFT = select(DRAFT).where(DRAFT.c.id == bindparam("id"))
_SAVE_DRAFT = (
    update(DRAFT)
    .where(DRAFT.c.id == bindparam("b_id"))
    .values(
        {c: bindparam(c) for c in ("chat", "form", "case", "rev", "data", "done", "changed_at")}
    )
)
_HANDLED = select(HANDLED).where(
    HANDLED.c.channel == bindparam("channel"), HANDLED.c.key == bindparam("key")
)
_LAST = (
    select(HANDLED.c.channel, HANDLED.c.chat, HANDLED.c.key, HANDLED.c.answers)
    .where(HANDLED.c.chat == bindparam("chat"))
    .order_by(HANDLED.c.at.desc(), HANDLED.c.key.desc())
    .limit(bindparam("count"))
)
_KEEP_HANDLED = insert(HANDLED)
_OWED = (
    select(NOTICE)
    .where(NOTICE.c.case == 0, NOTICE.c.kind == notices.ANSWER,
           NOTICE.c.recipient == bindparam("chat"),
           NOTICE.c.next_at.is_not(None) | (NOTICE.c.state == "sending"))
    .order_by(NOTICE.c.id)
)  # fmt: skip
_FORGET_HANDLED = delete(HANDLED).where(
    HANDLED.c.channel == bindparam("channel"), HANDLED.c.key == bindparam("key")
)
_PETITION = select(PETITION).where(PETITION.c.id == bindparam("id"))
_OFFICER = select(OFFICER).where(OFFICER.c.id == bindparam("id"), OFFICER.c.ended_at.is_(None))
_DESKS_OF = (
    select(OFFICER)
    .where(OFFICER.c.chat == bindparam("chat"), OFFICER.c.ended_at.is_(None))
    .order_by(OFFICER.c.id)
)
_CALENDAR = (
    select(CALENDAR.c.body)
    .where(CALENDAR.c.calendar == bindparam("calendar"))
    .order_by(CALENDAR.c.year)
)
_FOLLOWS = select(FOLLOWER).where(
    FOLLOWER.c.case == bindparam("case"),
    FOLLOWER.c.person == bindparam("person"),
    FOLLOWER.c.ended_at.is_(None),
)
_FOLLOWER = select(FOLLOWER.c.person).where(
    FOLLOWER.c.case == bindparam("case"), FOLLOWER.c.person == bindparam("person")
)
_OPENED = (
    update(NOTICE)
    .where(
        NOTICE.c.case == bindparam("b_case"), NOTICE.c.recipient == bindparam("b_chat"),
        NOTICE.c.sent_at.is_not(None), NOTICE.c.opened_at.is_(None),
    )
    .values(opened_at=bindparam("b_now"))
)  # fmt: skip
_LAST_SENT = select(NOTICE.c.sent_at.label("at")).where(
    NOTICE.c.case == bindparam("case"), NOTICE.c.recipient == bindparam("chat"),
    NOTICE.c.kind.not_in(notices.SMALL_TALK), NOTICE.c.sent_at > bindparam("since"),
).order_by(NOTICE.c.sent_at.desc()).limit(1)  # fmt: skip
_MUTED = select(FOLLOWER.c.muted).where(
    FOLLOWER.c.case == bindparam("case"), FOLLOWER.c.person == bindparam("person"),
    FOLLOWER.c.ended_at.is_(None),
)  # fmt: skip
_PERSON = select(PERSON).where(PERSON.c.id == bindparam("id"))
_PERSON_FIELDS = ("pin", "neutral", "muted", "asked_on", "stamp")
_SAVE_PERSON = (
    update(PERSON)
    .where(PERSON.c.id == bindparam("b_id"))
    .values({c: bindparam(c) for c in _PERSON_FIELDS})
)
_IDS: Any = bindparam("ids", expanding=True)
_CHATS_OF = select(CHAT_PERSON).where(
    CHAT_PERSON.c.person == bindparam("person"), CHAT_PERSON.c.ended_at.is_(None)
)
_IN_CHAT = select(CHAT_PERSON).where(
    CHAT_PERSON.c.chat == bindparam("chat"), CHAT_PERSON.c.ended_at.is_(None)
)
_CHATS = select(CHAT).where(CHAT.c.id.in_(_IDS)).order_by(CHAT.c.id)
_PEOPLE = select(PERSON).where(PERSON.c.id.in_(_IDS)).order_by(PERSON.c.id)
_FILED_ON = (
    select(func.count())
    .select_from(FOLLOWER.join(PETITION, PETITION.c.id == FOLLOWER.c.case))
    .where(
        FOLLOWER.c.person == bindparam("person"), FOLLOWER.c.how == "filed",
        PETITION.c.received_on == bindparam("day"),
    )
)  # fmt: skip
_FOLLOWED = select(FOLLOWER).where(
    FOLLOWER.c.person == bindparam("person"), FOLLOWER.c.ended_at.is_(None)
)
_FOLLOWERS = (
    select(FOLLOWER)
    .where(FOLLOWER.c.case == bindparam("case"), FOLLOWER.c.ended_at.is_(None))
    .order_by(FOLLOWER.c.person)
)
_CASES = select(PETITION).where(PETITION.c.id.in_(_IDS)).order_by(PETITION.c.id.desc())
_ENDED_OF = (
    select(PETITION.c.id, PETITION.c.number)
    .join(FOLLOWER, FOLLOWER.c.case == PETITION.c.id)
    .where(
        FOLLOWER.c.person == bindparam("person"), FOLLOWER.c.ended_at.is_(None),
        PETITION.c.person == FOLLOWER.c.person, PETITION.c.answered_at.is_not(None),
        PETITION.c.status.in_((str(Status.CLOSED), str(Status.ENDED))),
    )
    .order_by(PETITION.c.id.desc())
    .limit(3)
)  # fmt: skip
_TEXTS = select(WORDS).where(WORDS.c.case == bindparam("case")).order_by(WORDS.c.id)
_TEXTS_OF = _TEXTS.where(WORDS.c.seq == bindparam("seq"))
_FILES = select(FILE).where(FILE.c.id.in_(_IDS))
_RATING = select(RATING).where(RATING.c.id == bindparam("id"))
_RATINGS = select(RATING).where(RATING.c.case == bindparam("case")).order_by(RATING.c.id)
_SAVE_RATING = (
    update(RATING)
    .where(RATING.c.id == bindparam("b_id"))
    .values({c: bindparam(c) for c in Rating.__dataclass_fields__ if c != "id"})
)
_PLAIN = (
    "version", "person", "category", "proposed", "handler", "first_handler", "people", "members",
    "unnamed", "sealed", "unit", "accepted_at", "answered_at", "ended_at", "way", "simple",
    "urgent", "bounces", "proposed_unit", "asked_days", "extended", "answered_by", "outcome",
    "delivered_on", "former", "merged_into", "lane", "next_due", "waits", "leader", "waiting",
    "promised_on",
)  # fmt: skip
_DRESSED = ("channel", "status", "kind", "resumed", "assisting", "guests")
"""Columns of a petition that hold its fields as they are, and those that don't."""
_SAVE_PETITION = (
    update(PETITION)
    .where(PETITION.c.id == bindparam("b_id"), PETITION.c.version == bindparam("b_version"))
    .values({c: bindparam(c) for c in (*_PLAIN, *_DRESSED, "stamp")})
)
_APPOINTMENTS = (
    select(APPOINTMENT).where(APPOINTMENT.c.case == bindparam("case")).order_by(APPOINTMENT.c.id)
)
_APPOINTMENTS_OF = (
    select(APPOINTMENT)
    .where(APPOINTMENT.c.host == bindparam("host"), APPOINTMENT.c.state.in_(("proposed", "agreed")))
    .order_by(APPOINTMENT.c.day, APPOINTMENT.c.hour, APPOINTMENT.c.id)
)
_MEMBERS = (
    select(MEMBER)
    .where(MEMBER.c.case == bindparam("case"), MEMBER.c.left_at.is_(None))
    .order_by(MEMBER.c.id)
)
_LINKS = (
    select(CASE_LINK.c.other)
    .where(CASE_LINK.c.case == bindparam("case"))
    .order_by(CASE_LINK.c.other)
)
_JOIN_OFFER = (
    select(JOIN_OFFER)
    .where((JOIN_OFFER.c.case == bindparam("case")) | (JOIN_OFFER.c.into == bindparam("case")))
    .order_by(JOIN_OFFER.c.id.desc())
    .limit(1)
)
_NEXT_UNIT = select(func.min(PETITION.c.unit)).where(
    PETITION.c.ended_at.is_(None), PETITION.c.unit > bindparam("after")
)
_SUPERVISIONS = (
    select(SUPERVISION).where(SUPERVISION.c.case == bindparam("case")).order_by(SUPERVISION.c.id)
)
_STANDING = SUPERVISION.c.state.in_((literal_column("'open'"), literal_column("'answered'")))
_OPEN_TASKS = select(TASK).where(TASK.c.done_at.is_(None)).order_by(TASK.c.due_on, TASK.c.id)
_TASKS_OF = _OPEN_TASKS.where(TASK.c.case == bindparam("case"))
_TASKS = _OPEN_TASKS.where(TASK.c.unit == bindparam("unit"))
_CODE_OF = select(PETITION.c.id, PETITION.c.code_hash).where(PETITION.c.id == bindparam("id"))
_KEY_OF = select(PETITION.c.key).where(PETITION.c.id == bindparam("id"))
_GIVE_KEY = (
    update(PETITION)
    .where(PETITION.c.id == bindparam("b_id"), PETITION.c.key == b"")
    .values(key=bindparam("b_key"))
)
_insert_into = functools.cache(insert)
PIN_LINK = "pin"
"""The part of a link by which a petitioner sets their PIN."""


@functools.cache
def _next(dialect: str, table: Any) -> Any:
    if dialect == "sqlite":
        return select(func.coalesce(func.max(table.c.id), 0) + 1)
    return select(func.nextval(func.pg_get_serial_sequence(f'"{table.name}"', "id")))


def next_id(db: Connection, table: Any) -> int:
    """The number of a table's next row: what is sealed in it is bound to that."""
    return int(db.execute(_next(db.dialect.name, table)).scalar_one())


def new_key() -> bytes:
    """A key for a case."""
    return secrets.token_bytes(32)


_CHAT_FIELDS = tuple(f.name for f in fields(Chat) if f.compare)


@dataclass(frozen=True, slots=True)
class _Puts:
    """The insert-or-else statements of one dialect, built once."""

    plan: Any
    serial: Any
    follow: Any
    document: Any
    uncounted: Any


@functools.cache
def _puts(dialect: str) -> _Puts:
    make: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    follow = make(FOLLOWER)
    new = follow.excluded
    plan = make(NOTICE)
    return _Puts(
        plan=plan.on_conflict_do_update(
            index_elements=["case", "kind", "occasion", "recipient"],
            set_={"state": "planned", "next_at": plan.excluded.next_at, "reason": ""},
            where=NOTICE.c.state == "cancelled",
        ),
        serial=make(SERIAL)
        .on_conflict_do_update(index_elements=["day"], set_={"last": SERIAL.c.last + 1})
        .returning(SERIAL.c.last),
        document=make(DOCUMENT_SERIAL)
        .on_conflict_do_update(
            index_elements=["kind", "year"], set_={"last": DOCUMENT_SERIAL.c.last + 1}
        )
        .returning(DOCUMENT_SERIAL.c.last),
        follow=follow.on_conflict_do_update(
            index_elements=["case", "person"],
            set_={"how": new.how, "since": new.since, "ended_at": new.ended_at, "stamp": new.stamp},
        ),
        # The row is locked even where nothing changes: whoever counts waits for this entry.
        uncounted=make(UNCOUNTED).on_conflict_do_update(
            index_elements=["case"], set_={"seq": UNCOUNTED.c.seq}
        ),
    )


MANY = 500
"""How many values one question asks for."""
NO_ANSWERS: dict[str, Any] = {"answers": {}, "voice": {}, "files": [], "at": "check"}
"""What is left of a form whose words were erased."""


def _some(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many as fit into one question."""
    return (paths[at : at + MANY] for at in range(0, len(paths), MANY))


def _files_of(draft: Draft) -> list[int]:
    return [*draft.data.get("files", []), *draft.data.get("voice", {}).values()]


def setting_put(db: Connection, name: str, value: str) -> tuple[Any, dict[str, Any]]:
    """The statement, with its values, that sets a setting."""
    add: Any = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    put = add(SETTING).values(name=name, value=value)
    return put.on_conflict_do_update(index_elements=["name"], set_={"value": value}), {}


class Records:
    """One transaction on the office's records (`petitions.book.Book`)."""

    def __init__(self, connection: Connection, ring: KeyRing) -> None:
        self._db = connection
        self._ring = ring
        self.planned = False
        """Whether this transaction planned a notice."""
        self._spoken: tuple[set[int], set[int]] = set(), set()
        self.units_changed = False
        """Whether this transaction changed the units."""
        self._insert: Any = (
            sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        )
        self._keys: dict[int, bytes] = {}
        """The wrapped keys of cases that were read or made here."""
        self._marks: dict[int, bytes | None] = {}

    # Small helpers

    def _one(self, statement: Any, **values: Any) -> Row[Any] | None:
        return self._db.execute(statement, values).first()

    def _all(self, statement: Any, **values: Any) -> Sequence[Row[Any]]:
        return self._db.execute(statement, values).all()

    def _add(self, table: Any, **values: Any) -> int:
        key = self._db.execute(_insert_into(table), values).inserted_primary_key
        return int(key[0]) if key else 0

    def _add_stamped(self, table: Any, **values: Any) -> int:
        """A row with its stamp; one that has a number gets it before."""
        if "id" in table.c and "id" not in values:
            values["id"] = next_id(self._db, table)
        self._db.execute(_insert_into(table), stamps.stamped(self._ring, table.name, values))
        return int(values.get("id", 0))

    def _genuine(self, table: Any, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
        """Those that are as the office wrote them."""
        return [row for row in rows if stamps.genuine(self._ring, table.name, row)]

    def _seal(self, table: str, column: str, text: str, **row: Any) -> bytes:
        """A text in a cell of a row; the empty text: empty."""
        cell = cells.CELLS[table, column]
        key = self._key(row[cell.case]) if cell.case and text else None
        return cells.seal(self._ring, table, column, text.encode(), row, key) if text else b""

    def _open(self, table: str, column: str, row: Row[Any]) -> str:
        """A cell of a row. Raises BadSetting."""
        held = row._mapping
        return self._opened(table, column, held[column], held.__getitem__).decode()

    def _opened(self, table: str, column: str, sealed: bytes, get: Any) -> bytes:
        cell, key = cells.CELLS[table, column], None
        if cell.case and sealed and cells.is_bound(cell, bytes(sealed)):
            case = get(cell.case)
            key = cells.key_of(self._ring, case, self._wrapped(case))
        return cells.open_(self._ring, table, column, sealed, get, key)

    def _wrapped(self, case: int) -> bytes:
        """The key in a case's row, as it lies there."""
        if case not in self._keys:
            row = self._one(_KEY_OF, id=case)
            self._keys[case] = bytes(row.key) if row else b""
        return self._keys[case]

    def open_cell(self, table: str, column: str, row: Row[Any]) -> str:
        """What is in a cell; of bytes: in hexadecimal. Raises BadSetting."""
        held = row._mapping
        content = self._opened(table, column, held[column], held.__getitem__)
        binary = cells.CELLS[table, column].raw or column == "key"
        return content.hex() if binary else content.decode(errors="replace")

    def seal_again(self, table: str, column: str, row: Row[Any]) -> bytes:
        """A cell as it is sealed now. Raises BadSetting."""
        held = row._mapping
        content = self._opened(table, column, held[column], held.__getitem__)
        cell = cells.CELLS[table, column]
        key = self._key(held[cell.case]) if cell.case else None
        return cells.seal(self._ring, table, column, content, dict(held), key)

    def hold_keys(self, keys: Iterable[tuple[int, bytes]]) -> None:
        """Keys of many cases that were read already."""
        self._keys.update((case, bytes(key)) for case, key in keys)

    def _key(self, case: int) -> AESGCM:
        """The key to seal a case's cells with; made, where it has none."""
        key = cells.key_of(self._ring, case, self._wrapped(case))
        if key is None:  # an older program's, or one that was erased: who is first makes it
            wrapped = cells.wrap(self._ring, case, new_key())
            self._db.execute(_GIVE_KEY, {"b_id": case, "b_key": wrapped})
            self._keys.pop(case, None)
            key = cells.key_of(self._ring, case, self._wrapped(case))
        if key is None:  # there is no such case
            raise BadSetting("bad.keys_wrong")
        return key

    # Chats and persons

    def chat(self, channel: str, address: str) -> Chat | None:
        row = self._one(_CHAT_BY_MARK, mark=chat_mark(self._ring, channel, address))
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
            address = str(row.id) if row.channel == "web" else ""  # as the page knows it
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

    def clear_log(self, chat: int) -> None:
        self._db.execute(delete(CARD).where(CARD.c.chat == chat))
        lines = select(LOG.c.id).where(LOG.c.chat == chat).order_by(LOG.c.seq)
        self.empty_lines(chat, [row.id for row in self._all(lines)])

    def empty_lines(self, chat: int, ids: Sequence[int]) -> None:
        """Empty lines of a chat, on pages that are open too."""
        nothing = '{"who":"office","text":""}'
        newest = self._db.execute(select(func.max(LOG.c.seq)).where(LOG.c.chat == chat)).scalar()
        for place, id in enumerate(ids, 1):
            seq = int(newest or 0) + place
            empty = self._seal("log_line", "entry", nothing, chat=chat, seq=seq)
            change = update(LOG).where(LOG.c.id == id)
            self._db.execute(change.values(seq=seq, entry=empty))
            self._db.execute(update(FILE).where(FILE.c.line == id).values(line=0))
            self._db.execute(delete(SHOWN).where(SHOWN.c.line == id))

    def drop_lines(self, which: Any) -> None:
        """Delete lines of the page's chats; a card among them is shown anew when it is wanted."""
        lines = select(LOG.c.id).where(which)
        self._db.execute(update(FILE).where(FILE.c.line.in_(lines)).values(line=0))
        self._db.execute(delete(SHOWN).where(SHOWN.c.line.in_(lines)))
        shown = select(LOG.c.id).where(which, LOG.c.chat == CARD.c.chat)
        self._db.execute(delete(CARD).where(CARD.c.message.in_(shown)))
        self._db.execute(delete(LOG).where(which))

    def spoken_of(self) -> Of:
        cases, drafts = self._spoken
        return Of(tuple(sorted(cases)), tuple(sorted(drafts)))

    def note_shown(self, line: int, of: Of) -> None:
        """A line shows words of these cases and forms; so does the one that it answers."""
        spoken = [*((case, 0) for case in of.cases), *((0, draft) for draft in of.drafts)]
        rows = [
            {"line": one, "case": case, "draft": draft}
            for one in {line, of.line} - {0}
            for case, draft in spoken
        ]
        if rows:
            self._db.execute(self._insert(SHOWN).on_conflict_do_nothing(), rows)

    def open_line(self, row: Row[Any]) -> str:
        """A sealed line of a chat: a row with `chat`, `seq`, `entry`."""
        return self._open("log_line", "entry", row)

    def end_sessions(self, chat: int, now: datetime) -> None:
        open_ = (SESSION.c.chat == chat) & SESSION.c.ended_at.is_(None)
        self.change("session", open_, ended_at=now)

    def chats_of(self, person: int) -> Sequence[Chat]:
        ids = [r.chat for r in self._genuine(CHAT_PERSON, self._all(_CHATS_OF, person=person))]
        return [self._chat(r) for r in self._all(_CHATS, ids=ids)] if ids else []

    def card(self, chat: int, case: int) -> int:
        row = self._one(select(CARD.c.message).where(CARD.c.chat == chat, CARD.c.case == case))
        return int(row.message) if row else 0

    def set_card(self, chat: int, case: int, message: int) -> None:
        put = self._insert(CARD).values(chat=chat, case=case, message=message)
        self._db.execute(
            put.on_conflict_do_update(index_elements=["chat", "case"], set_={"message": message})
        )

    # Updates already handled

    def handled(self, channel: str, key: str, chat: int, mark: str = "") -> tuple[str, str | None]:
        row = self._one(_HANDLED, channel=channel, key=key)
        if row and row.chat != chat:
            key = f"{key}:{chat}"
            row = self._one(_HANDLED, channel=channel, key=key)
        if row is None:
            return key, None
        answers = self._answers(row, mark)
        if answers is None:
            self._db.execute(_FORGET_HANDLED, {"channel": channel, "key": key})
        return key, answers

    def _answers(self, row: Row[Any], mark: str) -> str | None:
        """The answers to the update of this mark. Without a line of its own for it they were kept
        before there were marks."""
        before, marked, answers = (self._open("handled", "answers", row) or "[]").rpartition("\n")
        return None if marked and before != mark else answers

    def answer(self, chat: Chat, key: str, mark: str) -> str | None:
        row = self._one(_HANDLED, channel=chat.channel, key=key)
        return self._answers(row, mark) if row and row.chat == chat.id else None

    def last_answers(self, chat: Chat, count: int) -> list[list[Message]]:
        rows = self._all(_LAST, chat=chat.id, count=count)
        kept = (self._open("handled", "answers", row).rpartition("\n")[2] for row in rows)
        return [from_json(answers) for answers in kept]

    def owe(self, chat: int, owed: bool) -> None:
        self._db.execute(update(CHAT).where(CHAT.c.id == chat).values(owed=owed))

    def unheard(self, chat: int) -> Sequence[Notice]:
        found = select(NOTICE).where(
            NOTICE.c.case == 0, NOTICE.c.kind == notices.ANSWER, NOTICE.c.state == "blocked",
            NOTICE.c.recipient == f"chat:{chat}",
        )  # fmt: skip
        return [notice_of(row) for row in self._all(found.order_by(NOTICE.c.id))]

    def say_again(self, ids: Sequence[int], now: datetime) -> None:
        if ids:
            self.planned = True
            fresh = {"state": "planned", "next_at": now, "attempts": 0, "reason": "came back"}
            self._db.execute(update(NOTICE).where(NOTICE.c.id.in_(ids)).values(**fresh))

    def owed(self, chat: int) -> Sequence[Notice]:
        return [notice_of(row) for row in self._all(_OWED, chat=f"chat:{chat}")]

    def keep_handled(
        self, channel: str, key: str, chat: int, mark: str, answers: str, now: datetime
    ) -> None:
        row = {"channel": channel, "key": key, "chat": chat}
        sealed = self._seal("handled", "answers", f"{mark}\n{answers}", **row)
        self._db.execute(_KEEP_HANDLED, {**row, "answers": sealed, "at": now})

    def forget_answers(self, chat: int) -> None:
        self._db.execute(delete(HANDLED).where(HANDLED.c.chat == chat))

    # Drafts

    def new_draft(self, draft: Draft, now: datetime) -> Draft:
        draft = replace(draft, id=next_id(self._db, DRAFT), changed_at=now)
        self._db.execute(_insert_into(DRAFT), {
            "id": draft.id, "chat": draft.chat, "person": draft.person, "form": draft.form,
            "case": draft.case, "data": self._draft_data(draft), "changed_at": now,
        })  # fmt: skip
        self._spoken[1].add(draft.id)
        return draft

    def _draft_data(self, draft: Draft) -> bytes:
        said = json.dumps(draft.data, ensure_ascii=False)
        return self._seal("draft", "data", said, id=draft.id, chat=draft.chat, person=draft.person)

    def draft(self, id: int) -> Draft | None:
        row = self._one(_DRAFT, id=id)
        return self._draft(row) if row else None

    def _draft(self, row: Row[Any]) -> Draft:
        self._spoken[1].add(row.id)
        data = json.loads(self._open("draft", "data", row) or json.dumps(NO_ANSWERS))
        return Draft(
            row.id, row.chat, row.person, row.form, row.case, row.rev, data, row.done,
            row.changed_at,
        )  # fmt: skip

    def save_draft(self, draft: Draft, now: datetime) -> None:
        self._db.execute(
            _SAVE_DRAFT,
            {
                "b_id": draft.id,
                "chat": draft.chat,
                "form": draft.form,
                "case": draft.case,
                "rev": draft.rev,
                "data": self._draft_data(draft),
                "done": draft.done,
                "changed_at": now,
            },
        )

    def drop_draft(self, id: int) -> None:
        # The words go, the row stays: a number used again would make old buttons new.
        self._erase_drafts(DRAFT.c.id == id)

    def _erase_drafts(self, which: Any) -> None:
        self._db.execute(update(DRAFT).where(which).values(done=True, data=b""))

    def forget_drafts(self, which: Any) -> None:
        """Erase drafts, and whose they were."""
        self._erase_drafts(which)
        self._db.execute(update(DRAFT).where(which).values(person=0, chat=0))

    def change(self, table: str, which: Any, /, **values: Any) -> int:
        """Change rows of a stamped table; gives how many."""
        return stamps.change(self._db, self._ring, table, which, **values)

    def copy_person(self, row: Any) -> int:
        """A person with another number, and the same settings."""
        old = self._opened("person", "pin", row["pin"], row.__getitem__)
        id = next_id(self._db, PERSON)
        pin = old and cells.seal(self._ring, "person", "pin", old, {"id": id})
        kept = {k: v for k, v in row.items() if k not in ("id", "pin", "stamp")}
        self._add_stamped(PERSON, id=id, pin=pin, **kept)
        return id

    def uncount(self, case: int) -> None:
        """Followers and files of a case were deleted."""
        tally = tallies.of(self._db, self._ring, case)
        tally.followers = tally.files = 0

    def hand_drafts(self, person: int, to: int) -> None:
        """A person's drafts are another's from now on."""
        rows = self._all(select(DRAFT).where(DRAFT.c.person == person))
        for draft in (replace(self._draft(row), person=to) for row in rows if row.data):
            change = update(DRAFT).where(DRAFT.c.id == draft.id)
            self._db.execute(change.values(person=to, data=self._draft_data(draft)))
        self._db.execute(update(DRAFT).where(DRAFT.c.person == person).values(person=to))

    def drafts_of(self, person: int) -> Sequence[Draft]:
        rows = self._all(
            select(DRAFT)
            .where(DRAFT.c.person == person, DRAFT.c.done.is_(False))
            .order_by(DRAFT.c.changed_at.desc())
        )
        return [self._draft(r) for r in rows]

    # Cases

    def next_serial(self, day: date) -> int:
        put = _puts(self._db.dialect.name).serial
        return int(self._db.execute(put, {"day": day, "last": 1}).scalar_one())

    def add(self, petition: Petition, identity: Identity, code: str) -> Petition:
        id = petition.id = next_id(self._db, PETITION)
        self._keys[id] = cells.wrap(self._ring, id, new_key())
        row = _petition_values(petition) | {
            "id": id, "number": petition.number, "received_at": petition.received_at,
            "received_on": petition.received_on,
        }  # fmt: skip
        self._db.execute(_insert_into(PETITION), row | {
            "stamp": stamps.stamp(self._ring, "petition", row), "key": self._keys[id],
            "code_hash": self._code_cell(id, self.hash_code(code)),
            **self._identity_values(id, identity),
        })  # fmt: skip
        tallies.begin(self._db, self._ring, id)
        self._spoken[0].add(id)
        return petition

    def _code_cell(self, case: int, hash: bytes) -> bytes:
        if not hash:
            return b""
        return cells.seal(self._ring, "petition", "code_hash", hash, {"id": case}, self._key(case))

    def petition(self, id: int) -> Petition:
        row = self._one(_PETITION, id=id)
        if row is None:
            raise Unknown("bad.no_case")
        return self._petition(row)

    def _petition(self, row: Row[Any]) -> Petition:
        """A case. Raises Unknown where its row isn't as the office wrote it."""
        if not stamps.genuine(self._ring, "petition", row):
            raise Unknown("bad.case_forged")
        self._keys[row.id] = bytes(row.key)
        return petition_of(row)

    def cases(self, rows: Iterable[Row[Any]]) -> list[Petition]:
        """Rows as cases; without those that somebody else has changed."""
        return [self._petition(row) for row in self._genuine(PETITION, rows)]

    def by_number(self, number: str) -> Petition | None:
        row = self._one(select(PETITION).where(PETITION.c.number == number))
        return self._petition(row) if row else None

    def save(self, petition: Petition) -> None:
        values = _petition_values(petition) | {"version": petition.version + 1}
        row = values | {
            "id": petition.id,
            "number": petition.number,
            "received_at": petition.received_at,
            "received_on": petition.received_on,
        }
        values |= {
            "stamp": stamps.stamp(self._ring, "petition", row),
            "b_id": petition.id, "b_version": petition.version,
        }  # fmt: skip
        if self._db.execute(_SAVE_PETITION, values).rowcount != 1:
            raise Changed("bad.changed")
        petition.version += 1

    def _identity_values(self, case: int, identity: Identity) -> dict[str, bytes]:
        return {
            f: self._seal("petition", f, getattr(identity, f), id=case)
            for f in Identity.__dataclass_fields__
        }

    def identity(self, case: int) -> Identity:
        row = self._one(_PETITION, id=case)
        if row is None:
            raise Unknown("bad.no_case")
        self._spoken[0].add(case)
        self._keys[case] = bytes(row.key)
        return Identity(
            **{f: self._open("petition", f, row) for f in Identity.__dataclass_fields__}
        )

    def set_identity(self, case: int, identity: Identity) -> None:
        change = update(PETITION).where(PETITION.c.id == case)
        self._db.execute(change.values(self._identity_values(case, identity)))

    def erase_key(self, case: int) -> None:
        """What is sealed with a case's key opens no more, wherever it lies."""
        self._db.execute(update(PETITION).where(PETITION.c.id == case).values(key=b""))
        self._keys.pop(case, None)

    def code_hash(self, case: int) -> bytes:
        row = self._one(_CODE_OF, id=case)
        return (
            self._opened("petition", "code_hash", row.code_hash, row._mapping.__getitem__)
            if row
            else b""
        )

    def set_code_hash(self, case: int, hash: bytes) -> None:
        change = update(PETITION).where(PETITION.c.id == case)
        self._db.execute(change.values(code_hash=self._code_cell(case, hash)))

    def hash_code(self, code: str) -> bytes:
        return self._ring.hash_code(read_code(code).encode())

    def forget_case(self, case: int) -> None:
        from storage import forget

        forget.forget_case(self, self._db, case)

    def is_over(self, case: int, before: datetime) -> bool:
        from storage import retention

        return retention.is_due(self._db, case, before)

    def held_of(self, person: int) -> dict[str, list[dict[str, Any]]]:
        from storage import holding

        return holding.of(self._db, self._ring, person)

    def follow(self, case: int, person: int, how: str, now: datetime) -> None:
        tally = tallies.of(self._db, self._ring, case)
        if not tally.followers or not self._one(_FOLLOWER, case=case, person=person):
            tally.followers += 1
        row = {"case": case, "person": person, "how": how, "since": now, "ended_at": None,
               "muted": False}  # fmt: skip
        put = _puts(self._db.dialect.name).follow
        self._db.execute(put, stamps.stamped(self._ring, "follower", row))

    def unfollow(self, case: int, person: int, now: datetime) -> None:
        mine = (FOLLOWER.c.case == case) & (FOLLOWER.c.person == person)
        self.change("follower", mine, ended_at=now)

    def follows(self, case: int, person: int) -> bool:
        return bool(self.how(case, person))

    def how(self, case: int, person: int) -> str:
        row = self._one(_FOLLOWS, case=case, person=person)
        return str(row.how) if row and stamps.genuine(self._ring, "follower", row) else ""

    def followers(self, case: int) -> Sequence[int]:
        return list(self.ways_in(case))

    def ways_in(self, case: int) -> Mapping[int, str]:
        rows = self._genuine(FOLLOWER, self._all(_FOLLOWERS, case=case))
        return {r.person: r.how for r in rows}

    def cases_of(self, person: int) -> Sequence[Petition]:
        ids = [r.case for r in self._genuine(FOLLOWER, self._all(_FOLLOWED, person=person))]
        return self.cases(self._all(_CASES, ids=ids)) if ids else []

    def filed_on(self, person: int, day: date) -> int:
        return int(self._db.execute(_FILED_ON, {"person": person, "day": day}).scalar_one())

    def ended_cases(self, person: int) -> Sequence[tuple[int, str]]:
        return [(r.id, r.number) for r in self._all(_ENDED_OF, person=person)]

    # The file of a case

    def write(self, case: int, entry: Entry, texts: Iterable[NewText]) -> int:
        tally = tallies.of(self._db, self._ring, case)
        seq, before = tally.seq + 1, tally.digest
        entry = replace(entry, seq=seq)
        rows = [self._words(case, seq, text) for text in texts]
        digest = chain.digest(before, case, entry, [r["commitment"] for r in rows])
        tally.seq, tally.digest = seq, digest
        self._db.execute(
            insert(HISTORY),
            {
                "case": case,
                "seq": seq,
                "at": entry.at,
                "actor_kind": entry.actor.kind,
                "actor": entry.actor.id,
                "actor_unit": entry.actor.unit,
                "actor_role": entry.actor.role,
                "action": entry.action,
                "status": str(entry.status),
                "audience": str(entry.audience),
                "facts": entry.facts,
                "digest": digest,
            },
        )
        if rows:
            self._db.execute(insert(WORDS), rows)
        self._db.execute(_puts(self._db.dialect.name).uncounted, {"case": case, "seq": seq})
        return seq

    def _words(self, case: int, seq: int, text: NewText) -> dict[str, Any]:
        salt = chain.new_salt()
        row = {
            "case": case, "seq": seq, "part": text.part, "audience": str(text.audience),
            "file": text.file, "commitment": chain.commitment(salt, text.body),
        }  # fmt: skip
        return {**row, "salt": salt, "body": self._seal("words", "body", text.body, **row)}

    def history(self, case: int) -> Sequence[Entry]:
        rows = self._all(select(HISTORY).where(HISTORY.c.case == case).order_by(HISTORY.c.seq))
        return [entry_of(r) for r in rows]

    def commitments(self, case: int) -> dict[int, list[bytes]]:
        """What the chain holds of each entry's texts, by entry."""
        rows = self._all(select(WORDS).where(WORDS.c.case == case).order_by(WORDS.c.id))
        found: dict[int, list[bytes]] = {}
        for row in rows:
            found.setdefault(row.seq, []).append(row.commitment)
        return found

    def entry(self, case: int, seq: int) -> Entry | None:
        row = self._one(select(HISTORY).where(HISTORY.c.case == case, HISTORY.c.seq == seq))
        return entry_of(row) if row else None

    def texts(self, case: int, seq: int = 0) -> Sequence[Text]:
        rows = self._all(_TEXTS_OF, case=case, seq=seq) if seq else self._all(_TEXTS, case=case)
        if rows:
            self._spoken[0].add(case)
        return [self._text(row) for row in rows]

    def _text(self, row: Row[Any]) -> Text:
        body = self._open("words", "body", row)
        return Text(row.seq, row.part, body, Audience(row.audience), row.file)

    def open_words(self, row: Row[Any]) -> str:
        """A sealed text of a case, for work on many of them: empty where it can't be opened."""
        try:
            return self._open("words", "body", row)
        except BadSetting:
            log.error("words.unreadable", words=row.id)
            return ""

    def token(self, term: str) -> bytes:
        """A term as it stands in the index of words."""
        return self._ring.hash_code(f"term:{term}".encode())[: segments.HASH]

    def unfind(self, case: int) -> None:
        """A case is found no more by words that were erased; the index gives them up in the
        background."""
        self._db.execute(insert(TODO), {"what": "erased", "ref": case})

    def erase_text(self, case: int, seq: int, part: str) -> None:
        """Forget words for good, in the index too; the history keeps their commitment."""
        self._db.execute(
            update(WORDS)
            .where(WORDS.c.case == case, WORDS.c.seq == seq, WORDS.c.part == part)
            .values(body=b"", salt=b"", file=0)
        )
        if part in search.PARTS:
            self.unfind(case)

    def attach(
        self, case: int, seq: int, files: Sequence[int], audience: Audience
    ) -> Sequence[FileRef]:
        tally = tallies.of(self._db, self._ring, case) if files else None
        for file in dict.fromkeys(files):
            row = {"case": case, "file": file, "seq": seq, "audience": str(audience)}
            put = self._insert(CASE_FILE).values(stamps.stamped(self._ring, "case_file", row))
            new = put.on_conflict_do_nothing().returning(CASE_FILE.c.file)
            if self._db.execute(new).first() and tally:
                tally.files += 1
        return [self.file_ref(f) for f in files]

    def attachments(self, case: int, seq: int = 0) -> Sequence[Attachment]:
        found = select(CASE_FILE).where(CASE_FILE.c.case == case)
        if seq:
            found = found.where(CASE_FILE.c.seq == seq)
        found = found.order_by(CASE_FILE.c.seq, CASE_FILE.c.file)
        rows = self._all(found)
        if rows:
            self._spoken[0].add(case)
        return self._attachments(rows)

    def _attachments(self, links: Iterable[Row[Any]]) -> list[Attachment]:
        """The attachments that these rows say belong to their cases."""
        mine = self._genuine(CASE_FILE, links)
        rows = self._all(_FILES, ids=[link.file for link in mine]) if mine else ()
        files = {row.id: row for row in self._genuine(FILE, rows)}
        return [self._attachment(files[one.file], one) for one in mine if one.file in files]

    def _attachment(self, r: Row[Any], link: Row[Any]) -> Attachment:
        name = self._open("file", "name", r)
        return Attachment(r.id, name, r.mime, r.size, link.seq, Audience(link.audience))

    def _file(self, id: int) -> Row[Any]:
        row = self._one(select(FILE).where(FILE.c.id == id))
        if row is None or not stamps.genuine(self._ring, "file", row):
            raise FileGone("bad.file_gone")
        return row

    def file_ref(self, id: int) -> FileRef:
        row = self._file(id)
        return FileRef(row.id, self._open("file", "name", row), row.mime, row.size)

    def add_file(self, path: str, name: str, mime: str, size: int, now: datetime) -> FileRef:
        """The row of a file whose bytes are in the vault."""
        id = next_id(self._db, FILE)
        sealed = self._seal("file", "name", name, id=id)
        self._add_stamped(FILE, id=id, path=path, name=sealed, mime=mime, size=size, at=now, line=0)
        return FileRef(id, name, mime, size)

    def file_path(self, id: int) -> str:
        """Where in the vault a file's bytes lie."""
        return str(self._file(id).path)

    def drop_orphans(self, before: datetime) -> Sequence[str]:
        """Forget files that no case, no open form and no log line needs; gives where their
        bytes lie. Only those kept before an instant: a newer one may be on its way. Nor any that
        may be an open form's that can't be read."""
        inside = select(CASE_FILE.c.file).where(CASE_FILE.c.file == FILE.c.id).exists()
        spoken = select(WORDS.c.file).where(WORDS.c.file == FILE.c.id).exists()
        rows = self._all(
            select(FILE.c.id, FILE.c.path, FILE.c.at).where(
                FILE.c.at < before, FILE.c.line == 0, ~inside, ~spoken
            )
        )
        if not rows:
            return []
        wanted: set[int] = set()
        for row in self._all(select(DRAFT).where(DRAFT.c.done.is_(False))):
            try:
                wanted.update(_files_of(self._draft(row)))
            except BadSetting:
                log.error("draft.unreadable", draft=row.id)
                wanted.update(file.id for file in rows if file.at <= row.changed_at)
        wanted |= {file for row in self._all(select(BULLETIN.c.files)) for file in row.files}
        gone = [row for row in rows if row.id not in wanted and is_inside(row.path)]
        for row in gone:
            self._db.execute(delete(FILE).where(FILE.c.id == row.id))
        paths = {row.path for row in gone}
        for some in _some(sorted(paths)):  # bytes that another row names, too, stay
            paths -= {r.path for r in self._all(select(FILE.c.path).where(FILE.c.path.in_(some)))}
        return sorted(paths)

    def known_paths(self, folder: str) -> set[str]:
        """Where the bytes of all files in one folder of the vault lie."""
        rows = self._all(select(FILE.c.path).where(FILE.c.path.startswith(f"{folder}/")))
        return {row.path for row in rows}

    # Clocks

    def start_clock(self, clock: Running) -> Running:
        tallies.of(self._db, self._ring, clock.case).clocks += 1
        return replace(clock, id=self._add_stamped(CLOCK, **_clock_values(clock)))

    def save_clock(self, clock: Running) -> None:
        row = stamps.stamped(self._ring, "clock", {"id": clock.id, **_clock_values(clock)})
        self._db.execute(update(CLOCK).where(CLOCK.c.id == clock.id).values(row))

    def clocks(self, case: int) -> Sequence[Running]:
        rows = self._all(select(CLOCK).where(CLOCK.c.case == case).order_by(CLOCK.c.id))
        return [_running(row) for row in self._genuine(CLOCK, rows)]

    def clocks_after(self, id: int, limit: int) -> Sequence[Running]:
        rows = self._all(
            select(CLOCK)
            .where(CLOCK.c.id > id, CLOCK.c.ended_at.is_(None))
            .order_by(CLOCK.c.id)
            .limit(limit)
        )
        return [_running(row) for row in self._genuine(CLOCK, rows)]

    def open_clocks(self, units: Sequence[str], until: date) -> Sequence[tuple[Running, Petition]]:
        found = (
            select(CLOCK)
            .join(PETITION, PETITION.c.id == CLOCK.c.case)
            .where(CLOCK.c.ended_at.is_(None), CLOCK.c.due_on <= until)
            .order_by(CLOCK.c.due_on, CLOCK.c.id)
        )
        if units:
            found = found.where(PETITION.c.unit.in_(units))
        rows = self._genuine(CLOCK, self._all(found))
        ids = {row.case for row in rows}
        held = self.cases(self._all(_CASES, ids=list(ids))) if ids else ()
        cases = {one.id: one for one in held}
        return [(_running(row), cases[row.case]) for row in rows if row.case in cases]

    def calendar_lists(self, calendar: str) -> tuple[str, ...]:
        rows = self._all(_CALENDAR, calendar=calendar)
        return tuple(row.body for row in rows)

    def setting(self, name: str) -> str:
        row = self._one(select(SETTING.c.value).where(SETTING.c.name == name))
        return str(row.value) if row else ""

    def set_setting(self, name: str, value: str) -> None:
        self.units_changed = self.units_changed or name == UNITS
        self._db.execute(*setting_put(self._db, name, value))

    def keep_calendar(self, calendar: str, year: int, text: str, now: datetime) -> None:
        row = {"calendar": calendar, "year": year, "body": text, "at": now}
        put = self._insert(CALENDAR).values(row)
        self._db.execute(
            put.on_conflict_do_update(
                index_elements=["calendar", "year"], set_={"body": text, "at": now}
            )
        )

    # Documents

    def issue(self, case: int, seq: int, kind: str, mark: str, day: date) -> Issued:
        put = _puts(self._db.dialect.name).document
        last = self._db.execute(put, {"kind": kind, "year": day.year, "last": 1}).scalar_one()
        number = f"{mark}〔{day.year}〕{last:04d}号"
        id = self._add(DOCUMENT, case=case, seq=seq, kind=kind, number=number, day=day)
        return Issued(id, case, seq, kind, number, day)

    def documents(self, case: int) -> Sequence[Issued]:
        rows = self._all(select(DOCUMENT).where(DOCUMENT.c.case == case).order_by(DOCUMENT.c.id))
        return [Issued(r.id, r.case, r.seq, r.kind, r.number, r.day) for r in rows]

    # The desk

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
        ended = self._one(select(OFFICER.c.chat).where(OFFICER.c.id == id))
        others = self.desks_of(ended.chat) if ended and ended.chat else []
        stays = others[0].id if others else 0
        self.change("chat", CHAT.c.officer == id, officer=stays)

    def desks_of(self, chat: int) -> Sequence[Officer]:
        return self._officers(self._all(_DESKS_OF, chat=chat))

    def seat_officer(self, id: int, chat: int) -> None:
        self.change("chat", CHAT.c.officer == id, officer=0)
        self.change("officer", OFFICER.c.id == id, chat=chat)
        self.change("chat", CHAT.c.id == chat, officer=id)
        log.warning("staff.seated", officer=id)

    def seated(self, unit: str = "") -> Sequence[Officer]:
        rows = self._all(_SEATED_OF, unit=unit) if unit else self._all(_SEATED)
        return self._officers(rows)

    def set_away(self, id: int, away: bool, stand_in: int) -> None:
        self.change("officer", OFFICER.c.id == id, away=away, stand_in=stand_in)

    def add_invite(self, hash: bytes, officer: int, until: datetime) -> None:
        self._add_stamped(INVITE, hash=hash, officer=officer, until=until, used_at=None)
        log.warning("staff.invited", officer=officer)

    def use_invite(self, hash: bytes, now: datetime) -> Officer | None:
        mine = (INVITE.c.hash == hash) & INVITE.c.used_at.is_(None) & (INVITE.c.until > now)
        if not self.change("invite", mine, used_at=now):
            return None
        row = self._one(select(INVITE.c.officer).where(INVITE.c.hash == hash))
        return self.officer(row.officer) if row else None

    def _queue(self, which: Queue, *columns: Any) -> Select[Any]:
        case = PETITION.c
        one = len(which.units) == 1
        mine = case.unit == which.units[0] if one else case.unit.in_(which.units)
        found = select(*columns).where(case.ended_at.is_(None), mine)
        if which.handler is not None:
            found = found.where(case.handler == which.handler)
        if which.statuses:
            found = found.where(case.status.in_(which.statuses))
        if which.category:
            found = found.where(case.category.startswith(which.category, autoescape=True))
        if which.until:
            found = found.where(case.next_due <= which.until)
        return found

    def queue(self, which: Queue, offset: int, limit: int) -> Sequence[Queued]:
        found = self._queue(which, PETITION)
        page = (
            found.order_by(PETITION.c.next_due, PETITION.c.waits, PETITION.c.id)
            .offset(offset)
            .limit(limit)
        )
        return [
            Queued(self._petition(r), None if r.next_due == date.max else r.next_due)
            for r in self._genuine(PETITION, self._all(page))
        ]

    def queue_size(self, which: Queue) -> int:
        return int(self._db.execute(self._queue(which, func.count())).scalar_one())

    def lane_counts(self) -> Sequence[tuple[str, str, int]]:
        found = (
            select(PETITION.c.lane, PETITION.c.status, func.count().label("held"))
            .where(PETITION.c.lane != literal_column("''"))
            .group_by(PETITION.c.lane, PETITION.c.status)
        )
        return [(r.lane, r.status, int(r.held)) for r in self._all(found)]

    def set_next_due(self, case: int, day: date) -> None:
        """When the first of a case's clocks ends now."""
        self._db.execute(update(PETITION).where(PETITION.c.id == case).values(next_due=day))

    def answers_of(self, unit: str, but: int, limit: int) -> Sequence[tuple[str, str]]:
        newest = (
            select(PETITION.c.id, PETITION.c.number)
            .where(PETITION.c.answered_by == unit, PETITION.c.answered_at.is_not(None))
            .order_by(PETITION.c.answered_at.desc())
            .limit(limit)
        )
        numbers = {r.id: r.number for r in self._all(newest) if r.id != but}
        found = select(WORDS).where(WORDS.c.case.in_(numbers), WORDS.c.part == "reply")
        rows = self._all(found) if numbers else []
        said = [(numbers[r.case], self.open_words(r)) for r in rows]
        return [(number, text) for number, text in said if text]

    def alike(self, case: int, limit: int) -> Sequence[int]:
        from storage import lookup

        return lookup.alike(self, self._db, self._ring, case, limit)

    def holding_units(self) -> Sequence[str]:
        found: list[str] = []
        while unit := self._db.execute(_NEXT_UNIT, {"after": found[-1] if found else ""}).scalar():
            found.append(str(unit))
        return found

    def save_filter(self, officer: int, name: str, data: dict[str, str]) -> int:
        return self._add(SAVED_FILTER, officer=officer, name=name, data=data)

    def filters(self, officer: int) -> Sequence[tuple[int, str, dict[str, str]]]:
        mine = select(SAVED_FILTER).where(SAVED_FILTER.c.officer == officer)
        return [(r.id, r.name, r.data) for r in self._all(mine.order_by(SAVED_FILTER.c.id))]

    def drop_filter(self, officer: int, id: int) -> None:
        self._db.execute(
            delete(SAVED_FILTER).where(SAVED_FILTER.c.officer == officer, SAVED_FILTER.c.id == id)
        )

    def saved_replies(self, unit: str) -> Sequence[tuple[int, str]]:
        rows = self._all(
            select(SAVED_REPLY).where(SAVED_REPLY.c.unit == unit).order_by(SAVED_REPLY.c.id)
        )
        return [(r.id, r.body) for r in rows]

    def save_reply(self, unit: str, body: str, now: datetime) -> None:
        self._add(SAVED_REPLY, unit=unit, body=body, at=now)

    def drop_reply(self, unit: str, id: int) -> None:
        self._db.execute(
            delete(SAVED_REPLY).where(SAVED_REPLY.c.unit == unit, SAVED_REPLY.c.id == id)
        )

    # The ledger

    def plan(self, *planned: Planned) -> None:
        self.planned = True
        rows = [
            {
                "kind": n.kind, "case": n.case, "occasion": n.occasion, "recipient": n.to,
                "channel": self._channel(n), "lane": notices.lane(n.kind), "due_at": n.due_at,
                "next_at": n.next_at or n.due_at, "facts": n.facts,
            }
            for n in planned
        ]  # fmt: skip
        if rows:
            self._db.execute(_puts(self._db.dialect.name).plan, rows)

    def _channel(self, notice: Planned) -> str:
        if not notice.to.startswith("chat:"):
            return ""
        return (notice.chat or self.chat_by_id(int(notice.to[5:]))).channel

    def notice(self, id: int) -> Notice | None:
        row = self._one(select(NOTICE).where(NOTICE.c.id == id))
        return notice_of(row) if row else None

    def notices_of(self, case: int) -> Sequence[Notice]:
        rows = self._all(select(NOTICE).where(NOTICE.c.case == case).order_by(NOTICE.c.id))
        return [notice_of(row) for row in rows]

    def opened(self, case: int, chat: int, now: datetime) -> None:
        self._db.execute(_OPENED, {"b_case": case, "b_chat": f"chat:{chat}", "b_now": now})

    def last_sent(self, case: int, chat: int, since: datetime) -> datetime | None:
        row = self._one(_LAST_SENT, case=case, chat=f"chat:{chat}", since=since)
        return row.at if row else None

    # Ratings and follow-ups

    def add_rating(self, rating: Rating) -> int:
        return self._add(RATING, **_fields(rating))

    def save_rating(self, rating: Rating) -> None:
        self._db.execute(_SAVE_RATING, {"b_id": rating.id, **_fields(rating)})

    def rating(self, id: int) -> Rating:
        row = self._one(_RATING, id=id)
        if row is None:
            raise Unknown("bad.stale")
        return _rating(row)

    def ratings(self, case: int) -> Sequence[Rating]:
        rows = self._all(_RATINGS, case=case)
        return [_rating(row) for row in rows]

    def add_follow_up(self, follow_up: FollowUp) -> int:
        put = self._insert(FOLLOW_UP).values(**_fields(follow_up)).on_conflict_do_nothing()
        row = self._db.execute(put.returning(FOLLOW_UP.c.id)).first()
        return int(row.id) if row else 0

    def save_follow_up(self, follow_up: FollowUp) -> None:
        change = update(FOLLOW_UP).where(FOLLOW_UP.c.id == follow_up.id)
        self._db.execute(change.values(**_fields(follow_up)))

    def follow_up(self, id: int) -> FollowUp:
        row = self._one(select(FOLLOW_UP).where(FOLLOW_UP.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return _follow_up(row)

    def follow_ups(self, case: int) -> Sequence[FollowUp]:
        found = select(FOLLOW_UP).where(FOLLOW_UP.c.case == case).order_by(FOLLOW_UP.c.due_on)
        return [_follow_up(row) for row in self._all(found)]

    def add_appointment(self, appointment: Appointment) -> int:
        return self._add(APPOINTMENT, **_fields(appointment))

    def save_appointment(self, appointment: Appointment) -> None:
        change = update(APPOINTMENT).where(APPOINTMENT.c.id == appointment.id)
        self._db.execute(change.values(**_fields(appointment)))

    def appointments(self, case: int) -> Sequence[Appointment]:
        return [_appointment(row) for row in self._all(_APPOINTMENTS, case=case)]

    def appointments_of(self, host: int) -> Sequence[Appointment]:
        return [_appointment(row) for row in self._all(_APPOINTMENTS_OF, host=host)]

    def remarks(self, first: datetime, last: datetime) -> Iterator[tuple[int, Entry]]:
        found = (
            select(HISTORY)
            .where(t.REMARKS, HISTORY.c.at >= first, HISTORY.c.at < last)
            .order_by(HISTORY.c.at.desc(), HISTORY.c.case, HISTORY.c.seq)
        )
        for row in self._db.execute(found).yield_per(1000):
            yield row.case, entry_of(row)

    def count(self, zone: tzinfo, most: int) -> int:
        return journal.count_some(self._db, zone, most)

    def sums(
        self, which: Which, today: date, by: str = "", as_of: datetime | None = None
    ) -> dict[Any, Sums]:
        return journal.sums(self._db, which, today, by, as_of)

    def counted(
        self, which: Which, today: date, over: Sequence[str], but: Sequence[str], limit: int
    ) -> tuple[list[int], int]:
        return journal.cases(self._db, which, today, over, but, limit)

    def hot_matters(self, *states: str) -> Sequence[Matter]:
        return hot.matters(self._db, self._ring, states)

    def settle_hot(self, id: int, state: str) -> None:
        hot.settle(self._db, id, state)

    def sign(self, content: bytes) -> tuple[bytes, bytes]:
        return self._ring.public, self._ring.sign(content)

    def plan_bulletin(self, period: Period) -> bool:
        return publishing.plan(self._db, period)

    def bulletin(self, id: int) -> Bulletin | None:
        return publishing.load(self._db, id)

    def bulletins(self, kinds: Sequence[str], most: int) -> Sequence[Bulletin]:
        return publishing.made(self._db, kinds, most)

    def mute(self, case: int, person: int, muted: bool) -> None:
        self._db.execute(
            update(FOLLOWER)
            .where(FOLLOWER.c.case == case, FOLLOWER.c.person == person)
            .values(muted=muted)
        )

    def muted(self, case: int, person: int) -> bool:
        row = self._one(_MUTED, case=case, person=person)
        return row is None or bool(row.muted)

    # Tasks

    def add_task(self, task: Task) -> int:
        values = {
            "case": task.case, "kind": str(task.kind), "occasion": task.occasion,
            "unit": task.unit, "due_on": task.due_on, "created_at": task.created_at,
            "notice": task.notice,
        }  # fmt: skip
        put = self._insert(TASK).values(**values).on_conflict_do_nothing().returning(TASK.c.id)
        row = self._db.execute(put).first()
        return int(row.id) if row else 0

    def task(self, id: int) -> Task:
        row = self._one(select(TASK).where(TASK.c.id == id))
        if row is None:
            raise Unknown("bad.task_gone")
        return _task(row)

    def tasks(self, case: int = 0, unit: str = "") -> Sequence[Task]:
        rows = self._all(_TASKS_OF, case=case) if case else self._all(_TASKS, unit=unit)
        return [_task(row) for row in rows]

    def hand_on(self, case: int, kinds: Iterable[TaskKind], unit: str) -> None:
        mine = (TASK.c.case == case) & TASK.c.kind.in_([str(kind) for kind in kinds])
        self._db.execute(update(TASK).where(mine, TASK.c.done_at.is_(None)).values(unit=unit))

    def end_task(self, id: int, by: int, how: str, now: datetime) -> bool:
        change = update(TASK).where(TASK.c.id == id, TASK.c.done_at.is_(None))
        values = {"done_at": now, "done_by": by, "how": how}
        return self._db.execute(change.values(**values)).rowcount == 1

    # Joint petitions and cases that belong together

    def add_member(self, member: Member, mark: str, now: datetime) -> int:
        who = member.identity
        row = stamps.stamped(self._ring, "member", {
            "id": next_id(self._db, MEMBER), "case": member.case, "person": member.person,
            "part": str(member.part), "seq": member.seq, "mark": self._mark(mark), "since": now,
            "left_at": None,
        })  # fmt: skip
        said = {c: self._seal("member", c, getattr(who, c), id=row["id"], case=member.case)
                for c in ("name", "contact")}  # fmt: skip
        self._db.execute(_insert_into(MEMBER), {**row, **said})
        return int(row["id"])

    def _mark(self, mark: str) -> bytes:
        return self._ring.hash_code(f"member:{mark}".encode())

    def _member(self, row: Row[Any]) -> Member:
        self._spoken[0].add(row.case)
        name, contact = (self._open("member", c, row) for c in ("name", "contact"))
        identity = Identity(name=name, contact=contact)
        return Member(row.id, row.case, row.person, Part(row.part), identity, row.seq, row.left_at)

    def member(self, case: int, person: int) -> Member | None:
        row = self._one(_MEMBERS.where(MEMBER.c.person == person), case=case)
        return self._member(row) if row and stamps.genuine(self._ring, "member", row) else None

    def members(self, case: int) -> Sequence[Member]:
        return [self._member(r) for r in self._genuine(MEMBER, self._all(_MEMBERS, case=case))]

    def end_member(self, member: Member, now: datetime) -> None:
        nothing = {"name": b"", "contact": b"", "mark": b""}
        self.change("member", MEMBER.c.id == member.id, left_at=now, **nothing)

    def signed(self, case: int, mark: str) -> bool:
        same = _MEMBERS.where(MEMBER.c.mark == self._mark(mark))
        return self._one(same, case=case) is not None

    def set_pin_link(self, case: int, hash: bytes, until: datetime) -> None:
        self._set_link(case, PIN_LINK, hash, until)

    def pin_link(self, hash: bytes, now: datetime) -> int:
        links = JOINT_LINK.c
        found = select(JOINT_LINK).where(links.hash == hash, links.until > now)
        row = self._one(found.where(links.part == PIN_LINK))
        return int(row.case) if row and stamps.genuine(self._ring, "joint_link", row) else 0

    def set_joint_link(self, case: int, part: Part, hash: bytes, until: datetime) -> None:
        self._set_link(case, str(part), hash, until)

    def _set_link(self, case: int, part: str, hash: bytes, until: datetime) -> None:
        row = {"case": case, "part": part, "hash": hash, "until": until}
        row = stamps.stamped(self._ring, "joint_link", row)
        put = self._insert(JOINT_LINK).values(row)
        self._db.execute(
            put.on_conflict_do_update(
                index_elements=["case", "part"],
                set_={c: row[c] for c in ("hash", "until", "stamp")},
            )
        )

    def joint_link(self, hash: bytes, now: datetime) -> tuple[int, Part] | None:
        found = select(JOINT_LINK).where(JOINT_LINK.c.hash == hash, JOINT_LINK.c.until > now)
        row = self._one(found.where(JOINT_LINK.c.part != PIN_LINK))
        real = row is not None and stamps.genuine(self._ring, "joint_link", row)
        return (row.case, Part(row.part)) if row and real else None

    def links(self, case: int) -> Sequence[int]:
        rows = self._all(_LINKS, case=case)
        return [row.other for row in rows]

    def link(self, case: int, other: int, on: bool) -> None:
        for a, b in ((case, other), (other, case)):
            if on:
                put = self._insert(CASE_LINK).values(case=a, other=b)
                self._db.execute(put.on_conflict_do_nothing())
            else:
                both = (CASE_LINK.c.case == a) & (CASE_LINK.c.other == b)
                self._db.execute(delete(CASE_LINK).where(both))

    def add_join_offer(self, offer: JoinOffer) -> int:
        return self._add(JOIN_OFFER, **_fields(offer))

    def join_offer(self, case: int) -> JoinOffer | None:
        row = self._one(_JOIN_OFFER, case=case)
        if row is None:
            return None
        return JoinOffer(row.id, row.case, row.into, row.case_yes, row.into_yes, row.state)

    def save_join_offer(self, offer: JoinOffer) -> None:
        change = update(JOIN_OFFER).where(JOIN_OFFER.c.id == offer.id)
        self._db.execute(change.values(**_fields(offer)))

    # Supervision

    def add_supervision(self, supervision: Supervision) -> int:
        return self._add(SUPERVISION, **_fields(supervision))

    def save_supervision(self, supervision: Supervision) -> None:
        change = update(SUPERVISION).where(SUPERVISION.c.id == supervision.id)
        self._db.execute(change.values(**_fields(supervision)))

    def supervisions(self, case: int) -> Sequence[Supervision]:
        return [_supervision(row) for row in self._all(_SUPERVISIONS, case=case)]

    def supervised(self, unit: str = "", since: date | None = None) -> Sequence[Supervision]:
        found = select(SUPERVISION).order_by(SUPERVISION.c.due_on, SUPERVISION.c.id)
        found = (
            found.where(SUPERVISION.c.due_on >= since) if since
            else found.where(_STANDING)
        )  # fmt: skip
        if unit:
            found = found.where(SUPERVISION.c.unit == unit)
        return [_supervision(row) for row in self._all(found)]

    def _suggestion_values(self, one: Suggestion) -> dict[str, Any]:
        return _fields(one) | {
            c: self._seal("suggestion", c, getattr(one, c), id=one.id) for c in ("words", "answer")
        }

    def add_suggestion(self, suggestion: Suggestion) -> int:
        one = replace(suggestion, id=next_id(self._db, SUGGESTION))
        return self._add(SUGGESTION, id=one.id, **self._suggestion_values(one))

    def save_suggestion(self, suggestion: Suggestion) -> None:
        change = update(SUGGESTION).where(SUGGESTION.c.id == suggestion.id)
        self._db.execute(change.values(**self._suggestion_values(suggestion)))

    def _suggestion(self, row: Row[Any]) -> Suggestion:
        words, answer = (self._open("suggestion", c, row) for c in ("words", "answer"))
        return Suggestion(row.id, row.kind, row.unit, row.by, row.made_on, row.due_on, words,
                          row.adopted, answer, row.answered_on)  # fmt: skip

    def suggestion(self, id: int) -> Suggestion:
        row = self._one(select(SUGGESTION).where(SUGGESTION.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return self._suggestion(row)

    def suggestions(self, unit: str = "", limit: int = 50) -> Sequence[Suggestion]:
        found = select(SUGGESTION).order_by(SUGGESTION.c.id.desc()).limit(limit)
        if unit:
            found = found.where(SUGGESTION.c.unit == unit)
        return [self._suggestion(row) for row in self._all(found)]

    # Responsibility and campaigns

    def add_listed(self, listed: Listed) -> int:
        return self._add(LISTED, **_fields(listed))

    def save_listed(self, listed: Listed) -> None:
        self._db.execute(update(LISTED).where(LISTED.c.id == listed.id).values(**_fields(listed)))

    def _listed(self, which: Any) -> Sequence[Listed]:
        rows = self._all(select(LISTED).where(which).order_by(LISTED.c.id))
        return [
            Listed(r.id, r.case, r.leader, r.unit, r.team, r.due_on, r.campaign, r.state,
                   r.standard, r.struck_on)
            for r in rows
        ]  # fmt: skip

    def listed_of(self, case: int) -> Sequence[Listed]:
        return self._listed(LISTED.c.case == case)

    def listed_in(self, campaign: int) -> Sequence[Listed]:
        return self._listed(LISTED.c.campaign == campaign)

    def listed_by(self, leader: int) -> Sequence[Listed]:
        return self._listed(LISTED.c.leader == leader)

    def add_campaign(self, campaign: Campaign) -> int:
        targets = [[day.isoformat(), percent] for day, percent in campaign.targets]
        phases = [[name, a.isoformat(), b.isoformat()] for name, a, b in campaign.phases]
        return self._add(
            CAMPAIGN, name=campaign.name, first=campaign.first, last=campaign.last,
            targets=targets, phases=phases, state=campaign.state,
        )  # fmt: skip

    def campaign(self, id: int) -> Campaign:
        row = self._one(select(CAMPAIGN).where(CAMPAIGN.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return _campaign(row)

    def campaigns(self) -> Sequence[Campaign]:
        rows = self._all(select(CAMPAIGN).order_by(CAMPAIGN.c.id.desc()))
        return [_campaign(row) for row in rows]

    # Reception

    def add_slot(self, slot: Slot) -> int:
        return self._add(SLOT, **_fields(slot))

    def save_slot(self, slot: Slot) -> None:
        self._db.execute(update(SLOT).where(SLOT.c.id == slot.id).values(**_fields(slot)))

    def slot(self, id: int) -> Slot:
        row = self._one(select(SLOT).where(SLOT.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return _slot(row)

    def slots(self, first: date, last: date, host: int = 0) -> Sequence[Slot]:
        found = (
            select(SLOT)
            .where(SLOT.c.day >= first, SLOT.c.day <= last, SLOT.c.state == "open")
            .order_by(SLOT.c.day, SLOT.c.start, SLOT.c.id)
        )
        return [
            _slot(row) for row in self._all(found.where(SLOT.c.host == host) if host else found)
        ]

    def _booking_values(self, booking: Booking) -> dict[str, Any]:
        topic = self._seal("booking", "topic", booking.topic, id=booking.id)
        return _fields(booking) | {"topic": topic}

    def add_booking(self, booking: Booking) -> int:
        one = replace(booking, id=next_id(self._db, BOOKING))
        return self._add(BOOKING, id=one.id, **self._booking_values(one))

    def save_booking(self, booking: Booking) -> None:
        change = update(BOOKING).where(BOOKING.c.id == booking.id)
        self._db.execute(change.values(**self._booking_values(booking)))

    def _booking(self, row: Row[Any]) -> Booking:
        topic = self._open("booking", "topic", row)
        return Booking(row.id, row.slot, row.person, row.chat, row.case, topic, row.how, row.state)

    def booking(self, id: int) -> Booking:
        row = self._one(select(BOOKING).where(BOOKING.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return self._booking(row)

    def forget_bookings(self, which: Any) -> None:
        """Forget who booked, and what about; that a place was taken stays."""
        self._db.execute(update(BOOKING).where(which).values(topic=b"", person=0, chat=0))

    def forget_past_bookings(self, person: int, today: date) -> None:
        coming = BOOKING.c.slot.in_(select(SLOT.c.id).where(SLOT.c.day >= today))
        standing = BOOKING.c.state.in_(("booked", "waiting")) & coming
        self.forget_bookings((BOOKING.c.person == person) & ~standing)

    def bookings(self, slot: int) -> Sequence[Booking]:
        found = select(BOOKING).where(BOOKING.c.slot == slot).order_by(BOOKING.c.id)
        return [self._booking(row) for row in self._all(found)]

    def bookings_of(self, person: int) -> Sequence[Booking]:
        found = (
            select(BOOKING)
            .where(BOOKING.c.person == person, BOOKING.c.state.in_(("booked", "waiting")))
            .order_by(BOOKING.c.id)
        )
        return [self._booking(row) for row in self._all(found)]

    def charged(self, leader: int) -> Sequence[Petition]:
        found = (
            select(PETITION)
            .where(PETITION.c.leader == leader, PETITION.c.leader > 0, t.UNDER_WAY)
            .order_by(PETITION.c.next_due, PETITION.c.id)
        )
        return self.cases(self._all(found))

    # Joint meetings

    def stuck(self, clocks: Sequence[str], before: date, limit: int) -> Sequence[Petition]:
        late = (
            select(CLOCK.c.case)
            .where(CLOCK.c.ended_at.is_(None), CLOCK.c.due_on < before, CLOCK.c.clock.in_(clocks))
            .order_by(CLOCK.c.due_on)
            .limit(limit * 2)
        )
        bounced = select(PETITION.c.id).where(PETITION.c.bounces > 0)
        under_way = [str(s) for s in lifecycle.OPEN]
        found = select(PETITION).where(PETITION.c.status.in_(under_way)).order_by(PETITION.c.id)
        cases: dict[int, Petition] = {}
        for ids in (late, bounced):
            for one in self.cases(self._all(found.where(PETITION.c.id.in_(ids)).limit(limit))):
                cases[one.id] = one
        return [cases[id] for id in sorted(cases)][:limit]

    def add_meeting(self, meeting: Meeting) -> int:
        id = next_id(self._db, MEETING)
        said = {c: self._seal("meeting", c, getattr(meeting, c), id=id)
                for c in ("attended", "minutes")}  # fmt: skip
        return self._add(
            MEETING, id=id, day=meeting.day, by=meeting.by, cases=list(meeting.cases), **said
        )

    def _meeting(self, row: Row[Any]) -> Meeting:
        attended, minutes = (self._open("meeting", c, row) for c in ("attended", "minutes"))
        self._spoken[0].update(row.cases)
        return Meeting(row.id, row.day, row.by, attended, minutes, tuple(row.cases))

    def meetings(self, limit: int) -> Sequence[Meeting]:
        newest = select(MEETING).order_by(MEETING.c.day.desc(), MEETING.c.id.desc()).limit(limit)
        return [self._meeting(row) for row in self._all(newest)]

    def meeting(self, id: int) -> Meeting:
        row = self._one(select(MEETING).where(MEETING.c.id == id))
        if row is None:
            raise Unknown("bad.stale")
        return self._meeting(row)

    def last_meeting(self) -> date | None:
        row = self._one(select(func.max(MEETING.c.day).label("day")))
        return row.day if row else None

    # Looks

    def looked(self, case: int, officer: int, day: date, what: str) -> bool:
        return looks.looked(self._db, case, officer, day, what)

    def add_look(self, look: Look) -> None:
        looks.add(self._db, self._ring, look)

    def looks(self, case: int) -> Sequence[Look]:
        self._spoken[0].add(case)
        return looks.of_case(self._db, self._ring, case)

    def looks_between(self, first: date, last: date) -> Sequence[Look]:
        found = looks.between(self._db, self._ring, first, last)
        self._spoken[0].update(one.case for one in found if one.words)
        return found

    # Wrong tries

    def tries(self, bucket: str, since: datetime, until: datetime, most: int) -> Sequence[datetime]:
        mine = select(TRY.c.at).where(TRY.c.bucket == bucket, TRY.c.at > since, TRY.c.at < until)
        return [r.at for r in self._all(mine.order_by(TRY.c.at.desc()).limit(most))]

    def add_try(self, bucket: str, now: datetime) -> None:
        self._add(TRY, bucket=bucket, at=now)
        if (secret := bucket.partition(":")[0]) != "from":
            log.warning("secret.wrong", secret=secret)


def _clock_values(clock: Running) -> dict[str, Any]:
    return {
        "case": clock.case,
        "clock": clock.clock,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "ended_at": clock.ended_at,
        "outcome": clock.outcome,
        "rolled_on": clock.rolled_on or clock.due_on,
        "provisional": clock.provisional,
        "length": clock.length,
        "extension": clock.extension,
        "pauses": [[first.isoformat(), last.isoformat()] for first, last in clock.pauses],
        "paused_on": clock.paused_on,
    }


def _running(row: Row[Any]) -> Running:
    return Running(
        row.id, row.case, row.clock, row.started_on, row.due_on, row.ended_at, row.outcome,
        row.rolled_on, row.provisional, row.length, row.extension,
        tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in row.pauses),
        row.paused_on,
    )  # fmt: skip


def chat_address(ring: KeyRing, channel: str, address: str) -> dict[str, bytes]:
    """The columns by which a chat is answered and found again."""
    mark = chat_mark(ring, channel, address)
    sealed = (
        cells.seal(ring, "chat", "address", address.encode(), {"mark": mark}) if address else b""
    )
    return {"address": sealed, "mark": mark}


def chat_mark(ring: KeyRing, channel: str, address: str) -> bytes:
    """By what a chat is found: without the keys it doesn't say which one it is."""
    return ring.hash_code(f"chat:{channel}:{address}".encode())


def _officer(row: Row[Any]) -> Officer:
    return Officer(row.id, row.unit, Role(row.role), row.name, row.chat, row.away, row.stand_in)


def notice_of(row: Row[Any]) -> Notice:
    """A row of the ledger as a value."""
    return Notice(
        row.id, row.kind, row.case, row.occasion, row.recipient, row.due_at, row.state,
        row.attempts, row.facts, row.reason, row.message, row.lang, row.unsure, row.next_at,
        row.sent_at, row.opened_at,
    )  # fmt: skip


def _task(row: Row[Any]) -> Task:
    return Task(
        row.id, row.case, TaskKind(row.kind), row.occasion, row.unit, row.due_on, row.created_at,
        row.notice, row.done_at, row.done_by, row.how,
    )  # fmt: skip


def _fields(
    value: Rating
    | FollowUp
    | Appointment
    | JoinOffer
    | Supervision
    | Suggestion
    | Slot
    | Booking
    | Listed,
) -> dict[str, Any]:
    """A value as the columns of its row."""
    found = {f: getattr(value, f) for f in value.__dataclass_fields__ if f != "id"}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in found.items()}


def _rating(row: Row[Any]) -> Rating:
    return Rating(
        row.id, row.case, row.person, row.body, row.unit, row.seq, row.opened_on, row.until,
        row.level, row.finer, tuple(row.reasons), row.changes, row.after_contact, row.first_at,
        row.unit_may_know, row.may_call,
    )  # fmt: skip


def _follow_up(row: Row[Any]) -> FollowUp:
    return FollowUp(
        row.id, row.case, row.step, row.due_on, row.answer, row.asked_at, row.answered_at,
        row.tries,
    )  # fmt: skip


def _appointment(row: Row[Any]) -> Appointment:
    return Appointment(
        row.id, row.case, row.kind, row.host, row.place, row.day, row.hour, row.state, row.how,
        row.said_at,
    )  # fmt: skip


def _campaign(row: Row[Any]) -> Campaign:
    day = date.fromisoformat
    return Campaign(
        row.id, row.name, row.first, row.last,
        tuple((day(at), int(percent)) for at, percent in row.targets),
        tuple((name, day(a), day(b)) for name, a, b in row.phases), row.state,
    )  # fmt: skip


def _slot(row: Row[Any]) -> Slot:
    return Slot(
        row.id, row.unit, row.host, row.day, row.start, row.minutes, row.places, row.where,
        row.link, row.state,
    )  # fmt: skip


def _supervision(row: Row[Any]) -> Supervision:
    return Supervision(
        row.id, row.case, row.unit, row.level, row.cause, row.due_on, row.by, row.state,
        row.answered_on,
    )  # fmt: skip


def entry_of(row: Row[Any]) -> Entry:
    """A row as a value."""
    return Entry(
        row.seq,
        row.at,
        Actor(row.actor_kind, row.actor, row.actor_unit, row.actor_role),
        row.action,
        Status(row.status),
        Audience(row.audience),
        row.facts,
        row.digest,
    )


def _petition_values(petition: Petition) -> dict[str, Any]:
    return {f: getattr(petition, f) for f in _PLAIN} | {
        "channel": str(petition.channel),
        "status": str(petition.status),
        "kind": str(petition.kind or ""),
        "resumed": str(petition.resumed or ""),
        "assisting": list(petition.assisting),
        "guests": list(petition.guests),
    }


def petition_of(row: Row[Any]) -> Petition:
    """A row as a value."""
    return Petition(
        id=row.id,
        number=row.number,
        received_at=row.received_at,
        received_on=row.received_on,
        channel=Channel(row.channel),
        status=Status(row.status),
        kind=Kind(row.kind) if row.kind else None,
        resumed=Status(row.resumed) if row.resumed else None,
        assisting=tuple(row.assisting),
        guests=tuple(row.guests),
        **{f: getattr(row, f) for f in _PLAIN},
    )
