"""A language is a folder: what it says of itself, and whom it is for."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from people import town
from people.page import Page, browser, expect, person

from petitions.errors import BadAnswer, BadSetting
from petitions.words import (
    DEFAULT,
    KNOWN,
    LANGUAGES,
    catalogue,
    day,
    known,
    language,
    listed,
    name_in,
    quoted,
)

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parent.parent
by_rule = ModuleType("by_rule")
by_rule.__file__ = str(ROOT / "deploy" / "words.py")
exec(Path(by_rule.__file__).read_text("utf-8"), by_rule.__dict__)
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
        ("zh-TW", "zh_Hant"), ("zh-hant", "zh_Hant"), ("zh_Hant", "zh_Hant"),
        ("zh-Hant-HK", "zh_Hant"), ("yue-HK", "zh_Hant"),
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
    "petitions/printed/alert_doc.py": "a document in Chinese",
    "petitions/printed/table_doc.py": "a document of two languages",
    "petitions/values/categories.py": "the columns of the scheme",
    "webchat/asked.py": "examples in the description of what the page sends",
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


def test_the_catalogues_are_as_make_words_leaves_them() -> None:
    """Flags, comments, and in zh_Hant each sentence made from the Chinese one there is now."""
    for path in (ROOT / "petitions" / "words").glob("*/*.po"):
        text = path.read_text("utf-8")
        ruled = "\n\n".join(map(by_rule.annotated, by_rule.blocks(path))) + "\n"
        assert text == ruled, f"{path}: make words"
    for path in (ROOT / "petitions" / "words" / "zh").glob("*.po"):
        made = set((path.parent.parent / "zh_Hant" / path.name).read_text("utf-8").split("\n"))
        stale = [by_rule.KEY.findall(b)[0] for b in by_rule.blocks(path)
                 if by_rule.KEY.search(b) and by_rule.mark(b) not in made]  # fmt: skip
        assert stale == [], f"{path}: make words"


def test_a_sentence_with_values_is_flagged_and_explained() -> None:
    block = by_rule.annotated('msgid "history.x"\nmsgstr "{when} {who} {day}"')
    assert block.split("\n")[:3] == [
        "#. {when}: day, or day and hour",
        "#. {who}: the unit or the office that did it",
        "#, python-brace-format",
    ]
    assert by_rule.annotated(block) == block
    plain = 'msgid "x"\nmsgstr "{{name}}"'
    assert by_rule.annotated(f"#, python-brace-format\n{plain}") == plain
    flagged = {
        by_rule.KEY.findall(block)[0]
        for path in (ROOT / "petitions" / "words" / "en").glob("*.po")
        for block in by_rule.blocks(path) if by_rule.FLAG in block.split("\n")
    }  # fmt: skip
    assert flagged == {
        key for key, text in catalogue("en").items() if re.search(r"(?<!\{)\{\w", text)
    }


def test_traditional_is_traditional() -> None:
    """A character that Big5 hasn't is a simplified one."""
    for key, text in catalogue("zh_Hant").items():
        strange = [c for c in text if "\u4e00" <= c <= "\u9fff" and not c.encode("big5", "ignore")]
        assert key == "lang.which" or strange == [], key


async def test_a_client_in_taiwan_is_answered_in_its_characters(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        person = await here.citizen("telegram", "zh-TW")
        assert "您可以在這裡反映問題" in await person.say("/start")
        assert {"简体中文", "English"} <= {*person.buttons()}
        assert "繁體中文" not in person.buttons()
        assert "提交信訪事項" in person.buttons()
        assert "取消" in await person.say("/help")
        assert "您的事项" not in await person.say("我的")
        assert "简体中文" in await person.press("简体中文")
        assert "繁體中文" in await person.say("/lang 繁體中文")
        assert "English" in await person.say("/lang en-GB")
        await person.say("/lang")
        assert person.buttons()[-3:] == [one.name for one in KNOWN.values()]


async def test_names_of_things_stand_in_where_a_language_has_none(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False) as here:
        person = await here.citizen("web")
        await person.enter("zh_Hant")
        await person.say("/lang zh-hk")
        await person.say("/new")
        await person.press("同意，開始")
        said = "\n".join(line["text"] for line in person._said())
        assert here.app.office.name("zh") in said
        assert "請說說發生了什麼" in said


@pytest.mark.browser
async def test_the_page_speaks_the_browsers_language_and_whatever_is_chosen(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False) as here, browser() as window:
        tab = await person(window, "zh-TW")
        page = Page(tab)
        await page.open(f"http://127.0.0.1:{here.app.port}/chat")
        await expect(tab.locator("html")).to_have_attribute("lang", "zh-Hant")
        await expect(tab.locator("#send")).to_have_text("發送")
        await expect(page.log).to_contain_text("提交信訪事項")
        await tab.locator("#lang").click()
        names = tab.locator("#language-list button")
        await expect(names).to_have_text([one.name for one in KNOWN.values()])
        await expect(names.nth(2)).to_have_attribute("aria-current", "true")
        await tab.keyboard.press("Escape")
        await page.speak("English")
        await expect(tab.locator("#send")).to_have_text("Send")
        await expect(tab.locator("html")).to_have_attribute("lang", "en-GB")
        await expect(tab.locator("#menu-list")).to_contain_text("my matters")
        await tab.reload()
        await expect(tab.locator("#send")).to_have_text("Send")
        await page.say("/my")
        await expect(page.log).to_contain_text("You have not filed anything")
