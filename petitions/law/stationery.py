"""How an office's papers look and what they say besides: `[paper]` of the office file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from petitions.errors import BadSetting
from petitions.words import DEFAULT

Texts = Mapping[str, str]
"""A sentence by language."""


@dataclass(frozen=True, slots=True)
class Stationery:
    """What the office puts on its numbered papers."""

    heading: Texts = field(default_factory=dict)
    """In red above all; empty: the name of the unit that issues it."""
    words: Mapping[str, Texts] = field(default_factory=dict)
    """Kind of paper → the office's own paragraph, the last one of the text."""
    seals: Mapping[str, str] = field(default_factory=dict)
    """Unit → the file with a picture of its seal, as the office file names it."""

    def heads(self, organ: str, lang: str) -> str:
        """What stands above a paper that `organ` issues."""
        return spoken(self.heading, lang) or organ

    def says(self, kind: str, lang: str) -> str:
        """The office's own paragraph in papers of a kind; empty: none."""
        return spoken(self.words.get(kind, {}), lang)


def spoken(texts: Texts, lang: str) -> str:
    """A sentence of the office file in a language, or in the first one; empty: there is none."""
    return texts.get(lang) or texts.get(DEFAULT, "")


def read_stationery(
    raw: Any, kinds: Collection[str], units: Collection[str],
    wrong: Callable[[str, str], BadSetting],
) -> Stationery:  # fmt: skip
    """`[paper]`. `kinds`: of papers that the rules know. Raises BadSetting."""
    if not isinstance(raw, dict) or raw.keys() - {"heading", "words", "seals"}:
        raise wrong("[paper]", "heading, words, seals")
    return Stationery(
        _texts(raw.get("heading", {}), "paper.heading", wrong),
        {
            kind: _texts(texts, f"paper.words.{kind}", wrong)
            for kind, texts in _known(raw, "words", kinds, wrong).items()
        },
        {unit: str(file) for unit, file in _known(raw, "seals", units, wrong).items()},
    )


def _known(
    raw: dict[str, Any], part: str, names: Collection[str],
    wrong: Callable[[str, str], BadSetting],
) -> dict[str, Any]:  # fmt: skip
    """A table whose names are all known. Raises BadSetting, naming those that there are."""
    table = raw.get(part, {})
    if not isinstance(table, dict):
        raise wrong(f"[paper.{part}]", f"{next(iter(names))} = …")
    for name in table:
        if name not in names:
            raise wrong(f"paper.{part}.{name}", ", ".join(sorted(names)))
    return table


def _texts(value: Any, where: str, wrong: Callable[[str, str], BadSetting]) -> dict[str, str]:
    if isinstance(value, str):
        value = {DEFAULT: value}
    if not isinstance(value, dict) or (value and not value.get(DEFAULT)):
        raise wrong(where, '"…" or { zh = "…", en = "…" }')
    return {str(lang): str(text) for lang, text in value.items()}
