"""An action under way: what it works on, and the small things every change needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from petitions.book import Book
from petitions.case.conditions import bureau_of
from petitions.errors import BadAnswer
from petitions.law.calendar import Calendar
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.values.person import Actor, Audience
from petitions.values.petition import Petition, Running
from petitions.values.task import TaskKind


@dataclass(slots=True)
class Doing:
    """An action under way."""

    book: Book
    office: Office
    calendar: Calendar
    petition: Petition
    action: str
    actor: Actor
    data: dict[str, Any]
    """A copy; what a change takes out of it isn't written among the texts."""
    now: datetime
    begins: date = field(init=False)
    """The day on which the clocks it starts begin (not counted)."""
    ends: date | None = None
    """The date set for a clock that has no length of its own."""
    readers: Audience | None = None
    """The readers of its words, where they aren't those of the table."""
    moved: list[Running] = field(default_factory=list)
    """Clocks whose dates it changed: their reminders are planned anew."""

    def __post_init__(self) -> None:
        self.begins = self.today

    @property
    def today(self) -> date:
        """The office's date."""
        return local_day(self.now, self.office.zone)

    @property
    def bureau(self) -> str:
        """The unit that is the bureau of this case."""
        return bureau_of(self.petition, self.office)

    def day(self, name: str = "date") -> date:
        """A date among the data. Raises BadAnswer."""
        try:
            return date.fromisoformat(str(self.data[name]))
        except ValueError:
            raise BadAnswer("bad.day") from None

    def past_day(self, after: datetime | None) -> date:
        """A date that is over: not before the step it follows, not in the future."""
        day = self.day()
        first = local_day(after, self.office.zone) if after else day
        if not first <= day <= self.today:
            raise BadAnswer("bad.date_between", first=first, last=self.today)
        return day

    def coming_day(self) -> date:
        """A date that is still to come, today included."""
        day = self.day()
        if day < self.today:
            raise BadAnswer("bad.date_over", today=self.today)
        return day

    def coming_time(self, longest: int) -> date:
        """A date from tomorrow on, within so many days. Raises BadAnswer."""
        day = self.day()
        first, last = self.today + timedelta(days=1), self.today + timedelta(days=longest)
        if not first <= day <= last:
            raise BadAnswer("bad.date_between", first=first, last=last)
        return day

    def take_id(self, name: str) -> int:
        """An id among the data, taken out of it; 0 for what can't be one."""
        text = str(self.data.pop(name, ""))
        return int(text) if text.isdecimal() and len(text) < 16 else 0

    def end_tasks(self, how: str, *kinds: TaskKind, occasion: str = "") -> None:
        """End the case's tasks of these kinds, or those an occasion caused."""
        for task in self.book.tasks(case=self.petition.id):
            if task.kind in kinds and task.occasion.startswith(occasion):
                self.book.end_task(task.id, self.actor.id, how, self.now)
