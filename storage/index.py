"""The index of words, kept up beside everything else (`segments.py` says how it lies there)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select

from petitions.values import search
from petitions.values.person import Audience
from storage import joining, segments
from storage.database import Database
from storage.joining import Joining, Writes
from storage.peers import hold
from storage.records import Records
from storage.records.installation import setting_put
from storage.segments import ERASED, UNREAD, Moved, Segment
from storage.tables import TODO, WORDS

STATE = "indexed"
"""The setting that holds the last text that was indexed."""
BACK = "index.back"
"""The setting that holds the last text of before that is still to be indexed, the newest first."""
TURN = "index.turn"
"""The setting that counts what was written: what another process wrote meanwhile is seen by it. New
segments have it as their id, so none is ever given twice."""
PASS = "index.pass"
"""The setting that says which erased words are being taken out, and of which segments."""
BATCH = 100
"""Texts indexed in one step."""
PATIENCE = 15
"""How often it looks, at most, until nobody has written since the time before."""
MANY = 40
"""Segments that are joined before more texts are indexed: each makes a look longer."""
AT_ONCE = 300
"""Erased cases that are taken out together."""

_NEWEST = select(func.max(WORDS.c.id))
_MINE = WORDS.c.part.in_(search.PARTS) & (WORDS.c.audience == Audience.EVERYBODY)
_NEW = (
    select(WORDS).where(WORDS.c.id > bindparam("after")).order_by(WORDS.c.id)
    .limit(bindparam("most"))
)  # fmt: skip
_OLD = (
    select(WORDS).where(WORDS.c.id <= bindparam("upto")).order_by(WORDS.c.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip
_OF = select(WORDS).where(WORDS.c.case.in_(bindparam("cases", expanding=True)), _MINE)


class Indexer:
    """Keeps the index up with what people write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._newest = -1
        self._waited = 0
        self._fences: tuple[int, bytes] = 0, b""
        self._left: tuple[int, dict[int, set[bytes]]] = 0, {}

    async def step(self) -> int:
        """Do some of what there is to do; 0 when there is no more, or while people are writing:
        their answers go first."""
        newest = await self._database.read(lambda c: int(c.execute(_NEWEST).scalar() or 0))
        if newest != self._newest and self._waited < PATIENCE:
            self._newest = newest
            self._waited += 1
            return 0
        self._waited = 0
        turn, writes = await self._database.read(self._plan)
        return await self._database.write(self._put, turn, writes) if writes else 0

    def now(self) -> int:
        """The same in this thread, whoever writes."""
        return self._database.write_now(self._put, *self._database.read_now(self._plan))

    def _put(self, connection: Connection, turn: int, writes: Writes) -> int:
        """Write what was worked out, unless another process was faster."""
        if not writes:
            return 0
        hold(connection, TURN)
        if int(self._setting(connection, TURN) or 0) == turn:
            connection.execute(*setting_put(connection, TURN, str(turn + 1)))
            for statement, values in writes:
                connection.execute(statement, values)
        return 1

    def _setting(self, connection: Connection, name: str) -> str:
        return Records(connection, self._database.ring).setting(name)

    def _plan(self, connection: Connection) -> tuple[int, Writes]:
        """The writes to come next, and the turn that they are worked out from."""
        turn = int(self._setting(connection, TURN) or 0)
        there = segments.segments(connection, self._database.ring)
        new: list[Callable[..., Writes]] = [self._new]
        rest = [self._join, self._pass, self._erased, self._unread, self._back]
        order = [*rest[:1], *new, *rest[1:]] if len(there) > MANY else [*new, *rest]
        try:
            for work in order:
                if writes := work(connection, turn + 1, there):
                    return turn, writes
        except Moved:  # by another process: it goes on
            return turn, []
        return turn, []

    # Texts

    def _new(self, connection: Connection, id: int, there: Sequence[Segment]) -> Writes:
        after = int(self._setting(connection, STATE) or 0)
        rows = connection.execute(_NEW, {"after": after, "most": BATCH}).all()
        return self._texts(connection, id, rows, {STATE: str(rows[-1].id)} if rows else {})

    def _back(self, connection: Connection, id: int, there: Sequence[Segment]) -> Writes:
        upto = int(self._setting(connection, BACK) or 0)
        if not upto:
            return []
        rows = connection.execute(_OLD, {"upto": upto, "most": BATCH}).all()
        left = rows[-1].id - 1 if len(rows) == BATCH else 0
        return self._texts(connection, id, rows, {BACK: str(left or "")})

    def _texts(
        self, connection: Connection, id: int, rows: Sequence[Row[Any]], settings: dict[str, str]
    ) -> Writes:  # fmt: skip
        """A segment of what these texts are looked up by."""
        found, unread = self._records(connection, rows)
        writes: Writes = [setting_put(connection, *one) for one in settings.items()]
        writes += self._note(unread)
        if found:
            cases = {row.case for row in rows}
            ring = self._database.ring
            writes += segments.small(ring, id, found, min(cases), max(cases))
        return writes

    def _note(self, unread: Sequence[int]) -> Writes:
        """Note words that no key opened, and which keys there are now."""
        rows = [{"what": self._keys, "ref": words} for words in unread]
        return [(insert(TODO), rows)] if rows else []

    @property
    def _keys(self) -> str:
        ring = self._database.ring
        newest = ring.newest[0]  # looks at the key file, too
        return f"{UNREAD} {newest} {'.'.join(map(str, sorted(ring.known)))}"

    def _records(
        self, connection: Connection, rows: Iterable[Row[Any]]
    ) -> tuple[list[bytes], list[int]]:
        """The records texts are looked up by, and the texts that no key opens. A record that two
        texts of a case share counts twice: their sizes say nothing of each other."""
        book = Records(connection, self._database.ring)
        found, unread = [], []
        for row in rows:
            if row.part not in search.PARTS or row.audience != Audience.EVERYBODY or not row.body:
                continue
            if body := book.open_words(row):
                found += [segments.record(book.token(t), row.case) for t in search.terms(body)]
            else:
                unread.append(row.id)
        return found, unread

    def _unread(self, connection: Connection, id: int, there: Sequence[Segment]) -> Writes:
        """Words that no key opened, once there are other keys than when that was last tried."""
        what = TODO.c.what
        todo = select(TODO.c.id, TODO.c.ref).where(what.startswith(UNREAD), what != self._keys)
        rows = connection.execute(todo.order_by(TODO.c.id).limit(BATCH)).all()
        if not rows:
            return []
        texts = select(WORDS).where(WORDS.c.id.in_([row.ref for row in rows]))
        tried = delete(TODO).where(TODO.c.id.in_([row.id for row in rows]))
        return [(tried, {}), *self._texts(connection, id, connection.execute(texts).all(), {})]

    # Segments

    def _join(self, connection: Connection, id: int, there: Sequence[Segment]) -> Writes:
        """Go on with what is half written, let go of what is over, or join what is small."""
        ring = self._database.ring
        if one := joining.under_way(connection, ring):
            return self._written(connection, one, self._erased_now(connection))
        if writes := joining.sweep(connection):
            return writes
        if self._setting(connection, PASS):
            return []
        joined = joining.due(there)
        return self._written(connection, joining.begun(id, joined), {}) if joined else []

    def _written(self, connection: Connection, one: Joining, erased: joining.Erased) -> Writes:
        known, firsts = self._fences
        one.fences = (
            firsts if known == one.id and len(firsts) == one.blocks * segments.RECORD else b""
        )
        writes = joining.step(connection, self._database.ring, one, erased)
        self._fences = one.id, one.fences
        return writes

    # Erased words

    def _erased(self, connection: Connection, id: int, there: Sequence[Segment]) -> Writes:
        """Begin to take out what was erased."""
        todo = select(TODO.c.id, TODO.c.ref).where(TODO.c.what == ERASED)
        rows = connection.execute(todo.order_by(TODO.c.id).limit(AT_ONCE)).all()
        if not rows:
            return []
        cases = sorted({row.ref for row in rows})
        old = [s.id for s in there if any(s.low <= case <= s.high for case in cases)]
        told = json.dumps([id, [row.id for row in rows], cases, old])
        texts = connection.execute(_OF, {"cases": cases}).all()
        unread = self._records(connection, texts)[1]
        return [setting_put(connection, PASS, told), *self._note(unread)]

    def _pass(self, connection: Connection, id: int, there: Sequence[Segment]) -> Writes:
        """Write the next segment anew, or end."""
        told = self._setting(connection, PASS)
        if not told:
            return []
        begun, rows, cases, old = json.loads(told)
        if not old:
            done = delete(TODO).where(TODO.c.id.in_(rows))
            return [setting_put(connection, PASS, ""), (done, {})]
        left = json.dumps([begun, rows, cases, old[1:]])
        mine = [s for s in there if s.id == old[0]]
        if not mine:
            raise Moved
        one = joining.begun(id, mine)
        written = self._written(connection, one, self._erased_now(connection))
        return [setting_put(connection, PASS, left), *written]

    def _erased_now(self, connection: Connection) -> joining.Erased:
        """The records left of the cases of which words are being taken out."""
        told = self._setting(connection, PASS)
        if not told:
            return {}
        begun, _, cases, _ = json.loads(told)
        if self._left[0] != begun:
            texts = connection.execute(_OF, {"cases": cases}).all()
            left: dict[int, set[bytes]] = {case: set() for case in cases}
            for one in self._records(connection, texts)[0]:
                left[segments.case_of(one)].add(one)
            self._left = begun, left
        return self._left[1]


def behind(records: Records) -> bool:
    """Whether what was filed before is still being indexed."""
    return bool(records.setting(BACK))
