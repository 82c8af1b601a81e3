"""The log of a channel that keeps itself what was said: the page's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from petitions.message import NOTHING, Of


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a visitor's web chat, as the page shows it."""

    who: str
    """`me` (the visitor) or `office`."""
    text: str
    buttons: list[list[dict[str, str]]] = field(default_factory=list)
    """Rows of `{"text", "data"}` or `{"text", "url"}`."""
    files: list[dict[str, Any]] = field(default_factory=list)
    """`{"id", "name", "mime", "size"}` of files in the vault."""
    reply_to: int = 0
    """The id of the line this one answers; 0: none."""
    key: str = ""
    """The key the page gave to what it sent, so that it finds it again in the log."""


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """A line with its place in the log."""

    id: int
    """The line's own number: grows with time, unique over all visitors."""
    seq: int
    """Number of the line's last change; the page resumes after the last it has seen."""
    at: datetime
    entry: LogEntry


class ChatLog(Protocol):
    """The log within one transaction."""

    def append(self, chat: int, entry: LogEntry, of: Of = NOTHING) -> LoggedEntry:
        """Add a line, and note what it speaks of. An entry with a key that was used before is not
        added again: the earlier line is returned."""
        ...

    def edit(self, chat: int, id: int, entry: LogEntry, of: Of = NOTHING) -> LoggedEntry | None:
        """Replace a line and give it a new seq; None when the chat has no such line."""
        ...

    def get(self, chat: int, id: int) -> LoggedEntry | None:
        """One line of this chat's own log."""
        ...
