"""What has had its time goes, and nothing else does: each rule, closed cases anonymised, and
erasure when a person asks.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from offices.left import WORDS, left
from offices.lived_in import bot as command
from offices.records import case
from offices.stored import (
    NOW,
    OFFICE,
    Still,
    database,  # noqa: F401  (the fixture)
    filed,
    run,
)
from people import FILING, START, Office, Town, accepted, does, file_petition, opinion
from people.joint import invitation, joins
from sqlalchemy import Connection, func, insert, select, update
from structlog.testing import capture_logs

from bot.opening import open_database
from bot.settings import load_settings
from petitions.book import Draft
from petitions.errors import BadSetting, NotPossibleNow
from petitions.keeping import retention
from petitions.keeping.held import Fate
from petitions.law.office_file import read_office
from petitions.printed.retention_doc import document
from petitions.values import history
from petitions.values.codes import read_number
from petitions.values.meeting import Booking, Meeting, Slot
from petitions.values.person import Actor, Identity
from petitions.verbs import access, acting
from storage import cells, copying, journal, verify
from storage.cells import every
from storage.database import Database, make_engine
from storage.migrate import check_schema
from storage.records import Records
from storage.retention import WAYS, Retention, look
from storage.tables import (
    APPOINTMENT,
    BOOKING,
    CASE_LINK,
    CHAT,
    CHAT_PERSON,
    CLOCK,
    HANDLED,
    INVITE,
    JOINT_LINK,
    LISTED,
    LOG,
    MEETING,
    METADATA,
    NOTICE,
    PETITION,
    SESSION,
    SUPERVISION,
    TASK,
    TRY,
    fates_of_all,
)
from storage.tables.column import exported, fates, own

ROOT = Path(__file__).parent.parent
KEEPING = replace(OFFICE, keep_cases=2)
"""An office that keeps closed cases for two years."""
LATER = NOW + timedelta(days=900)
CANARY = {
    "facts": "小区楼下的工地每天夜里施工到两点，金丝雀叫了一夜，老人和孩子都睡不好。",
    "request": "请让工地夜里停工，金丝雀也要睡。",
    "place": "鸟笼巷七十七号", "name": "甘思雀", "address": "鸟笼巷七十七号二单元",
    "contact": "13977665544",
}  # fmt: skip

PHOTO = b"%PDF-1.7\n% canary\n" + b"0" * 500
"""A picture's own words wouldn't be kept."""


# What is left anywhere


def stolen(here: Town) -> list[str]:
    """Every place where one of these words stands for whoever has no keys."""
    found = []
    words = {form for w in WORDS for form in (w.encode(), json.dumps(w)[1:-1].encode())}

    def read(db: Connection) -> None:
        for table in METADATA.tables.values():
            for row in db.execute(select(table)).mappings():
                for column, value in row.items():
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    found.extend(f"{table.name}.{column}" for w in words if w in raw)

    here.app.database.read_now(read)
    return found


def whole(here: Town) -> None:
    """Every chain holds, and every figure follows from the history."""
    data = here.app.database
    assert data.read_now(verify.broken, data.ring) == []
    while data.write_now(journal.count_some, here.app.office.zone):
        pass
    assert data.read_now(journal.check, here.app.office.zone, lambda: None) == []


async def long_after(here: Town, years: int = 3) -> None:
    """Years pass; what is still to be said is said, what has had its time goes."""
    for _ in range(3):
        await here.set_clock(here.app.clock.now() + timedelta(days=years * 122))
        await here.app.reminders.tick()
    await here.app.reminders.tidy()
    await here.app.reminders.tidy()


def keep(here: Town, years: int) -> None:
    """Closed cases are kept for so many years."""
    object.__setattr__(here.app.office, "keep_cases", years)


async def with_photo(here: Town, channel: str) -> tuple[Any, str]:
    """Somebody files with a photo; gives them and the number."""
    citizen = await here.citizen(channel)
    await citizen.say("/new")
    await citizen.press("同意，开始")
    await citizen.send_file(PHOTO, "canary.pdf", "application/pdf")
    for part in CANARY.values():
        await citizen.say(part)
    await citizen.press("没有")
    number = read_number(await citizen.press("提交"))
    assert number
    return citizen, number


def end_tasks(here: Town, number: str) -> None:
    """What persons had to do is done."""
    id = case(here, number).id
    for task in here.now(lambda b: b.tasks(case=id)):
        here.now(lambda b, t=task: b.end_task(t.id, 1, "window", here.app.clock.now()))


async def closed(here: Town, channel: str) -> tuple[Any, Office, str]:
    """A case with a canary in every corner, answered, rated, closed, its questions asked."""
    office_ = Office(here, channel)
    citizen, number = await with_photo(here, channel)
    await citizen.say("/my")
    await citizen.press(number)
    await citizen.press("提问")
    await citizen.say("雀问何时有结果？")
    unit = await accepted(office_, number)
    await does(unit, number, "内部记录", "雀鸣备忘，已去过现场。", "保存")
    await does(unit, number, "查看姓名", "核对身份", "要核对住址金丝雀。", "查看")
    assert {"note", "open_name"} <= {e.action for e in here.now(lambda b: b.history(1))}
    await unit.say(f"/desk {number}")
    await opinion(unit, "笼门已开，请金丝雀放心。")
    await here.app.reminders.tick()
    await citizen.expect("笼门已开")
    await citizen.press("已收到")
    await here.pass_time(days=2)
    await citizen.expect("满意吗")
    await citizen.press("不满意")
    await citizen.press("说几句")
    await citizen.say("金丝雀还在叫。")
    await here.pass_time(days=41)
    await does(unit, number, "结案", "结案")
    end_tasks(here, number)
    await here.pass_time(days=100)
    end_tasks(here, number)
    return citizen, office_, number


# The table, the document, the setting


def test_every_column_of_every_table_is_decided() -> None:
    for name, table in METADATA.tables.items():
        decided = [c for held, columns in fates(table) for c in columns]
        assert sorted(decided) == sorted(table.c.keys()), name
        assert all(held.why for held, _ in fates(table))
        assert len(exported(table)) <= 1, name


def test_every_sealed_column_goes() -> None:
    stays = {("suggestion", "words"), ("suggestion", "answer"), ("login", "secret")}
    for name, column in every():
        held = own(METADATA.tables[name].c[column]).held
        assert (held.fate is Fate.KEPT) == ((name, column) in stays), (name, column)


def test_the_document_is_what_the_table_prints() -> None:
    assert (ROOT / "docs" / "retention.md").read_text("utf-8") == document(fates_of_all())


@pytest.mark.parametrize(
    ("last", "until"),
    [("2026-02-02T03:00", "2028-02-02"), ("2028-02-29T03:00", "2030-02-28"),
     ("2026-12-31T17:00", "2029-01-01")],
)  # fmt: skip
def test_years_are_counted_in_the_office_s_days(last: str, until: str) -> None:
    at = datetime.fromisoformat(last).replace(tzinfo=UTC)
    day = retention.kept_until(KEEPING, at)
    assert day == date.fromisoformat(until)
    for later, over in ((0, False), (1, True)):
        noon = datetime.combine(day + timedelta(days=later), datetime.min.time(), UTC)
        limit = retention.before(retention.CASES, KEEPING, noon + timedelta(hours=4))
        assert limit
        if (day.month, day.day) != (2, 28):  # the day after a 29th is the 1st of March
            assert (at < limit) is over


@pytest.mark.parametrize("keeping", [{"cases": -1}, {"cases": "ten"}, {"cases": True},
                                     {"cases": 101}, {"drafts": 3}, "ten"])  # fmt: skip
def test_a_wrong_time_for_keeping_is_named(keeping: Any) -> None:
    raw = {"office": {"name": "甲", "area": "6409", "bureau": "city"},
           "unit": [{"id": "city", "kind": "bureau", "name": "甲"}]}  # fmt: skip
    assert read_office(raw).keep_cases == 0, "unset: for ever"
    assert read_office(raw | {"keeping": {"cases": 30}}).keep_cases == 30
    with pytest.raises(BadSetting) as refused:
        read_office(raw | {"keeping": keeping})
    assert "keeping" in refused.value.sentence("zh")


def test_every_rule_has_its_way() -> None:
    assert [rule.name for rule in retention.RULES] == list(WAYS)


# Each rule, on both databases


def add(database: Database, table: Any, **values: Any) -> None:  # noqa: F811
    database.write_now(lambda c: c.execute(insert(table).values(**values)))


def count(database: Database, table: Any, *which: Any) -> int:  # noqa: F811
    found = select(func.count()).select_from(table).where(*which)
    return database.read_now(lambda c: int(c.execute(found).scalar_one()))


def let_go(database: Database, now: datetime, keeping: Any = KEEPING) -> int:  # noqa: F811
    """Everything that has had its time; gives how many."""

    async def work() -> int:
        retention_, total = Retention(database, keeping, Still(now), moved=True), 0
        while gone := await retention_.step():
            total += gone
        return total

    return asyncio.run(work())


def test_nothing_is_let_go_by_a_clock_that_jumped_until_that_is_confirmed(
    database: Database,  # noqa: F811
) -> None:
    def step(now: datetime) -> int:
        return asyncio.run(Retention(database, KEEPING, Still(now)).step())

    def noted(at: datetime) -> int:
        run(database, lambda b: b.add_try("chat:1", at))
        return count(database, TRY)

    assert step(NOW) == 0, "an office that starts fresh simply begins"
    noted(NOW)
    assert step(NOW + timedelta(days=6)) == 1, "a week away is nothing"
    noted(NOW)
    with capture_logs() as logs:
        assert step(NOW + timedelta(days=400)) == 0
    assert [entry["event"] for entry in logs] == ["letting_go.clock_jumped"]
    assert step(NOW + timedelta(days=7)) == 1, "set right, it goes on by itself"
    noted(NOW)
    late = Retention(database, KEEPING, Still(NOW + timedelta(days=400)))
    assert asyncio.run(late.step()) == 0
    asyncio.run(late.confirm())
    assert asyncio.run(late.step()) == 1, "an office that was closed for long"
    noted(NOW)
    assert step(NOW + timedelta(days=8)) == 1, "confirmed by mistake, and set right"


def due(database: Database, now: datetime) -> dict[str, int]:  # noqa: F811
    found = database.read_now(look, KEEPING, now)
    return {one.rule.name: one.count for one in found if one.count}


def begun(database: Database, form: str, at: datetime) -> Draft:  # noqa: F811
    """A form that somebody began, in a chat of their own."""

    def work(book: Records) -> Draft:
        chat = book.new_chat("telegram", f"{form}{at}", "zh", at)
        data = {"answers": {"facts": "金丝雀"}, "voice": {}, "files": [], "at": "facts"}
        draft = book.new_draft(Draft(0, chat.id, chat.person, form, data=data), at)
        chat.draft = draft.id
        book.save_chat(chat)
        return draft

    return run(database, work)


@pytest.mark.parametrize("form", ["supplement", "batch", "find", "danger", "intake"])
def test_a_form_nobody_touched_for_a_month_goes(database: Database, form: str) -> None:  # noqa: F811
    old, new = begun(database, form, NOW), begun(database, form, NOW + timedelta(days=2))
    assert let_go(database, NOW + timedelta(days=29)) == 0
    assert let_go(database, NOW + timedelta(days=31)) == 1
    gone, stays = (run(database, lambda b, d=d: b.draft(d.id)) for d in (old, new))
    assert gone.done
    assert gone.data["answers"] == {}
    assert not stays.done
    assert stays.data["answers"] == {"facts": "金丝雀"}
    assert run(database, lambda b: b.chat_by_id(old.chat)).draft == 0


def test_an_unfinished_petition_goes_only_after_its_owner_was_told(
    database: Database,  # noqa: F811
) -> None:
    draft = begun(database, "petition", NOW)
    assert let_go(database, NOW + timedelta(days=24)) == 0
    assert count(database, NOTICE, NOTICE.c.kind == "draft.ends") == 0
    # The machine was off until it is late: told first, all the same.
    for days, told in ((40, 1), (41, 1), (44, 1)):
        assert let_go(database, NOW + timedelta(days=days)) == 0
        assert count(database, NOTICE, NOTICE.c.kind == "draft.ends") == told
    assert let_go(database, NOW + timedelta(days=46)) == 1
    assert run(database, lambda b: b.draft(draft.id)).done


def rows_of_each_rule(database: Database, at: datetime) -> None:  # noqa: F811
    """Something of every rule, of this instant."""
    key = f"k{at.timestamp()}"

    def chats(book: Records) -> tuple[int, int]:
        stranger = book.new_chat("telegram", f"s{key}", "zh", at)
        visitor = book.new_chat("web", f"v{key}", "zh", at)
        slot = book.add_slot(Slot(0, "city", 1, at.date(), "09:00", 30, 2, "一号接待室"))
        book.add_booking(
            Booking(0, slot, stranger.person, stranger.id, 0, "金丝雀", "chat", "held")
        )
        return stranger.id, visitor.id

    _, visitor = run(database, chats)
    add(database, HANDLED, channel="web", key=key, chat=visitor, answers=b"", at=at)
    for bucket in (key, f"claim:{key}"):
        add(database, TRY, bucket=bucket, at=at)
    add(database, INVITE, hash=key.encode(), officer=1, until=at)
    add(database, JOINT_LINK, case=int(at.timestamp()), part="signer", hash=key.encode(), until=at)
    add(database, SESSION, token_hash=key.encode(), chat=visitor, created_at=at, seen_at=at)
    line = '{"who":"me","text":"金丝雀"}'.encode()
    entry = cells.seal(database.ring, "log_line", "entry", line, {"chat": visitor, "seq": 1})
    add(database, LOG, chat=visitor, seq=1, key=key, at=at, entry=entry)


def test_each_rule_lets_go_of_its_own_and_leaves_what_is_new(
    database: Database,  # noqa: F811
) -> None:
    now = NOW + timedelta(days=400)
    for at in (NOW, now - timedelta(hours=2)):
        rows_of_each_rule(database, at)
    assert due(database, now) == {
        "answers": 1, "tries": 1, "pins": 1, "invitations": 1, "links": 1, "visits": 1,
        "receptions": 1, "strangers": 2,
    }  # fmt: skip
    let_go(database, now)
    assert due(database, now) == {}
    for table in (HANDLED, INVITE, JOINT_LINK, SESSION, LOG):
        assert count(database, table) == 1, table.name
    assert count(database, TRY) == 2
    assert count(database, BOOKING) == 2, "that a place was taken stays"
    assert count(database, BOOKING, BOOKING.c.person != 0) == 1
    assert count(database, CHAT, CHAT.c.mark.is_(None)) == 2
    assert count(database, CHAT, func.length(CHAT.c.address) == 0) == 2
    assert count(database, CHAT_PERSON) == 2
    assert let_go(database, now) == 0, "twice is once"


def test_a_session_that_was_ended_goes_with_its_lines_at_once(
    database: Database,  # noqa: F811
) -> None:
    rows_of_each_rule(database, NOW)
    database.write_now(lambda c: c.execute(update(SESSION).values(ended_at=NOW)))
    let_go(database, NOW + timedelta(minutes=1))
    assert (count(database, SESSION), count(database, LOG)) == (0, 0)


def test_a_chat_that_follows_a_case_is_never_forgotten(database: Database) -> None:  # noqa: F811
    chat, _ = filed(database)
    let_go(database, LATER)
    assert run(database, lambda b: b.chat_by_id(chat.id)).address == chat.address


# Closed cases


def over(database: Database, at: datetime = NOW) -> int:  # noqa: F811
    """A case that its petitioner withdrew, nothing of it open."""
    chat, receipt = filed(database)
    id = receipt.petition.id
    me = Actor.petitioner(chat.person)
    run(database, lambda b: acting.act(b, OFFICE, id, "withdraw", me, {}, at))
    said = update(NOTICE).where(NOTICE.c.case == id).values(next_at=None, state="sent")
    database.write_now(lambda c: c.execute(said))
    return id


def person_of(database: Database, id: int) -> int:  # noqa: F811
    return int(run(database, lambda b: b.petition(id)).person)


def test_a_closed_case_is_anonymised_when_its_time_is_over(
    database: Database,  # noqa: F811
) -> None:
    id = over(database)
    before = run(database, lambda b: b.history(id))
    assert let_go(database, NOW + timedelta(days=729)) == 0
    let_go(database, LATER, OFFICE)
    assert person_of(database, id), "no time is set: kept for ever"
    assert let_go(database, LATER) == 2, "the case, and the address of a chat that follows none"
    assert person_of(database, id) == 0
    assert run(database, lambda b: b.identity(id)) == Identity()
    assert not any(t.body for t in run(database, lambda b: b.texts(id)))
    after = run(database, lambda b: b.history(id))
    assert after[:-1] == before
    assert after[-1].action == "anonymise"
    held = run(database, lambda b: b.commitments(id))
    chain = [(e, held.get(e.seq, [])) for e in after]
    assert history.first_broken(id, chain) is None
    assert let_go(database, LATER) == 0, "twice is once"
    with pytest.raises(NotPossibleNow):
        run(database, lambda b: acting.act(b, OFFICE, id, "take_back", Actor.petitioner(1), {},
                                           LATER))  # fmt: skip


OPEN: dict[str, Callable[[Database, int], None]] = {
    "clock": lambda d, id: add(d, CLOCK, case=id, clock="answer", started_on=NOW.date(),
                               due_on=NOW.date(), rolled_on=NOW.date(), pauses=[]),
    "task": lambda d, id: add(d, TASK, case=id, kind="tell", occasion="1", unit="city",
                              due_on=NOW.date(), created_at=NOW, notice=0, done_by=0),
    "supervision": lambda d, id: add(d, SUPERVISION, case=id, unit="city", level="remind",
                                     cause="late", due_on=NOW.date(), by=0, state="answered"),
    "visit": lambda d, id: add(d, APPOINTMENT, case=id, kind="visit", host=1, place="home",
                               day=NOW.date(), hour=9, state="agreed"),
    "listing": lambda d, id: add(d, LISTED, case=id, leader=1, unit="city", team="甲",
                                 due_on=NOW.date(), campaign=0, state="open"),
    "booking": lambda d, id: add(d, BOOKING, slot=1, person=1, chat=1, case=id, topic=b"",
                                 how="chat", state="booked"),
    "notice": lambda d, id: add(d, NOTICE, kind="petitioner.wrote", case=id, occasion="9",
                                recipient="petitioner", due_at=NOW, next_at=LATER, facts={},
                                message=""),
    "case beside it": lambda d, id: add(d, CASE_LINK, case=id, other=filed(d)[1].petition.id),
    "main case": lambda d, id: merge(d, id, filed(d)[1].petition.id),
    "new entry": lambda d, id: run(d, lambda b: acting.act(
        b, OFFICE, id, "renew_code", Actor.petitioner(b.petition(id).person), {},
        LATER - timedelta(days=30))),
    "reopened": lambda d, id: run(d, lambda b: b.change(
        "petition", PETITION.c.id == id, status="accepted")),
    "somebody at the chat": lambda d, id: d.write_now(lambda c: c.execute(
        update(CHAT).values(seen_at=LATER - timedelta(minutes=20)))),
}  # fmt: skip


def merge(database: Database, id: int, main: int) -> None:  # noqa: F811
    run(database, lambda b: b.change("petition", PETITION.c.id == id, merged_into=main))


@pytest.mark.parametrize("what", OPEN)
def test_a_case_waits_while_anything_of_it_is_open(
    database: Database,  # noqa: F811
    what: str,
) -> None:
    id, other = over(database), over(database)
    OPEN[what](database, id)
    let_go(database, LATER)
    assert person_of(database, id), what
    assert bool(person_of(database, other)) == (what == "somebody at the chat")


def test_what_was_merged_goes_after_the_case_it_is_part_of(
    database: Database,  # noqa: F811
) -> None:
    part, main = over(database), over(database)
    merge(database, part, main)
    let_go(database, LATER)
    assert (person_of(database, part), person_of(database, main)) == (0, 0)


def test_a_number_leads_to_nobody_once_the_last_case_has_gone(
    database: Database,  # noqa: F811
) -> None:
    first, other = over(database), filed(database)[1].petition.id
    person = person_of(database, first)
    [chat] = run(database, lambda b: b.chats_of(person))
    run(database, lambda b: access.remember_pin(b, chat, "2468"))
    run(database, lambda b: b.follow(other, person, "code", NOW))
    let_go(database, LATER)
    assert person_of(database, first) == 0
    assert run(database, lambda b: b.chats_of(person)), "they still follow another case"

    me = Actor.petitioner(person)
    run(database, lambda b: acting.act(b, OFFICE, other, "withdraw", me, {}, NOW))
    said = update(NOTICE).values(next_at=None, state="sent")
    database.write_now(lambda c: c.execute(said))
    seen = update(CHAT).values(seen_at=LATER - timedelta(days=1))
    database.write_now(lambda c: c.execute(seen))
    let_go(database, LATER)
    assert run(database, lambda b: b.chats_of(person)) == []
    fresh = run(database, lambda b: b.chat_by_id(chat.id))
    assert fresh.person not in (0, person)
    assert run(database, lambda b: b.person(person)).pin == b""
    assert run(database, lambda b: access.is_pin(b, fresh, "2468", NOW)), "their PIN goes along"


def test_minutes_go_with_the_last_case_of_their_agenda(database: Database) -> None:  # noqa: F811
    first, second = over(database), over(database, NOW + timedelta(days=300))
    minutes = Meeting(0, NOW.date(), 1, "住建局", "金丝雀一事", (first, second))
    run(database, lambda b: b.add_meeting(minutes))
    let_go(database, NOW + timedelta(days=800))
    assert person_of(database, first) == 0
    assert run(database, lambda b: b.meeting(1)).minutes == "金丝雀一事"
    let_go(database, NOW + timedelta(days=1100))
    assert run(database, lambda b: b.meeting(1)).minutes == ""
    assert count(database, MEETING) == 1


def test_a_case_that_fails_holds_up_no_other(database: Database) -> None:  # noqa: F811
    odd, fine = over(database), over(database)
    broken = update(PETITION).where(PETITION.c.id == odd).values(name=b"\x01nonsense")
    database.write_now(lambda c: c.execute(broken))
    let_go(database, LATER)
    assert person_of(database, odd), "unchanged, and said in the log"
    assert person_of(database, fine) == 0


# The whole town


def lines_of(here: Town, number: str) -> list[Any]:
    """What the case counts as."""
    lines = METADATA.tables["journal"]
    mine = select(lines).where(lines.c.case == case(here, number).id)
    return list(here.app.database.read_now(lambda c: c.execute(mine).all()))


async def test_nothing_of_a_closed_case_is_left_anywhere(here: Town, channel: str) -> None:
    keep(here, 2)
    citizen, office_, number = await closed(here, channel)
    corners = {place.split(":")[0] for place in left(here)}
    assert {"petition.name", "words.body", "file.name", "vault"} <= corners
    assert stolen(here) == []
    whole(here)
    figures = lines_of(here, number)
    await long_after(here)
    assert left(here) == []
    whole(here)
    assert lines_of(here, number) == figures, "no figure changed"
    assert case(here, number).person == 0
    unit = await office_.at("housing") if channel == "telegram" else await here.officer("housing")
    assert number in await unit.say(f"/desk {number}")
    for page in ("文书", "下载全部材料", "全部进展"):
        await unit.say(f"/desk {number}")
        said = await unit.press(page)
    assert "已清除" in said
    assert left(here) == []
    if channel == "telegram":
        assert number not in await citizen.say("/my")


async def test_members_of_a_joint_petition_are_forgotten_and_keep_their_other_matters(
    here: Town,
) -> None:
    keep(here, 2)
    filer = await here.citizen()
    number = await file_petition(filer, **CANARY)
    token = await invitation(filer, number)
    member, _ = await joins(here, "telegram", token, "甘思雀二", "13977665545", "金丝雀也吵我。")
    await member.say("/new")
    await member.press("提交一件新的")
    for part in FILING.values():
        await member.say(part)
    await member.press("没有")
    own = read_number(await member.press("提交"))
    assert own
    id, now = case(here, number).id, here.app.clock.now()
    here.now(lambda b: b.change("petition", PETITION.c.id == id, status="closed", ended_at=now))
    here.now(lambda b: b.change("clock", CLOCK.c.case == id, ended_at=now))
    await long_after(here)
    assert left(here, (*WORDS, "甘思雀二", "13977665545")) == []
    assert here.now(lambda b: b.members(id)) == []
    said = await member.say("/my")
    assert own in said
    assert number not in said
    whole(here)


async def test_lines_that_show_the_case_go_with_it_and_others_stay(here: Town) -> None:
    keep(here, 2)
    citizen, number = await withdrawn(here, "web")
    clerk = await Office(here, "web").at("city", "clerk")
    await does(clerk, number, "内部记录", "雀鸣备忘。", "保存")
    assert here.now(lambda b: b.history(1))[-1].action == "note"
    await here.set_clock(START + timedelta(days=900))
    await here.app.reminders.tick()
    now = here.app.clock.now()
    here.now(lambda b: b.change("session", SESSION.c.chat > 0, created_at=now))
    await citizen.say(f"/track {number}")
    await citizen.say("/notices")
    await citizen.say("/privacy")
    await citizen.press("下载我的资料")
    await clerk.say(f"/desk {number}")
    await clerk.say("/figures")
    await here.app.reminders.tidy()
    assert case(here, number).person, "somebody is at the chat"
    await here.set_clock(START + timedelta(days=900, hours=2))
    await here.app.reminders.tidy()
    assert case(here, number).person == 0
    await here.set_clock(START + timedelta(days=904))
    await here.app.reminders.tidy()
    found = left(here, (*WORDS, number[5:]))
    assert sorted(found) == [f"draft.data: {number[5:]}", f"petition.number: {number[5:]}"], (
        "the form in which the desk wrote a note still names the case, and nobody"
    )
    for person in (citizen, clerk):
        person.lines.clear()
        await person.refresh()
    shown = [[x["text"] for x in person.lines.values()] for person in (citizen, clerk)]
    assert "/notices" in shown[0]
    assert "/figures" in shown[1]


# The command


def lived_in(folder: Path, cases: int) -> None:
    """Closed cases of an office on the disk."""
    made = open_database(load_settings(data_dir=folder))
    check_schema(made.engine)
    for _ in range(cases):
        over(made)
    begun(made, "supplement", NOW)
    made.close()


@pytest.fixture
def office_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample office, which keeps closed cases for two years."""
    sample = (ROOT / "bot" / "sample-office.toml").read_text("utf-8")
    file = tmp_path / "office.toml"
    file.write_text(f"{sample}\n[keeping]\ncases = 2\n", "utf-8")
    monkeypatch.setenv("PETITION_OFFICE", str(file))
    return file


