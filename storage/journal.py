"""The journal in the database: written behind the history, summed up, checked against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import structlog
from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select

from petitions.counting import figures, journal
from petitions.counting.figures import Sums, Which
from petitions.counting.tally import CaseCounts, JournalLine
from storage.database import Database
from storage.tables import METADATA

log = structlog.get_logger()

HISTORY = METADATA.tables["history"]
JOURNAL = METADATA.tables["journal"]
UNCOUNTED = METADATA.tables["uncounted"]
BATCH = 20
"""Cases counted in one transaction: people who write meanwhile hardly notice."""
DIMENSIONS = {
    "unit": JOURNAL.c.unit, "category": func.substr(JOURNAL.c.category, 1, 2),
    "kind": JOURNAL.c.kind, "channel": JOURNAL.c.channel, "lane": JOURNAL.c.lane,
    "day": JOURNAL.c.day,
}  # fmt: skip
"""The dimensions sums may be split by; categories by their field."""


class Counter:
    """Keeps the journal up with what happens (`petitions.telling.ports.Steps`)."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        self._database = database
        self._zone = zone

    async def step(self) -> int:
        """Count some cases whose history has grown; 0 when there are no more."""
        if not await self._database.read(waiting):
            return 0
        return await self._database.write(count_some, self._zone, BATCH)


def waiting(db: Connection) -> int:
    """How many cases are to be counted, as far as a thousand."""
    some = select(UNCOUNTED.c.case).limit(1000).subquery()
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def count_some(db: Connection, zone: tzinfo, most: int = BATCH) -> int:
    """Count cases whose history has grown; gives how many. One whose history can't be read is
    said in the log and found by `check`: figures never hold up a petition."""
    some = select(UNCOUNTED.c.case).limit(most).with_for_update(skip_locked=True)
    taken = db.execute(
        delete(UNCOUNTED).where(UNCOUNTED.c.case.in_(some)).returning(*UNCOUNTED.c)
    ).all()
    if not taken:
        return 0
    since = {row.case: row.seq for row in taken}
    rows: list[dict[str, Any]] = []
    for case, entries in _histories(db, sorted(since)):
        try:
            rows += lines(case, entries, zone, since[case])
        except (KeyError, ValueError, TypeError) as error:
            log.error("figures.not_counted", case=case, error=type(error).__name__)
    if rows:
        db.execute(insert(JOURNAL), rows)
    return len(taken)


def _histories(db: Connection, cases: Sequence[int]) -> Iterator[tuple[int, list[Any]]]:
    found = (
        select(HISTORY.c.case, HISTORY.c.seq, HISTORY.c.at, HISTORY.c.action, HISTORY.c.facts)
        .where(HISTORY.c.case.in_(cases))
        .order_by(HISTORY.c.case, HISTORY.c.seq)
    )
    yield from _by_case(db.execute(found))


def _by_case(rows: Any) -> Iterator[tuple[int, list[Any]]]:
    case = 0
    held: list[Any] = []
    for row in rows:
        if row[0] != case and held:
            yield case, held
            held = []
        case = row[0]
        held.append(row)
    if held:
        yield case, held


def lines(case: int, entries: Sequence[Any], zone: tzinfo, since: int = 0) -> list[dict[str, Any]]:
    """A case's lines as rows, from an entry on."""
    tally, rows = CaseCounts(zone), []
    for _, seq, at, action, facts in entries:
        for no, line in enumerate(journal.take(tally, seq, at, action, facts)):
            if seq >= since:
                rows.append({"case": case, "no": no, **line._asdict()})
    return rows


def sums(
    db: Connection, which: Which, today: date, by: str = "", as_of: datetime | None = None
) -> dict[Any, Sums]:
    """The sums, by the values of a dimension (under "" where none is asked for); `as_of`:
    as they were known then, `today` being that day."""
    dimension = DIMENSIONS.get(by)
    columns: list[Any] = [JOURNAL.c.what, JOURNAL.c.value]
    if dimension is not None:
        columns.append(dimension.label("part"))
    n = func.sum(JOURNAL.c.n)
    found = (
        _where(select(*columns, n.label("n")), which, today, as_of)
        .group_by(*columns)
        .having(n != 0)
    )
    result: dict[Any, Sums] = {}
    for row in db.execute(found):
        part = row.part if dimension is not None else ""
        result.setdefault(part, Sums()).add(row.what, row.value, int(row.n))
    return result


