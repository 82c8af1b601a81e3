"""The petition (信访事项) and what belongs to it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The three kinds of matter (arts. 29–31)."""

    SUGGESTION = "suggestion"
    """建议意见: an idea or opinion; studied and answered (art. 29)."""
    ACCUSATION = "accusation"
    """检举控告: says that somebody broke the rules; only the competent organ sees it (art. 30)."""
    REQUEST = "request"
    """申诉求决: asks that something be decided or done (art. 31)."""


class Channel(StrEnum):
    """The way a petition came in; its letter stands in the case number."""

    TELEGRAM = "telegram"
    WEB = "web"

    @property
    def letter(self) -> str:
        """One letter for the case number."""
        return {"telegram": "T", "web": "W"}[self.value]


class Status(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    """Receipted; the bureau has yet to register it."""
    REGISTERED = "registered"
    """Registered and sorted; to be passed on (art. 22)."""
    PASSED = "passed"
    """With a unit that must say within its limit whether it accepts (art. 23)."""
    ACCEPTED = "accepted"
    """Accepted; the unit must answer (art. 34)."""
    ANSWERED = "answered"
    """The written answer was given; to be closed."""
    CLOSED = "closed"
    """Ended with an answer."""
    REFUSED = "refused"
    """Not accepted, with the reason and the right place to go."""
    WITHDRAWN = "withdrawn"
    """Withdrawn by the petitioner; may be taken back for some days."""


FINAL = frozenset({Status.CLOSED, Status.REFUSED, Status.WITHDRAWN})
"""Statuses in which no clock of the office runs."""


class Role(StrEnum):
    """What an officer may be; each within one unit."""

    CLERK = "clerk"
    """Registers and passes on."""
    HANDLER = "handler"
    """Works the cases of the unit."""
    SUPERVISOR = "supervisor"
    """Watches the office's clocks; hears what petitioners say in private about pressure."""
    ADMINISTRATOR = "administrator"
    """Looks after the installation; works no cases."""


class Audience(StrEnum):
    """Who may read a text of the file."""

    EVERYBODY = "everybody"
    """The petitioner and whoever works the case."""
    OFFICE = "office"
    """Officers only; no petitioner ever sees it."""
    BUREAU = "bureau"
    """The bureau's officers only, not the unit: who must not see the matter."""
    SUPERVISOR = "supervisor"
    """The supervisor only."""


@dataclass(frozen=True, slots=True)
class Officer:
    """A member of staff, reached in one chat."""

    id: int
    unit: str
    role: Role
    name: str
    """How colleagues call the desk; shown to petitioners only as the unit's name."""
    chat: int
    """0 while nobody has used the invitation."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts on a case."""

    kind: str
    """`petitioner`, `officer` or `office` (the system itself)."""
    id: int = 0
    """Person or officer; 0 for the office."""
    unit: str = ""
    role: str = ""

    @classmethod
    def officer(cls, officer: Officer) -> Actor:
        """An officer in their unit and role."""
        return cls("officer", officer.id, officer.unit, officer.role)

    @classmethod
    def petitioner(cls, person: int) -> Actor:
        """The person whose case it is."""
        return cls("petitioner", person)


OFFICE = Actor("office")
"""The office itself, acting by its clock."""


@dataclass(slots=True)
class Petition:
    """One case. Times are aware UTC; `None` means: hasn't happened."""

    id: int
    number: str
    channel: Channel
    status: Status
    person: int
    """Whose it is."""
    unit: str
    """Who has it now (a unit of the office file)."""
    received_at: datetime
    version: int = 0
    """Grows with every change; buttons carry it."""
    kind: Kind | None = None
    category: str = ""
    proposed: bool = False
    """Kind and category were set by an officer and the petitioner hasn't confirmed them."""
    handler: int = 0
    """The officer at work on it; 0: nobody yet."""
    first_handler: int = 0
    """首办: the first officer who took it; never emptied."""
    people: int = 1
    """How many petition together, as stated."""
    unnamed: bool = False
    """An accusation whose author gave no name."""
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    resumed: Status | None = None
    """Status before a withdrawal, to which taking it back returns."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who petitions, and how to reach them. Closed by default: see `office.open_name`."""

    name: str = ""
    address: str = ""
    contact: str = ""
    """A telephone number, or empty: only in the chat."""
    id_number: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words in the file: what was written, by whom it may be read, where it stands."""

    seq: int
    """The history entry it belongs to."""
    part: str
    """`facts`, `request`, `place`, `reply`, `note` …"""
    body: str
    """Empty when it was erased; the history still holds its commitment."""
    audience: Audience = Audience.EVERYBODY
    file: int = 0
    """A voice message that stands for the words until they are written down; 0: none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history: append-only, each chained to the one before."""

    seq: int
    at: datetime
    actor: Actor
    action: str
    status: Status
    """After the action."""
    audience: Audience
    facts: dict[str, Any] = field(default_factory=dict)
    """What isn't personal: unit, reason code, dates."""
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of one case."""

    id: int
    case: int
    clock: str
    """Its name in the regulation file (`pass_on`, `notify`, `answer`)."""
    started_on: date
    """Day 0 in the office's time zone: not counted (Civil Code art. 201)."""
    due_on: date
    ended_at: datetime | None = None
    outcome: str = ""
    """`kept`, `late` or `withdrawn` once ended."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a case."""

    file: int
    name: str
    mime: str
    size: int
    seq: int
    """The history entry it came with."""
    audience: Audience
