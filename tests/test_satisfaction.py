"""Ratings, what follows from them, follow-ups and visits: journeys with the clock moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from people import Office, Town, accepted, does, file_petition, opinion, passed
from people import answered as given

from petitions.law.clocks import local_day
from petitions.matters import satisfaction
from petitions.values.meeting import Appointment
from petitions.values.petition import Status
from petitions.values.rating import Level, Rating


@dataclass
class Answered:
    """A case that was passed on, answered, and whose answer was received."""

    here: Town
    citizen: Any
    clerk: Any
    unit: Any
    supervisor: Any
    number: str

    @property
    def case(self) -> Any:
        return self.here.now(lambda b: b.by_number(self.number))

    def of(self, what: str) -> list[Any]:
        """What the book holds of the case: `history`, `ratings`, `tasks` …"""
        id = self.case.id
        if what == "tasks":
            return list(self.here.now(lambda b: b.tasks(case=id)))
        return list(self.here.now(lambda b: getattr(b, what)(id)))

    def ratings(self) -> dict[str, Rating]:
        return {r.body: r for r in self.of("ratings")}

    def visits(self) -> list[Appointment]:
        return self.of("appointments")

    async def open(self, officer: Any) -> str:
        return str(await officer.say(f"/desk {self.number}"))

    async def close(self) -> None:
        """The window for a review passes, and the unit closes the case."""
        await self.here.pass_time(days=41)
        await self.open(self.unit)
        await self.unit.press("结案")
        await self.unit.press("结案")
        assert self.case.status is Status.CLOSED


async def answered(
    here: Town, channel: str = "telegram", promise: str = "", dated: bool = True
) -> Answered:
    office = Office(here, channel)
    clerk, unit = await office.at("city", "clerk"), await office.at("housing")
    supervisor = await office.at("city", "supervisor")
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    if promise:
        await accepted(office, number)
        day = local_day(here.app.clock.now(), here.app.office.zone) + timedelta(days=10)
        await does(unit, number, "答复", "予以支持", "属实。", "已责令停工。", "《噪声污染防治法》",
                   promise, str(day) if dated else "跳过", "发出意见书")  # fmt: skip
    else:
        await given(office, number)
    await here.app.reminders.tick()
    await citizen.expect("已责令停工")
    await citizen.press("已收到")
    return Answered(here, citizen, clerk, unit, supervisor, number)


async def asked(case: Answered) -> str:
    """Until the unit's part is asked about."""
    await case.here.pass_time(days=2)
    return str(await case.citizen.expect("办得怎么样，您满意吗"))


async def test_satisfied_by_one_tap(here: Town, channel: str) -> None:
    case = await answered(here, channel)
    said = await asked(case)
    assert case.number in said
    assert "请让工地夜里停工" in said, "what was asked"
    assert "已责令停工" in said, "what was answered"
    shown = case.citizen.buttons()
    assert [b for b in shown if b in ("满意", "基本满意", "不满意")][-3:] == [
        "满意", "基本满意", "不满意",
    ]  # fmt: skip
    text = await case.citizen.press("满意")
    assert "已保存" in text
    assert case.ratings()["unit"].level == "satisfied"
    assert case.ratings()["bureau"].level == "", "the two are apart"
    await here.pass_time(days=20)
    history = case.of("history")
    units = [e for e in history if e.action == "asked" and e.facts["body"] == "unit"]
    assert len(units) == 1, "who has rated isn't asked again"
    bureaus = [e for e in history if e.action == "asked" and e.facts["body"] == "bureau"]
    assert len(bureaus) == 1, "the other part: asked once, then never"
    unit_reads = await case.open(case.unit)
    assert "对云川市住房和城乡建设局：" not in unit_reads
    assert "评价" not in await case.unit.press("全部进展"), "a unit doesn't see a single rating"
    assert "您评价云川市住房和城乡建设局：满意" in await card_timeline(case)


async def card_timeline(case: Answered) -> str:
    await case_card(case)
    return str(await case.citizen.press("全部进展"))


