"""Records, held against themselves: every history's hash chain, every text against what its chain
holds of it, every case's status against its last entry, what a case has against its tally, and
every row that is stamped or sealed against what only who has the keys could have written.

The tables of cases are read beside each other, each in the order of the cases.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, func, select

from petitions.errors import BadSetting
from petitions.values import history as chain
from storage import rotate, staffing, stamps
from storage.looks import first_missing
from storage.records import Records
from storage.records.history import entry_of
from storage.seal import KeyRing
from storage.tables import HISTORY, LOOK, METADATA, PETITION, TALLY, WORDS
from storage.tables.column import cells as sealed_in
from storage.tables.column import under_stamp
from storage.tallies import COUNTED, SEATS, count, counts_of, units_hold

BATCH = 5000
CaseRows = Iterator[tuple[int, Iterator[Row[Any]]]]
"""The rows of one case after the other."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing of a case that doesn't hold; or a row that doesn't."""

    what: str
    """`entry`, `words`, `unread` (words that no key opens), `status`, `gone` (a case without a
    history), `stray` (a history or words without a case), `tally` (its end, followers, clocks or
    files aren't all there), `look` (one before it is missing), `row` (its stamp, or a cell of it,
    isn't its own), `absent` (a person or chat that other rows name), `desks`, `logins`,
    `staff` (their history doesn't follow, or isn't whole), `units`."""
    case: int
    seq: int
    table: str = ""
    column: str = ""
    row: str = ""

    @property
    def sentence(self) -> str:
        """The key of what to say of it."""
        return f"verify.{self.what}_of_case" if self.what == "row" and self.case else (
            f"verify.{self.what}")  # fmt: skip

    @property
    def said(self) -> dict[str, object]:
        """The values that its sentence names."""
        return {"case": self.case, "seq": self.seq, "table": self.table, "column": self.column,
                "row": self.row}  # fmt: skip


def broken(db: Connection, ring: KeyRing, seen: Callable[[], None] = lambda: None) -> list[Broken]:
    """The first thing of each case that doesn't hold, and every other row; `seen` after each
    case."""
    h, w = HISTORY.c, WORDS.c
    every = select(PETITION, PETITION.c.id.label("case_")).order_by(PETITION.c.id)
    streams = (
        _by(db, every, "case_"),
        _by(db, select(HISTORY).order_by(h.case, h.seq)),
        _by(db, select(WORDS).order_by(w.case, w.seq, w.id)),
        _by(db, select(TALLY).where(TALLY.c.case > SEATS).order_by(TALLY.c.case)),
        _by(db, select(LOOK.c.case, LOOK.c.seq).order_by(LOOK.c.case, LOOK.c.seq)),
        *(_by(db, _counted(case)) for case in COUNTED.values()),
    )
    found: list[Broken] = []
    for case, held in _beside(*streams):
        wrong = _case(ring, case, *held)
        found += [wrong] if wrong else []
        seen()
    return found + _desks(db, ring) + _others(db, ring) + _absent(db)


def _counted(case: Column[Any]) -> Select[Any]:
    return select(case, func.count().label("n")).group_by(case).order_by(case)


def _desks(db: Connection, ring: KeyRing) -> list[Broken]:
    """Whether all desks are there, and all logins, and the units are as they were changed."""
    row = db.execute(select(TALLY).where(TALLY.c.case == SEATS)).first()
    there = count(db, SEATS)
    if not row:
        missing = ring.strict and (there.seq or there.files)
        return [Broken("desks", 0, there.seq)] if missing else []
    whole = stamps.holds(ring, "tally", row) and row.seq == there.seq
    wrong = [] if whole else [Broken("desks", 0, there.seq)]
    if (row.followers, row.clocks) != (there.followers, there.clocks):
        wrong.append(Broken("logins", 0, there.followers))
    if place := staffing.first_wrong(db, ring):
        wrong.append(Broken("staff", 0, place))
    return wrong if units_hold(db, ring) or wrong else [Broken("units", 0, 0)]


def _others(db: Connection, ring: KeyRing) -> list[Broken]:
    """Rows of all other tables that aren't as the office wrote them."""
    found: list[Broken] = []
    for name in rotate.tables():
        if name in ("petition", "words", "tally"):
            continue
        table = METADATA.tables[name]
        rows = db.execute(select(table).execution_options(yield_per=BATCH))
        book = Records(db, ring)
        for row in rows:
            found += [_named(table, row, column) for column in wrong_in(book, ring, name, row)]
    return found


NAMED_BY = {
    "person": (("follower", "person"), ("chat_person", "person"), ("chat", "person")),
    "chat": (("chat_person", "chat"), ("session", "chat"), ("officer", "chat")),
}
"""Tables of which no row is ever deleted → by whom their rows are named."""


def _absent(db: Connection) -> list[Broken]:
    """Rows that are gone though others name them."""
    gone: set[tuple[str, int]] = set()
    for name, places in NAMED_BY.items():
        there = select(METADATA.tables[name].c.id)
        for table, column in places:
            by = METADATA.tables[table].c[column]
            found = db.execute(select(by).distinct().where(by != 0, by.not_in(there)))
            gone |= {(name, int(row[0])) for row in found}
    return [Broken("absent", 0, 0, name, "", str(id)) for name, id in sorted(gone)]


