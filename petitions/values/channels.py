"""The ways a petition comes in (art. 17), each registered once: its name, its letter in case
numbers, whether it is a way online, and what its clients can be shown. A channel's name stands here
and in its own room, nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from petitions.message import MAX_TEXT


@dataclass(frozen=True, slots=True)
class Caps:
    """Limits and abilities of a channel's clients."""

    text: int
    """The longest text of one message, in `unit`."""
    unit: str = "utf16"
    """`utf16`, `bytes` (of UTF-8) or `characters`."""
    buttons: int = 100
    """Buttons under one message, at most; beyond these choices are numbered lines of the text."""
    edits: bool = True
    """A message can be replaced where it stands."""
    files: frozenset[str] = frozenset({"photo", "voice", "document"})
    """The ways in which files can be shown; empty: no files."""
    largest: int = 0
    """Bytes of one file, at most; 0: no limit of its own."""
    commands: bool = True
    """Its clients have a menu of commands."""
    protects: bool = True
    """It can keep a message from being passed on."""
    own: bool = False
    """The office's own: what it deletes is nowhere else, and its chats are known by their rows."""


class _All(type):
    """All channels, when they are walked through: in the order in which they are offered."""

    def __iter__(cls) -> Iterator[Channel]:
        return iter(list(CHANNELS.values()))


class Channel(str, metaclass=_All):
    """The way a petition came in: a name, and all that is known of it."""

    TELEGRAM: ClassVar[Channel]
    WEB: ClassVar[Channel]
    LETTER: ClassVar[Channel]
    TELEPHONE: ClassVar[Channel]
    VISIT: ClassVar[Channel]
    FAX: ClassVar[Channel]
    MAILBOX: ClassVar[Channel]
    BOARD: ClassVar[Channel]

    letter: str
    """One letter for the case number, no other's."""
    online: bool
    """Whether petitions that come by it count as come online."""
    caps: Caps | None
    """Its clients' limits and abilities; None: an officer registers it, on paper, and nobody can be
    answered by it."""

    def __new__(
        cls, name: str, letter: str = "", online: bool = False, caps: Caps | None = None
    ) -> Channel:
        """A new one; by its name alone: the registered one. Raises ValueError for no channel."""
        if not letter:
            if name not in CHANNELS:
                raise ValueError(f"no channel: {name!r}")
            return CHANNELS[name]
        made = super().__new__(cls, name)
        made.letter, made.online, made.caps = letter, online, caps
        return made

    @property
    def in_person(self) -> bool:
        """Not by a chat: an officer registered it, on paper."""
        return self.caps is None

    @property
    def label(self) -> str:
        """The key of what people call it."""
        return f"channel.{self}"


CHANNELS: dict[str, Channel] = {}
"""All ways in, in the order in which they are offered."""


def register(channel: Channel) -> Channel:
    """Add a way in. Raises ValueError where its name or its letter is another's."""
    if channel in CHANNELS or channel.letter in {one.letter for one in CHANNELS.values()}:
        raise ValueError(f"registered twice: {channel}, {channel.letter}")
    CHANNELS[str(channel)] = channel
    return channel


Channel.TELEGRAM = register(Channel("telegram", "T", online=True, caps=Caps(
    text=MAX_TEXT, largest=50 * 1024 * 1024,
)))  # fmt: skip
Channel.WEB = register(Channel("web", "W", online=True, caps=Caps(
    text=MAX_TEXT, protects=False, own=True,
)))  # fmt: skip
Channel.LETTER = register(Channel("letter", "L"))
"""书信"""
Channel.TELEPHONE = register(Channel("telephone", "P"))
Channel.VISIT = register(Channel("visit", "V"))
"""走访: at the window."""
Channel.FAX = register(Channel("fax", "F"))
Channel.MAILBOX = register(Channel("mailbox", "M"))
"""The mayor's mailbox, or another of the office's own."""
Channel.BOARD = register(Channel("board", "B"))
"""An outside message board."""


def chats() -> list[str]:
    """Names of the channels by which the office can answer in a chat."""
    return [str(one) for one in Channel if one.caps]


NOTHING_SHOWN = Caps(text=MAX_TEXT, buttons=0, edits=False, files=frozenset(), commands=False)


def caps_of(name: str) -> Caps:
    """Limits and abilities of a channel's clients. Raises ValueError for no channel."""
    return Channel(name).caps or NOTHING_SHOWN
