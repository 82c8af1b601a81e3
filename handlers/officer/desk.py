"""The officer's desk: queues by next due date, a case, and every step of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers import forms
from handlers.citizen import rights
from handlers.citizen.cases import (
    archive_of,
    chosen_category,
    first_level,
    has_first,
    kinds,
    second_level,
)
from handlers.forms import Answers, Form, Step
from handlers.talk import Answer, Talk, grid, stacked
from petitions import categories, checks, codes, lifecycle, office, views, words
from petitions.acts import DELIVERIES, OUTCOMES, REVIEW_OUTCOMES
from petitions.book import Draft, Planned, Queue
from petitions.clocks import days_since, local_day
from petitions.errors import BadAnswer, NotYours, Unknown
from petitions.message import Button, Message, packed
from petitions.petition import Actor, Kind, Officer, Petition, Role
from petitions.words import day

LIST = 6
"""Cases of a queue shown at once."""

QUEUES = ("mine", "unit", "free")
"""My cases, my unit's, those nobody has taken."""


def _me(talk: Talk) -> Officer:
    if talk.officer is None:
        raise NotYours("bad.not_officer")
    return talk.officer


def _queue(talk: Talk, queue: str) -> Queue:
    me = _me(talk)
    # Whose unit was taken out of the office file is the bureau's to pass on again.
    known = tuple(talk.office.units) if me.unit == talk.office.bureau else ()
    return Queue(me.unit, {"mine": me.id, "unit": None, "free": 0}[queue], known)


def desk(talk: Talk, rest: str = "") -> Answer:
    """/desk [number]: my queues with their sizes; or one case at once."""
    me = _me(talk)
    number = codes.read_number(rest)
    if number:
        found = talk.book.by_number(number)
        if found is None or not _sees(talk, found):
            return talk.tell("bad.no_case")
        return _open(talk, found)
    buttons = [
        talk.button(
            f"button.queue_{queue}", "q", queue, 0,
            count=talk.book.queue_size(_queue(talk, queue)),
        )
        for queue in QUEUES
    ]  # fmt: skip
    buttons.append(talk.button("button.saved_replies", "reply", "list"))
    if me.role in (Role.HEAD, Role.DEPUTY):
        buttons.append(talk.button("button.be_back" if me.away else "button.go_away", "q2", "away"))
    unit = talk.office.unit_name(me.unit, talk.lang)
    text = talk.say("desk.head", unit=unit, role=talk.say(f"role.{me.role}"), name=me.name)
    return [Message(text, stacked(*buttons))]


