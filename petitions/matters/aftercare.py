"""The steps after an answer: ratings, what follows from them, follow-ups and their records.

The changes of these actions in a case, found in `CHANGES` as those of `acts/` are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from petitions.book import Planned
from petitions.case import running
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotPossibleNow, NotYours, Unknown
from petitions.matters import appointments, satisfaction
from petitions.values import actions, parts
from petitions.values.petition import Facts, Status
from petitions.values.rating import Level, Rating
from petitions.values.task import Task, TaskKind

# Ratings


def _rating(do: Doing) -> Rating:
    """The rating an action speaks of: of this case, the actor's own, and its window open."""
    found = do.book.rating(do.take_id("rating"))
    if found.case != do.petition.id or found.person != do.actor.id:
        raise NotYours("bad.not_your_rating")
    if do.today > found.until:
        raise NotPossibleNow("bad.rating_over", day=found.until)
    return found


def _touched(do: Doing, rating: Rating) -> bool:
    """Whether somebody of the office was in touch since the first tap."""
    since = rating.first_at or do.now
    return any(
        e.actor.kind == "officer" and actions.of(e.action).contact and e.at >= since
        for e in do.book.history(do.petition.id)
    )


def _rate(do: Doing) -> Facts:
    """The first tap is saved as it is; later ones are changes, as many as the setting says."""
    rating, level = _rating(do), str(do.data.pop("level"))
    if level not in list(Level):
        raise Unknown("bad.stale")
    rules = do.office.rules.satisfaction
    old, touched = rating.level, False
    if old == level:
        raise NotPossibleNow("bad.rated_so")
    if old and rating.changes >= rules.changes:
        raise NotPossibleNow("bad.rating_changes", count=rules.changes)
    if old:
        touched = _touched(do, rating)
        rating.changes += 1
        rating.after_contact += touched
    rating.level, rating.first_at = level, rating.first_at or do.now
    do.book.save_rating(rating)
    facts = _about(do, rating) | {"level": level, "was": old, "contact": touched}
    if level == Level.DISSATISFIED:
        facts["due"] = take_up(do, f"{rating.occasion}{rating.changes}").isoformat()
    elif not touched:
        # A kinder word after a call doesn't end the duty to act: nobody gains by asking for it.
        do.end_tasks("rated_again", TaskKind.TAKE_UP, occasion=rating.occasion)
    return facts


def _about(do: Doing, rating: Rating) -> Facts:
    """The facts of a rating that figures need."""
    return {"rating": rating.id, "body": rating.body, "unit": rating.unit, "of": rating.seq,
            "category": do.petition.category}  # fmt: skip


def take_up(do: Doing, occasion: str) -> date:
    """Not satisfied: the supervisor, outside the rated unit, acts by the day it gives."""
    return _task(do, TaskKind.TAKE_UP, occasion, do.bureau, "take_up",
                 "supervisor.dissatisfied")  # fmt: skip


def _task(do: Doing, kind: TaskKind, occasion: str, unit: str, limit: str, notice: str) -> date:
    """A dated task and word of it, unless the same one is there already; gives its day."""
    until = running.end_of(do.today, do.office.rules.limits[limit], do.calendar)
    case = do.petition.id
    id = do.book.add_task(Task(0, case, kind, occasion, unit, until, do.now))
    if id:
        facts = {"task": id, "due": until.isoformat()}
        side = notice.split(".")[0]
        do.book.plan(Planned(notice, case, f"task:{id}", side, do.now, facts))
    return until


def _rate_more(do: Doing) -> Facts:
    """A reason, an aspect, a few words: each may follow, none must."""
    rating = _rating(do)
    rules, facts = do.office.rules.satisfaction, Facts()
    if not rating.level:
        raise NotPossibleNow("bad.rate_first")
    reason, aspect = do.data.pop("reason", ""), do.data.pop("aspect", "")
    if reason:
        if reason not in rules.reasons[rating.body]:
            raise Unknown("bad.reason")
        held = [r for r in rating.reasons if r != reason]
        rating.reasons = tuple(held if reason in rating.reasons else [*held, reason])
        facts["reasons"] = list(rating.reasons)
    if aspect:
        level = str(do.data.pop("level", ""))
        if aspect not in rules.aspects[rating.body] or level not in list(Level):
            raise Unknown("bad.stale")
        rating.finer = rating.finer | {aspect: level}
        facts |= {"aspect": aspect, "level": level}
    do.book.save_rating(rating)
    return facts | _about(do, rating)


