"""Filing a petition: by chat, and by an officer for somebody who wrote, called or came."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from petitions.book import Book, Chat, NewText, Planned
from petitions.case import running
from petitions.errors import (
    BadAnswer,
    NotYours,
)
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.matters import whom
from petitions.values import codes, danger
from petitions.values.channels import Channel
from petitions.values.person import CASEWORK, Actor, Audience, Identity, Officer
from petitions.values.petition import Entry, Kind, Petition, Running, Status
from petitions.verbs.acts.petitioning import CONSENTS
from petitions.verbs.days import calendar_of


@dataclass(frozen=True, slots=True)
class Filing:
    """A petition as a citizen hands it in."""

    facts: NewText
    request: NewText
    place: NewText
    identity: Identity
    hidden: str = ""
    """The people or units that must not see it, in words."""
    unnamed: bool = False
    files: tuple[int, ...] = ()
    unit: str = ""
    """Proposed by where it was filed (a poster's QR code); a person decides."""
    extra: tuple[NewText, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The slip that the petitioner takes home."""

    petition: Petition
    code: str
    due_on: date | None = None
    """By when it must be passed on; None where only the code is new."""


def submit(
    book: Book, office: Office, chat: Chat, person: int, filing: Filing, now: datetime
) -> Receipt:
    """File a petition: number, query code, history, the bureau's clock, the notices."""
    actor = Actor.petitioner(person)
    channel, today = Channel(chat.channel), local_day(now, office.zone)
    waits = _waits(book, office, person, filing, today)
    petition, code, clock = _file(
        book, office, channel, person, actor, filing, today, now, chat=chat.id, waits=waits
    )
    book.follow(petition.id, person, "filed", now)
    return Receipt(petition, code, clock.due_on)


def _waits(book: Book, office: Office, person: int, filing: Filing, today: date) -> int:
    """How far a petition is beyond the number of a day; 0: it isn't, or speaks of a danger. No
    petition is refused for it, and its clocks run from today as any other's."""
    texts = (filing.facts, filing.request, filing.place)
    if any(danger.look(text.body) for text in texts):
        return 0
    return max(0, book.filed_on(person, today) + 1 - office.rhythm.a_day)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a petition that an officer registers came in."""

    channel: Channel
    received_on: date
    """The day it reached the office; the bureau's clock runs from it."""
    proxy: str = ""
    """The person who files for the petitioner (代办); empty: nobody."""
    consent: str = ""
    """How the petitioner agreed to that."""


def register_for(
    book: Book, office: Office, officer: Officer, arrival: Arrival, filing: Filing, now: datetime
) -> Receipt:  # fmt: skip
    """File a petition that came by letter, telephone, visit … on behalf of its petitioner, who
    has no chat here. Raises BadAnswer, NotYours."""
    today = local_day(now, office.zone)
    if officer.role not in CASEWORK:
        raise NotYours("bad.not_yours")
    if not arrival.channel.in_person:
        raise BadAnswer("bad.stale")
    if not today - OLDEST <= arrival.received_on <= today:
        raise BadAnswer("bad.date_between", first=today - OLDEST, last=today)
    if arrival.proxy and arrival.consent not in CONSENTS:
        raise BadAnswer("bad.consent")
    person = book.add_person(now)
    if arrival.proxy:
        extra = (*filing.extra, NewText("proxy", arrival.proxy, Audience.BUREAU))
        filing = replace(filing, extra=extra)
    actor = Actor.officer(officer)
    petition, code, clock = _file(
        book, office, arrival.channel, person.id, actor, filing, arrival.received_on, now,
        {"consent": arrival.consent},
    )  # fmt: skip
    return Receipt(petition, code, clock.due_on)


OLDEST = timedelta(days=60)
"""How long ago something may have arrived that is registered today."""


def _file(
    book: Book, office: Office, channel: Channel, person: int, actor: Actor, filing: Filing,
    received_on: date, now: datetime, facts: dict[str, Any] | None = None, chat: int = 0,
    waits: int = 0,
) -> tuple[Petition, str, Running]:  # fmt: skip
    today = local_day(now, office.zone)
    kept = whom.meant(office, [filing.hidden] if filing.hidden else [])
    number = codes.case_number(office.area, channel, today, book.next_serial(today))
    code, calendar = codes.new_code(), calendar_of(book, office)
    first = running.planned(office, calendar, "pass_on", received_on)
    petition = book.add(
        Petition(
            id=0,
            number=number,
            channel=channel,
            status=Status.SUBMITTED,
            person=person,
            unit=office.bureau_for(kept),
            received_at=now,
            received_on=received_on,
            unnamed=filing.unnamed,
            sealed=bool(filing.hidden) or any(t.part == "hidden" for t in filing.extra),
            kind=Kind.ACCUSATION if filing.unnamed else None,
            proposed_unit=filing.unit,
            first_handler=actor.id if actor.kind == "officer" else 0,
            next_due=first.due_on,
            kept_from=kept,
            waits=waits,
        ),
        filing.identity,
        code,
    )
    texts = [filing.facts, filing.request, filing.place, *filing.extra]
    if filing.hidden:
        texts.append(NewText("hidden", filing.hidden, Audience.BUREAU))
    facts = {"channel": str(channel), "received": received_on.isoformat(), "unit": petition.unit,
             "until": running.until(office, [first])} | (facts or {})  # fmt: skip
    entry = Entry(0, now, actor, "submit", petition.status, Audience.EVERYBODY, facts)
    seq = book.write(petition.id, entry, texts)
    book.attach(petition.id, seq, filing.files, Audience.EVERYBODY)
    clock = book.start_clock(replace(first, case=petition.id))
    picture = [Planned("receipt_qr", petition.id, "1", f"chat:{chat}", now)] if chat else []
    book.plan(
        *picture,
        Planned("desk.filed", petition.id, "1", "desk", now, {"due": clock.due_on.isoformat()}),
        *running.reminders(office, calendar, [clock], today),
    )
    return petition, code, clock
