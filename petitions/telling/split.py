"""A due cause becomes one row of the ledger for each chat, or a task for a person.

The side a cause names is resolved when it is due, not when it was planned: whoever has the
case by then hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from petitions.book import Book, Chat, Notice, Planned
from petitions.case import notices, recipients, running
from petitions.case.conditions import bureau_of
from petitions.case.notices import ALERT, BRIEF
from petitions.counting import bulletins
from petitions.errors import NotPossibleNow, Unknown
from petitions.law import ladder
from petitions.law.calendar import Calendar
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.matters import checking, joint, looking, satisfaction
from petitions.telling import briefing
from petitions.telling.mornings import MORNING, morning_of
from petitions.telling.unserved import AGAIN, HEARD, add_task, unserved
from petitions.values.person import OFFICE, Audience, Role
from petitions.values.petition import Entry, Petition, Status
from petitions.values.task import Task, TaskKind
from petitions.verbs.acting import act
from petitions.verbs.days import calendar_of
from petitions.verbs.supervising import supervise_late, tell_not_taken_up

Ended = tuple[str, str] | tuple[str, str, datetime]
"""State and reason of a cause that was split; when it is to be looked at again, if it is."""
SHARED: Ended = ("shared", "")
SERVED = "served"
"""Was a notice opened? Another cause that says nothing itself."""


class Splitter:
    """Splits causes within one transaction."""

    def __init__(self, book: Book, office: Office, now: datetime) -> None:
        self._book = book
        self._office = office
        self._now = now
        self._calendar: Calendar = calendar_of(book, office)
        self._today = local_day(now, office.zone)
        self._lists = timedelta(seconds=office.rhythm.gather)
        """How long lists wait, so that everything of a morning has been split before."""
        self._causes: dict[str, Callable[[Notice, Petition], Ended]] = {
            SERVED: self._served,
            checking.CHECKED: self._checked,
            satisfaction.ASKING: self._ask_rating,
            satisfaction.FOLLOWING: self._ask_follow_up,
        }
        """Causes that say nothing themselves, but look at a case."""

    def split(self, notice: Notice) -> Ended:
        """Plan what a cause causes; gives how the cause itself ends."""
        if notice.kind == MORNING:
            return self._morning(notice)
        if notice.to == "duty":
            unit = str(notice.facts.get("unit") or self._office.bureau)
            found = recipients.on_duty(self._book, self._office, unit)
            return self._to_chats(notice, [o.chat for o in found])
        try:
            case = self._book.petition(notice.case)
        except Unknown:
            return "cancelled", "no such case"
        if notice.kind == ALERT and notice.to == "ladder":
            return self._rung(notice, case)
        if cause := self._causes.get(notice.kind):
            return cause(notice, case)
        clocks = list(self._book.clocks(case.id)) if notice.facts.get("clock_id") else []
        if not notices.still_true(notice, case, clocks):
            return "cancelled", "no longer true"
        if notice.to == "petitioner":
            return self._petitioner(notice, case)
        if notice.to == "up":
            return self._up(notice, case)
        if notice.to == "helpers" and not case.assisting:
            return "cancelled", "nobody assists"
        found = recipients.of_side(self._book, self._office, notice.to, case)
        return self._to_chats(notice, [officer.chat for officer in found])

    def _up(self, notice: Notice, case: Petition) -> Ended:
        """The ladder of people, one rung higher each time; lateness itself has reached the
        supervisor."""
        entry = self._book.entry(case.id, int(notice.facts.get("seq", 0)))
        times = int(entry.facts.get("urges", 1)) if entry else 1
        sides = recipients.UP[: times + 2]
        people = recipients.of_rung(self._book, self._office, sides, case)
        return self._to_chats(notice, [o.chat for _, o in people])

    def _to_chats(self, notice: Notice, chats: list[int]) -> Ended:
        """Rows for officers, in their working hours; none for who has had this."""
        had = self._had(notice) if AGAIN in notice.facts else set()
        self._book.plan(*(self._row(notice, chat) for chat in dict.fromkeys(chats)
                          if chat not in had))  # fmt: skip
        return SHARED if chats else ("failed", "nobody to tell")

    def _had(self, notice: Notice) -> set[int]:
        """Chats that heard, or may still hear, what is split again."""
        first = notice.facts[AGAIN]
        return {
            n.chat for n in self._book.notices_of(notice.case)
            if n.kind == notice.kind and first in (n.occasion, n.facts.get(AGAIN))
            and n.state in HEARD
        }  # fmt: skip

    def _row(self, notice: Notice, chat: int) -> Planned:
        found = self._book.chat_by_id(chat)
        at = notices.wanted_at(found, notice, self._now, self._office.zone)
        if not notices.anytime(notice.kind) and (
            notice.kind == ALERT or not self._office.rhythm.at_once
        ):  # fmt: skip
            at = self._office.at_work(at, self._calendar)
        if notice.kind == ALERT:
            at += self._lists
        return Planned(notice.kind, notice.case, notice.occasion, f"chat:{chat}", notice.due_at,
                       notice.facts, found, at)  # fmt: skip

    # The ladder

    def _rung(self, notice: Notice, case: Petition) -> Ended:
        """Say the rung that has been reached, and plan the next one."""
        id = notice.facts["clock_id"]
        clock = next((c for c in self._book.clocks(case.id) if c.id == id), None)
        if clock is None or clock.ended_at or clock.paused_on:
            return "cancelled", "the clock has stopped"
        if clock.due_on.isoformat() != notice.facts["due"]:
            return "cancelled", "the date has moved"
        limit = self._office.known_limit(clock)
        if limit is None:
            return "cancelled", "the rules know no such clock"
        coming = running.next_alert(self._office, self._calendar, clock, self._today)
        if coming:
            self._book.plan(coming)
        alert = ladder.reached(
            clock, limit, self._office.rules_of(clock).ladder, self._calendar, self._today
        )
        if alert is None:
            return "shared", "nothing yet"
        if alert.step != notice.facts["step"]:
            # The machine was off: what was missed is said once, as it is now.
            self._book.plan(running.planned_alert(self._office, clock, alert))
            return "cancelled", f"overtaken by {alert.step}"
        facts = {k: v for k, v in notice.facts.items() if k != "to"}
        if "petitioner" in alert.to:
            kind = "right_ends" if limit.duty == "petitioner" else "late"
            self._book.plan(Planned(f"petitioner.{kind}", case.id, notice.occasion, "petitioner",
                                    notice.due_at, facts, next_at=self._now))  # fmt: skip
        sides = [side for side in alert.to if side != "petitioner"]
        if not sides:
            return SHARED
        people = recipients.of_rung(self._book, self._office, sides, case)
        for side, officer in people:
            row = self._row(notice, officer.chat)
            row.facts.clear()
            row.facts.update(facts, side=side)
            self._book.plan(row)
        return SHARED if people else ("failed", "nobody to tell")

    # The petitioner

    def _petitioner(self, notice: Notice, case: Petition) -> Ended:
        """Every chat from which the case is followed; a person must go where its petitioner has
        none, whatever guests it has."""
        told = notices.of(notice.kind)
        owners = joint.owners(self._book, case)
        chats = self._chats(owners)
        open_ = [chat for chat in chats.values() if not chat.blocked]
        if not told.alarm:
            others = self._chats(self._book.ways_in(case.id).keys() - set(owners))
            self._book.plan(*(self._heard(notice, chat) for id, chat in others.items()
                              if id not in chats))  # fmt: skip
        if told.by_officers and chats and self._is_reached_otherwise(case):
            self._task(notice, case, TaskKind.TELL)
        if not open_:
            if told.small_talk:
                return "cancelled", "no chat"
            if not chats:
                self._task(notice, case, TaskKind.TELL)
                return "shared", "told in person"
            unserved(self._book, self._office, notice, self._now)
            return "blocked", "the person has shut the bot out"
        self._book.plan(*(self._heard(notice, chat) for chat in chats.values()))
        if told.legal:
            end = self._today + timedelta(days=self._office.rules.limits["served"].days)
            cause = {"kind": notice.kind, "occasion": notice.occasion}
            self._book.plan(Planned(
                SERVED, case.id, f"{notice.kind}:{notice.occasion}", SERVED,
                self._office.opening(self._calendar.from_day(end)), cause,
            ))  # fmt: skip
        return SHARED

    def _chats(self, people: Iterable[int]) -> dict[int, Chat]:
        return {c.id: c for p in people for c in self._book.chats_of(p)}

    def _is_reached_otherwise(self, case: Petition) -> bool:
        """Whether its petitioner left a telephone number or an address."""
        who = self._book.identity(case.id)
        return bool(who.contact or who.address)

    def _heard(self, notice: Notice, chat: Chat) -> Planned:
        at = notices.wanted_at(chat, notice, self._now, self._office.zone)
        gather = timedelta(seconds=self._office.rhythm.gather)
        told = notices.of(notice.kind)
        if gather and not (told.small_talk or told.alarm):
            last = self._book.last_sent(notice.case, chat.id, self._now - gather)
            at = max(at, last + gather) if last else at
        return Planned(notice.kind, notice.case, notice.occasion, f"chat:{chat.id}",
                       notice.due_at, notice.facts, chat, at)  # fmt: skip

    def _checked(self, notice: Notice, case: Petition) -> Ended:
        """Two officers said who somebody is, and the days to say no are over."""
        history = list(self._book.history(case.id))
        if checking.is_refused(history, int(notice.facts["check"])):
            return "cancelled", "the petitioner said no"
        try:
            act(self._book, self._office, case.id, "let_in", OFFICE,
                {"guest": notice.facts["guest"], "check": notice.facts["check"]},
                self._now)  # fmt: skip
        except NotPossibleNow:
            return "cancelled", "no guest any more"
        return "shared", "let in"

    def _served(self, notice: Notice, case: Petition) -> Ended:
        """A legal notice that no petitioner opened: call or write."""
        mine = self._chats(joint.owners(self._book, case))
        rows = [
            n for n in self._book.notices_of(notice.case)
            if n.chat in mine and n.kind == notice.facts["kind"]
            and n.occasion == notice.facts["occasion"]
        ]  # fmt: skip
        if any(n.opened_at for n in rows):
            return "shared", "opened"
        if rows:
            unserved(self._book, self._office, rows[0], self._now, sure=True)
        return "shared", "not opened"

    # Questions: what people think of it, and whether promises were kept

    def _ask_rating(self, notice: Notice, case: Petition) -> Ended:
        """Ask, unless it was rated, its time is over, or nobody wants to be asked."""
        rating = self._book.rating(int(notice.facts["rating"]))
        if rating.level:
            return "cancelled", "rated"
        if self._today > rating.until or case.status in (Status.WITHDRAWN, Status.MERGED):
            return "cancelled", "its time is over"
        if not satisfaction.in_scope(case, self._office):
            return "cancelled", "out of scope"
        about = {"body": rating.body, "unit": rating.unit, "of": rating.seq}
        ended = self._question(notice, case, "petitioner.rate", about, rating.person)
        time = int(notice.facts["time"]) + 1
        if ended == SHARED and time < len(self._office.rules.satisfaction.ask):
            self._book.plan(satisfaction.ask(self._office, rating, time))
        return ended

    def _ask_follow_up(self, notice: Notice, case: Petition) -> Ended:
        """Ask whether the promise was kept; somebody without a chat is asked by a person."""
        found = self._book.follow_up(int(notice.facts["follow_up"]))
        if found.answer not in satisfaction.WAITING or str(found.due_on) not in notice.occasion:
            return "cancelled", "answered"
        if case.status not in satisfaction.ASKED_AT:
            return "cancelled", "it is being worked on"
        if self._unwanted(case, case.person):
            return "cancelled", "wants no questions"
        if not self._book.chats_of(case.person) or not self._book.followers(case.id):
            self._visit(case, f"follow_up:{found.id}:{found.due_on}")
            return "shared", "asked in person"
        about = {"step": found.step, "unit": case.answered_by}
        ended = self._question(notice, case, "petitioner.follow_up", about, case.person)
        if ended == SHARED:
            found.asked_at = self._now
            self._book.save_follow_up(found)
        return ended

    def _unwanted(self, case: Petition, id: int) -> bool:
        person = self._book.person(id)
        return person.muted or self._book.muted(case.id, person.id)

    def _question(
        self, notice: Notice, case: Petition, kind: str, about: dict[str, Any], whom: int
    ) -> Ended:
        """One question a day for a person, whatever number of cases; none for who wants none."""
        book, person = self._book, self._book.person(whom)
        if self._unwanted(case, whom):
            return "cancelled", "wants no questions"
        chats = [c for c in book.chats_of(person.id) if not c.blocked]
        if not chats:
            return "blocked", "no questions to a closed chat"
        if person.asked_on == self._today:
            return "planned", "one question a day", self._now + timedelta(days=1)
        person.asked_on = self._today
        book.save_person(person)
        facts = {k: v for k, v in notice.facts.items() if k != "time"}
        about = notice.facts | about | {"category": case.category}
        entry = Entry(0, self._now, OFFICE, "asked", case.status, Audience.SUPERVISOR, about)
        book.write(case.id, entry, [])
        for chat in chats:
            at = notices.wanted_at(chat, notice, self._now, self._office.zone)
            book.plan(Planned(kind, case.id, notice.occasion, f"chat:{chat.id}", self._now, facts,
                              chat, at))  # fmt: skip
        return SHARED

    def _visit(self, case: Petition, occasion: str) -> None:
        """A task for whoever asks in person."""
        bureau = bureau_of(case, self._office)
        limit = self._office.rules.limits["visit"]
        until = running.end_of(self._today, limit, self._calendar)
        id = self._book.add_task(
            Task(0, case.id, TaskKind.FOLLOW_UP, occasion, bureau, until, self._now)
        )
        if id:
            facts = {"task": id, "due": until.isoformat()}
            self._book.plan(Planned("visitor.task_follow_up", case.id, f"task:{id}", "visitor",
                                    self._now, facts))  # fmt: skip

    def _task(self, notice: Notice, case: Petition, kind: TaskKind) -> None:
        add_task(self._book, self._office, self._calendar, case, kind, notice, self._now)

    # The morning

    def _morning(self, notice: Notice) -> Ended:
        """A list for everybody of a unit who has something to do; the next morning."""
        unit, day = notice.facts["unit"], notice.facts["day"]
        self._book.plan(morning_of(self._office, self._calendar, unit, self._today))
        if day != self._today.isoformat():
            return "cancelled", "another day"
        if unit == self._office.bureau:
            supervise_late(self._book, self._office, self._now)
            tell_not_taken_up(self._book, self._office, self._now)
            for period in bulletins.ended(self._calendar, self._today):
                self._book.plan_bulletin(period)
            self._book.set_setting("hot", day)
        self._looks(notice, unit)
        for officer in self._book.seated(unit):
            if not officer.away and briefing.wanted(self._book, self._office, officer, self._today):
                chat = self._book.chat_by_id(officer.chat)
                at = self._office.at_work(self._now, self._calendar) + self._lists
                self._book.plan(Planned(BRIEF, 0, day, f"chat:{chat.id}", notice.due_at, {}, chat,
                                        at))  # fmt: skip
        return SHARED

    def _looks(self, notice: Notice, unit: str) -> None:
        """The looks of last week, to the supervisors of the bureau, and of the unit that is the
        bureau of a case looked into; on the first morning on which they can be told. The ledger
        says it once."""
        first, last = looking.week(self._today)
        cases = {one.case for one in self._book.looks_between(first, last)}
        if not any(self._looks_after(unit, case) for case in cases):
            return
        at = self._office.at_work(self._now, self._calendar) + self._lists
        facts = {"first": first.isoformat()}
        for officer in self._book.seated(unit):
            if officer.role is Role.SUPERVISOR:
                chat = self._book.chat_by_id(officer.chat)
                self._book.plan(Planned("officer.looks", 0, facts["first"], f"chat:{chat.id}",
                                        notice.due_at, facts, chat, at))  # fmt: skip

    def _looks_after(self, unit: str, case: int) -> bool:
        return bureau_of(self._book.petition(case), self._office) == unit
