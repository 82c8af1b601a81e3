"""Whether a step that the table allows makes sense here and now: else its button isn't shown.

An action's record names its condition (`offered`); a condition says what must be true of the case
and of who sits at the desk.
"""

from __future__ import annotations

from collections.abc import Callable

from handlers.officer import seen
from handlers.talk import Talk
from petitions.case import lifecycle
from petitions.law.clocks import local_day
from petitions.matters import appointments, campaigns, checking, lanes, supervision, together
from petitions.matters.looking import SUPERVISED
from petitions.values import actions
from petitions.values.person import Actor, Officer
from petitions.values.petition import Entry, Petition
from petitions.values.task import TaskKind

Condition = Callable[[Talk, Petition, Officer], bool]


def steps(talk: Talk, petition: Petition, me: Officer) -> list[str]:
    """The steps whose buttons stand in the case, those that move it first."""
    possible = lifecycle.possible(petition, Actor.officer(me), talk.office)
    return [action for action in possible if is_offered(talk, petition, me, action)]


def is_offered(talk: Talk, petition: Petition, me: Officer, action: str) -> bool:
    """Whether a possible step is shown."""
    record = actions.of(action)
    if record.elsewhere:
        return False
    return not record.offered or CONDITIONS[record.offered](talk, petition, me)


def _has_voice(talk: Talk, petition: Petition, me: Officer) -> bool:
    return bool(seen.voices(talk, petition, Actor.officer(me)))


def _low_rating(talk: Talk, petition: Petition, me: Officer) -> bool:
    return any(t.kind in SUPERVISED for t in talk.book.tasks(case=petition.id))


def _supervised(talk: Talk, petition: Petition, me: Officer) -> bool:
    """My unit has still to answer."""
    step = supervision.current(talk.book, petition.id)
    return step is not None and step.unit == me.unit and step.state == "open"


def _supervises(talk: Talk, petition: Petition, me: Officer) -> bool:
    """Another unit is supervised."""
    step = supervision.current(talk.book, petition.id)
    return step is not None and step.unit != me.unit


def _lane(talk: Talk, petition: Petition, me: Officer) -> bool:
    """Another lane is open."""
    today = local_day(talk.now, talk.office.zone)
    return any(one.open(today) and one.id != petition.lane for one in lanes.every(talk.book))


def _in_charge(talk: Talk, petition: Petition, me: Officer) -> bool:
    one = campaigns.listed(talk.book, petition.id)
    return one is not None and one.leader == me.id


def _checks(talk: Talk, petition: Petition) -> list[Entry | None]:
    """The first yes to each guest that asks for an identity check; None: nobody said it yet."""
    asked = [t for t in talk.book.tasks(case=petition.id) if checking.guest_of(t)]
    history = list(talk.book.history(petition.id)) if asked else []
    return [checking.first_of(history, t) for t in asked]


def _check_asked(talk: Talk, petition: Petition, me: Officer) -> bool:
    return None in _checks(talk, petition)


def _check_second(talk: Talk, petition: Petition, me: Officer) -> bool:
    """Another officer has said yes."""
    return any(e and e.actor.id != me.id for e in _checks(talk, petition))


def _letter(talk: Talk, petition: Petition, me: Officer) -> bool:
    """Another officer has put the petitioner's letter of withdrawal into the file."""
    steps = ("ask_withdrawal", "confirm_withdrawal", "take_back")
    last = [e for e in talk.book.history(petition.id) if e.action in steps][-1:]
    return bool(last) and last[0].action == steps[0] and last[0].actor.id != me.id


def _mine(talk: Talk, petition: Petition, me: Officer) -> set[TaskKind]:
    """Kinds of tasks that my unit has in this case."""
    return {t.kind for t in talk.book.tasks(case=petition.id) if t.unit == me.unit}


def _helps(talk: Talk, petition: Petition, me: Officer) -> bool:
    """My unit assists, or shares the case with others."""
    return me.unit != petition.unit or bool(_mine(talk, petition, me) & together.SHARED)


def _meeting(talk: Talk, petition: Petition, me: Officer) -> bool:
    return any(a.state in appointments.OPEN for a in talk.book.appointments(petition.id))


CONDITIONS: dict[str, Condition] = {
    "mine": lambda talk, petition, me: petition.handler == me.id,
    "not_mine": lambda talk, petition, me: petition.handler != me.id,
    "voice": _has_voice,
    "low_rating": _low_rating,
    "supervised": _supervised,
    "supervises": _supervises,
    "lane": _lane,
    "charged": _in_charge,
    "check_asked": _check_asked,
    "check_second": _check_second,
    "letter": _letter,
    "linked": lambda talk, petition, me: bool(set(talk.book.links(petition.id)) - talk.hidden),
    "called": lambda talk, petition, me: TaskKind.HELP in _mine(talk, petition, me),
    "helps": _helps,
    "meeting": _meeting,
    "no_meeting": lambda talk, petition, me: not _meeting(talk, petition, me),
}
