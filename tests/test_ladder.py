"""The ladder: on which day who is reminded, by data and by the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.office_files import load_office
from petitions.book import Chat, Notice
from petitions.case.notices import DIGEST_HOURS, wanted_at
from petitions.law import ladder
from petitions.law.calendar import Calendar, calendar
from petitions.law.clocks import due, length
from petitions.law.regulation import regulation
from petitions.law.regulation.values import Limit
from petitions.printed.alert_doc import LIMITS, START, document
from petitions.values.petition import Running

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(), timedelta(days=364)).map(lambda after: YEAR + after)
RULES = regulation()
DAYS = calendar("cn")
OFFICE = load_office(None).on(datetime(2026, 11, 18, tzinfo=UTC))


def clock(text: str, start: date) -> Running:
    found = due(start, length(text), DAYS)
    return Running(1, 1, "x", start, found.nominal, rolled_on=found.rolled, length=text)


def test_the_printed_table_is_the_ladder() -> None:
    path = Path(__file__).parent.parent / "docs" / "alerts.md"
    assert path.read_text("utf-8") == document(RULES, DAYS), "petition-bot reminders ladder > …"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("3wd", ["-1", "0"]),
        ("5wd", ["-1", "0"]),
        ("10wd", ["half", "-3", "-1", "0"]),
        ("15d", ["half", "-3", "-1", "0"]),
        ("30d", ["half", "-7", "-3", "-1", "0"]),
        ("60d", ["half", "-7", "-3", "-1", "0"]),
    ],
)
def test_short_limits_have_fewer_rungs(text: str, names: list[str]) -> None:
    every = Calendar("every day", ())  # no rung moves, none meet
    listed = ladder.sample(text, START, RULES.ladder, every, 0)
    assert [a.step for a in listed] == names


@given(
    st.sampled_from(LIMITS),
    st.dates(date(2025, 2, 1), date(2026, 9, 1)),
)
def test_what_any_ladder_keeps(text: str, start: date) -> None:
    one = clock(text, start)
    listed = list(
        takewhile(
            lambda a: not a.step.isdecimal() or int(a.step) <= 12,
            ladder.alerts(one, Limit(length(text), duty="unit"), RULES.ladder, DAYS),
        )
    )
    days = [a.day for a in listed]
    assert days == sorted(set(days)), "one a day, in order"
    assert not any(DAYS.rests(day) for day in days), "only on working days"
    assert all(a.to for a in listed)
    before = [a for a in listed if a.day <= one.due_on]
    assert before[-1].step == "0", "the last day is never left out"
    assert all(a.day > start for a in before if a.step != "0")
    late = [a for a in listed if a.step.isdecimal() and a.step != "0"]
    assert late[0].day == DAYS.after(one.rolled_on or one.due_on, 1)
    assert all(DAYS.after(a.day, 1) == b.day for a, b in pairwise(late))
    assert "petitioner" in late[0].to
    assert not any("petitioner" in a.to for a in late[1:]), "told once, not each day"
    everybody: list[str] = []
    for alert in listed:
        everybody += [side for side in alert.to if side not in everybody]
    assert everybody == ["handler", "head", "supervisor", "petitioner", "leader"]


def test_what_is_missed_is_said_once_as_it_is_now() -> None:
    one, limit = clock("30d", START), Limit(length("30d"), duty="unit")
    for ahead in range(60):
        today = START + timedelta(days=ahead)
        last = ladder.reached(one, limit, RULES.ladder, DAYS, today)
        coming = ladder.upcoming(one, limit, RULES.ladder, DAYS, today)
        assert coming
        assert coming.day > today
        if last:
            assert last.day <= today


def test_rights_are_spoken_of_by_the_nominal_date() -> None:
    one, limit = clock("30d", START), Limit(length("30d"), duty="petitioner")
    found = [(a.step, a.day) for a in ladder.alerts(one, limit, RULES.ladder, DAYS)]
    assert found == [("-7", one.due_on - timedelta(days=7))], "once, while there is time to write"


def test_a_unit_s_own_window_and_another_organ_s_date_are_nobody_s_duty() -> None:
    window = Limit(length("5wd"), duty="unit", window=True)
    assert not list(ladder.alerts(clock("5wd", START), window, RULES.ladder, DAYS))
    outside = replace(clock("5wd", START), clock="external")
    assert not list(ladder.alerts(outside, Limit(None, duty="unit"), RULES.ladder, DAYS))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/Santiago"])
@given(INSTANTS)
def test_the_next_working_moment_is_in_working_hours(zone: str, now: datetime) -> None:
    """Zones with summer time have days of 23 and 25 hours."""
    office = replace(OFFICE, zone=ZoneInfo(zone))
    at = office.at_work(now, DAYS)
    local = at.astimezone(office.zone)
    assert at >= now
    assert not DAYS.rests(local.date())
    assert office.rhythm.opens <= local.time() < office.rhythm.closes
    assert at == now or office.at_work(at, DAYS) == at


@given(
    INSTANTS,
    st.booleans(),
    st.sampled_from([None, *DIGEST_HOURS]),
)
def test_quiet_hours_and_digests(now: datetime, quiet: bool, digest: int | None) -> None:
    chat = Chat(1, "web", "1", quiet=quiet, digest=digest)
    news = Notice(1, "petitioner.passed", 1, "1", "chat:1", now, "planned", 0, {})
    at = wanted_at(chat, news, now, OFFICE.zone)
    hour = at.astimezone(OFFICE.zone).hour
    assert timedelta() <= at - now < timedelta(days=1, hours=1)
    if digest is not None:
        assert (hour, at.minute) == (digest, 0)
    elif quiet:
        assert 7 <= hour < 22
    else:
        assert at == now
    danger = replace(news, kind="duty.danger")
    assert wanted_at(chat, danger, now, OFFICE.zone) == now
