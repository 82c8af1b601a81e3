"""Whoever of the office looks into a case is noted: who, when, what for."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from people import FILING, Office, Town, accepted, file_petition, with_photo
from sqlalchemy import Connection, delete, select, update

from petitions.errors import BadAnswer
from petitions.matters import looking
from petitions.values.oversight import Look
from storage.records import Records
from storage.tables import LOOK
from storage.verify import broken


def looks(here: Town, number: str) -> list[Look]:
    """What was noted of a case."""

    def read(db: Connection) -> list[Look]:
        book = Records(db, here.app.database.ring)
        case = book.by_number(number)
        assert case
        return list(book.looks(case.id))

    return here.app.database.read_now(read)


def wrong(here: Town) -> list[str]:
    """What `history verify` finds."""
    ring = here.app.database.ring
    return here.app.database.read_now(lambda db: [b.what for b in broken(db, ring)])


async def stranger(here: Town, channel: str) -> tuple[Any, Any, str]:
    """A petitioner, an officer of the bureau who never had to do with the case, its number."""
    person = await here.citizen(channel)
    number = await file_petition(person)
    await accepted(Office(here, channel), number)
    other = await here.officer("city", "clerk", channel)
    other.silent = True
    return person, other, number


async def test_a_look_by_duty_is_noted_by_itself_once_a_day(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person)
    office = Office(here, channel)
    unit = await accepted(office, number)
    clerk = await office.at("city", "clerk")
    assert FILING["facts"][:6] in await unit.say(f"/desk {number}")
    await unit.say(f"/desk {number}")
    await unit.press("全部进展")
    found = looks(here, number)
    assert [(x.what, x.reason, x.duty) for x in found] == [("words", "unit", True)] * 2
    assert len({x.officer for x in found}) == 2
    await here.pass_time(days=1)
    await unit.say(f"/desk {number}")
    assert len(looks(here, number)) == 3
    await clerk.say(f"/desk {number}")
    assert looks(here, number)[-1].reason == "worked"
    await person.say("/privacy")
    assert "住房和城乡建设局" in await person.press("谁看过")


async def test_without_a_duty_a_reason_comes_first_and_one_is_no_reason(
    here: Town, channel: str
) -> None:
    person, other, number = await stranger(here, channel)
    noted = len(looks(here, number))
    asked = await other.say(f"/desk {number}")
    assert FILING["facts"][:6] not in asked
    assert "查看是为了什么" in asked
    await other.press("来人来电询问")
    for nothing in ("1", "……", "啊啊啊啊啊啊"):
        said = await other.say(nothing)
        assert FILING["facts"][:6] not in said
    assert len(looks(here, number)) == noted
    assert FILING["facts"][:6] in await other.say("邻居来窗口询问进度")
    await other.say(f"/desk {number}")
    last = looks(here, number)[-1]
    assert (last.what, last.reason, last.duty) == ("words", "asked", False)
    assert last.words == "邻居来窗口询问进度"
    await person.say("/my")
    await person.press(number)
    await person.press("更多")
    assert "邻居来窗口询问进度" in await person.press("谁看过我的材料")


async def test_a_forged_press_shows_nothing_without_a_reason(here: Town) -> None:
    _, other, number = await stranger(here, "telegram")
    case = here.now(lambda b: b.by_number(number).id)
    await other.say("/desk")
    for verb in ("open", "more", "timeline", "files", "documents", "file"):
        assert "查看是为了什么" in await other._done(other.phone.forge(f"d:{case}:{verb}", 1)), verb
    assert all(x.duty for x in looks(here, number))


async def test_attachments_are_a_look_of_their_own_and_name_nobody(
    here: Town, channel: str
) -> None:
    person, number = await with_photo(here, channel)
    unit = await accepted(Office(here, channel), number)
    await unit.say(f"/desk {number}")
    timeline = await unit.press("全部进展")
    assert "照片1.png" in timeline
    assert "zhangsan" not in timeline
    await unit.say(f"/desk {number}")
    await unit.press("附件")
    assert {x.what for x in looks(here, number)} == {"words", "files"}
    heard = unit.phone.received if channel == "telegram" else unit._said()
    assert "zhangsan" not in str(heard)
    await unit.say(f"/desk {number}")
    await unit.press("查看姓名")
    await unit.press("联系信访人")
    await unit.say("要打电话约时间看现场")
    assert "照片1.png：zhangsan-identity[.]png" in await unit.press("查看")
    await person.expect("查看了您的姓名")
    await person.say("/privacy")
    seen = await person.press("谁看过")
    assert "附件" in seen
    assert "联系信访人：要打电话约时间看现场" in seen


async def test_an_archive_is_a_look_and_its_files_name_nobody(here: Town) -> None:
    assert here.api
    person = await here.citizen()
    number = await file_petition(person)
    unit = await accepted(Office(here, "telegram"), number)
    await unit.say(f"/desk {number}")
    await unit.press("更多步骤")
    await unit.press("下载全部材料")
    assert looks(here, number)[-1].what == "archive"
    await person.say("/privacy")
    await person.press("下载我的资料")
    document = person.phone.last["document"]
    with zipfile.ZipFile(io.BytesIO(here.api.content(document["file_id"]))) as archive:
        assert "全部材料（打包）" in archive.read(f"cases/{number}/case.json").decode()


async def test_the_supervisor_reads_the_weeks_looks_the_marked_ones_first(
    here: Town, channel: str
) -> None:
    supervisor = await here.officer("city", "supervisor", channel)
    _, other, number = await stranger(here, channel)
    await other.say(f"/desk {number}")
    await other.press("其他")
    await other.say("想看看这件事怎么样了")
    await here.pass_time(days=7)
    told = await supervisor.expect("的查看记录")
    marked = next(line for line in told.splitlines() if "⚠ " in line)
    assert "desk city" in marked
    assert "想看看这件事怎么样了" in marked
    assert told.index("⚠ ") < told.index("由本单位办理")
    await supervisor.say("/supervision")
    assert number in await supervisor.press("上周查看记录")
    assert "查看记录" not in await other.say("/supervision")


async def test_a_look_that_was_changed_made_up_or_taken_out_is_found(here: Town) -> None:
    _, other, number = await stranger(here, "telegram")
    await other.say(f"/desk {number}")
    await other.press("其他")
    await other.say("想看看这件事怎么样了")
    assert wrong(here) == []
    database = here.app.database
    before = database.read_now(lambda db: db.execute(select(LOOK)).mappings().all())

    def put_back(db: Connection) -> None:
        db.execute(delete(LOOK))
        db.execute(LOOK.insert(), [dict(row) for row in before])

    harm = (
        (["row"], lambda db: db.execute(update(LOOK).where(LOOK.c.seq == 3).values(duty=True))),
        (["row"], lambda db: db.execute(update(LOOK).where(LOOK.c.seq == 3).values(officer=1))),
        (["tally"], lambda db: db.execute(delete(LOOK).where(LOOK.c.seq == 1))),
        (["look", "row"], lambda db: db.execute(
            update(LOOK).where(LOOK.c.seq == 1).values(seq=4))),
        (["tally", "row"], lambda db: db.execute(
            LOOK.insert(), dict(before[0]) | {"id": 99, "seq": 4, "what": "x"})),
    )  # fmt: skip
    for named, work in harm:
        database.write_now(work)
        assert wrong(here) == named
        database.write_now(put_back)
        assert wrong(here) == []


@pytest.mark.parametrize("text", ["1", "111111111", "看看", "aaaaaaaaaa", "…………", "ok ok ok"])
def test_what_says_nothing_is_no_reason(text: str) -> None:
    with pytest.raises(BadAnswer):
        looking.reason(text)


@pytest.mark.parametrize("text", ["核对住址", "to call the person back", "回访：约看现场"])
def test_what_says_something_is_one(text: str) -> None:
    assert looking.reason(text) == text
