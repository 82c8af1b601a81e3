"""Petitioners' views of an answer afterwards: ratings and follow-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Level(StrEnum):
    """How satisfied somebody is; the order in which it is always offered."""

    SATISFIED = "satisfied"
    """满意"""
    FAIRLY = "fairly"
    """基本满意"""
    DISSATISFIED = "dissatisfied"
    """不满意"""


@dataclass(slots=True)
class Rating:
    """One body's part in a case, and what its petitioner thinks of it. No level: not rated,
    which is a state of its own and counts for nothing."""

    id: int
    case: int
    person: int
    """The person who may give it."""
    body: str
    """`bureau`: that it was passed on; `unit`: the answer."""
    unit: str
    """The unit that is rated."""
    seq: int
    """The history entry that is rated."""
    opened_on: date
    until: date
    """The last day on which it may be given or changed."""
    level: str = ""
    finer: dict[str, str] = field(default_factory=dict)
    """Aspect → level, where somebody wanted to say more."""
    reasons: tuple[str, ...] = ()
    changes: int = 0
    after_contact: int = 0
    """How many of the changes came after somebody of the office had been in touch."""
    first_at: datetime | None = None
    unit_may_know: bool = False
    """The petitioner agreed that the unit sees it."""
    may_call: bool = False

    @property
    def occasion(self) -> str:
        """The beginning of `occasion` in the tasks that it causes."""
        return f"rating:{self.id}:"


@dataclass(slots=True)
class FollowUp:
    """A question after a closed case: did what was promised happen? (回访)"""

    id: int
    case: int
    step: str
    """`7`, `30`, `90`: days after the end; `promise`: the day after a promised date."""
    due_on: date
    answer: str = ""
    """`done`, `partly`, `no`, `later`, `never`, `none` (nothing was promised), `unreached`;
    empty: none."""
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    tries: int = 0
    """How often a person tried to reach them and couldn't."""
