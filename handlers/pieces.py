"""A long text comes in several messages: clients cut it, and send the pieces at once.

Telegram's clients cut beyond 4,096 units of UTF-16, never before half of that: at the last blank
line of the second half, else at its last line end, else at its last space. So what comes at once
after a message of more than half is the rest of it, whatever was asked meanwhile. Each piece is
answered as it comes, nobody waits for another one: with an answer that may go on, the draft keeps
how it stood before, so that the whole can be taken in its place.
"""

from __future__ import annotations

from typing import Any

from handlers.talk import Talk
from petitions.book import Draft
from petitions.message import MAX_TEXT, units
from petitions.values import checks

HALF = MAX_TEXT // 2
"""Units that a message has at least when more of the same text follows it."""
FULL = 1000
"""Units of a caption, of 1,024, from which on the rest may have had no room."""
SOON = 2
"""Seconds, by the messages' own dates, within which the next piece follows."""
MOST = 4 * checks.LONG
"""Characters that are kept of a text no question takes whole."""
STAYS = ("files", "taken_at")
"""The data that are added beside the answers, between two pieces too."""


def follows(talk: Talk, draft: Draft) -> bool:
    """Whether this message belongs to the one before it."""
    head, sent = draft.data.get("head"), talk.incoming.sent
    if head is None or sent is None or not 0 <= sent - head["sent"] <= SOON:
        return False
    return bool(head["cut"] or (head["long"] and talk.incoming.forwarded))


def whole(talk: Talk, draft: Draft, text: str) -> tuple[str, int]:
    """The text whose newest piece this is, and in how many messages it came so far. If in several,
    the draft is set back to how it was before the first of them."""
    belongs, head = follows(talk, draft), draft.data.pop("head", None)
    if not belongs:
        return text, 1
    beside = {key: draft.data[key] for key in STAYS if key in draft.data}
    draft.data = head["before"] | beside
    return glued(head["text"], text, head["cut"]), head["count"] + 1


def note(talk: Talk, draft: Draft, text: str, count: int, long: bool) -> bool:
    """Before a text is taken as the answer: keep what is needed if more of it follows. `long`: the
    question takes several messages, so forwarded ones belong together. Whether it was kept."""
    cut = goes_on(talk)
    if talk.incoming.sent is None or not (cut or long):
        return False
    before = {key: _copy(value) for key, value in draft.data.items() if key not in STAYS}
    draft.data["head"] = {
        "text": text[:MOST], "count": count, "sent": talk.incoming.sent, "cut": cut, "long": long,
        "before": before,
    }  # fmt: skip
    return True


def _copy(value: Any) -> Any:
    return value.copy() if isinstance(value, dict | list) else value


def goes_on(talk: Talk) -> bool:
    """Whether the client may have cut here: what can't be taken back isn't done with a part."""
    most = FULL if talk.incoming.kind == "file" else HALF
    return talk.incoming.sent is not None and units(talk.incoming.text) > most


def glued(head: str, tail: str, cut: bool = True) -> str:
    """Two pieces as one text. The gap between them is gone: the client trims each message."""
    if not cut:
        return f"{head}\n{tail}"
    return f"{head}{_gap(head, tail)}{tail}"


def _gap(head: str, tail: str) -> str:
    """The gap that stood at the cut, from what the client would have done otherwise."""
    room = MAX_TEXT - units(head)
    late = head[len(_within(head, HALF)) :]
    line, more, _ = tail.partition("\n")
    if "\n\n" in late or (more and units(line) + 1 < room):
        return "\n\n"  # a blank line goes before all else, also with room for the next line
    if "\n" in late:
        return "\n"
    if room <= 1:
        return ""  # there was nowhere to cut
    if head[-1:].isascii() and tail[:1].isascii() and room < HALF // 4:
        return " "
    return "\n\n"


def _within(text: str, limit: int) -> str:
    """As much of a text as has at most so many units."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")
