"""How each rule of `petitions/keeping/retention.py` is carried out: looked for in a reading
transaction, let go in small writing ones, each looked at again there. Killed in between, it goes on
the next time with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import (
    Connection,
    Select,
    String,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    update,
)

from petitions.book import Planned
from petitions.keeping import retention
from petitions.keeping.retention import CASES, DRAFTS, RULES, WARNED, Term
from petitions.law.units import Office
from petitions.telling.ports import OutOfReach, Timepiece
from petitions.values.person import OFFICE
from petitions.verbs import acting
from petitions.verbs.days import calendar_of
from storage.database import Database, pieces
from storage.records import Records
from storage.records.forgetting import closed_cases, forget_chats
from storage.tables import (
    BOOKING,
    CHAT,
    CHAT_PERSON,
    DRAFT,
    FOLLOWER,
    HANDLED,
    INVITE,
    JOINT_LINK,
    LOG,
    NOTICE,
    OFFICER,
    PETITION,
    SAID,
    SESSION,
    SETTING,
    SLOT,
    STAFF_ASK,
    TRY,
)

log = structlog.get_logger()

AT_ONCE = 500
"""How many are looked for at once."""
BATCH = 50
"""How many are let go in one transaction; of cases one."""
NOTICE_KIND = "draft.ends"
"""The kind of notice that tells somebody that an unfinished petition is going to be deleted."""
TIDIED = "tidied"
"""The setting that holds when something was last looked for to be let go."""
IN_USE = timedelta(hours=1)
"""Nothing of a case is let go while somebody who follows it uses their chat."""


@dataclass(frozen=True, slots=True)
class Going:
    """One transaction in which something is let go."""

    book: Records
    db: Connection
    office: Office
    now: datetime
    before: datetime


Keys = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Way:
    """How one rule is carried out."""

    due: Callable[[datetime], Select[Any]]
    """The rows that have had their time: `key`, and `at`, from which the time was counted."""
    go: Callable[[Going, Keys], None]
    """Let some of them go."""
    batch: int = BATCH


_ANY = true()


def _old(key: Any, at: Any, which: Any = _ANY) -> Way:
    """Rows that are deleted by age alone."""

    def go(do: Going, keys: Keys) -> None:
        do.db.execute(delete(key.table).where(key.in_(keys), at < do.before, which))

    def old(before: datetime) -> Select[Any]:
        return select(key.label("key"), at.label("at")).where(at < before, which)

    return Way(old, go, AT_ONCE)


# Drafts


def _warning(rev: Any = DRAFT.c.rev) -> Any:
    """The occasion that a draft's notice is known by."""
    return cast(DRAFT.c.id, String) + literal(":") + cast(rev, String)


def _told(*more: Any) -> Any:
    return exists().where(
        NOTICE.c.case == 0, NOTICE.c.kind == NOTICE_KIND, NOTICE.c.occasion == _warning(), *more
    )


def _drafts(before: datetime) -> Select[Any]:
    """An unfinished petition only once its owner was told in time."""
    at, days = DRAFT.c.changed_at, timedelta(days=DRAFTS.days)
    told = _told(NOTICE.c.due_at < before + days - WARNED)
    return select(DRAFT.c.id.label("key"), at.label("at")).where(
        DRAFT.c.done.is_(False), at < before, or_(DRAFT.c.form != "petition", told)
    )


def _drop_drafts(do: Going, keys: Keys) -> None:
    do.db.execute(update(CHAT).where(CHAT.c.draft.in_(keys)).values(draft=0))
    for key in keys:
        do.book.drop_draft(key)


def unwarned(before: datetime) -> Select[Any]:
    """Unfinished petitions that will be deleted soon, and whose owners weren't told."""
    return select(DRAFT.c.id.label("key"), DRAFT.c.changed_at.label("at")).where(
        DRAFT.c.done.is_(False), DRAFT.c.form == "petition",
        DRAFT.c.changed_at < before + WARNED, ~_told(),
    )  # fmt: skip


