"""Docstrings and comments of the program are plain English: a sentence has a noun it speaks of."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).parent.parent
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "root_packages"
]
HEADLESS = re.compile(r"(?:^|(?<=[.:;!?] )|(?<=\n\n))(?:Who|What)\b[^.?!]*[.?!]?")
"""A sentence that begins with a bare who or what; a question is none."""


def said(path: Path) -> Iterator[tuple[int, str]]:
    """Docstrings and comments of a file, each with its line."""
    text = path.read_text("utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.lineno, str(node.value.value)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("# ")


def headless(text: str) -> list[str]:
    """The sentences of a text that have no noun."""
    flat = re.sub(r"(?<!\n)\n(?!\n)\s*", " ", re.sub(r"\n\s*\n", "\n\n", text.strip()))
    return [m.group() for m in HEADLESS.finditer(flat) if not m.group().rstrip().endswith("?")]


def test_a_sentence_without_a_noun_is_found() -> None:
    assert headless("Rows of a page. Who may do\nwhat, as a document.") == [
        "Who may do what, as a document."
    ]
    assert headless("What does it cost?") == []
    assert headless("Says who asks what.") == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_begins_with_a_bare_who_or_what(room: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {sentence}"
        for path in sorted((ROOT / room).rglob("*.py")) if "versions" not in path.parts
        for line, text in said(path) for sentence in headless(text)
    ]  # fmt: skip
    assert found == []
