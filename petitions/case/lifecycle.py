"""The one table: in this status, this action, by this party → what follows.

Adding an action means: a row here, a record in `petitions/values/actions.py`, its words. Everything
else (buttons, forms, checks, notices, clocks, documents, `docs/lifecycle.md`) reads these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from petitions.errors import NotPossibleNow, NotYours
from petitions.law.units import Office
from petitions.values import actions
from petitions.values.petition import (
    FINAL,
    GUESTS,
    Actor,
    Audience,
    Entry,
    Kind,
    Part,
    Petition,
    Role,
    Status,
)

S = Status


class By(StrEnum):
    """Who may do it, seen from the case."""

    OFFICE = "office"
    """The office itself, once what it waited for has come about."""

    PETITIONER = "petitioner"
    """The person whose case it is, or a representative of a joint one."""
    FILER = "filer"
    """Who filed it."""
    MEMBER = "member"
    """A representative or signer of a joint petition, not the filer."""
    CODE = "code"
    """Who opened it by number and query code alone: a guest of the case."""
    BUREAU = "bureau"
    """An officer of the office's bureau, or of a bureau that has the case."""
    HOLDER = "holder"
    """An officer of the unit that has the case now."""
    HEAD = "head"
    """The head of the unit that has the case, or the deputy in the head's place."""
    SUPERVISOR = "supervisor"
    """The bureau's supervisor."""
    HELPER = "helper"
    """An officer of a unit that assists."""
    LEADER = "leader"
    """A leader of the bureau: reads, is told, takes charge; works no cases."""
    VISITOR = "visitor"
    """Who asks in person for the bureau: a visitor, or one of its other officers."""
    GUEST = "guest"
    """A mediator, lawyer or counsellor with an appointment that the petitioner agreed to."""


When = Callable[[Petition, Office], bool]
"""What must be true of the case for a row to apply."""


def request(case: Petition, office: Office) -> bool:
    """A request on the petition's own way (art. 31, way 6)."""
    return case.kind is Kind.REQUEST and (not case.way or case.way in office.rules.own_ways)


def elsewhere(case: Petition, office: Office) -> bool:
    """A request that belongs into another procedure (art. 31, ways 1–5)."""
    return case.kind is Kind.REQUEST and not request(case, office)


def suggestion(case: Petition, office: Office) -> bool:
    """A suggestion (art. 29)."""
    return case.kind is Kind.SUGGESTION


def accusation(case: Petition, office: Office) -> bool:
    """An accusation (art. 30)."""
    return case.kind is Kind.ACCUSATION


def not_accusation(case: Petition, office: Office) -> bool:
    """Anything but an accusation."""
    return case.kind is not Kind.ACCUSATION


def reviewable(case: Petition, office: Office) -> bool:
    """A request whose three levels aren't over."""
    return request(case, office) and case.resumed is not Status.ENDED


def simple(case: Petition, office: Office) -> bool:
    """A request in the simple procedure."""
    return request(case, office) and case.simple


def ordinary(case: Petition, office: Office) -> bool:
    """A request in the ordinary procedure."""
    return request(case, office) and not case.simple


def may_be_simple(case: Petition, office: Office) -> bool:
    """A request of one person: joint ones are excluded from the simple procedure."""
    return request(case, office) and case.people == 1


def may_extend(case: Petition, office: Office) -> bool:
    """An ordinary request that hasn't been extended yet."""
    return ordinary(case, office) and not case.extended


def bounces_left(case: Petition, office: Office) -> bool:
    """Not bounced so often yet that a coordinator must decide."""
    return case.bounces < office.rules.counts["bounces"] - 1


def last_bounce(case: Petition, office: Office) -> bool:
    """This objection goes to the coordinator."""
    return case.bounces == office.rules.counts["bounces"] - 1


def undelivered(case: Petition, office: Office) -> bool:
    """The last opinion's delivery isn't recorded yet."""
    return case.delivered_on is None and request(case, office)


def joint(case: Petition, office: Office) -> bool:
    """A joint petition (共同信访)."""
    return case.members > 0


def alone(case: Petition, office: Office) -> bool:
    """Nobody but the filer is in it: nobody else's matter ends with a withdrawal."""
    return case.members <= 1


def unsealed(case: Petition, office: Office) -> bool:
    """Neither sealed nor an accusation."""
    return not case.sealed and not_accusation(case, office)


def alone_in_chat(case: Petition, office: Office) -> bool:
    """Filed by chat, and nobody but the filer is in it."""
    return alone(case, office) and not on_paper(case, office)


def alone_on_paper(case: Petition, office: Office) -> bool:
    """Registered by an officer, and nobody but its petitioner is in it."""
    return alone(case, office) and on_paper(case, office)


def may_know(case: Petition, office: Office) -> bool:
    """Neither sealed nor an accusation, or with the organ that accusations are meant for."""
    unit = office.units.get(case.unit)
    return unsealed(case, office) or (unit is not None and unit.accusations)


def teller(case: Petition, office: Office) -> str:
    """The unit that tells the petitioner in person what no chat could: whoever has the case, or the
    bureau where they may not know whose it is."""
    known = case.unit in office.units and may_know(case, office)
    return case.unit if known else bureau_of(case, office)


