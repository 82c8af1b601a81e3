"""The papers of the procedure hold what the law asks of each, and go to the person by name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from offices.records import case, clocks, today
from people import START, Office, Town, accepted, answered, does, file_petition, opinion, passed
from samples.texts import SAMPLE_OFFICE

from petitions.case import documents, refusing
from petitions.errors import BadSetting, Unknown
from petitions.law import office_file
from petitions.law.regulation import law
from petitions.law.stationery import Stationery
from petitions.telling import receipts
from petitions.values.channels import Channel
from petitions.values.person import Actor
from petitions.values.petition import Kind, Petition, Status
from petitions.verbs import acting
from petitions.verbs.filing import Receipt
from petitions.words import day, say


@pytest.fixture
def office(here: Town) -> Office:
    return Office(here, "web")


def paper(here: Town, number: str, kind: str, actor: Actor | None = None) -> Any:
    """The newest document of a kind, as its petitioner reads it, or somebody else."""
    found = case(here, number)
    reader = actor or Actor.petitioner(found.person)

    def read(book: Any) -> Any:
        issued = [one for one in book.documents(found.id) if one.kind == kind]
        assert issued, [one.kind for one in book.documents(found.id)]
        return documents.sheet(book, here.app.office, found, issued[-1], reader, "zh")

    return here.now(read)


def words(sheet: Any) -> str:
    return str(sheet.text)


def officer(here: Town, unit: str, role: str = "handler") -> Actor:
    seated = here.now(lambda b: [o for o in b.seated(unit) if o.role == role])
    return Actor.officer(seated[0])


async def test_the_opinion_holds_request_facts_opinion_basis_and_whom_to_ask(
    here: Town, office: Office
) -> None:
    number = await file_petition(await here.citizen("web"))
    await answered(office, number)
    sheet = paper(here, number, "opinion")
    said = words(sheet)
    assert sheet.title == "信访处理意见书"
    for line in (
        "信访人：测试甲", "请求：请让工地夜里停工。", "查明的事实：现场查看，属实。",
        "处理意见：予以支持", "已责令停工", "依据：《噪声污染防治法》",
        "自收到本意见书之日起30日内，向原办理机关、单位的上一级机关、单位云川市信访局请求复查"
        "（《信访工作条例》第三十五条）",
    ):  # fmt: skip
        assert line in said, said


async def test_an_opinion_without_the_facts_found_is_not_sent(here: Town, office: Office) -> None:
    number = await file_petition(await here.citizen("web"))
    unit = await accepted(office, number)
    await unit.say(f"/desk {number}")
    await unit.press("答复")
    await unit.press("予以支持")
    assert "跳过" not in unit.buttons()[-5:]
    assert case(here, number).status is Status.ACCEPTED


async def test_the_notice_of_acceptance_says_received_accepted_way_and_limit(
    here: Town, office: Office
) -> None:
    number = await file_petition(await here.citizen("web"))
    await accepted(office, number)
    said = words(paper(here, number, "accepted"))
    assert "信访人：测试甲" in said
    assert "本机关、单位于2026年11月18日收到" in said
    assert "决定予以受理（《信访工作条例》第二十三条）" in said
    assert "办理途径和程序：按信访程序办理" in said
    assert "（《信访工作条例》第三十一条第六项）" in said
    assert "以前办结并书面答复（《信访工作条例》第三十四条）" in said


async def test_a_suggestion_is_accepted_in_writing_too(here: Town, office: Office) -> None:
    number = await file_petition(await here.citizen("web"))
    clerk, unit = await office.at("city", "clerk"), await office.at("housing")
    await does(clerk, number, "登记", "改：类别", "建议意见（提想法、提建议）", "登记")
    await does(clerk, number, "转送", "云川市住房和城乡建设局", "转送")
    await does(unit, number, "受理", "受理")
    said = words(paper(here, number, "accepted"))
    assert "作为建议意见研究论证，并予以回复" in said
    assert "第三十四条" not in said, "the 60 days aren't law for a suggestion"


async def test_a_refusal_says_why_where_to_go_and_that_other_limits_run(
    here: Town, office: Office
) -> None:
    number = await file_petition(await here.citizen("web"))
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    await does(
        clerk, number, "不予受理", say("zh", "reason.other_organ"), "请到县法院。", "确认不受理"
    )
    said = words(paper(here, number, "refused"))
    assert "决定不予受理" in said
    assert "理由：不属于本机关、单位职权范围" in said
    assert "（《信访工作条例》第二十三条）" in said
    assert "请到县法院。" in said
    assert "不中止、不延长起诉、行政复议、仲裁等法定期限" in said


async def test_a_refused_review_has_a_paper_of_its_own(here: Town, office: Office) -> None:
    citizen = await here.citizen("web")
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
    told = await citizen.expect("不予受理")
    assert "原来的处理意见不变" in told
    sheet = paper(here, number, "review_refused")
    assert sheet.title == "不予受理复查告知书"
    said = words(sheet)
    assert "对您的复查申请不予受理" in said
    assert "超出原来的请求" in said
    assert "原处理意见不因此改变" in said
    assert "不再受理" not in said
    await citizen.say("/my")
    card = await citizen.press(number)
    assert "期限从收到之日起算" not in card, "no window runs from it"
    assert "是否受理复核由它决定" in card
    unit = await office.at("city", "clerk")
    await does(unit, number, "记录送达", "邮寄送达", today(here).isoformat(), "记录送达")
    told = await citizen.expect("不予受理复查告知书")
    assert "是否受理复核由它决定" in told
    assert "以前" not in told, "a date would be that of a right"
    assert "rereview_ask" not in clocks(here, number)
    said = await does(unit, number, "结案", "结案")
    assert "才能结案" in said, "the body above can still be turned to"
    clerk = await office.at("city", "clerk")
    day = today(here).isoformat()
    await does(clerk, number, "登记复核申请", "来信要求", day, "跳过", "登记复核申请")
    province = await office.at("province")
    await does(province, number, "不予受理复核", "超出原来的请求。", "不予受理复核")
    sheet = paper(here, number, "rereview_refused")
    assert sheet.title == "不予受理复核告知书"
    assert "不再受理" not in words(sheet), "the end of art. 36 needs a re-review's opinion"
    await citizen.say("/my")
    await citizen.press(number)
    assert "申请复查" not in citizen.buttons()[-12:], "nothing is left to ask of anybody"
    assert "申请复核" not in citizen.buttons()[-12:]


async def test_a_review_is_offered_against_an_opinion_alone(here: Town, office: Office) -> None:
    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    clerk, unit = await office.at("city", "clerk"), await office.at("housing")
    await does(clerk, number, "登记", "改：类别", "建议意见（提想法、提建议）", "登记")
    await does(clerk, number, "转送", "云川市住房和城乡建设局", "转送")
    await does(unit, number, "受理", "受理")
    await does(unit, number, "答复", "已采纳。", "发出答复")
    await citizen.say("/my")
    card = await citizen.press(number)
    assert "已经答复" in card
    assert "复查" not in card
    assert "申请复查" not in citizen.buttons()[-12:]


async def test_a_card_says_whom_to_ask_and_by_which_article(here: Town, office: Office) -> None:
    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    await answered(office, number)
    await citizen.say("/my")
    card = await citizen.press(number)
    assert "可以向云川市信访局申请复查（《信访工作条例》第三十五条）" in card


async def test_delivery_by_post_names_the_body_above(here: Town, office: Office) -> None:
    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    unit = await answered(office, number)
    await does(unit, number, "记录送达", "邮寄送达", today(here).isoformat(), "记录送达")
    told = await citizen.expect("邮寄送达")
    assert "可以向云川市信访局申请复查" in told
    assert "下一级" not in told


async def test_who_receives_a_refused_review_is_promised_no_date(
    here: Town, office: Office
) -> None:
    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    await answered(office, number)
    await citizen.expect("已答复")
    await citizen.press("已收到")
    await asks_review(citizen)
    reviewer = await office.at("city", "clerk")
    await does(reviewer, number, "不予受理复查", "超出原来的请求。", "不予受理复查")
    await citizen.expect("不予受理")
    said = await citizen.press("已收到")
    assert "申请复核" not in said
    assert clocks(here, number) == {}
    await here.pass_time(days=31)
    await does(reviewer, number, "结案", "结案")
    assert case(here, number).status is Status.CLOSED


async def asks_review(citizen: Any) -> None:
    await citizen.press("申请复查")
    await citizen.say("不同意。")
    await citizen.press("跳过")
    await citizen.press("提交复查申请")


async def test_nobody_is_named_as_their_own_superior(here: Town, office: Office) -> None:
    units = here.app.office.units
    units["city"] = replace(units["city"], parent="")
    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    await answered(office, number)
    await citizen.expect("已答复")
    await citizen.press("已收到")
    await asks_review(citizen)
    reviewer = await office.at("city", "clerk")
    await does(reviewer, number, "受理复查", "受理复查")
    await does(reviewer, number, "作出复查意见", "维持", "原意见依据充分。", "作出复查意见")
    assert "向上一级机关、单位申请复核" in await citizen.expect("作出复查意见")
    await citizen.say("/my")
    assert "向上一级机关、单位申请复核" in await citizen.press(number)
    said = words(paper(here, number, "review_opinion"))
    assert "向复查机关、单位的上一级机关、单位请求复核" in said


async def test_an_officers_copy_has_the_name_once_they_have_opened_it(
    here: Town, office: Office
) -> None:
    number = await file_petition(await here.citizen("web"))
    unit = await accepted(office, number)
    me = officer(here, "housing")
    assert "测试甲" not in words(paper(here, number, "accepted", me))
    await does(unit, number, "查看姓名", "核实身份或联系", "要寄告知书", "查看姓名")
    shown = words(paper(here, number, "accepted", me))
    assert ("测试甲" in shown) == bool(
        [e for e in here.now(lambda b: b.history(b.by_number(number).id))
         if e.action == "open_name"])  # fmt: skip


async def test_a_sheet_of_transfer_names_unit_and_matter(here: Town, office: Office) -> None:
    number = await file_petition(await here.citizen("web"))
    await passed(office, number)
    clerk = await office.at("city", "clerk")
    assert clerk
    said = words(paper(here, number, "transfer", officer(here, "city", "clerk")))
    assert "云川市住房和城乡建设局：" in said
    assert f"现将信访事项 {number} 转送你单位" in said
    assert "（《信访工作条例》第二十二条）" in said
    assert "请求：请让工地夜里停工。" in said
    assert "以前书面告知信访人是否受理" in said
    assert "测试甲" not in said


async def test_an_assigned_case_is_reported_when_it_is_settled_and_no_other(
    here: Town, office: Office
) -> None:
    number = await file_petition(await here.citizen("web"))
    clerk, unit = await office.at("city", "clerk"), await office.at("housing")
    await does(clerk, number, "登记", "登记")
    due = (today(here) + timedelta(days=20)).isoformat()
    await does(clerk, number, "交办", "云川市住房和城乡建设局", due, "交办")
    await does(unit, number, "受理", "受理")
    await unit.say(f"/desk {number}")
    await opinion(unit, "已责令停工。")
    sheet = paper(here, number, "closing", officer(here, "housing"))
    assert sheet.title == "信访事项办结报告"
    assert "云川市信访局：" in words(sheet)
    assert "已责令停工。" in words(sheet)
    other = await file_petition(await here.citizen("web"))
    await answered(office, other)
    kinds = [d.kind for d in here.now(lambda b: b.documents(b.by_number(other).id))]
    assert kinds == ["transfer", "accepted", "opinion"]


async def test_the_reason_of_an_extension_is_the_units(here: Town, office: Office) -> None:
    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    unit, head = await accepted(office, number), await office.at("housing", "head")
    await does(unit, number, "申请延期", "20", "要做噪声鉴定", "申请延期")
    await does(head, number, "批准延期", "跳过", "批准延期")
    said = words(paper(here, number, "extended"))
    assert "要做噪声鉴定" in said
    assert "因情况复杂，经本机关、单位负责人批准" in said


WAY_5 = "由本单位依法履职或者答复（第三十一条第五项）"


async def test_an_objection_promises_no_old_date(here: Town, office: Office) -> None:
    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    assert "单位收到后15日内告诉您是否受理" in await citizen.expect("查询码")
    await passed(office, number)
    unit = await office.at("housing")
    await here.pass_time(days=2)
    await does(unit, number, "提出异议", "云川市人力资源和社会保障局", "劳动纠纷", "提出异议")
    await citizen.say("/my")
    card = await citizen.press(number)
    assert "改由别的单位办的，会告诉您新的日期" in card
    before = clocks(here, number)["notify"].due_on
    await does(await office.at("city", "clerk"), number, "同意异议", "同意异议")
    after = clocks(here, number)["notify"].due_on
    assert after > before, "the other unit's time begins anew"
    assert day("zh", after) in await citizen.expect("已转给云川市人力资源和社会保障局")


# Way 5: the unit itself does its duty or answers


async def test_a_duty_of_the_units_own_is_accepted_worked_and_answered(
    here: Town, office: Office
) -> None:
    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    clerk, unit = await office.at("city", "clerk"), await office.at("housing")
    await does(clerk, number, "登记", f"改：{say('zh', 'label.way')}", WAY_5, "登记")
    await clerk.say(f"/desk {number}")
    assert not any("引导" in b or "导入" in b for b in clerk.buttons()[-20:])
    await does(clerk, number, "转送", "云川市住房和城乡建设局", "转送")
    due = today(here) + timedelta(days=45)
    await does(unit, number, "受理", due.isoformat(), "《噪声污染防治法》某条：两个月", "受理")
    assert case(here, number).status is Status.ACCEPTED
    running = clocks(here, number)
    assert set(running) == {"duty"}, "no 60 days: the law of the matter has limits of its own"
    assert running["duty"].due_on == due
    told = await citizen.expect("依法履行职责或者答复")
    assert "两个月" in told
    said = words(paper(here, number, "accepted"))
    assert "由本机关、单位依法履行职责或者答复（《信访工作条例》第三十一条第五项）" in said
    assert "两个月" in said
    assert "以前办结并书面答复。" in said, "art. 31(5) has no limit: the unit wrote down which law"
    why = await citizen.press("为什么是这天")
    assert "指定" in why
    assert "《信访工作条例》" not in why
    await citizen.say("/my")
    card = await citizen.press(number)
    assert "依法履职或者答复" in card
    assert "第三十一条" not in card, "nor is the date presented as the law's"
    later = due + timedelta(days=10)
    await does(
        unit, number, "记录法定期限", later.isoformat(), "同一条", "要做鉴定", "记录法定期限"
    )
    assert clocks(here, number)["duty"].due_on == later
    await does(
        unit, number, "答复", "已责令停工并处罚。", "《噪声污染防治法》", "跳过", "发出答复书"
    )
    assert case(here, number).status is Status.ANSWERED
    assert clocks(here, number) == {}
    sheet = paper(here, number, "duty_answer")
    assert sheet.title == "依法履职答复书"
    assert "本答复不适用信访复查、复核" in words(sheet)
    await citizen.say("/my")
    await citizen.press(number)
    assert "申请复查" not in citizen.buttons()[-12:]


# Accusations


async def test_an_accusation_is_promised_no_notice_and_no_date(here: Town, office: Office) -> None:
    citizen = await here.citizen("web")
    number = await file_petition(citizen)
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "改：类别", "检举控告（反映有人违纪违法）", "登记")
    await does(clerk, number, "转送", here.app.office.unit_name("discipline", "zh"), "转送")
    told = await citizen.expect("已转给")
    assert "最迟" not in told
    assert "是否受理" not in told
    assert "（《信访工作条例》第三十条）" in told
    await citizen.say("/my")
    card = await citizen.press(number)
    assert "是否受理" not in card
    timeline = await citizen.press("全部进展")
    assert "最迟" not in timeline.split("转给")[-1].split("\n")[0]


# Refusals


def reasons(here: Town, unit: str, status: Status) -> set[str]:
    office = here.app.office.on(here.app.clock.now())
    found = Petition(1, "X", Channel.WEB, status, 1, unit, START, START.date())
    return set(refusing.reasons(office, found, unit))


def test_ways_of_handling_are_no_refusals_and_what_was_passed_on_is_objected_to(
    here: Town,
) -> None:
    assert reasons(here, "city", Status.REGISTERED) == {"other_organ", "under_way", "ended"}
    assert reasons(here, "housing", Status.PASSED) == {"ended"}, "object to it, or accept it"
    assert reasons(here, "north", Status.PASSED) == {"under_way", "ended"}, "a body above others"


async def test_a_forged_reason_that_is_none_refuses_nothing(here: Town, office: Office) -> None:
    number = await file_petition(await here.citizen("web"))
    await passed(office, number)
    await office.at("housing")
    me = officer(here, "housing")
    data = {"reason": "litigation", "where": "法院"}
    with pytest.raises(Unknown):
        here.now(lambda b: acting.act(b, here.app.office, b.by_number(number).id, "refuse", me,
                                      data, here.app.clock.now()))  # fmt: skip
    assert case(here, number).status is Status.PASSED


def test_what_was_refused_for_an_earlier_reason_is_still_read_by_its_name(here: Town) -> None:
    past = [code for code, one in here.app.office.law.editions[-1].refusals.items() if one.past]
    assert past == ["litigation", "arbitration", "party", "administrative"]
    assert all(say("zh", f"reason.{code}") for code in past)


# Numbers


def test_a_number_has_no_noughts_unless_the_office_sets_its_scheme() -> None:
    plain = Stationery().naming("6409", "处意", 2026)
    assert [plain(n) for n in (1, 12)] == ["6409处意〔2026〕1号", "6409处意〔2026〕12号"]
    scheme = office_file.read_office(
        SAMPLE_OFFICE | {"paper": {"number": "云信{mark}〔{year}〕{serial:04}号"}}
    )
    assert scheme.paper.naming("6409", "处意", 2026)(7) == "云信处意〔2026〕0007号"


@pytest.mark.parametrize("number", ["{mark}{serial}号", "{year}{serial}", "{mark}{year}", "{x}", 5])
def test_a_scheme_in_which_two_papers_have_one_number_is_refused_by_name(number: Any) -> None:
    with pytest.raises(BadSetting) as refused:
        office_file.read_office(SAMPLE_OFFICE | {"paper": {"number": number}})
    assert "paper.number" in str(refused.value.values)


def test_an_accusation_has_a_receipt_of_its_own(here: Town) -> None:
    office = here.app.office.on(START)
    filed = Petition(1, "X-1", Channel.WEB, Status.SUBMITTED, 1, "city", START, START.date(),
                     kind=Kind.ACCUSATION)  # fmt: skip
    said = receipts.receipt(office, Receipt(filed, "CODE", START.date()), "zh").text
    assert "检举控告" in said
    assert "有权受理的机关" in said
    assert "是否受理" not in said
    assert "15日" not in said
    assert "60日" not in said


async def test_under_another_profile_nobody_reads_the_national_law(here: Town) -> None:
    object.__setattr__(here.app.office, "law", law("town"))
    citizen, office = await here.citizen("web"), Office(here, "web")
    number = await file_petition(citizen)
    await answered(office, number, "不予支持")
    said = [await citizen.expect("已答复"), await citizen.press("已收到")]
    await citizen.say("/my")
    said += [await citizen.press(number), await citizen.press(say("zh", "button.why"))]
    await citizen.press("申请复查")
    await citizen.say("不同意。")
    await citizen.press("跳过")
    said.append(await citizen.press("提交复查申请"))
    reviewer = await office.at("city", "clerk")
    await does(reviewer, number, "不予受理复查", "超出原来的请求。", "不予受理复查")
    said.append(await citizen.expect("复查申请不予受理"))
    kinds = [d.kind for d in here.now(lambda b: b.documents(b.by_number(number).id))]
    assert {"accepted", "opinion", "review_refused"} <= {*kinds}
    said += [words(paper(here, number, kind)) for kind in kinds if kind != "transfer"]
    lines = citizen.lines.values()
    said += [line["text"] for line in lines]
    for text in said:
        assert not re.search(r"信访工作条例|民法典|第[一二三四五六七八九十百]+条", text), text


async def test_an_explanation_of_a_suggestion_offers_no_review(here: Town, office: Office) -> None:
    for kind, offered in (("建议意见（提想法、提建议）", False), ("", True)):
        citizen = await here.citizen("web")
        number = await file_petition(citizen)
        clerk, unit = await office.at("city", "clerk"), await office.at("housing")
        await does(clerk, number, "登记", *(["改：类别", kind] if kind else []), "登记")
        await does(clerk, number, "转送", "云川市住房和城乡建设局", "转送")
        await does(unit, number, "受理", "受理")
        await unit.say(f"/desk {number}")
        if kind:
            await does(unit, number, "答复", "已采纳。", "发出答复")
        else:
            await opinion(unit, "已责令停工。", "不予支持")
        await office.at("city", "supervisor")
        me = officer(here, "city", "supervisor")
        here.now(lambda b, n=number, me=me: acting.act(
            b, here.app.office, b.by_number(n).id, "explain", me, {"explanation": "说明如下。"},
            here.app.clock.now()))  # fmt: skip
        await here.app.reminders.tick()
        await citizen.expect("作了说明")
        line = next(x for x in citizen._said() if "作了说明" in x["text"])
        assert offered or "复查" not in line["text"]
        labels = [button["text"] for row in line["buttons"] for button in row]
        assert ("申请复查" in labels) == offered
