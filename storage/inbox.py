"""Updates from Telegram's webhook: kept before they are confirmed, handled in their order.

Any process may receive an update, and Telegram makes several calls at once. Of a chat's updates
only the oldest is worked at, by one process at a time; one that seems to have overtaken others
waits a moment for them. What a process that died had taken is taken over by another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from petitions.ports import Clock
from storage.database import Database
from storage.peers import Peers, hold
from storage.records import HANDLED, _table
from storage.tables import Inbox

INBOX = _table(Inbox)
PLACE = "inbox.body"
MANY = 100
"""Chats looked at in one go."""
AT_ONCE = 40
"""Calls that Telegram may have under way: by so many an update can have overtaken others."""
GRACE = timedelta(seconds=0.5)
"""How long an update waits for those before it that haven't come."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An update that this process is to handle now."""

    update: int
    chat: int
    body: str
    """As Telegram sent it, JSON."""


@dataclass(frozen=True, slots=True)
class Soon:
    """A chat's next update waits for earlier ones: ask again in a moment."""

    chat: int


Next = Taken | Soon | None
"""What a process is to do for a chat. None: nothing, or another one is at it."""


class SqlInbox:
    """The inbox of an office, as one of its processes sees it. Everything raises OutOfReach."""

    def __init__(self, database: Database, peers: Peers, clock: Clock) -> None:
        self._database = database
        self._peers = peers
        self._clock = clock

    async def put(self, id: int, chat: int, body: str) -> Next:
        """Keep an update for good; gives what to do next for its chat."""
        return await self._database.write(self._put, id, chat, body)

    async def take(self, chat: int) -> Next:
        """What to do next for a chat."""
        return await self._database.write(self._take, chat)

    async def done(self, taken: Taken) -> Next:
        """An update was answered: forget it; gives what to do next for its chat."""
        return await self._database.write(self._done, taken)

    async def lost(self) -> Sequence[int]:
        """Chats with updates that nobody works at: their process died, or they came just now."""
        return await self._database.read(self._lost)

    def _put(self, db: Connection, id: int, chat: int, body: str) -> Next:
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        sealed = self._database.ring.seal(body, PLACE)
        row = {"update": id, "chat": chat, "holder": 0, "body": sealed, "at": self._clock.now()}
        db.execute(insert(INBOX).values(row).on_conflict_do_nothing())
        return self._take(db, chat)

    def _done(self, db: Connection, taken: Taken) -> Next:
        db.execute(delete(INBOX).where(INBOX.c.update == taken.update))
        return self._take(db, taken.chat)

    def _lost(self, db: Connection) -> Sequence[int]:
        free = INBOX.c.holder.not_in(list(self._peers.living(db)))
        return db.execute(select(INBOX.c.chat).where(free).distinct().limit(MANY)).scalars().all()

    def _take(self, db: Connection, chat: int) -> Next:
        hold(db, f"inbox:{chat}")
        mine = INBOX.c.chat == chat
        waiting = select(INBOX.c.update, INBOX.c.holder, INBOX.c.at).where(mine)
        rows = db.execute(waiting.order_by(INBOX.c.update)).all()
        if not rows or {row.holder for row in rows} & set(self._peers.living(db)):
            return None
        if not self._its_turn(db, rows[0]):
            return Soon(chat)
        id = rows[0].update
        db.execute(update(INBOX).where(mine, INBOX.c.holder != 0).values(holder=0))
        take = update(INBOX).where(INBOX.c.update == id).values(holder=self._peers.me)
        body = db.execute(take.returning(INBOX.c.body)).scalar_one()
        return Taken(id, chat, self._database.ring.open(body, PLACE))

    def _its_turn(self, db: Connection, row: Row[tuple[int, int, object]]) -> bool:
        """Whether all that may have been sent before it has come, or had its time to come."""
        age = self._clock.now() - row.at
        if age >= GRACE or age < timedelta():
            return True
        before = range(row.update - AT_ONCE, row.update)
        came = select(INBOX.c.update).where(INBOX.c.update.between(before[0], before[-1]))
        keys = [str(id) for id in before]
        answered = select(HANDLED.c.key).where(
            HANDLED.c.channel == "telegram", HANDLED.c.key.in_(keys)
        )
        seen = {*db.execute(came).scalars(), *map(int, db.execute(answered).scalars())}
        return bool(seen) and len(seen) == row.update - min(seen)
