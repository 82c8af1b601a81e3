"""Pages and files can be found: the index names every page, the architecture every folder."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.once  # about the files of the program alone

ROOT = Path(__file__).parent.parent
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "root_packages"
]
HOUSE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")


def files() -> list[Path]:
    """The program's own files, without migrations."""
    found = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return [path for path in found if "versions" not in path.parts]


def test_the_index_names_every_page_with_a_line_of_its_own() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    named = re.findall(r"^- \[[\w.-]+\]\(([\w-]+\.md)\): \S", index, re.MULTILINE)
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert sorted(named) == sorted(pages)


def test_the_architecture_names_every_decision() -> None:
    named = re.findall(r"\(docs/decisions/(\d{4}-[\w-]+\.md)\)", HOUSE)
    assert sorted(named) == sorted(p.name for p in (ROOT / "docs" / "decisions").glob("*.md"))


def test_the_architecture_names_every_folder_of_the_program() -> None:
    folders = {path.parent.name for path in files() if path.parent.name != "petitions"}
    assert [name for name in sorted(folders) if f"{name}/" not in HOUSE] == []


def test_every_file_that_the_architecture_names_is_there() -> None:
    there = {path.relative_to(ROOT).as_posix() for path in files()}
    there |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").glob("*.py")}
    named = set(re.findall(r"`([\w/]+\.py)`", HOUSE))
    assert [
        name for name in sorted(named) if not any(f"/{p}".endswith(f"/{name}") for p in there)
    ] == []
    assert len(named) > 100


def test_every_file_says_in_its_first_sentence_what_lives_there() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in files()
        if (text := path.read_text("utf-8")).strip() and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_no_file_of_the_program_has_more_than_400_lines() -> None:
    lines = {
        p.relative_to(ROOT).as_posix(): len(p.read_text("utf-8").splitlines()) for p in files()
    }
    assert {name: n for name, n in lines.items() if n > 400} == {}, "a file is split by its topics"
