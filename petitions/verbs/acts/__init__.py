"""The changes of each action of the table in a case, beside its status and clocks.

One function for an action, in the file of its topic, found in `CHANGES`; it reads the action's
data, changes the petition and gives the facts for the history. An action that only writes words
needs none.
"""

from __future__ import annotations

from collections.abc import Callable

from petitions.case.doing import Doing
from petitions.matters import (
    aftercare,
    apart,
    appointments,
    campaigns,
    checking,
    joint,
    lanes,
    supervision,
    together,
)
from petitions.values import actions
from petitions.values.person import Part
from petitions.values.petition import Facts
from petitions.values.task import TaskKind
from petitions.verbs.acts import handling, petitioning, reviewing, sorting, whoever

CHANGES: dict[str, Callable[[Doing], Facts]] = {
    **sorting.CHANGES,
    **handling.CHANGES,
    **reviewing.CHANGES,
    **petitioning.CHANGES,
    **whoever.CHANGES,
    **aftercare.CHANGES,
    **appointments.CHANGES,
    **together.CHANGES,
    **joint.CHANGES,
    **supervision.CHANGES,
    **campaigns.CHANGES,
    **checking.CHANGES,
    **lanes.CHANGES,
    **apart.CHANGES,
}


def change(do: Doing) -> Facts:
    """Carry out what the action changes. Raises BadAnswer, NotPossibleNow, NotYours, Unknown."""
    changes = CHANGES.get(do.action)
    facts = changes(do) if changes else {}
    case, actor, record = do.petition, do.actor, actions.of(do.action)
    if do.action == "ask":
        case.waiting = True
    elif actor.kind == "petitioner" and actor.role != Part.GUEST and record.heard:
        case.waiting = False
    if record.answers_urge:
        for task in do.book.tasks(case=case.id):
            if task.kind is TaskKind.URGED:
                do.book.end_task(task.id, actor.id, "answered", do.now)
    if actor.kind == "officer":
        if record.works and actor.id != case.former:
            case.handler = case.handler or actor.id
            case.first_handler = case.first_handler or actor.id
        facts["officer"] = actor.id
    return facts
