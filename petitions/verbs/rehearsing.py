"""The paper that an action would issue, looked at before it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from petitions.book import Book
from petitions.case import documents
from petitions.law.units import Office
from petitions.message import Sheet
from petitions.values.person import Actor
from petitions.verbs.acting import act
from petitions.words import say


def paper(
    book: Book, office: Office, case: int, action: str, actor: Actor, data: dict[str, Any],
    now: datetime, lang: str,
) -> Sheet | None:  # fmt: skip
    """The paper that `act` would issue with this data, as a draft without a number; None: it issues
    none. Nothing is done. Raises what `act` raises."""
    with book.rehearsal() as trial:
        before = {one.id for one in trial.documents(case)}
        petition = act(trial, office, case, action, actor, data, now)
        issued = [one for one in trial.documents(case) if one.id not in before]
        if not issued:
            return None
        made = documents.sheet(trial, office.on(now), petition, issued[-1], actor, lang)
    return replace(
        made,
        name=f"{say(lang, 'document.draft')}.pdf",
        number=say(lang, "document.unnumbered"),
        draft=say(lang, "document.draft"),
        qr="",
    )