def test_the_command_says_that_the_clock_jumped_and_apply_confirms_it(
    tmp_path: Path, office_file: Path
) -> None:
    lived_in(tmp_path, 1)
    made = open_database(load_settings(data_dir=tmp_path))
    long_ago = datetime.now(UTC) - timedelta(days=30)
    run(made, lambda b: b.set_setting("tidied", long_ago.isoformat()))
    made.close()
    assert "现在不会自动清理" in command(tmp_path, "retention").stdout
    assert command(tmp_path, "retention", "--apply").exit_code == 0
    assert "现在不会自动清理" not in command(tmp_path, "retention").stdout


def summed(folder: Path) -> copying.CheckSums:
    engine = make_engine(f"sqlite:///{folder / 'petitions.sqlite3'}")
    with engine.connect() as db:
        return copying.sums(db)


def test_a_dry_run_says_what_is_due_and_changes_nothing(tmp_path: Path, office_file: Path) -> None:
    folder = tmp_path / "office"
    lived_in(folder, 3)
    before = summed(folder)
    with time_machine.travel(LATER, tick=False):
        done = command(folder, "retention")
        assert done.exit_code == 0, done.output
        assert "什么都没有改动" in done.stdout
        assert "2026-02-02" in done.stdout
        assert "共5项" in done.stdout, "three cases, a draft, its chat"
        assert summed(folder) == before
        done = command(folder, "retention", "--apply")
        assert "已清除8项" in done.stdout, "and chats that follow nothing any more"
        assert command(folder, "history", "verify").exit_code == 0
        assert command(folder, "figures", "rebuild", "--check").exit_code == 0
        after = summed(folder)
        assert "已清除0项" in command(folder, "retention", "--apply").stdout
        assert summed(folder) == after, "twice is once"


