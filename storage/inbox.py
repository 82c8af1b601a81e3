"""Updates from Telegram's webhook: kept before they are confirmed, handled in their order.

Any process may receive an update, and Telegram makes several calls at once. Of a chat's updates
only the oldest is worked at, by one process at a time; one that seems to have overtaken others
waits a moment for them. Updates that a dead process had taken are taken over by another.

A process does all this in turns, each one transaction: whatever came, was answered or waits
meanwhile is dealt with together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import BigInteger, Connection, Row, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from petitions.errors import BadSetting
from petitions.hearing import AT_ONCE, GRACE, Come, Turn
from petitions.telling.ports import Timepiece
from storage import cells
from storage.database import Database, insert_or
from storage.peers import Peers
from storage.seal import KeyRing
from storage.tables import HANDLED, INBOX

log = structlog.get_logger()

MANY = 100
"""Chats looked at in one go."""
NUMBERED = timedelta(days=5)
"""How long a number stands for one update, and a number seen for all before it: after a week
without updates Telegram numbers anew, and it brings them a day late at most."""

_CHATS = func.unnest(bindparam("chats", type_=ARRAY(BigInteger))).column_valued("chat")
_FREE = select(_CHATS).where(func.pg_try_advisory_xact_lock(func.hashint8(_CHATS)))

_OLDER = INBOX.alias("older")
_BEFORE = exists().where(
    _OLDER.c.chat == INBOX.c.chat, _OLDER.c.update < INBOX.c.update, _OLDER.c.holder >= 0
)


class _Numbered(NamedTuple):
    """An update by the numbers that the channel gives: of updates, and of chats."""

    update: int
    chat: int
    body: str


WaitingUpdate = Row[tuple[int, int, int, object]]


def _sealed(ring: KeyRing, update: int, chat: int, body: bytes) -> bytes:
    return cells.seal(ring, "inbox", "body", body, {"update": update, "chat": chat})


class SqlInbox:
    """The inbox of an office, as one of its processes sees it. Everything raises OutOfReach."""

    def __init__(self, database: Database, peers: Peers, clock: Timepiece, channel: str) -> None:
        """`channel`: whose updates these are."""
        self._database = database
        self._channel = channel
        self._peers = peers
        self._clock = clock
        self._under_way: set[int] = set()
        """Updates that this process handles. A row in its name that isn't among them is one whose
        taking it never heard of: free."""

    async def turn(
        self, come: Sequence[Come], answered: Sequence[str], chats: Collection[str] = ()
    ) -> Turn:
        """Keep for good what has come, forget what was answered, and take what is next for these
        chats. One turn of a process at a time."""
        numbered = [_Numbered(int(c.update), int(c.chat), c.body) for c in come]
        ended, look = [int(id) for id in answered], {int(chat) for chat in chats}
        taken, later = await self._database.write(self._turn, numbered, ended, look)
        self._under_way -= set(ended)
        self._under_way |= {one.update for one in taken}
        return Turn(
            [Come(str(one.update), str(one.chat), one.body) for one in taken],
            {str(chat) for chat in later},
        )

    async def lost(self) -> Sequence[str]:
        """Chats with updates that nobody works at: their process died, or they came just now."""
        return [str(chat) for chat in await self._database.read(self._lost)]

    def _lost(self, db: Connection) -> Sequence[int]:
        others = [id for id in self._peers.living(db) if id != self._peers.me]
        held = [*others, *(-id for id in (*others, self._peers.me))]
        free = INBOX.c.holder.not_in(held) & INBOX.c.update.not_in(self._under_way)
        return db.execute(select(INBOX.c.chat).where(free).distinct().limit(MANY)).scalars().all()

    def _turn(
        self, db: Connection, come: Sequence[_Numbered], answered: Sequence[int], chats: set[int]
    ) -> tuple[list[_Numbered], set[int]]:
        if answered:
            db.execute(delete(INBOX).where(INBOX.c.update.in_(answered)))
        if come:
            self._keep(db, come)
        free = self._free(db, chats) if chats else set()
        taken: list[_Numbered] = []
        later = chats - free
        if not free:
            return taken, later
        query = select(INBOX.c.update, INBOX.c.chat, INBOX.c.holder, INBOX.c.at)
        found: defaultdict[int, list[WaitingUpdate]] = defaultdict(list)
        rows = db.execute(query.where(INBOX.c.chat.in_(free)).order_by(INBOX.c.update)).all()
        held = {abs(row.holder) for row in rows} - {0, self._peers.me}
        others = held & set(self._peers.living(db)) if held else held
        aside = {-id for id in (*others, self._peers.me)}
        for row in rows:
            if row.holder not in aside:
                found[row.chat].append(row)
        working = self._under_way - set(answered)
        oldest = [
            rows[0] for rows in found.values()
            if not any(row.holder in others or row.update in working for row in rows)
        ]  # fmt: skip
        if ready := self._in_order(db, oldest):
            taken = self._take(db, ready)
        return taken, later | ({row.chat for row in oldest} - {one.chat for one in taken})

    def _keep(self, db: Connection, come: Sequence[_Numbered]) -> None:
        ring, now = self._database.ring, self._clock.now()
        rows = [
            {"update": c.update, "chat": c.chat, "holder": 0, "at": now,
             "body": _sealed(ring, c.update, c.chat, c.body.encode())} for c in come
        ]  # fmt: skip
        put = insert_or(db.dialect.name, INBOX).on_conflict_do_nothing().returning(INBOX.c.update)
        kept = set(db.execute(put, rows).scalars())
        taken = {c.update for c in come} - kept
        if taken and self._renumber(db, taken, now):
            db.execute(put, [row for row in rows if row["update"] in taken])

    def _renumber(self, db: Connection, taken: set[int], now: datetime) -> int:
        """Give away numbers of what was left from before Telegram numbered anew; it stays where it
        was, before all else. Others have come again; gives how many numbers are free now."""
        left = INBOX.c.update.in_(taken) & (INBOX.c.at < now - NUMBERED)
        rows = db.execute(select(INBOX).where(left)).all()
        ring = self._database.ring
        for row in rows:
            values: dict[str, object] = {"update": -row.update}
            with suppress(BadSetting):  # what no key opens is moved as it is
                get = row._mapping.__getitem__
                body = cells.open_(ring, "inbox", "body", row.body, get)
                values["body"] = _sealed(ring, -row.update, row.chat, body)
            db.execute(update(INBOX).where(INBOX.c.update == row.update).values(values))
        return len(rows)

    def _free(self, db: Connection, chats: set[int]) -> set[int]:
        """Those at which no other process looks just now; none does until this turn ends. Nobody
        is waited for: a process that hangs holds up its own chats only."""
        if self._database.is_sqlite:
            return chats  # writers take turns
        return set(db.execute(_FREE, {"chats": list(chats)}).scalars())

    def _take(self, db: Connection, ids: Collection[int]) -> list[_Numbered]:
        """Those of them that are still the oldest: an earlier one may have come just now."""
        mine = update(INBOX).where(INBOX.c.update.in_(ids), ~_BEFORE).values(holder=self._peers.me)
        taken, unreadable = [], []
        for row in db.execute(mine.returning(INBOX.c.update, INBOX.c.chat, INBOX.c.body)).all():
            try:
                get = row._mapping.__getitem__
                body = cells.open_(self._database.ring, "inbox", "body", row.body, get)
                taken.append(_Numbered(row.update, row.chat, body.decode()))
            except BadSetting:
                log.error("inbox.unreadable", update=row.update)
                unreadable.append(row.update)
        if unreadable:  # kept, out of the way of what comes after it
            away = update(INBOX).where(INBOX.c.update.in_(unreadable))
            db.execute(away.values(holder=-self._peers.me))
        return taken

    def _in_order(self, db: Connection, rows: Iterable[WaitingUpdate]) -> set[int]:
        """The updates before which all that may have been sent has come, or had its time to."""
        now = self._clock.now()
        ages = {row.update: now - row.at for row in rows}
        young = {id for id, age in ages.items() if timedelta() <= age < GRACE}
        before = {id: range(id - AT_ONCE, id) for id in young}
        asked = set().union(*before.values())
        seen = self._seen(db, asked, now - NUMBERED) if asked else set()
        for id, earlier in before.items():
            known = seen.intersection(earlier)
            if known and len(known) == id - min(known):
                young.discard(id)
        return ages.keys() - young

    def _seen(self, db: Connection, ids: Collection[int], since: datetime) -> set[int]:
        came = select(INBOX.c.update).where(INBOX.c.update.in_(ids), INBOX.c.at > since)
        answered = select(HANDLED.c.key).where(
            HANDLED.c.channel == self._channel, HANDLED.c.key.in_([str(id) for id in ids]),
            HANDLED.c.at > since,
        )  # fmt: skip
        return {*db.execute(came).scalars(), *map(int, db.execute(answered).scalars())}
