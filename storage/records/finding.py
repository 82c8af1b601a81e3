"""Finding cases by words that are sealed, and those that are about the same matter."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, func, select

from petitions.values import search
from petitions.values.person import Audience
from petitions.values.petition import FINAL, Petition
from storage.records.cases import IS_KEPT, Cases
from storage.records.history import History
from storage.seal import KeyRing
from storage.segments import ERASED, IndexLook, Moved, case_of
from storage.tables import PETITION, TODO, WORDS

T = TypeVar("T")
TRIES = 5
"""How often a look begins again because the index was written anew meanwhile."""
FIRST = 4
"""So many times as many cases as are wanted are looked at first; then twice as many each time."""
RARE = 200
"""Terms that more cases hold don't lead to other cases."""
LOOKED_AT = 12
"""Cases that are read to tell whether they are alike."""


class Finding(Cases, History):
    """Finding cases by their words."""

    def answers_of(self, unit: str, but: int, limit: int) -> Sequence[tuple[str, str]]:
        newest = (
            select(PETITION.c.id, PETITION.c.number)
            .where(PETITION.c.answered_by == unit, PETITION.c.answered_at.is_not(None), ~IS_KEPT)
            .order_by(PETITION.c.answered_at.desc())
            .limit(limit)
        )
        numbers = {r.id: r.number for r in self._all(newest) if r.id != but}
        found = select(WORDS).where(WORDS.c.case.in_(numbers), WORDS.c.part == "reply")
        rows = self._all(found) if numbers else []
        said = [(numbers[r.case], self.open_words(r)) for r in rows]
        return [(number, text) for number, text in said if text]

    def alike(self, case: int, limit: int) -> Sequence[int]:
        return alike(self, self._db, self._ring, case, limit)


def find(
    records: Finding, db: Connection, ring: KeyRing, terms: Sequence[str], units: Sequence[str],
    sealed: bool, offset: int, limit: int, but: Collection[int] = (),
) -> list[Petition]:  # fmt: skip
    """Cases that have every term, the newest first; of these units, () means all. `sealed`: sealed
    ones, too, for who reads what they are found by; `but`: without these."""

    def look() -> list[Petition]:
        found: list[Petition] = []
        for cases in _holding(IndexLook(db, ring), [records.token(t) for t in terms], limit):
            cases = _still(records, db, [one for one in cases if one not in but], terms)
            found += _shown(records, db, cases, units, sealed, offset + limit - len(found))
            if len(found) == offset + limit:
                break
        return found[offset:]

    return _again(look) if terms else []


def _again(look: Callable[[], T]) -> T:
    for _ in range(TRIES - 1):
        try:
            return look()
        except Moved:
            pass
    return look()


def _holding(look: IndexLook, terms: Sequence[bytes], many: int) -> Iterator[list[int]]:
    """Cases that hold all terms, some at a time, the newest first."""
    first, *others = sorted(look.lists(terms), key=lambda held: held.count)
    cases, size = first.cases(), FIRST * many
    while some := list(islice(cases, size)):
        for other in others:
            some = other.having(some) if some else []
        yield [case_of(one) for one in some]
        size = min(2 * size, 1000)


def _still(
    records: Finding, db: Connection, cases: list[int], terms: Sequence[str]
) -> list[int]:  # fmt: skip
    """Without those whose words were erased, and that the index hasn't given up yet."""
    erased = select(TODO.c.ref).where(TODO.c.what == ERASED, TODO.c.ref.in_(cases))
    gone = {case for case in db.execute(erased).scalars() if not _says(records, db, case, terms)}
    return [case for case in cases if case not in gone]


def _says(records: Finding, db: Connection, case: int, terms: Sequence[str]) -> bool:
    return {term for text in _texts(records, db, case) for term in search.terms(text)} >= set(terms)


def _texts(records: Finding, db: Connection, case: int) -> list[str]:
    """The texts of a case that can be looked up."""
    found = select(WORDS).where(
        WORDS.c.case == case, WORDS.c.part.in_(search.PARTS),
        WORDS.c.audience == Audience.EVERYBODY,
    )  # fmt: skip
    return [records.open_words(row) for row in db.execute(found)]


def _shown(
    records: Finding, db: Connection, cases: Sequence[int], units: Sequence[str], sealed: bool,
    most: int,
) -> list[Petition]:  # fmt: skip
    found = select(PETITION).where(PETITION.c.id.in_(cases))
    if units:
        found = found.where(PETITION.c.unit.in_(units))
    if not sealed:
        found = found.where(PETITION.c.sealed.is_(False))
    rows = db.execute(found.order_by(PETITION.c.id.desc()).limit(most)) if cases else ()
    return records.cases(rows)


def alike(
    records: Finding, db: Connection, ring: KeyRing, case: int, limit: int
) -> list[int]:  # fmt: skip
    """Cases under way that may be about the same matter, the likest first: a suggestion, by what
    was written and never by who wrote it."""
    mine = search.matter(_texts(records, db, case))
    near, weights = _again(lambda: _near(records, db, ring, mine))
    near.pop(case, None)
    found = []
    for other in heapq.nlargest(LOOKED_AT, near, key=near.__getitem__):
        value = search.likeness(mine, search.matter(_texts(records, db, other)), weights)
        if value >= search.ALIKE and records.petition(other).status not in FINAL:
            found.append((value, other))
    return [other for _, other in sorted(found, reverse=True)[:limit]]


def _near(
    records: Finding, db: Connection, ring: KeyRing, mine: set[str]
) -> tuple[defaultdict[int, float], dict[str, float]]:  # fmt: skip
    """Cases that share rare terms, with what those weigh; what each term weighs."""
    newest = db.execute(select(func.max(PETITION.c.id))).scalar() or 1
    lists = IndexLook(db, ring).lists([records.token(term) for term in mine])
    held = dict(zip(mine, lists, strict=True))
    weights = {term: search.weight(newest, one.count) for term, one in held.items()}
    near: defaultdict[int, float] = defaultdict(float)
    for term, one in held.items():
        if 1 < one.count <= 2 * RARE:
            for other in islice(one.cases(), RARE):
                near[case_of(other)] += weights[term]
    return near, weights
