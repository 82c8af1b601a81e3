"""Hot matters: many people, one matter, one place, a short time, found by what was written.

Nobody's other cases are looked at, and who wrote it counts only as one of so many. Two matters are
compared by the pairs of characters they share, rare ones weighing most; a group is what lies around
one of them, and holds words, a place's name above all, that most of its members use.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from petitions.counting.figures import FEWEST
from petitions.values import search

SPAN = timedelta(days=45)
"""How far apart two of a group may be."""
LOOK_BACK = timedelta(days=60)
"""Cases that are looked at each morning: received so long ago at most."""
BACKGROUND = timedelta(days=180)
"""Cases that tell which words are rare."""
ALIKE = 0.12
"""From this likeness on two matters may be one; see docs/hot-matters.md."""
RARE = 60
"""Words in more cases of the background don't lead from one to another."""
SHARED = 0.6
"""The part of a group that must use a word for it to be the group's."""
WORDS = 3
"""Words a group must have for its own …"""
OUTSIDE = 20
"""… that are in so few cases outside it."""
WITNESSES = 3
"""Members a case must be like to belong to a group."""
PHRASES = 4
LONGEST = 12
"""Characters of a phrase at most."""


@dataclass(frozen=True, slots=True)
class Item:
    """A case as it is compared."""

    case: int
    person: int
    """Only told apart from the others."""
    day: date
    texts: tuple[str, ...]
    """Texts that say what happened, where."""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A hot matter."""

    cases: tuple[int, ...]
    """By the day they came."""
    people: int
    first: date
    last: date
    phrases: tuple[str, ...]
    """The phrases that most of them say: no one's own words."""
    wanted: tuple[str, ...]
    """The phrases in which most of them ask."""
    each_day: tuple[int, ...]
    """Cases of each day from `first` to `last`."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A hot matter as it is kept."""

    id: int
    found_on: date
    first: date
    last: date
    people: int
    cases: tuple[int, ...]
    phrases: tuple[str, ...]
    wanted: tuple[str, ...]
    state: str
    """`open`, `dismissed`. Let go of once nothing new came for `LOOK_BACK`."""


def find(items: Sequence[Item], since: date = date.min, least: int = FEWEST) -> list[Group]:
    """Groups of at least so many people among the items from a day on, the largest first; the
    earlier ones tell which words are rare."""
    matters = {item.case: search.matter((*item.texts, item.request)) for item in items}
    holding = Counter(term for terms in matters.values() for term in terms)
    weights = {t: search.weight(len(items), n) for t, n in holding.items()}
    new = {item.case: item for item in items if item.day >= since}
    near = _near(new, matters, holding, weights)
    groups = []
    for cases in _grown(_joined(_stars(new, near, least), near), near):
        own = Counter(term for case in cases for term in matters[case])
        words = [
            t for t, n in own.items() if n >= SHARED * len(cases) and holding[t] - n <= OUTSIDE
        ]
        if len(words) >= WORDS:
            groups.append(_group([new[case] for case in cases], weights))
    return sorted(groups, key=lambda g: -g.people)


def _near(
    items: Mapping[int, Item], matters: Mapping[int, set[str]], holding: Mapping[str, int],
    weights: Mapping[str, float],
) -> dict[int, set[int]]:  # fmt: skip
    """Which cases are alike and not too far apart in time."""
    by_term: dict[str, list[int]] = defaultdict(list)
    for case in items:
        for term in matters[case]:
            if 1 < holding[term] <= RARE:
                by_term[term].append(case)
    length = {case: math.sqrt(sum(weights[t] for t in matters[case])) for case in items}
    near: dict[int, set[int]] = {case: set() for case in items}
    for case, item in items.items():
        others = {
            other for term in matters[case] for other in by_term.get(term, ())
            if other > case and abs(items[other].day - item.day) <= SPAN
        }  # fmt: skip
        for other in others:
            shared = sum(weights[t] for t in matters[case] & matters[other])
            if shared >= ALIKE * length[case] * length[other]:
                near[case].add(other)
                near[other].add(case)
    return near


def _stars(
    items: Mapping[int, Item], near: Mapping[int, set[int]], least: int
) -> list[set[int]]:  # fmt: skip
    """Around the case that most people's cases are like, these; then again among the rest."""
    left = set(items)
    found: list[set[int]] = []
    while left:
        sizes = {
            case: len({items[x].person for x in near[case] & left} | {items[case].person})
            for case in sorted(left)
        }
        centre = max(sizes, key=sizes.__getitem__)
        if sizes[centre] < least:
            break
        found.append((near[centre] & left) | {centre})
        left -= found[-1]
    return found


def _joined(stars: list[set[int]], near: Mapping[int, set[int]]) -> list[set[int]]:
    """Stars of one matter as one: where half of one are like somebody's of the other."""
    groups = [set(star) for star in stars]
    again = True
    while again:
        again = False
        for place, one in enumerate(groups):
            for other in groups[place + 1 :]:
                small, large = sorted((one, other), key=len)
                if 2 * sum(bool(near[case] & large) for case in small) >= len(small):
                    one |= other
                    groups.remove(other)
                    again = True
                    break
            if again:
                break
    return groups


def _grown(groups: list[set[int]], near: Mapping[int, set[int]]) -> list[set[int]]:
    """With those that are like several of a group, though not like its centre."""
    taken = set().union(*groups)
    for group in groups:
        fits = {case for case, others in near.items()
                if case not in taken and len(others & group) >= WITNESSES}  # fmt: skip
        group |= fits
        taken |= fits
    return groups


def _group(items: list[Item], weights: Mapping[str, float]) -> Group:
    items.sort(key=lambda item: (item.day, item.case))
    first, last = items[0].day, items[-1].day
    days = Counter(item.day for item in items)
    each = tuple(days[first + timedelta(days=n)] for n in range((last - first).days + 1))
    people = len({item.person for item in items})
    return Group(tuple(i.case for i in items), people, first, last,
                 phrases([i.texts for i in items], weights),
                 phrases([(i.request,) for i in items], weights), each)  # fmt: skip


def phrases(texts: Iterable[Sequence[str]], weights: Mapping[str, float]) -> tuple[str, ...]:
    """The longest runs of characters that most of the texts hold, the most telling first."""
    every = [
        {
            run[i : i + n]
            for text in one for run in search.runs(text[: search.HEAD])
            for n in range(2, LONGEST + 1) for i in range(len(run) - n + 1)
        }
        for one in texts
    ]  # fmt: skip
    held = Counter(piece for one in every for piece in one)
    common = {p for p, n in held.items() if n >= max(2, SHARED * len(every))}
    whole = [p for p in common if not any(p != q and p in q for q in common)]

    def telling(piece: str) -> float:
        return sum(weights.get(term, 0.0) for term in search.terms(piece))

    return tuple(sorted(whole, key=lambda p: (-telling(p), p))[:PHRASES])
