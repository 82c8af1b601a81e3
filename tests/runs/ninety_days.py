"""Simulated days of many cases with officers who act, act late, or never.

Each morning what ought to be said is worked out anew, from the text of the rules and not by the
office's own code, and compared with what was said: the day, the hour, the person, once.

Run: PYTHONPATH=tests python -m runs.ninety_days [CASES] [DAYS]
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.office_files import load_office
from petitions.book import NewText
from petitions.errors import PetitionError
from petitions.law.calendar import calendar
from petitions.law.units import Rhythm
from petitions.telling.ports import Delivery
from petitions.values.person import Actor, Identity, Officer, Role
from petitions.values.petition import Running, Status
from petitions.verbs import acting
from petitions.verbs.filing import Filing, submit
from reminders.round import ListeningCourier, Reminders
from storage.database import Database, make_engine
from storage.ledger import SqlLedger
from storage.migrate import check_schema
from storage.records import Records
from storage.seal import KeyRing

OFFICE = replace(load_office(None), rhythm=Rhythm())
ZONE = OFFICE.zone
DAYS = calendar("cn")
UNITS = ("housing", "labour", "ecology", "transport")
OPENING = time(9)
DUTIES = {"pass_on", "notify", "answer", "assigned", "suggestion", "review", "rereview"}


@dataclass
class Moved:
    """The office's clock."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


@dataclass
class Report:
    """What was found."""

    cases: int = 0
    days: int = 0
    expected: int = 0
    said: int = 0
    missing: list[Any] = field(default_factory=list)
    extra: list[Any] = field(default_factory=list)
    twice: int = 0
    out_of_hours: int = 0
    messages: int = 0
    most_in_a_morning: int = 0
    checks: int = 0
    not_zero: int = 0
    states: Counter[str] = field(default_factory=Counter)

    def fine(self) -> bool:
        return not (self.missing or self.extra or self.twice or self.out_of_hours or self.not_zero)


