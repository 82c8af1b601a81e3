"""What is closed by default: names, voices, and the words of a sealed case."""

from __future__ import annotations

import io
import zipfile

import pytest
from offices.records import case, on_paper
from people import FILING, Office, Town, does, everything, file_petition, hidden

from petitions.values.task import TaskKind


async def test_a_voice_is_opened_with_a_reason_that_its_speaker_reads(here: Town) -> None:
    person = await here.citizen()
    number = await file_petition(person, "facts")
    clerk = await here.officer("city", "clerk")
    await clerk.say(f"/desk {number}")
    assert not any("附件" in b for b in clerk.buttons()[-6:])
    before = len(clerk.phone.received)
    await clerk.press("听语音")
    await clerk.press("其他")
    await clerk.say("要写成文字。")
    assert "信访人会看到" in await clerk.press("听语音")
    heard = [m for m in clerk.phone.received[before:] if "voice" in m or "document" in m
             or "audio" in m]  # fmt: skip
    assert heard
    await here.app.reminders.tick()
    await person.expect("听了您的语音")
    await person.say("/privacy")
    assert "要写成文字" in await person.press("谁看过")
    await clerk.say(f"/desk {number}")
    await clerk.press("下载全部材料")
    sent = clerk.phone.received[-1]["document"]
    content = here.api.files.get(sent["file_id"]).content  # type: ignore[union-attr]
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert not [n for n in names if n.endswith(".ogg")]


async def test_a_sealed_case_reaches_a_unit_as_a_summary(here: Town, channel: str) -> None:
    office = Office(here, channel)
    citizen, number = await hidden(here, channel, "云川市交通运输局，还有物业")
    assert case(here, number).sealed
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    text = await does(clerk, number, "转送", "云川市交通运输局", "某小区夜间施工扰民。", "转送")
    assert "不能看到这件事" in text, "never to whom it complains about"
    await clerk.press("取消")
    await does(clerk, number, "转送", "云川市住房和城乡建设局", "某小区夜间施工扰民。", "转送")
    unit = await office.at("housing")
    text = await unit.say(f"/desk {number}")
    assert "某小区夜间施工扰民" in text
    assert "老人和孩子" not in text
    assert "老人和孩子" not in await unit.press("全部进展")
    await citizen.say(f"/track {number}")
    await citizen.press("补充材料")
    await citizen.say("楼下就是我家，和平路3号。")
    await citizen.press("提交补充")
    await here.pass_time(days=3)
    await unit.expect("补充")
    assert "和平路3号" not in await unit.say(f"/desk {number}")
    assert "和平路3号" in await clerk.say(f"/desk {number}")
    assert "老人和孩子" in await clerk.say(f"/desk {number}")


async def test_what_is_written_down_of_a_voice_is_closed_as_the_voice_is(here: Town) -> None:
    office = Office(here, "telegram")
    citizen = await here.citizen()
    number = await file_petition(citizen, "facts", hidden="物业")
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    words = "楼下夜里打桩，老人和孩子都睡不好。"
    await does(clerk, number, "写下语音", words, "发给信访人核对")
    await here.app.reminders.tick()
    await citizen.expect(words)
    await does(clerk, number, "转送", "云川市住房和城乡建设局", "某小区夜间施工扰民。", "转送")
    assert words in await clerk.say(f"/desk {number}")
    unit, leader = await office.at("housing"), await office.at("city", "leader")
    for officer in (unit, leader):
        assert number in await officer.say(f"/desk {number}")
        await officer.press("全部进展")
        await officer.say(f"/desk {number}")
        await officer.press("下载全部材料")
        assert words not in everything(officer)
    sent = unit.phone.received[-1]["document"]
    assert here.api
    content = here.api.files.get(sent["file_id"]).content  # type: ignore[union-attr]
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert not [n for n in archive.namelist() if words.encode() in archive.read(n)]


async def test_who_must_not_see_it_may_be_spoken(here: Town) -> None:
    """Nothing is passed on before it is written down; then it is kept as what is typed is."""
    office = Office(here, "telegram")
    citizen = await here.citizen()
    number = await file_petition(citizen, "hidden")
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    summary = "某小区夜间施工扰民。"
    text = await does(clerk, number, "转送", "云川市住房和城乡建设局", summary, "转送")
    assert "请先“写下语音”" in text
    await clerk.press("取消")
    words = "云川市交通运输局的科长"
    await does(clerk, number, "写下语音", words, "发给信访人核对")
    await here.app.reminders.tick()
    assert words in await citizen.expect("请核对"), "who said it can check it"
    assert f"不能让谁看到：\n│ {words}" in await clerk.say(f"/desk {number}")
    text = await does(clerk, number, "转送", "云川市交通运输局", summary, "转送")
    assert "不能看到这件事" in text
    await clerk.press("取消")
    await does(clerk, number, "转送", "云川市住房和城乡建设局", summary, "转送")
    unit = await office.at("housing")
    assert summary in await unit.say(f"/desk {number}")
    await unit.press("全部进展")
    assert "科长" not in everything(unit)


