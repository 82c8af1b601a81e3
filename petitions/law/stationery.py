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
    """The office's own parts of its numbered papers."""

    number: str = "{area}{mark}〔{year}〕{serial}号"
    """How they are numbered: the office's area, the kind's mark, the year, and the serial of its
    kind in the year; `{serial:04}` fills it up with noughts."""
    heading: Texts = field(default_factory=dict)
    """In red above all; empty: the name of the unit that issues it."""
    words: Mapping[str, Texts] = field(default_factory=dict)
    """Kind of paper → the office's own paragraph, the last one of the text."""
    seals: Mapping[str, str] = field(default_factory=dict)
    """Unit → the file with a picture of its seal, as the office file names it."""

    def naming(self, area: str, mark: str, year: int) -> Callable[[int], str]:
        """The function that makes a number of a serial."""
        return lambda serial: self.number.format(area=area, mark=mark, year=year, serial=serial)

    def heads(self, organ: str, lang: str) -> str:
        """The heading of a paper that `organ` issues."""
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
    if not isinstance(raw, dict) or raw.keys() - {"number", "heading", "words", "seals"}:
        raise wrong("[paper]", "number, heading, words, seals")
    return Stationery(
        _number(raw.get("number", Stationery().number), wrong),
        _texts(raw.get("heading", {}), "paper.heading", wrong),
        {
            kind: _texts(texts, f"paper.words.{kind}", wrong)
            for kind, texts in _known(raw, "words", kinds, wrong).items()
        },
        {unit: str(file) for unit, file in _known(raw, "seals", units, wrong).items()},
    )


def _number(given: Any, wrong: Callable[[str, str], BadSetting]) -> str:
    """A scheme in which each serial of each kind and year makes another number. Raises
    BadSetting."""
    must = '"{area}{mark}〔{year}〕{serial}号"'
    try:
        made = {str(given).format(area="6409", mark=mark, year=year, serial=serial)
                for mark in "AB" for year in (2026, 2027) for serial in (1, 2)}  # fmt: skip
    except (KeyError, IndexError, ValueError, AttributeError):
        raise wrong("paper.number", must) from None
    if len(made) < 8 or not all(len(one) <= LONGEST for one in made):
        raise wrong("paper.number", must)
    return str(given)


LONGEST = 60
"""Characters of a paper's number: it is the name of a file, too."""


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
