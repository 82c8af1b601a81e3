"""A notice that reached nobody: a person calls or writes; and a chat that opens again hears it."""

from __future__ import annotations

from datetime import datetime

from petitions.book import Book, Chat, Notice, Planned
from petitions.case import notices, running
from petitions.case.conditions import bureau_of, teller
from petitions.case.notices import ALERT
from petitions.law.calendar import Calendar
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.matters import joint
from petitions.values.petition import Petition
from petitions.values.task import Task, TaskKind
from petitions.verbs.days import calendar_of

AGAIN = "again"
"""The fact that holds the first occasion of what is split again."""
HEARD = ("planned", "sending", "sent", "unknown")
"""States of a row whose chat has heard it, or may still."""


def add_task(
    book: Book, office: Office, calendar: Calendar, case: Petition, kind: TaskKind,
    notice: Notice, now: datetime,
) -> None:  # fmt: skip
    """A dated task for whoever has the case, and word of it; once for a notice's occasion. Where
    they may not know whose it is, it is the bureau's."""
    today = local_day(now, office.zone)
    limit = office.rules.limits["tell"]
    unit = teller(case, office)
    side = "desk" if unit == case.unit else "bureau"
    until = running.end_of(today, limit, calendar)
    occasion = f"{notice.kind}:{notice.occasion}"
    id = book.add_task(Task(0, case.id, kind, occasion, unit, until, now, notice.id))
    if id:
        facts = {"task": id, "due": until.isoformat()}
        book.plan(Planned(f"{side}.task_{kind}", case.id, f"task:{id}", side, now, facts))


def unserved(book: Book, office: Office, notice: Notice, now: datetime, sure: bool = False) -> None:
    """A notice didn't arrive: a person must call or write, unless (not `sure`) another chat of
    the same people has a legal one, or may still get it."""
    if notices.of(notice.kind).small_talk:
        return
    case, calendar = book.petition(notice.case), calendar_of(book, office)
    here = {person.id for person in book.persons_in(notice.chat)} if notice.chat else set()
    if notice.chat and not here.intersection(joint.owners(book, case)):
        return  # a guest's chat is no way to the petitioner
    if not sure and any(
        n.chat and n.id != notice.id and n.occasion == notice.occasion and n.kind == notice.kind
        and n.state in HEARD
        for n in book.notices_of(notice.case)
    ):  # fmt: skip
        return
    # Beside legal notices, that the chat is closed is worth one task at a time.
    open_ = any(task.kind is TaskKind.SERVE for task in book.tasks(case=case.id))
    if notices.of(notice.kind).legal or not open_:
        add_task(book, office, calendar, case, TaskKind.SERVE, notice, now)


def shut_out(book: Book, office: Office, case: Petition, unit: str) -> str:
    """Whether the petitioner has chats and none of them takes a notice: `unserved` as this unit
    reads it, `elsewhere` where another tells them in person; empty: they are reached."""
    found = False
    for person in joint.owners(book, case):
        for chat in book.chats_of(person):
            found = True
            if not chat.blocked:  # of hundreds who signed, nobody else need be looked at
                return ""
    if not found:
        return ""
    tells = unit in (teller(case, office), bureau_of(case, office))
    return "unserved" if tells else "elsewhere"


def came_back(book: Book, chat: Chat, now: datetime) -> None:
    """A person lets the bot in again: what they missed meanwhile, and heard in no other chat, is
    said once, the answers that were on their way first."""
    answers = [n.id for n in book.unheard(chat.id)]
    people = [person.id for person in book.persons_in(chat.id)]
    mine = {c.id for person in people for c in book.chats_of(person)}
    cases = {c.id for person in people for c in book.cases_of(person)}
    missed = [n.id for case in sorted(cases) for n in _missed(book, case, chat, mine)]
    book.say_again([*answers, *missed], now)
    if answers:
        book.owe(chat.id, True)
        chat.owed = True


def _missed(book: Book, case: int, chat: Chat, mine: set[int]) -> list[Notice]:
    """Notices of a case that the chat's people were told in none of their chats."""
    told = book.notices_of(case)
    heard = {(n.kind, n.occasion) for n in told if n.chat in mine and n.state in HEARD}
    return [
        n for n in told
        if n.state == "blocked" and n.kind.startswith("petitioner.")
        and n.to in ("petitioner", f"chat:{chat.id}") and (n.kind, n.occasion) not in heard
    ]  # fmt: skip


def replan(book: Book, notice: Notice, now: datetime) -> None:
    """An officer has shut the bot out: what was meant for them is split again, without them.
    Colleagues who have it already don't get it twice."""
    side = notice.facts.get("side") or notice.kind.split(".")[0]
    facts = {AGAIN: notice.occasion} | {k: v for k, v in notice.facts.items() if k != "side"}
    if notice.kind == ALERT:
        return  # the others of the rung have it, and the next rung leaves this chat out
    if side in ("desk", "head", "supervisor", "bureau", "helpers", "visitor", "host"):
        occasion = f"{notice.occasion}:{notice.chat}"
        book.plan(Planned(notice.kind, notice.case, occasion, side, now, facts))
