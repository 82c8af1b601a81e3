"""The routes of the web channel."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from petitions.hearing import Incoming
from petitions.logged import LogEntry
from petitions.telling.ports import Visitor
from webchat import assets, demo, description, events, files, login, public
from webchat.asked import Enter, FromPage, Newer, Older, Place, Press, Say
from webchat.asking import (
    cookie_of,
    guest,
    hashed,
    in_session,
    in_time,
    known,
    language,
    older,
    pane,
)
from webchat.assets import ASSETS, Assets
from webchat.ear import Ear
from webchat.guard import SECURE, Refusal, add_headers, own_site, refusals
from webchat.lines import Json, dumps, on_page, shows_button
from webchat.room import ROOM, WebChat
from webchat.routes import NOBODY, ROUTES, Given, route
from webchat.shown import History, News, Opening, Pressed, Said

LONGEST_BODY = 64 * 1024
PAGE = 50
"""Lines of history given at once."""

A_YEAR = 365 * 24 * 60 * 60

JsonAnswer = Mapping[str, object]


PARTS = (assets, demo, description, events, files, login, public)
"""Where routes are, beside this file."""


def application(room: WebChat) -> web.Application:
    """The web channel as an application; the roof may add routes of its own."""
    before = [refusals, own_site, in_time, login.gate, in_session]
    app = web.Application(middlewares=before, client_max_size=LONGEST_BODY)
    app[ROOM], app[SECURE] = room, room.secure
    app[ASSETS] = Assets(room.office)
    for one in ROUTES.values():
        if not one.of or getattr(room, one.of):
            add = app.router.add_get if one.method == "GET" else app.router.add_post
            add(one.path, one.work)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_end_streams)
    return app


async def _end_streams(app: web.Application) -> None:
    app[ROOM].streams.end_all()


@route("POST", "/api/{pane}/enter", Given("What the page shows first. A new session's cookie is "
       "set.", Opening), asks=Enter, before_login=True)  # fmt: skip
async def enter(request: web.Request, asked: Enter) -> web.Response:
    """Open the session, or go on with it; greets on the first entry, or by a link's payload."""
    room = request.app[ROOM]
    visitor, token = await _visitor(request, language(asked.lang))
    lang = language(asked.lang, visitor.lang)
    address = room.limits.address(request)
    if not (visitor.officer and await login.shut(request, visitor.chat)):
        await _greet(room, visitor, lang, asked, address, bool(token))
    shut = await login.shut(request, visitor.chat)
    response = _fresh(await _opening(room, visitor, shut))
    if token := token or older(request):
        _set_cookie(response, pane(request), token, room.secure)
    if room.secure and cookie_of(pane(request), False) in request.cookies:
        response.del_cookie(cookie_of(pane(request), False))
    return response


async def _visitor(request: web.Request, lang: str) -> tuple[Visitor, str]:
    """The visitor, and a new token when the session is new."""
    visitor = await known(request)
    if visitor is not None:
        return visitor, ""
    room, name = request.app[ROOM], pane(request)
    room.limits.came(room.limits.address(request), asyncio.get_running_loop().time())
    if room.demo and any(officer["pane"] == name for officer in room.demo.officers()):
        token = await room.demo.enter(name)
        visitor = await room.visitors.find(hashed(token))
        if visitor is None:
            raise Refusal("nobody")
        return visitor, token
    token = secrets.token_urlsafe(32)
    agent = request.headers.get("User-Agent", "")[:200]
    before = request.cookies.get(cookie_of(name, room.secure))
    parted = hashed(before) if before else b""
    return await room.visitors.enter(hashed(token), lang, agent, parted), token


async def _greet(
    room: WebChat, visitor: Visitor, lang: str, asked: Enter, address: str, fresh: bool
) -> None:
    async def work(claim: str) -> Json:
        ear = room.ear(visitor.chat, lang, claim, address)
        said = await room.visitors.before(visitor.chat, 0, 2)
        if asked.start or len(said) <= fresh:  # why the session before ended is said already
            await room.mouth.answer(visitor.chat, ear.started(asked.start))
        elif not room.menus.of(visitor.chat) or lang != visitor.lang:
            await room.mouth.answer(visitor.chat, ear.opened())
        return {}

    await room.once(visitor.chat, asked.key, work)


async def _opening(room: WebChat, visitor: Visitor, shut: bool) -> Opening:
    """The page's first answer; `shut`: an officer who must log in first sees nothing of it."""
    office = room.office
    lines = () if shut else await room.visitors.before(visitor.chat, 0, PAGE)
    return {
        "chat": visitor.chat,
        "lang": visitor.lang,
        "who": await room.visitors.who(visitor.chat),
        "menu": [] if shut else room.menus.of(visitor.chat),
        "shut": shut,
        "office": {
            "names": office.names,
            "addresses": office.addresses,
            "hours": office.hours,
            "phone": office.phone,
            "zone": office.zone,
        },
        "last": max((line.seq for line in lines), default=0),
        "lines": [on_page(line) for line in lines],
        "more": len(lines) == PAGE,
    }


