"""Files from and to the page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import structlog
from aiohttp import BodyPartReader, web

from files import traces
from files.shrunk import SIDES, shrunk
from files.uploads import MAX_BYTES, kind_of
from petitions.errors import BadAnswer, PetitionError
from petitions.logged import LogEntry
from petitions.telling.ports import Visitor
from petitions.values.checks import LONG
from webchat import CHANNEL
from webchat.asked import OfLine, Shown, Upload, count
from webchat.asking import guest, language
from webchat.guard import Refusal
from webchat.limits import AGAIN
from webchat.lines import (
    PICTURES,
    SOUNDS,
    Json,
    archive_in,
    dumps,
    file_in,
    name_in,
    on_page,
    stored_file,
)
from webchat.room import ROOM, WebChat, claim_of
from webchat.routes import BYTES, NOBODY, Given, read, route
from webchat.shown import Said

log = structlog.get_logger()

LONGEST_FIELD = 4 * LONG
"""Bytes of a field beside the file."""
MOST_PARTS = 20
"""More than the page ever sends in one upload."""
PATIENCE = 15 * 60
"""Seconds an upload may take: 20 MB over a poor line."""
SILENCE = 20.0
"""Seconds an upload may stand still."""
SLOWEST = 4 * 1024
"""Bytes a second an upload must come to, by and by: what trickles holds a place from others."""

KINDS = frozenset({"photo", "document", "voice", "video"})
HEARD = {"video/webm": "audio/webm", "video/mp4": "audio/mp4", "application/ogg": "audio/ogg"}
"""Type of a film → of a recording that shows nothing: its bytes begin as those of a film."""
MIME = re.compile(r"[a-z]{1,32}/[a-z0-9.+-]{1,90}")


class Pace:
    """How long an upload may still take: each piece that arrives buys it some time."""

    def __init__(self, limit: asyncio.Timeout) -> None:
        self._limit = limit
        self._began = asyncio.get_running_loop().time()
        self._taken = 0
        self.took(0)

    def took(self, count: int) -> None:
        """So many bytes more have arrived."""
        self._taken += count
        now = asyncio.get_running_loop().time()
        steady = self._began + SILENCE + self._taken / SLOWEST
        self._limit.reschedule(min(now + SILENCE, steady, self._began + PATIENCE))


@dataclass
class Received:
    """One upload as it arrived."""

    fields: Json = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)
    name: str = "file"
    mime: str = "application/octet-stream"

    @property
    def asked(self) -> Upload:
        """The request: the file and the fields beside it. Raises Refusal."""
        return read(Upload, self.fields | {"file": self.content})

    @property
    def kind(self) -> str:
        """How it is to be taken; a picture no browser shows is a document."""
        kind = str(self.fields.get("kind", ""))
        if kind not in KINDS or (kind == "photo" and self.mime not in PICTURES):
            return "document"
        return kind


@route("POST", "/api/{pane}/file", Given("The line, and all that came since.", Said), form=Upload,
       session=NOBODY)  # fmt: skip
async def upload(request: web.Request) -> web.Response:
    """Send a file. `key` comes before `file`.

    Raises Refusal.
    """
    room = request.app[ROOM]
    visitor, _ = await guest(request)
    if (request.content_length or 0) > MAX_BYTES + 64 * 1024:
        raise too_large()
    with room.limits.uploads.place(visitor.chat, room.limits.address(request)):
        answer = await _take(request, room, visitor)
    return web.json_response(answer, dumps=dumps)


async def _take(request: web.Request, room: WebChat, visitor: Visitor) -> Json:
    try:
        async with asyncio.timeout(PATIENCE) as limit:
            received = await receive(request, room, visitor, Pace(limit))
    except TimeoutError:
        raise Refusal("slow", wait=AGAIN) from None
    except (ValueError, AssertionError):
        raise Refusal("broken") from None
    asked = received.asked
    known = room.answered(claim_of(visitor.chat, asked.key))
    if known is None:
        answer = await _keep(request, visitor, received, asked)
    else:
        answer = await room.said_again(visitor.chat, known)
    return await room.with_news(visitor.chat, asked.after, answer)


async def _keep(
    request: web.Request, visitor: Visitor, received: Received, asked: Upload
) -> Json:  # fmt: skip
    room, caption = request.app[ROOM], asked.caption
    lang = language(asked.lang, visitor.lang)
    if not received.content:
        raise Refusal("empty")
    content = bytes(received.content)
    received.mime = await asyncio.to_thread(judged, content, received.mime, received.name)

    async def work(claim: str) -> Json:
        sender = f"{CHANNEL}:{visitor.chat}"
        address = room.limits.address(request)
        ref = await room.vault.keep(content, received.name, received.mime, sender, address)
        entry = LogEntry("me", caption, files=[stored_file(ref, received.kind)], key=asked.key)
        place = await asyncio.to_thread(traces.place_of, content)
        ear = room.ear(visitor.chat, lang, claim, address)
        heard = ear.sent(ref, caption, received.kind == "voice", place, asked.album)
        said = await room.mouth.answer(visitor.chat, heard, entry)
        return {"line": on_page(said.line)} if said.line else {}

    return await room.once(visitor.chat, asked.key, work)


async def receive(
    request: web.Request, room: WebChat, visitor: Visitor, pace: Pace
) -> Received:  # fmt: skip
    """Read the parts as they come; stops early when the same key was answered before.

    Raises Refusal when too large, ValueError when it is no readable upload.
    """
    received, parts = Received(), 0
    if not request.content_type.startswith("multipart/"):
        raise ValueError("not a multipart body")
    async for part in await request.multipart():
        parts += 1
        if not isinstance(part, BodyPartReader) or received.content or parts > MOST_PARTS:
            raise ValueError("nested parts, parts behind the file, or too many")
        if part.name != "file":
            said = await capped(part, LONGEST_FIELD, pace)
            received.fields[part.name or ""] = said.decode()
            continue
        if room.answered(claim_of(visitor.chat, received.asked.key)) is not None:
            return received
        received.name = part.filename or ""
        received.mime = clean_mime(part.headers.get("Content-Type", ""))
        received.content = await capped(part, MAX_BYTES, pace)
    return received


def judged(content: bytes, said: str, name: str = "") -> str:
    """The media type by the content; what was said of it only tells sound from film. Raises
    BadAnswer for a kind that isn't taken."""
    mime = kind_of(content, name)
    if not mime:
        raise BadAnswer("bad.file_type")
    return HEARD.get(mime, mime) if said.startswith("audio/") else mime


