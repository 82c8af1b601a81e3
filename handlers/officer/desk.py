"""The officer's desk: the queues by next due date, and the way into a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from handlers.citizen import rights
from handlers.officer import filters, login, meeting, second, steps, supervise, tasks
from handlers.officer.case import (
    OPENS,
    back,
    officer,
    open_case,
    passable,
    sees,
    sit,
    sit_for,
)
from handlers.talk import Answer, Talk, name_of, stacked
from petitions.book import Queue
from petitions.errors import NotYours, Unknown
from petitions.law.clocks import local_day
from petitions.matters import appointments, campaigns
from petitions.message import Button, Message, packed
from petitions.telling import views
from petitions.values import codes
from petitions.values.person import GUESTS, Officer, Role
from petitions.values.petition import Petition

LIST = 6
"""Cases of a queue shown at once."""


QUEUELESS = GUESTS | {Role.VISITOR, Role.ADMINISTRATOR}
"""Roles without a queue: they see the cases they are asked into."""
QUEUES = ("mine", "unit", "free")
"""My cases, my unit's, those nobody has taken."""


def _queue(talk: Talk, queue: str) -> Queue:
    """A queue by its name, or a saved filter (`f` and its id). Raises Unknown."""
    me = officer(talk)
    # Whose unit is gone is the bureau's to pass on again.
    gone = tuple(talk.office.gone) if me.unit == talk.office.bureau else ()
    units = (me.unit, *gone)
    if queue in QUEUES:
        return Queue(units, {"mine": me.id, "unit": None, "free": 0}[queue])
    for id, _, wanted in talk.book.filters(me.id):
        if queue == f"f{id}":
            return filters.queue(talk, me, units, wanted)
    raise Unknown("bad.filter_gone")


def desk(talk: Talk, rest: str = "") -> Answer:
    """/desk [number]: my queues with their sizes; or one case at once."""
    me = officer(talk)
    number = codes.read_number(rest)
    if number:
        found = talk.book.by_number(number)
        if found is None or not sees(talk, found):
            return talk.tell("bad.no_case")
        return open_case(talk, found)
    wrong = talk.tell("bad.number_typo") if codes.looks_like_number(rest) else []
    buttons = [button for piece in BUTTONS for button in piece(talk, me)]
    unit = talk.office.unit_name(me.unit, talk.lang)
    text = talk.say("desk.head", unit=unit, role=talk.say(f"role.{me.role}"), name=me.name)
    return [*wrong, Message(text, stacked(*buttons))]


def _queues(talk: Talk, me: Officer) -> list[Button]:
    """My queues with their sizes, those I have saved, and what else a clerk needs."""
    if me.role in QUEUELESS:
        return []
    buttons = [
        talk.button(
            f"button.queue_{queue}", "q", queue, 0,
            count=talk.book.queue_size(_queue(talk, queue)),
        )
        for queue in QUEUES
    ]  # fmt: skip
    for id, name, _ in talk.book.filters(me.id):
        size = talk.book.queue_size(_queue(talk, f"f{id}"))
        label = talk.say("button.filter", name=name, count=size)
        buttons.append(Button(label, packed("q", f"f{id}", 0)))
    buttons.append(talk.button("button.new_filter", "filter", "new"))
    buttons.append(talk.button("button.saved_replies", "reply", "list"))
    buttons.append(talk.button("button.find", "find", "start"))
    buttons.append(talk.button("button.intake", "intake"))
    return buttons


def _figures(talk: Talk, me: Officer) -> list[Button]:
    if me.role in GUESTS:
        return []
    return [talk.button("button.figures", "fig", "show"),
            talk.button("button.reception", "rc", "list")]  # fmt: skip


def _oversight(talk: Talk, me: Officer) -> list[Button]:
    """Supervision, campaigns, hot matters, the joint meeting: of who has to do with them."""
    buttons = []
    if supervise.watches(talk, me) or me.role in supervise.HEADS:
        buttons.append(talk.button("button.supervision", "sv", "list"))
    if me.role is Role.LEADER:
        count = len(campaigns.charged(talk.book, me.id))
        buttons.append(talk.button("button.lead", "cp", "lead", count=count))
    if me.role in meeting.READERS and talk.office.is_bureau(me.unit):
        buttons.append(talk.button("button.campaigns", "cp", "list"))
        if count := len(talk.book.hot_matters("open")):
            buttons.append(talk.button("button.hot", "hot", "list", count=count))
        buttons.append(talk.button("button.joint_meeting", "joint", "agenda"))
    return buttons


def _own(talk: Talk, me: Officer) -> list[Button]:
    """Everything that waits for me, and whether I am here."""
    buttons = []
    if count := len(talk.book.appointments_of(me.id)):
        buttons.append(talk.button("button.meetings", "meet", "list", count=count))
    if count := len(tasks.mine(talk)):
        buttons.append(talk.button("button.tasks", "tasks", count=count))
    buttons.append(
        talk.button("button.be_back", "away", "back") if me.away
        else talk.button("button.go_away", "away", "ask")
    )  # fmt: skip
    return [*buttons, login.offered(talk), *login.asks(talk), *second.asks(talk)]


def _others(talk: Talk, me: Officer) -> list[Button]:
    """Other desks of the same person."""
    return [
        Button(talk.say("button.sit", desk=name_of(talk, other)), packed("q2", "sit", other.id))
        for other in talk.book.desks_of(talk.chat.id)
        if other.id != me.id
    ]


BUTTONS: tuple[Callable[[Talk, Officer], list[Button]], ...] = (
    _queues, _figures, _oversight, _own, _others,
)  # fmt: skip
"""The pieces of the desk, in their order."""