def _set_cookie(response: web.Response, pane: str, token: str, secure: bool) -> None:
    response.set_cookie(
        cookie_of(pane, secure), token, max_age=A_YEAR, httponly=True, samesite="Lax", secure=secure
    )


def _fresh(answer: JsonAnswer, visitor: Visitor | None = None) -> web.Response:
    """An answer that no cache keeps. Where whoever used the chat has left, the browser is told to
    forget what it keeps of the page; the page does so by itself, too, for those that don't."""
    response = web.json_response(answer, headers={"Cache-Control": "no-store"}, dumps=dumps)
    if visitor and visitor.who != answer["who"]:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.enable_compression()
    return response


@route("GET", "/api/{pane}/log", Given("The lines, oldest first.", History), asks=Older,
       session=NOBODY)  # fmt: skip
async def log(request: web.Request, asked: Older) -> web.Response:
    """Fifty lines of the visitor's log before the oldest one the client has."""
    visitor, _ = await guest(request)
    lines = await request.app[ROOM].visitors.before(visitor.chat, asked.before, PAGE)
    return _fresh(History(lines=[on_page(line) for line in lines], more=len(lines) == PAGE))


@route("GET", "/api/{pane}/news", Given("The lines, oldest change first.", News), asks=Newer,
       session=NOBODY)  # fmt: skip
async def news(request: web.Request, asked: Newer) -> web.Response:
    """Lines after the last one the client has: for a page without a stream."""
    visitor, _ = await guest(request)
    return _fresh(await request.app[ROOM].with_news(visitor.chat, asked.after, {}))


PageWork = Callable[[WebChat, Visitor, Ear], Awaitable[Json]]


async def _once(request: web.Request, asked: FromPage, work: PageWork) -> web.Response:
    """The request is done once, and answered with all that came since."""
    room = request.app[ROOM]
    visitor, _ = await guest(request)
    lang = language(asked.lang, visitor.lang)

    async def claimed(claim: str) -> Json:
        ear = room.ear(visitor.chat, lang, claim, room.limits.address(request))
        return await work(room, visitor, ear)

    answer = await room.once(visitor.chat, asked.key, claimed)
    return _fresh(await room.with_news(visitor.chat, asked.after, answer), visitor)


async def _said(
    room: WebChat, visitor: Visitor, heard: Incoming, entry: LogEntry
) -> Json:  # fmt: skip
    said = await room.mouth.answer(visitor.chat, heard, entry)
    return {"line": on_page(said.line)} if said.line else {}


@route("POST", "/api/{pane}/say", Given("The line, and all that came since.", Said), asks=Say,
       session=NOBODY)  # fmt: skip
async def say(request: web.Request, asked: Say) -> web.Response:
    """Write something."""

    async def work(room: WebChat, visitor: Visitor, ear: Ear) -> Json:
        replied = None
        if asked.reply_to:
            replied = await room.visitors.get(visitor.chat, asked.reply_to)
        reply_to = replied.id if replied else 0
        entry = LogEntry("me", asked.text, reply_to=reply_to, key=asked.key)
        return await _said(room, visitor, ear.said(asked.text, replied), entry)

    return await _once(request, asked, work)


@route("POST", "/api/{pane}/press", Given("A passing word, and all that came since.", Pressed),
       asks=Press, session=NOBODY)  # fmt: skip
async def press(request: web.Request, asked: Press) -> web.Response:
    """Press a button that a line of the office's shows at this moment."""

    async def work(room: WebChat, visitor: Visitor, ear: Ear) -> Json:
        line = await room.visitors.get(visitor.chat, asked.message)
        if line is None or not shows_button(line, asked.data):
            raise Refusal("stale")
        said = await room.mouth.answer(visitor.chat, ear.pressed(line, asked.data))
        return {"toast": said.toast}

    return await _once(request, asked, work)


@route("POST", "/api/{pane}/place", Given("The line, and all that came since.", Said), asks=Place,
       session=NOBODY)  # fmt: skip
async def place(request: web.Request, asked: Place) -> web.Response:
    """Share a place."""

    async def work(room: WebChat, visitor: Visitor, ear: Ear) -> Json:
        at = asked.latitude, asked.longitude
        entry = LogEntry("me", f"📍 {at[0]:.5f}, {at[1]:.5f}", key=asked.key)
        return await _said(room, visitor, ear.placed(*at), entry)

    return await _once(request, asked, work)
