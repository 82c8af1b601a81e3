"""One update, one transaction: who is there, what they said, what they hear.

A conversation is a plain function of `Talk`; it reads, calls a verb, and gives back
messages. Nothing is sent before the transaction has been committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from petitions import words
from petitions.book import Book, Chat
from petitions.hearing import Answer as Answer
from petitions.hearing import Incoming as Incoming
from petitions.law.units import Office
from petitions.message import Button, Message, Rows, packed
from petitions.values.person import Officer


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
    page: str = ""
    """The beginning of links to a chat on the page …"""
    link: str = ""
    """… and of those to a chat on this channel."""
    key: str = ""
    """By which the answer is kept."""
    answered: str | None = None
    """The answer that this very update got before."""
    before: Answer = field(default_factory=list)
    """Messages to be said before the answer itself."""

    @property
    def text(self) -> str:
        """The text that was written, under the part of the office's words that it answers."""
        return "\n".join(filter(None, (self.incoming.quote, self.incoming.text)))

    @property
    def hidden(self) -> frozenset[int]:
        """Cases of which nobody of this officer's unit may know: no list and no figure has them."""
        return self.book.hidden_from(self.officer.unit) if self.officer else frozenset()

    @property
    def lang(self) -> str:
        """The language this chat speaks."""
        return self.chat.lang

    def say(self, key: str, **values: Any) -> str:
        """A sentence in the chat's language."""
        return words.say(self.chat.lang, key, **values)

    def listed(self, parts: Iterable[object]) -> str:
        """The parts of a list in the chat's language."""
        return words.listed(self.chat.lang, parts)

    def button(self, key: str, *parts: object, **values: Any) -> Button:
        """A button with a label from the catalogue."""
        return Button(self.say(key, **values), packed(*parts))

    def tell(self, key: str, *rows: tuple[Button, ...], **values: Any) -> Answer:
        """One message from the catalogue."""
        return [Message(self.say(key, **values), rows)]

    def toast(self, key: str, **values: Any) -> Answer:
        """A passing word: for a press that changes nothing."""
        return [Message(self.say(key, **values), toast=True)]


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


def name_of(talk: Talk, desk: Officer) -> str:
    """A desk as colleagues call it."""
    unit = talk.office.unit_name(desk.unit, talk.lang)
    return " · ".join(x for x in (unit, talk.say(f"role.{desk.role}"), desk.name) if x)
