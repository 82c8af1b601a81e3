"""Away from the desk: a colleague hears the alerts meanwhile."""

from __future__ import annotations

from handlers.officer.case import officer
from handlers.talk import Answer, Talk, stacked
from petitions.message import Button, Message, packed
from petitions.values.person import Officer, Role


def colleagues(talk: Talk, me: Officer) -> list[Officer]:
    """Officers of the unit who can be reached, but for oneself."""
    return [
        o for o in talk.book.seated(me.unit)
        if o.id != me.id and o.role is not Role.ADMINISTRATOR
    ]  # fmt: skip


def label(talk: Talk, one: Officer) -> str:
    """How a colleague's desk is named in a choice."""
    away = talk.say("absence.is_away") if one.away else ""
    return f"{one.name or talk.say(f'role.{one.role}')}{away}"


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`ask`: who stands in? an id: they do; `0`: nobody in particular; `back`: I am here."""
    me = officer(talk)
    match parts:
        case ["back"]:
            talk.book.set_away(me.id, False, 0)
            return talk.tell("desk.back")
        case ["ask"]:
            buttons = [
                Button(label(talk, one), packed("away", one.id)) for one in colleagues(talk, me)
            ]
            buttons.append(talk.button("button.nobody", "away", 0))
            return [Message(talk.say("absence.who"), stacked(*buttons))]
        case ["0"]:
            talk.book.set_away(me.id, True, 0)
            return talk.tell("desk.away", (talk.button("button.be_back", "away", "back"),))
        case [id] if id.isdecimal() and len(id) < 16:
            chosen = next((o for o in colleagues(talk, me) if o.id == int(id)), None)
            if chosen is None:
                return talk.toast("bad.colleague")
            talk.book.set_away(me.id, True, chosen.id)
            back = talk.button("button.be_back", "away", "back")
            return talk.tell("desk.away_to", (back,), name=label(talk, chosen))
    return talk.toast("bad.stale")