async def test_dissatisfied_taken_up_rehandled_asked_again(here: Town, channel: str) -> None:
    case = await answered(here, channel)
    await asked(case)
    text = await case.citizen.press("不满意")
    assert "可以打电话给您吗" in text
    assert "可以让被评单位知道" in text
    await case.citizen.press("问题没解决")
    await case.citizen.press("可以打电话")
    await case.citizen.press("说几句")
    await case.citizen.say("夜里还在施工。")
    rating = case.ratings()["unit"]
    assert (rating.level, rating.reasons, rating.may_call, rating.unit_may_know) == (
        "dissatisfied", ("not_solved",), True, False,
    )  # fmt: skip
    await here.pass_time(hours=20)
    await case.supervisor.expect("信访人不满意")
    task = await case.supervisor.press("打开任务")
    assert "夜里还在施工" in task
    assert "问题没解决" in task
    await case.supervisor.press("由我负责")
    await here.app.reminders.tick()
    told = await case.citizen.expect("已经在跟进")
    assert "云川市信访局" in told
    assert "告诉您结果" in await case_card(case)
    await case.supervisor.press("换人重新办理")
    await case.supervisor.say("没有解决")
    await case.supervisor.press("跳过")
    await case.supervisor.press("跳过")
    await case.supervisor.press("换人重新办理")
    assert case.case.status is Status.ACCEPTED
    assert not case.of("tasks")
    other = await here.officer("housing", "handler", channel)
    await other.say(f"/desk {case.number}")
    await opinion(other, "再查，已查封工地。")
    await here.app.reminders.tick()
    await case.citizen.expect("已查封工地")
    await case.citizen.press("已收到")
    await here.pass_time(days=3)
    said = await case.citizen.expect("的答复：再查，已查封工地")
    assert "满意吗" in said
    await case.citizen.press("满意")
    levels = [(r.seq, r.level) for r in case.of("ratings")
              if r.body == "unit"]  # fmt: skip
    assert [level for _, level in levels] == ["dissatisfied", "satisfied"], "each answer is rated"


async def case_card(case: Answered) -> str:
    return str(await case.citizen.say(f"/track {case.number}"))


async def test_the_rated_unit_sees_it_only_with_a_yes_and_closes_nothing(here: Town) -> None:
    case = await answered(here)
    await asked(case)
    await case.citizen.press("不满意")
    await case.citizen.press("态度不好")
    assert "不满意" not in await case.open(case.unit)
    await case.citizen.press("可以让单位知道")
    shown = await case.open(case.unit)
    assert "不满意" in shown
    assert "态度不好" in shown
    offered = case.unit.buttons()[-12:]
    assert not {"说明", "由我负责", "引导复查", "换人重新办理"} & set(offered), offered
    for officer in (case.clerk, await here.officer("city", "leader")):
        shown = await case.open(officer)
        assert case.number in shown
        assert "不满意" not in shown, "the unit's rating, for the unit"
    await case.citizen.press("不让单位知道")
    assert "不满意" not in await case.open(case.unit), "a yes can be taken back"


async def test_a_yes_is_for_the_rated_unit_and_not_for_who_reviews_it(here: Town) -> None:
    case = await answered(here)
    await asked(case)
    await case.citizen.press("不满意")
    await case.citizen.press("可以让单位知道")
    await case.citizen.say(f"/track {case.number}")
    await case.citizen.press("申请复查")
    await case.citizen.say("没有查实。")
    await case.citizen.press("跳过")
    await case.citizen.press("提交复查申请")
    shown = await case.open(case.clerk)
    assert case.number in shown
    assert "不满意" not in shown


async def test_what_nobody_takes_up_reaches_the_leaders(here: Town) -> None:
    case = await answered(here, "telegram")
    leader, unit = await here.officer("city", "leader"), case.unit
    await asked(case)
    await case.citizen.press("不满意")
    await here.pass_time(days=30)
    assert case.number in await leader.expect("至今没有人跟进")
    rows = await here.app.ledger.rows(case.case.id)
    told = ("leader.not_taken_up", "leader")
    assert len([n for n in rows if (n.kind, n.to) == told]) == 1, "once"
    assert not case.of("supervisions"), "the rated unit doesn't learn of it"
    assert "不满意" not in await case.open(unit)


