"""`petition-bot reminders`: what waits, a case's ladder, again, cancel, the self-check."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from bot.clock import OfficeClock
from bot.office_files import load_office
from bot.opening import open_current
from bot.settings import Settings, load_settings
from petitions.book import Notice
from petitions.errors import Unknown
from petitions.law import ladder
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.values import codes
from petitions.verbs.days import calendar_of
from petitions.words import listed, moment, say
from storage.database import Database
from storage.ledger import SqlLedger
from storage.records import Records

SHOWN = 200
COLUMNS = ("id", "when", "kind", "case", "to", "state", "tries", "reason")
RUNGS = 8
"""Coming rungs that `plan` names."""


class Operator:
    """The ledger as the operator of an installation sees it."""

    def __init__(self, lang: str, console: Console) -> None:
        self._lang = lang
        self._console = console
        settings: Settings = load_settings()
        self.office: Office = load_office(settings.office)
        self.database: Database = open_current(settings)
        self.ledger = SqlLedger(self.database, self.office)
        self.now = OfficeClock().now()

    def due(self, hours: int) -> None:
        """The notices that wait to be said within so many hours."""
        until = self.now + timedelta(hours=hours)
        rows = self.database.read_now(lambda c: self.ledger.waiting(c, until, SHOWN))
        self._table(rows)

    def _table(self, rows: list[Notice]) -> None:
        table = Table(*(say(self._lang, f"ledger.{column}") for column in COLUMNS))
        for n in rows:
            when = n.next_at or n.sent_at or n.due_at
            table.add_row(
                str(n.id), moment(self._lang, when, self.office.zone), n.kind, str(n.case or ""),
                n.to, n.state, str(n.attempts), n.reason,
            )  # fmt: skip
        self._console.print(table)

    def plan(self, number: str) -> None:
        """Everything said and to be said of a case, and the coming rungs of its clocks."""
        found = codes.read_number(number)

        def work(connection: Connection) -> tuple[list[Notice], list[str]]:
            book = Records(connection, self.database.ring)
            case = book.by_number(found) if found else None
            if case is None:
                raise Unknown("bad.no_case")
            return list(book.notices_of(case.id)), self._rungs(book, case.id)

        rows, rungs = self.database.read_now(work)
        self._table(rows)
        for rung in rungs:
            self._console.print(rung)

    def _rungs(self, book: Records, case: int) -> list[str]:
        calendar = calendar_of(book, self.office)
        today, lines = local_day(self.now, self.office.zone), []
        for clock in book.clocks(case):
            limit = self.office.known_limit(clock)
            if clock.ended_at or limit is None:
                continue
            rungs, after = self.office.rules_of(clock).ladder, today
            for _ in range(RUNGS):
                alert = ladder.upcoming(clock, limit, rungs, calendar, after)
                if alert is None:
                    break
                sides = listed(self._lang, (say(self._lang, f"side.{s}") for s in alert.to))
                what = say(self._lang, f"clock.{clock.clock}.what")
                lines.append(f"{alert.day}  {alert.step:>4}  {what}  {sides}")
                after = alert.day
        return lines

    def retry(self, id: int) -> None:
        """Say a notice again that wasn't sent."""
        self.database.write_now(lambda c: self.ledger.retry(c, id, self.now))
        self._console.print(say(self._lang, "ledger.retried", id=id))

    def cancel(self, id: int) -> None:
        """Don't say a notice that waits."""
        self.database.write_now(lambda c: self.ledger.cancel(c, id))
        self._console.print(say(self._lang, "ledger.cancelled", id=id))

    def check(self) -> int:
        """The self-check; 1 when something was forgotten."""
        found = self.database.read_now(lambda c: self.ledger.look(c, datetime.now(UTC)))
        for name, count in asdict(found).items():
            self._console.print(say(self._lang, f"ledger.check_{name}", count=count))
        return 0 if found.fine else 1

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
