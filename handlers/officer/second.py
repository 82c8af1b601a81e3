"""The second person's yes to a seat or to a changed unit; and the history of the staff."""

from __future__ import annotations

from handlers.officer import login
from handlers.talk import Answer, Talk, stacked
from petitions.case import staffing as staff
from petitions.errors import NotPossibleNow, NotYours
from petitions.message import Button, Message, packed
from petitions.telling import staffing
from petitions.values.person import Officer
from petitions.values.staffing import LIVING, Ask
from petitions.verbs import seating

LIST = 10
"""Entries of the history shown at once."""


def _second(talk: Talk) -> Officer:
    """The officer who may say a second yes. Raises NotYours."""
    if talk.officer is None or not staff.may_be_second(talk.office, talk.officer):
        raise NotYours("bad.not_second")
    return talk.officer


def _waiting(talk: Talk) -> list[Ask]:
    return staff.waiting(talk.book, talk.office, talk.officer, talk.now) if talk.officer else []


def asks(talk: Talk) -> list[Button]:
    """At the desk, where something waits for this officer's yes."""
    found = _waiting(talk)
    return [talk.button("button.second", "second", "list", count=len(found))] if found else []


def still_open(talk: Talk) -> list[str]:
    """An administrator's line on invitations and changes that aren't answered yet."""
    found = [a for a in talk.book.asks() if a.state in LIVING and talk.now < a.until]
    return [talk.say("second.open", count=len(found))] if found else []


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`list`, `one:id`, `yes:id`, `no:id`, `log:page`."""
    me = _second(talk)
    match parts:
        case ["list"]:
            return _list(talk)
        case ["log", page] if page.isdecimal() and len(page) < 6:
            return _log(talk, int(page))
        case ["one", id] if id.isdecimal() and len(id) < 16:
            return _one(talk, int(id))
        case [("yes" | "no") as said, id] if id.isdecimal() and len(id) < 16:
            login.must_be_fresh(talk)
            ask = seating.answer(talk.book, talk.office, me, int(id), said == "yes", talk.now)
            what = staffing.of_whom(talk.book, talk.office, ask, talk.lang)
            return [*talk.tell(f"second.said_{said}", what=what), *_list(talk)]
    return talk.toast("bad.stale")


def _list(talk: Talk) -> Answer:
    found = _waiting(talk)
    buttons = [Button(staffing.of_whom(talk.book, talk.office, ask, talk.lang),
                      packed("second", "one", ask.id)) for ask in found]  # fmt: skip
    last = (talk.button("button.staff_log", "second", "log", 0),
            talk.button("button.desk", "q2", "desk"))  # fmt: skip
    return talk.tell("second.list" if found else "second.none", *stacked(*buttons), last)


def _one(talk: Talk, id: int) -> Answer:
    ask = next((a for a in _waiting(talk) if a.id == id), None)
    if ask is None:
        raise NotPossibleNow("bad.ask_gone")
    rows = ((talk.button("button.second_yes", "second", "yes", id),
             talk.button("button.second_no", "second", "no", id)),
            (talk.button("button.back", "second", "list"),))  # fmt: skip
    return [Message(staffing.asked(talk.book, talk.office, ask, talk.lang), rows)]


def _log(talk: Talk, before: int) -> Answer:
    """A page of the history, the newest first."""
    found = talk.book.staff_history(before, LIST + 1)
    lines = [staffing.line(talk.book, talk.office, one, talk.lang) for one in found[:LIST]]
    rows = [(talk.button("button.desk", "q2", "desk"),)]
    if len(found) > LIST:
        rows.insert(0, (talk.button("button.older", "second", "log", found[LIST - 1].seq),))
    head = talk.say("staff_log.head" if found else "staff_log.none")
    return [Message("\n".join([head, *lines]), tuple(rows))]