async def test_dissatisfied_led_to_review_with_the_form_filled(here: Town, channel: str) -> None:
    case = await answered(here, channel)
    await asked(case)
    await case.citizen.press("不满意")
    await case.citizen.press("说几句")
    await case.citizen.say("没有查实夜间施工的时间。")
    await here.pass_time(hours=20)
    await case.supervisor.expect("信访人不满意")
    await case.supervisor.press("打开任务")
    await case.supervisor.press("引导复查")
    await case.supervisor.press("引导复查")
    await here.app.reminders.tick()
    said = await case.citizen.expect("可以在")
    assert "前申请复查" in said, "the clock is shown"
    await case.citizen.press("申请复查")
    text = await case.citizen.press("跳过")
    assert "没有查实夜间施工的时间" in text, "filled in with what was said"
    await case.citizen.press("提交复查申请")
    assert case.case.status is Status.REVIEW_ASKED


async def test_no_answer_at_all_stays_no_answer(here: Town, channel: str) -> None:
    case = await answered(here, channel)
    await here.pass_time(days=35)
    entries = case.of("history")
    asked_times = [e.facts["time"] for e in entries if e.action == "asked"
                   and e.facts.get("body") == "unit"]  # fmt: skip
    assert asked_times == [0], "nobody is asked the same twice"
    assert case.ratings()["unit"].level == ""
    assert {t.kind for t in case.of("tasks")} <= {"serve"}
    days = [local_day(e.at, here.app.office.zone) for e in entries if e.action == "asked"]
    assert len(days) == len(set(days)), "one question a day"


async def test_a_promise_broken_after_30_days_is_reopened(here: Town, channel: str) -> None:
    case = await answered(here, channel, promise="拆除照明。", dated=False)
    await case.close()
    await here.pass_time(days=34)
    await case.citizen.expect("答应的事，办到了吗")
    await case.citizen.press("没有办到")
    assert case.case.status is Status.CARRYING
    clocks = case.of("clocks")
    assert [c.clock for c in clocks if c.ended_at is None] == ["carry_out"]
    assert "正在落实" in await case_card(case)
    await here.pass_time(hours=20)
    await case.unit.expect("没有办到")
    await case.open(case.unit)
    await case.unit.press("已落实")
    await case.unit.say("工地已拆除照明和设备。")
    await case.unit.press("已落实")
    assert case.case.status is Status.CLOSED
    await here.app.reminders.tick()
    await case.citizen.expect("已经办好")
    await here.pass_time(days=11)
    followed = case.of("follow_ups")
    assert [f.step for f in followed if f.asked_at] == ["30", "check"], (
        "asked again from the new end"
    )


async def test_a_promise_with_a_date_is_asked_about_the_day_after(here: Town) -> None:
    case = await answered(here, promise="十天内拆除照明。")
    promised = case.case.promised_on
    assert promised is not None
    await here.pass_time(days=12)
    followed = case.of("follow_ups")
    assert [(f.step, f.due_on) for f in followed] == [("promise", promised + timedelta(days=1))]
    said = await case.citizen.expect("答应的事，办到了吗")
    assert "十天内拆除照明" in said
    text = await case.citizen.press("办到一部分")
    assert "剩下的部分" in text
    tasks = case.of("tasks")
    assert [t.kind for t in tasks] == ["partly"]
    await here.pass_time(hours=30)
    await case.unit.expect("只办到一部分")


async def test_what_was_not_promised_is_not_asked_about(here: Town) -> None:
    case = await answered(here)
    await case.close()
    await here.pass_time(days=95)
    assert case.of("follow_ups") == []
    assert not [e for e in case.of("history") if "step" in e.facts]


async def test_a_dated_promise_is_not_asked_about_twice_in_a_month(here: Town) -> None:
    case = await answered(here, promise="十天内拆除照明。")
    await here.pass_time(days=12)
    await case.citizen.press("办到了")
    await case.close()
    assert [f.step for f in case.of("follow_ups")] == ["promise", "90"]


async def leave(here: Town, case: Answered) -> None:
    """The petitioner has no chat any more, as somebody who filed by letter."""
    person = case.case.person

    def work(book: Any) -> None:
        for chat in book.chats_of(person):
            book.leave(chat.id, person, here.app.clock.now())

    here.now(work)


