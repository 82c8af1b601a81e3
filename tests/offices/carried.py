"""A channel's courier, with somebody to carry to."""

from __future__ import annotations

from typing import Any

from people import Town

from petitions.book import Chat, Notice
from petitions.message import Message
from petitions.telling.ports import Delivery, Tried


class Carried:
    """A person, their chat and the courier of its channel."""

    def __init__(self, here: Town, person: Any) -> None:
        self.here, self.person = here, person
        self.courier = here.app.reminders.couriers[person.channel]
        address = str(person.phone.id) if person.channel == "telegram" else self.web_address()
        self.chat = Chat(1, person.channel, address)

    def web_address(self) -> str:
        chats = self.here.now(lambda b: [b.chat("web", str(i)) for i in range(1, 20)])
        return str(max(c.id for c in chats if c))

    async def carry(self, message: Message, id: int = 1, **more: Any) -> Tried:
        now = self.here.app.clock.now()
        notice = Notice(id, "petitioner.closed", 0, "1", f"chat:{self.chat.id}", now, "sending", 1,
                        {})  # fmt: skip
        chat = more.pop("chat", self.chat)
        return await self.courier.deliver(Delivery((notice,), chat, message, **more))


async def carried(here: Town, channel: str) -> Carried:
    person = await here.citizen(channel)
    await person.say("/help")
    return Carried(here, person)
