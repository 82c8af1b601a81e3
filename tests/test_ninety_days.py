"""A short form of `make ninety`: every alert on its day, in hours, to the right person, once."""

from __future__ import annotations

from runs.ninety_days import play


async def test_every_alert_came_on_its_day_to_the_right_person_and_once() -> None:
    found = await play(cases=25, days=45, seed=7)
    assert found.expected > 200
    assert found.missing == []
    assert found.extra == []
    assert found.twice == 0
    assert found.out_of_hours == 0
    assert found.not_zero == 0, "the self-check, each day"
    assert found.most_in_a_morning <= 4, "a list, and at most three pressing ones"