def test_without_a_time_no_case_goes_and_the_command_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    lived_in(folder, 1)
    with time_machine.travel(LATER, tick=False):
        done = command(folder, "retention", "--apply")
        assert "没有设 [keeping] cases" in done.stdout
        assert "已清除2项" in done.stdout, "the draft and its chat"


def test_killed_in_between_it_goes_on_the_next_time(tmp_path: Path, office_file: Path) -> None:
    folder, cases = tmp_path / "office", 150
    lived_in(folder, cases)
    start = (  # each commit takes a moment, so that there is a time in between
        "import sqlalchemy as s, time; "
        "s.event.listen(s.Engine, 'commit', lambda _: time.sleep(0.05)); "
        "import time_machine, datetime as d; "
        f"t = time_machine.travel(d.datetime.fromisoformat('{LATER.isoformat()}')); t.start(); "
        "from bot.cli import app; app(['retention', '--apply'])"
    )
    env = os.environ | {"PETITION_DATA_DIR": str(folder), "PETITION_DATABASE_URL": "",
                        "PYTHONPATH": str(ROOT)}  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", start], env=env, cwd=tmp_path,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    engine = make_engine(f"sqlite:///{folder / 'petitions.sqlite3'}")

    def still() -> int:
        with engine.connect().execution_options(reads=True) as db:
            found = select(func.count()).where(PETITION.c.person != 0)
            return int(db.execute(found).scalar_one())

    while still() == cases and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 0 < still() < cases, "killed on the way"
    with time_machine.travel(LATER, tick=False):
        assert command(folder, "history", "verify").exit_code == 0
        assert command(folder, "retention", "--apply").exit_code == 0
        assert still() == 0
        assert command(folder, "history", "verify").exit_code == 0
        assert command(folder, "figures", "rebuild", "--check").exit_code == 0
    engine.dispose()


