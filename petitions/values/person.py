"""People who act on petitions: petitioners, their part in a case, officers and roles; readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """A role that an officer may have, within one unit."""

    CLERK = "clerk"
    """Registers and passes on."""
    HANDLER = "handler"
    """Works the cases of the unit."""
    HEAD = "head"
    """Heads the unit: approves what its handlers ask for."""
    DEPUTY = "deputy"
    """Approves when the head is away or handles the case."""
    SUPERVISOR = "supervisor"
    """Watches the office's clocks; hears what petitioners say in private about pressure."""
    VISITOR = "visitor"
    """Asks in person whether promises were kept (回访); works no cases."""
    LEADER = "leader"
    """Takes charge of hard cases; hears of what has been late for long."""
    MEDIATOR = "mediator"
    """Mediates (调解) in a case whose petitioner agreed to it; sees no other."""
    LAWYER = "lawyer"
    """Advises on the law (律师), by appointment with the petitioner's yes."""
    COUNSELLOR = "counsellor"
    """Listens and counsels (心理疏导), by appointment with the petitioner's yes."""
    ADMINISTRATOR = "administrator"
    """Looks after the installation; works no cases."""


CASEWORK = frozenset(
    {Role.CLERK, Role.HANDLER, Role.HEAD, Role.DEPUTY, Role.SUPERVISOR}
)  # fmt: skip
"""Roles that work the cases of their unit."""
GUESTS = frozenset({Role.MEDIATOR, Role.LAWYER, Role.COUNSELLOR})
"""Roles that see a case only while an appointment in it stands."""


class Audience(StrEnum):
    """The readers of a text of the file."""

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
    away: bool = False
    """Not at the desk for the time being, as they said themselves."""
    stand_in: int = 0
    """The colleague who hears their alerts while they are away; 0: nobody in particular."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts on a case, or the office itself."""

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
    def petitioner(cls, person: int, part: str = "") -> Actor:
        """The person whose case it is, or with a part in a joint one (`Part`)."""
        return cls("petitioner", person, role=part)


OFFICE = Actor("office")
"""The office itself, acting by its clock."""


class Part(StrEnum):
    """A part that somebody has in a case, beside the filer."""

    REPRESENTATIVE = "representative"
    """代表: speaks for all; five at most, the filer among them (art. 20)."""
    SIGNER = "signer"
    """Joined by a link, with words and a consent of their own."""
    GUEST = "guest"
    """Opened it by number and query code, and has proved no more."""


PROVED = frozenset({"filed", "pin", "checked"})
"""How somebody came to follow a case who is its petitioner: they filed it, gave the petitioner's
PIN, or were checked by two officers."""
JOINED = frozenset({"signed", "joined"})
"""The same of people who speak in a joint petition for themselves."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A petitioner's name, and ways to reach them. Closed by default: see `office.open_name`."""

    name: str = ""
    address: str = ""
    contact: str = ""
    """A telephone number, or empty: only in the chat."""
    id_number: str = ""


@dataclass(slots=True)
class Member:
    """Somebody in a joint petition. It is kept nowhere who invited them."""

    id: int
    case: int
    person: int
    part: Part
    identity: Identity
    seq: int
    """The history entry by which they joined; 0: the filer."""
    left_at: datetime | None = None


@dataclass(slots=True)
class JoinOffer:
    """The office proposes to handle two people's cases together; each side says yes or no."""

    id: int
    case: int
    into: int
    case_yes: bool = False
    into_yes: bool = False
    state: str = "proposed"
    """`proposed`, `refused`, `withdrawn`, `joined`."""
