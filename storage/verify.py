"""What happened, held against itself: every history's hash chain, every text against what its chain
holds of it, every case's status against its last entry.

Three tables are read beside each other, each in the order of the cases.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from petitions.errors import BadSetting
from petitions.values import history as chain
from storage.records import HISTORY, PETITION, WORDS, entry_of
from storage.seal import KeyRing

BATCH = 5000
Rows = Iterator[tuple[int, Iterator[Row[Any]]]]
"""The rows of one case after the other."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing of a case that doesn't hold."""

    what: str
    """`entry`, `words`, `unread` (words that no key opens), `status`, `gone` (a case without a
    history), `stray` (a history or words without a case)."""
    case: int
    seq: int

    @property
    def sentence(self) -> str:
        """The key of what to say of it."""
        return f"verify.{self.what}"


def broken(db: Connection, ring: KeyRing, seen: Callable[[], None] = lambda: None) -> list[Broken]:
    """The first thing of each case that doesn't hold; `seen` after each case."""
    h, w = HISTORY.c, WORDS.c
    cases = select(PETITION.c.id, PETITION.c.status).order_by(PETITION.c.id)
    entries = _by_case(db, select(HISTORY).order_by(h.case, h.seq))
    texts = _by_case(
        db,
        select(w.case, w.seq, w.salt, w.commitment, w.body).order_by(w.case, w.seq, w.id),
    )
    statuses = _by_case(db, cases.add_columns(PETITION.c.id.label("case")))
    found: list[Broken] = []
    for case, held in _beside(statuses, entries, texts):
        wrong = _case(ring, case, *held)
        found += [wrong] if wrong else []
        seen()
    return found


def _by_case(db: Connection, asked: Select[Any]) -> Rows:
    return groupby(db.execute(asked.execution_options(yield_per=BATCH)), lambda row: int(row.case))


def _beside(*streams: Rows) -> Iterator[tuple[int, list[list[Row[Any]]]]]:
    """Every case that any of the streams has, with its rows of each."""
    heads = [next(stream, None) for stream in streams]
    while waiting := [head[0] for head in heads if head]:
        case = min(waiting)
        held: list[list[Row[Any]]] = []
        for n, head in enumerate(heads):
            mine = head if head and head[0] == case else None
            held.append(list(mine[1]) if mine else [])
            if mine:
                heads[n] = next(streams[n], None)
        yield case, held


def _case(
    ring: KeyRing, case: int, status: list[Row[Any]], entries: list[Row[Any]],
    texts: list[Row[Any]],
) -> Broken | None:  # fmt: skip
    if not status or not entries:
        return Broken("gone" if status else "stray", case, 0)
    by_entry: dict[int, list[Row[Any]]] = {}
    for text in texts:
        by_entry.setdefault(text.seq, []).append(text)
    before = b""
    for place, row in enumerate(entries, 1):
        entry, mine = entry_of(row), by_entry.pop(row.seq, [])
        stated = [bytes(text.commitment) for text in mine]
        if entry.seq != place or chain.digest(before, case, entry, stated) != entry.digest:
            return Broken("entry", case, entry.seq)
        if wrong := _wrong(ring, mine):
            return Broken(wrong, case, entry.seq)
        before = entry.digest
    if by_entry:
        return Broken("words", case, min(by_entry))
    if entries[-1].status != status[0].status:
        return Broken("status", case, entries[-1].seq)
    return None


def _wrong(ring: KeyRing, texts: list[Row[Any]]) -> str:
    """What is wrong with the texts of an entry, which must be those it was written with. Of one
    that was erased nothing is left."""
    for text in texts:
        if not text.salt:
            if text.body:
                return "words"
            continue
        try:
            body = ring.open(bytes(text.body), "words.body")
        except BadSetting:
            return "unread"
        stated = chain.commitment(bytes(text.salt), body)
        if not hmac.compare_digest(stated, bytes(text.commitment)):
            return "words"
    return ""
