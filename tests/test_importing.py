"""Petitions from a table: every line checked, all filed or none, and going on after a stop."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from offices.template import empty
from rich.console import Console
from samples.tables import HEAD, NOW, OFFICE, TODAY, table

from bot import importing
from petitions.errors import BadAnswer, BadSetting
from petitions.values.person import Identity
from petitions.verbs import bulk
from storage.database import Database, make_engine
from storage.records import Records
from storage.seal import KeyRing

GOOD = "信件,2026-03-01,测试甲,和平路3号,13800138000,夜里施工,请停工,和平路\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_encoding_offices_use(tmp_path: Path, encoding: str) -> None:
    lines, problems, _ = importing.checked(table(tmp_path, HEAD + GOOD, encoding), TODAY)
    assert problems == []
    assert [x.filing.identity.name for x in lines] == ["测试甲"]


def test_a_spreadsheet(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD.strip().split(","))
    day = date(2026, 3, 1)
    sheet.append(["来访", day, "测试乙", "", 13800138000, "=1+1 夜里施工", "请停工", "和平路"])
    book.save(tmp_path / "x.xlsx")
    lines, problems, _ = importing.checked(tmp_path / "x.xlsx", TODAY)
    assert problems == []
    assert lines[0].filing.facts.body == "=1+1 夜里施工", "a formula is what somebody wrote"
    assert str(lines[0].arrival.channel) == "visit"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("飞鸽,2026-03-01,甲,和平路,,夜里施工,请停工,和平路", "channel"),
        ("信件,昨天,甲,和平路,,夜里施工,请停工,和平路", "received"),
        ("信件,2031-01-01,甲,和平路,,夜里施工,请停工,和平路", "received"),
        ("信件,2026-03-01,,和平路,,夜里施工,请停工,和平路", "name"),
        ("信件,2026-03-01,甲,和平路,123,夜里施工,请停工,和平路", "contact"),
        ("信件,2026-03-01,甲,和平路,,,请停工,和平路", "facts"),
        ("信件,2026-03-01,甲", "facts"),
    ],
)
def test_a_line_that_cant_be_is_named(tmp_path: Path, row: str, field: str) -> None:
    lines, problems, _ = importing.checked(table(tmp_path, HEAD + GOOD + row + "\n"), TODAY)
    assert len(lines) == 1
    assert [(p.row, p.field) for p in problems] == [(3, field)]
    assert problems[0].error.sentence("zh")


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00broken\xff", b"", b"a,b\n1,2\n", b'"unclosed\n', bytes(range(256))],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises((BadSetting, BadAnswer)):
        importing.checked(path, TODAY)


def test_a_broken_spreadsheet_and_none_at_all(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK not a zip")
    for name in ("x.xlsx", "none.csv", "none.xlsx"):
        with pytest.raises(BadSetting):
            importing.checked(tmp_path / name, TODAY)


def test_a_spreadsheet_with_a_damaged_sheet_is_refused(tmp_path: Path) -> None:
    """It opens, and breaks at a row."""
    from openpyxl import Workbook

    Workbook().save(tmp_path / "good.xlsx")
    with ZipFile(tmp_path / "good.xlsx") as good, ZipFile(tmp_path / "x.xlsx", "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, content[:200] if "sheet1" in name else content)
    with pytest.raises(BadSetting):
        importing.checked(tmp_path / "x.xlsx", TODAY)


def test_a_heading_twice(tmp_path: Path) -> None:
    with pytest.raises(BadAnswer):
        importing.checked(table(tmp_path, HEAD.strip() + ",姓名\n"), TODAY)


@pytest.fixture
def database(tmp_path: Path) -> Any:
    made = Database(make_engine(empty(tmp_path / "x.sqlite3")), KeyRing.fresh())
    yield made
    made.close()


def count(database: Database) -> int:
    return sum(1 for i in range(1, 1000) if _there(database, i))


def _there(database: Database, id: int) -> bool:
    try:
        database.read_now(lambda c: Records(c, database.ring).petition(id))
    except Exception:
        return False
    return True


def test_filed_once_though_it_was_stopped(tmp_path: Path, database: Database) -> None:
    path = table(tmp_path, HEAD + GOOD * 250)
    found = importing.checked(path, TODAY)
    report, console = tmp_path / "r.csv", Console(quiet=True)
    # It was stopped after the first batch …
    some = found._replace(lines=found.lines[: importing.BATCH])
    assert importing.file_all(database, OFFICE, path, some, report, NOW, console) == 100
    assert count(database) == 100
    # … and goes on, and isn't done twice.
    assert importing.file_all(database, OFFICE, path, found, report, NOW, console) == 150
    assert importing.file_all(database, OFFICE, path, found, report, NOW, console) == 0
    assert count(database) == 250
    with report.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(r["row"]) for r in rows] == list(range(2, 252))
    assert len({r["number"] for r in rows}) == 250
    assert oct(report.stat().st_mode)[-3:] == "600", "query codes are in it"
    found = database.read_now(lambda c: Records(c, database.ring).identity(250))
    assert found == Identity("测试甲", "和平路3号", "+86 138 0013 8000", "")


def test_every_required_field_has_a_heading() -> None:
    assert set(bulk.REQUIRED) <= set(bulk.COLUMNS)
    for names in bulk.COLUMNS.values():
        assert all(name == name.casefold() for name in names)