class Play:
    """The office, its people and their cases."""

    def __init__(self, folder: str, seed: int) -> None:
        self.chance = random.Random(seed)
        self.database = Database(make_engine(f"sqlite:///{Path(folder) / 'x.sqlite3'}"),
                                 KeyRing.fresh())  # fmt: skip
        check_schema(self.database.engine)
        self.clock = Moved(datetime.combine(date(2026, 3, 2), time(8), ZONE).astimezone(UTC))
        self.ledger = SqlLedger(self.database, OFFICE)
        self.heard = ListeningCourier()
        self.reminders = Reminders(self.ledger, self.clock, {"web": self.heard})
        self.seats: dict[tuple[str, str], list[Officer]] = {}
        self.acts: list[tuple[datetime, int, str]] = []
        self.report = Report()

    def book(self, work: Any) -> Any:
        return self.database.write_now(lambda c: work(Records(c, self.database.ring)))

    def seat(self) -> None:
        """Two handlers and a head in each unit; the bureau's clerk, supervisor, leader."""

        def work(book: Records) -> None:
            plan = [("city", Role.CLERK), ("city", Role.SUPERVISOR), ("city", Role.LEADER)]
            for unit in UNITS:
                plan += [(unit, Role.HANDLER), (unit, Role.HANDLER), (unit, Role.HEAD)]
            for i, (unit, role) in enumerate(plan):
                chat = book.new_chat("web", f"seat {i}", "zh", self.clock.now())
                desk = book.add_officer(Officer(0, unit, role, f"{i}", 0), self.clock.now())
                book.seat_officer(desk.id, chat.id)
                seated = replace(desk, chat=chat.id)
                self.seats.setdefault((unit, str(role)), []).append(seated)

        self.book(work)

    def file(self, at: datetime) -> None:
        """A case, and what its officers will do and when: in time, late, or never."""
        self.clock.instant = at

        def work(book: Records) -> int:
            chat = book.new_chat(
                "web", f"citizen {at.isoformat()} {self.chance.random()}", "zh", at
            )
            words = [NewText(part, "夜间施工") for part in ("facts", "request", "place")]
            given = submit(book, OFFICE, chat, chat.person, Filing(*words, Identity()), at)
            return given.petition.id

        case = self.book(work)
        when = at
        for action, usual, late in (
            ("pass_on", 9, 22), ("accept", 9, 24), ("extend", 40, 50), ("reply", 30, 75),
            ("close", 2, 5),
        ):  # fmt: skip
            luck = self.chance.random()
            if luck < 0.12:
                return  # nobody ever does it
            if action == "extend" and luck < 0.8:
                continue
            days = usual if luck < 0.8 else late
            when += timedelta(days=self.chance.uniform(0.2, days))
            hour = when.astimezone(ZONE).replace(hour=self.chance.randint(10, 16))
            when = hour.astimezone(UTC)
            self.acts.append((when, case, action))

    def act(self, case: int, action: str) -> None:
        """A step, by whoever would take it."""
        now = self.clock.now()

        def do(book: Records, action: str, who: Officer, **data: Any) -> None:
            acting.act(book, OFFICE, case, action, Actor.officer(who), data, now)

        def work(book: Records) -> None:
            petition = book.petition(case)
            clerk = self.seats["city", "clerk"][0]
            if action == "pass_on":
                do(book, "register", clerk, kind="request")
                do(book, "pass_on", clerk, unit=self.chance.choice(UNITS))
                return
            if petition.unit == "city":
                return  # it was never passed on
            handler = self.chance.choice(self.seats[petition.unit, "handler"])
            if petition.handler:
                handler = next(
                    o for o in self.seats[petition.unit, "handler"] if o.id == petition.handler
                )
            head = self.seats[petition.unit, "head"][0]
            if action == "accept":
                do(book, "accept", handler)
            elif action == "extend":
                do(book, "ask_extension", handler, days="20", why="要鉴定")
                do(book, "extend", head, why="同意")
            elif action == "reply":
                do(
                    book,
                    "reply",
                    handler,
                    found="属实",
                    reply="已办",
                    basis="规定",
                    outcome="supported",
                )
            elif action == "close" and petition.status is Status.ANSWERED:
                do(book, "deliver", handler, delivery="post", date=_day(now).isoformat())

        # The case may not be where that step belongs, as it happens in an office.
        with contextlib.suppress(PetitionError):
            self.book(work)

    def expected(self, today: date) -> set[tuple[int, int]]:
        """(clock, chat) of all reminders that are due this morning, by the rules' own words."""

        def work(book: Records) -> set[tuple[int, int]]:
            found = set()
            for case in range(1, self.report.cases + 1):
                try:
                    petition = book.petition(case)
                except PetitionError:
                    break
                for clock in book.clocks(case):
                    if clock.ended_at is None and clock.clock in DUTIES:
                        for side in sides(clock, today):
                            found |= {(clock.id, chat) for chat in self.chats(petition, side)}
            return found

        return set(self.book(work))

    def chats(self, petition: Any, side: str) -> list[int]:
        bureau = petition.unit == "city"
        workers = self.seats["city", "clerk"] if bureau else self.seats[petition.unit, "handler"]
        if side == "handler":
            mine = [o.chat for o in workers if o.id == petition.handler]
            return mine or [o.chat for o in workers]
        if side == "head":
            return [] if bureau else [o.chat for o in self.seats[petition.unit, "head"]]
        return [o.chat for o in self.seats["city", side]]


