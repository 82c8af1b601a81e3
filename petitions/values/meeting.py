"""When people meet: appointments, receptions by leaders, joint meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True)
class Appointment:
    """Somebody meets the petitioner: a visit, a mediation, a lawyer … Proposed, and made only
    after the petitioner's yes."""

    id: int
    case: int
    kind: str
    """One of `appointments.KINDS`."""
    host: int
    """The officer who meets them."""
    place: str
    """One of the kind's `appointments.PLACES`."""
    day: date
    hour: int
    """Of the office's day."""
    state: str = "proposed"
    """`proposed`, `agreed`, `refused`, `withdrawn`, `cancelled`, `done`."""
    how: str = ""
    """How the petitioner said yes: `chat`, `telephone`, `letter`, `window`."""
    said_at: datetime | None = None
    """When they said yes or no."""


@dataclass(slots=True)
class Slot:
    """A time at which somebody of the office receives people (接访)."""

    id: int
    unit: str
    host: int
    """The officer who receives."""
    day: date
    start: str
    """`HH:MM` of the office's day."""
    minutes: int
    places: int
    """How many are received."""
    where: str
    link: str = ""
    """Of a video reception; empty: in person."""
    state: str = "open"
    """`open` or `cancelled`."""


@dataclass(slots=True)
class Booking:
    """Somebody's place at a reception (约访)."""

    id: int
    slot: int
    person: int
    chat: int
    """Where they are told; 0: by a person of the office."""
    case: int
    """0: about no case yet."""
    topic: str
    how: str
    """`chat`, `telephone`, `window`."""
    state: str = "booked"
    """`booked`, `waiting`, `cancelled`, `held`, `absent`."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A joint meeting (联席会议) that was held, and its minutes."""

    id: int
    day: date
    by: int
    """The officer who wrote the minutes."""
    attended: str
    """Which units were there, as written."""
    minutes: str
    cases: tuple[int, ...] = ()
    """The cases on its agenda."""
