"""Somebody with Telegram, over the stand-in server."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import select
from standins.botapi import Phone

from bot.app import App
from people.chat import _labels, best, more, with_reason
from storage.tables import HANDLED, INBOX


async def handled(app: App, update: int) -> None:
    """Until an update from Telegram has been handled and answered."""
    if app.poller:
        await app.poller.handled(update)
        return
    done = select(HANDLED.c.key).where(
        HANDLED.c.key == str(update), HANDLED.c.channel == "telegram"
    )
    waits = select(INBOX.c.update).where(INBOX.c.update == update)
    for _ in range(6000):
        if await app.database.read(
            lambda c: c.execute(done).first() and not c.execute(waits).first()
        ):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"update {update} wasn't handled")


class TelegramPerson:
    """Somebody with Telegram, over the stand-in server."""

    channel = "telegram"
    silent = False

    def __init__(self, phone: Phone, app: App) -> None:
        self.phone = phone
        self.app = app

    async def say(self, text: str) -> str:
        return await with_reason(self, await self._done(self.phone.say(text)))

    async def _done(self, act: Any) -> str:
        heard = len(self.phone.answers)
        newest = max((m["message_id"] for m in self.phone.received), default=0)
        update = await act
        await handled(self.app, update["update_id"])
        new = [m for m in self.phone.received if m["message_id"] > newest]
        said = [m.get("text") or m.get("caption") or "" for m in new]
        alerts = [a for a in self.phone.alerts[-(len(self.phone.answers) - heard) :] if a]
        return "\n".join([*said, *alerts])

    async def press(self, label: str) -> str:
        if hidden := more(label, [_labels(m) for m in self.phone.received]):
            await self._done(self.phone.press(hidden))
        return await with_reason(self, await self._done(self.phone.press(self._full(label))))

    def _full(self, label: str) -> str:
        return best(label, self.buttons())

    def buttons(self) -> list[str]:
        return [label for m in self.phone.received for label in _labels(m)]

    async def expect(self, text: str) -> str:
        message = await self.phone.expect(text)
        return str(message.get("text") or message.get("caption") or "")

    async def send_file(self, content: bytes, name: str, mime: str, caption: str = "") -> str:
        return await self._done(self.phone.send_document(content, name, mime, caption or None))


VOICE = b"OggS" + b"\0" * 60


async def speak(person: Any) -> str:
    """Send a voice message on Telegram; gives the answer."""
    return str(await person._done(person.phone.send_voice(VOICE, 3)))
