"""A case that was erased is gone from a page-only office: from every table, folder and memory,
whoever has looked at it.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from offices.left import WORDS, left
from offices.records import case
from people import Office, Town, WebPerson, accepted, does, opinion
from samples.pictures import picture
from samples.texts import PDF
from sqlalchemy import func, select

from petitions.values.codes import read_number
from storage.tables import SHOWN

TYPED = {
    "facts": "工地每夜施工到两点，金丝雀叫了一夜。\n"
    + "\n".join(f"第{i}夜，又到两点。" for i in range(60)),
    "request": "请让工地夜里停工，金丝雀也要睡。",
    "place": "鸟笼巷　７７号",
    "name": "甘 思 雀",
    "address": "鸟笼巷７７号２单元",
    "contact": "１３９ ７７６６-５５４４",
}
"""As people type it: what is kept is written otherwise."""
ANYWHERE = (*WORDS, "甘 思 雀", "１３９", "７７号", "第9夜", "要看看笼子", "没有上传完", "先写错了")


def erase(here: Town, number: str) -> None:
    id = case(here, number).id
    here.now(lambda b: b.forget_case(id))


async def files_of(person: WebPerson) -> dict[str, bytes]:
    """Address → content of every file that somebody's page shows."""
    await person.refresh()
    found = {}
    for line in person.lines.values():
        for file in line["files"]:
            kind = "archive" if file.get("kind") == "archive" else f"file/{file['id']}"
            where = f"{person.base}/{kind}?line={line['id']}"
            async with person.http.get(where) as answer:
                assert answer.status == 200, await answer.text()
                found[where] = await answer.read()
    return found


async def typed(here: Town) -> tuple[Any, str, list[tuple[str, dict[str, Any]]]]:
    """Somebody files with a picture and a paper, having written and sent what they took back; gives
    them, the number, and what their page would send again after a lost connection."""
    citizen, sent = await here.citizen("web"), []

    async def say(text: str) -> str:
        body = {"key": f"key-{len(sent):08}", "text": text}
        sent.append(("say", body))
        return str(await citizen._done(*sent[-1]))

    await citizen.say("/new")
    await citizen.press("同意，开始")
    await say("先写错了，没有上传完。")
    await citizen.press("返回")
    await citizen.send_file(picture(40, 30), "canary.png", "image/png")
    await citizen.send_file(PDF + b"canary", "canary.pdf", "application/pdf")
    for text in TYPED.values():
        await say(text)
    await citizen.press("没有")
    number = read_number(await citizen.press("提交"))
    assert number
    return citizen, number, sent


async def worked(here: Town, number: str, citizen: Any) -> list[Any]:
    """Everybody looks at everything there is to see of a case; gives the officers."""
    office = Office(here, "web")
    clerk = await office.at("city", "clerk")
    looker = await here.officer("city", "supervisor", "web")
    unit = await accepted(office, number)
    await does(unit, number, "内部记录", "雀鸣备忘，已去过现场。", "保存")
    await does(unit, number, "查看姓名", "核对身份", "要看看笼子。", "查看")
    await unit.say(f"/desk {number}")
    await opinion(unit, "笼门已开，请金丝雀放心。")
    await here.app.reminders.tick()
    await citizen.expect("笼门已开")
    for person in (clerk, looker, unit):
        for page in ("附件", "文书", "下载全部材料", "全部进展"):
            await person.say(f"/desk {number}")
            if any(page in label for label in person.buttons()[-24:]):
                await person.press(page)
    return [clerk, looker, unit]


async def test_nothing_of_an_erased_case_is_left_in_an_office_of_pages(here: Town) -> None:
    citizen, number, sent = await typed(here)
    officers = await worked(here, number, citizen)
    other, others, _ = await typed(here)
    await other.say("别人的事，别的雀。")
    await citizen.say("/privacy")
    await citizen.press("谁看过")
    await citizen.say("/privacy")
    await citizen.press("下载我的资料")
    shown = {person: await files_of(person) for person in (citizen, *officers)}
    assert all(len(files) > 1 for files in shown.values()), "everybody's page shows files of it"
    assert any("第9夜" in x["text"] for x in officers[1].lines.values()), "who only looked, too"

    now = here.app.clock.now()
    for one in (number, others):
        erase(here, one)
    await here.set_clock(now + timedelta(days=2))
    await here.app.vault.sweep()
    for person, files in shown.items():
        for where in files:
            async with person.http.get(where) as answer:
                assert answer.status == 404, where
        person.lines.clear()
        await person.refresh()
        read = json.dumps([*person.lines.values()], ensure_ascii=False)
        assert [w for w in ANYWHERE if w in read] == []
    for path, body in sent:  # the page asks again, as after a lost connection
        again = json.dumps(await citizen.post(path, body), ensure_ascii=False)
        assert [w for w in ANYWHERE if w in again] == []
    assert left(here, ANYWHERE) == []
    folder = here.app.settings.data_dir / "attachments"
    assert not [f for f in folder.rglob("*") if f.is_file()], "no bytes of any file of it"
    plain = [f for f in here.app.settings.data_dir.rglob("*") if f.is_file()]
    assert not [f for f in plain for w in ANYWHERE if w.encode() in f.read_bytes()]
    of_cases = select(func.count()).select_from(SHOWN).where(SHOWN.c.case != 0)
    assert here.app.database.read_now(lambda c: c.execute(of_cases).scalar_one()) == 0


async def test_lines_of_other_matters_stay(here: Town) -> None:
    citizen, number, _ = await typed(here)
    await citizen.say("/new")
    await citizen.press("提交一件新的")
    await citizen.say("另一件事，和它没有关系。")
    before = len(citizen.lines)
    erase(here, number)
    citizen.lines.clear()
    await citizen.refresh()
    said = [x["text"] for x in citizen.lines.values() if x["text"]]
    assert "另一件事，和它没有关系。" in said
    assert 2 < len(said) < before
    assert not [t for t in said for w in ANYWHERE if w in t]


async def test_looking_at_attachments_stores_no_second_copy(here: Town) -> None:
    _, number, _ = await typed(here)
    clerk = await here.officer("city", "clerk", "web")
    await here.app.reminders.tick()  # the receipt's QR picture is drawn beside the answer
    folder = here.app.settings.data_dir / "attachments"
    before = sorted(f for f in folder.rglob("*") if f.is_file())
    for _ in range(4):
        await clerk.say(f"/desk {number}")
        await clerk.press("附件")
    assert len(await files_of(clerk)) == 8, "two files, four times"
    assert sorted(f for f in folder.rglob("*") if f.is_file()) == before
