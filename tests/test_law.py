"""`docs/law.md` can't rot: no article of the procedure is missing, each name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from people import Town
from samples.documents import NAMED, names_in

from petitions.case import lifecycle
from petitions.law.regulation import regulation
from petitions.words import LANGUAGES, catalogue, say

pytestmark = pytest.mark.once

DOCUMENT = Path(__file__).parent.parent / "docs" / "law.md"
RULES = regulation("cn-2022")
PARAGRAPHS = {
    17: 2, 18: 4, 19: 3, 20: 4, 21: 2, 22: 2, 23: 4, 24: 2, 25: 2, 26: 1, 27: 1, 28: 3, 29: 3,
    30: 3, 31: 1, 32: 2, 33: 1, 34: 1, 35: 1, 36: 3, 37: 3,
}  # fmt: skip
"""Chapters 3 and 4 (信访事项的提出和受理、办理): article → its paragraphs."""
ITEMS = {22: 3, 31: 6, 32: 3}
"""Articles whose items are steps of the procedure → how many."""
KINDS = {
    "row": {rule.action for rule in lifecycle.RULES},
    "clock": RULES.clocks, "limit": RULES.limits, "count": RULES.counts, "way": RULES.ways,
    "reason": {code for code, one in RULES.refusals.items() if not one.past},
    "paper": RULES.papers, "says": RULES.says, "key": catalogue("zh"),
}  # fmt: skip
"""Kind of name → what there is of it."""
NAME = re.compile(r"`(\w+):([\w.]+)`")


def rows() -> dict[str, tuple[str, str]]:
    """Article → what carries it, and what shows it."""
    lines = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {c[0]: (c[2], c[3]) for c in cells if c[0] not in ("article", "---")}


def asked() -> set[str]:
    """Every article of the two chapters, as the document names them."""
    whole = {f"{a}.{p}" if n > 1 else str(a) for a, n in PARAGRAPHS.items()
             for p in range(1, n + 1)} - {"31"} | {"31.1"}  # fmt: skip
    return whole | {f"{a}({i})" for a, n in ITEMS.items() for i in range(1, n + 1)}


def test_no_article_of_the_procedure_is_left_out() -> None:
    assert asked() - rows().keys() == set()


@pytest.mark.parametrize("article", sorted(asked() | {"39.3", "40", "41", "44, 45", "46"}))
def test_each_article_names_what_carries_it_and_what_shows_it(article: str) -> None:
    carries, shown = rows()[article]
    for kind, name in NAME.findall(carries):
        assert name in KINDS[kind], f"{article}: {kind}:{name}"
    if carries.startswith("nothing"):
        assert ":" in carries, f"{article}: why nothing"
        return
    tests = NAMED.findall(shown)
    assert tests, article
    for file, test in tests:
        assert test in names_in(file), f"{file}::{test}"


def test_every_paper_clock_reason_and_statement_of_the_file_stands_in_the_document() -> None:
    """What the file has beside the law is a setting; docs/regulation.md names those."""
    text = DOCUMENT.read_text("utf-8")
    settings = DOCUMENT.with_name("regulation.md").read_text("utf-8")
    named = {(kind, name) for kind, name in NAME.findall(text)}
    clocks = {n for n, one in RULES.clocks.items() if one.law}
    for kind, names in (("paper", set(RULES.papers)), ("clock", clocks),
                        ("reason", set(KINDS["reason"])), ("way", set(RULES.ways))):  # fmt: skip
        assert {n for n in names if (kind, n) not in named} == set(), kind
    assert {n for n in RULES.clocks if n not in clocks and f"`{n}`" not in settings} == set()


# What is said where it helps


def test_the_truth_is_asked_for_before_a_petition_is_sent() -> None:
    assert "如实填写" in say("zh", "form.petition.check")


def test_no_basis_in_law_and_no_basis_in_fact_are_kept_apart() -> None:
    assert "缺乏法律依据" in say("zh", "outcome.explained")
    assert "事实" not in say("zh", "outcome.explained")
    assert "法律依据" not in say("zh", "outcome.not_supported")


async def test_help_in_need_and_other_limits_are_said_where_they_help(here: Town) -> None:
    from people import file_petition

    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    await citizen.say("/my")
    await citizen.press(number)
    reach = await citizen.press(say("zh", "button.reach"))
    assert "社会救助" in reach
    assert "（《信访工作条例》第三十七条第二款）" in reach
    await citizen.say("/my")
    await citizen.press(number)
    why = await citizen.press(say("zh", "button.why"))
    assert "起诉、行政复议、仲裁另有期限" in why
    for key in ("card.next.ended", "card.next.led", "card.next.refused", "document.elsewhere"):
        assert re.search("起诉|诉讼|有自己的期限", say("zh", key, law_final="")), key


def test_no_reprisal_is_said_to_whom_somebody_presses() -> None:
    for key in ("done.pressed", "form.pressed.pressed"):
        said = say("zh", key, number="X", case="X", law_no_reprisal="")
        assert "任何组织和个人不得打击报复信访人" in said


def test_names_are_the_laws() -> None:
    assert say("zh", "document.opinion") == "信访处理意见书"
    assert say("zh", "document.closing").endswith("办结报告")
    assert say("zh", "status.closed") == "已结案"
    assert say("zh", "action.close") == "结案"
    papers = {key: text for lang in LANGUAGES if lang != "en"
              for key, text in catalogue(lang).items() if key.startswith("document.")}  # fmt: skip
    assert [key for key, text in papers.items() if "申请人" in text or "申請人" in text] == []


def test_nothing_is_kept_by_a_law_that_does_not_say_so() -> None:
    for lang in LANGUAGES:
        for key in ("erase.kept", "erase.kept_always"):
            assert not re.search(r"第四十七条|art\. 47|第四十七條", catalogue(lang)[key]), key
