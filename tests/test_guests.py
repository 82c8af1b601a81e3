"""Guests of a case: whoever knows its number and query code, and nothing else, acts for nobody."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from people import (
    FILING,
    Office,
    Refused,
    Town,
    accepted,
    answered,
    code_in,
    enters,
    file_petition,
    opened,
    registered,
    steps,
)

from handlers.citizen import cases
from petitions.case import lifecycle
from petitions.case.parties import By
from petitions.matters import joint
from petitions.values.codes import read_number

OWNERS = (
    "looks", "withdraw", "contact", "details", "code", "receipt", "who", "shut_out", "file",
    "question", "hide",
    "call_me", "confirm", "pressed", "ask_recusal", "urge", "received", "ask_review", "ask_next",
    "come_again", "meeting_yes", "meeting_no", "joint", "invite_signers", "left_joint", "join_yes",
    "join_no", "take_back", "refuse_check", "ask_rereview", "invite_speaker",
)  # fmt: skip
"""Verbs of a case that are its petitioner's."""
GUESTS = (
    "card", "timeline", "answer", "documents", "why", "reach", "more", "seen", "supplement",
    "prove", "prove_pin", "ask_check", "ask_me", "ask_me_nothing", "leave_joint",
)  # fmt: skip
"""Those that a guest may press: what is read and added, how to prove more, what concerns their own
chat, a question that leads to nothing but `left_joint`."""


async def filed(person: Any) -> tuple[str, str]:
    """File a petition; gives number and query code."""
    await person.say("/new")
    await person.press("同意，开始")
    for part in FILING:
        await person.say(FILING[part])
    await person.press("没有")
    receipt = await person.press("提交")
    return str(read_number(receipt)), code_in(receipt)


async def with_pin(person: Any, pin: str = "2468") -> None:
    await person.say("/privacy")
    await person.press("设密码")
    assert "密码已设好" in await person.say(pin)


async def forge(person: Any, data: str) -> str:
    """Press a button that was never shown; the page refuses that by itself."""
    if person.channel == "telegram":
        shown = next(m for m in reversed(person.phone.received) if m.get("reply_markup"))
        return str(await person._done(person.phone.forge(data, shown["message_id"])))
    line = max(person.lines)
    body = {"key": uuid.uuid4().hex, "message": line, "data": data}
    try:
        return str(await person._done("press", body))
    except Refused as refused:
        return str(refused)


def case_of(here: Town, number: str) -> Any:
    return here.now(lambda b: b.by_number(number))


def actions_of(here: Town, number: str) -> list[str]:
    return here.now(lambda b: [e.action for e in b.history(b.by_number(number).id)])


async def test_a_guest_can_do_nothing_in_the_petitioners_place(here: Town, channel: str) -> None:
    owner = await here.citizen(channel)
    number, code = await filed(owner)
    case = case_of(here, number).id
    guest = await opened(here, channel, number, code)
    await guest.press("更多")
    shown = guest.buttons()
    for label in (
        "撤回",
        "改联系方式",
        "换新的查询码",
        "哪些手机能看到",
        "下载全部材料",
        "提问",
        "催办",
    ):
        assert not any(label in b for b in shown), label
    assert {*OWNERS, *GUESTS} == set(cases.VERBS), "whose a new verb is must be said"
    before = actions_of(here, number)
    for verb in OWNERS:
        said = await forge(guest, f"m:{case}:{verb}")
        assert FILING["name"] not in said, verb
        assert FILING["facts"][:8] not in said, verb
    for verb in GUESTS:
        said = await forge(guest, f"m:{case}:{verb}")
        for part in ("name", "facts", "request", "address", "contact"):
            assert FILING[part] not in said, (verb, part)
        await guest.say("/cancel")
    assert [a for a in actions_of(here, number) if a != "ask_check"] == before
    assert number in await owner.say("/my"), "who filed is still there"
    again = await here.citizen(channel)
    await again.say(f"/track {number}")
    assert "待登记" in await again.say(code), "and the code is the same"


async def test_a_guest_reads_where_it_stands_and_what_was_answered(
    here: Town, channel: str
) -> None:
    owner = await here.citizen(channel)
    number, code = await filed(owner)
    guest = await opened(here, channel, number, code)
    office = Office(here, channel)
    await answered(office, number)
    await guest.expect("已责令停工")
    await guest.say(f"/track {number}")
    card = await guest.press("看答复")
    assert "已责令停工" in card
    await guest.say(f"/track {number}")
    timeline = await guest.press("全部进展")
    assert "已受理" in timeline
    for part in ("facts", "request", "name", "address"):
        assert FILING[part][:6] not in timeline, part


async def test_what_a_guest_adds_is_marked_and_its_petitioner_hears_of_it(
    here: Town, channel: str
) -> None:
    owner = await here.citizen(channel)
    number, code = await filed(owner)
    unit = await accepted(Office(here, channel), number)
    guest = await opened(here, channel, number, code)
    await guest.press("补充材料")
    await guest.say("昨晚又施工到三点。")
    await guest.press("提交")
    await owner.expect("凭查询码打开的人补充了材料")
    await unit.expect("没有证明是信访人本人")
    shown = await unit.say(f"/desk {number}")
    assert "凭查询码打开的人补充（不一定是本人）：" in shown
    await owner.say(f"/track {number}")
    assert "凭查询码打开的人补充（不一定是本人）：" in await owner.press("全部进展")


