"""Formulas against an office small enough to count by hand, and what must hold for any."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from a_year import play
from hypothesis import given
from hypothesis import strategies as st

from petitions import figures
from petitions.figures import FORMULAS, Figures, Which
from petitions.petition import OFFICE, Actor, Audience, Entry, Status

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Which(date(2026, 3, 1), date(2026, 3, 31))
WHO = Actor.petitioner(1)


def entry(day: int, action: str, **facts: Any) -> Entry:
    at = datetime(2026, 3, 1, 4, tzinfo=UTC) + timedelta(days=day - 1)
    actor = OFFICE if action == "asked" else WHO
    return Entry(day, at, actor, action, Status.ANSWERED, Audience.SUPERVISOR, facts)


def asked(day: int, time: int = 0, unit: str = "housing", **more: Any) -> Entry:
    return entry(day, "asked", time=time, body="unit", unit=unit, of=5, category="0205",
                 **more)  # fmt: skip


def rated(day: int, level: str, was: str = "", contact: bool = False, **more: Any) -> Entry:
    return entry(day, "rate", body="unit", unit="housing", of=5, level=level, was=was,
                 contact=contact, category="0205", **more)  # fmt: skip


HAND: list[tuple[int, Entry]] = [
    (1, asked(2)), (1, rated(2, "satisfied")),
    (2, asked(3)), (2, asked(6, 1)), (2, rated(6, "dissatisfied", due="2026-03-11")),
    (2, entry(9, "take_up", due="2026-03-11", unit="city")),
    (2, entry(10, "explain")),
    (2, rated(12, "fairly", was="dissatisfied", contact=True)),
    (3, asked(4)), (3, asked(7, 1)), (3, asked(14, 2)),
    (4, asked(5)), (4, rated(5, "dissatisfied", due="2026-03-10")),
    (4, entry(20, "rehandle", unit="housing", category="0205")),
    (5, asked(8, unit="labour")),
    (6, entry(9, "asked", follow_up=1, step="30", unit="housing", category="0205")),
    (6, entry(9, "follow_up", follow_up=1, step="30", unit="housing", category="0205",
              answer="no")),
    (6, entry(9, "not_done", unit="housing", category="0205")),
    (7, entry(9, "asked", follow_up=2, step="30", unit="housing", category="0205")),
    (7, entry(10, "follow_up", follow_up=2, step="30", unit="housing", category="0205",
              answer="done")),
    (8, entry(11, "asked", follow_up=3, step="30", unit="housing", category="0205")),
]  # fmt: skip


for _case, _entry in HAND:
    if "body" in _entry.facts:
        _entry.facts["rating"] = _case  # one unit was rated in each


def in_time(entries: list[tuple[int, Entry]]) -> list[tuple[int, Entry]]:
    return sorted(entries, key=lambda x: (x[1].at, x[0]))


def computed(which: Which, entries: list[tuple[int, Entry]] = HAND) -> Figures:
    return figures.compute(in_time(entries), which, ZONE)


def test_an_office_counted_by_hand() -> None:
    found = computed(Which(MARCH.first, MARCH.last, "housing"))
    assert (found.asked, found.again, found.parts, found.rated) == (4, 2, 4, 3)
    assert found.levels == {"satisfied": 1, "fairly": 1, "dissatisfied": 1}
    assert (found.changed, found.after_contact) == (1, 1)
    assert (found.low, found.taken_up) == (2, 1), "one in time, one ten days late"
    assert found.led_to == {"explain": 1, "rehandle": 1}
    assert found.reopened == 2
    assert found.followed["30"] == {"asked": 3, "done": 1, "no": 1}
    shares = {f.name: figures.share(found, f) for f in FORMULAS}
    assert shares["participation"] == (3, 4)
    assert shares["satisfaction"] == (2, 3)
    assert shares["fully"] == (1, 3)
    assert shares["taken_up"] == (1, 2)
    assert shares["kept_30"] == (1, 2), "who didn't answer stands on neither side"
    assert shares["kept_90"] is None, "no cases: neither 0 % nor 100 %"


def test_what_was_asked_before_the_period_belongs_to_its_own() -> None:
    late = Which(date(2026, 3, 6), MARCH.last, "housing")
    assert computed(late).asked == 0, "a question asked again isn't a new one"
    assert computed(Which(date(2026, 4, 1), date(2026, 4, 30))).parts == 0


LEVEL = st.sampled_from(["", "satisfied", "fairly", "dissatisfied"])


@given(st.lists(st.tuples(st.integers(1, 31), LEVEL, st.sampled_from(["housing", "labour"]),
                          st.sampled_from(["0205", "0501"])), max_size=30),
       st.integers(1, 30))  # fmt: skip
def test_splitting_a_unit_a_field_or_a_period_changes_no_total(parts: list[Any], cut: int) -> None:
    entries = []
    for case, (day, level, unit, field) in enumerate(parts):
        about = {"body": "unit", "unit": unit, "of": 5, "category": field, "rating": case}
        entries.append((case, entry(day, "asked", time=0, **about)))
        if level:
            entries.append((case, entry(day, "rate", level=level, was="", contact=False, **about)))
    whole = computed(MARCH, entries)
    middle = MARCH.first + timedelta(days=cut - 1)
    for pieces in (
        [Which(MARCH.first, MARCH.last, u) for u in ("housing", "labour")],
        [Which(MARCH.first, MARCH.last, "", f) for f in ("02", "05")],
        [Which(MARCH.first, middle), Which(middle + timedelta(days=1), MARCH.last)],
    ):
        found = [computed(piece, entries) for piece in pieces]
        for name in ("asked", "parts", "rated", "low"):
            assert sum(getattr(f, name) for f in found) == getattr(whole, name)
        for level in ("satisfied", "fairly", "dissatisfied"):
            assert sum(f.levels[level] for f in found) == whole.levels[level]
    assert sum(whole.levels.values()) == whole.rated <= whole.parts
    for formula in FORMULAS:
        both = figures.share(whole, formula)
        assert both is None or 0 <= both[0] <= both[1]


async def test_a_short_year_asks_what_the_plan_says_and_its_figures_add_up() -> None:
    """A short form of `make year`."""
    found = await play(cases=25, days=110, seed=3)
    assert found.asked > 60
    assert found.missing == []
    assert found.extra == []
    assert found.most_a_day == 1
    assert found.rated
    assert found.figures_wrong == []
