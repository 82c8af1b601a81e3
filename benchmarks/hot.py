"""Hot matters among real messages, against labels by hand.

Run: python benchmarks/hot.py [--data ../shared/data/messages.jsonl]
`hot.csv` holds ids, the matter each was put under by hand, and nothing of what was written.
"""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from petitions.counting import hot
from petitions.counting.hot import Item

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared" / "data" / "messages.jsonl"


def items(data: Path) -> list[Item]:
    """The messages as cases of one office."""
    rows = [json.loads(line) for line in data.read_text("utf-8").splitlines()]
    people = {author: n for n, author in enumerate(sorted({r["author"] for r in rows}))}
    return [
        Item(int(r["id"]), people[r["author"]], datetime.fromisoformat(r["asked_at"]).date(),
             (r["subject"], r["text"]))
        for r in rows
    ]  # fmt: skip


def main(
    data: Annotated[Path, typer.Option(help="The messages.")] = DATA,
    show: Annotated[bool, typer.Option(help="Every member, for labelling.")] = False,
) -> None:
    """What is found, and how much of it is one matter."""
    every = items(data)
    began = time.perf_counter()
    groups = hot.find(every)
    took = time.perf_counter() - began
    with (HERE / "hot.csv").open(encoding="utf-8") as file:
        labels = {int(r["id"]): r["matter"] for r in csv.DictReader(file)}
    table = Table(title=f"{len(groups)} groups in {len(every)} messages, {took:.1f} s")
    for column in ("cases", "people", "from", "until", "the matter", "of it"):
        table.add_column(column, justify="right")
    right = 0
    for group in groups:
        named = Counter(labels.get(case, "?") for case in group.cases)
        matter, count = named.most_common(1)[0]
        right += count if matter not in ("", "?") else 0
        table.add_row(str(len(group.cases)), str(group.people), str(group.first),
                      str(group.last), matter, f"{count}/{len(group.cases)}")  # fmt: skip
        if show:
            print("##", *group.phrases)
            print(*group.cases)
    total = sum(len(group.cases) for group in groups)
    found = {case for group in groups for case in group.cases}
    known = {case for case, matter in labels.items() if matter}
    Console().print(table)
    print(f"precision {right}/{total} = {right / total:.2f}; "
          f"of what was labelled as belonging: {len(known & found)}/{len(known)}")  # fmt: skip


if __name__ == "__main__":
    typer.run(main)
