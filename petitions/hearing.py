"""How a channel and the office meet: what a person did goes in, a whole answer comes out.

A channel is a room with an ear, that makes an `Incoming` of whatever its clients send, and a
mouth, that dresses an `Answer` for them. Conversations know neither.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import KW_ONLY, dataclass, field
from datetime import timedelta
from typing import Protocol

from petitions.logged import ChatLog
from petitions.message import Archive, FileRef, Message, Rows, StandingMessage

AT_ONCE = 40
"""Calls that a channel may have under way: by so many an update can have overtaken others."""
GRACE = timedelta(seconds=0.5)
"""How long an update waits for those before it that haven't come."""

Answer = list[Message]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A person's action, freed of the channel it came by."""

    channel: str
    address: str
    """The channel's id of the chat."""
    key: str
    """Unique for the channel: the same update brings the same key."""
    kind: str
    """text, press, file, place, contact, edited, unsupported, too_big, refused_type,
    file_lost, empty_file, store_away, files_today, disk_floor, file_infected,
    scanner_away, group, blocked, unblocked, opened."""
    _: KW_ONLY
    mark: str = ""
    """Tells updates of one key apart: Telegram numbers anew after a week without any. One that
    comes again has the same; empty: keys are never given twice."""
    lang: str = ""
    """The client's language tag."""
    text: str = ""
    """Text, caption, or the data of the pressed button."""
    replied: str = ""
    """The text of the message this one replies to."""
    quote: str = ""
    """The part of the office's words that is answered, where somebody marked one."""
    shown: tuple[tuple[str, str], ...] = ()
    """The buttons of the message this one replies to, if it is the office's: label and data."""
    message: str = ""
    """The channel's id of the message, or of the one whose button was pressed; empty: none."""
    file: FileRef | None = None
    voice: bool = False
    """The file is a voice message, which may stand for words."""
    place: tuple[float, float] | None = None
    """Latitude and longitude of a location that was sent …"""
    named: str = ""
    """… and what that place is called there."""
    taken_at: tuple[float, float] | None = None
    """Where a photo says it was taken. The kept file no longer says it."""
    sent: int | None = None
    """When the message was sent (Unix seconds), where the person's client may cut a long text into
    several messages; None where it never does."""
    forwarded: bool = False
    """It was first said somewhere else."""
    album: str = ""
    """The mark that files that were sent together have in common; empty: sent alone."""
    origin: str = ""
    """A keyed mark of the network address, where the channel knows one; kept with wrong tries (rule
    `tries`), nowhere else."""
    outside: bool = False
    """It comes from outside of the networks from which officers work."""


class Beside(Protocol):
    """The lines that a channel that keeps its own log writes of an update, in the conversation's
    transaction. That may be taken back and begun again: each `heard` begins anew."""

    def heard(self, lines: ChatLog, incoming: Incoming) -> Incoming:
        """Before the conversation: the update, with what is known of it once it is written."""
        ...

    def said(self, lines: ChatLog, answer: Answer) -> list[tuple[int, str]]:
        """After it. Gives the cases whose status card was shown, and in which message."""
        ...


@dataclass(frozen=True, slots=True)
class Zip:
    """A ZIP that is made while it is read, and anew when it is read again."""

    name: str
    make: Callable[[], AsyncGenerator[bytes, None]]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file that goes beside the words, made when it is asked for."""

    name: str
    way: str
    """How it is best shown: `photo`, `voice`, `document`."""
    make: Callable[[], Awaitable[bytes]]
    """Its bytes. Raises PetitionError where they can't be had, OutOfReach."""
    kept: FileRef | None = None
    """It lies in the vault already."""
    archive: Archive | None = None
    """It is to be packed …"""
    zips: Callable[[], AbstractAsyncContextManager[list[Zip]]] | None = None
    """… as so many ZIPs as the channel needs. Raises PetitionError."""


@dataclass(frozen=True, slots=True)
class Dressed:
    """A message as a channel can show it."""

    texts: tuple[str, ...]
    """One message each; the buttons stand under the last."""
    rows: Rows
    parcels: tuple[Parcel, ...]
    shut: bool
    """Not to be passed on or saved."""
    in_place: bool
    """In place of the message whose button was pressed."""


class Dresser(Protocol):
    """Dresses messages: for answers and for notices alike."""

    def dress(self, message: Message, channel: str, lang: str) -> Dressed:
        """The message as this channel can show it; nothing is drawn or read yet."""
        ...


class Desk(Protocol):
    """The office behind every channel: one update in, the answer out, committed."""

    async def converse(self, incoming: Incoming, beside: Beside | None = None) -> Answer:
        """Handle an update; refusals come back as an answer. `beside`: what the channel writes in
        the same transaction. Raises OutOfReach."""
        ...

    async def card_shown(self, channel: str, address: str, case: int, message: str) -> None:
        """Remember which message is the status card of a case in a chat."""
        ...

    async def later(self, incoming: Incoming, first: int, wait: float) -> None:
        """Have the ledger say what an update was answered, from the message at `first` on, in so
        many seconds at the soonest. Raises OutOfReach."""
        ...

    async def stands(self, incoming: Incoming, said: Sequence[StandingMessage]) -> None:
        """Remember messages of a chat that may have to be deleted. Raises OutOfReach."""
        ...

    async def found(self, message: Message) -> Message:
        """The message, with what was to be looked for in it. Raises OutOfReach."""
        ...


@dataclass(frozen=True, slots=True)
class Come:
    """An update as the channel sent it (JSON)."""

    update: str
    """A whole number in its decimal form: updates are numbered in the order they were made."""
    chat: str
    body: str


@dataclass(slots=True)
class Turn:
    """The updates that a process is to handle now, and the chats that it must look at again."""

    taken: list[Come] = field(default_factory=list)
    """To be handled by this process: the oldest of their chats."""
    later: set[str] = field(default_factory=set)
    """Chats whose next update waits for earlier ones, or which another process looks at."""


class UpdateInbox(Protocol):
    """The place where updates are kept before they are confirmed to whoever sent them."""

    async def turn(
        self, come: Sequence[Come], answered: Sequence[str], chats: Collection[str] = ()
    ) -> Turn:
        """Keep what came, forget what was answered, and take what is to be handled next at these
        chats, all in one transaction. Raises OutOfReach."""
        ...

    async def lost(self) -> Sequence[str]:
        """Chats with updates that nobody living works at. Raises OutOfReach."""
        ...
