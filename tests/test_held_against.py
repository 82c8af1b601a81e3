"""What is held against others: each requirement of the standard's level 2 has its row, once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parent.parent / "docs" / "held-against.md"
LEVEL_2 = """
1.1.1-7 1.2.1-4 1.4.1 1.4.4-5 1.5.1-4 1.6.1-4 1.7.1-2 1.8.1-2 1.9.1-2 1.10.1 1.11.1-2 1.12.2
1.14.1-6
2.1.1-12 2.2.1-3 2.3.1-3 2.4.1-6 2.5.1-7 2.6.1-3 2.7.1-6 2.8.1-7 2.9.1-3 2.10.1-4
3.1.1 3.2.1-4 3.3.1-4 3.4.1-5 3.5.1-3 3.7.1
4.1.1-3 4.1.5 4.2.1-2 4.3.1-3
5.1.1-5 5.2.1-8 5.3.1-10 5.4.1-3 5.5.1-4
6.1.1-3 6.2.1-6 6.3.1-2 6.4.1-2
7.1.1-4 7.2.1-2 7.3.1 7.3.3-4 7.4.1-3
8.1.1-4 8.2.1-3 8.3.1-8
9.1.1-3 9.2.1-4
10.2.1-2 10.3.1-3
11.1.1-8
12.1.1-3 12.2.1 12.3.1-6 12.4.1-2 12.5.1-2 12.6.1
13.1.1 13.1.3-5 13.2.1-3 13.2.5-6 13.3.1-2 13.4.1-2
14.1.1-4 14.2.1-6 14.3.2-3 14.4.1-7 14.5.1-4
"""
"""The numbers of ASVS 4.0.3 that level 2 asks for."""
ANSWERS = {"have", "have not", "partly", "doesn't apply"}


def numbers(text: str) -> list[str]:
    """Single numbers, of ranges too: `1.1.1-3`, `2.8.1–2.8.6`."""
    found = []
    for section, first, last in re.findall(r"(\d+\.\d+)\.(\d+)(?:[-–](?:\d+\.\d+\.)?(\d+))?", text):
        found += [f"{section}.{n}" for n in range(int(first), int(last or first) + 1)]
    return found


def rows() -> list[list[str]]:
    _, _, standard = DOCUMENT.read_text("utf-8").partition("\n## OWASP ASVS")
    lines = [line for line in standard.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.sqlite
def test_each_requirement_of_level_2_has_one_row() -> None:
    told = Counter(number for row in rows() for number in numbers(row[0]))
    wanted = Counter(numbers(LEVEL_2))
    assert told == wanted, (told - wanted, wanted - told)


@pytest.mark.sqlite
def test_each_row_has_an_answer_and_what_is_not_there_has_a_reason() -> None:
    for number, _, here, why in rows():
        assert here in ANSWERS, number
        assert why or here == "have", number
