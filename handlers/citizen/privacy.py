"""/privacy: what is kept, who looked, everything as an archive, deleting drafts, erasing what
needn't be kept; and the phone that several people share.
"""

from __future__ import annotations

from collections.abc import Callable

from handlers.citizen import pins
from handlers.citizen.filing import front
from handlers.citizen.own import own_cases
from handlers.forms import drafts
from handlers.officer import login
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.case import parting, staffing
from petitions.message import Archive, Message
from petitions.telling import looks
from petitions.values.channels import caps_of
from petitions.verbs import access, erasing
from petitions.words import day as day_of
from petitions.words import moment


def privacy(talk: Talk, rest: str = "") -> Answer:
    """/privacy: the notice, and what one can do about what is held."""
    if not talk.chat.person:
        return talk.tell("person.who", (talk.button("button.come_back", "person", "pin"),))
    person = talk.book.person(talk.chat.person)
    rows = stacked(
        talk.button("button.looks", "priv", "looks"),
        talk.button("button.export", "priv", "export"),
        talk.button("button.drop_drafts", "priv", "drafts"),
        talk.button("button.erase", "priv", "erase"),
        talk.button("button.sessions", "priv", "chats"),
        talk.button("button.pin_change" if person.pin else "button.pin", "priv", "setpin"),
        talk.button(
            "button.neutral_off" if person.neutral else "button.neutral_on", "priv", "neutral"
        ),
        talk.button("button.other_person", "priv", "other"),
        talk.button("button.leave_phone", "priv", "leave"),
    )
    return [Message(talk.say("privacy.long", **front(talk)), rows)]


def _looks(talk: Talk) -> Answer:
    """Every look into one of this person's cases."""
    seen = [x for case in own_cases(talk)
            for x in looks.of_case(talk.book, talk.office, case, talk.lang)]  # fmt: skip
    return [Message(looks.page(talk.lang, seen))]


def _export(talk: Talk) -> Answer:
    """Everything held of this person, as one archive."""
    login.must_be_fresh(talk)
    archive = Archive(talk.chat.id, talk.chat.person, 0)
    return [Message(talk.say("privacy.export"), archive=archive)]


def _drafts(talk: Talk) -> Answer:
    drafts = talk.book.drafts_of(talk.chat.person)
    if not drafts:
        return talk.toast("privacy.no_drafts")
    sure = talk.button("button.delete", "priv", "drop")
    return talk.tell("privacy.drop", (sure,), count=len(drafts))


def _drop(talk: Talk) -> Answer:
    for draft in talk.book.drafts_of(talk.chat.person):
        talk.book.drop_draft(draft.id)
    talk.chat.draft = 0
    return talk.tell("privacy.dropped")


def _erase(talk: Talk) -> Answer:
    """Said before an erasure: data it takes, cases that go on or must be kept, and until when."""
    found = erasing.held(talk.book, talk.office, talk.chat.person, talk.now)
    lines = [talk.say("erase.now")]
    if found.going_on:
        lines.append(talk.say("erase.going_on", numbers=erasing.numbers(found.going_on, talk.lang)))
    if found.booked:
        lines.append(talk.say("erase.booked", count=found.booked))
    for until in dict.fromkeys(until for _, until in found.kept):
        numbers = erasing.numbers((case for case, day in found.kept if day == until), talk.lang)
        lines.append(
            talk.say("erase.kept", numbers=numbers, until=day_of(talk.lang, until)) if until
            else talk.say("erase.kept_always", numbers=numbers)
        )  # fmt: skip
    if found.over:
        lines.append(talk.say("erase.over", numbers=erasing.numbers(found.over, talk.lang)))
    lines.append(talk.say("erase.stays"))
    if not caps_of(talk.chat.channel).own:
        lines.append(talk.say(f"erase.{talk.chat.channel}"))
    if talk.officer:
        lines.append(talk.say("erase.desk"))
    lines.append(talk.say("erase.sure"))
    rows = stacked(talk.button("button.erase_yes", "priv", "erase_yes"),
                   talk.button("button.export", "priv", "export"))  # fmt: skip
    return [Message("\n\n".join(lines), rows)]


def _erase_yes(talk: Talk) -> Answer:
    if talk.book.person(talk.chat.person).pin:
        return drafts.start(talk, "erase")
    return _erased(talk)


def _erased(talk: Talk) -> Answer:
    found = erasing.erase(talk.book, talk.office, talk.chat, talk.now)
    key = "erase.done_but" if found.stays else "erase.done"
    return talk.tell(key, (talk.button("button.new", "new", "start"),),
                     (talk.button("button.track", "track", "start"),))  # fmt: skip


def _submit_erase(talk: Talk, draft: Draft) -> Answer:
    if not access.is_pin(talk.book, talk.chat, draft.data["answers"].pop("pin"), talk.now):
        return talk.tell("erase.wrong_pin", (talk.button("button.try_again", "priv", "erase_yes"),))
    return _erased(talk)


