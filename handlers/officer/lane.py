"""/lanes: special lanes with shorter limits, for a time, and their figures apart."""

from __future__ import annotations

from collections import Counter
from datetime import date

from handlers import forms
from handlers.forms import Form, Step, drafts
from handlers.officer.case import officer
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.case.rows import OPEN
from petitions.errors import BadAnswer, BadSetting, NotYours
from petitions.law.clocks import local_day
from petitions.matters import lanes
from petitions.message import Message
from petitions.values import checks
from petitions.values.person import Officer, Role
from petitions.words import day

OFFERED = ("pass_on", "notify", "answer", "simple_answer")
"""Clocks that a lane may shorten."""


def _reader(talk: Talk) -> Officer:
    me = officer(talk)
    if me.role not in (Role.SUPERVISOR, Role.LEADER, Role.CLERK) or me.unit != talk.office.bureau:
        raise NotYours("bad.not_yours")
    return me


def show(talk: Talk, rest: str = "") -> Answer:
    """/lanes"""
    me = _reader(talk)
    today = local_day(talk.now, talk.office.zone)
    counts: dict[str, Counter[str]] = {}
    for id, status, count in talk.book.lane_counts(talk.hidden):
        counts.setdefault(id, Counter())[status] += count
    every = lanes.every(talk.book)
    lines = [talk.say("lanes.head" if every else "lanes.none")]
    open_ = {str(s) for s in OPEN}
    for one in every[::-1]:
        held = counts.get(one.id, Counter())
        limits = talk.listed(f"{talk.say(f'clock.{c}.what')} {n}" for c, n in one.limits.items())
        lines.append(
            talk.say("lanes.line" if one.open(today) else "lanes.line_over", name=one.name,
                     until=day(talk.lang, date.fromisoformat(one.until)), limits=limits,
                     count=held.total(), open=sum(held[s] for s in open_))
        )  # fmt: skip
    buttons = [talk.button("button.desk", "q2", "desk")]
    if me.role is Role.SUPERVISOR:
        buttons.insert(0, talk.button("button.new_lane", "lane", "new"))
    return [Message("\n".join(lines), stacked(*buttons))]


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`list`, `new`."""
    me = _reader(talk)
    if parts == ["new"] and me.role is Role.SUPERVISOR:
        return drafts.start(talk, "lane")
    return show(talk)


def _limits(talk: Talk, text: str) -> str:
    _read(talk, text)
    return checks.words(text, 200)


def _read(talk: Talk, text: str) -> dict[str, str]:
    """Lines of a limit and its length, `转送 2d`. Raises BadAnswer."""
    names = {talk.say(f"clock.{c}.what"): c for c in OFFERED} | {c: c for c in OFFERED}
    found = {}
    for line in checks.words(text, 200).replace("；", "\n").replace(";", "\n").splitlines():
        name, _, length = line.strip().rpartition(" ")
        if name not in names:
            raise BadAnswer("bad.lane_limits")
        found[names[name]] = length
    try:
        talk.office.rules.shortened(found, "")
    except BadSetting:
        raise BadAnswer("bad.lane_limits") from None
    return found


def _submit(talk: Talk, draft: Draft) -> Answer:
    answers, me = draft.data["answers"], _reader(talk)
    lane = lanes.begin(
        talk.book, talk.office, me, answers["lane_name"], date.fromisoformat(answers["lane_until"]),
        _read(talk, answers["lane_limits"]), local_day(talk.now, talk.office.zone),
    )  # fmt: skip
    return [*talk.tell("done.lane", name=lane.name), *show(talk)]


forms.register(
    Form(
        "lane",
        (
            Step("lane_name", lambda t, x: checks.line(x, 30)),
            Step("lane_until", lambda t, x: checks.day(x)),
            Step("lane_limits", _limits, long=True),
        ),
        _submit,
        files=False,
    )
)
