"""The steps of the table as an officer takes them: what each asks, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import forms
from handlers.citizen import hiding
from handlers.contents import chosen_category
from handlers.forms import Form, Step, drafts
from handlers.officer import asked, intake, login, look, seen
from handlers.officer.case import (
    officer,
    open_case,
    sees,
)
from handlers.talk import Answer, Talk
from petitions import words
from petitions.book import Draft
from petitions.case import lifecycle, quoting
from petitions.case.conditions import duty, request
from petitions.errors import PetitionError, Unknown
from petitions.matters import (
    gate,
    joint,
    whom,
)
from petitions.message import Message
from petitions.telling import looks
from petitions.telling.unserved import shut_out
from petitions.values import actions, categories, parts
from petitions.values.person import Actor
from petitions.values.petition import Kind, Petition
from petitions.verbs import access, acting, rehearsing, signing

WEIGHTY = frozenset({"open_name", "open_voice"})
"""Steps before which an officer says once more who they are: they open who petitions."""


def begin(talk: Talk, petition: Petition, action: str) -> Answer:
    """A step of the table: its form, or at once where nothing is to be asked."""
    actor = Actor.officer(officer(talk))
    lifecycle.find(petition, action, actor, talk.office)
    if action in WEIGHTY:
        login.must_be_fresh(talk)
    if action == "take":
        petition = acting.act(
            talk.book, talk.office, petition.id, "take", actor, {}, talk.now, petition.version
        )
        return [*talk.toast("done.take"), *open_case(talk, petition)]
    known: dict[str, str] = {}
    if action == "register":
        known = _proposal(talk, petition)
    if action == "transcribe":
        said = seen.spoken(talk, petition, actor)
        if not said:
            raise Unknown("bad.no_voice")
        known = {"spoken": said[0][0]} if len(said) == 1 else {}
    if petition.sealed and petition.kind is not Kind.ACCUSATION:
        known["sealed"] = "yes"
    if whom.doubtful(talk.book, talk.office, petition):
        known["doubtful"] = "yes"
    form = _form_of(petition, action, talk)
    return drafts.start(
        talk, f"desk_{form}", petition.id, known,
        number=petition.number, version=petition.version,
    )  # fmt: skip


def _form_of(petition: Petition, action: str, talk: Talk) -> str:
    """The form of a step: of some, by what the case asks for."""
    if duty(petition, talk.office):
        return {"reply": "duty_answer", "accept": "accept_duty"}.get(action, action)
    return "opinion" if action == "reply" and request(petition, talk.office) else action


def _proposal(talk: Talk, petition: Petition) -> dict[str, str]:
    """Kind and category as they stand, or as the words suggest; the officer decides."""
    category = categories.find(petition.category)
    if category is None:
        words = " ".join(t.body for t in talk.book.texts(petition.id) if parts.of(t.part).shown)
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
        data = _data(talk, action, draft)
        tells = lifecycle.find(petition, action, actor, talk.office).tells
        petition = acting.act(
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
        words = drafts.written(talk, draft)
        lost = [Message(talk.say("bad.changed_lost") + "\n\n" + words)] if words else []
        return [Message(talk.say("bad.changed")), *lost, *case]
    draft.data["version"] = petition.version
    return [Message(talk.say("bad.changed_kept")), *case, *drafts.again(talk, draft)]


def _data(talk: Talk, action: str, draft: Draft) -> dict[str, Any]:
    answers: dict[str, Any] = {k: v for k, v in draft.data["answers"].items() if v}
    if action == "hide":
        answers["hidden"] = whom.spelled(talk.office, answers["hidden"])
    if action == "register":
        answers["category"] = chosen_category(draft.data["answers"])
    if action == "visit_record":
        answers["visit_reasons"] = [answers["visit_reasons"]] if "visit_reasons" in answers else []
    return {**answers, "files": draft.data["files"], "voice": dict(draft.data["voice"])}


def _submit_open_name(talk: Talk, draft: Draft) -> Answer:
    me = officer(talk)
    login.must_be_fresh(talk)
    why = look.said(talk, draft.data["answers"])
    who = acting.open_name(talk.book, talk.office, draft.case, me, why, talk.now)
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
    """The petitioner's names for attachments: they may name somebody, and come with the name."""
    given = seen.attached(talk, petition, Actor.officer(officer(talk)))
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
    """The voice messages, to be heard: with a reason, logged and told."""
    actor, why = Actor.officer(officer(talk)), look.said(talk, draft.data["answers"])
    login.must_be_fresh(talk)
    petition = talk.book.petition(draft.case)
    heard = tuple(talk.book.file_ref(t.file) for t in seen.voices(talk, petition, actor))
    if not heard:
        raise Unknown("bad.no_voice")
    acting.act(talk.book, talk.office, draft.case, "open_voice", actor, {"why": why}, talk.now)
    back = talk.button("button.back_to_case", "d", draft.case, "open")
    said = talk.say("case.voices", number=petition.number, count=len(heard))
    return [Message(said, ((back,),), heard, protect=True)]


