"""The routes of the web channel."""

from __future__ import annotations

import asyncio
import secrets

from aiohttp import web

from petitions.logged import LogEntry
from petitions.telling.ports import Visitor
from petitions.values.checks import LONG
from webchat import login, public
from webchat.asking import (
    START,
    STREAM,
    body,
    cookie_of,
    count,
    degrees,
    exact,
    guest,
    hashed,
    in_time,
    key,
    known,
    language,
    older,
    pane,
    text,
    whole,
)
from webchat.assets import ASSETS, Assets, astray, chat, description, home, static_file
from webchat.demo import move, simulation, state
from webchat.events import events
from webchat.files import archive, download, upload
from webchat.guard import SECURE, Refusal, add_headers, own_site, refusals
from webchat.lines import Json, dumps, on_page, shows_button
from webchat.room import ROOM, Demo, OfficeInfo, Officer, WebChat

__all__ = ["Demo", "OfficeInfo", "Officer", "WebChat", "application"]

LONGEST_BODY = 64 * 1024
LONGEST_DATA = 256
PAGE = 50
"""Lines of history given at once."""

A_YEAR = 365 * 24 * 60 * 60


def application(room: WebChat) -> web.Application:
    """The web channel as an application; the roof may add routes of its own."""
    before = [refusals, own_site, in_time, login.gate]
    app = web.Application(middlewares=before, client_max_size=LONGEST_BODY)
    app[ROOM], app[SECURE] = room, room.secure
    app[ASSETS] = Assets(room.office)
    app.router.add_get("/", home)
    app.router.add_get("/chat", chat)
    app.router.add_get(r"/chat{rest:/?(?:[^\x00-\x7f][^/]*)?}", astray)
    app.router.add_get("/openapi.json", description)
    app.router.add_get("/static/{name}", static_file)
    app.router.add_post("/api/{pane}/enter", enter)
    app.router.add_get("/api/{pane}/log", history)
    app.router.add_get(STREAM, events)
    app.router.add_get("/api/{pane}/news", news)
    app.router.add_post("/api/{pane}/say", say)
    app.router.add_post("/api/{pane}/press", press)
    app.router.add_post("/api/{pane}/place", place)
    app.router.add_post("/api/{pane}/login", login.login)
    app.router.add_post("/api/{pane}/file", upload)
    app.router.add_get("/api/{pane}/file/{id}", download)
    app.router.add_get("/api/{pane}/archive", archive)
    if room.figures:
        app.router.add_get("/figures", public.page)
        app.router.add_get("/figures.json", public.data)
        app.router.add_get("/figures/{name:[a-z0-9_]+}.png", public.chart)
    if room.demo:
        app.router.add_get("/demo/state", state)
        app.router.add_post("/demo/move", move)
        app.router.add_get("/simulate", simulation)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_end_streams)
    return app


async def _end_streams(app: web.Application) -> None:
    app[ROOM].streams.end_all()


async def enter(request: web.Request) -> web.Response:
    """Open the session or go on with it; greet on the first entry or by a link's payload."""
    room = request.app[ROOM]
    asked = await body(request)
    start = exact(asked, "start", 64)
    if start and not START.fullmatch(start):
        raise Refusal("broken")
    visitor, token = await _visitor(request, language(asked.get("lang")))
    lang = language(asked.get("lang"), visitor.lang)
    address = room.limits.address(request)
    if not (visitor.officer and await login.shut(request, visitor.chat)):
        await _greet(room, visitor, lang, start, key(asked), address, bool(token))
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
    room: WebChat, visitor: Visitor, lang: str, start: str, name: str, address: str, fresh: bool
) -> None:
    async def work(claim: str) -> Json:
        ear = room.ear(visitor.chat, lang, claim, address)
        said = await room.visitors.before(visitor.chat, 0, 2)
        if start or len(said) <= fresh:  # why the session before ended is said already
            await room.mouth.answer(visitor.chat, ear.started(start))
        elif not room.menus.of(visitor.chat) or lang != visitor.lang:
            await room.mouth.answer(visitor.chat, ear.opened())
        return {}

    await room.once(visitor.chat, name, work)


