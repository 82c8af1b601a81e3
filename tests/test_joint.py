"""Joint petitions: representatives, signers, one answer, own ratings; cases linked and merged."""

from __future__ import annotations

import re
from typing import Any

from offices.records import case
from offices.statements import asked
from people import (
    Office,
    Town,
    accepted,
    code_in,
    does,
    everything,
    file_petition,
    opened,
    opinion,
    passed,
    steps,
)
from people.joint import invitation, joins

from petitions.telling import unserved
from petitions.values.petition import Status
from storage import verify


def members(here: Town, number: str) -> list[Any]:
    return list(here.now(lambda b: b.members(b.by_number(number).id)))


async def test_many_sign_one_is_answered_each_rates(here: Town, channel: str) -> None:
    office = Office(here, channel)
    filer = await here.citizen(channel)
    number = await file_petition(filer)
    token = await invitation(filer, number)
    one, text = await joins(here, channel, token, "测试乙", "13900139001", "我家孩子睡不着。")
    assert "现有2人" in text
    other = "web" if channel == "telegram" else "telegram"
    two, text = await joins(here, other, token, "测试丙", "13900139002")
    assert "现有3人" in text

    for person in (one, two):
        assert "共同信访：3人" in await person.say(f"/track {number}")
        assert "撤回" not in "".join(person.buttons()[-12:])
    timeline = await two.press("全部进展")
    assert "工地" in timeline, "the common part"
    assert "睡不着" not in timeline, "not another's own words"
    assert "睡不着" in await one.press("全部进展"), "one's own words"
    await one.press("提问")
    await one.say("什么时候有结果？")
    assert "什么时候有结果" not in await two.press("全部进展")

    unit = await accepted(office, number)
    text = await unit.say(f"/desk {number}")
    assert "共同信访：3人" in text
    assert "睡不着" in text
    assert "测试乙" not in text
    await opinion(unit, "已责令夜间停工。")
    await here.app.reminders.tick()
    for person in (filer, one, two):
        await person.expect("已责令夜间停工")
    await filer.say(f"/track {number}")
    await filer.press("已收到")
    ratings = here.now(lambda b: b.ratings(b.by_number(number).id))
    assert len({r.person for r in ratings if r.body == "unit"}) == 3
    await two.say(f"/track {number}")
    await two.press("评价云川市住房和城乡建设局")
    await two.press("不满意")
    assert "不满意" not in await one.say(f"/track {number}"), "nobody sees another's rating"
    levels = sorted(r.level for r in here.now(lambda b: b.ratings(b.by_number(number).id))
                    if r.body == "unit")  # fmt: skip
    assert levels == ["", "", "dissatisfied"]
    await two.press("申请复查")
    await two.say("没有到现场看。")
    await two.press("跳过")
    assert "复查申请已收到" in await two.press("提交复查申请")


async def test_representatives_five_at_most_and_who_leaves(here: Town, channel: str) -> None:
    filer = await here.citizen(channel)
    number = await file_petition(filer)
    token = await invitation(filer, number)
    signer, _ = await joins(here, channel, token, "测试乙", "13900139001", "要安静。")
    await leave(filer, number)
    assert "另一位代表" in await filer.press("确认退出"), "others depend on the only one"
    speaker = None
    for i in range(4):
        token = await invitation(filer, number, "邀请一位代表")
        speaker, text = await joins(here, channel, token, f"代表{i}", f"1390013910{i}")
        assert "已参加" in text
    person = await here.citizen(channel)
    await person.say(f"/start j_{token}")
    await person.press("跳过")
    await person.say("第六")
    await person.say("13900139555")
    await person.press("我自愿参加")
    assert "代表最多5人" in await person.press("参加"), "a sixth"
    assert len(members(here, number)) == 6

    before = case(here, number).person
    await leave(filer, number)
    assert "已退出" in await filer.press("确认退出")
    assert case(here, number).person != before
    assert number not in await filer.say("/my")
    await leave(signer, number)
    await signer.press("确认退出")
    texts = here.now(lambda b: b.texts(b.by_number(number).id))
    assert not [t for t in texts if t.part == "own_words" and t.body], "their words are erased"
    assert case(here, number).members == 4
    assert speaker is not None
    assert number in await speaker.say("/my"), "the others go on"


