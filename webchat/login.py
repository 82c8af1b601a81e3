"""Officers say who they are before the page shows anything of their chat; and where they work."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from webchat.asking import body, exact, guest, known, language, route_of
from webchat.guard import Handler, Refusal
from webchat.lines import Json, dumps
from webchat.room import ROOM

LONGEST = 8192
"""Characters of what is handed in: a passkey's answer."""
OPEN_TO_ALL = frozenset({"/api/{pane}/enter", "/api/{pane}/login"})
"""Routes that tell by themselves how a login stands."""


@web.middleware
async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse whatever an officer asks for from outside of the office's networks, or before they
    have said who they are. Petitioners are asked nothing."""
    if "pane" in request.match_info and request.app[ROOM].logins:
        visitor = await known(request)
        if visitor is not None and visitor.officer:
            await _officer(request, visitor.chat)
    return await handler(request)


async def _officer(request: web.Request, chat: int) -> None:
    room = request.app[ROOM]
    assert room.logins
    if room.logins.outside(room.limits.address(request)):
        raise Refusal("outside")
    if route_of(request) not in OPEN_TO_ALL and await room.logins.shut(chat):
        raise Refusal("shut")


async def shut(request: web.Request, chat: int) -> bool:
    """Whether nothing of a chat is to be shown now."""
    logins = request.app[ROOM].logins
    return bool(logins and await logins.shut(chat))


async def login(request: web.Request) -> web.Response:
    """`POST …/login`: one step, `do`, with what was typed. Raises Refusal, PetitionError."""
    room = request.app[ROOM]
    visitor, _ = await guest(request)
    if room.logins is None:
        raise Refusal("missing")
    asked = await body(request)
    what, value = exact(asked, "do", 16), exact(asked, "value", LONGEST)
    screen, picture = await room.logins.do(
        visitor.chat, what or "look", value, language(asked.get("lang"), visitor.lang)
    )
    shown: Json = asdict(screen)
    del shown["address"]
    headers = {"Cache-Control": "no-store"}
    return web.json_response(shown | {"picture": picture}, headers=headers, dumps=dumps)
