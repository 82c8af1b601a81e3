"""Actions of a petitioner in their case, or of an officer for somebody who has no chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from petitions.case import reading, running
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotPossibleNow, NotYours, Unknown
from petitions.law import ladder
from petitions.law.clocks import is_late, local_day
from petitions.matters import (
    checking,
)
from petitions.values import checks, parts
from petitions.values.person import Part
from petitions.values.petition import Facts, Kind, Status
from petitions.values.task import Task, TaskKind


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
    """The words of a voice message, `spoken` being its `entry:part`: for whom that is for. A
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


CHANGES: dict[str, Callable[[Doing], Facts]] = {
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
    "urge": _urge,
}
