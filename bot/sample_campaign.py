"""The demo's example of a campaign for old cases (积案专项): its days, phases and targets are those
of a district's plan of 2020; its cases are invented.

They go through the real table on the days on which they happened. Nobody hears of it: what falls
due meanwhile is said to no one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from petitions.book import NewText
from petitions.law.clocks import morning
from petitions.law.units import Office
from petitions.matters import campaigns
from petitions.values.oversight import Campaign
from petitions.values.person import Actor, Identity, Officer, Role
from petitions.verbs import acting
from petitions.verbs.filing import Filing, submit
from petitions.words import DEFAULT
from reminders.round import ListeningCourier, Reminders
from storage.database import Database
from storage.ledger import SqlLedger
from storage.records import Records
from webchat import CHANNEL

CAMPAIGN = Campaign(
    0, "重复信访和信访积案专项（示例）", date(2019, 1, 1), date(2020, 6, 30),
    ((date(2020, 12, 31), 65), (date(2021, 12, 31), 85), (date(2022, 12, 31), 100)),
    (
        ("动员部署", date(2020, 10, 1), date(2020, 12, 31)),
        ("集中化解", date(2021, 1, 1), date(2022, 12, 31)),
        ("巩固提升", date(2023, 1, 1), date(2023, 8, 31)),
    ),
)  # fmt: skip
LISTED = date(2020, 10, 19)
"""The day on which every case got its leader, unit, team and day."""

MATTERS = (
    ("housing", "小区交房四年没有办下房产证。", "请办理房产证。", "和平路东段",
     "分户登记已完成，房产证已送到手上。"),
    ("housing", "屋顶漏水，报修多次没有修好。", "请修好屋顶。", "建设路一小区",
     "屋面防水已重做，雨后查看不再漏。"),
    ("labour", "工地停工后半年工资没有发。", "请发清工资。", "站前路一工地",
     "拖欠的工资已全部到账。"),
    ("labour", "退休手续因档案缺页办不下来。", "请认定工龄。", "清水路",
     "工龄已认定，退休金从当月起补发。"),
    ("ecology", "砂石场扬尘，院子里晒不了衣服。", "请治理扬尘。", "城北砂石场旁",
     "料堆已全部覆盖，围挡和喷淋已装好。"),
    ("transport", "修路挖断了村里的水渠。", "请恢复水渠。", "北环路",
     "水渠已恢复通水，村里已验收。"),
    ("north-land", "承包地被占修厂房，没有补偿。", "请给补偿。", "北川县一村",
     "补偿款已发到户，面积经双方量定。"),
    ("south-edu", "村小撤并后孩子上学太远。", "请安排校车。", "南川县一村",
     "校车线路已开通，两个站点在村口。"),
)  # fmt: skip
"""Unit, facts, request, place, and the result."""


@dataclass(frozen=True, slots=True)
class _Case:
    received: date
    matter: int
    due: date
    struck: date | None


def _cases() -> list[_Case]:
    """Twenty: fourteen struck off in 2020, three in 2021, two in 2022, one still open."""
    first = date(2019, 1, 8)
    struck: list[date | None] = [date(2020, 11, 2) + timedelta(days=4 * i) for i in range(14)]
    struck += [date(2021, 4, 12), date(2021, 8, 23), date(2021, 12, 6)]
    struck += [date(2022, 5, 16), date(2022, 11, 21), None]
    ends = (date(2020, 12, 31), date(2021, 12, 31), date(2022, 12, 31))
    return [
        _Case(
            first + timedelta(days=27 * i), i % len(MATTERS),
            next(end for end in ends if (on or ends[-1]) <= end), on,
        )
        for i, on in enumerate(struck)
    ]  # fmt: skip


@dataclass(slots=True)
class _Still:
    """A clock that shows the day that is played (`petitions.telling.ports.Timepiece`)."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


@dataclass(frozen=True, slots=True)
class _Step:
    """Somebody does something on a day."""

    day: date
    case: int
    """Which of `_cases`."""
    seat: str
    """Unit and role, as in `Seats`."""
    action: str
    data: dict[str, str]


Seats = dict[str, Officer]
"""One officer for each unit and role: `housing:handler`."""