# Drafts and their notice, in the chat


async def test_who_began_a_petition_is_told_once_and_may_go_on(here: Town, channel: str) -> None:
    citizen = await here.citizen(channel)
    await citizen.say("/new")
    await citizen.press("同意，开始")
    await citizen.send_file(PHOTO, "canary.pdf", "application/pdf")
    await citizen.say(CANARY["facts"])
    await here.set_clock(START + timedelta(days=26))
    await here.app.reminders.tidy()
    await here.pass_time(hours=14)
    said = await citizen.expect("没写完的信访事项")
    assert "12月19日" in said, "five days after the notice"
    await here.app.reminders.tidy()
    assert count(here.app.database, NOTICE, NOTICE.c.kind == "draft.ends") == 1
    if channel == "telegram":
        await citizen.press("接着填")
        await citizen.say(CANARY["request"])
        await here.set_clock(START + timedelta(days=40))
        await here.app.reminders.tidy()
        assert here.now(lambda b: b.draft(1)).data["answers"]["facts"] == CANARY["facts"]
        return
    await here.set_clock(START + timedelta(days=33))
    await here.app.reminders.tidy()
    assert here.now(lambda b: b.draft(1)).data["answers"] == {}
    await here.set_clock(START + timedelta(days=130))
    await here.app.reminders.tidy()
    assert left(here) == [], "the page's chat, too, and the photo"


