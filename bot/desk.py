"""The office behind the edge: each update is one transaction, refusals included."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import Connection

from bot.metrics import handling
from handlers import archives
from handlers.converse import House, converse, later, refuse
from petitions.errors import PetitionError
from petitions.hearing import Answer, Beside, Incoming
from petitions.logged import ChatLog
from petitions.message import Archive, Message, StandingMessage
from petitions.telling import views
from petitions.telling.ports import ArchiveEntry, OutOfReach, Timepiece
from petitions.values import search
from petitions.verbs.units import units_now
from petitions.words import language, say
from storage.database import Database
from storage.index import behind
from storage.once import Once
from storage.peers import hold
from storage.records import Records
from storage.records.finding import find

log = structlog.get_logger()


@dataclass(slots=True)
class OfficeDesk:
    """Runs conversations in database threads (`petitions.hearing.Desk`)."""

    database: Database
    house: House
    clock: Timepiece
    planned: Callable[[], None]
    """Called after a commit that planned a notice."""
    lines: Callable[[Connection | Once], ChatLog]
    """The page's log within a transaction."""
    told: Callable[[str], None] = lambda what: None
    """Called after a commit that took something from the page of a chat (`log:` and its number)."""

    async def converse(self, incoming: Incoming, beside: Beside | None = None) -> Answer:
        """Handle an update; refusals come back as an answer, faults with a code. `beside`: written
        in the same transaction. Raises OutOfReach when the records can't be reached now: nothing
        was changed."""
        with handling(incoming.channel, incoming.kind) as outcome:
            try:
                try:
                    answer, book, units = await self.database.write(
                        self._converse, incoming, beside
                    )
                    planned = book.planned
                    for chat in book.emptied:
                        self.told(f"log:{chat}")
                    if units is not None:
                        self.house.office.reshape(*units)
                except PetitionError as error:
                    outcome.name = "refused"
                    answer, planned = await self.database.write(
                        self._refuse, incoming, beside, error
                    )
            except OutOfReach:
                raise
            except Exception as error:
                outcome.name = "fault"
                answer = [self._fault(incoming, error)]
                if beside:
                    await self.database.write(self._beside, incoming, beside, lambda b, i: answer)
                return answer
        if planned:
            self.planned()
        return [await self.found(message) for message in answer]

    async def found(self, message: Message) -> Message:
        """The message, with what was to be looked for in it. Raises OutOfReach."""
        return await self.database.read(self._find, message) if message.find else message

    async def stands(self, incoming: Incoming, said: Sequence[StandingMessage]) -> None:
        """Remember messages of a chat that may have to be deleted. Raises OutOfReach."""

        def note(connection: Connection) -> None:
            book = self._book(connection)
            chat = book.chat(incoming.channel, incoming.address)
            if chat:
                book.note_said(chat.id, said, self.clock.now())

        await self.database.write(note)

    async def later(self, incoming: Incoming, first: int, wait: float) -> None:
        """Have the ledger say what an update was answered. Raises OutOfReach."""

        def put_off(connection: Connection) -> None:
            hold(connection, f"{incoming.channel}:{incoming.address}")
            book = Records(connection, self.database.ring)
            later(book, incoming, first, wait, self.clock.now())

        await self.database.write(put_off)
        self.planned()

    async def steps(self, asked: Archive) -> list[int]:
        """The steps in which an archive is read. Raises PetitionError, OutOfReach."""
        return await self.database.read(
            lambda c: archives.steps(self._book(c), self.house, asked, self.clock.now())
        )

    async def entries(self, asked: Archive, step: int) -> list[ArchiveEntry]:
        """The entries that one step brings. Raises PetitionError, OutOfReach."""
        return await self.database.read(
            lambda c: archives.entries(self._book(c), self.house, asked, self.clock.now(), step)
        )

    def _book(self, connection: Connection) -> Records:
        return Records(connection, self.database.ring)

    def _find(self, connection: Connection, message: Message) -> Message:
        """The page of cases that were looked for, found in a reading transaction."""
        book = Records(connection, self.database.ring)
        assert message.find
        id, page = message.find
        draft = book.draft(id)
        officer = book.officer(book.chat_by_id(draft.chat).officer) if draft else None
        if draft is None or officer is None:
            return message
        office = self.house.office.on(self.clock.now())
        words = str(draft.data["answers"].get("words", ""))
        units = () if officer.unit == office.bureau else (officer.unit,)
        sealed, size = office.reads_sealed(officer.unit), views.FOUND
        terms, ring = search.asked(words), self.database.ring
        but = book.hidden_from(officer.unit)
        found = find(book, connection, ring, terms, units, sealed, page * size, size + 1, but)
        lang = book.chat_by_id(draft.chat).lang
        said = views.found(office, officer, found, id, page, lang, behind(book))
        return replace(said, of=book.spoken_of())

    def _converse(
        self, connection: Connection, incoming: Incoming, beside: Beside | None
    ) -> tuple[Answer, Records, tuple[str, Sequence[str]] | None]:
        now = self.clock.now()
        answer, book = self._beside(
            connection, incoming, beside, lambda b, i: converse(b, self.house, i, now)
        )
        return answer, book, units_now(book) if book.units_changed else None

    def _refuse(
        self, connection: Connection, incoming: Incoming, beside: Beside | None,
        error: PetitionError,
    ) -> tuple[Answer, bool]:  # fmt: skip
        now = self.clock.now()
        answer, book = self._beside(
            connection, incoming, beside, lambda b, i: refuse(b, self.house, i, now, error)
        )
        return answer, book.planned

    def _beside(
        self, connection: Connection, incoming: Incoming, beside: Beside | None,
        answering: Callable[[Records, Incoming], Answer],
    ) -> tuple[Answer, Records]:  # fmt: skip
        """The answer to an update, between what its channel writes of both."""
        hold(connection, f"{incoming.channel}:{incoming.address}")
        once = Once(connection)
        book = Records(once, self.database.ring)
        if beside is None:
            return answering(book, incoming), book
        lines = self.lines(once)
        answer = answering(book, beside.heard(lines, incoming))
        for case, message in beside.said(lines, answer):
            self._note_card(book, incoming.channel, incoming.address, case, message)
        return answer, book

    def _fault(self, incoming: Incoming, error: Exception) -> Message:
        """Our mistake: the person gets a code, the log the same code and no words of theirs."""
        code = uuid.uuid4().hex[:6].upper()
        log.error(
            "converse.failed", code=code, channel=incoming.channel, kind=incoming.kind,
            error=type(error).__name__, exc_info=error,
        )  # fmt: skip
        lang = language(incoming.lang)
        return Message(say(lang, "bad.fault", code=code, phone=self.house.office.front.phone))

    async def card_shown(self, channel: str, address: str, case: int, message: str) -> None:
        """Remember which message is the status card of a case in a chat."""

        await self.database.write(
            lambda c: self._note_card(self._book(c), channel, address, case, message)
        )

    @staticmethod
    def _note_card(book: Records, channel: str, address: str, case: int, message: str) -> None:
        if chat := book.chat(channel, address):
            book.set_card(chat.id, case, message)
