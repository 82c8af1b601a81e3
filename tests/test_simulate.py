"""The next weeks of a case: played through the real table, and shown in the demo."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from people import town
from typer.testing import CliRunner

from bot.cli import app
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


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_case_on_time_brings_ten_messages_of_which_three_ask(lang: str) -> None:
    lines = await simulate(OFFICE, "request", START, "", lang, 200)
    told = [line.text for line in lines if line.side == "petitioner"]
    assert len(told) <= 10, told
    assert sum("？" in text or "?" in text for text in told) <= 3, told
    assert len(set(told)) == len(told), "nothing is said twice"


async def test_where_nothing_was_promised_nobody_asks_whether_it_was_kept() -> None:
    promised = await simulate(OFFICE, "request", START, "", "en", 250)
    reviewed = await simulate(OFFICE, "request", START, "", "en", 300, "reviewed")
    asked = "promised happened?"
    assert any(asked in line.text for line in promised)
    assert not any(asked in line.text for line in reviewed)


async def test_a_case_can_be_refused_or_go_through_both_reviews() -> None:
    refused = await simulate(OFFICE, "request", START, "", "zh", 60, "refused")
    assert any("没有受理" in line.text for line in refused if line.side == "petitioner")
    lines = await simulate(OFFICE, "request", START, "", "zh", 200, "reviewed")
    acts = [line.text for line in lines
            if line.side == "act"]  # fmt: skip
    for action in (
        "信访人：申请复查",
        "受理复查",
        "作出复查意见",
        "信访人：申请复核",
        "作出复核意见",
    ):
        assert any(action in text for text in acts), (action, acts)


def test_how_much_is_said_is_counted_on_the_command_line() -> None:
    run = CliRunner().invoke(
        app, ["simulate", "--start", "2026-02-02", "--count"], env={"LANG": "zh_CN.UTF-8"}
    )
    assert run.exit_code == 0, run.output
    assert re.search(r"给信访人的消息\d+条，其中\d条有提问，共\d+字", run.output)


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_kind_can_be_played(kind: str) -> None:
    assert await simulate(OFFICE, kind, START, "", "zh")


@pytest.mark.parametrize(
    "given", [("mars", "", ""), ("request", "mars", ""), ("request", "", "mars")]
)
async def test_what_there_is_none_of_is_named(given: tuple[str, str, str]) -> None:
    kind, late, end = given
    with pytest.raises(BadAnswer) as refused:
        await simulate(OFFICE, kind, START, late, "zh", end=end)
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
