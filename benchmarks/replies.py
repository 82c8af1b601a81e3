"""The reply gate on real official answers: how often each hint speaks, and how often rightly.

Run: python benchmarks/replies.py [--data ../shared/data/answered.jsonl]
`replies.csv` holds ids and what was found by reading: whether the answer tells a process, or points
elsewhere, instead of a result. 100 answers were drawn at random before the rules were written, 100
more among the hinted and the others after; the rules were mended after each reading.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from petitions.matters.gate import HINTS, Outgoing, hints

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared" / "data" / "answered.jsonl"


def found(row: Any) -> set[str]:
    """The hints to an answer."""
    return {hint.code for hint in hints(Outgoing(row["reply"], row["text"]))}


def main(data: Annotated[Path, typer.Option(help="The answered messages.")] = DATA) -> None:
    """Counts of all, precision and recall of what was read."""
    rows = {r["id"]: r for r in map(json.loads, data.read_text("utf-8").splitlines())}
    counts = Counter(code for row in rows.values() for code in found(row))
    table = Table(title=f"{len(rows):,} answers")
    table.add_column("hint")
    table.add_column("raised", justify="right")
    table.add_column("share", justify="right")
    for code in HINTS:
        if code != "copied":  # needs the answers of one unit
            table.add_row(code, f"{counts[code]:,}", f"{counts[code] / len(rows):.1%}")
    console = Console()
    console.print(table)
    with (HERE / "replies.csv").open(encoding="utf-8") as file:
        read = [(r["id"], r["part"], r["process"] == "1") for r in csv.DictReader(file)]
    for part in ("random", "chosen"):
        mine = [(found(rows[id]) & {"process", "elsewhere"}, told) for id, p, told in read
                if p == part]  # fmt: skip
        hinted = [told for codes, told in mine if codes]
        true = sum(told for _, told in mine)
        precision, recall = sum(hinted) / len(hinted), sum(hinted) / true
        console.print(
            f"{part}: {len(mine)} read, {true} tell a process only; hinted {len(hinted)}: "
            f"precision {precision:.2f}, recall {recall:.2f}"
        )


if __name__ == "__main__":
    typer.run(main)
