"""Replies a unit keeps for the next time."""

from __future__ import annotations

from handlers import forms
from handlers.forms import Form
from handlers.officer.case import officer
from handlers.officer.steps import middle
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.message import Message


def on_replies(talk: Talk, parts: list[str]) -> Answer:
    """The unit's saved replies: see, add, drop."""
    me = officer(talk)
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
    talk.book.save_reply(officer(talk).unit, draft.data["answers"]["saved"], talk.now)
    return on_replies(talk, ["list"])


forms.register(Form("saved_reply", (middle("saved"),), _submit_saved, checked=False, files=False))