def wrong_in(book: Records, ring: KeyRing, name: str, row: Row[Any]) -> list[str]:
    """The columns of a row that aren't its own; `stamp` where that doesn't hold."""
    found = [c for c in sealed_in(METADATA.tables[name]) if not _opens(book, name, c, row)]
    if under_stamp(METADATA.tables[name]) and not stamps.holds(ring, name, row):
        found.append("stamp")
    return found


def _opens(book: Records, name: str, column: str, row: Row[Any]) -> bool:
    try:
        book.open_cell(name, column, row)
    except BadSetting:
        return False
    return True


def _named(table: Table, row: Row[Any], column: str) -> Broken:
    held = row._mapping
    key = "/".join(rotate.shown(held[c.name]) for c in table.primary_key.columns)
    return Broken("row", int(held.get("case", 0) or 0), 0, table.name, column, key)


def _by(db: Connection, asked: Select[Any], case: str = "case") -> CaseRows:
    found = db.execute(asked.execution_options(yield_per=BATCH))
    return groupby(found, lambda row: int(row._mapping[case]))


def _beside(*streams: CaseRows) -> Iterator[tuple[int, list[list[Row[Any]]]]]:
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
    ring: KeyRing, case: int, petition: list[Row[Any]], entries: list[Row[Any]],
    texts: list[Row[Any]], tally: list[Row[Any]], seen_by: list[Row[Any]],
    *counts: list[Row[Any]],
) -> Broken | None:  # fmt: skip
    if not petition or not entries:
        return Broken("gone" if petition else "stray", case, 0)
    row = petition[0]
    if wrong := wrong_in(_Keyed(ring, case, row.key), ring, "petition", row):
        return Broken("row", case, 0, "petition", wrong[0], str(case))
    return (
        _chain(ring, case, row, entries, texts)
        or (Broken("status", case, entries[-1].seq) if entries[-1].status != row.status else None)
        or _tally(ring, case, entries[-1], tally, _numbers(counts))
        or _looks(case, seen_by)
    )


def _looks(case: int, rows: list[Row[Any]]) -> Broken | None:
    place = first_missing(rows)
    return Broken("look", case, place) if place else None


class _Keyed(Records):
    """Records that know a case's key, and ask nothing."""

    def __init__(self, ring: KeyRing, case: int, key: bytes) -> None:
        self._ring = ring
        self._keys = {case: bytes(key)}


def _chain(
    ring: KeyRing, case: int, petition: Row[Any], entries: list[Row[Any]], texts: list[Row[Any]]
) -> Broken | None:
    by_entry: dict[int, list[Row[Any]]] = {}
    for text in texts:
        by_entry.setdefault(text.seq, []).append(text)
    book, before = _Keyed(ring, case, petition.key), b""
    for place, row in enumerate(entries, 1):
        try:
            entry = entry_of(row)
        except ValueError:  # a status, an audience that there is none of
            return Broken("entry", case, row.seq)
        mine = by_entry.pop(row.seq, [])
        stated = [bytes(text.commitment) for text in mine]
        if entry.seq != place or not chain.follows(before, case, entry, stated):
            return Broken("entry", case, entry.seq)
        if wrong := _wrong(book, mine):
            return Broken(wrong, case, entry.seq)
        before = entry.digest
    return Broken("words", case, min(by_entry)) if by_entry else None


def _numbers(counts: Iterable[list[Row[Any]]]) -> dict[str, int]:
    return {name: rows[0].n if rows else 0 for name, rows in zip(COUNTED, counts, strict=True)}


def _tally(
    ring: KeyRing, case: int, last: Row[Any], tally: list[Row[Any]], there: dict[str, int]
) -> Broken | None:
    """Whether the last entry is the last, and nothing is missing."""
    if not tally:
        return Broken("tally", case, last.seq) if ring.strict else None
    row = tally[0]
    stated = counts_of(row)
    if stamps.is_earlier(ring, "tally", row):  # of those that came later it says nothing
        counted = stamps.earlier()["tally"]
        stated, there = ({n: v for n, v in one.items() if n in counted} for one in (stated, there))
    end = (row.seq, bytes(row.digest)) == (last.seq, bytes(last.digest))
    whole = end and stated == there
    return None if whole and stamps.holds(ring, "tally", row) else Broken("tally", case, last.seq)


def _wrong(book: Records, texts: list[Row[Any]]) -> str:
    """The fault in the texts of an entry, which must be those it was written with. Of one
    that was erased nothing is left."""
    for text in texts:
        if not text.salt:
            if text.body:
                return "words"
            continue
        try:
            body = book.open_cell("words", "body", text)
        except BadSetting:
            return "unread"
        stated = chain.commitment(bytes(text.salt), body)
        if not hmac.compare_digest(stated, bytes(text.commitment)):
            return "words"
    return ""
