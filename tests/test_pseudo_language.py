"""Every sentence shown to a person is in a catalogue: a language made up for the test marks what
is, and an office that speaks it shows nothing else but data. Nothing of the code knows of it."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from people import FILING

from bot.office_files import load_office
from petitions.values import categories
from petitions.words import KNOWN, catalogue, rooms

pytestmark = pytest.mark.sqlite

TESTS = Path(__file__).parent
PSEUDO = "qps"
OPEN, CLOSE = "⟦", "⟧"
DESCRIBED = """
name = "⟦pseudo⟧"
tag = "en-XA"
clients = ["en-xa"]
day = "{year}-{month}-{day}"
list = "⟦、⟧"
quote = "⟦“⟧{word}⟦”⟧"
"""
CODES = re.compile(
    r"https?://\S+|\d{4}-[A-Z]\d{6}-\d{4}-\w|[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}|[0-9a-f]{16,}"
    r"|[A-Z][a-z]+, [A-Z][a-z]+ \d+, \d{4}"
    r"|\ba\.txt\b|\b\d+(?:\.\d+)? (?:KB|MB)\b|/[a-z]+\b|\bi_[\w-]+"
)
"""Numbers and codes that read the same in every language; dates as the browser writes them."""
SAID = re.compile(r"[^\W\d_]|[、，。：；（）“”《》！？]")


def marked(text: str) -> str:
    """A sentence with marks around all that stands between its values."""
    out = []
    for said, name, spec, _ in string.Formatter().parse(text):
        out.append(f"{OPEN}{said.replace('{', '{{').replace('}', '}}')}{CLOSE}" if said else "")
        out.append("" if name is None else f"{{{name}{':' if spec else ''}{spec}}}")
    return "".join(out)


def speak_pseudo(root: Path) -> None:
    """A copy of the ground with one more folder among its languages."""
    shutil.copytree(
        TESTS.parent / "petitions", root / "petitions", ignore=shutil.ignore_patterns("__py*")
    )
    folder = root / "petitions" / "words" / PSEUDO
    folder.mkdir()
    (folder / "language.toml").write_text(DESCRIBED, "utf-8")
    for name, po in rooms("zh").items():
        made = Catalog(locale="zh")
        for message in po:
            if message.id:
                made.add(message.id, marked(str(message.string)))
        with (folder / f"{name}.po").open("wb") as file:
            write_po(file, made)


def data() -> list[str]:
    """Names and words that are shown as they were given, the longest first."""
    office = load_office(None)
    named: list[str] = [*FILING.values(), *(one.name for one in KNOWN.values()), "no", "Telegram"]
    named += [name for unit in office.units.values()
              for name in (*unit.names.values(), *unit.address.values(), *unit.hours.values(),
                           *unit.places, unit.id, f"desk {unit.id}")]  # fmt: skip
    for edition in office.law.editions:
        others = (said.law for said in edition.says.values() if said.law)
        measures = (limit.model for limit in edition.clocks.values() if limit.model)
        for names in (edition.names, edition.title, *others, *measures):
            named += names.values()
    named += [*office.names.values(), *(plan.name for plan in office.staff)]
    for field in categories.level1():
        named += [name for c in (field, *categories.level2(field.id)) for name in c.names.values()]
    return sorted({name for name in named if name}, key=len, reverse=True)


def unmarked(text: str, given: list[str]) -> str:
    """What of a text is neither of the catalogue nor data."""
    rest = CODES.sub(" ", re.sub(rf"{OPEN}[^{CLOSE}]*(?:{CLOSE}|…$)", " ", text))
    for name in given:
        rest = rest.replace(name, " ")
    for sentence in on_paper():
        rest = sentence.sub(" ", rest)
    return " ".join(rest.split()) if SAID.search(rest) else ""


@functools.cache
def on_paper() -> list[re.Pattern[str]]:
    """What an officer reads out or posts to a petitioner is in the office's own language."""
    return [
        re.compile("^" + re.sub(r"\\\{\w+\\\}", "[^\n]*", re.escape(text)) + "$", re.MULTILINE)
        for key, text in catalogue("zh").items() if key.startswith("notice.petitioner.")
    ]  # fmt: skip


def test_a_sentence_in_no_catalogue_is_found() -> None:
    assert marked("{count} 件，{name}") == "{count}⟦ 件，⟧{name}"
    assert marked("{{编号}}").format() == "⟦{⟧⟦编号}⟧"
    assert unmarked("⟦已收到：⟧6409-W261120-0001-K⟦。⟧云川市和平路", ["云川市和平路"]) == ""
    assert unmarked("⟦已收到：⟧多谢", ["云川市和平路"]) == "多谢"
    assert unmarked("⟦Received⟧ at the office", []) == "at the office"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the words with the made-up language are."""
    folder = tmp_path_factory.mktemp("pseudo")
    speak_pseudo(folder)
    return folder


def run(root: Path, *words: str) -> Any:
    """What the walk over the copy of the words prints."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join((str(root), str(TESTS.parent), str(TESTS)))}
    done = subprocess.run(
        [sys.executable, str(TESTS / "runs" / "walk.py"), *words],
        env=env, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_whatever_an_office_says_is_in_the_catalogues(root: Path, tmp_path: Path) -> None:
    shown = run(root, str(tmp_path), PSEUDO)
    given = data()
    assert sum(OPEN in text for text in shown) > 200, "the walk went somewhere"
    assert {rest: text for text in shown if (rest := unmarked(text, given))} == {}


@pytest.mark.browser
def test_whatever_the_page_itself_says_is_in_the_catalogues(root: Path, tmp_path: Path) -> None:
    shown = run(root, str(tmp_path), PSEUDO, "browser")
    given = data()
    assert sum(OPEN in text for text in shown) > 15, "the whole page was looked at"
    assert [text for text in shown if unmarked(text, given)] == []
