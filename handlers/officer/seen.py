"""The parts of a case that an officer may see and hear."""

from __future__ import annotations

from handlers.talk import Talk
from petitions.case import reading
from petitions.values.person import Actor, Role
from petitions.values.petition import Attachment, Petition, Text


def private(talk: Talk, petition: Petition, me: Actor) -> set[int]:
    """Entries whose words and files are closed to this officer."""
    if me.role != Role.LEADER and not petition.sealed:
        return set()
    return {
        e.seq for e in talk.book.history(petition.id)
        if reading.closed(me, petition, e, talk.office)
    }  # fmt: skip


def attached(talk: Talk, petition: Petition, me: Actor) -> list[Attachment]:
    """The attachments that this officer may see."""
    seen = reading.audiences(me, petition, talk.office)
    closed = private(talk, petition, me)
    held = talk.book.attachments(petition.id)
    return [f for f in held if f.audience in seen and f.seq not in closed]


def voices(talk: Talk, petition: Petition, me: Actor) -> list[Text]:
    """Voice messages of the case that this officer may open, with a reason."""
    seen = reading.audiences(me, petition, talk.office)
    closed = private(talk, petition, me)
    return [
        t for t in talk.book.texts(petition.id)
        if t.file and t.audience in seen and t.seq not in closed
    ]  # fmt: skip


def spoken(talk: Talk, petition: Petition, me: Actor) -> list[tuple[str, str]]:
    """Voice messages that this officer may hear, and write down: `entry:part` and a label."""
    return [(f"{t.seq}:{t.part}", talk.say(f"label.{t.part}")) for t in voices(talk, petition, me)]
