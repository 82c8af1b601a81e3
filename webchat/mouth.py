"""The page's mouth: an answer becomes lines of the visitor's log. Words are written in the
conversation's own transaction, together with what the visitor wrote; files follow.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Collection
from dataclasses import dataclass, field, replace

import structlog

from petitions import words
from petitions.errors import PetitionError, StoreAway
from petitions.hearing import Answer, Desk, Dressed, Dresser, Incoming, Parcel
from petitions.logged import ChatLog, LogEntry, LoggedEntry
from petitions.message import Message, Of, Rows
from petitions.telling.ports import OutOfReach, Vault, Visitors
from webchat import CHANNEL
from webchat.lines import ButtonRows, Json, packed_file, stored_file
from webchat.menus import Menus

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RequestDone:
    """The outcome of one request."""

    line: LoggedEntry | None
    """The visitor's line, as the log has it now."""
    toast: str
    """A passing word in answer to a press."""


@dataclass(slots=True)
class Mouth:
    """Says on the page what the office answers."""

    desk: Desk
    visitors: Visitors
    vault: Vault
    dresser: Dresser
    menus: Menus

    async def answer(
        self, chat: int, incoming: Incoming, entry: LogEntry | None = None
    ) -> RequestDone:
        """Have a request answered: `entry`, what the visitor wrote, and the answer's words are kept
        in one transaction with what it changed. Raises OutOfReach: nothing was changed then, or
        the same request says what is still to be said."""
        written = Written(self.dresser, chat, incoming, entry)
        answer = await self.desk.converse(incoming, written)
        self.visitors.wake(chat)
        for place in written.left:
            await self._rest(written, place, answer[place])
        if written.menu:
            self.menus.put(chat, [{"command": c, "text": text} for c, text in written.menu])
        toast = " ".join(m.text for m in answer if m.toast)[:200]
        return RequestDone(written.line, toast)

    async def _rest(self, written: Written, place: int, message: Message) -> None:
        """Say the rest after the transaction: a message that had to be looked for, and files."""
        dressed = written.dress(place, message)
        of = written.of(message)
        if place not in written.told:
            shown = await self.visitors.within(lambda lines: written.say(lines, place, message))
            if message.card:
                address = str(written.chat)
                await self.desk.card_shown(CHANNEL, address, message.case, str(shown))
        cases = {message.case} if message.case else {*of.cases}
        for n, parcel in enumerate(dressed.parcels):
            files, said = await held(self.vault, parcel, written.lang, cases)
            key = written.key(place, f"f{n}")
            await self.visitors.append(
                written.chat, LogEntry("office", said, [], files, key=key), of
            )


