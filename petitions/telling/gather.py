"""Claimed notices of one chat become messages: looked at again, gathered where one will do.

Several events of a case become one message; reminders become the one list of the morning,
but for the few that end today or tomorrow; forty cases are one list and not forty messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from petitions.book import Book, Chat, Notice
from petitions.case import notices
from petitions.case.notices import ALERT, ANSWER, BRIEF, UNSAY, NextStep
from petitions.errors import BadSetting, Unknown
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.message import Message
from petitions.message.stored import from_json
from petitions.telling import briefing, views
from petitions.telling.notice import compose as as_read
from petitions.telling.ports import Cancelled, Composed, Delivery, Settled, Waiting
from petitions.values.person import Officer
from petitions.values.petition import Petition
from petitions.verbs.days import calendar_of
from petitions.words import say

PRESSING = frozenset({"-1", "0"})
"""Rungs that are worth a message of their own: the end is within a day."""
SHUT_OUT, UNREADABLE = "the person has shut the bot out", "the chat's address can't be opened"
AFTER = timedelta(seconds=1)
"""How long after an answer's next try others of its chat have theirs."""
LIST = 12
"""Events a list names."""

Worded = tuple[Notice, Message]


class _Gathering:
    """One chat's notices on their way to messages."""

    def __init__(self, book: Book, office: Office, chat: Chat, now: datetime) -> None:
        self.book, self.office, self.chat, self.now = book, office, chat, now
        self.today = local_day(now, office.zone)
        self.deliveries: list[Delivery] = []
        self.ended: list[Settled] = []
        self._cases: dict[int, Petition | None] = {}

    def end(self, notice: Notice, state: str, why: str, again: datetime | None = None) -> None:
        step = NextStep(state, again)
        self.ended.append(Settled(notice, step, reason=why, tried=again is None))

    def case(self, id: int) -> Petition | None:
        if id not in self._cases:
            try:
                self._cases[id] = self.book.petition(id)
            except Unknown:
                self._cases[id] = None
        return self._cases[id]

    def true(self, notice: Notice) -> bool:
        """Whether a notice is still to be said; ends it otherwise."""
        if self.chat.blocked:
            self.end(notice, "blocked", SHUT_OUT if self.chat.address else UNREADABLE)
            return False
        case = self.case(notice.case) if notice.case else None
        if notice.case and case is None:
            self.end(notice, "cancelled", "no such case")
            return False
        clocks = list(self.book.clocks(notice.case)) if notice.facts.get("clock_id") else []
        if not notices.still_true(notice, case, clocks):
            self.end(notice, "cancelled", "no longer true")
            return False
        return True

    def add(self, parts: list[Worded]) -> None:
        """One message that says these notices."""
        message = _merged([m for _, m in parts])
        if any(n.unsure for n, _ in parts):
            again = say(self.chat.lang, "notice.again")
            message = replace(message, text=f"{again}\n{message.text}")
        said = tuple(n for n, _ in parts)
        self.deliveries.append(Delivery(said, self.chat, message))

    def composed(self, notice: Notice) -> Message | None:
        """A notice as this chat reads it; None when it needn't be said."""
        try:
            found = as_read(self.book, self.office, notice, self.chat, self.now)
        except BadSetting as error:  # words that no key opens: others of this chat are said
            self.end(notice, "failed", type(error).__name__)
            return None
        if isinstance(found, Cancelled):
            self.end(notice, "cancelled", found.why)
            return None
        return found


def compose(book: Book, office: Office, waiting: Waiting, now: datetime) -> Composed:
    """The notices that a chat is to be told now, in as few messages as serve it."""
    try:
        chat = book.chat_by_id(waiting.chat)
    except Unknown:
        gone = tuple(
            Settled(n, NextStep("cancelled"), reason="no such chat") for n in waiting.notices
        )
        return Composed((), gone)
    work = _Gathering(book, office, chat, now)
    said = [n for n in waiting.notices if work.true(n)]
    if chat.owed:
        said = _after_answers(work, said)
    desks = book.desks_of(chat.id)
    if desks:
        said = _in_hours(work, said)
    _say(work, said, desks)
    return Composed(tuple(work.deliveries), tuple(work.ended))


def _say(work: _Gathering, said: list[Notice], desks: Sequence[Officer]) -> None:
    """Answers first, then what stands by itself, what happened, what is listed."""
    listed = [n for n in said if n.kind in (ALERT, BRIEF)]
    for notice in sorted((n for n in said if n.kind == ANSWER), key=lambda n: n.id):
        _answer(work, notice)
    for notice in (n for n in said if n.kind == UNSAY):
        taken = Message("", unsay=tuple(notice.facts["messages"]))
        work.deliveries.append(Delivery((notice,), work.chat, taken))
    said = [n for n in said if n.kind not in (ANSWER, UNSAY)]
    alone = [n for n in said if notices.of(n.kind).alone]
    for notice in alone:
        _alone(work, notice)
    _events(work, [n for n in said if n not in alone and n not in listed], bool(desks))
    if listed:
        _reminders(work, desks, listed)


def _after_answers(work: _Gathering, said: list[Notice]) -> list[Notice]:
    """Notices that may be said now: none before an answer that waits for its next try."""
    mine = {n.id for n in said}
    first = next((n for n in work.book.owed(work.chat.id) if n.id not in mine), None)
    if first is None:
        return said
    again = max(first.next_at or work.now, work.now) + AFTER
    for notice in (late := [n for n in said if n.kind != ANSWER or n.id > first.id]):
        work.end(notice, "planned", "after an answer", again)
    return [n for n in said if n not in late]


