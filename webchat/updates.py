"""aiogram updates from what a visitor did on the page."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from aiogram import Bot
from aiogram.types import Update

from files.exif import Place
from petitions.telling.ports import LoggedEntry
from webchat.lines import OFFICE, Json, envelope, message


class Updates:
    """Builds updates that are already bound to the web channel's bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._numbers = itertools.count(1)

    def started(self, chat: int, lang: str, at: datetime, payload: str) -> Update:
        """The visitor opened the page, perhaps by a link with a payload; it is no log line."""
        body = envelope(0, at, chat, person(chat, lang))
        body["text"] = f"/start {payload}".strip()
        return self._update(message=body)

    def opened(self, chat: int, lang: str, at: datetime) -> Update:
        """The visitor opened the page anew, whose menu is to be shown; nothing is said."""
        member = {"user": {"id": 1, "is_bot": True, "first_name": ""}, "status": "member"}
        body = {"chat": {"id": chat, "type": "private"}, "from": person(chat, lang), "date": at,
                "old_chat_member": member, "new_chat_member": member}  # fmt: skip
        return self._update(my_chat_member=body)

    def said(
        self, chat: int, lang: str, line: LoggedEntry, replied: LoggedEntry | None = None
    ) -> Update:
        """The visitor wrote a line."""
        return self._update(message=self._line(chat, lang, line, replied))

    def sent(
        self, chat: int, lang: str, line: LoggedEntry, taken_at: Place | None, album: str = ""
    ) -> Update:
        """The visitor sent a file, with others of the same album; beside it, where it says it was
        taken."""
        body = self._line(chat, lang, line, None) | ({"media_group_id": album} if album else {})
        return self._update(message=body | (_located(*taken_at) if taken_at else {}))

    def placed(
        self, chat: int, lang: str, line: LoggedEntry, latitude: float, longitude: float
    ) -> Update:
        """The visitor shared a place."""
        body = envelope(line.id, line.at, chat, person(chat, lang))
        return self._update(message=body | _located(latitude, longitude))

    def pressed(self, chat: int, lang: str, line: LoggedEntry, id: str, data: str) -> Update:
        """The visitor pressed a button under an office's line."""
        query = {
            "id": id,
            "from": person(chat, lang),
            "chat_instance": str(chat),
            "message": message(line, chat, OFFICE),
            "data": data,
        }
        return self._update(callback_query=query)

    def _line(self, chat: int, lang: str, line: LoggedEntry, replied: LoggedEntry | None) -> Json:
        reply = None
        if replied is not None:
            theirs = replied.entry.who == "office"
            reply = message(replied, chat, OFFICE if theirs else person(chat, lang))
        return message(line, chat, person(chat, lang), reply)

    def _update(self, **body: Any) -> Update:
        body["update_id"] = next(self._numbers)
        return Update.model_validate(body, context={"bot": self._bot})


def _located(latitude: float, longitude: float) -> Json:
    return {"location": {"latitude": latitude, "longitude": longitude}}


def person(chat: int, lang: str) -> Json:
    """The visitor as an aiogram user: the page asks for no name."""
    return {"id": chat, "is_bot": False, "first_name": "", "language_code": lang}
