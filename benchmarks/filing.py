"""A filing step and a submit, against a bare echo bot, over real HTTP and one Bot API server.

Run: python benchmarks/filing.py [--rounds 5] [--cases 100000]

The bots run in alternation, each in a process of its own, with the same people writing the
same texts. Processor time is the bot's process alone.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from seed import seed

from bot.office_files import load_office
from bot.opening import open_database
from bot.settings import load_settings
from storage.migrate import check_schema

ROOT = Path(__file__).parent.parent
TOKEN = "424242:stand-in"
PEOPLE = 250
"""Chats at once."""
TEXTS = ["小区楼下的工地每天夜里施工到两点，老人和孩子都睡不好。", "请让工地夜里停工。",
         "云川市和平路", "测试甲", "云川市和平路3号", "13800138000"]  # fmt: skip
QUIET = 0.5
"""Seconds without work before a measurement begins."""
TICKS = os.sysconf("SC_CLK_TCK")

Figures = dict[str, list[float]]


class Server:
    """The stand-in for Telegram's Bot API server, in its own process."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "standins.botapi", "--port", "0", "--history", "6"],
            cwd=ROOT / "tests", stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout
        self.url = self.process.stdout.readline().split()[-1]
        self.first_chat = 20_000_000

    def ask(self, path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}/control/{path}", data)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def forget_webhook(self) -> None:
        """As a bot does that asks by itself."""
        urllib.request.urlopen(f"{self.url}/bot{TOKEN}/deleteWebhook", b"{}").close()

    def flood(self, steps: list[Any], people: int) -> float:
        """Let people take these steps; gives the seconds until all were answered."""
        began = time.perf_counter()
        count = len(steps) * people
        self.ask("flood", {"updates": count, "chats": people, "steps": steps, "once": True,
                           "first_chat": self.first_chat})  # fmt: skip
        while True:
            flood = self.ask("stats")["flood"]
            if flood["left"] == 0 and flood["outstanding"] == 0:
                return time.perf_counter() - began
            time.sleep(0.01)


class BotProcess:
    """A bot, from its start to its first answer."""

    def __init__(self, server: Server, command: list[str], env: dict[str, str]) -> None:
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, *command], env=os.environ | env, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        server.first_chat += 1000
        server.flood(["/start"], 1)
        self.start_seconds = time.perf_counter() - began
        self.rest_mb = self._status("VmRSS") / 1024

    def _status(self, name: str) -> float:
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return float(next(x for x in text.splitlines() if x.startswith(name)).split()[1])

    def cpu(self) -> float:
        """Processor seconds so far."""
        parts = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / TICKS

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def measure(bot: BotProcess, server: Server, steps: list[Any]) -> tuple[float, float]:
    """Updates a second, and processor milliseconds per update, from a moment of quiet on:
    what an earlier run left to be delivered isn't counted."""
    before = -1.0
    while bot.cpu() > before:
        before = bot.cpu()
        time.sleep(QUIET)
    seconds = server.flood(steps, PEOPLE)
    count = len(steps) * PEOPLE
    return count / seconds, 1000 * (bot.cpu() - before) / count


def one_round(server: Server, folder: Path, figures: Figures) -> None:
    """Echo, then this bot."""
    echo = BotProcess(server, ["benchmarks/echo_bot.py", server.url, TOKEN], {})
    server.flood(TEXTS, 50)
    server.first_chat += 1000
    note(figures, "echo", measure(echo, server, TEXTS))
    echo.stop()
    env = {"PETITION_DATA_DIR": str(folder), "PETITION_TELEGRAM_TOKEN": TOKEN,
           "PETITION_TELEGRAM_API": server.url, "PETITION_WEB_PORT": "0"}  # fmt: skip
    ours = BotProcess(server, ["-m", "bot.cli", "run"], env)
    figures["start, s"].append(ours.start_seconds)
    figures["memory at rest, MB"].append(ours.rest_mb)
    server.first_chat += 1000
    server.flood(["/new", {"press": "同意，开始"}], PEOPLE)
    note(figures, "filing step", measure(ours, server, TEXTS))
    server.flood([{"press": "没有"}], PEOPLE)
    note(figures, "submit", measure(ours, server, [{"press": "提交"}]))
    ours.stop()


def note(figures: Figures, name: str, found: tuple[float, float]) -> None:
    figures[f"{name}, updates/s"].append(found[0])
    figures[f"{name}, ms of processor"].append(found[1])


def ratios(figures: Figures) -> None:
    """Each round's figure beside the echo's of the same round."""
    for name in ("filing step", "submit"):
        for unit, turned in (("updates/s", False), ("ms of processor", True)):
            pairs = zip(figures[f"{name}, {unit}"], figures[f"echo, {unit}"], strict=True)
            figures[f"{name} / echo, by {unit}"] = [
                (theirs / ours if turned else ours / theirs) for ours, theirs in pairs
            ]


def main(
    rounds: Annotated[int, typer.Option(help="Alternations.")] = 5,
    cases: Annotated[int, typer.Option(help="Cases in the database beforehand.")] = 0,
) -> None:
    """Measure and print the table."""
    figures: Figures = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = load_settings(data_dir=folder, telegram_token="")
        database = open_database(settings)
        check_schema(database.engine)
        seed(database, load_office(None), cases)
        database.close()
        server = Server()
        try:
            for _ in range(rounds):
                one_round(server, folder, figures)
        finally:
            server.process.kill()
    ratios(figures)
    table = Table("figure", "median", "range", title=f"{rounds} rounds, {cases} cases before")
    for figure, values in figures.items():
        low, high = min(values), max(values)
        table.add_row(figure, f"{statistics.median(values):.2f}", f"{low:.2f}–{high:.2f}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
