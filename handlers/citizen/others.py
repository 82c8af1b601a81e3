"""The others in a case, and those who looked into it; shutting others out."""

from __future__ import annotations

from handlers.citizen.own import may, me
from handlers.talk import Answer, Talk, stacked
from petitions.message import Message
from petitions.telling import looks
from petitions.values.petition import Petition
from petitions.verbs import access
from petitions.words import moment


def new_code(talk: Talk, petition: Petition) -> Answer:
    actor = me(talk, petition)
    given = access.renew_code(talk.book, talk.office, petition.id, actor, "", talk.now)
    return talk.tell("done.code", number=petition.number, code=given.code)


def looked(talk: Talk, petition: Petition) -> Answer:
    """The officers who looked into this case, and what for."""
    may(talk, petition, "take_file")
    seen = looks.of_case(talk.book, talk.office, petition, talk.lang)
    back = talk.button("button.back", "m", petition.id, "card")
    return [Message(looks.page(talk.lang, seen), ((back,),), case=petition.id)]


def who(talk: Talk, petition: Petition) -> Answer:
    """Which chats this case is open in: told to whoever may shut them out."""
    may(talk, petition, "shut_out")
    lines = [talk.say("who.head", number=petition.number)]
    others = 0
    for person in access.insiders(talk.book, petition):
        for chat in talk.book.chats_of(person):
            mine = chat.id == talk.chat.id
            others += not mine and person != talk.chat.person
            seen = moment(talk.lang, chat.seen_at, talk.office.zone) if chat.seen_at else "—"
            key = "who.here" if mine else "who.other"
            lines.append(talk.say(key, channel=talk.say(f"channel.{chat.channel}"), seen=seen))
    pin = "button.pin_change" if talk.book.person(talk.chat.person).pin else "button.pin"
    lines += ["", talk.say("who.pin")]
    buttons = [talk.button(pin, "priv", "setpin"),
               talk.button("button.back", "m", petition.id, "card")]  # fmt: skip
    if others:
        buttons.insert(0, talk.button("button.shut_out", "m", petition.id, "shut_out"))
    return [Message("\n".join(lines), stacked(*buttons))]


def shut_out(talk: Talk, petition: Petition) -> Answer:
    count = access.shut_out(talk.book, talk.office, petition.id, talk.chat, talk.now)
    if not count:
        return talk.tell("who.alone", number=petition.number)
    actor = me(talk, petition)
    given = access.renew_code(talk.book, talk.office, petition.id, actor, "", talk.now)
    return talk.tell("done.shut_out", number=petition.number, code=given.code, count=count)
