"""An office in which everything there can be is there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta

from people import Office as Desks
from people import Town, answered, does, file_petition
from sqlalchemy import select

from handlers import reception
from handlers.citizen import cases, privacy
from handlers.forms import presses
from handlers.officer import steps
from handlers.officer.figures import page
from petitions.book import Draft
from petitions.counting.hot import Matter
from petitions.law.clocks import local_day
from petitions.message import MAX_CALLBACK_BYTES
from petitions.values.meeting import Booking, Meeting, Slot
from petitions.values.oversight import Campaign, Listed, Suggestion
from petitions.values.person import Officer, Role
from petitions.values.rating import FollowUp
from petitions.values.staffing import Ask, AskState
from petitions.values.task import Task, TaskKind
from storage import hot
from storage.copying import tables
from storage.records import Records

CANARIES = {
    "facts": "暗号青鸾：工地每天夜里施工到两点，一个月了。",
    "request": "暗号朱雀：请让工地夜里停工。",
    "place": "暗号玄武路",
    "name": "欧阳暗号",
    "address": "暗号里三号",
    "contact": "13911112222",
}


SAID = "暗号"
"""Stands in everything that the forgers must not read."""


VERBS: dict[str, list[str]] = {
    "f": sorted(presses.PRESSES),
    "m": sorted(cases.VERBS),
    "priv": sorted(privacy._VERBS.keys() - {"gone", "other", "erase_yes"}),  # for one's own chat
    "rc": sorted({*reception._SLOT, *reception._BOOKING}),
    "hot": ["one", "cases", "link", "linked", "campaign", "suggest", "dismiss"],
    "d": sorted(steps.ACTIONS),
    "look": ["open", "more", "timeline", "files", "why", "file", "documents"],
    "rate": ["ask", "satisfied", "dissatisfied", "more", "fine", "words", "mute"],
    "fig": ["show", "said", "one", "by", "byd", "drawn", "words", *page.CHOICES],
}
"""Every verb the code knows, by the name it has in the templates."""


OTHERS: dict[str, list[str]] = {
    "f": ["{draft}:{rev}:{f}:", "{draft}:{rev}:{f}:0", "{draft}:0:cancel:yes"],
    "new": ["resume:{draft}", "poster:nowhere", "agree:{case}"],
    "loose": ["{draft}:{rev}:file", "{draft}:{rev}:drop", "{draft}:{rev}:add:{case}",
              "{draft}:{rev}:ask:{case}"],
    "my": ["list:0", "list:{case}"],
    "m": ["{case}:{m}", "{case}:{m}:1"],
    "track": ["start", "{case}"],
    "priv": ["{priv}:{chat}", "end:{chat}", "end:{person}"],
    "person": ["pin", "{person}"],
    "lang": ["xx", "{case}"],
    "q": ["mine:{case}", "unit:{case}", "f{filter}:0", "nobody:0"],
    "q2": ["sit:{officer}", "desk:{officer}"],
    "meet": ["list:{officer}"],
    "joint": ["agenda", "held", "write", "read:{meeting}"],
    "rc": ["{rc}:{slot}:{case}", "{rc}:{booking}:{slot}", "off:{slot}:1", "about:{slot}:{case}",
           "publish", "down"],
    "cp": ["list", "lead", "new", "one:{campaign}", "cases:{campaign}"],
    "hot": ["{hot}:{matter}", "list"],
    "lane": ["list", "new"],
    "sv": ["suggest", "one:{suggestion}", "answer:{suggestion}"],
    "d": ["{case}:{d}", "{case}:{version}:{d}", "{case}:{look}"],
    "reply": ["drop:{reply}"],
    "duty": ["{draft}"],
    "cal": ["add", "show"],
    "hear": ["{case}"],
    "rate": ["{rating}:{rate}", "{rating}:why:slow", "{rating}:fine:speed:satisfied",
             "{rating}:call:yes", "{rating}:unit:yes"],
    "fu": ["{follow}:done", "{follow}:no"],
    "tasks": ["{officer}"],
    "task": ["{task}", "{task}:done", "{task}:take_up"],
    "away": ["{officer}", "{chat}"],
    "fig": ["{fig}:-:city:-:-:-:-:in", "in:-:city:-:-:-:-:answered",
            "out:-:housing:-:-:-:-:satisfaction_unit", "words:-:housing"],
    "find": ["{draft}:0", "{draft}:{case}"],
    "join": ["{case}"],
    "intake": ["{case}"],
    "login": ["open:{chat}", "again:{officer}", "out:{chat}", "yes:{chat}", "sure:{chat}"],
    "staff": ["desk:{officer}", "again:{officer}", "end:{officer}", "gone:{officer}", "invite",
              "page:0"],
    "second": ["yes:{ask}", "no:{ask}", "one:{ask}", "list", "log:0"],
    "unit": ["show:housing", "edit:housing", "close:housing", "closed:housing", "new", "page:0"],
    "filter": ["drop:{filter}"],
    "batch": ["start:unit:0", "{draft}:{rev}:go", "{draft}:{rev}:all", "{draft}:{rev}:t:0",
              "{draft}:{rev}:x"],
}  # fmt: skip
"""Prefix → what is forged after it. Own drafts and settings of the forger may change."""


class Filled:
    """An office in which everything there can be is there, and whose it is."""

    def __init__(self, here: Town) -> None:
        self.here = here
        self.ids: dict[str, list[str]] = {}
        self.shown: set[str] = set()

    async def fill(self) -> None:
        here = self.here
        owner, other = await here.citizen("web"), await here.citizen("web")
        first = await file_petition(owner, **CANARIES)
        second = await file_petition(other, **CANARIES)
        await other.say("煤气泄漏了，暗号！")
        await other.say("暗号白虎，昨晚又施工。")
        desks = Desks(here, "web")
        unit = await answered(desks, first)
        clerk = await desks.at("city", "clerk")
        await does(clerk, second, "登记", "登记")
        await owner.say("/new")
        await owner.press("提交一件新的")
        await owner.say(CANARIES["facts"])
        await clerk.say("/find 青鸾施工")
        await clerk.say(f"/desk {second}")
        here.now(self._rows)
        await here.pass_time(days=40)  # ratings, follow-ups, late clocks
        self._read_ids()
        for person in (owner, other, unit, clerk):
            await person.refresh()
            self.shown |= {
                b["data"] for line in person.lines.values() for row in line["buttons"] for b in row
                if "data" in b
            }  # fmt: skip

    def _rows(self, book: Records) -> None:
        now, app = self.here.app.clock.now(), self.here.app
        today = local_day(now, app.office.zone)
        case, clerk = book.petition(1), next(o for o in book.officers("city") if o.chat)
        leader = book.add_officer(Officer(0, "city", Role.LEADER, "甲", 0), now)
        slot = Slot(0, "city", leader.id, today + timedelta(days=50), "09:00", 30, 3, "大厅")
        slot.id = book.add_slot(slot)
        book.add_booking(Booking(0, slot.id, case.person, 1, 1, "暗号题", "chat"))
        book.add_meeting(Meeting(0, today, clerk.id, "暗号单位", "暗号纪要", (1, 2)))
        campaign = Campaign(0, "暗号专项", today, today, ((today, 50),))
        campaign.id = book.add_campaign(campaign)
        book.add_listed(Listed(0, 1, leader.id, "housing", "暗号组", today, campaign.id))
        book.add_suggestion(Suggestion(0, "improve", "housing", clerk.id, today, today, "暗号建议"))
        book.add_follow_up(FollowUp(0, 1, "30", today))
        book.save_reply("housing", "暗号答复", now)
        book.save_filter(clerk.id, "筛选", {"scope": "unit"})
        for kind in TaskKind:
            book.add_task(Task(0, 1, kind, f"x:{kind}", "housing", today, now))
        data = {"answers": {"words": "暗号"}, "cases": [[2, 0]], "chosen": [2], "unit": "housing",
                "voice": {}, "files": [], "at": "check", "queue": "unit", "page": 0}  # fmt: skip
        chat = book.chat_by_id(clerk.chat)
        until = now + timedelta(days=1)
        book.add_ask(Ask(0, clerk.id, "", 0, 0, 1, "0000", now, until, AskState.OPEN))
        book.new_draft(Draft(0, chat.id, chat.person, "batch", data=data), now)
        matter = Matter(1, today, today, today, 9, (1, 2), ("暗号话",), ("暗号求",), "open")
        hot.keep(book._db, book._ring, [matter])

    def _read_ids(self) -> None:
        """Every id there is, of everything a button may name."""

        def of(book: Records, name: str) -> list[str]:
            table = next(t for t in tables() if t.name == name)
            return [str(r.id) for r in book._db.execute(select(table.c.id))]

        names = {
            "case": "petition", "draft": "draft", "person": "person", "chat": "chat",
            "officer": "officer", "rating": "rating", "follow": "follow_up", "task": "task",
            "slot": "slot", "booking": "booking", "meeting": "meeting", "campaign": "campaign",
            "suggestion": "suggestion", "matter": "hot_matter", "filter": "saved_filter",
            "reply": "saved_reply", "ask": "staff_ask",
        }  # fmt: skip
        self.ids = {name: self.here.now(lambda b, t=table: of(b, t))
                    for name, table in names.items()}  # fmt: skip
        self.ids |= VERBS | {"rev": ["0", "1"], "version": ["0"]}
        assert all(self.ids.values()), [n for n, found in self.ids.items() if not found]

    def forged(self, prefix: str) -> Iterator[str]:
        """Everything that is tried behind a prefix."""
        for template in OTHERS[prefix]:
            names = [name for name in self.ids if f"{{{name}}}" in template]
            for values in itertools.product(*(self.ids[name] for name in names)):
                data = f"{prefix}:{template.format(**dict(zip(names, values, strict=True)))}"
                assert len(data.encode()) <= MAX_CALLBACK_BYTES
                yield data
        yield from (data for data in self.shown if data.partition(":")[0] == prefix)