def on_queue(talk: Talk, parts: list[str]) -> Answer:
    """A page of a queue: `queue:page`."""
    if officer(talk).role in QUEUELESS:
        raise NotYours("bad.not_yours")
    if len(parts) != 2 or not parts[1].isdecimal() or len(parts[1]) > 6:
        return talk.toast("bad.stale")
    queue, page = parts[0], int(parts[1])
    where = _queue(talk, queue)
    size = talk.book.queue_size(where)
    page = max(0, min(page, (size - 1) // LIST))
    today = local_day(talk.now, talk.office.zone)
    named = {f"f{id}": name for id, name, _ in talk.book.filters(officer(talk).id)}
    head = (
        talk.say("desk.filter", name=named[queue], count=size) if queue in named
        else talk.say(f"desk.{queue}", count=size)
    )  # fmt: skip
    lines, buttons, cases = [head], [], []
    for row in talk.book.queue(where, page * LIST, LIST):
        case = row.petition
        cases.append(case)
        left = (row.due_on - today).days if row.due_on else None
        when = (
            talk.say("desk.no_clock") if left is None
            else talk.say("desk.late" if left < 0 else "desk.left" if left else "desk.today",
                          days=abs(left))
        )  # fmt: skip
        status = talk.say(f"status.{case.status}")
        category = views.category_name(case.category, talk.lang)
        lines.append(
            talk.say("desk.line", number=case.number, status=status, category=category, when=when)
        )
        buttons.append(Button(f"{case.number} · {when}", packed("d", case.id, "open")))
    rows = list(stacked(*buttons))
    turn = []
    if page:
        turn.append(talk.button("button.newer", "q", queue, page - 1))
    if (page + 1) * LIST < size:
        turn.append(talk.button("button.older", "q", queue, page + 1))
    if turn:
        rows.append(tuple(turn))
    if any(passable(talk, case) for case in cases):
        rows.append((talk.button("button.batch", "batch", "start", queue, page),))
    last = [talk.button("button.refresh", "q", queue, page)]
    if queue in named:
        last.append(talk.button("button.drop_filter", "filter", "drop", queue[1:]))
    rows.append((*last, talk.button("button.desk", "q2", "desk")))
    return [Message("\n".join(lines), tuple(rows))]


def cases_of(talk: Talk, queue: str, page: int, count: int) -> list[Petition]:
    """So many cases of a queue, from a page on."""
    return [row.petition for row in talk.book.queue(_queue(talk, queue), page * LIST, count)]


def on_desk(talk: Talk, parts: list[str]) -> Answer:
    """Back to the desk; `sit:id`: to another desk of the same person."""
    match parts:
        case ["sit", id] if id.isdecimal() and len(id) < 16:
            for other in talk.book.desks_of(talk.chat.id):
                if other.id == int(id):
                    sit(talk, other)
                    return desk(talk)
            return talk.toast("bad.stale")
    return desk(talk)


def on_meetings(talk: Talk, parts: list[str]) -> Answer:
    """The officer's appointments, the soonest first."""
    hidden = talk.hidden
    held = talk.book.appointments_of(officer(talk).id)
    found = [one for one in held if one.case not in hidden]
    lines = [talk.say("meetings.head" if found else "meetings.none", count=len(found))]
    buttons = []
    for one in found[:LIST]:
        number = talk.book.petition(one.case).number
        words = views.meeting_words(appointments.facts_of(one), talk.lang)
        state = talk.say(f"meeting_state.{one.state}")
        lines.append(talk.say("meetings.line", number=number, state=state, **words))
        if one.state == "agreed":
            buttons.append(Button(number, packed("d", one.case, "open")))
    if len(found) > LIST:
        lines.append(talk.say("brief.more", count=len(found) - LIST))
    last = (talk.button("button.refresh", "meet", "list"), talk.button("button.desk", "q2", "desk"))
    return [Message("\n".join(lines), (*stacked(*buttons), last))]


def may_see(talk: Talk, case: int) -> Petition:
    """A case that the officer may look at. Raises NotYours."""
    try:
        petition = talk.book.petition(case)
    except Unknown:
        raise NotYours("bad.not_yours") from None
    if not (sees(talk, petition) or sit_for(talk, petition)):
        raise NotYours("bad.not_yours")
    return petition


def may_have(talk: Talk, case: int) -> Petition:
    """A case whose whole file the officer may have. Raises NotYours."""
    petition = may_see(talk, case)
    if officer(talk).role is Role.LEADER:
        raise NotYours("bad.closed_words")
    return petition


def on_case(talk: Talk, parts: list[str]) -> Answer:
    """A button of a case: `case:verb` to look, `case:version:action` to act."""
    officer(talk)
    if len(parts) < 2 or not parts[0].isdecimal() or len(parts[0]) > 15:
        return talk.toast("bad.stale")
    petition = may_see(talk, int(parts[0]))
    match parts[1:]:
        case ["more"]:
            return open_case(talk, petition, whole=True)
        case [verb] if verb in OPENS:
            return OPENS[verb](talk, petition)
        case ["why"]:
            return [replace(m, rows=back(talk, petition)) for m in rights.why(talk, petition)]
        case [action] if action in steps.ACTIONS:
            return steps.begin(talk, petition, action)
        case [version, action] if version.isdecimal() and action in steps.ACTIONS:
            if int(version[:9]) != petition.version:
                return [*talk.toast("bad.changed"), *open_case(talk, petition)]
            return steps.begin(talk, petition, action)
    return talk.toast("bad.stale")
