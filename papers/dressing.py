"""A message as a channel can show it: the one place where anything is split, numbered, drawn,
printed or packed, for answers and for notices alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from files.uploads import way_of
from papers import chart, ics, qr, xlsx
from papers.packing import Packing, name_of
from petitions.errors import BadAnswer
from petitions.hearing import Dressed, Parcel
from petitions.message import Archive, FileRef, Message, Rows, split
from petitions.values.channels import Caps, caps_of


@dataclass(slots=True)
class Dressing:
    """Dresses messages by what their channel can show (`petitions.hearing.Dresser`)."""

    packing: Packing

    def dress(self, message: Message, channel: str, lang: str) -> Dressed:
        """The message as this channel can show it; nothing is drawn or read yet."""
        caps = caps_of(channel)
        text, rows = numbered(message, caps)
        texts = tuple(split(text, caps.text, caps.unit))
        parcels = tuple(fitted(one, caps) for one in self._parcels(message, channel, lang, caps))
        in_place = message.in_place and caps.edits and not message.protect and len(texts) == 1
        return Dressed(texts, rows, parcels, message.protect and caps.protects, in_place)

    def _parcels(
        self, message: Message, channel: str, lang: str, caps: Caps
    ) -> Iterator[Parcel]:  # fmt: skip
        for file in message.files:
            yield self._kept(file)
        for sheet in message.sheets:
            yield Parcel(sheet.name, "document", partial(self.packing.printer.pdf, sheet, channel))
        if message.chart:
            yield drawn("chart.png", "photo", chart.png, message.chart)
        if message.code:
            yield drawn("receipt.png", "photo", qr.png, message.code)
        for name, note in message.notes:
            yield drawn(name, "document", note.encode)
        if message.table:
            yield drawn(message.table.name, "document", xlsx.xlsx, message.table)
        if message.event:
            yield drawn("appointment.ics", "document", ics.ics, message.event)
        if message.qr:
            yield drawn(
                "qr.png", "photo", qr.png, f"{self.packing.printer.link(channel)}{message.qr}"
            )
        if message.archive:
            yield self._packed(message.archive, channel, lang, caps)

    def _kept(self, file: FileRef) -> Parcel:
        way = way_of(file.mime, file.size)
        return Parcel(file.name, way, partial(self.packing.vault.read, file.id), kept=file)

    def _packed(self, asked: Archive, channel: str, lang: str, caps: Caps) -> Parcel:
        zips = partial(self.packing.zips, asked, channel, lang, caps.largest)
        return Parcel(name_of(), "document", _refused, archive=asked, zips=zips)


def drawn(name: str, way: str, draw: Callable[..., bytes], *given: object) -> Parcel:
    """A parcel that is made in a thread when it is asked for."""
    return Parcel(name, way, partial(asyncio.to_thread, draw, *given))


def numbered(message: Message, caps: Caps) -> tuple[str, Rows]:
    """Text and buttons; where a channel has no room for the buttons they are numbered lines."""
    buttons = [button for row in message.rows for button in row]
    if len(buttons) <= caps.buttons:
        return message.text, message.rows
    lines = [f"{n} {b.text} {b.url}".rstrip() for n, b in enumerate(buttons, 1)]
    return "\n".join([message.text, "", *lines]), ()


def fitted(parcel: Parcel, caps: Caps) -> Parcel:
    """The parcel as the channel takes it; one that it doesn't take is refused when it is made."""
    size = parcel.kept.size if parcel.kept else 0
    ways = [way for way in (parcel.way, "document") if way in caps.files]
    if not ways or (caps.largest and size > caps.largest):
        return Parcel(parcel.name, parcel.way, _refused)
    return parcel if ways[0] == parcel.way else replace(parcel, way=ways[0])


async def _refused() -> bytes:
    raise BadAnswer("bad.file_refused")
