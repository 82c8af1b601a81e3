"""Small numbers: nothing below five is published, nor found by subtracting."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from petitions.counting.small import kept_back

LEAST = 5


def test_a_small_part_takes_another_one_with_it() -> None:
    values = {"all": 30, "a": 3, "b": 7, "c": 20}
    assert kept_back(values, [("all", "abc")], LEAST) == {"a", "b"}
    values = {"all": 9, "a": 3, "b": 2, "c": 4}
    assert kept_back(values, [("all", "abc")], LEAST) == {"a", "b", "c"}, "their sum tells none"
    assert kept_back({"all": 20, "a": 20, "b": 0}, [("all", "ab")], LEAST) == set()
    assert kept_back({"all": 3, "a": 3, "b": 0}, [("all", "ab")], LEAST) >= {"all", "a"}


def test_what_was_published_earlier_stays_and_the_new_total_gives_way() -> None:
    quarter = [("quarter", ("jan", "feb", "mar"))]
    assert kept_back({"quarter": 14}, quarter, LEAST, {"jan": 6, "feb": 6}) == {"quarter"}
    assert kept_back({"quarter": 18}, quarter, LEAST, {"jan": 6, "feb": 6}) == set()
    assert kept_back({"quarter": 12}, quarter, LEAST, {"jan": 6, "feb": 6, "mar": 0}) == set()


TABLE = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=2, max_size=4)


@given(TABLE)
def test_nobody_who_subtracts_finds_a_small_number(table: list[list[int]]) -> None:
    """Units by months, with the sums of both, as they are published one month after another; then
    whoever has them all tries every total less every choice of its parts."""
    units, months = range(len(table)), range(3)
    shown: dict[Any, int] = {}
    actual: dict[Any, int] = {}
    for month in [*months, "quarter"]:
        new = {(u, month): sum(table[u]) if month == "quarter" else table[u][month] for u in units}
        new["all", month] = sum(new.values())
        lines: list[Any] = [(("all", month), [(u, month) for u in units])]
        if month == "quarter":
            lines += [((u, month), [(u, m) for m in months]) for u in (*units, "all")]
        hidden = kept_back(new, lines, LEAST, shown)
        actual |= new
        shown |= {key: n for key, n in new.items() if key not in hidden}
    assert not [n for n in shown.values() if 0 < n < LEAST]
    lines = [(("all", m), [(u, m) for u in units]) for m in (*months, "quarter")]
    lines += [((u, "quarter"), [(u, m) for m in months]) for u in (*units, "all")]
    for total, parts in lines:
        if total in shown:
            found = shown[total] - sum(shown[p] for p in parts if p in shown)
            missing = [p for p in parts if p not in shown]
            assert not 0 < found < LEAST, (total, found)
            assert len(missing) != 1 or not 0 < actual[missing[0]] < LEAST, (total, missing)


def test_every_small_table_is_safe() -> None:
    """All tables of two units and two months with parts of 0 to 6."""
    for a, b, c, d in product(range(7), repeat=4):
        rows = [[a, b, 0], [c, d, 0]]
        test_nobody_who_subtracts_finds_a_small_number.hypothesis.inner_test(rows)