async def test_a_notice_of_a_draft_is_for_whoever_began_it(here: Town) -> None:
    citizen = await here.citizen()
    await citizen.say("/new")
    await citizen.press("同意，开始")
    await citizen.say(CANARY["facts"])
    await citizen.say("/privacy")
    await citizen.press("设")
    await citizen.say("2468")
    await citizen.say("/privacy")
    await citizen.press("换别人用这部手机")
    await here.set_clock(START + timedelta(days=26))
    await here.app.reminders.tidy()
    await here.pass_time(hours=14)
    [row] = [n for n in await here.app.ledger.rows() if n.kind == "draft.ends"]
    assert row.state == "cancelled"


# Erasure when a person asks


async def erases(person: Any, pin: str = "") -> tuple[str, str]:
    """Ask for it and say yes; gives what is said before and after."""
    await person.say("/privacy")
    before = await person.press("删除我的资料")
    after = await person.press("确认删除")
    if pin:
        after = await person.say(pin)
    return before, after


async def test_who_has_nothing_here_begins_anew(here: Town, channel: str) -> None:
    citizen = await here.citizen(channel)
    await citizen.say("/new")
    await citizen.press("同意，开始")
    await citizen.send_file(PHOTO, "canary.pdf", "application/pdf")
    await citizen.say(CANARY["facts"])
    before, after = await erases(citizen)
    assert "草稿" in before
    assert "编号、日期" in before
    assert "和第一次打开时一样" in after
    assert set(left(here)) == {"file.name: canary", "vault: canary"}, "until it is swept"
    assert "没有" in await citizen.say("/my")
    await citizen.say("/new")
    assert any("同意" in b for b in citizen.buttons()[-3:]), "consent is asked anew"
    await here.set_clock(START + timedelta(days=2))
    await here.app.reminders.tidy()
    assert left(here) == []


