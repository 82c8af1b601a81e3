"""The visitor who asks: their pane, their session, their language."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Any

from aiohttp import web

from petitions.telling.ports import Visitor
from petitions.words import DEFAULT, LANGUAGES
from webchat import routes
from webchat.guard import Handler, Refusal
from webchat.room import ROOM

PANE = re.compile(r"[a-z0-9_-]{1,32}")
WHO = web.RequestKey("visitor", object)


def pane(request: web.Request) -> str:
    """Which of the browser's panes asks. Raises Refusal."""
    name = request.match_info["pane"]
    if not PANE.fullmatch(name):
        raise Refusal("missing")
    return name


def cookie_of(pane: str, secure: bool) -> str:
    """The name of a pane's session cookie. Behind HTTPS it is one that this very host alone can
    set: no neighbour of it, and nobody on the line, has somebody write in their session."""
    return f"__Host-pb_{pane}" if secure else f"pb_{pane}"


def hashed(token: str) -> bytes:
    """The hash that is stored of a session token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


@web.middleware
async def in_time(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Hold back what comes too fast: 429, and when to send it again. Nothing was read yet. Streams
    have a ceiling of their own."""
    found = routes.of(request)
    if "pane" in request.match_info and (found is None or found.paced):
        visitor = str(who.chat) if (who := await known(request)) else ""
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


@web.middleware
async def in_session(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what only a living session may ask for, before anything of it is read."""
    found = routes.of(request)
    if found and found.session and await known(request) is None:
        raise Refusal(found.session)
    return await handler(request)


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


def language(value: Any, otherwise: str = DEFAULT) -> str:
    """The page's language now; `otherwise` when it says none we know."""
    return value if value in LANGUAGES else otherwise
