"""The web channel's records: sessions, and each visitor's log of the chat, sealed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import BigInteger, Connection, Row, bindparam, func, insert, literal, select, update

from petitions.logged import ChatLog, LogEntry, LoggedEntry
from petitions.message import NOTHING, Of
from petitions.telling.ports import Timepiece, Visitor
from petitions.words import say
from storage import cells, stamps
from storage.database import Database, insert_or
from storage.peers import Peers, tell
from storage.records import Records
from storage.tables import CHAT, FILE, LOG, SESSION, SHOWN

T = TypeVar("T")

POLL = 1.0
"""Seconds between two looks for lines that another process wrote, where none is told of them …"""
RARELY = 15.0
"""… and where it is: what was told while the connection was down."""

_WRITTEN = insert(SHOWN).from_select(
    ["line", "case", "draft"],
    select(bindparam("line", type_=BigInteger), literal(0, BigInteger), CHAT.c.draft)
    .where(CHAT.c.id == bindparam("chat"), CHAT.c.draft != 0),
)  # fmt: skip
"""Into the form that is open in a chat: what is written now is an answer in it."""
_NEXT_SEQ = select(func.coalesce(func.max(LOG.c.seq), 0) + 1)


class SqlVisitors:
    """Sessions and logs in the database (`petitions.telling.ports.Visitors`)."""

    def __init__(self, database: Database, clock: Timepiece, peers: Peers, channel: str) -> None:
        """`channel`: whose sessions these are."""
        self._database = database
        self._channel = channel
        self._clock = clock
        self._peers = peers
        self._news: WeakValueDictionary[int, asyncio.Event] = WeakValueDictionary()
        """Held by those who wait, and gone with the last of them."""

    async def enter(
        self, token_hash: bytes, lang: str, agent: str, before: bytes = b""
    ) -> Visitor:  # fmt: skip
        """Open a new session with a chat of its own; the chat's address is its id. Why the one
        `before` was ended by somebody else is the first that is said there, once."""
        return await self._database.write(self._enter, token_hash, lang, agent, before)

    def _enter(
        self, connection: Connection, token: bytes, lang: str, agent: str, before: bytes
    ) -> Visitor:
        now = self._clock.now()
        book = Records(connection, self._database.ring)
        chat = book.new_chat(self._channel, f"new:{token.hex()}", lang, now)
        book.set_address(chat, str(chat.id))
        self._add_session(connection, token, chat.id, agent)
        if why := self._parted(connection, before) if before else "":
            entry = LogEntry("office", say(lang, f"parted.{why}"))
            self._append(connection, chat.id, entry, NOTHING)
        return Visitor(chat.id, lang)

    def _parted(self, connection: Connection, token: bytes) -> str:
        """Why a session was ended by somebody else; empty: it wasn't, or that was told."""
        mine = (SESSION.c.token_hash == token) & SESSION.c.ended_at.is_not(None)
        why = connection.execute(select(SESSION.c.why).where(mine)).scalar() or ""
        if why:
            connection.execute(update(SESSION).where(mine).values(why=""))
        return why

    async def seat(self, token_hash: bytes, chat: int) -> None:
        """Open one more session of a chat that exists (the sample office's desks)."""
        await self._database.write(self._add_session, token_hash, chat, "")

    def _add_session(self, connection: Connection, token: bytes, chat: int, agent: str) -> None:
        now = self._clock.now()
        ring = self._database.ring
        row: dict[str, Any] = {"token_hash": token, "chat": chat}
        said = agent[:200].encode("utf-8", "replace")
        agent_cell = cells.seal(ring, "session", "agent", said, row) if said else b""
        row = stamps.stamped(ring, "session", {**row, "created_at": now, "ended_at": None})
        more = {"agent": agent_cell, "seen_at": now}
        connection.execute(insert(SESSION), row | more)

    async def find(self, token_hash: bytes, before: datetime | None = None) -> Visitor | None:
        """Whose session this is; None when unknown or ended, or not begun `before` an instant."""
        return await self._database.read(self._find, token_hash, before)

    def _find(
        self, connection: Connection, token: bytes, before: datetime | None
    ) -> Visitor | None:  # fmt: skip
        row = connection.execute(
            select(SESSION).where(SESSION.c.token_hash == token, SESSION.c.ended_at.is_(None))
        ).first()
        if row is None or (before and row.created_at >= before):
            return None
        if not stamps.genuine(self._database.ring, "session", row):
            return None
        chat = Records(connection, self._database.ring).chat_by_id(row.chat)
        who = f"{chat.person}.{chat.officer}"
        return Visitor(chat.id, chat.lang, who, bool(chat.officer))

    async def who(self, chat: int) -> str:
        """A mark of the person who uses a chat now: another once somebody has left it."""
        return await self._database.read(self._who, chat)

    def _who(self, connection: Connection, chat: int) -> str:
        found = Records(connection, self._database.ring).chat_by_id(chat)
        return f"{found.person}.{found.officer}"

    async def append(self, chat: int, entry: LogEntry, of: Of = NOTHING) -> LoggedEntry:
        """Add a line, and note what it speaks of; one with a key that was used before is given
        back instead."""
        line = await self._database.write(self._append, chat, entry, of)
        self.wake(chat)
        return line

    async def within(self, work: Callable[[ChatLog], T]) -> T:
        """The result of `work`, on the logs in one transaction."""
        return await self._database.write(lambda c: work(self.lines(c)))

    def lines(self, connection: Any) -> _Lines:
        """The logs within a transaction of somebody else's; afterwards, `wake`."""
        return _Lines(self, connection)

    def _append(
        self, connection: Connection, chat: int, entry: LogEntry, of: Of
    ) -> LoggedEntry:  # fmt: skip
        now = self._clock.now()
        seq = self._seq(connection, chat)
        sealed = self._seal(chat, seq, entry)
        tell(connection, f"log:{chat}")
        row = {"chat": chat, "seq": seq, "key": entry.key, "at": now, "entry": sealed}
        new = insert_or(connection.dialect.name, LOG).values(row)
        id = connection.execute(new.on_conflict_do_nothing().returning(LOG.c.id)).scalar()
        if id is None:
            return self._by_key(connection, chat, entry.key)
        line = LoggedEntry(int(id), seq, now, entry)
        if entry.who == "me":
            connection.execute(_WRITTEN, {"line": line.id, "chat": chat})
        else:
            Records(connection, self._database.ring).note_shown(line.id, of)
        shown = [file["id"] for file in entry.files]
        if shown:
            connection.execute(update(FILE).where(FILE.c.id.in_(shown)).values(line=line.id))
        return line

    def _seq(self, connection: Connection, chat: int) -> int:
        """The next number of a change in this visitor's log."""
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(chat)))
        return int(connection.execute(_NEXT_SEQ.where(LOG.c.chat == chat)).scalar_one())

    def _seal(self, chat: int, seq: int, entry: LogEntry) -> bytes:
        said = json.dumps(asdict(entry), ensure_ascii=False).encode()
        row = {"chat": chat, "seq": seq}
        return cells.seal(self._database.ring, "log_line", "entry", said, row)

    def _line(self, row: Row[Any]) -> LoggedEntry:
        get = row._mapping.__getitem__
        raw = json.loads(cells.open_(self._database.ring, "log_line", "entry", row.entry, get))
        return LoggedEntry(row.id, row.seq, row.at, LogEntry(**raw))

    def _by_key(self, connection: Connection, chat: int, key: str) -> LoggedEntry:
        found = select(LOG).where(LOG.c.chat == chat, LOG.c.key == key)
        return self._line(connection.execute(found).one())

    async def edit(
        self, chat: int, id: int, entry: LogEntry, of: Of = NOTHING
    ) -> LoggedEntry | None:
        """Replace a line of this visitor and give it a new seq; it speaks of this, too, then."""
        line = await self._database.write(self._edit, chat, id, entry, of)
        self.wake(chat)
        return line

    def _edit(
        self, connection: Connection, chat: int, id: int, entry: LogEntry, of: Of
    ) -> LoggedEntry | None:
        seq = self._seq(connection, chat)
        tell(connection, f"log:{chat}")
        row = connection.execute(
            update(LOG)
            .where(LOG.c.chat == chat, LOG.c.id == id)
            .values(seq=seq, entry=self._seal(chat, seq, entry))
            .returning(LOG)
        ).first()
        if row:
            Records(connection, self._database.ring).note_shown(id, of)
        if not entry.files:
            connection.execute(update(FILE).where(FILE.c.line == id).values(line=0))
        return self._line(row) if row else None

    async def get(self, chat: int, id: int) -> LoggedEntry | None:
        """One line of this visitor's own log."""
        return await self._database.read(self._get, chat, id)

    def _get(self, connection: Connection, chat: int, id: int) -> LoggedEntry | None:
        found = select(LOG).where(LOG.c.chat == chat, LOG.c.id == id)
        row = connection.execute(found).first()
        return self._line(row) if row else None

    async def since(self, chat: int, seq: int, limit: int = 100) -> Sequence[LoggedEntry]:
        """Lines added or changed after `seq`, oldest change first."""
        found = select(LOG).where(LOG.c.chat == chat, LOG.c.seq > seq)
        return await self._lines(found.order_by(LOG.c.seq).limit(limit))

    async def before(self, chat: int, id: int, limit: int = 50) -> Sequence[LoggedEntry]:
        """Lines older than `id` (0: the newest), oldest first."""
        found = select(LOG).where(LOG.c.chat == chat)
        if id:
            found = found.where(LOG.c.id < id)
        return (await self._lines(found.order_by(LOG.c.id.desc()).limit(limit)))[::-1]

    async def _lines(self, found: Any) -> list[LoggedEntry]:
        return await self._database.read(
            lambda c: [self._line(row) for row in c.execute(found).all()]
        )

    async def wait(self, chat: int, seq: int, seconds: float) -> bool:
        """Until something after `seq` is there (True) or so many seconds passed (False)."""
        newest = select(func.coalesce(func.max(LOG.c.seq), 0)).where(LOG.c.chat == chat)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        event = self._news.setdefault(chat, asyncio.Event())
        while True:
            event.clear()
            if await self._database.read(lambda c: c.execute(newest).scalar_one()) > seq:
                return True
            left = until - loop.time()
            if left <= 0:
                return False
            pause = min(left, RARELY if self._peers.hears else POLL)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await event.wait()

    def told(self, what: str) -> None:
        """Another process, or this one, has written a line: `log:` and its chat."""
        kind, _, chat = what.partition(":")
        if kind == "log" and chat.isdecimal():
            self.wake(int(chat))

    def wake(self, chat: int) -> None:
        """Lines of this chat were written: whoever waits for them looks again."""
        event = self._news.get(chat)
        if event:
            event.set()


@dataclass(frozen=True, slots=True)
class _Lines:
    """The logs within one transaction (`petitions.logged.ChatLog`)."""

    visitors: SqlVisitors
    connection: Any
    """Of the transaction: as it is, or one that keeps what was read."""

    def append(self, chat: int, entry: LogEntry, of: Of = NOTHING) -> LoggedEntry:
        """Add a line, unless its key was used before."""
        return self.visitors._append(self.connection, chat, entry, of)

    def edit(self, chat: int, id: int, entry: LogEntry, of: Of = NOTHING) -> LoggedEntry | None:
        """Replace a line."""
        return self.visitors._edit(self.connection, chat, id, entry, of)

    def get(self, chat: int, id: int) -> LoggedEntry | None:
        """One line."""
        return self.visitors._get(self.connection, chat, id)
