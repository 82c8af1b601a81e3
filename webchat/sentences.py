"""The page's own words: the sentences `page.…` of the catalogues, put into its files and into a
script for its JavaScript."""

from __future__ import annotations

import html
import re
from typing import Any

from petitions.words import (
    APART,
    DEFAULT,
    KNOWN,
    catalogue,
    counted,
    name_in,
    say,
)
from webchat.lines import dumps

ROOM = "page."
MARKED = re.compile(r'<[^>]*\bdata-t="(\w+)"[^>]*>')
ATTRIBUTES = {"label": "aria-label", "place": "placeholder", "title": "title"}
MARKED_ATTRIBUTE = re.compile(r'\bdata-t-(label|place|title)="(\w+)"')


def script() -> bytes:
    """Every language with its sentences, as `sentences.js`."""
    known = dumps({id: _one(id) for id in KNOWN})
    return f'export const DEFAULT = "{DEFAULT}";\nexport const LANGUAGES = {known};\n'.encode()


def _one(lang: str) -> dict[str, Any]:
    forms = counted(lang)
    says = {
        key.removeprefix(ROOM): {"value": forms[key].value, "forms": forms[key].forms}
        if key in forms else text
        for key, text in catalogue(lang).items() if key.startswith(ROOM)
    }  # fmt: skip
    one = KNOWN[lang]
    return {"name": one.name, "tag": one.tag, "clients": one.clients, "says": says}


def dressed(page: str, lang: str = DEFAULT) -> str:
    """A page with the words of one language wherever it is marked for them."""
    page = page.replace("{{tag}}", KNOWN[lang].tag)
    page = MARKED.sub(lambda m: m[0] + _said(lang, m[1]), page)
    return MARKED_ATTRIBUTE.sub(
        lambda m: f'{m[0]} {ATTRIBUTES[m[1]]}="{_said(lang, m[2])}"', page
    )  # fmt: skip


def _said(lang: str, key: str) -> str:
    return html.escape(say(lang, ROOM + key))


def without_script(names: dict[str, str], phone: str) -> str:
    """The text that stands where no script runs, in the languages one after the other."""
    lines = (
        (KNOWN[lang].tag, say(lang, "page.no_script", name=name_in(lang, names), phone=phone))
        for lang in APART
    )
    return "".join(f'<p class="note" lang="{tag}">{html.escape(text)}</p>' for tag, text in lines)


def links(address: str, lang: str) -> str:
    """A page's links to itself in each other language; `address` ends where the language is
    written."""
    return " ".join(
        f'<a href="{html.escape(address)}{id}" lang="{one.tag}">{html.escape(one.name)}</a>'
        for id, one in KNOWN.items() if id != lang
    )  # fmt: skip
