"""A stand-in for Telegram's Bot API server: real HTTP, small, fast, and as strict.

In a test, with any library that may be pointed at another server:

    async with BotApi() as api:
        phone = api.phone(1001, "Citizen")      # a person with the app
        ...                                     # start the bot on api.url with api.token
        await phone.say("/start")
        await phone.expect("Welcome")
        await phone.press("File a petition")

The server keeps what every chat shows (`Chat.messages`, dicts as the Bot API sends them), the
files, and a log of all calls; `BotApi.fault` makes it fail as the real one does at times.

For benchmarks it runs in a process of its own, `python -m tests.botapi --port 8081`, steered
over HTTP: see `Control`.

Where the real server's limits aren't known exactly, the stricter reading is taken: text is
counted in UTF-16 units. Plain text only: a `parse_mode` is refused, loudly.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import itertools
import json
import logging
import mimetypes
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import aiohttp

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


# --- Text, entities, buttons ------------------------------------------------------------------

ODD = re.compile(r"[\x00-\x09\x0b-\x1f\u2028-\u202e]")
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
ENTITY_HINT = re.compile(r"[/@#.]")
ENTITY = re.compile(
    r"(?P<url>https?://[^\s<>\"]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/<>])"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?<!\w)(?P<hashtag>\#\w*[^\W\d]\w*)"
)


def units(text: str) -> int:
    """Length as Telegram counts it: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cleaned(text: str) -> str:
    """What is left of a text: no control or direction-switching characters, no margins."""
    if ODD.search(text):
        text = ODD.sub(lambda m: " " if m[0] < " " and m[0] != "\r" else "", text)
    return text.strip(" \n")


def entities(text: str) -> list[Json]:
    """The commands, links and names Telegram itself marks in a text."""
    if not ENTITY_HINT.search(text):
        return []
    return [
        {"type": m.lastgroup, "offset": units(text[: m.start()]), "length": units(m[0])}
        for m in ENTITY.finditer(text)
    ]


def written(text: str, key: str = "text", given: list[Json] | None = None) -> Json:
    """The fields of a message that hold a text: the text and, if any, its entities."""
    marks = given or entities(text)
    name = "entities" if key == "text" else "caption_entities"
    return {key: text, name: marks} if marks else {key: text}


def text_of(params: Json) -> Json:
    """The checked text of a call."""
    plain(params)
    raw = str(params.get("text") or "")
    if not raw:
        raise bad("message text is empty")
    text = cleaned(raw)
    if not text.strip().strip(INVISIBLE):
        raise bad("text must be non-empty")
    if units(text) > MAX_TEXT:
        raise bad("message is too long")
    return written(text, given=params.get("entities"))


def caption_of(params: Json) -> Json:
    """The checked caption of a call or of one medium of an album; empty when there is none."""
    plain(params)
    text = cleaned(str(params.get("caption") or ""))
    if units(text) > MAX_CAPTION:
        raise bad("message caption is too long")
    return written(text, "caption", params.get("caption_entities")) if text else {}


def plain(params: Json) -> None:
    if params.get("parse_mode"):
        raise bad("unsupported parse_mode (this stand-in knows plain text only)")


def inline_keyboard(markup: Json | None) -> Json | None:
    """The checked inline keyboard of a call; None when it has none, or an empty one."""
    if not markup or "inline_keyboard" not in markup:
        return None
    if not isinstance(markup["inline_keyboard"], list):
        raise bad('field "inline_keyboard" must be of type Array')
    rows = [[said(button) for button in row] for row in markup["inline_keyboard"] if row]
    for row in rows:
        for button in row:
            check_button(button)
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def said(button: Json) -> Json:
    """A button without the fields a library names but leaves empty."""
    return {key: value for key, value in button.items() if value is not None}


def check_button(button: Json) -> None:
    parsing = "can't parse inline keyboard button: "
    if "text" not in button:
        raise bad(parsing + 'Can\'t find field "text"')
    if not str(button["text"]).strip():
        raise bad(parsing + "Text is empty")
    if not any(value for key, value in button.items() if key not in ("text", "style")):
        raise bad(parsing + "Text buttons are unallowed in the inline keyboard")
    if len(str(button.get("callback_data", "")).encode()) > MAX_BUTTON_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if button.get("url"):
        check_url(str(button["url"]))


