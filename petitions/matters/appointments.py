"""Appointments: visits, mediation, lawyer, counsellor, hearing. Each is proposed to the petitioner,
agreed to or not, held, and its result kept. Nothing happens before their yes, which can be taken
back at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from petitions.book import Appointments, Planned
from petitions.case.conditions import hidden_from
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotPossibleNow, NotYours, Unknown
from petitions.values import parts
from petitions.values.meeting import Appointment
from petitions.values.person import Role
from petitions.values.petition import Entry, Facts

KINDS: dict[str, Role | None] = {
    "visit": Role.VISITOR,
    "mediation": Role.MEDIATOR,
    "lawyer": Role.LAWYER,
    "counsel": Role.COUNSELLOR,
    "hearing": None,
}
"""Kind → who meets the petitioner; None: whoever proposes it."""
OFFERED = tuple(kind for kind in KINDS if kind != "visit")
"""Kinds that whoever works a case may propose; visits are proposed by somebody who isn't rated."""
_ROOMS = ("unit", "bureau", "video", "elsewhere")
PLACES = dict.fromkeys(OFFERED, _ROOMS) | {"visit": ("home", "elsewhere")}
HOURS = (9, 10, 11, 14, 15, 16, 17, 19)
"""Hours at which an appointment may begin."""
FARTHEST = 60
"""Days ahead that one may be booked."""
OPEN = ("proposed", "agreed")
SAID_BY = parts.of("said_by").codes
"""How somebody without a chat said yes or no."""
RESULTS = parts.of("result_of").codes
"""The results of an appointment."""


def standing(do: Doing) -> Appointment:
    """The one that is proposed or agreed; a case has one at a time. Raises NotPossibleNow."""
    for one in do.book.appointments(do.petition.id):
        if one.state in OPEN:
            return one
    raise NotPossibleNow("bad.no_meeting")


def facts_of(one: Appointment) -> Facts:
    """The facts that the history and notices need of it."""
    return {"meeting": one.kind, "meeting_id": one.id, "meeting_place": one.place,
            "meeting_day": one.day.isoformat(), "meeting_hour": one.hour}  # fmt: skip


def _book(do: Doing, kind: str, host: int) -> Facts:
    """Check and write down a proposal."""
    case, place = do.petition, str(do.data.pop("meeting_place"))
    hour = do.take_id("meeting_hour")
    if place not in PLACES[kind] or hour not in HOURS:
        raise BadAnswer("bad.meeting")
    if any(a.state in OPEN for a in do.book.appointments(case.id)):
        raise NotPossibleNow("bad.meeting_open")
    one = Appointment(0, case.id, kind, host, place, do.coming_time(FARTHEST), hour)
    for other in do.book.appointments_of(host):
        if other.state in OPEN and (other.day, other.hour) == (one.day, one.hour):
            raise NotPossibleNow("bad.double_booking", day=one.day, hour=one.hour)
    one.id = do.book.add_appointment(one)
    return facts_of(one) | {"host": host}


def _propose_visit(do: Doing) -> Facts:
    """Never by the rated unit, never to who wants no questions."""
    case = do.petition
    if do.actor.unit == case.answered_by:
        raise NotYours("bad.rated_unit")
    if do.book.person(case.person).muted or do.book.muted(case.id, case.person):
        raise NotPossibleNow("bad.wants_no_questions")
    return _book(do, "visit", do.actor.id)


def _propose_meeting(do: Doing) -> Facts:
    """A mediation, a lawyer, a counsellor, a hearing."""
    kind, id = str(do.data.pop("meeting")), do.take_id("colleague")
    if kind not in OFFERED:
        raise BadAnswer("bad.meeting")
    role = KINDS[kind]
    if role is None:
        return _book(do, kind, do.actor.id)
    host = do.book.officer(id)
    if host is None or not host.chat or host.role is not role:
        raise Unknown("bad.colleague")
    if hidden_from(do.petition, host.unit):
        raise BadAnswer("bad.hidden_unit")
    return _book(do, kind, host.id)