async def test_what_was_written_down_of_a_signer_goes_with_them(here: Town) -> None:
    filer = await here.citizen()
    number = await file_petition(filer)
    token = await invitation(filer, number)
    signer, _ = await joins(here, "telegram", token, "测试乙", "13900139001", spoken=True)
    clerk = await here.officer("city", "clerk")
    await here.app.reminders.tick()  # no notice comes between two presses
    await clerk.say(f"/desk {number}")
    await clerk.press("写下语音")
    await clerk.say("我家孩子睡不着。")
    await clerk.press("发给信访人核对")
    await here.app.reminders.tick()

    def written() -> list[str]:
        texts = here.now(lambda b: b.texts(b.by_number(number).id))
        return [t.body for t in texts if t.part == "transcript"]

    assert written() == ["我家孩子睡不着。"]
    await leave(signer, number)
    await signer.press("确认退出")
    assert written() == [""]
    data = here.app.database
    assert data.read_now(verify.broken, data.ring) == [], "the chain holds"


async def leave(person: Any, number: str) -> None:
    await person.say("/my")
    await person.press(number)
    await person.press("更多")
    await person.press("退出共同信访")


async def test_who_signs_twice_counts_once(here: Town) -> None:
    filer = await here.citizen()
    number = await file_petition(filer)
    token = await invitation(filer, number)
    await joins(here, "telegram", token, "测试乙", "13900139001")
    _, text = await joins(here, "web", token, "测试乙", "139 0013 9001")
    assert "已经参加过了" in text, "the same person on another channel"
    _, text = await joins(here, "web", token, "测试甲", "13800138000")
    assert "已经参加过了" in text, "the filer"
    assert case(here, number).members == 2
    assert "已经参加了这件" in await filer.say(f"/start j_{token}")
    stranger = await here.citizen()
    assert "无效或已过期" in await stranger.say("/start j_abcdefghijklmnopqrstuvwxyz")
    await stranger.say(f"/start j_{token}")
    await stranger.press("跳过")
    await stranger.say("测试丁")
    await stranger.say("13900139009")
    await stranger.press("不参加")
    assert "没有保存" in await stranger.press("参加")


async def test_filing_again_offers_three_ways_and_hints_at_nothing(
    here: Town, channel: str
) -> None:
    other = await here.citizen(channel)
    theirs = await file_petition(other)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    text = await citizen.say("/new")
    assert theirs not in text + "".join(citizen.buttons())
    assert f"补充到 {number}" in "".join(citizen.buttons())
    token = await invitation(other, theirs)
    await citizen.say("/new")
    await citizen.press("参加别人邀请的共同信访")
    assert "工地" in await citizen.say(f"https://t.me/x?start=j_{token}")


async def test_cases_are_linked_merged_and_undone(here: Town, channel: str) -> None:
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    one = await file_petition(citizen)
    await citizen.say("/new")
    await citizen.press("提交一件新的")
    for words in ("又是夜里施工，还没有停。", "请停工。", "云川市和平路", "测试甲",
                  "云川市和平路3号", "13800138000"):  # fmt: skip
        await citizen.say(words)
    await citizen.press("没有")
    said = re.findall(r"\d{4}-[A-Z]\d{6}-\d{4}-\w", await citizen.press("提交"))
    two = next(number for number in said if number != one)
    clerk = await office.at("city", "clerk")
    await does(clerk, two, "登记", "登记")
    for _ in range(40):  # until the index of words has seen them
        await here.app.reminders.follow()
    await clerk.say(f"/desk {two}")
    await clerk.press("关联另一件（一起办）")
    await clerk.press(f"{one} · ")  # suggested, for it says the same
    await clerk.say("像是一件事")
    await clerk.press("关联另一件（一起办）")
    assert one in await clerk.say(f"/desk {two}")
    assert two in await clerk.say(f"/desk {one}")
    await does(clerk, two, "取消关联", one, "看错了", "取消关联")
    assert "关联的件" not in await clerk.say(f"/desk {one}")
    before = {c.clock for c in here.now(lambda b: b.clocks(b.by_number(two).id))
              if c.ended_at is None}  # fmt: skip
    await does(clerk, two, "并入另一件", one, "同一个人同一件事", "并入另一件")
    assert case(here, two).status is Status.MERGED
    await does(clerk, two, "撤销合并", "其实是两件事", "撤销合并")
    assert case(here, two).status is Status.REGISTERED
    after = {c.clock for c in here.now(lambda b: b.clocks(b.by_number(two).id))
             if c.ended_at is None}  # fmt: skip
    assert after == before


