"""The page's own files: small, in two languages, and nothing inline."""

from __future__ import annotations

import json
import re

import pytest

from petitions.values.checks import file_name
from webchat.assets import FOLDER, Assets
from webchat.files import clean_mime
from webchat.room import OfficeInfo

FIRST_LOAD = 60_000
"""Bytes over the wire that a poor phone connection should have to carry at most."""

PAGES = ("index.html", "demo.html")


def words() -> dict[str, dict[str, str]]:
    source = (FOLDER / "strings.js").read_text()
    found = re.search(r"const STRINGS = (\{.*?\n\});\n", source, re.S)
    assert found
    table: dict[str, dict[str, str]] = json.loads(found[1])
    return table


def test_the_first_load_is_small() -> None:
    assets = Assets(OfficeInfo({}, {}, {}, ""))
    page = assets.pages["index.html"]
    links = re.findall(r"static/([a-z.-]+)\?v=", page.body.decode())
    assert "app.js" in links
    assert sum(len(assets.files[name].zipped) for name in links) + len(page.zipped) < FIRST_LOAD


def test_every_word_of_the_page_is_there_in_both_languages() -> None:
    table = words()
    assert table["zh"].keys() == table["en"].keys()
    assert all(text.strip() for texts in table.values() for text in texts.values())
    marks = [set(re.findall(r"\{\w+\}", table["zh"][key])) for key in table["zh"]]
    assert marks == [set(re.findall(r"\{\w+\}", table["en"][key])) for key in table["zh"]]


def test_every_word_asked_for_is_in_the_table() -> None:
    pages = "".join((FOLDER / name).read_text() for name in PAGES)
    scripts = "".join(path.read_text() for path in FOLDER.glob("*.js"))
    asked = re.findall(r'data-t(?:-label|-place|-title)?="(\w+)"', pages)
    asked += re.findall(r'words\.say\("(\w+)"', scripts)
    assert set(asked) <= words()["zh"].keys()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_inline_code(name: str) -> None:
    page = (FOLDER / name).read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page)


def test_the_name_of_the_office_is_never_markup() -> None:
    office = OfficeInfo({"zh": "<b>局</b>", "en": "a"}, {}, {}, "1")
    page = Assets(office).pages["index.html"].body.decode()
    assert "&lt;b&gt;局" in page
    assert "<b>局" not in page


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("合同.pdf", "合同.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\files\\a.doc", "a.doc"),
        ("a\r\nb.txt", "a__b.txt"),
        ("photo\u202egpj.exe", "photo_gpj.exe"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_file_name_is_only_a_name(sent: str, kept: str) -> None:
    assert file_name(sent) == kept


def test_a_long_file_name_keeps_its_ending() -> None:
    assert file_name("很" * 300 + ".pdf") == "很" * 60 + ".pdf", "in bytes, too"


def test_an_odd_media_type_is_only_bytes() -> None:
    assert clean_mime("audio/webm;codecs=opus") == "audio/webm"
    assert clean_mime("text/html\r\nX: y") == "application/octet-stream"
