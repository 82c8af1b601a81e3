"""Texts handed over at once: the receipt, the slip of a case on paper, its status alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from petitions.book import Book
from petitions.case.documents import letter_of
from petitions.law import citing
from petitions.law.clocks import day_of, local_day
from petitions.law.units import Office
from petitions.message import Message, Sheet
from petitions.telling.views import button, clock_line, next_clock
from petitions.values.petition import Kind, Petition
from petitions.verbs.filing import Receipt
from petitions.words import day, say


def receipt(office: Office, given: Receipt, lang: str) -> Message:
    """Number, code, and what happens next by when; the law behind it stands at "why this date"."""
    rules, petition = office.rules, given.petition
    text = say(
        lang,
        "receipt.accusation" if petition.kind is Kind.ACCUSATION else "receipt.text",
        number=petition.number,
        code=given.code,
        due=day(lang, given.due_on) if given.due_on else "",
        notify=say(lang, "counted.days", count=rules.clocks["notify"].days),
        answer=say(lang, "counted.days", count=rules.clocks["answer"].days),
        phone=office.front.phone,
        **citing.values(rules, lang),
    )
    if petition.unit != office.bureau:
        text += "\n" + say(lang, "receipt.above", unit=office.unit_name(petition.unit, lang))
    rows = (
        (button(lang, "button.details", "m", petition.id, "details"),),
        (
            button(lang, "button.card", "m", petition.id, "card"),
            button(lang, "button.why", "m", petition.id, "why"),
        ),
    )
    return Message(text, rows, case=petition.id)


LATER = ("notify", "answer")
"""The clocks of which somebody whose petition has just arrived wants to know."""


def later_limits(office: Office, lang: str) -> str:
    """How long the next steps of a petition may take, by which article, and what else may come."""
    lines = [say(lang, "why.later")]
    for clock in LATER:
        limit = office.rules.clocks[clock]
        what, length = say(lang, f"clock.{clock}.what"), say(lang, "counted.days", count=limit.days)
        cited = citing.of_limit(office.rules, limit, lang)
        lines.append(say(lang, "why.step", what=what, length=length, cite=cited))
        if limit.extension:
            longest = say(lang, "counted.days", count=limit.days + limit.extension.days)
            lines.append(say(lang, "why.longest", longest=longest))
    return "\n".join([*lines, say(lang, "why.perhaps")])


def slip(office: Office, given: Receipt, lang: str) -> Sheet:
    """The slip that somebody who came on paper takes home: number, code, what happens next and how
    they hear of it without a chat, a QR code."""
    rules, petition, front = office.rules, given.petition, office.front
    days = {name: say(lang, "counted.days", count=rules.clocks[name].days)
            for name in ("notify", "answer")}  # fmt: skip
    said = {
        "bureau": office.unit_name(petition.unit, lang),
        "day": day(lang, petition.received_on),
        "due": day(lang, given.due_on) if given.due_on else "",
        "number": petition.number, "code": given.code, "phone": front.phone,
    }  # fmt: skip
    parts = ("filed", "next", "told", "ask", "pin", "withdraw")
    return Sheet(
        name=f"{petition.number}.pdf", title=say(lang, "slip.title"), number=petition.number,
        lines=tuple(say(lang, f"slip.{part}", **said, **days) for part in parts),
        qr=f"c_{petition.number}", note=say(lang, "slip.scan"),
        letter=replace(letter_of(office, petition.unit, said["day"], lang), slip=True),
    )  # fmt: skip


def status_only(
    book: Book, office: Office, petition: Petition, lang: str, now: datetime
) -> Message:  # fmt: skip
    """The status that a slip of paper opens: where the matter stands, and nobody's words."""
    unit = office.unit_name(petition.unit, lang)
    lines = [
        petition.number,
        say(lang, "card.status", status=say(lang, f"status.{petition.status}"), unit=unit),
        say(lang, "card.filed", day=day(lang, petition.received_on),
            days=day_of(petition.received_on, now, office.zone)),
    ]  # fmt: skip
    clock = next_clock(office, book.clocks(petition.id))
    if clock:
        lines.append(clock_line(office, clock, local_day(now, office.zone), lang))
    return Message("\n".join(lines))