def sides(clock: Running, today: date) -> list[str]:
    """Who ought to hear of a clock today."""
    working = clock.length.endswith("wd")
    start, due, rolled = clock.started_on, clock.due_on, clock.rolled_on or clock.due_on
    if DAYS.rests(today):
        return []
    if today > rolled:
        late = DAYS.worked(rolled + timedelta(days=1), today)
        return ["handler", "head", "supervisor"] + (["leader"] if late >= 5 else [])
    if today > due:
        return []
    count = DAYS.worked(start + timedelta(days=1), due) if working else (due - start).days
    rungs: list[tuple[date, list[str]]] = [(due, ["handler", "head"])]

    def back(days: int) -> date:
        day = due
        for _ in range(days):
            day -= timedelta(days=1)
            while working and DAYS.rests(day):
                day -= timedelta(days=1)
        return day

    if count >= 3:
        rungs.append((back(1), ["handler", "head"]))
    if count >= 10:
        rungs.append((back(3), ["handler", "head"]))
        half = start
        for _ in range(count // 2):
            half += timedelta(days=1)
            while working and DAYS.rests(half):
                half += timedelta(days=1)
        rungs.append((half, ["handler"]))
    if count >= 30:
        rungs.append((back(7), ["handler"]))
    found: list[str] = []
    for day, who in rungs:
        while DAYS.rests(day):
            day -= timedelta(days=1)
        if day == today and (day > start or day == due):
            found += [side for side in who if side not in found]
    return found


def _day(now: datetime) -> date:
    return now.astimezone(ZONE).date()


async def play(cases: int, days: int, seed: int = 1) -> Report:
    """Let the days pass; gives what was found."""
    with tempfile.TemporaryDirectory() as folder:
        game = Play(folder, seed)
        report, chance = game.report, game.chance
        report.cases, report.days = cases, days
        game.seat()
        first = game.clock.now()
        filings = sorted(
            first + timedelta(days=chance.uniform(0, days * 0.6)) for _ in range(cases)
        )
        for ahead in range(days):
            today = date(2026, 3, 2) + timedelta(days=ahead)
            opening = datetime.combine(today, OPENING, ZONE).astimezone(UTC)
            while filings and filings[0] < opening:
                game.file(filings.pop(0))
            game.clock.instant = opening
            if ahead == 0:
                await game.ledger.tidy(opening)
            wanted = game.expected(today)
            heard = len(game.heard.deliveries)
            await game.reminders.tick()
            game.clock.instant = opening + timedelta(seconds=OFFICE.rhythm.gather + 1)
            await game.reminders.tick()
            _compare(report, wanted, game.heard.deliveries[heard:], today)
            evening = opening + timedelta(hours=14, minutes=50)
            game.acts.sort()
            while game.acts and game.acts[0][0] < evening:
                at, case, action = game.acts.pop(0)
                game.clock.instant = max(at, game.clock.instant)
                game.act(case, action)
            game.clock.instant = max(game.clock.instant, opening + timedelta(hours=8))
            before = len(game.heard.deliveries)
            await game.reminders.tick()
            late = [d for d in game.heard.deliveries[before:] if _alerts(d)]
            report.extra += [n.id for d in late for n in _alerts(d)]
            found = await game.ledger.check(game.clock.now() + timedelta(minutes=1))
            report.checks += 1
            report.not_zero += not found.fine
        report.messages = len(game.heard.deliveries)
        report.states = Counter(r.state for r in await game.ledger.rows())
        game.database.close()
        return report


def _alerts(delivery: Delivery) -> list[Any]:
    return [n for n in delivery.notices if n.kind == "alert"]


def _compare(
    report: Report, wanted: set[tuple[int, int]], said: list[Delivery], today: date
) -> None:
    """What was said this morning against what ought to be."""
    heard = [(n.facts["clock_id"], d.chat.id) for d in said for n in _alerts(d)]
    got = set(heard)
    report.expected += len(wanted)
    report.said += len(heard)
    report.missing += [(today, *x) for x in wanted - got]
    report.extra += [(today, *x) for x in got - wanted]
    report.twice += len(heard) - len(got)
    if DAYS.rests(today):
        report.out_of_hours += len(heard)
    pings = Counter(d.chat.id for d in said if _alerts(d) or d.notices[0].kind == "brief")
    report.most_in_a_morning = max([report.most_in_a_morning, *pings.values()])


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    length = int(sys.argv[2]) if len(sys.argv) > 2 else 90
    found = asyncio.run(play(count, length))
    for name, value in vars(found).items():
        print(f"{name}: {value[:5] if isinstance(value, list) else value}")
    sys.exit(not found.fine())
