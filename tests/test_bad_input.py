"""Bad input gets an answer in plain words, changes nothing and loses nothing."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import Update
from offices.records import cases, drafts
from offices.template import fresh_postgres
from people import FILING, Refused, Town, begin, code_in, file_petition, finish, town
from samples.pictures import PNG
from standins.botapi import buttons_of
from structlog.testing import capture_logs

from bot.office_files import SAMPLE
from petitions.errors import BadAnswer
from petitions.values import checks
from petitions.values.codes import read_number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("！！！？？？……", "用文字写"),
        ("👍👍👍", "用文字写"),
        ("\u202e\u200b\u2066", "没有看到文字"),
    ],
)
async def test_symbols_alone_are_asked_about_again(
    here: Town, channel: str, text: str, said: str
) -> None:
    person = await here.citizen(channel)
    await begin(person)
    answer = await person.say(text)
    assert said in answer
    assert "发生了什么" in answer
    await finish(person)


async def test_text_over_the_limit_is_refused_with_the_limit(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await begin(person)
    await person.say(FILING["facts"])
    answer = await person.say("很" * 2500)
    assert "2500" in answer
    assert "2000" in answer
    here.api.ahead += 5  # type: ignore[union-attr]
    await finish(person, "request")


async def test_a_long_story_may_come_in_several_messages(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await begin(person)
    assert "就这些" in await person.say("甲" * 4000)
    assert "您希望得到什么" in await person.say("完")
    assert cases(here) == 0


async def test_emoji_count_twice_and_are_read_back_all_the_same(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    await person.say("夜里施工" + "😀" * 2000)
    here.api.ahead += 5  # type: ignore[union-attr]
    for part in list(FILING)[1:]:
        await person.say(FILING[part])
    assert "请核对" in await person.press("没有")
    assert read_number(await person.press("提交"))


def test_what_was_cleaned_is_clean() -> None:
    for text in ("e\u200b\u0301", "a \t\n b", "\u202ex\u0007"):
        assert checks.clean(checks.clean(text)) == checks.clean(text)
    with pytest.raises(BadAnswer):
        checks.people("1" * 5000)


async def test_control_and_bidirectional_characters_are_dropped(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await begin(person)
    await person.say("施\u202e工\u200b扰\u0007民")
    for part in ("request", "place", "name", "address", "contact"):
        await person.say(FILING[part])
    assert "施工扰民" in await person.press("没有")


@pytest.mark.parametrize(
    "text", ["<b>重</b>要 <script>alert(1)</script>", "*重要* _事_ [a](b) `c`"]
)
async def test_markup_is_shown_as_typed(here: Town, channel: str, text: str) -> None:
    person = await here.citizen(channel)
    await begin(person)
    for part in FILING:
        await person.say(FILING[part] if part == "contact" else text)
    shown = await person.press("没有")
    assert shown.count(text) >= 3


async def test_a_file_over_20_megabytes_is_refused(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    await person._done(
        person.phone.send_document(b"x", "big.pdf", "application/pdf", size=21 * 1024 * 1024)
    )
    assert "20 MB" in person.phone.last["text"]
    await finish(person)


@pytest.mark.postgres
async def test_a_file_name_or_a_language_that_is_none_loses_nothing(
    tmp_path: Path, postgres: str
) -> None:
    """PostgreSQL takes no NUL."""
    async with town(tmp_path, database_url=fresh_postgres(postgres)) as here:
        person = await here.citizen(lang="zh\0")
        await begin(person)
        assert "已收到" in await person.send_file(PNG, "../照\0片\u202e.png", "image/png")
        number = await finish(person)
        (file,) = here.now(lambda b: b.attachments(b.by_number(number).id))
        assert file.name == "照_片_.png"


async def test_a_file_that_telegram_cant_give_is_asked_for_again(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    for method in ("getFile", "download"):
        for kind in ("500", "502_html"):
            here.api.fault(method, kind=kind)  # type: ignore[union-attr]
            said = await person.send_file(PNG, "照片.png", "image/png")
            assert "没有收到" in said, (method, kind)
    assert "已收到" in await person.send_file(PNG, "照片.png", "image/png")
    await finish(person)


async def test_a_press_is_answered_where_telegram_misses_the_answer_to_the_button(
    here: Town,
) -> None:
    person = await here.citizen()
    for kind in ("502_html", "drop"):
        await person.say("/lang")
        here.api.fault("answerCallbackQuery", kind=kind)  # type: ignore[union-attr]
        assert "信访服务" in await person.press("简体中文"), kind


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"MZ\x90\x00\x03" + b"\0" * 200, "photo.jpg"), (b"<html><script>x</script>", "a.html")],
)
async def test_a_file_of_a_refused_kind_is_refused_by_its_content(
    here: Town, tmp_path: Path, channel: str, content: bytes, name: str
) -> None:
    person = await here.citizen(channel)
    await begin(person)
    if channel == "web":  # refused by the page's server itself, before anything is kept
        with pytest.raises(Refused, match="不能收"):
            await person.send_file(content, name, "image/jpeg")
    else:
        assert "不能收" in await person.send_file(content, name, "image/jpeg")
    assert not [p for p in (tmp_path / "attachments").rglob("*") if p.is_file()]
    await finish(person)


async def test_too_many_files_in_a_day_wait_and_words_dont(tmp_path: Path, channel: str) -> None:
    async with town(tmp_path, files_a_day=20) as here:
        person, other = await here.citizen(channel), await here.citizen(channel)
        await begin(person)
        photo = PNG + os.urandom(11 * 2**20)
        await person.send_file(photo, "一.png", "image/png")
        said = "这一份没有收下"
        if channel == "web":
            with pytest.raises(Refused, match=said):
                await person.send_file(photo, "二.png", "image/png")
        else:
            assert said in await person.send_file(photo, "二.png", "image/png")
        assert said not in await other.send_file(photo, "一.png", "image/png"), "each has a day's"
        await here.pass_time(days=1)
        assert said not in await person.send_file(photo, "二.png", "image/png")
        await finish(person)
        case = here.now(lambda b: b.petition(1))
        assert len(here.now(lambda b: b.attachments(case.id))) == 2, "the first and the last"


async def test_things_that_say_nothing_get_a_plain_word(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    for act in (person.phone.send_sticker, person.phone.send_poll):
        assert "请用文字" in await person._done(act())
    update = await person.phone.say("第一版")
    await here.app.poller.handled(update["update_id"])  # type: ignore[union-attr]
    edited = await person._done(person.phone.edit(update["message"]["message_id"], "第二版"))
    assert "还是原来那条" in edited
    await finish(person, "request")


async def test_a_contact_answers_only_the_question_for_one(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    assert "不用发联系方式" in await person._done(person.phone.send_contact())
    await finish(person)


async def test_an_album_is_kept_photo_by_photo(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    said = [await person._done(person.phone.send_photo(PNG, group="album")) for _ in range(3)]
    assert [("每个文件都会收下" in text) for text in said] == [True, False, False], "said once"
    assert not said[1]
    assert "已收到" in await person._done(person.phone.send_photo(PNG)), "one by itself is named"
    number = await finish(person)
    files = here.now(lambda b: b.attachments(b.by_number(number).id))
    assert len(files) == 4


async def test_stale_and_repeated_presses_change_nothing(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await begin(person)
    await person.say(FILING["facts"])
    before = drafts(here)
    answer = await person.press("返回")
    assert "发生了什么" in answer
    stale = await person.press("以后再填") if channel == "web" else ""
    assert "错" not in stale
    assert drafts(here) == before


FORGED = [
    "", ":", "f", "f:1", "f:1:0", "f:x:y:z:q", "f:99999999999999999999:1:submit:", "f:1:0:pick:999",
    "f:1:0:edit:-1", "m:1:card", "m:99999999999999999999:card", "m:x", "d:1:open", "d:1:0:accept",
    "d:1:0:open_name", "q:unit:0", "q:unit:99999999", "q2:desk", "reply:list", "duty:1",
    "loose:1:0:add:1", "loose:1:1:file", "new:resume:1", "new:nonsense", "my:list:x",
    "priv:end:1", "priv:gone:x",
    "person:pin", "lang:xx", "unknown:1:2", "😀", "d:" + "9" * 40,
]  # fmt: skip


async def test_forged_presses_are_answered_and_change_nothing(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    owner = await here.citizen()
    await file_petition(owner)
    await owner.say("/new")
    stranger = await here.citizen()
    await stranger.say("/start")
    before = here.now(lambda b: (b.petition(1), len(b.history(1))))
    for data in FORGED:
        await stranger._done(stranger.phone.forge(data, 1))
    assert here.now(lambda b: (b.petition(1), len(b.history(1)))) == before
    everything = "\n".join(m.get("text", "") for m in stranger.phone.received)
    for secret in (FILING["facts"], FILING["name"], "138 0013"):
        assert secret not in everything
    assert clerk is not None


async def test_a_forged_place_on_the_check_page_is_stale(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    for part in FILING:
        await person.say(FILING[part])
    await person.press("没有")
    (data,) = [b["callback_data"] for m in person.phone.received for b in buttons_of(m)
               if ":submit:" in b.get("callback_data", "")]  # fmt: skip
    for place in ("00009", "99999", "-1", "٣" * 5, ""):
        forged = data.replace(":submit:", f":edit:{place}")
        assert "出了错" not in await person._done(person.phone.forge(forged, 1)), place
    assert read_number(await person.press("提交"))


async def test_an_officer_of_another_unit_is_refused(here: Town) -> None:
    await file_petition(await here.citizen())
    other = await here.officer("transport")
    assert "不由您处理" in await other._done(other.phone.forge("d:1:open", 1))
    assert "不由您处理" in await other._done(other.phone.forge("d:1:0:register", 1))


async def test_two_presses_of_submit_at_once_file_one_case(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    for part in FILING:
        await person.say(FILING[part])
    await person.press("没有")
    await asyncio.gather(person.phone.press("提交"), person.phone.press("提交"))
    await asyncio.sleep(1)
    assert cases(here) == 1
    assert any("已经完成" in alert for alert in person.phone.alerts if alert)


async def test_the_same_update_twice_gets_the_same_answer(here: Town) -> None:
    person = await here.citizen()
    await begin(person)
    for part in FILING:
        await person.say(FILING[part])
    await person.press("没有")
    update = await person.phone.press("提交")
    await here.app.poller.handled(update["update_id"])  # type: ignore[union-attr]
    receipt = await person.phone.expect("查询码")
    await here.app.feed_telegram(
        __import__("aiogram").types.Update.model_validate(
            update, context={"bot": here.app.telegram}
        )
    )
    again = [m for m in person.phone.received if "查询码：" in m.get("text", "")]
    assert len(again) == 2
    assert code_in(again[1]["text"]) == code_in(receipt["text"])
    assert cases(here) == 1


def numbered(update: dict[str, Any], person: Any, label: str) -> dict[str, Any]:
    """Somebody else's press under an update's number."""
    (message, data) = [
        (m, b["callback_data"]) for m in person.phone.received for b in buttons_of(m)
        if b["text"] == label
    ][-1]  # fmt: skip
    whose = {"id": person.phone.id, "is_bot": False, "first_name": "B"}
    press = update["callback_query"] | {"from": whose, "message": message, "data": data}
    return update | {"callback_query": press}


async def test_an_updates_number_that_repeats_is_answered_to_its_own_chat(here: Town) -> None:
    """Another bot on the same database counts its updates anew."""
    first, second, third = [await here.citizen() for _ in range(3)]
    for person in (first, second):
        await begin(person)
        for part in FILING:
            await person.say(FILING[part])
        await person.press("没有")
    update = await first.phone.press("提交")
    await here.app.poller.handled(update["update_id"])  # type: ignore[union-attr]
    receipt = await first.phone.expect("查询码")
    other = numbered(update, second, "提交")
    never_seen = {"message": {"message_id": 1, "date": 0, "text": "/help",
                              "from": {"id": third.phone.id, "is_bot": False, "first_name": "C"},
                              "chat": {"id": third.phone.id, "type": "private"}}}  # fmt: skip
    unknown = {"update_id": update["update_id"], **never_seen}
    for again in (other, other, unknown, unknown, update):
        made = Update.model_validate(again, context={"bot": here.app.telegram})
        await here.app.feed_telegram(made)
    assert cases(here) == 2, "each filed theirs, once"
    own, repeated = [m["text"] for m in second.phone.received if "查询码：" in m.get("text", "")]
    assert code_in(own) == code_in(repeated) != code_in(receipt["text"])
    assert read_number(own) != read_number(receipt["text"])
    assert "人工服务" in third.phone.received[0]["text"]
    assert len(third.phone.received) == 2
    said = [m["text"] for m in first.phone.received if "查询码：" in m.get("text", "")]
    assert code_in(said[-1]) == code_in(receipt["text"])


async def test_rubbish_after_start_is_said_and_greets(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    assert "打不开" in await person.say("/start q_%%%;DROP TABLE")
    assert "邀请" in await person.say("/start i_nonsense")


async def test_groups_are_asked_to_write_in_private(here: Town) -> None:
    person = await here.citizen()
    group = here.api.group(-1001, "群")  # type: ignore[union-attr]
    update = await person.phone.say_in_group(group, "/start")
    await here.app.poller.handled(update["update_id"])  # type: ignore[union-attr]
    said = [m for m in here.api.chats[-1001].messages.values() if "私聊" in m.get("text", "")]  # type: ignore[union-attr]
    assert said
    assert cases(here) == drafts(here) == 0


async def test_an_old_press_in_a_group_is_no_fault(here: Town) -> None:
    person = await here.citizen()
    group = here.api.group(-1001, "群")  # type: ignore[union-attr]
    with capture_logs() as logs:
        update = await person.phone.forge("my:list:0", 1, group)
        await here.app.poller.handled(update["update_id"])  # type: ignore[union-attr]
        press = update["callback_query"] | {"id": "long ago"}
        gone = here.api.feed({"callback_query": press})  # type: ignore[union-attr]
        await here.app.poller.handled(gone["update_id"])  # type: ignore[union-attr]
    assert {entry["event"] for entry in logs} <= {"press.too_old"}
    assert "信访服务" in await person.say("/start")


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("contact", "12345", "电话号码不对"),
        ("contact", "电话", "电话号码不对"),
        ("name", "123", "不像姓名"),
    ],
)
async def test_impossible_answers_are_asked_again(
    here: Town, channel: str, part: str, text: str, said: str
) -> None:
    person = await here.citizen(channel)
    await begin(person)
    for before in list(FILING)[: list(FILING).index(part)]:
        await person.say(FILING[before])
    assert said in await person.say(text)
    await finish(person, part)


async def test_full_width_digits_are_a_telephone_number(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await file_petition(person, contact="１３８００１３８０００")


@pytest.mark.parametrize(
    ("button", "text", "said"),
    [
        ("改：身份证号", "11010519491231002Y", "证件号码不对"),
        ("改：身份证号", "11059101491231002X", "证件号码不对"),
        ("改：从何时开始", "2099-01", "还没有到"),
        ("改：从何时开始", "昨天", "看不懂"),
        ("改：人数", "很多", "写一个数字"),
        ("改：标题", "长" * 31, "30"),
    ],
)
async def test_impossible_details_are_asked_again(
    here: Town, channel: str, button: str, text: str, said: str
) -> None:
    person = await here.citizen(channel)
    await file_petition(person)
    await person.press("补充信息")
    await person.press(button)
    assert said in await person.say(text)
    await person.press("不改了")
    assert "已保存" in await person.press("完成")


async def test_the_case_of_a_removed_unit_goes_back_to_the_bureau(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        clerk = await here.officer("city", "clerk", "web")
        number = await file_petition(await here.citizen("web"))
        await clerk.say(f"/desk {number}")
        for step in ("登记", "登记", "转送", "云川市交通运输局", "转送"):
            await clerk.press(step)
    text = SAMPLE.read_text("utf-8")
    start = text.index('[[unit]]\nid = "transport"')
    text = text[:start] + text[text.index("[[unit]]", start + 5) :]
    text = text.replace('[[staff]]\nunit = "transport"\nname = "市交通局经办岗"\n', "")
    shorter = tmp_path / "office.toml"
    shorter.write_text(text, "utf-8")
    async with town(tmp_path, office=shorter) as here:
        clerk = await here.officer("city", "clerk", "web")
        await clerk.say("/desk")
        await clerk.press("本单位的件（1）")
        assert "已不在机构名单" in await clerk.press(number)
        for step in ("转送", "云川市生态环境局", "转送"):
            await clerk.press(step)
        assert here.now(lambda b: b.by_number(number).unit) == "ecology"


async def test_commands_work_in_every_step_and_lose_nothing(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await begin(person)
    for part in FILING:
        for command, said in (("/start", "没写完"), ("/help", "人工服务"), ("/lang en", "English")):
            assert said in await person.say(command)
        await person.say("/lang zh")
        await person.say(FILING[part])
    await person.press("没有")
    assert read_number(await person.press("提交"))


async def test_cancel_asks_first_and_keeps_what_was_written(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    assert "没有正在填" in await person.say("/cancel")
    await begin(person)
    await person.say(FILING["facts"])
    assert "要离开吗" in await person.say("/cancel")
    assert "已保存" in await person.press("以后再填")
    assert FILING["facts"][:20] in await person.say("/new")
    await person.press("接着填")
    await finish(person, "request")


async def test_an_unknown_command_names_those_there_are(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    assert "/new" in await person.say("/fileit")
    assert "只供工作人员" in await person.say("/desk")


async def test_wrong_tries_slow_the_stranger_and_never_the_owner(here: Town, channel: str) -> None:
    owner, stranger = await here.citizen(channel), await here.citizen(channel)
    number = await file_petition(owner)
    assert "写错了" in await stranger.say(
        f"/track {number[:-1]}{'1' if number[-1] != '1' else '2'}"
    )
    await stranger.say("/cancel")
    for _ in range(5):
        await stranger.say(f"/track {number}")
        assert "编号或查询码不对" in await stranger.say("AAAAA-AAAAA")
    await stranger.say(f"/track {number}")
    assert "次数太多" in await stranger.say("AAAAA-AAAAA")
    assert "待登记" in await owner.say(f"/track {number}")


async def test_a_post_in_a_channel_changes_nothing(here: Town) -> None:
    person = await here.citizen()
    update = here.api.channel_post(-1002, "大家好")  # type: ignore[union-attr]
    await here.app.feed_telegram(Update.model_validate(update))  # never asked for; if it comes
    assert cases(here) == drafts(here) == 0
    assert "信访服务" in await person.say("/start")
