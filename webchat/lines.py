"""A line of the log in its three shapes: stored, on the page, and as an aiogram message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from aiogram.types import InlineKeyboardMarkup

from petitions.message import LISTS, Archive, FileRef
from petitions.telling.ports import LoggedEntry

VAULT = "vault:"
"""What a file id begins with on this channel; the rest is the file's row."""

OFFICE_ID = 1
OFFICE = {"id": OFFICE_ID, "is_bot": True, "first_name": "office", "username": "office"}
"""Who speaks for the office on this channel."""

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
SOUNDS = frozenset({
    "audio/ogg", "audio/webm", "audio/mpeg", "audio/mp4", "audio/aac", "audio/wav", "audio/x-wav",
    "audio/x-m4a",
})  # fmt: skip

Json = dict[str, Any]

dumps = partial(json.dumps, ensure_ascii=False)
"""JSON with Chinese characters as they are: half the bytes."""

ButtonRows = list[list[dict[str, str]]]


def on_page(line: LoggedEntry) -> Json:
    """The line as the page reads it."""
    entry = line.entry
    return {
        "id": line.id,
        "seq": line.seq,
        "who": entry.who,
        "at": line.at.isoformat(),
        "text": entry.text,
        "buttons": entry.buttons,
        "files": entry.files,
        "reply_to": entry.reply_to,
        "key": entry.key,
        "list": any(
            b.get("data", "").partition(":")[0] in LISTS for row in entry.buttons for b in row
        ),
    }


def stored_file(ref: FileRef, kind: str) -> Json:
    """A file as a log line keeps it; `kind` says how it was sent."""
    return {"id": ref.id, "name": ref.name, "mime": ref.mime, "size": ref.size, "kind": kind}


def packed_file(pointer: str) -> Json:
    """An archive as a log line keeps it: nothing of it, only what it is to be packed of."""
    named = {"id": 0, "name": "petition-file.zip", "mime": "application/zip", "size": 0}
    return named | {"kind": "archive", "of": pointer}


def archive_in(line: LoggedEntry | None) -> Archive | None:
    """The archive that the office's line offers."""
    if line is None or line.entry.who != "office":
        return None
    return next(filter(None, (Archive.pointed(f.get("of", "")) for f in line.entry.files)), None)


def button_rows(markup: object) -> ButtonRows:
    """The rows of an inline keyboard; any other markup has no buttons on a page.

    Raises ValueError for a button that neither comes back nor opens an address.
    """
    if not isinstance(markup, InlineKeyboardMarkup):
        return []
    return [
        [_button(b.text, b.callback_data, b.url) for b in row] for row in markup.inline_keyboard
    ]


def _button(text: str, data: str | None, url: str | None) -> dict[str, str]:
    if data:
        return {"text": text, "data": data}
    if url:
        return {"text": text, "url": url}
    raise ValueError("a button needs callback_data or url")


def shows_button(line: LoggedEntry | None, data: str) -> bool:
    """Whether the office's line has a button with exactly this data now."""
    return (
        line is not None
        and line.entry.who == "office"
        and any(button.get("data") == data for row in line.entry.buttons for button in row)
    )


def file_in(line: LoggedEntry | None, file_id: int) -> bool:
    """Whether the line shows this file."""
    return line is not None and any(file.get("id") == file_id for file in line.entry.files)


def name_in(line: LoggedEntry | None, file_id: int) -> str:
    """What the line calls a file: officers don't read what a petitioner named it."""
    shown = line.entry.files if line else []
    return next((str(file["name"]) for file in shown if file.get("id") == file_id), "file")


def message(line: LoggedEntry, chat: int, sender: Json, reply: Json | None = None) -> Json:
    """The line as the fields of an aiogram message."""
    body = envelope(line.id, line.at, chat, sender)
    entry = line.entry
    if entry.files:
        body |= attachment(entry.files[0]) | ({"caption": entry.text} if entry.text else {})
    else:
        body["text"] = entry.text
    if entry.buttons:
        body["reply_markup"] = {"inline_keyboard": _keyboard(entry.buttons)}
    if reply is not None:
        body["reply_to_message"] = reply
    return body


def envelope(id: int, at: datetime, chat: int, sender: Json) -> Json:
    """What every message has: its number, when, where and from whom."""
    return {
        "message_id": id,
        "date": at,
        "chat": {"id": chat, "type": "private"},
        "from": sender,
    }


def _keyboard(rows: ButtonRows) -> list[list[Json]]:
    return [
        [
            {"text": b["text"], "url": b["url"]}
            if b.get("url")
            else {"text": b["text"], "callback_data": b.get("data", "")}
            for b in row
        ]
        for row in rows
    ]


def attachment(file: Mapping[str, Any]) -> Json:
    """A stored file as the field of a message that carries it: photo, voice, video, document."""
    held = {
        "file_id": f"{VAULT}{file['id']}",
        "file_unique_id": f"web{file['id']}",
        "file_size": file.get("size"),
    }
    named = {"file_name": file.get("name"), "mime_type": file.get("mime")}
    kind = str(file.get("kind") or _kind(str(file.get("mime", ""))))
    if kind == "photo":
        return {"photo": [held | {"width": 0, "height": 0}]}
    if kind == "voice":
        return {"voice": held | {"duration": 0, "mime_type": file.get("mime")}}
    if kind == "video":
        return {"video": held | named | {"width": 0, "height": 0, "duration": 0}}
    return {"document": held | named}


def _kind(mime: str) -> str:
    return "photo" if mime in PICTURES else "document"


def vault_id(file_id: str) -> int:
    """The row of a file id of this channel. Raises ValueError for any other id."""
    number = file_id.removeprefix(VAULT)
    if number == file_id or not (number.isascii() and number.isdecimal()):
        raise ValueError("not a file of this channel")
    return int(number)
