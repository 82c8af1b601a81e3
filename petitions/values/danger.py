"""Danger to life or a crime under way, found by a table of phrases.

It speaks of the matter: who writes is neither marked nor judged. A missed one is worse than a
false alarm, which costs a duty officer a look. `docs/danger.md` has every hit in real messages.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from petitions.words import LANGUAGES, name_in


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger that was found in a text."""

    kind: str
    names: Mapping[str, str]
    phrase: str
    """The words that raised the alarm."""
    numbers: tuple[str, ...]
    """Emergency numbers, the first one first."""


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    names: Mapping[str, str]
    numbers: tuple[str, ...]
    now: re.Pattern[str]
    never: re.Pattern[str] | None


@functools.cache
def _table() -> tuple[_Row, ...]:
    raw = tomllib.loads((resources.files(__package__) / "danger.toml").read_text("utf-8"))
    rows = []
    for row in raw["danger"]:
        never = row.get("never", ())
        rows.append(
            _Row(
                row["kind"],
                {lang: row[lang] for lang in LANGUAGES if lang in row},
                tuple(row["numbers"]),
                re.compile("|".join(row["now"]), re.IGNORECASE),
                re.compile("|".join(map(re.escape, never))) if never else None,
            )
        )
    return tuple(rows)


def look(text: str) -> Danger | None:
    """The first danger a text speaks of; None for none."""
    for row in _table():
        read = row.never.sub("", text) if row.never else text
        found = row.now.search(read)
        if found:
            return Danger(row.kind, row.names, found.group(), row.numbers)
    return None


def label(kind: str, lang: str) -> str:
    """The name of a kind of danger."""
    row = next((r for r in _table() if r.kind == kind), None)
    return name_in(lang, row.names) if row else kind
