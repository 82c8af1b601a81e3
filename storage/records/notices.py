"""The notices that the office sends by itself."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from petitions.book import Notice, Planned
from petitions.case import notices
from storage.database import insert_or
from storage.records.chats import Chats
from storage.tables import NOTICE

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


@functools.cache
def _plan(dialect: str) -> Any:
    put = insert_or(dialect, NOTICE)
    return put.on_conflict_do_update(
        index_elements=["case", "kind", "occasion", "recipient"],
        set_={"state": "planned", "next_at": put.excluded.next_at, "reason": ""},
        where=NOTICE.c.state == "cancelled",
    )


class Notices(Chats):
    """The notices that the office sends by itself."""

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
            self._db.execute(_plan(self._db.dialect.name), rows)

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


def notice_of(row: Row[Any]) -> Notice:
    """A row of the ledger as a value."""
    return Notice(
        row.id, row.kind, row.case, row.occasion, row.recipient, row.due_at, row.state,
        row.attempts, row.facts, row.reason, row.message, row.lang, row.unsure, row.next_at,
        row.sent_at, row.opened_at,
    )  # fmt: skip
