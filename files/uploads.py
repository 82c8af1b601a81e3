"""The kinds of files that are taken, judged by their content and not by their name."""

from __future__ import annotations

import filetype

from files.hostile import hostile

MAX_BYTES = 20 * 1024 * 1024
"""The largest file: what a Telegram bot may fetch."""

_TAKEN = (
    "image/", "audio/", "video/", "application/pdf", "application/msword", "application/vnd.",
    "application/rtf", "application/zip", "application/x-7z-compressed", "application/vnd.rar",
    "application/x-rar-compressed", "application/ogg",
)  # fmt: skip

LARGEST_PHOTO = 10 * 1024 * 1024
"""The largest photo that Telegram takes as one."""


def way_of(mime: str, size: int) -> str:
    """How a file is best passed on: `photo`, `voice`, or as it is, `document`. A channel may still
    refuse the first two (a picture's sides, a damaged one, nobody's voices wanted)."""
    if mime in ("image/jpeg", "image/png") and size <= LARGEST_PHOTO:
        return "photo"
    return "voice" if mime == "audio/ogg" else "document"


def kind_of(content: bytes, name: str = "") -> str:
    """The media type of a file that is taken; empty for one that isn't: what can't be told, and
    whatever is hostile by its content or by the ending of its name."""
    mime = _told(content)
    return "" if mime and hostile(content, mime, name) else mime


def _told(content: bytes) -> str:
    guess = filetype.guess(content)
    if guess is not None:
        mime = str(guess.mime)
        return mime if mime.startswith(_TAKEN) else ""
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "application/msword"
    return "text/plain" if _is_text(content) else ""


def _is_text(content: bytes) -> bool:
    """Plain text in an encoding people use; markup that a browser would run isn't."""
    if not content or b"\0" in content[:4096] or content[:2] == b"#!":
        return False
    head = content[:4096].lower()
    if any(mark in head for mark in (b"<html", b"<script", b"<!doctype", b"<svg", b"<?php")):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
            return True
        except UnicodeDecodeError:
            continue
    return False
