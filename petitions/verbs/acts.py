"""What each action of the table changes in a case, beside its status and clocks.

One function for an action, found in `CHANGES`; it reads the action's data, changes the
petition and gives the facts for the history. An action that only writes words needs none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from petitions.case import reading, running
from petitions.case.conditions import hidden_from, request
from petitions.case.doing import Doing, Facts
from petitions.errors import BadAnswer, NotPossibleNow, NotYours, Unknown
from petitions.law import ladder
from petitions.law.clocks import is_late, local_day
from petitions.law.units import Unit
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
    whom,
)
from petitions.values import actions, checks, parts
from petitions.values.petition import FINAL, TOLD, Kind, Part, Role, Status, Task, TaskKind


def _register(do: Doing) -> Facts:
    case, data = do.petition, do.data
    case.kind, case.waits = Kind(data["kind"]), 0
    case.category = str(data.get("category", ""))
    case.proposed = bool(data.get("proposed", True))
    if case.kind is Kind.REQUEST:
        case.way = _way(do, str(data.get("way") or "6"))
    return {"kind": str(case.kind), "category": case.category, "way": case.way}


def _way(do: Doing, way: str) -> str:
    if way not in do.office.rules.ways:
        raise Unknown("bad.way")
    return way


def _sort(do: Doing) -> Facts:
    do.petition.kind = Kind.REQUEST
    do.petition.way = _way(do, str(do.data["way"]))
    return {"way": do.petition.way}


def _to_unit(do: Doing, id: str) -> Facts:
    """Hand the case to a unit: nobody's there yet."""
    case, unit = do.petition, do.office.unit(id)
    if unit.id == case.unit and case.status is Status.PASSED:
        raise NotPossibleNow("bad.same_unit")
    if case.kind is Kind.ACCUSATION and not unit.accusations:
        raise BadAnswer("bad.only_competent")
    whom.keep_from(do, unit)
    if case.sealed:
        _seal(do, unit)
    facts = {"unit": unit.id, "from": case.unit}
    case.unit, case.handler, case.proposed_unit = unit.id, 0, ""
    return facts


def _seal(do: Doing, unit: Unit) -> None:
    """A sealed case goes to units as a summary."""
    told = do.data.get("summary") or any(t.part == "summary" for t in do.book.texts(do.petition.id))
    if not (unit.reads_sealed or told):
        raise BadAnswer("bad.needs_summary")


def _pass_on(do: Doing) -> Facts:
    return _to_unit(do, do.data["unit"])


def _pass_simple(do: Doing) -> Facts:
    do.petition.simple = True
    return _to_unit(do, do.data["unit"])


def _assign(do: Doing) -> Facts:
    do.ends = do.coming_day()
    # What is assigned from above is no matter for the simple procedure.
    do.petition.simple = False
    return _to_unit(do, do.data["unit"]) | {"assigned": do.ends.isoformat()}


def _external(do: Doing) -> Facts:
    do.ends = do.coming_day()
    return {"assigned": do.ends.isoformat()}


def _lead(do: Doing) -> Facts:
    return {"way": do.petition.way}


def _refuse(do: Doing) -> Facts:
    if do.data["reason"] not in do.office.rules.refusals:
        raise Unknown("bad.reason")
    return {"reason": do.data["reason"]}


def _urgent(do: Doing) -> Facts:
    do.petition.urgent, do.petition.waits = True, 0
    return {}


def _object(do: Doing) -> Facts:
    case, unit = do.petition, do.office.unit(do.data["unit"])
    window = next(
        (c for c in do.book.clocks(case.id) if c.clock == "object" and c.ended_at is None), None
    )
    if window is None or do.today > (window.rolled_on or window.due_on):
        raise NotPossibleNow("bad.object_late")
    if unit.id == case.unit:
        raise BadAnswer("bad.same_unit")
    case.proposed_unit = unit.id
    case.bounces += 1
    return {"unit": unit.id, "bounces": case.bounces}


def _agree_objection(do: Doing) -> Facts:
    return _to_unit(do, do.petition.proposed_unit)


def _accept(do: Doing) -> Facts:
    do.petition.accepted_at = do.now
    do.petition.extended = False
    return {}


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


def _same_person(do: Doing, one: int, other: int) -> bool:
    """Whether two desks are one person's: somebody may hold several."""
    if one == other or not (one and other):
        return one == other
    a, b = do.book.officer(one), do.book.officer(other)
    return bool(a and b and a.chat and a.chat == b.chat)


def _decides(do: Doing) -> None:
    """Who approves isn't who asked; the deputy stands in only for an absent head, or one who
    handles the case."""
    case, actor = do.petition, do.actor
    if _same_person(do, actor.id, case.handler):
        raise NotYours("bad.own_request")
    if actor.role == Role.DEPUTY:
        heads = [o for o in do.book.officers(case.unit) if o.role is Role.HEAD]
        here = [h for h in heads if h.chat and not h.away]
        if any(not _same_person(do, h.id, case.handler) for h in here):
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
    return facts