def warn(do: Going, keys: Keys) -> None:
    """Plan a notice to the chat in which each petition was begun."""
    opening = do.office.at_work(do.now, calendar_of(do.book, do.office))
    for row in do.db.execute(select(DRAFT).where(DRAFT.c.id.in_(keys))).all():
        facts = {"draft": row.id, "rev": row.rev}
        do.book.plan(Planned(NOTICE_KIND, 0, f"{row.id}:{row.rev}", f"chat:{row.chat}", do.now,
                             facts, next_at=opening))  # fmt: skip


# Lines, visits, receptions, chats


def _lines(before: datetime) -> Select[Any]:
    at, newer = LOG.c.at, LOG.alias()
    return select(LOG.c.id.label("key"), at.label("at")).where(
        at < before, exists().where(newer.c.chat == LOG.c.chat, newer.c.seq > LOG.c.seq)
    )


def _drop_lines(do: Going, keys: Keys) -> None:
    do.book.drop_lines(LOG.c.id.in_(keys))


def _visits(before: datetime) -> Select[Any]:
    at = SESSION.c.created_at
    return select(SESSION.c.token_hash.label("key"), at.label("at")).where(
        or_(at < before, SESSION.c.ended_at.is_not(None) & (SESSION.c.why == ""))
    )


def _end_visits(do: Going, keys: Keys) -> None:
    """Sessions, and the lines of chats that nobody can open any more."""
    mine = SESSION.c.token_hash.in_(keys)
    chats = {row.chat for row in do.db.execute(select(SESSION.c.chat).where(mine))}
    do.db.execute(delete(SESSION).where(mine))
    others = select(SESSION.c.chat).where(SESSION.c.chat.in_(chats))
    do.book.drop_lines(LOG.c.chat.in_(chats - {row.chat for row in do.db.execute(others)}))


def _receptions(before: datetime) -> Select[Any]:
    at = SLOT.c.day
    return (
        select(BOOKING.c.id.label("key"), at.label("at"))
        .join(SLOT, SLOT.c.id == BOOKING.c.slot)
        .where(at < before.date(), or_(BOOKING.c.person != 0, BOOKING.c.chat != 0))
    )


def _forget_bookings(do: Going, keys: Keys) -> None:
    do.book.forget_bookings(BOOKING.c.id.in_(keys))


def _strangers(before: datetime) -> Select[Any]:
    follows = exists().where(CHAT_PERSON.c.chat == CHAT.c.id, FOLLOWER.c.ended_at.is_(None),
                             FOLLOWER.c.person == CHAT_PERSON.c.person)  # fmt: skip
    sits = exists().where(OFFICER.c.chat == CHAT.c.id, OFFICER.c.ended_at.is_(None))
    return select(CHAT.c.id.label("key"), CHAT.c.seen_at.label("at")).where(
        CHAT.c.seen_at < before, ~sits, ~follows
    )


def _forget_strangers(do: Going, keys: Keys) -> None:
    forget_chats(do.book, do.db, keys)


# Closed cases


def _idle_cases(before: datetime, now: datetime) -> Select[Any]:
    """Those whose followers aren't at their chats just now."""
    in_use = exists().where(
        FOLLOWER.c.case == PETITION.c.id, CHAT_PERSON.c.person == FOLLOWER.c.person,
        CHAT.c.id == CHAT_PERSON.c.chat, CHAT.c.seen_at > now - IN_USE,
    )  # fmt: skip
    return closed_cases(before).where(~in_use)


def _anonymise(do: Going, keys: Keys) -> None:
    for key in keys:
        acting.act(do.book, do.office, key, "anonymise", OFFICE, {}, do.now)


_PINS = TRY.c.bucket.startswith("claim:")
WAYS: dict[str, Way] = {
    "drafts": Way(_drafts, _drop_drafts),
    "answers": _old(HANDLED.c.key, HANDLED.c.at),
    "tries": _old(TRY.c.id, TRY.c.at, ~_PINS),
    "pins": _old(TRY.c.id, TRY.c.at, _PINS),
    "invitations": _old(INVITE.c.hash, INVITE.c.until),
    "asks": _old(STAFF_ASK.c.id, STAFF_ASK.c.until),
    "said": _old(SAID.c.message, SAID.c.at, SAID.c.secret.is_(False)),
    "links": _old(JOINT_LINK.c.hash, JOINT_LINK.c.until),
    "lines": Way(_lines, _drop_lines, AT_ONCE),
    "visits": Way(_visits, _end_visits),
    "receptions": Way(_receptions, _forget_bookings),
    "cases": Way(closed_cases, _anonymise, 1),
    "strangers": Way(_strangers, _forget_strangers),
}


