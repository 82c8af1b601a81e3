"""The regulation as data: limits, reasons, ways and documents with their articles.

A profile (`cn-2022.toml`) is the law of one jurisdiction as it stands from a day on (`since`); an
amendment is a file of its own that names what it `replaces`, and how one passes into the other
(`transition`). Together they are a `Law`; each question to it names its day. An office's own file
may shorten a legal limit, never lengthen it.
"""

from __future__ import annotations

import functools
import itertools
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from petitions.errors import BadSetting
from petitions.law.regulation.reading import read_regulation
from petitions.law.regulation.values import (
    Limit,
    Regulation,
)


@dataclass(frozen=True, slots=True)
class Law:
    """A jurisdiction's rules through time."""

    editions: tuple[Regulation, ...]
    """Each with the day from which it holds, the oldest first. Never empty."""

    def on(self, day: date) -> Regulation:
        """The rules of a day; of one before the first edition: the first edition's."""
        held = [one for one in self.editions if one.since <= day]
        return held[-1] if held else self.editions[0]

    def of(self, clock: str, day: date) -> Regulation:
        """The rules of a clock that begins on a day. One that came with an amendment goes by it,
        though it is counted from an earlier day."""
        first = self.on(day)
        later = (one for one in self.editions if one.since >= first.since and clock in one.clocks)
        return next(later, first)

    def until(self, edition: Regulation) -> date | None:
        """The first day on which an edition no longer holds; None: no end is known."""
        later = (one.since for one in self.editions if one.since > edition.since)
        return min(later, default=None)

    def clocks(self, which: Callable[[str, Limit], bool]) -> list[str]:
        """Names of the clocks that are so in an edition: cases of several may run side by side."""
        found = {n: None for one in self.editions for n, x in one.clocks.items() if which(n, x)}
        return list(found)

    @property
    def papers(self) -> frozenset[str]:
        """Kinds of numbered papers that an edition knows."""
        return frozenset(kind for one in self.editions for kind in one.papers)

    @property
    def calendar(self) -> str:
        """The lists of holidays it counts by: one for all editions."""
        return self.editions[0].calendar

    def shortened(self, given: Mapping[str, Any], source: str) -> Law:
        """The rules with an office's own, shorter limits. In an edition that has none of that
        name, or a shorter one, the law's own holds. Raises BadSetting for what fits no edition."""
        found = self
        for name, text in given.items():
            found = found._with({name: text}, source)
        return found

    def _with(self, given: Mapping[str, Any], source: str) -> Law:
        editions, errors = [], []
        for one in self.editions:
            try:
                editions.append(one.shortened(given, source))
            except BadSetting as error:
                editions.append(one)
                errors.append(error)
        if len(errors) == len(editions):
            raise errors[0]
        return Law(tuple(editions))


PROFILES = ("cn-2022", "town")
"""Every profile that comes with the program."""


@functools.cache
def law(id: str = "cn-2022") -> Law:
    """The rules with this name, what they replaced and what replaces them. Raises BadSetting when
    there are none, or they are wrong."""
    regulation(id)
    return line(id, [regulation(profile) for profile in PROFILES])


def line(id: str, known: Sequence[Regulation]) -> Law:
    """The editions, among those known, of which one is called so. Raises BadSetting when one
    doesn't follow the one it replaces, or counts by other holidays."""
    found = {one.id: one for one in known}
    ids = [id]
    while found[ids[0]].replaces:
        before = found[ids[0]].replaces
        if before not in found or before in ids:
            raise BadSetting("bad.rules", name=before, known=", ".join(found))
        ids.insert(0, before)
    while later := [o.id for o in known if o.replaces == ids[-1] and o.id not in ids]:
        if len(later) > 1:
            raise BadSetting("bad.editions", sources=tuple(later), replaces=ids[-1])
        ids += later
    editions = tuple(found[one] for one in ids)
    for earlier, after in itertools.pairwise(editions):
        if after.since <= earlier.since or after.calendar != earlier.calendar:
            raise BadSetting("bad.edition", source=after.id, replaces=earlier.id)
    return Law(editions)


@functools.cache
def regulation(id: str = "cn-2022") -> Regulation:
    """The rules with this name. Raises BadSetting when there are none, or they are wrong."""
    if id not in PROFILES:
        raise BadSetting("bad.rules", name=id, known=", ".join(PROFILES))
    text = (resources.files(__name__) / f"{id}.toml").read_text("utf-8")
    return read_regulation(tomllib.loads(text), f"{id}.toml")