def _answer(work: _Gathering, notice: Notice) -> None:
    """One message of an answer that couldn't be said at once, as it was committed."""
    facts = notice.facts
    kept = work.book.answer(work.chat, facts["key"], facts["mark"])
    messages = from_json(kept) if kept else []
    if facts["at"] >= len(messages):  # its time is over, or it was erased with a case
        work.end(notice, "cancelled", "no longer kept")
        return
    work.deliveries.append(Delivery((notice,), work.chat, messages[facts["at"]]))


def _in_hours(work: _Gathering, said: list[Notice]) -> list[Notice]:
    """Notices that may be said now: after hours, reminders and lists wait for the next opening."""
    opening = work.office.at_work(work.now, calendar_of(work.book, work.office))
    if opening <= work.now:
        return said
    kept = []
    for notice in said:
        if notice.kind in (ALERT, BRIEF):
            work.end(notice, "planned", "after hours", opening)
        else:
            kept.append(notice)
    return kept


def _alone(work: _Gathering, notice: Notice) -> None:
    card = work.book.card(work.chat.id, notice.case) if notice.kind == "card" else ""
    if notice.kind == "card" and not card:
        work.end(notice, "cancelled", "no card in this chat")
        return
    message = work.composed(notice)
    if message is None:
        return
    work.deliveries.append(Delivery((notice,), work.chat, message, card))


def _events(work: _Gathering, said: list[Notice], officer: bool) -> None:
    """Events of cases: one message a case, one list for many cases."""
    by_case: dict[int, list[Worded]] = {}
    for notice in said:
        message = work.composed(notice)
        if message is None:
            continue
        if notices.anytime(notice.kind) or not notice.case:
            work.add([(notice, message)])
        else:
            by_case.setdefault(notice.case, []).append((notice, message))
    many = len(by_case) > work.office.rhythm.singles
    if many and officer:
        _list(work, [part for parts in by_case.values() for part in parts])
    elif by_case and work.chat.digest is not None:
        work.add([part for parts in by_case.values() for part in parts])
    else:
        for parts in by_case.values():
            work.add(parts)


def _list(work: _Gathering, parts: list[Worded]) -> None:
    """Many events at one desk: a line for each, and a button for the first cases."""
    lang = work.chat.lang
    lines = [say(lang, "brief.events", count=len(parts))]
    lines += [message.text.partition("\n")[0] for _, message in parts[:LIST]]
    if len(parts) > LIST:
        lines.append(say(lang, "brief.more", count=len(parts) - LIST))
    cases = dict.fromkeys(message.case for _, message in parts if message.case)
    named = [case for id in list(cases)[: briefing.OPENED] if (case := work.case(id))]
    rows = tuple((views.case_button(case),) for case in named)
    desk = (views.button(lang, "button.desk", "q2", "desk"),)
    said = tuple(n for n, _ in parts)
    work.deliveries.append(Delivery(said, work.chat, Message("\n".join(lines), (*rows, desk))))


def _reminders(work: _Gathering, desks: Sequence[Officer], said: list[Notice]) -> None:
    """The morning list, and the few reminders that are worth a message of their own."""
    if not desks:
        for notice in said:
            work.end(notice, "cancelled", "no officer here any more")
        return
    briefs = _briefs(work, said)
    alerts = [(n, m) for n in said if n.kind == ALERT and (m := work.composed(n))]
    pressing = [part for part in alerts if part[0].facts["step"] in PRESSING]
    if len(pressing) > work.office.rhythm.singles:
        pressing = []
    for part in pressing:
        work.add([part])
    rest = [n for n, _ in alerts if n not in [one for one, _ in pressing]]
    if rest or briefs:
        _morning(work, desks, briefs, rest, {n.case for n, _ in pressing})


def _briefs(work: _Gathering, said: list[Notice]) -> list[Notice]:
    """Today's lists; those of other days are cancelled."""
    day = work.today.isoformat()
    briefs = [n for n in said if n.kind == BRIEF and n.occasion == day]
    for notice in said:
        if notice.kind == BRIEF and notice not in briefs:
            work.end(notice, "cancelled", "another day")
    return briefs


def _morning(
    work: _Gathering, desks: Sequence[Officer], briefs: list[Notice], rest: list[Notice],
    without: set[int],
) -> None:  # fmt: skip
    """One list for a person, whatever number of desks; `without` what was said by itself."""
    lists = [
        briefing.message(work.book, work.office, desk, rest if desk is desks[0] else (),
                         bool(briefs), without, work.today, work.chat.lang)
        for desk in desks
    ]  # fmt: skip
    found = [m for m in lists if m]
    if not found:
        for notice in (*briefs, *rest):
            work.end(notice, "cancelled", "said by itself")
        return
    work.deliveries.append(Delivery((*briefs, *rest), work.chat, _merged(found)))


def _merged(messages: list[Message]) -> Message:
    """Several messages of one case as one: their words, files and buttons, each once."""
    if len(messages) == 1:
        return messages[0]
    rows = dict.fromkeys(row for m in messages for row in m.rows)
    files = dict.fromkeys(f for m in messages for f in m.files)
    text = "\n\n".join(m.text for m in messages)
    protect = any(m.protect for m in messages)
    return replace(messages[-1], text=text, rows=tuple(rows), files=tuple(files), protect=protect)