def check_url(url: str) -> None:
    """Telegram opens web links to named hosts only; never to a bare `localhost`."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    problem = ""
    if parts.scheme not in ("http", "https", "tg", "ton"):
        problem = "Unsupported URL protocol"
    elif parts.scheme in ("http", "https") and "." not in (parts.hostname or ""):
        problem = "Wrong HTTP URL"
    if problem:
        raise bad(f"inline keyboard button URL '{url}' is invalid: {problem}")


# --- Files ------------------------------------------------------------------------------------

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


# --- Chats ------------------------------------------------------------------------------------


def find_button(messages: Iterable[Json], wanted: str) -> tuple[Json, Json] | None:
    """The newest message with a button of this text or data, and the button; `*` is any."""
    for message in reversed(list(messages)):
        for button in buttons_of(message):
            if wanted in ("*", button["text"], button.get("callback_data")):
                return message, button
    return None


def buttons_of(message: Json) -> Iterator[Json]:
    for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
        yield from row


@dataclass(slots=True)
class Chat:
    """One chat, as everybody in it sees it now."""

    card: Json
    """The Chat object."""
    messages: dict[int, Json] = field(default_factory=dict)
    """What is shown, oldest first, by message_id. An edit replaces the dict, so that one got
    earlier still tells what was there then."""
    keyboard: list[list[Json]] = field(default_factory=list)
    """Rows of the reply keyboard under the text field."""
    blocked: bool = False
    watchers: list[Phone] = field(default_factory=list)
    last_id: int = 0

    @property
    def id(self) -> int:
        return int(self.card["id"])

    @property
    def numbers_own(self) -> bool:
        """Supergroups and channels count their own messages; all else shares one count."""
        return self.card["type"] in ("supergroup", "channel")

    def tell(self, kind: str, what: Json) -> None:
        for phone in self.watchers:
            phone.notice(kind, what)

    def tail(self, count: int = 6) -> str:
        """The newest messages, for people reading a failed test."""
        lines = [describe(message) for message in list(self.messages.values())[-count:]]
        return "\n".join(lines) or "(nothing)"


def describe(message: Json) -> str:
    """One message in one readable line, buttons in brackets."""
    who = message.get("from", {}).get("first_name", "channel")
    kinds = [kind for kind in FOLDERS if kind in message]
    text = message.get("text") or message.get("caption") or ""
    labels = "".join(f" [{button['text']}]" for button in buttons_of(message))
    return f"  #{message['message_id']} {who}: {''.join(f'<{k}> ' for k in kinds)}{text}{labels}"


# --- Updates and their delivery ---------------------------------------------------------------


def chat_of(update: Json) -> int:
    """The chat an update comes from; 0: none."""
    for what in update.values():
        if isinstance(what, dict):
            found = what.get("chat") or what.get("message", {}).get("chat") or {}
            return int(found.get("id", 0))
    return 0


class Updates:
    """What the bot has yet to confirm, in order, and the one call waiting for more."""

    def __init__(self, stats: Stats) -> None:
        self._stats = stats
        self._waiting: deque[tuple[Json, float]] = deque()
        self._next_id = 870_000_001
        self.forgets = True
        """Whether what was confirmed isn't sent again; a faulty server or a proxy's cache may."""
        self._allowed: list[str] = []
        self.hook: Hook | None = None
        self.posted: list[Json] = []
        """What was given to the webhook."""
        self._poll: tuple[Wire, int] | None = None
        self._timer: asyncio.Handle | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, content: Json) -> Json:
        """Queue an update under a new id, unless the bot has asked for others only."""
        update = {"update_id": 0, **content} | {"update_id": self._next_id}
        self._next_id += 1
        self.again(update)
        return update

    def again(self, update: Json) -> None:
        """Queue an update under the id it has."""
        if self.hook:
            self.posted.append(update)
        kind = next((key for key in update if key != "update_id"), "")
        if kind in self._allowed or (not self._allowed and kind not in UNASKED):
            if self.hook:
                self._stats.served(chat_of(update), time.perf_counter())
                self.hook.post(update)
                return
            self._waiting.append((update, time.perf_counter()))
            if self._poll:
                self._wake(0)

    def clear(self) -> None:
        self._waiting.clear()

    @property
    def is_asked(self) -> bool:
        """Whether a getUpdates call waits for something to tell."""
        return self._poll is not None

    def renumber(self, first: int) -> None:
        """The next update gets this number, and the following ones those after it: what Telegram
        does after a week without updates, when all has been fetched."""
        self._waiting.clear()
        self._next_id = first

    def hang_on(self, hook: Hook | None, allowed: list[str] | None = None) -> None:
        """Post updates from now on, or keep them for the asking again."""
        if self.hook:
            left = self.hook.stop()
            self._waiting.extend((update, time.perf_counter()) for update in left)
        self.hook = hook
        if hook:
            self._allowed = allowed or self._allowed
            for update, _ in self._waiting:
                hook.post(update)
            self._waiting.clear()

    def poll(self, wire: Wire, params: Json) -> None:
        """Answer a getUpdates call, now or when there is something to tell."""
        if not wire.open:
            return
        if self.hook:
            reason = "Conflict: can't use getUpdates method while webhook is active"
            wire.reply_json(409, Refused(409, reason).body)
            return
        if self._poll:
            self._refuse_older()
        if "allowed_updates" in params:
            self._allowed = list(params["allowed_updates"] or ())
        self._confirm(int(params.get("offset") or 0))
        self._poll = wire, min(max(int(params.get("limit") or 100), 1), 100)
        wait = min(int(params.get("timeout") or 0), MAX_POLL)
        if self._waiting or not wait:
            self._deliver()
        else:
            self._wake(wait)

    def hang_up(self, wire: Wire) -> None:
        """The caller has gone; what it would have been told stays here."""
        if self._poll and self._poll[0] is wire:
            self._poll = None
            if self._timer:
                self._timer.cancel()

    def _confirm(self, offset: int) -> None:
        """Forget what lies before the offset, unless that is none of these numbers: beyond the
        next ones, as it was before they began anew."""
        if offset < 0:
            offset = self._next_id + offset
        if not self.forgets or offset > self._next_id + BEYOND:
            return
        while self._waiting and self._waiting[0][0]["update_id"] < offset:
            self._waiting.popleft()

    def _wake(self, after: float) -> None:
        """Deliver after some seconds; after 0, with all that comes in the same moment."""
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(after, self._deliver)

    def _deliver(self) -> None:
        if self._timer:
            self._timer.cancel()
        if self._poll is None:
            return
        (wire, limit), self._poll = self._poll, None
        batch = [item for _, item in zip(range(limit), self._waiting, strict=False)]
        for update, since in batch:
            self._stats.served(chat_of(update), since)
        wire.reply_json(200, {"ok": True, "result": [update for update, _ in batch]})

    def _refuse_older(self) -> None:
        older, self._poll = self._poll, None
        if older:
            reason = "terminated by other getUpdates request; "
            reason += "make sure that only one bot instance is running"
            older[0].reply_json(409, Refused(409, f"Conflict: {reason}").body)


class Hook:
    """A webhook: each update is posted until it is taken, several at once."""

    def __init__(self, url: str, secret: str, doors: list[str], at_once: int = AT_ONCE) -> None:
        self.url = url
        self.secret = secret
        self.at_once = at_once
        """Calls under way at most; the others wait in the order of their updates."""
        self._free = asyncio.Semaphore(at_once)
        self.doors = doors
        """Addresses behind the one that was set, used in turn, as a reverse proxy would."""
        self.refused: Counter[int] = Counter()
        """Answers that weren't 2xx, by status; 0: nobody there."""
        self._turn = 0
        self._tasks: dict[asyncio.Task[None], Json] = {}
        head = {"X-Telegram-Bot-Api-Secret-Token": secret}
        self._http = aiohttp.ClientSession(headers=head)

    def post(self, update: Json) -> None:
        task = asyncio.create_task(self._post(update))
        self._tasks[task] = update
        task.add_done_callback(self._tasks.pop)

    async def _post(self, update: Json) -> None:
        for wait in itertools.count(1):
            async with self._free:
                if 200 <= await self._try(update) < 300:
                    return
            await asyncio.sleep(min(0.1 * wait, 1))

    async def _try(self, update: Json) -> int:
        self._turn += 1
        door = self.doors[self._turn % len(self.doors)]
        try:
            async with self._http.post(door + urlsplit(self.url).path, json=update) as answer:
                status = answer.status
        except aiohttp.ClientError:
            status = 0
        if not 200 <= status < 300:
            self.refused[status] += 1
        return status

    def stop(self) -> list[Json]:
        """End; gives what wasn't taken."""
        left = sorted(self._tasks.values(), key=lambda update: int(update["update_id"]))
        for task in self._tasks:
            task.cancel()
        self._closing = asyncio.create_task(self._http.close())
        return left


class Stats:
    """How many calls came, and how long a chat waited for the first thing said to it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.calls: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()
        self.first_send = self.last_send = 0.0
        self._open: dict[int, tuple[float, float]] = {}
        self._from_served: list[float] = []
        self._from_queued: list[float] = []
        self._cpu = time.process_time()

    def served(self, chat: int, queued: float) -> None:
        """The bot was given an update of this chat."""
        self._open.setdefault(chat, (queued, time.perf_counter()))

    def sent(self, chat: int) -> None:
        """The bot said something in this chat, or changed what it had said."""
        self.last_send = time.time()
        self.first_send = self.first_send or self.last_send
        if (since := self._open.pop(chat, None)) is not None:
            now = time.perf_counter()
            self._from_queued.append(now - since[0])
            self._from_served.append(now - since[1])

    def report(self) -> Json:
        return {
            "calls": dict(self.calls),
            "refused": {str(code): count for code, count in self.refused.items()},
            "first_send": self.first_send,
            "last_send": self.last_send,
            "unanswered_chats": len(self._open),
            "served_to_first_send": spread(self._from_served),
            "queued_to_first_send": spread(self._from_queued),
            "own_cpu_seconds": round(time.process_time() - self._cpu, 3),
        }


def spread(seconds: list[float]) -> Json:
    """Count, median, 99th percentile and maximum, in milliseconds."""
    if not seconds:
        return {"count": 0}
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 2)

    return {"count": len(ordered), "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1)}


# --- Faults -----------------------------------------------------------------------------------

ERRORS = {
    "500": (500, "Internal Server Error"),
    "502": (502, "Bad Gateway"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "not_found": (400, "Bad Request: chat not found"),
    "no_rights": (400, "Bad Request: not enough rights to send text messages to the chat"),
    "migrated": (400, "Bad Request: group chat was upgraded to a supergroup chat"),
    "unauthorized": (401, "Unauthorized"),
    "conflict": (409, "Conflict: terminated by other getUpdates request"),
    "wrong_file": (400, "Bad Request: wrong file identifier/HTTP URL specified"),
    "no_voices": (400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"),
    "too_large": (413, "Request Entity Too Large"),
}


@dataclass(slots=True)
class Fault:
    """Something that goes wrong the next `times` times (-1: for good) a call fits."""

    method: str
    """A method's name, `*` for any but getUpdates, `download` for the fetching of files."""
    chat_id: int | None
    kind: str
    times: int
    retry_after: int
    """Seconds, for kind `429`."""
    seconds: float
    """How late the answer is, for kind `late`."""

    def fits(self, method: str, chat_id: int | None) -> bool:
        named = self.method == method or (self.method == "*" and method != "getUpdates")
        return named and self.times != 0 and self.chat_id in (None, chat_id)

    def refusal(self) -> Refused | None:
        """The error to answer with; None when the call is carried out."""
        if self.kind == "429":
            after = self.retry_after
            return Refused(429, f"Too Many Requests: retry after {after}", retry_after=after)
        if self.kind == "migrated":
            return Refused(*ERRORS[self.kind], migrate_to_chat_id=-1_000_000_000_001)
        return Refused(*ERRORS[self.kind]) if self.kind in ERRORS else None


