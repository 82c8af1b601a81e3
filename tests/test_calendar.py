"""Days: the official lists day by day, the vectors of the counting rules, and wrong lists."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.texts import GOOD

from petitions.errors import BadAnswer, BadCalendar
from petitions.law.calendar import calendar, read_list
from petitions.law.clocks import due, explain, length

CN = calendar("cn")
VECTORS = [
    ("2023-10-01", "60d", "2023-11-30", "2023-11-30"),
    ("2026-01-05", "60d", "2026-03-06", "2026-03-06"),
    ("2026-02-02", "15d", "2026-02-17", "2026-02-24"),
    ("2025-12-20", "60d", "2026-02-18", "2026-02-24"),
    ("2026-09-17", "15d", "2026-10-02", "2026-10-08"),
    ("2026-03-20", "15d", "2026-04-04", "2026-04-07"),
    ("2026-03-06", "30d", "2026-04-05", "2026-04-07"),
    ("2026-02-13", "5wd", "2026-02-27", "2026-02-27"),
    ("2026-09-30", "5wd", "2026-10-13", "2026-10-13"),
    ("2026-04-30", "3wd", "2026-05-08", "2026-05-08"),
    ("2026-04-30", "10wd", "2026-05-18", "2026-05-18"),
    ("2026-02-13", "10wd", "2026-03-05", "2026-03-05"),
]


def test_every_day_of_three_years_is_as_the_notices_say() -> None:
    day = date(2024, 1, 1)
    while day.year < 2027:
        assert CN.rests(day) == (not chinese_calendar.is_workday(day)), day
        day += timedelta(days=1)


@pytest.mark.parametrize(("start", "limit", "nominal", "rolled"), VECTORS)
def test_dates_are_counted_as_the_rules_say(
    start: str, limit: str, nominal: str, rolled: str
) -> None:
    found = due(date.fromisoformat(start), length(limit), CN)
    assert (found.nominal.isoformat(), found.rolled.isoformat()) == (nominal, rolled)
    assert found.provisional == (start < "2024")


@given(
    st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(1, 90), st.booleans(),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=2),
)  # fmt: skip
def test_the_explanation_counts_to_the_same_day(
    start: date, days: int, working: bool, stops: list[tuple[int, int]]
) -> None:
    pauses, after = [], start
    for gap, long in stops:
        first = after + timedelta(days=gap + 1)
        after = first + timedelta(days=long)
        pauses.append((first, after))
    limit = length(f"{days}{'wd' if working else 'd'}")
    found = due(start, limit, CN, pauses)
    told = list(explain(start, limit, CN, pauses))
    assert [d.number for d in told if d.number] == list(range(1, days + 1))
    assert next(d.day for d in told if d.number == days) == found.nominal
    assert told[-1].day == found.rolled
    assert not CN.rests(found.rolled)


def test_a_year_without_a_list_is_provisional_and_says_so() -> None:
    assert due(date(2026, 12, 20), length("15d"), CN).provisional
    assert due(date(2026, 12, 28), length("5wd"), CN).provisional
    assert not due(date(2026, 11, 1), length("15d"), CN).provisional
    weekends = calendar("weekends")
    assert not due(date(2030, 12, 28), length("5wd"), weekends).provisional


def test_what_any_list_knows_is_used_and_the_rest_is_provisional() -> None:
    found = due(date(2026, 12, 25), length("5wd"), CN)
    assert (found.nominal, found.provisional) == (date(2027, 1, 4), True)
    assert CN.why(date(2027, 1, 1)) == ("holiday", {"zh": "元旦", "en": "New Year's Day"})
    assert [d.kind for d in explain(date(2026, 12, 25), length("5wd"), CN)][-4:-1] == [
        "holiday", "weekend", "weekend"]  # fmt: skip
    for year in (2017, 2027, 2059):
        rest = [date(year, 1, 1), date(year, 5, 1), *(date(year, 10, n) for n in (1, 2, 3))]
        assert all(map(CN.rests, rest))
        assert not CN.why(date(year, 10, 4))[1], "how long it is, isn't guessed"
    assert due(date(2027, 9, 21), length("10d"), CN).rolled == date(2027, 10, 4)
    assert not calendar("weekends").why(date(2027, 1, 1))[1]


def test_a_list_may_name_days_of_the_years_beside_it() -> None:
    text = GOOD.replace('off = ["2026-01-01", "2026-01-03"]', 'off = ["2025-12-31", "2026-01-03"]')
    text += (
        '[[holiday]]\nname = "元旦"\noff = ["2027-01-02", "2027-01-03"]\nwork = ["2027-01-09"]\n'
    )
    known = CN.with_lists([read_list(CN, text, "x")])
    assert known.why(date(2025, 12, 31))[0] == "holiday", "the later notice counts"
    assert known.why(date(2027, 1, 2))[0] == "holiday"
    assert known.why(date(2027, 1, 9))[0] == "made_up"
    assert not due(date(2026, 12, 25), length("15d"), known).provisional, "9 January is named"
    assert due(date(2026, 12, 25), length("14d"), known).provisional, "8 January isn't"
    assert due(date(2026, 12, 25), length("5wd"), known).provisional, "nor is 4 January"


@pytest.mark.parametrize("text", ["", "15", "0d", "5 weeks", "-3d", "99999d", "wd", "1.5d"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(BadAnswer):
        length(text)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("year = 2026", "year = 2026 2026", "bad.calendar_file"),
        ("year = 2026", "", "bad.calendar_file"),
        ("year = 2026", "year = 1066", "bad.calendar_year"),
        ("2026-05-09", "2026-05-12", "bad.calendar_weekday"),
        ("2026-05-09", "2027-05-08", "bad.calendar_other_year"),
        ("2026-05-09", "2026-05-03", "bad.calendar_double"),
        ('"2026-06-19", "2026-06-21"', '"2026-06-21", "2026-06-19"', "bad.calendar_range"),
        ('"2026-06-19", "2026-06-21"', '"2026-07-03", "2026-07-05"', "bad.calendar_gap"),
        ('"2026-06-19", "2026-06-21"', '"soon"', "bad.calendar_file"),
        ("year = 2026", "year = inf", "bad.calendar_file"),
        ("year = 2026", "year = 2026\ndeep = " + "[" * 3000, "bad.calendar_file"),
        ("name = {", "name = { zh = 5 }\nother = {", "bad.calendar_file"),
        ("name = {", 'name = { en = "Some day" }\nother = {', "bad.calendar_file"),
    ],
)
def test_a_wrong_list_is_named(old: str, new: str, key: str) -> None:
    assert old in GOOD
    with pytest.raises(BadCalendar) as refused:
        read_list(CN, GOOD.replace(old, new, 1), "list.toml")
    assert refused.value.key == key
    for lang in ("zh", "en"):
        assert "list.toml" in refused.value.sentence(lang)


def test_an_imported_list_replaces_the_known_one() -> None:
    moved = GOOD.replace('"2026-06-19", "2026-06-21"', '"2026-06-18", "2026-06-20"')
    changed: Any = calendar("cn", (moved,))
    assert changed.rests(date(2026, 6, 18))
    assert not CN.rests(date(2026, 6, 18))
