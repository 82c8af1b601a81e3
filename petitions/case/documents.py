"""The numbered documents of the procedure, as text; `papers/` prints them.

A document's words are those of the history entry it was issued with: nothing is kept twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import PurePath

from petitions.book import Book, History
from petitions.case import reading
from petitions.law.regulation import Regulation
from petitions.law.stationery import spoken
from petitions.law.units import Office
from petitions.message import Letter, Sheet
from petitions.values import parts
from petitions.values.person import Actor, Audience
from petitions.values.petition import Entry, Issued, Petition
from petitions.words import day, name_in, say


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
    entry = next(e for e in book.history(petition.id) if e.seq == issued.seq)
    seen, rules = reading.audiences(actor, petition, office), office.law.on(issued.day)
    texts = {
        t.part: t.body for t in book.texts(petition.id)
        if t.seq == issued.seq and t.audience in seen and t.body
    }  # fmt: skip
    lines = [
        say(lang, "document.case", number=petition.number),
        *_facts(rules, issued, entry, lang),
        *(
            say(lang, "text.line", label=say(lang, f"label.{part}"), body=texts[part])
            for part in parts.printed() if part in texts
        ),
        *_right(rules, issued, lang),
        *_law(rules, lang),
        *filter(None, (office.paper.says(issued.kind, lang),)),
    ]  # fmt: skip
    return Sheet(
        name=f"{issued.number}.pdf",
        title=say(lang, f"document.{issued.kind}"),
        number=issued.number,
        lines=tuple(lines),
        qr=f"c_{petition.number}",
        note=say(lang, "document.check"),
        letter=_letter(book, office, petition, issued, entry, seen, lang),
    )


def _letter(
    book: Book, office: Office, petition: Petition, issued: Issued, entry: Entry,
    seen: frozenset[Audience], lang: str,
) -> Letter:  # fmt: skip
    enclosed = [a for a in book.attachments(petition.id, issued.seq) if a.audience in seen]
    return replace(
        letter_of(office, entry.actor.unit, day(lang, issued.day), lang),
        to=say(lang, "document.to"),
        enclosing=say(lang, "document.enclosed"),
        enclosed=tuple(PurePath(a.name).stem for a in enclosed),
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


def _law(rules: Regulation, lang: str) -> list[str]:
    """Which edition of the rules its articles are of: another may hold when it is read."""
    if not rules.articles:
        return []
    return [say(lang, "document.law", name=name_in(lang, rules.names))]


def _facts(rules: Regulation, issued: Issued, entry: Entry, lang: str) -> list[str]:
    """What the entry's facts say in this kind of document."""
    facts, lines = entry.facts, []
    if facts.get("reason"):
        article = rules.refusals.get(facts["reason"], "")
        reason = say(lang, f"reason.{facts['reason']}")
        lines.append(say(lang, "document.reason", reason=reason, article=article))
    if facts.get("outcome"):
        outcome = say(lang, f"outcome.{facts['outcome']}")
        lines.append(say(lang, "document.outcome", outcome=outcome))
    if facts.get("old") and facts.get("due"):
        old, due = (day(lang, date.fromisoformat(facts[x])) for x in ("old", "due"))
        lines.append(say(lang, "document.longer", old=old, due=due))
    elif facts.get("due") and issued.kind == "accepted":
        due = day(lang, date.fromisoformat(facts["due"]))
        lines.append(say(lang, "document.due", due=due))
    return lines


def _right(rules: Regulation, issued: Issued, lang: str) -> list[str]:
    """What the petitioner may do against it."""
    window = {"opinion": "review_ask", "review_opinion": "rereview_ask"}.get(issued.kind)
    limit = rules.clocks.get(window) if window else None
    if limit:
        return ["", say(lang, f"document.right.{issued.kind}", days=limit.days,
                        article=limit.article)]  # fmt: skip
    if issued.kind == "rereview_opinion":
        return ["", say(lang, "document.right.rereview_opinion")]
    return []
