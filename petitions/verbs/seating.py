"""Desks: who is invited to one, and takes a seat there once a second person has said yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from petitions.book import Book, Chat
from petitions.case import parting, staffing, tries
from petitions.case.staffing import ANSWERED, SEATED, WAITS
from petitions.errors import NotPossibleNow, NotYours, WrongSecret
from petitions.law.units import Office, StaffPlan, Unit, Wish
from petitions.values import codes
from petitions.values.person import Officer, Role
from petitions.values.staffing import Ask, AskState, StaffEntry, entry
from petitions.verbs import units


def invite(
    book: Book, office: Office, unit: str, role: Role, name: str, now: datetime,
    by: Officer | None = None, alone: bool = False,
) -> str:  # fmt: skip
    """A one-time token by which somebody asks for a seat at a desk: an empty one of this unit, role
    and name, or a new one. `by`: whose desk invites; None: the command line. `alone`: it seats
    without a second person's yes, as where there is nobody yet who may say it. Raises Unknown;
    NotPossibleNow where nobody else may say yes."""
    book.hold_staff()
    if by and not staffing.seconds(book, office, (by.chat,)):
        raise NotPossibleNow("bad.no_second")
    plan = StaffPlan(office.unit(unit).id, role, name)
    empty = (o for o in book.officers(unit) if is_desk(o, plan) and not o.chat)
    officer = next(empty, None) or book.add_officer(Officer(0, unit, role, name, 0), now)
    token = codes.new_token()
    until = lapses(office, now)
    staffing.end_asks(book, officer.id, now)
    book.add_invite(codes.token_hash(token), officer.id, until, now)
    state = AskState.FREE if alone and by is None else AskState.SENT
    _ask(book, officer.id, by, until, now, state)
    staffing.note(book, entry("invited", now, officer, actor=by.id if by else 0, alone=alone))
    return token


def lapses(office: Office, now: datetime) -> datetime:
    """Until when an invitation, and what waits for a yes, may be used."""
    return now + timedelta(days=office.on(now).rules.limits["invite"].days)


def _ask(
    book: Book, desk: int, by: Officer | None, until: datetime, now: datetime, state: AskState,
    unit: str = "",
) -> Ask:  # fmt: skip
    asker, chat = (by.id, by.chat) if by else (0, 0)
    return book.add_ask(Ask(0, desk, unit, asker, chat, 0, "", now, until, state))


def is_desk(officer: Officer, plan: StaffPlan) -> bool:
    """Whether an officer's desk is the one the office file asks for."""
    return (officer.unit, officer.role, officer.name) == (plan.unit, plan.role, plan.name)


def set_desks(book: Book, office: Office, now: datetime) -> None:
    """A desk for each line of the office file that has none yet; nobody sits there until
    invited."""
    for plan in office.staff:
        if not any(is_desk(o, plan) for o in book.officers(plan.unit)):
            book.add_officer(Officer(0, plan.unit, plan.role, plan.name, 0), now)


def take_seat(book: Book, office: Office, chat: Chat, token: str, now: datetime) -> Officer | Ask:
    """Make this chat the officer's whose invitation it holds; or what waits, until a second person
    has said yes. Raises WrongSecret when the invitation is used, expired or never was, SlowDown
    after many such."""
    tries.slow_down(book, tries.buckets(chat, "invite"), now)
    officer = book.use_invite(codes.token_hash(token), now)
    if officer is None:
        mine = (a for a in book.asks() if a.chat == chat.id and staffing.is_open(a, now))
        if ask := next(mine, None):
            return ask
        raise WrongSecret("bad.invite", "invite")
    book.hold_staff()
    ask = _sent(book, office, officer, now)
    if ask.state is AskState.FREE:
        ask.chat, ask.state = chat.id, AskState.DONE
        book.save_ask(ask)
        return _seat(book, office, officer, chat, 0, now)
    ask.chat, ask.state, ask.number = chat.id, AskState.OPEN, codes.new_check()
    book.save_ask(ask)
    staffing.note(book, entry("opened", now, officer, actor=ask.asker))
    _tell_seconds(book, office, ask, now)
    return ask


def _sent(book: Book, office: Office, officer: Officer, now: datetime) -> Ask:
    """The change asked with an invitation; one of an older program's waits, too."""
    held = [
        a
        for a in book.asks()
        if a.desk == officer.id and a.state is not AskState.OPEN and now < a.until
    ]
    return held[-1] if held else _ask(
        book, officer.id, None, lapses(office, now), now, AskState.SENT
    )  # fmt: skip


def _tell_seconds(book: Book, office: Office, ask: Ask, now: datetime) -> None:
    here = staffing.seconds(book, office, (ask.asker_chat, ask.chat))
    chats = [one.chat for one in here if staffing.may_answer(office, one, ask)]
    staffing.tell(book, WAITS, chats, str(ask.id), {"ask": ask.id}, now)


