"""Tables as offices really send them: what is in the cells is read, and every row accounted for."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from offices.lived_in import bot
from openpyxl import Workbook
from samples.tables import TODAY, table

from bot import importing
from bot.opening import open_database
from bot.settings import load_settings
from petitions.errors import BadAnswer, BadSetting
from petitions.values import checks

HEAD = ["来源", "收到日期", "姓名", "住址", "电话", "反映内容", "请求", "发生地点"]


def line(name: str, day: object = "2026-03-01", phone: object = "13800138000") -> list[object]:
    return ["信件", day, name, "和平路3号", phone, "夜里施工", "请停工", "和平路"]


def workbook(path: Path, sheets: dict[str, list[list[Any]]], hidden: str = "") -> Path:
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def edited(path: Path, *edits: tuple[str, str]) -> Path:
    """The file with its sheets' XML changed, as other programs write it."""
    with ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with ZipFile(path, "w") as new:
        for name, content in parts.items():
            if name.startswith("xl/worksheets/sheet"):
                text = content.decode()
                for pattern, put in edits:
                    text, count = re.subn(pattern, put, text)
                    assert count, pattern
                content = text.encode()
            new.writestr(name, content)
    return path


def names(found: importing.Checked) -> list[str]:
    return [x.filing.identity.name for x in found.lines]


def in_file(found: importing.Checked) -> int:
    return sum(s.above + s.good + s.bad for s in found.sheets)


@pytest.mark.parametrize("said", ["A1", "A1:B2", "A1:H2", "A1:C3", "A1:XFD1048576", "B2:D3"])
def test_a_sheet_that_says_a_wrong_size_is_read_whole(tmp_path: Path, said: str) -> None:
    rows = [HEAD, line("甲"), line("乙"), line("丙")]
    path = workbook(tmp_path / "x.xlsx", {"表": rows})
    edited(path, (r'<dimension ref="[^"]*"', f'<dimension ref="{said}"'))
    found = importing.checked(path, TODAY)
    assert (names(found), found.problems, in_file(found)) == (["甲", "乙", "丙"], [], 4)
    assert {x.filing.place.body for x in found.lines} == {"和平路"}


def test_rows_and_cells_that_dont_say_where_they_are(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", {"表": [HEAD, line("甲"), line("乙")]})
    edited(path, (r'<(row|c) r="[A-Z]*\d+"', r"<\1"))
    assert names(importing.checked(path, TODAY)) == ["甲", "乙"]


def test_rows_out_of_order_and_far_apart(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", {"表": [HEAD, line("甲"), line("乙")]})
    edited(
        path, (r'(<row r=")3(".*?</row>)', r"\g<1>900000\g<2>"), (r'"([A-H])3"', r'"\g<1>900000"')
    )
    found = importing.checked(path, TODAY)
    assert [(x.row, x.filing.identity.name) for x in found.lines] == [(2, "甲"), (900000, "乙")]


def test_escapes_of_the_file_format_are_no_text(tmp_path: Path) -> None:
    rows = [HEAD, line("甲_x000D_"), line("_x4E59__xD840__xDC00_"), line("丙_x005F_x000D_丁")]
    rows[1][5] = "一_x000D_\n二"
    found = importing.checked(workbook(tmp_path / "x.xlsx", {"表": rows}), TODAY)
    assert names(found) == ["甲", "乙𠀀", "丙_x000D_丁"]
    assert found.lines[0].filing.facts.body == "一\n二"


def test_instructions_first_a_title_above_and_marks_at_the_headings(tmp_path: Path) -> None:
    marked = [
        "* 来源",
        "收到日期（必填）",
        "姓 名",
        "住址：",
        "电话",
        "反映内容",
        "请求\n(必填)",
        "发生地点",
    ]
    rows: list[list[Any]] = [
        ["云川市信访事项登记表"],
        [],
        ["填表人：测试"],
        marked,
        line("甲"),
        line(""),
    ]
    path = workbook(tmp_path / "x.xlsx", {"填写说明": [["请如实填写"], ["谢谢"]], "登记": rows})
    found = importing.checked(path, TODAY)
    assert names(found) == ["甲"]
    assert [(p.row, p.field, p.sheet) for p in found.problems] == [(6, "name", 1)]
    told = [(s.name, s.heading, s.above, s.good, s.bad) for s in found.sheets]
    assert told == [("填写说明", 0, 2, 0, 0), ("登记", 4, 3, 1, 1)]
    assert in_file(found) == 7


def test_headings_below_the_tenth_row_are_not_looked_for(tmp_path: Path) -> None:
    title: list[list[Any]] = [["一"]] * 9
    path = workbook(tmp_path / "a.xlsx", {"表": [*title, HEAD, line("甲")]})
    assert names(importing.checked(path, TODAY)) == ["甲"]
    with pytest.raises(BadAnswer) as refused:
        importing.checked(workbook(tmp_path / "b.xlsx", {"表": [*title, ["十"], HEAD]}), TODAY)
    assert refused.value.key == "bad.headings"


def test_a_missing_heading_is_named_of_the_row_that_comes_nearest(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Any]]] = {
        "说明": [["姓名", "见下"]],
        "表": [["一"], HEAD[:-1], line("甲")],
    }
    with pytest.raises(BadAnswer) as refused:
        importing.checked(workbook(tmp_path / "x.xlsx", sheets), TODAY)
    assert refused.value.values["missing"] == ("地点",)


