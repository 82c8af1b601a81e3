"""Desks that are given, ended and changed: what waits for a second person's yes, and the history of
it, a hash chain like that of a case.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from petitions.values.person import Officer


class AskState(StrEnum):
    """How far something has come that a second person says yes to."""

    FREE = "free"
    """An invitation that needs no yes, until somebody sits at the office who may say it."""
    SENT = "sent"
    """An invitation that nobody has opened yet."""
    OPEN = "open"
    """It waits for the yes, and gives nothing meanwhile."""
    DONE = "done"
    REFUSED = "refused"
    ENDED = "ended"
    """A newer one came, or the desk, or the desk of who asked, is no more."""


LIVING = (AskState.FREE, AskState.SENT, AskState.OPEN)


@dataclass(slots=True)
class Ask:
    """A seat, or a unit that is to be changed, for which a second person is asked."""

    id: int
    desk: int
    """The desk; 0: it is about a unit."""
    unit: str
    """Of a unit: what is to be another way (`Wish.text`); of a seat: empty."""
    asker: int
    """The desk that asks; 0: somebody at the command line."""
    asker_chat: int
    chat: int
    """The chat that has opened the invitation; 0: none."""
    number: str
    """The number both read on their screens, so that the second person knows who opened it."""
    at: datetime
    until: datetime
    state: AskState = AskState.SENT


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """An entry in the history of the staff, which is only ever added to."""

    seq: int
    at: datetime
    what: str
    """`was` (there when this history began), `first` (of a sample office), `invited`, `opened`,
    `seated`, `refused`, `taken` (somebody else sits there now), `ended`, `left`, `unit_asked`,
    `unit`, `unit_refused`, `unit_new`, `unit_closed`."""
    desk: int
    """0: it is about a unit."""
    unit: str
    role: str
    actor: int
    """Whose desk did or asked it; 0: who has the command line."""
    second: int
    """Whose desk said yes or no; 0: nobody was asked."""
    facts: dict[str, Any] = field(default_factory=dict)
    digest: bytes = b""


def entry(
    what: str, now: datetime, desk: Officer | None, unit: str = "", actor: int = 0, second: int = 0,
    **facts: Any,
) -> StaffEntry:  # fmt: skip
    """One that isn't in the history yet, about a desk or a unit."""
    role = str(desk.role) if desk else ""
    return StaffEntry(0, now, what, desk.id if desk else 0, desk.unit if desk else unit, role,
                      actor, second, facts)  # fmt: skip


def digest(before: bytes, one: StaffEntry) -> bytes:
    """The chained digest of an entry; `before` is that of the previous one (empty at first)."""
    stated = [
        one.seq, one.at.astimezone(UTC).isoformat(timespec="microseconds"), one.what, one.desk,
        one.unit, one.role, one.actor, one.second, one.facts,
    ]  # fmt: skip
    said = json.dumps(stated, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(before + said.encode()).digest()