async def test_nothing_a_guest_does_keeps_the_alarm_from_who_filed(
    here: Town, channel: str
) -> None:
    owner = await here.citizen(channel)
    number, code = await filed(owner)
    case = case_of(here, number).id
    guest = await opened(here, channel, number, code)
    for verb in ("who", "shut_out", "code"):
        await forge(guest, f"m:{case}:{verb}")
    said = await owner.expect("有人用编号和查询码打开了")
    assert "不能代您办别的" in said
    assert "已退出" in await owner.press("让其他手机退出")
    assert "还没有提交过" in await guest.say("/my")


async def test_the_alarm_goes_to_a_person_where_no_chat_is_open(here: Town) -> None:
    owner = await here.citizen()
    number, code = await filed(owner)
    await owner.phone.block()
    await opened(here, "telegram", number, code)
    await here.pass_time(hours=1)
    tasks = here.now(lambda b: [str(t.kind) for t in b.tasks(case=b.by_number(number).id)])
    assert "serve" in tasks, "a letter or a call, though a guest's chat is open"


async def test_a_legal_notice_that_only_a_guest_opened_is_not_served(here: Town) -> None:
    owner = await here.citizen()
    number, code = await filed(owner)
    guest = await opened(here, "telegram", number, code)
    await accepted(Office(here, "telegram"), number)
    await guest.expect("受理")
    await guest.say("/my")
    await guest.press(number)
    await here.pass_time(days=6)
    tasks = here.now(lambda b: [str(t.kind) for t in b.tasks(case=b.by_number(number).id)])
    assert "serve" in tasks


async def test_the_petitioners_pin_makes_a_guest_the_petitioner(here: Town, channel: str) -> None:
    old = await here.citizen(channel)
    number, code = await filed(old)
    await with_pin(old)
    new = await opened(here, channel, number, code)
    await new.press("这是我的件")
    await new.press("用密码证明")
    assert "密码不对" in await new.say("1357")
    await new.say(f"/track {number}")
    await new.press("这是我的件")
    await new.press("用密码证明")
    assert "已在这里打开" in await new.say("2468")
    await old.expect("您的密码打开了")
    await new.press("更多")
    shut = await steps(new, "哪些手机能看到", "让其他手机退出")
    assert "已退出" in shut
    if channel == "web":
        assert "由信访人关闭" in (await enters(old))[0]
    else:
        await old.expect("在这里打不开了")
    assert "还没有提交过" in await old.say("/my"), "who lost the phone shuts it out by the PIN"
    await new.say(f"/track {number}")
    await new.press("更多")
    await steps(new, "撤回", "跳过")
    assert "已撤回" in await new.press("撤回")


async def test_no_pin_that_was_set_opens_nothing(here: Town, channel: str) -> None:
    old = await here.citizen(channel)
    number, code = await filed(old)
    guest = await opened(here, channel, number, code)
    await with_pin(guest, "4711")
    await guest.say(f"/track {number}")
    await guest.press("这是我的件")
    await guest.press("用密码证明")
    assert "密码不对" in await guest.say("4711"), "a PIN of one's own proves nothing"


async def check(officer: Any, number: str, label: str) -> str:
    await officer.say(f"/desk {number}")
    await officer.press(label)
    await officer.press("核对号")
    await officer.say("本人到窗口，身份证与登记一致，也说对了核对号")
    return str(await officer.press("身份一致"))


async def asked_for_a_check(here: Town, channel: str) -> tuple[Any, Any, str]:
    """Who filed, a guest who asked for an identity check, and the number."""
    owner = await here.citizen(channel)
    number, code = await filed(owner)
    guest = await opened(here, channel, number, code)
    await guest.press("这是我的件")
    assert "核对号" in await guest.press("请工作人员核对身份")
    return owner, guest, number


async def test_two_officers_make_a_guest_the_petitioner(here: Town, channel: str) -> None:
    owner, guest, number = await asked_for_a_check(here, channel)
    one = await here.officer("city", "clerk", channel)
    two = await here.officer("city", "clerk", channel)
    assert "另一位工作人员" in await check(one, number, "核对身份")
    await owner.expect("核对了身份。还要第二位")
    await one.say(f"/desk {number}")
    assert not any("第二位" in b for b in one.buttons()), "nobody confirms their own step"
    case = case_of(here, number).id
    with pytest.raises(Exception, match="second_officer"):
        _again_by(here, case, "check_identity")
    await check(two, number, "核对身份（第二位）")
    await owner.expect("两位工作人员核对后")
    assert _is_guest(here, number, "code"), "not before its petitioner could say no"
    await here.pass_time(days=4)
    await guest.expect("另一处也可以像您本人一样办理")
    assert number in await owner.say("/my"), "who filed keeps it"
    await guest.say(f"/track {number}")
    await guest.press("更多")
    await steps(guest, "哪些手机能看到")
    await forge(guest, f"m:{case}:shut_out")
    assert number in await owner.say("/my"), "and is never shut out"
    tasks = here.now(lambda b: [str(t.kind) for t in b.tasks(case=case)])
    assert "tell" in tasks, "told by telephone or letter, too"
    assert [a for a in actions_of(here, number) if a in ("check_identity", "check_again", "let_in")]


