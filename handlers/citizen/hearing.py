"""/notices: when a person wants to hear from the office: at once, not at night, once a day."""

from __future__ import annotations

from handlers.citizen import rating
from handlers.talk import Answer, Talk, stacked
from petitions.case.notices import DIGEST_HOURS, QUIET
from petitions.message import Message


def notices(talk: Talk, rest: str = "") -> Answer:
    """How it is set, and what else there is."""
    chat = talk.chat
    first, last = QUIET
    if chat.digest is not None:
        now = talk.say("hearing.digest", hour=chat.digest)
    else:
        now = talk.say("hearing.quiet" if chat.quiet else "hearing.at_once",
                       first=first, last=last)  # fmt: skip
    buttons = [
        talk.button("button.at_once", "hear", "at_once"),
        talk.button("button.quiet", "hear", "quiet", first=first, last=last),
        *(talk.button("button.digest", "hear", hour, hour=hour) for hour in DIGEST_HOURS),
    ]
    muted = bool(chat.person) and talk.book.person(chat.person).muted
    buttons.append(talk.button("button.unmute" if muted else "button.mute", "hear", "mute"))
    return [Message(talk.say("hearing.head", now=now), stacked(*buttons))]


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """Choose."""
    chat = talk.chat
    match parts:
        case ["mute"]:
            return rating.mute_all(talk)
        case ["at_once"]:
            chat.quiet, chat.digest = False, None
        case ["quiet"]:
            chat.quiet, chat.digest = True, None
        case [hour] if hour in {str(h) for h in DIGEST_HOURS}:
            chat.quiet, chat.digest = True, int(hour)
        case _:
            return talk.toast("bad.stale")
    return notices(talk)
