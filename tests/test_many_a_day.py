"""Who files very much on a day is never refused: received, counted, and read after others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from people import FILING, Town, file_petition, town

from bot.office_files import SAMPLE
from petitions.book import Queue
from petitions.values.petition import Petition


def office_of_two(tmp_path: Path) -> Path:
    """The sample office, with two petitions a day in the queue's order."""
    file = tmp_path / "office.toml"
    text = SAMPLE.read_text("utf-8")
    assert "[rhythm]" in text
    file.write_text(text.replace("[rhythm]", "[rhythm]\na_day = 2"), "utf-8")
    return file


async def again(person: Any, facts: str) -> str:
    """File one more; gives all that was said at the end."""
    await person.say("/new")
    await person.press("提交一件新的")
    for text in (FILING | {"facts": facts}).values():
        await person.say(text)
    await person.press("没有")
    return str(await person.press("提交"))


def queue(here: Town) -> list[Petition]:
    return [row.petition for row in here.now(lambda b: b.queue(Queue(("city",)), 0, 20))]


async def test_what_is_beyond_a_day_is_received_counted_and_read_after_others(
    tmp_path: Path, channel: str
) -> None:
    async with town(tmp_path / "data", office=office_of_two(tmp_path)) as here:
        busy, other = await here.citizen(channel), await here.citizen(channel)
        first = await file_petition(busy)
        assert "先看别人的" not in await again(busy, FILING["facts"])
        third = await again(busy, FILING["facts"])
        assert "查询码" in third, "the receipt comes at once"
        assert "期限照常计算" in third
        await again(busy, FILING["facts"])
        later = await file_petition(other)

        cases = queue(here)
        assert [c.waits for c in cases] == [0, 0, 0, 1, 2]
        assert cases[0].number == first
        assert cases[2].number == later, "another person's comes before"
        assert len({c.next_due for c in cases}) == 1, "no clock is moved"
        assert len({c.received_on for c in cases}) == 1

        clerk = await here.officer("city", "clerk", channel)
        await clerk.say(f"/desk {cases[3].number}")
        await clerk.press("登记")
        await clerk.press("登记")
        assert here.now(lambda b: b.petition(cases[3].id)).waits == 0, "once read it is as any"


async def test_a_danger_waits_for_nothing_and_tomorrow_is_another_day(tmp_path: Path) -> None:
    async with town(tmp_path / "data", office=office_of_two(tmp_path)) as here:
        busy = await here.citizen()
        await file_petition(busy)
        await again(busy, FILING["facts"])
        said = await again(busy, "楼道里煤气泄漏，有人晕倒了，我不想活了")
        assert "先看别人的" not in said
        assert queue(here)[2].waits == 0
        await here.pass_time(days=1)
        assert "先看别人的" not in await again(busy, FILING["facts"])