async def test_a_letter_filer_is_visited_after_a_booked_yes(here: Town, channel: str) -> None:
    visitor = await here.officer("city", "visitor", channel)
    case = await answered(here, channel, promise="拆除照明。", dated=False)
    await case.close()
    await leave(here, case)
    await here.pass_time(days=33)
    await visitor.expect("信访人没有聊天渠道")
    text = await visitor.press("打开任务")
    assert "同意才去" in text
    await visitor.press("约访")
    await visitor.press("您家里")
    today = local_day(here.app.clock.now(), here.app.office.zone)
    await visitor.say(str(today + timedelta(days=3)))
    await visitor.press("10:00")
    await visitor.press("跳过")
    assert "同意之前不要上门" in await visitor.press("约访")
    await case_of(visitor, case)
    await visitor.press("回访记录")
    assert "上门（已约）" not in visitor.buttons(), "no visit at home without a yes"
    await visitor.say("/cancel")
    await case_of(visitor, case)
    await visitor.press("记录：同意约访")
    await visitor.press("电话")
    await visitor.press("记录：同意约访")
    assert [v.state for v in case.visits()] == ["agreed"]
    await here.pass_time(days=3, hours=3)
    await visitor.expect("明天")
    await case_of(visitor, case)
    await visitor.press("回访记录")
    for answer in ("上门（已约）", "是", "否", "没有办到", "满意", "不满意", "说了没做"):
        await visitor.press(answer)
    await visitor.say("说夜里还在施工")
    text = await visitor.press("回访记录")
    assert "回访记录已保存" in text
    assert [v.state for v in case.visits()] == ["done"]
    assert case.case.status is Status.CARRYING, "a promise not kept is carried out"
    kinds = {t.kind for t in case.of("tasks")}
    assert "take_up" in kinds, "and somebody looks into it"
    record = next(e for e in case.of("history")
                  if e.action == "visit_record")  # fmt: skip
    assert record.facts["asked_how"] == "home"
    assert (record.facts["had_notice"], record.facts["had_opinion"]) == ("yes", "no")


async def case_of(officer: Any, case: Answered) -> str:
    return str(await officer.say(f"/desk {case.number}"))


async def test_a_visit_refused_and_a_yes_withdrawn(here: Town, channel: str) -> None:
    visitor = await here.officer("city", "visitor", channel)
    case = await answered(here, channel)
    await case.close()

    async def propose() -> None:
        await here.app.reminders.tick()
        await case_of(visitor, case)
        await visitor.press("约访")
        await visitor.press("您家里")
        today = local_day(here.app.clock.now(), here.app.office.zone)
        await visitor.say(str(today + timedelta(days=2)))
        await visitor.press("14:00")
        await visitor.press("跳过")
        await visitor.press("约访")
        await here.app.reminders.tick()
        await case.citizen.expect("由您决定")

    await propose()
    assert "不会有人来" in await case.citizen.press("不需要")
    await here.pass_time(days=4)
    await visitor.expect("请不要上门")
    await propose()
    await case.citizen.press("同意")
    assert "已约定" in await case_card(case)
    await case.citizen.press("不需要")
    assert [v.state for v in case.visits()] == ["refused", "withdrawn"]
    await here.pass_time(days=3)
    await case_of(visitor, case)
    await visitor.press("回访记录")
    assert "上门（已约）" not in visitor.buttons()


async def test_a_blocked_chat_is_written_to_and_asked_nothing(here: Town) -> None:
    case = await answered(here, promise="拆除照明。", dated=False)
    await case.citizen.phone.block()
    await case.open(case.clerk)
    await case.close()
    before = len(case.citizen.phone.received)
    await here.pass_time(days=40)
    assert len(case.citizen.phone.received) == before, "no questions"
    entries = case.of("history")
    assert not [e for e in entries if e.action == "asked" and "step" in e.facts]
    tasks = case.of("tasks")
    assert "serve" in {t.kind for t in tasks}, "what must be served goes by letter"


async def test_coming_again_on_a_closed_matter(here: Town, channel: str) -> None:
    case = await answered(here, channel)
    await case.close()
    await case_card(case)
    text = await case.citizen.press("事情还没解决")
    assert "给您打电话" in text
    await case_card(case)
    assert "已经记下了" in await case.citizen.press("事情还没解决")
    await here.pass_time(hours=20)
    await case.supervisor.expect("又来反映")
    await case.supervisor.press("打开任务")
    await case.supervisor.press("说明")
    await case.supervisor.say("已查，工地确已停工，噪声来自路政抢修。")
    await case.supervisor.press("说明")
    await here.app.reminders.tick()
    await case.citizen.expect("噪声来自路政抢修")
    assert not [t for t in case.of("tasks") if t.kind == "again"]


