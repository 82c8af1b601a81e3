"""How sentences read: what a native wouldn't say, what an office doesn't need to say."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.office_files import load_office
from bot.simulate import simulate
from petitions.words import catalogue

pytestmark = [pytest.mark.once, pytest.mark.sqlite]

NEVER = {
    "最迟[^，。；（]*前": "either 最迟 a day, or before it",
    "超期": "逾期",
    "通知第": "nobody asks for a notice's number",
}
"""What no Chinese sentence says, and what it says instead, or why."""


@pytest.mark.parametrize("pattern", NEVER)
def test_no_sentence_says_what_a_native_would_not(pattern: str) -> None:
    assert [key for key, text in catalogue("zh").items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("late", ["", "answer"])
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_no_day_is_counted_as_nought(late: str, lang: str) -> None:
    lines = await simulate(load_office(None), "request", date(2026, 2, 2), late, lang, 120)
    nought = re.compile(r"(?<![0-9])0天|(?<![0-9])0 days")
    assert [line.text for line in lines if nought.search(line.text)] == []
    today = "今天到期" if lang == "zh" else "due today"
    assert any(today in line.text for line in lines)
