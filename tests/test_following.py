"""Following a case: the petitioner, the shared phone, the lost one, and who looked."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from people import FILING, Office, Town, accepted, code_in, file_petition, opinion, speak, steps
from samples.pictures import PNG
from sqlalchemy import func, select

from petitions.logged import LogEntry
from petitions.values.codes import read_number
from petitions.words import say
from storage.tables import LOG


async def test_many_cases_are_shown_by_pages(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    numbers = [await file_petition(person) for _ in range(8)]
    first = await person.say("/my")
    assert numbers[-1] in first
    assert numbers[0] not in first
    assert numbers[0] in await person.press("下一页")


async def test_the_card_is_kept_up_to_date_in_place(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person)
    await person.press("查看进展")
    clerk = await here.officer("city", "clerk", channel)
    await clerk.say(f"/desk {number}")
    await steps(clerk, "登记", "登记")
    card = await person.expect("进展：已登记")
    assert number in card
    if channel == "telegram":
        edited = [m for m in person.phone.received if "进展：" in m.get("text", "")]
        assert len(edited) == 1


async def test_an_internal_note_is_never_shown_to_the_petitioner(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person)
    office = Office(here, channel)
    await accepted(office, number)
    clerk = await office.at("city", "clerk")
    await clerk.say(f"/desk {number}")
    await clerk.press("内部记录")
    await clerk.say("只给同事看的话")
    await clerk.press("保存")
    assert "只给同事看的话" in await clerk.press("全部进展")
    await person.say("/my")
    await person.press(number)
    timeline = await person.press("全部进展")
    assert "已受理" in timeline
    assert "只给同事看的话" not in timeline


async def test_who_filed_shuts_out_whoever_used_the_code(here: Town, channel: str) -> None:
    old, new = await here.citizen(channel), await here.citizen(channel)
    await old.say("/new")
    await old.press("同意，开始")
    for part in FILING:
        await old.say(FILING[part])
    await old.press("没有")
    receipt = await old.press("提交")
    number, code = read_number(receipt), code_in(receipt)
    await new.say(f"/track {number}")
    assert "待登记" in await new.say(code.lower().replace("-", " "))
    await old.expect("用编号和查询码打开了")
    shut = await old.press("让其他手机退出")
    assert "已退出" in shut
    assert "还没有提交过" in await new.say("/my")
    await new.say(f"/track {number}")
    assert "编号或查询码不对" in await new.say(code)
    await new.say(f"/track {number}")
    assert "待登记" in await new.say(code_in(shut))


async def test_a_withdrawal_can_be_taken_back_for_seven_days(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await file_petition(person)
    await person.press("查看进展")
    await steps(person, "更多", "撤回", "跳过")
    assert "已撤回" in await person.press("撤回")
    await here.pass_time(days=6)
    assert "照旧" in await person.press("恢复")
    await person.press("更多")
    await steps(person, "撤回", "跳过", "撤回")
    await here.pass_time(days=8)
    assert "超过7天" in await person.press("恢复")


async def test_pressure_is_told_to_the_supervisor_only(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person)
    supervisor = await here.officer("city", "supervisor", channel)
    office = Office(here, channel)
    unit = await accepted(office, number)
    clerk = await office.at("city", "clerk")
    await person.say("/my")
    await person.press(number)
    await steps(person, "更多", "有人给我施压")
    await person.say("有人上门要我撤回")
    await supervisor.expect("有人上门要我撤回")
    for officer in (clerk, unit):
        await officer.say(f"/desk {number}")
        assert "有人上门" not in await officer.press("全部进展")


async def test_a_question_is_answered_in_the_chat(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person)
    unit = await accepted(Office(here, channel), number)
    await person.say("/my")
    await person.press(number)
    await person.press("提问")
    await person.say("什么时候来人看现场？")
    await unit.expect("什么时候来人看现场")
    await unit.press("回答")
    await unit.say("本周五上午。")
    await unit.press("发送")
    await person.expect("本周五上午")


async def test_opening_a_name_needs_a_reason_and_is_shown(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person)
    unit = await accepted(Office(here, channel), number)
    opened = await unit.say(f"/desk {number}")
    assert FILING["name"] not in opened
    assert "138" not in opened
    await unit.press("查看姓名")
    await unit.press("联系信访人")
    await unit.say("要打电话约时间看现场")
    assert FILING["name"] in await unit.press("查看")
    await person.expect("查看了您的姓名")
    await person.say("/privacy")
    looks = await person.press("谁看过我的材料")
    assert "要打电话约时间看现场" in looks
    assert "住房和城乡建设局" in looks


async def test_everything_held_comes_as_one_archive(here: Town) -> None:
    person = await here.citizen()
    number = await file_petition(person)
    await person.say("/privacy")
    await person.press("下载我的资料")
    document = person.phone.last["document"]
    with zipfile.ZipFile(io.BytesIO(here.api.content(document["file_id"]))) as archive:  # type: ignore[union-attr]
        names = archive.namelist()
        held = archive.read(f"cases/{number}/case.json").decode()
    assert "about-me.json" in names
    assert FILING["facts"] in held
    assert FILING["name"] in held


async def set_pin(phone: Any) -> None:
    """So that whoever uses it next isn't taken for its owner."""
    await phone.say("/privacy")
    await phone.press("设密码")
    await phone.say("2468")