async def test_filing_again_after_an_end_offers_a_call(here: Town) -> None:
    case = await answered(here)
    await case.close()
    await here.app.reminders.tick()
    assert await file_petition(case.citizen) != case.number, "never a refusal"
    assert "同一件事" in await case.citizen.expect("同一件事")
    assert "给您打电话" in await case.citizen.press(f"是同一件：{case.number}")
    assert [t.kind for t in case.of("tasks") if t.kind == "again"] == ["again"]


async def test_questions_can_be_turned_off_for_one_case_and_for_all(here: Town) -> None:
    case = await answered(here, promise="拆除照明。", dated=False)
    await asked(case)
    assert "这件事不再问您" in await case.citizen.press("这件事别再问我评价")
    await case.close()
    await here.pass_time(days=60)
    entries = case.of("history")
    assert not [e for e in entries if "step" in e.facts], "nor followed up"
    visitor = await here.officer("city", "visitor")
    await case_of(visitor, case)
    await visitor.press("约访")
    await visitor.press("您家里")
    await visitor.say(str(local_day(here.app.clock.now(), here.app.office.zone)
                          + timedelta(days=2)))  # fmt: skip
    await visitor.press("14:00")
    await visitor.press("跳过")
    assert "不愿再被询问" in await visitor.press("约访")
    await case.citizen.say("/notices")
    assert "不再问您" in await case.citizen.press("别再问我评价和回访")


# What bad input gets


async def press(person: Any, data: str) -> str:
    """A button of a forwarded message, or one of long ago."""
    last = person.phone.received[-1]["message_id"]
    return str(await person._done(person.phone.forge(data, last)))


async def test_bad_taps_change_nothing(here: Town) -> None:
    case = await answered(here)
    await asked(case)
    rating = case.ratings()["unit"]
    stranger = await here.citizen()
    await stranger.say("/start")
    await press(stranger, f"rate:{rating.id}:dissatisfied")
    assert case.ratings()["unit"].level == "", "another person's tap"
    for nonsense in ("rate", "rate:x:satisfied", "rate:999999:satisfied", "fu:1", "fu:9:done",
                     f"rate:{rating.id}:wonderful", f"rate:{rating.id}:why:nothing",
                     f"rate:{rating.id}:fine:hair:satisfied"):  # fmt: skip
        assert await press(case.citizen, nonsense)
    assert case.ratings()["unit"].level == ""
    assert "先选" in await press(case.citizen, f"rate:{rating.id}:why:slow")
    await press(case.citizen, f"rate:{rating.id}:satisfied")
    await press(case.citizen, f"rate:{rating.id}:fairly")
    assert case.ratings()["unit"].level == "fairly", "twice with different answers: a change"
    await press(case.citizen, f"rate:{rating.id}:satisfied")
    await press(case.citizen, f"rate:{rating.id}:fairly")
    assert "已经用完" in await press(case.citizen, f"rate:{rating.id}:dissatisfied")
    assert case.ratings()["unit"].level == "fairly"
    await here.pass_time(days=31)
    assert "已经结束" in await press(case.citizen, f"rate:{rating.id}:satisfied")
    assert [f["level"] for f in (e.facts for e in case.of("history") if e.action == "rate")] == [
        "satisfied", "fairly", "satisfied", "fairly",
    ]  # fmt: skip


async def test_a_change_after_a_contact_is_counted_apart(here: Town) -> None:
    case = await answered(here)
    await asked(case)
    await case.citizen.press("不满意")
    await case.open(case.unit)
    await case.unit.press("给信访人发消息")
    await case.unit.say("您好，请再看看我们的答复。")
    await case.unit.press("发送")
    await case_card(case)
    await case.citizen.press("改对云川市住房和城乡建设局的评价")
    await case.citizen.press("满意")
    rating = case.ratings()["unit"]
    assert (rating.changes, rating.after_contact) == (1, 1)
    tasks = case.of("tasks")
    assert "take_up" in {t.kind for t in tasks}, "a kinder word after a call ends no duty"
    figures = await case.supervisor.say("/figures")
    assert "有人联系之后改的 1" in figures


