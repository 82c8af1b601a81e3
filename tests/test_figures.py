"""Formulas against an office small enough to count by hand, and what must hold for any."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs.a_year import play

from petitions.counting import figures, journal
from petitions.counting.figures import BY_NAME, FELL_DUE, FORMULAS, Sums, Which
from petitions.counting.tally import JournalLine
from petitions.values.person import OFFICE, Actor, Audience
from petitions.values.petition import Entry, Status

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


def lines_of(entries: list[tuple[int, Entry]]) -> list[JournalLine]:
    """What the cases' histories count as."""
    cases: dict[int, list[Entry]] = defaultdict(list)
    for case, one in sorted(entries, key=lambda x: x[1].at):
        cases[case].append(replace(one, seq=len(cases[case]) + 1))
    return [line for one in cases.values() for line in journal.lines_of(one, ZONE)]


def computed(
    which: Which, entries: list[tuple[int, Entry]] = HAND, today: date = date(2027, 1, 1)
) -> Sums:
    """Sums of a period, added up here and not by the database."""
    found = Sums()
    for line in lines_of(entries):
        waits = line.what.startswith(FELL_DUE) and line.day >= today
        if (which.first <= line.day <= which.last and not waits
                and (not which.units or line.unit in which.units)
                and line.category.startswith(which.category)):  # fmt: skip
            found.add(line.what, line.value, line.n)
    return found


def test_what_petitioners_said_counted_by_hand() -> None:
    found = computed(Which(MARCH.first, MARCH.last, ("housing",))).counts
    names = ("asked", "again", "parts", "rated")
    assert tuple(found[f"unit.{n}"] for n in names) == (4, 2, 4, 3)
    levels = ("satisfied", "fairly", "dissatisfied")
    assert tuple(found[f"unit.level.{n}"] for n in levels) == (1, 1, 1)
    assert (found["unit.changed"], found["unit.after_contact"]) == (1, 1)
    assert (found["unit.low"], found["unit.taken_up"]) == (2, 1), "one in time, one ten days late"
    assert (found["unit.led_to.explain"], found["unit.led_to.rehandle"]) == (1, 1)
    assert found["reopened"] == 2
    assert [found[f"followed.30.{n}"] for n in ("asked", "done", "no")] == [3, 1, 1]
    shares = {f.name: figures.share(computed(MARCH), f) for f in FORMULAS}
    assert shares["participation_unit"] == (3, 5)
    assert shares["satisfaction_unit"] == (2, 3)
    assert shares["fully_unit"] == (1, 3)
    assert shares["taken_up_unit"] == (1, 2)
    assert shares["kept_30"] == (1, 2), "who didn't answer stands on neither side"
    assert shares["kept_90"] is None, "no cases: neither 0 % nor 100 %"


def test_what_was_asked_before_the_period_belongs_to_its_own() -> None:
    late = Which(date(2026, 3, 6), MARCH.last, ("housing",))
    assert computed(late).counts["unit.asked"] == 0, "a question asked again isn't a new one"
    assert computed(Which(date(2026, 4, 1), date(2026, 4, 30))).counts["unit.parts"] == 0


def story(case: int, *steps: tuple[int, str, dict[str, Any]]) -> list[tuple[int, Entry]]:
    """A case, filed on 1 March at the city's bureau unless its first step says otherwise."""
    filed = (1, "submit", {"channel": "web", "received": "2026-03-01", "unit": "city",
                           "until": {"pass_on": "2026-03-16"}})  # fmt: skip
    every = steps if steps and steps[0][1] == "submit" else (filed, *steps)
    return [(case, entry(day, action, **facts)) for day, action, facts in every]


REGISTERED = (2, "register", {"kind": "request", "category": "0205", "way": "6"})
PASSED = (3, "pass_on", {"unit": "housing", "from": "city", "ended": {"pass_on": "kept"},
                         "until": {"notify": "2026-03-18"}})  # fmt: skip
ACCEPTED = (6, "accept", {"ended": {"notify": "kept"}, "until": {"answer": "2026-05-05"}})


def replied(day: int, outcome: str = "kept", limit: str = "answer") -> tuple[int, str, Any]:
    return (day, "reply", {"outcome": "supported", "ended": {limit: outcome}})


