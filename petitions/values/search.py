"""Finding cases by words that are sealed: what a text is looked up by.

Chinese is looked up by pairs of neighbouring characters, anything else by whole words. The
storage keeps keyed hashes of them, sealed (docs/decisions/0010), so the index says nothing to who
has the database without the keys.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping

from petitions.values import parts

PARTS = frozenset(one.name for one in parts.PARTS.values() if one.searched)
"""Texts that can be searched: what everybody at work on a case reads."""
LONGEST = 600
"""Characters of a text that are looked at: the rest rarely says what a matter is about."""
MOST = 8
"""Terms of a question; more don't find it sooner."""
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def terms(text: str) -> list[str]:
    """The terms that a text is looked up by, each once, in their order."""
    found: dict[str, None] = {}
    for run in runs(text[:LONGEST]):
        if run.isascii():
            found[run] = None
        else:
            found |= dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1))
    return list(found)


def runs(text: str) -> list[str]:
    """The unbroken runs of Chinese characters, and words of anything else."""
    return _RUN.findall(unicodedata.normalize("NFKC", text).casefold())


HEAD = 120
"""Characters of each text by which two matters are compared: people begin with what it is about."""
ALIKE = 0.1
"""From this likeness on another case is suggested as the same matter; see docs/matters.md."""


def matter(texts: Iterable[str]) -> set[str]:
    """The terms that a matter is compared by."""
    return {term for text in texts for term in terms(text[:HEAD])}


def weight(cases: int, holding: int) -> float:
    """How much a term says that so many of all cases hold: rare ones say most."""
    return math.log(1 + cases / max(1, holding)) ** 2


def likeness(mine: set[str], theirs: set[str], weights: Mapping[str, float]) -> float:
    """How alike two matters are, from 0 to 1 and a little over, by the weights of my terms; the
    terms of theirs that I don't have count as mine do on average."""
    whole = sum(weights.get(term, 0.0) for term in mine)
    if not (whole and theirs):
        return 0.0
    shared = sum(weights.get(term, 0.0) for term in mine & theirs)
    return shared / (whole * math.sqrt(len(theirs) / len(mine)))


def asked(text: str) -> list[str]:
    """The terms of a question; empty when there is nothing to look for."""
    return terms(text)[:MOST]
