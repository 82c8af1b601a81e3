"""Several processes of one office on PostgreSQL: one asks Telegram, or all take its calls; a chat
is answered in its order; what a killed process had begun is finished by another.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from offices.several import called, fleet
from offices.several import url as url  # a fixture
from offices.template import fresh_postgres
from people import FILING, town, until
from sqlalchemy import create_engine, func, select, text
from standins.botapi import Phone
from standins.proxy import Proxy

from petitions.logged import LogEntry
from storage.database import make_engine
from storage.peers import ANSWERS, ASKED, LEADS, SILENCE, PostgresPeers
from storage.tables import PETITION
from storage.visitors import SqlVisitors

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def filed(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as db:
        count = db.execute(select(func.count()).select_from(PETITION)).scalar_one()
    engine.dispose()
    return int(count)


async def file_all(phones: list[Phone]) -> None:
    """Everybody files, without waiting for answers: the order alone makes sense of it."""
    for phone in phones:
        await phone.say("/new")
    await until(lambda: all(any("同意" in b for b in p.buttons()) for p in phones))
    for phone in phones:
        await phone.press("同意，开始")
        for part in ("facts", "request", "place", "name", "address", "contact"):
            await phone.say(FILING[part])


async def test_a_chat_is_answered_in_its_order_whichever_process_hears_it(
    tmp_path: Path, url: str
) -> None:
    async with fleet(tmp_path, url) as (api, processes):
        await called(api, processes, 3)
        phones = [api.phone(6000 + n, "Citizen") for n in range(12)]
        await file_all(phones)
        await until(lambda: all(any(b == "没有" for b in p.buttons()) for p in phones))
        for phone in phones:
            await phone.press("没有")
        await until(lambda: all(any(b == "提交" for b in p.buttons()) for p in phones))
        for phone in phones:
            await phone.press("提交")
        await until(lambda: all("查询码" in str(p.received) for p in phones))
        assert filed(url) == 12
        for phone in phones:
            heard = str(phone.received)
            said = ("facts", "request", "place", "address")
            assert all(FILING[part] in heard for part in said), "each answer at its question"


async def test_what_a_killed_process_had_begun_another_finishes(tmp_path: Path, url: str) -> None:
    async with fleet(tmp_path, url) as (api, processes):
        first, _ = await called(api, processes, 2)
        phones = [api.phone(6100 + n, "Citizen") for n in range(10)]
        for phone in phones:
            await phone.say("/new")
        await until(lambda: all(p.received for p in phones))
        for phone in phones:
            await phone.press("同意，开始")
            for part in ("facts", "request", "place"):
                await phone.say(FILING[part])
        await asyncio.to_thread(processes.kill, first)
        await until(lambda: all("您的姓名" in str(p.received) for p in phones))
        assert all(p.last["text"].count(FILING["facts"]) <= 1 for p in phones)


async def test_one_process_asks_and_another_takes_its_place(tmp_path: Path, url: str) -> None:
    async with fleet(tmp_path, url) as (api, processes):
        pair = [processes.start(), processes.start()]
        phone = api.phone(6200, "Citizen")
        await phone.say("/help")
        await until(lambda: bool(phone.received))
        assert api.stats.refused[409] == 0, "never two at once"
        leader = await asyncio.to_thread(leading, url)
        (asking,) = [p for p in pair if leader == p.pid]
        await asyncio.to_thread(processes.kill, asking)
        heard = len(phone.received)
        await phone.say("/new")
        await until(lambda: len(phone.received) > heard)


def leading(url: str) -> int:
    """The process that asks Telegram."""
    engine = create_engine(url)
    with engine.connect() as db:
        name = db.execute(text(
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND classid = :leads"
        ), {"leads": LEADS}).scalar_one()  # fmt: skip
    engine.dispose()
    return int(str(name).split()[-1])


async def test_a_page_hears_at_once_what_another_process_wrote(tmp_path: Path, url: str) -> None:
    async with town(tmp_path, database_url=url, telegram=False) as here:
        other = PostgresPeers(make_engine(url))
        there = SqlVisitors(here.app.database, here.app.clock, other, "web")
        visitor = await there.enter(b"token", "zh", "")
        mine = here.app.visitors
        waiting = asyncio.create_task(mine.wait(visitor.chat, 0, 8))  # it looks again after 15
        await asyncio.sleep(0.5)
        await there.append(visitor.chat, LogEntry("office", "通知"))
        assert await waiting


async def test_who_has_no_token_doesnt_stand_in_the_way_of_who_asks(
    tmp_path: Path, postgres: str
) -> None:
    """A plain start without a token beside one with it, on one database."""
    url = fresh_postgres(postgres)
    async with (
        town(tmp_path / "page", telegram=False, database_url=url) as page,
        town(tmp_path / "all", database_url=url, keys=tmp_path / "page" / "keys.toml") as all_of,
    ):
        assert "poller" not in page.app.roles
        assert "信访服务" in await (await all_of.citizen()).say("/start")


async def test_who_hears_nothing_of_the_database_leads_no_longer(postgres: str) -> None:
    with Proxy(fresh_postgres(postgres)) as wire:
        mine, other = (PostgresPeers(make_engine(wire.url)) for _ in range(2))
        assert ANSWERS < SILENCE * (1 + ASKED) / 2, "before the server hands the locks to another"
        await mine.start()
        await until(lambda: mine.leads("poller"))
        assert mine.hears
        wire.pause = 3600  # nothing ends: it is only silent
        await until(lambda: not mine.hears)
        assert not mine.leads("poller")
        wire.pause = 0
        await other.start()
        await until(lambda: mine.hears)
        await until(lambda: mine.leads("poller") != other.leads("poller"))
        await mine.stop()
        await until(lambda: other.leads("poller"))
        await other.stop()
