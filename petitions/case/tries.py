"""Wrong tries at secrets: whoever makes many waits, longer each time.

Secrets that nobody finds by guessing (query codes, invitations, links) cost seconds, and only
whoever tries: strangers who guess at a number, or share an address, never close the door for the
right code. A short one (a PIN) costs minutes and more, counted for what it opens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.book import Chat, Guarding
from petitions.errors import PetitionError, SlowDown, WrongSecret

WINDOW, PIN_WINDOW = timedelta(hours=24), timedelta(days=29)
"""How long a wrong try counts, and one at the PIN of a case."""
AHEAD = timedelta(minutes=10)
"""How far in the future a try may lie and count, as one of now: clocks of two machines differ. A
try that lies further was noted while a clock was wrong, and would be waited for until then."""
FREE = 5
"""Wrong tries of one chat, or at the PIN of one case, before somebody must wait."""
CROWD = 50
"""Wrong tries from one address, after which each of its chats waits before every try, the first
too: a new chat begins nothing anew. Nobody waits for what others try."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The first wait and the longest; each one is twice the one before."""

    first: timedelta
    longest: timedelta


SHORT = Wait(timedelta(minutes=1), timedelta(days=1))
"""For what a machine could guess: 10⁴ PINs."""
LONG = Wait(timedelta(seconds=2), timedelta(seconds=30))
"""For what it couldn't: 50 bits and more (the arithmetic is in docs/threat-model.md)."""
SHORT_SECRETS = frozenset({"pin", "claim", "login"})


def buckets(chat: Chat, secret: str, *also: str) -> tuple[str, ...]:
    """Where a wrong try of this chat counts; `also`: what is tried at, `claim:…`. Where the
    channel knows an address, tries at what is long count there, too."""
    origin = (f"from:{chat.origin}",) if chat.origin and secret not in SHORT_SECRETS else ()
    return (f"{secret}:{chat.id}", *also, *origin)


def slow_down(book: Guarding, counted: tuple[str, ...], now: datetime) -> None:
    """Raises SlowDown while a waiting time runs."""
    crowded = any(len(_tries(book, b, now)) >= CROWD for b in counted if b.startswith("from:"))
    for bucket in counted:
        kind = bucket.partition(":")[0]
        if kind != "from":
            _wait(_tries(book, bucket, now), bucket, crowded, now)


def _wait(tries: list[datetime], bucket: str, crowded: bool, now: datetime) -> None:
    wait = SHORT if bucket.partition(":")[0] in SHORT_SECRETS else LONG
    if crowded and not tries:
        secret = bucket.partition(":")[0]
        raise SlowDown("bad.slow_seconds", secret, seconds=int(wait.first.total_seconds()))
    over = len(tries) - (1 if crowded else FREE)
    if over < 0:
        return
    left = max(tries) + min(wait.first * 2 ** min(over, 11), wait.longest) - now
    if left <= timedelta():
        return
    if wait is LONG:
        raise SlowDown("bad.slow_seconds", seconds=int(left.total_seconds()) + 1)
    raise SlowDown("bad.slow_down", minutes=int(left.total_seconds() // 60) + 1)


def _tries(book: Guarding, bucket: str, now: datetime) -> list[datetime]:
    """The newest, as many as change anything: somebody who guesses for a day costs nobody more."""
    window = PIN_WINDOW if bucket.startswith("claim:") else WINDOW
    return [min(at, now) for at in book.tries(bucket, now - window, now + AHEAD, CROWD)]


def note(book: Guarding, chat: Chat, refusal: PetitionError, now: datetime) -> None:
    """Count the try that was refused, where it was one at a secret; one that has to wait for its
    address counts as its chat's alone."""
    if isinstance(refusal, WrongSecret | SlowDown) and refusal.secret:
        counted = buckets(chat, refusal.secret)
        count(book, counted[:1] if isinstance(refusal, SlowDown) else counted, now)


def count(book: Guarding, counted: tuple[str, ...], now: datetime) -> None:
    """Note a wrong try."""
    for bucket in counted:
        book.add_try(bucket, now)
