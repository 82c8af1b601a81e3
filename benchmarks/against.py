"""A filing step and a submit of this checkout beside another one's, by processor time.

Run: python benchmarks/against.py FOLDER [--rounds 12]
FOLDER: another checkout, with its own `.venv` (git worktree add --detach FOLDER COMMIT).

Both offices run the whole time, each with a stand-in for Telegram of its own, and are asked in
turns, so that what else the machine does hits both alike. Processor time is the office's process
alone.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer
from filing import PEOPLE, QUIET, ROOT, TEXTS, TOKEN, Server
from rich.console import Console
from rich.table import Table

QUESTIONS = ("filing step", "submit", "behind a submit")
AT_REST = 0.02
"""Of a processor, that an office takes which has nothing to do."""


class Side:
    """A checkout's office, filed with by its own stand-in for Telegram."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self.server = Server()
        env = {"PETITION_DATA_DIR": str(folder), "PETITION_TELEGRAM_TOKEN": TOKEN,
               "PETITION_TELEGRAM_API": self.server.url, "PETITION_WEB_PORT": "0"}  # fmt: skip
        python = checkout / ".venv" / "bin" / "python"
        self.process = subprocess.Popen(
            [str(python), "-m", "bot.cli", "run"], cwd=checkout, env=os.environ | env,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.server.flood(["/start"], 1)

    def cpu(self) -> float:
        """Processor seconds of the office so far, by the kernel's clock of its process."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def rest(self) -> float:
        """Wait until nothing is left to be done; gives the processor time by then."""
        before, then = -1.0, 0.0
        while (now := self.cpu()) - before > AT_REST * QUIET:
            before, then = now, now
            time.sleep(QUIET)
        return then

    def round(self) -> list[float]:
        """People file; gives ms of processor a step, a submit, and behind one."""
        self.server.first_chat += 1000
        self.server.flood(["/new", {"press": "同意，开始"}], PEOPLE)
        before = self.rest()
        self.server.flood(TEXTS, PEOPLE)
        step = (self.rest() - before) / len(TEXTS)
        self.server.flood([{"press": "没有"}], PEOPLE)
        before = self.rest()
        self.server.flood([{"press": "提交"}], PEOPLE)
        submitted = self.cpu()
        behind = self.rest() - submitted
        return [1000 * one / PEOPLE for one in (step, submitted - before, behind)]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.server.process.kill()


def main(
    other: Annotated[Path, typer.Argument(help="The other checkout.")],
    rounds: Annotated[int, typer.Option(help="Turns of both.")] = 12,
) -> None:
    """Measure and print the table."""
    found: dict[str, list[list[float]]] = defaultdict(list)
    load = os.getloadavg()
    with tempfile.TemporaryDirectory() as name:
        sides = {
            "here": Side(ROOT, Path(name) / "here"),
            "there": Side(other, Path(name) / "there"),
        }
        try:
            for turn in range(rounds + 1):
                for side in sorted(sides, reverse=bool(turn % 2)):
                    measured = sides[side].round()
                    if turn:  # the first warms up
                        found[side].append(measured)
        finally:
            for one in sides.values():
                one.stop()
    title = f"{rounds} rounds; load {load[0]:.1f} before, {os.getloadavg()[0]:.1f} after"
    table = Table("ms of processor", "there", "here", "ratio of medians", "ratios", title=title)
    for at, question in enumerate(QUESTIONS):
        there, here = ([one[at] for one in found[side]] for side in ("there", "here"))
        ratios = [a / b for a, b in zip(here, there, strict=True)]
        table.add_row(
            question, _said(there), _said(here),
            f"{statistics.median(here) / statistics.median(there):.2f}", _said(ratios),
        )  # fmt: skip
    Console().print(table)


def _said(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


if __name__ == "__main__":
    sys.exit(typer.run(main))
