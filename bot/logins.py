"""Officers' logins as the page asks for them: each step a transaction of its own."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from ipaddress import ip_network

import structlog
from sqlalchemy import Connection

from papers import qr
from petitions.case import tries
from petitions.errors import WrongSecret
from petitions.law.units import Office
from petitions.telling.login import Asker, Screen, do, is_shut
from petitions.telling.ports import Timepiece
from petitions.values import passkeys
from petitions.values.passkeys import Site
from storage.database import Database
from storage.peers import hold
from storage.records import Records
from webchat import CHANNEL
from webchat.limits import Network

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Logins:
    """Everything that the page needs to log officers in (`webchat.room.LoginDesk`)."""

    database: Database
    office: Office
    clock: Timepiece
    networks: tuple[Network, ...]
    """From where officers work on the page; none: from everywhere."""
    site: Site | None
    """Where passkeys work; None: nowhere."""

    def outside(self, address: str) -> bool:
        """Whether an address lies outside of where officers work."""
        if not self.networks:
            return False
        here = ip_network(address) if address else None
        return not any(
            here and here.version == one.version and here.subnet_of(one)  # type: ignore[arg-type]
            for one in self.networks
        )

    async def shut(self, chat: int) -> bool:
        """Whether an officer must say first who they are. Raises OutOfReach."""
        return await self.database.read(lambda c: is_shut(self._asked(c, chat, "", "")))

    async def do(self, chat: int, what: str, value: str, lang: str) -> tuple[Screen, str]:
        """One step of a login; with the QR code to be shown, as the address of a picture. Raises
        PetitionError, OutOfReach."""
        if what in passkeys.STEPS:
            await asyncio.to_thread(passkeys.load)  # before the transaction, which must be short
        screen = await self.database.write(self._do, chat, what, value, lang)
        if isinstance(screen, WrongSecret):
            log.warning("seat_login.wrong", chat=chat)
            raise screen
        if screen.done:
            log.info("seat_login.in", chat=chat)
        png = await asyncio.to_thread(qr.png, screen.address) if screen.address else b""
        return screen, f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""

    def _asked(self, connection: Connection, chat: int, value: str, lang: str) -> Asker:
        book = Records(connection, self.database.ring)
        found = book.chat_by_id(chat)
        found.lang = lang or found.lang
        return Asker(book, self.office, found, self.clock.now(), value, self.site)

    def _do(
        self, connection: Connection, chat: int, what: str, value: str, lang: str
    ) -> Screen | WrongSecret:
        """The step, or the wrong secret: it counts within the same transaction, before the next
        guess is looked at, whichever process has it."""
        hold(connection, f"{CHANNEL}:{chat}")  # as the conversation does: one code, one login
        asked = self._asked(connection, chat, value, lang)
        try:
            return do(asked, what)
        except WrongSecret as error:  # nothing was written before it
            tries.note(asked.book, asked.chat, error, asked.now)
            return error
