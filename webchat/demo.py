"""The demo's top bar: who sits at the counter, and the clock that can be moved."""

from __future__ import annotations

import html
from typing import get_args

from aiohttp import web

from petitions.words import say
from webchat.asking import body, language
from webchat.assets import ASSETS
from webchat.guard import Refusal
from webchat.lines import dumps
from webchat.room import ROOM, Demo, Move
from webchat.sentences import dressed, links

TRIES = (("request", ""), ("request", "pass_on"), ("request", "notify"), ("request", "answer"),
         ("request", "deliver"), ("suggestion", ""), ("accusation", ""))  # fmt: skip
"""Kinds of petitions, and which step of them is late, that the page offers to play."""


def _demo(request: web.Request) -> Demo:
    demo = request.app[ROOM].demo
    if demo is None:
        raise Refusal("missing")
    return demo


async def state(request: web.Request) -> web.Response:
    """The sample officers and the office's time."""
    demo = _demo(request)
    now = demo.now().isoformat()
    zone = request.app[ROOM].office.zone
    return web.json_response({"now": now, "zone": zone, "officers": demo.officers()}, dumps=dumps)


async def simulation(request: web.Request) -> web.Response:
    """`GET /simulate?kind=&start=&late=&lang=`: a case day by day, as a page."""
    asked = request.query
    lang = language(asked.get("lang"))
    kind, late = asked.get("kind", "request"), asked.get("late", "")
    title, rows = await _demo(request).simulate(kind, asked.get("start", ""), late, lang)
    page = request.app[ASSETS].pages["simulate.html"].body.decode()
    lines = "".join(
        f'<tr class="{side}"><td>{html.escape(day)}</td><td>{html.escape(name)}</td>'
        f"<td>{html.escape(text)}</td></tr>"
        for day, side, name, text in rows
    )
    marks = {"title": html.escape(title), "tries": html.escape(say(lang, "page.tries")),
             "nav": _tries(lang), "rows": lines}  # fmt: skip
    page = dressed(page, lang)
    for name, value in marks.items():
        page = page.replace("{{" + name + "}}", value)
    return web.Response(text=page, content_type="text/html")


def _tries(lang: str) -> str:
    tries = []
    for kind, late in TRIES:
        name = late or kind
        label = html.escape(say(lang, f"page.try_{name}"))
        tries.append(f'<a href="simulate?kind={kind}&amp;late={late}&amp;lang={lang}">{label}</a>')
    return "\n".join([*tries, links(f"simulate?kind={TRIES[0][0]}&lang=", lang)])


async def move(request: web.Request) -> web.Response:
    """Let time pass. Raises Refusal for a jump there is no button for."""
    how = (await body(request)).get("how")
    for allowed in get_args(Move):
        if how == allowed:
            return web.json_response(
                {"now": (await _demo(request).move(allowed)).isoformat()}, dumps=dumps
            )
    raise Refusal("broken")
