"""What goes beside the words: attachments, documents, pictures. One that can't be sent is named,
and stops no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import BufferedInputFile
from aiohttp import ClientError

from files.uploads import way_of
from petitions import words
from petitions.errors import PetitionError
from petitions.hearing import Incoming
from petitions.message import Archive, Chart, Event, FileRef, Message, Sheet, Table
from petitions.telling.ports import OutOfReach, Vault
from telegramchat.packing import Packing, name_of

log = structlog.get_logger()

REFUSED = (TelegramBadRequest, TelegramEntityTooLarge)
"""The channel answers that it won't have a file in this form."""
Send = Callable[[], Awaitable[None]]
HELD = "vault:"
"""What the id of a file begins with that the vault holds, on the page."""


@dataclass(slots=True)
class Parcels:
    """Makes and sends what a message brings along."""

    vault: Vault
    qr: Callable[[str, str], Awaitable[bytes]]
    """A PNG for a channel's start payload."""
    code: Callable[[str], bytes]
    """A PNG that holds a text."""
    pdf: Callable[[str, Sheet], Awaitable[bytes]]
    """A document as a PDF; its QR code opens the case on this channel."""
    chart: Callable[[Chart], bytes]
    """A chart as a PNG."""
    xlsx: Callable[[Table], bytes]
    """A table as a spreadsheet."""
    ics: Callable[[Event], bytes]
    """A date as an .ics file."""
    packing: Packing
    """Archives."""

    async def send(self, bot: Bot, chat: int, message: Message, incoming: Incoming) -> None:
        """Send all of a message's files, each for itself."""
        lang, shut = words.language(incoming.lang), message.protect or None
        for name, send in self._all(bot, chat, message, incoming):
            try:
                await send()
            except PetitionError as error:
                said = error.sentence(lang)
            except REFUSED as error:
                log.warning("parcel.refused", why=error.message)
                said = words.say(lang, "bad.file_refused")
            except (AiogramError, ClientError, TimeoutError, OSError, OutOfReach):
                raise  # the line is down, not this file
            except Exception as error:
                log.error("parcel.not_made", error=type(error).__name__, exc_info=error)
                said = words.say(lang, "bad.file_not_made")
            else:
                continue
            await bot.send_message(chat, f"{name}\n{said}", protect_content=shut)

    def _all(
        self, bot: Bot, chat: int, message: Message, incoming: Incoming
    ) -> Iterator[tuple[str, Send]]:
        """Name, and how it is sent."""
        channel, shut = incoming.channel, message.protect or None
        for file in message.files:
            yield file.name, partial(self._pass_on, bot, chat, file, channel, shut)

        def made(
            name: str, work: Callable[[], Awaitable[bytes]], way: str = ""
        ) -> tuple[str, Send]:
            return name, partial(_send_made, bot, chat, name, work, way, shut)

        for sheet in message.sheets:
            yield made(sheet.name, partial(self.pdf, channel, sheet))
        if message.chart:
            yield made("chart.png", partial(_apart, self.chart, message.chart), "photo")
        if message.code:
            yield made("receipt.png", partial(_apart, self.code, message.code), "photo")
        for name, note in message.notes:
            yield made(name, partial(_apart, note.encode))
        if message.table:
            yield made(message.table.name, partial(_apart, self.xlsx, message.table))
        if message.event:
            yield made("appointment.ics", partial(_apart, self.ics, message.event))
        if message.qr:
            yield made("qr.png", partial(self.qr, channel, message.qr), "photo")
        if message.archive:
            lang = words.language(incoming.lang)
            yield name_of(), partial(self._archive, bot, chat, message.archive, channel, lang, shut)

    async def _archive(
        self, bot: Bot, chat: int, asked: Archive, channel: str, lang: str, shut: bool | None
    ) -> None:
        if channel == "web":  # packs it whenever the page asks
            await bot.send_document(chat, asked.pointer)
            return
        await self.packing.send(bot, chat, asked, lang, shut)

    async def _pass_on(
        self, bot: Bot, chat: int, file: FileRef, channel: str, shut: bool | None
    ) -> None:
        way = way_of(file.mime, file.size)
        if channel == "web":  # reads the vault itself, and keeps no copy
            await self.vault.check(file.id)
            await send_file(bot, chat, f"{HELD}{file.id}/{file.name}", way, shut)
            return
        content = await self.vault.read(file.id)
        await send_file(bot, chat, BufferedInputFile(content, file.name), way, shut)


async def _apart(work: Callable[..., bytes], *given: object) -> bytes:
    return await asyncio.to_thread(work, *given)


async def _send_made(
    bot: Bot, chat: int, name: str, work: Callable[[], Awaitable[bytes]], way: str,
    shut: bool | None,
) -> None:  # fmt: skip
    await send_file(bot, chat, BufferedInputFile(await work(), name), way, shut)


async def send_file(
    bot: Bot, chat: int, held: BufferedInputFile | str, way: str, shut: bool | None = None
) -> None:
    """Send a file the way that suits it; where the channel won't have it so, as it is. `shut`: it
    can't be passed on from there."""
    sends: dict[str, Callable[..., Awaitable[object]]]
    sends = {"photo": bot.send_photo, "voice": bot.send_voice}
    if way in sends:
        try:
            await sends[way](chat, held, protect_content=shut)
            return
        except REFUSED as error:
            log.info("parcel.as_document", way=way, why=error.message)
    await bot.send_document(chat, held, protect_content=shut)
