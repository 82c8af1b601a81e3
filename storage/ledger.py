"""The ledger of notices: causes are split by chat, claimed under a lease, looked at again,
settled after the try.

No transaction is open while a courier is on its way. Notices that wait are found by `next_at`,
which is empty for whatever is being sent or has ended, so that neither a long past nor many
open clocks make the search slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Row, bindparam, func, literal, select, update

from petitions.book import Notice, Planned
from petitions.case.notices import ANSWER, BRIEF, LANES, NextStep, Outcome, next_step
from petitions.errors import Unknown
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.telling import gather
from petitions.telling.mornings import plan_mornings
from petitions.telling.ports import Check, Composed, Settled, Waiting
from petitions.telling.split import Ended, Splitter
from petitions.telling.unserved import replan, unserved
from petitions.values import channels
from petitions.values.person import Role
from storage import selfcheck
from storage.database import Database, out_of_reach
from storage.peers import hold
from storage.preload import Preloaded
from storage.records import Records
from storage.records.notices import notice_of
from storage.records.parting import note_told
from storage.tables import CHAT, NOTICE

log = structlog.get_logger()

LEASE = timedelta(minutes=5)
"""Longer than any try may take: a notice whose lease ran out has an unknown outcome."""
BATCH = 20
"""Rows taken in one transaction."""
TOGETHER = 200
"""Rows after which no further chat is taken; those of one chat are never parted."""

_CAUSES = (
    select(NOTICE)
    .where(NOTICE.c.channel == "", NOTICE.c.lane == bindparam("lane"),
           NOTICE.c.next_at <= bindparam("now"))
    .order_by(NOTICE.c.next_at, NOTICE.c.id)
    .limit(bindparam("most"))
)  # fmt: skip
_IS_DUE = (
    select(literal(1))
    .where(
        NOTICE.c.channel.in_(bindparam("channels", expanding=True)),
        NOTICE.c.lane.in_(LANES),
        NOTICE.c.next_at <= bindparam("now"),
    )
    .limit(1)
)
_CHATS = (
    select(NOTICE.c.recipient)
    .where(NOTICE.c.channel == bindparam("channel"), NOTICE.c.lane == bindparam("lane"),
           NOTICE.c.next_at <= bindparam("now"))
    .order_by(NOTICE.c.next_at, NOTICE.c.id)
    .limit(bindparam("most"))
)  # fmt: skip
_OF_CHATS = (
    select(NOTICE.c.id, NOTICE.c.recipient)
    .where(
        NOTICE.c.recipient.in_(bindparam("chats", expanding=True)),
        NOTICE.c.next_at <= bindparam("now"),
    )
    .order_by(NOTICE.c.next_at, NOTICE.c.id)
)
_TAKE = (
    update(NOTICE)
    .where(NOTICE.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="sending",
        next_at=None,
        leased_until=bindparam("until"),
        attempts=NOTICE.c.attempts + 1,
    )
    .returning(
        *(NOTICE.c[name] for name in
          ("id", "kind", "case", "occasion", "recipient", "due_at", "state", "attempts", "facts",
           "reason", "message", "lang", "unsure"))
    )
)  # fmt: skip
_END = (
    update(NOTICE)
    .where(NOTICE.c.id == bindparam("b_id"))
    .values(state=bindparam("b_state"), reason=bindparam("b_reason"),
            next_at=bindparam("b_next_at"), leased_until=None)
)  # fmt: skip
_SETTLE = (
    update(NOTICE)
    .where(NOTICE.c.id == bindparam("b_id"), NOTICE.c.state == "sending")
    .values({name: bindparam(f"b_{name}") for name in
             ("state", "leased_until", "reason", "next_at", "unsure", "sent_at", "message",
              "lang")} | {"attempts": NOTICE.c.attempts - bindparam("b_back")})
)  # fmt: skip


@dataclass(slots=True)
class SqlLedger:
    """The ledger in the database (`petitions.telling.ports.Ledger`)."""

    _database: Database
    _office: Office

    # Causes

    async def split(self, now: datetime, limit: int = BATCH) -> int:
        """Split due causes into rows by chat; gives how many causes."""
        return await self._database.write(self._split, now, limit)

    def _split(self, connection: Connection, now: datetime, limit: int) -> int:
        book = Records(connection, self._database.ring)
        splitter = Splitter(book, self._office.on(now), now)
        count = 0
        causes = _CAUSES
        if connection.dialect.name == "postgresql":
            causes = causes.with_for_update(skip_locked=True)
        for lane in LANES:
            given = {"lane": lane, "now": now, "most": limit - count}
            for row in connection.execute(causes, given).all():
                notice = notice_of(row)
                state, reason, *again = self._split_one(connection, splitter, notice)
                ended = {"b_id": notice.id, "b_state": state, "b_reason": reason,
                         "b_next_at": again[0] if again else None}  # fmt: skip
                connection.execute(_END, ended)
                count += 1
            if count >= limit:
                break
        return count

    def _split_one(self, connection: Connection, splitter: Splitter, notice: Notice) -> Ended:
        """A cause that can't be split takes back only itself, and holds up no other."""
        try:
            with connection.begin_nested():
                return splitter.split(notice)
        except Exception as error:
            if out_of_reach(error):  # all of it is taken back, and tried again later
                raise
            log.error("reminders.split_failed", notice=notice.id, kind=notice.kind,
                      exc_info=error)  # fmt: skip
            return "failed", type(error).__name__

    # Claim, compose, settle

    async def claim(self, now: datetime, channel: str, limit: int = BATCH) -> Sequence[Waiting]:
        """Take what is due for some chats of a channel: all of a chat at once."""
        return await self._database.write(self._claim, now, channel, limit)

    def _claim(
        self, connection: Connection, now: datetime, channel: str, limit: int
    ) -> list[Waiting]:
        chats: dict[str, None] = {}
        for lane in LANES:
            most = limit - len(chats)
            if most <= 0:
                break
            given = {"channel": channel, "lane": lane, "now": now, "most": most}
            chats.update(dict.fromkeys(r.recipient for r in connection.execute(_CHATS, given)))
        if not chats:
            return []
        of_chats = _OF_CHATS
        if connection.dialect.name == "postgresql":
            of_chats = of_chats.with_for_update(skip_locked=True)
        given = {"chats": list(chats), "now": now}
        ids = _whole_chats(connection.execute(of_chats, given).all())
        if not ids:
            return []
        rows = connection.execute(_TAKE, {"ids": ids, "until": now + LEASE}).all()
        taken = sorted((Notice(*r) for r in rows), key=lambda n: (n.due_at, n.id))
        by_chat: dict[int, list[Notice]] = {}
        for notice in taken:
            by_chat.setdefault(notice.chat, []).append(notice)
        return [Waiting(chat, tuple(notices)) for chat, notices in by_chat.items()]

    async def compose(self, batch: Sequence[Waiting], now: datetime) -> list[Composed]:
        """Look at claimed notices again: what is still true becomes messages."""
        return await self._database.read(self._compose, batch, now)

    def _compose(
        self, connection: Connection, batch: Sequence[Waiting], now: datetime
    ) -> list[Composed]:
        book = Preloaded(connection, self._database.ring)
        book.load(batch)
        return [self._compose_one(book, waiting, now) for waiting in batch]

    def _compose_one(self, book: Preloaded, waiting: Waiting, now: datetime) -> Composed:
        """A notice whose words can't be opened ends as failed, loudly, and holds up no other; where
        a chat's can't be put into words at all (a text is missing, a case is odd), all of them."""
        try:
            composed = gather.compose(book, self._office.on(now), waiting, now)
            if failed := [x.notice.id for x in composed.ended if x.step.state == "failed"]:
                log.error("reminders.compose_failed", notices=failed)
            return composed
        except Exception as error:
            if out_of_reach(error):
                raise
            log.error("reminders.compose_failed", notices=[n.id for n in waiting.notices],
                      exc_info=error)  # fmt: skip
            name = type(error).__name__
            return Composed(
                (), tuple(Settled(n, NextStep("failed"), reason=name) for n in waiting.notices)
            )

    async def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        """Write down what became of tries."""
        if settled:
            await self._database.write(self._settle, settled, now)
        answered = {
            s.notice.chat for s in settled if s.notice.kind == ANSWER and not s.step.again_at
        }
        for chat in answered:
            await self._database.write(self._paid, chat)

    def _paid(self, connection: Connection, chat: int) -> None:
        """Once no answer of a chat waits any more, it hears at once again. Its conversation doesn't
        go on meanwhile: nothing is to slip in between."""
        book = Records(connection, self._database.ring)
        found = book.chat_by_id(chat)
        hold(connection, f"{found.channel}:{found.address}")
        if not book.owed(chat):
            book.owe(chat, False)

    def _settle(self, connection: Connection, settled: Sequence[Settled], now: datetime) -> None:
        rows = [_settled(one, now) for one in settled]
        connection.execute(_SETTLE, rows)
        note_told(connection, [
            {"b_chat": one.notice.chat, "b_message": id, "b_at": now, "b_cases": list(one.cases)}
            for one in settled for id in one.stands
        ])  # fmt: skip
        for one in settled:
            if one.step.state == "blocked":
                self._blocked(connection, one.notice, now, one.reason)

    def _blocked(self, connection: Connection, notice: Notice, now: datetime, reason: str) -> None:
        """The chat hears nothing more; somebody else does, or a person goes. A petitioner's that
        only can't be opened hears again as soon as its key is back, and one that was known as shut
        may be open again by now."""
        book = Records(connection, self._database.ring)
        petitioner = notice.kind.startswith("petitioner.")
        unreadable = reason == gather.UNREADABLE and petitioner
        if reason != gather.SHUT_OUT and not unreadable:
            connection.execute(update(CHAT).where(CHAT.c.id == notice.chat).values(blocked=True))
        if notice.case and petitioner:
            unserved(book, self._office.on(now), notice, now)
        elif notice.case:
            replan(book, notice, now)

    async def sweep(self, now: datetime) -> int:
        """Notices left in sending have an unknown outcome; `next_step` says what that means."""
        return await self._database.write(self._sweep, now)

    def _sweep(self, connection: Connection, now: datetime) -> int:
        # A lease that ends far later than one given now is of a clock that was set back since;
        # a little later: of another machine, whose clock is ahead.
        over = (NOTICE.c.leased_until < now) | (NOTICE.c.leased_until > now + 2 * LEASE)
        rows = connection.execute(
            select(NOTICE).where(NOTICE.c.leased_until.is_not(None), NOTICE.c.state == "sending",
                                 over)
        ).all()  # fmt: skip
        reason = "the process stopped while sending"
        left = [notice_of(row) for row in rows]
        self_settled = [Settled(n, next_step(Outcome.UNKNOWN, n, now), reason=reason) for n in left]
        if self_settled:
            self._settle(connection, self_settled, now)
        return len(rows)

    # By the day and the hour

    async def tidy(self, now: datetime) -> None:
        """Plan each unit's next morning list."""
        await self._database.write(
            lambda c: plan_mornings(Records(c, self._database.ring), self._office.on(now), now)
        )

    async def check(self, now: datetime) -> Check:
        """Whether anything was forgotten."""
        return await self._database.read(self.look, now)

    async def report(self, found: Check, now: datetime) -> None:
        """Tell the administrators, once a day, that something was forgotten."""
        await self._database.write(self._report, found, now)

    def _report(self, connection: Connection, found: Check, now: datetime) -> None:
        book = Records(connection, self._database.ring)
        day = local_day(now, self._office.zone).isoformat()
        book.plan(
            *(
                Planned("officer.check", 0, day, f"chat:{officer.chat}", now, asdict(found))
                for officer in book.seated()
                if officer.role is Role.ADMINISTRATOR
            )
        )

    def look(self, connection: Connection, now: datetime) -> Check:
        """The self-check, within a transaction."""
        return selfcheck.look(connection, self._office, now)

    async def is_due(self, now: datetime) -> bool:
        """Whether anything waits to be taken by now."""
        return await self._database.read(
            lambda c: (
                c.execute(_IS_DUE, {"now": now, "channels": ["", *channels.chats()]}).first()
                is not None
            )
        )

    async def next_due(self, real: bool = False) -> datetime | None:
        """When the next waiting notice is to be taken. `real`: of those that say something to
        somebody for sure; a morning list may turn out empty."""
        found = select(func.min(NOTICE.c.next_at)).where(NOTICE.c.next_at.is_not(None))
        if real:
            found = found.where(NOTICE.c.kind.not_in((BRIEF, "morning", "served")))
        return await self._database.read(lambda c: c.execute(found).scalar_one())

    # For operators and tests

    async def rows(self, case: int | None = None) -> list[Notice]:
        """The ledger as it stands."""
        found = select(NOTICE).order_by(NOTICE.c.id)
        if case is not None:
            found = found.where(NOTICE.c.case == case)
        return await self._database.read(lambda c: [notice_of(r) for r in c.execute(found).all()])

    def waiting(self, connection: Connection, until: datetime, limit: int) -> list[Notice]:
        """Notices that wait to be taken until an instant, soonest first."""
        found = select(NOTICE).where(NOTICE.c.next_at <= until)
        rows = connection.execute(found.order_by(NOTICE.c.next_at, NOTICE.c.id).limit(limit))
        return [notice_of(r) for r in rows]

    def retry(self, connection: Connection, id: int, now: datetime) -> Notice:
        """Plan a notice again that wasn't sent. Raises Unknown."""
        notice = self._known(connection, id)
        if notice.state not in ("failed", "unknown", "blocked", "cancelled"):
            raise Unknown("bad.notice_state", id=id, state=notice.state)
        values = {"state": "planned", "next_at": now, "attempts": 0, "reason": "by hand"}
        connection.execute(update(NOTICE).where(NOTICE.c.id == id).values(**values))
        return notice

    def cancel(self, connection: Connection, id: int) -> Notice:
        """Cancel a notice that waits. Raises Unknown."""
        notice = self._known(connection, id)
        if notice.next_at is None:
            raise Unknown("bad.notice_state", id=id, state=notice.state)
        ended = {"b_id": id, "b_state": "cancelled", "b_reason": "by hand", "b_next_at": None}
        connection.execute(_END, ended)
        return notice

    def _known(self, connection: Connection, id: int) -> Notice:
        notice = Records(connection, self._database.ring).notice(id)
        if notice is None:
            raise Unknown("bad.no_notice", id=id)
        return notice


def _whole_chats(rows: Sequence[Row[Any]]) -> list[int]:
    """The ids of all rows of the first chats, up to `TOGETHER` rows or so."""
    by_chat: dict[str, list[int]] = {}
    for row in rows:
        by_chat.setdefault(row.recipient, []).append(row.id)
    ids: list[int] = []
    for mine in by_chat.values():
        if ids and len(ids) + len(mine) > TOGETHER:
            break
        ids += mine
    return ids


def _settled(one: Settled, now: datetime) -> dict[str, Any]:
    notice, step = one.notice, one.step
    sent = step.state == "sent"
    return {
        "b_id": notice.id,
        "b_state": step.state,
        "b_leased_until": None,
        "b_reason": one.reason,
        "b_next_at": step.again_at,
        "b_unsure": notice.unsure + (step.state == "unknown"),
        "b_sent_at": now if sent else None,
        "b_message": one.message,
        "b_lang": one.lang or notice.lang,
        "b_back": 0 if one.tried else 1,
    }
