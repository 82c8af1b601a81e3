"""The unit investigates, extends, answers, delivers; a case is closed, and handled again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from petitions.case import running
from petitions.case.conditions import NOT_TAKEN_UP, hidden_from, request
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotPossibleNow, NotYours
from petitions.law.clocks import local_day
from petitions.values import parts
from petitions.values.person import Role
from petitions.values.petition import FINAL, Facts, Status
from petitions.values.task import TaskKind
from petitions.verbs.acts.whoever import same_person


def _to_ordinary(do: Doing) -> Facts:
    case = do.petition
    case.simple = False
    # The time runs from the original acceptance.
    if case.accepted_at:
        do.begins = local_day(case.accepted_at, do.office.zone)
    return {}


def _ask_extension(do: Doing) -> Facts:
    limit = do.office.limit_of(running.open_clock(do.book, do.petition.id, "answer"))
    most = limit.extension.days if limit.extension else 0
    text = str(do.data.pop("days"))
    if not text.isdecimal() or not 0 < int(text[:5]) <= most:
        raise BadAnswer("bad.extension", most=most)
    do.petition.asked_days = int(text)
    return {"days": int(text)}


def _decides(do: Doing) -> None:
    """The approver isn't the one who asked; the deputy stands in only for an absent head, or one
    who handles the case."""
    case, actor = do.petition, do.actor
    if same_person(do, actor.id, case.handler):
        raise NotYours("bad.own_request")
    if actor.role == Role.DEPUTY:
        heads = [o for o in do.book.officers(case.unit) if o.role is Role.HEAD]
        here = [h for h in heads if h.chat and not h.away]
        if any(not same_person(do, h.id, case.handler) for h in here):
            raise NotYours("bad.head_is_here")


def _extend(do: Doing) -> Facts:
    _decides(do)
    case = do.petition
    clock = running.open_clock(do.book, case.id, "answer")
    longer = running.extend(do.book, do.calendar, clock, case.asked_days)
    do.moved.append(longer)
    facts = {"days": case.asked_days, "old": clock.due_on.isoformat(),
             "due": longer.due_on.isoformat()}  # fmt: skip
    case.extended, case.asked_days = True, 0
    do.data["why"] = _asked_why(do)
    return facts


def _asked_why(do: Doing) -> str:
    """Why the unit asked for more time: that is the reason its petitioner is told, whatever the
    head noted in approving it."""
    asked = [e.seq for e in do.book.history(do.petition.id) if e.action == "ask_extension"]
    said = do.book.texts(do.petition.id, asked[-1])
    return next((text.body for text in said if text.part == "why"), "")


def _deny_extension(do: Doing) -> Facts:
    _decides(do)
    do.petition.asked_days = 0
    return {}


OUTCOMES = parts.of("outcome").codes
"""Outcomes that an opinion gives the request (art. 32)."""


def _reply(do: Doing) -> Facts:
    case = do.petition
    promised = str(do.data.pop("promised_on", ""))
    case.promised_on = date.fromisoformat(promised) if promised else None
    case.answered_at, case.answered_by = do.now, case.unit
    case.delivered_on, case.asked_days = None, 0
    if not request(case, do.office):
        return {}
    outcome = str(do.data["outcome"])
    if outcome not in OUTCOMES:
        raise BadAnswer("bad.outcome")
    if case.simple and outcome == "not_supported":
        raise BadAnswer("bad.simple_not_supported")
    case.outcome = outcome
    return {"outcome": outcome}


DELIVERIES = parts.of("delivery").codes
"""How an opinion reached the petitioner, as an officer records it."""


def _received(do: Doing) -> Facts:
    do.petition.delivered_on = do.today
    return {"delivery": "chat", "delivered": do.today.isoformat()}


def _deliver(do: Doing) -> Facts:
    if do.data["delivery"] not in DELIVERIES:
        raise BadAnswer("bad.delivery")
    day = do.past_day(do.petition.answered_at)
    do.petition.delivered_on = do.begins = day
    return {"delivery": do.data["delivery"], "delivered": day.isoformat()}


def _close(do: Doing) -> Facts:
    """A request isn't closed while its petitioner may still ask for a review."""
    case = do.petition
    if case.status is Status.LED or not request(case, do.office):
        return {}
    if case.delivered_on is None:
        raise NotPossibleNow("bad.not_delivered")
    if case.outcome == NOT_TAKEN_UP and do.today <= (last := _still_open(do, case.delivered_on)):
        raise NotPossibleNow("bad.refused_lately", day=last)
    for clock in do.book.clocks(case.id):
        if clock.ended_at is None and do.today <= (clock.rolled_on or clock.due_on):
            raise NotPossibleNow("bad.window_open", day=clock.due_on)
    return {}


def _still_open(do: Doing, delivered: date) -> date:
    """Until when a review that wasn't taken up keeps its case open for the body above: as long as
    after one that was."""
    limit = do.office.rules.clocks.get("rereview_ask")
    return delivered + timedelta(days=limit.days if limit else 0)


def _rehandle(do: Doing) -> Facts:
    """Another officer of the unit that answered (三个重新)."""
    case = do.petition
    case.unit = case.answered_by or case.unit
    case.former, case.handler = case.handler, 0
    case.extended, case.accepted_at, case.ended_at = False, do.now, None
    do.end_tasks("rehandled", TaskKind.TAKE_UP, TaskKind.AGAIN)
    return {"unit": case.unit, "category": case.category}


def _reopen(do: Doing) -> Facts:
    case = do.petition
    facts = {"from": case.unit, "category": case.category}
    case.unit, case.handler, case.ended_at = do.bureau, 0, None
    do.end_tasks("reopened", TaskKind.TAKE_UP, TaskKind.AGAIN)
    return facts


def _merge(do: Doing) -> Facts:
    """Only a true duplicate: the same person's other case. Both keep their texts."""
    case = do.petition
    main = do.book.by_number(str(do.data["into"]))
    if main is None or main.id == case.id or main.person != case.person:
        raise BadAnswer("bad.merge")
    if hidden_from(main, do.actor.unit):
        raise BadAnswer("bad.merge")
    if main.status in FINAL:
        raise BadAnswer("bad.merge_ended")
    case.resumed, case.merged_into = case.status, main.id
    return {"into": main.number}


CHANGES: dict[str, Callable[[Doing], Facts]] = {
    "to_ordinary": _to_ordinary,
    "ask_extension": _ask_extension,
    "extend": _extend,
    "deny_extension": _deny_extension,
    "reply": _reply,
    "received": _received,
    "deliver": _deliver,
    "close": _close,
    "rehandle": _rehandle,
    "reopen": _reopen,
    "merge": _merge,
}
