"""The updates that Telegram sends, read one at a time: one that can't be read is only one.

Telegram adds fields and kinds of things before any library knows them. A new field is passed
over by aiogram itself; a value it can't read (a kind of sender, of member, of medium that came
tomorrow) is left out here, so that the person who sent it is answered all the same.
"""

from __future__ import annotations

import json
from typing import Any

import structlog
from aiogram import Bot
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import Update
from pydantic import BaseModel, ValidationError

from telegramchat.meant import UNREAD

log = structlog.get_logger()


Raw = dict[str, Any]
"""An update as it came."""
WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
"""Kinds of update the office answers; Telegram is asked for no others."""


class GetRawUpdates(TelegramMethod[list[Raw]]):
    """`getUpdates`; aiogram's own gives up a whole batch for one update it can't read."""

    __returning__ = list[Raw]
    __api_method__ = "getUpdates"

    offset: int
    timeout: int
    """Seconds."""
    allowed_updates: list[str]


class Sent(BaseModel):
    """The fields that the office reads of a message that Telegram has taken."""

    message_id: int
    text: str = ""


class Say(SendMessage):
    """`sendMessage`; aiogram's own reads the whole message again, sender and chat and all."""

    __returning__ = Sent  # type: ignore[assignment]


def read_update(bot: Bot, raw: Raw) -> Update | None:
    """An update as aiogram knows it, without what can't be read of it; None where too little
    is left, or of a kind the office doesn't answer (aiogram would print the whole of it). The
    log says where it was, never what."""
    if not any(isinstance(raw.get(kind), dict) for kind in WANTED):
        log.warning("update.unknown", update=raw["update_id"], kinds=sorted(raw))
        return None
    update: Update | None = None
    left_out: set[tuple[str, ...]] = set()
    while update is None:
        try:
            update = Update.model_validate(_without(raw, left_out), context={"bot": bot})
        except ValidationError as error:
            places = _places(error)
            if places <= left_out:
                break
            left_out |= places
    if left_out:
        log.warning("update.unreadable", update=raw["update_id"], answered=update is not None,
                    at=sorted(".".join(place) for place in left_out))  # fmt: skip
    return update


def _places(error: ValidationError) -> set[tuple[str, ...]]:
    """Which fields of the message, press … can't be read."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return {tuple(str(part) for part in one["loc"][:2]) for one in found}


def _without(content: Raw, places: set[tuple[str, ...]]) -> Raw:
    return {
        kind: _aside(event, {place[1] for place in places if place[0] == kind and place[1:]})
        if isinstance(event, dict) else event
        for kind, event in content.items()
    }  # fmt: skip


def _aside(event: Raw, left_out: set[str]) -> Raw:
    """The event, with what can't be read of it where nobody reads it: it still shows whether a
    person has sent something."""
    kept = {name: one for name, one in event.items() if name not in left_out}
    found = {name: one for name, one in event.items() if name in left_out}
    return kept | ({UNREAD: found} if found else {})


def sum_of(raw: Raw) -> int:
    """The same for an update that comes again; another one, under its number too, has another."""
    return hash(json.dumps(raw))


def chat_of(raw: Raw) -> int | None:
    """The chat an update belongs to; None where it can't be read, or is of a kind that wasn't asked
    for."""
    kind = next((kind for kind in WANTED if kind in raw), "")
    try:
        event = raw[kind]
        place = event.get("message") or {} if kind == "callback_query" else event
        return int((place.get("chat") or event["from"])["id"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