# --- The server -------------------------------------------------------------------------------


class BotApi:
    """The server. Start it with `async with`, or `start` and `stop` (state stays over a stop)."""

    def __init__(
        self, token: str = TOKEN, *, keep_calls: bool = True, history: int | None = None
    ) -> None:
        """`keep_calls=False` and a limit on each chat's `history` save memory in long runs."""
        self.token = token
        self.port = 0
        self.me: Json = {
            "id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Petitions",
            "username": "petitions_test_bot", "can_join_groups": True,
            "can_read_all_group_messages": False, "supports_guest_queries": False,
            "supports_inline_queries": False, "can_connect_to_business": False,
            "has_main_web_app": False, "has_topics_enabled": False,
            "allows_users_to_create_topics": False, "can_manage_bots": False,
            "supports_join_request_queries": False,
        }  # fmt: skip
        self.calls: list[tuple[str, Json]] = []
        """Every call that came, in order, with its parameters (files as `Upload`)."""
        self.chats: dict[int, Chat] = {}
        self.phones: dict[int, Phone] = {}
        self.files = Files()
        self.commands: dict[tuple[str, int, int, str], list[Json]] = {}
        """Commands by scope type, chat, user (0: none) and language (empty: any)."""
        self.profile: dict[tuple[str, str], str] = {}
        """Name, description and short description by language."""
        self.menu_buttons: dict[int, Json] = {}
        self.answers: dict[str, Json] = {}
        """What the bot answered to presses, by callback query id."""
        self.pressed: dict[str, tuple[int, int]] = {}
        self.stays: set[int] = set()
        """Messages that can't be deleted any more."""
        """Who pressed and in which chat, by callback query id."""
        self.ahead = 0
        """Seconds that new messages are dated ahead of the clock: a test that lets time pass."""
        self.stats = Stats()
        self.updates = Updates(self.stats)
        self.faults: list[Fault] = []
        self.doors: list[str] = []
        self._hung: Hook | None = None
        """The webhook that was set, while the server is stopped."""
        """Where a webhook's calls really go, in turn; empty: to the address that was set."""
        self.on_sent: Callable[[Chat], None] | None = None
        self.wires: set[Wire] = set()
        self._keep_calls = keep_calls
        self._history = history
        self._last_id = 0
        self._albums = 0
        self._server: asyncio.Server | None = None
        self._control = Control(self)

    async def __aenter__(self) -> BotApi:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int | None = None) -> None:
        """Listen on a port (none given: the same as before, at first a free one)."""
        if (before := self._hung) is not None:
            again = Hook(before.url, before.secret, before.doors, before.at_once)
            self.updates.hang_on(again)
            self._hung = None
        loop = asyncio.get_running_loop()
        chosen = self.port if port is None else port
        self._server = await loop.create_server(lambda: Wire(self), "127.0.0.1", chosen)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the port and every connection, also those waiting for updates; what people say
        meanwhile waits."""
        if self.updates.hook:
            self._hung = self.updates.hook
            self.updates.hang_on(None)
        if self._server:
            self._server.close()
            for wire in list(self.wires):
                wire.drop()
            await self._server.wait_closed()
            self._server = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # What a test does with it

    def phone(
        self, user_id: int, first_name: str = "", language_code: str = "zh-hans", **more: Any
    ) -> Phone:
        """The person with this id; made, with a private chat to the bot, when new."""
        if user_id not in self.phones:
            user = {"id": user_id, "is_bot": False, "first_name": first_name or "Citizen"}
            user |= {"language_code": language_code} if language_code else {}
            self.phones[user_id] = Phone(self, {**user, **more})
        return self.phones[user_id]

    def private(self, user: Json) -> Chat:
        """The private chat of a user with the bot."""
        card: Json = {"id": user["id"]}
        card |= {k: user[k] for k in ("first_name", "last_name", "username") if k in user}
        return self.chats.setdefault(user["id"], Chat({**card, "type": "private"}))

    def group(self, chat_id: int, title: str = "Group", type: str = "supergroup") -> Chat:
        """The group (or, with another type, the channel) with this negative id."""
        return self.chats.setdefault(chat_id, Chat({"id": chat_id, "title": title, "type": type}))

    def topic(self, group: Chat, sender: Json, name: str = "Topic") -> int:
        """A new topic of a forum; gives its thread's id, which its first message has."""
        group.card["is_forum"] = True
        made = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        return int(self.add_message(group, sender, made)["message_id"])

    def channel_post(self, chat_id: int, text: str) -> Json:
        """Someone posts in a channel the bot belongs to."""
        channel = self.group(chat_id, "Channel", "channel")
        post = self.add_message(channel, None, written(text))
        return self.updates.add({"channel_post": post})

    def feed(self, content: Json) -> Json:
        """Queue any update; it gets a new update_id and is returned."""
        return self.updates.add(content)

    def fault(
        self, method: str, chat_id: int | None = None, *, kind: str | int, times: int = 1,
        retry_after: int = 1, seconds: float = 1.0,
    ) -> Fault:  # fmt: skip
        """Let calls fail: `429`, `500`, `502`, `502_html`, `blocked`, `deactivated`, `not_found`,
        `no_rights`, `migrated`, `unauthorized`, `conflict`, `wrong_file`, `no_voices`,
        `too_large`, `drop` (connection closed, nothing
        done), `drop_after` (done, then closed), `late` (done, answered after `seconds`) or `odd`
        (done, answered as nobody knows it)."""
        fault = Fault(method, chat_id, str(kind), times, retry_after, seconds)
        if fault.kind not in {*ERRORS, "429", "502_html", "drop", "drop_after", "late", "odd"}:
            raise ValueError(f"no such fault: {kind}")
        self.faults.append(fault)
        return fault

    def called(self, method: str, chat_id: int | None = None) -> list[Json]:
        """The parameters of all calls of a method (in a chat)."""
        fitting = [params for name, params in self.calls if name == method]
        return [p for p in fitting if chat_id is None or p.get("chat_id") == chat_id]

    def content(self, file_id: str) -> bytes:
        """The bytes of a file the bot or a person sent."""
        stored = self.files.get(file_id)
        if stored is None:
            raise KeyError(file_id)
        return stored.content

    # Requests

    def serve(self, wire: Wire, request: Request) -> None:
        """Answer one HTTP request."""
        root, _, rest = request.path.lstrip("/").partition("/")
        if root == "control":
            self._control.serve(wire, rest, request)
        elif root.startswith("bot") and self._known(wire, root[3:]):
            self._call(wire, rest, request)
        elif root == "file":
            bot, _, path = rest.partition("/")
            if self._known(wire, bot[3:]):
                self._download(wire, path)
        else:
            wire.reply_json(404, Refused(404, "Not Found").body)

    def _known(self, wire: Wire, token: str) -> bool:
        if token == self.token:
            return True
        shaped = re.fullmatch(r"\d+:.+", token)
        refusal = Refused(401, "Unauthorized") if shaped else Refused(404, "Not Found")
        wire.reply_json(refusal.code, refusal.body)
        return False

    def _call(self, wire: Wire, method: str, request: Request) -> None:
        name, work = METHODS.get(method.lower(), ("", None))
        try:
            if work is None:
                raise Refused(404, "Not Found: method not found")
            params = request.params()
        except Refused as refusal:
            self._reply(wire, refusal)
            return
        except ValueError:
            self._reply(wire, bad("can't parse the request"))
            return
        self.stats.calls[name] += 1
        if self._keep_calls:
            self.calls.append((name, params))
        fault = self._next_fault(name, self._chat_in(params)) if self.faults else None
        if fault is None or not self._fail(wire, fault):
            self._carry_out(wire, name, work, params, fault)

    def _fail(self, wire: Wire, fault: Fault) -> bool:
        """Answer with the fault; False when the call is to be carried out all the same."""
        if fault.kind == "drop":
            wire.drop()
        elif fault.kind == "502_html":
            wire.reply(502, b"<html><title>502 Bad Gateway</title></html>", "text/html")
        elif refusal := fault.refusal():
            self._reply(wire, refusal)
        else:
            return False
        return True

    def _carry_out(
        self, wire: Wire, name: str, work: Method, params: Json, fault: Fault | None
    ) -> None:
        loop = asyncio.get_running_loop()
        if name == "getUpdates":
            if fault and fault.kind == "drop_after":
                wire.drop()
            elif fault:
                loop.call_later(fault.seconds, self.updates.poll, wire, params)
            else:
                self.updates.poll(wire, params)
            return
        answer = self._answer(work, params)
        if fault is None:
            self._reply(wire, answer)
        elif fault.kind == "drop_after":
            wire.drop()
        elif fault.kind == "odd":
            self._reply(wire, {"ok": True, "result": {"odd": 1}})
        else:
            loop.call_later(fault.seconds, self._reply, wire, answer)

    def _answer(self, work: Method, params: Json) -> Json | Refused:
        try:
            return {"ok": True, "result": work(self, params)}
        except Refused as refusal:
            return refusal
        except Exception:
            log.exception("the stand-in itself failed")
            return Refused(500, "Internal Server Error: the stand-in failed, see its log")

    def _reply(self, wire: Wire, answer: Json | Refused) -> None:
        if isinstance(answer, Refused):
            self.stats.refused[answer.code] += 1
            wire.reply_json(answer.code, answer.body)
        else:
            wire.reply_json(200, answer)

    def _next_fault(self, method: str, chat_id: int | None) -> Fault | None:
        for fault in self.faults:
            if fault.fits(method, chat_id):
                fault.times -= 1
                return fault
        return None

    def _chat_in(self, params: Json) -> int | None:
        """The chat a call concerns, also when it names only a press made there."""
        pressed = self.pressed.get(params.get("callback_query_id", ""))
        return pressed[1] if pressed else params.get("chat_id")

    def _download(self, wire: Wire, path: str) -> None:
        self.stats.calls["download"] += 1
        fault = self._next_fault("download", None)
        if fault and self._fail(wire, fault):
            return
        stored = self.files.at(path)
        if stored is None:
            self._reply(wire, Refused(404, "Not Found"))
        elif fault and fault.kind == "late":
            loop = asyncio.get_running_loop()
            loop.call_later(fault.seconds, wire.reply, 200, stored.content, stored.mime)
        else:
            wire.reply(200, stored.content, stored.mime)

    # Messages

    def add_message(self, chat: Chat, sender: Json | None, content: Json) -> Json:
        """Show a new message in a chat; a post in a channel has no sender."""
        if chat.numbers_own:
            chat.last_id = number = chat.last_id + 1
        else:
            self._last_id = number = self._last_id + 1
        who = {"from": sender} if sender else {"sender_chat": chat.card}
        head = {
            "message_id": number,
            **who,
            "chat": chat.card,
            "date": int(time.time() + self.ahead),
        }
        message = chat.messages[number] = {**head, **content}
        if self._history and len(chat.messages) > self._history:
            del chat.messages[next(iter(chat.messages))]
        return message

    def _writable(self, params: Json) -> Chat:
        """The chat of a call, if it is there and open to the bot."""
        chat_id = params.get("chat_id", "")
        if chat_id == "":
            raise bad("chat_id is empty")
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad("chat not found")
        if chat.blocked:
            raise Refused(*ERRORS["blocked"])
        return chat

    def _send(self, params: Json, content: Json) -> Json:
        markup = params.get("reply_markup") or {}
        inline = inline_keyboard(markup)
        chat = self._writable(params)
        content = {**self._replied(chat, params), **self._thread(chat, params), **content}
        if params.get("protect_content"):
            content["has_protected_content"] = True
        if inline:
            content["reply_markup"] = inline
        sender = None if chat.card["type"] == "channel" else self.me
        message = self.add_message(chat, sender, content)
        if "keyboard" in markup or "remove_keyboard" in markup:
            chat.keyboard = markup.get("keyboard", [])
        self._sent(chat, "message", message)
        return message

    @staticmethod
    def _thread(chat: Chat, params: Json) -> Json:
        """The topic a call names."""
        thread = params.get("message_thread_id")
        if thread is None:
            return {}
        if "forum_topic_created" not in chat.messages.get(thread, {}):
            raise bad("message thread not found")
        return in_topic(chat, thread)

    def _replied(self, chat: Chat, params: Json) -> Json:
        """The message a call answers to, as the answer carries it."""
        wish = params.get("reply_parameters") or {}
        number = wish.get("message_id", params.get("reply_to_message_id"))
        if number is None:
            return {}
        if number in chat.messages:
            return {"reply_to_message": unnested(chat.messages[number])}
        if {**params, **wish}.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")

    def _editable(self, params: Json) -> tuple[Chat, Json]:
        chat = self._writable(params)
        number = params.get("message_id")
        if not number:
            raise bad("message identifier is not specified")
        message = chat.messages.get(number)
        if message is None:
            raise bad("message to edit not found")
        if message.get("from", self.me) is not self.me:
            raise bad("message can't be edited")
        return chat, message

    def _edit(self, params: Json, without: Iterable[str], content: Json) -> Json:
        """Replace some fields of a message and, as Telegram does, all of its buttons."""
        markup = inline_keyboard(params.get("reply_markup"))
        chat, old = self._editable(params)
        gone = {*without, "reply_markup", "edit_date"}
        new = {key: value for key, value in old.items() if key not in gone} | content
        if markup:
            new["reply_markup"] = markup
        if new == {key: value for key, value in old.items() if key != "edit_date"}:
            raise bad(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        new["edit_date"] = int(time.time())
        chat.messages[new["message_id"]] = new
        self._sent(chat, "edit", new)
        return new

    def _sent(self, chat: Chat, kind: str, message: Json) -> None:
        self.stats.sent(chat.id)
        chat.tell(kind, message)
        if self.on_sent:
            self.on_sent(chat)

    # The methods of the Bot API

    def _get_me(self, params: Json) -> Json:
        return self.me

    def _yes(self, params: Json) -> bool:
        return True

    def _set_webhook(self, params: Json) -> bool:
        doors = self.doors or [f"http://{urlsplit(params['url']).netloc}"]
        at_once = int(params.get("max_connections") or AT_ONCE)
        hook = Hook(params["url"], params.get("secret_token") or "", doors, at_once)
        self.updates.hang_on(hook, list(params.get("allowed_updates") or ()))
        return True

    def _delete_webhook(self, params: Json) -> bool:
        self.updates.hang_on(None)
        if params.get("drop_pending_updates"):
            self.updates.clear()
        return True

    def _get_webhook_info(self, params: Json) -> Json:
        waiting = len(self.updates)
        url = self.updates.hook.url if self.updates.hook else ""
        return {"url": url, "has_custom_certificate": False, "pending_update_count": waiting}

    def _send_message(self, params: Json) -> Json:
        content = text_of(params)
        if params.get("link_preview_options"):
            content["link_preview_options"] = params["link_preview_options"]
        return self._send(params, content)

    def _send_photo(self, params: Json) -> Json:
        return self._send_file("photo", params)

    def _send_document(self, params: Json) -> Json:
        return self._send_file("document", params)

    def _send_voice(self, params: Json) -> Json:
        return self._send_file("voice", params)

    def _send_video(self, params: Json) -> Json:
        return self._send_file("video", params)

    def _send_file(self, kind: str, params: Json) -> Json:
        caption = caption_of(params)
        stored = self.files.named(kind, params.get(kind), params)
        return self._send(params, {**stored.shown(params), **caption})

    def _send_media_group(self, params: Json) -> list[Json]:
        media = params.get("media") or []
        if not 2 <= len(media) <= 10:
            raise bad(f"too {'few' if len(media) < 2 else 'many'} messages to send as an album")
        kinds = {item.get("type") for item in media}
        if "document" in kinds and len(kinds) > 1:
            raise bad("document can't be mixed with other media types")
        self._writable(params)
        shown = [self._medium(item, params) for item in media]
        self._albums += 1
        album = {"media_group_id": str(13_000_000_000_000_000 + self._albums)}
        return [self._send(params, album | content) for content in shown]

    def _medium(self, item: Json, params: Json) -> Json:
        """The fields of a message for one InputMedia object."""
        if item.get("type") not in ("photo", "video", "document"):
            raise bad("can't parse InputMedia: Unsupported type specified")
        caption = caption_of(item)
        stored = self.files.named(item["type"], item.get("media"), params)
        return {**stored.shown(item), **caption}

    def _edit_text(self, params: Json) -> Json:
        content = text_of(params)
        if "text" not in self._editable(params)[1]:
            raise bad("there is no text in the message to edit")
        return self._edit(params, ("text", "entities"), content)

    def _edit_caption(self, params: Json) -> Json:
        content = caption_of(params)
        if "text" in self._editable(params)[1]:
            raise bad("there is no caption in the message to edit")
        return self._edit(params, ("caption", "caption_entities"), content)

    def _edit_media(self, params: Json) -> Json:
        self._editable(params)
        content = self._medium(params.get("media") or {}, params)
        gone = ("text", "entities", "caption", "caption_entities", *FOLDERS)
        return self._edit(params, gone, content)

    def _edit_markup(self, params: Json) -> Json:
        return self._edit(params, (), {})

    def _delete_message(self, params: Json) -> bool:
        chat = self._writable(params)
        self._deletable([params.get("message_id", 0)])
        if chat.messages.pop(params.get("message_id", 0), None) is None:
            raise bad("message to delete not found")
        return True

    def _delete_messages(self, params: Json) -> bool:
        """Those that aren't there are passed over."""
        chat, ids = self._writable(params), params.get("message_ids") or []
        if not 1 <= len(ids) <= 100:
            raise bad("too few or too many message identifiers")
        self._deletable(ids)
        for id in ids:
            chat.messages.pop(id, None)
        return True

    def _deletable(self, ids: list[int]) -> None:
        """Older ones than two days stay where they are."""
        if self.stays.intersection(ids):
            raise bad("message can't be deleted for everyone")

    def _answer_press(self, params: Json) -> bool:
        query = params.get("callback_query_id", "")
        if query not in self.pressed:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if units(params.get("text", "")) > MAX_ANSWER:
            raise bad("MESSAGE_TOO_LONG")
        self.answers[query] = params
        if phone := self.phones.get(self.pressed[query][0]):
            phone.notice("answer", params)
        return True

    def _chat_action(self, params: Json) -> bool:
        self._writable(params)
        return True

    def _get_chat(self, params: Json) -> Json:
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
        accepted = dict.fromkeys((*gifts, "gifts_from_channels"), True)
        more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}
        return {**self._writable(params).card, **more}

    def _get_file(self, params: Json) -> Json:
        stored = self.files.get(params.get("file_id", ""))
        if stored is None:
            raise bad("invalid file_id")
        if stored.size > MAX_DOWNLOAD:
            raise bad("file is too big")
        return stored.card()

    def _set_commands(self, params: Json) -> bool:
        commands = params.get("commands") or []
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        self.commands[scope_of(params)] = commands
        return True

    def _get_commands(self, params: Json) -> list[Json]:
        return self.commands.get(scope_of(params), [])

    def _delete_commands(self, params: Json) -> bool:
        self.commands.pop(scope_of(params), None)
        return True

    def _set_profile(self, params: Json) -> bool:
        for key in PROFILE.intersection(params):
            self.profile[key, params.get("language_code", "")] = params[key]
        return True

    def _profile(self, key: str, params: Json) -> Json:
        asked = (key, params.get("language_code", ""))
        return {key: self.profile.get(asked, self.profile.get((key, ""), ""))}

    def _get_name(self, params: Json) -> Json:
        return {"name": self._profile("name", params)["name"] or self.me["first_name"]}

    def _get_description(self, params: Json) -> Json:
        return self._profile("description", params)

    def _get_short_description(self, params: Json) -> Json:
        return self._profile("short_description", params)

    def _set_menu_button(self, params: Json) -> bool:
        self.menu_buttons[params.get("chat_id", 0)] = params.get("menu_button") or DEFAULT_MENU
        return True

    def _get_menu_button(self, params: Json) -> Json:
        return self.menu_buttons.get(params.get("chat_id", 0), DEFAULT_MENU)


