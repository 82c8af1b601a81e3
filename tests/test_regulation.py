"""The rules as data: an office may shorten a legal limit, never lengthen it."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from samples.texts import SAMPLE_OFFICE

from petitions.errors import BadSetting
from petitions.law.office_file import read_office
from petitions.law.regulation import PROFILES, law, regulation
from petitions.law.regulation.reading import read_regulation
from petitions.printed.table_doc import document

DAY = date(2026, 11, 18)


def office(**limits: str) -> Any:
    return read_office(SAMPLE_OFFICE | {"limits": limits}, "office.toml")


def test_an_office_may_shorten_a_legal_limit() -> None:
    rules = office(pass_on="3d", answer="45d", simple_answer="15wd").law.on(DAY)
    assert str(rules.clocks["pass_on"].length) == "3d"
    assert str(rules.clocks["answer"].length) == "45d"
    assert str(rules.clocks["simple_answer"].length) == "15wd", "no law, so it may be longer"


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("answer", "61d", "bad.limit_longer"),
        ("answer", "40wd", "bad.limit_days"),
        ("object", "6wd", "bad.limit_longer"),
        ("anser", "30d", "bad.limit_unknown"),
        ("assigned", "30d", "bad.limit_unknown"),
        ("answer", "two months", "bad.limit_text"),
    ],
)
def test_what_an_office_may_not_set_is_refused_by_name(name: str, text: str, key: str) -> None:
    with pytest.raises(BadSetting) as refused:
        office(**{name: text})
    assert refused.value.key == key
    assert name in refused.value.sentence("zh")


def test_unknown_rules_are_refused() -> None:
    with pytest.raises(BadSetting) as refused:
        read_office(SAMPLE_OFFICE | {"office": SAMPLE_OFFICE["office"] | {"rules": "mars"}})
    assert "cn-2022" in refused.value.sentence("en")


def test_an_unknown_article_is_refused() -> None:
    path = Path(__file__).parent.parent / "petitions" / "law" / "regulation" / "cn-2022.toml"
    raw = tomllib.loads(path.read_text("utf-8"))
    raw["clock"]["answer"]["article"] = "340"
    with pytest.raises(BadSetting) as refused:
        read_regulation(raw, "x.toml")
    assert "340" in refused.value.sentence("zh")


@pytest.mark.parametrize(
    ("name", "value"),
    [("clock", 5), ("clock", {"answer": {"limit": 60}}), ("id", None), ("ladder", ["x"]),
     ("satisfaction", "often"), ("count", {"x": {"most": float("inf")}}), ("articles", 7)],
)  # fmt: skip
def test_rules_of_another_shape_are_refused(name: str, value: Any) -> None:
    path = Path(__file__).parent.parent / "petitions" / "law" / "regulation" / "cn-2022.toml"
    raw = tomllib.loads(path.read_text("utf-8")) | {name: value}
    if value is None:
        del raw[name]
    with pytest.raises(BadSetting) as refused:
        read_regulation(raw, "x.toml")
    assert "x.toml" in refused.value.sentence("zh")


@pytest.mark.parametrize(
    "office",
    [
        "soon", ["1"], [], [{"at": 0, "to": ["head"]}], [{"at": 1000, "to": ["head"]}],
        [{"at": 1, "to": ["neighbour"]}], [{"at": 1, "to": []}], [{"at": "third", "to": ["head"]}],
    ],
)  # fmt: skip
def test_a_wrong_ladder_is_refused_by_name(office: Any) -> None:
    path = Path(__file__).parent.parent / "petitions" / "law" / "regulation" / "cn-2022.toml"
    raw = tomllib.loads(path.read_text("utf-8"))
    raw["ladder"]["office"] = office
    with pytest.raises(BadSetting) as refused:
        read_regulation(raw, "x.toml")
    assert refused.value.key == "bad.ladder"


def test_nothing_that_is_no_law_is_presented_as_law() -> None:
    for id in PROFILES:
        rules = regulation(id)
        for limit in (*rules.clocks.values(), *rules.limits.values()):
            assert limit.article or not limit.law


def test_another_jurisdiction_needs_no_other_code() -> None:
    town = read_office(SAMPLE_OFFICE | {"office": SAMPLE_OFFICE["office"] | {"rules": "town"}})
    assert town.calendar().id == "weekends"
    assert "rereview" not in town.law.on(DAY).clocks


def test_the_printed_procedure_is_the_table() -> None:
    path = Path(__file__).parent.parent / "docs" / "lifecycle.md"
    assert path.read_text("utf-8") == document(law()), "petition-bot lifecycle > docs/…"
