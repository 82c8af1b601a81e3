"""When an officer must say anew who they are: `[login]` of the office file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from petitions.errors import BadSetting

DAY = 24 * 60
"""Minutes."""


@dataclass(frozen=True, slots=True)
class LoginRules:
    """How long a login holds."""

    required: bool = False
    """Nobody works at a desk without; otherwise only who has set a login is asked for it."""
    idle: timedelta = timedelta(minutes=30)
    """Without use for so long, a session on the page ends …"""
    day_end: bool = True
    """… and at the end of the working day, whatever is done."""
    messenger: timedelta = timedelta(hours=12)
    """Without use for so long, a desk in a messenger, on Telegram, asks for its PIN."""
    fresh: timedelta = timedelta(minutes=5)
    """So long after a login nothing more is asked before a name, an archive, a staff change."""


MINUTES = {"idle": timedelta(minutes=1), "fresh": timedelta(minutes=1),
           "messenger": timedelta(hours=1)}  # fmt: skip
"""Settings that are a number → of what."""


def read_login(raw: Any, wrong: Callable[[str, str], BadSetting]) -> LoginRules:
    """`[login]`. Raises BadSetting."""
    if not isinstance(raw, dict):
        raise wrong("[login]", "required = true")
    given: dict[str, Any] = {}
    for name, value in raw.items():
        where = f"login.{name}"
        if name in ("required", "day_end"):
            if not isinstance(value, bool):
                raise wrong(where, "true, false")
            given[name] = value
        elif name in MINUTES:
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= DAY:
                raise wrong(where, f"1–{DAY}")
            given[name] = value * MINUTES[name]
        else:
            raise wrong(where, "required, idle, day_end, messenger, fresh")
    return LoginRules(**given)