def test_every_sheet_with_headings_is_read_and_hidden_ones_named(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Any]]] = {
        "一月": [HEAD, line("甲")], "旧": [HEAD, line("别读")],
        "二月": [HEAD, line("乙"), line("丙")],
    }  # fmt: skip
    path = workbook(tmp_path / "x.xlsx", sheets, hidden="旧")
    found = importing.checked(path, TODAY)
    assert names(found) == ["甲", "乙", "丙"]
    assert [(s.name, s.heading, s.above, s.good) for s in found.sheets] == [
        ("一月", 1, 1, 1), ("旧", 0, 2, 0), ("二月", 1, 1, 2)]  # fmt: skip
    only = importing.checked(path, TODAY, ("旧",))
    assert (names(only), in_file(only)) == (["别读"], 7)
    with pytest.raises(BadSetting):
        importing.checked(path, TODAY, ("三月",))


@pytest.mark.parametrize(
    "day",
    ["20260301", 20260301, "２０２６０３０１", 46082, "46082", "46082.0", date(2026, 3, 1),
     "2026年3月1日", datetime(2026, 3, 1, 14, 30), "2026.3.1",  # noqa: DTZ001 (a cell has no zone)
     "2026/03/01 00:00:00"],
)  # fmt: skip
def test_dates_as_offices_write_them(tmp_path: Path, day: object) -> None:
    found = importing.checked(
        workbook(tmp_path / "x.xlsx", {"表": [HEAD, line("甲", day)]}), TODAY)  # fmt: skip
    assert [x.arrival.received_on for x in found.lines] == [date(2026, 3, 1)], found.problems


@pytest.mark.parametrize(
    "phone",
    [13800138000, "13800138000", 13800138000.0, "'13800138000", '="13800138000"', "13800138000.0"],
)
def test_numbers_as_text_and_text_as_numbers(tmp_path: Path, phone: object) -> None:
    found = importing.checked(
        workbook(tmp_path / "x.xlsx", {"表": [HEAD, line("甲", phone=phone)]}), TODAY)  # fmt: skip
    assert [x.filing.identity.contact for x in found.lines] == ["+86 138 0013 8000"], found.problems


def test_a_formula_counts_with_its_value(tmp_path: Path) -> None:
    rows = [HEAD, line("=A9", phone='=IF(A9="","","1")'), line("=B9"), line("#N/A")]
    path = workbook(tmp_path / "x.xlsx", {"表": rows})
    edited(path, (r'(<c r="C2")>(<f>.*?</f>)<v ?/>', r'\1 t="str">\2<v>甲</v>'),
           (r'(<c r="E2")>(<f>.*?</f>)<v ?/>', r'\1 t="str">\2<v></v>'))  # fmt: skip
    found = importing.checked(path, TODAY)
    assert names(found) == ["甲", "=B9"], "one that was never calculated stays text"
    assert found.lines[0].filing.identity.contact == "", "an empty text is empty"
    assert [(p.row, p.error.key) for p in found.problems] == [(4, "bad.error_cell")]


def test_what_isnt_read_of_a_row_is_named(tmp_path: Path) -> None:
    rows = [[*HEAD, "备 注", "空"], [*line("甲"), "急", "", "旁边"]]
    found = importing.checked(workbook(tmp_path / "x.xlsx", {"表": rows}), TODAY)
    assert [s.unread for s in found.sheets] == [("备 注", "K")]


