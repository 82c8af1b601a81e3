r"""Every sentence a person can read, by key and language.

The catalogues are gettext files, a folder for each language and a file for each room:
`zh/case.po`, `en/case.po`. The first word of a key says where it lives: all keys `receipt.…` are
in one file, the same in each language (`grep -l '"receipt\.' petitions/words/zh/*.po` finds it).
A new first word goes to the room whose first line fits it.

`msgid` is the key (`receipt.title`), `msgstr` the sentence with `{values}`. A key that a
language lacks is a mistake the tests find; at run time the Chinese sentence stands in. Where a
sentence has a form for one and a form for many, `msgid_plural` is the value that is counted, and
the file's `Plural-Forms` choose the `msgstr[n]`; Chinese has one form for all.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from gettext import c2py
from importlib import resources
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from petitions.words.languages import (
    APART,
    DEFAULT,
    KNOWN,
    LANGUAGES,
    day,
    known,
    language,
    listed,
    moment,
    name_in,
    numeral,
    quoted,
)

__all__ = [
    "APART", "DEFAULT", "KNOWN", "LANGUAGES", "catalogue", "counted", "day", "has", "known",
    "language", "listed", "moment", "name_in", "numeral", "quoted", "rooms", "say", "size",
]  # fmt: skip


def rooms(lang: str) -> dict[str, Catalog]:
    """Room → its catalogue as gettext reads it."""
    return {
        name.removesuffix(".po"): read_po(io.BytesIO(path.read_bytes()))
        for path in (resources.files(__name__) / lang).iterdir()
        if (name := path.name).endswith(".po")
    }


@functools.cache
def _read(lang: str) -> tuple[dict[str, str], dict[str, Counted]]:
    plain: dict[str, str] = {}
    several: dict[str, Counted] = {}
    for po in rooms(lang).values():
        choose = c2py(po.plural_expr)
        for m in po:
            if isinstance(m.id, str) and isinstance(m.string, str):
                plain[m.id] = m.string
            elif isinstance(m.id, tuple) and isinstance(m.string, tuple):
                key, value = m.id
                several[key] = Counted(value, m.string, choose)
                plain[key] = m.string[-1]
    return {key: text for key, text in plain.items() if key and text}, several


class Counted(NamedTuple):
    """The forms of a sentence in which something is counted."""

    value: str
    """The name of the value that is counted."""
    forms: tuple[str, ...]
    choose: Callable[[int], int]

    def form(self, values: dict[str, Any]) -> str:
        """The form for the number among the values; the one for many if it is none."""
        try:
            return self.forms[self.choose(int(values[self.value]))]
        except (KeyError, TypeError, ValueError):
            return self.forms[-1]


def catalogue(lang: str) -> dict[str, str]:
    """Key → sentence of one language; of a counted one the form for many."""
    return _read(lang)[0]


def counted(lang: str) -> dict[str, Counted]:
    """Key → the sentences of one language that have plural forms."""
    return _read(lang)[1]


def say(lang: str, key: str, **values: Any) -> str:
    """The sentence `key` in `lang`; values go in as text and are never read as a template."""
    plain, forms = _read(lang if lang in LANGUAGES else DEFAULT)
    if key not in plain:
        plain, forms = _read(DEFAULT)
    text = forms[key].form(values) if key in forms else plain[key]
    return text.format_map(values) if values else text.replace("{{", "{").replace("}}", "}")


def has(key: str) -> bool:
    """Whether the catalogue knows this key."""
    return key in catalogue(DEFAULT)


def size(count: int) -> str:
    """Bytes as people read them."""
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 1024 / 1024:.1f} MB"