def _submit_new_code(talk: Talk, draft: Draft) -> Answer:
    actor = Actor.officer(officer(talk))
    why = draft.data["answers"]["why"]
    given = access.renew_code(talk.book, talk.office, draft.case, actor, why, talk.now)
    return talk.tell("done.desk_new_code", number=given.petition.number, code=given.code)


def _submit_give_pin(talk: Talk, draft: Draft) -> Answer:
    """A one-time code, for the petitioner alone: they set the PIN themselves."""
    actor = Actor.officer(officer(talk))
    why = draft.data["answers"]["why"]
    code = access.give_pin(talk.book, talk.office, draft.case, actor, why, talk.now)
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


EARLIER = 100
"""Earlier answers of the unit that a new one is compared with."""


def _gate(talk: Talk, draft: Draft) -> list[str]:
    """The reply gate: what a reader may miss. The opinion names the review right by itself."""
    answers, petition = draft.data["answers"], talk.book.petition(draft.case)
    texts = talk.book.texts(draft.case)
    said = {
        part: next((t.body for t in texts if t.part == part), "") for part in ("facts", "request")
    }
    answer = gate.Outgoing(
        answers.get("reply", ""), said["facts"], said["request"],
        basis=answers.get("basis", "") or ("" if draft.form == "desk_opinion" else "—"),
        review=True, others=talk.book.answers_of(petition.unit, draft.case, EARLIER),
    )  # fmt: skip
    found = gate.hints(answer)
    lines = [talk.say(f"gate.{hint.code}", what=hint.what) for hint in found]
    return ["", talk.say("gate.head"), *lines] if lines else []


OPINION = ("outcome", "found", "reply", "basis", "promise", "promised_on")
"""The parts that `reply` asks for a request: the written opinion of art. 32."""
DUTY_ANSWER = ("reply", "basis", "promise", "promised_on")
"""The parts that `reply` asks where the unit itself did its duty or answers (art. 31, way 5)."""
SUBMITS: dict[str, Callable[[Talk, Draft], Answer]] = {
    "open_name": _submit_open_name,
    "open_voice": _submit_open_voice,
    "new_code": _submit_new_code,
    "give_pin": _submit_give_pin,
    "propose_join": _submit_propose_join,
}
"""Forms that do more, or show more, than their action."""
ACTIONS: dict[str, tuple[Step, ...]] = {}
"""The steps that are buttons of a case at the desk, and what each asks its officer."""


NOTES = {"reply": _gate, "hide": hiding.notes}
"""Notes that are said of a step before it is carried out."""


def take_in(action: str) -> None:
    """Make an officer's action a button of the case, with the form that its record asks for."""
    record = actions.of(action)
    ACTIONS[action] = asked.steps_of(action, record.asks)
    if not record.at_once:
        _form(action, action, ACTIONS[action])


def _sight(action: str) -> Callable[[Talk, Draft], Answer]:
    def sight(talk: Talk, draft: Draft) -> Answer:
        made = rehearsing.paper(
            talk.book, talk.office, draft.case, action, Actor.officer(officer(talk)),
            _data(talk, action, draft), talk.now, talk.lang,
        )  # fmt: skip
        said = talk.say("form.sight" if made else "form.no_sight")
        return [Message(said, sheets=(made,) if made else (), case=draft.case)]

    return sight


def _form(name: str, action: str, steps: tuple[Step, ...]) -> None:
    forms.register(
        Form(
            f"desk_{name}",
            steps,
            SUBMITS.get(name) or _submit(action),
            files=actions.of(action).files,
            notes=NOTES.get(action),
            sight=_sight(action) if lifecycle.issues(action) else None,
            action=f"action.{action}",
        )
    )


for _name in lifecycle.of_officers():
    if not actions.of(_name).elsewhere:
        take_in(_name)
_form("opinion", "reply", asked.steps_of("opinion", OPINION))
_form("duty_answer", "reply", asked.steps_of("duty_answer", DUTY_ANSWER))
_form("accept_duty", "accept", asked.steps_of("accept_duty", ("date", "limit_law")))
