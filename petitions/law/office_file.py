"""The office file, read and checked: the office, its units, staff, rhythm."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from petitions.errors import BadSetting
from petitions.law.login import read_login
from petitions.law.regulation import law
from petitions.law.stationery import read_stationery
from petitions.law.units import LONGEST_ID, Office, Rhythm, StaffPlan, Unit, loop_in
from petitions.values.person import Role
from petitions.words import DEFAULT, LANGUAGES


def read_office(raw: dict[str, Any], source: str = "office file") -> Office:
    """The office from its parsed TOML. Raises BadSetting naming the place and the remedy."""
    try:
        return _read_office(raw, source)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadSetting(
            "bad.office_file", source=source, where=repr(error), must="docs/office-file.md"
        ) from None


Wrong = Callable[[str, str], BadSetting]
"""Makes the error for a place in the file, from what it must be."""


def _read_office(raw: dict[str, Any], source: str) -> Office:
    def wrong(where: str, must: str) -> BadSetting:
        return BadSetting("bad.office_file", source=source, where=where, must=must)

    head = raw.get("office")
    if not isinstance(head, dict):
        raise wrong("[office]", "[office]")
    area, dial = _area(head, wrong), _dial(head, wrong)
    zone, languages = _zone(head, wrong), _languages(head, wrong)
    rules = law(str(head.get("rules", "cn-2022")))
    own = raw.get("limits", {})
    if not isinstance(own, dict):
        raise wrong("[limits]", 'pass_on = "10d"')
    rules = rules.shortened(own, source)
    rhythm = _rhythm(raw.get("rhythm", {}), wrong)
    units = _units(raw.get("unit", []), wrong)
    bureau = str(head.get("bureau", ""))
    if bureau not in units or not units[bureau].is_bureau:
        raise wrong("office.bureau", 'id, kind = "bureau"')
    staff = [_staff(entry, i, units, wrong) for i, entry in enumerate(raw.get("staff", []), 1)]
    return Office(
        names=_names(head.get("name"), "office.name", wrong),
        area=area,
        dial=dial,
        zone=zone,
        languages=languages,
        bureau=bureau,
        units=units,
        law=rules,
        staff=tuple(staff),
        rhythm=rhythm,
        filed=dict(units),
        open_figures=_yes_or_no(head.get("open_figures", False), wrong),
        keep_cases=_keeping(raw.get("keeping", {}), wrong),
        login=read_login(raw.get("login", {}), wrong),
        paper=read_stationery(raw.get("paper", {}), rules.papers, units, wrong),
    )


def _names(value: Any, where: str, wrong: Wrong, needed: bool = True) -> dict[str, str]:
    """A name by language; one name alone is the Chinese one. Raises BadSetting."""
    if isinstance(value, str):
        value = {DEFAULT: value}
    if not isinstance(value, dict) or (needed and not value.get(DEFAULT)):
        raise wrong(where, '"…" or { zh = "…", en = "…" }')
    return {str(k): str(v) for k, v in value.items()}


def _area(head: dict[str, Any], wrong: Wrong) -> str:
    area = str(head.get("area", ""))
    if not (area.isascii() and area.isdecimal() and len(area) == 4):
        raise wrong("office.area", "4 digits")
    return area


def _dial(head: dict[str, Any], wrong: Wrong) -> str:
    dial = str(head.get("dial", ""))
    if dial and not re.fullmatch(r"0[1-9][0-9]{1,2}", dial):
        raise wrong("office.dial", '"010", "0952" …')
    return dial


def _zone(head: dict[str, Any], wrong: Wrong) -> ZoneInfo:
    try:
        return ZoneInfo(str(head.get("timezone", "Asia/Shanghai")))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder; a name too long
        raise wrong("office.timezone", "Asia/Shanghai …") from None


def _languages(head: dict[str, Any], wrong: Wrong) -> tuple[str, ...]:
    languages = tuple(head.get("languages", LANGUAGES))
    if not languages or any(lang not in LANGUAGES for lang in languages):
        raise wrong("office.languages", ", ".join(LANGUAGES))
    return languages


def _units(raw: list[dict[str, Any]], wrong: Wrong) -> dict[str, Unit]:
    """The units, each with a parent that there is, none above itself. Raises BadSetting."""
    units: dict[str, Unit] = {}
    for i, entry in enumerate(raw, 1):
        unit = _filed(entry, f"[[unit]] {i}", wrong)
        if unit.id in units:
            raise wrong(f"[[unit]] {i} id", f"{unit.id}: ×1")
        units[unit.id] = unit
    for unit in units.values():
        if unit.parent and unit.parent not in units:
            raise wrong(f"[[unit]] {unit.id} parent", ", ".join(units))
    if loop := loop_in(units):
        raise wrong(f"[[unit]] {loop[0]} parent", f"{' → '.join(loop)} ✗")
    return units


def _filed(entry: dict[str, Any], where: str, wrong: Wrong) -> Unit:
    id = str(entry.get("id", ""))
    if not id or not id.replace("-", "").isalnum() or not id.isascii() or len(id) > LONGEST_ID:
        raise wrong(f"{where} id", "a-z 0-9 -, 1–16")
    kind = entry.get("kind", "unit")
    if kind not in ("bureau", "unit"):
        raise wrong(f"{where} kind", "bureau, unit")
    return Unit(
        id=id,
        kind=kind,
        names=_names(entry.get("name"), f"{where} name", wrong),
        parent=str(entry.get("parent", "")),
        address=_names(entry.get("address", {}), f"{where} address", wrong, needed=False),
        hours=_names(entry.get("hours", {}), f"{where} hours", wrong, needed=False),
        phone=str(entry.get("phone", "")),
        places=tuple(entry.get("places", [])),
        matters=tuple(str(m) for m in entry.get("matters", [])),
        accusations=bool(entry.get("accusations", False)),
        also=_also(entry.get("also", []), f"{where} also", wrong),
    )


def _staff(entry: dict[str, Any], i: int, units: dict[str, Unit], wrong: Wrong) -> StaffPlan:
    if entry.get("unit") not in units:
        raise wrong(f"[[staff]] {i} unit", ", ".join(units))
    try:
        role = Role(entry.get("role", "handler"))
    except ValueError:
        raise wrong(f"[[staff]] {i} role", ", ".join(Role)) from None
    return StaffPlan(entry["unit"], role, str(entry.get("name", "")))


def _also(value: Any, where: str, wrong: Callable[[str, str], BadSetting]) -> tuple[str, ...]:
    """Other names of a unit. Raises BadSetting: a single sign would be found everywhere."""
    if not isinstance(value, list) or any(len(str(name).strip()) < 2 for name in value):
        raise wrong(where, '["…", "…"], 2+')
    return tuple(str(name).strip() for name in value)


def _yes_or_no(value: Any, wrong: Callable[[str, str], BadSetting]) -> bool:
    if not isinstance(value, bool):
        raise wrong("office.open_figures", "true, false")
    return value


def _keeping(raw: Any, wrong: Callable[[str, str], BadSetting]) -> int:
    """For how many years closed cases are kept. Raises BadSetting."""
    if not isinstance(raw, dict) or raw.keys() - {"cases"}:
        raise wrong("[keeping]", "cases = 30")
    years = raw.get("cases", 0)
    if isinstance(years, bool) or not isinstance(years, int) or not 0 <= years <= 100:
        raise wrong("keeping.cases", "0–100")
    return years


def _rhythm(raw: Any, wrong: Callable[[str, str], BadSetting]) -> Rhythm:
    """The office's hours and how it gathers messages. Raises BadSetting."""
    if not isinstance(raw, dict):
        raise wrong("[rhythm]", 'opens = "09:00"')
    given: dict[str, Any] = {}
    for name, value in raw.items():
        where = f"rhythm.{name}"
        if name in ("opens", "closes"):
            try:
                given[name] = time.fromisoformat(str(value))
            except ValueError:
                raise wrong(where, "09:00 …") from None
        elif name in ("gather", "singles", "a_day"):
            if not isinstance(value, int) or not 0 <= value <= 3600:
                raise wrong(where, "0–3600")
            given[name] = value
        elif name == "at_once":
            given[name] = bool(value)
        else:
            raise wrong(where, "opens, closes, gather, singles, a_day, at_once")
    found = Rhythm(**given)
    if found.opens >= found.closes:
        raise wrong("rhythm.closes", f"> {found.opens:%H:%M}")
    return found
