"""So much in a span of time for each key, counted in this process, in memory."""

from __future__ import annotations

from collections import OrderedDict

KNOWN = 10_000
"""Keys that are remembered; of more, those that asked longest ago are forgotten."""


class Steady:
    """So much in a span of seconds for each key: at once if need be, then evenly."""

    def __init__(self, much: float, span: float) -> None:
        self._step, self._span = span / much, span
        self._spent: OrderedDict[str, float] = OrderedDict()
        """When all that a key has done will have been worn off."""

    def wait(self, key: str, now: float, much: float = 1, asks: bool = False) -> float:
        """Seconds until the key may do so much (again); 0: it may, and this counts, unless it only
        `asks`."""
        # A clock that was ahead has noted what would wear off far later.
        spent = min(max(self._spent.pop(key, now), now), now + self._span)
        cost = much * self._step
        over = spent + cost - now - self._span - self._step / 2
        self._spent[key] = spent if over > 0 or asks else spent + cost
        if len(self._spent) > KNOWN:
            self._spent.popitem(last=False)
        return max(over, 0.0)

    def __len__(self) -> int:
        return len(self._spent)