async def test_a_shared_phone_keeps_people_apart(here: Town, channel: str) -> None:
    phone = await here.citizen(channel)
    number = await file_petition(phone)
    await phone.say("/privacy")
    await phone.press("换别人用这部手机")
    await phone.press("设密码")
    await phone.say("2468")
    await phone.say("/privacy")
    await phone.press("换别人用这部手机")
    assert number not in await phone.say("/my")
    clerk = await here.officer("city", "clerk", channel)
    await clerk.say(f"/desk {number}")
    await steps(clerk, "登记", "登记")
    await phone.expect("有新消息")


@pytest.mark.parametrize("away", [("换别人用这部手机",), ("退出登录", "是，退出")])
async def test_a_card_is_gone_with_whoever_left_the_phone(
    here: Town, channel: str, away: tuple[str, ...]
) -> None:
    phone = await here.citizen(channel)
    number = await file_petition(phone)
    await set_pin(phone)
    await phone.press("查看进展")
    await phone.say("/privacy")
    await steps(phone, *away)
    clerk = await here.officer("city", "clerk", channel)
    await clerk.say(f"/desk {number}")
    await steps(clerk, "登记", "登记")
    await here.app.reminders.tick()
    if channel == "web":
        await phone.refresh()
        shown = [line["text"] for line in phone._said()]
        assert not any(number in text for text in shown)
    else:
        shown = [m.get("text", "") for m in phone.phone.received]
    assert not any("进展：已登记" in text for text in shown)
    assert [r.state for r in await here.app.ledger.rows() if r.kind == "card" and r.chat] == [
        "cancelled"
    ]


async def test_a_pin_lets_its_owner_back_in(here: Town, channel: str) -> None:
    phone = await here.citizen(channel)
    number = await file_petition(phone)
    await set_pin(phone)
    await phone.say("/privacy")
    await phone.press("退出登录")
    assert "再看要输密码" not in await phone.press("是，退出")
    assert "没有登录" in await phone.say("/my")
    await phone.press("用密码登录")
    assert "密码不对" in await phone.say("1357")
    await phone.press("再试一次")
    assert "欢迎回来" in await phone.say("2468")
    assert number in await phone.say("/my")


