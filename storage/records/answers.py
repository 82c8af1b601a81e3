"""Updates that were handled, with what was answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from petitions.book import Chat, Notice
from petitions.case import notices
from petitions.message import Message
from petitions.message.stored import from_json
from storage.records.base import Base
from storage.records.notices import notice_of
from storage.tables import CHAT, HANDLED, NOTICE
from storage.tables.column import cells

_HANDLED = select(HANDLED).where(
    HANDLED.c.channel == bindparam("channel"), HANDLED.c.key == bindparam("key")
)
_LAST = (
    select(HANDLED.c.channel, HANDLED.c.chat, HANDLED.c.key, HANDLED.c.answers, HANDLED.c.at)
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


class StoredAnswers(Base):
    """Updates that were handled, with what was answered."""

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

    def last_answers(self, chat: Chat, count: int) -> list[tuple[datetime, list[Message]]]:
        rows = self._all(_LAST, chat=chat.id, count=count)
        opened = ((row.at, self._open("handled", "answers", row)) for row in rows)
        return [(at, from_json(answers.rpartition("\n")[2])) for at, answers in opened if answers]

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


def empty_answers(db: Connection, chats: Collection[int]) -> None:
    """The answers given in some chats are gone; that they were given stays."""
    mine = HANDLED.c.chat.in_(chats)
    db.execute(update(HANDLED).where(mine).values(dict.fromkeys(cells(HANDLED), b"")))
