"""The blind index of words: keyed hashes of terms, filled beside everything else."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, exists, func, literal, select

from petitions.values import search
from petitions.values.petition import FINAL, Audience, Petition
from storage.database import Database
from storage.records import PETITION, TOKEN, WORDS, Records, petition_of

STATE = "indexed"
"""The setting that holds the last text that was indexed."""
BATCH = 40
"""Texts indexed in one transaction: people who write meanwhile hardly notice."""
PATIENCE = 15
"""How often it looks, at most, until nobody has written since the time before."""
ENOUGH = 1000
"""How many cases of a term are counted to tell whether it is rare."""

_NEW = (
    select(WORDS)
    .where(WORDS.c.id > bindparam("after"))
    .order_by(WORDS.c.id)
    .limit(bindparam("most"))
)
_NEWEST = select(func.max(WORDS.c.id))


class Indexer:
    """Keeps the index up with what people write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._newest = 0
        self._waited = 0

    async def step(self) -> int:
        """Index some texts; gives how many were looked at, 0 when there are no more, or while
        people are writing: their answers go first."""
        after, newest = await self._database.read(self._where)
        if newest <= after:
            return 0
        if newest != self._newest and self._waited < PATIENCE:
            self._newest = newest
            self._waited += 1
            return 0
        self._waited = 0
        return await self._database.write(self.some, BATCH)

    def _where(self, connection: Connection) -> tuple[int, int]:
        after = int(Records(connection, self._database.ring).setting(STATE) or 0)
        return after, int(connection.execute(_NEWEST).scalar() or 0)

    def some(self, connection: Connection, batch: int) -> int:
        """One step, within a transaction."""
        records = Records(connection, self._database.ring)
        after = int(records.setting(STATE) or 0)
        rows = connection.execute(_NEW, {"after": after, "most": batch}).all()
        pairs: dict[tuple[int, int], None] = {}
        for row in rows:
            if row.part in search.PARTS and row.audience == Audience.EVERYBODY and row.body:
                body = records.open_words(row.id, row.body)
                pairs |= {(records.token(term), row.case): None for term in search.terms(body)}
        records.put_tokens(pairs)
        if rows:
            records.set_setting(STATE, str(rows[-1].id))
        return len(rows)


def find(
    records: Records, connection: Connection, terms: Sequence[str], units: Sequence[str],
    sealed: bool, offset: int, limit: int,
) -> list[Petition]:  # fmt: skip
    """Cases that have every term, the newest first; of these units, () means all. `sealed`: sealed
    ones, too, for who reads what they are found by."""
    tokens = [records.token(term) for term in terms]
    if not tokens:
        return []
    first, *others = sorted(tokens, key=lambda one: _count(connection, one))
    found = (
        select(PETITION)
        .join(TOKEN, TOKEN.c.case == PETITION.c.id)
        .where(TOKEN.c.token == first)
        .order_by(TOKEN.c.case.desc())
        .offset(offset)
        .limit(limit)
    )
    for other in others:
        alias = TOKEN.alias()
        found = found.where(exists().where(alias.c.token == other, alias.c.case == TOKEN.c.case))
    if units:
        found = found.where(PETITION.c.unit.in_(units))
    if not sealed:
        found = found.where(PETITION.c.sealed.is_(False))
    return [petition_of(row) for row in connection.execute(found)]


RARE = 200
"""Terms that more cases hold don't lead to other cases."""
LOOKED_AT = 12
"""Cases that are read to tell whether they are alike."""


def alike(records: Records, connection: Connection, case: int, limit: int) -> list[int]:
    """Cases under way that may be about the same matter, the likest first: a suggestion, by what
    was written and never by who wrote it."""
    mine = _matter(records, case)
    newest = connection.execute(select(func.max(PETITION.c.id))).scalar() or 1
    tokens = {term: records.token(term) for term in mine}
    held = {term: _count(connection, token) for term, token in tokens.items()}
    weights = {term: search.weight(newest, count) for term, count in held.items()}
    near: defaultdict[int, float] = defaultdict(float)
    for term in (t for t in mine if 1 < held[t] <= RARE):
        rows = connection.execute(
            select(TOKEN.c.case).where(TOKEN.c.token == tokens[term]).limit(RARE)
        )
        for row in rows:
            near[row.case] += weights[term]
    near.pop(case, None)
    found = []
    for other in heapq.nlargest(LOOKED_AT, near, key=near.__getitem__):
        value = search.likeness(mine, _matter(records, other), weights)
        if value >= search.ALIKE and records.petition(other).status not in FINAL:
            found.append((value, other))
    return [other for _, other in sorted(found, reverse=True)[:limit]]


def _matter(records: Records, case: int) -> set[str]:
    """What a case is compared by: the words everybody at work on it reads."""
    return search.matter(
        t.body
        for t in records.texts(case)
        if t.part in search.PARTS and t.audience is Audience.EVERYBODY
    )


def _count(connection: Connection, one: int) -> int:
    some = select(literal(1)).where(TOKEN.c.token == one).limit(ENOUGH).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())
