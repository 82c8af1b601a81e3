"""The steps of the table as an officer takes them: what each asks, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from handlers import forms
from handlers.citizen.cases import chosen_category, first_level, has_first, kinds, second_level
from handlers.forms import Answers, Form, Step
from handlers.officer import absence, intake, look, replies
from handlers.officer.case import (
    SHOWN,
    attached,
    officer,
    open_case,
    sees,
    spoken,
    voices,
)
from handlers.talk import Answer, Talk
from petitions import words
from petitions.book import Draft
from petitions.case import lifecycle, quoting
from petitions.errors import BadAnswer, NotPossibleNow, PetitionError, Unknown
from petitions.law.clocks import local_day
from petitions.matters import (
    appointments,
    campaigns,
    checking,
    gate,
    joint,
    lanes,
    satisfaction,
    together,
    whom,
)
from petitions.matters.aftercare import FINDINGS, WAYS_TO_ASK, YES_NO
from petitions.message import Message
from petitions.telling import looks, views
from petitions.telling.split import shut_out
from petitions.values import categories, checks, codes
from petitions.values.petition import Actor, Kind, Petition, Role
from petitions.verbs import office, signing
from petitions.verbs.acts import DELIVERIES, OUTCOMES, REVIEW_OUTCOMES


def begin(talk: Talk, petition: Petition, action: str) -> Answer:
    """A step of the table: its form, or at once where nothing is to be asked."""
    actor = Actor.officer(officer(talk))
    lifecycle.find(petition, action, actor, talk.office)
    if action == "take":
        petition = office.act(
            talk.book, talk.office, petition.id, "take", actor, {}, talk.now, petition.version
        )
        return [*talk.toast("done.take"), *open_case(talk, petition)]
    known: dict[str, str] = {}
    if action == "register":
        known = _proposal(talk, petition)
    if action == "transcribe":
        said = spoken(talk, petition)
        if not said:
            raise Unknown("bad.no_voice")
        known = {"spoken": said[0][0]} if len(said) == 1 else {}
    if petition.sealed and petition.kind is not Kind.ACCUSATION:
        known["sealed"] = "yes"
    if (petition.sealed or petition.kind is Kind.ACCUSATION) and whom.doubtful(
        talk.book, talk.office, petition
    ):
        known["doubtful"] = "yes"
    form = "opinion" if action == "reply" and lifecycle.request(petition, talk.office) else action
    return forms.start(
        talk, f"desk_{form}", petition.id, known,
        number=petition.number, version=petition.version,
    )  # fmt: skip


def _proposal(talk: Talk, petition: Petition) -> dict[str, str]:
    """Kind and category as they stand, or as the words suggest; the officer decides."""
    category = categories.find(petition.category)
    if category is None:
        words = " ".join(t.body for t in talk.book.texts(petition.id) if t.part in SHOWN)
        category = next(iter(categories.suggest(words)), None)
    known = {"kind": str(petition.kind or "request"), "way": petition.way or "6"}
    if category:
        known["category1"] = category.parent or category.id
        known["category2"] = category.id if category.parent else ""
    return known


def _submit(action: str) -> Callable[[Talk, Draft], Answer]:
    def submit(talk: Talk, draft: Draft) -> Answer:
        actor = Actor.officer(officer(talk))
        version = int(draft.data["version"])
        petition = talk.book.petition(draft.case)
        if petition.version != version:
            return _changed(talk, draft, petition, action)
        data = _data(action, draft)
        tells = lifecycle.find(petition, action, actor, talk.office).tells
        petition = office.act(
            talk.book, talk.office, draft.case, action, actor, data, talk.now, version
        )
        own = f"done.desk_{action}"
        shut = shut_out(talk.book, talk.office, petition, actor.unit)
        if shut and any(side.startswith("petitioner:") for side in tells):
            own = f"done.{shut}"
        done = talk.say(
            own if words.has(own) else "done.desk",
            number=petition.number,
            unit=talk.office.unit_name(petition.unit, talk.lang),
            action=talk.say(f"action.{action}"),
        )
        if not sees(talk, petition):
            return [Message(done, ((talk.button("button.desk", "q2", "desk"),),))]
        return [Message(done), *open_case(talk, petition)]

    return submit


def _changed(talk: Talk, draft: Draft, petition: Petition, action: str) -> Answer:
    """Something was done meanwhile: the case as it is now, and what was written once more; to be
    sent again, or to be copied where the step is possible no more."""
    case = open_case(talk, petition) if sees(talk, petition) and look.may(talk, petition) else []
    try:
        lifecycle.find(petition, action, Actor.officer(officer(talk)), talk.office)
    except PetitionError:
        words = forms.written(talk, draft)
        lost = [Message(talk.say("bad.changed_lost") + "\n\n" + words)] if words else []
        return [Message(talk.say("bad.changed")), *lost, *case]
    draft.data["version"] = petition.version
    return [Message(talk.say("bad.changed_kept")), *case, *forms.again(talk, draft)]


def _data(action: str, draft: Draft) -> dict[str, Any]:
    answers: dict[str, Any] = {k: v for k, v in draft.data["answers"].items() if v}
    if action == "register":
        answers["category"] = chosen_category(draft.data["answers"])
    if action == "visit_record":
        answers["visit_reasons"] = [answers["visit_reasons"]] if "visit_reasons" in answers else []
    return {**answers, "files": draft.data["files"], "voice": dict(draft.data["voice"])}


def _submit_open_name(talk: Talk, draft: Draft) -> Answer:
    me = officer(talk)
    why = look.said(talk, draft.data["answers"])
    who = office.open_name(talk.book, talk.office, draft.case, me, why, talk.now)
    said = talk.say(
        "case.name",
        number=draft.data["number"],
        name=quoting.plain(who.name) or talk.say("case.unnamed"),
        address=quoting.plain(who.address) or "—",
        contact=who.contact or talk.say("choice.here"),
        id_number=who.id_number or "—",
    )
    back = talk.button("button.back_to_case", "d", draft.case, "open")
    said += _given_names(talk, talk.book.petition(draft.case))
    return [Message(said, ((back,),), protect=True), *_speakers(talk, draft.case)]


def _given_names(talk: Talk, petition: Petition) -> str:
    """What its petitioner called the attachments: it may name somebody, and comes with the name."""
    given = attached(talk, petition)
    shown = looks.neutral_names(talk.book, petition, talk.lang)
    lines = [talk.say("case.file_name", shown=shown[f.file], given=quoting.plain(f.name))
             for f in given if f.file in shown]  # fmt: skip
    return "\n".join(["", "", talk.say("case.file_names"), *lines]) if lines else ""


def _speakers(talk: Talk, case: int) -> Answer:
    """The other representatives of a joint petition; signers stay closed."""
    petition = talk.book.petition(case)
    if not petition.members:
        return []
    others = [m for m in joint.representatives(talk.book, case) if m.person != petition.person]
    lines = [talk.say("case.speakers", count=petition.members)]
    lines += [talk.say("case.speaker", name=quoting.plain(m.identity.name),
                       contact=m.identity.contact)
              for m in others]  # fmt: skip
    return [Message("\n".join(lines), protect=True)]


def _submit_open_voice(talk: Talk, draft: Draft) -> Answer:
    """What was said, to be heard: with a reason, logged and told."""
    actor, why = Actor.officer(officer(talk)), look.said(talk, draft.data["answers"])
    petition = talk.book.petition(draft.case)
    heard = tuple(talk.book.file_ref(t.file) for t in voices(talk, petition))
    if not heard:
        raise Unknown("bad.no_voice")
    office.act(talk.book, talk.office, draft.case, "open_voice", actor, {"why": why}, talk.now)
    back = talk.button("button.back_to_case", "d", draft.case, "open")
    said = talk.say("case.voices", number=petition.number, count=len(heard))
    return [Message(said, ((back,),), heard, protect=True)]


def _who_asks(first: bool) -> Callable[[Talk, Draft], list[tuple[str, str]]]:
    """Guests of the case who ask for an identity check, by the number they were given; `first`:
    to whom a first officer has said yes."""

    def listed(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
        history = list(talk.book.history(draft.case))
        return [
            (str(task.id), talk.say("choice.check", check=task.id))
            for task in talk.book.tasks(case=draft.case)
            if checking.guest_of(task) and bool(checking.first_of(history, task)) == first
        ]

    return listed


def _submit_new_code(talk: Talk, draft: Draft) -> Answer:
    actor = Actor.officer(officer(talk))
    why = draft.data["answers"]["why"]
    given = office.renew_code(talk.book, talk.office, draft.case, actor, why, talk.now)
    return talk.tell("done.desk_new_code", number=given.petition.number, code=given.code)


def _submit_give_pin(talk: Talk, draft: Draft) -> Answer:
    """A one-time code, for the petitioner alone: they set the PIN themselves."""
    actor = Actor.officer(officer(talk))
    why = draft.data["answers"]["why"]
    code = office.give_pin(talk.book, talk.office, draft.case, actor, why, talk.now)
    return [*talk.tell("done.desk_give_pin", number=draft.data["number"]),
            *intake.pin_link(talk, code)]  # fmt: skip


def _submit_propose_join(talk: Talk, draft: Draft) -> Answer:
    """Both petitioners are asked; neither hears what the other filed before both said yes."""
    answers = draft.data["answers"]
    petition = signing.propose(
        talk.book, talk.office, officer(talk), draft.case, answers["into"], answers["why"],
        talk.now,
    )  # fmt: skip
    done = talk.tell("done.desk_propose_join", number=petition.number)
    return [*done, *open_case(talk, petition)]


def _units(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Where a case may be passed on: those that serve its matter or place first."""
    petition = talk.book.petition(draft.case)
    place = next((t.body for t in talk.book.texts(draft.case) if t.part == "place"), "")

    def fit(id: str) -> int:
        unit = talk.office.units[id]
        matter = any(petition.category.startswith(m) for m in unit.matters if m)
        named = id == petition.proposed_unit
        return -(4 * named + 2 * matter + any(p in place for p in unit.places if p))

    sealed = petition.kind is Kind.ACCUSATION
    ids = [
        u for u, unit in talk.office.units.items()
        if u not in (petition.unit, talk.office.bureau) and unit.accusations == sealed
    ]  # fmt: skip
    return [(u, talk.office.unit_name(u, talk.lang)) for u in sorted(ids, key=fit)]


