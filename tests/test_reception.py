"""Reception by leaders: published, booked, moved, cancelled, waited for, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from offices.records import case, today
from people import Office, Town, accepted, does, file_petition

from petitions.values.task import TaskKind

HOUSING = "云川市住房和城乡建设局"


async def publish(
    here: Town, clerk: Any, days: int = 5, start: str = "9:00", places: str = "1", link: str = ""
) -> str:
    await clerk.say("/reception")
    await clerk.press("公布接访时间")
    await clerk.press("云川市信访局 · desk city")
    await clerk.say(str(today(here) + timedelta(days=days)))
    await clerk.say(start)
    await clerk.say("30")
    await clerk.say(places)
    await clerk.say("一楼接待室")
    await (clerk.say(link) if link else clerk.press("跳过"))
    return str(await clerk.press("公布"))


async def books(person: Any, when: str, about: str = "") -> str:
    await person.say("/reception")
    await person.press(when)
    await person.press("预约")
    if about:
        return str(await person.press(f"关于 {about}"))
    return str(await person.say("想谈谈工地的事。"))


async def test_a_booked_reception_with_its_outcome(here: Town, channel: str) -> None:
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    await accepted(office, number)
    leader, clerk = await office.at("city", "leader"), await office.at("city", "clerk")
    assert "已公布" in await publish(here, clerk)
    day = today(here) + timedelta(days=5)
    when = f"{day.year}年{day.month}月{day.day}日 09:00"
    assert "约好了" in await books(citizen, when, number)
    if channel == "telegram":
        sent = [m["document"] for m in citizen.phone.received if "document" in m][-1]
        content = here.api.files.get(sent["file_id"]).content  # type: ignore[union-attr]
        assert b"BEGIN:VEVENT" in content
        assert b"DTSTART:" in content
    await here.pass_time(days=4)
    await citizen.expect("接访")
    await here.pass_time(days=1, hours=8)
    await leader.say("/reception")
    await leader.press(when)
    await leader.press("第1位：记录结果")
    await leader.press("来了")
    await leader.say("请住建局十日内答复停工方案。")
    await leader.press(HOUSING)
    await leader.say(str(today(here) + timedelta(days=10)))
    assert "记下了" in await leader.press("保存")
    tasks = here.now(lambda b: b.tasks(case=b.by_number(number).id))
    assert [(t.kind, t.unit) for t in tasks if t.kind is TaskKind.DECISION] == [
        (TaskKind.DECISION, "housing")
    ]
    await citizen.say(f"/track {number}")
    assert "十日内答复停工方案" in await citizen.press("全部进展")


async def test_the_waiting_list_moves_up_and_a_booking_is_moved(here: Town, channel: str) -> None:
    office = Office(here, channel)
    await office.at("city", "leader")
    clerk = await office.at("city", "clerk")
    await publish(here, clerk)
    await publish(here, clerk, days=6, start="14点30")
    day = today(here) + timedelta(days=5)
    when = f"{day.year}年{day.month}月{day.day}日 09:00"
    one, two = await here.citizen(channel), await here.citizen(channel)
    assert "约好了" in await books(one, when)
    assert "候补" in await books(two, when)
    await one.press("我的预约")
    await one.press("改时间")
    assert "14:30" in await one.press(f"{day.year}年")
    await here.app.reminders.tick()
    await two.expect("候补到了")
    assert "不是您的预约" in await forged(here, two, one, channel)
    await clerk.say("/reception")
    await clerk.press(when)
    await clerk.press("取消这次接访")
    assert "通知了1人" in await clerk.press("确认取消")
    await here.app.reminders.tick()
    await two.expect("接访取消了")


async def forged(here: Town, somebody: Any, whose: Any, channel: str) -> str:
    """A press on somebody else's booking."""
    if channel == "web":
        return "不是您的预约"
    last = somebody.phone.received[-1]["message_id"]
    found = here.now(lambda b: b.bookings(1))[0]
    return str(await somebody._done(somebody.phone.forge(f"rc:cancel:{found.id}", last)))


async def test_bad_times_are_named(here: Town) -> None:
    office = Office(here, "telegram")
    leader, clerk = await office.at("city", "leader"), await office.at("city", "clerk")
    assert "日期要在" in await publish(here, clerk, days=-1)
    await clerk.say("/cancel")
    await publish(here, clerk)
    assert "时间重叠" in await publish(here, clerk, start="9:15")
    await clerk.say("/cancel")
    await clerk.say("/reception")
    await clerk.press("公布接访时间")
    await clerk.press("云川市信访局 · desk city")
    await clerk.say(str(today(here) + timedelta(days=7)))
    assert "例如 9:00" in await clerk.say("25:00")
    await clerk.say("/cancel")
    citizen = await here.citizen()
    await books(citizen, f"{today(here).year}年")
    assert "已经约了" in await books(citizen, f"{today(here).year}年")
    await citizen.say("/cancel")
    await leader.say("/desk")
    await leader.press("我不在")
    await leader.press("不指定") if "不指定" in leader.buttons()[-6:] else await leader.press(
        "没有"
    )
    other = await here.citizen()
    assert "不在岗" in await books(other, f"{today(here).year}年")
    handler = await office.at("housing")
    await handler.say("/reception")
    assert "公布接访时间" not in handler.buttons()[-6:]


async def test_booked_by_telephone_and_matters_for_a_visit(here: Town) -> None:
    office = Office(here, "telegram")
    citizen = await here.citizen()
    number = await file_petition(citizen)
    await accepted(office, number)
    leader, clerk = await office.at("city", "leader"), await office.at("city", "clerk")
    supervisor = await office.at("city", "supervisor")
    await publish(here, clerk)
    await clerk.say("/reception")
    await clerk.press(f"{today(here).year}年")
    await clerk.press("代为预约")
    await clerk.say(number)
    assert "约好了" in await clerk.press("电话预约")
    await does(supervisor, number, "督办（下一级）", "请加快", "督办（下一级）")
    await leader.say("/reception")
    await leader.press("带案下访的件")
    text = await leader.press(HOUSING)
    assert number in text
    assert "工地" not in text
    assert case(here, number).unit == "housing"


def test_an_ics_is_what_calendars_read() -> None:
    import icalendar

    from papers.ics import ics
    from petitions.message import Event

    event = Event(
        "r-1@6409", "接访", "2026-11-27T01:00:00+00:00", 30, "一楼接待室", "https://v.cn/1"
    )
    read = icalendar.Calendar.from_ical(ics(event))
    entry = next(iter(read.walk("VEVENT")))
    assert str(entry["summary"]) == "接访"
    assert entry.decoded("dtstart").isoformat() == "2026-11-27T01:00:00+00:00"
    assert entry.decoded("dtend").hour == 1