async def capped(part: BodyPartReader, limit: int, pace: Pace) -> bytearray:
    """A part's bytes. Raises Refusal beyond the limit."""
    content = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        content += chunk
        pace.took(len(chunk))
        if len(content) > limit:
            raise too_large()
    return content


def too_large() -> Refusal:
    """The refusal that names the limit."""
    return Refusal("large", limit=MAX_BYTES // 1024 // 1024)


def clean_mime(value: str) -> str:
    """A plain media type; anything odd is only bytes."""
    mime = value.partition(";")[0].strip().lower()
    return mime if MIME.fullmatch(mime) else "application/octet-stream"


@route("GET", "/api/{pane}/file/{id}", {
    200: Given("The file.", BYTES, "*/*"), 206: Given("The part that was asked for.", BYTES, "*/*"),
    416: Given("There is no such part.", mime=""),
}, asks=Shown, session="missing")  # fmt: skip
async def download(request: web.Request, asked: Shown) -> web.Response:
    """A file that a line of the visitor's own log shows; one range at a time.

    Raises Refusal for any other, FileGone when the bytes are lost.
    """
    room = request.app[ROOM]
    visitor = (await guest(request))[0]
    id = count(request.match_info["id"])
    line = await room.visitors.get(visitor.chat, asked.line)
    if not file_in(line, id):
        raise Refusal("missing")
    ref = replace(await room.vault.ref(id), name=name_in(line, id))
    content, mime, shown = await room.vault.read(id), ref.mime, "attachment"
    if side := SIDES.get(asked.shown):
        mime, content, shown = *await _painted(room, content, side), "inline"
    elif mime in SOUNDS:
        shown = "inline"
    response = part_of(request, content)
    response.content_type = clean_mime(mime)
    response.headers["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(ref.name, '')}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Accept-Ranges"] = "bytes"
    return response


async def _painted(room: WebChat, content: bytes, side: int) -> tuple[str, bytes]:
    """A picture to be shown. Raises Refusal: it is offered as a file then."""
    async with room.painting:
        found = await asyncio.to_thread(shrunk, content, side)
    if found is None:
        raise Refusal("missing")
    return found


@route("GET", "/api/{pane}/archive", {
    200: Given("The ZIP.", BYTES, "application/zip"),
    409: Given("It may not be had any more, or not now: why, in the visitor's language.",
               mime="text/plain"),
}, asks=OfLine, session="missing")  # fmt: skip
async def archive(request: web.Request, asked: OfLine) -> web.StreamResponse:
    """The archive that a line of the visitor's own log offers, packed while it is sent; one at a
    time for each person.

    What is refused is read in a window of its own.
    """
    room = request.app[ROOM]
    visitor = (await guest(request))[0]
    offered = archive_in(await room.visitors.get(visitor.chat, asked.line))
    if offered is None or room.packing is None:
        raise Refusal("missing")
    try:
        with room.packing.place(offered):
            async with aclosing(room.packing.pack(offered, CHANNEL, visitor.lang)) as pieces:
                return await _streamed(request, await anext(pieces), pieces)
    except PetitionError as error:
        return web.Response(text=error.sentence(visitor.lang), status=409)


async def _streamed(
    request: web.Request, first: bytes, pieces: AsyncGenerator[bytes, None]
) -> web.StreamResponse:
    """A response as it is made. One that can't be ended is cut off, so that it is seen."""
    response = web.StreamResponse()
    response.content_type = "application/zip"
    response.headers["Content-Disposition"] = 'attachment; filename="petition-file.zip"'
    await response.prepare(request)
    try:
        if request.method != "HEAD":
            await response.write(first)
            async for piece in pieces:
                await response.write(piece)
        await response.write_eof()
    except ConnectionError:
        pass  # the reader has gone
    except Exception as error:
        log.error("archive.cut_off", error=type(error).__name__)
        if request.transport:
            request.transport.abort()
    return response


def part_of(request: web.Request, content: bytes) -> web.Response:
    """The whole, or the one range asked for: some browsers play sound only by ranges."""
    try:
        wanted = request.http_range
    except ValueError:
        wanted = slice(None)
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=content)
    start, stop, _ = wanted.indices(len(content))
    if start >= stop:
        size = {"Content-Range": f"bytes */{len(content)}"}
        return web.Response(status=416, headers=size)
    where = {"Content-Range": f"bytes {start}-{stop - 1}/{len(content)}"}
    return web.Response(status=206, body=content[start:stop], headers=where)
