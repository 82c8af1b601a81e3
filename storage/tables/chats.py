"""Chats, the persons who use them, and what is said in them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from petitions.keeping.held import aged, deleted, emptied, stays
from storage.tables import column as col

REACHED = aged(
    "rule `strangers`: while the chat is used, the office must know where to answer",
    mine="chat",
)
FOUND = aged("rule `strangers`: by what it is found again; a keyed hash")
NUMBERED = stays("numbers; a person's is renewed when the last of their cases is anonymised")


class Chat(SQLModel, table=True):
    """One conversation on one channel."""

    id: int | None = col.number(NUMBERED, stamped=True)
    channel: str = col.kept(REACHED, stamped=True)
    address: bytes = col.sealed(REACHED, by=("mark",))
    mark: bytes | None = col.hashed(FOUND, default=None, unique=True, stamped=True)
    """A keyed hash of channel and address, by which the chat is found. None: it was forgotten, or
    an older program left the address in the open (`addresses.py`)."""
    lang: str = col.kept(REACHED)
    person: int = col.ref(NUMBERED, stamped=True)
    draft: int = col.ref(NUMBERED)
    officer: int = col.ref(NUMBERED, stamped=True)
    agreed_at: datetime | None = col.instant(REACHED)
    blocked: bool = col.kept(REACHED, False)
    menu: str = col.kept(NUMBERED, "")
    quiet: bool = col.kept(REACHED, False)
    digest: int | None = col.kept(REACHED, None)
    seen_at: datetime | None = col.instant(REACHED)
    client: str = col.kept(REACHED, "")
    owed: bool = col.kept(REACHED, False)
    stamp: bytes = col.stamp(NUMBERED)


WISHES = stays(
    "settings of a number that leads to nobody once its cases are anonymised",
    mine="person",
)
PIN = emptied("with the last case; a salted hash")
NEVER_TWICE = stays("a number is never given twice")


class Person(SQLModel, table=True):
    """Somebody who petitions."""

    id: int | None = col.number(NEVER_TWICE, stamped=True)
    pin: bytes = col.sealed(PIN, raw=True, stamped=True)
    neutral: bool = col.kept(WISHES, False)
    muted: bool = col.kept(WISHES, False)
    asked_on: date | None = col.kept(WISHES, None)
    created_at: datetime = col.instant(WISHES, nullable=False)
    stamp: bytes = col.stamp(NEVER_TWICE)


USED = aged("rule `strangers`; with the person's last case it leads to a new number", mine="person")
USED_TOO = aged("with its row")


class ChatPerson(SQLModel, table=True):
    """Which persons use which chats."""

    __tablename__ = "chat_person"
    chat: int = col.ref(USED, primary_key=True, stamped=True, goes_with="chat")
    person: int = col.ref(USED, required=True, primary_key=True, index=True, stamped=True)
    since: datetime = col.instant(USED, nullable=False, stamped=True)
    ended_at: datetime | None = col.instant(USED, stamped=True)
    stamp: bytes = col.stamp(USED_TOO)


SAID = emptied("also rule `drafts`, and once the form is sent")
STEPS = stays("a number used again would make old buttons new")


class Draft(SQLModel, table=True):
    """A form under way."""

    __table_args__ = (
        Index("ix_draft_open", "changed_at", sqlite_where=text("done IS 0"),
              postgresql_where=text("done IS false")),
    )  # fmt: skip
    id: int | None = col.number(STEPS)
    chat: int = col.ref(SAID)
    person: int = col.ref(SAID, index=True)
    form: str = col.kept(STEPS)
    case: int = col.ref(STEPS)
    rev: int = col.kept(STEPS, 0)
    data: bytes = col.sealed(SAID, by=("id", "chat", "person"))
    done: bool = col.kept(STEPS, False)
    changed_at: datetime = col.instant(STEPS, nullable=False)


ANSWERED = aged("rule `answers`; emptied with a case for the chats it was shown in")


class Handled(SQLModel, table=True):
    """An update that was handled, with the answer it got."""

    channel: str = col.kept(ANSWERED, primary_key=True)
    key: str = col.kept(ANSWERED, primary_key=True)
    chat: int = col.ref(ANSWERED, index=True, goes_with="chat")
    answers: bytes = col.sealed(ANSWERED, by=("channel", "chat", "key"))
    at: datetime = col.instant(ANSWERED, nullable=False, required=True, index=True)


BROUGHT = aged("what Telegram brought, until it is answered")


class Inbox(SQLModel, table=True):
    """An update that Telegram brought, from its arrival until it is answered."""

    __table_args__ = (Index("ix_inbox_chat", "chat", "update"),)
    update: int = col.ref(BROUGHT, required=True, primary_key=True)
    chat: int = col.ref(BROUGHT)
    holder: int = col.ref(BROUGHT)
    """The process that works at it; 0: none yet. Negative: the process that couldn't read it, while
    that lives: the chat goes on without it."""
    body: bytes = col.sealed(BROUGHT, by=("update", "chat"))
    at: datetime = col.instant(BROUGHT, nullable=False)


STOOD = deleted("in which chat the case stood")


class Card(SQLModel, table=True):
    """The status card of a case in a chat: the message that is kept up to date."""

    chat: int = col.ref(STOOD, primary_key=True, goes_with="chat")
    case: int = col.ref(STOOD, primary_key=True)
    message: str = col.kept(STOOD, "")


VISIT = aged("rule `visits`", mine="chat")
VISIT_TOO = aged("rule `visits`")


class Session(SQLModel, table=True):
    """A visitor's session on the web page."""

    token_hash: bytes = col.hashed(VISIT_TOO, required=True, primary_key=True, stamped=True)
    chat: int = col.ref(VISIT_TOO, required=True, index=True, stamped=True, goes_with="chat")
    agent: bytes = col.sealed(VISIT, by=("token_hash", "chat"))
    created_at: datetime = col.instant(VISIT, nullable=False, stamped=2)
    seen_at: datetime = col.instant(VISIT, nullable=False)
    ended_at: datetime | None = col.instant(VISIT, stamped=True)
    why: str = col.kept(VISIT_TOO, "")
    """Why it was ended, until whoever used it is told; empty: they know."""
    stamp: bytes = col.stamp(VISIT_TOO)