def must_not_know(case: Petition, office: Office) -> bool:
    """Sealed or an accusation, and not with the organ that accusations are meant for."""
    return not may_know(case, office)


def bureau_of(case: Petition, office: Office) -> str:
    """The unit that is the bureau of this case: the office's, or the one above it where the case is
    about the bureau itself or its people."""
    return office.bureau_for(case.kept_from) or office.bureau


def hidden_from(case: Petition, unit: str) -> bool:
    """Whether nobody of a unit may know of the case."""
    return unit in case.kept_from


def at_whom(case: Petition, office: Office) -> bool:
    """With a unit that must not see it; or kept from some, and with a unit that is no more."""
    gone = bool(case.kept_from) and case.unit not in office.units
    return gone or hidden_from(case, case.unit)


def on_paper(case: Petition, office: Office) -> bool:
    """Registered by an officer: by letter, telephone, at the window …"""
    return case.channel.in_person


def came_from(status: Status) -> When:
    """Where a case stood before it was to be carried out."""
    return lambda case, office: case.resumed is status


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    action: str
    at: frozenset[Status]
    by: frozenset[By]
    to: Status | None = None
    """The status afterwards; None: unchanged."""
    stops: tuple[str, ...] = ()
    """Clocks; `*`: every one that runs."""
    starts: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    """Notices, each `who:kind`; who is `petitioner`, `desk` (whoever has the case
    afterwards), `bureau`, `head`, `helpers`, `visitor`, `host` (of
    an appointment), `supervisor`, `leader`, `up` (the
    ladder of people, one rung higher each time)."""
    needs: tuple[str, ...] = ()
    """Data without which the action means nothing."""
    when: When | None = None
    paper: str = ""
    """The numbered document it issues."""
    audience: Audience = Audience.EVERYBODY
    """Who sees the entry in the history."""


