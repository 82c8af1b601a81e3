"""The messages in a chat of Telegram's: noted while they are said, to be deleted once
somebody may no longer read it. Nothing else remembers which messages were sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from petitions.message import NOTHING, Of, StandingMessage
from petitions.values.secret import is_secret

SPEAKING: ContextVar[Of] = ContextVar("speaking", default=NOTHING)
"""The desk and cases spoken of just now."""
_NOTED: ContextVar[list[StandingMessage] | None] = ContextVar("noted", default=None)


@contextmanager
def noting() -> Iterator[list[StandingMessage]]:
    """The messages said meanwhile, as far as they may have to be deleted."""
    said: list[StandingMessage] = []
    token = _NOTED.set(said)
    try:
        yield said
    finally:
        _NOTED.reset(token)


def note(message: str, text: str) -> None:
    """A message was taken by Telegram."""
    said, of = _NOTED.get(), SPEAKING.get()
    if said is None:
        return
    one = StandingMessage(message, of.desk, of.cases, is_secret(text))
    if one.desk or one.cases or one.secret:
        said.append(one)


@contextmanager
def speaking(of: Of) -> Iterator[None]:
    """The messages said meanwhile speak of this."""
    token = SPEAKING.set(of)
    try:
        yield
    finally:
        SPEAKING.reset(token)
