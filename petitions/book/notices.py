"""The notices that the office says by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from petitions.book.chats import Chat


@dataclass(frozen=True, slots=True)
class Planned:
    """A notice to be written into the ledger."""

    kind: str
    case: int
    """0: about none."""
    occasion: str
    """Its cause: with kind, case and recipient it is unique."""
    to: str
    """A side (`petitioner`, `desk`, `supervisor`, `ladder` …), or `chat:` and its id."""
    due_at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    chat: Chat | None = None
    """The chat, where it is for one."""
    next_at: datetime | None = None
    """When it is to be taken, where that isn't when it fell due."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of the ledger: something the office says by itself."""

    id: int
    kind: str
    case: int
    occasion: str
    """Its cause; unique together with case, kind and recipient."""
    to: str
    """A side (`petitioner`, `desk`, `supervisor`, `ladder` …), or `chat:` and its id."""
    due_at: datetime
    """When it fell due; never changes."""
    state: str
    """planned, sending, sent, unknown, blocked, failed, cancelled, shared (split by chat)."""
    attempts: int
    facts: dict[str, Any]
    """Ids and dates only, never what somebody wrote."""
    reason: str = ""
    message: str = ""
    """The channel's id of the delivered message."""
    lang: str = ""
    """The language it was said in."""
    unsure: int = 0
    """How many tries have an unknown outcome."""
    next_at: datetime | None = None
    """When it is taken next; None: it waits for nothing."""
    sent_at: datetime | None = None
    opened_at: datetime | None = None
    """When the person first opened the case after it was sent."""

    @property
    def chat(self) -> int:
        """The chat's id of a row for one chat; 0 for a cause."""
        return int(self.to[5:]) if self.to.startswith("chat:") else 0


class Notices(Protocol):
    """The notices that the office says by itself."""

    def plan(self, *notices: Planned) -> None:
        """Add notices to the ledger, each unless the same one is there already; one that was
        cancelled is planned again."""
        ...

    def notice(self, id: int) -> Notice | None: ...
    def notices_of(self, case: int) -> Sequence[Notice]: ...
    def opened(self, case: int, chat: int, now: datetime) -> None:
        """The petitioner opened the case in this chat: what was sent there has been read."""
        ...

    def last_sent(self, case: int, chat: int, since: datetime) -> datetime | None:
        """When something of this case was last sent to a chat, after an instant."""
        ...
