"""One update, one transaction: who is there, what they said, what they hear.

A conversation is a plain function of `Talk`; it reads, calls a verb, and gives back
messages. Nothing is sent before the transaction has been committed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import Any

from petitions import words
from petitions.book import Book, Chat
from petitions.law.units import Office
from petitions.message import Button, FileRef, Message, Rows, packed
from petitions.values.petition import Officer

Answer = list[Message]


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a person did, freed of the channel it came by."""

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
    message: int = 0
    """The channel's id of the message, or of the one whose button was pressed."""
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
    """What files that were sent together have in common; empty: sent alone."""
    origin: str = ""
    """A keyed mark of the network address, where the channel knows one; kept with wrong tries (rule
    `tries`), nowhere else."""


@dataclass(slots=True)
class Talk:
    """Everything a conversation needs for one update."""

    book: Book
    office: Office
    now: datetime
    chat: Chat
    incoming: Incoming
    officer: Officer | None = None
    found: Chat | None = None
    """The chat as it was, so that only a changed one is saved."""
    links: dict[str, str] = field(default_factory=dict)
    """Channel → what links to a chat there begin with."""
    key: str = ""
    """By which the answer is kept."""
    answered: str | None = None
    """What this very update was answered before."""
    before: Answer = field(default_factory=list)
    """Messages to be said before the answer itself."""

    @property
    def text(self) -> str:
        """What was written, under the part of the office's words that it answers."""
        return "\n".join(filter(None, (self.incoming.quote, self.incoming.text)))

    @property
    def lang(self) -> str:
        """The language this chat speaks."""
        return self.chat.lang

    def say(self, key: str, **values: Any) -> str:
        """A sentence in the chat's language."""
        return words.say(self.chat.lang, key, **values)

    def button(self, key: str, *parts: object, **values: Any) -> Button:
        """A button with a label from the catalogue."""
        return Button(self.say(key, **values), packed(*parts))

    def tell(self, key: str, *rows: tuple[Button, ...], **values: Any) -> Answer:
        """One message from the catalogue."""
        return [Message(self.say(key, **values), rows)]

    def toast(self, key: str, **values: Any) -> Answer:
        """A passing word: for a press that changes nothing."""
        return [Message(self.say(key, **values), toast=True)]


Say = Callable[[Talk], Answer]
OnCommand = Callable[[Talk, str], Answer]
"""A command with what was written after it."""
OnPress = Callable[[Talk, list[str]], Answer]
"""A press with the parts of its data after the prefix."""


def stacked(*buttons: Button) -> Rows:
    """Each button in a row of its own."""
    return tuple((b,) for b in buttons)


def grid(buttons: list[Button], columns: int) -> Rows:
    """Buttons side by side."""
    return tuple(tuple(buttons[i : i + columns]) for i in range(0, len(buttons), columns))
