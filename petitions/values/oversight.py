"""Offices made to answer: supervision, suggestions, listed cases, campaigns, looks into a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True)
class Supervision:
    """One step by which an office is made to act in a case (督办): of offices, never of people."""

    id: int
    case: int
    unit: str
    """The unit that is supervised."""
    level: str
    """One of `supervision.LEVELS`."""
    cause: str
    """One of `supervision.CAUSES`."""
    due_on: date
    """By when it answers in writing."""
    by: int = 0
    """The officer who supervises; 0: by rule."""
    state: str = "open"
    """`open`, `answered`, `passed` (a higher level followed), `ended`."""
    answered_on: date | None = None


@dataclass(slots=True)
class Suggestion:
    """One of the three suggestions (三项建议, art. 40): to improve, to change a policy, to hold to
    account."""

    id: int
    kind: str
    """One of `supervision.SUGGESTIONS`."""
    unit: str
    """The unit that gets it."""
    by: int
    made_on: date
    due_on: date
    words: str
    adopted: bool | None = None
    """None: not answered yet."""
    answer: str = ""
    answered_on: date | None = None


@dataclass(slots=True)
class Listed:
    """A case that somebody of the leadership is responsible for (包案), perhaps within a campaign.
    Its four fields are always there: leader, unit, team, day."""

    id: int
    case: int
    leader: int
    unit: str
    team: str
    """The team that works on it, as the office calls it."""
    due_on: date
    campaign: int = 0
    state: str = "open"
    """`open`, `struck`, `replaced` (listed anew)."""
    standard: str = ""
    """By which standard it was struck off: one of `campaigns.STANDARDS`."""
    struck_on: date | None = None


@dataclass(slots=True)
class Campaign:
    """A campaign for old cases (积案专项): which cases, until when, how far by when."""

    id: int
    name: str
    first: date
    last: date
    """Cases that were received on these days are its source; both included."""
    targets: tuple[tuple[date, int], ...]
    """By a day, so many percent struck off."""
    phases: tuple[tuple[str, date, date], ...] = ()
    """Name, first and last day."""
    state: str = "open"
    """`open` or `ended`."""


@dataclass(frozen=True, slots=True)
class Look:
    """An officer looked into a case."""

    case: int
    officer: int
    unit: str
    day: date
    """In the office's time zone: a look is noted once a day."""
    at: datetime
    what: str
    """One of `looking.What`."""
    reason: str
    """By which duty they looked (`looking.DUTIES`), or what for (`looking.REASONS`)."""
    duty: bool
    words: str = ""
    """Words that somebody without a duty wrote."""
    seq: int = 0
    """Its place among the looks into the case, from 1."""
