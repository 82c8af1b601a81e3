"""A case about the bureau or its people goes up, and nobody there opens or finds anything of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from offices.records import LOST, case
from people import FILING, START, Office, Town, accepted, does, file_petition, told, town
from samples.texts import sample
from sqlalchemy import text, update
from structlog.testing import capture_logs

from petitions.case import lifecycle, reading
from petitions.case.parties import may_see
from petitions.counting.figures import Which
from petitions.errors import BadAnswer, NotYours
from petitions.law.units import Changes
from petitions.matters import whom
from petitions.values.person import Actor, Role
from petitions.values.petition import Petition
from petitions.verbs import acting
from petitions.verbs.figures import figures_of
from petitions.verbs.units import change_unit, units_now
from storage.apart import Apart
from storage.tables import PETITION, WORDS

BUREAU, ABOVE = "云川市信访局", "省信访事项复查复核办公室"
ROLES = ("clerk", "supervisor", "leader", "visitor", "mediator", "administrator")


def closed(said: str, number: str) -> None:
    """Nothing of the case was said."""
    for word in (number, "夜里", "睡不好", FILING["request"], FILING["name"], "13800138000"):
        assert word not in said, said


def heard(person: Any) -> str:
    return "\n".join(told(person))


def acts(
    here: Town, number: str, at: str, action: str, /, role: str = "handler", **data: Any
) -> Petition:  # fmt: skip
    """A step of an officer of a unit, past the forms."""

    def work(book: Any) -> Petition:
        desk = next(o for o in book.officers(at) if o.role == role and o.chat)
        id = book.by_number(number).id
        now = here.app.clock.now()
        return acting.act(book, here.app.office, id, action, Actor.officer(desk), data, now)

    return here.now(work)  # type: ignore[no-any-return]


def says(here: Town, number: str, action: str, **data: str) -> None:
    """A step of the petitioner, past the forms."""

    def work(book: Any) -> None:
        one, now = book.by_number(number), here.app.clock.now()
        actor = Actor.petitioner(one.person)
        acting.act(book, here.app.office, one.id, action, actor, dict(data), now)

    here.now(work)


@pytest.mark.parametrize("who", ["信访局的王主任", "云川市信访局", "你们局信访科的人"])
async def test_a_case_about_the_bureau_goes_up_from_the_start(
    here: Town, channel: str, who: str
) -> None:
    office = Office(here, channel)
    clerk, above = await office.at("city", "clerk"), await office.at("province")
    citizen = await here.citizen(channel)
    number = await file_petition(citizen, hidden=who)
    page = next(text for text in reversed(told(citizen)) if "请核对" in text)
    assert f"会直接交给{ABOVE}" in page, "before it was sent"
    assert ABOVE in next(t for t in told(citizen) if "查询码" in t and number in t)
    one = case(here, number)
    assert (one.unit, "city" in one.kept_from) == ("province", True)
    await here.app.reminders.tick()
    await above.expect(number)
    assert "睡不好" in await above.say(f"/desk {number}")
    assert who in heard(above)
    said = await clerk.say(f"/desk {number}")
    assert "没有" in said
    closed(heard(clerk).replace(said, ""), number)


async def test_the_bureau_itself_is_one_press_of_the_same_question(here: Town) -> None:
    citizen = await here.citizen()
    await citizen.say("/new")
    await citizen.press("同意，开始")
    for words in FILING.values():
        await citizen.say(words)
    page = await citizen.press(f"{BUREAU}或它的人")
    assert f"会直接交给{ABOVE}" in page
    said = await citizen.press("提交")
    number = next(one.number for one in here.now(lambda b: [b.petition(1)]))
    assert number in said
    assert case(here, number).unit == "province"


async def test_who_writes_of_the_bureau_is_asked_whether_it_is_about_them(here: Town) -> None:
    citizen = await here.citizen()
    number = await file_petition(citizen, facts="信访局王主任收了材料不登记，已经三个月。")
    page = next(text for text in reversed(told(citizen)) if "请核对" in text)
    assert f"您写到了{BUREAU}" in page
    assert case(here, number).unit == "city", "whoever only speaks of it isn't moved"
    await citizen.say(f"/track {number}")
    await citizen.press("补充材料")
    await citizen.say("信访局的人又来了一次。")
    assert "如果不能让它看到" in await citizen.press("提交补充")
    await citizen.press("不能让谁看到")
    await citizen.say("信访局王主任")
    assert ABOVE in await citizen.press("就这样记下")
    assert case(here, number).unit == "province"


LOOKS = (
    "/desk", "/desk {number}", "/figures", "/figures 2026", "/hot", "/meeting", "/campaigns",
    "/lead", "/supervision", "/lanes", "/reception", "/staff",
    "q:mine:0", "q:unit:0", "q:free:0", "batch:start:unit:0", "tasks", "task:{task}", "meet:list",
    "sv:list", "sv:looks", "sv:looks:{monday}:0", "hot:list", "hot:one:1", "hot:cases:1",
    "cp:list", "cp:lead", "cp:cases:1", "joint:agenda", "joint:held", "joint:read:1", "lane:list",
    "rc:list", "rc:desk:1",
    *(f"d:{{case}}:{verb}" for verb in ("open", "more", "timeline", "files", "documents", "file",
                                        "why")),
    *(f"d:{{case}}:{{version}}:{action}" for action in ("register", "open_name", "write", "take",
                                                        "pass_on", "link")),
    "fig:in:2026:-:-:-:-:-:0", "fig:by:2026:-:-:-:-:-:unit", "fig:words:2026:-:-:-:-:-:",
)  # fmt: skip
"""Ways by which an officer comes to a case: what is typed, and the data of buttons."""


@pytest.mark.sqlite
async def test_no_way_leads_the_bureaus_people_to_it(tmp_path: Path) -> None:
    """Every role of the bureau tries every way, while the case runs late with all that the office
    says by itself: lists, alerts, bulletins, weekly looks."""
    async with town(tmp_path, makes=True) as here:
        people = {role: await here.officer("city", role) for role in ROLES}
        above = await here.officer("province", "handler")
        await here.officer("province", "supervisor")
        unit = await here.officer("labour", "handler")
        citizen = await here.citizen()
        number = await file_petition(citizen, hidden="信访局王主任")
        acts(here, number, "province", "register", kind="request", category="0203")
        acts(here, number, "province", "pass_on", unit="labour", summary="夜间施工一事。")
        assert "夜间施工一事" in await unit.say(f"/desk {number}")
        await above.say(f"/desk {number}")
        await here.pass_time(days=12)
        one, monday = case(here, number), date(2026, 11, 16).isoformat()
        task = next(iter(t.id for t in here.now(lambda b: b.tasks(case=one.id))), 1)
        for person in people.values():
            for way in LOOKS:
                asked = way.format(number=number, case=one.id, version=one.version, task=task,
                                   monday=monday)  # fmt: skip
                if asked.startswith("/"):
                    closed(await person.say(asked), number)
                else:
                    closed(await person._done(person.phone.forge(asked, 1)), number)
            await person.say("/desk")
            if any("查找" in b for b in person.buttons()[-30:]):
                await person.press("查找")
                assert "没有找到" in await person.say("夜里施工")
        for person in people.values():
            closed(heard(person), number)
        assert number in heard(above)


@pytest.mark.sqlite
async def test_no_right_and_no_figure_has_it(here: Town) -> None:
    for role in ROLES:
        await here.officer("city", role)
    await here.officer("province", "handler")
    open_ = await file_petition(await here.citizen())
    before = await figures(here)
    number = await file_petition(await here.citizen(), hidden="信访局王主任")
    one, office = case(here, number), here.app.office.on(here.app.clock.now())
    for desk in here.now(lambda b: b.officers("city")):
        actor = Actor.officer(desk)
        assert not may_see(actor, one, office), desk
        assert lifecycle.possible(one, actor, office) == []
        assert reading.audiences(actor, one, office) == frozenset()
        for action in sorted({rule.action for rule in lifecycle.RULES}):
            with pytest.raises(NotYours):
                lifecycle.find(one, action, actor, office)
    assert await figures(here) == before
    other = case(here, open_)
    above = next(o for o in here.now(lambda b: b.officers("province")))
    assert may_see(Actor.officer(above), one, office)
    assert not may_see(Actor.officer(above), other, office), "and nothing else goes up"


async def figures(here: Town) -> dict[Any, Any]:
    """What a supervisor of the bureau reads of the year."""

    def work(book: Any) -> dict[Any, Any]:
        hidden = book.hidden_from("city")
        which = Which(date(2026, 1, 1), date(2026, 12, 31), but=hidden)
        found = figures_of(book, here.app.office, which, here.app.clock.now(), "unit")
        return {unit: dict(+sums.counts) for unit, sums in found.items()}

    return here.now(work)  # type: ignore[no-any-return]


@pytest.mark.sqlite
async def test_nobody_of_it_is_asked_in(here: Town) -> None:
    """Not to help, to mediate, to take charge, to receive; nor is another case linked with it."""
    for role in ("clerk", "mediator", "leader", "supervisor"):
        await here.officer("city", role)
    await here.officer("province", "handler")
    await here.officer("province", "supervisor")
    number = await file_petition(await here.citizen(), hidden="信访局王主任")
    open_ = await file_petition(await here.citizen())
    acts(here, number, "province", "register", kind="request", category="0203")
    mediator, leader = (
        next(o.id for o in here.now(lambda b: b.seated("city")) if o.role is role)
        for role in (Role.MEDIATOR, Role.LEADER)
    )
    soon = (START + timedelta(days=9)).date().isoformat()
    refused: tuple[tuple[str, dict[str, Any]], ...] = (
        ("pass_on", {"unit": "city", "summary": "某事。"}),
        ("pass_on", {"unit": "north", "summary": "某事。"}),
        ("propose_meeting", {"meeting": "mediation", "colleague": str(mediator), "date": soon,
                             "meeting_place": "bureau", "meeting_hour": "10"}),
        ("charge", {"role": "supervisor", "colleague": str(leader), "unit": "labour",
                    "team": "专班", "date": soon}),
        ("decide", {"role": "supervisor", "decision": "办", "unit": "city", "date": soon}),
    )  # fmt: skip
    for action, data in refused:
        with pytest.raises(BadAnswer) as error:
            acts(here, number, "province", action, **data)
        assert error.value.key == "bad.hidden_unit", action
    acts(here, open_, "city", "register", role="clerk", kind="request", category="0203")
    for action in ("link", "propose_join"):
        with pytest.raises(BadAnswer) as error:
            acts(here, open_, "city", action, role="clerk", into=number, why="同一件事")
        assert error.value.key == "bad.no_other_case"
    with pytest.raises(BadAnswer):
        acts(here, open_, "city", "merge", role="clerk", into=number, why="同一件事")


@pytest.mark.sqlite
async def test_what_was_about_nobody_goes_up_once_it_is_said(here: Town) -> None:
    """The bureau has read it, helps are under way, somebody is to mediate, a form is open: from
    then on nothing of it is there any more, and its clock runs above."""
    clerk = await here.officer("city", "clerk", "web")
    supervisor = await here.officer("city", "supervisor")
    await here.officer("city", "mediator")
    above = await here.officer("province", "handler")
    citizen = await here.citizen()
    number = await file_petition(citizen)
    await does(clerk, number, "登记", "登记")
    assert "睡不好" in await clerk.say(f"/desk {number}")
    await clerk.press("补充询问" if "补充询问" in clerk.buttons() else "内部记录")
    mediator = next(o.id for o in here.now(lambda b: b.seated("city"))
                    if o.role is Role.MEDIATOR)  # fmt: skip
    soon = (START + timedelta(days=9)).date().isoformat()
    acts(here, number, "city", "propose_meeting", role="clerk", meeting="mediation",
         colleague=str(mediator), date=soon, meeting_place="bureau", meeting_hour="10")  # fmt: skip
    await citizen.say(f"/track {number}")
    await citizen.press("更多")
    await citizen.press("不能让谁看到")
    page = await citizen.say("信访局的登记员")
    assert f"会直接交给{ABOVE}" in page
    await citizen.press("就这样记下")
    one = case(here, number)
    assert (one.unit, one.status, one.sealed) == ("province", "registered", True)
    await here.app.reminders.tick()
    await above.expect(number)
    await clerk.refresh()
    assert "睡不好" not in heard(clerk), "its lines are emptied"
    assert "用按钮" not in await clerk.say("这是内部记录"), "its form has ended"
    assert "没有" in await clerk.say(f"/desk {number}")
    meeting = here.now(lambda b: b.appointments(one.id))[0]
    assert meeting.state == "cancelled"
    running = [c for c in here.now(lambda b: b.clocks(one.id)) if c.ended_at is None]
    assert [c.clock for c in running] == ["pass_on"]
    before = len(told(supervisor))
    await here.pass_time(days=40)
    closed("\n".join(told(supervisor)[before:]), number)
    late = [text for text in told(above) if number in text]
    assert len(late) >= 2, "and it is reminded of its day"


@pytest.mark.sqlite
async def test_a_unit_at_work_on_it_that_is_named_loses_it(here: Town) -> None:
    office = Office(here, "telegram")
    clerk, helper = await office.at("city", "clerk"), await office.at("labour")
    number = await file_petition(await here.citizen())
    unit = await accepted(office, number)
    acts(here, number, "city", "assist", role="clerk", unit="labour", date="2027-02-01")
    assert here.now(lambda b: b.tasks(unit="labour"))
    says(here, number, "hide", hidden="住建局周处长，还有人社局的人")
    one = case(here, number)
    assert (one.unit, one.status, one.assisting) == ("city", "registered", ())
    assert {"housing", "labour"} <= set(one.kept_from)
    assert not here.now(lambda b: b.tasks(unit="labour"))
    for person in (unit, helper):
        assert "没有" in await person.say(f"/desk {number}")
    assert "周处长" in await clerk.say(f"/desk {number}")
    clocks = {c.clock: c.outcome for c in here.now(lambda b: b.clocks(one.id)) if c.ended_at}
    assert clocks["answer"] == "withdrawn", "neither kept nor missed"


@pytest.mark.sqlite
async def test_who_assists_and_is_not_meant_keeps_what_it_was_asked_for(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    holder, *_ = [await here.officer(at, "handler") for at in ("housing", "labour", "ecology")]
    number = await file_petition(await here.citizen())
    await does(clerk, number, "登记", "登记")
    await does(clerk, number, "转送", "云川市住房和城乡建设局", "转送")
    await does(holder, number, "受理", "受理")
    for unit in ("labour", "ecology"):
        acts(here, number, "city", "assist", role="clerk", unit=unit, date="2027-02-01")
    [asked] = here.now(lambda b: b.tasks(unit="ecology"))
    says(here, number, "hide", hidden="人社局的人")
    assert case(here, number).assisting == ("ecology",)
    assert not here.now(lambda b: b.tasks(unit="labour"))
    assert here.now(lambda b: b.tasks(unit="ecology")) == [asked]


@pytest.mark.sqlite
async def test_a_spoken_word_of_it_goes_up_once_it_is_written_down(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    await here.officer("province", "handler")
    citizen = await here.citizen()
    number = await file_petition(citizen, "hidden")
    page = next(text for text in reversed(told(citizen)) if "请核对" in text)
    assert "用语音说的" in page
    await does(clerk, number, "登记", "登记")
    await does(clerk, number, "写下语音", "信访局的王主任", "发给信访人核对")
    assert case(here, number).unit == "province"
    assert "没有" in await clerk.say(f"/desk {number}")


@pytest.mark.sqlite
async def test_a_review_goes_past_whom_it_complains_of(here: Town) -> None:
    """The reviewing organ is the bureau, and the bureau is complained of."""
    clerk = await here.officer("city", "clerk")
    unit, above = await here.officer("housing", "handler"), await here.officer("province")
    citizen = await here.citizen()
    number = await file_petition(citizen, hidden="信访局王主任")
    acts(here, number, "province", "register", kind="request", category="0203")
    acts(here, number, "province", "pass_on", unit="housing", summary="夜间施工一事。")
    acts(here, number, "housing", "accept")
    acts(here, number, "housing", "reply", outcome="not_supported", found="查过。",
         reply="不予支持。", basis="规定")  # fmt: skip
    says(here, number, "received")
    await citizen.say("/my")
    await citizen.press("已答复")
    await citizen.press("申请复查")
    await citizen.say("没有到现场调查。")
    page = await citizen.press("跳过")
    assert f"将由{ABOVE}负责" in page
    await citizen.press("提交复查申请")
    one = case(here, number)
    assert (one.unit, one.status) == ("province", "review_asked")
    assert "没有到现场调查" in await above.say(f"/desk {number}")
    for person in (clerk,):
        assert "没有" in await person.say(f"/desk {number}")
    assert unit is not None


@pytest.mark.sqlite
async def test_a_review_that_is_under_way_there_goes_on_above(here: Town) -> None:
    await here.officer("city", "clerk")
    await here.officer("housing", "handler")
    await here.officer("province")
    citizen = await here.citizen()
    number = await file_petition(citizen)
    acts(here, number, "city", "register", role="clerk", kind="request", category="0203")
    acts(here, number, "city", "pass_on", role="clerk", unit="housing")
    acts(here, number, "housing", "accept")
    acts(here, number, "housing", "reply", outcome="not_supported", found="查过。",
         reply="不予支持。", basis="规定")  # fmt: skip
    says(here, number, "received")
    says(here, number, "ask_review", review_why="没有到现场调查。")
    assert case(here, number).unit == "city"
    says(here, number, "hide", hidden="信访局王主任")
    one = case(here, number)
    assert (one.unit, one.status) == ("province", "review_asked")
    running = [c.clock for c in here.now(lambda b: b.clocks(one.id)) if c.ended_at is None]
    assert running == ["review"], "the same clock"


@pytest.mark.sqlite
async def test_a_new_name_of_a_unit_closes_what_was_said_before(here: Town) -> None:
    """Whom a case is kept from is read again when units are called otherwise, or a unit is gone."""
    await here.officer("city", "clerk")
    unit = await here.officer("housing", "handler")
    number = await file_petition(await here.citizen(), hidden="红房子里的老周")
    acts(here, number, "city", "register", role="clerk", kind="request", category="0203")
    acts(here, number, "city", "pass_on", role="clerk", unit="housing", summary="某事。",
         not_whom="不是它")  # fmt: skip
    assert "某事" in await unit.say(f"/desk {number}")
    await read_again(here)
    assert case(here, number).unit == "housing"

    housing = replace(here.app.office.units["housing"], also=("红房子",))
    here.now(lambda b: change_unit(b, here.app.office, housing))
    here.app.office.reshape(*here.now(units_now))
    await read_again(here)
    one = case(here, number)
    assert (one.unit, one.status, one.kept_from) == ("city", "registered", ("housing",))
    assert "没有" in await unit.say(f"/desk {number}")


@pytest.mark.sqlite
async def test_a_case_that_cannot_be_read_holds_up_no_others(here: Town) -> None:
    """Its words don't open, or its row isn't as the office wrote it."""
    lost, forged, number = [
        await file_petition(await here.citizen(), hidden="红房子里的老周") for _ in range(3)
    ]
    ids = {one: case(here, one).id for one in (lost, forged, number)}

    def harm(book: Any) -> None:
        words = (WORDS.c.case == ids[lost]) & (WORDS.c.part == "hidden")
        book._db.execute(update(WORDS).where(words).values(body=LOST))
        book._db.execute(update(PETITION).where(PETITION.c.id == ids[forged]).values(unit="city2"))

    here.now(harm)
    housing = replace(here.app.office.units["housing"], also=("红房子",))
    here.now(lambda b: change_unit(b, here.app.office, housing))
    here.app.office.reshape(*here.now(units_now))
    with capture_logs() as logs:
        await read_again(here)
    failed = [(one["case"], one["error"]) for one in logs if one["event"] == "apart.failed"]
    assert failed == [(ids[lost], "bad.keys_wrong"), (ids[forged], "bad.case_forged")]
    assert case(here, number).kept_from == ("housing",)


async def read_again(here: Town) -> None:
    step = Apart(here.app.database, here.app.office, here.app.clock).step
    for _ in range(20):
        if not await step():
            return
    raise AssertionError("it reads for ever")


@pytest.mark.sqlite
async def test_a_unit_above_that_is_gone_leaves_nothing_to_the_bureau(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    number = await file_petition(await here.citizen(), hidden="信访局王主任")
    changes = Changes({"province": None})
    city = replace(here.app.office.units["city"], parent="")
    changes.units["city"] = city
    here.app.office.reshape(changes.text, ["province"])
    assert number not in await clerk.say("/desk")
    await clerk.press("单位")
    closed(heard(clerk), number)
    await read_again(here)
    assert case(here, number).unit == "discipline"


@pytest.mark.sqlite
def test_who_stands_above_the_bureau_is_what_the_office_file_says() -> None:
    office = sample()
    assert office.bureau_for(()) == "city"
    assert office.bureau_for(("city",)) == "province"
    assert office.bureau_for(("city", "province")) == "discipline"
    assert office.superior("housing") == "city"
    assert office.superior("housing", ("city",)) == "province"
    assert office.superior("province", ("city",)) == "discipline"
    assert office.superior("province") == "city", "an organ for accusations reviews no answers"
    assert office.stands_above("housing") == "city"
    assert office.stands_above("province") == "", "the city's bureau stands below it"
    assert office.stands_above("city") == "province"
    assert whom.meant(office, ["信访局"]) == ("city", "north", "south")


ALONE = """
[office]
name = "小县信访"
area = "6409"
bureau = "one"
[[unit]]
id = "one"
kind = "bureau"
name = "小县信访局"
phone = "0000-5550100"
[[staff]]
unit = "one"
role = "clerk"
"""


@pytest.mark.sqlite
async def test_where_nobody_is_above_it_is_said_before_it_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_text(ALONE, encoding="utf-8")
    async with town(tmp_path / "data", office=file) as here:
        clerk = await here.officer("one", "clerk")
        citizen = await here.citizen()
        number = await file_petition(citizen, hidden="信访局王主任")
        page = next(text for text in reversed(told(citizen)) if "请核对" in text)
        assert "它的人会看到" in page
        assert "12388" in page, "and what else can be done"
        assert case(here, number).kept_from == ()
        assert "睡不好" in await clerk.say(f"/desk {number}"), "who sends it all the same is heard"


@pytest.mark.sqlite
async def test_units_that_must_not_see_it_lie_sealed_and_stamped(here: Town) -> None:
    number = await file_petition(await here.citizen(), hidden="信访局王主任")
    one = case(here, number)
    database = here.app.database
    kept = database.write_now(lambda c: c.execute(text("SELECT kept FROM petition")).scalar_one())
    assert kept
    assert b"city" not in bytes(kept)
    database.write_now(lambda c: c.execute(text("UPDATE petition SET kept = ''")))
    with pytest.raises(Exception, match="forged"):
        here.now(lambda b: b.petition(one.id))


@pytest.mark.sqlite
async def test_a_danger_told_of_the_bureaus_people_is_read_above(here: Town) -> None:
    clerk, above = await here.officer("city", "clerk"), await here.officer("province")
    citizen = await here.citizen()
    await citizen.say("/new")
    await citizen.press("同意，开始")
    assert "110" in await citizen.say("信访局王主任带人拿刀要砍死我")
    await here.app.reminders.tick()
    assert "砍死" in await above.expect("可能有危险")
    assert "砍死" not in heard(clerk)
    newest = text("SELECT max(id) FROM draft WHERE form = 'danger'")
    danger = here.app.database.read_now(lambda c: c.execute(newest).scalar())
    said = await clerk._done(clerk.phone.forge(f"duty:{danger}", 1))
    assert "不由您处理" in said, "nor answered"
    await above.press("回复此人")
    await above.say("请马上报警，我们也在联系。")
    await citizen.expect("请马上报警")