def _consent(do: Doing) -> Facts:
    """Whether the petitioner may be called, and whether the unit may know."""
    rating, what = _rating(do), str(do.data.pop("what"))
    yes = bool(do.data.pop("yes"))
    if what == "call":
        rating.may_call = yes
    elif what == "unit":
        rating.unit_may_know = yes
    else:
        raise Unknown("bad.stale")
    do.book.save_rating(rating)
    return {"what_for": what, "yes": yes, "unit": rating.unit}


def _take_up(do: Doing) -> Facts:
    """Somebody outside the rated unit sees to it; the petitioner is told who and until when."""
    task = do.book.task(do.take_id("task"))
    kinds = (TaskKind.TAKE_UP, TaskKind.AGAIN)
    if task.case != do.petition.id or task.kind not in kinds or task.done_at:
        raise NotPossibleNow("bad.task_done")
    return {"due": task.due_on.isoformat(), "task": task.id, "of_task": task.occasion,
            "late": do.today > task.due_on}  # fmt: skip


def _explain(do: Doing) -> Facts:
    do.end_tasks("explained", TaskKind.TAKE_UP, TaskKind.AGAIN)
    return {}


def _offer_review(do: Doing) -> Facts:
    """With the date its window ends, where it hasn't yet."""
    do.end_tasks("review_offered", TaskKind.TAKE_UP, TaskKind.AGAIN)
    window = next((c for c in do.book.clocks(do.petition.id) if c.clock == "review_ask"), None)
    over = window is None or do.today > (window.rolled_on or window.due_on)
    if window is None or over:
        return {"over": True}
    return {"due": window.due_on.isoformat()}


# Follow-ups


FOLLOW_UP_ANSWERS = ("done", "partly", "no", "later", "never")
"""Did what was promised happen? `later`: ask again; `never`: don't."""
FINDINGS = parts.of("finding_of").codes
"""The same, as a visitor writes it down; `none`: nothing was promised."""
TRIES = 3
"""How often a person tries to reach somebody for one follow-up."""


def _follow_up(do: Doing) -> Facts:
    """Did what was promised happen? Each answer leads somewhere."""
    found = do.book.follow_up(do.take_id("follow_up"))
    case, answer = do.petition, str(do.data.pop("answer"))
    if found.case != case.id or case.person != do.actor.id:
        raise NotYours("bad.not_your_rating")
    if answer not in FOLLOW_UP_ANSWERS:
        raise Unknown("bad.stale")
    if found.answer in ("done", "partly", "no"):
        raise NotPossibleNow("bad.answered_already")
    found.answer, found.answered_at = answer, do.now
    if answer == "later":
        found.due_on = do.today + timedelta(days=do.office.rules.satisfaction.again)
        do.book.plan(satisfaction.follow(do.office, found))
    do.book.save_follow_up(found)
    _found(do, answer, f"follow_up:{found.id}")
    return {"answer": answer, "step": found.step, "follow_up": found.id,
            "unit": case.answered_by, "category": case.category}  # fmt: skip


def _found(do: Doing, finding: str, occasion: str) -> None:
    """The steps that follow from a finding; "no" moves the case, by `not_done`."""
    case = do.petition
    if finding == "partly":
        unit = case.unit if case.unit in do.office.units else do.bureau
        _task(do, TaskKind.PARTLY, occasion, unit, "partly", "desk.task_partly")
    if finding == "never":
        do.book.mute(case.id, case.person, True)


def try_again(do: Doing, task: Task) -> None:
    """Somebody couldn't be reached for a follow-up: another day, a few times."""
    id = task.occasion.split(":")[1]
    found = do.book.follow_up(int(id))
    found.tries += 1
    if found.tries >= TRIES:
        found.answer = "unreached"
    else:
        found.due_on = do.today + timedelta(days=do.office.rules.satisfaction.again)
        do.book.plan(satisfaction.follow(do.office, found))
    do.book.save_follow_up(found)


def _not_done(do: Doing) -> Facts:
    """Back to the unit that answered, to carry out what it promised."""
    case = do.petition
    case.resumed, case.ended_at = case.status, None
    case.unit = case.answered_by or case.unit
    return {"unit": case.unit, "category": case.category}


def _carried_out(do: Doing) -> Facts:
    """Where the case stood before; its petitioner is asked once more whether it is true."""
    case = do.petition
    satisfaction.plan_check(do.book, do.office, case, do.now)
    case.resumed = None
    return {"unit": case.unit, "category": case.category}


