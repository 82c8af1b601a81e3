"""The files of the server."""

from __future__ import annotations

import io
import mimetypes
from dataclasses import dataclass
from typing import Any

from standins.botapi.common import MAX_UPLOAD, Json, Refused, Upload, bad

FOLDERS = {
    "photo": ("photos", ".jpg"), "document": ("documents", ""), "voice": ("voice", ".oga"),
    "video": ("videos", ".mp4"), "sticker": ("stickers", ".webp"),
}  # fmt: skip


PICTURES = ["JPEG", "PNG", "GIF", "WEBP", "BMP"]
"""The kinds of pictures that Telegram makes photos of."""


MAX_PHOTO = 10 * 1024 * 1024
"""The largest photo, in bytes."""


SIDES, RATIO = 10_000, 20
"""A photo's width and height together, in pixels, and how many times one may be the other."""


@dataclass(slots=True)
class StoredFile:
    """A file on the server. `size` may be claimed larger than the bytes kept here."""

    kind: str
    number: int
    content: bytes
    name: str
    mime: str
    size: int

    @property
    def id(self) -> str:
        """As long as real ones, so that no column is too short for it."""
        return f"{self.kind}-{self.number}-".ljust(80, "A")

    @property
    def path(self) -> str:
        """Where it is downloaded from, below `/file/bot<token>/`."""
        folder, ending = FOLDERS[self.kind]
        dot = self.name.rfind(".")
        return f"{folder}/file_{self.number}{ending or (self.name[dot:] if dot >= 0 else '')}"

    def card(self) -> Json:
        """The File object."""
        return {**self._ids(), "file_path": self.path}

    def _ids(self, suffix: str = "") -> Json:
        return {
            "file_id": self.id + suffix,
            "file_unique_id": f"AQAD{self.number:010d}{suffix}",
            "file_size": self.size,
        }

    def shown(self, params: Json) -> Json:
        """The field of a message that holds this file."""
        if self.kind == "photo":
            small = {**self._ids("s"), "width": 90, "height": 67}
            return {"photo": [small, {**self._ids(), "width": 800, "height": 600}]}
        seen: Json = self._ids()
        if self.kind in ("document", "video"):
            seen["file_name"] = self.name
        if self.kind != "sticker":
            seen["mime_type"] = self.mime
        if self.kind in ("voice", "video"):
            seen["duration"] = int(params.get("duration") or 1)
        if self.kind in ("video", "sticker"):
            seen |= {"width": params.get("width", 512), "height": params.get("height", 512)}
        if self.kind == "sticker":
            seen |= {"type": "regular", "is_animated": False, "is_video": False, "emoji": "👍"}
        return {self.kind: seen}


class Files:
    """All files of the server, by id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(
        self, kind: str, content: bytes, name: str = "", mime: str = "", size: int | None = None
    ) -> StoredFile:
        """Keep a file; a missing name or type is made up as the server would."""
        number = len(self._by_path)
        if mime in ("", "application/octet-stream"):
            mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        name = name or f"file_{number}"
        length = len(content) if size is None else size
        stored = StoredFile(kind, number, content, name, mime, length)
        self._by_id[stored.id] = self._by_id[stored.id + "s"] = stored
        self._by_path[stored.path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def named(self, kind: str, given: Any, params: Json) -> StoredFile:
        """The file a call speaks of: an upload, the name of one, or an id used again."""
        if isinstance(given, str) and given.startswith("attach://"):
            given = params.get(given.removeprefix("attach://"))
        if isinstance(given, Upload):
            check_upload(kind, given)
            return self.add(kind, given.content, given.name, given.mime)
        if not given:
            raise bad(f"there is no {kind} in the request")
        stored = self.get(str(given))
        if stored is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            raise bad(f"can't use file of type {stored.kind.title()} as {kind.title()}")
        return stored


def check_upload(kind: str, upload: Upload) -> None:
    if not upload.content:
        raise bad("file must be non-empty")
    if len(upload.content) > MAX_UPLOAD:
        raise Refused(413, "Request Entity Too Large")
    if kind == "photo":
        check_photo(upload.content)


def check_photo(content: bytes) -> None:
    """As the Bot API does: by size before the picture is read, by its sides, then by unpacking."""
    if len(content) > MAX_PHOTO:
        raise bad(
            f"file of size {len(content)} bytes is too big for a photo; "
            f"the maximum size is {MAX_PHOTO} bytes"
        )
    from PIL import Image  # loaded for photos alone: the stand-in starts quickly

    try:
        picture = Image.open(io.BytesIO(content), formats=PICTURES)
        short, long = sorted(picture.size)
        if short + long > SIDES or long > RATIO * short:
            raise bad("PHOTO_INVALID_DIMENSIONS")
        picture.load()
    except (OSError, ValueError, SyntaxError):
        raise bad("IMAGE_PROCESS_FAILED") from None
