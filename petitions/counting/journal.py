"""The journal: every count that figures are made of, from the append-only history alone.

Each entry of a case adds lines to it and, where it changes what was counted before, takes lines
back (`n` below 0). Nothing is overwritten, so what a figure was on an earlier day can be counted
again at any time. A line stands on the day it is counted for: a limit on the day it fell due, a
petition on the day it arrived, a rating on the day it was first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from petitions.counting.counted import STEPS
from petitions.counting.tally import CaseCounts, JournalLine
from petitions.values import actions
from petitions.values.petition import Entry, Facts


def take(tally: CaseCounts, seq: int, at: datetime, action: str, facts: Facts) -> list[JournalLine]:
    """The lines of a case's next entry."""
    counts = actions.of(action).counts
    return tally.take(seq, at, action, facts, STEPS[counts] if counts else None)


def lines_of(entries: Iterable[Entry], zone: tzinfo) -> list[JournalLine]:
    """All lines of a case, from its history."""
    tally = CaseCounts(zone)
    return [
        line for entry in entries
        for line in take(tally, entry.seq, entry.at, entry.action, entry.facts)
    ]  # fmt: skip
