"""Every path of the procedure in the chat, both sides, with the office's clock moved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from offices.records import case, clocks, today
from people import START, Office, Town, accepted, answered, does, file_petition, opinion, passed
from samples.texts import IMAGINED

from petitions.values.petition import Status


@pytest.fixture
def office(here: Town, channel: str) -> Office:
    return Office(here, channel)


async def test_from_filing_to_the_end_of_the_third_level(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    unit = await answered(office, number, "不予支持")
    assert clocks(here, number) == {}, "sending alone starts nothing"
    assert "还没有记录送达" in await does(unit, number, "结案", "结案")

    await citizen.say("/my")
    await citizen.press("已答复")
    assert "申请复查" in await citizen.press("已收到")
    window = clocks(here, number)["review_ask"]
    assert window.due_on == today(here) + timedelta(days=30)
    await here.pass_time(days=28)
    await citizen.expect("申请复查（复核）的最后一天")
    await citizen.press("查看进展") if "查看进展" in citizen.buttons() else None
    await citizen.say("/my")
    await citizen.press("已答复")
    await citizen.press("申请复查")
    await citizen.say("没有到现场调查。")
    await citizen.press("跳过")
    assert "复查申请已收到" in await citizen.press("提交复查申请")
    assert case(here, number).unit == "city"
    assert clocks(here, number)["review"].due_on == today(here) + timedelta(days=30)

    reviewer = await office.at("city", "clerk")
    await does(reviewer, number, "受理复查", "受理复查")
    await does(reviewer, number, "作出复查意见", "维持", "原意见正确。", "作出复查意见")
    await citizen.expect("作出复查意见：维持")
    await citizen.press("已收到")
    assert "rereview_ask" in clocks(here, number)
    await citizen.press("申请复核")
    await citizen.say("仍然不同意。")
    await citizen.press("跳过")
    assert "复核申请已收到" in await citizen.press("提交复核申请")

    province = await office.at("province")
    await does(province, number, "受理复核", "受理复核")
    day = today(here)
    await does(province, number, "举行听证", day.isoformat(), "省城长安路1号", "举行听证")
    await citizen.expect("举行听证")
    assert clocks(here, number)["rereview"].paused_on == day
    twice = await does(province, number, "举行听证", day.isoformat(), "再一次", "举行听证")
    assert "已经停止计算" in twice
    await province.press("取消")
    await here.pass_time(days=9)
    before = clocks(here, number)["rereview"].due_on
    await does(province, number, "听证结束", today(here).isoformat(), "听证结束")
    # Ten days of hearing, of which the first was the day of the request: it never counted.
    assert clocks(here, number)["rereview"].due_on == before + timedelta(days=9)
    await does(province, number, "作出复核意见", "维持", "三级意见一致。", "作出复核意见")
    await citizen.expect("信访程序到此结束")
    assert case(here, number).status is Status.ENDED
    assert clocks(here, number) == {}
    await citizen.say("/my")
    await citizen.press("复核终结")
    await citizen.expect("复查、复核已经结束")
    kinds = [d.kind for d in here.now(lambda b: b.documents(b.by_number(number).id))]
    assert kinds == ["transfer", "accepted", "opinion", "review_opinion", "rereview_opinion"]


async def test_a_review_that_returns_the_case(here: Town, office: Office, channel: str) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    await answered(office, number)
    await citizen.expect("已答复")
    await citizen.press("已收到")
    await citizen.press("申请复查")
    await citizen.say("没有写依据。")
    await citizen.press("跳过")
    await citizen.press("提交复查申请")
    reviewer = await office.at("city", "clerk")
    await does(reviewer, number, "受理复查", "受理复查")
    await does(reviewer, number, "退回重新办理", "事实不清。", "退回重新办理")
    await citizen.expect("退回云川市住房和城乡建设局重新办理")
    assert case(here, number).unit == "housing"
    assert "answer" in clocks(here, number)


async def test_a_late_review_is_passed_on_and_marked(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    unit = await answered(office, number)
    await citizen.expect("已答复")
    await citizen.press("已收到")
    await here.pass_time(days=45)
    await does(unit, number, "结案", "结案")
    reviewer = await office.at("city", "clerk")
    await citizen.say("/my")
    await citizen.press("已结案")
    await citizen.expect("申请复查的期限已过")
    await citizen.press("申请复查")
    await citizen.say("生病住院，没有赶上。")
    await citizen.press("跳过")
    assert "复查申请已收到" in await citizen.press("提交复查申请")
    await reviewer.expect("已过期限，是否受理由您决定")


async def test_the_unit_objects_three_times(here: Town, office: Office, channel: str) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    supervisor = await office.at("city", "supervisor")
    await passed(office, number)
    clerk, housing = await office.at("city", "clerk"), await office.at("housing")
    labour = await office.at("labour")
    due = clocks(here, number)["notify"].due_on
    await does(housing, number, "提出异议", "云川市人力资源和社会保障局", "是劳动纠纷", "提出异议")
    assert case(here, number).status is Status.OBJECTED
    await clerk.expect("提出异议")
    await does(clerk, number, "不同意异议", "职责在你局", "不同意异议")
    assert clocks(here, number)["notify"].due_on == due, "the time runs on"
    await citizen.say("/my")
    await citizen.press("已转送，待受理")
    card = await citizen.expect("进展：已转送")
    assert "告知是否受理：2026" in card
    assert "异议" not in card, "the unit's own window is no date of the petitioner's"
    await does(housing, number, "提出异议", "云川市人力资源和社会保障局", "仍不是", "提出异议")
    await does(clerk, number, "同意异议", "同意异议")
    assert case(here, number).unit == "labour"
    await does(labour, number, "提出异议", "云川市住房和城乡建设局", "不是劳动关系", "提出异议")
    assert case(here, number).status is Status.COORDINATED
    await supervisor.expect("请协调确定承办单位")
    due = clocks(here, number)["notify"].due_on
    await does(supervisor, number, "确定承办单位", "云川市住房和城乡建设局", "确定承办单位")
    assert case(here, number).unit == "housing"
    assert clocks(here, number)["notify"].due_on == due
    await housing.say(f"/desk {number}")
    assert "提出异议" not in housing.buttons()[-20:]
    assert not any("职责在你局" in t.body for t in await seen(here, citizen, number))


async def seen(here: Town, citizen: Any, number: str) -> list[Any]:
    """The texts a petitioner may read."""
    from petitions.values.person import Audience

    texts = here.now(lambda b: b.texts(b.by_number(number).id))
    return [t for t in texts if t.audience is Audience.EVERYBODY]


async def test_an_objection_after_five_working_days_is_too_late(here: Town, office: Office) -> None:
    number = await file_petition(await here.citizen("web"))
    office.channel = "web"
    await passed(office, number)
    housing = await office.at("housing")
    await here.pass_time(days=14)
    said = await does(
        housing, number, "提出异议", "云川市人力资源和社会保障局", "不是我局", "提出异议"
    )
    assert "5个工作日" in said
    assert case(here, number).status is Status.PASSED


async def test_an_extension_is_approved_by_the_head_and_told(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    unit, head = await accepted(office, number), await office.at("housing", "head")
    deputy = await office.at("housing", "deputy")
    before = clocks(here, number)["answer"].due_on
    assert "最多延长30天" in await does(unit, number, "申请延期", "31", "要鉴定", "申请延期")
    await unit.press("改：延长天数")
    await unit.say("20")
    await unit.press("申请延期")
    assert case(here, number).status is Status.EXTENDING
    await head.expect("申请延期20天")
    assert "负责人在岗" in await does(deputy, number, "批准延期", "同意", "批准延期")
    await deputy.press("取消")
    await does(head, number, "批准延期", "情况属实，同意", "批准延期")
    told = await citizen.expect("办理期限延长")
    assert "要鉴定" in told, "the reason of the unit, which asked"
    assert "情况属实" not in told, "what the head notes in approving it stays in the unit"
    assert clocks(here, number)["answer"].due_on == before + timedelta(days=20)
    await unit.say(f"/desk {number}")
    assert "申请延期" not in unit.buttons()[-20:], "once"
    assert "经批准延长20日" in await citizen.press("为什么是这天")


async def test_the_deputy_approves_while_the_head_is_away(here: Town, office: Office) -> None:
    office.channel = "web"
    number = await file_petition(await here.citizen("web"))
    unit, head = await accepted(office, number), await office.at("housing", "head")
    deputy = await office.at("housing", "deputy")
    await head.say("/desk")
    await head.press("我不在")
    assert "已记下您不在" in await head.press("不指定")
    await does(unit, number, "申请延期", "10", "要鉴定", "申请延期")
    await does(deputy, number, "不批准延期", "理由不足", "不批准延期")
    assert case(here, number).status is Status.ACCEPTED


async def test_what_belongs_elsewhere_is_led_there(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "改：办理途径", "仲裁（第三十一条第二项）", "登记")
    await does(
        clerk, number, "引导到法定程序", "云川市仲裁委，和平路5号", "劳动合同", "引导到法定程序"
    )
    told = await citizen.expect("按其他法定程序解决")
    assert "仲裁委" in told
    assert "劳动合同" in told
    assert clocks(here, number) == {}, "no 60 days on this way"
    soon = (today(here) + timedelta(days=40)).isoformat()
    await does(clerk, number, "记录其他程序期限", soon, "记录其他程序期限")
    assert set(clocks(here, number)) == {"external"}


async def test_a_suggestion_is_studied_and_answered(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    clerk, unit = await office.at("city", "clerk"), await office.at("housing")
    await does(clerk, number, "登记", "改：类别", "建议意见（提想法、提建议）", "登记")
    await does(clerk, number, "转送", "云川市住房和城乡建设局", "转送")
    await does(unit, number, "受理", "受理")
    assert set(clocks(here, number)) == {"suggestion"}
    await does(unit, number, "答复", "已采纳。", "发出答复")
    await citizen.expect("已答复")
    await does(unit, number, "结案", "结案")
    assert case(here, number).status is Status.CLOSED


async def test_the_simple_procedure_and_back(here: Town, office: Office, channel: str) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    clerk, unit = await office.at("city", "clerk"), await office.at("housing")
    await does(clerk, number, "登记", "登记")
    await does(clerk, number, "简易转送", "云川市住房和城乡建设局", "简易转送")
    assert {"simple_accept", "notify"} <= set(clocks(here, number))
    await does(unit, number, "受理", "受理")
    assert set(clocks(here, number)) == {"simple_answer"}
    await unit.say(f"/desk {number}")
    assert "不能作出" in await opinion(unit, "不行。", "不予支持")
    await unit.press("取消")
    started = today(here)
    await here.pass_time(days=3)
    await does(unit, number, "转为普通程序", "情况复杂", "转为普通程序")
    await citizen.expect("改按普通程序办理")
    assert clocks(here, number)["answer"].started_on == started, "from the original acceptance"


async def test_a_case_assigned_with_a_date(here: Town, office: Office, channel: str) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    clerk, unit = await office.at("city", "clerk"), await office.at("housing")
    helper = await office.at("transport")
    await does(clerk, number, "登记", "登记")
    past = (today(here) - timedelta(days=1)).isoformat()
    due = today(here) + timedelta(days=20)
    said = await does(clerk, number, "交办", "云川市住房和城乡建设局", past, "交办")
    assert "已经过了" in said
    await clerk.press("取消")
    await does(clerk, number, "交办", "云川市住房和城乡建设局", due.isoformat(), "交办")
    assert clocks(here, number)["assigned"].due_on == due
    await does(clerk, number, "增加协办单位", "云川市交通运输局", due.isoformat(), "增加协办单位")
    await helper.expect("请协助办理")
    await does(helper, number, "协办意见", "道路已封闭。", "协办意见")
    await unit.expect("交来意见")
    await does(unit, number, "受理", "受理")
    await does(unit, number, "记录调解", "双方同意夜间停工。", "记录调解")
    assert "answer" in clocks(here, number), "mediation doesn't stop the clock"
    await does(unit, number, "列为紧急", "有塌方危险", "列为紧急")
    assert case(here, number).urgent


async def test_handled_again_by_somebody_else(here: Town, office: Office, channel: str) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    supervisor = await office.at("city", "supervisor")
    unit = await answered(office, number)
    await does(supervisor, number, "换人重新办理", "答复与事实不符", "跳过", "跳过",
               "换人重新办理")  # fmt: skip
    await citizen.expect("换人重新办理")
    await unit.say(f"/desk {number}")
    assert "要换人办理" in await unit.press("由我经办")
    other = await here.officer("housing", "handler", channel)
    await other.say(f"/desk {number}")
    assert "现在由您经办" in await other.press("由我经办")


async def test_one_matter_filed_twice_is_merged_without_losing_a_word(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    first = await file_petition(citizen)
    second = await file_petition(citizen, facts="还是那个工地，昨夜又到三点。")
    stranger = await file_petition(await here.citizen(channel))
    clerk = await office.at("city", "clerk")
    assert "同一信访人" in await does(clerk, second, "并入另一件", stranger, "像一件事",
                                    "并入另一件")  # fmt: skip
    await clerk.press("改：另一件")
    await clerk.say(first)
    await clerk.press("并入另一件")
    await citizen.expect("已合并办理")
    assert case(here, second).merged_into == case(here, first).id
    texts = here.now(lambda b: b.texts(b.by_number(second).id))
    assert any("昨夜又到三点" in t.body for t in texts)


async def test_a_mistake_is_corrected_by_a_new_entry(here: Town, office: Office) -> None:
    office.channel = "web"
    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    unit = await accepted(office, number)
    before = here.now(lambda b: b.history(b.by_number(number).id))
    await does(unit, number, "更正记录", "受理日期应为昨天。", "更正记录")
    await citizen.expect("更正了一处记录")
    after = here.now(lambda b: b.history(b.by_number(number).id))
    assert after[: len(before)] == before


async def test_delivery_by_post_starts_the_window_on_its_day(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    unit = await answered(office, number)
    await here.pass_time(days=6)
    day = today(here) - timedelta(days=2)
    early = (today(here) - timedelta(days=20)).isoformat()
    assert "要在" in await does(unit, number, "记录送达", "邮寄送达", early, "记录送达")
    await unit.press("改：日期")
    await unit.say(day.isoformat())
    await unit.press("记录送达")
    await citizen.expect("邮寄送达")
    assert clocks(here, number)["review_ask"].started_on == day


async def test_a_review_by_letter_is_registered(here: Town, office: Office) -> None:
    office.channel = "web"
    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    await answered(office, number)
    clerk = await office.at("city", "clerk")
    await does(
        clerk, number, "登记复查申请", "来信不同意", today(here).isoformat(), "6", "登记复查申请"
    )
    assert case(here, number).status is Status.ANSWERED, "six representatives are too many"
    await clerk.press("改：代表人数")
    await clerk.say("5")
    await clerk.press("登记复查申请")
    assert case(here, number).status is Status.REVIEW_ASKED


async def test_the_second_of_two_officers_is_told_what_changed(here: Town, office: Office) -> None:
    office.channel = "web"
    number = await file_petition(await here.citizen("web"))
    await passed(office, number)
    one, other = await office.at("housing"), await here.officer("housing", "handler", "web")
    await one.say(f"/desk {number}")
    await one.press("受理")
    await does(other, number, "受理", "受理")
    assert "刚才有人办了这件" in await one.press("受理")


async def test_documents_come_as_pdf_with_their_number(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    await answered(office, number)
    await citizen.expect("已答复")
    said = await citizen.press("文书")
    assert "受理告知书" in said
    assert "处理意见书" in said
    assert "转送单" not in said, "the office's own sheet"
    names = await sent_files(citizen)
    assert [n for n in names if n.endswith(".pdf")] == [
        f"6409受告〔{today(here).year}〕1号.pdf",
        f"6409处意〔{today(here).year}〕1号.pdf",
    ]
    unit = await office.at("housing")
    await unit.say(f"/desk {number}")
    assert "转送单" in await unit.press("文书")


async def sent_files(person: Any) -> list[str]:
    """Names of the files a person was sent."""
    if person.channel == "telegram":
        return [m["document"]["file_name"] for m in person.phone.received if "document" in m]
    await person.refresh()
    return [f["name"] for line in person._said() for f in line["files"]]


async def test_a_case_is_reopened_and_the_whole_file_given(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    await does(
        clerk,
        number,
        "不予受理",
        "对复核意见不服，仍以同一事实和理由提出",
        "请看复核意见书。",
        "确认不受理",
    )
    assert case(here, number).status is Status.REFUSED
    papers = here.now(lambda b: b.documents(b.by_number(number).id))
    assert [p.kind for p in papers] == ["not_again"]
    await does(clerk, number, "重新启动", "有新的事实", "重新启动")
    await citizen.expect("重新启动办理")
    assert set(clocks(here, number)) == {"pass_on"}
    await clerk.say(f"/desk {number}")
    await clerk.press("全部材料")
    assert any(name.endswith(".zip") for name in await sent_files(clerk))
    assert not any(name.endswith(".pdf") for name in await sent_files(clerk)), "they are inside"


async def test_a_case_goes_down_the_tree_step_by_step(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    clerk, county = await office.at("city", "clerk"), await office.at("north", "clerk")
    land = await office.at("north-land")
    await does(clerk, number, "登记", "登记")
    await does(clerk, number, "转送", "北川县信访局", "转送")
    await county.expect("已转到本单位")
    await does(county, number, "转送", "北川县自然资源局", "转送")
    assert case(here, number).unit == "north-land"
    await does(
        land,
        number,
        "改办理途径",
        "行政复议、裁决、确认、许可、处罚等行政程序（第三十一条第四项）",
        "改办理途径",
    )
    await does(land, number, "引导到法定程序", "请到县司法局申请复议。", "跳过", "引导到法定程序")
    await citizen.expect("县司法局")
    assert case(here, number).status is Status.LED


async def test_a_review_that_isnt_accepted_leaves_the_next_level(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    await answered(office, number)
    await citizen.expect("已答复")
    await citizen.press("已收到")
    await citizen.press("申请复查")
    await citizen.say("不同意。")
    await citizen.press("跳过")
    await citizen.press("提交复查申请")
    reviewer = await office.at("city", "clerk")
    await does(reviewer, number, "不予受理复查", "超出原来的请求。", "不予受理复查")
    await citizen.expect("对您的复查申请不予受理")
    await citizen.press("已收到")
    clerk = await office.at("city", "clerk")
    await does(
        clerk, number, "登记复核申请", "来信要求复核", today(here).isoformat(), "跳过",
        "登记复核申请",
    )  # fmt: skip
    assert case(here, number).unit == "province"
    province = await office.at("province")
    await does(province, number, "不予受理复核", "超出原来的请求。", "不予受理复核")
    await citizen.expect("对您的复核申请不予受理")
    assert case(here, number).status is Status.CLOSED


async def test_the_administrator_adds_a_list_in_the_chat(
    here: Town, office: Office, channel: str
) -> None:
    citizen = await here.citizen(channel)
    assert "只有管理员" in await citizen.say("/calendar")
    admin = await office.at("city", "administrator")
    assert "还缺：2027" in await admin.say("/calendar")
    await admin.press("录入一年的安排")
    assert "缺少" in await admin.say(IMAGINED.replace("2027-06-09", "2027-07-09"))
    await admin.say(IMAGINED)
    assert "2027年的放假安排已录入" in await admin.press("录入并重算期限")
    assert "2027" in (await admin.say("/calendar")).split("还缺")[0]


async def test_what_isnt_possible_says_what_is(here: Town, office: Office) -> None:
    office.channel = "web"
    number = await file_petition(await here.citizen("web"))
    await passed(office, number)
    unit, other = await office.at("housing"), await here.officer("housing", "handler", "web")
    await unit.say(f"/desk {number}")
    await unit.press("受理")
    await does(other, number, "受理", "受理")
    said = here.now(lambda b: refused(b, here, number))
    assert "现在可以" in said
    assert "答复" in said


def refused(book: Any, here: Town, number: str) -> str:
    from petitions.case import lifecycle
    from petitions.errors import NotPossibleNow
    from petitions.values.person import Actor

    actor = Actor("officer", 1, "housing", "handler")
    try:
        lifecycle.find(book.by_number(number), "accept", actor, here.app.office.on(START))
    except NotPossibleNow as error:
        return error.sentence("zh")
    return ""
