"""How much somebody has to read, and in which words: measured on what people are shown."""

from __future__ import annotations

import pytest
from people import FILING, Town
from runs.reading import LABELS, file_by_hand, length, parted

pytestmark = pytest.mark.once


@pytest.mark.parametrize(("lang", "conversation", "receipt"), [("zh", 600, 120), ("en", 1450, 250)])
async def test_filing_is_short(here: Town, lang: str, conversation: int, receipt: int) -> None:
    person = await here.citizen("web", lang)
    read, given = parted(await file_by_hand(person, *LABELS[lang]))
    assert len(read) == 1 + 7 + 1, "a notice, a question each, and a page to check"
    assert length([*read, given], *FILING.values()) <= conversation
    text = "\n".join(line for line in given.split("\n") if not line.startswith("["))
    assert length([text]) <= receipt, text


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_limits_to_come_stand_at_why_this_date(here: Town, lang: str) -> None:
    person = await here.citizen("web", lang)
    await file_by_hand(person, *LABELS[lang])
    said = await person.press("为什么是这天" if lang == "zh" else "Why this date?")
    cited = ("第二十三条", "第三十四条") if lang == "zh" else ("art. 23", "art. 34")
    for number in (*cited, "15", "60", "90"):
        assert number in said, number
