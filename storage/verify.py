"""The histories' hash chains, all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, select

from petitions import history as chain
from storage.records import HISTORY, WORDS, entry_of

BATCH = 5000


def broken(db: Connection, seen: Callable[[], None] = lambda: None) -> list[tuple[int, int]]:
    """The first broken link of each case whose chain is: case and entry; `seen` after each case."""
    entries = select(HISTORY).order_by(HISTORY.c.case, HISTORY.c.seq)
    words = select(WORDS.c.case, WORDS.c.seq, WORDS.c.commitment).order_by(
        WORDS.c.case, WORDS.c.seq, WORDS.c.id
    )
    held = _commitments(db, words)
    beside = next(held, None)
    found: list[tuple[int, int]] = []
    case, before, whole, place = 0, b"", True, 0
    for row in db.execute(entries.execution_options(yield_per=BATCH)):
        if row.case != case:
            if case:
                seen()
            case, before, whole, place = row.case, b"", True, 0
        place += 1
        entry = entry_of(row)
        mine: list[bytes] = []
        while beside and beside[:2] <= (case, entry.seq):
            if beside[:2] == (case, entry.seq):
                mine.append(beside[2])
            beside = next(held, None)
        if whole and (
            entry.seq != place or chain.digest(before, case, entry, mine) != entry.digest
        ):
            found.append((case, entry.seq))
            whole = False
        before = entry.digest
    return found


def _commitments(db: Connection, words: object) -> Iterator[tuple[int, int, bytes]]:
    rows = db.execute(words.execution_options(yield_per=BATCH))  # type: ignore[attr-defined]
    for row in rows:
        yield row.case, row.seq, bytes(row.commitment)
