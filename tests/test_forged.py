"""Forged buttons: whatever a press says it is, nobody changes or reads what isn't theirs.

Every prefix of the one table of presses is tried with other people's cases, drafts, bookings,
tasks and desks, and so is every button that was ever shown to somebody else.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from drive import Town, WebPerson, file_petition, town
from sqlalchemy import select
from test_procedure import Office as Desks
from test_procedure import answered, does

from handlers import reception
from handlers.citizen import cases, privacy
from handlers.converse import PRESSES
from handlers.forms import presses
from handlers.officer import steps
from handlers.officer.figures import page
from handlers.talk import Incoming
from petitions.book import Draft
from petitions.counting.hot import Matter
from petitions.law.clocks import local_day
from petitions.message import MAX_CALLBACK_BYTES, Message
from petitions.values.meeting import Booking, Meeting, Slot
from petitions.values.oversight import Campaign, Listed, Suggestion
from petitions.values.person import Actor, Officer, Role
from petitions.values.rating import FollowUp
from petitions.values.task import Task, TaskKind
from petitions.verbs import acting
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
    "unit": ["show:housing", "edit:housing", "close:housing", "closed:housing", "new", "page:0"],
    "filter": ["drop:{filter}"],
    "batch": ["start:unit:0", "{draft}:{rev}:go", "{draft}:{rev}:all", "{draft}:{rev}:t:0",
              "{draft}:{rev}:x"],
}  # fmt: skip
"""Prefix → what is forged after it. Own drafts and settings of the forger may change."""

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

ASIDE = {"handled", "try", "journal", "uncounted"}
"""Tables of answers and of sums, which any reading may bring up to date."""


def test_every_prefix_is_forged() -> None:
    assert OTHERS.keys() == PRESSES.keys()


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
            "reply": "saved_reply",
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


class Forger:
    """Somebody who presses what was never shown to them."""

    def __init__(self, here: Town, person: WebPerson) -> None:
        self.here, self.chat = here, int(person.entered["chat"])
        chat = here.now(lambda b: b.chat_by_id(self.chat))
        self.officer, self.person = chat.officer, chat.person

    async def press(self, data: str, kind: str = "press") -> list[Message]:
        key = uuid.uuid4().hex
        incoming = Incoming("web", str(self.chat), key, kind, lang="zh", text=data)
        return await self.here.app.desk.converse(incoming)

    async def press_through(self, data: str) -> list[Message]:
        """Press; and where that opens a form, answer it to its end."""
        before = self._form()
        said = [*await self.press(data)]
        for _ in range(8):
            if data.partition(":")[0] not in ASK or self._form() in (0, before):
                break
            shown = [b.data for row in said[-1].rows for b in row]
            sure = [d for d in shown if ":submit:" in d] or [d for d in shown if ":pick:" in d]
            said += await (self.press(sure[0]) if sure else self.press("核实过了。", "text"))
        return said

    def _form(self) -> int:
        return int(self.here.now(lambda b: b.chat_by_id(self.chat).draft))

    def others(self) -> dict[str, list[Any]]:
        """All rows there are but the forger's own."""

        def mine(table: str, row: Any) -> bool:
            if (table, row.get("id")) == ("chat", self.chat) or row.get("chat") == self.chat:
                return True
            own = {r.id for r in persons}
            if (table == "person" and row["id"] in own) or row.get("person") in own:
                return True
            return bool(self.officer) and row.get("officer") == self.officer

        def read(book: Records) -> dict[str, list[Any]]:
            persons.extend(book.persons_in(self.chat))
            return {
                table.name: [
                    tuple(row.values())
                    for row in book._db.execute(select(table)).mappings()
                    if not mine(table.name, row)
                ]
                for table in tables()
                if table.name not in ASIDE
            }

        persons: list[Any] = []
        return self.here.now(read)  # type: ignore[no-any-return]


WHO = [
    ("transport", role)
    for role in ("handler", "head", "supervisor", "mediator", "visitor", "administrator")
]
ADMINISTERS = {"staff", "unit", "cal"}
"""What an administrator may."""
ASK = {"duty", "d", "task", "sv", "cp", "hot", "lane", "joint", "cal", "reply", "batch"}
"""Prefixes whose forms are nobody's but those who may: answered to their end."""
ANYBODYS = {"f", "new", "loose", "my", "m", "track", "priv", "person", "lang", "hear", "rate", "fu",
            "join"}  # fmt: skip
"""Prefixes that ask for the person, never for a role: tried by two."""


async def still(here: Town) -> None:
    """From now on the office does nothing by itself."""
    assert here.app._clockwork
    await here.app._clockwork.stop()
    here.app._clockwork = None


