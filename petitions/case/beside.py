"""The second half of the table: what happens beside the way of a case.

Leaders, supervision, many people, what comes afterwards, appointments, the petitioner, guests.
"""

from __future__ import annotations

from petitions.case.conditions import (
    alone_in_chat,
    alone_on_paper,
    at_whom,
    came_from,
    joint,
    may_know,
    must_not_know,
    not_accusation,
    on_paper,
    request,
    reviewable,
    unsealed,
)
from petitions.case.parties import (
    BUREAU,
    CODE,
    FILER,
    GUEST,
    HOLDER,
    LEADER,
    MEMBER,
    OFFICE_ITSELF,
    OFFICERS,
    PETITIONER,
    SUPERVISOR,
    VISITOR,
    By,
    by,
)
from petitions.case.rows import (
    ALL,
    FOLLOWED,
    IN_REVIEW,
    KEPT,
    LIVE,
    OPEN,
    RATED,
    WITH_UNIT,
    Rule,
    S,
    at,
)
from petitions.values.person import Audience
from petitions.values.petition import FINAL

BESIDE: tuple[Rule, ...] = (
    # Leaders: what they heard in person, what they instruct; lanes.
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
        "rehandle", at(S.ANSWERED, S.CLOSED, S.REVIEWED), SUPERVISOR, S.ACCEPTED,
        stops=("*",), starts=("answer",), tells=("petitioner:rehandled", "desk:rehandled"),
        needs=("why",), when=request,
    ),
    Rule(
        "reopen", at(S.REFUSED, S.CLOSED, S.LED), BUREAU, S.REGISTERED,
        stops=("*",), starts=("pass_on",), tells=("petitioner:reopened",), needs=("why",),
    ),
    Rule(
        "merge", at(S.SUBMITTED, S.REGISTERED, S.PASSED), BUREAU, S.MERGED,
        stops=("*",), tells=("petitioner:merged",), needs=("into", "why"),
    ),
    Rule("unmerge", at(S.MERGED), BUREAU, tells=("petitioner:unmerged",), needs=("why",)),
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
        "offer_review", at(S.ANSWERED, S.CLOSED), SUPERVISOR,
        tells=("petitioner:review_offered",), when=reviewable,
    ),
    Rule("follow_up", FOLLOWED, PETITIONER, needs=("answer",)),
    Rule(
        "not_done", FOLLOWED, by(By.PETITIONER, By.VISITOR), S.CARRYING,
        starts=("carry_out",), tells=("desk:not_done", "petitioner:carrying"),
    ),
    Rule(
        "carried_out", at(S.CARRYING), HOLDER, S.ANSWERED, stops=("carry_out",),
        tells=("petitioner:carried_out",), needs=("done_what",), when=came_from(S.ANSWERED),
    ),
    Rule(
        "carried_out", at(S.CARRYING), HOLDER, S.ENDED, stops=("*",),
        tells=("petitioner:carried_out",), needs=("done_what",), when=came_from(S.ENDED),
    ),
    Rule(
        "carried_out", at(S.CARRYING), HOLDER, S.CLOSED, stops=("*",),
        tells=("petitioner:carried_out",), needs=("done_what",),
    ),
    Rule("come_again", at(S.CLOSED, S.ENDED), PETITIONER),
    # Appointments: made only after the petitioner's yes; a visit is proposed by who isn't rated.
    Rule(
        "propose_meeting", LIVE, OFFICERS, tells=("petitioner:meeting_proposed",),
        needs=("meeting", "meeting_place", "date", "meeting_hour"), when=not_accusation,
    ),
    Rule(
        "propose_visit", FOLLOWED | at(S.CARRYING), VISITOR,
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
        "visit_record", FOLLOWED | at(S.CARRYING), VISITOR,
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
    Rule("ask", LIVE - at(S.LED), OFFICERS, tells=("petitioner:asked",), needs=("ask",)),
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
    # Units that must not see it, said later; and out of the hands of these.
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
    Rule("urge", OPEN | IN_REVIEW | at(S.CARRYING), PETITIONER, tells=("up:urged",)),
    Rule("call_me", KEPT, PETITIONER, tells=("bureau:call_wanted",), when=must_not_know),
    Rule("call_me", KEPT, PETITIONER, tells=("desk:call_wanted",)),
    Rule("detail", LIVE, PETITIONER, tells=("desk:detailed",)),
    Rule("contact", KEPT, FILER, tells=("desk:contact_changed",)),
    Rule("confirm", LIVE, PETITIONER),
    Rule(
        "withdraw", OPEN | IN_REVIEW | at(S.LED), FILER, S.WITHDRAWN,
        stops=("*",), tells=("desk:withdrawn",), when=alone_in_chat,
    ),
    Rule("take_back", at(S.WITHDRAWN), FILER, tells=("desk:taken_back",)),
    # On paper: the petitioner's signed letter, and two officers.
    Rule(
        "ask_withdrawal", OPEN | IN_REVIEW | at(S.LED), BUREAU,
        tells=("petitioner:withdrawal_asked",), needs=("withdraw_reason",), when=alone_on_paper,
    ),
    Rule(
        "confirm_withdrawal", OPEN | IN_REVIEW | at(S.LED), BUREAU, S.WITHDRAWN,
        stops=("*",), tells=("petitioner:withdrawn_for", "desk:withdrawn"), needs=("why",),
        when=alone_on_paper,
    ),
    Rule(
        "take_back", at(S.WITHDRAWN), BUREAU,
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
