"""Tasks: what a person must do that no message could, each with its day."""

from __future__ import annotations

from handlers import forms
from handlers.forms import Form, Step
from handlers.officer.case import officer, sees
from handlers.talk import Answer, Talk, stacked
from petitions import checks, office, views
from petitions.book import Draft
from petitions.errors import Unknown
from petitions.message import Button, Message, packed
from petitions.petition import TOLD, Actor, Petition, Task, TaskKind
from petitions.words import day

LIST = 8
"""Tasks shown at once."""


def mine(talk: Talk) -> list[Task]:
    """What the officer's unit has to do."""
    return list(talk.book.tasks(unit=officer(talk).unit))


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
    buttons.append(talk.button("button.desk", "q2", "desk"))
    return [Message("\n".join(lines), stacked(*buttons))]


def on_task(talk: Talk, parts: list[str]) -> Answer:
    """One task: what is to be told, and how it went."""
    officer(talk)
    if not parts or not parts[0].isdecimal() or len(parts[0]) > 15:
        return talk.toast("bad.stale")
    task = talk.book.task(int(parts[0]))
    petition = talk.book.petition(task.case)
    if not sees(talk, petition):
        raise Unknown("bad.task_gone")
    if task.done_at:
        return talk.toast("bad.task_done")
    if parts[1:] == ["done"] and task.kind is not TaskKind.URGED:
        return forms.start(talk, "desk_told", task.case, number=petition.number,
                           version=petition.version, task=task.id)  # fmt: skip
    return _show(talk, task, petition)


def _show(talk: Talk, task: Task, petition: Petition) -> Answer:
    head = talk.say(f"task.{task.kind}.text", number=petition.number,
                    due=day(talk.lang, task.due_on))  # fmt: skip
    notice = talk.book.notice(task.notice) if task.notice else None
    said = views.in_person(talk.book, talk.office, notice, talk.now) if notice else None
    if task.kind is TaskKind.URGED:
        act = talk.button("button.answer_question", "d", petition.id, "write")
    else:
        act = talk.button("button.task_done", "task", task.id, "done")
    rows = stacked(
        act,
        talk.button("action.open_name", "d", petition.id, "open_name"),
        talk.button("button.documents", "d", petition.id, "documents"),
        talk.button("button.open_case", "d", petition.id, "open"),
    )
    if task.kind is TaskKind.URGED:
        rows = (rows[0], rows[-1])
    body = [head, "", said.text] if said else [head]
    files = said.files if said else ()
    return [Message("\n".join(body), rows, files, case=petition.id)]


def _how(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(code, talk.say(f"how.{code}")) for code in TOLD]


def _submit(talk: Talk, draft: Draft) -> Answer:
    actor = Actor.officer(officer(talk))
    answers = draft.data["answers"]
    data = {"task": str(draft.data["task"]), "how": answers["how"]}
    if answers.get("note_told"):
        data["told_note"] = answers["note_told"]
    petition = office.act(talk.book, talk.office, draft.case, "told", actor, data, talk.now)
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
