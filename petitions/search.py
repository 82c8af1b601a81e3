"""Finding cases by words that are sealed: what a text is looked up by.

Chinese is looked up by pairs of neighbouring characters, anything else by whole words. The
storage keeps only keyed hashes of them (a blind index), so the index says nothing to who has
the database without the keys.
"""

from __future__ import annotations

import re
import unicodedata

PARTS = frozenset({"facts", "request", "place", "title", "supplement"})
"""Texts that can be searched: what everybody at work on a case reads."""
LONGEST = 600
"""Characters of a text that are looked at: the rest rarely says what a matter is about."""
MOST = 8
"""Terms of a question; more don't find it sooner."""
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def terms(text: str) -> list[str]:
    """What a text is looked up by, each once, in their order."""
    found: dict[str, None] = {}
    for run in _RUN.findall(unicodedata.normalize("NFKC", text[:LONGEST]).casefold()):
        if run.isascii():
            found[run] = None
        else:
            found |= dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1))
    return list(found)


def asked(text: str) -> list[str]:
    """The terms of a question; empty when there is nothing to look for."""
    return terms(text)[:MOST]
