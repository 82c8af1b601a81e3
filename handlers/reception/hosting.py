"""A reception as the office sees it: published, booked for others, held or called off."""

from __future__ import annotations

from handlers import forms
from handlers.forms import Form, Step, drafts
from handlers.officer.case import officer
from handlers.reception.listed import LIST, line_of, show, when_of
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.case import quoting
from petitions.case.parties import may_see
from petitions.errors import BadAnswer, NotYours, Unknown
from petitions.law.clocks import local_day
from petitions.message import Button, Message, packed
from petitions.telling import views
from petitions.values import checks, codes
from petitions.values.meeting import Booking, Slot
from petitions.values.person import Actor, Officer, Role
from petitions.verbs import reception

# The office


def who_comes(talk: Talk, slot: Slot) -> Answer:
    """The people who come: numbers and topics, no names."""
    lines, buttons = [line_of(talk, slot)], []
    begun = reception.starts(talk.office, slot) <= talk.now
    for place, booking in enumerate(talk.book.bookings(slot.id), 1):
        if booking.state == "cancelled":
            continue
        what = (
            talk.book.petition(booking.case).number
            if booking.case and booking.case not in talk.hidden
            else quoting.plain(booking.topic) or "—"
        )
        state = talk.say(f"booking_state.{booking.state}")
        lines.append(talk.say("reception.who", place=place, what=what, state=state,
                              how=talk.say(f"booked_by.{booking.how}")))  # fmt: skip
        if booking.state == "booked" and begun:
            label = talk.say("button.came", place=place)
            buttons.append(Button(label, packed("rc", "came", booking.id)))
        if booking.case and booking.case not in talk.hidden:
            buttons.append(Button(what, packed("d", booking.case, "open")))
    if slot.state == "open" and not begun:
        buttons.append(talk.button("button.book_for", "rc", "for", slot.id))
        buttons.append(talk.button("button.cancel_slot", "rc", "off", slot.id))
    buttons.append(talk.button("button.back", "rc", "list"))
    return [Message("\n".join(lines), stacked(*buttons))]


def _manager(talk: Talk, slot: Slot) -> Officer:
    me = officer(talk)
    if not reception.manages(talk.office, me, slot):
        raise NotYours("bad.not_yours")
    return me


def book_for(talk: Talk, slot: Slot, more: int) -> Answer:
    """Somebody telephones, or stands at the window."""
    _manager(talk, slot)
    return drafts.start(talk, "book_for", slot=slot.id)


def _submit_for(talk: Talk, draft: Draft) -> Answer:
    slot, answers = talk.book.slot(int(draft.data["slot"])), draft.data["answers"]
    me = _manager(talk, slot)
    case = talk.book.by_number(answers["case_number"])
    if case is None or not may_see(Actor.officer(me), case, talk.office):
        raise BadAnswer("bad.no_other_case")
    chats = [c for c in talk.book.chats_of(case.person) if not c.blocked]
    booking = Booking(0, 0, case.person, chats[0].id if chats else 0, case.id, "",
                      answers["said_by"])  # fmt: skip
    booking = reception.reserve(talk.book, talk.office, slot.id, booking, talk.now)
    said = talk.tell(f"done.{booking.state}", line=line_of(talk, slot), link=slot.link or "—")
    return [*said, *who_comes(talk, slot)]


def call_off(talk: Talk, slot: Slot, sure: int) -> Answer:
    me = _manager(talk, slot)
    if not sure:
        yes = talk.button("button.cancel_slot_sure", "rc", "off", slot.id, 1)
        return talk.tell("reception.off", (yes,), when=when_of(talk, slot))
    count = reception.cancel_slot(talk.book, talk.office, me, slot.id, talk.now)
    return [*talk.tell("done.slot_cancelled", count=count), *show(talk)]


def came(talk: Talk, booking: Booking, more: int) -> Answer:
    slot = talk.book.slot(booking.slot)
    _manager(talk, slot)
    return drafts.start(talk, "came", booking=booking.id, with_case=bool(booking.case))


def _submit_came(talk: Talk, draft: Draft) -> Answer:
    answers = draft.data["answers"]
    unit = answers.get("outcome_unit", "")
    booking = reception.conclude(
        talk.book, talk.office, officer(talk), int(draft.data["booking"]), answers["came"],
        answers.get("reception_outcome", ""), unit, answers.get("outcome_date", ""), talk.now,
    )  # fmt: skip
    return [*talk.tell("done.came"), *who_comes(talk, talk.book.slot(booking.slot))]


