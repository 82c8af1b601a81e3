"""/reception: the calendar of receptions (接访) that everybody sees; booking, and for the office
who comes and what came of it.
"""

from __future__ import annotations

from datetime import timedelta

from handlers import forms
from handlers.citizen.own import own_cases
from handlers.forms import Form, Step, drafts
from handlers.officer.case import officer
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.case import quoting
from petitions.case.parties import may_see
from petitions.errors import BadAnswer, NotYours, Unknown
from petitions.law.clocks import local_day
from petitions.matters import joint
from petitions.message import Button, Message, packed
from petitions.telling import views
from petitions.values import checks, codes
from petitions.values.meeting import Booking, Slot
from petitions.values.person import Actor, Officer, Role
from petitions.values.petition import FINAL
from petitions.verbs import access, reception
from petitions.words import day

LIST = 8
"""Receptions shown at once."""
BACK = timedelta(days=14)
"""How long a reception without an outcome stays in the list of who looks after it."""
AHEAD = timedelta(days=60)
"""How far the calendar is shown."""


def show(talk: Talk, rest: str = "") -> Answer:
    """/reception: my bookings, and the receptions of the next weeks."""
    today = local_day(talk.now, talk.office.zone)
    slots = [
        s for s in talk.book.slots(today - BACK if talk.officer else today, today + AHEAD)
        if reception.starts(talk.office, s) > talk.now or _unwritten(talk, s)
    ]  # fmt: skip
    lines, buttons = [], []
    mine = talk.book.bookings_of(talk.chat.person) if talk.chat.person else []
    for booking in mine[:LIST]:
        slot = talk.book.slot(booking.slot)
        if slot.day < today:
            continue
        label = talk.say("reception.mine", when=_when(talk, slot),
                         state=talk.say(f"booking_state.{booking.state}"))  # fmt: skip
        lines.append(label)
        buttons.append(Button(label, packed("rc", "mine", booking.id)))
    lines.append(talk.say("reception.head" if slots else "reception.none"))
    for slot in slots[:LIST]:
        lines.append(_line(talk, slot))
        buttons.append(Button(_when(talk, slot), packed("rc", "slot", slot.id)))
    if len(slots) > LIST:
        lines.append(talk.say("brief.more", count=len(slots) - LIST))
    if talk.officer and _publishes(talk.officer):
        buttons.append(talk.button("button.publish_slot", "rc", "publish"))
    if talk.officer and talk.officer.role is Role.LEADER:
        buttons.append(talk.button("button.matters_of", "rc", "down"))
    if talk.officer:
        buttons.append(talk.button("button.desk", "q2", "desk"))
    return [Message("\n".join(lines), stacked(*buttons))]


def _unwritten(talk: Talk, slot: Slot) -> bool:
    """A reception that is over and whose outcome this officer still has to write down."""
    if talk.officer is None or not reception.manages(talk.office, talk.officer, slot):
        return False
    return any(b.state == "booked" for b in talk.book.bookings(slot.id))


def _publishes(one: Officer) -> bool:
    return one.role in reception.HOSTS or one.role is Role.CLERK


def _host(talk: Talk, slot: Slot) -> str:
    """Who receives, as the office calls the desk."""
    host = talk.book.officer(slot.host)
    unit = talk.office.unit_name(slot.unit, talk.lang)
    return f"{unit} · {host.name or talk.say(f'role.{host.role}')}" if host else unit


def _when(talk: Talk, slot: Slot) -> str:
    return talk.say("reception.when", day=day(talk.lang, slot.day), start=slot.start,
                    host=_host(talk, slot))  # fmt: skip


def _line(talk: Talk, slot: Slot) -> str:
    taken = sum(b.state == "booked" for b in talk.book.bookings(slot.id))
    way = talk.say("reception.video" if slot.link else "reception.in_person")
    free = slot.places - taken
    left = talk.say("reception.free" if free > 0 else "reception.full", count=free)
    return talk.say("reception.line", when=_when(talk, slot), way=way, where=slot.where, left=left)


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`list`, `publish`, `down`, and with an id: `slot`, `book`, `about:case`, `other`, `mine`,
    `move:slot`, `cancel`, `gone`, `for`, `came`, `off`."""
    match parts:
        case ["list"]:
            return show(talk)
        case ["publish"] if _publishes(officer(talk)):
            return drafts.start(talk, "slot")
        case ["down"] if officer(talk).role is Role.LEADER:
            return drafts.start(talk, "matters_of")
        case [verb, id, *rest] if id.isdecimal() and len(id) < 16:
            more = int(rest[0]) if rest and rest[0].isdecimal() and len(rest[0]) < 16 else 0
            if verb in _SLOT:
                return _SLOT[verb](talk, talk.book.slot(int(id)), more)
            if verb in _BOOKING:
                return _BOOKING[verb](talk, talk.book.booking(int(id)), more)
    return talk.toast("bad.stale")


# The petitioner


def _slot(talk: Talk, slot: Slot, more: int) -> Answer:
    """One reception: who comes, for those who look after it; a place, for everybody else."""
    if talk.officer and reception.manages(talk.office, talk.officer, slot):
        return _desk(talk, slot)
    buttons = [talk.button("button.book", "rc", "book", slot.id),
               talk.button("button.back", "rc", "list")]  # fmt: skip
    return [Message(_line(talk, slot), stacked(*buttons))]


def _book(talk: Talk, slot: Slot, more: int) -> Answer:
    """About which of one's matters, or another."""
    if not talk.chat.person:
        talk.chat.person = talk.book.new_person(talk.chat.id, talk.now).id
    own = [c for c in own_cases(talk) if c.status not in FINAL][:4]
    if not own:
        return drafts.start(talk, "book", slot=slot.id)
    buttons = [
        Button(talk.say("button.about", number=c.number), packed("rc", "about", slot.id, c.id))
        for c in own
    ]
    buttons.append(talk.button("button.other_matter", "rc", "other", slot.id))
    return [Message(talk.say("reception.which"), stacked(*buttons))]