def _deny_extension(do: Doing) -> Facts:
    _decides(do)
    do.petition.asked_days = 0
    return {}


OUTCOMES = parts.of("outcome").codes
"""What an opinion says to the request (art. 32)."""
REVIEW_OUTCOMES = parts.of("review_outcome").codes
"""What a review says of the answer; `return` is an action of its own."""


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
    for clock in do.book.clocks(case.id):
        if clock.ended_at is None and do.today <= (clock.rolled_on or clock.due_on):
            raise NotPossibleNow("bad.window_open", day=clock.due_on)
    return {}


def _ask_review(do: Doing) -> Facts:
    """To the superior of who answered. A late one is passed on and marked, never refused."""
    case = do.petition
    _representatives(do)
    facts = {"late": _window_over(do, "review_ask" if case.status is not Status.REVIEWED
                                  else "rereview_ask")}  # fmt: skip
    case.unit, case.handler = do.office.superior(case.unit, case.kept_from), 0
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


def _details(do: Doing) -> Facts:
    """Details the petitioner adds after the receipt, or confirms."""
    case, data = do.petition, do.data
    facts: Facts = {}
    if data.get("kind"):
        case.kind = Kind(data["kind"])
        facts["kind"] = str(case.kind)
    if "category" in data:
        case.category = str(data["category"])
        facts["category"] = case.category
    if data.get("people"):
        case.people = int(data["people"])
        facts["people"] = case.people
    if data.get("proxy_for"):
        facts["consent"] = _proxy(do)
    if data.get("id_number"):
        identity = replace(do.book.identity(case.id), id_number=data["id_number"])
        do.book.set_identity(case.id, identity)
        facts["id_number"] = True
    case.proposed = False
    return facts


CONSENTS = ("present", "telephone", "written")
"""How somebody agreed to have their petition filed by another (代办)."""


def _proxy(do: Doing) -> str:
    """Filed for somebody else (代办): the matter is theirs, who filed it speaks for them."""
    consent = str(do.data.pop("proxy_consent", ""))
    if consent not in CONSENTS:
        raise BadAnswer("bad.consent")
    who = do.book.identity(do.petition.id)
    do.data["proxy"] = who.name or "—"
    name = checks.name(str(do.data.pop("proxy_for")))
    do.book.set_identity(do.petition.id, replace(who, name=name))
    return consent


def _contact(do: Doing) -> Facts:
    changes = {k: str(v) for k, v in do.data.get("contact", {}).items()}
    identity = do.book.identity(do.petition.id)
    do.book.set_identity(do.petition.id, replace(identity, **changes))
    return {"changed": sorted(changes)}


def _withdraw(do: Doing) -> Facts:
    do.petition.resumed = do.petition.status
    return {}


def _ask_withdrawal(do: Doing) -> Facts:
    """The petitioner's signed letter goes into the file; nothing ends yet."""
    if not do.data.get("files"):
        raise BadAnswer("bad.needs_paper")
    return {}


def _confirm_withdrawal(do: Doing) -> Facts:
    """Another officer has read the letter."""
    steps = {"ask_withdrawal", "confirm_withdrawal", "take_back"}
    last = [e for e in do.book.history(do.petition.id) if e.action in steps][-1:]
    if not last or last[0].action != "ask_withdrawal":
        raise NotPossibleNow("bad.withdrawal_first")
    if checking.is_same_officer(do, last[0].actor.id):
        raise NotYours("bad.second_officer")
    return _withdraw(do)


def _take_back(do: Doing) -> Facts:
    """Undo a withdrawal: the status and the clocks are what they were."""
    case = do.petition
    limit = do.office.rules.limits["take_back"]
    ended = local_day(case.ended_at, do.office.zone) if case.ended_at else None
    end = running.end_of(ended, limit, do.calendar) if ended else None
    if end is None or do.today > end:
        raise NotPossibleNow("bad.too_late_back", days=limit.days)
    case.status = case.resumed or Status.SUBMITTED
    case.resumed = case.ended_at = None
    do.moved += running.restore(do.book, case.id)
    return {}


def _transcribe(do: Doing) -> Facts:
    """What was said in a voice message, `spoken` being its `entry:part`: for whom that is for. A
    spoken name goes where names are sealed, and not into the case's texts."""
    case = do.petition
    seen = reading.audiences(do.actor, case, do.office)
    spoken = next(
        (t for t in do.book.texts(case.id)
         if f"{t.seq}:{t.part}" == do.data["spoken"] and t.file and t.audience in seen),
        None,
    )  # fmt: skip
    if spoken is None:
        raise Unknown("bad.no_voice")
    if parts.of(spoken.part).identity:
        checked = checks.spoken(spoken.part, do.data.pop("transcript"), do.office.dial)
        who = replace(do.book.identity(case.id), **{spoken.part: checked})
        do.book.set_identity(case.id, who)
    elif spoken.part == "hidden":
        do.data["hidden"] = do.data.pop("transcript")
    do.readers = spoken.audience
    return {"part": spoken.part, "of": spoken.seq}


def _shut_out(do: Doing) -> Facts:
    return {"chats": int(do.data["chats"])}