def cases(
    db: Connection, which: Which, today: date, over: Sequence[str], but: Sequence[str], limit: int,
) -> tuple[list[int], int]:  # fmt: skip
    """Cases that count for some names and not for others, the newest first, `limit` at most;
    and how many there are."""
    found = _where(select(JOURNAL.c.case), which, today, None).where(JOURNAL.c.what.in_(over))
    found = found.group_by(JOURNAL.c.case).having(func.sum(JOURNAL.c.n) > 0)
    if but:
        other = _where(select(JOURNAL.c.case), which, today, None).where(JOURNAL.c.what.in_(but))
        other = other.group_by(JOURNAL.c.case).having(func.sum(JOURNAL.c.n) > 0)
        found = found.where(JOURNAL.c.case.not_in(other))
    held = found.subquery()
    count = db.execute(select(func.count()).select_from(held)).scalar_one()
    newest = select(held.c.case).order_by(held.c.case.desc()).limit(limit)
    return [row.case for row in db.execute(newest)], int(count)


def check(db: Connection, zone: tzinfo, seen: Callable[[], None]) -> list[int]:
    """Cases whose lines aren't what their history says, out of all; `seen` after each case."""
    found = select(
        HISTORY.c.case, HISTORY.c.seq, HISTORY.c.at, HISTORY.c.action, HISTORY.c.facts
    ).order_by(HISTORY.c.case, HISTORY.c.seq)
    columns = [JOURNAL.c[name] for name in ("case", *JournalLine._fields)]
    held = select(*columns).order_by(JOURNAL.c.case, JOURNAL.c.seq, JOURNAL.c.no)
    written = _by_case(db.execute(held.execution_options(yield_per=5000)))
    case, stored = next(written, (0, []))
    wrong = []
    for number, entries in _by_case(db.execute(found.execution_options(yield_per=5000))):
        while case and case < number:
            wrong.append(case)  # lines of a case that has no history
            case, stored = next(written, (0, []))
        tally = CaseCounts(zone)
        computed = [line for _, *entry in entries for line in journal.take(tally, *entry)]
        mine = stored if case == number else []
        if [tuple(row)[1:] for row in mine] != computed:
            wrong.append(number)
        if case == number:
            case, stored = next(written, (0, []))
        seen()
    while case:
        wrong.append(case)
        case, stored = next(written, (0, []))
    return wrong


def rebuild(db: Connection, zone: tzinfo, after: int, most: int) -> list[int]:
    """Write the lines of some cases anew, those that follow a number; gives which they were."""
    wanted = (
        select(HISTORY.c.case).distinct().where(HISTORY.c.case > after)
        .order_by(HISTORY.c.case).limit(most)
    )  # fmt: skip
    numbers = [row.case for row in db.execute(wanted)]
    if numbers:
        db.execute(delete(JOURNAL).where(JOURNAL.c.case > after, JOURNAL.c.case <= numbers[-1]))
        db.execute(delete(UNCOUNTED).where(UNCOUNTED.c.case.in_(numbers)))
        rows = [
            row for case, entries in _histories(db, numbers) for row in lines(case, entries, zone)
        ]
        _put(db, rows)
    return numbers


def _put(db: Connection, rows: list[dict[str, Any]]) -> None:
    """Many lines at once, past the statement compiler: several times faster."""
    if not rows:
        return
    columns = ", ".join(f'"{name}"' for name in rows[0])
    if db.dialect.name == "postgresql":
        driver = db.connection.dbapi_connection
        assert driver is not None
        with driver.cursor().copy(f"COPY journal ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))
        return
    marks = ", ".join("?" * len(rows[0]))
    db.exec_driver_sql(
        f"INSERT INTO journal ({columns}) VALUES ({marks})",
        [tuple(_on_sqlite(value) for value in row.values()) for row in rows],
    )


def _on_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _where(
    found: Select[Any], which: Which, today: date, as_of: datetime | None
) -> Select[Any]:  # fmt: skip
    column = JOURNAL.c
    found = found.where(column.day >= which.first, column.day <= which.last)
    if which.last >= today:
        waits = or_(*(column.what.startswith(name) for name in figures.FELL_DUE))
        found = found.where(or_(column.day < today, and_(column.day <= which.last, ~waits)))
    if which.units:
        found = found.where(column.unit.in_(which.units))
    if which.but:
        found = found.where(column.case.not_in(which.but))
    if which.category:
        found = found.where(column.category.startswith(which.category))
    for name in ("kind", "channel", "lane"):
        if value := getattr(which, name):
            found = found.where(column[name] == value)
    if as_of:
        found = found.where(column.at <= as_of)
    return found
