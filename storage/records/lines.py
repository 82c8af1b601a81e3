"""Everything that a chat shows: the page's lines, and the cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, String, cast, delete, func, select, update

from petitions.message import Of
from storage.peers import tell
from storage.records.base import Base
from storage.tables import CARD, FILE, LOG, SHOWN


class Lines(Base):
    """Everything that a chat shows: the page's lines, and the cards."""

    def clear_log(self, chat: int) -> None:
        self._db.execute(delete(CARD).where(CARD.c.chat == chat))
        lines = select(LOG.c.id).where(LOG.c.chat == chat).order_by(LOG.c.seq)
        self.empty_lines(chat, [row.id for row in self._all(lines)])

    def empty_lines(self, chat: int, ids: Sequence[int]) -> None:
        """Empty lines of a chat, on pages that are open too."""
        nothing = '{"who":"office","text":""}'
        newest = self._db.execute(select(func.max(LOG.c.seq)).where(LOG.c.chat == chat)).scalar()
        for place, id in enumerate(ids, 1):
            seq = int(newest or 0) + place
            empty = self._seal("log_line", "entry", nothing, chat=chat, seq=seq)
            change = update(LOG).where(LOG.c.id == id)
            self._db.execute(change.values(seq=seq, entry=empty))
            self._db.execute(update(FILE).where(FILE.c.line == id).values(line=0))
            self._db.execute(delete(SHOWN).where(SHOWN.c.line == id))
        self.emptied.add(chat)
        tell(self._db, f"log:{chat}")

    def drop_lines(self, which: Any) -> None:
        """Delete lines of the page's chats; a card among them is shown anew when it is wanted."""
        lines = select(LOG.c.id).where(which)
        self._db.execute(update(FILE).where(FILE.c.line.in_(lines)).values(line=0))
        self._db.execute(delete(SHOWN).where(SHOWN.c.line.in_(lines)))
        shown = select(cast(LOG.c.id, String)).where(which, LOG.c.chat == CARD.c.chat)
        self._db.execute(delete(CARD).where(CARD.c.message.in_(shown)))
        self._db.execute(delete(LOG).where(which))

    def spoken_of(self) -> Of:
        cases, drafts = self._spoken
        return Of(tuple(sorted(cases)), tuple(sorted(drafts)))

    def note_shown(self, line: int, of: Of) -> None:
        """A line shows words of these cases and forms; so does the one that it answers."""
        spoken = [*((case, 0) for case in of.cases), *((0, draft) for draft in of.drafts)]
        rows = [
            {"line": one, "case": case, "draft": draft}
            for one in {line, of.line} - {0}
            for case, draft in spoken
        ]
        if rows:
            self._db.execute(self._insert(SHOWN).on_conflict_do_nothing(), rows)

    def open_line(self, row: Row[Any]) -> str:
        """A sealed line of a chat: a row with `chat`, `seq`, `entry`."""
        return self._open("log_line", "entry", row)

    def card(self, chat: int, case: int) -> str:
        row = self._one(select(CARD.c.message).where(CARD.c.chat == chat, CARD.c.case == case))
        return str(row.message) if row else ""

    def set_card(self, chat: int, case: int, message: str) -> None:
        put = self._insert(CARD).values(chat=chat, case=case, message=message)
        self._db.execute(
            put.on_conflict_do_update(index_elements=["chat", "case"], set_={"message": message})
        )