def test_limits_counted_by_hand() -> None:
    office = [
        *story(1, REGISTERED, PASSED, ACCEPTED, replied(30)),
        *story(2, REGISTERED, PASSED, ACCEPTED, replied(70, "late")),
        *story(3, REGISTERED, PASSED, ACCEPTED),  # nobody ever answers
        *story(4, REGISTERED, PASSED, ACCEPTED,
               (60, "extend", {"until": {"answer": "2026-06-04"}}), replied(90)),
        *story(5, REGISTERED, PASSED, ACCEPTED,
               (9, "withdraw", {"ended": {"answer": "withdrawn"}})),
        *story(6, (20, "register", {"kind": "request", "category": "0501", "way": "6"})),
    ]  # fmt: skip
    march = computed(MARCH, office)
    assert figures.share(march, BY_NAME["accepted_bureau"]) == (5, 6), "the sixth fell due unserved"
    assert figures.share(march, BY_NAME["accepted_unit"]) == (5, 5)
    assert figures.share(march, BY_NAME["answered"]) is None, "no limit to answer fell due yet"
    assert (march.counts["filed"], march.counts["withdrawn"]) == (6, 1)
    may = computed(Which(date(2026, 5, 1), date(2026, 5, 31)), office)
    assert figures.share(may, BY_NAME["answered"]) == (1, 3), "late and never are not in time"
    june = computed(Which(date(2026, 6, 1), date(2026, 6, 30)), office)
    assert figures.share(june, BY_NAME["answered"]) == (1, 1), "in time by its later day"
    assert june.counts["longer.answer"] == 1, "and beside it that it needed the later day"
    early = computed(Which(date(2026, 5, 1), date(2026, 5, 31)), office, date(2026, 5, 5))
    assert figures.share(early, BY_NAME["answered"]) is None, "its last day isn't over"
    whole = computed(Which(MARCH.first, date(2026, 6, 30)), office)
    assert (whole.mean("took"), whole.median("took")) == ((29 + 69 + 89) / 3, 69)


def test_what_comes_back_was_not_settled_at_once() -> None:
    done = (REGISTERED, PASSED, ACCEPTED, replied(10), (20, "close", {}))
    office = [
        *story(1, *done),
        *story(2, *done, (25, "come_again", {})),
        *story(3, *done, (24, "reopen", {"from": "housing", "until": {"pass_on": "2026-04-10"}})),
        *story(4, *done[:4], (12, "ask_review", {"unit": "city", "late": False}),
               (20, "review_opinion", {"outcome": "revoke"}), (29, "close", {})),
    ]  # fmt: skip
    found = computed(MARCH, office)
    assert figures.share(found, BY_NAME["at_once"]) == (1, 4)
    assert figures.share(found, BY_NAME["repeats"]) == (1, 5)
    assert found.group("review.") == {"asked": 1, "revoke": 1}
    assert figures.share(found, BY_NAME["served"]) == (0, 5), "four opinions and a review's"


def test_a_later_correction_moves_every_count_of_the_case() -> None:
    office = story(1, REGISTERED, PASSED)
    moved = [*office, *story(1, (25, "submit", {}))[:0], (1, entry(25, "detail", category="0501"))]
    before, after = computed(MARCH, office), computed(MARCH, moved)
    assert before.counts == after.counts, "what was counted is the same, under another field"
    fields = {
        line.category for line in lines_of(moved) if line.at == moved[-1][1].at and line.n > 0
    }
    assert fields == {"0501"}
    assert sum(line.n for line in lines_of(moved) if line.category == "0205") == 0


def test_the_shares_of_the_office_reports() -> None:
    """Invented cases that must give the rates the reports state: 1,499 of 1,627 listed cases
    resolved (92.13 %), an online share of 66.3 %, a mean of 21 days, 27.3 % of assigned matters."""
    listed = [
        one for n in range(1627)
        for one in story(n, (2, "charge", {"unit": "housing", "assigned": "2026-03-20"}),
                         *([(9, "strike_off", {"late": False})] if n < 1499 else []))
    ]  # fmt: skip
    both = figures.share(computed(MARCH, listed), BY_NAME["resolution"])
    assert both == (1499, 1627)
    assert f"{both[0] / both[1]:.2%}" == "92.13%"
    ways = [
        one for n in range(1000)
        for one in story(n, (1, "submit", {"channel": "web" if n < 663 else "letter",
                                           "received": "2026-03-01", "unit": "city"}))
    ]  # fmt: skip
    assert figures.share(computed(MARCH, ways), BY_NAME["online"]) == (663, 1000)
    took = [
        one for n in range(41) for one in story(n, REGISTERED, PASSED, ACCEPTED, replied(2 + n))
    ]
    mean = computed(Which(MARCH.first, date(2026, 5, 31)), took).mean("took")
    assert mean == sum(range(1, 42)) / 41 == 21
    due = {"unit": "housing", "from": "city", "until": {"assigned": "2026-03-20"}}
    assigned = [
        one for n in range(11)
        for one in story(n, REGISTERED, (3, "assign", due),
                         *([replied(9, "kept", "assigned")] * (n < 3)))
    ]  # fmt: skip
    both = figures.share(computed(MARCH, assigned), BY_NAME["assigned"])
    assert both == (3, 11)
    assert f"{both[0] / both[1]:.1%}" == "27.3%"