def _chats(talk: Talk) -> Answer:
    """Where this person's matters are open; each can be shut."""
    lines, buttons = [talk.say("sessions.head")], []
    for chat in talk.book.chats_of(talk.chat.person):
        seen = moment(talk.lang, chat.seen_at, talk.office.zone) if chat.seen_at else "—"
        here = chat.id == talk.chat.id
        channel = talk.say(f"channel.{chat.channel}")
        lines.append(talk.say("who.here" if here else "who.other", channel=channel, seen=seen))
        if not here:
            buttons.append(talk.button("button.end_session", "priv", "end", chat.id, seen=seen))
    buttons.append(talk.button("button.leave_phone", "priv", "leave"))
    return [Message("\n".join(lines), stacked(*buttons))]


def _neutral(talk: Talk) -> Answer:
    person = talk.book.person(talk.chat.person)
    person.neutral = not person.neutral
    talk.book.save_person(person)
    return talk.tell("privacy.neutral_on" if person.neutral else "privacy.neutral_off")


def _set_pin(talk: Talk) -> Answer:
    return drafts.start(talk, "set_pin")


def _other(talk: Talk) -> Answer:
    """Somebody else wants to use this phone; who uses it now needs a PIN to come back."""
    if not talk.book.person(talk.chat.person).pin:
        return talk.tell("person.pin_first", (talk.button("button.pin", "priv", "setpin"),))
    taken = _taken_along(talk)
    talk.chat.person = talk.book.new_person(talk.chat.id, talk.now).id
    talk.chat.agreed_at = None
    rows = stacked(talk.button("button.new", "new", "start"),
                   talk.button("button.come_back", "person", "pin"))  # fmt: skip
    return [Message(talk.say("person.welcome") + taken, rows)]


def _taken_along(talk: Talk) -> str:
    """Everything of this chat goes with whoever leaves it, their desks too; gives in words what
    stays all the same."""
    chat, desks = talk.chat, talk.book.desks_of(talk.chat.id)
    stays = talk.book.take_back(chat.id, talk.now)
    for desk in desks:
        parting.unseat(talk.book, talk.office, desk, "left", talk.now, desk.id)
    staffing.end_opened(talk.book, chat.id)
    chat.draft = chat.officer = 0
    talk.officer = None
    if caps_of(chat.channel).own:
        return ""
    return "\n" + talk.say("person.left_telegram" if stays else "person.left_chat", count=stays)


def _leave(talk: Talk) -> Answer:
    key = "person.leave_pin" if talk.book.person(talk.chat.person).pin else "person.leave_no_pin"
    desk = "\n" + talk.say("person.leave_desk") if talk.officer else ""
    return [Message(talk.say(key) + desk, ((talk.button("button.leave_yes", "priv", "gone"),),))]


def _gone(talk: Talk) -> Answer:
    """Shut this person's matters on this phone."""
    person = talk.book.person(talk.chat.person)
    taken = _taken_along(talk)
    if not person.pin:
        talk.book.leave(talk.chat.id, person.id, talk.now)
        fresh = talk.book.new_person(talk.chat.id, talk.now)
        talk.chat.person, talk.chat.agreed_at = fresh.id, None
        row = (talk.button("button.track", "track", "start"),)
        return [Message(talk.say("person.left") + taken, (row,))]
    talk.chat.person = 0
    row = (talk.button("button.come_back", "person", "pin"),)
    return [Message(talk.say("person.left_pin") + taken, (row,))]


_VERBS: dict[str, Callable[[Talk], Answer]] = {
    "looks": _looks,
    "export": _export,
    "drafts": _drafts,
    "drop": _drop,
    "erase": _erase,
    "erase_yes": _erase_yes,
    "chats": _chats,
    "neutral": _neutral,
    "setpin": _set_pin,
    "other": _other,
    "leave": _leave,
    "gone": _gone,
}


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """A button of /privacy."""
    if not talk.chat.person:
        return talk.tell("person.who", (talk.button("button.come_back", "person", "pin"),))
    if len(parts) == 2 and parts[0] == "end" and parts[1].isdecimal() and len(parts[1]) < 16:
        mine = {c.id for c in talk.book.chats_of(talk.chat.person)}
        if int(parts[1]) not in mine:
            return talk.toast("bad.stale")
        parting.close(talk.book, int(parts[1]), talk.chat.person, talk.now)
        return talk.tell("sessions.ended")
    verb = _VERBS.get(parts[0]) if parts else None
    return verb(talk) if verb else talk.toast("bad.stale")


def _submit_pin(talk: Talk, draft: Draft) -> Answer:
    access.remember_pin(talk.book, talk.chat, draft.data["answers"].pop("pin"))
    return talk.tell("person.pin_set")


def _submit_back(talk: Talk, draft: Draft) -> Answer:
    if not access.come_back(talk.book, talk.chat, draft.data["answers"].pop("pin"), talk.now):
        again = talk.button("button.try_again", "person", "pin")
        return talk.tell(
            "person.wrong_pin", (again,), (talk.button("button.track", "track", "start"),)
        )
    return talk.tell("person.back", (talk.button("button.my", "my", "list", 0),))


pins.asked("set_pin", _submit_pin)
pins.asked("erase", _submit_erase)
pins.asked("come_back", _submit_back)


def on_person(talk: Talk, parts: list[str]) -> Answer:
    """Somebody comes back to a shared phone."""
    return drafts.start(talk, "come_back")
