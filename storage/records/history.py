"""The file of a case: entries, words, numbered documents."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, insert, select, update

from petitions.book import NewText
from petitions.errors import BadSetting
from petitions.keeping.held import Fate
from petitions.values import history as chain
from petitions.values import search
from petitions.values.person import Actor, Audience
from petitions.values.petition import Entry, Issued, Status, Text
from storage import segments, tallies
from storage.database import insert_or
from storage.records.filekeys import FileKeys
from storage.tables import DOCUMENT, DOCUMENT_SERIAL, HISTORY, TODO, UNCOUNTED, WORDS
from storage.tables.column import empty

log = structlog.get_logger()

_TEXTS = select(WORDS).where(WORDS.c.case == bindparam("case")).order_by(WORDS.c.id)
_ENTRIES = select(HISTORY).where(HISTORY.c.case == bindparam("case")).order_by(HISTORY.c.seq)
_ENTRY = _ENTRIES.where(HISTORY.c.seq == bindparam("seq"))
_DOCUMENTS = select(DOCUMENT).where(DOCUMENT.c.case == bindparam("case")).order_by(DOCUMENT.c.id)
_TEXTS_OF = _TEXTS.where(WORDS.c.seq == bindparam("seq"))


@functools.cache
def _document(dialect: str) -> Any:
    put = insert_or(dialect, DOCUMENT_SERIAL)
    put = put.on_conflict_do_update(
        index_elements=["kind", "year"], set_={"last": DOCUMENT_SERIAL.c.last + 1}
    )
    return put.returning(DOCUMENT_SERIAL.c.last)


@functools.cache
def _uncounted(dialect: str) -> Any:
    # The row is locked even where nothing changes: whoever counts waits for this entry.
    return insert_or(dialect, UNCOUNTED).on_conflict_do_update(
        index_elements=["case"], set_={"seq": UNCOUNTED.c.seq}
    )


class History(FileKeys):
    """The file of a case: entries, words, numbered documents."""

    def write(self, case: int, entry: Entry, texts: Iterable[NewText]) -> int:
        tally = tallies.of(self._db, self._ring, case)
        seq, before = tally.seq + 1, tally.digest
        entry = replace(entry, seq=seq)
        rows = [self._words(case, seq, text) for text in texts]
        digest = chain.digest(before, case, entry, [r["commitment"] for r in rows])
        tally.seq, tally.digest = seq, digest
        self._db.execute(
            insert(HISTORY),
            {
                "case": case,
                "seq": seq,
                "at": entry.at,
                "actor_kind": entry.actor.kind,
                "actor": entry.actor.id,
                "actor_unit": entry.actor.unit,
                "actor_role": entry.actor.role,
                "action": entry.action,
                "status": str(entry.status),
                "audience": str(entry.audience),
                "facts": entry.facts,
                "digest": digest,
            },
        )
        if rows:
            self._db.execute(insert(WORDS), rows)
        self._db.execute(_uncounted(self._db.dialect.name), {"case": case, "seq": seq})
        return seq

    def _words(self, case: int, seq: int, text: NewText) -> dict[str, Any]:
        salt = chain.new_salt()
        row = {
            "case": case, "seq": seq, "part": text.part, "audience": str(text.audience),
            "file": text.file, "commitment": chain.commitment(salt, text.body),
        }  # fmt: skip
        if text.file:
            self.give_file(case, text.file)
        return {**row, "salt": salt, "body": self._seal("words", "body", text.body, **row)}

    def history(self, case: int) -> Sequence[Entry]:
        rows = self._all(_ENTRIES, case=case)
        return [entry_of(r) for r in rows]

    def commitments(self, case: int) -> dict[int, list[bytes]]:
        """The commitments that the chain holds of each entry's texts, by entry."""
        rows = self._all(select(WORDS).where(WORDS.c.case == case).order_by(WORDS.c.id))
        found: dict[int, list[bytes]] = {}
        for row in rows:
            found.setdefault(row.seq, []).append(row.commitment)
        return found

    def entry(self, case: int, seq: int) -> Entry | None:
        row = self._one(_ENTRY, case=case, seq=seq)
        return entry_of(row) if row else None

    def texts(self, case: int, seq: int = 0) -> Sequence[Text]:
        rows = self._all(_TEXTS_OF, case=case, seq=seq) if seq else self._all(_TEXTS, case=case)
        if rows:
            self._spoken[0].add(case)
        return [self._text(row) for row in rows]

    def _text(self, row: Row[Any]) -> Text:
        body = self._open("words", "body", row)
        return Text(row.seq, row.part, body, Audience(row.audience), row.file)

    def open_words(self, row: Row[Any]) -> str:
        """A sealed text of a case, for work on many of them: empty where it can't be opened."""
        try:
            return self._open("words", "body", row)
        except BadSetting:
            log.error("words.unreadable", words=row.id)
            return ""

    def token(self, term: str) -> bytes:
        """A term as it stands in the index of words."""
        return self._ring.lasting(f"term:{term}".encode())[: segments.HASH]

    def unfind(self, case: int) -> None:
        """A case is found no more by words that were erased; the index gives them up in the
        background."""
        self._db.execute(insert(TODO), {"what": segments.ERASED, "ref": case})

    def erase_text(self, case: int, seq: int, part: str) -> None:
        """Forget words for good, in the index too; the history keeps their commitment."""
        self._db.execute(
            update(WORDS)
            .where(WORDS.c.case == case, WORDS.c.seq == seq, WORDS.c.part == part)
            .values(empty(WORDS, Fate.EMPTIED))
        )
        if part in search.PARTS:
            self.unfind(case)

    def issue(
        self, case: int, seq: int, kind: str, naming: Callable[[int], str], day: date
    ) -> Issued:
        put = _document(self._db.dialect.name)
        last = self._db.execute(put, {"kind": kind, "year": day.year, "last": 1}).scalar_one()
        number = naming(last)
        id = self._add(DOCUMENT, case=case, seq=seq, kind=kind, number=number, day=day)
        return Issued(id, case, seq, kind, number, day)

    def documents(self, case: int) -> Sequence[Issued]:
        rows = self._all(_DOCUMENTS, case=case)
        return [Issued(r.id, r.case, r.seq, r.kind, r.number, r.day) for r in rows]


def entry_of(row: Row[Any]) -> Entry:
    """A row as a value."""
    return Entry(
        row.seq,
        row.at,
        Actor(row.actor_kind, row.actor, row.actor_unit, row.actor_role),
        row.action,
        Status(row.status),
        Audience(row.audience),
        row.facts,
        row.digest,
    )
