"""An officer says who they are: nothing of a desk is seen or done before, each code works once."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pyotp
import pytest
from offices.stored import database as database
from offices.thieves import there as there
from people import Refused, Town, WebPerson, file_petition, town
from people.login import LOGIN, MORNING, TALLY, Desk, read, refused, seated, strict_town, wrong
from people.softkey import SoftKey
from sqlalchemy import delete, update
from structlog.testing import capture_logs

from bot.health import NO_LOGIN
from bot.settings import load_settings
from petitions.case import parting
from petitions.errors import BadSetting
from petitions.hearing import Incoming
from petitions.law.calendar import calendar
from petitions.logged import LogEntry
from petitions.matters.login import day_end
from petitions.values import passkeys
from petitions.values.login import step_of
from storage import logins, tallies
from storage.database import Database
from storage.records import Records
from storage.seal import LEVEL
from storage.tables import METADATA
from storage.verify import broken


async def press(desk: Desk, message: int, data: str) -> dict[str, Any]:
    body = {"key": uuid.uuid4().hex, "message": message, "data": data}
    return await desk.person.post("press", body)


async def test_whoever_has_the_device_sees_and_does_nothing_without_a_login(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        number = await file_petition(await here.citizen())
        desk = await seated(here)
        assert (desk.person.entered["shut"], desk.person.entered["lines"]) == (True, [])
        say = {"key": uuid.uuid4().hex, "text": f"/desk {number}"}
        status, sentence = await refused(desk.person.post("say", say))
        assert status == 401
        assert "登录" in sentence
        for path in ("log", "news?after=0", "events?after=0", "file/1?line=1", "archive?line=1"):
            assert await read(desk, path) == 401, path
        assert (await desk.enter())["lines"] == []
        await desk.set_up()
        assert (await desk.enter())["shut"] is False
        assert number in await desk.person.say(f"/desk {number}")


async def test_the_conversation_itself_is_shut_too(tmp_path: Path) -> None:
    """Whatever the page's door lets through: nothing is done at a desk without a login."""
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        here.app.room.logins = None
        assert "请先登录" in await desk.person.say("/desk")
        assert "请先登录" in await desk.person.say("/staff")
        assert "请先登录" in await desk.person.say("/new")


