"""The clocks of a case: started, stopped, paused, extended, counted anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from petitions.book import Clocks, Planned
from petitions.case import notices
from petitions.errors import NotPossibleNow
from petitions.law import ladder
from petitions.law.calendar import Calendar
from petitions.law.clocks import Day as CountedDay
from petitions.law.clocks import Due, Pauses, due, explain, is_late, length, local_day, morning
from petitions.law.regulation.values import Limit
from petitions.law.units import Office
from petitions.values.petition import Running


def counted(clock: Running, calendar: Calendar) -> Due:
    """When a clock ends, from its start, length, extension and pauses."""
    if not clock.length:
        rolled = calendar.from_day(clock.due_on)
        return Due(clock.due_on, rolled, not calendar.known_from(clock.due_on, rolled))
    pauses: Pauses = clock.pauses
    found = due(clock.started_on, length(clock.length), calendar, pauses)
    if clock.extension:
        found = due(found.nominal, length(clock.extension), calendar, pauses)
    return found


def days_of(clock: Running, calendar: Calendar) -> list[CountedDay]:
    """Every day of a clock's count, and why it counts or doesn't."""
    if not clock.length:
        return []
    first = list(explain(clock.started_on, length(clock.length), calendar, clock.pauses))
    if not clock.extension:
        return first
    nominal = due(clock.started_on, length(clock.length), calendar, clock.pauses).nominal
    more = explain(nominal, length(clock.extension), calendar, clock.pauses)
    return [d for d in first if d.day <= nominal] + [d for d in more if d.day > nominal]


def recounted(clock: Running, calendar: Calendar) -> Running:
    """The clock with its dates counted anew."""
    found = counted(clock, calendar)
    return replace(
        clock, due_on=found.nominal, rolled_on=found.rolled, provisional=found.provisional
    )


def start(
    book: Clocks, office: Office, calendar: Calendar, case: int, name: str, day: date,
    ends: date | None = None,
) -> Running:  # fmt: skip
    """Start a clock on a day (not counted); `ends` for one whose date is set in the case."""
    return book.start_clock(replace(planned(office, calendar, name, day, ends), case=case))


def planned(
    office: Office, calendar: Calendar, name: str, day: date, ends: date | None = None
) -> Running:  # fmt: skip
    """A clock as it will run from a day on, before it belongs to a case."""
    limit = office.law.of(name, day).clocks[name]
    clock = Running(0, 0, name, day, ends or day, length=str(limit.length) if limit.length else "")
    return recounted(clock, calendar)


def stop(
    book: Clocks, office: Office, case: int, names: Sequence[str], now: datetime, withdrawn: bool
) -> dict[str, str]:
    """End running clocks of these names (`*`: all); gives the outcome of each that is a duty."""
    found: dict[str, str] = {}
    if not names:
        return found
    today = local_day(now, office.zone)
    for clock in book.clocks(case):
        if clock.ended_at is None and ("*" in names or clock.clock in names):
            outcome = "withdrawn" if withdrawn else "late" if is_late(clock, today) else "kept"
            book.save_clock(replace(clock, ended_at=now, outcome=outcome))
            if is_duty(office, clock):
                found[clock.clock] = outcome
    return found


def is_duty(office: Office, clock: Running) -> bool:
    """Whether a clock is what an office owes, no mere window and nobody else's."""
    limit = office.known_limit(clock)
    return limit is not None and not limit.window and limit.duty != "petitioner"


def until(office: Office, clocks: Iterable[Running]) -> dict[str, str]:
    """For the history: the last day of each duty among clocks that were started or moved."""
    return {c.clock: (c.rolled_on or c.due_on).isoformat() for c in clocks if is_duty(office, c)}


def restore(book: Clocks, case: int) -> list[Running]:
    """Let the clocks that a withdrawal or a merger had stopped run again."""
    found = []
    for clock in book.clocks(case):
        if clock.outcome == "withdrawn":
            again = replace(clock, ended_at=None, outcome="")
            book.save_clock(again)
            found.append(again)
    return found


def next_due(book: Clocks, office: Office, case: int) -> date:
    """When the first running clock ends that isn't a mere window; `date.max`: none runs."""
    running = (c for c in book.clocks(case) if c.ended_at is None)
    return min((c.due_on for c in running if not _window(office, c)), default=date.max)


def _window(office: Office, clock: Running) -> bool:
    limit = office.known_limit(clock)
    return limit is not None and limit.window


def open_clock(book: Clocks, case: int, name: str) -> Running:
    """The running clock of this name. Raises NotPossibleNow."""
    for clock in book.clocks(case):
        if clock.clock == name and clock.ended_at is None:
            return clock
    raise NotPossibleNow("bad.no_clock")


def extend(
    book: Clocks, calendar: Calendar, clock: Running, days: int, most: Running | None = None
) -> Running:
    """Lengthen a clock by calendar or working days, as its own length counts them."""
    unit = "wd" if clock.length.endswith("wd") else "d"
    longer = recounted(replace(clock, extension=f"{days}{unit}"), calendar)
    book.save_clock(longer)
    return longer


def pause(book: Clocks, clock: Running, day: date) -> Running:
    """Stop a clock from a day on. Raises NotPossibleNow when it is stopped already."""
    if clock.paused_on is not None:
        raise NotPossibleNow("bad.paused_twice", day=clock.paused_on.isoformat())
    stopped = replace(clock, paused_on=day)
    book.save_clock(stopped)
    return stopped


def resume(book: Clocks, calendar: Calendar, clock: Running, day: date) -> Running:
    """Let a clock run on after a day, the last one that doesn't count. Raises
    NotPossibleNow when it isn't stopped."""
    if clock.paused_on is None:
        raise NotPossibleNow("bad.not_paused")
    pauses = (*clock.pauses, (clock.paused_on, day))
    running = recounted(replace(clock, paused_on=None, pauses=pauses), calendar)
    book.save_clock(running)
    return running


def next_alert(
    office: Office, calendar: Calendar, clock: Running, after: date
) -> Planned | None:  # fmt: skip
    """The next rung of a clock's ladder later than a day, as a row of the ledger; whoever
    takes it plans the one after it."""
    limit = office.limit_of(clock)
    alert = ladder.upcoming(clock, limit, office.rules_of(clock).ladder, calendar, after)
    return planned_alert(office, clock, alert) if alert else None


def planned_alert(office: Office, clock: Running, alert: ladder.Alert) -> Planned:
    """A rung of the ladder as a row of the ledger."""
    mine = office.limit_of(clock).duty == "petitioner"
    at = morning(alert.day, office.zone) if mine else office.opening(alert.day)
    facts = {"clock_id": clock.id, "clock": clock.clock, "due": clock.due_on.isoformat(),
             "step": alert.step, "to": list(alert.to)}  # fmt: skip
    occasion = f"clock:{clock.id}:{clock.due_on}:{alert.step}"
    return Planned(notices.ALERT, clock.case, occasion, "ladder", at, facts)


def reminders(
    office: Office, calendar: Calendar, clocks: Iterable[Running], day: date
) -> list[Planned]:  # fmt: skip
    """The first rung later than `day` for each clock."""
    found = (next_alert(office, calendar, clock, day) for clock in clocks)
    return [one for one in found if one]


def end_of(day: date, limit: Limit, calendar: Calendar) -> date:
    """The last day of a short term that is no clock of a case."""
    assert limit.length is not None
    return due(day, limit.length, calendar).rolled
