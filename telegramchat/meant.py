"""Which of Telegram's messages are meant for the office. Reports an app makes by itself (a pin, a
timer, a gift), and people's words in a group to each other or to other bots, are heard in silence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from aiogram import Bot
from aiogram.enums import ContentType
from aiogram.types import Message

COMMAND = re.compile(r"/(\w{1,64})(?:@(\w{1,64}))?(?=\s|$)")

SAID = frozenset({
    ContentType.TEXT, ContentType.RICH_MESSAGE, ContentType.ANIMATION, ContentType.AUDIO,
    ContentType.DOCUMENT, ContentType.LIVE_PHOTO, ContentType.PAID_MEDIA, ContentType.PHOTO,
    ContentType.STICKER, ContentType.STORY, ContentType.VIDEO, ContentType.VIDEO_NOTE,
    ContentType.VOICE, ContentType.CHECKLIST, ContentType.CONTACT, ContentType.DICE,
    ContentType.GAME, ContentType.POLL, ContentType.VENUE, ContentType.LOCATION,
    ContentType.INVOICE, ContentType.GIVEAWAY, ContentType.GIVEAWAY_WINNERS,
})  # fmt: skip
"""The kinds that a person sends or passes on; Telegram's other kinds are reports."""
REPORTS = {str(kind.value) for kind in ContentType} - {str(kind.value) for kind in SAID}
UNREAD = "unread"
"""Fields of a message that no version of the library could read."""
CONTENT = frozenset({"text", "caption", "file_id"})
"""One of these is in whatever a person sends: a kind that comes tomorrow is known by it."""


def is_report(message: Message) -> bool:
    """Whether no person said this: Telegram reports that something was done."""
    kind = message.content_type
    if kind != ContentType.UNKNOWN:
        return kind not in SAID
    found = dict(message.model_extra or {})
    found |= found.pop(UNREAD, {})
    return not any(
        name in CONTENT or _has_content(value) for name, value in found.items()
        if name not in REPORTS
    )  # fmt: skip


def _has_content(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_content, value))
    if not isinstance(value, Mapping):
        return False
    return not CONTENT.isdisjoint(value) or any(map(_has_content, value.values()))


def is_for(message: Message, bot: Bot, name: str, commands: Collection[str]) -> bool:
    """Whether somebody in a group speaks to this bot: a command of its own that isn't addressed to
    another, or a reply to what it said. A topic's messages all reply to its beginning."""
    if message.from_user and message.from_user.is_bot and not message.sender_chat:
        return False
    if found := COMMAND.match(message.text or ""):
        command, other = found[1].casefold(), (found[2] or "").casefold()
        return other == name.casefold() if other else command in commands
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created or is_report(message):
        return False
    return bool(replied.from_user and replied.from_user.id == bot.id)