def _again_by(here: Town, case: int, action: str) -> None:
    """The second check, tried by whoever did the first."""
    from petitions.verbs import acting

    def work(book: Any) -> None:
        first = next(e for e in book.history(case) if e.action == action)
        task = str(first.facts["check"])
        acting.act(book, here.app.office, case, "check_again", first.actor,
                   {"who_asks": task, "why": "核对"}, here.app.clock.now())  # fmt: skip

    try:
        here.now(work)
    except Exception as error:
        raise RuntimeError(getattr(error, "key", "")) from None


def _is_guest(here: Town, number: str, how: str) -> bool:
    """Whether everybody who came in this way is a guest still."""

    def work(book: Any) -> bool:
        case = book.by_number(number)
        came = [p for p in book.followers(case.id) if book.how(case.id, p) == how]
        return bool(came) and all(joint.is_guest(book, case, p) for p in came)

    return bool(here.now(work))


async def test_the_petitioner_says_no_to_an_identity_check(here: Town, channel: str) -> None:
    owner, guest, number = await asked_for_a_check(here, channel)
    for label in ("核对身份", "核对身份（第二位）"):
        await check(await here.officer("city", "clerk", channel), number, label)
    await owner.expect("两位工作人员核对后")
    assert "核对已停止" in await owner.press("不是我")
    await here.pass_time(days=5)
    assert _is_guest(here, number, "code")
    await guest.say("/my")


async def test_a_guest_who_erases_takes_nothing_of_the_petitioners_away(here: Town) -> None:
    owner = await here.citizen()
    number, code = await filed(owner)
    guest = await opened(here, "telegram", number, code)
    await guest.say("/privacy")
    await steps(guest, "删除我的资料", "确认删除")
    assert "还没有提交过" in await guest.say("/my")
    assert number in await owner.say("/my")
    assert here.now(lambda b: b.identity(b.by_number(number).id)).name == FILING["name"]


async def test_a_slips_pin_still_makes_the_petitioner_on_two_phones(
    here: Town, channel: str
) -> None:
    clerk = await here.officer("city", "clerk", channel)
    said = await registered(clerk, "来访", pin="4711")
    number, code = read_number(said), code_in(said)
    for _ in range(2):
        phone = await here.citizen(channel)
        await phone.say(f"/track {number}")
        await phone.say(code)
        assert "已在这里打开" in await phone.say("4711")
        await phone.press("更多")
        assert any("改联系方式" in b for b in phone.buttons())


def test_the_table_gives_a_guest_three_things() -> None:
    guests = {r.action for r in lifecycle.RULES if By.CODE in r.by}
    assert guests == {"supplement", "track", "ask_check"}


async def test_an_older_followers_way_decides_what_they_are(here: Town) -> None:
    """What a database of before holds: how each came in, and nothing else."""
    owner = await here.citizen()
    number = await file_petition(owner)

    def ways(book: Any) -> list[str]:
        case = book.by_number(number)
        now = here.app.clock.now()
        found = []
        for how in ("code", "pin"):
            person = book.add_person(now).id
            book.follow(case.id, person, how, now)
            found.append(joint.petitioner(book, case, person).role)
        return [joint.petitioner(book, case, case.person).role, *found]

    assert here.now(ways) == ["", "guest", ""]


async def test_who_was_let_in_leaves_the_petitioner_their_no_to_another(here: Town) -> None:
    owner, _, number = await asked_for_a_check(here, "telegram")
    officers = [await here.officer("city", "clerk", "telegram") for _ in range(2)]
    labels = ("核对身份", "核对身份（第二位）")
    for officer, label in zip(officers, labels, strict=True):
        await check(officer, number, label)
    await here.pass_time(days=2)
    await owner.say(f"/track {number}")
    renewed = await steps(owner, "更多", "换新的查询码")
    other = await opened(here, "telegram", number, code_in(renewed))
    await other.press("这是我的件")
    await other.press("请工作人员核对身份")
    for officer, label in zip(officers, labels, strict=True):
        await check(officer, number, label)
    await here.pass_time(days=2)
    assert "let_in" in actions_of(here, number), "the first one's days are over"
    await owner.expect("另一处也可以像您本人一样办理")
    assert "核对已停止" in await forge(owner, f"m:{case_of(here, number).id}:refuse_check")
    await here.pass_time(days=5)
    assert actions_of(here, number).count("let_in") == 1
    assert _is_guest(here, number, "code"), "the second one stays a guest"
