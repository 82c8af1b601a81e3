"""Taking back what a chat was shown: the page's lines, stored answers, forms; and of Telegram's
messages those that can still be deleted, by rows of the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, literal, or_, select, update

from petitions.book import Planned
from petitions.case.notices import UNSAY
from petitions.message import StandingMessage
from storage.database import pieces
from storage.records.answers import empty_answers
from storage.records.drafts import Drafts
from storage.records.followers import Followers
from storage.records.lines import Lines
from storage.records.notices import Notices
from storage.tables import CHAT, DRAFT, METADATA, SAID

T = METADATA.tables
DELETABLE = timedelta(hours=47, minutes=50)
"""How long Telegram lets a bot delete a message: 48 hours, less the time until it is asked to."""
AT_ONCE = 100
"""Messages that Telegram deletes in one call."""

_STANDS = insert(SAID).from_select(
    ["chat", "message", "at", "desk", "secret", "cases"],
    select(CHAT.c.id, bindparam("b_message"), bindparam("b_at", type_=SAID.c.at.type),
           CHAT.c.officer, literal(False), bindparam("b_cases", type_=SAID.c.cases.type))
    .where(CHAT.c.id == bindparam("b_chat")),
)  # fmt: skip


class Parting(Notices, Lines, Drafts, Followers):
    """Everything that is taken back from a chat whose right has ended."""

    def take_back(self, chat: int, now: datetime, case: int = 0) -> int:
        return take_back(self, self._db, chat, now, case)

    def note_said(self, chat: int, said: Iterable[StandingMessage], now: datetime) -> None:
        note(self._db, chat, said, now)


def note(db: Connection, chat: int, said: Iterable[StandingMessage], now: datetime) -> None:
    """Remember messages that stand in a chat of Telegram's; one that is known has a new content."""
    for one in said:
        row = {"desk": one.desk, "secret": one.secret, "cases": list(one.cases)}
        mine = (SAID.c.chat == chat) & (SAID.c.message == one.message)
        if not db.execute(update(SAID).where(mine).values(**row)).rowcount:
            db.execute(insert(SAID).values(chat=chat, message=one.message, at=now, **row))


def note_told(db: Connection, told: Sequence[dict[str, Any]]) -> None:
    """The same of notices that were delivered."""
    if told:
        db.execute(_STANDS, told)


def take_back(book: Parting, db: Connection, chat: int, now: datetime, case: int) -> int:
    """All that a chat was shown of a case, or (0) of everything."""
    _empty_lines(book, db, chat, case)
    empty_answers(db, [chat])
    _drop_drafts(book, db, chat, case)
    rows = db.execute(select(SAID).where(SAID.c.chat == chat)).all()
    return unsay(book, db, chat, [r for r in rows if not case or case in r.cases], now)


def _empty_lines(book: Parting, db: Connection, chat: int, case: int) -> None:
    if not case:
        book.clear_log(chat)
        return
    card, shown, log = T["card"], T["shown"], T["log_line"]
    forms = select(DRAFT.c.id).where(DRAFT.c.case == case, DRAFT.c.chat == chat)
    of_it = select(shown.c.line).where(or_(shown.c.case == case, shown.c.draft.in_(forms)))
    found = select(log.c.id).where(log.c.chat == chat, log.c.id.in_(of_it)).order_by(log.c.seq)
    book.empty_lines(chat, [row.id for row in db.execute(found)])
    db.execute(delete(card).where(card.c.chat == chat, card.c.case == case))


def _drop_drafts(book: Parting, db: Connection, chat: int, case: int) -> None:
    """Answers written into forms, but for somebody's own: a petition, and what they write to a
    case of theirs."""
    for row in db.execute(select(DRAFT).where(DRAFT.c.chat == chat, DRAFT.c.data != b"")).all():
        own = row.form == "petition" or (row.case and book.follows(row.case, row.person))
        if row.case == case if case else not own:
            book.drop_draft(row.id)


def unsay(book: Parting, db: Connection, chat: int, rows: Sequence[Row[Any]], now: datetime) -> int:
    """Have messages deleted that Telegram still deletes, and forget all of them; gives how many
    stay."""
    gone = [row.message for row in rows if row.at > now - DELETABLE]
    place = book.chat_by_id(chat)
    for some in pieces(gone, AT_ONCE):
        occasion = f"{chat}:{some[0]}:{now.isoformat()}"
        book.plan(Planned(UNSAY, 0, occasion, f"chat:{chat}", now, {"messages": list(some)}, place))
    for some in pieces([row.message for row in rows], AT_ONCE):
        db.execute(delete(SAID).where(SAID.c.chat == chat, SAID.c.message.in_(some)))
    return len(rows) - len(gone)