def _come_again(do: Doing) -> Facts:
    """The same person on a closed matter: a call, and then explained or reopened."""
    waiting = [t for t in do.book.tasks(case=do.petition.id) if t.kind is TaskKind.AGAIN]
    if waiting:
        raise NotPossibleNow("bad.again_waiting", day=waiting[0].due_on)
    times = sum(e.action == "come_again" for e in do.book.history(do.petition.id))
    until = _task(do, TaskKind.AGAIN, f"again:{times + 1}", do.bureau, "again",
                  "supervisor.come_again")  # fmt: skip
    return {"due": until.isoformat(), "unit": do.petition.answered_by}


# The record that a visitor writes down


WAYS_TO_ASK = ("telephone", "window", "letter", "home", "elsewhere")
"""How the answers of a record were got."""
YES_NO = parts.of("had_notice").codes


def _visit_record(do: Doing) -> Facts:
    """The record the office knows (回访记录). At home or at an agreed place only with the
    petitioner's yes that still stands."""
    case, how = do.petition, str(do.data.pop("asked_how"))
    facts: Facts = {"asked_how": how, "unit": case.answered_by, "category": case.category}
    if how not in WAYS_TO_ASK:
        raise BadAnswer("bad.how")
    if how in appointments.PLACES["visit"]:
        facts["visit"] = appointments.visited(do, how).id
    for name in ("had_notice", "had_opinion"):
        facts[name] = _one_of(do, name, YES_NO)
    finding = _one_of(do, "finding_of", FINDINGS)
    reasons = [str(r) for r in do.data.pop("visit_reasons", [])]
    known = {r for body in do.office.rules.satisfaction.reasons.values() for r in body}
    if not set(reasons) <= known:
        raise Unknown("bad.reason")
    rated = {}
    for body in ("bureau", "unit"):
        level = str(do.data.pop(f"level_{body}", "") or "")
        if level and level not in list(Level):
            raise Unknown("bad.stale")
        facts[f"level_{body}"] = level
        if level and (id := _rate_as_told(do, body, level, reasons)):
            rated[body] = id
    facts |= {"answer": finding, "reasons": reasons, "rated": rated}
    facts |= _settle(do, finding)
    if Level.DISSATISFIED in (facts["level_bureau"], facts["level_unit"]):
        visits = sum(e.action == "visit_record" for e in do.book.history(case.id))
        facts["due"] = take_up(do, f"visit:{visits + 1}").isoformat()
    return facts


def _one_of(do: Doing, name: str, known: tuple[str, ...]) -> str:
    value = str(do.data.pop(name))
    if value not in known:
        raise BadAnswer("bad.stale")
    return value


def _rate_as_told(do: Doing, body: str, level: str, reasons: list[str]) -> int:
    """A level told to a visitor counts where its part is open and hasn't been rated; gives the
    rating's id. A level that somebody tapped themselves is never overwritten."""
    case = do.petition
    found = [r for r in do.book.ratings(case.id) if (r.body, r.person) == (body, case.person)]
    rating = found[-1] if found else None
    if rating is None or rating.level or do.today > rating.until:
        return 0
    rating.level, rating.first_at = level, do.now
    fitting = do.office.rules.satisfaction.reasons[body]
    rating.reasons = tuple(r for r in reasons if r in fitting)
    do.book.save_rating(rating)
    return rating.id


def _settle(do: Doing, finding: str) -> Facts:
    """The follow-up that a person was to ask is answered by the record; where several waited,
    it is the newest, and the others are done with."""
    facts: Facts = {}
    tasks = [t for t in do.book.tasks(case=do.petition.id) if t.kind is TaskKind.FOLLOW_UP]
    for task in tasks:
        do.book.end_task(task.id, do.actor.id, "recorded", do.now)
        found = do.book.follow_up(int(task.occasion.split(":")[1]))
        found.answer = finding if task is tasks[-1] else "superseded"
        found.answered_at = do.now
        do.book.save_follow_up(found)
        facts = {"step": found.step, "follow_up": found.id}
    _found(do, finding, f"visit:{do.today}")
    return facts


def broken(do: Doing, facts: Facts) -> bool:
    """Whether an answer says that a promise wasn't kept, of a case that isn't under way."""
    return (
        do.action in ("follow_up", "visit_record")
        and facts.get("answer") == "no"
        and do.petition.status in (Status.ANSWERED, Status.CLOSED, Status.ENDED)
    )


CHANGES: dict[str, Callable[[Doing], Facts]] = {
    "rate": _rate,
    "rate_more": _rate_more,
    "consent": _consent,
    "take_up": _take_up,
    "explain": _explain,
    "offer_review": _offer_review,
    "follow_up": _follow_up,
    "not_done": _not_done,
    "carried_out": _carried_out,
    "come_again": _come_again,
    "visit_record": _visit_record,
}
