"""Names and places as they are written: what Unicode added lately, or never did, is kept."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from people import FILING, Town, begin
from samples.tables import HEAD, table

from bot import importing
from papers.pdf import pdf
from papers.typeface import printable, widths
from petitions.errors import BadAnswer
from petitions.message import Sheet
from petitions.values import checks
from petitions.values.codes import read_number
from storage.records import Records

NEW = "\U000313a0\U0002ebf5\U000323b5\U000332ff"
"""Of the CJK extensions H, I and J (Unicode 15.0, 15.1, 17.0)."""
PRIVATE = "\ue863\uf8f5\U000f0123\U0010aaaa"
"""Of the private use areas: what fonts of offices put there before Unicode had it."""
DESCRIBED = "⿰木⿱立風\u2ffc\u2ffe\u31ef"
"""Descriptions; the last three signs are of Unicode 15.1."""
VARIANTS = "葛\U000e0101辻\U000e0100神\ufe00"
COMPATIBLE = "\ufa19\ufa10\ufa2a\U0002f81a"
"""神塚飯㓞 in shapes that the normal form would replace."""


@pytest.mark.parametrize("text", [NEW, PRIVATE, DESCRIBED, VARIANTS, COMPATIBLE, "क\u094d\u200dष"])
@pytest.mark.parametrize("check", [checks.name, checks.line, checks.words, checks.title])
def test_kept_as_it_is_written(text: str, check: object) -> None:
    assert check(f" {text}\ufeff") == text  # type: ignore[operator]
    assert checks.gone(text) == 0


@pytest.mark.parametrize("text", [*NEW, *PRIVATE])
def test_one_rare_character_is_a_name(text: str) -> None:
    assert checks.name(text) == text
    assert checks.words(text) == text


def test_only_control_and_direction_characters_go() -> None:
    odd = (
        "\x00\x07\x1b\x7f\x85\ud800\u061c\u200b\u200e\u202e\u2066\u2069\ufeff\ufffe\ufdd0\U0010ffff"
    )
    assert checks.clean(f"施{odd}工\r\n一\r二") == "施工\n一\n二"
    assert checks.gone(f"施{odd}工\r\n一\r二") == len(odd)
    with pytest.raises(BadAnswer):
        checks.words(odd)
    assert checks.clean("e\u200b\u0301") == "é", "anything else is made normal"


async def test_filed_kept_shown_and_said(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await begin(person)
    said = {part: await person.say(text) for part, text in {
        "facts": FILING["facts"], "request": FILING["request"],
        "place": f"{DESCRIBED}村{NEW}路", "name": f"张\u202e{NEW}{PRIVATE}{VARIANTS}{COMPATIBLE}",
        "address": f"{PRIVATE}镇", "contact": FILING["contact"],
    }.items()}  # fmt: skip
    assert "1个看不见的字符，已去掉" in said["name"]
    assert "已去掉" not in "".join(text for part, text in said.items() if part != "name")
    name = f"张{NEW}{PRIVATE}{VARIANTS}{COMPATIBLE}"
    check = await person.press("没有")
    assert name in check
    assert f"{DESCRIBED}村{NEW}路" in check
    number = read_number(await person.press("提交"))
    assert number
    kept = here.app.database.read_now(
        lambda c: (book := Records(c, here.app.database.ring)).identity(book.by_number(number).id)
    )
    assert (kept.name, kept.address) == (name, f"{PRIVATE}镇")


def shown(made: bytes) -> str:
    """Every character of a PDF that fpdf2 made, by the map it carries for copying."""
    found = re.findall(rb"^<\w+> <(\w+)>$", made, re.MULTILINE)
    return "".join(bytes.fromhex(text.decode()).decode("utf-16-be") for text in found)


def test_printed_as_its_number_wherever_it_stands() -> None:
    rare = NEW[0]
    assert ord(rare) not in widths()
    assert printable(f"张{NEW}") == "张" + "".join(f"[U+{ord(c):X}]" for c in NEW)
    assert printable(PRIVATE[0]) == "[U+E863]"
    made = pdf(Sheet("x.pdf", f"题{rare}", "号", ("行",), "c_x", "注"), "http://127.0.0.1/")
    assert {*"题号行注[U+313A0]"} <= {*shown(made)}, shown(made)


def test_a_table_keeps_them_and_says_what_was_taken_out(tmp_path: Path) -> None:
    row = f"信件,2026-03-01,张{NEW}\u202e,{PRIVATE},,夜里施工,请停工,{DESCRIBED}\n"
    found = importing.checked(table(tmp_path, HEAD + row), date(2026, 3, 2))
    assert [x.filing.identity.name for x in found.lines] == [f"张{NEW}"]
    assert [s.cleaned for s in found.sheets] == [1]
