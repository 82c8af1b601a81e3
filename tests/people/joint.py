"""People who sign a petition together."""

from __future__ import annotations

import re
from typing import Any

from people import (
    Town,
    speak,
)


async def invitation(speaker: Any, number: str, label: str = "邀请参加的链接") -> str:
    """The token of a link that somebody in the case gives out."""
    await speaker.say("/my")
    await speaker.press(number)
    await speaker.press("更多")
    await speaker.press("邀请别人一起")
    text = await speaker.press(label)
    return re.findall(r"j_([\w-]{20,})", text)[0]


async def joins(
    here: Town, channel: str, token: str, name: str, phone: str, words: str = "",
    spoken: bool = False,
) -> tuple[Any, str]:  # fmt: skip
    """Somebody opens a link and signs; gives them and the last answer."""
    person = await here.citizen(channel)
    await person.say(f"/start j_{token}")
    await (speak(person) if spoken else person.say(words) if words else person.press("跳过"))
    await person.say(name)
    await person.say(phone)
    await person.press("我自愿参加")
    return person, await person.press("参加")
