"""What is counted."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standins.botapi.common import Json


class Stats:
    """How many calls came, and how long a chat waited for the first thing said to it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.calls: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()
        self.first_send = self.last_send = 0.0
        self._open: dict[int, tuple[float, float]] = {}
        self._from_served: list[float] = []
        self._from_queued: list[float] = []
        self._cpu = time.process_time()

    def served(self, chat: int, queued: float) -> None:
        """The bot was given an update of this chat."""
        self._open.setdefault(chat, (queued, time.perf_counter()))

    def sent(self, chat: int) -> None:
        """The bot said something in this chat, or changed what it had said."""
        self.last_send = time.time()
        self.first_send = self.first_send or self.last_send
        if (since := self._open.pop(chat, None)) is not None:
            now = time.perf_counter()
            self._from_queued.append(now - since[0])
            self._from_served.append(now - since[1])

    def report(self) -> Json:
        return {
            "calls": dict(self.calls),
            "refused": {str(code): count for code, count in self.refused.items()},
            "first_send": self.first_send,
            "last_send": self.last_send,
            "unanswered_chats": len(self._open),
            "served_to_first_send": spread(self._from_served),
            "queued_to_first_send": spread(self._from_queued),
            "own_cpu_seconds": round(time.process_time() - self._cpu, 3),
        }


def spread(seconds: list[float]) -> Json:
    """Count, median, 99th percentile and maximum, in milliseconds."""
    if not seconds:
        return {"count": 0}
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 2)

    return {"count": len(ordered), "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1)}