DEFAULT_MENU = {"type": "default"}
PROFILE = {"name", "description", "short_description"}
Method = Callable[[BotApi, Json], Any]

METHODS: dict[str, tuple[str, Method]] = {
    name.lower(): (name, work)
    for name, work in {
        "getMe": BotApi._get_me,
        "logOut": BotApi._yes,
        "close": BotApi._yes,
        "getUpdates": BotApi._yes,
        "setWebhook": BotApi._set_webhook,
        "deleteWebhook": BotApi._delete_webhook,
        "getWebhookInfo": BotApi._get_webhook_info,
        "sendMessage": BotApi._send_message,
        "sendPhoto": BotApi._send_photo,
        "sendDocument": BotApi._send_document,
        "sendVoice": BotApi._send_voice,
        "sendVideo": BotApi._send_video,
        "sendMediaGroup": BotApi._send_media_group,
        "editMessageText": BotApi._edit_text,
        "editMessageCaption": BotApi._edit_caption,
        "editMessageMedia": BotApi._edit_media,
        "editMessageReplyMarkup": BotApi._edit_markup,
        "deleteMessage": BotApi._delete_message,
        "deleteMessages": BotApi._delete_messages,
        "answerCallbackQuery": BotApi._answer_press,
        "sendChatAction": BotApi._chat_action,
        "getChat": BotApi._get_chat,
        "getFile": BotApi._get_file,
        "setMyCommands": BotApi._set_commands,
        "getMyCommands": BotApi._get_commands,
        "deleteMyCommands": BotApi._delete_commands,
        "setMyName": BotApi._set_profile,
        "getMyName": BotApi._get_name,
        "setMyDescription": BotApi._set_profile,
        "getMyDescription": BotApi._get_description,
        "setMyShortDescription": BotApi._set_profile,
        "getMyShortDescription": BotApi._get_short_description,
        "setChatMenuButton": BotApi._set_menu_button,
        "getChatMenuButton": BotApi._get_menu_button,
        "setMyDefaultAdministratorRights": BotApi._yes,
    }.items()
}