async def test_a_matter_that_goes_on_stays_and_so_does_the_way_to_its_petitioner(
    here: Town, channel: str
) -> None:
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    await citizen.say("/new")
    await citizen.say(CANARY["facts"])
    before, after = await erases(citizen)
    assert f"{number} 还在办" in before
    assert "会继续" in after
    assert here.now(lambda b: b.identity(b.by_number(number).id)).name
    assert number in await citizen.say("/my")
    clerk = await Office(here, channel).at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    await here.app.reminders.tick()
    await citizen.expect("已登记")
    await citizen.say("/new")
    assert any("同意" in b for b in citizen.buttons()[-3:]), "consent is asked anew"


async def test_a_closed_case_is_kept_unused_and_told_until_when(here: Town, channel: str) -> None:
    keep(here, 10)
    citizen, number = await withdrawn(here, channel)
    other = await here.citizen(channel)
    receipt = here.now(lambda b: access.renew_code(
        b, here.app.office, b.by_number(number).id, Actor.petitioner(b.by_number(number).person),
        "", here.app.clock.now()))  # fmt: skip
    await other.say(f"/track {number}")
    await other.say(receipt.code)
    await citizen.expect("用编号和查询码打开了")
    before, _ = await erases(citizen)
    assert f"{number} 已结案" in before
    assert "2036年11月18日" in before
    assert "第四十七条" not in before, "no law says how long; the office does"
    assert number not in await citizen.say("/my")
    assert here.now(lambda b: b.identity(b.by_number(number).id)).name, "kept"
    assert number in await other.say("/my"), "another follower isn't harmed"
    await citizen.say(f"/track {number}")
    assert number in await citizen.say(receipt.code), "number and code still open it"


