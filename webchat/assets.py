"""The page's own files: read once, zipped once, cached by what they contain."""

from __future__ import annotations

import gzip
import hashlib
import html
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ETag, web

from petitions.values.checks import LONG
from petitions.words import DEFAULT, name_in
from webchat import sentences
from webchat.asked import Started, Tagged
from webchat.guard import Refusal
from webchat.room import ROOM, OfficeInfo
from webchat.routes import Given, route

FOLDER = Path(__file__).parent / "static"
A_YEAR = "public, max-age=31536000, immutable"
KINDS = {".html", ".css", ".js", ".svg"}
SENTENCES = "sentences.js"
DRESSED = {"index.html", "demo.html"}
"""Pages that change their language themselves; the others are made in the reader's."""
IMPORTED = re.compile(r'((?:from|import) "\./)([a-z]+\.js)"')
MODULE = re.compile(r'<script type="module" src="static/([a-z]+\.js)"></script>')
UNZIPS = re.compile(r"(?i)\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
"""In `Accept-Encoding`: who asks wants gzip; `gzip;q=0` says that they don't."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    body: bytes
    zipped: bytes
    mime: str
    tag: str


def tag_of(body: bytes) -> str:
    """Changes when the content does."""
    return hashlib.sha256(body).hexdigest()[:16]


def asset(body: bytes, name: str, tag: str = "") -> Asset:
    """A file's content made ready."""
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(body, gzip.compress(body, 9, mtime=0), mime, tag or tag_of(body))


def needed(name: str, scripts: Mapping[str, str]) -> list[str]:
    """The scripts that one needs, itself the last. They need each other in circles."""
    seen: set[str] = set()
    found: list[str] = []

    def walk(one: str) -> None:
        if one not in seen:
            seen.add(one)
            for _, other in IMPORTED.findall(scripts[one]):
                walk(other)
            found.append(one)

    walk(name)
    return found


class Assets:
    """Static files by name, and pages whose links carry the content's tag."""

    def __init__(self, office: OfficeInfo) -> None:
        paths = [path for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS]
        self.files = {path.name: asset(path.read_bytes(), path.name) for path in paths}
        self._scripts = {name: file.body.decode() for name, file in self.files.items()
                         if name.endswith(".js")}  # fmt: skip
        self._scripts[SENTENCES] = sentences.script().decode()
        self._of_one_version()
        self.pages = {
            name: asset(self._page(name, file.body.decode(), office).encode(), name)
            for name, file in self.files.items()
            if name.endswith(".html")
        }

    def _of_one_version(self) -> None:
        """Scripts that need each other are one version: each asks for the others of its own."""
        tag = tag_of("".join(self._scripts.values()).encode())
        for name, script in self._scripts.items():
            whole = IMPORTED.sub(rf'\1\2?v={tag}"', script)
            self.files[name] = asset(whole.encode(), name, tag)

    def _page(self, name: str, page: str, office: OfficeInfo) -> str:
        """The page with the office's name, our words, and links that change when a file does."""
        for mark, value in (
            ("name", name_in(DEFAULT, office.names)),
            ("phone", office.phone),
            ("longest", str(LONG)),
        ):
            page = page.replace("{{" + mark + "}}", html.escape(value))
        no_script = sentences.without_script(office.names, office.phone)
        page = page.replace("{{no_script}}", no_script)
        if name in DRESSED:
            page = sentences.dressed(page)
        page = MODULE.sub(self._modules, page)
        return re.sub(r'"static/([a-z.-]+)"', self._link, page)

    def _modules(self, found: re.Match[str]) -> str:
        """A script with all that it needs, so that they come side by side, not one by one."""
        names = needed(found[1], self._scripts)
        return "\n".join(f'<script type="module" src="static/{name}"></script>' for name in names)

    def _link(self, found: re.Match[str]) -> str:
        name = found[1]
        return f'"static/{name}?v={self.files[name].tag}"'


ASSETS = web.AppKey("assets", Assets)


KEPT = Given("The client has it already (If-None-Match).", mime="")
PAGE = {200: Given("The page.", mime="text/html"), 304: KEPT}


@route("GET", "/static/{name}", {200: Given("The file.", mime="text/css, text/javascript, "
       "image/svg+xml"), 304: KEPT}, asks=Tagged)  # fmt: skip
async def static_file(request: web.Request, asked: Tagged) -> web.Response:
    """A file of the page.

    Raises Refusal.
    """
    name = request.match_info["name"]
    file = request.app[ASSETS].files.get(name)
    if file is None or name.endswith(".html"):
        raise Refusal("missing")
    return served(request, file, A_YEAR if asked.v == file.tag else "no-cache")


@route("GET", "/", PAGE)
async def home(request: web.Request) -> web.Response:
    """The chat, as a page.

    In the demo both sides of the counter.
    """
    name = "demo.html" if request.app[ROOM].demo else "index.html"
    return served(request, request.app[ASSETS].pages[name], "no-cache")


@route("GET", "/chat", PAGE, asks=Started)
async def chat(request: web.Request, asked: Started) -> web.Response:
    """The chat, as a page; `start` is a link's payload, read by the page itself."""
    return served(request, request.app[ASSETS].pages["index.html"], "no-cache")


@route("GET", r"/chat{rest:/?(?:[^\x00-\x7f][^/]*)?}", Given("The chat."), described=False)
async def astray(request: web.Request) -> web.Response:
    """`GET /chat/`, `/chat。…`: on to the chat. A slash is typed by habit, and apps take what
    stands behind a link in a Chinese sentence for a part of it."""
    up = "../" if request.path.startswith("/chat/") else ""
    query = f"?{request.query_string}" if request.query_string else ""
    return web.Response(status=302, headers={"Location": f"{up}chat{query}"})


def served(request: web.Request, file: Asset, cache: str) -> web.Response:
    """A file, zipped when the browser can; nothing at all when it has it already."""
    headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
    if any(tag.value == file.tag for tag in request.if_none_match or ()):
        response = web.Response(status=304, headers=headers)
    elif UNZIPS.search(request.headers.get("Accept-Encoding", "")):
        headers["Content-Encoding"] = "gzip"
        response = web.Response(body=file.zipped, headers=headers)
    else:
        response = web.Response(body=file.body, headers=headers)
    response.etag = ETag(value=file.tag, is_weak=True)
    if response.status == 200:
        response.content_type = file.mime
        response.charset = "utf-8"
    return response