async def _opening(room: WebChat, visitor: Visitor, shut: bool) -> Json:
    """What the page begins with; `shut`: an officer who must log in first sees nothing of it."""
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


def _fresh(answer: Json, visitor: Visitor | None = None) -> web.Response:
    """An answer that no cache keeps. Where whoever used the chat has left, the browser is told to
    forget what it keeps of the page; the page does so by itself, too, for those that don't."""
    response = web.json_response(answer, headers={"Cache-Control": "no-store"}, dumps=dumps)
    if visitor and visitor.who != answer["who"]:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.enable_compression()
    return response


async def history(request: web.Request) -> web.Response:
    """Lines before the oldest one the page has."""
    visitor, _ = await guest(request)
    before = count(request.query.get("before"))
    lines = await request.app[ROOM].visitors.before(visitor.chat, before, PAGE)
    return _fresh({"lines": [on_page(line) for line in lines], "more": len(lines) == PAGE})


async def news(request: web.Request) -> web.Response:
    """Lines after the last one the page has: for a page without a stream."""
    visitor, _ = await guest(request)
    after = count(request.query.get("after"))
    return _fresh(await request.app[ROOM].with_news(visitor.chat, after, {}))


async def say(request: web.Request) -> web.Response:
    """The visitor wrote something."""
    room = request.app[ROOM]
    visitor, _ = await guest(request)
    asked = await body(request)
    name, words = key(asked), text(asked, "text", LONG)
    reply_to, lang = whole(asked, "reply_to"), language(asked.get("lang"), visitor.lang)
    after = whole(asked, "after")
    if not words:
        raise Refusal("empty")

    async def work(claim: str) -> Json:
        replied = await room.visitors.get(visitor.chat, reply_to) if reply_to else None
        entry = LogEntry("me", words, reply_to=replied.id if replied else 0, key=name)
        ear = room.ear(visitor.chat, lang, claim, room.limits.address(request))
        said = await room.mouth.answer(visitor.chat, ear.said(words, replied), entry)
        return {"line": on_page(said.line)} if said.line else {}

    answer = await room.once(visitor.chat, name, work)
    return _fresh(await room.with_news(visitor.chat, after, answer), visitor)


async def press(request: web.Request) -> web.Response:
    """The visitor pressed a button; only one that the line shows at this moment counts."""
    room = request.app[ROOM]
    visitor, _ = await guest(request)
    asked = await body(request)
    name, data = key(asked), exact(asked, "data", LONGEST_DATA)
    id, lang = whole(asked, "message"), language(asked.get("lang"), visitor.lang)
    after = whole(asked, "after")

    async def work(claim: str) -> Json:
        line = await room.visitors.get(visitor.chat, id)
        if line is None or not shows_button(line, data):
            raise Refusal("stale")
        ear = room.ear(visitor.chat, lang, claim, room.limits.address(request))
        said = await room.mouth.answer(visitor.chat, ear.pressed(line, data))
        return {"toast": said.toast}

    answer = await room.once(visitor.chat, name, work)
    return _fresh(await room.with_news(visitor.chat, after, answer), visitor)


async def place(request: web.Request) -> web.Response:
    """The visitor shared a place."""
    room = request.app[ROOM]
    visitor, _ = await guest(request)
    asked = await body(request)
    name, lang = key(asked), language(asked.get("lang"), visitor.lang)
    latitude, longitude = degrees(asked, "latitude", 90), degrees(asked, "longitude", 180)
    after = whole(asked, "after")

    async def work(claim: str) -> Json:
        entry = LogEntry("me", f"📍 {latitude:.5f}, {longitude:.5f}", key=name)
        ear = room.ear(visitor.chat, lang, claim, room.limits.address(request))
        said = await room.mouth.answer(visitor.chat, ear.placed(latitude, longitude), entry)
        return {"line": on_page(said.line)} if said.line else {}

    answer = await room.once(visitor.chat, name, work)
    return _fresh(await room.with_news(visitor.chat, after, answer), visitor)
