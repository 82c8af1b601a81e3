"""A simulated year of ratings and follow-ups: petitioners who answer, answer late, change their
minds or say nothing; a supervisor and a visitor who act in time, late or never.

Each evening what ought to have been asked is worked out anew, from the words of the settings and
not by the office's own code, and compared with what was asked: the day, the person, the case. At
the end the published figures are compared with what the play itself wrote down.

Run: PYTHONPATH=tests python -m runs.a_year [CASES] [DAYS]
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from offices.template import empty
from sqlalchemy import select

from bot.office_files import load_office
from petitions.book import NewText
from petitions.counting import figures
from petitions.errors import PetitionError
from petitions.law import periods
from petitions.law.calendar import calendar
from petitions.law.units import Rhythm
from petitions.values.person import Actor, Identity, Officer, Role
from petitions.values.rating import Level
from petitions.values.task import TaskKind
from petitions.verbs import acting
from petitions.verbs.figures import figures_of
from petitions.verbs.filing import Filing, submit
from reminders.round import ListeningCourier, Reminders
from storage.database import Database, make_engine
from storage.ledger import SqlLedger
from storage.records import Records
from storage.seal import KeyRing
from storage.tables import HISTORY

OFFICE = replace(load_office(None), rhythm=Rhythm())
ZONE = OFFICE.zone
DAYS = calendar("cn")
UNITS = ("housing", "labour", "ecology")
FIELDS = ("02", "05")
START = date(2026, 1, 5)
# As the settings say them (petitions/law/regulation/cn-2022.toml).
WINDOW, ASK, FOLLOW, SPREAD, AGAIN, TRIES = 30, (1,), (30, 90), 3, 7, 3


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


@dataclass
class Moved:
    instant: datetime

    def now(self) -> datetime:
        return self.instant


@dataclass(order=True)
class Question:
    """Something that is to be asked: when, and in which order it was planned."""

    when: datetime
    order: int
    case: int = field(compare=False)
    what: str = field(compare=False)
    """`bureau:seq`, `unit:seq` of a rating, or the step of a follow-up."""
    time: int = field(default=0, compare=False)


@dataclass
class Part:
    """A part that can be rated, as the play knows it."""

    case: int
    body: str
    unit: str
    opened: date
    asked: list[date] = field(default_factory=list)
    level: str = ""
    first: date | None = None
    changes: int = 0
    low: bool = False
    due: date | None = None
    taken: date | None = None


@dataclass
class Told:
    """One case, as the play knows it."""

    id: int
    person: int
    field: str
    unit: str = ""
    status: str = "open"
    chat: bool = True
    muted: bool = False

    @property
    def promised(self) -> bool:
        """Whether its answer promises something: two answers of three do."""
        return self.id % 3 > 0

    steps: dict[str, str] = field(default_factory=dict)
    """Steps of the present round that are to be asked, or were: step → answer."""
    tries: Counter[str] = field(default_factory=Counter)


@dataclass
class Report:
    cases: int = 0
    days: int = 0
    asked: int = 0
    asked_again: int = 0
    missing: list[Any] = field(default_factory=list)
    extra: list[Any] = field(default_factory=list)
    most_a_day: int = 0
    rated: int = 0
    taken_up: int = 0
    reopened: int = 0
    visits: int = 0
    figures_compared: int = 0
    figures_wrong: list[Any] = field(default_factory=list)

    def fine(self) -> bool:
        return not (self.missing or self.extra or self.figures_wrong or self.most_a_day > 1)


class Year:
    """The office, its people, and what the play itself remembers of them."""

    def __init__(self, folder: str, seed: int) -> None:
        self.chance = random.Random(seed)
        url = empty(Path(folder) / "x.sqlite3")
        self.database = Database(make_engine(url), KeyRing.fresh())
        self.clock = Moved(at(START, 8))
        self.ledger = SqlLedger(self.database, OFFICE)
        self.reminders = Reminders(self.ledger, self.clock, {"web": ListeningCourier()})
        self.seats: dict[str, Officer] = {}
        self.cases: dict[int, Told] = {}
        self.parts: dict[tuple[int, str, int], Part] = {}
        self.muted: set[int] = set()
        self.asked_on: dict[int, date] = {}
        self.waiting: list[Question] = []
        self.counter = 0
        self.agenda: dict[date, list[tuple[int, str]]] = defaultdict(list)
        self.steps: list[tuple[date, str, str, str, str]] = []
        """Questions of follow-up that were asked: day, unit, field, step, answer."""
        self.report = Report()

    def book(self, work: Any) -> Any:
        return self.database.write_now(lambda c: work(Records(c, self.database.ring)))

    @property
    def today(self) -> date:
        return self.clock.instant.astimezone(ZONE).date()

    def seat(self) -> None:
        def work(book: Records) -> None:
            plan = [("city", role) for role in (Role.CLERK, Role.SUPERVISOR, Role.VISITOR)]
            plan += [(unit, Role.HANDLER) for unit in UNITS]
            plan += [(unit, Role.HEAD) for unit in UNITS]
            for i, (unit, role) in enumerate(plan):
                chat = book.new_chat("web", f"seat {i}", "zh", self.clock.now())
                desk = book.add_officer(Officer(0, unit, role, str(i), 0), self.clock.now())
                book.seat_officer(desk.id, chat.id)
                self.seats[f"{unit}:{role}"] = replace(desk, chat=chat.id)

        self.book(work)

    def do(self, case: int, action: str, who: str = "", **data: Any) -> bool:
        """A step by an officer, or by the petitioner; False when it isn't possible."""
        told = self.cases[case]
        actor = Actor.officer(self.seats[who]) if who else Actor.petitioner(told.person)
        with contextlib.suppress(PetitionError):
            self.book(lambda b: acting.act(b, OFFICE, case, action, actor, data, self.clock.now()))
            return True
        return False

    # The plan of a case: filed, passed on, accepted, answered, delivered, closed

    def file(self, person: int) -> None:
        now, chance = self.clock.now(), self.chance

        def work(book: Records) -> tuple[int, int]:
            if person:
                chat = book.chats_of(person)[0]
            else:
                chat = book.new_chat("web", f"citizen {len(self.cases)}", "zh", now)
            words = [NewText(part, "夜间施工") for part in ("facts", "request", "place")]
            filing = Filing(*words, Identity())
            given = submit(book, OFFICE, chat, person or chat.person, filing, now)
            return given.petition.id, given.petition.person

        case, who = self.book(work)
        told = self.cases[case] = Told(case, who, chance.choice(FIELDS))
        if not person and chance.random() < 0.05:
            self.muted.add(who)
            self.book(lambda b: b.save_person(replace(b.person(who), muted=True)))
        self.later(chance.randint(1, 8), case, "pass_on")
        told.unit = chance.choice(UNITS)

    def later(self, days: int, case: int, what: str) -> None:
        self.agenda[self.today + timedelta(days=days)].append((case, what))

    def step(self, case: int, what: str) -> None:
        told, chance = self.cases[case], self.chance
        handler = f"{told.unit}:handler"
        if what == "pass_on" and told.status == "open":
            self.do(case, "register", "city:clerk", kind="request", category=told.field)
            self.do(case, "pass_on", "city:clerk", unit=told.unit)
            told.status = "passed"
            self.opened(case, "bureau", "city")
            if chance.random() < 0.04:
                self.later(3, case, "withdraw")
            self.later(chance.randint(1, 10), case, "accept")
        elif what == "withdraw" and told.status in ("passed", "accepted"):
            self.do(case, "withdraw")
            told.status = "withdrawn"
        elif what == "accept" and told.status == "passed":
            self.do(case, "accept", handler)
            told.status = "accepted"
            if chance.random() < 0.95:
                self.later(chance.randint(5, 50), case, "reply")
        elif what == "reply" and told.status == "accepted":
            self.do(
                case,
                "reply",
                handler,
                found="属实",
                reply="已办",
                basis="规定",
                outcome="supported",
                **({"promise": "月底前装好"} if told.promised else {}),
            )
            told.status = "answered"
            self.later(chance.randint(0, 5), case, "deliver")
        elif what == "deliver" and told.status == "answered":
            self.do(case, "deliver", handler, delivery="post", date=self.today.isoformat())
            self.opened(case, "unit", told.unit)
            if told.chat and chance.random() < 0.05:
                self.leave(told)
            self.later(chance.randint(35, 45), case, "close")
        elif what == "close" and told.status == "answered":
            if self.do(case, "close", handler):
                told.status = "closed"
                self.follow(told)
        elif what == "carried_out" and told.status == "carrying":
            self.do(case, "carried_out", handler, done_what="已落实")
            told.status = "closed"
            self.follow(told, carried_out=True)
        elif what.startswith("take_up:") and told.status != "withdrawn":
            self.take_up(told, what.removeprefix("take_up:"))
        elif what == "visit":
            self.visit(told)

    def leave(self, told: Told) -> None:
        """They have no chat any more: whoever asks goes, calls or writes."""

        def work(book: Records) -> None:
            for chat in book.chats_of(told.person):
                book.leave(chat.id, told.person, self.clock.now())

        self.book(work)
        for other in self.cases.values():
            other.chat = other.chat and other.person != told.person

    # What ought to be asked

    def plan(self, case: int, day: date, what: str, time: int = 0) -> None:
        self.counter += 1
        minutes = 10 * 60 + case * 37 % (9 * 60)
        when = at(day, minutes // 60, minutes % 60)
        self.waiting.append(Question(when, self.counter, case, what, time))

    def opened(self, case: int, body: str, unit: str) -> None:
        if body == "bureau" and any(k[:2] == (case, body) for k in self.parts):
            return
        seq = self.book(lambda b: b.history(case)[-1].seq)
        self.parts[case, body, seq] = Part(case, body, unit, self.today)
        self.plan(case, self.today + timedelta(days=ASK[0]), f"{body}:{seq}")

    def follow(self, told: Told, carried_out: bool = False) -> None:
        """Every promise is asked about twice; the first time soon after it was said to be carried
        out, where that was said."""
        told.steps = {}
        days = FOLLOW if told.promised else ()
        for after in ("check", FOLLOW[-1]) if carried_out else days:
            ahead = AGAIN if after == "check" else int(after) + told.id % SPREAD
            day = self.today + timedelta(days=ahead)
            told.steps[str(after)] = ""
            told.steps[f"due {after}"] = day.isoformat()
            self.plan(told.id, day, str(after))

    def evening(self) -> set[tuple[int, str, int]]:
        """What ought to be asked today, by the words of the settings."""
        asked = set()
        now = at(self.today, 20)
        due = sorted(q for q in self.waiting if q.when <= now)
        self.waiting = [q for q in self.waiting if q.when > now]
        for q in due:
            told = self.cases[q.case]
            wants = self.wants_rating if ":" in q.what else self.wants_follow_up
            if not wants(q, told):
                continue
            if self.asked_on.get(told.person) == self.today:
                q.when = now + timedelta(days=1)
                self.waiting.append(q)
                continue
            self.asked_on[told.person] = self.today
            asked.add((q.case, q.what, q.time))
        return asked

    def wants_rating(self, q: Question, told: Told) -> bool:
        body, seq = q.what.split(":")
        part = self.parts[q.case, body, int(seq)]
        over = self.today > part.opened + timedelta(days=WINDOW) or told.status == "withdrawn"
        closed = told.person in self.muted or told.muted or not told.chat
        return not (part.level or over or closed)

    def wants_follow_up(self, q: Question, told: Told) -> bool:
        if told.steps.get(q.what) != "" or told.status not in ("answered", "closed"):
            return False
        if at(date.fromisoformat(told.steps[f"due {q.what}"]), 0) > q.when:
            return False  # planned by an earlier end
        if told.person in self.muted or told.muted:
            return False
        if not told.chat:
            self.later(self.chance.randint(1, 4), told.id, "visit")
            return False
        return True

    # What petitioners say

    def answer(self, asked: set[tuple[int, str, int]]) -> None:
        for case, what, time_ in sorted(asked):
            told = self.cases[case]
            if ":" in what:
                body, seq = what.split(":")
                part = self.parts[case, body, int(seq)]
                part.asked.append(self.today)
                if time_ + 1 < len(ASK):
                    self.plan(case, part.opened + timedelta(days=ASK[time_ + 1]), what, time_ + 1)
                if self.chance.random() < 0.4:
                    self.rate(told, part, int(seq))
            else:
                self.say(told, what)

    def rate(self, told: Told, part: Part, seq: int) -> None:
        level = self.chance.choices(("satisfied", "fairly", "dissatisfied"), (5, 3, 2))[0]
        ratings = self.book(lambda b: b.ratings(told.id))
        rating = next(r.id for r in ratings if (r.body, r.seq) == (part.body, seq))
        for change in range(self.chance.choice((1, 1, 1, 2))):
            if change:
                level = "fairly" if level == "satisfied" else "satisfied"
            if not self.do(told.id, "rate", rating=str(rating), level=level):
                return
            part.level, part.first = level, part.first or self.today
            part.changes += change
            if level == "dissatisfied" and not part.low:
                part.low = True
                part.due = DAYS.after(self.today, 3)
        if part.level == "dissatisfied":
            what = f"take_up:{part.body}:{seq}"
            self.later(self.chance.choice((1, 2, 3, 8)), told.id, what)

    def take_up(self, told: Told, what: str) -> None:
        part = self.parts[told.id, what.split(":")[0], int(what.split(":")[1])]
        tasks = self.book(lambda b: b.tasks(case=told.id))
        mine = [t for t in tasks if t.kind is TaskKind.TAKE_UP]
        if not mine:
            return
        self.report.taken_up += self.do(told.id, "take_up", "city:supervisor",
                                        task=str(mine[0].id))  # fmt: skip
        self.noted(told, self.today)
        if part.body == "unit" and told.status in ("answered", "closed") and (
            self.chance.random() < 0.4
        ):  # fmt: skip
            if self.do(told.id, "rehandle", "city:supervisor", why="重新核实"):
                told.status, told.steps = "accepted", {}
                self.report.reopened += 1
                self.later(self.chance.randint(5, 20), told.id, "reply")
                self.reopenings.append((self.today, told.unit, told.field))
        else:
            self.do(told.id, "explain", "city:supervisor", explanation="已说明")

    reopenings: list[tuple[date, str, str]]

    def noted(self, told: Told, day: date) -> None:
        """Whoever looks into a case looks into every low rating of it."""
        for (case, _, _), part in self.parts.items():
            if case == told.id and part.low:
                part.taken = part.taken or day

    def say(self, told: Told, step: str) -> None:
        answers = ("done", "partly", "no", "later", "never", "")
        answer = self.chance.choices(answers, (5, 2, 1.5, 1, 0.5, 3))[0]
        self.asked_step(told, step, answer)
        if not answer:
            return
        follow = next(f for f in self.book(lambda b: b.follow_ups(told.id))[::-1]
                      if f.step == step and f.answer in ("", "later") and f.asked_at)  # fmt: skip
        self.do(told.id, "follow_up", follow_up=str(follow.id), answer=answer)
        self.found(told, step, answer)
        if answer == "later":
            day = self.today + timedelta(days=AGAIN)
            told.steps[step], told.steps[f"due {step}"] = "", day.isoformat()
            self.plan(told.id, day, step)

    def asked_step(self, told: Told, step: str, answer: str) -> None:
        self.steps.append((self.today, told.unit, told.field, step, answer))

    def found(self, told: Told, step: str, answer: str) -> None:
        told.steps[step] = answer
        if answer == "never":
            told.muted = True
        if answer == "no":
            told.status, told.steps = "carrying", {}
            self.report.reopened += 1
            self.reopenings.append((self.today, told.unit, told.field))
            self.later(self.chance.randint(3, 25), told.id, "carried_out")

    def visit(self, told: Told) -> None:
        """Somebody without a chat is asked by telephone, or isn't reached."""
        tasks = [t for t in self.book(lambda b: b.tasks(case=told.id))
                 if t.kind is TaskKind.FOLLOW_UP]  # fmt: skip
        if not tasks or told.status not in ("answered", "closed"):
            return
        follow = self.book(lambda b: b.follow_up(int(tasks[-1].occasion.split(":")[1])))
        step = follow.step
        if self.chance.random() < 0.3:
            self.do(told.id, "told", "city:visitor", task=str(tasks[-1].id), how="not_reached")
            told.tries[step] += 1
            if told.tries[step] < TRIES:
                day = self.today + timedelta(days=AGAIN)
                told.steps[f"due {step}"] = day.isoformat()
                self.plan(told.id, day, step)
            return
        finding = self.chance.choices(("done", "partly", "no", "none"), (4, 2, 1, 1))[0]
        done = self.do(
            told.id, "visit_record", "city:visitor", asked_how="telephone", had_notice="yes",
            had_opinion="yes", finding_of=finding,
        )  # fmt: skip
        if done:
            self.report.visits += 1
            for task in tasks[:-1]:
                id = int(task.occasion.split(":")[1])
                told.steps[self.book(lambda b, id=id: b.follow_up(id)).step] = "superseded"
            self.asked_step(told, follow.step, finding)
            self.found(told, follow.step, finding)

    # The figures

    def compare(self) -> None:
        """The published figures against what the play wrote down, by unit, field and month."""
        month = periods.of("month", self.today)
        for _ in range(13):
            first, last = month.first, month.last
            month = month.before()
            for unit in ("", "city", *UNITS):
                for field_ in ("", *FIELDS):
                    which = figures.Which(first, last, (unit,) if unit else (), field_)
                    said = self.book(
                        lambda b, w=which: figures_of(b, OFFICE, w, self.clock.now())
                    ).get("", figures.Sums())

                    def both(name: str, said: figures.Sums = said) -> int:
                        return said.total(f"{body}.{name}" for body in ("bureau", "unit"))

                    levels = {level: both(f"level.{level}") for level in Level}
                    published = {
                        "asked": both("asked"), "again": both("again"), "rated": both("rated"),
                        "levels": {str(k): n for k, n in levels.items() if n},
                        "changed": both("changed"), "low": both("low"),
                        "taken_up": both("taken_up"), "reopened": said.counts["reopened"],
                        "kept": {f: figures.share(said, f) for f in figures.FORMULAS
                                 if f.name.startswith("kept")},
                    }  # fmt: skip
                    known = self.known(first, last, unit, field_)
                    self.report.figures_compared += 1
                    if published != known:
                        wrong = {k: (published[k], known[k]) for k in known
                                 if known[k] != published[k]}  # fmt: skip
                        self.report.figures_wrong.append((first, unit, field_, wrong))

    def known(self, first: date, last: date, unit: str, field_: str) -> dict[str, Any]:
        parts = []
        for part in self.parts.values():
            begun = min([*part.asked[:1], *([part.first] if part.first else [])], default=None)
            told = self.cases[part.case]
            fits = unit in ("", part.unit) and field_ in ("", told.field)
            if begun and first <= begun <= last and fits:
                parts.append(part)
        followed: dict[str, Counter[str]] = defaultdict(Counter)
        for day, of, what, step, answer in self.steps:
            if first <= day <= last and (not unit or of == unit) and field_ in ("", what):
                followed[step][answer] += 1
        kept = {}
        for formula in figures.FORMULAS:
            if formula.name.startswith("kept"):
                step = formula.name.removeprefix("kept_")
                under = sum(followed[step][a] for a in ("done", "partly", "no"))
                kept[formula] = (followed[step]["done"], under) if under else None
        return {
            "asked": sum(bool(p.asked) for p in parts),
            "again": sum(len(p.asked) > 1 for p in parts),
            "rated": sum(bool(p.level) for p in parts),
            "levels": dict(Counter(p.level for p in parts if p.level)),
            "changed": sum(p.changes > 0 for p in parts),
            "low": sum(p.low for p in parts),
            "taken_up": sum(bool(p.taken and p.due and p.taken <= p.due) for p in parts),
            "reopened": sum(
                first <= day <= last and (not unit or of == unit) and field_ in ("", what)
                for day, of, what in self.reopenings
            ),
            "kept": kept,
        }


async def play(cases: int, days: int, seed: int = 1) -> Report:
    """Let the year pass; gives what was found."""
    with tempfile.TemporaryDirectory() as folder:
        year = Year(folder, seed)
        year.reopenings = []
        report, chance = year.report, year.chance
        report.cases, report.days = cases, days
        year.seat()
        filings = Counter(chance.randint(0, int(days * 0.7)) for _ in range(cases))
        for ahead in range(days):
            today = START + timedelta(days=ahead)
            year.clock.instant = at(today, 9, 30)
            await year.reminders.tick()
            for _ in range(filings[ahead]):
                known = [t.person for t in year.cases.values() if t.chat]
                year.file(chance.choice(known) if known and chance.random() < 0.15 else 0)
            for case, what in year.agenda.pop(today, []):
                year.step(case, what)
            year.clock.instant = at(today, 20)
            wanted = year.evening()
            await year.reminders.tick()
            found = asked_today(year, today)
            report.asked += len(found)
            report.asked_again += sum(q[2] > 0 for q in found)
            report.missing += [(today, *q) for q in wanted - found]
            report.extra += [(today, *q) for q in found - wanted]
            per = Counter(year.cases[case].person for case, _, _ in found)
            report.most_a_day = max([report.most_a_day, *per.values()])
            year.clock.instant = at(today, 20, 30)
            year.answer(found & wanted)
        report.rated = sum(bool(p.level) for p in year.parts.values())
        year.compare()
        year.database.close()
        return report


def asked_today(year: Year, today: date) -> set[tuple[int, str, int]]:
    asked = select(HISTORY.c.case, HISTORY.c.facts).where(
        HISTORY.c.action == "asked", HISTORY.c.at >= at(today, 0)
    )
    found = set()
    for case, facts in year.database.write_now(lambda c: c.execute(asked).all()):
        rating = "rating" in facts
        what = f"{facts['body']}:{facts['of']}" if rating else facts["step"]
        found.add((case, what, facts["time"] if rating else 0))
    return found


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    length = int(sys.argv[2]) if len(sys.argv) > 2 else 365
    result = asyncio.run(play(count, length))
    for name, value in vars(result).items():
        print(f"{name}: {value[:3] if isinstance(value, list) else value}")
    sys.exit(not result.fine())