async def test_a_photo_as_the_reason_and_a_voice(here: Town, channel: str) -> None:
    case = await answered(here, channel)
    await asked(case)
    await case.citizen.press("不满意")
    await case.citizen.press("说几句")
    await case.citizen.send_file(b"\xff\xd8\xff\xe0" + b"0" * 200, "now.jpg", "image/jpeg")
    await case.citizen.press("跳过")
    files = case.of("attachments")
    assert [f.name for f in files if f.audience == "supervisor"] == ["now.jpg"]


async def test_a_rating_while_the_case_is_worked_on_again(here: Town) -> None:
    case = await answered(here)
    await asked(case)
    await case.open(case.supervisor)
    await case.supervisor.press("换人重新办理")
    await case.supervisor.say("重新核实")
    await case.supervisor.press("跳过")
    await case.supervisor.press("跳过")
    await case.supervisor.press("换人重新办理")
    await case.citizen.press("不满意")
    assert case.ratings()["unit"].level == "dissatisfied", "it speaks of the answer that was given"
    assert case.case.status is Status.ACCEPTED


async def test_a_withdrawn_case_is_asked_nothing(here: Town) -> None:
    citizen = await here.citizen()
    number = await file_petition(citizen)
    await passed(Office(here, "telegram"), number)
    await citizen.say("/my")
    await citizen.press(number)
    await citizen.press("更多")
    await citizen.press("撤回")
    await citizen.press("跳过")
    await citizen.press("撤回")
    await here.pass_time(days=15)
    history = here.now(lambda b: b.history(b.by_number(number).id))
    assert history[-1].status is Status.WITHDRAWN
    assert not [e for e in history if e.action == "asked"]


async def test_a_visitor_of_another_office_and_the_rated_unit(here: Town) -> None:
    case = await answered(here)
    await case.close()
    elsewhere = await here.officer("labour", "visitor")
    assert "回访记录" not in await elsewhere.say(f"/desk {case.number}")
    assert not any("回访记录" in b for b in elsewhere.buttons())
    await case.open(case.unit)
    assert not any("见面" in b for b in case.unit.buttons()), "never by the rated unit"


async def test_a_unit_that_was_dissolved(here: Town) -> None:
    case = await answered(here, promise="拆除照明。", dated=False)
    await case.close()
    del here.app.office.filed["housing"]
    await here.app.units.look()  # as each process does every minute
    await here.pass_time(days=34)
    await case.citizen.expect("答应的事，办到了吗")
    await case.citizen.press("没有办到")
    assert case.case.status is Status.CARRYING
    await case.open(case.clerk)
    assert any("已落实" in b for b in case.clerk.buttons()), "the bureau has it now"


@pytest.mark.parametrize("kind", ["检举控告", "行政"])
async def test_cases_out_of_scope_are_not_asked(here: Town, kind: str) -> None:
    clerk = await here.officer("city", "clerk")
    citizen = await here.citizen()
    number = await file_petition(citizen)
    await clerk.say(f"/desk {number}")
    await clerk.press("登记")
    await clerk.press("改：类别" if kind == "检举控告" else "改：办理途径")
    await clerk.press(kind)
    await clerk.press("登记")
    case = here.now(lambda b: b.by_number(number))
    assert not satisfaction.in_scope(case, here.app.office.on(here.app.clock.now()))
    await here.pass_time(days=15)
    assert not here.now(lambda b: b.ratings(case.id))


def test_the_levels_are_offered_in_one_order_without_any_wish() -> None:
    from petitions.words import catalogue

    assert [str(x) for x in satisfaction.LEVELS] == ["satisfied", "fairly", "dissatisfied"]
    for lang in ("zh", "en"):
        said = catalogue(lang)
        labels = [said[f"level_of.{level}"] for level in Level]
        assert all(text.replace(" ", "").isalpha() for text in labels), "no sign, no emoji"
        for key in ("rate_bureau", "rate_unit"):
            text = said[f"notice.petitioner.{key}"]
            for wish in ("希望", "五星", "好评", "请给", "支持我们", "please", "hope", "thank"):
                assert wish not in text.lower()


def test_waking_hours_and_days_are_spread() -> None:
    from bot.office_files import load_office

    office = load_office(None)
    moments = [satisfaction.waking(office, date(2026, 3, 2), i) for i in range(1, 400)]
    hours = [m.astimezone(office.zone).hour for m in moments]
    assert min(hours) >= 9
    assert max(hours) < 20
    assert len(set(moments)) > 100
