"""How sentences read: what a native wouldn't say, which words stand for a thing, how plain they
are. Read from the catalogues as people are shown them."""

from __future__ import annotations

import re
import statistics
from datetime import date
from pathlib import Path

import pytest

from bot.office_files import load_office
from bot.simulate import simulate
from petitions.words import catalogue

pytestmark = [pytest.mark.once, pytest.mark.sqlite]

SAMPLES = Path(__file__).parent / "samples"
GLOSSARY = Path(__file__).parent.parent / "GLOSSARY.md"
EVERYDAY = frozenset((SAMPLES / "everyday.txt").read_text("utf-8")) - {"\n"}
"""The 2,500 everyday characters of 现代汉语常用字表 (State Language Commission, 1988)."""
NEVER = {
    "最迟[^，。；（]*前": "either 最迟 a day, or before it",
    "通知第": "nobody asks for a notice's number",
    "[机手]器人": "a chat, to who reads it",
    "愿意的话": "put first what is asked",
}
"""What no Chinese sentence says, and why."""
CITIZENS = re.compile(
    r"(start|cancel|new|privacy|sessions|who|my|more|reach|loose|track|danger|hearing|rating"
    r"|filing|claim|joint|hide|erase|prove|receipt|person|card|status|kind|why|slip|lang"
    r"|help\.citizen|history\.\w+$|page\.(?!demo|try_|tries)\w+|notice\.(?:petitioner|draft|booking)"
    r"|form\.(?:petition|details|contact|supplement|question|pressed|withdraw|track|set_pin|hide"
    r"|come_back|claim|sign|join|rate_words|ask_review|ask_rereview|ask_recusal|erase|prove)"
    r")(\.|$)"
)
"""Keys that a citizen reads."""
OTHERS = frozenset({"receipt.signed", "receipt.holds", "receipt.wrong", "history.note"})
"""Of these, what is read by who checks a receipt, or by officers."""
LAWS_OWN = frozenset({"document.right.rereview_opinion"})
"""Sentences in the law's own words."""
QUESTIONS = re.compile(r"[\u4e00-\u9fff]{1,6}？")
NO_LABEL = frozenset({
    "privacy.neutral_on", "bad.simple_not_supported", "bad.supervision_highest",
    "bad.review_not_over", "bad.reason_short", "cli.staff_alone", "form.hide.hidden",
})  # fmt: skip
"""Sentences whose quotation marks quote no button."""
LABELS = re.compile(r"(button|action|choice|command|consent|label|page)\.|form\..*\.submit")


def of_citizens(lang: str) -> dict[str, str]:
    return {k: t for k, t in catalogue(lang).items() if CITIZENS.match(k) and k not in OTHERS}


def sentences(text: str, lang: str) -> list[str]:
    """What is said in one breath; a value stands for one short word. Labels aren't sentences."""
    text = re.sub(r"\{\w+\}", "某某" if lang == "zh" else "it", text)
    parts = re.split(r"[。！？；\n]" if lang == "zh" else r"(?<!\d)[.!?;\n]+(?=\s|$|”|\))", text)
    found = [part.strip(" ·“”（）()") for part in parts]
    return [p for p in found if len(p if lang == "zh" else p.split()) >= 4]


def rivals() -> list[tuple[str, str]]:
    """Word → what it stands for, from the glossary's table of one word a thing."""
    table = GLOSSARY.read_text("utf-8").partition("## One word a thing")[2].partition("\n## ")[0]
    rows = [[c.strip() for c in line.strip("| \n").split("|")]
            for line in table.splitlines() if line.startswith("| ")][1:]  # fmt: skip
    return [(never, row[0]) for row in rows for never in re.split("[、, ]+", row[2]) if never]


@pytest.mark.parametrize("pattern", NEVER)
def test_no_sentence_says_what_a_native_would_not(pattern: str) -> None:
    assert [key for key, text in catalogue("zh").items() if re.search(pattern, text)] == []


def test_one_word_stands_for_a_thing() -> None:
    found = rivals()
    assert len(found) >= 12, "the glossary's table was read"
    said = {
        (key, never): meant for never, meant in found for key, text in catalogue("zh").items()
        if never in text and key not in LAWS_OWN
    }  # fmt: skip
    assert said == {}
    politely = [k for k, t in of_citizens("zh").items() if "你" in t]
    assert politely == [], "您"


def test_a_question_asks() -> None:
    """A bare noun with a question mark asks nothing: 新的住址是？"""
    asks = re.compile(r"什么|哪|谁|多少|几|怎|吗|是？|何|没有？|不？|。|，")
    bare = [
        (key, m[0]) for key, text in catalogue("zh").items()
        if key.startswith(("ask.", "form.")) and not key.endswith(".check")
        and (m := QUESTIONS.search(text)) and not asks.search(text[: m.end()])
    ]  # fmt: skip
    assert bare == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_button_that_a_sentence_names_is_there(lang: str) -> None:
    named = [text for key, text in catalogue(lang).items() if LABELS.match(key)]
    labels = {re.split("[：:（(]", text)[0].strip() for text in named}
    quoted = [
        (key, word) for key, text in catalogue(lang).items() if key not in NO_LABEL
        for word in re.findall(r"“([^{”]+)”", text)
    ]  # fmt: skip
    assert len(quoted) > 20
    assert [one for one in quoted if re.split("[：:]", one[1])[0] not in labels] == []


@pytest.mark.parametrize("late", ["", "answer"])
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_no_day_is_counted_as_nought(late: str, lang: str) -> None:
    lines = await simulate(load_office(None), "request", date(2026, 2, 2), late, lang, 120)
    nought = re.compile(r"(?<![0-9])0天|(?<![0-9])0 days")
    assert [line.text for line in lines if nought.search(line.text)] == []
    today = "今天到期" if lang == "zh" else "due today"
    assert any(today in line.text for line in lines)


def test_citizens_read_everyday_characters() -> None:
    assert len(EVERYDAY) == 2500
    read = [c for text in of_citizens("zh").values() for c in text if "\u4e00" <= c <= "\u9fff"]
    assert len(read) > 5000
    share = sum(c in EVERYDAY for c in read) / len(read)
    assert share >= 0.95, f"{share:.3f}"


def test_citizens_read_short_sentences() -> None:
    said = [s for text in of_citizens("zh").values() for s in sentences(text, "zh")]
    assert statistics.median(map(len, said)) <= 25
    long = sorted((s for s in said if len(s) > 60), key=len)
    assert long == [], "nobody can say it in one breath"


def syllables(word: str) -> int:
    """As they are heard, near enough: groups of vowels, a silent e at the end left out."""
    word = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^tdaeiouy])ed$|(?<=[^sxz])es$", "", word.lower())
    return max(1, len(re.findall("[aeiouy]+", word)))


def grade(texts: list[str]) -> float:
    """Flesch-Kincaid: the school years that reading takes."""
    said = [s for text in texts for s in sentences(text, "en")]
    words = [w for s in said for w in re.findall(r"[A-Za-z']+", s)]
    return 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_english_is_read_with_eight_years_of_school() -> None:
    assert [syllables(w) for w in ("the", "case", "opened", "asked", "petition", "table")] == [
        1, 1, 2, 1, 3, 2]  # fmt: skip
    assert grade(list(of_citizens("en").values())) <= 8
    hard = (
        "Notwithstanding jurisdictional considerations, reconsideration necessitates application."
    )
    assert grade([hard]) > 12, "what is hard is found"