def unnested(message: Json) -> Json:
    """A message as another one carries it: without the one it answers itself."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def scope_of(params: Json) -> tuple[str, int, int, str]:
    """What a list of commands is kept under."""
    scope = params.get("scope") or {}
    language = params.get("language_code", "")
    return scope.get("type", "default"), scope.get("chat_id", 0), scope.get("user_id", 0), language


# --- HTTP -------------------------------------------------------------------------------------

PHRASES = {200: "OK", 404: "Not Found", 500: "Internal Server Error", 502: "Bad Gateway"}
PART_NAME = re.compile(rb'; name="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
PART_FILE = re.compile(rb'; filename="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
PART_TYPE = re.compile(rb"^content-type: *([^;\r\n]+)", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class Request:
    """One HTTP request."""

    verb: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""

    def params(self) -> Json:
        """The parameters from wherever they may be, numbers and objects decoded."""
        found: Json = dict(parse_qsl(self.query, keep_blank_values=True))
        kind, _, rest = self.headers.get("content-type", "").partition(";")
        if not self.body:
            pass
        elif kind == "application/x-www-form-urlencoded":
            found |= parse_qsl(self.body.decode(), keep_blank_values=True)
        elif kind == "multipart/form-data":
            found |= multipart(self.body, rest.partition("boundary=")[2].strip(' "'))
        elif kind == "application/json":
            found |= json.loads(self.body)
        for name, value in found.items():
            if isinstance(value, str) and (name in SCALARS or name in OBJECTS):
                found[name] = decoded(name, value)
        return found


def decoded(name: str, value: str) -> Any:
    """A parameter's value from its text: JSON, unless it is a chat's @name and such."""
    try:
        return json.loads(value)
    except ValueError:
        if name in OBJECTS and value:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None
        return value.lower() in ("true", "yes") if value.lower() in ("true", "false") else value


def multipart(body: bytes, boundary: str) -> Iterator[tuple[str, str | Upload]]:
    """The fields and files of a multipart body."""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        name, filename = PART_NAME.search(head), PART_FILE.search(head)
        if name and filename:
            mime = PART_TYPE.search(head)
            kind = mime[1].decode() if mime else ""
            yield unescaped(name[1]), Upload(unescaped(filename[1]), kind, content)
        elif name:
            yield unescaped(name[1]), content.decode()


def unescaped(name: bytes) -> str:
    """A name out of its quotes, in either of the two ways clients protect them."""
    return name.replace(b"%22", b'"').replace(b'\\"', b'"').replace(b"\\\\", b"\\").decode()


def parsed(head: str) -> Request:
    """A request from its first line and headers."""
    first, *lines = head.split("\r\n")
    verb, target, _ = first.split(" ", 2)
    path, _, query = target.partition("?")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Request(verb, unquote(path), query, headers)


class Wire(asyncio.Protocol):
    """One connection: HTTP/1.1, one request at a time, kept open."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._in = bytearray()
        self._chunked = bytearray()
        self._request: Request | None = None
        self._transport: asyncio.Transport | None = None
        self.busy = False
        """A request is not answered yet."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._api.wires.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._api.wires.discard(self)
        self._api.updates.hang_up(self)

    def data_received(self, data: bytes) -> None:
        self._in += data
        self._run()

    @property
    def open(self) -> bool:
        return self._transport is not None

    def drop(self) -> None:
        """Close the connection without a word."""
        if self._transport:
            self._transport.abort()
            self._transport = None

    def reply_json(self, code: int, body: Json) -> None:
        extra = ""
        if "parameters" in body and "retry_after" in body["parameters"]:
            extra = f"Retry-After: {body['parameters']['retry_after']}\r\n"
        self.reply(code, encoded(body).encode(), "application/json", extra)

    def reply(self, code: int, body: bytes, mime: str, extra: str = "") -> None:
        """Answer the request at hand and go on with the next, if it has come already."""
        if self._transport is None:
            return
        self._transport.write(
            f"HTTP/1.1 {code} {PHRASES.get(code, 'Error')}\r\nServer: stand-in\r\n"
            f"Content-Type: {mime}\r\n{extra}Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        self.busy = False
        if self._in:
            asyncio.get_running_loop().call_soon(self._run)

    def _run(self) -> None:
        while not self.busy and self._transport and (request := self._next()) is not None:
            self.busy = True
            self._api.serve(self, request)

    def _next(self) -> Request | None:
        """The next complete request; None while parts of it are missing."""
        if self._request is None:
            end = self._in.find(b"\r\n\r\n")
            if end < 0:
                return None
            self._request = parsed(self._in[:end].decode("latin-1"))
            del self._in[: end + 4]
        body = self._body(self._request)
        if body is None:
            return None
        request, self._request = self._request, None
        request.body = body
        return request

    def _body(self, request: Request) -> bytes | None:
        if "chunked" in request.headers.get("transfer-encoding", ""):
            return self._chunks()
        length = int(request.headers.get("content-length", 0))
        if len(self._in) < length:
            return None
        body = bytes(self._in[:length])
        del self._in[:length]
        return body

    def _chunks(self) -> bytes | None:
        """The body that came in pieces, once the empty last one is there."""
        while (end := self._in.find(b"\r\n")) >= 0:
            size = int(self._in[:end].split(b";")[0], 16)
            stop = end + 2 + size
            if len(self._in) < stop + 2:
                return None
            self._chunked += self._in[end + 2 : stop]
            del self._in[: stop + 2]
            if size == 0:
                body, self._chunked = bytes(self._chunked), bytearray()
                return body
        return None


# --- A person with the app --------------------------------------------------------------------


class Phone:
    """A person with Telegram. What they do becomes an update for the bot, and is returned."""

    def __init__(self, api: BotApi, user: Json) -> None:
        self._api = api
        self.user = user
        self.chat = api.private(user)
        self.chat.watchers.append(self)
        self.answers: list[Json] = []
        """Answers to this person's presses, as the bot gave them."""
        self._news: list[Event] = []
        self._told = 0
        self._acted = 0
        self._bell = asyncio.Event()

    # What is seen

    @property
    def id(self) -> int:
        return int(self.user["id"])

    @property
    def messages(self) -> list[Json]:
        """What the chat with the bot shows now, oldest first: both sides, edits applied."""
        return list(self.chat.messages.values())

    @property
    def received(self) -> list[Json]:
        """What the chat shows of the bot's messages."""
        return [message for message in self.messages if message.get("from") is self._api.me]

    @property
    def last(self) -> Json:
        """The bot's newest message."""
        if not self.received:
            raise AssertionError(f"the bot has said nothing; the chat:\n{self.chat.tail()}")
        return self.received[-1]

    @property
    def alerts(self) -> list[str]:
        """The texts of answers to presses, those that had one."""
        return [answer["text"] for answer in self.answers if answer.get("text")]

    @property
    def spinning(self) -> list[str]:
        """This person's presses the bot has not answered: their buttons still show a clock."""
        mine = (q for q, (user, _) in self._api.pressed.items() if user == self.id)
        return [query for query in mine if query not in self._api.answers]

    def buttons(self, message: Json | None = None) -> list[str]:
        """The labels under a message; none given: under the newest one that has any."""
        if message is not None:
            return [button["text"] for button in buttons_of(message)]
        labelled = (self.buttons(message) for message in reversed(self.messages))
        return next((labels for labels in labelled if labels), [])

    def notice(self, kind: str, what: Json) -> None:
        """The server tells what changed in a chat this person follows."""
        if kind == "answer":
            self.answers.append(what)
        self._news.append((kind, what))
        self._bell.set()

    async def wait(self, n: int = 1, timeout: float = LONG) -> list[Event]:  # noqa: ASYNC109
        """All that came since the last `wait` or `expect`, when it is at least `n` messages,
        edits or answers to presses."""

        def enough() -> bool:
            return len(self._news) - self._told >= n

        await self._until(enough, timeout, lambda: f"only {len(self._news) - self._told} of {n}")
        news = self._news[self._told :]
        self._told = len(self._news)
        return news

    async def expect(
        self, substring: str, timeout: float = LONG,  # noqa: ASYNC109
        *, fresh: bool = False, chat: Chat | None = None,
    ) -> Json:  # fmt: skip
        """The bot's newest message (text or caption) that contains this, as soon as it is shown.

        `fresh`: only if it came or changed since this person last did something.
        """
        shown = chat or self.chat

        def found() -> Json | None:
            new = [what for _, what in self._news[self._acted :]] if fresh else None
            for message in reversed(shown.messages.values()):
                said = message.get("text") or message.get("caption") or ""
                by_bot = message.get("from", self._api.me) is self._api.me
                if by_bot and substring in said and (new is None or message in new):
                    return message
            return None

        await self._until(lambda: found() is not None, timeout, lambda: repr(substring), shown)
        self._told = len(self._news)
        message = found()
        assert message is not None
        return message

    async def _until(
        self, done: Callable[[], bool], patience: float, wanted: Callable[[], str],
        chat: Chat | None = None,
    ) -> None:  # fmt: skip
        end = time.perf_counter() + patience
        while not done():
            self._bell.clear()
            try:
                await asyncio.wait_for(self._bell.wait(), max(end - time.perf_counter(), 0))
            except TimeoutError:
                tail = (chat or self.chat).tail()
                reason = f"not seen in {patience} s: {wanted()}; the chat:\n{tail}"
                raise AssertionError(reason) from None

    # What is done

    async def say(self, text: str, reply_to: int | Json | None = None) -> Json:
        """Write to the bot."""
        return self._post(self.chat, self._words(text), reply_to)

    async def say_in_group(
        self, group: Chat | int, text: str, reply_to: int | Json | None = None, topic: int = 0
    ) -> Json:
        """Write in a group, or in a topic of a forum; from then on this person also notices what
        the bot says there."""
        chat = group if isinstance(group, Chat) else self._api.group(group)
        if self not in chat.watchers:
            chat.watchers.append(self)
        return self._post(chat, in_topic(chat, topic) | self._words(text), reply_to)

    async def press(self, wanted: str, message: Json | None = None) -> Json:
        """Press the button with this label or data: on the newest message that has it, or on
        the one given, as it is shown now. A button of the reply keyboard says its text."""
        chat = self._api.chats[message["chat"]["id"]] if message else self.chat
        shown = list(chat.messages.values())
        if message:
            shown = [m for m in shown if m["message_id"] == message["message_id"]]
        found = find_button(shown, wanted)
        if found is None:
            return await self._press_below(wanted, shown)
        if "callback_data" not in found[1]:
            raise AssertionError(f"{wanted!r} opens {found[1].get('url')!r}: no press to send")
        return await self.forge(found[1]["callback_data"], found[0]["message_id"], chat)

    async def _press_below(self, wanted: str, shown: list[Json]) -> Json:
        """Press on the reply keyboard."""
        below = [button["text"] for row in self.chat.keyboard for button in row]
        if wanted in below:
            return await self.say(wanted)
        lines = [describe(message) for message in shown if self.buttons(message)]
        seen = "\n".join([*lines, f"  keyboard: {below}"])
        raise AssertionError(f"no button {wanted!r} is shown; visible are:\n{seen}")

    async def forge(self, data: str, message_id: int, chat: Chat | None = None) -> Json:
        """Send any data as if a button had been pressed under a message, there or not."""
        chat = chat or self.chat
        return self._did(press_update(self._api, self.user, chat, message_id, data))

    async def send(self, content: Json, reply_to: int | Json | None = None) -> Json:
        """Send a message with these fields."""
        return self._post(self.chat, content, reply_to)

    async def send_photo(
        self, content: bytes, caption: str | None = None, group: str | None = None,
        size: int | None = None,
    ) -> Json:  # fmt: skip
        """Send a photo; those with the same `group` form an album. `size` claims a length."""
        stored = self._api.files.add("photo", content, "", "image/jpeg", size)
        album = {"media_group_id": group} if group else {}
        return await self.send({**album, **stored.shown({}), **captioned(caption)})

    async def send_document(
        self, content: bytes, name: str = "file.pdf", mime: str = "application/pdf",
        caption: str | None = None, group: str | None = None, size: int | None = None,
    ) -> Json:  # fmt: skip
        """Send a file."""
        stored = self._api.files.add("document", content, name, mime, size)
        album = {"media_group_id": group} if group else {}
        return await self.send({**album, **stored.shown({}), **captioned(caption)})

    async def send_voice(self, content: bytes, duration: int = 3) -> Json:
        """Send a voice message of so many seconds."""
        stored = self._api.files.add("voice", content, "", "audio/ogg")
        return await self.send(stored.shown({"duration": duration}))

    async def send_video(
        self, content: bytes, duration: int = 3, caption: str | None = None, size: int | None = None
    ) -> Json:
        """Send a video of so many seconds."""
        stored = self._api.files.add("video", content, "video.mp4", "video/mp4", size)
        return await self.send({**stored.shown({"duration": duration}), **captioned(caption)})

    async def send_sticker(self) -> Json:
        """Send a sticker."""
        return await self.send(self._api.files.add("sticker", b"RIFF").shown({}))

    async def send_contact(self, phone_number: str = "+8600000000000") -> Json:
        """Share a telephone number, as one's own."""
        name = self.user["first_name"]
        card = {"phone_number": phone_number, "first_name": name, "user_id": self.id}
        return await self.send({"contact": card})

    async def send_location(self, lat: float, lon: float) -> Json:
        """Share a place."""
        return await self.send({"location": {"latitude": lat, "longitude": lon}})

    async def share_live(self, lat: float, lon: float, period: int = 3600) -> Json:
        """Share where one is, for so many seconds."""
        spot = {"latitude": lat, "longitude": lon, "live_period": period}
        return await self.send({"location": spot})

    async def move(self, message_id: int, lat: float, lon: float, ends: bool = False) -> Json:
        """Be elsewhere, while that is shared; `ends`: it is shared no more."""
        spot = {"latitude": lat, "longitude": lon} | ({} if ends else {"live_period": 3600})
        new = {**self.chat.messages[message_id], "location": spot, "edit_date": int(time.time())}
        self.chat.messages[message_id] = new
        return self._did({"edited_message": new})

    async def send_poll(self, question: str = "?", options: tuple[str, ...] = ("1", "2")) -> Json:
        """Ask the bot, of all, to vote."""
        choices = [
            {"persistent_id": str(i), "text": text, "voter_count": 0}
            for i, text in enumerate(options)
        ]
        poll = {
            "id": f"5{self.id}", "question": question, "options": choices, "type": "regular",
            "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
            "allows_multiple_answers": False, "allows_revoting": True, "members_only": False,
        }  # fmt: skip
        return await self.send({"poll": poll})

    async def edit(self, message_id: int, text: str) -> Json:
        """Change a message of one's own: its text, or its caption."""
        old = self.chat.messages[message_id]
        key = "text" if "text" in old else "caption"
        new = {**old, **written(text, key), "edit_date": int(time.time())}
        self.chat.messages[message_id] = new
        return self._did({"edited_message": new})

    async def delete(self, message_id: int) -> None:
        """Delete a message for both sides. Telegram does not tell the bot."""
        del self.chat.messages[message_id]

    async def block(self) -> Json:
        """Stop the bot: from now on it is refused."""
        self.chat.blocked = True
        return self._membership("member", "kicked")

    async def unblock(self) -> Json:
        """Let the bot write again."""
        self.chat.blocked = False
        return self._membership("kicked", "member")

    async def repeat(self, update: Json) -> Json:
        """The same update once more, under the same update_id."""
        self._api.updates.again(update)
        return update

    def _membership(self, old: str, new: str) -> Json:
        def state(status: str) -> Json:
            return {"status": status, "user": self._api.me} | (
                {"until_date": 0} if status == "kicked" else {}
            )

        change = {"chat": self.chat.card, "from": self.user, "date": int(time.time())}
        change |= {"old_chat_member": state(old), "new_chat_member": state(new)}
        return self._did({"my_chat_member": change})

    def _words(self, text: str) -> Json:
        if not text or units(text) > MAX_TEXT:
            raise ValueError(f"the app sends 1 to {MAX_TEXT} characters a message, not {len(text)}")
        return written(text)

    def _post(self, chat: Chat, content: Json, reply_to: int | Json | None) -> Json:
        if chat.blocked:
            raise AssertionError("this person has blocked the bot: unblock() comes first")
        if reply_to is not None:
            number = reply_to if isinstance(reply_to, int) else reply_to["message_id"]
            content = {**content, "reply_to_message": unnested(chat.messages[number])}
        return self._did({"message": self._api.add_message(chat, self.user, content)})

    def _did(self, update: Json) -> Json:
        self._acted = len(self._news)
        return self._api.updates.add(update)


