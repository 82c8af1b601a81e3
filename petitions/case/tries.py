"""Wrong tries at secrets: whoever makes many waits, longer each time.

Counted for the chat, for what was tried at in all, and for the network address where the channel
knows one: neither a new chat nor a new session on the page begins anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.book import Book, Chat
from petitions.errors import SlowDown

WINDOW = timedelta(hours=24)
"""How long a wrong try counts."""
FREE = {"number": 10, "from": 50}
"""Wrong tries before somebody must wait: at one case number by strangers together, by all that
share an address."""
CHAT_FREE = 5
"""The same for one chat, and for the PIN of one case."""
AHEAD = timedelta(minutes=10)
"""How far in the future a try may lie and count, as one of now: clocks of two machines differ. What
lies further was noted while a clock was wrong, and would be waited for until then."""
LONGEST = {"from": timedelta(minutes=10)}
"""The longest wait, where it isn't a day: who shares an address with somebody who guesses."""


def buckets(chat: Chat, secret: str, *also: str) -> tuple[str, ...]:
    """Where a wrong try of this chat counts; `also`: what is tried at, `number:…`, `claim:…`."""
    origin = (f"from:{chat.origin}",) if chat.origin else ()
    return (f"{secret}:{chat.id}", *also, *origin)


def slow_down(book: Book, counted: tuple[str, ...], now: datetime) -> None:
    """Raises SlowDown while a bucket's waiting time runs: 1, 2, 4 … minutes, a day at most."""
    for bucket in counted:
        kind = bucket.partition(":")[0]
        tries = [min(at, now) for at in book.tries(bucket, now - WINDOW) if at < now + AHEAD]
        over = len(tries) - FREE.get(kind, CHAT_FREE)
        if over < 0:
            continue
        wait = min(timedelta(minutes=2 ** min(over, 11)), LONGEST.get(kind, WINDOW))
        left = max(tries) + wait - now
        if left > timedelta():
            raise SlowDown("bad.slow_down", minutes=int(left.total_seconds() // 60) + 1)


def count(book: Book, counted: tuple[str, ...], now: datetime) -> None:
    """Note a wrong try."""
    for bucket in counted:
        book.add_try(bucket, now)
