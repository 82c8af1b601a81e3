"""The law has dates: an invented amendment comes amid cases, and each step goes by its own."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from offices.records import case
from people import Office, Town, accepted, answered, does, file_petition, passed

from petitions.case import documents
from petitions.errors import BadSetting
from petitions.law.regulation import Law, line, regulation
from petitions.law.regulation.reading import read_regulation
from petitions.values.person import Actor

pytestmark = pytest.mark.once

FILE = Path(__file__).parent.parent / "petitions" / "law" / "regulation" / "cn-2022.toml"
COMES = date(2026, 12, 1)
"""The office of the tests opens on 18 November."""


def amended(**changes: Any) -> dict[str, Any]:
    """The regulation as a parliament might amend it: answers in 45 days, by another article."""
    raw = tomllib.loads(FILE.read_text("utf-8"))
    raw |= {"id": "cn-x", "name": {"zh": "《信访工作条例》（虚构的修订）", "en": "An amendment"},
            "since": COMES, "replaces": "cn-2022", "transition": "step"}  # fmt: skip
    raw["articles"] = [*raw["articles"], "99"]
    raw["clock"]["answer"] |= {"limit": "45d", "article": "99", "extension": "10d"}
    raw["clock"]["review_ask"] |= {"limit": "20d", "article": "99"}
    return raw | changes


def lawful(**changes: Any) -> Law:
    return line("cn-2022", [regulation(), read_regulation(amended(**changes), "x.toml")])


@pytest.fixture
def office(here: Town, channel: str) -> Office:
    object.__setattr__(here.app.office, "law", lawful())
    return Office(here, channel)


def length_of(here: Town, number: str, clock: str) -> str:
    found = here.now(lambda b: b.clocks(b.by_number(number).id))
    return next(c.length for c in found if c.clock == clock)


async def test_a_step_goes_by_the_law_of_the_day_on_which_it_began(
    here: Town, office: Office, channel: str
) -> None:
    person = await here.citizen(channel)
    old = await file_petition(person)
    await accepted(office, old)
    assert length_of(here, old, "answer") == "60d"
    new = await file_petition(person)
    await passed(office, new)
    await here.pass_time(days=14)
    assert here.app.clock.now().date() > COMES
    unit = await office.at("housing")
    await does(unit, new, "受理", "受理")
    assert length_of(here, old, "answer") == "60d", "what runs is left as it began"
    assert length_of(here, new, "answer") == "45d"
    assert "第三十四条" in await unit.say(f"/desk {old}")
    assert "第九十九条" in await unit.say(f"/desk {new}")


async def test_an_extension_is_as_long_as_the_law_of_its_step_allows(
    here: Town, office: Office, channel: str
) -> None:
    person = await here.citizen(channel)
    old = await file_petition(person)
    unit = await accepted(office, old)
    await here.pass_time(days=14)
    assert "最多延长30天" in await does(unit, old, "申请延期", "31", "要鉴定", "申请延期")


async def test_a_paper_names_the_law_of_its_day(here: Town, office: Office, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person)
    await answered(office, number)
    later = await file_petition(person)
    await here.pass_time(days=14)
    await answered(office, later)
    for one, name, days in ((number, "2022年5月1日起施行", "30"), (later, "虚构的修订", "20")):
        await person.say(f"/my {one}")
        issued = here.now(lambda b, n=one: b.documents(b.by_number(n).id))
        kinds = {paper.kind: paper for paper in issued}
        sheet = sheet_of(here, one, kinds["opinion"])
        assert any(name in words for words in sheet.lines), sheet.lines
        assert any(days in words for words in sheet.lines), sheet.lines


def sheet_of(here: Town, number: str, issued: Any) -> Any:
    found = case(here, number)
    actor = Actor.petitioner(found.person)
    return here.now(lambda b: documents.sheet(b, here.app.office, found, issued, actor, "zh"))


def test_a_day_has_one_law_and_the_first_holds_before() -> None:
    law = lawful()
    assert law.on(date(2026, 11, 30)).id == "cn-2022"
    assert law.on(COMES).id == "cn-x"
    assert law.on(date(2000, 1, 1)).id == "cn-2022"
    first, second = law.editions
    assert (law.until(first), law.until(second)) == (COMES, None)


def test_an_offices_shorter_limit_holds_where_the_law_is_longer() -> None:
    law = lawful().shortened({"answer": "50d"}, "office.toml")
    assert [str(one.clocks["answer"].length) for one in law.editions] == ["50d", "45d"]
    with pytest.raises(BadSetting):
        lawful().shortened({"answer": "70d"}, "office.toml")


@pytest.mark.parametrize(
    "changes",
    [{"since": date(2022, 1, 1)}, {"calendar": "weekends"}, {"replaces": "cn-1995"}],
)
def test_an_amendment_that_fits_nothing_is_refused_by_name(changes: dict[str, Any]) -> None:
    with pytest.raises(BadSetting) as refused:
        line("cn-x", [regulation(), read_regulation(amended(**changes), "x.toml")])
    assert refused.value.sentence("zh")


def test_two_amendments_of_one_edition_are_refused_by_name() -> None:
    other = read_regulation(amended(id="cn-y"), "y.toml")
    with pytest.raises(BadSetting) as refused:
        line("cn-2022", [regulation(), read_regulation(amended(), "x.toml"), other])
    assert "cn-x" in refused.value.sentence("zh")
    assert "cn-y" in refused.value.sentence("en")


@pytest.mark.parametrize("changes", [{"transition": "tomorrow"}, {"since": "2026"}])
def test_an_unreadable_transition_or_day_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadSetting) as refused:
        read_regulation(amended(**changes), "x.toml")
    assert "x.toml" in refused.value.sentence("en")