SHOWN = aged(
    "rules `lines`, `visits`; those in which words of a case, or of a form of it, were "
    "shown to anybody or written by anybody are emptied with it",
    mine="chat",
)
LINES = aged("rules `lines`, `visits`")


class LogLine(SQLModel, table=True):
    """A line of a visitor's web chat, sealed."""

    __tablename__ = "log_line"
    __table_args__ = (
        Index("ix_log_line_chat_seq", "chat", "seq"),
        Index("ix_log_line_at", "at"),
        Index("ix_log_line_key", "chat", "key", unique=True,
              sqlite_where=text("key <> ''"), postgresql_where=text("key <> ''")),
    )  # fmt: skip
    id: int | None = col.number(LINES)
    chat: int = col.ref(LINES)
    seq: int = col.ref(LINES)
    key: str = col.kept(LINES, "")
    at: datetime = col.instant(SHOWN, nullable=False)
    entry: bytes = col.sealed(SHOWN, by=("chat", "seq"), place="log.entry")


OF_WHICH_CASE = deleted("which lines of the page go with a case; also with the line")


class Shown(SQLModel, table=True):
    """Of which cases and forms a line of the page's chats shows words: it goes with them."""

    line: int = col.ref(OF_WHICH_CASE, primary_key=True)
    case: int = col.ref(OF_WHICH_CASE, primary_key=True, index=True)
    draft: int = col.ref(OF_WHICH_CASE, primary_key=True, index=True)


DELETABLE = aged("rule `said`: numbers of messages, by which they are deleted")


class Said(SQLModel, table=True):
    """A message that stands in a chat of Telegram's, by which it is deleted where somebody may no
    longer read it, and what it shows: a desk's business, cases, a secret."""

    chat: int = col.ref(DELETABLE, primary_key=True, goes_with="chat")
    message: str = col.kept(DELETABLE, primary_key=True)
    at: datetime = col.instant(DELETABLE, nullable=False, required=True, index=True)
    desk: int = col.ref(DELETABLE)
    secret: bool = col.kept(DELETABLE, False)
    cases: list[int] = col.json(DELETABLE, list)
