"""Every sentence a person can read, by key and language.

The catalogues are gettext files beside this one, one for each language: `zh.po`, `en.po`.
`msgid` is the key (`receipt.title`), `msgstr` the sentence with `{values}`. A key that a
language lacks is a mistake the tests find; at run time the Chinese sentence stands in.
"""

from __future__ import annotations

import functools
from datetime import date, datetime, tzinfo
from importlib import resources
from typing import Any

from babel.messages.pofile import read_po

LANGUAGES = ("zh", "en")
DEFAULT = "zh"

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

NAMES = {"zh": "中文", "en": "English"}
"""Each language in its own words."""


@functools.cache
def catalogue(lang: str) -> dict[str, str]:
    """Key → sentence of one language."""
    path = resources.files(__name__) / f"{lang}.po"
    with path.open("rb") as file:
        po = read_po(file)
    return {str(m.id): str(m.string) for m in po if m.id and m.string}


def say(lang: str, key: str, **values: Any) -> str:
    """The sentence `key` in `lang`; values go in as text and are never read as a template."""
    text = catalogue(lang if lang in LANGUAGES else DEFAULT).get(key)
    if text is None:
        text = catalogue(DEFAULT)[key]
    return text.format_map(values) if values else text.replace("{{", "{").replace("}}", "}")


def has(key: str) -> bool:
    """Whether the catalogue knows this key."""
    return key in catalogue(DEFAULT)


def language(tag: str | None) -> str:
    """Our language for a client's tag (`zh-hans`, `zh-TW`, `en-GB`): Chinese when unsure."""
    tag = (tag or "").lower()
    if not tag or tag.startswith("zh"):
        return DEFAULT
    return "en"


def day(lang: str, when: date) -> str:
    """A date as people write it: 2026年3月6日, 6 March 2026."""
    if lang == "en":
        return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
    return f"{when.year}年{when.month}月{when.day}日"


def moment(lang: str, when: datetime, zone: tzinfo) -> str:
    """An instant in the office's time zone, to the minute."""
    local = when.astimezone(zone)
    return f"{day(lang, local.date())} {local:%H:%M}"


def size(count: int) -> str:
    """Bytes as people read them."""
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 1024 / 1024:.1f} MB"
