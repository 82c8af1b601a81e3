"""A language is a folder: what it says of itself, and whom it is for."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from petitions.errors import BadAnswer, BadSetting
from petitions.words import (
    DEFAULT,
    KNOWN,
    LANGUAGES,
    day,
    known,
    language,
    listed,
    name_in,
    quoted,
)

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parent.parent
ROOMS = (
    "bot",
    "files",
    "handlers",
    "papers",
    "petitions",
    "reminders",
    "storage",
    "telegramchat",
    "webchat",
)


def test_what_folders_there_are_is_what_languages_there_are() -> None:
    folders = {p.parent.name for p in (ROOT / "petitions" / "words").glob("*/case.po")}
    assert set(LANGUAGES) == folders
    assert LANGUAGES[0] == DEFAULT
    assert len({one.name for one in KNOWN.values()}) == len(KNOWN)
    every = [tag for one in KNOWN.values() for tag in one.clients]
    assert len(every) == len(set(every)), "a client's tag is one language's"
    assert "*" in every


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        ("zh", "zh"), ("zh-hans", "zh"), ("zh-Hans-HK", "zh"), ("zh_CN", "zh"), ("yue", "zh"),
        ("en", "en"), ("en-GB", "en"), ("pt-br", "en"), ("zhx", "en"), ("", "zh"), (None, "zh"),
    ],
)  # fmt: skip
def test_a_client_is_spoken_to_in_the_language_of_its_longest_tag(
    tag: str | None, lang: str
) -> None:
    assert language(tag) == lang


def test_only_a_tag_that_a_folder_names_is_known() -> None:
    assert known("pt-br") == known("C") == known("") == known("*") == ""


def test_dates_lists_and_marks_are_each_languages_own() -> None:
    assert [day(lang, date(2026, 3, 6)) for lang in ("zh", "en")] == [
        "2026年3月6日",
        "6 March 2026",
    ]
    assert [listed(lang, ("a", 2)) for lang in ("zh", "en")] == ["a、2", "a, 2"]
    assert quoted("zh", "a") == "“a”"
    assert name_in("en", {"zh": "住建局"}) == "住建局"
    for lang in KNOWN:
        assert len({day(lang, date(2026, month, 6)) for month in range(1, 13)}) == 12


def test_a_refusals_values_are_in_the_readers_language() -> None:
    inner = BadAnswer("bad.unit_id")
    error = BadSetting("bad.limit_text", source="x", name="y", why=inner)
    for lang in LANGUAGES:
        assert inner.sentence(lang) in error.sentence(lang)
    sheets = BadSetting("bad.no_sheet", name=("a", "b"))
    assert "a、b" in sheets.sentence("zh")
    assert "a, b" in sheets.sentence("en")
    named = BadSetting(
        "bad.calendar_gap", source="x", name={"zh": "春节", "en": "Spring Festival"},
        first=date(2026, 2, 1), last=date(2026, 3, 1),
    )  # fmt: skip
    assert "春节" in named.sentence("zh")
    assert "Spring Festival" in named.sentence("en")
    assert "春节" not in named.sentence("en")


DATA = {
    "handlers/officer/units.py": "the form asks for the two names an office file has",
    "petitions/law/named.py": "what texts call a unit",
    "petitions/printed/table_doc.py": "a document of two languages",
    "petitions/values/categories.py": "the columns of the scheme",
}
"""Where a language may be named, and why."""


def test_no_code_asks_which_language_it_is() -> None:
    named = re.compile(r"""["'](?:zh|en)(?:-[A-Za-z]+)?["']""")
    found = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts and named.search(path.read_text("utf-8"))
    }
    assert found - {"petitions/words/languages.py"} == DATA.keys()
