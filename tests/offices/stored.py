"""An empty office on each database, without chats."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.office_files import load_office
from offices.template import copy_empty, fresh_postgres
from petitions.book import Chat, NewText
from petitions.telling.ports import Courier, Delivery
from petitions.values.person import Identity
from petitions.verbs.filing import Filing, Receipt, submit
from reminders.round import ListeningCourier, Reminders
from storage.database import Database, make_engine
from storage.ledger import SqlLedger
from storage.migrate import check_schema
from storage.records import Records
from storage.seal import KeyRing

NOW = datetime(2026, 2, 2, 3, 0, tzinfo=UTC)


OFFICE = load_office(None)


SECRET = "这句话只能密封保存"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty office on each database."""
    if request.param == "sqlite":
        url = f"sqlite:///{copy_empty(tmp_path / 'office.sqlite3')}"
    else:
        url = fresh_postgres(request.getfixturevalue("postgres"))
    made = Database(make_engine(url), KeyRing.fresh())
    check_schema(made.engine)
    yield made
    made.close()


@dataclass(frozen=True)
class Still:
    """A clock that shows one instant."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


def run(database: Database, work: Any) -> Any:
    return database.write_now(lambda c: work(Records(c, database.ring)))


def filed(database: Database) -> tuple[Chat, Receipt]:
    """A chat with one case."""

    def work(book: Records) -> tuple[Chat, Receipt]:
        chat = book.new_chat("telegram", uuid.uuid4().hex, "zh", NOW)
        filing = Filing(
            NewText("facts", SECRET), NewText("request", "请办"), NewText("place", "和平路"),
            Identity("测试甲", "和平路3号", "+86 138 0013 8000"), hidden="某人",
        )  # fmt: skip
        return chat, submit(book, OFFICE, chat, chat.person, filing, NOW)

    return run(database, work)


def carry(database: Database, now: datetime) -> list[Delivery]:
    """Everything due is said, to somebody who only listens."""
    heard = ListeningCourier()
    couriers: dict[str, Courier] = {"web": heard, "telegram": heard}

    async def tick() -> None:
        await Reminders(SqlLedger(database, OFFICE), Still(now), couriers).tick()

    asyncio.run(tick())
    return heard.deliveries
