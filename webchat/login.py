"""Officers say who they are before the page shows anything of their chat; and where they work."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from webchat import routes
from webchat.asked import Login
from webchat.asking import guest, known, language
from webchat.guard import Handler, Refusal
from webchat.lines import Json, dumps
from webchat.room import ROOM
from webchat.routes import NOBODY, Given, route
from webchat.shown import LoginStep


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
    found = routes.of(request)
    if not (found and found.before_login) and await room.logins.shut(chat):
        raise Refusal("shut")


async def shut(request: web.Request, chat: int) -> bool:
    """Whether nothing of a chat is to be shown now."""
    logins = request.app[ROOM].logins
    return bool(logins and await logins.shut(chat))


@route("POST", "/api/{pane}/login", Given("What to show next; `done`: the officer is in.",
       LoginStep), asks=Login, session=NOBODY, before_login=True)  # fmt: skip
async def login(request: web.Request, asked: Login) -> web.Response:
    """An officer's login, step by step: what to show next.

    Raises Refusal, PetitionError.
    """
    room = request.app[ROOM]
    visitor, _ = await guest(request)
    if room.logins is None:
        raise Refusal("missing")
    lang = language(asked.lang, visitor.lang)
    screen, picture = await room.logins.do(visitor.chat, asked.do or "look", asked.value, lang)
    shown: Json = asdict(screen)
    del shown["address"]
    headers = {"Cache-Control": "no-store"}
    return web.json_response(shown | {"picture": picture}, headers=headers, dumps=dumps)
