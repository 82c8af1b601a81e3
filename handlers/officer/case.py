"""One case at an officer's desk: how it stands, what is in it, what can be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from handlers import forms
from handlers.citizen import rights
from handlers.citizen.cases import whole_file
from handlers.forms import Form
from handlers.officer import login, look, offered, said, seen
from handlers.talk import Answer, Talk, grid, name_of
from petitions.book import Draft
from petitions.case import lifecycle, quoting, reading
from petitions.case.conditions import unsealed
from petitions.case.parties import OFFICERS, may_see, parties
from petitions.errors import NotYours
from petitions.law.clocks import day_of, local_day
from petitions.matters import campaigns, joint, lanes, together
from petitions.matters.looking import SUPERVISED, What
from petitions.message import Button, Message
from petitions.telling import looks, timeline, unserved, views
from petitions.values import actions, parts
from petitions.values.person import Actor, Audience, Officer, Role
from petitions.values.petition import Petition
from petitions.words import day


def officer(talk: Talk) -> Officer:
    """The officer who sits at this desk. Raises NotYours when nobody does."""
    if talk.officer is None:
        raise NotYours("bad.not_officer")
    return talk.officer


def sit(talk: Talk, desk: Officer) -> None:
    """Act from another desk of the same person."""
    talk.chat.officer = desk.id
    talk.officer = desk


def sit_for(talk: Talk, petition: Petition, unit: str = "") -> bool:
    """Go to the desk of this chat (in a unit) that may open the case, and say so; False where none
    may."""
    for desk in talk.book.desks_of(talk.chat.id):
        if unit in ("", desk.unit) and may_see(Actor.officer(desk), petition, talk.office):
            sit(talk, desk)
            talk.before += talk.toast("desk.sits", desk=name_of(talk, desk))
            return True
    return False


def sees(talk: Talk, petition: Petition) -> bool:
    """Whether this officer may open the case at all."""
    return may_see(Actor.officer(officer(talk)), petition, talk.office)


def passable(talk: Talk, case: Petition) -> bool:
    """Whether a case can be passed on in a batch: registered, and neither sealed nor an
    accusation, which are looked at by themselves: whom they are about must not get them."""
    actor = Actor.officer(officer(talk))
    possible = lifecycle.possible(case, actor, talk.office)
    return "pass_on" in possible and unsealed(case, talk.office)


def open_case(talk: Talk, petition: Petition, whole: bool = False) -> Answer:
    """The case: where it stands, what is asked, and the steps that are possible now; the rarer
    ones behind a button unless `whole`. It counts as a look."""
    if asked := look.gate(talk, petition, What.WORDS):
        return asked
    me = Actor.officer(officer(talk))
    lines = [line for piece in PAGE for line in piece(talk, petition)]
    files = len(seen.attached(talk, petition, me))
    rows = _case_rows(talk, petition, files, whole)
    protect = timeline.is_protected(petition, me)
    return [Message("\n".join(lines), rows, case=petition.id, in_place=whole, protect=protect)]


def _head_lines(talk: Talk, petition: Petition) -> list[str]:
    handler = talk.book.officer(petition.handler) if petition.handler else None
    return [
        talk.say(
            "case.head",
            number=petition.number,
            status=talk.say(f"status.{petition.status}"),
            unit=talk.office.unit_name(petition.unit, talk.lang),
            handler=handler.name if handler else talk.say("case.no_handler"),
            kind=views.kind_name(petition, talk.lang),
            category=views.category_name(petition.category, talk.lang),
            people=petition.people,
            day=day(talk.lang, petition.received_on),
            days=day_of(petition.received_on, talk.now, talk.office.zone),
        )
    ]


def _clock_lines(talk: Talk, petition: Petition) -> list[str]:
    clock = views.next_clock(talk.office, talk.book.clocks(petition.id))
    today = local_day(talk.now, talk.office.zone)
    return [views.clock_line(talk.office, clock, today, talk.lang)] if clock else []


def _lane_lines(talk: Talk, petition: Petition) -> list[str]:
    lane = lanes.find(talk.book, petition.lane)
    return [talk.say("case.lane", name=lane.name)] if lane else []


def _listed_lines(talk: Talk, petition: Petition) -> list[str]:
    """The leader who is in charge of it."""
    one = campaigns.listed(talk.book, petition.id)
    if one is None:
        return []
    leader = talk.book.officer(one.leader)
    return [talk.say("case.listed", leader=leader.name if leader else "—", team=one.team,
                     unit=talk.office.unit_name(one.unit, talk.lang),
                     due=day(talk.lang, one.due_on))]  # fmt: skip


def _joint_lines(talk: Talk, petition: Petition) -> list[str]:
    if not petition.members:
        return []
    speakers = len(joint.representatives(talk.book, petition.id))
    return [talk.say("case.joint", count=petition.members, speakers=speakers)]


def _linked_lines(talk: Talk, petition: Petition) -> list[str]:
    others = [talk.book.petition(id).number for id in beside(talk, petition)]
    return [talk.say("case.linked", numbers=talk.listed(others))] if others else []


def _meeting_lines(talk: Talk, petition: Petition) -> list[str]:
    return views.meeting_lines(talk.book, petition, talk.lang, inside=True)


def _supervision_lines(talk: Talk, petition: Petition) -> list[str]:
    return views.supervision_lines(talk.book, talk.office, petition, talk.lang)


def _shut_lines(talk: Talk, petition: Petition) -> list[str]:
    """That its petitioner can't be told by chat."""
    shut = unserved.shut_out(talk.book, talk.office, petition, officer(talk).unit)
    return [talk.say(f"case.{shut}")] if shut else []