@dataclass(frozen=True, slots=True)
class LetGo:
    """The rows that a rule would let go now."""

    rule: Term
    count: int
    oldest: Any
    """The instant or day the oldest is counted from; None: there is none."""
    kept: bool
    """The office keeps it for ever."""


def look(db: Connection, office: Office, now: datetime) -> list[LetGo]:
    """The rows that each rule would let go now; changes nothing."""
    found = []
    for rule in RULES:
        before = retention.before(rule, office, now)
        if before is None:
            found.append(LetGo(rule, 0, None, True))
            continue
        due = WAYS[rule.name].due(before).subquery()
        count, oldest = db.execute(select(func.count(), func.min(due.c.at))).one()
        found.append(LetGo(rule, int(count), oldest, False))
    return found


def tidied(db: Connection) -> datetime | None:
    """When something was last looked for to be let go; None: never yet."""
    value = db.execute(select(SETTING.c.value).where(SETTING.c.name == TIDIED)).scalar()
    return datetime.fromisoformat(value) if value else None


class Retention:
    """Lets go of what has had its time, in small steps (`petitions.telling.ports.Steps`)."""

    def __init__(
        self, database: Database, office: Office, clock: Timepiece, moved: bool = False
    ) -> None:  # fmt: skip
        self._database = database
        self._office = office
        self._clock = clock
        self.moved = moved
        """The clock is moved by hand: it may jump (the demo)."""
        self._at = 0

    async def step(self) -> int:
        """Let some of it go; 0 when there is no more, or when the clock has jumped. Raises
        OutOfReach."""
        now = self._clock.now()
        last = await self._database.read(tidied)
        if retention.jumped(last, now) and not self.moved:
            log.error("letting_go.clock_jumped", tidied=str(last), now=str(now),
                      help="petition-bot retention")  # fmt: skip
            self._at = 0
            return 0
        if self._at == 0:
            await self.confirm()
            await self._warn(now)
        while self._at < len(RULES):
            gone = await self._some(RULES[self._at], now)
            if gone:
                return gone
            self._at += 1
        self._at = 0
        return 0

    async def confirm(self) -> None:
        """The clock is right: it is gone by from now on."""
        at = self._clock.now().isoformat()
        await self._database.write(
            lambda c: Records(c, self._database.ring).set_setting(TIDIED, at)
        )

    async def _warn(self, now: datetime) -> None:
        before = now - timedelta(days=DRAFTS.days)
        way = Way(unwarned, warn)
        await self._through(way, unwarned(before), before, now)

    async def _some(self, rule: Term, now: datetime) -> int:
        """Some of a rule; 0 when there is nothing that could be let go."""
        before, way = retention.before(rule, self._office, now), WAYS[rule.name]
        if before is None:
            return 0
        due = _idle_cases(before, now) if rule is CASES else way.due(before)
        return await self._through(way, due, before, now)

    async def _through(
        self, way: Way, due: Select[Any], before: datetime, now: datetime
    ) -> int:  # fmt: skip
        """Look for some in a reading transaction, let them go in small writing ones."""
        keys = await self._database.read(
            lambda c: [row.key for row in c.execute(due.limit(AT_ONCE))]
        )
        gone = 0
        for some in pieces(keys, way.batch):
            try:
                gone += await self._database.write(self._go, way, due, some, before, now)
            except OutOfReach:
                raise
            except Exception as error:  # it stays, and holds up nothing else
                log.error("letting_go.failed", error=type(error).__name__, exc_info=error)
        return gone

    def _go(
        self, db: Connection, way: Way, due: Select[Any], keys: Keys, before: datetime,
        now: datetime,
    ) -> int:  # fmt: skip
        key = due.selected_columns["key"].element
        still = [row.key for row in db.execute(due.where(key.in_(keys)))]
        if still:
            book = Records(db, self._database.ring)
            way.go(Going(book, db, self._office.on(now), now, before), still)
        return len(still)
