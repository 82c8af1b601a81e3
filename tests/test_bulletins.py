"""Bulletins: due in office hours, from the history as it was, never changed, small numbers kept
back; with a picture, a table and, for a year, the report of art. 41.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import openpyxl
import pytest
from conftest import ROOT
from people import SHOTS, Office, Town, accepted, does, file_petition, town
from sqlalchemy import text

from petitions.counting import bulletins
from petitions.errors import BadAnswer
from petitions.law import periods
from petitions.law.calendar import calendar
from petitions.law.periods import Period
from petitions.values.person import OFFICE, Audience
from petitions.values.petition import Entry, Status
from storage import journal, publishing

MAKES = True
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("written", "kind", "first", "last"),
    [("2026-10", "month", "2026-10-01", "2026-10-31"), ("2026年2月", "month", "2026-02-01",
      "2026-02-28"), ("2026-Q3", "quarter", "2026-07-01", "2026-09-30"),
     ("２０２５", "year", "2025-01-01", "2025-12-31"), ("2026-W41", "week", "2026-10-05",
      "2026-10-11"), ("2026-10-05", "day", "2026-10-05", "2026-10-05"),
     ("2026-10-05至2026-10-20", "span", "2026-10-05", "2026-10-20"),
     ("2026-01 ~ 2026-02", "span", "2026-01-01", "2026-02-28")],
)  # fmt: skip
def test_periods_as_people_write_them(written: str, kind: str, first: str, last: str) -> None:
    found = periods.read(written, TODAY)
    assert (found.kind, str(found.first), str(found.last)) == (kind, first, last)
    assert periods.read(found.key, TODAY) == found


@pytest.mark.parametrize(
    ("written", "key"),
    [("soon", "bad.period"), ("2026-13", "bad.period"), ("2026-02-30", "bad.period"),
     ("9999", "bad.period"), ("1999", "bad.period"), ("", "bad.period"), ("2026-W54", "bad.period"),
     ("2026-10~2026-09", "bad.period_reversed"), ("2027", "bad.period_future"),
     ("1~2~3", "bad.period"), ("2026-10-" + "1" * 500, "bad.period")],
)  # fmt: skip
def test_a_period_that_is_none_is_named(written: str, key: str) -> None:
    with pytest.raises(BadAnswer) as refused:
        periods.read(written, TODAY)
    assert refused.value.key == key


@pytest.mark.parametrize("kind", ["day", "week", "month", "quarter", "year", "span"])
def test_before_and_after_are_next_to_each_other(kind: str) -> None:
    one = Period("span", date(2024, 2, 20), date(2024, 2, 29)) if kind == "span" else periods.of(
        kind, date(2024, 2, 29))  # fmt: skip
    assert one.after().before() == one
    assert one.before().last + timedelta(days=1) == one.first
    assert one.year_ago().first.year in (2022, 2023)


def test_every_day_is_in_one_daily_bulletin_and_ended_periods_come_once() -> None:
    days = calendar("cn")
    seen: list[Period] = []
    for n in range(400):
        today = date(2025, 12, 1) + timedelta(days=n)
        if not days.rests(today):
            seen += [p for p in bulletins.ended(days, today) if p not in seen]
    daily = [p for p in seen if p.kind == "day"]
    for one, following in pairwise(daily):
        assert following.first == one.last + timedelta(days=1)
    assert len([p for p in seen if p.kind == "year"]) == 3
    assert len([p for p in seen if p.kind == "month"]) == 14


async def taken(here: Town, office: Office) -> str:
    """One more case that is accepted; gives its number."""
    number = await file_petition(await here.citizen(office.channel))
    await accepted(office, number)
    return number


async def october(here: Town) -> Office:
    """Seven cases that are accepted in October, one that nobody passes on."""
    await here.set_clock(datetime(2026, 10, 9, 2, tzinfo=UTC))
    office = Office(here, "telegram")
    for _ in range(7):
        await taken(here, office)
    await file_petition(await here.citizen("telegram"))
    await here.app.reminders.follow()  # a month in which nothing was counted has no bulletin
    return office


async def made(here: Town, kind: str) -> Any:
    return here.now(lambda b: b.bulletins((kind,), 1))[0]


async def test_a_month_is_published_on_the_first_working_morning(here: Town) -> None:
    await october(here)
    supervisor = await here.officer("city", "supervisor")
    leader = await here.officer("city", "leader")
    await here.app.ledger.tidy(here.app.clock.now())
    await here.pass_time(days=26)
    said = await leader.expect("月报 · 2026年10月")
    assert "收到8件" in said
    assert "每个工作日0.44件（18个工作日）" in said, "October with its holidays and make-up days"
    assert "及时受理（信访局）：件数少，不公布" in said, "seven of eight would tell the eighth"
    assert "少于5件的数不公布" in said
    assert "日报" in await supervisor.expect("日报")
    assert not [m for m in leader.phone.received if "日报" in m.get("text", "")]
    month = await made(here, "month")
    assert month.made_at.astimezone(here.app.office.zone).hour == 9
    assert len(month.files) == 2
    content = [await here.app.vault.read(id) for id in month.files]
    assert content[0].startswith(b"\x89PNG")
    (SHOTS / "bulletin.png").write_bytes(content[0])
    book = openpyxl.load_workbook(io.BytesIO(content[1]))
    assert book.sheetnames[:2] == ["比率", "件数"]
    rows = {row[0]: row[1:] for row in book["比率"].iter_rows(values_only=True)}
    assert rows["及时受理（承办单位）"][:3] == (1, 7, 7)
    assert rows["按期答复"][0] == "没有件"
    assert rows["及时受理（信访局）"][0] == "件数少，不公布"
    assert ("收到件", 8) in list(book["件数"].iter_rows(values_only=True))


async def test_what_was_published_follows_from_the_history_and_a_change_is_found(
    here: Town,
) -> None:
    office = await october(here)
    await here.app.ledger.tidy(here.app.clock.now())
    await here.pass_time(days=26)
    clerk = await office.at("city", "clerk")
    number = await file_petition(await here.citizen("telegram"))
    await does(clerk, number, "登记", "登记")
    database, zone = here.app.database, here.app.office.zone
    while database.write_now(journal.count_some, zone, 100):
        pass
    assert database.read_now(journal.check, zone, lambda: None) == []
    assert database.read_now(publishing.check, here.app.office) == []
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE journal SET n = 2 WHERE what = 'filed' AND \"case\" = 1"))
    assert database.read_now(journal.check, zone, lambda: None) == [1]
    wrong = database.read_now(publishing.check, here.app.office)
    assert {found[1][0] for found in wrong} >= {"filed"}, "the published number is no longer true"
    after = 0
    while done := database.write_now(journal.rebuild, zone, after, 3):
        after = done[-1]
    assert database.read_now(journal.check, zone, lambda: None) == []
    assert database.read_now(publishing.check, here.app.office) == []


@pytest.mark.slow
async def test_the_next_bulletin_names_what_became_known_later(here: Town) -> None:
    await here.set_clock(datetime(2026, 9, 9, 2, tzinfo=UTC))
    office = Office(here, "telegram")
    numbers = [await taken(here, office) for _ in range(12)]
    leader = await here.officer("city", "leader")
    await here.app.ledger.tidy(here.app.clock.now())
    await here.pass_time(days=31)
    await leader.expect("月报 · 2026年9月")

    def correct(limit: str, count: int) -> None:
        def work(book: Any) -> None:
            for number in numbers[:count]:
                case = book.by_number(number)
                entry = replace(book.history(case.id)[-1], action="unmerge",
                                at=here.app.clock.now(),
                                facts={"until": {limit: "2026-09-20"}})  # fmt: skip
                book.write(case.id, entry, [])

        here.now(work)

    correct("notify", 6)
    correct("pass_on", 1)
    await here.pass_time(days=26)
    said = await leader.expect("月报 · 2026年10月")
    assert "更正：2026年9月的“及时受理（承办单位）”公布为12/12，按现在的历史是12/18" in said
    assert "“及时受理（信访局）”公布为12/12，后来有少于5件的更正" in said
    assert "12/13" not in said, "one case could be told by the difference"
    correct("assigned", 6)
    await here.pass_time(days=30)
    said = await leader.expect("月报 · 2026年11月")
    assert "更正" not in said, "what was named already isn't named again"
    correct("notify", 12)
    await here.pass_time(days=32)
    said = await leader.expect("月报 · 2026年12月")
    assert "更正：2026年9月的“及时受理（承办单位）”公布为12/12，按现在的历史是12/24" in said
    assert here.app.database.read_now(publishing.check, here.app.office) == []


@pytest.mark.slow
async def test_a_year_is_a_report_on_paper(here: Town) -> None:
    await october(here)
    leader = await here.officer("city", "leader")
    await here.app.ledger.tidy(here.app.clock.now())
    await here.pass_time(days=90)
    said = await leader.expect("年度报告 · 2026年")
    assert "按期答复：0/7（0.00%）" in said, "nobody ever answered: that is 0 %, and not hidden"
    year = await made(here, "year")
    assert len(year.files) == 3
    paper = await here.app.vault.read(year.files[2])
    assert paper.startswith(b"%PDF")
    (SHOTS / "annual.pdf").write_bytes(paper)


async def test_figures_on_demand_go_down_to_the_cases(here: Town, channel: str) -> None:
    await here.set_clock(datetime(2026, 10, 9, 2, tzinfo=UTC))
    office = Office(here, channel)
    number = await taken(here, office)
    await here.pass_time(days=70)
    supervisor = await here.officer("city", "supervisor", channel)
    said = await supervisor.say("/figures 2026-12")
    assert "按期答复：0/1（0.00%）" in said
    await supervisor.press("图和表格")
    await supervisor.press("返回")
    await supervisor.press("怎么算的")
    said = await supervisor.press("按期答复")
    assert "= 期限内答复的 ÷" in said
    assert number in await supervisor.press("看没达到的件")
    assert number in await supervisor.press(number)
    assert "没有件" in await supervisor.say("/figures 2019")
    assert "还没有开始" in await supervisor.say("/figures 2027-06")
    assert "请对调" in await supervisor.say("/figures 2026-10~2026-09")
    assert "没有看懂" in await supervisor.say("/figures 去年")
    await supervisor.say("/figures 2026-12")
    await supervisor.press("选单位")
    assert "云川市生态环境局" in await supervisor.press("云川市生态环境局")
    unit = await office.at("housing")
    said = await unit.say("/figures 2026-12")
    assert "云川市住房和城乡建设局" in said
    assert "0/1" in said
    side = await unit.press("并排看")
    assert "云川市生态环境局" not in side, "a unit reads its own figures"


async def test_what_was_published_is_open_to_everybody(here: Town) -> None:
    base = f"http://127.0.0.1:{here.app.port}"
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{base}/figures") as response:
            assert "还没有公布过数据" in await response.text()
        await october(here)
        await here.app.ledger.tidy(here.app.clock.now())
        await here.pass_time(days=26)
        async with http.get(f"{base}/figures") as response:
            page = await response.text()
            assert response.status == 200
        assert "2026年10月" in page
        assert "7/7（100.00%）" in page
        assert "件数少，不公布" in page
        assert "日报" not in page, "days are for the office"
        async with http.get(f"{base}/figures?period=2026-10&lang=en") as response:
            assert "Accepted in time" in await response.text()
        async with http.get(f"{base}/figures.json") as response:
            held = await response.json()
        assert held["least"] == 5
        numbers = [x["n"] for b in held["bulletins"] for x in b["numbers"]]
        assert None in numbers
        assert not [n for n in numbers if n is not None and 0 < n < 5]
        async with http.get(f"{base}/figures/answered.png") as response:
            assert (await response.read()).startswith(b"\x89PNG")
        for wrong in ("figures/nothing.png", "figures?period=2019", "figures?period=<b>"):
            async with http.get(f"{base}/{wrong}") as response:
                assert response.status == 404


async def test_an_office_that_keeps_its_figures_has_no_such_page(tmp_path: Path) -> None:
    own = tmp_path / "office.toml"
    sample = (ROOT / "bot" / "sample-office.toml").read_text("utf-8")
    own.write_text(sample.replace("open_figures = true", ""), "utf-8")
    async with (
        town(tmp_path, telegram=False, office=own, makes=True) as here,
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{here.app.port}/figures") as response,
    ):
        assert response.status == 404


async def test_a_picture_of_two_hundred_units_says_what_it_leaves_out(tmp_path: Path) -> None:
    own = tmp_path / "office.toml"
    sample = (ROOT / "bot" / "sample-office.toml").read_text("utf-8")
    more = "".join(
        f'[[unit]]\nid = "x{n}"\nkind = "unit"\nparent = "city"\nname = {{ zh = "第{n}单位" }}\n\n'
        for n in range(200)
    )
    place = sample.index("[[staff]]")
    own.write_text(sample[:place] + more + sample[place:], "utf-8")
    async with town(tmp_path, office=own, makes=True) as here:
        await here.set_clock(datetime(2026, 10, 9, 2, tzinfo=UTC))

        def busy(book: Any) -> None:
            facts = {"channel": "web", "received": "2026-10-01", "unit": "city"}
            entry = Entry(0, here.app.clock.now(), OFFICE, "submit", Status.PASSED,
                          Audience.EVERYBODY, facts)  # fmt: skip
            for n in range(200):
                book.write(9000 + n, entry, [])
                book.write(
                    9000 + n,
                    replace(
                        entry,
                        action="pass_on",
                        facts={"unit": f"x{n}", "from": "city", "until": {"notify": "2026-10-05"}},
                    ),
                    [],
                )

        here.now(busy)
        supervisor = await here.officer("city", "supervisor")
        await supervisor.say("/figures 2026-10")
        assert "另有" in await supervisor.press("并排看")
        await supervisor.press("看图")
        picture = [m for m in supervisor.phone.received if m.get("photo")][-1]
        assert picture


async def test_every_button_of_the_narrowest_figures_fits(here: Town) -> None:
    supervisor = await here.officer("city", "supervisor")
    assert "2026年10月5日" in await supervisor.say("/figures 2026-10-05~2026-10-20")
    for choice, value in (("选单位", "云川市住房和城乡建设局"), ("选领域", "农村农业"),
                          ("选类别", "申诉求决"), ("选来源", "信件")):  # fmt: skip
        await supervisor.press(choice)
        assert "2026年10月5日" in await supervisor.press(value)
    await supervisor.press("怎么算的")
    for share in ("联系后改评（信访局）", "联系后改评（承办单位）"):
        assert "÷" in await supervisor.press(share)
        await supervisor.press("怎么算的")
    await supervisor.press("返回")
    for name in ("并排看", "返回", "图和表格", "返回"):
        assert "出了错" not in await supervisor.press(name)


FORGED = [
    "fig:show:2026:-:-:00099", "fig:show:2026:" + "x" * 40, "fig:show:2026:县",
    "fig:show:2026:-:-:-:-:" + "x" * 36, "fig:unit:2026:-:-:-:-:-:" + "9" * 30,
    "fig:show:2000~9998", "fig:limits:9999", "fig:one:2026:-:-:-:-:-:99",
]  # fmt: skip


async def test_forged_figures_are_answered_in_words(here: Town) -> None:
    supervisor = await here.officer("city", "supervisor")
    assert "没有看懂" in await supervisor.say("/figures 2000~9998")
    for data in FORGED:
        said = await supervisor._done(supervisor.phone.forge(data, 1))
        assert said, data
        assert "出了错" not in said, data
