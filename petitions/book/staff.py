"""Officers, their seats and invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from petitions.values.login import Login
from petitions.values.person import Officer
from petitions.values.staffing import Ask, StaffEntry


class Staff(Protocol):
    """Officers, their seats and invitations."""

    def officer(self, id: int) -> Officer | None: ...
    def officers(self, unit: str = "") -> Sequence[Officer]: ...
    def add_officer(self, officer: Officer, now: datetime) -> Officer: ...
    def desks_of(self, chat: int) -> Sequence[Officer]:
        """Every desk that the person in this chat holds."""
        ...

    def end_officer(self, id: int, now: datetime) -> None: ...
    def seat_officer(self, id: int, chat: int) -> None:
        """Seat the person of a chat at a desk; chat 0: nobody."""
        ...

    def seated(self, unit: str = "") -> Sequence[Officer]:
        """The officers who can be reached: somebody sits there and hasn't shut the bot out."""
        ...

    def login(self, chat: int) -> Login | None:
        """The login of the person who sits in this chat; None where it is gone, or isn't as the
        office wrote it."""
        ...

    def save_login(self, login: Login) -> None: ...
    def renew_login(self, chat: int) -> None:
        """Have one set anew, whatever was kept."""
        ...

    def logins_asked(self) -> Sequence[int]:
        """Chats of those who ask for a second officer's yes, or whose login isn't the office's."""
        ...

    def note_login(self, chat: int, what: str, by: int, now: datetime) -> None:
        """An entry in the history of logins: `new`, `code`, `key`, `pin`, `asked`, `renewed`; `by`:
        the officer."""
        ...

    def set_away(self, id: int, away: bool, stand_in: int) -> None: ...
    def add_invite(self, hash: bytes, officer: int, until: datetime, now: datetime) -> None:
        """An invitation to a desk; the one before ends."""
        ...

    def end_invites(self, officer: int, now: datetime) -> None:
        """Invitations that were sent for a desk open nothing any more."""
        ...

    def use_invite(self, hash: bytes, now: datetime) -> Officer | None: ...

    def hold_staff(self) -> None:
        """Until the transaction ends, nobody else changes what waits for a second person's yes."""
        ...

    def add_ask(self, ask: Ask) -> Ask:
        """Something that waits for a second person's yes."""
        ...

    def save_ask(self, ask: Ask) -> None: ...
    def ask(self, id: int) -> Ask | None:
        """None where it is gone, or isn't as the office wrote it."""
        ...

    def asks(self) -> Sequence[Ask]:
        """Changes that wait for an answer, the oldest first; also those that have lapsed."""
        ...

    def note_staff(self, entry: StaffEntry) -> StaffEntry:
        """An entry in the history of the staff; gives it with its number."""
        ...

    def staff_entry(self, seq: int) -> StaffEntry | None: ...
    def staff_history(self, before: int = 0, most: int = 0) -> Sequence[StaffEntry]:
        """The newest first, those before a number (0: all), so many (0: all)."""
        ...
