"""Limits of the real server, and how it refuses."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


Event = tuple[str, Json]
"""What a phone noticed: `message`, `edit` or `answer`, and the object."""


TOKEN = "424242:stand-in"


MAX_TEXT = 4096


MAX_CAPTION = 1024


MAX_BUTTON_BYTES = 64


MAX_BUTTONS = 100


MAX_ANSWER = 200


MAX_DOWNLOAD = 20 * 1024 * 1024
"""The largest file a bot may fetch, in bytes."""


MAX_UPLOAD = 50 * 1024 * 1024


MAX_POLL = 50
"""The longest a getUpdates call waits, in seconds."""


LONG = 120
"""Seconds until something counts as never said: only a broken office needs them."""


BEYOND = 10
"""How far an offset may lie beyond the next number and still confirm all before it."""


AT_ONCE = 40
"""Calls to a webhook under way at most, where nothing else was asked for."""


UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds of update a bot gets only when it names them."""


OBJECTS = {
    "allowed_updates", "caption_entities", "commands", "entities", "link_preview_options",
    "media", "menu_button", "message_ids", "reply_markup", "reply_parameters", "scope",
}  # fmt: skip


SCALARS = {
    "allow_sending_without_reply", "cache_time", "chat_id", "disable_content_type_detection",
    "disable_notification", "drop_pending_updates", "duration", "height", "limit", "message_id",
    "message_thread_id", "offset", "protect_content", "reply_to_message_id", "show_alert",
    "supports_streaming", "timeout", "user_id", "width",
}  # fmt: skip


log = logging.getLogger("botapi")


encoded = json.JSONEncoder(separators=(",", ":")).encode


class Refused(Exception):
    """The call fails as Telegram would have it fail."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.body: Json = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.body["parameters"] = parameters


def bad(reason: str) -> Refused:
    """The usual refusal, 400."""
    return Refused(400, f"Bad Request: {reason}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a call's parameters."""

    name: str
    mime: str
    content: bytes
