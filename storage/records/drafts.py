"""Forms under way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from petitions.book import Draft
from petitions.keeping.held import Fate
from storage.records.base import Base, insert_into, next_id
from storage.tables import DRAFT
from storage.tables.column import cells, empty

_DRAFT = select(DRAFT).where(DRAFT.c.id == bindparam("id"))
_SAVE_DRAFT = (
    update(DRAFT)
    .where(DRAFT.c.id == bindparam("b_id"))
    .values(
        {c: bindparam(c) for c in ("chat", "form", "case", "rev", "data", "done", "changed_at")}
    )
)
NO_ANSWERS: dict[str, Any] = {"answers": {}, "voice": {}, "files": [], "at": "check"}
"""The data that is left of a form whose words were erased."""


class Drafts(Base):
    """Forms under way."""

    def new_draft(self, draft: Draft, now: datetime) -> Draft:
        draft = replace(draft, id=next_id(self._db, DRAFT), changed_at=now)
        self._db.execute(insert_into(DRAFT), {
            "id": draft.id, "chat": draft.chat, "person": draft.person, "form": draft.form,
            "case": draft.case, "data": self._draft_data(draft), "changed_at": now,
        })  # fmt: skip
        self._spoken[1].add(draft.id)
        return draft

    def _draft_data(self, draft: Draft) -> bytes:
        said = json.dumps(draft.data, ensure_ascii=False)
        return self._seal("draft", "data", said, id=draft.id, chat=draft.chat, person=draft.person)

    def draft(self, id: int) -> Draft | None:
        row = self._one(_DRAFT, id=id)
        return self._draft(row) if row else None

    def _draft(self, row: Row[Any]) -> Draft:
        self._spoken[1].add(row.id)
        data = json.loads(self._open("draft", "data", row) or json.dumps(NO_ANSWERS))
        return Draft(
            row.id, row.chat, row.person, row.form, row.case, row.rev, data, row.done,
            row.changed_at,
        )  # fmt: skip

    def save_draft(self, draft: Draft, now: datetime) -> None:
        self._db.execute(
            _SAVE_DRAFT,
            {
                "b_id": draft.id,
                "chat": draft.chat,
                "form": draft.form,
                "case": draft.case,
                "rev": draft.rev,
                "data": self._draft_data(draft),
                "done": draft.done,
                "changed_at": now,
            },
        )

    def drop_draft(self, id: int) -> None:
        # The words go, the row stays: a number used again would make old buttons new.
        self._erase_drafts(DRAFT.c.id == id)

    def _erase_drafts(self, which: Any) -> None:
        self._db.execute(
            update(DRAFT).where(which).values(done=True, **dict.fromkeys(cells(DRAFT), b""))
        )

    def forget_drafts(self, which: Any) -> None:
        """Erase drafts, and whose they were."""
        self._erase_drafts(which)
        self._db.execute(update(DRAFT).where(which).values(empty(DRAFT, Fate.EMPTIED)))

    def hand_drafts(self, person: int, to: int) -> None:
        """A person's drafts are another's from now on."""
        rows = self._all(select(DRAFT).where(DRAFT.c.person == person))
        for draft in (replace(self._draft(row), person=to) for row in rows if row.data):
            change = update(DRAFT).where(DRAFT.c.id == draft.id)
            self._db.execute(change.values(person=to, data=self._draft_data(draft)))
        self._db.execute(update(DRAFT).where(DRAFT.c.person == person).values(person=to))

    def drafts_of(self, person: int) -> Sequence[Draft]:
        rows = self._all(
            select(DRAFT)
            .where(DRAFT.c.person == person, DRAFT.c.done.is_(False))
            .order_by(DRAFT.c.changed_at.desc())
        )
        return [self._draft(r) for r in rows]
