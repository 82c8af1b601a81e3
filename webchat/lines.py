"""A line of the log in its two shapes: stored, and on the page."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Literal, cast

from petitions.logged import LoggedEntry
from petitions.message import LISTS, Archive, FileRef
from webchat.shown import Button, File, Line

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
SOUNDS = frozenset({
    "audio/ogg", "audio/webm", "audio/mpeg", "audio/mp4", "audio/aac", "audio/wav", "audio/x-wav",
    "audio/x-m4a",
})  # fmt: skip

Json = dict[str, Any]

dumps = partial(json.dumps, ensure_ascii=False)
"""JSON with Chinese characters as they are: half the bytes."""

ButtonRows = list[list[dict[str, str]]]


def on_page(line: LoggedEntry) -> Line:
    """The line as the page reads it."""
    entry = line.entry
    lists = any(b.get("data", "").partition(":")[0] in LISTS for row in entry.buttons for b in row)
    return Line(
        id=line.id, seq=line.seq, who=cast("Literal['me', 'office']", entry.who),
        at=line.at.isoformat(), text=entry.text,
        buttons=cast("list[list[Button]]", entry.buttons), files=cast("list[File]", entry.files),
        reply_to=entry.reply_to, key=entry.key, list=lists,
    )  # fmt: skip


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
    """The name that the line gives a file: officers don't read what a petitioner named it."""
    shown = line.entry.files if line else []
    return next((str(file["name"]) for file in shown if file.get("id") == file_id), "file")
