"""Text files as people's programs write them: with a byte order mark, in GBK, in UTF-16."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from petitions.errors import BadSetting

_ASCII = bytes(range(128))
MARKS = {"“": '"', "”": '"', "‘": "'", "’": "'", "＂": '"', "＇": "'", "＝": "=", "，": ",",
         "［": "[", "］": "]", "【": "[", "】": "]", "＃": "#", "。": "."}  # fmt: skip
"""Marks that an input method for Chinese writes → the marks a format needs."""
LINE = re.compile(r"at line (\d+)")


def read_plain(path: Path) -> str:
    """The text of a file, its lines ended plainly. Raises BadSetting naming the line that can't
    be read, OSError."""
    text = decoded(path, path.read_bytes())
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_toml(path: Path) -> dict[str, Any]:
    """The same as TOML. Raises BadSetting, OSError, and ValueError saying where it goes wrong."""
    return parsed(read_plain(path))


def parsed(text: str) -> dict[str, Any]:
    """A text as TOML. Raises ValueError saying where it goes wrong, and by which mark."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{error}{_marks(text, str(error))}") from None


def _marks(text: str, error: str) -> str:
    """Which marks of the line an error is in should be others."""
    found = LINE.search(error)
    line = text.split("\n")[int(found[1]) - 1] if found else ""
    wrong = [f"{mark} → {right}" for mark, right in MARKS.items() if mark in line]
    return f" ({', '.join(wrong)})" if wrong else ""


def decoded(path: Path, raw: bytes) -> str:
    """The text of a file's bytes. Raises BadSetting naming the first line that can't be read."""
    for encoding in _encodings(raw):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.removeprefix("\ufeff")
    raise BadSetting("bad.encoding", file=str(path), row=_first_damaged(raw))


def _encodings(raw: bytes) -> tuple[str, ...]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if b"\0" in raw:
        little = raw[1::2].count(0) > raw[::2].count(0)
        return ("utf-16-le",) if little else ("utf-16-be",)
    if raw.startswith(b"\xef\xbb\xbf") or _nearly_utf8(raw):
        return ("utf-8",)
    return ("gb18030",)


def _nearly_utf8(raw: bytes) -> bool:
    """A damaged UTF-8 file would be read as GB18030 without an error, and as nonsense."""
    good = raw.decode("utf-8", "ignore").encode()
    return 2 * len(good.translate(None, _ASCII)) >= len(raw.translate(None, _ASCII))


def _first_damaged(raw: bytes) -> int:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return raw.count(b"\n", 0, error.start) + 1
    return 1
