"""A danger to life or a crime under way, in whatever somebody writes: the emergency numbers
at once, the duty desk told about the matter, and the conversation goes on.
"""

from __future__ import annotations

from handlers.forms import drafts
from handlers.talk import Talk
from petitions.book import Draft, Planned
from petitions.law.clocks import local_day
from petitions.matters import whom
from petitions.message import Message
from petitions.values import danger
from petitions.words import name_in

EXCERPT = 300
"""Characters of the message that the duty officer reads."""


def _bureau(talk: Talk, form: Draft | None) -> str:
    """Whose duty desk reads it: the bureau's, or that of who stands above it, where the bureau or
    its people are whom it is about."""
    case = talk.book.petition(form.case) if form and form.case else None
    said = form.data["answers"].get("hidden", "") if form else ""
    said = [whom.spelled(talk.office, said), talk.incoming.text]
    kept = whom.meant(talk.office, filter(None, said), case.kept_from if case else ())
    return talk.office.bureau_for(kept)


def listen(talk: Talk) -> None:
    """Look at what came in, before anything else is done with it; also when it is refused."""
    if talk.officer or talk.incoming.kind not in ("text", "file"):
        return
    found = danger.look(talk.incoming.text)
    if found is None:
        return
    numbers = " ".join(found.numbers)
    talk.before.append(
        Message(talk.say("danger.now", what=name_in(talk.lang, found.names), numbers=numbers))
    )
    open_form = drafts.open_draft(talk)
    unit = _bureau(talk, open_form)
    kept = talk.book.new_draft(
        Draft(
            0, talk.chat.id, 0, "danger",
            data={
                "danger_text": talk.incoming.text[:EXCERPT],
                "number": open_form.data.get("number", "") if open_form else "",
                "unit": unit,
            },
        ),
        talk.now,
    )  # fmt: skip
    # One alert for a chat, a kind and a day: who writes on isn't reported at every line.
    occasion = f"{talk.chat.id}:{found.kind}:{local_day(talk.now, talk.office.zone)}"
    facts = {"draft": kept.id, "danger": found.kind, "numbers": numbers, "unit": unit}
    talk.book.plan(Planned("duty.danger", 0, occasion, "duty", talk.now, facts))
