"""What people type, made clean or refused with the reason.

Each check takes the raw text and gives the value to keep, or raises `BadAnswer`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import phonenumbers
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from petitions.errors import BadAnswer
from petitions.values.codes import to_ascii

LONG = 8000
"""Characters of a long answer: the facts, a reply."""
MIDDLE = 2000
"""Characters of a middling answer: the request, a reason."""
SHORT = 200
"""Characters of a line: a place, a name, an address."""
TITLE = 30
"""Characters of a title."""

_GONE = re.compile(
    # Control characters and halves of characters.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
    # What changes the direction of others.
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    # What is there and can't be seen; those that join two others (U+200C, U+200D) stay.
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
    # What is no character and never will be.
    "\ufdd0-\ufdef" + "".join(chr(n) + chr(n + 1) for n in range(0xFFFE, 0x110000, 0x10000)) + "]"
)
"""What isn't kept. It is named, and not taken from Python's tables: those don't know what Unicode
added since, and people's names are written with it."""
_AS_IT_IS = "\uf900-\ufaff\U0002f800-\U0002fa1f"
"""Compatibility ideographs: the normal form would put another's shape in a name."""
_NORMAL = re.compile(f"[^{_AS_IT_IS}]+")


def gone(text: str) -> int:
    """How many characters of a text `clean` takes out."""
    return len(_GONE.findall(_lines(text)))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def clean(text: str) -> str:
    """Without control, invisible and direction-changing characters; line ends as `\\n`."""
    text = _GONE.sub("", _lines(text))
    # Only now: what stood between two characters may have kept them from being one.
    text = _NORMAL.sub(lambda run: unicodedata.normalize("NFC", run[0]), text)
    text = re.sub(r"(?<![ \t])[ \t]+\n", "\n", text)
    return re.sub(r"\n{4,}", "\n\n\n", text).strip()


def _letter(c: str) -> bool:
    """Also one of a private use area, or newer than Python's tables (Cn)."""
    return c.isalpha() or unicodedata.category(c) in ("Co", "Cn")


def words(text: str, limit: int = LONG) -> str:
    """Free text: something to read in it, and no longer than `limit` characters."""
    text = clean(text)
    if not text:
        raise BadAnswer("bad.empty")
    if not any(c.isalnum() or _letter(c) for c in text):
        raise BadAnswer("bad.symbols")
    if len(text) > limit:
        raise BadAnswer("bad.long", limit=limit, length=len(text))
    return text


def line(text: str, limit: int = SHORT) -> str:
    """Free text on one line."""
    return words(" ".join(clean(text).split()), limit)


def title(text: str) -> str:
    """A title: one line of at most 30 characters."""
    return line(text, TITLE)


def name(text: str) -> str:
    """A person's or an organisation's name."""
    text = line(text, 60)
    if not any(map(_letter, text)):
        raise BadAnswer("bad.name")
    return text


def phone(text: str) -> str:
    """A telephone number that can exist, in its international form."""
    text = to_ascii(clean(text))
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        raise BadAnswer("bad.phone") from None
    if not phonenumbers.is_valid_number(number):
        raise BadAnswer("bad.phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def id_number(text: str) -> str:
    """An identity number of the mainland: form, date of birth and check character."""
    text = re.sub(r"[\s\-]", "", to_ascii(clean(text))).upper()
    try:
        return str(ric.validate(text))
    except (ValidationError, KeyError):  # the latter for places the library can't look up
        raise BadAnswer("bad.id_number") from None


def people(text: str) -> str:
    """How many petition together."""
    text = to_ascii(clean(text)).strip("人位名 ")
    if not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= 100_000:
        raise BadAnswer("bad.people")
    return str(int(text))


_DAY = re.compile(r"^(\d{4})\D{1,2}(\d{1,2})(?:\D{1,2}(\d{1,2}))?\D?$")
_RUN_TOGETHER = re.compile(r"(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)?(?!\d)")
"""A date without anything between its parts: 20261120, 202611."""


def _apart(text: str) -> str:
    """A text with the parts of a date apart."""
    return _RUN_TOGETHER.sub(lambda m: "-".join(filter(None, m.groups())), to_ascii(text))


def day(text: str) -> str:
    """A date, as people type it, in ISO form. Raises BadAnswer."""
    parts = re.findall(r"\d+", _apart(text))
    try:
        year, month, number = (int(p[:5]) for p in parts[:3])
        return date(year, month, number).isoformat()
    except ValueError:
        raise BadAnswer("bad.day") from None


def as_date(text: str) -> date:
    """A checked day as a date."""
    return date.fromisoformat(text)


_CLOCK = re.compile(r"^\s*([01]?\d|2[0-3])\s*[:：点时]\s*([0-5]\d)?\s*分?\s*$")


def clock(text: str) -> str:
    """An hour of the day as `HH:MM`. Raises BadAnswer."""
    found = _CLOCK.match(to_ascii(text))
    if not found:
        raise BadAnswer("bad.clock")
    return f"{int(found[1]):02d}:{found[2] or '00'}"


def since(text: str, today: date) -> str:
    """A day or a month in the past, as `2026-03-05` or `2026-03`."""
    found = _DAY.match(_apart(line(text, 40)))
    if not found:
        raise BadAnswer("bad.date")
    year, month, day = found.groups()
    try:
        when = date(int(year), int(month), int(day or 1))
    except ValueError:
        raise BadAnswer("bad.date") from None
    if when > today:
        raise BadAnswer("bad.future")
    if when.year < 1949:
        raise BadAnswer("bad.date")
    return when.isoformat() if day else f"{when:%Y-%m}"


def pin(text: str) -> str:
    """A PIN: four to eight digits, not all the same."""
    text = to_ascii(clean(text)).replace(" ", "")
    if not text.isdecimal() or not 4 <= len(text) <= 8 or len(set(text)) == 1:
        raise BadAnswer("bad.pin")
    return text


def spoken(part: str, text: str) -> str:
    """What an officer wrote down of a voice message that answered `part`. Raises BadAnswer."""
    return {"name": name, "address": line, "contact": phone}.get(part, words)(text)


_ODD = re.compile(r'[\x00-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069<>:"/\\|?*]')


def file_name(name: str) -> str:
    """A file name without folders, control or direction characters."""
    name = _ODD.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) > 120:
        name = f"{stem[:100]}{dot}{ending[:16]}"
    return name or "file"
