"""The page's own files: small, in every language, and nothing inline."""

from __future__ import annotations

import importlib.util
import json
import re

import pytest

from petitions.values.checks import file_name
from petitions.words import LANGUAGES, catalogue, has, say
from webchat.assets import FOLDER, Assets
from webchat.files import clean_mime
from webchat.room import OfficeInfo

FIRST_LOAD = 60_000
"""Bytes over the wire that a poor phone connection should have to carry at most."""

PAGES = ("index.html", "demo.html")


HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def test_the_first_load_is_small() -> None:
    assets = Assets(OfficeInfo({}, {}, {}, ""))
    page = assets.pages["index.html"]
    links = re.findall(r"static/([a-z.-]+)\?v=", page.body.decode())
    assert "app.js" in links
    assert sum(len(assets.files[name].zipped) for name in links) + len(page.zipped) < FIRST_LOAD


def test_every_sentence_of_the_page_is_sent_in_every_language() -> None:
    source = Assets(OfficeInfo({}, {}, {}, "")).files["sentences.js"].body.decode()
    found = re.search(r"const LANGUAGES = (.*);\n", source)
    assert found
    table = json.loads(found[1])
    assert tuple(table) == LANGUAGES
    for lang, one in table.items():
        texts = {key.removeprefix("page."): text for key, text in catalogue(lang).items()
                 if key.startswith("page.")}  # fmt: skip
        assert {k: v if isinstance(v, str) else v["forms"][-1] for k, v in one["says"].items()} == (
            texts
        )


def test_every_word_asked_for_is_in_the_catalogue() -> None:
    pages = "".join((FOLDER / name).read_text() for name in PAGES)
    scripts = "".join(path.read_text() for path in FOLDER.glob("*.js"))
    asked = re.findall(r'data-t(?:-label|-place|-title)?="(\w+)"', pages)
    asked += re.findall(r'words\.(?:say|every)\("(\w+)"', scripts)
    asked += [key for two in re.findall(r'words\.say\([^"()]+ \? "(\w+)" : "(\w+)"', scripts)
              for key in two]  # fmt: skip
    assert "me_says" in asked
    assert {key for key in asked if not has(f"page.{key}")} == set()


def test_no_file_of_the_page_holds_a_sentence() -> None:
    for path in FOLDER.glob("*.html"):
        page = re.sub(r"\{\{\w+\}\}|<[^>]*>", "", path.read_text("utf-8"))
        assert not re.search(r"[^\W\d]", page), f"{path.name}: {page.split()}"
        named = re.findall(r' (?:aria-label|title|placeholder|alt)="([^"{]+)"', path.read_text())
        assert named == []
    for path in FOLDER.glob("*.js"):
        code = re.sub(
            r"/\*.*?\*/|^\s*//.*$| // .*$", "", path.read_text("utf-8"), flags=re.S | re.M
        )
        code = re.sub(r"split\(/.*?/\)", "", code)
        assert not HAN.search(code), f"{path.name}: {HAN.search(code)}"


def test_a_page_without_a_script_is_in_our_language() -> None:
    office = OfficeInfo({"zh": "<b>局</b>", "en": "a"}, {}, {}, "0952-1")
    page = Assets(office).pages["index.html"].body.decode()
    assert '<html lang="zh-CN">' in page
    assert f">{say('zh', 'page.about')}</button>" in page
    assert f'placeholder="{say("zh", "page.text_place")}"' in page
    assert "call a: 0952-1" in page
    assert "局&lt;/b&gt;：0952-1" in page
    assert "{{" not in page


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


def test_scripts_that_need_each_other_are_of_one_version() -> None:
    """A script of yesterday asks for none of today's: an address holds them all together."""
    assets = Assets(OfficeInfo({}, {}, {}, ""))
    scripts = {name: file for name, file in assets.files.items() if name.endswith(".js")}
    (tag,) = {file.tag for file in scripts.values()}
    asked = [found for file in scripts.values()
             for found in re.findall(r'from "\./([^"]+)"', file.body.decode())]  # fmt: skip
    assert len(asked) > 50
    assert {one.partition("?v=")[2] for one in asked} == {tag}
    assert {one.partition("?")[0] for one in asked} <= set(scripts)


@pytest.mark.parametrize(("page", "script"), [("index.html", "app.js"), ("demo.html", "demo.js")])
def test_a_page_names_all_its_scripts_so_that_they_come_side_by_side(
    page: str, script: str
) -> None:
    assets = Assets(OfficeInfo({}, {}, {}, ""))
    named = re.findall(
        r'<script type="module" src="static/([a-z]+\.js)\?v=', assets.pages[page].body.decode()
    )
    assert named[-1] == script
    for name in named:
        body = assets.files[name].body.decode()
        assert set(re.findall(r'from "\./([a-z]+\.js)', body)) <= set(named)


def test_what_goes_over_the_wire_is_typed_by_the_models() -> None:
    where = FOLDER.parent.parent / "deploy" / "wire.py"
    spec = importlib.util.spec_from_file_location("wire", where)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.FILE.read_text("utf-8") == module.wire(), "python deploy/wire.py writes it anew"
