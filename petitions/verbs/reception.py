"""Reception by leaders (接访、约访): a calendar each office publishes; people book, move, cancel;
who comes too late waits; what came of it is an entry in the case, with its unit and its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from petitions.book import Book, Planned
from petitions.errors import BadAnswer, NotPossibleNow, NotYours, Unknown
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.matters import supervision, together
from petitions.message import Event
from petitions.values.meeting import Booking, Slot
from petitions.values.person import Actor, Officer, Role
from petitions.values.petition import Petition
from petitions.verbs import acting

HOSTS = frozenset({Role.LEADER, Role.HEAD, Role.DEPUTY, Role.SUPERVISOR})
"""Roles that receive people."""
FARTHEST = 90
"""Days ahead that a reception may be published."""
MOST = 50
"""Places of one reception."""
STANDING = ("booked", "waiting")
CAME = ("held", "absent")
"""Whether they came."""


def starts(house: Office, slot: Slot) -> datetime:
    """When it begins, aware, in UTC."""
    clock = time.fromisoformat(slot.start)
    return datetime.combine(slot.day, clock, house.zone).astimezone(UTC)


def manages(house: Office, officer: Officer, slot: Slot) -> bool:
    """Whether an officer may see who comes, and write down what came of it: the host, the heads
    of the unit, the bureau's clerks and supervisors."""
    if officer.id == slot.host:
        return True
    if officer.unit == house.bureau and officer.role in (Role.CLERK, Role.SUPERVISOR):
        return True
    return officer.unit == slot.unit and officer.role in (Role.HEAD, Role.DEPUTY)


def publish(book: Book, house: Office, officer: Officer, slot: Slot, now: datetime) -> Slot:
    """Add a time to the calendar. Raises BadAnswer, NotPossibleNow, NotYours."""
    if not manages(house, officer, slot):
        raise NotYours("bad.not_yours")
    host = book.officer(slot.host)
    if host is None or host.role not in HOSTS:
        raise Unknown("bad.colleague")
    if host.away:
        raise NotPossibleNow("bad.host_away")
    begins = starts(house, slot)
    if not now < begins <= now + timedelta(days=FARTHEST):
        today = local_day(now, house.zone)
        raise BadAnswer("bad.date_between", first=today, last=today + timedelta(days=FARTHEST))
    ends = begins + timedelta(minutes=slot.minutes)
    for other in book.slots(slot.day, slot.day, slot.host):
        begun = starts(house, other)
        if begun < ends and begins < begun + timedelta(minutes=other.minutes):
            raise BadAnswer("bad.slot_double", start=other.start)
    slot.id = book.add_slot(slot)
    return slot


def reserve(
    book: Book, house: Office, id: int, booking: Booking, now: datetime
) -> Booking:  # fmt: skip
    """Take a place, or wait for one. Raises NotPossibleNow, Unknown."""
    slot = _bookable(book, house, id, now)
    booking.slot = slot.id
    there = book.bookings(slot.id)
    for other in there:
        same = other.case == booking.case if booking.case else other.topic == booking.topic
        if other.state in STANDING and other.person == booking.person and same:
            raise NotPossibleNow("bad.booked_already")
    taken = sum(b.state == "booked" for b in there)
    booking.state = "booked" if taken < slot.places else "waiting"
    booking.id = book.add_booking(booking)
    _remind(book, house, slot, booking, now)
    return booking


def _bookable(book: Book, house: Office, id: int, now: datetime) -> Slot:
    slot = book.slot(id)
    if slot.state != "open" or starts(house, slot) <= now:
        raise NotPossibleNow("bad.slot_over")
    host = book.officer(slot.host)
    if host is None or host.away:
        raise NotPossibleNow("bad.host_away")
    return slot


def _remind(book: Book, house: Office, slot: Slot, booking: Booking, now: datetime) -> None:
    """The day before, where there is a chat to say it in."""
    at = house.opening(slot.day - timedelta(days=1))
    if booking.chat and at > now:
        _tell(book, booking, "tomorrow", now, at)


