"""What the fuzzing tests are fed with: values as they should be, and what may become of them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

NASTY = [
    "", " ", "\0", "\ud83d", "a\0b", "\u202e\u2066٣٤", "👨‍👩‍👧‍👦🇨🇳", "ﷺ" * 500, "\n" * 300,
    "{facts}", "%s %n", "甲" * 5000, "很" + "😀" * 3900, "e\u200b\u0301", "<b>x</b>", "1" * 5000,
    "１" * 300, "٣" * 8, "-1", "0", "NaN", "Infinity", "1e999", "2026-02-30", "../../x",
    "9" * 20, "00009", "\r\n\t", "ß", "ﬀ",
]  # fmt: skip
"""Texts that have broken programs."""
LETTERS = st.characters()
"""Any code point, those no encoding has among them."""
WORDS = st.one_of(st.sampled_from(NASTY), st.text(LETTERS, max_size=30), st.text(max_size=60))
MARKS = st.text('0123456789:-/."[]{}=', max_size=3)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)
"""Any value that JSON or TOML may hold."""
ADDED = ["aura", "from", "chat", "text", "date", "id", "name", "limit", "zh"]


@st.composite
def texts(draw: st.DrawFn, *seeds: str) -> str:
    """Good texts cut, doubled, mixed with others; or any text at all."""
    text = draw(st.one_of(st.sampled_from(seeds), st.sampled_from(seeds), WORDS))
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 4]))):
        a, b = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        put = [st.just(""), st.just(text[a:b] * 2), WORDS, st.sampled_from(seeds), MARKS]
        middle = draw(st.one_of(put))
        text = text[:a] + middle + text[b:]
    return text


@st.composite
def damaged(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Any:
    """A value with up to three of those inside it gone, changed or added."""
    value = copy.deepcopy(draw(values))
    for _ in range(draw(st.sampled_from([0, 1, 1, 2, 3]))):
        found = [*places(value)]
        if not found:
            break
        *path, last = draw(st.sampled_from(found))
        inner = value
        for name in path:
            inner = inner[name]
        how = draw(st.sampled_from(["gone", "other", "more"]))
        if how == "gone":
            del inner[last]
        elif how == "other":
            inner[last] = draw(ANYTHING)
        elif isinstance(inner, dict):
            inner[draw(st.sampled_from(ADDED))] = draw(ANYTHING)
    return value


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a value."""
    if not isinstance(value, dict | list):
        return
    for name, one in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, name)
        yield from places(one, (*path, name))
