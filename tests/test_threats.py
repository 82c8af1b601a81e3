"""The threat model can't rot: each test it names is there, and each row names one."""

from __future__ import annotations

import re
from pathlib import Path

from samples.documents import NAMED, names_in

TESTS = Path(__file__).parent
DOCUMENT = TESTS.parent / "docs" / "threat-model.md"


def test_each_test_that_is_named_anywhere_is_there() -> None:
    for file, name in NAMED.findall(DOCUMENT.read_text("utf-8")):
        assert name in names_in(file), f"{file}::{name}"


def test_each_threat_has_a_test_that_is_there() -> None:
    threats, _, _ = DOCUMENT.read_text("utf-8").partition("\n## ")
    rows = [line for line in threats.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 30
    for row in rows:
        named = NAMED.findall(row)
        assert named, row
        for file, name in named:
            assert name in names_in(file), f"{file}::{name}"


def test_each_promise_has_its_test_or_says_that_it_is_none() -> None:
    _, _, promises = DOCUMENT.read_text("utf-8").partition("\n## Promise by promise\n")
    rows = [line for line in promises.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.startswith("| promise |")]
    assert len(rows) > 30
    for row in rows:
        assert bool(NAMED.search(row)) != ("not promised yet" in row), row
    for file, name in NAMED.findall(promises):
        assert name in names_in(file), f"{file}::{name}"


def test_what_is_held_against_others_names_files_that_are_there() -> None:
    text = (DOCUMENT.parent / "held-against.md").read_text("utf-8")
    places = re.findall(r"`(\w+/[\w/.-]+)`", text)
    assert len(places) > 20
    for place in places:
        assert (DOCUMENT.parent.parent / place).exists(), place
    for chapter in range(1, 15):
        assert f"\n### V{chapter} " in text