async def withdrawn(here: Town, channel: str) -> tuple[Any, str]:
    """Somebody with a case they withdrew."""
    citizen = await here.citizen(channel)
    number = await file_petition(citizen, **CANARY)
    here.now(lambda b: acting.act(b, here.app.office, b.by_number(number).id, "withdraw",
                                  Actor.petitioner(b.by_number(number).person), {},
                                  here.app.clock.now()))  # fmt: skip
    await here.app.reminders.tick()
    return citizen, number


async def test_a_closed_case_whose_time_is_over_goes_at_once(here: Town, channel: str) -> None:
    keep(here, 2)
    citizen, number = await withdrawn(here, channel)
    await here.set_clock(START + timedelta(days=900))
    await here.app.reminders.tick()
    before, _ = await erases(citizen)
    assert "已过保存期限" in before
    assert case(here, number).person == 0
    assert left(here) == []
    whole(here)


async def test_nothing_is_erased_without_the_pin(here: Town, channel: str) -> None:
    citizen, number = await withdrawn(here, channel)
    person = case(here, number).person
    chat = here.now(lambda b: b.chats_of(person))[0]
    here.now(lambda b: access.remember_pin(b, chat, "2468"))
    _, after = await erases(citizen, "1357")
    assert "什么都没有删除" in after
    assert number in await citizen.say("/my")
    _, after = await erases(citizen, "2468")
    assert "已删除" in after
    assert number not in await citizen.say("/my")