@dataclass(slots=True)
class Written:
    """One request's lines (`petitions.hearing.Beside`)."""

    dresser: Dresser
    chat: int
    incoming: Incoming
    entry: LogEntry | None
    line: LoggedEntry | None = None
    left: list[int] = field(default_factory=list)
    """Places in the answer of which something is still to be said."""
    told: set[int] = field(default_factory=set)
    """Those of which the words were."""
    menu: tuple[tuple[str, str], ...] = ()
    dressed: dict[int, Dressed] = field(default_factory=dict)
    """Places in the answer → what is said there, as the page shows it."""

    def heard(self, lines: ChatLog, incoming: Incoming) -> Incoming:
        """Write what the visitor wrote."""
        self.line, self.left, self.told, self.menu, self.dressed = None, [], set(), (), {}
        self.incoming = incoming
        if self.entry:
            self.line = lines.append(self.chat, self.entry)
            self.incoming = replace(incoming, message=str(self.line.id))
        return self.incoming

    def said(self, lines: ChatLog, answer: Answer) -> list[tuple[int, str]]:
        """Write the answer's words, as far as nothing before them has to be looked for or made."""
        cards = []
        for place, message in enumerate(answer):
            if message.unsay:
                self._unsay(lines, message)
            elif message.menu:
                self.menu = message.menu
            elif self.left or message.find:
                self.left += [] if message.toast else [place]
            elif not message.toast:
                shown = self.say(lines, place, message)
                if self.dress(place, message).parcels:
                    self.left.append(place)
                    self.told.add(place)
                cards += [(message.case, str(shown))] if message.card else []
        return cards

    def _unsay(self, lines: ChatLog, message: Message) -> None:
        """Of lines that nobody may read any more the log keeps empty ones."""
        for id in message.unsay:
            if line := lines.get(self.chat, int(id or 0)):
                entry = LogEntry(line.entry.who, "", key=line.entry.key)
                emptied = lines.edit(self.chat, line.id, entry)
                if self.line and self.line.id == line.id:
                    self.line = emptied

    def say(self, lines: ChatLog, place: int, message: Message) -> int:
        """Write a message; gives the line with the buttons."""
        dressed, of = self.dress(place, message), self.of(message)
        shown = self._replaced(lines, dressed, of)
        if not shown:
            for entry in self.entries(place, dressed):
                shown = lines.append(self.chat, entry, of).id
        return shown

    def _replaced(self, lines: ChatLog, dressed: Dressed, of: Of) -> int:
        """The line whose button was pressed, with the message in its place; 0: it is to be new."""
        if not dressed.in_place:
            return 0
        line = lines.get(self.chat, int(self.incoming.message or 0))
        if line is None or line.entry.who != "office" or line.entry.files or not line.entry.text:
            return 0
        entry = replace(line.entry, text=dressed.texts[0], buttons=button_rows(dressed.rows))
        if entry != line.entry:
            lines.edit(self.chat, line.id, entry, of)
        return line.id

    def dress(self, place: int, message: Message) -> Dressed:
        """The message at a place of the answer, as the page shows it."""
        if place not in self.dressed:
            self.dressed[place] = self.dresser.dress(message, CHANNEL, self.lang)
        return self.dressed[place]

    @property
    def lang(self) -> str:
        """The language of the page."""
        return words.language(self.incoming.lang)

    def entries(self, place: int, dressed: Dressed) -> list[LogEntry]:
        """A message's words as lines, the buttons under the last."""
        return entries(dressed, [self.key(place, str(n)) for n in range(len(dressed.texts))])

    def of(self, message: Message) -> Of:
        """The cases and forms that a message speaks of; the line it answers goes with them."""
        return replace(message.of, line=self.line.id if self.line else 0)

    def key(self, place: int, part: str) -> str:
        """By which a part of the answer, said again, is known to be there."""
        return f"{self.incoming.key}#{place}.{part}"


def entries(dressed: Dressed, keys: list[str]) -> list[LogEntry]:
    """A message's words as lines with these keys, the buttons under the last."""
    last = len(dressed.texts) - 1
    return [
        LogEntry("office", text, button_rows(dressed.rows) if n == last else [], key=keys[n])
        for n, text in enumerate(dressed.texts)
    ]


def button_rows(rows: Rows) -> ButtonRows:
    """Buttons as a log line keeps them."""
    return [
        [{"text": b.text, "url": b.url} if b.url else {"text": b.text, "data": b.data} for b in row]
        for row in rows
    ]


async def held(
    vault: Vault, parcel: Parcel, lang: str, cases: Collection[int], patient: bool = True
) -> tuple[list[Json], str]:
    """A parcel as a log line keeps it; of one that can't be had, no file and the words why.
    `cases`: whose words are in it. Raises OutOfReach; StoreAway unless `patient`."""
    try:
        return [await _held(vault, parcel, cases)], ""
    except OutOfReach:
        raise
    except PetitionError as error:
        if isinstance(error, StoreAway) and not patient:
            raise
        said = error.sentence(lang)
    except Exception as error:
        log.error("parcel.not_made", error=type(error).__name__, exc_info=error)
        said = words.say(lang, "bad.file_not_made")
    return [], f"{parcel.name}\n{said}"


async def _held(vault: Vault, parcel: Parcel, cases: Collection[int]) -> Json:
    if parcel.archive:  # packed whenever the page asks
        return packed_file(parcel.archive.pointer)
    if parcel.kept:  # read from the vault itself: no copy is made
        await vault.check(parcel.kept.id)
        return stored_file(parcel.kept, parcel.way)
    mime = mimetypes.guess_type(parcel.name)[0] or "application/octet-stream"
    made = await vault.keep(await parcel.make(), parcel.name, mime, cases=cases)
    return stored_file(made, parcel.way)
