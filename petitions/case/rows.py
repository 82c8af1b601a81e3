"""How a row of the table is written: a rule, and the statuses at which it holds."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.case.conditions import When
from petitions.case.parties import By
from petitions.values.person import Audience
from petitions.values.petition import Status

S = Status


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    action: str
    at: frozenset[Status]
    by: frozenset[By]
    to: Status | None = None
    """The status afterwards; None: unchanged."""
    stops: tuple[str, ...] = ()
    """Clocks; `*`: every one that runs."""
    starts: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    """Notices, each `who:kind`; who is `petitioner`, `desk` (whoever has the case
    afterwards), `bureau`, `head`, `helpers`, `visitor`, `host` (of
    an appointment), `supervisor`, `leader`, `up` (the
    ladder of people, one rung higher each time)."""
    needs: tuple[str, ...] = ()
    """Data without which the action means nothing."""
    when: When | None = None
    paper: str = ""
    """The numbered document it issues."""
    report: str = ""
    """The one it issues besides where the case was assigned and that ends by it."""
    audience: Audience = Audience.EVERYBODY
    """The readers who see the entry in the history."""


def at(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


WITH_UNIT = at(S.PASSED, S.OBJECTED, S.COORDINATED, S.ACCEPTED, S.EXTENDING)
"""A unit has it and hasn't answered."""
WORKED = at(S.ACCEPTED, S.EXTENDING)
OPEN = at(S.SUBMITTED, S.REGISTERED) | WITH_UNIT
"""Not yet answered or ended."""
IN_REVIEW = at(S.REVIEW_ASKED, S.REVIEWING, S.REREVIEW_ASKED, S.REREVIEWING)
LIVE = OPEN | at(S.LED, S.ANSWERED, S.REVIEWED, S.CARRYING) | IN_REVIEW
ALL = frozenset(Status)
KEPT = ALL - at(S.WITHDRAWN)
RATED = ALL - at(S.WITHDRAWN, S.MERGED)
FOLLOWED = at(S.ANSWERED, S.CLOSED, S.ENDED)
"""Answered, and nobody works on it now."""
ARRIVAL = ("pass_on", "notify", "object", "simple_accept")
"""Clocks from the receipt to the acceptance."""