def _any_unit(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Whoever a meeting may ask, the unit that has the case first."""
    mine = talk.book.petition(draft.case).unit
    ids = sorted((u for u, x in talk.office.units.items() if not x.accusations),
                 key=lambda u: u != mine)  # fmt: skip
    return [(u, talk.office.unit_name(u, talk.lang)) for u in ids]


def _reasons(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(code, talk.say(f"reason.{code}")) for code in talk.office.rules.refusals]


def _ways(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(way, talk.say(f"way.{way}")) for way in talk.office.rules.ways]


def _coded(family: str, codes: Iterable[str]) -> Any:
    """Choices whose labels are a family of words."""
    return lambda talk, draft: [(code, talk.say(f"{family}.{code}")) for code in codes]


def _date(name: str = "date") -> Step:
    return Step(name, lambda t, x: checks.day(x))


def _promises(answers: Answers) -> bool:
    return bool(answers.get("promise"))


def _low(answers: Answers) -> bool:
    """Whether somebody was less than satisfied."""
    return bool({answers.get("level_bureau"), answers.get("level_unit")} & {"fairly", LOW})


LOW = "dissatisfied"
EARLIER = 100
"""Earlier answers of the unit that a new one is compared with."""
ALIKE = 5
"""Cases suggested as the same matter."""


def _hours(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(str(hour), f"{hour}:00") for hour in appointments.HOURS]


def _meeting(draft: Draft) -> str:
    return str(draft.data["answers"].get("meeting", "visit"))


def _places(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(p, talk.say(f"place.{p}")) for p in appointments.PLACES[_meeting(draft)]]


def _has_expert(answers: Answers) -> bool:
    return bool(appointments.KINDS.get(answers.get("meeting", "")))


def _experts(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Mediators, lawyers, counsellors who can be reached."""
    role = appointments.KINDS[_meeting(draft)]
    found = [o for o in talk.book.seated() if o.role is role]
    if not found:
        raise NotPossibleNow("bad.no_expert", role=talk.say(f"role.{role}"))
    unit = {o.id: talk.office.unit_name(o.unit, talk.lang) for o in found}
    return [(str(o.id), f"{unit[o.id]} · {absence.label(talk, o)}") for o in found]


def _ways_to_ask(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """By telephone, at the window, by letter; in person only where that was agreed."""
    today = local_day(talk.now, talk.office.zone)
    agreed = {a.place for a in talk.book.appointments(draft.case)
              if (a.kind, a.state) == ("visit", "agreed") and a.day <= today}  # fmt: skip
    return [(way, talk.say(f"asked_how.{way}")) for way in WAYS_TO_ASK
            if way not in appointments.PLACES["visit"] or way in agreed]  # fmt: skip


def _low_reasons(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    known = talk.office.rules.satisfaction.reasons
    codes = dict.fromkeys([*known["bureau"], *known["unit"]])
    return [(code, talk.say(f"why.{code}")) for code in codes]


def _request(answers: Answers) -> bool:
    return answers.get("kind") == "request"


def _into(talk: Talk, text: str) -> str:
    number = codes.read_number(text)
    if number is None:
        raise BadAnswer("bad.merge")
    return number


def _linked(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Cases that are handled side by side with this one."""
    numbers = [talk.book.petition(id).number for id in talk.book.links(draft.case)]
    return [(number, number) for number in numbers]


def _alike(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Cases that may be about the same matter and that this officer may see; none by words that
    are sealed to them."""
    whole = talk.office.reads_sealed(officer(talk).unit)
    if talk.book.petition(draft.case).sealed and not whole:
        return []
    found = [talk.book.petition(id) for id in talk.book.alike(draft.case, ALIKE)]
    linked = talk.book.links(draft.case)
    return [
        (c.number, f"{c.number} · {views.category_name(c.category, talk.lang)}")
        for c in found
        if sees(talk, c) and c.id not in linked and (whole or not c.sealed)
    ]


def _campaigns(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Campaigns under way; skipped: none of them."""
    return [(str(c.id), c.name) for c in talk.book.campaigns() if c.state == "open"]


def _lanes(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Special lanes that are open."""
    today = local_day(talk.now, talk.office.zone)
    return [(one.id, one.name) for one in lanes.every(talk.book) if one.open(today)]


def _voices(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Voice messages of the case that this officer may hear, and write down."""
    return spoken(talk, talk.book.petition(draft.case))


def _written_down(talk: Talk, text: str) -> str:
    draft = forms.open_draft(talk)
    voice = draft.data["answers"].get("spoken", "") if draft else ""
    return checks.spoken(voice.partition(":")[2], text, talk.office.dial)


def _saved(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    petition = talk.book.petition(draft.case)
    found = [replies.filled(talk, petition, body)
             for _, body in talk.book.saved_replies(officer(talk).unit)]  # fmt: skip
    return [(body, body[:40]) for body in found]


def _gate(talk: Talk, draft: Draft) -> list[str]:
    """The reply gate: what a reader may miss. The opinion names the review right by itself."""
    answers, petition = draft.data["answers"], talk.book.petition(draft.case)
    texts = talk.book.texts(draft.case)
    said = {part: next((t.body for t in texts if t.part == part), "") for part in SHOWN[:2]}
    answer = gate.Answer(
        answers.get("reply", ""), said["facts"], said["request"],
        basis=answers.get("basis", "") or ("" if draft.form == "desk_opinion" else "—"),
        review=True, others=talk.book.answers_of(petition.unit, draft.case, EARLIER),
    )  # fmt: skip
    found = gate.hints(answer)
    lines = [talk.say(f"gate.{hint.code}", what=hint.what) for hint in found]
    return ["", talk.say("gate.head"), *lines] if lines else []


def _colleagues(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Who of the unit may take the case over."""
    me = officer(talk)
    found = absence.colleagues(talk, me)
    if not found:
        raise NotPossibleNow("bad.no_colleague")
    return [(str(o.id), absence.label(talk, o)) for o in found]


def _leaders(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Who may take charge of a hard case."""
    found = [o for o in talk.book.seated() if o.role is Role.LEADER]
    if not found:
        raise NotPossibleNow("bad.no_leader")
    unit = {o.id: talk.office.unit_name(o.unit, talk.lang) for o in found}
    return [(str(o.id), f"{unit[o.id]} · {absence.label(talk, o)}") for o in found]


def long(name: str, choices: Any = None) -> Step:
    """A step that asks for a long text, perhaps in several messages."""
    return Step(name, lambda t, x: checks.words(x), choices, long=True, voice=False)


def middle(name: str) -> Step:
    """A step that asks for a text of middling length."""
    return Step(name, lambda t, x: checks.words(x, checks.MIDDLE))


_OUTCOME = Step("outcome", None, _coded("outcome", OUTCOMES))


_REVIEW = (Step("review_outcome", None, _coded("outcome", REVIEW_OUTCOMES)), long("reply"))


_UNIT = Step("unit", None, _units)


_SUMMARY = Step(
    "summary", lambda t, x: checks.words(x), long=True, when=lambda answers: "sealed" in answers
)  # fmt: skip
"""What a unit reads of a sealed case."""


def _not_whom(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """The sentence itself: it is kept as it was said."""
    said = talk.say("choice.not_whom")
    return [(said, said)]


_NOT_WHOM = Step(
    "not_whom", lambda t, x: checks.words(x, checks.MIDDLE), _not_whom,
    when=lambda answers: "doubtful" in answers,
)  # fmt: skip
"""That a unit isn't whom it is about, where that isn't plain."""


_PAPER_REVIEW = (
    long("review_why"), _date(), Step("representatives", lambda t, x: checks.people(x), skip=True)
)  # fmt: skip


_WHEN = (
    Step("meeting_place", None, _places),
    _date(),
    Step("meeting_hour", None, _hours, columns=4),
    Step("meeting_where", lambda t, x: checks.words(x, checks.MIDDLE), skip=True),
)


ACTIONS: dict[str, tuple[Step, ...]] = {
    "register": (
        Step("kind", None, kinds),
        Step("way", None, _ways, when=_request),
        Step("category1", None, first_level, columns=2),
        Step("category2", None, second_level, columns=2, when=has_first, after="category1"),
    ),
    "sort": (Step("way", None, _ways),),
    "pass_on": (_UNIT, _NOT_WHOM, _SUMMARY),
    "pass_simple": (_UNIT, _NOT_WHOM, _SUMMARY),
    "assign": (_UNIT, _NOT_WHOM, _date(), _SUMMARY),
    "lead": (
        middle("where"),
        Step("bring", lambda t, x: checks.words(x, checks.MIDDLE), skip=True),
    ),
    "external_date": (_date(),),
    "urgent": (middle("why"),),
    "supervise": (middle("why"),),
    "answer_supervision": (long("supervision_answer"),),
    "end_supervision": (middle("why"),),
    "assist": (_UNIT, _NOT_WHOM, _date()),
    "call_help": (_UNIT, middle("help_what")),
    "answer_call": (Step("coming", None, _coded("coming", together.COMING)), middle("help_how")),
    "contribute": (long("contribution"),),
    "instruct": (middle("instruction"), _date()),
    "to_lane": (Step("lane", None, _lanes),),
    "decide": (long("decision"), Step("unit", None, _any_unit), _NOT_WHOM, _date()),
    "object": (_UNIT, middle("why")),
    "agree_objection": (_NOT_WHOM,),
    "deny_objection": (middle("why"),),
    "settle_unit": (_UNIT, _NOT_WHOM, _SUMMARY),
    "accept": (),
    "refuse": (Step("reason", None, _reasons), middle("where")),
    "to_ordinary": (middle("why"),),
    "investigate": (long("finding"),),
    "mediate": (long("agreement"),),
    "ask_extension": (Step("days", lambda t, x: checks.people(x)), middle("why")),
    "extend": (middle("why"),),
    "deny_extension": (middle("why"),),
    "ask": (middle("ask"),),
    "reply": (long("reply", _saved),),
    "opinion": (
        _OUTCOME,
        Step("found", lambda t, x: checks.words(x), skip=True, long=True),
        long("reply", _saved),
        middle("basis"),
        Step("promise", lambda t, x: checks.words(x, checks.MIDDLE), skip=True),
        Step("promised_on", lambda t, x: checks.day(x), skip=True, when=_promises),
    ),
    "deliver": (Step("delivery", None, _coded("delivery", DELIVERIES)), _date()),
    "close": (),
    "register_review": _PAPER_REVIEW,
    "accept_review": (),
    "refuse_review": (middle("why"),),
    "review_opinion": _REVIEW,
    "return": (long("reply"),),
    "register_rereview": _PAPER_REVIEW,
    "accept_rereview": (),
    "refuse_rereview": (middle("why"),),
    "hold_hearing": (_date(), middle("where")),
    "end_hearing": (_date(),),
    "rereview_opinion": _REVIEW,
    "rehandle": (
        middle("why"),
        Step("new_evidence", lambda t, x: checks.words(x, checks.MIDDLE), skip=True),
        Step("new_plan", lambda t, x: checks.words(x, checks.MIDDLE), skip=True),
    ),
    "reopen": (middle("why"),),
    "merge": (Step("into", _into), middle("why")),
    "unmerge": (middle("why"),),
    "link": (Step("into", _into, _alike), middle("why")),
    "unlink": (Step("into", None, _linked), middle("why")),
    "propose_join": (Step("into", _into), middle("why")),
    "write": (middle("write"),),
    "note": (middle("note"),),
    "correct": (middle("correction"),),
    "transcribe": (
        Step("spoken", None, _voices),
        Step("transcript", _written_down, long=True),
    ),
    "open_name": look.asked("why"),
    "open_voice": look.asked("why"),
    "check_identity": (Step("who_asks", None, _who_asks(False)), middle("why")),
    "check_again": (Step("who_asks", None, _who_asks(True)), middle("why")),
    "new_code": (middle("why"),),
    "give_pin": (middle("why"),),
    "ask_withdrawal": (middle("withdraw_reason"),),
    "confirm_withdrawal": (middle("why"),),
    "take_back": (),
    "propose_visit": _WHEN,
    "propose_meeting": (
        Step("meeting", None, _coded("meeting", appointments.OFFERED), columns=2),
        Step("colleague", None, _experts, when=_has_expert, after="meeting"),
        *_WHEN,
    ),
    "record_yes": (Step("said_by", None, _coded("how", appointments.SAID_BY)),),
    "record_no": (Step("said_by", None, _coded("how", appointments.SAID_BY)),),
    "cancel_meeting": (middle("why"),),
    "meeting_result": (
        Step("result_of", None, _coded("result_of", appointments.RESULTS), columns=2),
        long("result"),
    ),
    "visit_record": (
        Step("asked_how", None, _ways_to_ask),
        Step("had_notice", None, _coded("yes_no", YES_NO), columns=3),
        Step("had_opinion", None, _coded("yes_no", YES_NO), columns=3),
        Step("finding_of", None, _coded("finding", FINDINGS)),
        Step("level_bureau", None, _coded("level_of", satisfaction.LEVELS), skip=True, columns=3),
        Step("level_unit", None, _coded("level_of", satisfaction.LEVELS), skip=True, columns=3),
        Step("visit_reasons", None, _low_reasons, skip=True, columns=2, when=_low),
        Step("visit_note", lambda t, x: checks.words(x, checks.MIDDLE), skip=True),
    ),
    "explain": (long("explanation"),),
    "offer_review": (),
    "carried_out": (long("done_what"),),
    "recuse": (middle("why"),),
    "hand_over": (Step("colleague", None, _colleagues),),
    "charge": (
        Step("colleague", None, _leaders),
        Step("unit", None, _any_unit),
        Step("team", lambda t, x: checks.line(x, 60)),
        _date(),
        Step("campaign", None, _campaigns, skip=True),
    ),
    "strike_off": (
        Step("standard", None, _coded("standard", campaigns.STANDARDS)),
        long("strike_result"),
        middle("evidence"),
        middle("told_how"),
        Step("still_promised", lambda t, x: checks.day(x), skip=True),
        middle("strike_opinion"),
    ),
    "take": (),
}
"""What each step of the table asks its officer. `opinion` is what `reply` asks for a request:
the written opinion of art. 32."""


WITH_FILES = frozenset(
    {"reply", "opinion", "ask", "write", "note", "contribute", "investigate", "mediate",
     "review_opinion", "return", "rereview_opinion", "deliver", "register_review",
     "register_rereview", "correct", "explain", "carried_out", "meeting_result",
     "answer_supervision", "strike_off", "ask_withdrawal"}
)  # fmt: skip
"""Steps to which files may be added."""


_SUBMITS = {
    "open_name": _submit_open_name, "open_voice": _submit_open_voice,
    "new_code": _submit_new_code, "give_pin": _submit_give_pin,
    "propose_join": _submit_propose_join,
}  # fmt: skip


for _name, _steps in ACTIONS.items():
    if _name == "take":  # nothing to ask
        continue
    forms.register(
        Form(
            f"desk_{_name}",
            _steps,
            _SUBMITS.get(_name) or _submit("reply" if _name == "opinion" else _name),
            files=_name in WITH_FILES,
            notes=_gate if _name in ("reply", "opinion") else None,
            action=f"action.{'reply' if _name == 'opinion' else _name}",
        )
    )
