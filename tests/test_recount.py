"""A new list of days off: every running date is counted again, told, and kept in the history."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest
from offices.stored import (
    OFFICE,
    carry,
    database,  # noqa: F401  (the fixture)
    filed,
    run,
)
from samples.texts import IMAGINED
from sqlalchemy import func, select

from bot.clock import OfficeClock
from petitions.case import running
from petitions.errors import BadCalendar
from petitions.values.person import Officer, Role
from petitions.verbs.days import calendar_of, import_calendar
from storage.database import Database
from storage.ledger import SqlLedger
from storage.records import Records
from storage.recount import Recount
from storage.tables import CLOCK


class StillClock(OfficeClock):
    """An office's clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 12, 21, 3, 0, tzinfo=UTC)


def started(database: Database, cases: int) -> list[int]:  # noqa: F811
    """Cases of the housing unit with a clock that ends on a Sunday of January 2027."""
    found = []
    for _ in range(cases):
        case = filed(database)[1].petition.id
        found.append(case)

        def begin(book: Records, case: int = case) -> None:
            petition = book.petition(case)
            petition.unit = "housing"
            book.save(petition)
            calendar = calendar_of(book, OFFICE)
            clock = running.start(book, OFFICE, calendar, case, "notify", date(2026, 12, 19))
            today = StillClock().now().date()
            book.plan(*running.reminders(OFFICE, calendar, [clock], today))

        run(database, begin)
    return found


def bring_in(database: Database, text: str = IMAGINED) -> Any:  # noqa: F811
    now = StillClock().now()
    return run(database, lambda b: import_calendar(b, OFFICE, text, "list.toml", now))


def test_what_moves_is_told_and_kept(database: Database) -> None:  # noqa: F811
    cases = started(database, 3)

    def seat(book: Records) -> None:
        chat = book.new_chat("web", "9", "zh", StillClock().now())
        desk = book.add_officer(Officer(0, "housing", Role.HANDLER, "", 0), StillClock().now())
        book.seat_officer(desk.id, chat.id)

    run(database, seat)
    before = run(database, lambda b: b.clocks(cases[0])[-1])
    assert before.provisional
    assert (before.due_on, before.rolled_on) == (date(2027, 1, 3), date(2027, 1, 4))
    bring_in(database)
    again = Recount(database, OFFICE, StillClock())
    while asyncio.run(again.step()):
        again = Recount(database, OFFICE, StillClock())  # a process that stops goes on
    for case in cases:
        clock = run(database, lambda b, c=case: b.clocks(c)[-1])
        assert (clock.due_on, clock.rolled_on) == (date(2027, 1, 3), date(2027, 1, 6))
        assert not clock.provisional
        entry = run(database, lambda b, c=case: b.history(c)[-1])
        assert entry.action == "date_moved"
        assert (entry.facts["old"], entry.facts["due"]) == ("2027-01-04", "2027-01-06")
    deliveries = carry(database, StillClock().now())
    told = [d for d in deliveries if d.notices[0].kind == "petitioner.date_moved"]
    assert len(told) == 3
    assert all("2027年1月4日" in d.message.text and "2027年1月6日" in d.message.text for d in told)
    digests = [d for d in deliveries if d.notices[0].kind == "officer.dates_moved"]
    assert len(digests) == 1, "one digest, whatever number of cases moved"
    assert "3件" in digests[0].message.text


def test_a_wrong_list_changes_nothing(database: Database) -> None:  # noqa: F811
    case = started(database, 1)[0]
    before = run(database, lambda b: (b.clocks(case), b.calendar_lists("cn")))
    with pytest.raises(BadCalendar):
        bring_in(database, IMAGINED.replace("2027-05-01", "2027-05-04"))
    assert asyncio.run(Recount(database, OFFICE, StillClock()).step()) == 0
    assert run(database, lambda b: (b.clocks(case), b.calendar_lists("cn"))) == before


def test_the_next_list_is_asked_for_in_november(database: Database) -> None:  # noqa: F811
    def seat(book: Records) -> None:
        chat = book.new_chat("web", "9", "zh", StillClock().now())
        desk = book.add_officer(Officer(0, "city", Role.SUPERVISOR, "", 0), StillClock().now())
        book.seat_officer(desk.id, chat.id)

    run(database, seat)
    again = Recount(database, OFFICE, StillClock())
    asyncio.run(again.remind())
    asyncio.run(again.remind())
    ledger = SqlLedger(database, OFFICE)
    asked = [r for r in asyncio.run(ledger.rows()) if r.kind == "officer.calendar_missing"]
    assert len(asked) == 1, "once a week"
    bring_in(database)
    count = len(asyncio.run(ledger.rows()))
    asyncio.run(again.remind())
    assert len(asyncio.run(ledger.rows())) == count


def test_clocks_that_ended_are_left_alone(database: Database) -> None:  # noqa: F811
    started(database, 1)
    run(database, lambda b: running.stop(b, OFFICE, 1, ("*",), StillClock().now(), False))
    bring_in(database)
    assert asyncio.run(Recount(database, OFFICE, StillClock()).step()) == 0
    total: Any = select(func.count()).select_from(CLOCK).where(CLOCK.c.provisional)
    assert run(database, lambda b: b._db.execute(total).scalar_one()) == 1
