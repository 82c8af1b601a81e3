"""The first half of the table: the way of a case, from its registration to the re-review."""

from __future__ import annotations

from petitions.case.conditions import (
    accusation,
    bounces_left,
    duty,
    elsewhere,
    last_bounce,
    may_be_simple,
    may_extend,
    not_accusation,
    refusal_undelivered,
    request,
    rereviewable,
    reviewable,
    simple,
    suggestion,
    undelivered,
)
from petitions.case.parties import (
    BUREAU,
    HEAD,
    HOLDER,
    MEMBER,
    OFFICERS,
    PETITIONER,
    SUPERVISOR,
    By,
    by,
)
from petitions.case.rows import ARRIVAL, LIVE, OPEN, WITH_UNIT, WORKED, Rule, S, at
from petitions.values.person import Audience

WAY: tuple[Rule, ...] = (
    # The bureau: register, sort by kind and way, pass on (arts. 22, 31).
    Rule(
        "register", at(S.SUBMITTED), BUREAU, S.REGISTERED,
        tells=("petitioner:registered",), needs=("kind",),
    ),
    Rule("sort", at(S.REGISTERED, S.PASSED), OFFICERS, needs=("way",), when=not_accusation),
    Rule(
        "pass_on", at(S.REGISTERED, S.PASSED), BUREAU, S.PASSED,
        stops=ARRIVAL, tells=("petitioner:passed_accusation", "desk:arrived_sealed"),
        needs=("unit",),
        when=accusation, paper="transfer",
    ),
    Rule(
        "pass_on", at(S.REGISTERED, S.PASSED), BUREAU, S.PASSED,
        stops=ARRIVAL, starts=("notify", "object"),
        tells=("petitioner:passed", "desk:arrived"), needs=("unit",), paper="transfer",
    ),
    Rule(
        "pass_simple", at(S.REGISTERED), BUREAU, S.PASSED,
        stops=ARRIVAL, starts=("notify", "object", "simple_accept"),
        tells=("petitioner:passed", "desk:arrived_simple"), needs=("unit",), when=may_be_simple,
        paper="transfer",
    ),
    Rule(
        "assign", at(S.REGISTERED, S.PASSED), BUREAU, S.PASSED,
        stops=(*ARRIVAL, "assigned"), starts=("notify", "object", "assigned"),
        tells=("petitioner:passed", "desk:assigned"), needs=("unit", "date"),
        when=not_accusation, paper="transfer",
    ),
    Rule(
        "lead", at(S.REGISTERED), BUREAU, S.LED,
        stops=("*",), tells=("petitioner:led",), needs=("where",), when=elsewhere, paper="led",
    ),
    Rule(
        "lead", at(S.PASSED), HOLDER, S.LED,
        stops=("*",), tells=("petitioner:led",), needs=("where",), when=elsewhere, paper="led",
    ),
    Rule(
        "external_date", at(S.LED), OFFICERS, stops=("external",), starts=("external",),
        tells=("petitioner:external_date",), needs=("date",),
    ),
    Rule(
        "refuse", at(S.SUBMITTED, S.REGISTERED), BUREAU, S.REFUSED,
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
        "answer_call", LIVE, by(By.HELPER), tells=("desk:call_answered",),
        needs=("coming", "help_how"), audience=Audience.OFFICE,
    ),
    Rule(
        "contribute", LIVE, by(By.HELPER, By.HOLDER), tells=("desk:contributed",),
        needs=("contribution",), audience=Audience.OFFICE,
    ),
    # The joint meeting (联席会议): a decision with a unit and a day.
    Rule(
        "decide", OPEN | at(S.CARRYING), SUPERVISOR,
        tells=("petitioner:decided", "desk:decided", "helpers:decided"),
        needs=("decision", "unit", "date"), when=not_accusation,
    ),
    # The unit: its matter or not (art. 23).
    Rule(
        "object", at(S.PASSED), HOLDER, S.OBJECTED,
        tells=("bureau:objected",), needs=("unit", "why"), when=bounces_left,
        audience=Audience.OFFICE,
    ),
    Rule(
        "object", at(S.PASSED), HOLDER, S.COORDINATED,
        tells=("supervisor:coordinate",), needs=("unit", "why"), when=last_bounce,
        audience=Audience.OFFICE,
    ),
    Rule(
        "agree_objection", at(S.OBJECTED), BUREAU, S.PASSED,
        stops=ARRIVAL, starts=("notify", "object"),
        tells=("petitioner:passed", "desk:arrived"), paper="transfer",
    ),
    Rule(
        "deny_objection", at(S.OBJECTED), BUREAU, S.PASSED,
        tells=("desk:objection_denied",), needs=("why",), audience=Audience.OFFICE,
    ),
    Rule(
        "settle_unit", at(S.COORDINATED), SUPERVISOR, S.PASSED,
        stops=("object",), tells=("petitioner:passed", "desk:settled"), needs=("unit",),
        paper="transfer",
    ),
    Rule(
        "refuse", at(S.PASSED), HOLDER, S.REFUSED,
        stops=("*",), tells=("petitioner:refused",), needs=("reason", "where"), paper="refused",
    ),
    Rule(
        "accept", at(S.PASSED), HOLDER, S.ACCEPTED,
        stops=ARRIVAL, starts=("simple_answer",), tells=("petitioner:accepted_simple",),
        when=simple, paper="accepted",
    ),
    Rule(
        "accept", at(S.PASSED), HOLDER, S.ACCEPTED,
        stops=ARRIVAL, starts=("answer",), tells=("petitioner:accepted",), when=request,
        paper="accepted",
    ),
    Rule(
        "accept", at(S.PASSED), HOLDER, S.ACCEPTED,
        stops=ARRIVAL, starts=("duty",), tells=("petitioner:accepted_duty",),
        needs=("date", "limit_law"), when=duty, paper="accepted",
    ),
    Rule(
        "record_limit", WORKED, HOLDER, stops=("duty",), starts=("duty",),
        tells=("petitioner:limit_recorded",), needs=("date", "limit_law", "why"), when=duty,
    ),
    Rule(
        "accept", at(S.PASSED), HOLDER, S.ACCEPTED,
        stops=ARRIVAL, starts=("suggestion",), tells=("petitioner:accepted_other",),
        when=suggestion, paper="accepted",
    ),
    Rule(
        "accept", at(S.PASSED), HOLDER, S.ACCEPTED,
        stops=ARRIVAL, tells=("petitioner:accepted_accusation",), when=accusation,
    ),
    # The unit: investigate, mediate, extend, answer (arts. 31–34).
    Rule(
        "to_ordinary", WORKED, HOLDER, stops=("simple_answer",), starts=("answer",),
        tells=("petitioner:to_ordinary",), needs=("why",), when=simple,
    ),
    Rule("investigate", WORKED, by(By.HOLDER, By.HELPER), needs=("finding",)),
    Rule("mediate", WORKED, HOLDER, tells=("petitioner:mediated",), needs=("agreement",)),
    Rule(
        "ask_extension", at(S.ACCEPTED), HOLDER, S.EXTENDING,
        tells=("head:extension_asked",), needs=("days", "why"), when=may_extend,
        audience=Audience.OFFICE,
    ),
    Rule(
        "extend", at(S.EXTENDING), HEAD, S.ACCEPTED,
        tells=("petitioner:extended", "desk:extended"), paper="extended",
    ),
    Rule(
        "deny_extension", at(S.EXTENDING), HEAD, S.ACCEPTED,
        tells=("desk:extension_denied",), needs=("why",), audience=Audience.OFFICE,
    ),
    Rule(
        "reply", WORKED, HOLDER, S.ANSWERED,
        stops=("*",), tells=("petitioner:answered",),
        needs=("outcome", "found", "reply", "basis"), when=request, paper="opinion",
        report="closing",
    ),
    Rule(
        "reply", WORKED, HOLDER, S.ANSWERED,
        stops=("*",), tells=("petitioner:answered_duty",), needs=("reply", "basis"), when=duty,
        paper="duty_answer", report="closing",
    ),
    Rule(
        "reply", WORKED, HOLDER, S.ANSWERED,
        stops=("*",), tells=("petitioner:answered_other",), needs=("reply",), report="closing",
    ),
    # Delivery: the petitioner's windows run from it, never from sending (arts. 35, 36).
    Rule(
        "received", at(S.ANSWERED), PETITIONER, starts=("review_ask",),
        tells=("desk:received",), when=undelivered,
    ),
    Rule(
        "deliver", at(S.ANSWERED), OFFICERS, starts=("review_ask",),
        tells=("petitioner:delivered",), needs=("delivery", "date"), when=undelivered,
    ),
    Rule(
        "received", at(S.REVIEWED), PETITIONER,
        tells=("desk:received",), when=refusal_undelivered,
    ),
    Rule(
        "deliver", at(S.REVIEWED), OFFICERS,
        tells=("petitioner:refusal_delivered",), needs=("delivery", "date"),
        when=refusal_undelivered,
    ),
    Rule(
        "received", at(S.REVIEWED), PETITIONER, starts=("rereview_ask",),
        tells=("desk:received",), when=undelivered,
    ),
    Rule(
        "deliver", at(S.REVIEWED), OFFICERS, starts=("rereview_ask",),
        tells=("petitioner:delivered",), needs=("delivery", "date"), when=undelivered,
    ),
    Rule(
        "close", at(S.LED, S.ANSWERED, S.REVIEWED), OFFICERS, S.CLOSED,
        stops=("*",), tells=("petitioner:closed",),
    ),
    # Review and re-review (arts. 35, 36): a right is never refused by the machine.
    Rule(
        "ask_review", at(S.ANSWERED, S.CLOSED, S.CARRYING), PETITIONER | MEMBER, S.REVIEW_ASKED,
        stops=("*",), starts=("review",),
        tells=("petitioner:review_received", "desk:review_asked"), needs=("review_why",),
        when=reviewable,
    ),
    Rule(
        "register_review", at(S.ANSWERED, S.CLOSED, S.CARRYING), BUREAU, S.REVIEW_ASKED,
        stops=("*",), starts=("review",),
        tells=("petitioner:review_received", "desk:review_asked"),
        needs=("review_why", "date"), when=reviewable,
    ),
    Rule(
        "accept_review", at(S.REVIEW_ASKED), HOLDER, S.REVIEWING,
        tells=("petitioner:review_accepted",),
    ),
    Rule(
        "refuse_review", at(S.REVIEW_ASKED), HOLDER, S.REVIEWED,
        stops=("*",), tells=("petitioner:review_refused",), needs=("why",),
        paper="review_refused",
    ),
    Rule(
        "review_opinion", at(S.REVIEWING), HOLDER, S.REVIEWED,
        stops=("*",), tells=("petitioner:reviewed",), needs=("review_outcome", "reply"),
        paper="review_opinion",
    ),
    Rule(
        "return", at(S.REVIEWING), HOLDER, S.ACCEPTED,
        stops=("*",), starts=("answer",), tells=("petitioner:returned", "desk:returned"),
        needs=("reply",), paper="review_opinion",
    ),
    Rule(
        "ask_rereview", at(S.REVIEWED, S.CLOSED), PETITIONER | MEMBER, S.REREVIEW_ASKED,
        stops=("*",), starts=("rereview",),
        tells=("petitioner:rereview_received", "desk:rereview_asked"), needs=("review_why",),
        when=rereviewable,
    ),
    Rule(
        "register_rereview", at(S.REVIEWED, S.CLOSED), BUREAU, S.REREVIEW_ASKED,
        stops=("*",), starts=("rereview",),
        tells=("petitioner:rereview_received", "desk:rereview_asked"),
        needs=("review_why", "date"), when=rereviewable,
    ),
    Rule(
        "accept_rereview", at(S.REREVIEW_ASKED), HOLDER, S.REREVIEWING,
        tells=("petitioner:rereview_accepted",),
    ),
    Rule(
        "refuse_rereview", at(S.REREVIEW_ASKED), HOLDER, S.CLOSED,
        stops=("*",), tells=("petitioner:rereview_refused",), needs=("why",),
        paper="rereview_refused",
    ),
    Rule(
        "hold_hearing", at(S.REREVIEWING), HOLDER,
        tells=("petitioner:hearing",), needs=("date", "where"),
    ),
    Rule(
        "end_hearing", at(S.REREVIEWING), HOLDER,
        tells=("petitioner:hearing_over",), needs=("date",),
    ),
    Rule(
        "rereview_opinion", at(S.REREVIEWING), HOLDER, S.ENDED,
        stops=("*",), tells=("petitioner:ended",), needs=("review_outcome", "reply"),
        paper="rereview_opinion",
    ),
)  # fmt: skip