@pytest.mark.parametrize("mark", [",", ";", "\t", "，", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_encoding_and_delimiter(tmp_path: Path, encoding: str, mark: str) -> None:
    rows = [["登记表"], HEAD, line("甲"), line("乙", "20260301", '="13800138000"')]
    text = "".join(mark.join(map(str, row)) + "\r\n" for row in rows)
    found = importing.checked(table(tmp_path, text, encoding), TODAY)
    assert (names(found), in_file(found)) == (["甲", "乙"], 4), found.problems


def test_a_mark_that_says_the_delimiter(tmp_path: Path) -> None:
    text = "sep=;\n" + "".join(";".join(map(str, row)) + "\n" for row in (HEAD, line("甲")))
    assert names(importing.checked(table(tmp_path, text), TODAY)) == ["甲"]


def test_a_comma_without_quotes_is_no_shorter_petition(tmp_path: Path) -> None:
    text = ",".join(HEAD) + "\n" + ",".join(map(str, line("甲"))).replace("夜里", "夜里,") + "\n"
    found = importing.checked(table(tmp_path, text), TODAY)
    assert [(p.row, p.error.key) for p in found.problems] == [(2, "bad.more_cells")]


def test_a_damaged_file_isnt_read_as_another_encoding(tmp_path: Path) -> None:
    rows = (
        "channel,received,name,facts,request,place\nletter,2026-03-01,甲甲,夜里施工,请停,和平路\n"
    )
    (tmp_path / "x.csv").write_bytes(rows.encode().replace("甲".encode(), b"\xe7\x94", 1))
    with pytest.raises(BadSetting) as refused:
        importing.checked(tmp_path / "x.csv", TODAY)
    assert refused.value.values["row"] == 2


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0old", b"  <html><table>", b"PK\x03\x04no"])
def test_other_files_are_told_what_to_do(tmp_path: Path, content: bytes) -> None:
    for name in ("x.xls", "x.csv", "x.xlsx"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadSetting) as refused:
            importing.checked(tmp_path / name, TODAY)
        assert "XLSX" in refused.value.sentence("zh")


def test_a_spreadsheet_is_known_by_its_content(tmp_path: Path) -> None:
    workbook(tmp_path / "x.xlsx", {"表": [HEAD, line("甲")]}).rename(tmp_path / "x.XLS")
    assert names(importing.checked(tmp_path / "x.XLS", TODAY)) == ["甲"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20261120", "2026-11-20"),
        ("2026-11-20", "2026-11-20"),
        ("２０２６１１２０日", "2026-11-20"),
    ],
)
def test_a_date_run_together_is_a_date_wherever_one_is_asked_for(text: str, day: str) -> None:
    assert checks.day(text) == day
    assert checks.since(text.rstrip("日"), date(2026, 12, 1)) == day
    assert checks.since("202611", date(2026, 12, 1)) == "2026-11"


def test_the_command_accounts_for_every_row(tmp_path: Path) -> None:
    open_database(load_settings(data_dir=tmp_path)).close()
    day = (datetime.now(UTC) - timedelta(days=2)).date()
    good = [["登记表"], HEAD, line("甲", f"{day:%Y%m%d}"), line("乙", day)]
    sheets: dict[str, list[list[Any]]] = {"说明": [["请填写"]], "登记": good}
    path = workbook(tmp_path / "x.xlsx", {**sheets, "补": [HEAD, line("丙", day), line("", day)]})
    refused = bot(tmp_path, "import", str(path))
    assert refused.exit_code == 1
    for said in ("工作表“补”：第3行，姓名", "工作表“登记”：表头在第2行；可以登记2行",
                 "工作表“说明”：没有读，里面有1行",
                 "共8行：可以登记3行，有问题1行，不是信访事项的4行"):  # fmt: skip
        assert said in refused.stdout, refused.stdout
    with (tmp_path / "x.problems.csv").open(encoding="utf-8-sig") as file:
        assert [(r["sheet"], r["row"], r["field"]) for r in csv.DictReader(file)] == [
            ("补", "3", "name")
        ]
    workbook(path, {**sheets, "补": [HEAD, line("丙", day)]})
    done = bot(tmp_path, "import", str(path))
    assert done.exit_code == 0, done.output
    assert "已登记3件" in done.stdout
    with (tmp_path / "x.report.csv").open(encoding="utf-8") as file:
        filed = [(r["row"], r["sheet"]) for r in csv.DictReader(file)]
    assert filed == [("3", "登记"), ("4", "登记"), ("2", "补")]
    assert "已登记0件" in bot(tmp_path, "import", str(path)).stdout, (
        "the same file isn't filed twice"
    )
