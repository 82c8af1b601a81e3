"""Texts that people type, made clean or refused with the reason.

Each check takes the raw text and gives the value to keep, or raises `BadAnswer`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import phonenumbers
from stdnum.cn import ric

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
    # Signs that change the direction of others.
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    # Signs that are there and can't be seen; those that join two others (U+200C, U+200D) stay.
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
    # Code points that are no character and never will be.
    "\ufdd0-\ufdef" + "".join(chr(n) + chr(n + 1) for n in range(0xFFFE, 0x110000, 0x10000)) + "]"
)
"""Characters that aren't kept. They are named, and not taken from Python's tables: those don't know
what Unicode added since, and people's names are written with it."""
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


_BLANK = "\u115f\u1160\u3164\uffa0"
"""Letters by name that nobody sees: what fills a Korean syllable."""


def _letter(c: str) -> bool:
    """Also one of a private use area, or newer than Python's tables (Cn)."""
    return c not in _BLANK and (c.isalpha() or unicodedata.category(c) in ("Co", "Cn"))


def words(text: str, limit: int = LONG) -> str:
    """Free text: something to read in it, and no longer than `limit` characters."""
    text = clean(text)
    if not text:
        raise BadAnswer("bad.empty")
    if not any(c.isnumeric() or _letter(c) for c in text):
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


_RUN = re.compile(r"(?<![\w@])[+(]*\d(?:[\d ().\-]*\d)?", re.ASCII)
"""A run that may be one telephone number, or several in a row."""
_BETWEEN = re.compile(r"([ ().\-]+)")
_CALLED = re.compile(
    r"^\s*(?:tel|phone|联系电话|电话|手机号码?|手机|座机)\s*[:：]\s*", re.IGNORECASE
)
FEW = 6
"""Digits that beside a number are an extension or a remark; more must be a number that exists."""
LOCAL = (7, 8)
"""Digits of a number within its area."""


def phone(text: str, dial: str = "") -> str:
    """Telephone numbers that can exist, in their international form, with the extensions and
    remarks beside them. `dial`: the area code of numbers that have none."""
    text = _CALLED.sub("", line(text))
    plain = to_ascii(text)
    told, done, found = "", 0, 0
    for run in _RUN.finditer(plain):
        numbers, count = _numbers(run[0], dial)
        told += text[done : run.start()] + numbers
        done, found = run.end(), found + count
    if not found:
        raise BadAnswer("bad.phone")
    return line(told + text[done:])


def _numbers(run: str, dial: str) -> tuple[str, int]:
    """A run of digits with its numbers in international form, and how many they are."""
    parts = _BETWEEN.split(run)  # digits, what stands between, digits …
    told, found, at = "", 0, 0
    while at < len(parts):
        tries = ((end, _number("".join(parts[at:end]), dial)) for end in range(len(parts), at, -2))
        end, number = next((one for one in tries if one[1]), (at + 1, ""))
        if not number and sum(map(str.isdecimal, parts[at])) > FEW:
            raise BadAnswer("bad.phone_part" if len(parts) > 1 else "bad.phone", text=parts[at])
        told += (number or parts[at]) + "".join(parts[end : end + 1])
        found, at = found + bool(number), end + 1
    return told, found


def _number(text: str, dial: str) -> str:
    """One number in its international form; empty: there is none."""
    digits = re.sub(r"\D", "", text)
    if (not text[:1].isdecimal() and text[:1] not in ("+", "(")) or not digits:
        return ""
    if "+" in text or digits.startswith("0"):
        return _known(text)
    if len(digits) in LOCAL or len(digits) < LOCAL[0]:
        return _known(dial + digits) if dial and len(digits) in LOCAL else ""
    # Whoever mistypes a mobile number of ours means no other country's.
    return _known(text) or ("" if digits.startswith("1") else _known("+" + digits))


def _known(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def shared(text: str, dial: str = "") -> str:
    """The number of a contact that was shared: in its international form without the plus, or as
    an address book has it. Raises BadAnswer, also where both can be meant."""
    digits = re.sub(r"\D", "", to_ascii(text))
    abroad, here = _known("+" + digits), _known(digits)
    if not abroad:
        return phone(text.lstrip("+"), dial)
    if "+" not in text and here and here != abroad and re.fullmatch(r"1\d{10}", digits):
        raise BadAnswer("bad.contact_two", one=here, other=abroad)
    return abroad


def first_number(contact: str) -> str:
    """The first number of a checked contact, without what stands beside it."""
    found = re.search(r"\+\d[\d \-]*\d", contact)
    return found[0] if found else contact


_CARD = re.compile(r"[1-9][0-9]{16}[0-9X]")
"""GB 11643: citizens; residents of Hong Kong (81), Macao (82) and Taiwan (83), since 2018; since
December 2023 foreigners with permanent residence (9)."""
_OLD_CARD = re.compile(r"[A-Z]{3}[0-9]{12}")
"""Foreigners with permanent residence, until 2023: a country, a place, a birthday, two digits."""


def id_number(text: str, today: date = date.max) -> str:
    """An identity number: form, date of birth and check character. The place is none of the
    office's business: districts are founded after the people were born who get their codes."""
    text = re.sub(r"[\s\-]", "", to_ascii(clean(text))).upper()
    text = re.sub("[×ХⅩ]$", "X", text)
    if _CARD.fullmatch(text) and text[-1] == ric.calc_check_digit(text):
        if _born(text[6:14], today):
            return text
    elif _OLD_CARD.fullmatch(text) and any(_born(c + text[7:13], today) for c in ("19", "20")):
        return text
    raise BadAnswer("bad.id_number")


def _born(digits: str, today: date) -> bool:
    try:
        return int(digits[:4]) > 1850 and date.fromisoformat(digits) <= today
    except ValueError:
        return False


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
    """A date, as people type it, in ISO form; years of another calendar (民国115, 2569) or cut
    short (26) are none. Raises BadAnswer."""
    parts = re.findall(r"\d+", _apart(text))
    try:
        year, month, number = (int(p[:5]) for p in parts[:3])
        found = date(year, month, number)
    except ValueError:
        raise BadAnswer("bad.day") from None
    if not 1900 <= year < 2200:
        raise BadAnswer("bad.day")
    return found.isoformat()


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


def spoken(part: str, text: str, dial: str = "") -> str:
    """An officer's transcript of a voice message that answered `part`. Raises BadAnswer."""
    if part == "contact":
        return phone(text, dial)
    return {"name": name, "address": line}.get(part, words)(text)


_ODD = re.compile(r'[\x00-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069<>:"/\\|?*]')


def file_name(name: str) -> str:
    """A file name without folders, control or direction characters, and short enough for every
    file system: they count bytes, and Chinese takes three each."""
    name = _ODD.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) > 120 or len(name.encode()) > 200:
        stem = stem[:100].encode()[:180].decode(errors="ignore")
        name = f"{stem}{dot}{ending[:16]}"
    return name or "file"
