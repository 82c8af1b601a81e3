"""Suggestions of the same matter against pairs of real messages that were labelled by hand.

Run: python benchmarks/matters.py [--data ../shared/data/messages.jsonl]
`matters.csv` holds ids and labels only. The pairs were drawn from those that share rare terms, in
six bands of likeness, so that the hard ones are among them: two thirds of what is read here would
never come near each other among all pairs.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from petitions.values import search

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared" / "data" / "messages.jsonl"


def main(data: Annotated[Path, typer.Option(help="The messages.")] = DATA) -> None:
    """Precision and recall at several thresholds."""
    rows = [json.loads(line) for line in data.read_text("utf-8").splitlines()]
    said = {r["id"]: search.matter((r["subject"], r["text"])) for r in rows}
    holding = Counter(term for matter in said.values() for term in matter)
    weights = {term: search.weight(len(rows), count) for term, count in holding.items()}
    with (HERE / "matters.csv").open(encoding="utf-8") as file:
        pairs = [(r["a"], r["b"], r["same"] == "1") for r in csv.DictReader(file)]
    likeness = [(search.likeness(said[a], said[b], weights), same) for a, b, same in pairs]
    same = sum(s for _, s in likeness)
    table = Table(title=f"{len(pairs)} pairs, {same} of them the same matter")
    for column in ("likeness", "suggested", "precision", "recall", "odd rows: precision", "recall"):
        table.add_column(column, justify="right")
    for least in (0.06, 0.08, search.ALIKE, 0.15, 0.2, 0.3):
        mark = " *" if least == search.ALIKE else ""
        shown = sum(value >= least for value, _ in likeness)
        rates = (*_rates(likeness, least), *_rates(likeness[1::2], least))
        table.add_row(f"{least}{mark}", str(shown), *(f"{rate:.2f}" for rate in rates))
    Console().print(table)


def _rates(likeness: list[tuple[float, bool]], least: float) -> tuple[float, float]:
    """Precision and recall from a likeness on."""
    shown = [same for value, same in likeness if value >= least]
    return sum(shown) / len(shown), sum(shown) / sum(same for _, same in likeness)


if __name__ == "__main__":
    typer.run(main)