def _at(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


def _by(*parties: By) -> frozenset[By]:
    return frozenset(parties)


WITH_UNIT = _at(S.PASSED, S.OBJECTED, S.COORDINATED, S.ACCEPTED, S.EXTENDING)
"""A unit has it and hasn't answered."""
WORKED = _at(S.ACCEPTED, S.EXTENDING)
OPEN = _at(S.SUBMITTED, S.REGISTERED) | WITH_UNIT
"""Not yet answered or ended."""
IN_REVIEW = _at(S.REVIEW_ASKED, S.REVIEWING, S.REREVIEW_ASKED, S.REREVIEWING)
LIVE = OPEN | _at(S.LED, S.ANSWERED, S.REVIEWED, S.CARRYING) | IN_REVIEW
ALL = frozenset(Status)
KEPT = ALL - _at(S.WITHDRAWN)
RATED = ALL - _at(S.WITHDRAWN, S.MERGED)
FOLLOWED = _at(S.ANSWERED, S.CLOSED, S.ENDED)
"""Answered, and nobody works on it now."""

PETITIONER, FILER, MEMBER = _by(By.PETITIONER), _by(By.FILER), _by(By.MEMBER)
CODE = _by(By.CODE)
BUREAU, HOLDER, HEAD = _by(By.BUREAU), _by(By.HOLDER), _by(By.HEAD)
OFFICERS = _by(By.BUREAU, By.HOLDER)
SUPERVISOR, VISITOR, LEADER = _by(By.SUPERVISOR), _by(By.VISITOR), _by(By.LEADER)
GUEST, OFFICE_ITSELF = _by(By.GUEST), _by(By.OFFICE)
AT_DESKS = OFFICERS | HEAD | SUPERVISOR | VISITOR | LEADER | GUEST | _by(By.HELPER)
"""Parties that are officers."""
ARRIVAL = ("pass_on", "notify", "object", "simple_accept")
"""Clocks from the receipt to the acceptance."""

RULES: tuple[Rule, ...] = (
    # The bureau: register, sort by kind and way, pass on (arts. 22, 31).
    Rule(
        "register", _at(S.SUBMITTED), BUREAU, S.REGISTERED,
        tells=("petitioner:registered",), needs=("kind",),
    ),
    Rule("sort", _at(S.REGISTERED, S.PASSED), OFFICERS, needs=("way",), when=not_accusation),
    Rule(
        "pass_on", _at(S.REGISTERED, S.PASSED), BUREAU, S.PASSED,
        stops=ARRIVAL, tells=("petitioner:passed", "desk:arrived_sealed"), needs=("unit",),
        when=accusation, paper="transfer",
    ),
    Rule(
        "pass_on", _at(S.REGISTERED, S.PASSED), BUREAU, S.PASSED,
        stops=ARRIVAL, starts=("notify", "object"),
        tells=("petitioner:passed", "desk:arrived"), needs=("unit",), paper="transfer",
    ),
    Rule(
        "pass_simple", _at(S.REGISTERED), BUREAU, S.PASSED,
        stops=ARRIVAL, starts=("notify", "object", "simple_accept"),
        tells=("petitioner:passed", "desk:arrived_simple"), needs=("unit",), when=may_be_simple,
        paper="transfer",
    ),
    Rule(
        "assign", _at(S.REGISTERED, S.PASSED), BUREAU, S.PASSED,
        stops=(*ARRIVAL, "assigned"), starts=("notify", "object", "assigned"),
        tells=("petitioner:passed", "desk:assigned"), needs=("unit", "date"),
        when=not_accusation, paper="transfer",
    ),
    Rule(
        "lead", _at(S.REGISTERED), BUREAU, S.LED,
        stops=("*",), tells=("petitioner:led",), needs=("where",), when=elsewhere,
    ),
    Rule(
        "lead", _at(S.PASSED), HOLDER, S.LED,
        stops=("*",), tells=("petitioner:led",), needs=("where",), when=elsewhere,
    ),
    Rule(
        "external_date", _at(S.LED), OFFICERS, stops=("external",), starts=("external",),
        tells=("petitioner:external_date",), needs=("date",),
    ),
    Rule(
        "refuse", _at(S.SUBMITTED, S.REGISTERED), BUREAU, S.REFUSED,
        stops=("*",), tells=("petitioner:refused",), needs=("reason", "where"), paper="refused",
    ),
    Rule("urgent", OPEN, OFFICERS, tells=("supervisor:urgent",), needs=("why",)),
    Rule(
        "assist", WITH_UNIT, BUREAU, tells=("helpers:assist",), needs=("unit", "date"),
        when=not_accusation,
    ),
    Rule(
        "call_help", WITH_UNIT, HOLDER, tells=("helpers:called",), needs=("unit", "help_what"),
        when=not_accusation, audience=Audience.OFFICE,
    ),
    Rule(
        "answer_call", LIVE, _by(By.HELPER), tells=("desk:call_answered",),
        needs=("coming", "help_how"), audience=Audience.OFFICE,
    ),
    Rule(
        "contribute", LIVE, _by(By.HELPER, By.HOLDER), tells=("desk:contributed",),
        needs=("contribution",), audience=Audience.OFFICE,
    ),
    # The joint meeting (联席会议): a decision with a unit and a day.
    Rule(
        "decide", OPEN | _at(S.CARRYING), SUPERVISOR,
        tells=("petitioner:decided", "desk:decided", "helpers:decided"),
        needs=("decision", "unit", "date"), when=not_accusation,
    ),
    # The unit: its matter or not (art. 23).
    Rule(
        "object", _at(S.PASSED), HOLDER, S.OBJECTED,
        tells=("bureau:objected",), needs=("unit", "why"), when=bounces_left,
        audience=Audience.OFFICE,
    ),
    Rule(
        "object", _at(S.PASSED), HOLDER, S.COORDINATED,
        tells=("supervisor:coordinate",), needs=("unit", "why"), when=last_bounce,
        audience=Audience.OFFICE,
    ),
    Rule(
        "agree_objection", _at(S.OBJECTED), BUREAU, S.PASSED,
        stops=ARRIVAL, starts=("notify", "object"),
        tells=("petitioner:passed", "desk:arrived"), paper="transfer",
    ),
    Rule(
        "deny_objection", _at(S.OBJECTED), BUREAU, S.PASSED,
        tells=("desk:objection_denied",), needs=("why",), audience=Audience.OFFICE,
    ),
    Rule(
        "settle_unit", _at(S.COORDINATED), SUPERVISOR, S.PASSED,
        stops=("object",), tells=("petitioner:passed", "desk:settled"), needs=("unit",),
        paper="transfer",
    ),
    Rule(
        "refuse", _at(S.PASSED), HOLDER, S.REFUSED,
        stops=("*",), tells=("petitioner:refused",), needs=("reason", "where"), paper="refused",
    ),
    Rule(
        "accept", _at(S.PASSED), HOLDER, S.ACCEPTED,
        stops=ARRIVAL, starts=("simple_answer",), tells=("petitioner:accepted_simple",),
        when=simple, paper="accepted",
    ),
    Rule(
        "accept", _at(S.PASSED), HOLDER, S.ACCEPTED,
        stops=ARRIVAL, starts=("answer",), tells=("petitioner:accepted",), when=request,
        paper="accepted",
    ),
    Rule(
        "accept", _at(S.PASSED), HOLDER, S.ACCEPTED,
        stops=ARRIVAL, starts=("suggestion",), tells=("petitioner:accepted_other",),
        when=suggestion,
    ),
    Rule(
        "accept", _at(S.PASSED), HOLDER, S.ACCEPTED,
        stops=ARRIVAL, tells=("petitioner:accepted_other",), when=accusation,
    ),
    # The unit: investigate, mediate, extend, answer (arts. 31–34).
    Rule(
        "to_ordinary", WORKED, HOLDER, stops=("simple_answer",), starts=("answer",),
        tells=("petitioner:to_ordinary",), needs=("why",), when=simple,
    ),
    Rule("investigate", WORKED, _by(By.HOLDER, By.HELPER), needs=("finding",)),
    Rule("mediate", WORKED, HOLDER, tells=("petitioner:mediated",), needs=("agreement",)),
    Rule(
        "ask_extension", _at(S.ACCEPTED), HOLDER, S.EXTENDING,
        tells=("head:extension_asked",), needs=("days", "why"), when=may_extend,
        audience=Audience.OFFICE,
    ),
    Rule(
        "extend", _at(S.EXTENDING), HEAD, S.ACCEPTED,
        tells=("petitioner:extended", "desk:extended"), needs=("why",), paper="extended",
    ),
    Rule(
        "deny_extension", _at(S.EXTENDING), HEAD, S.ACCEPTED,
        tells=("desk:extension_denied",), needs=("why",), audience=Audience.OFFICE,
    ),
    Rule(
        "reply", WORKED, HOLDER, S.ANSWERED,
        stops=("*",), tells=("petitioner:answered",), needs=("outcome", "reply", "basis"),
        when=request, paper="opinion",
    ),
    Rule(
        "reply", WORKED, HOLDER, S.ANSWERED,
        stops=("*",), tells=("petitioner:answered_other",), needs=("reply",),
    ),
    # Delivery: the petitioner's windows run from it, never from sending (arts. 35, 36).
    Rule(
        "received", _at(S.ANSWERED), PETITIONER, starts=("review_ask",),
        tells=("desk:received",), when=undelivered,
    ),
    Rule(
        "deliver", _at(S.ANSWERED), OFFICERS, starts=("review_ask",),
        tells=("petitioner:delivered",), needs=("delivery", "date"), when=undelivered,
    ),
    Rule(
        "received", _at(S.REVIEWED), PETITIONER, starts=("rereview_ask",),
        tells=("desk:received",), when=undelivered,
    ),
    Rule(
        "deliver", _at(S.REVIEWED), OFFICERS, starts=("rereview_ask",),
        tells=("petitioner:delivered",), needs=("delivery", "date"), when=undelivered,
    ),
    Rule(
        "close", _at(S.LED, S.ANSWERED, S.REVIEWED), OFFICERS, S.CLOSED,
        stops=("*",), tells=("petitioner:closed",), paper="closing",
    ),
    # Review and re-review (arts. 35, 36): a right is never refused by the machine.
    Rule(
        "ask_review", _at(S.ANSWERED, S.CLOSED, S.CARRYING), PETITIONER | MEMBER, S.REVIEW_ASKED,
        stops=("*",), starts=("review",),
        tells=("petitioner:review_received", "desk:review_asked"), needs=("review_why",),
        when=reviewable,
    ),
    Rule(
        "register_review", _at(S.ANSWERED, S.CLOSED, S.CARRYING), BUREAU, S.REVIEW_ASKED,
        stops=("*",), starts=("review",),
        tells=("petitioner:review_received", "desk:review_asked"),
        needs=("review_why", "date"), when=reviewable,
    ),
    Rule(
        "accept_review", _at(S.REVIEW_ASKED), HOLDER, S.REVIEWING,
        tells=("petitioner:review_accepted",),
    ),
    Rule(
        "refuse_review", _at(S.REVIEW_ASKED), HOLDER, S.REVIEWED,
        stops=("*",), tells=("petitioner:review_refused",), needs=("why",),
        paper="review_opinion",
    ),
    Rule(
        "review_opinion", _at(S.REVIEWING), HOLDER, S.REVIEWED,
        stops=("*",), tells=("petitioner:reviewed",), needs=("review_outcome", "reply"),
        paper="review_opinion",
    ),
    Rule(
        "return", _at(S.REVIEWING), HOLDER, S.ACCEPTED,
        stops=("*",), starts=("answer",), tells=("petitioner:returned", "desk:returned"),
        needs=("reply",), paper="review_opinion",
    ),
    Rule(
        "ask_rereview", _at(S.REVIEWED), PETITIONER | MEMBER, S.REREVIEW_ASKED,
        stops=("*",), starts=("rereview",),
        tells=("petitioner:rereview_received", "desk:rereview_asked"), needs=("review_why",),
    ),
    Rule(
        "register_rereview", _at(S.REVIEWED), BUREAU, S.REREVIEW_ASKED,
        stops=("*",), starts=("rereview",),
        tells=("petitioner:rereview_received", "desk:rereview_asked"),
        needs=("review_why", "date"),
    ),
    Rule(
        "accept_rereview", _at(S.REREVIEW_ASKED), HOLDER, S.REREVIEWING,
        tells=("petitioner:rereview_accepted",),
    ),
    Rule(
        "refuse_rereview", _at(S.REREVIEW_ASKED), HOLDER, S.CLOSED,
        stops=("*",), tells=("petitioner:rereview_refused",), needs=("why",),
        paper="rereview_opinion",
    ),
    Rule(
        "hold_hearing", _at(S.REREVIEWING), HOLDER,
        tells=("petitioner:hearing",), needs=("date", "where"),
    ),
    Rule(
        "end_hearing", _at(S.REREVIEWING), HOLDER,
        tells=("petitioner:hearing_over",), needs=("date",),
    ),
    Rule(
        "rereview_opinion", _at(S.REREVIEWING), HOLDER, S.ENDED,
        stops=("*",), tells=("petitioner:ended",), needs=("review_outcome", "reply"),
        paper="rereview_opinion",
    ),
    Rule(
        "reception", ALL, OFFICERS | LEADER, tells=("petitioner:received_in_person",),
        needs=("reception_outcome",),
    ),
    Rule(
        "instruct", LIVE, LEADER | SUPERVISOR, tells=("desk:instructed", "petitioner:instructed"),
        needs=("instruction", "date"), when=not_accusation,
    ),
    Rule("to_lane", OPEN, BUREAU, tells=("petitioner:to_lane", "desk:to_lane"), needs=("lane",)),
    # Supervision of offices (督办): by the bureau's supervisor, or by rule.
    Rule(
        "supervise", LIVE, SUPERVISOR | OFFICE_ITSELF,
        tells=("petitioner:supervised", "desk:supervised", "head:supervised"), needs=("why",),
        when=not_accusation,
    ),
    Rule(
        "answer_supervision", ALL, HOLDER, tells=("supervisor:supervision_answered",),
        needs=("supervision_answer",), audience=Audience.OFFICE,
    ),
    Rule(
        "end_supervision", ALL, SUPERVISOR,
        tells=("petitioner:supervision_ended", "desk:supervision_ended"), needs=("why",),
    ),
    # Again: another officer, another look (三个重新); one matter told twice.
    Rule(
        "rehandle", _at(S.ANSWERED, S.CLOSED, S.REVIEWED), SUPERVISOR, S.ACCEPTED,
        stops=("*",), starts=("answer",), tells=("petitioner:rehandled", "desk:rehandled"),
        needs=("why",), when=request,
    ),
    Rule(
        "reopen", _at(S.REFUSED, S.CLOSED, S.LED), BUREAU, S.REGISTERED,
        stops=("*",), starts=("pass_on",), tells=("petitioner:reopened",), needs=("why",),
    ),
    Rule(
        "merge", _at(S.SUBMITTED, S.REGISTERED, S.PASSED), BUREAU, S.MERGED,
        stops=("*",), tells=("petitioner:merged",), needs=("into", "why"),
    ),
    Rule("unmerge", _at(S.MERGED), BUREAU, tells=("petitioner:unmerged",), needs=("why",)),
    Rule(
        "link", ALL, OFFICERS, needs=("into", "why"), audience=Audience.OFFICE,
        when=not_accusation,
    ),
    Rule("unlink", ALL, OFFICERS, needs=("into", "why"), audience=Audience.OFFICE),
    # Many people, one matter: by a link, or by a proposal to which each side says yes.
    Rule("make_joint", OPEN, FILER, when=not_accusation),
    Rule("sign", OPEN, MEMBER, audience=Audience.OFFICE, when=joint),
    Rule("leave", ALL, FILER | MEMBER, audience=Audience.OFFICE, when=joint),
    Rule(
        "propose_join", OPEN, BUREAU, tells=("petitioner:join_proposed",),
        needs=("into", "why"), when=not_accusation,
    ),
    Rule("join_asked", OPEN, BUREAU, tells=("petitioner:join_proposed",), needs=("why",),
         when=not_accusation),
    Rule("agree_join", OPEN, FILER),
    Rule("refuse_join", ALL, FILER, tells=("bureau:join_refused",)),
    Rule(
        "joined", OPEN, OFFICE_ITSELF, S.MERGED, stops=("*",), tells=("petitioner:joined",),
    ),
    # Afterwards: what its petitioner thinks of it, and whether the promise was kept.
    Rule("rate", RATED, PETITIONER | MEMBER, audience=Audience.SUPERVISOR),
    Rule("rate_more", RATED, PETITIONER | MEMBER, audience=Audience.SUPERVISOR),
    Rule("consent", RATED, PETITIONER | MEMBER, audience=Audience.SUPERVISOR),
    Rule("take_up", ALL, SUPERVISOR, tells=("petitioner:taken_up",), needs=("task",)),
    Rule("explain", ALL, SUPERVISOR, tells=("petitioner:explained",), needs=("explanation",)),
    Rule(
        "offer_review", _at(S.ANSWERED, S.CLOSED), SUPERVISOR,
        tells=("petitioner:review_offered",), when=request,
    ),
    Rule("follow_up", FOLLOWED, PETITIONER, needs=("answer",)),
    Rule(
        "not_done", FOLLOWED, _by(By.PETITIONER, By.VISITOR), S.CARRYING,
        starts=("carry_out",), tells=("desk:not_done", "petitioner:carrying"),
    ),
    Rule(
        "carried_out", _at(S.CARRYING), HOLDER, S.ANSWERED, stops=("carry_out",),
        tells=("petitioner:carried_out",), needs=("done_what",), when=came_from(S.ANSWERED),
    ),
    Rule(
        "carried_out", _at(S.CARRYING), HOLDER, S.ENDED, stops=("*",),
        tells=("petitioner:carried_out",), needs=("done_what",), when=came_from(S.ENDED),
    ),
    Rule(
        "carried_out", _at(S.CARRYING), HOLDER, S.CLOSED, stops=("*",),
        tells=("petitioner:carried_out",), needs=("done_what",),
    ),
    Rule("come_again", _at(S.CLOSED, S.ENDED), PETITIONER),
    # Appointments: made only after the petitioner's yes; a visit is proposed by who isn't rated.
    Rule(
        "propose_meeting", LIVE, OFFICERS, tells=("petitioner:meeting_proposed",),
        needs=("meeting", "meeting_place", "date", "meeting_hour"), when=not_accusation,
    ),
    Rule(
        "propose_visit", FOLLOWED | _at(S.CARRYING), VISITOR,
        tells=("petitioner:meeting_proposed",), needs=("meeting_place", "date", "meeting_hour"),
    ),
    Rule("agree_meeting", ALL, PETITIONER, tells=("host:meeting_agreed",)),
    Rule("record_yes", ALL, OFFICERS | VISITOR, tells=("host:meeting_agreed",),
         needs=("said_by",)),
    Rule("refuse_meeting", ALL, PETITIONER, tells=("host:meeting_refused",)),
    Rule("record_no", ALL, OFFICERS | VISITOR, tells=("host:meeting_refused",),
         needs=("said_by",)),
    Rule(
        "cancel_meeting", ALL, OFFICERS | VISITOR | GUEST,
        tells=("petitioner:meeting_cancelled", "host:meeting_cancelled"), needs=("why",),
    ),
    Rule(
        "meeting_result", ALL, OFFICERS | GUEST, tells=("petitioner:meeting_result",),
        needs=("result_of", "result"),
    ),
    Rule(
        "visit_record", FOLLOWED | _at(S.CARRYING), VISITOR,
        needs=("asked_how", "had_notice", "had_opinion", "finding_of"),
        audience=Audience.SUPERVISOR,
    ),
    # Whoever works the case, without changing where it stands.
    Rule("take", LIVE, OFFICERS),
    Rule(
        "hand_over", LIVE, HOLDER, tells=("desk:handed",), needs=("colleague",),
        audience=Audience.OFFICE,
    ),
    Rule("recuse", LIVE, HOLDER, tells=("head:recused",), needs=("why",), audience=Audience.OFFICE),
    Rule(
        "ask_recusal", LIVE, PETITIONER, tells=("head:recusal_asked",), needs=("recusal_why",),
    ),
    Rule(
        "charge", LIVE | FOLLOWED, SUPERVISOR, tells=("leader:charged", "petitioner:charged"),
        needs=("colleague", "unit", "team", "date"), when=not_accusation,
    ),
    Rule(
        "strike_off", FOLLOWED, LEADER, tells=("supervisor:struck_off",),
        needs=("standard", "strike_result", "evidence", "told_how", "strike_opinion"),
        audience=Audience.OFFICE,
    ),
    Rule("told", ALL, OFFICERS | VISITOR, needs=("task", "how")),
    Rule("ask", LIVE - _at(S.LED), OFFICERS, tells=("petitioner:asked",), needs=("ask",)),
    Rule("write", KEPT, OFFICERS, tells=("petitioner:wrote",), needs=("write",)),
    Rule("note", ALL, OFFICERS | LEADER, needs=("note",), audience=Audience.OFFICE),
    Rule("correct", ALL, OFFICERS, tells=("petitioner:corrected",), needs=("correction",)),
    Rule("transcribe", LIVE, OFFICERS, tells=("petitioner:transcribed",),
         needs=("spoken", "transcript")),
    Rule(
        "open_name", ALL, BUREAU | VISITOR, tells=("petitioner:name_opened",), needs=("why",),
    ),
    Rule(
        "open_name", ALL, HOLDER, tells=("petitioner:name_opened",), needs=("why",),
        when=may_know,
    ),
    Rule(
        "open_name", ALL, GUEST, tells=("petitioner:name_opened",), needs=("why",),
        when=unsealed,
    ),
    Rule("open_voice", ALL, BUREAU, tells=("petitioner:voice_opened",), needs=("why",)),
    Rule(
        "open_voice", ALL, HOLDER, tells=("petitioner:voice_opened",), needs=("why",),
        when=may_know,
    ),
    Rule(
        "give_pin", ALL, BUREAU, tells=("petitioner:pin_given",), needs=("why",), when=on_paper
    ),
    Rule("set_pin", ALL, OFFICE_ITSELF, tells=("petitioner:pin_set",)),
    Rule("new_code", ALL, BUREAU, tells=("petitioner:code_changed",), needs=("why",)),
    # Who must not see it, said later; and out of the hands of whoever that is.
    Rule("hide", KEPT, PETITIONER, tells=("bureau:hides",), needs=("hidden",)),
    Rule("hide", KEPT, BUREAU, needs=("hidden",)),
    Rule(
        "closed_to", WITH_UNIT, OFFICE_ITSELF, S.REGISTERED, stops=("*",), starts=("pass_on",),
        tells=("petitioner:closed_to", "desk:closed_to"), when=at_whom,
    ),
    Rule(
        "closed_to", ALL, OFFICE_ITSELF, tells=("petitioner:closed_to", "desk:closed_to"),
        when=at_whom,
    ),
    Rule("closed_to", ALL, OFFICE_ITSELF, audience=Audience.OFFICE),
    # The petitioner.
    Rule("supplement", KEPT, PETITIONER, tells=("desk:supplemented",)),
    Rule(
        "supplement", KEPT, CODE,
        tells=("desk:guest_supplemented", "petitioner:guest_supplemented"),
    ),
    Rule("question", KEPT, PETITIONER, tells=("desk:questioned",), needs=("question",)),
    Rule(
        "question", KEPT, MEMBER, tells=("desk:questioned",), needs=("question",),
        audience=Audience.OFFICE,
    ),
    Rule("urge", OPEN | IN_REVIEW | _at(S.CARRYING), PETITIONER, tells=("up:urged",)),
    Rule("call_me", KEPT, PETITIONER, tells=("bureau:call_wanted",), when=must_not_know),
    Rule("call_me", KEPT, PETITIONER, tells=("desk:call_wanted",)),
    Rule("detail", LIVE, PETITIONER, tells=("desk:detailed",)),
    Rule("contact", KEPT, FILER, tells=("desk:contact_changed",)),
    Rule("confirm", LIVE, PETITIONER),
    Rule(
        "withdraw", OPEN | IN_REVIEW | _at(S.LED), FILER, S.WITHDRAWN,
        stops=("*",), tells=("desk:withdrawn",), when=alone_in_chat,
    ),
    Rule("take_back", _at(S.WITHDRAWN), FILER, tells=("desk:taken_back",)),
    # On paper: the petitioner's signed letter, and two officers.
    Rule(
        "ask_withdrawal", OPEN | IN_REVIEW | _at(S.LED), BUREAU,
        tells=("petitioner:withdrawal_asked",), needs=("withdraw_reason",), when=alone_on_paper,
    ),
    Rule(
        "confirm_withdrawal", OPEN | IN_REVIEW | _at(S.LED), BUREAU, S.WITHDRAWN,
        stops=("*",), tells=("petitioner:withdrawn_for", "desk:withdrawn"), needs=("why",),
        when=alone_on_paper,
    ),
    Rule(
        "take_back", _at(S.WITHDRAWN), BUREAU,
        tells=("petitioner:taken_back_for", "desk:taken_back"), when=on_paper,
    ),
    Rule(
        "pressed", ALL, PETITIONER, tells=("supervisor:pressed",), audience=Audience.SUPERVISOR,
    ),
    Rule("renew_code", ALL, FILER),
    Rule("shut_out", ALL, FILER),
    Rule("take_file", ALL, PETITIONER | MEMBER, audience=Audience.OFFICE),
    # Whoever opens it by number and code: a guest, until they prove to be its petitioner.
    Rule("track", ALL, CODE, tells=("petitioner:opened_elsewhere",)),
    Rule("claim", ALL, FILER, tells=("petitioner:claimed",)),
    Rule("ask_check", ALL, CODE, tells=("bureau:check_asked",)),
    Rule(
        "check_identity", ALL, BUREAU, tells=("petitioner:identity_checked",),
        needs=("who_asks", "why"),
    ),
    Rule(
        "check_again", ALL, BUREAU, tells=("petitioner:check_confirmed",),
        needs=("who_asks", "why"),
    ),
    Rule("refuse_check", ALL, FILER, tells=("bureau:check_refused",)),
    Rule("let_in", ALL, OFFICE_ITSELF, tells=("petitioner:let_in",)),
    # Its time is over: who petitioned and what was written is forgotten (docs/retention.md).
    Rule("anonymise", frozenset(FINAL), OFFICE_ITSELF, audience=Audience.OFFICE),
)  # fmt: skip

PARTS: dict[str, frozenset[By]] = {
    "": frozenset({By.PETITIONER, By.FILER}),
    Part.REPRESENTATIVE: frozenset({By.PETITIONER, By.MEMBER}),
    Part.SIGNER: frozenset({By.MEMBER}),
    Part.GUEST: frozenset({By.CODE}),
}
"""What somebody's part in the case makes them."""


def parties(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    """What the actor is to this case."""
    if actor.kind == "petitioner":
        return PARTS[actor.role]
    if actor.kind == "office":
        return OFFICE_ITSELF
    if actor.kind != "officer" or actor.role == Role.ADMINISTRATOR:
        return frozenset()
    if hidden_from(petition, actor.unit):
        return frozenset()
    if apart := APART.get(actor.role):
        return apart(actor, petition, office)
    return _of_bureau(actor, petition, office) | _of_unit(actor, petition, office)


def _visits(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    """A visitor asks for the bureau, once the case was answered."""
    asks = petition.answered_at and not accusation(petition, office)
    return VISITOR if asks and actor.unit == bureau_of(petition, office) else frozenset()


def _leads(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    return LEADER if office.is_bureau(actor.unit) else frozenset()


def _is_guest(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    return GUEST if actor.id in petition.guests else frozenset()


APART: dict[str, Callable[[Actor, Petition, Office], frozenset[By]]] = {
    Role.VISITOR: _visits,
    Role.LEADER: _leads,
    **dict.fromkeys(GUESTS, _is_guest),
}
"""Roles that are something to a case by themselves, whoever has it."""


def _of_bureau(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    """What an officer of the case's bureau is to it."""
    if actor.unit != bureau_of(petition, office):
        return frozenset()
    return BUREAU | VISITOR | (SUPERVISOR if actor.role == Role.SUPERVISOR else frozenset())


def _of_unit(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    """What an officer is to a case that their unit has, or helps with; whose unit is gone, the
    bureau has."""
    holder = petition.unit if petition.unit in office.units else bureau_of(petition, office)
    found = {By.HELPER} if actor.unit in petition.assisting else set()
    if actor.unit == holder:
        found.add(By.HOLDER)
        if office.is_bureau(holder):
            found.add(By.BUREAU)
        if actor.role in (Role.HEAD, Role.DEPUTY):
            found.add(By.HEAD)
    return frozenset(found)


def _rows(petition: Petition, mine: frozenset[By], office: Office) -> list[Rule]:
    """The rows open to these parties here and now."""
    known = office.rules.clocks.keys()
    return [
        rule for rule in RULES
        if rule.by & mine and petition.status in rule.at
        and known >= set(rule.starts)
        and (rule.when is None or rule.when(petition, office))
    ]  # fmt: skip


def find(petition: Petition, action: str, actor: Actor, office: Office) -> Rule:
    """The row for this action here and now.

    Raises NotYours when no row of this action is the actor's, NotPossibleNow when the case
    as it stands has none.
    """
    if not petition.person:
        raise NotPossibleNow("bad.anonymised")
    mine = parties(actor, petition, office)
    if not any(rule.action == action and rule.by & mine for rule in RULES):
        raise NotYours("bad.guest" if actor.role == Part.GUEST else "bad.not_yours")
    rows = _rows(petition, mine, office)
    for rule in rows:
        if rule.action == action:
            return rule
    if actions.of(action).opening:
        raise NotYours("bad.closed_name")
    raise NotPossibleNow("bad.not_now", possible=list(dict.fromkeys(r.action for r in rows)))


def needs(action: str) -> tuple[str, ...]:
    """Data without which an action means nothing; of several rows, what the first needs."""
    return next(rule.needs for rule in RULES if rule.action == action)


def of_officers() -> list[str]:
    """Every action that some officer may take, in the table's order."""
    return list(dict.fromkeys(rule.action for rule in RULES if rule.by & AT_DESKS))


def possible(petition: Petition, actor: Actor, office: Office) -> list[str]:
    """Every action open to the actor: those that move the case first, in the table's order; none
    in a case that was anonymised."""
    if not petition.person:
        return []
    rows = _rows(petition, parties(actor, petition, office), office)
    rows.sort(key=lambda rule: rule.to is None)
    return list(dict.fromkeys(rule.action for rule in rows))


def may_see(actor: Actor, petition: Petition, office: Office) -> bool:
    """Whether the case may be opened at all: its petitioner, its bureau, its holder, those
    who help."""
    return bool(parties(actor, petition, office))


def way_out(status: Status) -> bool:
    """Whether a case can leave this status, or has ended."""
    return status in FINAL or any(status in r.at and r.to not in (None, status) for r in RULES)


def read_by_guests(action: str) -> bool:
    """Whether a guest of the case reads that it happened, and what officers answered: how the case
    moves on, and a few more."""
    return actions.of(action).guests or any(r.to for r in RULES if r.action == action)


def is_own(actor: Actor, entry: Entry) -> bool:
    """Whether an entry is what this petitioner, representative, signer or guest did."""
    return (entry.actor.kind, entry.actor.id) == (actor.kind, actor.id)


def closed(actor: Actor, petition: Petition, entry: Entry, office: Office) -> bool:
    """Whether the words of an entry are closed to somebody who may read that it happened. To a
    guest of the case: all but what officers answered. A petitioner's own words, also as an officer
    took them down, to an officer: to leaders, who read what offices did; and of a sealed case to
    the units, which have a clerk's summary, but for the organ that accusations are meant for."""
    if actor.role == Part.GUEST:
        spoke = entry.actor.kind == "officer" and not actions.of(entry.action).taken_down
        return not ((spoke and read_by_guests(entry.action)) or is_own(actor, entry))
    if actor.kind != "officer" or not (
        entry.actor.kind == "petitioner" or actions.of(entry.action).taken_down
    ):
        return False
    if actor.role == Role.LEADER:
        return True
    return petition.sealed and not office.reads_sealed(actor.unit)


def reads(actor: Actor, petition: Petition, entry: Entry, seen: frozenset[Audience]) -> bool:
    """Whether an entry may be read by somebody who sees these audiences."""
    if actor.role == Part.GUEST:
        public = entry.audience in seen and read_by_guests(entry.action)
        return public or is_own(actor, entry)
    whose = entry.actor.id if entry.actor.kind == "petitioner" else petition.person
    own = actor.kind == "petitioner" and actor.id == whose
    return entry.audience in seen or (own and actions.of(entry.action).own_words)


def audiences(actor: Actor, petition: Petition, office: Office) -> frozenset[Audience]:
    """Which texts and entries of this case the actor may read."""
    mine = parties(actor, petition, office)
    seen = {Audience.EVERYBODY} if mine else set()
    if mine & (OFFICERS | LEADER | {By.HELPER}):
        seen.add(Audience.OFFICE)
    if By.BUREAU in mine and actor.unit == bureau_of(petition, office):
        seen.add(Audience.BUREAU)
    if By.SUPERVISOR in mine:
        seen.add(Audience.SUPERVISOR)
    return frozenset(seen)