def _submit_slot(talk: Talk, draft: Draft) -> Answer:
    answers, me = draft.data["answers"], officer(talk)
    host = talk.book.officer(int(answers["slot_host"]))
    if host is None:
        raise Unknown("bad.colleague")
    slot = Slot(
        0, host.unit, host.id, checks.as_date(answers["slot_day"]), answers["slot_start"],
        int(answers["slot_minutes"]), int(answers["slot_places"]), answers["slot_where"],
        answers.get("slot_link", ""),
    )  # fmt: skip
    reception.publish(talk.book, talk.office, me, slot, talk.now)
    return [*talk.tell("done.slot", line=line_of(talk, slot)), *show(talk)]


def _hosts(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    me = officer(talk)
    own = me.unit != talk.office.bureau
    found = [
        o for o in talk.book.officers(me.unit if own else "")
        if o.role in reception.HOSTS and (o.chat or o.id == me.id)
    ]  # fmt: skip
    return [
        (
            str(o.id),
            f"{talk.office.unit_name(o.unit, talk.lang)} · {o.name or talk.say(f'role.{o.role}')}",
        )
        for o in found
    ]


def _start(talk: Talk, text: str) -> str:
    return checks.clock(text)


def _places(talk: Talk, text: str) -> str:
    found = checks.people(text)
    if int(found) > reception.MOST:
        raise BadAnswer("bad.slot_places", most=reception.MOST)
    return found


def _minutes(talk: Talk, text: str) -> str:
    found = checks.people(text)
    if not 10 <= int(found) <= 600:
        raise BadAnswer("bad.slot_minutes")
    return found


def _link(talk: Talk, text: str) -> str:
    found = checks.line(text, 200)
    if not found.startswith("https://"):
        raise BadAnswer("bad.link")
    return found


def _number(talk: Talk, text: str) -> str:
    number = codes.read_number(text)
    if number is None:
        raise BadAnswer("bad.number")
    return number


def _units(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    ids = [u for u, x in talk.office.units.items() if not x.accusations]
    return [(u, talk.office.unit_name(u, talk.lang)) for u in ids]


def _submit_down(talk: Talk, draft: Draft) -> Answer:
    """A leader's list of matters for a visit to a unit (带案下访)."""
    me, unit = officer(talk), draft.data["answers"]["unit"]
    if me.role is not Role.LEADER:
        raise NotYours("bad.not_yours")
    today = local_day(talk.now, talk.office.zone)
    cases = reception.matters_of(talk.book, talk.office, me, unit, today)
    name = talk.office.unit_name(unit, talk.lang)
    lines = [talk.say("reception.down" if cases else "reception.down_none", unit=name)]
    for case in cases[:LIST]:
        status = talk.say(f"status.{case.status}")
        category = views.category_name(case.category, talk.lang)
        lines.append(f"· {case.number} · {status} · {category}")
    buttons = [views.case_button(c) for c in cases[:LIST]]
    return [Message("\n".join(lines), stacked(*buttons, talk.button("button.back", "rc", "list")))]


forms.register(
    Form(
        "book_for",
        (
            Step("case_number", _number),
            Step("said_by", None, lambda t, d: [
                (w, t.say(f"booked_by.{w}")) for w in ("telephone", "window")
            ]),
        ),
        _submit_for, checked=False, files=False,
    )
)  # fmt: skip
forms.register(
    Form(
        "came",
        (
            Step("came", None, lambda t, d: [
                (c, t.say(f"booking_state.{c}")) for c in reception.CAME
            ], columns=2),
            Step("reception_outcome", lambda t, x: checks.words(x), long=True,
                 when=lambda a: a.get("came") == "held"),
            Step("outcome_unit", None, _units, skip=True,
                 when=lambda a: a.get("came") == "held"),
            Step("outcome_date", lambda t, x: checks.day(x),
                 when=lambda a: bool(a.get("outcome_unit"))),
        ),
        _submit_came, files=False,
    )
)  # fmt: skip
forms.register(
    Form(
        "slot",
        (
            Step("slot_host", None, _hosts),
            Step("slot_day", lambda t, x: checks.day(x)),
            Step("slot_start", _start),
            Step("slot_minutes", _minutes),
            Step("slot_places", _places),
            Step("slot_where", lambda t, x: checks.line(x, 100)),
            Step("slot_link", _link, skip=True),
        ),
        _submit_slot, files=False,
    )
)  # fmt: skip
forms.register(
    Form("matters_of", (Step("unit", None, _units),), _submit_down, checked=False, files=False)
)
