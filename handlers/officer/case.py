"""One case at an officer's desk: how it stands, what is in it, what can be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from handlers import forms
from handlers.citizen import rights
from handlers.citizen.cases import whole_file
from handlers.forms import Form
from handlers.officer import look, said
from handlers.talk import Answer, Talk, grid
from petitions.book import Draft
from petitions.case import lifecycle, quoting
from petitions.errors import NotYours
from petitions.law.clocks import days_since, local_day
from petitions.matters import appointments, campaigns, checking, joint, lanes, supervision, together
from petitions.matters.looking import What
from petitions.message import Button, Message
from petitions.telling import briefing, looks, split, views
from petitions.values.petition import (
    Actor,
    Attachment,
    Audience,
    Officer,
    Petition,
    Role,
    TaskKind,
    Text,
)
from petitions.words import day


def officer(talk: Talk) -> Officer:
    """Who sits at this desk. Raises NotYours when nobody does."""
    if talk.officer is None:
        raise NotYours("bad.not_officer")
    return talk.officer


def name_of(talk: Talk, desk: Officer) -> str:
    """A desk as colleagues call it."""
    unit = talk.office.unit_name(desk.unit, talk.lang)
    return " · ".join(x for x in (unit, talk.say(f"role.{desk.role}"), desk.name) if x)


def sit(talk: Talk, desk: Officer) -> None:
    """Act from another desk of the same person."""
    talk.chat.officer = desk.id
    talk.officer = desk


def sit_for(talk: Talk, petition: Petition, unit: str = "") -> bool:
    """Go to the desk of this chat (in a unit) that may open the case, and say so; False where none
    may."""
    for desk in talk.book.desks_of(talk.chat.id):
        if unit in ("", desk.unit) and lifecycle.may_see(
            Actor.officer(desk), petition, talk.office
        ):
            sit(talk, desk)
            talk.before += talk.toast("desk.sits", desk=name_of(talk, desk))
            return True
    return False


def sees(talk: Talk, petition: Petition) -> bool:
    """Whether this officer may open the case at all."""
    return lifecycle.may_see(Actor.officer(officer(talk)), petition, talk.office)


def passable(talk: Talk, case: Petition) -> bool:
    """Whether a case can be passed on in a batch: registered, and neither sealed nor an
    accusation, which are looked at by themselves: whom they are about must not get them."""
    actor = Actor.officer(officer(talk))
    possible = lifecycle.possible(case, actor, talk.office)
    return "pass_on" in possible and lifecycle.unsealed(case, talk.office)


def open_case(talk: Talk, petition: Petition, whole: bool = False) -> Answer:
    """The case: where it stands, what is asked, and the steps that are possible now; the rarer
    ones behind a button unless `whole`. It counts as a look."""
    if asked := look.gate(talk, petition, What.WORDS):
        return asked
    me = Actor.officer(officer(talk))
    lang, zone = talk.lang, talk.office.zone
    seen = lifecycle.audiences(me, petition, talk.office)
    texts = talk.book.texts(petition.id)
    today = local_day(talk.now, zone)
    clock = views.next_clock(talk.office, talk.book.clocks(petition.id))
    handler = talk.book.officer(petition.handler) if petition.handler else None
    days = days_since(petition.received_on, talk.now, zone)
    lines = [
        talk.say(
            "case.head",
            number=petition.number,
            status=talk.say(f"status.{petition.status}"),
            unit=talk.office.unit_name(petition.unit, lang),
            handler=handler.name if handler else talk.say("case.no_handler"),
            kind=views.kind_name(petition, lang),
            category=views.category_name(petition.category, lang),
            people=petition.people,
            day=day(lang, petition.received_on),
            days=days,
        )
    ]
    if clock:
        lines.append(views.clock_line(talk.office, clock, today, lang))
    lane = lanes.find(talk.book, petition.lane)
    if lane:
        lines.append(talk.say("case.lane", name=lane.name))
    one = campaigns.listed(talk.book, petition.id)
    if one:
        leader = talk.book.officer(one.leader)
        lines.append(talk.say("case.listed", leader=leader.name if leader else "—", team=one.team,
                              unit=talk.office.unit_name(one.unit, lang),
                              due=day(lang, one.due_on)))  # fmt: skip
    if petition.members:
        speakers = len(joint.representatives(talk.book, petition.id))
        lines.append(talk.say("case.joint", count=petition.members, speakers=speakers))
    others = [talk.book.petition(id).number for id in talk.book.links(petition.id)]
    if petition.merged_into:
        others.append(talk.book.petition(petition.merged_into).number)
    if others:
        lines.append(talk.say("case.linked", numbers="、".join(others)))
    lines += views.meeting_lines(talk.book, petition, lang)
    lines += views.supervision_lines(talk.book, talk.office, petition, lang)
    if shut := split.shut_out(talk.book, talk.office, petition, me.unit):
        lines.append(talk.say(f"case.{shut}"))
    lines += _task_lines(talk, petition)
    if petition.unit not in talk.office.units:
        lines.append(talk.say("case.unit_gone", unit=petition.unit))
    private = _private(talk, petition, me)
    texts = [t for t in texts if t.seq not in private]
    if private and petition.sealed:
        lines.append(talk.say("case.sealed"))
    for text in texts:
        if text.audience in seen and text.part in SHOWN:
            body = text.body or talk.say("form.voice" if text.file else "text.erased")
            lines.append("")
            lines.append(quoting.told(talk.lang, text.part, body))
    works = lifecycle.parties(me, petition, talk.office) & lifecycle.OFFICERS
    if petition.kind and works and Audience.SUPERVISOR not in seen:
        lines += said.shared(talk, petition, me.unit)
    rows = _case_rows(talk, petition, me, len(attached(talk, petition)), whole)
    protect = views.is_protected(petition, me)
    return [Message("\n".join(lines), rows, case=petition.id, in_place=whole, protect=protect)]


def _task_lines(talk: Talk, petition: Petition) -> list[str]:
    """What is to be done by when; the same thing several times on one line."""
    supervises = officer(talk).role is Role.SUPERVISOR
    found: Counter[tuple[str, date]] = Counter()
    for task in talk.book.tasks(case=petition.id):
        if task.kind in briefing.SUPERVISED and not supervises:
            continue
        what = talk.say(f"task.{task.kind}")
        if task.kind in together.SHARED:
            what = f"{what} · {talk.office.unit_name(task.unit, talk.lang)}"
        found[what, task.due_on] += 1
    return [
        talk.say("case.task" if count == 1 else "case.tasks", what=what, count=count,
                 due=day(talk.lang, due))
        for (what, due), count in found.items()
    ]  # fmt: skip


def _private(talk: Talk, petition: Petition, me: Actor) -> set[int]:
    """Entries whose words and files are closed to this officer."""
    if me.role != Role.LEADER and not petition.sealed:
        return set()
    return {
        e.seq for e in talk.book.history(petition.id)
        if lifecycle.closed(me, petition, e, talk.office)
    }  # fmt: skip


SHOWN = (
    "facts", "request", "place", "summary", "own_words", "hidden", "not_whom",
    "name", "address", "title",
    "since", "earlier", "supplement", "guest_words", "question", "transcript", "note", "pressed",
    "why", "review_why", "finding", "agreement", "contribution", "correction", "reply",
)  # fmt: skip


RARE = frozenset(
    {"assist", "call_help", "charge", "correct", "external_date", "give_pin", "hand_over",
     "lead", "link", "make_joint", "mediate", "merge", "new_code", "open_voice", "propose_join",
     "propose_meeting", "propose_visit", "recuse", "sort", "to_lane", "unlink", "unmerge",
     "ask_withdrawal", "urgent"}
)  # fmt: skip
"""Steps that few cases need: behind a button, where there are many steps."""
FEW = 6
"""So many steps are shown at once, rare or not."""


def _case_rows(
    talk: Talk, petition: Petition, me: Actor, files: int, whole: bool
) -> tuple[tuple[Button, ...], ...]:
    acts = [
        action
        for action in lifecycle.possible(petition, me, talk.office)
        if action != "told"
        and (action == "take" or f"desk_{action}" in forms.FORMS)
        and _offered(talk, petition, action)
    ]
    rare = [action for action in acts if action in RARE]
    looks = [talk.button("button.timeline", "d", petition.id, "timeline")]
    if files:
        looks.append(talk.button("button.files", "d", petition.id, "files", count=files))
    if whole or len(acts) <= FEW:
        looks.append(talk.button("button.why", "d", petition.id, "why"))
        looks.append(talk.button("button.documents", "d", petition.id, "documents"))
        looks.append(talk.button("button.file", "d", petition.id, "file"))
    else:
        acts = [action for action in acts if action not in RARE]
        looks.append(talk.button("button.more_steps", "d", petition.id, "more", count=len(rare)))
    looks.append(talk.button("button.desk", "q2", "desk"))
    steps = [
        talk.button(f"action.{action}", "d", petition.id, petition.version, action)
        for action in acts
    ]
    return (*grid(steps, 2), *grid(looks, 2))


def back(talk: Talk, petition: Petition) -> tuple[tuple[Button, ...], ...]:
    """A button that leads back to the case."""
    return ((talk.button("button.back_to_case", "d", petition.id, "open"),),)


def _offered(talk: Talk, petition: Petition, action: str) -> bool:
    if action == "take":
        return petition.handler != officer(talk).id
    if action == "recuse":
        return petition.handler == officer(talk).id
    if action in ("transcribe", "open_voice"):
        return bool(spoken(talk, petition))
    if action in ("explain", "offer_review"):
        return any(t.kind in briefing.SUPERVISED for t in talk.book.tasks(case=petition.id))
    if action in ("answer_supervision", "end_supervision"):
        step = supervision.current(talk.book, petition.id)
        if step is None:
            return False
        own = step.unit == officer(talk).unit
        return not own if action == "end_supervision" else own and step.state == "open"
    if action == "to_lane":
        today = local_day(talk.now, talk.office.zone)
        return any(one.open(today) and one.id != petition.lane for one in lanes.every(talk.book))
    if action == "strike_off":
        one = campaigns.listed(talk.book, petition.id)
        return one is not None and one.leader == officer(talk).id
    if action in ("check_identity", "check_again"):
        asked = [t for t in talk.book.tasks(case=petition.id) if checking.guest_of(t)]
        history = list(talk.book.history(petition.id)) if asked else []
        first = [checking.first_of(history, t) for t in asked]
        if action == "check_identity":
            return None in first
        return any(e and e.actor.id != officer(talk).id for e in first)
    if action == "confirm_withdrawal":
        steps = ("ask_withdrawal", "confirm_withdrawal", "take_back")
        last = [e for e in talk.book.history(petition.id) if e.action in steps][-1:]
        return bool(last) and last[0].action == steps[0] and last[0].actor.id != officer(talk).id
    if action == "unlink":
        return bool(talk.book.links(petition.id))
    if action == "join_asked":
        return False
    if action in ("answer_call", "contribute"):
        mine = {t.kind for t in talk.book.tasks(case=petition.id) if t.unit == officer(talk).unit}
        if action == "answer_call":
            return TaskKind.HELP in mine
        return officer(talk).unit != petition.unit or bool(mine & together.SHARED)
    if action in MEETING:
        booked = any(a.state in appointments.OPEN for a in talk.book.appointments(petition.id))
        return booked == (action not in ("propose_visit", "propose_meeting"))
    return True


MEETING = frozenset(
    {"propose_visit", "propose_meeting", "record_yes", "record_no", "cancel_meeting",
     "meeting_result"}
)  # fmt: skip
"""Steps around an appointment: proposed where none is open, answered where one is."""


def attached(talk: Talk, petition: Petition) -> list[Attachment]:
    """The attachments that this officer may see."""
    me = Actor.officer(officer(talk))
    seen = lifecycle.audiences(me, petition, talk.office)
    private = _private(talk, petition, me)
    held = talk.book.attachments(petition.id)
    return [f for f in held if f.audience in seen and f.seq not in private]


def files(talk: Talk, petition: Petition) -> Answer:
    """Everything attached to the case that this officer may see."""
    if officer(talk).role is Role.LEADER:
        raise NotYours("bad.closed_words")
    if asked := look.gate(talk, petition, What.FILES, "files"):
        return asked
    me = Actor.officer(officer(talk))
    names = looks.shown_names(talk.book, petition, me, talk.lang)
    found = tuple(views.ref_of(f, names) for f in attached(talk, petition))
    said = talk.say("case.files", number=petition.number, count=len(found))
    return [Message(said, files=found, protect=views.is_protected(petition, me))]


def timeline(talk: Talk, petition: Petition) -> Answer:
    """What happened, with the words."""
    if asked := look.gate(talk, petition, What.WORDS, "timeline"):
        return asked
    me = Actor.officer(officer(talk))
    return [views.timeline(talk.book, talk.office, petition, me, talk.lang)]


def papers(talk: Talk, petition: Petition) -> Answer:
    """The numbered documents."""
    if asked := look.gate(talk, petition, What.WORDS, "documents"):
        return asked
    return rights.papers(talk, petition, Actor.officer(officer(talk)))


def archive(talk: Talk, petition: Petition) -> Answer:
    """All of it as one file; not for leaders, who read what offices did."""
    if officer(talk).role is Role.LEADER:
        raise NotYours("bad.closed_words")
    if asked := look.gate(talk, petition, What.ARCHIVE, "file"):
        return asked
    return whole_file(talk, petition, Actor.officer(officer(talk)))


OPENS: dict[str, Callable[[Talk, Petition], Answer]] = {
    "open": open_case, "timeline": timeline, "files": files, "documents": papers, "file": archive,
}  # fmt: skip
"""Buttons by which a case is looked into."""


def _submit_look(talk: Talk, draft: Draft) -> Answer:
    petition = talk.book.petition(draft.case)
    if not sees(talk, petition):
        raise NotYours("bad.not_yours")
    look.note(talk, draft)
    return OPENS[draft.data["then"]](talk, petition)


forms.register(Form("look", look.asked("look_why"), _submit_look, checked=False, files=False))


def spoken(talk: Talk, petition: Petition) -> list[tuple[str, str]]:
    """Voice messages that this officer may hear, and write down: `entry:part` and a label."""
    return [(f"{t.seq}:{t.part}", talk.say(f"label.{t.part}")) for t in voices(talk, petition)]


def voices(talk: Talk, petition: Petition) -> list[Text]:
    """Voice messages of the case that this officer may open, with a reason."""
    me = Actor.officer(officer(talk))
    seen = lifecycle.audiences(me, petition, talk.office)
    private = _private(talk, petition, me)
    return [
        t
        for t in talk.book.texts(petition.id)
        if t.file and t.audience in seen and t.seq not in private
    ]
