"""The office's published figures, open to everybody: a page, its numbers for machines, charts."""

from __future__ import annotations

import html

from aiohttp import web

from petitions.words import say
from webchat.asked import Charted, Period
from webchat.asking import language
from webchat.assets import ASSETS
from webchat.guard import Refusal
from webchat.lines import dumps
from webchat.room import ROOM, OpenFigures, PublicPage
from webchat.routes import BYTES, Given, route
from webchat.sentences import dressed, links

FRESH = {"Cache-Control": "public, max-age=300"}


def _figures(request: web.Request) -> OpenFigures:
    figures = request.app[ROOM].figures
    if figures is None:
        raise Refusal("missing")
    return figures


@route("GET", "/figures", Given("The page.", mime="text/html"), asks=Period, of="figures")
async def figures(request: web.Request, asked: Period) -> web.Response:
    """The published figures of a period, as a page; where the office opens them to everybody."""
    lang = language(asked.lang)
    found = await _figures(request).page(asked.period[:40], lang)
    if found is None:
        raise Refusal("missing")
    text = request.app[ASSETS].pages["figures.html"].body.decode()
    address = f"figures?period={found.period}&lang="
    marks = {
        "title": html.escape(found.title), "others": links(address, lang),
        "periods": _periods(found, lang), "text": _paragraphs(found.text),
        "figures": _shown(found, lang) if found.period else "",
        "data": html.escape(found.data),
    }  # fmt: skip
    text = dressed(text, lang)
    for name, value in marks.items():
        text = text.replace("{{" + name + "}}", value)
    return web.Response(text=text, content_type="text/html", headers=FRESH)


def _shown(found: PublicPage, lang: str) -> str:
    shares, numbers = (html.escape(head) for head in found.heads)
    rows = "".join(_row(row, lang) for row in found.shares)
    counts = "".join(
        f"<tr><th scope=row>{html.escape(name)}</th><td>{html.escape(n)}</td></tr>"
        for name, n in found.counts
    )
    return (
        f"<h2>{shares}</h2><div class=shares>{rows}</div>"
        f"<h2>{numbers}</h2><table><tbody>{counts}</tbody></table>"
    )


def _periods(found: PublicPage, lang: str) -> str:
    return " ".join(
        f'<a href="figures?period={html.escape(key)}&amp;lang={lang}"'
        f"{' aria-current=page' if key == found.period else ''}>{html.escape(name)}</a>"
        for key, name in found.periods
    )


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line.strip())}</p>" for line in text.split("\n"))


def _row(row: tuple[str, str, str, str, str], lang: str) -> str:
    name, share, formula, beside, key = (html.escape(value) for value in row)
    alt = html.escape(say(lang, "page.chart", name=row[0], share=row[1]))
    more = f"<p>{beside}</p>" if beside else ""
    return (
        f"<article><h3>{name}</h3><p class=share>{share}</p>{more}<p class=formula>{formula}</p>"
        f'<img src="figures/{key}.png?lang={lang}" alt="{alt}" loading=lazy '
        f"width=1000 height=560></article>"
    )


@route("GET", "/figures.json", Given("The numbers.", {"type": "object"}), of="figures")
async def numbers(request: web.Request) -> web.Response:
    """Every published number."""
    return web.json_response(await _figures(request).data(), dumps=dumps, headers=FRESH)


@route("GET", "/figures/{name:[a-z0-9_]+}.png", Given("The chart.", BYTES, "image/png"),
       asks=Charted, of="figures")  # fmt: skip
async def chart(request: web.Request, asked: Charted) -> web.Response:
    """One share over the published months."""
    lang = language(asked.lang)
    png = await _figures(request).chart(request.match_info["name"], lang)
    if png is None:
        raise Refusal("missing")
    return web.Response(body=png, content_type="image/png", headers=FRESH)
