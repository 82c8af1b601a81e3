"""The list of receptions, and a line for each."""

from __future__ import annotations

from datetime import timedelta

from handlers.talk import Answer, Talk, stacked
from petitions.law.clocks import local_day
from petitions.message import Button, Message, packed
from petitions.values.meeting import Slot
from petitions.values.person import Officer, Role
from petitions.verbs import reception
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
        label = talk.say("reception.mine", when=when_of(talk, slot),
                         state=talk.say(f"booking_state.{booking.state}"))  # fmt: skip
        lines.append(label)
        buttons.append(Button(label, packed("rc", "mine", booking.id)))
    lines.append(talk.say("reception.head" if slots else "reception.none"))
    for slot in slots[:LIST]:
        lines.append(line_of(talk, slot))
        buttons.append(Button(when_of(talk, slot), packed("rc", "slot", slot.id)))
    if len(slots) > LIST:
        lines.append(talk.say("brief.more", count=len(slots) - LIST))
    if talk.officer and publishes(talk.officer):
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


def publishes(one: Officer) -> bool:
    return one.role in reception.HOSTS or one.role is Role.CLERK


def host_of(talk: Talk, slot: Slot) -> str:
    """The officer who receives, as the office calls the desk."""
    host = talk.book.officer(slot.host)
    unit = talk.office.unit_name(slot.unit, talk.lang)
    return f"{unit} · {host.name or talk.say(f'role.{host.role}')}" if host else unit


def when_of(talk: Talk, slot: Slot) -> str:
    return talk.say("reception.when", day=day(talk.lang, slot.day), start=slot.start,
                    host=host_of(talk, slot))  # fmt: skip


def line_of(talk: Talk, slot: Slot) -> str:
    taken = sum(b.state == "booked" for b in talk.book.bookings(slot.id))
    way = talk.say("reception.video" if slot.link else "reception.in_person")
    free = slot.places - taken
    left = talk.say("reception.free" if free > 0 else "reception.full", count=free)
    return talk.say(
        "reception.line", when=when_of(talk, slot), way=way, where=slot.where, left=left
    )