async def test_a_code_is_taken_once_and_one_step_to_either_side(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        await desk.set_up()
        await desk.later(minutes=31)
        used = desk.code()
        await desk.log_in()
        await desk.step("out")
        assert "验证码不对" in (await refused(desk.step("code", used)))[1], "used before"
        assert "验证码不对" in (await refused(desk.step("code", desk.code(-1))))[1], (
            "older than that"
        )
        await desk.later(minutes=5)
        for off in (-2, 2):
            assert "验证码不对" in (await refused(desk.step("code", desk.code(off))))[1], off
        assert (await desk.step("code", desk.code(-1)))["done"]
        assert (await desk.step("code", desk.code(1)))["done"]
        assert "验证码不对" in (await refused(desk.step("code", desk.code())))[1], "the step before"


async def test_two_logins_with_one_code_at_once_are_one(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        await desk.set_up()
        await desk.later(minutes=31)
        code = desk.code()
        answers = await asyncio.gather(
            *(desk.step("code", code) for _ in range(4)), return_exceptions=True
        )
        assert sum(isinstance(answer, dict) for answer in answers) == 1


@pytest.mark.sqlite
@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５", "٠", "\x00" * 6])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert step_of(pyotp.random_base32(), typed, MORNING, 0) == 0


@pytest.mark.sqlite
def test_codes_are_read_as_people_type_them() -> None:
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(MORNING)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    for typed in (code, f"{code[:3]} {code[3:]}", f" {code}\n", wide):
        assert step_of(secret, typed, MORNING, 0) == int(MORNING.timestamp()) // 30, typed


async def test_who_guesses_codes_waits_and_it_is_in_log_and_metrics(tmp_path: Path) -> None:
    async with strict_town(tmp_path, metrics_port=0) as here:
        desk = await seated(here)
        await desk.set_up()
        await desk.step("out")
        wrong = f"{(int(desk.code()) + 1) % 10**6:06}"
        with capture_logs() as logs:
            for _ in range(5):
                assert "验证码不对" in (await refused(desk.step("code", wrong)))[1]
        assert [line["event"] for line in logs].count("seat_login.wrong") == 5
        assert "分钟" in (await refused(desk.step("code", desk.code())))[1], (
            "the right one waits too"
        )
        shown = f"http://127.0.0.1:{here.app.monitor_port}/metrics"
        async with aiohttp.ClientSession() as http, http.get(shown) as response:
            assert 'petition_wrong_secrets{secret="login"} 5.0' in await response.text()
        await desk.later(minutes=2)
        await desk.log_in()


async def test_guesses_at_once_are_counted_one_after_the_other(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        await desk.set_up()
        await desk.step("out")
        wrong = f"{(int(desk.code()) + 1) % 10**6:06}"
        answers = await asyncio.gather(
            *(desk.step("code", wrong) for _ in range(20)), return_exceptions=True
        )
        said = [one.body["error"]["zh"] for one in answers if isinstance(one, Refused)]
        assert len(said) == 20
        assert sum("验证码不对" in one for one in said) == 5
        assert sum("分钟" in one for one in said) == 15


async def test_a_login_is_set_by_its_own_desk_and_not_while_shut(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        await desk.set_up()
        await desk.step("out")
        for what in ("set", "confirm", "nonsense", ""):
            answer = await asyncio.gather(desk.step(what, desk.code()), return_exceptions=True)
            assert not isinstance(answer[0], dict) or not answer[0]["done"], what
        assert (await refused(desk.step("set")))[0] == 409
        citizen = await here.citizen("web")
        with pytest.raises(Refused):
            await citizen.post("login", {"do": "set"})


async def test_a_wrong_first_code_sets_nothing(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        assert "还没有设好" in (await refused(desk.step("confirm", "000000")))[1]
        desk.secret = (await desk.step("set"))["secret"].replace(" ", "")
        wrong = f"{(int(desk.code()) + 1) % 10**6:06}"
        assert "还没有设好" in (await refused(desk.step("confirm", wrong)))[1]
        assert (await desk.enter())["shut"] is True
        assert (await desk.step("confirm", desk.code()))["done"]


async def test_a_session_ends_after_half_an_hour_without_use_and_what_was_begun_stays(
    tmp_path: Path,
) -> None:
    async with strict_town(tmp_path) as here:
        number = await file_petition(await here.citizen())
        desk = await seated(here)
        await desk.set_up()
        await desk.enter()
        await desk.person.say(f"/desk {number}")
        await desk.person.press("登记")
        for _ in range(3):  # whoever works on isn't asked
            await desk.later(minutes=29)
            await desk.person.say("/help")
        await desk.later(minutes=31)
        status, _ = await refused(
            desk.person.post("say", {"key": uuid.uuid4().hex, "text": "你好"})
        )
        assert status == 401
        assert await read(desk, "log") == 401
        assert (await desk.enter())["lines"] == []
        await desk.log_in()
        await desk.enter()
        draft = here.now(lambda book: book.draft(book.chat_by_id(desk.chat).draft))
        assert draft.form == "desk_register"
        assert "按哪一项办理" in await desk.person.press("改：办理途径"), "the form is as it was"


async def test_looking_at_news_is_no_use(tmp_path: Path) -> None:
    """A page left open asks for news by itself: that keeps nobody in."""
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        await desk.set_up()
        for _ in range(3):
            await desk.later(minutes=12)
            last = await read(desk, "news?after=0")
        assert last == 401


async def test_an_open_page_is_told_when_its_session_ends(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        await desk.set_up()
        async with desk.person.http.get(f"{desk.person.base}/events?after=0") as stream:
            await desk.later(minutes=31)
            chat = here.now(lambda book: book.chat_by_id(desk.chat))
            here.app.room.streams.wake(chat.id)
            said = (await asyncio.wait_for(stream.content.read(), 60)).decode()
        assert "event: shut" in said


async def test_a_page_that_was_open_before_the_desk_was_taken_hears_nothing_of_it(
    tmp_path: Path,
) -> None:
    async with strict_town(tmp_path) as here:
        number = await file_petition(await here.citizen())
        person = await here.citizen("web")
        chat = person.entered["chat"]
        async with person.http.get(f"{person.base}/events?after=0") as first_tab:
            await first_tab.content.readuntil(b"event: menu")
            # Another tab of the same browser takes the desk; the first one asks for nothing.
            await person.enter(start=f"i_{here.invite('city', 'clerk')}")
            assert person.entered["shut"]
            entry = LogEntry("office", f"desk: {number}")
            await here.app.visitors.append(chat, entry)
            said = (await asyncio.wait_for(first_tab.content.read(), 60)).decode()
        assert said.rstrip().endswith("event: shut\ndata: {}"), said
        assert number not in said
        assert "工作台" not in said


async def test_no_address_that_ends_as_the_login_does_is_open_to_a_shut_desk(
    tmp_path: Path,
) -> None:
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        for path in ("file/login", "file/enter"):
            async with desk.person.http.get(f"{desk.person.base}/{path}") as response:
                assert response.status == 401, path


async def test_a_session_ends_with_the_working_day(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        await desk.set_up()
        for hour, minute in ((17, 5), (17, 29)):
            await here.set_clock(datetime(2026, 11, 19, hour - 8, minute, tzinfo=UTC))
            if hour == 17 and minute == 5:
                await desk.log_in()
            await desk.person.say("/help")
        await here.set_clock(datetime(2026, 11, 19, 9, 30, tzinfo=UTC))
        assert await read(desk, "log") == 401
        await desk.log_in()  # who works late logs in again, until midnight
        await desk.person.say("/help")


async def test_the_day_may_have_no_end(tmp_path: Path) -> None:
    async with strict_town(tmp_path, "day_end = false", "idle = 600") as here:
        desk = await seated(here)
        await desk.set_up()
        await here.set_clock(datetime(2026, 11, 19, 10, tzinfo=UTC))
        await desk.person.say("/help")


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("began", "ends"),
    [
        ("2026-11-19T08:00", "2026-11-19T17:30"),  # before opening, on a working day
        ("2026-11-19T17:30", "2026-11-20T00:00"),
        ("2026-11-21T10:00", "2026-11-22T00:00"),  # a Saturday
        ("2026-10-01T10:00", "2026-10-02T00:00"),  # a holiday on a Thursday
        ("2026-02-14T10:00", "2026-02-14T17:30"),  # a Saturday that is worked
    ],
)
def test_a_day_ends_as_the_offices_calendar_has_it(began: str, ends: str) -> None:
    from bot.office_files import load_office

    office = load_office(None)
    days = calendar("cn")
    assert days.rests(date(2026, 2, 14)) is False
    local = datetime.fromisoformat(began).replace(tzinfo=office.zone)
    end = day_end(office, days, local.astimezone(UTC))
    assert end.astimezone(office.zone).isoformat()[:16] == ends


async def test_who_logs_out_is_out(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        await desk.set_up()
        assert "6 位数字" in (await desk.step("out"))["text"]
        assert await read(desk, "log") == 401


async def test_a_name_an_archive_an_export_and_a_staff_change_ask_once_more(
    tmp_path: Path,
) -> None:
    async with strict_town(tmp_path) as here:
        number = await file_petition(await here.citizen())
        desk = await seated(here)
        await desk.set_up()
        await desk.enter()
        await desk.later(minutes=6)
        await desk.person.say(f"/desk {number}")
        for button in ("查看姓名", "下载全部材料"):
            said = await desk.person.press(button)
            assert "再确认一次" in said, button
            assert desk.person.buttons()[-2:] == ["确认是我本人", "继续"], button
        assert here.now(lambda b: [e.action for e in b.history(b.by_number(number).id)]) == [
            "submit"
        ]
        await desk.person.say("/privacy")
        assert "再确认一次" in await desk.person.press("下载我的资料")
        await desk.log_in()
        await desk.person.press("继续")
        assert any(f["name"].endswith(".zip") for f in desk.person._said()[-1]["files"])
        await desk.person.say(f"/desk {number}")
        assert "查看是为了什么" in await desk.person.press("查看姓名")


async def test_a_form_left_open_asks_once_more_before_it_opens_a_name(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        number = await file_petition(await here.citizen())
        desk = await seated(here)
        await desk.set_up()
        await desk.enter()
        await desk.person.say(f"/desk {number}")
        await desk.person.press("查看姓名")
        await desk.person.press("检查办理质量")
        await desk.person.say("按计划检查办理质量")
        await desk.later(minutes=6)
        said = await desk.person.press("查看")
        assert "再确认一次" in said
        assert "测试甲" not in said
        await desk.log_in()
        assert "测试甲" in await desk.person.press("继续")


async def test_a_voice_asks_once_more_when_it_is_asked_for_and_when_it_is_opened(
    tmp_path: Path,
) -> None:
    async with strict_town(tmp_path) as here:
        number = await file_petition(await here.citizen(), "facts")
        desk = await seated(here)
        await desk.set_up()
        await desk.enter()
        await desk.person.say(f"/desk {number}")
        await desk.later(minutes=6)
        assert "再确认一次" in await desk.person.press("听语音")
        await desk.log_in()
        await desk.person.press("继续")
        await desk.person.press("检查办理质量")
        await desk.person.say("按计划检查办理质量")
        await desk.later(minutes=6)
        assert "再确认一次" in await desk.person.press("听")
        assert "open_voice" not in acts(here, number)
        await desk.log_in()
        await desk.person.press("继续")
        assert acts(here, number)[-1] == "open_voice"


def acts(here: Town, number: str) -> list[str]:
    """What the history of a case says was done."""
    return list(here.now(lambda b: [e.action for e in b.history(b.by_number(number).id)]))


async def test_an_administrator_is_asked_once_more_before_a_staff_change(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        desk, other = await seated(here, role="administrator"), await seated(here)
        await desk.set_up()
        await desk.enter()
        await desk.person.say("/staff")
        await desk.later(minutes=6)
        assert "再确认一次" in await desk.person.press("邀请新岗位")
        await desk.log_in()
        assert "再确认" not in await desk.person.press("邀请新岗位")
        await desk.person.press("云川市信访局")
        await desk.person.press("窗口")
        await desk.person.press("跳过")
        await desk.later(minutes=6)
        assert "再确认一次" in await desk.person.press("发出邀请"), "and when it is carried out"
        before = desks(here)
        seat = next(id for id, chat in before.items() if chat == other.chat)
        presses = [f"staff:again:{seat}", f"staff:gone:{seat}", "unit:closed:transport"]
        for text in presses:  # past the page, which takes no press that it doesn't show
            key = uuid.uuid4().hex
            await here.app.desk.converse(Incoming("web", str(desk.chat), key, "press", text=text))
            assert desks(here) == before, text
            assert "transport" in here.app.office.units, text


def desks(here: Town) -> dict[int, int]:
    """Desk → who sits there."""
    return {o.id: o.chat for o in here.now(lambda b: b.officers())}


async def test_an_archive_that_was_offered_is_asked_for_again_later(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        number = await file_petition(await here.citizen())
        desk = await seated(here)
        await desk.set_up()
        await desk.enter()
        await desk.person.say(f"/desk {number}")
        await desk.person.press("下载全部材料")
        line = next(x["id"] for x in reversed(desk.person._said()) if x["files"])
        assert await read(desk, f"archive?line={line}") == 200
        await desk.later(minutes=6)
        assert await read(desk, f"archive?line={line}") == 409
        await desk.step("out")
        assert await read(desk, f"archive?line={line}") == 401


async def test_without_a_requirement_a_login_is_offered_and_then_asked_for(here: Town) -> None:
    desk = await seated(here)
    assert desk.person.entered["shut"] is False
    await desk.person.refresh()
    assert any("设置登录" in b for b in desk.person.buttons())
    await desk.set_up()
    await desk.later(minutes=31)
    assert await read(desk, "log") == 401
    other = await seated(here)
    assert await read(other, "log") == 200, "nobody else is asked"


async def test_that_no_login_is_required_is_said_loudly(here: Town) -> None:
    desk = await seated(here, role="administrator")
    assert "[login] required = true" in await desk.person.say("/staff")


async def test_the_log_and_the_health_page_say_it_too(tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with town(tmp_path / "open", metrics_port=0) as here:
            assert NO_LOGIN in await health(here)
    assert "office.without_login" in [line["event"] for line in logs]
    (tmp_path / "shut").mkdir()
    with capture_logs() as logs:
        async with strict_town(tmp_path / "shut", metrics_port=0) as here:
            assert NO_LOGIN not in await health(here)
    assert "office.without_login" not in [line["event"] for line in logs]


async def health(here: Town) -> str:
    shown = f"http://127.0.0.1:{here.app.monitor_port}/ready"
    async with aiohttp.ClientSession() as http, http.get(shown) as response:
        return await response.text()


OUTSIDE = {"X-Forwarded-For": "203.0.113.9"}


async def test_desks_work_from_the_offices_networks_only(tmp_path: Path) -> None:
    given = {"proxies": "127.0.0.1", "officer_networks": "10.0.0.0/8, 2001:db8::/32"}
    async with town(tmp_path, **given) as here:
        person = WebPerson(here.app)
        here._closers.append(person.close)
        link = f"i_{here.invite('city', 'clerk')}"
        person.http.headers["X-Forwarded-For"] = "203.0.113.9"
        await person.enter()
        assert "单位的网络" in await person.say(f"/start {link}"), "nobody sits down from outside"
        person.http.headers["X-Forwarded-For"] = "10.1.2.3"
        assert "单位的网络" not in await person.say(f"/start {link}"), "the invitation still holds"
        desk = Desk(here, person)
        for outside in ("203.0.113.9", "2001:db9::1", "10.1.2.3, 203.0.113.9"):
            person.http.headers["X-Forwarded-For"] = outside
            status, sentence = await refused(person.enter())
            assert (status, "单位的网络" in sentence) == (403, True), outside
            for path in ("log", "news?after=0", "events?after=0", "archive?line=1"):
                assert await read(desk, path) == 403
            assert (await refused(desk.step("look")))[0] == 403
        for inside in ("10.255.0.1", "2001:db8:5::1", "203.0.113.9, 10.0.0.1"):
            person.http.headers["X-Forwarded-For"] = inside
            assert "云川市信访局" in await person.say("/desk"), inside
            assert await read(desk, "log") == 200, inside
        citizen = WebPerson(here.app)
        here._closers.append(citizen.close)
        citizen.http.headers["X-Forwarded-For"] = "203.0.113.9"
        await citizen.enter()
        assert await file_petition(citizen), "petitioners come from anywhere"


@pytest.mark.sqlite
@pytest.mark.parametrize("value", ["10.0.0.0/33", "office", "2001:db8::/96"])
def test_networks_that_cannot_be_are_named(value: str) -> None:
    with pytest.raises(BadSetting, match="setting"):
        load_settings(officer_networks=value)


async def test_a_login_changed_in_the_database_is_found_and_lets_nobody_in(
    tmp_path: Path,
) -> None:
    async with strict_town(tmp_path) as here:
        desk, other = await seated(here), await seated(here)
        await desk.set_up()
        await other.set_up()
        database = here.app.database
        assert wrong(here) == []
        row = database.read_now(lambda c: c.execute(LOGIN.select()).mappings().all())
        mine = next(dict(r) for r in row if r["chat"] == desk.chat)
        theirs = next(dict(r) for r in row if r["chat"] == other.chat)
        moves: list[dict[str, Any]] = [
            {"state": "new"},
            {"secret": theirs["secret"]},
            {"used_at": here.app.clock.now() + timedelta(hours=8)},
            {"step": 0},
            {"stamp": theirs["stamp"]},
            {"stamp": b""},
        ]
        for move in moves:
            database.write_now(
                lambda c, move=move: c.execute(
                    update(LOGIN).where(LOGIN.c.chat == desk.chat).values(**move)
                )
            )
            assert "row:login" in wrong(here), move
            assert await read(desk, "log") == 401, move
            assert (await refused(desk.step("code", desk.code())))[0] == 409, move
            assert (await refused(desk.step("set")))[0] == 409, move
            database.write_now(
                lambda c: c.execute(update(LOGIN).where(LOGIN.c.chat == desk.chat).values(**mine))
            )
        assert wrong(here) == []
        database.write_now(lambda c: c.execute(delete(LOGIN).where(LOGIN.c.chat == desk.chat)))
        assert "logins:" in wrong(here)
        assert await read(desk, "log") == 401
        assert (await refused(desk.step("set")))[0] == 409


async def test_a_login_ends_with_the_desk_it_was_set_at(tmp_path: Path) -> None:
    """Whoever is seated in that chat later sets one of their own."""
    async with strict_town(tmp_path) as here:
        database, states = here.app.database, []
        for how in ("taken", "left", "ended"):
            desk = await seated(here)
            await desk.set_up()
            [seat] = here.now(lambda b, chat=desk.chat: b.desks_of(chat))
            if how == "taken":
                here.now(lambda b, seat=seat: b.seat_officer(seat.id, b.new_chat(
                    "web", "other", "zh", here.app.clock.now()).id))  # fmt: skip
            else:
                now = here.app.clock.now()
                here.now(lambda b, seat=seat, how=how, now=now: parting.unseat(
                    b, here.app.office, seat, how, now))  # fmt: skip
            assert here.now(lambda b, chat=desk.chat: b.login(chat)) is None, how
            here.now(lambda b, seat=seat, chat=desk.chat: b.seat_officer(
                b.add_officer(seat, here.app.clock.now()).id, chat))  # fmt: skip
            states.append(here.now(lambda b, chat=desk.chat: b.login(chat)).state)
        assert states == ["new"] * 3
        assert database.read_now(broken, database.ring) == []


def test_logins_are_counted_once_where_nothing_was_counted(there: Database) -> None:
    """An office of before has no tally of its desks: the first thing that is added begins it."""
    for work in (
        lambda c: logins.begin_all(c, there.ring),
        lambda c: logins.note(c, there.ring, 1, "code", 1, MORNING),
        lambda c: logins.end(c, there.ring, 1),
    ):
        with there.engine.begin() as db:
            db.execute(TALLY.delete().where(TALLY.c.case == 0))
            db.execute(update(METADATA.tables["officer"]).values(chat=1))
        there.ring._level = 0
        there.write_now(work)
        there.ring._level = LEVEL
        wrong = [one.what for one in there.read_now(broken, there.ring)]
        assert "logins" not in wrong


async def test_desks_of_an_older_office_may_set_a_login(tmp_path: Path) -> None:
    """Desks that were taken before there were logins get one at the start; never later."""
    async with town(tmp_path) as here:
        desk = await seated(here)
        database = here.app.database

        def older(book: Records) -> None:
            """The tally is written where the transaction of these records ends."""
            book._db.execute(delete(LOGIN))
            tallies.of(book._db, database.ring, tallies.SEATS).followers = 0

        here.now(older)
        assert await read(desk, "log") == 401
        database.write_now(logins.begin_all, database.ring)
        assert await read(desk, "log") == 200
        database.write_now(lambda c: c.execute(delete(LOGIN)))
        database.write_now(logins.begin_all, database.ring)
        assert await read(desk, "log") == 401, "what was taken away isn't made anew"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("url", "site"),
    [
        (
            "https://petitions.example.org",
            ("petitions.example.org", "https://petitions.example.org"),
        ),
        ("https://a.example:8443", ("a.example", "https://a.example:8443")),
        ("https://a.example:443", ("a.example", "https://a.example")),
        ("http://localhost:8080", ("localhost", "http://localhost:8080")),
        ("http://petitions.example.org", None),
        ("http://127.0.0.1:8080", None),
        ("https://10.0.0.5", None),
        ("https://[2001:db8::1]", None),
        ("", None),
        ("https://a.example:nonsense", None),
    ],
)
def test_passkeys_work_where_browsers_take_them(url: str, site: tuple[str, str] | None) -> None:
    found = passkeys.site_of(url)
    assert (found and (found.id, found.origin)) == site


async def test_a_forged_passkey_opens_and_sets_nothing(tmp_path: Path) -> None:
    async with strict_town(tmp_path, public_url="http://localhost:8080") as here:
        desk = await seated(here)
        given = await desk.step("make")
        assert given["key"]["rp"]["id"] == "localhost"
        for answer in ("", "[]", "{}", '{"id": 1}', "x" * 8000, '{"id":"AA","rawId":"AA"}'):
            assert "通行密钥" in (await refused(desk.step("made", answer)))[1], answer
        assert (await desk.enter())["shut"] is True
        await desk.set_up()
        await desk.step("out")
        assert (await refused(desk.step("key")))[0] == 409, "none was set"
        assert (await refused(desk.step("make")))[0] == 409, "not while shut"
        for answer in ("", "{}", "[]", '{"id": null}'):
            assert (await refused(desk.step("signed", answer)))[0] == 409, answer
        assert (await desk.enter())["shut"] is True


async def test_a_passkey_that_signed_what_nobody_asked_makes_and_opens_nothing(
    tmp_path: Path,
) -> None:
    async with strict_town(tmp_path, public_url="http://localhost:8080") as here:
        desk, key = await seated(here), SoftKey("localhost", "http://localhost:8080")
        assert "通行密钥" in (await refused(desk.step("made", key.made(""))))[1], (
            "nothing was asked"
        )
        asked = (await desk.step("make"))["key"]["challenge"]
        await desk.later(minutes=6)
        for challenge in ("", asked):
            assert "通行密钥" in (await refused(desk.step("made", key.made(challenge))))[1], (
                "asked too long ago"
            )
        assert (await desk.enter())["shut"] is True
        asked = (await desk.step("make"))["key"]["challenge"]
        assert (await desk.step("made", key.made(asked)))["done"]

        for _ in range(2):  # before anything was asked, and after an answer has opened the desk
            await desk.step("out")
            assert "通行密钥" in (await refused(desk.step("signed", key.signed(""))))[1]
            assert (await desk.enter())["shut"] is True
            asked = (await desk.step("key"))["key"]["challenge"]
            assert (await desk.step("signed", key.signed(asked)))["done"]
        assert "通行密钥" in (await refused(desk.step("signed", key.signed(asked))))[1], "once"
        await desk.step("out")
        asked = (await desk.step("key"))["key"]["challenge"]
        await desk.later(minutes=6)
        for challenge in ("", asked):
            answer = key.signed(challenge)
            assert "通行密钥" in (await refused(desk.step("signed", answer)))[1], "too long ago"
        assert (await desk.enter())["shut"] is True


async def test_without_an_address_for_passkeys_none_is_made(tmp_path: Path) -> None:
    async with strict_town(tmp_path) as here:
        desk = await seated(here)
        assert "验证码" in (await refused(desk.step("make")))[1]
        assert [does for _, does in (await desk.step("look"))["buttons"]] == ["set"]
