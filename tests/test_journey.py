"""The main job, end to end, on both channels."""

from __future__ import annotations

from people import Town, file_petition
from people.journey import journey


async def test_a_citizen_files_an_officer_answers_the_citizen_reads_it(
    here: Town, channel: str
) -> None:
    await journey(here, channel)


async def test_filing_gives_a_number_and_the_list_shows_it(here: Town, channel: str) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    assert number in await citizen.say("/my")
