"""By what an officer is known at a desk: as it is kept, and the arithmetic of time codes."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from petitions.values import codes

STEP = 30
"""Seconds for which one time code stands (RFC 6238)."""
DIGITS = 6


class State(StrEnum):
    """How far a login has come."""

    NEW = "new"
    """The desk was just taken: a login may be set."""
    SET = "set"
    """Whoever wants to work here says who they are."""
    ASKED = "asked"
    """The same; somebody says that the device is lost, and asks for a second officer's yes."""
    RENEWED = "renewed"
    """A second officer said yes: a login is set anew before anything else."""


@dataclass(slots=True)
class Secret:
    """The part of a login that is sealed."""

    code: str = ""
    """The secret of time codes, in base 32; empty: none is set."""
    begun: str = ""
    """One that was shown and not yet confirmed by a code; or a PIN that was said once, hashed."""
    pin: str = ""
    """Of a desk on Telegram: salt and hash, in hexadecimal."""
    keys: list[dict[str, str | int]] = field(default_factory=list)
    """Passkeys: `id`, `key` (both base64url) and `count`."""
    asked: str = ""
    """The challenge that a passkey is to sign now (base64url); on Telegram the answer that is
    waited for: `pin`, `new` …"""
    asked_at: float = 0.0
    """… and since when, as Unix seconds."""

    @property
    def text(self) -> str:
        """As it is sealed."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Secret:
        """The same again."""
        return cls(**json.loads(text)) if text else cls()


@dataclass(slots=True)
class Login:
    """The login of one chat, whatever desks its person holds."""

    chat: int
    state: State = State.NEW
    secret: Secret = field(default_factory=Secret)
    step: int = 0
    """The step whose time code was used last: no code is taken twice."""
    opened_at: datetime | None = None
    """Since when somebody is in; None: nobody."""
    used_at: datetime | None = None
    fresh_at: datetime | None = None
    """When they last proved who they are."""


def new_secret() -> str:
    """A secret for time codes (160 bits, base 32)."""
    import pyotp

    return str(pyotp.random_base32())


def address_of(secret: str, name: str, office: str) -> str:
    """The address that an authenticator reads from the QR code (`otpauth://…`)."""
    import pyotp

    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=office))


def step_of(secret: str, typed: str, now: datetime, after: int) -> int:
    """The step whose code was typed: this one, the one before or the next, and later than `after`;
    0: none. All are compared, each in constant time."""
    import pyotp

    said = codes.to_ascii(typed).replace(" ", "").strip()
    if len(said) != DIGITS or not (said.isascii() and said.isdecimal()):
        said = ""
    at, found = int(now.timestamp()) // STEP, 0
    made = pyotp.TOTP(secret)
    for step in (at - 1, at, at + 1):
        same = hmac.compare_digest(made.generate_otp(step), said)
        found = step if same and step > after else found
    return found
