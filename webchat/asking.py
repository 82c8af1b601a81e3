"""Reading a request: who asks, and whether what they sent can be read at all."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Any

from aiohttp import web

from petitions.telling.ports import Visitor
from petitions.words import DEFAULT, LANGUAGES
from webchat.guard import Handler, Refusal
from webchat.lines import Json
from webchat.room import ROOM

PANE = re.compile(r"[a-z0-9_-]{1,32}")
KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
WHO = web.RequestKey("visitor", object)
PATIENCE = 20.0
"""Seconds in which what was sent must have come whole; a file has a pace of its own."""
STREAM = "/api/{pane}/events"
START = re.compile(r"[A-Za-z0-9_-]{1,64}")


def pane(request: web.Request) -> str:
    """Which of the browser's panes asks. Raises Refusal."""
    name = request.match_info["pane"]
    if not PANE.fullmatch(name):
        raise Refusal("missing")
    return name


def route_of(request: web.Request) -> str:
    """The route by which a request is answered, as it was written down."""
    return str(request.match_info.route.resource and request.match_info.route.resource.canonical)


def cookie_of(pane: str, secure: bool) -> str:
    """The name of a pane's session cookie. Behind HTTPS it is one that this very host alone can
    set: no neighbour of it, and nobody on the line, has somebody write in their session."""
    return f"__Host-pb_{pane}" if secure else f"pb_{pane}"


def hashed(token: str) -> bytes:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


@web.middleware
async def in_time(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Hold back what comes too fast: 429, and when to send it again. Nothing was read yet. Streams
    have a ceiling of their own."""
    if "pane" in request.match_info and route_of(request) != STREAM:
        visitor = str(found.chat) if (found := await known(request)) else ""
        limits = request.app[ROOM].limits
        counted = limits.sent if request.method == "POST" else limits.read
        counted(limits.address(request), visitor, asyncio.get_running_loop().time())
    return await handler(request)


async def known(request: web.Request) -> Visitor | None:
    """Whose session the pane's cookie is; None without a living one. Looked up once a request."""
    if WHO not in request:
        request[WHO] = await _find(request)
    held = request[WHO]
    return held if isinstance(held, Visitor) else None


async def lives(request: web.Request) -> Visitor | None:
    """Whose session it is by now, while a request goes on; None once it has ended."""
    return await _find(request)


async def holder(request: web.Request) -> Visitor:
    """The visitor whose files are asked for. Raises Refusal: without a session there are none."""
    visitor = await known(request)
    if visitor is None:
        raise Refusal("missing")
    return visitor


async def _find(request: web.Request) -> Visitor | None:
    room, name = request.app[ROOM], pane(request)
    if token := request.cookies.get(cookie_of(name, room.secure)):
        return await room.visitors.find(hashed(token))
    token = older(request)
    return await room.visitors.find(hashed(token), room.host_since) if token else None


def older(request: web.Request) -> str:
    """The token of a cookie from before cookies were the host's own: it is given a new name, and
    a session that is younger than these isn't found by it."""
    room, name = request.app[ROOM], pane(request)
    if not room.secure or room.host_since is None or cookie_of(name, True) in request.cookies:
        return ""
    return request.cookies.get(cookie_of(name, False), "")


async def guest(request: web.Request) -> tuple[Visitor, str]:
    """The visitor who asks, and their pane. Raises Refusal without a living session."""
    visitor = await known(request)
    if visitor is None:
        raise Refusal("nobody")
    return visitor, pane(request)


async def body(request: web.Request) -> Json:
    """The JSON object that was sent. Raises Refusal."""
    try:
        async with asyncio.timeout(PATIENCE):
            read = await request.json()
    except TimeoutError:
        raise Refusal("late", wait=1) from None
    except (ValueError, LookupError, RecursionError):  # no JSON, no such charset, too deep
        raise Refusal("broken") from None
    if not isinstance(read, dict):
        raise Refusal("broken")
    return read


def text(body: Json, name: str, limit: int) -> str:
    """A text of the body, without spaces around it and without half characters, as a page leaves
    them that cuts an emoji in two. Raises Refusal."""
    whole = exact(body, name, limit).encode("utf-8", "ignore").decode()
    return whole.replace("\x00", "").strip()


def exact(body: Json, name: str, limit: int) -> str:
    """A text of the body as it was sent. Raises Refusal."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Refusal("broken")
    if len(value) > limit:
        raise Refusal("long", limit=limit)
    return value


def key(body: Json) -> str:
    """The key the page gave to what it sends. Raises Refusal."""
    value = body.get("key")
    if not isinstance(value, str) or not KEY.fullmatch(value):
        raise Refusal("broken")
    return value


def whole(body: Json, name: str) -> int:
    """A whole number of the body, 0 when absent. Raises Refusal."""
    value = body.get(name)
    if value is None:
        return 0
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON makes no difference between 5 and 5.0
    if type(value) is not int or not 0 <= value < 2**63:
        raise Refusal("broken")
    return value


def degrees(body: Json, name: str, limit: float) -> float:
    """A latitude or longitude. Raises Refusal."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= limit:
        raise Refusal("broken")
    return float(value)


def count(value: str | None) -> int:
    """A number of an address, 0 when absent or unreadable."""
    if value and value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    return 0


def language(value: Any, otherwise: str = DEFAULT) -> str:
    """The page's language now; `otherwise` when it says none we know."""
    return value if value in LANGUAGES else otherwise
