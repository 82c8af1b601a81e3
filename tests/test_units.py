"""The tree of units, changed from the chat: in force at once, kept over a restart, never a ring."""

from __future__ import annotations

from pathlib import Path

import pytest
from offices.records import case
from people import Office, Town, does, file_petition, town
from people.staff import add, close, edit

from petitions.errors import BadSetting
from petitions.law.office_file import read_office


async def test_a_new_unit_gets_cases_at_once_and_after_a_restart(
    tmp_path: Path, channel: str
) -> None:
    async with town(tmp_path) as here:
        administrator = await here.officer("city", "administrator", channel)
        assert "马上生效" in await add(administrator, "water", "云川市水务局", "云川市信访局")
        number = await file_petition(await here.citizen(channel))
        clerk = await Office(here, channel).at("city", "clerk")
        await does(clerk, number, "登记", "登记")
        await does(clerk, number, "转送", "云川市水务局", "转送")
        assert case(here, number).unit == "water"
    async with town(tmp_path) as here:
        assert here.app.office.units["water"].parent == "city"


async def test_another_process_learns_of_a_new_unit_though_nobody_talks_to_it(
    tmp_path: Path,
) -> None:
    async with (
        town(tmp_path) as here,
        town(tmp_path, telegram=False, only="reminders") as other,
    ):
        administrator = await here.officer("city", "administrator")
        await add(administrator, "water", "云川市水务局", "云川市信访局")
        await other.app.units.look()
        assert other.app.office.units["water"].parent == "city"


async def test_a_ring_a_taken_name_and_a_bureau_are_refused(here: Town) -> None:
    administrator = await here.officer("city", "administrator")
    await add(administrator, "water", "云川市水务局", "云川市信访局")
    assert "互相是上级" in await edit(administrator, "云川市信访局", "上级", "云川市水务局")
    await administrator.say("/cancel")
    assert here.app.office.units["city"].parent == "province"
    await administrator.say("/staff")
    await administrator.press("单位")
    await administrator.press("新增单位")
    await administrator.press("改：代号")
    assert "已经有单位用了" in await administrator.say("housing")
    assert "1–16个" in await administrator.say("水务")
    await administrator.say("/cancel")


async def test_a_closed_unit_gives_its_cases_back(here: Town) -> None:
    office = Office(here, "telegram")
    administrator = await here.officer("city", "administrator")
    await add(administrator, "water", "云川市水务局", "云川市信访局")
    number = await file_petition(await here.citizen())
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    await does(clerk, number, "转送", "云川市水务局", "转送")
    assert "已停用" in await close(administrator, "云川市水务局")
    assert "water" not in here.app.office.units
    assert "已不在" in await clerk.say(f"/desk {number}")
    await does(clerk, number, "转送", "云川市住房和城乡建设局", "转送")
    assert case(here, number).unit == "housing"


def test_a_ring_in_the_office_file_is_named() -> None:
    raw = {
        "office": {"name": "x", "area": "6409", "bureau": "a"},
        "unit": [
            {"id": "a", "kind": "bureau", "name": "甲", "parent": "b"},
            {"id": "b", "name": "乙", "parent": "a"},
        ],
    }
    with pytest.raises(BadSetting) as refused:
        read_office(raw)
    assert "a → b → a" in refused.value.sentence("zh")
