"""The ledger of notices: claimed under a lease, split by chat, settled after the try.

No transaction is open while a courier is on its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from petitions import notices, views
from petitions.book import Notice, Planned
from petitions.errors import Unknown
from petitions.notices import Outcome, Step, next_step
from petitions.petition import Petition, Role
from petitions.ports import Delivery
from petitions.units import Office
from storage.database import Database
from storage.records import CHAT, NOTICE, Records

LEASE = timedelta(minutes=5)
"""Longer than any network time-out: a notice whose lease ran out has an unknown outcome."""
REPEATED = timedelta(days=3)
"""How long an update may come again: Telegram keeps them for a day."""
EXCERPTS = timedelta(days=30)
"""How long the duty desk's excerpt of a message that spoke of danger is kept."""
BATCH = 20
"""Notices claimed in one transaction."""


class SqlLedger:
    """The ledger in the database (`petitions.ports.Ledger`)."""

    def __init__(self, database: Database, office: Office) -> None:
        self._database = database
        self._office = office

    async def claim(self, now: datetime, limit: int = BATCH) -> Sequence[Delivery]:
        """Take due notices; those for several chats are split first, then taken at once."""
        return await self._database.write(self._claim, now, limit)

    def _claim(self, connection: Connection, now: datetime, limit: int) -> list[Delivery]:
        book = Records(connection, self._database.ring)
        found: list[Delivery] = []
        rows = self._take(connection, now, limit)
        while rows and len(found) < limit:
            for row in rows:
                delivery = self._prepare(connection, book, _notice(row), now)
                if delivery:
                    found.append(delivery)
            rows = self._take(connection, now, limit - len(found)) if len(found) < limit else []
        return found

    def _take(self, connection: Connection, now: datetime, limit: int) -> Sequence[Row[Any]]:
        due = (
            select(NOTICE.c.id)
            .where(NOTICE.c.state == "planned", NOTICE.c.due_at <= now)
            .order_by(NOTICE.c.due_at, NOTICE.c.id)
            .limit(limit)
        )
        if connection.dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True)
        taken = connection.execute(
            update(NOTICE)
            .where(NOTICE.c.id.in_(due))
            .values(state="sending", leased_until=now + LEASE, attempts=NOTICE.c.attempts + 1)
            .returning(NOTICE)
        )
        return sorted(taken.all(), key=lambda r: (r.due_at, r.id))

    def _prepare(
        self, connection: Connection, book: Records, notice: Notice, now: datetime
    ) -> Delivery | None:
        """A delivery; None when the notice was split, or is cancelled."""
        try:
            petition = book.petition(notice.case) if notice.case else None
        except Unknown:
            self._end(connection, notice, "cancelled", "no such case")
            return None
        clocks = list(book.clocks(notice.case)) if notice.case else []
        if not notices.still_true(notice, petition, clocks):
            self._end(connection, notice, "cancelled", "no longer true")
            return None
        if not notice.to.startswith("chat:"):
            self._split(connection, book, notice, petition, now)
            return None
        chat = book.chat_by_id(int(notice.to[5:]))
        if chat.blocked:
            self._end(connection, notice, "blocked", "the person has shut the bot out")
            return None
        message = views.compose(book, self._office, notice, chat, now)
        if isinstance(message, views.Cancelled):
            self._end(connection, notice, "cancelled", message.why)
            return None
        card = book.card(chat.id, notice.case) if notice.kind == "card" else 0
        if notice.kind == "card" and not card:
            self._end(connection, notice, "cancelled", "no card in this chat")
            return None
        return Delivery(notice, chat, message, card)

    def _split(
        self,
        connection: Connection,
        book: Records,
        notice: Notice,
        petition: Petition | None,
        now: datetime,
    ) -> None:
        """One row for each chat the notice is meant for."""
        chats = self._chats(book, notice.to, petition)
        book.plan(
            *(
                Planned(notice.kind, notice.case, notice.occasion, f"chat:{chat}",
                        min(notice.due_at, now), notice.facts)
                for chat in chats
            )
        )  # fmt: skip
        reason = "" if chats else "nobody to tell"
        self._end(connection, notice, "shared" if chats else "failed", reason)

    def _chats(self, book: Records, to: str, petition: Petition | None) -> list[int]:
        if to == "petitioner" and petition:
            people = book.followers(petition.id)
            return list(dict.fromkeys(c.id for p in people for c in book.chats_of(p)))
        bureau = self._office.bureau
        if to == "desk" and petition:
            handler = book.officer(petition.handler) if petition.handler else None
            if handler and handler.chat and handler.unit == petition.unit:
                return [handler.chat]
            unit = petition.unit if petition.unit in self._office.units else bureau
            seated = [o.chat for o in book.officers(unit) if o.chat]
            return seated or [o.chat for o in book.officers(bureau) if o.chat]
        if to == "head" and petition:
            seats = [o for o in book.officers(petition.unit) if o.chat]
            heads = [o.chat for o in seats if o.role is Role.HEAD and not o.away]
            return heads or [o.chat for o in seats if o.role in (Role.HEAD, Role.DEPUTY)]
        if to == "helpers" and petition:
            return [o.chat for u in petition.assisting for o in book.officers(u) if o.chat]
        staff = [o for o in book.officers(bureau) if o.chat]
        if to == "supervisor":
            return [o.chat for o in staff if o.role is Role.SUPERVISOR]
        return [o.chat for o in staff]

    def _end(self, connection: Connection, notice: Notice, state: str, reason: str) -> None:
        connection.execute(
            update(NOTICE)
            .where(NOTICE.c.id == notice.id)
            .values(state=state, reason=reason, leased_until=None)
        )

    async def settle(
        self, notice: Notice, step: Step, now: datetime, message: int = 0, reason: str = ""
    ) -> None:
        """Write down what became of a try."""
        await self._database.write(self._settle, notice, step, now, message, reason)

    def _settle(
        self,
        connection: Connection,
        notice: Notice,
        step: Step,
        now: datetime,
        message: int,
        reason: str,
    ) -> None:
        values: dict[str, Any] = {"state": step.state, "leased_until": None, "reason": reason}
        if step.again_at:
            values["due_at"] = step.again_at
        if step.state == "sent":
            values |= {"sent_at": now, "message": message}
        connection.execute(
            update(NOTICE)
            .where(NOTICE.c.id == notice.id, NOTICE.c.state == "sending")
            .values(values)
        )
        if step.state == "blocked":
            chat = int(notice.to[5:])
            connection.execute(update(CHAT).where(CHAT.c.id == chat).values(blocked=True))

    async def sweep(self, now: datetime) -> int:
        """What was left in sending has an unknown outcome; what that means is `next_step`."""
        return await self._database.write(self._sweep, now)

    def _sweep(self, connection: Connection, now: datetime) -> int:
        rows = connection.execute(
            select(NOTICE).where(NOTICE.c.state == "sending", NOTICE.c.leased_until < now)
        ).all()
        for row in rows:
            notice = _notice(row)
            step = next_step(Outcome.UNKNOWN, notice, now)
            self._settle(connection, notice, step, now, 0, "the process stopped while sending")
        return len(rows)

    async def tidy(self, now: datetime) -> None:
        """Forget answers to updates no channel can repeat any more, and old wrong tries."""

        def forget(connection: Connection) -> None:
            book = Records(connection, self._database.ring)
            book.forget_handled(now - REPEATED)
            book.forget_tries(now - REPEATED)
            book.forget_excerpts(now - EXCERPTS)

        await self._database.write(forget)

    async def next_due(self) -> datetime | None:
        """When the next planned notice falls due."""
        found = select(func.min(NOTICE.c.due_at)).where(NOTICE.c.state == "planned")
        return await self._database.read(lambda c: c.execute(found).scalar_one())

    async def rows(self, case: int | None = None) -> list[Notice]:
        """The ledger as it stands, for operators and tests."""
        found = select(NOTICE).order_by(NOTICE.c.id)
        if case is not None:
            found = found.where(NOTICE.c.case == case)
        return await self._database.read(lambda c: [_notice(r) for r in c.execute(found).all()])


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        row.id, row.kind, row.case, row.occasion, row.recipient, row.due_at, row.state,
        row.attempts, row.facts, row.reason, row.message,
    )  # fmt: skip
