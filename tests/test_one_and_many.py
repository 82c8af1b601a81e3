"""What people read in English counts as people do."""

from __future__ import annotations

import pytest
from people import Town, file_petition

pytestmark = pytest.mark.once


async def test_one_day_is_one_day_and_two_are_days(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person)
    await person.say("/lang")
    await person.press("English")
    assert "(day 1)" in await person.say(number), "nobody counts from nought"
    await here.pass_time(days=13)
    assert "(2 days left" in await person.say(number)
    await here.pass_time(days=1)
    assert "(1 day left" in await person.say(number)
    await here.pass_time(days=1)
    assert "due today" in await person.say(number)
    await here.pass_time(days=1)
    assert "1 day late" in await person.say(number)
    await here.pass_time(days=1)
    assert "2 days late" in await person.say(number)
