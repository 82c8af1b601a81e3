"""When things are due.

Days are calendar days of the office's time zone. The day of the event isn't counted
(Civil Code art. 201, used by analogy), so day 15 after 2 February is 17 February.
Overdue is calculated from the due date, never stored.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from petitions.petition import Running
from petitions.regulation import Limit

MORNING = time(9, 0)
"""When a day's alerts go out, in the office's time zone."""


def local_day(when: datetime, zone: tzinfo) -> date:
    """The office's date at an instant."""
    return when.astimezone(zone).date()


def due(start: date, limit: Limit) -> date:
    """The last day of a limit that starts on `start` (not counted)."""
    return start + timedelta(days=limit.days)


def morning(day: date, zone: tzinfo) -> datetime:
    """The instant, in UTC, at which the alerts of `day` go out."""
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def is_late(clock: Running, today: date) -> bool:
    """Whether the limit has passed without the act it asks for."""
    return clock.ended_at is None and today > clock.due_on


def days_since(received: datetime, now: datetime, zone: tzinfo) -> int:
    """Calendar days since filing, as shown to everybody."""
    return (local_day(now, zone) - local_day(received, zone)).days
