"""Case numbers, query codes and other secrets people copy by hand.

A case number isn't secret: area, channel, date, serial and a check character, such as
`6401-W261120-0001-K`. The check character (ISO 7064, Mod 37,36) catches every single wrong
character and every swap of two neighbours.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from datetime import date
from hashlib import scrypt, sha256

from stdnum.iso7064 import mod_37_36

from petitions.values.channels import Channel

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No I, L, O, 0, 1: they are misread."""

CODE_LENGTH = 10
"""Characters of a query code: 31^10, about 50 bits."""

NUMBER = re.compile(r"\b(\d{4})[- ]?([A-Z])(\d{6})[- ]?(\d{4,6})[- ]?([0-9A-Z])\b", re.IGNORECASE)


def case_number(area: str, channel: Channel, day: date, serial: int) -> str:
    """The number of a new case. `area`: four digits of the office file."""
    body = f"{area}{channel.letter}{day:%y%m%d}{serial:04d}"
    check = mod_37_36.calc_check_digit(body)
    return f"{area}-{channel.letter}{day:%y%m%d}-{serial:04d}-{check}"


def read_number(text: str) -> str | None:
    """The first well-formed case number in a text, in its printed form; None if there is
    none or its check character is wrong."""
    found = NUMBER.search(to_ascii(text).upper())
    if not found:
        return None
    area, letter, day, serial, check = found.groups()
    if not mod_37_36.is_valid(f"{area}{letter}{day}{serial}{check}"):
        return None
    return f"{area}-{letter}{day}-{serial}-{check}"


def looks_like_number(text: str) -> bool:
    """Whether somebody meant to write a case number, right or wrong."""
    return NUMBER.search(to_ascii(text).upper()) is not None


def is_number(text: str) -> bool:
    """Whether a text is a case number, right or wrong, and nothing besides."""
    return NUMBER.fullmatch(to_ascii(text).strip().upper()) is not None


_WIDE: dict[int, int | str] = {i: i - 0xFEE0 for i in range(0xFF01, 0xFF5F)}
_DASHES: dict[int, int | str] = dict.fromkeys(map(ord, "‐‑‒–—−ー－"), "-")
_PLAIN = _WIDE | {0x3000: " "} | _DASHES


def to_ascii(text: str) -> str:
    """Full-width letters, dashes and digits of every script as plain ones, each in its place."""
    plain = text.translate(_PLAIN)
    return re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), plain)


def new_code() -> str:
    """A fresh query code, as printed: two groups of five."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return f"{code[:5]}-{code[5:]}"


def read_code(text: str) -> str:
    """A typed query code without what people add: spaces, dashes, small letters."""
    return re.sub(r"[^0-9A-Z]", "", to_ascii(text).upper())


def same(a: bytes, b: bytes) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(a, b)


def new_check() -> str:
    """Four digits by which two people see that they speak of the same thing."""
    return f"{secrets.randbelow(10**4):04}"


def new_token() -> str:
    """A one-time token for a link: invitations."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> bytes:
    """The hash that is stored of a long random token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


SALT_BYTES = 16
"""Of a PIN."""


def pin_hash(pin: str, salt: bytes) -> bytes:
    """The hash that is stored of a short PIN: slow on purpose."""
    return scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def kept_pin(pin: str) -> bytes:
    """A PIN as it is kept: a salt of its own, and the hash."""
    salt = secrets.token_bytes(SALT_BYTES)
    return salt + pin_hash(pin, salt)


def is_pin(kept: bytes, typed: str) -> bool:
    """Whether this is the PIN that was kept, as people type it. Where none is, it takes as long."""
    pin = to_ascii(typed).strip().replace(" ", "")
    salt, hash = kept[:SALT_BYTES], kept[SALT_BYTES:]
    return same(pin_hash(pin, salt), hash)
