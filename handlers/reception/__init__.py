"""/reception: the calendar of receptions (接访) that everybody sees; booking, and for the office
who comes and what came of it.
"""

from __future__ import annotations

from handlers.forms import drafts
from handlers.officer.case import officer
from handlers.reception.booking import about, book, cancel, mine, move, other
from handlers.reception.hosting import book_for, call_off, came, who_comes
from handlers.reception.listed import line_of, publishes, show
from handlers.talk import Answer, Talk, stacked
from petitions.message import Message
from petitions.values.meeting import Slot
from petitions.values.person import Role
from petitions.verbs import reception


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`list`, `publish`, `down`, and with an id: `slot`, `book`, `about:case`, `other`, `mine`,
    `move:slot`, `cancel`, `gone`, `for`, `came`, `off`."""
    match parts:
        case ["list"]:
            return show(talk)
        case ["publish"] if publishes(officer(talk)):
            return drafts.start(talk, "slot")
        case ["down"] if officer(talk).role is Role.LEADER:
            return drafts.start(talk, "matters_of")
        case [verb, id, *rest] if id.isdecimal() and len(id) < 16:
            more = int(rest[0]) if rest and rest[0].isdecimal() and len(rest[0]) < 16 else 0
            if verb in _SLOT:
                return _SLOT[verb](talk, talk.book.slot(int(id)), more)
            if verb in _BOOKING:
                return _BOOKING[verb](talk, talk.book.booking(int(id)), more)
    return talk.toast("bad.stale")


def _slot(talk: Talk, slot: Slot, more: int) -> Answer:
    """One reception: who comes, for those who look after it; a place, for everybody else."""
    if talk.officer and reception.manages(talk.office, talk.officer, slot):
        return who_comes(talk, slot)
    buttons = [talk.button("button.book", "rc", "book", slot.id),
               talk.button("button.back", "rc", "list")]  # fmt: skip
    return [Message(line_of(talk, slot), stacked(*buttons))]


_SLOT = {
    "slot": _slot,
    "book": book,
    "about": about,
    "other": other,
    "for": book_for,
    "off": call_off,
}
_BOOKING = {"mine": mine, "move": move, "cancel": cancel, "came": came}
