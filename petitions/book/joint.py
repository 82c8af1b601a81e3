"""Joint petitions, and cases that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from petitions.values.person import JoinOffer, Member, Part


class Joint(Protocol):
    """Joint petitions, and cases that belong together."""

    def add_member(self, member: Member, mark: str, now: datetime) -> int:
        """`mark`: by what the same person is known again; kept as a keyed hash."""
        ...

    def member(self, case: int, person: int) -> Member | None: ...
    def members(self, case: int) -> Sequence[Member]:
        """The members who are in it now, in the order in which they joined."""
        ...

    def end_member(self, member: Member, now: datetime) -> None:
        """Somebody left: who they were is erased."""
        ...

    def signed(self, case: int, mark: str) -> bool: ...
    def set_joint_link(self, case: int, part: Part, hash: bytes, until: datetime) -> None:
        """The one link that invites to a part of a case; the one before ends."""
        ...

    def joint_link(self, hash: bytes, now: datetime) -> tuple[int, Part] | None: ...
    def set_pin_link(self, case: int, hash: bytes, until: datetime) -> None:
        """The one link by which a case's PIN is set; the one before ends."""
        ...

    def pin_link(self, hash: bytes, now: datetime) -> int:
        """The case whose PIN a link sets; 0: it is used, over, or never was."""
        ...

    def links(self, case: int) -> Sequence[int]:
        """Cases that are handled side by side with this one."""
        ...

    def link(self, case: int, other: int, on: bool) -> None: ...
    def add_join_offer(self, offer: JoinOffer) -> int: ...
    def join_offer(self, case: int) -> JoinOffer | None:
        """The newest proposal to join a case with another, either way round."""
        ...

    def save_join_offer(self, offer: JoinOffer) -> None: ...
