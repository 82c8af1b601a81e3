"""Chats and the persons who use them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from petitions.words import DEFAULT


@dataclass(slots=True)
class Chat:
    """One conversation on one channel. A chat isn't a person: a phone may be shared."""

    id: int
    channel: str
    """`telegram` or `web`."""
    address: str
    """The channel's own id of the chat."""
    lang: str = DEFAULT
    person: int = 0
    """The person who uses it now; 0: somebody left, and nobody has come back with a PIN."""
    draft: int = 0
    """The form that is open here; 0: none."""
    officer: int = 0
    """The officer whose chat it is; 0: a citizen's."""
    agreed_at: datetime | None = None
    """When the notice on what is kept was shown and agreed to."""
    blocked: bool = False
    """The person has shut the bot out; nothing can be delivered."""
    menu: str = ""
    """Which command menu the client shows: role and language."""
    seen_at: datetime | None = None
    quiet: bool = False
    """Nothing is to ring here at night."""
    digest: int | None = None
    """The hour at which everything of a day is wanted at once; None: at once."""
    client: str = ""
    """The language of the person's client when it was last heard: when it changes, the chat
    follows; a language chosen in the chat stays otherwise."""
    owed: bool = field(default=False, compare=False)
    """Something that was answered here couldn't be said yet: nothing is said before it. Changed by
    `owe` alone."""
    origin: str = field(default="", compare=False)
    """A keyed mark of the address that this update came from; never stored here."""


@dataclass(slots=True)
class Person:
    """Somebody who petitions; known only by the chats they use."""

    id: int
    pin: bytes = b""
    """Salted hash of the PIN that reopens this person's matters; empty: none."""
    neutral: bool = False
    """Notices say only that there is news."""
    muted: bool = False
    """Wants no questions: no ratings, no follow-ups."""
    asked_on: date | None = None
    """The day of the last question: one a day at most, whatever number of cases."""


class Chats(Protocol):
    """Chats and the persons who use them."""

    def chat(self, channel: str, address: str) -> Chat | None: ...
    def chat_by_id(self, id: int) -> Chat: ...
    def new_chat(self, channel: str, address: str, lang: str, now: datetime) -> Chat: ...
    def save_chat(self, chat: Chat) -> None: ...
    def person(self, id: int) -> Person: ...
    def new_person(self, chat: int, now: datetime) -> Person: ...
    def add_person(self, now: datetime) -> Person:
        """Somebody who has no chat here."""
        ...

    def save_person(self, person: Person) -> None: ...
    def persons_in(self, chat: int) -> Sequence[Person]: ...
    def leave(self, chat: int, person: int, now: datetime) -> None: ...
    def chats_of(self, person: int) -> Sequence[Chat]: ...
    def end_sessions(self, chat: int, now: datetime, why: str) -> None:
        """End the page's sessions of a chat; `why`: what whoever used them is told of it."""
        ...
