"""Prints the office's sheets, with its seals and the links of its chats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from papers import pdf
from petitions.message import Sheet


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints for every channel."""

    link: Callable[[str], str]
    """Channel → the beginning of links to its chats."""
    seals: Mapping[str, bytes] = field(default_factory=dict)
    """Unit → a picture of its seal."""

    async def pdf(self, sheet: Sheet, channel: str) -> bytes:
        """A sheet as a PDF, whose QR code opens the case in a chat of the channel. A draft bears
        no seal."""
        unit = sheet.letter.unit if sheet.letter and not sheet.draft else ""
        link, seal = f"{self.link(channel)}{sheet.qr}", self.seals.get(unit, b"")
        return await asyncio.to_thread(pdf.pdf, sheet, link, seal=seal)
