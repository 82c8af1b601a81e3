"""Ten thousand questions for a rating fall due within a minute, and taps come back at a hundred a
second: how long a tap waits for its answer, beside the same load on a bot without a database.

Run: python benchmarks/ratings.py [--count 10000] [--rate 100] [--rounds 3]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import typer
from ledger import OFFICE, ROOT, Figures, show

sys.path.insert(0, str(ROOT / "tests"))

from filing import TOKEN, Server
from offices.many import FIRST, plan_many
from sqlalchemy import func, insert, select, update

from bot.opening import open_database
from bot.settings import load_settings
from petitions.matters.satisfaction import ASKING
from storage import stamps
from storage.database import Database
from storage.migrate import check_schema
from storage.tables import CHAT, NOTICE, PETITION, RATING

START_UP = 6
"""Seconds from the planning to the first question, so that the bot is up by then."""


def plan_ratings(database: Database, count: int) -> None:
    """`count` petitioners who have used the bot, each with a part to be rated and the question
    for it due within the minute after START_UP."""
    plan_many(database, OFFICE, count, datetime.now(UTC), per_chat=0)
    first = datetime.now(UTC) + timedelta(seconds=START_UP)
    today = first.astimezone(OFFICE.zone).date()
    ids = range(FIRST, FIRST + count)
    ratings = [
        {"id": i, "case": i, "body": "bureau", "unit": OFFICE.bureau, "seq": 1,
         "opened_on": today, "until": today + timedelta(days=30)}
        for i in ids
    ]  # fmt: skip
    due = [first + timedelta(seconds=60 * n / count) for n in range(count)]
    causes = [
        {"kind": ASKING, "case": i, "occasion": f"{i}:0", "recipient": ASKING, "due_at": at,
         "next_at": at, "facts": {"rating": i, "time": 0}}
        for i, at in zip(ids, due, strict=True)
    ]  # fmt: skip
    with database.engine.begin() as connection:
        connection.execute(update(CHAT).values(menu="citizen:zh"))
        stamps.change(connection, database.ring, "petition", PETITION.c.id > 0, kind="request",
                      way="6", status="passed")  # fmt: skip
        for table, rows in ((RATING, ratings), (NOTICE, causes)):
            for start in range(0, count, 5000):
                connection.execute(insert(table), rows[start : start + 5000])


def _memory(pid: int) -> float:
    """Resident memory in MB."""
    text = Path(f"/proc/{pid}/status").read_text()
    line = next(x for x in text.splitlines() if x.startswith("VmRSS"))
    return float(line.split()[1]) / 1024


def _load(server: Server, command: list[str], env: dict[str, str], count: int, rate: int) -> Any:
    """Start a bot, let people tap as soon as they are asked; gives its waits and memory."""
    begun = time.monotonic()
    bot = subprocess.Popen(
        [sys.executable, *command], env=os.environ | env, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        server.first_chat += 1000
        server.flood(["/start"], 1)
        time.sleep(max(0.0, begun + START_UP - time.monotonic()))
        server.ask("reset", {})
        plan = {"updates": count, "chats": count, "rate": rate, "once": True,
                "steps": [{"press": "满意"}], "first_chat": FIRST}  # fmt: skip
        server.ask("flood", plan)
        memory = []
        while True:
            stats = server.ask("stats")
            memory.append(_memory(bot.pid))
            if stats["flood"]["left"] == 0 and stats["flood"]["outstanding"] == 0:
                break
            time.sleep(0.5)
        half = len(memory) // 2
        return stats["queued_to_first_send"], max(memory[half:]) - memory[half]
    finally:
        bot.terminate()
        bot.wait()


def main(count: int = 10_000, rate: int = 100, rounds: int = 3) -> None:
    """Measure and print the table."""
    figures: Figures = defaultdict(list)
    for _ in range(rounds):
        for name in ("bare", "ours"):
            server = Server()
            with tempfile.TemporaryDirectory() as folder:
                settings = load_settings(data_dir=Path(folder), telegram_token="")
                database = open_database(settings)
                check_schema(database.engine)
                env = {"PETITION_DATA_DIR": folder, "PETITION_TELEGRAM_TOKEN": TOKEN,
                       "PETITION_TELEGRAM_API": server.url, "PETITION_WEB_PORT": "0",
                       "PETITION_TELEGRAM_RATE": "100000"}  # fmt: skip
                command = ["-m", "bot.cli", "run"]
                if name == "bare":
                    command = ["benchmarks/tap_bot.py", server.url, TOKEN, str(FIRST), str(count)]
                else:
                    plan_ratings(database, count)
                server.ask("people", {"first": FIRST, "count": count})
                try:
                    waits, grown = _load(server, command, env, count, rate)
                finally:
                    server.process.kill()
                figures[f"{name}: p50, ms"].append(waits["p50_ms"])
                figures[f"{name}: p99, ms"].append(waits["p99_ms"])
                figures[f"{name}: memory grown in the second half, MB"].append(grown)
                if name == "ours":
                    rated = select(func.count()).select_from(RATING).where(RATING.c.level != "")
                    with database.engine.connect() as connection:
                        saved = connection.execute(rated).scalar_one()
                    figures["taps not saved"].append(count - saved)
                database.close()
    show(f"{count:,} questions in a minute, taps at {rate} a second, {rounds} rounds", figures)


if __name__ == "__main__":
    typer.run(main)
