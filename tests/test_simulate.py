"""The next weeks of a case: played through the real table, and shown in the demo."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from people import town

from bot.office_files import load_office
from bot.simulate import STEPS, simulate
from petitions.errors import BadAnswer
from petitions.values.petition import Kind

pytestmark = pytest.mark.sqlite
"""What is played through is kept in a file of its own, whatever the office uses."""

OFFICE = load_office(None)
START = date(2026, 2, 2)


async def test_a_punctual_office_brings_a_request_to_its_end() -> None:
    lines = await simulate(OFFICE, "request", START, "", "zh", 200)
    acts = [line.text for line in lines if line.side == "act"]
    for action in ("登记", "转送", "受理", "答复", "记录送达", "结案"):
        assert any(action in text for text in acts), action
    assert not any("已逾期" in line.text for line in lines)
    assert all(line.day >= START for line in lines)


@pytest.mark.parametrize("late", STEPS[:3])
async def test_a_step_nobody_takes_is_told_to_both_sides(late: str) -> None:
    lines = await simulate(OFFICE, "request", START, late, "en", 120)
    told = {line.side for line in lines if "verdue" in line.text}
    assert told == {"office", "petitioner"}


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_kind_can_be_played(kind: str) -> None:
    assert await simulate(OFFICE, kind, START, "", "zh")


@pytest.mark.parametrize("given", [("mars", ""), ("request", "mars")])
async def test_what_there_is_none_of_is_named(given: tuple[str, str]) -> None:
    with pytest.raises(BadAnswer) as refused:
        await simulate(OFFICE, given[0], START, given[1], "zh")
    assert "mars" in refused.value.sentence("zh")


async def test_the_demo_shows_it_as_a_page(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False, demo=True) as here, aiohttp.ClientSession() as http:

        async def get(query: str) -> tuple[int, Any]:
            address = f"http://127.0.0.1:{here.app.port}/simulate?{query}"
            async with http.get(address) as response:
                return response.status, await response.text()

        status, page = await get("kind=request&start=2026-02-02&late=notify")
        assert status == 200
        assert "已逾期" in page
        status, page = await get("kind=%3Cscript%3E")
        assert status == 409
        status, page = await get("start=soon")
        assert status == 409
