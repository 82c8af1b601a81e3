"""The demo's top bar: who sits at the counter, and the clock that can be moved."""

from __future__ import annotations

import html

from aiohttp import web

from petitions.words import say
from webchat.asked import Jump, Simulated
from webchat.asking import language
from webchat.assets import ASSETS
from webchat.guard import Refusal
from webchat.lines import dumps
from webchat.room import ROOM, Demo
from webchat.routes import Given, route
from webchat.sentences import dressed, links

TRIES = (
    ("request", "", ""), ("request", "pass_on", ""), ("request", "notify", ""),
    ("request", "answer", ""), ("request", "deliver", ""), ("request", "", "refused"),
    ("request", "", "reviewed"), ("suggestion", "", ""), ("accusation", "", ""),
)  # fmt: skip
"""Kinds of petitions, which step of them is late, and how they end otherwise, that the page offers
to play."""


def _demo(request: web.Request) -> Demo:
    demo = request.app[ROOM].demo
    if demo is None:
        raise Refusal("missing")
    return demo


@route("GET", "/demo/state", Given("Both."), of="demo", described=False)
async def state(request: web.Request) -> web.Response:
    """The sample officers and the office's time."""
    demo = _demo(request)
    now = demo.now().isoformat()
    zone = request.app[ROOM].office.zone
    return web.json_response({"now": now, "zone": zone, "officers": demo.officers()}, dumps=dumps)


@route("GET", "/simulate", Given("The page.", mime="text/html"), asks=Simulated, of="demo",
       described=False)  # fmt: skip
async def simulation(request: web.Request, asked: Simulated) -> web.Response:
    """A case day by day, as a page."""
    lang = language(asked.lang)
    title, rows = await _demo(request).simulate(
        asked.kind, asked.start, asked.late, lang, asked.end
    )
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
    for kind, late, end in TRIES:
        name = end or late or kind
        label = html.escape(say(lang, f"page.try_{name}"))
        where = f"simulate?kind={kind}&amp;late={late}&amp;end={end}&amp;lang={lang}"
        tries.append(f'<a href="{where}">{label}</a>')
    return "\n".join([*tries, links(f"simulate?kind={TRIES[0][0]}&lang=", lang)])


@route("POST", "/demo/move", Given("The new time."), asks=Jump, of="demo", described=False)
async def move(request: web.Request, asked: Jump) -> web.Response:
    """Let time pass."""
    return web.json_response(
        {"now": (await _demo(request).move(asked.how)).isoformat()}, dumps=dumps
    )  # fmt: skip
