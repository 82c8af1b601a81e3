"""How near the suggested titles come to the subjects people chose themselves.

Run: python benchmarks/titles.py ../shared/data/answered.jsonl
The yardstick, in the same run: the first 30 characters of the text.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

from rapidfuzz import fuzz

from petitions.values.checks import TITLE
from petitions.values.titles import suggest_title


def covered(subject: str, title: str) -> float:
    """Share of the subject's characters that stand in the title, in percent."""
    wanted = [c for c in subject if c.isalnum()]
    return 100 * sum(c in title for c in wanted) / len(wanted) if wanted else 0.0


def main(path: Path) -> None:
    """Print the table."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    ours = [(r["subject"], suggest_title(r["text"])) for r in rows]
    plain = [(r["subject"], " ".join(r["text"].split())[:TITLE]) for r in rows]
    print(f"{len(rows)} messages; {sum(bool(t) for _, t in ours)} with a title; "
          f"longest {max(len(t) for _, t in ours)} characters")  # fmt: skip
    print(f"{'':28}{'ours':>16}{'first 30':>16}")
    for name, measure in (
        ("likeness (ratio)", fuzz.ratio),
        ("likeness (partial ratio)", fuzz.partial_ratio),
        ("subject covered, %", covered),
    ):
        found = [[measure(a, b) for a, b in pairs] for pairs in (ours, plain)]
        cells = [f"{statistics.mean(f):.1f} / {statistics.median(f):.1f}" for f in found]
        print(f"{name:28}{cells[0]:>16}{cells[1]:>16}   (mean / median)")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