def _seat(
    book: Book, office: Office, officer: Officer, chat: Chat, second: int, now: datetime,
    by: int = 0,
) -> Officer:  # fmt: skip
    book.seat_officer(officer.id, chat.id)
    chat.officer = officer.id
    book.save_chat(chat)
    staffing.note(book, entry("seated", now, officer, actor=by, second=second))
    if officer.chat not in (0, chat.id):
        parting.unseat(book, office, officer, "taken", now)
    if staffing.may_be_second(office, officer):
        _free_no_more(book)
    return replace(officer, chat=chat.id)


def _free_no_more(book: Book) -> None:
    """Somebody sits who may say yes: invitations that needed none, and aren't opened, wait, too."""
    for ask in book.asks():
        if ask.state is AskState.FREE:
            ask.state = AskState.SENT
            book.save_ask(ask)


# The second yes


def change_unit(book: Book, office: Office, unit: Unit, by: Officer, now: datetime) -> Ask | None:
    """Add or change a unit: at once where nobody reads more by it, else once a second person has
    said yes. Raises BadAnswer, as `units.change_unit` does; NotPossibleNow where nobody else may
    say yes."""
    book.hold_staff()
    before = units.there(book, office).get(unit.id)
    if before is None and not units.was_there(book, office, unit.id):
        units.change_unit(book, office, unit)
        staffing.note(book, _of_unit("unit_new", unit, unit, now, by.id, 0))
        return None
    if before and (before.kind, before.parent) == (unit.kind, unit.parent):
        units.change_unit(book, office, unit)
        return None
    units.must_fit(book, office, unit)
    if not staffing.seconds(book, office, (by.chat,)):
        raise NotPossibleNow("bad.no_second")
    _end_asks_about(book, unit.id)
    text = Wish.between(before, unit).text
    ask = _ask(book, 0, by, lapses(office, now), now, AskState.OPEN, text)
    staffing.note(book, _of_unit("unit_asked", before or unit, unit, now, by.id, 0))
    _tell_seconds(book, office, ask, now)
    return ask


def close_unit(book: Book, office: Office, id: str, by: Officer, now: datetime) -> None:
    """A unit that is no more, and nothing waits for a yes about it. Raises as `units.close_unit`
    does."""
    book.hold_staff()
    unit = units.there(book, office)[id]
    units.close_unit(book, office, id)
    _end_asks_about(book, id)
    staffing.note(book, _of_unit("unit_closed", unit, unit, now, by.id, 0))


def _end_asks_about(book: Book, unit: str) -> None:
    for ask in book.asks():
        if ask.unit and Wish.read(ask.unit).id == unit:
            ask.state = AskState.ENDED
            book.save_ask(ask)


def _of_unit(
    what: str, before: Unit, unit: Unit, now: datetime, by: int, second: int
) -> StaffEntry:
    return entry(
        what, now, None, unit.id, by, second, kind=[before.kind, unit.kind],
        parent=[before.parent, unit.parent], names=unit.names,
    )  # fmt: skip


def answer(book: Book, office: Office, me: Officer, id: int, yes: bool, now: datetime) -> Ask:
    """A second person says yes or no: only then there is a seat, or another unit. The asker is
    told, and who is to sit there. Raises NotPossibleNow where nothing waits any more, NotYours,
    BadAnswer where the units have changed so that it doesn't fit any more."""
    book.hold_staff()
    ask = book.ask(id)
    if ask is None or not staffing.is_open(ask, now):
        raise NotPossibleNow("bad.ask_gone")
    if not staffing.may_answer(office, me, ask):
        raise NotYours("bad.not_second")
    ask.state = AskState.DONE if yes else AskState.REFUSED
    book.save_ask(ask)
    (_answer_unit if ask.unit else _answer_seat)(book, office, me, ask, yes, now)
    staffing.tell(book, ANSWERED, (ask.asker_chat,), str(ask.id), {"ask": ask.id}, now)
    return ask


def _answer_seat(
    book: Book, office: Office, me: Officer, ask: Ask, yes: bool, now: datetime
) -> None:  # fmt: skip
    desk = book.officer(ask.desk)
    if desk is None:
        raise NotPossibleNow("bad.ask_gone")
    if yes:
        _seat(book, office, desk, book.chat_by_id(ask.chat), me.id, now, ask.asker)
    else:
        staffing.note(book, entry("refused", now, desk, actor=ask.asker, second=me.id))
    staffing.tell(book, SEATED, (ask.chat,), str(ask.id), {"ask": ask.id}, now)


def _answer_unit(
    book: Book, office: Office, me: Officer, ask: Ask, yes: bool, now: datetime
) -> None:  # fmt: skip
    wish = Wish.read(ask.unit)
    before = units.there(book, office).get(wish.id)
    if before is None and not wish.is_new:
        raise NotPossibleNow("bad.ask_gone")
    unit = wish.applied(before)
    if yes:
        units.change_unit(book, office, unit)
    what = ("unit" if before else "unit_new") if yes else "unit_refused"
    staffing.note(book, _of_unit(what, before or unit, unit, now, ask.asker, me.id))
