"""Notices beside the way of a case: dangers, receptions, figures, hot matters, looks, drafts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from petitions.book import Book, Chat, Notice
from petitions.case import quoting
from petitions.case import staffing as staff
from petitions.counting.hot import Matter
from petitions.keeping import retention
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.message import Message
from petitions.telling import looks, staffing
from petitions.telling.ports import Cancelled
from petitions.telling.views import button, category_name
from petitions.values import danger
from petitions.words import day, listed, moment, quoted, say

Composer = Callable[[Book, Office, Notice, Chat], Message | Cancelled]


def hot_text(book: Book, matter: Matter, lang: str) -> str:
    """A hot matter in words that most of its petitions share, and nobody's own."""
    held = [book.petition(id).category for id in matter.cases]
    category = max(sorted(set(held)), key=held.count)

    def named(words: tuple[str, ...]) -> str:
        return listed(lang, (quoted(lang, word) for word in words))

    lines = [say(lang, "hot.line", people=matter.people, count=len(matter.cases),
                 days=(matter.last - matter.first).days + 1,
                 category=category_name(category, lang))]  # fmt: skip
    if matter.phrases:
        lines.append(say(lang, "hot.said", words=named(matter.phrases)))
    if matter.wanted:
        lines.append(say(lang, "hot.wanted", words=named(matter.wanted)))
    return "\n".join(lines)


def hot(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    """Hot matters that were found on a day: planned on each, found or not."""
    day = notice.occasion
    found = [m for m in book.hot_matters("open") if m.found_on.isoformat() == day]
    if not found:
        return Cancelled("nothing new")
    texts = [say(chat.lang, "hot.new"), *(hot_text(book, m, chat.lang) for m in found)]
    rows = [(button(chat.lang, "button.open", "hot", "one", m.id),) for m in found]
    return Message("\n".join(texts), tuple(rows))


def bulletin(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    found = book.bulletin(int(notice.facts["bulletin"]))
    if found is None:
        return Cancelled("no such bulletin")
    period = found.period
    if period.first != period.last and period.kind == "day":
        period = replace(period, kind="span")
    text = found.texts.get(chat.lang) or next(iter(found.texts.values()))
    rows = ((button(chat.lang, "button.figures", "fig", "show", period.key),),)
    return Message(text, rows, tuple(book.file_ref(id) for id in found.files))


def draft_ends(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    """An unfinished petition that is deleted soon, unless somebody went on with it."""
    draft = book.draft(int(notice.facts["draft"]))
    if draft is None or draft.done or draft.rev != notice.facts["rev"] or not draft.changed_at:
        return Cancelled("nothing is unfinished any more")
    if draft.person != chat.person:
        return Cancelled("somebody else uses this chat")
    begun, ends = draft.changed_at, notice.due_at + retention.WARNED
    begun_on, ends_on = (day(chat.lang, local_day(at, office.zone)) for at in (begun, ends))
    text = say(chat.lang, "notice.draft.ends", since=begun_on, until=ends_on)
    return Message(text, ((button(chat.lang, "button.go_on", "new", "resume", draft.id),),))


def booking(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    """News of a place at a reception, as it is now."""
    booking = book.booking(int(notice.facts["booking"]))
    if booking.person != chat.person:
        return Cancelled("somebody else uses this chat")
    if notice.kind == "booking.tomorrow" and booking.state != "booked":
        return Cancelled("no such booking any more")
    slot = book.slot(booking.slot)
    host = book.officer(slot.host)
    text = say(chat.lang, f"notice.{notice.kind}", day=day(chat.lang, slot.day), start=slot.start,
               where=slot.where, link=slot.link or "—",
               host=host.name if host else office.unit_name(slot.unit, chat.lang))  # fmt: skip
    return Message(text, ((button(chat.lang, "button.reception", "rc", "list"),),))


def danger_to_life(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    """A danger to life in something being written: to the duty desk, about the matter."""
    draft = book.draft(int(notice.facts["draft"]))
    if draft is None or draft.done:
        return Cancelled("the excerpt was erased")
    text = say(
        chat.lang,
        "notice.duty.danger",
        what=danger.label(notice.facts["danger"], chat.lang),
        when=moment(chat.lang, notice.due_at, office.zone),
        number=draft.data.get("number", "") or "—",
        text=quoting.quoted(str(draft.data.get("danger_text", ""))),
        numbers=notice.facts.get("numbers", ""),
    )
    return Message(text, ((button(chat.lang, "button.duty_answer", "duty", draft.id),),))


def duty_answer(book: Book, office: Office, notice: Notice, chat: Chat) -> Message:
    """The duty desk's answer to the person who wrote of a danger."""
    draft = book.draft(int(notice.facts["draft"]))
    said = str(draft.data.get("said", "")) if draft else ""
    return Message(say(chat.lang, "notice.duty.answer", text=said))


def suggestion(book: Book, office: Office, notice: Notice, chat: Chat) -> Message:
    """One of the three suggestions to a unit."""
    due = day(chat.lang, date.fromisoformat(notice.facts["due"]))
    text = say(chat.lang, "notice.officer.suggestion", unit=notice.facts["unit"], due=due)
    return Message(text, ((button(chat.lang, "button.open", "sv", "one", notice.facts["id"]),),))


def looked(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    """A week's looks into cases, to the officer who supervises them."""
    found = looks.notice(book, office, notice, chat.lang)
    return found or Cancelled("no looks any more")


def plain(book: Book, office: Office, notice: Notice, chat: Chat) -> Message:
    """A sentence, and the facts that it speaks of."""
    facts = {k: listed(chat.lang, v) if isinstance(v, list) else v
             for k, v in notice.facts.items()}  # fmt: skip
    return Message(say(chat.lang, f"notice.{notice.kind}", **facts))


def closed_here(book: Book, office: Office, notice: Notice, chat: Chat) -> Message:
    """To a chat in which a case is open no more."""
    number = book.petition(notice.case).number
    said = say(chat.lang, "notice.petitioner.closed_here", number=number, phone=office.front.phone)
    return Message(said)


NEWS: dict[str, Composer] = {
    "duty.danger": danger_to_life,
    "duty.answer": duty_answer,
    "booking": booking,
    "draft.ends": draft_ends,
    "officer.suggestion": suggestion,
    "officer.hot": hot,
    "officer.looks": looked,
    "officer.bulletin": bulletin,
    staff.CHANGED: staffing.changed,
    staff.WAITS: staffing.to_answer,
    staff.ANSWERED: staffing.answered,
    staff.SEATED: staffing.seated,
    "officer": plain,
    "petitioner.closed_here": closed_here,
}
"""Kind, or side, of a notice → what composes it."""
