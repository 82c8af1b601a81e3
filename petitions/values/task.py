"""Work that only a person can do: tasks, and how somebody was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class TaskKind(StrEnum):
    """Why a person must do what a message couldn't."""

    TELL = "tell"
    """Somebody without a chat is to be told: by letter, by telephone, at the window."""
    SERVE = "serve"
    """A legal notice that wasn't opened, or couldn't be delivered: call or write."""
    URGED = "urged"
    """The petitioner urged (催办): answer them."""
    TAKE_UP = "take_up"
    """Not satisfied: somebody outside the rated unit finds out why and acts."""
    PARTLY = "partly"
    """The promise was kept in part: see to the rest."""
    FOLLOW_UP = "follow_up"
    """Somebody without a chat is to be asked, by telephone or at the window."""
    ASSIST = "assist"
    """An assisting unit contributes by its own day."""
    HELP = "help"
    """A unit was called (吹哨) and says whether it comes (报到)."""
    INSTRUCTION = "instruction"
    """The unit does what a leader's written note (批示) asks of it, by its own day."""
    DECISION = "decision"
    """The unit does what a joint meeting decided, by a day."""
    SUPERVISION = "supervision"
    """A supervised unit answers in writing by its day (督办)."""
    AGAIN = "again"
    """Somebody came again on a closed matter: call, then explain or reopen."""
    CHECK = "check"
    """A guest of a case says it is theirs and asks for an identity check."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person of the office must do by a day."""

    id: int
    case: int
    kind: TaskKind
    occasion: str
    """Its cause; unique together with case and kind."""
    unit: str
    due_on: date
    created_at: datetime
    notice: int = 0
    """The ledger's row that is to be told; 0: none."""
    done_at: datetime | None = None
    done_by: int = 0
    how: str = ""
    """How it was done: a code of `TOLD`, or `answered`."""


IN_PERSON = frozenset({TaskKind.TELL, TaskKind.SERVE})
"""Tasks of whoever has the case: they go with it."""
TOLD = ("letter", "telephone", "window", "not_reached")
"""How somebody was told in person."""
