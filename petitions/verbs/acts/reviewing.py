"""Review and re-review: asked, refused, decided, heard."""

from __future__ import annotations

from collections.abc import Callable

from petitions.case import reviewing, running
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotPossibleNow
from petitions.values import parts
from petitions.values.petition import Facts

REVIEW_OUTCOMES = parts.of("review_outcome").codes
"""Outcomes that a review gives the answer; `return` is an action of its own."""


def _ask_review(do: Doing) -> Facts:
    """To the superior of who answered. A late one is passed on and marked, never refused."""
    case = do.petition
    _representatives(do)
    facts = {"late": _window_over(do, "rereview_ask" if "rereview" in do.action
                                  else "review_ask")}  # fmt: skip
    case.unit, case.handler = reviewing.above(do.book, do.office, case), 0
    case.ended_at = None
    return facts | {"unit": case.unit}


def _register_review(do: Doing) -> Facts:
    """The same, from a letter or the window: the reviewer's clock runs from its receipt."""
    do.begins = do.past_day(do.petition.answered_at)
    return _ask_review(do)


def _representatives(do: Doing) -> None:
    most = do.office.rules.counts["representatives"]
    count = str(do.data.get("representatives") or 1)
    if not count.isdecimal() or not 0 < int(count[:5]) <= most:
        raise BadAnswer("bad.representatives", most=most)


def _window_over(do: Doing, name: str) -> bool:
    """Whether both dates of the petitioner's window are past."""
    clocks = [c for c in do.book.clocks(do.petition.id) if c.clock == name]
    return bool(clocks) and do.begins > (clocks[-1].rolled_on or clocks[-1].due_on)


def _refuse_review(do: Doing) -> Facts:
    do.petition.outcome, do.petition.delivered_on = "not_accepted", None
    do.petition.answered_at = do.now
    return {"outcome": "not_accepted"}


def _review_opinion(do: Doing) -> Facts:
    outcome = str(do.data["review_outcome"])
    if outcome not in REVIEW_OUTCOMES:
        raise BadAnswer("bad.outcome")
    do.petition.outcome, do.petition.delivered_on = outcome, None
    do.petition.answered_at = do.now
    return {"outcome": outcome}


def _return(do: Doing) -> Facts:
    """Back to the unit that answered, which handles it again."""
    case = do.petition
    case.unit, case.handler = case.answered_by or case.unit, 0
    case.outcome, case.extended, case.accepted_at = "return", False, do.now
    return {"outcome": "return", "unit": case.unit}


def _hold_hearing(do: Doing) -> Facts:
    clock = running.open_clock(do.book, do.petition.id, "rereview")
    if "hearing" not in do.office.rules.clocks["rereview"].pauses:
        raise NotPossibleNow("bad.not_now")
    day = do.day()
    if day < clock.started_on:
        raise BadAnswer("bad.date_between", first=clock.started_on, last=clock.due_on)
    running.pause(do.book, clock, day)
    return {"assigned": day.isoformat()}


def _end_hearing(do: Doing) -> Facts:
    clock = running.open_clock(do.book, do.petition.id, "rereview")
    day = do.day()
    if clock.paused_on and not clock.paused_on <= day <= do.today:
        raise BadAnswer("bad.date_between", first=clock.paused_on, last=do.today)
    longer = running.resume(do.book, do.calendar, clock, day)
    do.moved.append(longer)
    return {"old": clock.due_on.isoformat(), "due": longer.due_on.isoformat()}


CHANGES: dict[str, Callable[[Doing], Facts]] = {
    "ask_review": _ask_review,
    "register_review": _register_review,
    "refuse_review": _refuse_review,
    "review_opinion": _review_opinion,
    "return": _return,
    "ask_rereview": _ask_review,
    "register_rereview": _register_review,
    "refuse_rereview": _refuse_review,
    "hold_hearing": _hold_hearing,
    "end_hearing": _end_hearing,
    "rereview_opinion": _review_opinion,
}
