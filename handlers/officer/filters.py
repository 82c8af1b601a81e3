"""Saved filters: a queue as an officer wants to see it again."""

from __future__ import annotations

from datetime import timedelta

from handlers import forms
from handlers.contents import first_level
from handlers.forms import Form, Step, drafts
from handlers.officer.case import officer
from handlers.talk import Answer, Talk
from petitions.book import Draft, Queue
from petitions.case.rows import IN_REVIEW, WORKED
from petitions.errors import NotPossibleNow
from petitions.law.clocks import local_day
from petitions.values import checks
from petitions.values.person import Officer
from petitions.values.petition import Status

SCOPES = ("mine", "unit", "free")
STAGES: dict[str, frozenset[Status]] = {
    "new": frozenset({Status.SUBMITTED, Status.REGISTERED}),
    "passed": frozenset({Status.PASSED, Status.OBJECTED, Status.COORDINATED}),
    "work": WORKED,
    "answered": frozenset({Status.ANSWERED, Status.REVIEWED, Status.CARRYING, Status.LED}),
    "review": IN_REVIEW,
}
"""Stages a filter may name, and their statuses."""
DUE = {"late": -1, "today": 0, "week": 7}
"""Due by today and so many days."""
MOST = 6
"""Filters an officer may keep."""


def queue(talk: Talk, me: Officer, units: tuple[str, ...], wanted: dict[str, str]) -> Queue:
    """A saved filter as a queue of today."""
    handler = {"mine": me.id, "unit": None, "free": 0}[wanted.get("scope", "unit")]
    stage = STAGES.get(wanted.get("stage", ""), frozenset())
    until = None
    if wanted.get("due") in DUE:
        until = local_day(talk.now, talk.office.zone) + timedelta(days=DUE[wanted["due"]])
    return Queue(units, handler, tuple(sorted(stage)), wanted.get("category1", ""), until)


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`new`, `drop:id`."""
    me = officer(talk)
    match parts:
        case ["new"]:
            if len(talk.book.filters(me.id)) >= MOST:
                raise NotPossibleNow("bad.filters_full", most=MOST)
            return drafts.start(talk, "filter")
        case ["drop", id] if id.isdecimal() and len(id) < 16:
            talk.book.drop_filter(me.id, int(id))
            return talk.tell("done.filter_dropped", (talk.button("button.desk", "q2", "desk"),))
    return talk.toast("bad.stale")


def _submit(talk: Talk, draft: Draft) -> Answer:
    me, answers = officer(talk), draft.data["answers"]
    wanted = {k: v for k, v in answers.items() if v and k != "filter_name"}
    id = talk.book.save_filter(me.id, answers["filter_name"], wanted)
    show = talk.button("button.show_filter", "q", f"f{id}", 0)
    return talk.tell("done.filter", (show,), name=answers["filter_name"])


def _scopes(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(s, talk.say(f"scope.{s}")) for s in SCOPES]


def _stages(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(s, talk.say(f"stage.{s}")) for s in STAGES]


def _due(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(d, talk.say(f"due_by.{d}")) for d in DUE]


forms.register(
    Form(
        "filter",
        (
            Step("scope", None, _scopes, columns=3),
            Step("stage", None, _stages, skip=True, columns=2),
            Step("category1", None, lambda t, d: first_level(t, d)[:-1], skip=True, columns=2),
            Step("due", None, _due, skip=True, columns=3),
            Step("filter_name", lambda t, x: checks.line(x, 20)),
        ),
        _submit,
        files=False,
    )
)
