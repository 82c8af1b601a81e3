"""A language beside its sentences: a folder whose `language.toml` says its name, which
clients it is for, and how it writes dates and lists.

A new language is a folder with this file and the catalogues, and nothing in the code.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from importlib import resources

DEFAULT = "zh"
"""The language that stands in where another lacks a sentence or a name."""
ANYBODY = "*"
"""In `clients`: for everybody whose language no folder names."""


@dataclass(frozen=True, slots=True)
class Language:
    """One `language.toml`."""

    id: str
    """The folder's name: `zh`, `en`, `zh_Hant`."""
    name: str
    """The name its readers call it by."""
    tag: str
    """The tag by which browsers and screen readers know it: `zh-CN`."""
    clients: tuple[str, ...]
    """Beginnings of the tags of clients that are spoken to in it, in lower case."""
    day: str
    """A date: {day}, {month}, {year}."""
    list: str
    """The text that stands between the parts of a list."""
    quote: str
    """A word in quotation marks: {word}."""
    numerals: str = ""
    """`han`: articles of laws are numbered in Chinese characters; empty: in figures."""
    months: tuple[str, ...] = ()
    """The names of the months, where a date has them in words."""
    typed: Mapping[str, tuple[str, ...]] | None = None
    """Command → the words people type for it."""


def _read(id: str) -> Language:
    path = resources.files(__package__) / id / "language.toml"
    raw = tomllib.loads(path.read_text("utf-8"))
    typed = {command: tuple(spoken) for command, spoken in raw.pop("typed", {}).items()}
    clients, months = tuple(raw.pop("clients")), tuple(raw.pop("months", ()))
    return Language(id=id, clients=clients, months=months, typed=typed, **raw)


def _found() -> dict[str, Language]:
    """Every folder that describes a language: ours first, then by its name in Latin letters."""
    folders = (f.name for f in resources.files(__package__).iterdir() if f.is_dir())
    ids = (f for f in folders if (resources.files(__package__) / f / "language.toml").is_file())
    return {id: _read(id) for id in sorted(ids, key=lambda id: (id != DEFAULT, id))}


KNOWN = _found()
LANGUAGES = tuple(KNOWN)
APART = tuple(id for id in KNOWN if "_" not in id)
"""Without the other ways to write a language: what nobody's choice is known for is said in
these, one after the other."""


def spoken_to(id: str) -> Language:
    """A language, or ours for one that has no folder."""
    return KNOWN.get(id) or KNOWN[DEFAULT]


LONGEST = 35
"""Characters of a tag that are looked at: the longest that a client must be ready for (RFC 5646,
4.4.1)."""


@functools.cache
def _clients() -> dict[str, str]:
    return {tag: one.id for one in KNOWN.values() for tag in one.clients}


def known(tag: str | None) -> str:
    """The language named for a client's tag, the longest beginning first: `zh-Hant-TW` is asked
    for whole, as `zh-hant`, as `zh`. Empty for a tag no folder names."""
    parts = re.split("[^a-z0-9]", (tag or "")[:LONGEST].lower())
    starts = ("-".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((_clients()[start] for start in starts if start in _clients()), "")


def language(tag: str | None) -> str:
    """Our language for a client's tag (`zh-hans`, `zh-TW`, `en-GB`); ours when there is none."""
    return known(tag) or (_clients()[ANYBODY] if tag else DEFAULT)


def name_in(lang: str, names: Mapping[str, str]) -> str:
    """Of a thing's names by language the one to show; the Chinese one stands in."""
    return names.get(lang) or names.get(DEFAULT, "")


def listed(lang: str, parts: Iterable[object]) -> str:
    """The parts of a list, as people write one after the other."""
    return spoken_to(lang).list.join(map(str, parts))


def quoted(lang: str, word: str) -> str:
    """A word in quotation marks."""
    return spoken_to(lang).quote.format(word=word)


HAN = "〇一二三四五六七八九"


def numeral(lang: str, number: int) -> str:
    """A number below a thousand as its language numbers articles: 三十一, 31."""
    if spoken_to(lang).numerals != "han":
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{HAN[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else HAN[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (HAN[ones] if ones else "")


def day(lang: str, when: date) -> str:
    """A date as people write it: 2026年3月6日, 6 March 2026."""
    one = spoken_to(lang)
    month = one.months[when.month - 1] if one.months else when.month
    return one.day.format(day=when.day, month=month, year=when.year)


def moment(lang: str, when: datetime, zone: tzinfo) -> str:
    """An instant in the office's time zone, to the minute."""
    local = when.astimezone(zone)
    return f"{day(lang, local.date())} {local:%H:%M}"
