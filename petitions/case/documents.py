"""The numbered documents of the procedure, as text; `papers/` prints them.

A document's words are those of the history entry it was issued with, and of the petition it is
about: nothing is kept twice. `paper_body.py` says what stands in each kind.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from petitions.book import Book, History
from petitions.case import paper_body, reading
from petitions.case.paper_body import ANY, BODY, PaperDraft
from petitions.law.stationery import spoken
from petitions.law.units import Office
from petitions.message import Letter, Sheet
from petitions.values.person import Actor
from petitions.values.petition import Entry, Issued, Petition
from petitions.words import day, say


def readable(book: History, office: Office, petition: Petition, actor: Actor) -> list[Issued]:
    """The documents of a case this reader may have: the petitioner every one of theirs."""
    inside = actor.kind == "officer"
    return [
        one for one in book.documents(petition.id)
        if inside or not office.law.on(one.day).papers[one.kind].inside
    ]  # fmt: skip


def sheet(
    book: Book, office: Office, petition: Petition, issued: Issued, actor: Actor, lang: str
) -> Sheet:
    """A document ready to be read or printed."""
    history = list(book.history(petition.id))
    entry = next(e for e in history if e.seq == issued.seq)
    rules = office.law.on(issued.day)
    paper = PaperDraft(book, office, petition, kind_of(issued, entry), issued.day, entry, rules,
                       actor, lang, history)  # fmt: skip
    lines = [
        paper.say("document.case", number=petition.number),
        *(line for piece in BODY.get(paper.kind, ANY) for line in piece(paper)),
        *paper_body.edition(paper),
        *filter(None, (office.paper.says(issued.kind, lang),)),
    ]
    return Sheet(
        name=f"{issued.number}.pdf",
        title=paper.say(f"document.{paper.kind}"),
        number=issued.number,
        lines=tuple(lines),
        qr=f"c_{petition.number}",
        note=paper.say("document.check"),
        letter=_letter(paper, rules.papers[issued.kind].inside),
    )


REFUSALS = {"refuse_review": "review_refused", "refuse_rereview": "rereview_refused"}
"""Actions whose documents were once numbered among the opinions → what they are."""


def kind_of(issued: Issued, entry: Entry) -> str:
    """The kind of a document."""
    return REFUSALS.get(entry.action, issued.kind)


def _letter(paper: PaperDraft, inside: bool) -> Letter:
    seen = reading.audiences(paper.actor, paper.case, paper.office)
    held = paper.book.attachments(paper.case.id, paper.entry.seq)
    return replace(
        letter_of(paper.office, paper.entry.actor.unit, day(paper.lang, paper.day), paper.lang),
        to=paper_body.to(paper, inside),
        enclosing=paper.say("document.enclosed"),
        enclosed=tuple(PurePath(a.name).stem for a in held if a.audience in seen),
    )


def letter_of(office: Office, unit: str, day: str, lang: str) -> Letter:
    """A paper of a unit's: its heading, who signs when, where to ask. `day`: in the reader's
    language."""
    own, front = office.units.get(unit), office.front
    organ = office.unit_name(unit, lang)
    phone = (own.phone if own else "") or front.phone
    address = spoken((own.address if own else {}) or front.address, lang)
    return Letter(
        heading=office.paper.heads(organ, lang), to="", organ=organ, day=day,
        contact=say(lang, "document.contact", phone=phone, address=address), unit=unit,
    )  # fmt: skip
