"""The page's ear: what a visitor did on the page becomes an `Incoming`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from petitions.hearing import Incoming
from petitions.logged import LoggedEntry
from petitions.message import FileRef
from webchat import CHANNEL

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ear:
    """Hears one visitor's request."""

    chat: int
    lang: str
    """The page's language."""
    claim: str
    """The key that makes the request count once."""
    origin: str
    """A keyed mark of the network address."""
    outside: bool = False
    """It lies outside of where officers work."""

    def started(self, payload: str) -> Incoming:
        """The visitor opened the page, perhaps by a link with a payload; it is no log line."""
        return self._heard("text", text=f"/start {payload}".strip())

    def opened(self) -> Incoming:
        """The visitor opened the page anew, or in another language: its menu is to be shown;
        nothing is said."""
        return self._heard("opened")

    def said(self, text: str, replied: LoggedEntry | None) -> Incoming:
        """The visitor wrote a line, perhaps in reply to another."""
        if replied is None:
            return self._heard("text", text=text)
        theirs = replied.entry.buttons if replied.entry.who == "office" else []
        shown = tuple((b["text"], b["data"]) for row in theirs for b in row if b.get("data"))
        return self._heard("text", text=text, replied=replied.entry.text, shown=shown)

    def sent(self, file: FileRef, caption: str, voice: bool, taken_at: Spot | None,
             album: str) -> Incoming:  # fmt: skip
        """The visitor sent a file, with others of the same album; where it says it was taken."""
        return self._heard(
            "file", text=caption, file=file, voice=voice, taken_at=taken_at, album=album
        )

    def placed(self, latitude: float, longitude: float) -> Incoming:
        """The visitor shared a place."""
        return self._heard("place", place=(latitude, longitude))

    def pressed(self, line: LoggedEntry, data: str) -> Incoming:
        """The visitor pressed a button under an office's line."""
        return self._heard("press", text=data, message=str(line.id), replied=line.entry.text)

    def _heard(self, kind: str, **fields: Any) -> Incoming:
        return Incoming(
            CHANNEL, str(self.chat), self.claim, kind, lang=self.lang, origin=self.origin,
            outside=self.outside, **fields,
        )  # fmt: skip
