"""/find: cases by their number, or by words of what they are about; never by who petitions."""

from __future__ import annotations

from handlers import forms
from handlers.forms import Form, Step, drafts
from handlers.officer.case import officer, open_case, sees
from handlers.talk import Answer, Talk
from petitions.book import Draft
from petitions.errors import BadAnswer, NotYours
from petitions.message import Message
from petitions.values import checks, codes, search
from petitions.values.person import GUESTS, Role

CLOSED = GUESTS | {Role.ADMINISTRATOR, Role.VISITOR}
"""Roles that look for no cases."""


def find(talk: Talk, rest: str = "") -> Answer:
    """/find [number or words]"""
    _looker(talk)
    if not rest:
        return drafts.start(talk, "find")
    return _look(talk, _words(talk, rest))


def _looker(talk: Talk) -> None:
    if officer(talk).role in CLOSED:
        raise NotYours("bad.not_yours")


def _words(talk: Talk, text: str) -> str:
    """A number, or something that can be looked for. Raises BadAnswer."""
    text = checks.line(text, 100)
    if not codes.read_number(text) and not search.asked(text):
        raise BadAnswer("bad.search_short")
    return text


def _look(talk: Talk, words: str) -> Answer:
    number = codes.read_number(words)
    if number:
        found = talk.book.by_number(number)
        if found is None or not sees(talk, found):
            return talk.tell("bad.no_case")
        return open_case(talk, found)
    draft = talk.book.new_draft(
        Draft(0, talk.chat.id, talk.chat.person, "find", data={"answers": {"words": words}},
              done=True),
        talk.now,
    )  # fmt: skip
    return [Message("", find=(draft.id, 0))]


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`start`, or `draft:page`: another page of what was found."""
    if parts == ["start"]:
        return find(talk)
    if len(parts) != 2 or not all(p.isdecimal() and len(p) < 16 for p in parts):
        return talk.toast("bad.stale")
    _looker(talk)
    draft = talk.book.draft(int(parts[0]))
    if draft is None or draft.chat != talk.chat.id or draft.form != "find":
        return talk.toast("bad.stale")
    return [Message("", find=(draft.id, min(int(parts[1]), 1000)))]


def _submit(talk: Talk, draft: Draft) -> Answer:
    _looker(talk)
    return _look(talk, draft.data["answers"]["words"])


forms.register(Form("find", (Step("words", _words),), _submit, checked=False, files=False))