async def test_free_text_with_several_cases_is_asked_about(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    first, second = await file_petition(person), await file_petition(person)
    asked = await person.say("昨晚又施工到三点。")
    assert "要做什么" in asked
    await person.press(f"补充到 {first}")
    found = here.now(lambda b: [t.body for t in b.texts(b.by_number(first).id)])
    other = here.now(lambda b: [t.body for t in b.texts(b.by_number(second).id)])
    assert "昨晚又施工到三点。" in found
    assert "昨晚又施工到三点。" not in other


async def test_a_voice_message_is_written_down_and_confirmed(here: Town) -> None:
    person = await here.citizen()
    await person.say("/new")
    await person.press("同意，开始")
    assert "语音已收到" in await speak(person)
    for part in list(FILING)[1:]:
        await person.say(FILING[part])
    await person.press("没有")
    number = read_number(await person.press("提交"))
    clerk = await here.officer("city", "clerk")
    await clerk.say(f"/desk {number}")
    await clerk.press("写下语音")
    await clerk.say("夜里施工，睡不着。")
    await clerk.press("发给信访人核对")
    await person.expect("夜里施工，睡不着")
    assert "谢谢" in await person.press("对")


async def test_a_spoken_name_is_written_down_where_names_are_sealed(here: Town) -> None:
    person = await here.citizen()
    number = await file_petition(person, "name", "contact")
    clerk = await here.officer("city", "clerk")
    await clerk.say(f"/desk {number}")
    await clerk.press("写下语音")
    await clerk.press("姓名")
    await clerk.say("测试乙")
    assert "测试乙" not in await clerk.press("发给信访人核对")
    await person.expect("测试乙")
    await clerk.press("写下语音")
    await clerk.press("联系方式")
    assert "手机号" in await clerk.say("不知道")
    await clerk.say("13800138000")
    await clerk.press("发给信访人核对")
    who, texts = here.now(
        lambda b: (b.identity(b.by_number(number).id), b.texts(b.by_number(number).id))
    )
    assert (who.name, who.contact) == ("测试乙", "+86 138 0013 8000")
    assert not any("测试乙" in t.body for t in texts)


async def test_all_the_news_comes_however_long_nobody_looked(here: Town) -> None:
    person = await here.citizen("web")
    chat = here.now(lambda b: b._db.execute(select(func.max(LOG.c.chat))).scalar_one())
    for number in range(150):
        await here.app.visitors.append(chat, LogEntry("office", f"通知{number}"))
    answer = await person.post("say", {"key": "k" * 16, "text": "/help", "after": 1})
    texts = [line["text"] for line in answer["lines"]]
    assert "通知0" in texts
    assert "通知149" in texts
    assert any("/new" in text for text in texts[-3:]), "the answer itself comes with it"


async def test_an_accusation_may_be_filed_without_a_name(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await person.say("/new")
    await person.press("同意，开始")
    for part in ("facts", "request", "place"):
        await person.say(FILING[part])
    assert "只有检举控告可以不留姓名" in await person.press("检举控告，不留姓名")
    await person.press("是，不留姓名提交")
    await person.press("只在这里联系")
    await person.say("被反映的某局")
    number = read_number(await person.press("提交"))
    petition = here.now(lambda b: b.by_number(number))
    assert petition.unnamed
    assert str(petition.kind) == "accusation"
    clerk = await here.officer("city", "clerk", channel)
    unit = await here.officer("discipline", "handler", channel)
    organ = here.app.office.unit_name("discipline", "zh")
    await clerk.say(f"/desk {number}")
    await steps(clerk, "登记", "登记", "转送", organ, say("zh", "choice.not_whom"))
    await clerk.say("某局有人收钱。")
    await clerk.press("转送")
    assert "被反映的某局" in await clerk.say(f"/desk {number}")
    assert "被反映的某局" not in await unit.say(f"/desk {number}")


async def test_a_late_office_is_told_and_so_is_the_petitioner(here: Town, channel: str) -> None:
    clerk = await here.officer("city", "clerk", channel)
    person = await here.citizen(channel)
    await file_petition(person)
    await here.pass_time(days=16)
    await clerk.expect("转送：2026")
    await here.pass_time(days=4)
    await clerk.expect("已逾期（1）")
    await person.expect("责任在我们")


async def test_danger_is_answered_at_once_and_told_to_the_duty_desk(
    here: Town, channel: str
) -> None:
    clerk = await here.officer("city", "clerk", channel)
    person = await here.citizen(channel)
    await person.say("/new")
    await person.press("同意，开始")
    answer = await person.say("再没人管我就要跳楼了")
    assert "12356" in answer
    assert "您希望得到什么" in answer
    await clerk.expect("可能有危险")
    await clerk.press("回复此人")
    await clerk.say("我们马上联系您，请稍等。")
    await person.expect("我们马上联系您")


async def test_a_refusal_says_why_and_where_to_go(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person)
    clerk = await here.officer("city", "clerk", channel)
    await clerk.say(f"/desk {number}")
    await clerk.press("不予受理")
    await clerk.press("不属于本机关")
    await clerk.say("请到云川市人民法院立案窗口，带身份证和合同。")
    await clerk.press("确认不受理")
    told = await person.expect("没有受理")
    assert "人民法院" in told
    assert "职权范围" in told


async def test_two_officers_at_once_the_second_is_told(here: Town, channel: str) -> None:
    number = await file_petition(await here.citizen(channel))
    one = await here.officer("city", "clerk", channel)
    two = await here.officer("city", "clerk", channel)
    for officer in (one, two):
        await officer.say(f"/desk {number}")
        await officer.press("登记")
    assert "已登记" in await one.press("登记")
    assert "刚才有人办了" in await two.press("登记")


LONG = "经查，工地夜间施工没有许可，已责令停工。" * 30


async def opinion_with_a_file(here: Town, channel: str) -> tuple[Any, Any, str]:
    """An opinion that waits for its last press; gives petitioner, handler and number."""
    person = await here.citizen(channel)
    number = await file_petition(person)
    unit = await accepted(Office(here, channel), number)
    await steps(unit, "答复", "予以支持")
    await unit.say("现场查看，属实。")
    await unit.say(LONG)
    await unit.say("《噪声污染防治法》")
    await unit.press("跳过")
    await unit.send_file(PNG, "photo.png", "image/png")
    return person, unit, number


async def test_an_opinion_outlives_what_was_added_meanwhile(here: Town, channel: str) -> None:
    person, unit, number = await opinion_with_a_file(here, channel)
    await person.say("昨晚又施工到三点。")
    await person.press(f"补充到 {number}" if f"补充到 {number}" in person.buttons() else "补充")
    said = await unit.press("发出意见书")
    assert "您填的都还在" in said
    assert "昨晚又施工到三点" in said
    assert "请核对" in said
    await unit.press("发出意见书")
    case, texts, files = here.now(
        lambda b: (c := b.by_number(number), b.texts(c.id), b.attachments(c.id))
    )
    assert str(case.status) == "answered"
    assert LONG in [t.body for t in texts]
    assert "photo.png" in [f.name for f in files]


async def test_an_opinion_that_came_too_late_is_given_back_whole(here: Town, channel: str) -> None:
    _, unit, number = await opinion_with_a_file(here, channel)
    colleague = await here.officer("housing", "handler", channel)
    await colleague.say(f"/desk {number}")
    await opinion(colleague, "已责令停工。")
    said = await unit.press("发出意见书")
    assert LONG in said
    assert "《噪声污染防治法》" in said
    assert "内部记录" in said
    assert "已经完成" in await unit.press("发出意见书")


async def test_a_session_left_behind_is_ended_by_its_owner(here: Town) -> None:
    left, mine = await here.citizen("web"), await here.citizen("web")
    await left.say("/new")
    await left.press("同意，开始")
    for part in FILING:
        await left.say(FILING[part])
    await left.press("没有")
    receipt = await left.press("提交")
    await left.say("/privacy")
    await left.press("设密码")
    await left.say("2468")
    await mine.say(f"/track {read_number(receipt)}")
    await mine.say(code_in(receipt))
    await steps(mine, "这是我的件", "用密码证明")
    await mine.say("2468")
    await mine.press("更多")
    assert "网页" in await mine.press("哪些手机能看到")
    await mine.press("让其他手机退出")
    assert "还没有提交过" in await left.say("/my")


async def test_leaving_a_phone_empties_the_pages_log(here: Town) -> None:
    person = await here.citizen("web")
    await file_petition(person)
    await person.say("/privacy")
    await person.press("退出登录")
    await person.press("是，退出")
    person.lines.clear()
    await person.refresh()
    shown = "\n".join(line["text"] for line in person.lines.values())
    assert FILING["facts"] not in shown
    assert "查询码：" not in shown
