"""Tasks: what a person must do that no message could, each with its day."""

from __future__ import annotations

from handlers import forms
from handlers.forms import Form, Step, drafts
from handlers.officer import look, said
from handlers.officer.case import officer, sees, sit_for
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.case import lifecycle
from petitions.errors import NotYours, Unknown
from petitions.matters.looking import SUPERVISED, What
from petitions.message import Button, Message, packed
from petitions.telling import briefing
from petitions.telling.notice import in_person
from petitions.values import actions, checks
from petitions.values.person import Actor, Role
from petitions.values.petition import Petition
from petitions.values.task import IN_PERSON, TOLD, Task, TaskKind
from petitions.verbs import acting
from petitions.words import day

ENDED_SO = IN_PERSON | {TaskKind.FOLLOW_UP, TaskKind.PARTLY}
"""Tasks that end when somebody was told, or couldn't be reached."""
LIST = 8
"""Tasks shown at once."""


def mine(talk: Talk) -> list[Task]:
    """The officer's tasks: of the unit's tasks, those of their role."""
    return briefing.tasks_of(talk.book, officer(talk))


def on_list(talk: Talk, parts: list[str]) -> Answer:
    """The unit's tasks by day."""
    found = mine(talk)
    lines = [talk.say("tasks.head" if found else "tasks.none", count=len(found))]
    buttons = []
    for task in found[:LIST]:
        number = talk.book.petition(task.case).number
        lines.append(talk.say("tasks.line", number=number, due=day(talk.lang, task.due_on),
                              what=talk.say(f"task.{task.kind}")))  # fmt: skip
        buttons.append(Button(f"{number} · {talk.say(f'task.{task.kind}')}",
                              packed("task", task.id)))  # fmt: skip
    if len(found) > LIST:
        lines.append(talk.say("brief.more", count=len(found) - LIST))
    last = (talk.button("button.refresh", "tasks"), talk.button("button.desk", "q2", "desk"))
    return [Message("\n".join(lines), (*stacked(*buttons), last))]


def on_task(talk: Talk, parts: list[str]) -> Answer:
    """One task: what is to be told, and how it went."""
    officer(talk)
    if not parts or not parts[0].isdecimal() or len(parts[0]) > 15:
        return talk.toast("bad.stale")
    task = talk.book.task(int(parts[0]))
    petition = talk.book.petition(task.case)
    if not (_is_mine(talk, task) and sees(talk, petition)) and not sit_for(
        talk, petition, task.unit
    ):
        raise Unknown("bad.task_gone")
    if task.kind in SUPERVISED and officer(talk).role is not Role.SUPERVISOR:
        raise NotYours("bad.not_yours")
    if task.done_at:
        return talk.toast("bad.task_done")
    if parts[1:] == ["take_up"] and task.kind in SUPERVISED:
        actor = Actor.officer(officer(talk))
        acting.act(talk.book, talk.office, task.case, "take_up", actor, {"task": str(task.id)},
                   talk.now)  # fmt: skip
        return [*talk.toast("done.taken_up"), *_show(talk, task, petition)]
    if parts[1:] == ["done"] and task.kind in ENDED_SO:
        return drafts.start(talk, "desk_told", task.case, number=petition.number,
                           version=petition.version, task=task.id)  # fmt: skip
    return _show(talk, task, petition)


def _is_mine(talk: Talk, task: Task) -> bool:
    """A unit's tasks are its own, even where another may open the case; the bureau helps out."""
    return officer(talk).unit in (task.unit, talk.office.bureau)


def _show(talk: Talk, task: Task, petition: Petition) -> Answer:
    if asked := look.gate(talk, petition, What.WORDS):
        return asked
    head = talk.say(f"task.{task.kind}.text", number=petition.number,
                    due=day(talk.lang, task.due_on))  # fmt: skip
    notice = talk.book.notice(task.notice) if task.notice else None
    letter = in_person(talk.book, talk.office, notice, talk.now) if notice else None
    case_id = petition.id
    me = Actor.officer(officer(talk))
    shut = actions.openings() - set(lifecycle.possible(petition, me, talk.office))
    acts = [_offer(talk, task, petition, o) for o in OFFERS[task.kind] if o not in shut]
    rows = stacked(*acts, talk.button("button.open_case", "d", case_id, "open"))
    body = [head, "", letter.text] if letter else [head]
    if task.kind in SUPERVISED:
        body += said.told(talk, petition)
    files = letter.files if letter else ()
    return [Message("\n".join(body), rows, files, case=petition.id)]


OFFERS: dict[TaskKind, tuple[str, ...]] = {
    TaskKind.TELL: ("done", "open_name", "documents"),
    TaskKind.SERVE: ("done", "open_name", "documents"),
    TaskKind.URGED: ("write",),
    TaskKind.TAKE_UP: ("take_up", "explain", "rehandle", "offer_review"),
    TaskKind.AGAIN: ("take_up", "open_name", "visit_record", "explain", "reopen"),
    TaskKind.PARTLY: ("write", "done"),
    TaskKind.ASSIST: ("contribute",),
    TaskKind.HELP: ("answer_call", "contribute"),
    TaskKind.DECISION: ("contribute",),
    TaskKind.INSTRUCTION: ("contribute",),
    TaskKind.SUPERVISION: ("answer_supervision",),
    TaskKind.CHECK: ("open_name", "check_identity", "check_again"),
    TaskKind.FOLLOW_UP: ("open_name", "visit_record", "propose_visit", "done"),
}
"""The actions that can be taken on each kind of task, the likeliest first."""
_LABELS = {
    "take_up": "button.take_up", "write": "button.answer_question",
    "documents": "button.documents", "done": "button.task_done",
}  # fmt: skip


def _offer(talk: Talk, task: Task, petition: Petition, offer: str) -> Button:
    label = _LABELS.get(offer, f"action.{offer}")
    if task.kind is TaskKind.FOLLOW_UP and offer == "done":
        label = "button.not_reached"
    if offer in ("take_up", "done"):
        return talk.button(label, "task", task.id, offer)
    return talk.button(label, "d", petition.id, offer)


def _how(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    task = talk.book.task(int(draft.data["task"]))
    known = TOLD if task.kind is not TaskKind.FOLLOW_UP else ("not_reached",)
    return [(code, talk.say(f"how.{code}")) for code in known]


def _submit(talk: Talk, draft: Draft) -> Answer:
    actor = Actor.officer(officer(talk))
    answers = draft.data["answers"]
    data = {"task": str(draft.data["task"]), "how": answers["how"]}
    if answers.get("note_told"):
        data["told_note"] = answers["note_told"]
    petition = acting.act(talk.book, talk.office, draft.case, "told", actor, data, talk.now)
    key = "done.not_reached" if answers["how"] == "not_reached" else "done.told"
    return [Message(talk.say(key, number=petition.number)), *on_list(talk, [])]


forms.register(
    Form(
        "desk_told",
        (
            Step("how", None, _how),
            Step("note_told", lambda t, x: checks.words(x, checks.MIDDLE), skip=True),
        ),
        _submit,
        checked=False,
        files=False,
    )
)