def _tell(
    book: Book, booking: Booking, what: str, now: datetime, at: datetime | None = None
) -> None:
    """A word to whoever booked; one without a chat is told by a task in the case."""
    if booking.chat:
        facts = {"booking": booking.id}
        occasion = f"{booking.id}:{booking.slot}"
        book.plan(Planned(f"booking.{what}", 0, occasion, f"chat:{booking.chat}", at or now, facts))


def own(book: Book, id: int, person: int) -> Booking:
    """A booking of this person's. Raises NotYours."""
    found = book.booking(id)
    if not person or found.person != person:
        raise NotYours("bad.not_your_booking")
    return found


def cancel(book: Book, house: Office, booking: Booking, now: datetime) -> None:
    """Give a place back; whoever waits longest gets it and is told. Raises NotPossibleNow."""
    if booking.state not in STANDING:
        raise NotPossibleNow("bad.booking_over")
    had, booking.state = booking.state, "cancelled"
    book.save_booking(booking)
    slot = book.slot(booking.slot)
    if had != "booked" or slot.state != "open" or starts(house, slot) <= now:
        return
    for other in book.bookings(slot.id):
        if other.state == "waiting":
            other.state = "booked"
            book.save_booking(other)
            _tell(book, other, "moved_up", now)
            return


def move(book: Book, house: Office, booking: Booking, to: int, now: datetime) -> Booking:
    """The same matter at another time; the old place is given back. Raises NotPossibleNow."""
    if booking.state not in STANDING:
        raise NotPossibleNow("bad.booking_over")
    fresh = Booking(0, to, booking.person, booking.chat, booking.case, booking.topic, booking.how)
    fresh = reserve(book, house, to, fresh, now)
    cancel(book, house, booking, now)
    return fresh


def cancel_slot(book: Book, house: Office, officer: Officer, id: int, now: datetime) -> int:
    """A reception that doesn't take place: everybody is told; gives how many. Raises NotYours."""
    slot = book.slot(id)
    if not manages(house, officer, slot):
        raise NotYours("bad.not_yours")
    slot.state = "cancelled"
    book.save_slot(slot)
    told = [b for b in book.bookings(id) if b.state in STANDING]
    for booking in told:
        booking.state = "cancelled"
        book.save_booking(booking)
        _tell(book, booking, "cancelled", now)
    return len(told)


def conclude(
    book: Book, house: Office, officer: Officer, id: int, came: str, outcome: str, unit: str,
    until: str, now: datetime,
) -> Booking:  # fmt: skip
    """The outcome: an entry in the case, and where a unit and a day are named, a dated task.
    Raises BadAnswer, NotPossibleNow, NotYours."""
    booking = book.booking(id)
    slot = book.slot(booking.slot)
    if not manages(house, officer, slot):
        raise NotYours("bad.not_yours")
    if booking.state != "booked" or starts(house, slot) > now or came not in CAME:
        raise NotPossibleNow("bad.reception_not_yet")
    booking.state = came
    book.save_booking(booking)
    if booking.case and came == "held":
        data = {"reception_outcome": outcome, "unit": unit, "date": until}
        actor = Actor.officer(officer)
        acting.act(book, house, booking.case, "reception", actor,
                   {k: v for k, v in data.items() if v}, now)  # fmt: skip
    return booking


def event(house: Office, slot: Slot, lang: str, host: str) -> Event:
    """A reception for somebody's own calendar."""
    title = f"{house.name(lang)} · {host}"
    return Event(f"reception-{slot.id}@{house.area}", title, starts(house, slot).isoformat(),
                 slot.minutes, slot.where, slot.link)  # fmt: skip


def matters_of(
    book: Book, house: Office, leader: Officer, unit: str, today: date
) -> Sequence[Petition]:  # fmt: skip
    """Cases that a leader takes along to a unit (带案下访): its supervised and stuck ones, and
    those the leader is responsible for."""
    found = {s.case: book.petition(s.case)
             for s in supervision.seen_by(book, leader.unit, unit)}  # fmt: skip
    for case in together.agenda(book, house, today, 50, leader.unit):
        if case.unit == unit:
            found[case.id] = case
    for case in book.charged(leader.id):
        if case.unit == unit:
            found[case.id] = case
    return list(found.values())
