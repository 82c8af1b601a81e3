"""Who must not see a case, as people write it, and what becomes of it."""

from __future__ import annotations

import tomllib

import pytest
from offices.records import case
from people import START, Office, Town, does, everything, file_petition, hidden
from samples.texts import SAMPLE, sample

from petitions.book import Book
from petitions.errors import BadSetting, NotYours
from petitions.law.named import named
from petitions.law.office_file import read_office
from petitions.values.person import Actor
from petitions.verbs.acting import act
from petitions.words import say

BUREAUS = "city north south"

NAMING: dict[str, str] = {
    "住建局冯副局长": "housing",
    "管物业的住建局物业科": "housing",
    "市住房局刘科": "housing",
    "住建局那几个收钱的": "housing",
    "不要转给市住建局处理": "housing",
    "建委主任": "housing",
    "市里的房管部门": "housing",
    "千万别让住建局窗口的小姑娘看见": "housing",
    "北川县信访局的孙局长": "north",
    "北川县信访局": "north",
    "北川信访局接待室": "north",
    "南川县信访局谁都不行": "south",
    "南川信访": "south",
    "我们县信访局一把手": "north south",
    "县级信访局": "north south",
    "市信访局值班的人": "city",
    "云川市信访局马处长": "city",
    "信访局": BUREAUS,
    "你们局信访科": BUREAUS,
    "人社局劳动关系科": "labour",
    "社保局办事员": "labour",
    "劳动监察的人": "labour",
    "劳动局郭局": "labour",
    "市人社系统": "labour",
    "人力资源部门": "labour",
    "市社会保障中心": "labour",
    "仲裁院的仲裁员": "labour",
    "环保局罗科长": "ecology",
    "市环保监测站": "ecology",
    "生态环境局和那家化工厂": "ecology",
    "环保执法人员": "ecology",
    "环境部门的何队": "ecology",
    "环保局下面的监测中心": "ecology",
    "交通局高局长": "transport",
    "市交通运输管理处": "transport",
    "交通局公路科": "transport",
    "出租车管理办公室，交通局的": "transport",
    "路政大队": "transport",
    "公路站": "transport",
    "自然资源局林科长": "north-land",
    "北川国土局征地科": "north-land",
    "县国土所": "north-land",
    "北川县规划部门": "north-land",
    "北川不动产登记大厅": "north-land",
    "县自然资源和规划局的那个主任": "north-land",
    "南川县教育局梁局长": "south-edu",
    "南川教育部门": "south-edu",
    "县教育局招生办": "south-edu",
    "教体局": "south-edu",
    "南川教育系统的领导": "south-edu",
    "纪委宋书记": "discipline",
    "市纪委信访室": "discipline",
    "纪检监察部门的熟人": "discipline",
    "省信访局": "province",
    "省里复核的人": "province",
    "省复查复核办公室": "province",
    "people at the Transport Bureau": "transport",
    "Nanchuan education bureau director": "south-edu",
    "county land bureau": "north-land",
    "Yunchuan Labour Bureau": "labour",
}
"""Sixty ways to name units of the sample office → the units; the forms were not fitted to them."""

NONE = (
    "村里的治保主任",
    "我的包租婆",
    "矿上的老板",
    "中学教导主任",
    "镇卫生院",
    "街道办事处的人",
    "老板的律师",
    "婆婆一家",
    "供电所",
    "南川县住建局",
    "北川县人社局",
    "银行行长",
    "快递公司",
    "学校食堂",
    "法官",
    "律师事务所",
    "社区网格员",
    "物业经理",
    "供水公司",
    "村委会",
    "林场场长",
    "保险公司",
    "工地项目经理",
    "车站的人",
    "生产队长",
    "劳务中介",
    "装修公司",
    "民办幼儿园园长",
    "信用卡中心",
    "my employer",
)
"""Thirty that name none of them."""


def test_units_are_found_as_people_name_them() -> None:
    units = sample().units
    meant = {(text, id) for text, ids in NAMING.items() for id in ids.split()}
    found = {(text, id) for text in NAMING for id in named(text, units).units}
    assert len(NAMING) == 60
    missed = meant - found
    assert len(meant - missed) / len(meant) >= 0.95, missed
    assert len(found - meant) <= 4, found - meant


def test_few_texts_that_name_no_unit_are_taken_for_one() -> None:
    units = sample().units
    wrong = {text: ids for text in NONE if (ids := named(text, units).units)}
    assert len(NONE) == 30
    assert len(wrong) <= 2, wrong


@pytest.mark.parametrize("text", ["住建局周处长", "县信访局王主任", "物业", "环保局和交通局"])
def test_what_is_placed_wholly_is_sure(text: str) -> None:
    assert named(text, sample().units).sure


