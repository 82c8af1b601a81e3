"""Replies a unit keeps for the next time."""

from __future__ import annotations

import re

from handlers import forms
from handlers.forms import Form, Step, drafts
from handlers.officer.case import officer
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.errors import BadAnswer, NotYours
from petitions.message import Message
from petitions.telling import views
from petitions.values import checks
from petitions.values.person import CASEWORK, Officer
from petitions.values.petition import Petition
from petitions.words import LANGUAGES, day, say

FIELDS = ("number", "unit", "category", "filed", "due", "phone")
"""The fields that a saved reply may leave to be filled in from the case."""
FIELD = re.compile(r"\{([^{}\s]{1,20})\}")


def on_replies(talk: Talk, parts: list[str]) -> Answer:
    """The unit's saved replies: see, add, drop. For those who work its cases."""
    me = _worker(talk)
    match parts:
        case ["add"]:
            return drafts.start(talk, "saved_reply")
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


def _worker(talk: Talk) -> Officer:
    me = officer(talk)
    if me.role not in CASEWORK:
        raise NotYours("bad.not_yours")
    return me


def _submit_saved(talk: Talk, draft: Draft) -> Answer:
    talk.book.save_reply(_worker(talk).unit, draft.data["answers"]["saved"], talk.now)
    return on_replies(talk, ["list"])


def _template(talk: Talk, text: str) -> str:
    """A reply with fields that exist. Raises BadAnswer naming one that doesn't."""
    text = checks.words(text, checks.MIDDLE)
    for name in FIELD.findall(text):
        if name not in _names(talk):
            known = " ".join(f"{{{n}}}" for n in _names(talk))
            raise BadAnswer("bad.reply_field", name=name, known=known)
    return text


def _names(talk: Talk) -> dict[str, str]:
    """The name of a field, in any language → the field."""
    return {say(lang, f"field.{f}"): f for lang in LANGUAGES for f in FIELDS}


def filled(talk: Talk, petition: Petition, body: str) -> str:
    """A saved reply with its fields filled in from the case."""
    lang = talk.office.languages[0]
    due = petition.next_due
    values = {
        "number": petition.number,
        "unit": talk.office.unit_name(petition.unit, lang),
        "category": views.category_name(petition.category, lang),
        "filed": day(lang, petition.received_on),
        "due": "—" if due == due.max else day(lang, due),
        "phone": talk.office.units[petition.unit].phone if petition.unit in talk.office.units
        else talk.office.front.phone,
    }  # fmt: skip
    names = _names(talk)
    return FIELD.sub(lambda m: values[names[m[1]]] if m[1] in names else m[0], body)


forms.register(
    Form("saved_reply", (Step("saved", _template),), _submit_saved, checked=False, files=False)
)