def _may_speak(do: Doing, one: Appointment) -> None:
    """A unit has no hand in the visit that asks about its own answer."""
    if one.kind == "visit" and do.actor.unit == do.petition.answered_by:
        raise NotYours("bad.rated_unit")


def _answer(do: Doing, yes: bool) -> Facts:
    """The petitioner's word, in the chat or as an officer heard it; a yes can be withdrawn."""
    one, case = standing(do), do.petition
    how = "chat"
    if do.actor.kind != "petitioner":
        _may_speak(do, one)
        how = str(do.data.pop("said_by"))
        if how not in SAID_BY:
            raise BadAnswer("bad.how")
    if yes and one.state == "agreed":
        raise NotPossibleNow("bad.meeting_agreed")
    if yes and do.today > one.day:
        raise NotPossibleNow("bad.meeting_over", day=one.day)
    withdrawn = one.state == "agreed"
    one.state = "agreed" if yes else "withdrawn" if withdrawn else "refused"
    one.how, one.said_at = how, do.now
    do.book.save_appointment(one)
    facts = facts_of(one) | {"unit": case.answered_by}
    case.guests = (one.host,) if yes and KINDS[one.kind] not in (None, Role.VISITOR) else ()
    if yes:
        _remind(do, one, facts)
    return facts | {"said_by": how, "withdrawn": withdrawn}


def awaited(book: Appointments, case: int, entry: Entry) -> int:
    """The officer who was to hold the agreed appointment that an entry calls off; 0: it calls off
    none, or they did it themselves."""
    if not entry.facts.get("withdrawn"):
        return 0
    id = entry.facts["meeting_id"]
    host = next((a.host for a in book.appointments(case) if a.id == id), 0)
    return 0 if (entry.actor.kind, entry.actor.id) == ("officer", host) else host


def _remind(do: Doing, one: Appointment, facts: Facts) -> None:
    """The day before, to both."""
    eve = one.day - timedelta(days=1)
    if eve <= do.today:
        return
    at = do.office.opening(eve)
    for side in ("petitioner", "host"):
        kind = f"{side}.meeting_tomorrow"
        do.book.plan(Planned(kind, one.case, f"meeting:{one.id}", side, at, facts))


def _agree(do: Doing) -> Facts:
    return _answer(do, True)


def _refuse(do: Doing) -> Facts:
    return _answer(do, False)


def _end(do: Doing, one: Appointment, state: str) -> Facts:
    one.state = state
    do.book.save_appointment(one)
    do.petition.guests = ()
    return facts_of(one)


def _cancel(do: Doing) -> Facts:
    one = standing(do)
    _may_speak(do, one)
    withdrawn = one.state == "agreed"
    return _end(do, one, "cancelled") | {"withdrawn": withdrawn}


def _result(do: Doing) -> Facts:
    """The result of an appointment, on its day or later."""
    one, result = standing(do), str(do.data.pop("result_of"))
    if one.kind == "visit":
        raise NotPossibleNow("bad.no_meeting")
    if result not in RESULTS:
        raise BadAnswer("bad.stale")
    if one.state != "agreed" or one.day > do.today:
        raise NotPossibleNow("bad.meeting_not_held", day=one.day)
    return _end(do, one, "done") | {"result_of": result}


def visited(do: Doing, place: str) -> Appointment:
    """The visit that was agreed to and made at a place today or before. Raises NotPossibleNow."""
    one = standing(do)
    if (one.kind, one.state, one.place) != ("visit", "agreed", place) or one.day > do.today:
        raise NotPossibleNow("bad.visit_not_agreed")
    _end(do, one, "done")
    return one


CHANGES: dict[str, Callable[[Doing], Facts]] = {
    "propose_visit": _propose_visit,
    "propose_meeting": _propose_meeting,
    "agree_meeting": _agree,
    "record_yes": _agree,
    "refuse_meeting": _refuse,
    "record_no": _refuse,
    "cancel_meeting": _cancel,
    "meeting_result": _result,
}