def test_visits_by_heads_and_groups_with_their_shares() -> None:
    """Wages 50.1 %, construction 22.1 %, the countryside 8.1 %, the rest: shares sum to one."""
    counts = {"0501": 501, "0201": 221, "0101": 81, "0701": 197}
    entries, n = [], 0
    for field, many in counts.items():
        for _ in range(many):
            n += 1
            entries += story(n, (1, "submit", {"channel": "visit", "received": "2026-03-01",
                                               "unit": "city"}),
                             (1, "register", {"kind": "request", "category": field, "way": "6"}),
                             (1, "detail", {"people": 5 if n % 10 == 0 else 1}))  # fmt: skip
    whole = computed(MARCH, entries)
    parts = {f: computed(Which(MARCH.first, MARCH.last, category=f), entries) for f in counts}
    shares = {f: one.counts["filed"] / whole.counts["filed"] for f, one in parts.items()}
    assert [f"{shares[f]:.1%}" for f in ("0501", "0201", "0101")] == ["50.1%", "22.1%", "8.1%"]
    assert sum(shares.values()) == pytest.approx(1)
    assert (whole.counts["filed"], whole.counts["heads"], whole.counts["joint"]) == (
        1000,
        1400,
        100,
    )


LEVEL = st.sampled_from(["", "satisfied", "fairly", "dissatisfied"])


@given(st.lists(st.tuples(st.integers(1, 31), LEVEL, st.sampled_from(["housing", "labour"]),
                          st.sampled_from(["0205", "0501"]), st.sampled_from(["kept", "late", ""])),
                max_size=30),
       st.integers(1, 30))  # fmt: skip
def test_splitting_a_unit_a_field_or_a_period_changes_no_total(parts: list[Any], cut: int) -> None:
    entries: list[tuple[int, Entry]] = []
    for case, (day, level, unit, field, ended) in enumerate(parts):
        about = {"body": "unit", "unit": unit, "of": 5, "category": field, "rating": case}
        due = (MARCH.first + timedelta(days=day)).isoformat()
        entries += story(
            case,
            (
                1,
                "submit",
                {
                    "channel": "web",
                    "received": "2026-03-01",
                    "unit": unit,
                    "until": {"answer": due},
                },
            ),
            (1, "register", {"kind": "request", "category": field, "way": "6"}),
        )
        if ended:
            entries.append(
                (case, entry(day, "reply", outcome="supported", ended={"answer": ended}))
            )
        entries.append((case, entry(day, "asked", time=0, **about)))
        if level:
            entries.append((case, entry(day, "rate", level=level, was="", contact=False, **about)))
    whole = computed(MARCH, entries)
    middle = MARCH.first + timedelta(days=cut - 1)
    for pieces in (
        [Which(MARCH.first, MARCH.last, (u,)) for u in ("housing", "labour")],
        [Which(MARCH.first, MARCH.last, category=f) for f in ("02", "05")],
        [Which(MARCH.first, middle), Which(middle + timedelta(days=1), MARCH.last)],
    ):
        total = Sums()
        for piece in pieces:
            total = total.plus(computed(piece, entries))
        assert +total.counts == +whole.counts
        assert {k: +v for k, v in total.days.items()} == {k: +v for k, v in whole.days.items()}
    counts = whole.counts
    assert sum(whole.group("unit.level.").values()) == counts["unit.rated"] <= counts["unit.parts"]
    for formula in FORMULAS:
        both = figures.share(whole, formula)
        assert both is None or 0 <= both[0] <= both[1]


@given(st.lists(st.integers(0, 90), min_size=1, max_size=40))
def test_mean_and_median_are_those_of_the_days(values: list[int]) -> None:
    sums = Sums()
    for value in values:
        sums.add("took", value, 1)
    assert sums.mean("took") == pytest.approx(statistics.mean(values))
    assert sums.median("took") == statistics.median(values)


async def test_a_short_year_asks_what_the_plan_says_and_its_figures_add_up() -> None:
    """A short form of `make year`."""
    found = await play(cases=25, days=110, seed=3)
    assert found.asked > found.cases, "each is asked more than once, on the whole"
    assert found.missing == []
    assert found.extra == []
    assert found.most_a_day == 1
    assert found.rated
    assert found.figures_wrong == []