async def load(office: Office, database: Database, now: datetime) -> None:
    """Play the campaign into a new demo; an office file that lacks its desks gets none."""
    seats = await database.read(lambda c: _seats(Records(c, database.ring), office))
    if seats is None:
        return
    clock = _Still(morning(CAMPAIGN.first, office.zone))
    reminders = Reminders(SqlLedger(database, office), clock, {CHANNEL: ListeningCourier()})
    play = _Play(office, seats)
    for step in _steps(office):
        at = morning(step.day, office.zone) + timedelta(hours=2)
        if at > clock.instant:
            clock.instant = at
            await reminders.tick()
        await database.write(partial(_do, database, play, step, clock.instant))
    clock.instant = now
    await reminders.tick()


def _seats(book: Records, office: Office) -> Seats | None:
    found: Seats = {}
    for unit in office.units:
        for officer in book.seated(unit):
            found.setdefault(f"{unit}:{officer.role}", officer)
    needed = {step.seat for step in _steps(office) if step.seat}
    return found if needed <= found.keys() else None


def _steps(office: Office) -> list[_Step]:
    """Everything that is done, in order of time."""
    clerk, supervisor, leader = (
        f"{office.bureau}:{role}" for role in (Role.CLERK, Role.SUPERVISOR, Role.LEADER)
    )
    steps = [_Step(LISTED, 0, supervisor, "found", {})]
    for index, one in enumerate(_cases()):
        unit, _, _, _, result = MATTERS[one.matter]
        handler, first = f"{unit}:{Role.HANDLER}", one.received
        delivered = first + timedelta(days=34)
        answer = {"found": "经核查，情况属实。", "reply": result, "basis": "本市有关规定",
                  "outcome": "supported"}  # fmt: skip
        posted = {"delivery": "post", "date": delivered.isoformat()}
        fields = {"unit": unit, "team": f"专班{one.matter + 1}组", "date": one.due.isoformat()}
        steps += [
            _Step(first, index, "", "submit", {}),
            _Step(first + timedelta(days=1), index, clerk, "register", {"kind": "request"}),
            _Step(first + timedelta(days=1), index, clerk, "pass_on", {"unit": unit}),
            _Step(first + timedelta(days=2), index, handler, "accept", {}),
            _Step(first + timedelta(days=30), index, handler, "reply", answer),
            _Step(delivered, index, handler, "deliver", posted),
            _Step(delivered + timedelta(days=40), index, handler, "close", {}),
            _Step(LISTED, index, supervisor, "charge", fields),
        ]
        if one.struck:
            report = {"standard": "carried_out", "strike_result": result, **REPORT}
            steps.append(_Step(one.struck, index, leader, "strike_off", report))
    return sorted(steps, key=lambda step: step.day)


REPORT = {"evidence": "照片和签收单在案卷内", "told_how": "当面告知，本人签收",
          "strike_opinion": "同意销号。"}  # fmt: skip


@dataclass(slots=True)
class _Play:
    office: Office
    seats: Seats
    campaign: int = 0
    cases: dict[int, int] = field(default_factory=dict)
    """Of `_cases`: their ids in the database …"""
    chats: dict[int, int] = field(default_factory=dict)
    """… and the chats of their petitioners, who read what they are sent."""


def _do(
    database: Database, play: _Play, step: _Step, now: datetime, connection: Connection
) -> None:  # fmt: skip
    book, office = Records(connection, database.ring), play.office
    for index, case in play.cases.items():
        book.opened(case, play.chats[index], now)
    match step.action:
        case "found":
            founder = play.seats[step.seat]
            play.campaign = campaigns.found(book, office, founder, replace(CAMPAIGN)).id
        case "submit":
            chat = book.new_chat(CHANNEL, f"sample:{step.case}", DEFAULT, now)
            _, facts, request, place, _ = MATTERS[_cases()[step.case].matter]
            filing = Filing(NewText("facts", facts), NewText("request", request),
                                  NewText("place", place), Identity())  # fmt: skip
            given = submit(book, office, chat, chat.person, filing, now)
            play.cases[step.case], play.chats[step.case] = given.petition.id, chat.id
        case action:
            data = dict(step.data)
            if action == "charge":
                leader = play.seats[f"{office.bureau}:{Role.LEADER}"]
                data |= {"colleague": str(leader.id), "campaign": str(play.campaign)}
            actor = Actor.officer(play.seats[step.seat])
            acting.act(book, office, play.cases[step.case], action, actor, data, now)
