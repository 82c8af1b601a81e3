"""Changes of the staff in words: what waits for a second person's yes, and the history."""

from __future__ import annotations

from petitions.book import Book, Chat, Notice
from petitions.law.clocks import local_day
from petitions.law.units import Office, Unit, Wish
from petitions.message import Message
from petitions.telling.ports import Cancelled
from petitions.telling.views import button
from petitions.values.staffing import Ask, AskState, StaffEntry
from petitions.words import day, moment, name_in, say


def desk_of(book: Book, office: Office, id: int, lang: str) -> str:
    """A desk as colleagues call it; one that is no more by its number, and nobody's as the command
    line."""
    if not id:
        return say(lang, "staff_log.nobody")
    desk = book.officer(id)
    if desk is None:
        return say(lang, "staff_log.desk", id=id)
    return seat(office, desk.unit, str(desk.role), desk.name, lang)


def seat(office: Office, unit: str, role: str, name: str, lang: str) -> str:
    """Unit, role and what colleagues call the desk."""
    parts = (office.unit_name(unit, lang), say(lang, f"role.{role}"), name)
    return " · ".join(part for part in parts if part)


def waits(book: Book, office: Office, ask: Ask, lang: str) -> str:
    """To somebody who has opened an invitation that a second person must say yes to."""
    return say(lang, "invite.waits", desk=desk_of(book, office, ask.desk, lang),
               until=_until(office, ask, lang), number=ask.number)  # fmt: skip


def _until(office: Office, ask: Ask, lang: str) -> str:
    return day(lang, local_day(ask.until, office.zone))


def asked(book: Book, office: Office, ask: Ask, lang: str) -> str:
    """To an officer who may say yes: what it is, who asks, and how to make sure."""
    by, until = desk_of(book, office, ask.asker, lang), _until(office, ask, lang)
    if not ask.unit:
        return say(lang, "second.seat", desk=desk_of(book, office, ask.desk, lang), by=by,
                   number=ask.number, until=until,
                   channel=say(lang, f"channel.{book.chat_by_id(ask.chat).channel}"))  # fmt: skip
    unit = _wished(office, ask)
    before = office.units.get(unit.id, unit)
    key = "second.unit" if unit.id in office.units else "second.unit_back"
    return say(lang, key, unit=before.name(lang), by=by, until=until,
               kinds=_change(*(say(lang, f"unit_kind.{one.kind}") for one in (before, unit))),
               parents=_change(*(_named(office, one.parent, lang) for one in (before, unit))),
               )  # fmt: skip


def _wished(office: Office, ask: Ask) -> Unit:
    wish = Wish.read(ask.unit)
    return wish.applied(office.units.get(wish.id))


def _change(old: str, new: str) -> str:
    return new if old == new else f"{old} → {new}"


def _named(office: Office, unit: str, lang: str) -> str:
    return office.unit_name(unit, lang) if unit in office.units else "—"


def of_whom(book: Book, office: Office, ask: Ask, lang: str) -> str:
    """The desk, or the unit, that it is about."""
    if ask.unit:
        return _wished(office, ask).name(lang)
    return desk_of(book, office, ask.desk, lang)


def line(book: Book, office: Office, one: StaffEntry, lang: str) -> str:
    """An entry of the history."""
    said = say(lang, f"staff_log.{one.what}", desk=_what(book, office, one, lang),
               **_unit_change(office, one, lang))  # fmt: skip
    who = [say(lang, "staff_log.by", desk=desk_of(book, office, one.actor, lang))]
    if one.second:
        second = desk_of(book, office, one.second, lang)
        who.append(say(lang, "staff_log.second", desk=second))
    elif one.what == "seated" or one.facts.get("alone"):
        who.append(say(lang, "staff_log.alone"))
    return say(lang, "staff_log.line", number=one.seq, when=moment(lang, one.at, office.zone),
               said=said, who=" · ".join(who))  # fmt: skip


def _what(book: Book, office: Office, one: StaffEntry, lang: str) -> str:
    """The unit, one that is no more as it was called; or the desk as it was then: unit, role, and
    by what it is known now."""
    if not one.desk:
        gone = name_in(lang, one.facts.get("names", {})) or one.unit
        return office.unit_name(one.unit, lang) if one.unit in office.units else gone
    found = book.officer(one.desk)
    name = found.name if found else f"#{one.desk}"
    return seat(office, one.unit, one.role, name, lang)


def _unit_change(office: Office, one: StaffEntry, lang: str) -> dict[str, str]:
    if "kind" not in one.facts:
        return {}
    kinds = (say(lang, f"unit_kind.{kind}") for kind in one.facts["kind"])
    parents = (_named(office, parent, lang) for parent in one.facts["parent"])
    return {"kinds": _change(*kinds), "parents": _change(*parents)}


# Notices


def changed(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    """A change of the staff, to a supervisor."""
    one = book.staff_entry(int(notice.facts["entry"]))
    if one is None:
        return Cancelled("no such entry")
    said = line(book, office, one, chat.lang)
    return Message(say(chat.lang, "notice.officer.staff", line=said))


def to_answer(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    """A change that waits for a yes, to an officer who may say it."""
    ask = book.ask(int(notice.facts["ask"]))
    if ask is None or ask.state is not AskState.OPEN:
        return Cancelled("it waits no more")
    rows = ((button(chat.lang, "button.second_yes", "second", "yes", ask.id),
             button(chat.lang, "button.second_no", "second", "no", ask.id)),)  # fmt: skip
    return Message(asked(book, office, ask, chat.lang), rows)


def answered(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    """The second person's answer, to the officer who asked."""
    ask = book.ask(int(notice.facts["ask"]))
    if ask is None:
        return Cancelled("forgotten")
    what = of_whom(book, office, ask, chat.lang)
    return Message(say(chat.lang, f"second.told_{_said(ask)}", what=what))


def seated(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    """… and to the person who was to sit there."""
    ask = book.ask(int(notice.facts["ask"]))
    if ask is None:
        return Cancelled("forgotten")
    what = of_whom(book, office, ask, chat.lang)
    return Message(say(chat.lang, f"seat.told_{_said(ask)}", what=what))


def _said(ask: Ask) -> str:
    return "yes" if ask.state is AskState.DONE else "no"