def in_topic(chat: Chat, topic: int) -> Json:
    """The fields that put a message into a topic: like all of them it replies to its beginning."""
    if not topic:
        return {}
    first = unnested(chat.messages[topic])
    return {"message_thread_id": topic, "is_topic_message": True, "reply_to_message": first}


def captioned(caption: str | None) -> Json:
    return written(caption, "caption") if caption else {}


def press_update(api: BotApi, user: Json, chat: Chat, message_id: int, data: str) -> Json:
    """The update a press makes; a message that is gone is named, not shown."""
    query = str(4_000_000_000_000_000_000 + len(api.pressed))
    api.pressed[query] = (user["id"], chat.id)
    gone = {"chat": chat.card, "message_id": message_id, "date": 0}
    press = {"id": query, "from": user, "message": chat.messages.get(message_id, gone)}
    return {"callback_query": {**press, "chat_instance": str(chat.id * 7919), "data": data}}


# --- Benchmarks -------------------------------------------------------------------------------


class Flood:
    """Many people going through the same steps, each waiting for the bot's answer.

    A step is a text (`{chat}` and `{n}` become the chat's id and the update's number) or
    `{"press": label or data}`; `*` presses the first button of the newest message. A chat whose
    button isn't there yet waits for the next message or edit. After the last step it begins
    again, or is done (`once`), until `updates` updates have been made.
    """

    def __init__(self, api: BotApi, plan: Json) -> None:
        self._api = api
        self._steps: list[str | Json] = plan["steps"]
        self._left = int(plan["updates"])
        self._limit = int(plan.get("outstanding", 0)) or 1 << 60
        self._once = bool(plan.get("once"))
        """Whether a chat that has taken all its steps is done."""
        self._mixed = bool(plan.get("mixed"))
        """Whether who has begun goes on before others begin: all steps are under way at any time,
        where otherwise everybody takes the first, then everybody the second."""
        self._rate = float(plan.get("rate", 0))
        """Updates a second, at most; 0: as fast as the answers come."""
        self._done = 0
        self._began = time.perf_counter()
        first = int(plan.get("first_chat", 10_000_000))
        users = [
            {"id": first + i, "is_bot": False, "first_name": "Citizen", "language_code": "zh-hans"}
            for i in range(int(plan["chats"]))
        ]
        self._ready = deque((user, api.private(user)) for user in users)
        self._step: Counter[int] = Counter()
        self._busy: dict[int, tuple[Json, Chat]] = {}
        self._stalled: dict[int, tuple[Json, Chat]] = {}
        self._timer: asyncio.Handle | None = None

    def report(self) -> Json:
        return {
            "made": self._done,
            "left": self._left,
            "outstanding": len(self._busy),
            "without_button": len(self._stalled),
            "waiting_in_queue": len(self._api.updates),
        }

    def start(self) -> None:
        self._api.on_sent = self.answered
        self.pump()

    def answered(self, chat: Chat) -> None:
        """The bot said something in a chat: its next step may come."""
        person = self._busy.pop(chat.id, None) or self._stalled.pop(chat.id, None)
        if person and not (self._once and self._step[chat.id] >= len(self._steps)):
            (self._ready.appendleft if self._mixed else self._ready.append)(person)
        if person:
            self.pump()

    def pump(self) -> None:
        """Make as many updates as may be made now."""
        while self._left and self._ready and len(self._busy) < self._limit:
            if self._rate and self._done >= self._rate * (time.perf_counter() - self._began):
                self._come_back()
                return
            self._take_step(*self._ready.popleft())

    def _come_back(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(0.002, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self.pump()

    def _take_step(self, user: Json, chat: Chat) -> None:
        update = self._update(self._steps[self._step[chat.id] % len(self._steps)], user, chat)
        if update is None:
            self._stalled[chat.id] = user, chat
            return
        self._step[chat.id] += 1
        self._left -= 1
        self._done += 1
        self._busy[chat.id] = user, chat
        self._api.updates.add(update)

    def _update(self, step: str | Json, user: Json, chat: Chat) -> Json | None:
        if isinstance(step, str):
            text = step.replace("{chat}", str(chat.id)).replace("{n}", str(self._done))
            return {"message": self._api.add_message(chat, user, written(text))}
        found = find_button(chat.messages.values(), step["press"])
        if found is None:
            return None
        number, data = found[0]["message_id"], found[1].get("callback_data", "")
        return press_update(self._api, user, chat, number, data)


class Control:
    """The routes for benchmarks, below `/control/`.

    - POST flood: `{"updates": [...]}`, queued as they are, or `{"updates": N, "chats": M,
      "steps": [...], "outstanding": K, "rate": a second, "once": …, "mixed": …, "first_chat": id}`
      (see `Flood`)
    - POST fault: the arguments of `BotApi.fault`
    - POST people: `{"first": id, "count": N}`: they and their chats exist from now on
    - POST doors: `{"doors": [...]}`, where a webhook's calls go in turn
    - POST reset: count from zero again
    - GET stats: calls by method, first and last send, latencies, progress of the flood
    - GET chat?chat_id=N: what that chat shows
    """

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._flood: Flood | None = None

    def serve(self, wire: Wire, route: str, request: Request) -> None:
        work = {
            "flood": self._start, "fault": self._fault, "reset": self._reset,
            "stats": self._stats, "chat": self._chat, "people": self._people,
            "doors": self._doors,
        }.get(route)  # fmt: skip
        try:
            body = work(request.params()) if work else None
        except (KeyError, TypeError, ValueError) as error:
            wire.reply_json(400, {"ok": False, "description": repr(error)})
            return
        wire.reply_json(404 if body is None else 200, body or {"ok": False})

    def _start(self, params: Json) -> Json:
        given = params["updates"]
        if isinstance(given, list):
            for update in given:
                self._know(update)
                self._api.updates.add(update)
            return {"ok": True, "queued": len(given)}
        self._flood = Flood(self._api, params)
        self._flood.start()
        return {"ok": True}

    def _know(self, update: Json) -> None:
        """The people and chats of updates made elsewhere exist from now on."""
        for what in update.values():
            if isinstance(what, dict):
                card = (what.get("message") or what).get("chat")
                if card:
                    self._api.chats.setdefault(card["id"], Chat(card))

    def _people(self, params: Json) -> Json:
        for i in range(params["first"], params["first"] + params["count"]):
            self._api.private({"id": i, "is_bot": False, "first_name": "Citizen"})
        return {"ok": True}

    def _fault(self, params: Json) -> Json:
        self._api.fault(**params)
        return {"ok": True}

    def _doors(self, params: Json) -> Json:
        self._api.doors = list(params["doors"])
        return {"ok": True}

    def _reset(self, params: Json) -> Json:
        self._api.stats.reset()
        return {"ok": True}

    def _stats(self, params: Json) -> Json:
        progress = {"flood": self._flood.report()} if self._flood else {}
        return {"ok": True, **self._api.stats.report(), **progress}

    def _chat(self, params: Json) -> Json:
        return {"ok": True, "messages": list(self._api.chats[params["chat_id"]].messages.values())}


async def serve_alone(port: int, token: str, history: int) -> None:
    """Run until stopped, remembering little."""
    api = BotApi(token, keep_calls=False, history=history)
    await api.start(port)
    print(f"listening on {api.url}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="A stand-in for Telegram's Bot API server.")
    parser.add_argument("--port", type=int, default=8081, help="0: any free one")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--history", type=int, default=20, help="messages kept in each chat")
    given = parser.parse_args()
    try:
        asyncio.run(serve_alone(given.port, given.token, given.history))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
