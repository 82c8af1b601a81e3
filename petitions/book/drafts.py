"""Forms under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(slots=True)
class Draft:
    """A form under way, saved at every answer."""

    id: int
    chat: int
    person: int
    form: str
    case: int = 0
    """The case it belongs to; 0: none yet."""
    rev: int = 0
    """Grows with every answer; buttons carry it."""
    data: dict[str, Any] = field(default_factory=dict)
    """`answers` by step, `files`, `at` (the step asked), `back` (to the check page)."""
    done: bool = False
    changed_at: datetime | None = None


class Drafts(Protocol):
    """Forms under way."""

    def new_draft(self, draft: Draft, now: datetime) -> Draft: ...
    def draft(self, id: int) -> Draft | None: ...
    def save_draft(self, draft: Draft, now: datetime) -> None: ...
    def drop_draft(self, id: int) -> None: ...
    def drafts_of(self, person: int) -> Sequence[Draft]: ...
