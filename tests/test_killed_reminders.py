"""Reminders in processes of their own: killed at any moment, answered badly, several at once.

Nothing is lost; what may have come twice was under way when the process was killed, and says
so; each notice is claimed once.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from offices.killed import finish, settings
from offices.many import FIRST, plan_many
from offices.template import fresh_postgres
from sqlalchemy import Connection, func, select, update
from standins.botapi import BotApi

from bot.office_files import load_office
from bot.opening import open_database
from bot.wiring import build
from storage.database import Database
from storage.ledger import LEASE
from storage.migrate import check_schema
from storage.tables import NOTICE

pytestmark = pytest.mark.slow
OFFICE = load_office(None)
PIECES = 5000
"""Notices of the long form (`make faults`)."""


def start(folder: Path, api: BotApi, url: str = "", rate: int = 100_000) -> subprocess.Popen[bytes]:
    """The program's own process for what the office says by itself."""
    env = os.environ | {
        "PETITION_DATA_DIR": str(folder),
        "PETITION_DATABASE_URL": url,
        "PETITION_TELEGRAM_TOKEN": api.token,
        "PETITION_TELEGRAM_API": api.url,
        "PETITION_TELEGRAM_RATE": str(rate),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run", "--only", "reminders"], env=env, cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def prepared(folder: Path, api: BotApi, count: int, url: str = "") -> Database:
    """A database with so many notices due, each for a chat of its own."""
    database = open_database(settings(folder, api, url))
    check_schema(database.engine)
    for i in range(FIRST, FIRST + count):
        api.phone(i)
    plan_many(database, OFFICE, count, datetime.now(UTC) - timedelta(minutes=1))
    return database


def waiting(connection: Connection) -> int:
    """Notices for chats that haven't come to an end."""
    open_ = NOTICE.c.next_at.is_not(None) | (NOTICE.c.state == "sending")
    found = select(func.count()).select_from(NOTICE).where(open_, NOTICE.c.channel == "telegram")
    return int(connection.execute(found).scalar_one())


def sending(connection: Connection) -> set[int]:
    found = select(NOTICE.c.case).where(NOTICE.c.state == "sending")
    return {row.case for row in connection.execute(found)}


def heard(api: BotApi, chat: int) -> list[str]:
    return [m.get("text", "") for m in api.phone(chat).received]


async def until_started(api: BotApi, before: int, bot: subprocess.Popen[bytes]) -> None:
    """Until the process has sent something; or has nothing to do."""
    for _ in range(6000):
        if total(api) > before or bot.poll() is not None:
            return
        await asyncio.sleep(0.02)


def total(api: BotApi) -> int:
    return sum(1 for method, _ in api.calls if method == "sendMessage")


async def test_no_kill_loses_a_notice(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rounds = int(request.config.getoption("--rounds"))
    count = PIECES if rounds >= 100 else 60 * rounds
    chance = random.Random(20260302)
    async with BotApi() as api:
        database = prepared(tmp_path, api, count)
        in_flight: Counter[int] = Counter()
        kills = 0
        while kills < rounds and database.read_now(waiting):
            before = total(api)
            bot = start(tmp_path, api, rate=15)  # as an office runs it; they last for all kills
            await until_started(api, before, bot)
            await asyncio.sleep(chance.uniform(0, 0.5))
            bot.send_signal(signal.SIGKILL)
            bot.wait()
            kills += 1
            in_flight.update(database.read_now(sending))
            await give_up_leases(tmp_path, api)
        left = database.read_now(waiting)
        await finish(tmp_path, api)
        doubled = {i: heard(api, i) for i in range(FIRST, FIRST + count) if len(heard(api, i)) > 1}
        lost = [i for i in range(FIRST, FIRST + count) if not heard(api, i)]
        marked = [i for i, said in doubled.items() if all("再发一次" in t for t in said[1:])]
        print(f"\nkills {kills}, notices {count}, left after the kills {left}, lost {len(lost)}, "
              f"under way at a kill {len(in_flight)}, came twice {len(doubled)}, "
              f"of these marked {len(marked)}")  # fmt: skip
        database.close()
    assert kills == rounds
    assert lost == []
    assert set(doubled) <= set(in_flight)
    assert sorted(marked) == sorted(doubled)


async def give_up_leases(folder: Path, api: BotApi) -> None:
    """Time passes: what was under way is found by the sweep, and its pause is over."""
    app = build(settings(folder, api))
    now = datetime.now(UTC)
    await app.ledger.sweep(now + LEASE + timedelta(seconds=1))
    over = update(NOTICE).where(NOTICE.c.state == "unknown", NOTICE.c.next_at.is_not(None))
    app.database.write_now(lambda c: c.execute(over.values(next_at=now)))
    app.database.close()


@pytest.mark.parametrize("processes", [2, 4])
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_several_processes_claim_each_notice_once(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str, processes: int
) -> None:
    url = "" if kind == "sqlite" else fresh_postgres(request.getfixturevalue("postgres"))
    count = 600
    async with BotApi() as api:
        database = prepared(tmp_path, api, count, url)
        bots = [start(tmp_path, api, url) for _ in range(processes)]
        try:
            for _ in range(2400):
                if not database.read_now(waiting):
                    break
                await asyncio.sleep(0.1)
        finally:
            for bot in bots:
                bot.terminate()
            for bot in bots:
                bot.wait()
        database.close()
        said = Counter(len(heard(api, i)) for i in range(FIRST, FIRST + count))
    assert said == {1: count}


FAULTS: dict[str, dict[str, Any]] = {
    "429": {"retry_after": 2}, "500": {}, "502": {}, "drop": {}, "drop_after": {}, "blocked": {},
    "not_found": {}, "late": {"seconds": 1.0},
}  # fmt: skip


async def test_whatever_mix_of_answers_the_ledger_ends_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reminders.round.PATIENCE", 0.5)
    chance = random.Random(5)
    async with BotApi() as api:
        database = prepared(tmp_path, api, 140)
        given: dict[int, str] = {}
        for i in range(FIRST, FIRST + 140):
            given[i] = kind = chance.choice(["", *FAULTS])
            if kind:
                api.fault("sendMessage", i, kind=kind, times=chance.randint(1, 3), **FAULTS[kind])
        await finish(tmp_path, api)
        found = select(NOTICE.c.case, NOTICE.c.state, NOTICE.c.attempts).where(
            NOTICE.c.channel == "telegram"
        )
        rows = database.read_now(lambda c: c.execute(found).all())
        database.close()
        gone = ("blocked", "not_found")
        for row in rows:
            kind = given[row.case]
            assert row.state == ("blocked" if kind in gone else "sent"), (kind, row)
            texts = heard(api, row.case)
            assert bool(texts) == (kind not in gone)
            assert all("再发一次" in t for t in texts[1:])
            assert row.attempts > 1 or kind in ("", *gone)
