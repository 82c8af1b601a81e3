"""The scheme of petition contents: fields and their parts, as versioned data.

The names are those in use; which field each part belongs to is this project's assignment.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from petitions.words import LANGUAGES, name_in


@dataclass(frozen=True, slots=True)
class Category:
    """A field (level 1) or a part of one (level 2)."""

    id: str
    """Two digits for a field, four for a part; never changes."""
    names: Mapping[str, str] = field(hash=False)
    """By language."""
    parent: str = ""
    aliases: tuple[str, ...] = ()
    """Older or newer names of the same."""
    words: tuple[str, ...] = ()
    """Words that people write of such matters; for the suggestion only."""

    def name(self, lang: str) -> str:
        """Its name in a language."""
        return name_in(lang, self.names)


def _names(row: dict[str, Any]) -> dict[str, str]:
    return {lang: row[lang] for lang in LANGUAGES if lang in row}


@functools.cache
def _scheme() -> tuple[str, dict[str, Category]]:
    raw = tomllib.loads((resources.files(__package__) / "categories.toml").read_text("utf-8"))
    found = {}
    for row in raw["field"]:
        id = row["id"]
        found[id] = Category(id, _names(row), "", tuple(row.get("also", ())))
        for part, zh, en, words in row["parts"]:
            found[part] = Category(part, {"zh": zh, "en": en}, id, (), tuple(words.split()))
    return raw["version"], found


def version() -> str:
    """Which edition of the scheme this is."""
    return _scheme()[0]


def level1() -> list[Category]:
    """The fields."""
    return [c for c in _scheme()[1].values() if not c.parent]


def level2(field: str) -> list[Category]:
    """The parts of a field."""
    return [c for c in _scheme()[1].values() if c.parent == field]


def find(id: str) -> Category | None:
    """A category by its id."""
    return _scheme()[1].get(id)


def by_name(name: str) -> Category | None:
    """A category by its name in any language, or by an older or newer one."""
    wanted = name.strip().casefold()
    for category in _scheme()[1].values():
        if wanted in (*map(str.casefold, category.names.values()), *category.aliases):
            return category
    return None


def suggest(text: str, n: int = 3) -> list[Category]:
    """The parts whose words stand in a text, best first; longer words weigh more.

    Only a suggestion: an officer proposes, the petitioner confirms.
    """
    scores = {
        c: sum(len(w) * min(text.count(w), 3) for w in c.words if w in text)
        for c in _scheme()[1].values()
        if c.words
    }
    best = sorted((c for c in scores if scores[c]), key=lambda c: (-scores[c], c.id))
    return best[:n]