def on_queue(talk: Talk, parts: list[str]) -> Answer:
    """A page of a queue: `queue:page`."""
    _me(talk)
    if len(parts) != 2 or parts[0] not in QUEUES or not parts[1].isdecimal() or len(parts[1]) > 6:
        return talk.toast("bad.stale")
    queue, page = parts[0], int(parts[1])
    where = _queue(talk, queue)
    size = talk.book.queue_size(where)
    page = max(0, min(page, (size - 1) // LIST))
    today = local_day(talk.now, talk.office.zone)
    lines = [talk.say(f"desk.{queue}", count=size)]
    buttons = []
    for row in talk.book.queue(where, page * LIST, LIST):
        case = row.petition
        left = (row.due_on - today).days if row.due_on else None
        when = (
            talk.say("desk.no_clock") if left is None
            else talk.say("desk.late" if left < 0 else "desk.left", days=abs(left))
        )  # fmt: skip
        status = talk.say(f"status.{case.status}")
        category = views.category_name(case.category, talk.lang)
        lines.append(
            talk.say("desk.line", number=case.number, status=status, category=category, when=when)
        )
        buttons.append(Button(f"{case.number} · {when}", packed("d", case.id, "open")))
    rows = list(stacked(*buttons))
    turn = []
    if page:
        turn.append(talk.button("button.newer", "q", queue, page - 1))
    if (page + 1) * LIST < size:
        turn.append(talk.button("button.older", "q", queue, page + 1))
    if turn:
        rows.append(tuple(turn))
    rows.append((talk.button("button.desk", "q2", "desk"),))
    return [Message("\n".join(lines), tuple(rows))]


def on_desk(talk: Talk, parts: list[str]) -> Answer:
    """Back to the desk; or leave it for the time being, and come back."""
    me = _me(talk)
    if parts == ["away"]:
        talk.book.set_away(me.id, not me.away)
        talk.officer = talk.book.officer(me.id)
        return [*talk.tell("desk.back" if me.away else "desk.away"), *desk(talk)]
    return desk(talk)


# One case


def _sees(talk: Talk, petition: Petition) -> bool:
    return lifecycle.may_see(Actor.officer(_me(talk)), petition, talk.office)


def on_case(talk: Talk, parts: list[str]) -> Answer:
    """A button of a case: `case:verb` to look, `case:version:action` to act."""
    me = _me(talk)
    if len(parts) < 2 or not parts[0].isdecimal() or len(parts[0]) > 15:
        return talk.toast("bad.stale")
    try:
        petition = talk.book.petition(int(parts[0]))
    except Unknown:
        raise NotYours("bad.not_yours") from None
    if not _sees(talk, petition):
        raise NotYours("bad.not_yours")
    match parts[1:]:
        case ["open"]:
            return _open(talk, petition)
        case ["timeline"]:
            return [views.timeline(talk.book, talk.office, petition, Actor.officer(me), talk.lang)]
        case ["files"]:
            return _files(talk, petition)
        case ["why"]:
            return [replace(m, rows=_back(talk, petition)) for m in rights.why(talk, petition)]
        case ["file"]:
            entries = archive_of(talk, petition, Actor.officer(me))
            said = talk.say("file.here", number=petition.number)
            return [Message(said, archive=tuple(entries))]
        case ["documents"]:
            return rights.papers(talk, petition, Actor.officer(me))
        case [action] if action in _ACTIONS:
            return _begin(talk, petition, action)
        case [version, action] if version.isdecimal() and action in _ACTIONS:
            if int(version[:9]) != petition.version:
                return [*talk.toast("bad.changed"), *_open(talk, petition)]
            return _begin(talk, petition, action)
    return talk.toast("bad.stale")


def _open(talk: Talk, petition: Petition) -> Answer:
    """The case: where it stands, what is asked, and every step that is possible now."""
    me = Actor.officer(_me(talk))
    lang, zone = talk.lang, talk.office.zone
    seen = lifecycle.audiences(me, petition, talk.office)
    texts = talk.book.texts(petition.id)
    today = local_day(talk.now, zone)
    clock = views.next_clock(talk.book.clocks(petition.id))
    handler = talk.book.officer(petition.handler) if petition.handler else None
    days = days_since(petition.received_at, talk.now, zone)
    lines = [
        talk.say(
            "case.head",
            number=petition.number,
            status=talk.say(f"status.{petition.status}"),
            unit=talk.office.unit_name(petition.unit, lang),
            handler=handler.name if handler else talk.say("case.no_handler"),
            kind=views.kind_name(petition, lang),
            category=views.category_name(petition.category, lang),
            people=petition.people,
            day=day(lang, local_day(petition.received_at, zone)),
            days=days,
        )
    ]
    if clock:
        lines.append(views.clock_line(talk.office, clock, today, lang))
    if petition.unit not in talk.office.units:
        lines.append(talk.say("case.unit_gone", unit=petition.unit))
    for text in texts:
        if text.audience in seen and text.part in _SHOWN:
            body = text.body or talk.say("form.voice" if text.file else "text.erased")
            lines.append("")
            lines.append(talk.say("text.line", label=talk.say(f"label.{text.part}"), body=body))
    files = [f for f in talk.book.attachments(petition.id) if f.audience in seen]
    voices = [t for t in texts if t.file and t.audience in seen]
    return [Message("\n".join(lines), _case_rows(talk, petition, me, len(files) + len(voices)),
                    case=petition.id)]  # fmt: skip


_SHOWN = (
    "facts", "request", "place", "hidden", "name", "address", "title",
    "since", "earlier", "supplement", "question", "transcript", "note", "pressed", "why",
    "review_why", "finding", "agreement", "contribution", "correction", "reply",
)  # fmt: skip


def _case_rows(
    talk: Talk, petition: Petition, me: Actor, files: int
) -> tuple[tuple[Button, ...], ...]:
    possible = lifecycle.possible(petition, me, talk.office)
    acts = [
        talk.button(f"action.{action}", "d", petition.id, petition.version, action)
        for action in possible
        if action in _ACTIONS and _offered(talk, petition, action)
    ]
    looks = [talk.button("button.timeline", "d", petition.id, "timeline")]
    if files:
        looks.append(talk.button("button.files", "d", petition.id, "files", count=files))
    looks.append(talk.button("button.why", "d", petition.id, "why"))
    looks.append(talk.button("button.documents", "d", petition.id, "documents"))
    looks.append(talk.button("button.file", "d", petition.id, "file"))
    looks.append(talk.button("button.desk", "q2", "desk"))
    return (*grid(acts, 2), *grid(looks, 2))


def _back(talk: Talk, petition: Petition) -> tuple[tuple[Button, ...], ...]:
    return ((talk.button("button.back_to_case", "d", petition.id, "open"),),)


def _offered(talk: Talk, petition: Petition, action: str) -> bool:
    if action == "take":
        return petition.handler != _me(talk).id
    if action == "transcribe":
        return bool(_spoken(talk, petition))
    return True


def _files(talk: Talk, petition: Petition) -> Answer:
    seen = lifecycle.audiences(Actor.officer(_me(talk)), petition, talk.office)
    refs = [
        talk.book.file_ref(f.file) for f in talk.book.attachments(petition.id) if f.audience in seen
    ]
    voices = [
        talk.book.file_ref(t.file)
        for t in talk.book.texts(petition.id)
        if t.file and t.audience in seen
    ]
    found = tuple({r.id: r for r in (*refs, *voices)}.values())
    return [Message(talk.say("case.files", number=petition.number, count=len(found)), files=found)]


def _begin(talk: Talk, petition: Petition, action: str) -> Answer:
    """A step of the table: its form, or at once where nothing is to be asked."""
    actor = Actor.officer(_me(talk))
    lifecycle.find(petition, action, actor, talk.office)
    if action == "take":
        petition = office.act(
            talk.book, talk.office, petition.id, "take", actor, {}, talk.now, petition.version
        )
        return [*talk.toast("done.take"), *_open(talk, petition)]
    known: dict[str, str] = {}
    if action == "register":
        known = _proposal(talk, petition)
    if action == "transcribe":
        voices = _spoken(talk, petition)
        if not voices:
            raise Unknown("bad.no_voice")
        known = {"spoken": voices[0][0]} if len(voices) == 1 else {}
    form = "opinion" if action == "reply" and lifecycle.request(petition, talk.office) else action
    return forms.start(
        talk, f"desk_{form}", petition.id, known,
        number=petition.number, version=petition.version,
    )  # fmt: skip


def _proposal(talk: Talk, petition: Petition) -> dict[str, str]:
    """Kind and category as they stand, or as the words suggest; the officer decides."""
    category = categories.find(petition.category)
    if category is None:
        words = " ".join(t.body for t in talk.book.texts(petition.id) if t.part in _SHOWN)
        category = next(iter(categories.suggest(words)), None)
    known = {"kind": str(petition.kind or "request"), "way": petition.way or "6"}
    if category:
        known["category1"] = category.parent or category.id
        known["category2"] = category.id if category.parent else ""
    return known


# Forms of the table's steps


def _submit(action: str) -> Callable[[Talk, Draft], Answer]:
    def submit(talk: Talk, draft: Draft) -> Answer:
        actor = Actor.officer(_me(talk))
        version = int(draft.data["version"])
        petition = talk.book.petition(draft.case)
        if petition.version != version:
            said = talk.say("bad.changed")
            return [Message(said), *(_open(talk, petition) if _sees(talk, petition) else [])]
        data = _data(action, draft)
        petition = office.act(
            talk.book, talk.office, draft.case, action, actor, data, talk.now, version
        )
        own = f"done.desk_{action}"
        done = talk.say(
            own if words.has(own) else "done.desk",
            number=petition.number,
            unit=talk.office.unit_name(petition.unit, talk.lang),
            action=talk.say(f"action.{action}"),
        )
        if not _sees(talk, petition):
            return [Message(done, ((talk.button("button.desk", "q2", "desk"),),))]
        return [Message(done), *_open(talk, petition)]

    return submit


def _data(action: str, draft: Draft) -> dict[str, Any]:
    answers: dict[str, Any] = {k: v for k, v in draft.data["answers"].items() if v}
    if action == "register":
        answers["category"] = chosen_category(draft.data["answers"])
    return {**answers, "files": draft.data["files"], "voice": dict(draft.data["voice"])}


def _submit_open_name(talk: Talk, draft: Draft) -> Answer:
    me = _me(talk)
    why = draft.data["answers"]["why"]
    who = office.open_name(talk.book, talk.office, draft.case, me, why, talk.now)
    return talk.tell(
        "case.name",
        (talk.button("button.back_to_case", "d", draft.case, "open"),),
        number=draft.data["number"],
        name=who.name or talk.say("case.unnamed"),
        address=who.address or "—",
        contact=who.contact or talk.say("choice.here"),
        id_number=who.id_number or "—",
    )


def _submit_new_code(talk: Talk, draft: Draft) -> Answer:
    actor = Actor.officer(_me(talk))
    why = draft.data["answers"]["why"]
    given = office.renew_code(talk.book, talk.office, draft.case, actor, why, talk.now)
    return talk.tell("done.desk_new_code", number=given.petition.number, code=given.code)


def _units(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Where a case may be passed on: those that serve its matter or place first."""
    petition = talk.book.petition(draft.case)
    place = next((t.body for t in talk.book.texts(draft.case) if t.part == "place"), "")

    def fit(id: str) -> int:
        unit = talk.office.units[id]
        matter = any(petition.category.startswith(m) for m in unit.matters if m)
        return -(2 * matter + any(p in place for p in unit.places if p))

    sealed = petition.kind is Kind.ACCUSATION
    ids = [
        u for u, unit in talk.office.units.items()
        if u not in (petition.unit, talk.office.bureau) and unit.accusations == sealed
    ]  # fmt: skip
    return [(u, talk.office.unit_name(u, talk.lang)) for u in sorted(ids, key=fit)]


def _reasons(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(code, talk.say(f"reason.{code}")) for code in talk.office.rules.refusals]


def _ways(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(way, talk.say(f"way.{way}")) for way in talk.office.rules.ways]


def _coded(family: str, codes: tuple[str, ...]) -> Any:
    """Choices whose labels are a family of words."""
    return lambda talk, draft: [(code, talk.say(f"{family}.{code}")) for code in codes]


def _date(name: str = "date") -> Step:
    return Step(name, lambda t, x: checks.day(x))


def _request(answers: Answers) -> bool:
    return answers.get("kind") == "request"


def _into(talk: Talk, text: str) -> str:
    number = codes.read_number(text)
    if number is None:
        raise BadAnswer("bad.merge")
    return number


def _voices(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Voice messages of the case that this officer may hear, and write down."""
    return _spoken(talk, talk.book.petition(draft.case))


def _written_down(talk: Talk, text: str) -> str:
    draft = forms.open_draft(talk)
    voice = draft.data["answers"].get("spoken", "") if draft else ""
    return checks.spoken(voice.partition(":")[2], text)


def _spoken(talk: Talk, petition: Petition) -> list[tuple[str, str]]:
    seen = lifecycle.audiences(Actor.officer(_me(talk)), petition, talk.office)
    return [
        (f"{t.seq}:{t.part}", talk.say(f"label.{t.part}"))
        for t in talk.book.texts(petition.id)
        if t.file and t.audience in seen
    ]


def _saved(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(body, body[:40]) for _, body in talk.book.saved_replies(_me(talk).unit)]


def _long(name: str, choices: Any = None) -> Step:
    return Step(name, lambda t, x: checks.words(x), choices, long=True, voice=False)


def _middle(name: str) -> Step:
    return Step(name, lambda t, x: checks.words(x, checks.MIDDLE))


_OUTCOME = Step("outcome", None, _coded("outcome", OUTCOMES))
_REVIEW = (Step("review_outcome", None, _coded("outcome", REVIEW_OUTCOMES)), _long("reply"))
_UNIT = Step("unit", None, _units)
_PAPER_REVIEW = (
    _long("review_why"), _date(), Step("representatives", lambda t, x: checks.people(x), skip=True)
)  # fmt: skip

_ACTIONS: dict[str, tuple[Step, ...]] = {
    "register": (
        Step("kind", None, kinds),
        Step("way", None, _ways, when=_request),
        Step("category1", None, first_level, columns=2),
        Step("category2", None, second_level, columns=2, when=has_first, after="category1"),
    ),
    "sort": (Step("way", None, _ways),),
    "pass_on": (_UNIT,),
    "pass_simple": (_UNIT,),
    "assign": (_UNIT, _date()),
    "lead": (
        _middle("where"),
        Step("bring", lambda t, x: checks.words(x, checks.MIDDLE), skip=True),
    ),
    "external_date": (_date(),),
    "urgent": (_middle("why"),),
    "assist": (_UNIT,),
    "contribute": (_long("contribution"),),
    "object": (_UNIT, _middle("why")),
    "agree_objection": (),
    "deny_objection": (_middle("why"),),
    "settle_unit": (_UNIT,),
    "accept": (),
    "refuse": (Step("reason", None, _reasons), _middle("where")),
    "to_ordinary": (_middle("why"),),
    "investigate": (_long("finding"),),
    "mediate": (_long("agreement"),),
    "ask_extension": (Step("days", lambda t, x: checks.people(x)), _middle("why")),
    "extend": (_middle("why"),),
    "deny_extension": (_middle("why"),),
    "ask": (_middle("ask"),),
    "reply": (_long("reply", _saved),),
    "opinion": (
        _OUTCOME,
        Step("found", lambda t, x: checks.words(x), skip=True, long=True),
        _long("reply", _saved),
        _middle("basis"),
    ),
    "deliver": (Step("delivery", None, _coded("delivery", DELIVERIES)), _date()),
    "close": (),
    "register_review": _PAPER_REVIEW,
    "accept_review": (),
    "refuse_review": (_middle("why"),),
    "review_opinion": _REVIEW,
    "return": (_long("reply"),),
    "register_rereview": _PAPER_REVIEW,
    "accept_rereview": (),
    "refuse_rereview": (_middle("why"),),
    "hold_hearing": (_date(), _middle("where")),
    "end_hearing": (_date(),),
    "rereview_opinion": _REVIEW,
    "rehandle": (_middle("why"),),
    "reopen": (_middle("why"),),
    "merge": (Step("into", _into),),
    "write": (_middle("write"),),
    "note": (_middle("note"),),
    "correct": (_middle("correction"),),
    "transcribe": (
        Step("spoken", None, _voices),
        Step("transcript", _written_down, long=True),
    ),
    "open_name": (_middle("why"),),
    "new_code": (_middle("why"),),
    "take": (),
}
"""What each step of the table asks its officer. `opinion` is what `reply` asks for a request:
the written opinion of art. 32."""

WITH_FILES = frozenset(
    {"reply", "opinion", "ask", "write", "note", "contribute", "investigate", "mediate",
     "review_opinion", "return", "rereview_opinion", "deliver", "register_review",
     "register_rereview", "correct"}
)  # fmt: skip
"""Steps to which files may be added."""

_SUBMITS = {"open_name": _submit_open_name, "new_code": _submit_new_code}

for _name, _steps in _ACTIONS.items():
    if _name == "take":  # nothing to ask
        continue
    forms.register(
        Form(
            f"desk_{_name}",
            _steps,
            _SUBMITS.get(_name) or _submit("reply" if _name == "opinion" else _name),
            files=_name in WITH_FILES,
            action=f"action.{'reply' if _name == 'opinion' else _name}",
        )
    )


# Saved replies


def on_replies(talk: Talk, parts: list[str]) -> Answer:
    """The unit's saved replies: see, add, drop."""
    me = _me(talk)
    match parts:
        case ["add"]:
            return forms.start(talk, "saved_reply")
        case ["drop", which] if which.isdecimal() and len(which) < 16:
            talk.book.drop_reply(me.unit, int(which))
    replies = talk.book.saved_replies(me.unit)
    lines = [talk.say("replies.head", count=len(replies))]
    buttons = []
    for place, (id, body) in enumerate(replies, 1):
        lines.append(f"{place}. {body[:120]}")
        buttons.append(talk.button("button.drop_reply", "reply", "drop", id, number=place))
    buttons.append(talk.button("button.add_reply", "reply", "add"))
    buttons.append(talk.button("button.desk", "q2", "desk"))
    return [Message("\n".join(lines), stacked(*buttons))]


def _submit_saved(talk: Talk, draft: Draft) -> Answer:
    talk.book.save_reply(_me(talk).unit, draft.data["answers"]["saved"], talk.now)
    return on_replies(talk, ["list"])


forms.register(Form("saved_reply", (_middle("saved"),), _submit_saved, checked=False, files=False))


# Danger alerts


def on_duty(talk: Talk, parts: list[str]) -> Answer:
    """Answer somebody whose message spoke of danger."""
    _me(talk)
    if len(parts) != 1 or not parts[0].isdecimal() or len(parts[0]) > 15:
        return talk.toast("bad.stale")
    draft = talk.book.draft(int(parts[0]))
    filed = talk.book.by_number(draft.data.get("number", "")) if draft else None
    if filed:
        return _open(talk, filed) if _sees(talk, filed) else talk.toast("bad.not_yours")
    if draft is None or not draft.data.get("danger_text"):
        return talk.toast("duty.gone")
    return forms.start(talk, "duty_answer", to=draft.chat)


def _submit_duty(talk: Talk, draft: Draft) -> Answer:
    me = _me(talk)
    kept = talk.book.new_draft(
        Draft(0, talk.chat.id, 0, "duty_said", data={"said": draft.data["answers"]["said"]}),
        talk.now,
    )
    chat = int(draft.data["to"])
    facts = {"draft": kept.id}
    talk.book.plan(Planned("duty.answer", 0, str(kept.id), f"chat:{chat}", talk.now, facts))
    return talk.tell("done.duty", unit=talk.office.unit_name(me.unit, talk.lang))


forms.register(Form("duty_answer", (_middle("said"),), _submit_duty, checked=False, files=False))