def _track(do: Doing) -> Facts:
    return {"channel": str(do.data["channel"]), "chat": int(do.data.get("chat", 0))}


def _supplement(do: Doing) -> Facts:
    """A guest's words have a name of their own wherever they are read."""
    if do.actor.role == Part.GUEST:
        voices = do.data.get("voice", {})
        for given in (do.data, voices):
            if "supplement" in given:
                given["guest_words"] = given.pop("supplement")
    return {}


def _colleague(do: Doing, role: Role | None = None) -> int:
    """An officer named by id who can take something on. Raises Unknown."""
    found = do.book.officer(do.take_id("colleague"))
    if found is None or not found.chat or (role and found.role is not role):
        raise Unknown("bad.colleague")
    return found.id


def _hand_over(do: Doing) -> Facts:
    case = do.petition
    id = _colleague(do)
    found = do.book.officer(id)
    if found is None or found.unit != case.unit or id == case.former:
        raise BadAnswer("bad.colleague")
    facts = {"handler": id, "from": case.handler}
    case.handler = id
    return facts


def _recuse(do: Doing) -> Facts:
    """回避: who handles it steps back for good, and the head names somebody else."""
    case = do.petition
    if do.actor.id != case.handler:
        raise NotYours("bad.not_handler")
    case.former, case.handler = do.actor.id, 0
    return {"from": do.actor.id}


def _told(do: Doing) -> Facts:
    """Somebody was told in person: a notice that couldn't be served is, or is tried again."""
    how = str(do.data.pop("how"))
    if how not in TOLD:
        raise Unknown("bad.how")
    task = do.book.task(do.take_id("task"))
    if do.actor.unit not in (task.unit, do.bureau):
        raise NotYours("bad.not_yours")
    if task.case != do.petition.id or not do.book.end_task(task.id, do.actor.id, how, do.now):
        raise NotPossibleNow("bad.task_done")
    if task.kind is TaskKind.FOLLOW_UP and how == "not_reached":
        aftercare.try_again(do, task)
    return {"how": how, "notice": task.notice}


def _urge(do: Doing) -> Facts:
    """Only when a clock of the office has passed, and once a working day."""
    late = [
        c for c in do.book.clocks(do.petition.id)
        if is_late(c, do.today) and do.office.limit_of(c).duty != "petitioner"
        and ladder.speaks(c.clock, do.office.limit_of(c))
    ]  # fmt: skip
    if not late:
        raise NotPossibleNow("bad.not_late")
    urged = [e for e in do.book.history(do.petition.id) if e.action == "urge"]
    worked = do.calendar.to_day(do.today)
    if urged and local_day(urged[-1].at, do.office.zone) >= worked:
        again = do.calendar.after(do.today, 1)
        raise NotPossibleNow("bad.urged_today", day=again)
    limit = do.office.rules.limits["urged"]
    until = running.end_of(do.today, limit, do.calendar)
    unit = do.petition.unit if do.petition.unit in do.office.units else do.bureau
    do.book.add_task(Task(0, do.petition.id, TaskKind.URGED, f"urge:{len(urged) + 1}", unit, until,
                          do.now))  # fmt: skip
    since = [e for e in urged if e.status is do.petition.status]
    return {"urges": len(since) + 1, "assigned": until.isoformat(), "clock": late[0].clock}


def _anonymise(do: Doing) -> Facts:
    do.book.forget_case(do.petition.id)
    do.petition.person = 0
    return {}


def _take(do: Doing) -> Facts:
    if _same_person(do, do.actor.id, do.petition.former):
        raise NotYours("bad.former")
    do.petition.handler = do.actor.id
    return {"handler": do.actor.id}


CHANGES: dict[str, Callable[[Doing], Facts]] = {
    "register": _register,
    "sort": _sort,
    "pass_on": _pass_on,
    "pass_simple": _pass_simple,
    "assign": _assign,
    "external_date": _external,
    "lead": _lead,
    "refuse": _refuse,
    "urgent": _urgent,
    "object": _object,
    "agree_objection": _agree_objection,
    "settle_unit": _pass_on,
    "accept": _accept,
    "to_ordinary": _to_ordinary,
    "ask_extension": _ask_extension,
    "extend": _extend,
    "deny_extension": _deny_extension,
    "reply": _reply,
    "received": _received,
    "deliver": _deliver,
    "close": _close,
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
    "rehandle": _rehandle,
    "reopen": _reopen,
    "merge": _merge,
    "detail": _details,
    "confirm": _details,
    "contact": _contact,
    "withdraw": _withdraw,
    "ask_withdrawal": _ask_withdrawal,
    "confirm_withdrawal": _confirm_withdrawal,
    "take_back": _take_back,
    "transcribe": _transcribe,
    "shut_out": _shut_out,
    "track": _track,
    "claim": _track,
    "supplement": _supplement,
    "anonymise": _anonymise,
    "take": _take,
    "hand_over": _hand_over,
    "recuse": _recuse,
    "told": _told,
    "urge": _urge,
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
