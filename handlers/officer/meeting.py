"""/meeting: the joint meeting (联席会议): its agenda from stuck and bounced cases, its minutes."""

from __future__ import annotations

from datetime import date

from handlers import forms
from handlers.forms import Form, Step, drafts
from handlers.officer.case import officer
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.errors import BadAnswer, NotYours
from petitions.law.clocks import local_day
from petitions.matters import together
from petitions.message import Button, Message, packed
from petitions.telling import views
from petitions.values import checks
from petitions.values.meeting import Meeting
from petitions.values.person import Officer, Role
from petitions.words import day

LIST = 10
"""Cases of an agenda, and earlier meetings, shown at once."""
READERS = frozenset({Role.SUPERVISOR, Role.LEADER})


def _reader(talk: Talk) -> Officer:
    me = officer(talk)
    if me.role not in READERS or not talk.office.is_bureau(me.unit):
        raise NotYours("bad.not_yours")
    return me


def meeting(talk: Talk, rest: str = "") -> Answer:
    """/meeting: what belongs on the agenda now, and why."""
    me = _reader(talk)
    today = local_day(talk.now, talk.office.zone)
    cases = together.agenda(talk.book, talk.office, today, LIST + 1, me.unit)
    last = talk.book.last_meeting()
    when = talk.say("meeting.last", day=day(talk.lang, last)) if last else ""
    lines = [talk.say("meeting.head" if cases else "meeting.none", last=when)]
    for case in cases[:LIST]:
        why = together.why_stuck(talk.book, talk.office, case, today)
        reasons = talk.listed(talk.say(f"stuck.{code}") for code in why)
        lines.append(talk.say("meeting.line", number=case.number,
                              unit=talk.office.unit_name(case.unit, talk.lang),
                              why=reasons))  # fmt: skip
    if len(cases) > LIST:
        lines.append(talk.say("meeting.more"))
    buttons = [views.case_button(case) for case in cases[:LIST]]
    if me.role is Role.SUPERVISOR:
        buttons.append(talk.button("button.minutes", "joint", "write"))
    if last:
        buttons.append(talk.button("button.meetings_held", "joint", "held"))
    foot = (
        talk.button("button.refresh", "joint", "agenda"), talk.button("button.desk", "q2", "desk"),
    )  # fmt: skip
    return [Message("\n".join(lines), (*stacked(*buttons), foot))]


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`agenda`, `write`, `held`, `read:id`."""
    me = _reader(talk)
    match parts:
        case ["agenda"]:
            return meeting(talk)
        case ["write"] if me.role is Role.SUPERVISOR:
            return drafts.start(talk, "minutes")
        case ["held"]:
            found = talk.book.meetings(LIST)
            buttons = [Button(day(talk.lang, m.day), packed("joint", "read", m.id)) for m in found]
            buttons.append(talk.button("button.back", "joint", "agenda"))
            return [Message(talk.say("meeting.held", count=len(found)), stacked(*buttons))]
        case ["read", id] if id.isdecimal() and len(id) < 16:
            one = talk.book.meeting(int(id))
            hidden = talk.hidden
            numbers = talk.listed(talk.book.petition(c).number for c in one.cases
                                  if c not in hidden)  # fmt: skip
            back = talk.button("button.back", "joint", "held")
            return talk.tell("meeting.minutes", (back,), day=day(talk.lang, one.day),
                             attended=one.attended, minutes=one.minutes,
                             cases=numbers or "—")  # fmt: skip
    return talk.toast("bad.stale")


def _held_on(talk: Talk, text: str) -> str:
    """A day that isn't to come. Raises BadAnswer."""
    found = checks.day(text)
    today = local_day(talk.now, talk.office.zone)
    if found > today.isoformat():
        raise BadAnswer("bad.held_later", today=today)
    return found


def _submit(talk: Talk, draft: Draft) -> Answer:
    me, answers = _reader(talk), draft.data["answers"]
    if me.role is not Role.SUPERVISOR:
        raise NotYours("bad.not_yours")
    today = local_day(talk.now, talk.office.zone)
    cases = together.agenda(talk.book, talk.office, today, LIST, me.unit)
    held = Meeting(0, date.fromisoformat(answers["held_on"]), me.id, answers["attended"],
                   answers["minutes"], tuple(c.id for c in cases))  # fmt: skip
    talk.book.add_meeting(held)
    return [*talk.tell("done.minutes"), *meeting(talk)]


forms.register(
    Form(
        "minutes",
        (
            Step("held_on", _held_on),
            Step("attended", lambda t, x: checks.words(x, checks.MIDDLE)),
            Step("minutes", lambda t, x: checks.words(x), long=True),
        ),
        _submit,
        files=False,
    )
)
