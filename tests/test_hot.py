"""Hot matters: found by what was written, told without anybody's own words, acted on by hand."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import DATA
from offices.records import LOST
from people import SHOTS, Office, Town, does, file_petition, town
from sqlalchemy import select, update

from papers.chart import png
from petitions.counting import hot
from petitions.counting.hot import Item
from petitions.message import Curve
from storage.records import Records
from storage.tables import HOT, NOTICE, WORDS

MAKES = True
DAY = date(2026, 3, 1)
PLANT = "丽景新城旁边建了搅拌站，{}，噪音和粉尘让人没法睡觉"
OTHERS = ("公交三路车总是不来", "医保报销材料要交几次", "学校门口没有红绿灯", "工资拖欠三个月没发",
          "自来水发黄有异味", "路灯坏了两个月没人修", "楼道堆满杂物消防通道不通")  # fmt: skip


def items(count: int, people: int, days: int = 1) -> list[Item]:
    """So many cases of one matter by so many people, among others."""
    found = [
        Item(n, n % people, DAY + timedelta(days=n * days), (PLANT.format("白天黑夜" * (n % 3)),),
             "请拆除搅拌站")
        for n in range(count)
    ]  # fmt: skip
    words = random.Random(1)
    for n in range(200):
        text = words.choice(OTHERS) + "".join(
            words.choices("东南西北上下左右前后里外天地人和", k=20)
        )
        found.append(Item(1000 + n, 1000 + n, DAY + timedelta(days=n % 40), (text,), "请处理"))
    return found


def test_many_people_with_one_matter_are_found_and_said_in_common_words() -> None:
    [group] = hot.find(items(7, 7))
    assert (len(group.cases), group.people) == (7, 7)
    assert any("搅拌站" in p for p in group.phrases)
    assert all(len(p) <= hot.LONGEST for p in group.phrases), "never somebody's whole sentence"
    assert any("搅拌站" in p for p in group.wanted)
    assert sum(group.each_day) == 7


def test_one_person_who_writes_often_is_no_hot_matter() -> None:
    assert hot.find(items(9, 1)) == []
    assert hot.find(items(9, 4)) == []


def test_what_is_far_apart_in_time_is_no_hot_matter() -> None:
    assert hot.find(items(6, 6, days=50)) == []


def test_only_new_ones_make_it_hot() -> None:
    assert hot.find(items(7, 7), since=DAY + timedelta(days=30)) == []


def test_among_real_messages_few_are_wrong() -> None:
    if not DATA.exists():
        pytest.skip("the messages aren't here")
    rows = [json.loads(x) for x in (DATA / "messages.jsonl").read_text("utf-8").splitlines()]
    rows = [r for r in rows if r["asked_at"] >= "2019-10-01"]
    people = {a: n for n, a in enumerate(sorted({r["author"] for r in rows}))}
    found = hot.find([
        Item(int(r["id"]), people[r["author"]], date.fromisoformat(r["asked_at"][:10]),
             (r["subject"], r["text"]))
        for r in rows
    ])  # fmt: skip
    assert any("搅拌站" in p for p in found[0].phrases)
    assert found[0].people > 30


async def test_a_supervisor_is_told_and_can_act(here: Town, channel: str) -> None:
    await here.set_clock(datetime(2026, 3, 2, 2, tzinfo=UTC))
    office = Office(here, channel)
    clerk = await office.at("city", "clerk")
    numbers = []
    for n in range(6):
        facts = PLANT.format("白天黑夜" * (n % 3 + 1))
        numbers.append(await file_petition(await here.citizen(channel), facts=facts))
        await does(clerk, numbers[-1], "登记", "登记")
    supervisor = await here.officer("city", "supervisor", channel)
    await here.app.ledger.tidy(here.app.clock.now())
    await here.pass_time(days=2)
    said = await supervisor.expect("发现一个热点")
    assert "6人、6件，1天内" in said
    assert "搅拌站" in said
    assert PLANT.format("白天黑夜") not in said
    said = await supervisor.say("/hot")
    await supervisor.press("（6人）")
    assert numbers[0] in await supervisor.press("看这些件")
    await supervisor.press("返回")
    assert "6件关联" in await supervisor.press("关联，一起办")
    assert "已把5件" in await supervisor.press("确认关联")
    main = here.now(lambda b: b.by_number(numbers[0]))
    assert len(here.now(lambda b: b.links(main.id))) == 5
    await supervisor.say("/hot")
    await supervisor.press("（6人）")
    assert "搅拌站" not in await supervisor.press("开专项"), "an officer's own words name it"
    await supervisor.say("/cancel")
    await supervisor.say("/hot")
    await supervisor.press("（6人）")
    assert "建议提给谁" in await supervisor.press("提政策建议")
    await supervisor.say("/cancel")
    await supervisor.say("/hot")
    await supervisor.press("（6人）")
    assert "现在没有热点" in await supervisor.press("不是热点")
    await here.pass_time(days=1)
    assert "现在没有热点" in await supervisor.say("/hot"), "what was dismissed stays so"
    assert "不由您处理" in await clerk.say("/hot")


async def test_what_cant_be_opened_hides_no_hot_matter(here: Town) -> None:
    """Sealed with a key that is gone."""
    await here.set_clock(datetime(2026, 3, 2, 2, tzinfo=UTC))
    await file_petition(await here.citizen("web"))
    here.now(lambda b: b._db.execute(update(WORDS).values(body=LOST)))
    for n in range(6):
        facts = PLANT.format("白天黑夜" * (n % 3 + 1))
        await file_petition(await here.citizen("web"), facts=facts)
    supervisor = await here.officer("city", "supervisor", "web")
    await here.app.ledger.tidy(here.app.clock.now())
    await here.pass_time(days=2)
    assert "6人、6件" in await supervisor.expect("发现一个热点")


def test_the_growth_is_drawn() -> None:
    days = tuple((DAY + timedelta(days=n)).isoformat() for n in range(20))
    picture = png(Curve("搅拌站：34人", days, tuple(n % 4 for n in range(20)), "只按写的内容找"))
    assert picture.startswith(b"\x89PNG")
    (SHOTS / "hot.png").write_bytes(picture)


async def held_of(tmp_path: Path, fifth: dict[str, str]) -> tuple[list[Any], list[Any], str]:
    """A thief files as four people, one short of a hot matter, then somebody else files. What the
    database shows two mornings later, the list and the notices; and what a supervisor reads."""
    async with town(tmp_path, telegram=False, makes=True) as here:
        await here.set_clock(datetime(2026, 3, 2, 2, tzinfo=UTC))
        mine = [{"facts": PLANT.format("白天黑夜" * (n % 3 + 1))} for n in range(4)]
        for said in (*mine, fifth):
            await file_petition(await here.citizen("web"), **said)
        supervisor = await here.officer("city", "supervisor", "web")
        await here.app.ledger.tidy(here.app.clock.now())
        await here.pass_time(days=2)
        await until(lambda: here.now(held), here)
        rows = here.now(held)
        shape = [(row["id"], len(row["body"])) for row in rows]
        return shape, here.now(planned), await supervisor.say("/hot")


async def until(seen: Any, here: Town) -> None:
    """Until the morning's work is done, which waits while people write."""
    for _ in range(100):
        await here.app.reminders.follow()
        if seen():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("nobody looked for hot matters")


def held(book: Records) -> list[Any]:
    return [dict(row) for row in book._db.execute(select(HOT)).mappings()]


def planned(book: Records) -> list[Any]:
    found = select(NOTICE).where(NOTICE.c.kind == "officer.hot").order_by(NOTICE.c.occasion)
    kept = ("case", "occasion", "recipient", "facts", "lane")
    return [tuple(str(row[c]) for c in kept) for row in book._db.execute(found).mappings()]


async def test_no_row_tells_that_a_matter_is_hot_nor_whose_cases_it_holds(tmp_path: Path) -> None:
    """Whether somebody else writes the same as a thief's four people or something else: the
    database shows the same rows of the same sizes."""
    same = await held_of(tmp_path / "same", {"facts": PLANT.format("白天黑夜")})
    differs = {"facts": OTHERS[0] * 3, "request": "增加班次", "place": "长水大道"}
    other = await held_of(tmp_path / "other", differs)
    assert "5人" in same[2]
    assert "现在没有热点" in other[2]
    assert same[0], "the list is there"
    assert same[:2] == other[:2]