async def test_a_place_at_a_reception_stands_and_a_past_one_is_forgotten(
    here: Town, channel: str
) -> None:
    citizen, number = await withdrawn(here, channel)
    person = case(here, number).person
    chat = here.now(lambda b: b.chats_of(person))[0]
    for day in (date(2026, 11, 2), date(2026, 12, 1)):
        slot = Slot(0, "city", 1, day, "09:00", 30, 2, "一号接待室")
        here.now(lambda b, s=slot: b.add_booking(
            Booking(0, b.add_slot(s), person, chat.id, 0, "谈谈金丝雀", "chat")))  # fmt: skip
    before, after = await erases(citizen)
    assert "1次接访仍然有效" in before
    assert "会继续" in after
    past, coming = (here.now(lambda b, i=i: b.booking(i)) for i in (1, 2))
    assert (past.person, past.chat, past.topic) == (0, 0, "")
    assert coming.topic == "谈谈金丝雀"
    assert here.now(lambda b: b.chat_by_id(chat.id)).person == coming.person == person


async def test_a_joint_petition_goes_on_without_harm_to_the_others(
    here: Town, channel: str
) -> None:
    filer = await here.citizen(channel)
    number = await file_petition(filer)
    token = await invitation(filer, number)
    signer, _ = await joins(here, channel, token, "测试乙", "13900139001", "我家孩子睡不着。")
    before, _ = await erases(signer)
    assert f"{number} 还在办" in before
    assert len(here.now(lambda b: b.members(b.by_number(number).id))) == 2
    assert number in await filer.say("/my")
    assert number in await signer.say("/my")


async def test_a_desk_is_not_touched(here: Town, channel: str) -> None:
    clerk = await here.officer("city", "clerk", channel)
    number = await file_petition(await here.citizen(channel))
    await clerk.say(f"/desk {number}")
    await clerk.press("登记")
    before, _ = await erases(clerk)
    assert "工作台不受影响" in before
    assert number in await clerk.say(f"/desk {number}")
    assert [o for o in here.now(lambda b: b.officers("city")) if o.role == "clerk" and o.chat]


# Everything held of a person


async def test_the_archive_holds_everything_that_is_held(here: Town, channel: str) -> None:
    citizen, number = await withdrawn(here, channel)
    person = here.now(lambda b: b.by_number(number)).person
    slot = here.now(lambda b: b.add_slot(Slot(0, "city", 1, date(2026, 12, 1), "09:00", 30, 2,
                                              "一号接待室")))  # fmt: skip
    chat = here.now(lambda b: b.chats_of(person))[0]
    here.now(lambda b: b.add_booking(Booking(0, slot, person, chat.id, 0, "谈谈金丝雀", "chat")))
    await citizen.say("/new")
    await citizen.say(CANARY["facts"])
    await citizen.say("/privacy")
    content = await archive(here, citizen)
    names = content.namelist()
    about = json.loads(content.read("about-me.json"))
    mine = {name for name, table in METADATA.tables.items() if exported(table)}
    assert mine <= about.keys()
    assert about["booking"][0]["topic"] == "谈谈金丝雀"
    assert about["drafts"][0]["answers"]["facts"] == CANARY["facts"]
    assert about["chat"][0]["address"] == chat.address
    assert about["notice"]
    assert about["follower"][0]["how"] == "filed"
    assert any("金丝雀" in str(x) for x in about["log_line"]) == (channel == "web")
    assert len(about["session"]) == (channel == "web")
    assert any(number in name for name in names)


async def archive(here: Town, person: Any) -> zipfile.ZipFile:
    """Everything held of somebody, as they get it."""
    await person.press("下载我的资料")
    if person.channel == "telegram":
        sent = person.phone.received[-1]["document"]
        content = here.api.content(sent["file_id"])  # type: ignore[union-attr]
    else:
        line = next(x for _, x in sorted(person.lines.items(), reverse=True) if x.get("files"))
        where = f"{person.base}/archive?line={line['id']}"
        async with person.http.get(where) as answer:
            content = await answer.read()
    return zipfile.ZipFile(io.BytesIO(content))
