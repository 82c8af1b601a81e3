"""A place at a reception: booked, moved, given back by who petitions."""

from __future__ import annotations

from handlers import forms
from handlers.citizen.own import own_cases
from handlers.forms import Form, Step, drafts
from handlers.reception.listed import AHEAD, LIST, host_of, line_of, show, when_of
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.errors import NotYours
from petitions.law.clocks import local_day
from petitions.matters import joint
from petitions.message import Button, Message, packed
from petitions.values import checks
from petitions.values.meeting import Booking, Slot
from petitions.values.petition import FINAL
from petitions.verbs import access, reception


def book(talk: Talk, slot: Slot, more: int) -> Answer:
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


def about(talk: Talk, slot: Slot, case: int) -> Answer:
    petition = access.own(talk.book, case, talk.chat.person)
    if joint.is_guest(talk.book, petition, talk.chat.person):
        raise NotYours("bad.guest")
    return _reserve(talk, slot, Booking(0, 0, talk.chat.person, talk.chat.id, case, "", "chat"))


def other(talk: Talk, slot: Slot, more: int) -> Answer:
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
    said = talk.say(f"done.{booking.state}", line=line_of(talk, slot), link=slot.link or "—")
    rows = stacked(talk.button("button.my_booking", "rc", "mine", booking.id))
    if booking.state == "waiting":
        return [Message(said, rows)]
    event = reception.event(talk.office, slot, talk.lang, host_of(talk, slot))
    return [Message(said, rows, event=event)]


def mine(talk: Talk, booking: Booking, to: int) -> Answer:
    booking = reception.own(talk.book, booking.id, talk.chat.person)
    slot = talk.book.slot(booking.slot)
    state = talk.say(f"booking_state.{booking.state}")
    lines = [talk.say("reception.mine", when=when_of(talk, slot), state=state), line_of(talk, slot)]
    if slot.link and booking.state == "booked":
        lines.append(slot.link)
    buttons = []
    if booking.state in reception.STANDING:
        buttons = [talk.button("button.move_booking", "rc", "move", booking.id),
                   talk.button("button.cancel_booking", "rc", "cancel", booking.id)]  # fmt: skip
    buttons.append(talk.button("button.back", "rc", "list"))
    return [Message("\n".join(lines), stacked(*buttons))]


def move(talk: Talk, booking: Booking, to: int) -> Answer:
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
    buttons = [Button(when_of(talk, s), packed("rc", "move", booking.id, s.id)) for s in others]
    return [Message(talk.say("reception.move"), stacked(*buttons))]


def cancel(talk: Talk, booking: Booking, more: int) -> Answer:
    booking = reception.own(talk.book, booking.id, talk.chat.person)
    reception.cancel(talk.book, talk.office, booking, talk.now)
    return [*talk.tell("done.cancel_booking"), *show(talk)]


forms.register(
    Form(
        "book", (Step("topic", lambda t, x: checks.words(x, 300)),), _submit_book, checked=False,
        files=False,
    )
)  # fmt: skip