def _about(talk: Talk, slot: Slot, case: int) -> Answer:
    petition = access.own(talk.book, case, talk.chat.person)
    if joint.is_guest(talk.book, petition, talk.chat.person):
        raise NotYours("bad.guest")
    return _reserve(talk, slot, Booking(0, 0, talk.chat.person, talk.chat.id, case, "", "chat"))


def _other(talk: Talk, slot: Slot, more: int) -> Answer:
    return drafts.start(talk, "book", slot=slot.id)


def _submit_book(talk: Talk, draft: Draft) -> Answer:
    topic = draft.data["answers"]["topic"]
    person = talk.chat.person or talk.book.new_person(talk.chat.id, talk.now).id
    talk.chat.person = person
    slot = talk.book.slot(int(draft.data["slot"]))
    return _reserve(talk, slot, Booking(0, 0, person, talk.chat.id, 0, topic, "chat"))


def _reserve(talk: Talk, slot: Slot, booking: Booking) -> Answer:
    booking = reception.reserve(talk.book, talk.office, slot.id, booking, talk.now)
    return _booked(talk, slot, booking)


def _booked(talk: Talk, slot: Slot, booking: Booking) -> Answer:
    said = talk.say(f"done.{booking.state}", line=_line(talk, slot), link=slot.link or "—")
    rows = stacked(talk.button("button.my_booking", "rc", "mine", booking.id))
    if booking.state == "waiting":
        return [Message(said, rows)]
    event = reception.event(talk.office, slot, talk.lang, _host(talk, slot))
    return [Message(said, rows, event=event)]


def _mine(talk: Talk, booking: Booking, to: int) -> Answer:
    booking = reception.own(talk.book, booking.id, talk.chat.person)
    slot = talk.book.slot(booking.slot)
    state = talk.say(f"booking_state.{booking.state}")
    lines = [talk.say("reception.mine", when=_when(talk, slot), state=state), _line(talk, slot)]
    if slot.link and booking.state == "booked":
        lines.append(slot.link)
    buttons = []
    if booking.state in reception.STANDING:
        buttons = [talk.button("button.move_booking", "rc", "move", booking.id),
                   talk.button("button.cancel_booking", "rc", "cancel", booking.id)]  # fmt: skip
    buttons.append(talk.button("button.back", "rc", "list"))
    return [Message("\n".join(lines), stacked(*buttons))]


def _move(talk: Talk, booking: Booking, to: int) -> Answer:
    """Another time: the list, then the move itself."""
    booking = reception.own(talk.book, booking.id, talk.chat.person)
    if to:
        fresh = reception.move(talk.book, talk.office, booking, to, talk.now)
        return _booked(talk, talk.book.slot(to), fresh)
    today = local_day(talk.now, talk.office.zone)
    others = [
        s for s in talk.book.slots(today, today + AHEAD)
        if s.id != booking.slot and reception.starts(talk.office, s) > talk.now
    ][:LIST]  # fmt: skip
    if not others:
        return talk.tell("reception.none")
    buttons = [Button(_when(talk, s), packed("rc", "move", booking.id, s.id)) for s in others]
    return [Message(talk.say("reception.move"), stacked(*buttons))]


def _cancel(talk: Talk, booking: Booking, more: int) -> Answer:
    booking = reception.own(talk.book, booking.id, talk.chat.person)
    reception.cancel(talk.book, talk.office, booking, talk.now)
    return [*talk.tell("done.cancel_booking"), *show(talk)]


# The office


def _desk(talk: Talk, slot: Slot) -> Answer:
    """Who comes: numbers and topics, no names."""
    lines, buttons = [_line(talk, slot)], []
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


def _for(talk: Talk, slot: Slot, more: int) -> Answer:
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
    said = talk.tell(f"done.{booking.state}", line=_line(talk, slot), link=slot.link or "—")
    return [*said, *_desk(talk, slot)]


def _off(talk: Talk, slot: Slot, sure: int) -> Answer:
    me = _manager(talk, slot)
    if not sure:
        yes = talk.button("button.cancel_slot_sure", "rc", "off", slot.id, 1)
        return talk.tell("reception.off", (yes,), when=_when(talk, slot))
    count = reception.cancel_slot(talk.book, talk.office, me, slot.id, talk.now)
    return [*talk.tell("done.slot_cancelled", count=count), *show(talk)]


def _came(talk: Talk, booking: Booking, more: int) -> Answer:
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
    return [*talk.tell("done.came"), *_desk(talk, talk.book.slot(booking.slot))]


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
    return [*talk.tell("done.slot", line=_line(talk, slot)), *show(talk)]


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


_SLOT = {"slot": _slot, "book": _book, "about": _about, "other": _other, "for": _for, "off": _off}
_BOOKING = {"mine": _mine, "move": _move, "cancel": _cancel, "came": _came}

forms.register(
    Form(
        "book", (Step("topic", lambda t, x: checks.words(x, 300)),), _submit_book, checked=False,
        files=False,
    )
)  # fmt: skip
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