async def test_whose_a_sealed_case_is_is_closed_to_the_unit(here: Town, channel: str) -> None:
    office = Office(here, channel)
    citizen, number = await hidden(here, channel, "物业")
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    unit = await office.at("housing")
    await does(clerk, number, "转送", "云川市住房和城乡建设局", "某小区夜间施工扰民。", "转送")
    await unit.say(f"/desk {number}")
    shown = unit.buttons()[-12:]
    assert not [b for b in shown if "查看姓名" in b or "听语音" in b]
    petition = case(here, number)
    forged = f"d:{petition.id}:{petition.version}:open_name"
    if channel == "telegram":
        await unit._done(unit.phone.forge(forged, 1))
        await unit.say("核对住址")
        assert FILING["name"] not in everything(unit)
        assert "138" not in everything(unit)
    await citizen.say(f"/track {number}")
    await citizen.press("更多")
    await citizen.press("请给我回电话")
    await here.app.reminders.tick()
    await clerk.expect("请由信访局打这个电话")
    assert FILING["name"] in await does(clerk, number, "查看姓名", "核对身份", "核对住址", "查看")


@pytest.mark.parametrize("kind", [TaskKind.SERVE, TaskKind.TELL])
async def test_who_of_a_sealed_case_isnt_reached_is_the_bureaus_to_tell(
    here: Town, kind: TaskKind
) -> None:
    """The unit that has it may not learn whose it is, so it can't call or write."""
    office = Office(here, "telegram")
    citizen, number = await hidden(here, "telegram", "物业")
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    unit = await office.at("housing")
    await does(clerk, number, "转送", "云川市住房和城乡建设局", "某小区夜间施工扰民。", "转送")
    id = case(here, number).id
    if kind is TaskKind.SERVE:
        await citizen.phone.block()
    else:
        on_paper(here, number)
    await does(unit, number, "受理", "受理")
    await here.app.reminders.tick()
    tasks = here.now(lambda b: b.tasks(case=id))
    assert {(t.kind, t.unit) for t in tasks} == {(kind, "city")}
    said = {TaskKind.SERVE: "没有送达", TaskKind.TELL: "没有聊天渠道"}[kind]
    await clerk.expect(said)
    assert said not in everything(unit)
    # A bureau's task isn't the unit's, by whatever way it is asked for.
    told = await unit._done(unit.phone.forge(f"task:{tasks[0].id}", 1))
    assert "没有这个任务" in told, told
    await clerk.phone.block()
    await here.officer("city", "clerk")
    await here.pass_time(days=1)
    assert said not in everything(unit), "nor once the bureau's officer has shut the bot out"


async def test_a_spoken_name_isnt_read_with_the_letter_it_is_in(here: Town) -> None:
    """Whoever is to tell it opens the name first, with a reason."""
    citizen = await here.citizen()
    number = await file_petition(citizen, "name")
    await here.app.reminders.tick()
    clerk = await here.officer("city", "clerk")
    await clerk.say(f"/desk {number}")
    await clerk.press("写下语音")
    await clerk.say("测试乙")
    assert here.api
    here.api.fault("sendMessage", citizen.phone.id, kind="blocked", times=100)
    await clerk.press("发给信访人核对")
    await here.pass_time(days=1)
    await clerk.expect("没有送达")
    shown = await clerk.press("打开任务")
    assert "先按“查看姓名”" in shown
    assert "测试乙" not in shown


async def test_a_petition_for_another_names_them_and_keeps_who_filed(here: Town) -> None:
    citizen = await here.citizen()
    number = await file_petition(citizen)
    await citizen.press("补充信息")
    await citizen.press("改：替谁提交")
    await citizen.say("测试母")
    await citizen.press("本人在场同意")
    await citizen.press("完成")
    who = here.now(lambda b: b.identity(b.by_number(number).id))
    assert who.name == "测试母"
    texts = here.now(lambda b: b.texts(b.by_number(number).id))
    assert [t.body for t in texts if t.part == "proxy"] == ["测试甲"]
    entry = here.now(lambda b: b.history(b.by_number(number).id))[-1]
    assert entry.facts["consent"] == "present"