async def test_cases_of_two_people_are_joined_by_both_yes(here: Town, channel: str) -> None:
    office = Office(here, channel)
    a, b = await here.citizen(channel), await here.citizen(channel)
    one = await file_petition(
        a, name="测试乙", contact="13900139001", facts="夜里施工太吵，睡不着。"
    )
    two = await file_petition(b)
    await passed(office, one)
    clerk = await office.at("city", "clerk")
    await does(clerk, two, "登记", "登记")
    text = await does(clerk, two, "建议合并不同人的件", one, "同一工地", "建议合并不同人的件")
    assert "双方都同意才合并" in text
    await here.app.reminders.tick()
    for person in (a, b):
        await person.expect("建议并成一件办")
    await a.press("同意合并办理")
    assert case(here, two).status is Status.REGISTERED, "one yes joins nothing"
    await b.say("/my")
    await b.press(two)
    await b.press("同意合并办理")
    assert case(here, two).status is Status.MERGED
    assert case(here, one).members == 2
    await b.say(f"/track {one}")
    assert "睡不着" in await b.press("全部进展")
    assert "不能由单位单方撤销" in await does(clerk, two, "撤销合并", "改主意", "撤销合并")


async def test_what_was_spoken_is_written_down_for_who_said_it(here: Town) -> None:
    """A spoken name, and a signer's spoken words, are checked by who said them; the others read
    that they were written down."""
    office = Office(here, "telegram")
    filer = await here.citizen()
    number = await file_petition(filer, "name")
    token = await invitation(filer, number)
    signer, _ = await joins(here, "telegram", token, "测试丙", "13900139002", spoken=True)
    clerk = await office.at("city", "clerk")
    words = "我家孩子睡不着。"
    await does(clerk, number, "写下语音", "姓名", "测试乙", "发给信访人核对")
    await does(clerk, number, "写下语音", "本人补充", words, "发给信访人核对")
    assert words in await clerk.say(f"/desk {number}")
    await here.app.reminders.tick()
    for person, own, others in ((filer, "测试乙", words), (signer, words, "测试乙")):
        await person.expect("已写下，只给说的人本人核对")
        assert own in everything(person)
        assert others not in everything(person)


async def test_a_review_begins_with_ones_own_words_not_with_another_raters(here: Town) -> None:
    office = Office(here, "telegram")
    filer = await here.citizen()
    number = await file_petition(filer)
    token = await invitation(filer, number, "邀请一位代表")
    other, _ = await joins(here, "telegram", token, "测试乙", "13900139001")
    unit = await accepted(office, number)
    await opinion(unit, "已责令夜间停工。")
    await here.app.reminders.tick()
    await filer.say(f"/track {number}")
    await filer.press("已收到")
    said = ((filer, "态度不好", "没有人来现场。"), (other, "问题没解决", "夜里还在打桩。"))
    for person, why, words in said:
        await person.say(f"/track {number}")
        await person.press("评价云川市住房和城乡建设局")
        await person.press("不满意")
        await person.press(why)
        await person.press("说几句")
        await person.say(words)
    for (person, why, words), (_, others_why, others_words) in (said, said[::-1]):
        await person.say(f"/track {number}")
        await person.press("申请复查")
        text = await person.press("跳过")
        assert f"{why}\n{words}" in text
        assert others_why not in text
        assert others_words not in text
        await person.say("/cancel")


async def test_who_leaves_from_one_phone_acts_for_nobody_from_another(here: Town) -> None:
    filer = await here.citizen("telegram")
    number = await file_petition(filer)
    code = code_in(await filer.expect("查询码："))
    await filer.say("/privacy")
    await filer.press("设密码")
    await filer.say("2468")
    second = await opened(here, "telegram", number, code)
    await steps(second, "这是我的件", "用密码证明")
    assert "已在这里打开" in await second.say("2468")
    token = await invitation(filer, number, "代表")
    await joins(here, "telegram", token, "测试乙", "13900139001")
    await filer.say(f"/track {number}")
    await steps(filer, "更多", "退出共同信访", "确认退出")
    assert case(here, number).person != 0
    assert [m.identity.name for m in members(here, number)] == ["测试乙"]
    assert "还没有提交过" in await second.say("/my"), "and isn't who speaks for it now"


async def test_how_many_signed_costs_an_officers_look_nothing(here: Town) -> None:
    number = await file_petition(await here.citizen("telegram"))

    def looked(book: Any) -> int:
        with asked("follower", "chat_person", "member") as found:
            assert unserved.shut_out(book, here.app.office, book.by_number(number), "city") == ""
        return len(found)

    def sign(book: Any) -> None:
        now = here.app.clock.now()
        for _ in range(40):
            book.follow(book.by_number(number).id, book.add_person(now).id, "signed", now)

    few = here.now(looked)
    here.now(sign)
    assert here.now(looked) == few
