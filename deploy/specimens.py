"""Print every kind of paper once, of invented cases: python deploy/specimens.py FOLDER [zh|en].

`make papers` makes small pictures of them for docs/papers.md.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from datetime import date, datetime, timedelta
from itertools import count, product
from pathlib import Path
from typing import Any

import structlog

from bot.office_files import load_office
from papers.pdf import pdf
from petitions.book import NewText
from petitions.case import documents
from petitions.errors import NotPossibleNow, NotYours
from petitions.law.clocks import morning
from petitions.message import Sheet
from petitions.telling import receipts
from petitions.values.person import Actor, Identity, Officer, Role
from petitions.verbs import acting, rehearsing
from petitions.verbs.filing import Filing, Receipt, submit
from storage.database import Database, make_engine, sqlite_at
from storage.migrate import check_schema
from storage.records import Records
from storage.seal import KeyRing
from webchat import CHANNEL

FIRST = date(2026, 3, 2)
ASKED = {
    "facts": "小区北面的搅拌站每天夜里施工到两点，已经一个月，三户人家的墙裂了。",
    "request": "停止夜间施工；对墙体裂缝作鉴定并赔偿。",
    "place": "云川市和平路12号小区",
}
OPINION = {
    "outcome": "supported",
    "found": "3月9日、11日夜间到现场查看，搅拌站22时后仍在作业，"
    "噪声实测63分贝，超过GB 12523—2011规定的55分贝；"
    "三户墙体有裂缝，成因须经鉴定。",
    "reply": "支持停止夜间施工的请求，已责令自2026年3月12日起22时至次日6时停止作业；"
    "赔偿请求须先查明裂缝成因，"
    "建议先作房屋安全鉴定。",
    "basis": "《中华人民共和国噪声污染防治法》第四十三条",
}  # fmt: skip
WHY = "还须委托有资质的机构鉴定墙体裂缝，鉴定需要20天左右。"
ARRIVED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("register", {"kind": "request"}), ("pass_on", {"unit": "housing"}),
)  # fmt: skip
ACCEPTED = (*ARRIVED, ("accept", {}))
ANSWERED = (*ACCEPTED, ("reply", OPINION), ("deliver", {"delivery": "post"}))
ASKED_AGAIN = (*ANSWERED, ("register_review", {"review_why": "墙体裂缝就是搅拌站振的。"}))
REVIEWED = (
    *ASKED_AGAIN, ("accept_review", {}),
    ("review_opinion", {"review_outcome": "uphold", "reply": "原处理意见事实清楚，依据充分。"}),
    ("deliver", {"delivery": "post"}),
)  # fmt: skip
LAST = (*REVIEWED, ("register_rereview", {"review_why": "请省里再看一次。"}))
STORIES: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "refused": (("register", {"kind": "request"}),
                ("refuse", {"reason": "other_organ",
                            "where": "搅拌站在相邻的滨河市境内，请向滨河市信访局提出。"})),
    "led": (("register", {"kind": "request", "way": "2"}),
            ("lead", {"where": "云川市劳动人事争议仲裁委员会", "bring": "劳动合同、工资条"})),
    "transfer": ARRIVED,
    "extended": (*ACCEPTED, ("ask_extension", {"days": "20", "why": WHY}),
                 ("extend", {"approval": "同意"})),
    "accepted": ACCEPTED,
    "opinion": ANSWERED,
    "review_refused": (*ASKED_AGAIN, ("refuse_review", {"why": "复查请求超出原信访事项的范围。"})),
    "review_opinion": REVIEWED,
    "rereview_refused": (*LAST, ("refuse_rereview", {"why": "复核请求超出原信访事项的范围。"})),
    "rereview_opinion": (
        *LAST, ("accept_rereview", {}),
        ("rereview_opinion", {"review_outcome": "uphold", "reply": "维持原复查意见。"})),
    "duty_answer": (
        ("register", {"kind": "request", "way": "5"}), ("pass_on", {"unit": "housing"}),
        ("accept", {"date": "2026-05-04", "limit_law": "本机关按工作需要确定"}),
        ("reply", {"reply": "已依法履行职责，责令停止夜间作业。", "basis": OPINION["basis"],
                   "found": OPINION["found"]})),
    "closing": (
        ("register", {"kind": "request"}), ("assign", {"unit": "housing", "date": "2026-05-29"}),
        ("accept", {}), ("reply", OPINION)),
}  # fmt: skip
"""Kind of paper → what is done until it is issued."""
DATED = frozenset({"deliver", "register_review", "register_rereview"})


class Office:
    """An office of one day's making, in a folder that is thrown away."""

    def __init__(self, folder: Path, lang: str) -> None:
        self.rules, self.lang = load_office(None), lang
        self.database = Database(make_engine(sqlite_at(folder / "x.sqlite3")), KeyRing.fresh())
        check_schema(self.database.engine)
        self.day, self.people = FIRST, count()
        self.seats: list[Actor] = self.book(self._seat)

    def book(self, work: Any) -> Any:
        """A transaction."""
        return self.database.write_now(lambda c: work(Records(c, self.database.ring)))

    def now(self) -> datetime:
        """The morning of its day."""
        return morning(self.day, self.rules.zone)

    def _seat(self, book: Records) -> list[Actor]:
        seats = []
        for unit, role in product(self.rules.units, Role):
            chat = book.new_chat(CHANNEL, f"{unit}:{role}", self.lang, self.now())
            desk = book.add_officer(Officer(0, unit, role, "", 0), self.now())
            book.seat_officer(desk.id, chat.id)
            seats.append(Actor("officer", desk.id, unit, role))
        return seats

    def file(self) -> Receipt:
        """A new petition."""

        def work(book: Records) -> Receipt:
            chat = book.new_chat(CHANNEL, f"person {next(self.people)}", self.lang, self.now())
            words = {part: NewText(part, said) for part, said in ASKED.items()}
            filing = Filing(words["facts"], words["request"], words["place"],
                            Identity("王某", "云川市和平路12号", "13800138000"))  # fmt: skip
            office = self.rules.on(self.now())
            return submit(book, office, chat, chat.person, filing, self.now())

        return self.book(work)

    def act(self, case: int, action: str, data: dict[str, Any], verb: Any = acting.act) -> Any:
        """A step, by whoever may take it."""
        self.day += timedelta(days=2)
        if action in DATED:
            data = data | {"date": self.day.isoformat()}
        for actor in self.seats:
            try:
                given = (case, action, actor, dict(data), self.now())
                return self.book(lambda b, given=given: verb(b, self.rules.on(self.now()), *given))
            except (NotYours, NotPossibleNow):
                continue
        raise NotPossibleNow(action)

    def paper(self, kind: str, case: int) -> Sheet:
        """The newest paper of a kind, as its petitioner reads it."""

        def work(book: Records) -> Sheet:
            found = book.petition(case)
            issued = [one for one in book.documents(case) if one.kind == kind][-1]
            inside = self.rules.law.on(issued.day).papers[kind].inside
            reader = self.seats[0] if inside else Actor.petitioner(found.person)
            if inside:
                reader = next(s for s in self.seats if s.unit == found.unit)
            return documents.sheet(
                book, self.rules.on(self.now()), found, issued, reader, self.lang
            )

        return self.book(work)


def draft(office: Office) -> Sheet:
    """An opinion before it is issued."""
    case = office.file().petition.id
    for action, data in ACCEPTED:
        office.act(case, action, data)

    def verb(book: Any, rules: Any, id: int, action: str, who: Actor, data: Any, now: Any) -> Any:
        return rehearsing.paper(book, rules, id, action, who, data, now, office.lang)

    made: Sheet = office.act(case, "reply", OPINION, verb)
    return made


def main(folder: Path, lang: str) -> None:
    """Print them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        office = Office(Path(place), lang)
        sheets = {}
        for kind, steps in STORIES.items():
            office.day = FIRST
            given = office.file()
            for action, data in steps:
                office.act(given.petition.id, action, data)
            sheets[kind] = office.paper(kind, given.petition.id)
        office.day = FIRST
        sheets["draft"] = draft(office)
        sheets["slip"] = receipts.slip(office.rules.on(office.now()), office.file(), lang)
        for kind, sheet in sheets.items():
            (folder / f"{kind}.pdf").write_bytes(
                pdf(sheet, f"http://127.0.0.1:8080/chat?start={sheet.qr}")
            )


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "zh")
