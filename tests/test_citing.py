"""What sentences say of the law comes from the regulation file: articles, limits, numbers."""

from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime
from typing import Any

import pytest

from petitions.case import explain, running
from petitions.law import citing
from petitions.law.calendar import calendar
from petitions.law.regulation import PROFILES, regulation
from petitions.law.regulation.values import Regulation
from petitions.values.person import Actor, Audience
from petitions.values.petition import Entry, Running, Status
from petitions.words import LANGUAGES, catalogue, say

pytestmark = pytest.mark.once

NATIONAL, TOWN = regulation("cn-2022"), regulation("town")
ARTICLE = re.compile(
    r"第(?:[0-9]+|[〇零一二三四五六七八九十百]+)[条條款]|(?<![a-z])arts?\. ?[0-9]"
    r"|条例|條例|Regulations? on Petition|《|民法典|Civil Code|Protection Law"
)
LIMIT = re.compile(
    r"(?<![\d{}年月/下第每])(?:\d+|[一二三四五六七八九十]+)(?:个工作日|個工作日|天内|天內|日内|日內|人（|人以内)"
    r"|within (?:\d+|seven|fifteen|thirty|sixty) (?:working )?days|(?:\d+|five) at most"
)
OF_THE_PROGRAM = {
    "bad.length": "how lengths are typed",
    "form.suggest_lane.limits": "how lengths are typed",
    "privacy.long": "drafts are kept by docs/retention.md, by no law",
}
"""Keys whose numbers are the program's own → why."""


def sentences() -> list[tuple[str, str, str]]:
    """Language, key and text of every sentence."""
    return [(lang, key, text) for lang in LANGUAGES for key, text in catalogue(lang).items()]


def test_no_sentence_names_an_article_or_a_legal_limit_by_itself() -> None:
    found = [
        (lang, key, text)
        for lang, key, text in sentences()
        if key not in OF_THE_PROGRAM
        and not key.startswith("cite.")
        and (ARTICLE.search(text) or LIMIT.search(text))
    ]
    assert found == []


def rendered(rules: Regulation, lang: str, key: str, text: str) -> str:
    """A sentence as these rules have it said, with a sample for everything else."""
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    samples: dict[str, Any] = dict.fromkeys(names, "×") | citing.values(rules, lang)
    return say(lang, key, **samples)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_sentence_is_said_under_every_profile(profile: str) -> None:
    rules = regulation(profile)
    for lang, key, text in sentences():
        if key.startswith("cite."):
            continue  # what citations are made of
        said = rendered(rules, lang, key, text)
        assert "（）" not in said, key
        assert "()" not in said, key
        if not rules.title:
            assert not ARTICLE.search(said), (lang, key, said)


def test_the_national_rules_are_cited_where_a_right_is_named() -> None:
    said = rendered(NATIONAL, "zh", "notice.petitioner.answered",
                    catalogue("zh")["notice.petitioner.answered"])  # fmt: skip
    assert "《信访工作条例》第三十五条" in said


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("31(1)", "《信访工作条例》第三十一条第一项", "Regulation on Petition Work, art. 31(1)"),
        ("19.2", "《信访工作条例》第十九条第二款",
         "Regulation on Petition Work, art. 19, para. 2"),
        ("20", "《信访工作条例》第二十条", "Regulation on Petition Work, art. 20"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_an_article_is_cited_in_words_with_its_law(code: str, zh: str, en: str) -> None:
    assert citing.whole(NATIONAL, code, "zh") == zh
    assert citing.whole(NATIONAL, code, "en") == en
    assert citing.whole(TOWN, "35", "zh") == "", "nobody reads another law's article"


def test_another_laws_article_is_cited_by_that_laws_name() -> None:
    assert citing.said(NATIONAL, "first_day", "zh") == "《民法典》第二百零一条"
    assert citing.said(TOWN, "first_day", "zh") == ""


def test_every_article_of_the_regulation_file_is_one_of_the_law() -> None:
    for article in NATIONAL.articles:
        assert citing.article(article, "zh").startswith("第"), article
        assert 1 <= int(re.match(r"\d+", article)[0]) <= 50  # type: ignore[index]


# Why this date


def clock(name: str, start: date, length: str, **more: Any) -> Running:
    return running.recounted(Running(1, 1, name, start, start, length=length, **more), CALENDAR)


CALENDAR = calendar("cn")


def why(one: Running, rules: Regulation = NATIONAL, **more: Any) -> str:
    return explain.why(one, rules, CALENDAR, "X", "zh", **more)


def test_the_day_of_the_event_is_not_counted_and_counting_begins_on_the_next() -> None:
    said = why(clock("answer", date(2026, 3, 2), "60d"))
    assert "2026年3月2日当天不计，从第二天2026年3月3日起算（《民法典》第二百零一条）" in said
    assert "期限60日，按自然日计算，《信访工作条例》第三十四条。" in said
    assert "民法典" not in why(clock("answer", date(2026, 3, 2), "20wd"), TOWN)


def test_an_extension_is_said_in_days_and_never_in_codes() -> None:
    longer = running.recounted(
        Running(1, 1, "answer", date(2026, 3, 2), date(2026, 3, 2), length="60d", extension="20d"),
        CALENDAR,
    )
    assert "经批准延长20日，原期限到2026年5月1日" in why(longer)
    assert "20d" not in why(longer)
    working = running.recounted(
        Running(1, 1, "answer", date(2026, 3, 2), date(2026, 3, 2), length="20wd",
                extension="10wd"), CALENDAR)  # fmt: skip
    assert "延长10个工作日" in why(working, TOWN)


def test_a_day_of_rest_counts_for_an_office_and_is_no_day_to_wait_for() -> None:
    duty = why(clock("notify", date(2026, 9, 10), "15d"))  # ends in a holiday
    assert "顺延到" in duty
    assert "是否逾期按顺延后的这一天算" in duty
    right = why(clock("review_ask", date(2026, 8, 26), "30d"))
    assert "稳妥起见，请在2026年9月25日以前提出" in right
    assert "是否逾期" not in right


def test_who_set_a_date_by_hand_is_named() -> None:
    set_ = Running(1, 1, "assigned", date(2026, 3, 2), date(2026, 3, 20))
    entry = Entry(3, datetime(2026, 3, 2, tzinfo=UTC), Actor("officer", 1, "city", "clerk"),
                  "assign", Status.PASSED, Audience.EVERYBODY,
                  {"assigned": "2026-03-20"})  # fmt: skip
    assert explain.setter([entry], set_) == "city"
    assert explain.setter([entry], clock("answer", date(2026, 3, 2), "60d")) == ""
    assert "这个日期由云川市信访局指定" in why(set_, by="云川市信访局")
    assert "指定" in why(set_)


def test_a_national_measure_is_not_called_the_offices_own_rule() -> None:
    said = why(clock("simple_answer", date(2026, 3, 2), "10wd"))
    assert "参照《信访事项简易办理办法》设定" in said
    assert "本单位规定" not in said
    assert "由本机关设定" in why(clock("carry_out", date(2026, 3, 2), "30d"))
