"""Small numbers are kept back, and so is what would let them be found by subtracting.

A number below five could point at a person. It isn't published; and where a published total less
the published parts leaves a small number, more is kept back, until what can be found by subtracting
is nothing, or five at least, or the sum of several that nobody can tell apart.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
Total = tuple[K, Sequence[K]]
"""A total, and the parts that add up to it; parts that were never published may be left out."""


def kept_back(
    values: Mapping[K, int],
    lines: Iterable[Total[K]],
    least: int,
    shown: Mapping[K, int] | None = None,
) -> set[K]:
    """Which of the new values aren't published. `shown`: what was published earlier, which can't
    be taken back; an earlier value that was kept back is in neither."""
    before = shown or {}
    hidden = {key for key, value in values.items() if 0 < value < least}
    every = [(total, tuple(parts)) for total, parts in lines if total in values]
    again = True
    while again:
        again = False
        for total, parts in every:
            if _told(total, parts, values, before, hidden, least):
                victim = _victim(total, parts, values, hidden)
                if victim is not None:
                    hidden.add(victim)
                    again = True
    return hidden


def _told(
    total: K, parts: Sequence[K], values: Mapping[K, int], before: Mapping[K, int],
    hidden: set[K], least: int,
) -> bool:  # fmt: skip
    """Whether subtracting would tell a small number, or a single one that is kept back."""
    known = [p for p in parts if p in before or (p in values and p not in hidden)]
    unknown = len(parts) - len(known)
    if total in hidden:
        return not unknown and values[total] > 0
    rest = values[total] - sum(before[p] if p in before else values[p] for p in known)
    if 0 < rest < least:
        return True
    return unknown == 1 and any(p in hidden for p in parts)


def _victim(
    total: K, parts: Sequence[K], values: Mapping[K, int], hidden: set[K]
) -> K | None:  # fmt: skip
    """The value that is kept back next: the smallest part that counts something, then the
    total, then a part that is nothing."""
    mine = [p for p in parts if p in values and p not in hidden]
    counted = [p for p in mine if values[p]]
    if counted:
        return min(counted, key=lambda p: values[p])
    if total not in hidden:
        return total
    return mine[0] if mine else None