def _gone_lines(talk: Talk, petition: Petition) -> list[str]:
    if petition.unit in talk.office.units:
        return []
    return [talk.say("case.unit_gone", unit=petition.unit)]


def _word_lines(talk: Talk, petition: Petition) -> list[str]:
    """The texts of the case that this officer may read."""
    me = Actor.officer(officer(talk))
    audiences = reading.audiences(me, petition, talk.office)
    private = seen.private(talk, petition, me)
    lines = [talk.say("case.sealed")] if private and petition.sealed else []
    for text in talk.book.texts(petition.id):
        open_ = text.audience in audiences and text.seq not in private
        if open_ and parts.of(text.part).shown:
            body = text.body or talk.say("form.voice" if text.file else "text.erased")
            lines += ["", quoting.told(talk.lang, text.part, body)]
    return lines


def _said_lines(talk: Talk, petition: Petition) -> list[str]:
    """People's opinion of this unit's part, in numbers."""
    me = Actor.officer(officer(talk))
    works = parties(me, petition, talk.office) & OFFICERS
    supervises = Audience.SUPERVISOR in reading.audiences(me, petition, talk.office)
    if not petition.kind or not works or supervises:
        return []
    return said.shared(talk, petition, me.unit)


def beside(talk: Talk, petition: Petition) -> list[int]:
    """Cases linked with this one, and the one it was merged into, as far as this officer may know
    of them."""
    held = [*talk.book.links(petition.id), *filter(None, [petition.merged_into])]
    hidden = talk.hidden if held else frozenset()
    return [id for id in held if id not in hidden]


def _task_lines(talk: Talk, petition: Petition) -> list[str]:
    """The tasks and the days they are due; the same thing several times on one line."""
    supervises = officer(talk).role is Role.SUPERVISOR
    found: Counter[tuple[str, date]] = Counter()
    for task in talk.book.tasks(case=petition.id):
        if task.kind in SUPERVISED and not supervises:
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


PAGE: tuple[Callable[[Talk, Petition], list[str]], ...] = (
    _head_lines, _clock_lines, _lane_lines, _listed_lines, _joint_lines, _linked_lines,
    _meeting_lines, _supervision_lines, _shut_lines, _task_lines, _gone_lines, _word_lines,
    _said_lines,
)  # fmt: skip
"""The pieces of a case's page, in their order; each says nothing where there is nothing."""
FEW = 6
"""So many steps are shown at once, rare or not."""


def _case_rows(
    talk: Talk, petition: Petition, files: int, whole: bool
) -> tuple[tuple[Button, ...], ...]:
    acts = offered.steps(talk, petition, officer(talk))
    rare = [action for action in acts if actions.of(action).rare]
    looks = [talk.button("button.timeline", "d", petition.id, "timeline")]
    if files:
        looks.append(talk.button("button.files", "d", petition.id, "files", count=files))
    if whole or len(acts) <= FEW:
        looks.append(talk.button("button.why", "d", petition.id, "why"))
        looks.append(talk.button("button.documents", "d", petition.id, "documents"))
        looks.append(talk.button("button.file", "d", petition.id, "file"))
    else:
        acts = [action for action in acts if action not in rare]
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


def files(talk: Talk, petition: Petition) -> Answer:
    """Everything attached to the case that this officer may see."""
    if officer(talk).role is Role.LEADER:
        raise NotYours("bad.closed_words")
    if asked := look.gate(talk, petition, What.FILES, "files"):
        return asked
    me = Actor.officer(officer(talk))
    names = looks.shown_names(talk.book, petition, me, talk.lang)
    found = tuple(timeline.ref_of(f, names) for f in seen.attached(talk, petition, me))
    said = talk.say("case.files", number=petition.number, count=len(found))
    return [Message(said, files=found, protect=timeline.is_protected(petition, me))]


def show_timeline(talk: Talk, petition: Petition) -> Answer:
    """The events of the case, with the words."""
    if asked := look.gate(talk, petition, What.WORDS, "timeline"):
        return asked
    me = Actor.officer(officer(talk))
    return [timeline.timeline(talk.book, talk.office, petition, me, talk.lang)]


def papers(talk: Talk, petition: Petition) -> Answer:
    """The numbered documents."""
    if asked := look.gate(talk, petition, What.WORDS, "documents"):
        return asked
    return rights.papers(talk, petition, Actor.officer(officer(talk)))


def archive(talk: Talk, petition: Petition) -> Answer:
    """All of it as one file; not for leaders, who read what offices did."""
    if officer(talk).role is Role.LEADER:
        raise NotYours("bad.closed_words")
    login.must_be_fresh(talk)
    if asked := look.gate(talk, petition, What.ARCHIVE, "file"):
        return asked
    return whole_file(talk, petition, Actor.officer(officer(talk)))


OPENS: dict[str, Callable[[Talk, Petition], Answer]] = {
    "open": open_case, "timeline": show_timeline, "files": files,
    "documents": papers, "file": archive,
}  # fmt: skip
"""Buttons by which a case is looked into."""


def _submit_look(talk: Talk, draft: Draft) -> Answer:
    petition = talk.book.petition(draft.case)
    if not sees(talk, petition):
        raise NotYours("bad.not_yours")
    look.note(talk, draft)
    return OPENS[draft.data["then"]](talk, petition)


forms.register(Form("look", look.asked("look_why"), _submit_look, checked=False, files=False))