async def forgers(here: Town) -> list[tuple[str, Forger]]:
    """A citizen with a case of their own, and officers who have nothing to do with the others'."""
    stranger = await here.citizen("web")
    await file_petition(stranger, place="别处")
    found = [("citizen", Forger(here, stranger))]
    for unit, role in WHO:
        found.append((role, Forger(here, await here.officer(unit, role, "web"))))
    return found


@pytest.mark.slow
async def test_nothing_of_others_is_changed_or_read_by_a_forged_press(tmp_path: Path) -> None:
    wrong: list[tuple[str, str, str]] = []
    async with town(tmp_path, telegram=False) as here:
        filled = Filled(here)
        await filled.fill()
        pressing = await forgers(here)
        await still(here)
        for role, by in pressing:
            before = by.others()
            for prefix in PRESSES:
                if (role == "administrator" and prefix in ADMINISTERS) or (
                    role not in ("citizen", "handler") and prefix in ANYBODYS
                ):
                    continue
                for data in filled.forged(prefix):
                    wrong += [
                        (role, data, y) for y in await read(here, await by.press_through(data))
                    ]
                after = by.others()
                wrong += [(role, prefix, f"{t} changed") for t in before if before[t] != after[t]]
                before = after
    assert not wrong, "\n".join(map(str, wrong[:40]))


async def packed(here: Town, answer: list[Message]) -> list[object]:
    """What the archives of an answer bring."""
    found: list[object] = []
    for asked in (m.archive for m in answer if m.archive):
        for step in await here.app.desk.steps(asked):
            found += [held for _, held in await here.app.desk.entries(asked, step)]
    return found


async def read(here: Town, answer: list[Message]) -> list[str]:
    """What an answer to a forged press mustn't hold."""
    said = " ".join([m.text + "".join(b.text for row in m.rows for b in row) for m in answer])
    held = await packed(here, answer)
    found = {
        "no answer": not answer,
        "words of others": SAID in said or any(SAID in str(one) for one in held),
        "a fault of ours": "出了错" in said,
        "files": any(m.files or m.sheets for m in answer) or any(type(x) is int for x in held),
    }
    return [why for why, true in found.items() if true]


async def test_the_page_takes_no_press_that_it_does_not_show(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False) as here:
        owner, stranger = await here.citizen("web"), await here.citizen("web")
        await file_petition(owner, **CANARIES)
        line = max(owner.lines)
        for message in (line, max(stranger.lines)):
            body = {"key": uuid.uuid4().hex, "message": message, "data": "m:1:card"}
            async with stranger.http.post(f"{stranger.base}/press", json=body) as response:
                assert response.status == 409
                assert SAID not in await response.text()


async def test_a_rating_is_its_givers_and_a_units_supervisor_reads_none(here: Town) -> None:
    owner, signer = await here.citizen("web"), await here.citizen("web")
    number = await file_petition(owner)
    await file_petition(signer)
    await answered(Desks(here, "web"), number)
    other = Forger(here, signer)

    def rate(book: Records) -> int:
        now, office = here.app.clock.now(), here.app.office
        case = book.by_number(number)
        assert case
        who = Actor.petitioner(case.person)
        acting.act(book, office, case.id, "received", who, {}, now)
        rating = next(r for r in book.ratings(case.id) if r.body == "unit")
        about = {"rating": str(rating.id)}
        acting.act(book, office, case.id, "rate", who, about | {"level": "dissatisfied"}, now)
        words = about | {"rating_words": "暗号麒麟"}
        acting.act(book, office, case.id, "rate_more", who, words, now)
        book.follow(case.id, other.person, "signed", now)
        return rating.id

    rating = here.now(rate)
    for verb in ("ask", "more", "fine", "mute", "why:slow"):
        answer = await other.press(f"rate:{rating}:{verb}")
        assert "只有申请人本人" in answer[-1].text, verb
    period = f"{here.app.clock.now():%Y-%m}"
    for unit, reads in (("housing", False), ("city", True)):
        watching = Forger(here, await here.officer(unit, "supervisor", "web"))
        told = await watching.press(f"fig:words:{period}:housing:-:-:-:-")
        assert ("暗号麒麟" in told[-1].text) == reads, unit


async def test_saved_replies_are_for_those_who_work_the_cases(here: Town) -> None:
    for role, may in (("mediator", False), ("visitor", False), ("handler", True)):
        officer = Forger(here, await here.officer("city", role, "web"))
        said = (await officer.press("reply:list"))[-1].text
        assert ("不由您处理" not in said) == may, role