@pytest.mark.parametrize("text", ["我们村书记", "周处长", "海川县教育局", "建设局张局长和他爱人"])
def test_a_person_post_or_unit_that_cannot_be_placed_is_not_sure(text: str) -> None:
    assert not named(text, sample().units).sure


def test_the_office_file_says_what_else_a_unit_is_called() -> None:
    raw = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    next(u for u in raw["unit"] if u["id"] == "housing")["also"] = ["红房子"]
    assert named("红房子里的人", read_office(raw).units).units == {"housing"}
    raw["unit"][0]["also"] = ["局"]
    with pytest.raises(BadSetting):
        read_office(raw)


@pytest.mark.parametrize(
    ("who", "unit"),
    [("住建局周处长", "云川市住房和城乡建设局"), ("县信访局王主任", "北川县信访局")],
)
async def test_a_case_is_not_passed_on_to_whom_it_is_about(
    here: Town, channel: str, who: str, unit: str
) -> None:
    office = Office(here, channel)
    _, number = await hidden(here, channel, who)
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    text = await does(clerk, number, "转送", unit, "某小区夜间施工扰民。", "转送")
    assert "不能看到这件事" in text, text
    assert case(here, number).unit == "city"
    await clerk.press("取消")
    await does(clerk, number, "转送", "云川市交通运输局", "某小区夜间施工扰民。", "转送")
    assert case(here, number).unit == "transport"


async def test_whom_it_is_about_is_not_asked_to_help(here: Town) -> None:
    office = Office(here, "telegram")
    _, number = await hidden(here, "telegram", "住建局周处长")
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    await does(clerk, number, "转送", "云川市交通运输局", "某小区夜间施工扰民。", "转送")
    text = await does(
        clerk, number, "增加协办单位", "云川市住房和城乡建设局", "2027-12-30", "增加协办单位"
    )
    assert "不能看到这件事" in text, text
    assert not case(here, number).assisting


def confirmations(here: Town, number: str) -> list[str]:
    """What officers said about whom it is not about, as the history keeps it."""
    texts = here.now(lambda b: b.texts(b.by_number(number).id))
    return [t.body for t in texts if t.part == "not_whom"]


async def test_what_cannot_be_placed_is_confirmed_in_words_and_kept(
    here: Town, channel: str
) -> None:
    office = Office(here, channel)
    _, number = await hidden(here, channel, "我们村书记")
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    said = await does(clerk, number, "转送", "云川市交通运输局")
    assert "认不准" in said
    assert case(here, number).unit == "city"
    words = "村书记不在交通局任职，已核对。"
    await clerk.say(words)
    await clerk.say("某小区夜间施工扰民。")
    await clerk.press("转送")
    assert case(here, number).unit == "transport"
    assert confirmations(here, number) == [words]
    assert words in await clerk.say(f"/desk {number}")
    unit = await office.at("transport")
    assert "某小区夜间施工扰民" in await unit.say(f"/desk {number}")
    assert "村书记" not in everything(unit)


async def test_who_may_not_read_it_confirms_nothing(here: Town) -> None:
    """A unit that calls another one has never read who must not see it."""
    office = Office(here, "telegram")
    _, number = await hidden(here, "telegram", "我们村书记")
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    button = say("zh", "choice.not_whom")
    await does(clerk, number, "转送", "云川市交通运输局", button, "某小区夜间施工扰民。", "转送")
    assert confirmations(here, number) == [button]
    petition = case(here, number)
    await office.at("transport")
    desk = here.now(lambda b: next(o for o in b.seated("transport")))
    data = {"unit": "labour", "help_what": "一起看现场", "not_whom": "不是"}

    def call(book: Book) -> None:
        act(book, here.app.office, petition.id, "call_help", Actor.officer(desk), data, START)

    with pytest.raises(NotYours) as refused:
        here.now(call)
    assert refused.value.key == "bad.whom_unsure"
    assert not case(here, number).assisting


async def test_an_accusation_that_speaks_of_the_organ_is_confirmed(here: Town) -> None:
    office = Office(here, "telegram")
    citizen = await here.citizen()
    number = await file_petition(citizen, facts="市纪委的工作人员收了钱。")
    clerk = await office.at("city", "clerk")
    await clerk.say(f"/desk {number}")
    for label in ("登记", "改：类别", "检举控告", "登记"):
        await clerk.press(label)
    said = await does(clerk, number, "转送", "云川市纪检监察信访室")
    assert "认不准" in said, said
    await clerk.press(say("zh", "choice.not_whom"))
    await clerk.press("转送")
    assert case(here, number).unit == "discipline"
    assert len(confirmations(here, number)) == 1
