"""The use cases, as verbs. Each is one transaction on the book; time is an argument.

Nearly everything that happens to a case is one verb, `act`: load, decide by the table,
save, write the history, start and stop clocks, plan the notices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from petitions import checks, codes, lifecycle
from petitions.book import Book, Chat, NewText, Planned
from petitions.clocks import due, is_late, local_day, morning
from petitions.errors import BadAnswer, Changed, NotPossibleNow, SlowDown, Unknown
from petitions.history import new_salt
from petitions.petition import (
    FINAL,
    Actor,
    Audience,
    Channel,
    Entry,
    Identity,
    Kind,
    Officer,
    Petition,
    Role,
    Status,
)
from petitions.regulation import regulation
from petitions.units import Office, StaffPlan


@dataclass(frozen=True, slots=True)
class Filing:
    """What a citizen hands in."""

    facts: NewText
    request: NewText
    place: NewText
    identity: Identity
    hidden: str = ""
    """Who must not see it."""
    unnamed: bool = False
    files: tuple[int, ...] = ()
    extra: tuple[NewText, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the petitioner takes home."""

    petition: Petition
    code: str
    due_on: date | None = None
    """By when it must be passed on; None where only the code is new."""


def submit(
    book: Book, office: Office, chat: Chat, person: int, filing: Filing, now: datetime
) -> Receipt:
    """File a petition: number, query code, history, the bureau's clock, the notices."""
    today = local_day(now, office.zone)
    channel = Channel(chat.channel)
    number = codes.case_number(office.area, channel, today, book.next_serial(today))
    code = codes.new_code()
    petition = book.add(
        Petition(
            id=0,
            number=number,
            channel=channel,
            status=Status.SUBMITTED,
            person=person,
            unit=office.bureau,
            received_at=now,
            unnamed=filing.unnamed,
            kind=Kind.ACCUSATION if filing.unnamed else None,
        ),
        filing.identity,
        code,
    )
    texts = [filing.facts, filing.request, filing.place, *filing.extra]
    if filing.hidden:
        texts.append(NewText("hidden", filing.hidden, Audience.BUREAU))
    actor = Actor.petitioner(person)
    entry = Entry(0, now, actor, "submit", petition.status, Audience.EVERYBODY)
    seq = book.write(petition.id, entry, texts)
    book.attach(petition.id, seq, filing.files, Audience.EVERYBODY)
    book.follow(petition.id, person, "filed", now)
    due_on, reminders = _start_clock(book, office, petition, "pass_on", now)
    book.plan(
        Planned("receipt_qr", petition.id, "1", f"chat:{chat.id}", now),
        Planned("desk.filed", petition.id, "1", "desk", now),
        *reminders,
    )
    return Receipt(petition, code, due_on)


def act(
    book: Book,
    office: Office,
    case: int,
    action: str,
    actor: Actor,
    data: dict[str, Any],
    now: datetime,
    version: int | None = None,
) -> Petition:
    """Do `action` on a case as `actor`.

    `data` holds what the action needs: `unit`, `reason` (codes), `kind`, `category`, words
    under the names of `lifecycle.TEXTS`, `files` (ids), `voice` (name → file id). `version`
    is the one the actor saw; None skips that check.

    Raises NotYours, NotPossibleNow, Changed, BadAnswer, Unknown; then nothing has changed.
    """
    petition = book.petition(case)
    if version is not None and version != petition.version:
        raise Changed("bad.changed")
    rule = lifecycle.find(petition, action, actor, office)
    for need in rule.needs:
        if not data.get(need) and need not in data.get("voice", {}):
            raise BadAnswer("bad.needs", what=need)

    before, data = petition.status, dict(data)
    facts = _apply(book, office, petition, action, actor, data, now)
    if rule.to is not None:
        petition.status = rule.to
    if petition.status in FINAL and before not in FINAL:
        petition.ended_at = now
    _stop_clocks(book, petition.id, rule.stops, action, now, office)
    notices: list[Planned] = []
    for clock in rule.starts:
        due_on, reminders = _start_clock(book, office, petition, clock, now)
        facts["due"] = due_on.isoformat()
        notices += reminders
    texts = _texts(data, petition, action)
    entry = Entry(0, now, actor, action, petition.status, rule.audience, facts)
    seq = book.write(case, entry, texts)
    if data.get("files"):
        book.attach(case, seq, data["files"], rule.audience)
    book.save(petition)
    for tell in rule.tells:
        to, kind = tell.split(":")
        notices.append(Planned(f"{to}.{kind}", case, str(seq), to, now, {"seq": seq}))
    if rule.audience is Audience.EVERYBODY:
        notices.append(Planned("card", case, str(seq), "petitioner", now))
    book.plan(*notices)
    return petition


def _texts(data: dict[str, Any], petition: Petition, action: str) -> list[NewText]:
    """The words among an action's data, each for its readers."""
    voices: dict[str, int] = data.get("voice", {})
    texts = []
    for part, audience in lifecycle.TEXTS.items():
        if data.get(part) or part in voices:
            texts.append(NewText(part, data.get(part, ""), audience, voices.get(part, 0)))
    if action == "open_name":
        texts = [replace(t, part="why_opened") for t in texts]
    return texts


def _apply(
    book: Book,
    office: Office,
    petition: Petition,
    action: str,
    actor: Actor,
    data: dict[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """What the action changes in the case itself; gives the facts for the history."""
    facts: dict[str, Any] = {}
    match action:
        case "register":
            petition.kind = Kind(data["kind"])
            petition.category = str(data.get("category", ""))
            petition.proposed = bool(data.get("proposed", True))
            facts = {"kind": str(petition.kind), "category": petition.category}
        case "pass_on":
            unit = office.unit(data["unit"])
            if unit.id == petition.unit and petition.status is Status.PASSED:
                raise NotPossibleNow("bad.same_unit")
            facts = {"unit": unit.id, "from": petition.unit}
            petition.unit, petition.handler = unit.id, 0
        case "accept":
            petition.accepted_at = now
        case "refuse":
            if data["reason"] not in regulation().refusals:
                raise Unknown("bad.reason")
            facts = {"reason": data["reason"]}
        case "reply":
            petition.answered_at = now
        case "detail" | "confirm":
            facts = _details(book, petition, data)
        case "contact":
            identity = book.identity(petition.id)
            changes = {k: str(v) for k, v in data.get("contact", {}).items()}
            book.set_identity(petition.id, replace(identity, **changes))
            facts = {"changed": sorted(changes)}
        case "withdraw":
            petition.resumed = petition.status
        case "take_back":
            _take_back(book, petition, now)
        case "transcribe":
            facts = _write_down(book, office, petition, actor, data)
        case "shut_out":
            facts = {"chats": int(data["chats"])}
        case "track":
            facts = {"channel": str(data["channel"])}
    if actor.kind == "officer" and action in WORKING:
        petition.handler = petition.handler or actor.id
        petition.first_handler = petition.first_handler or actor.id
    if action == "take":
        petition.handler = actor.id
        facts["handler"] = actor.id
    if actor.kind == "officer":
        facts["officer"] = actor.id
    return facts


WORKING = frozenset({"register", "take", "accept", "ask", "reply", "transcribe"})
"""Acts by which an officer becomes the case's handler if it has none."""


def _details(book: Book, petition: Petition, data: dict[str, Any]) -> dict[str, Any]:
    """Details the petitioner adds after the receipt, or confirms."""
    facts: dict[str, Any] = {}
    if data.get("kind"):
        petition.kind = Kind(data["kind"])
        facts["kind"] = str(petition.kind)
    if "category" in data:
        petition.category = str(data["category"])
        facts["category"] = petition.category
    if data.get("people"):
        petition.people = int(data["people"])
        facts["people"] = petition.people
    if data.get("id_number"):
        identity = replace(book.identity(petition.id), id_number=data["id_number"])
        book.set_identity(petition.id, identity)
        facts["id_number"] = True
    petition.proposed = False
    return facts


def _write_down(
    book: Book, office: Office, petition: Petition, actor: Actor, data: dict[str, Any]
) -> dict[str, Any]:
    """What was said in a voice message, `spoken` being its `entry:part`. A spoken name goes
    where names are sealed, and not into the case's texts. Raises Unknown, BadAnswer."""
    seen = lifecycle.audiences(actor, petition, office)
    spoken = next(
        (t for t in book.texts(petition.id)
         if f"{t.seq}:{t.part}" == data["spoken"] and t.file and t.audience in seen),
        None,
    )  # fmt: skip
    if spoken is None:
        raise Unknown("bad.no_voice")
    if spoken.part in lifecycle.IDENTITY:
        checked = checks.spoken(spoken.part, data.pop("transcript"))
        who = replace(book.identity(petition.id), **{spoken.part: checked})
        book.set_identity(petition.id, who)
    return {"part": spoken.part, "of": spoken.seq}


def _take_back(book: Book, petition: Petition, now: datetime) -> None:
    """Undo a withdrawal: the status and the clocks are what they were."""
    days = regulation().limits["take_back"].days
    if petition.ended_at is None or now > petition.ended_at + timedelta(days=days):
        raise NotPossibleNow("bad.too_late_back", days=days)
    petition.status = petition.resumed or Status.SUBMITTED
    petition.resumed = petition.ended_at = None
    for clock in book.clocks(petition.id):
        if clock.outcome == "withdrawn":
            book.end_clock(clock.id, None, "")


def _start_clock(
    book: Book, office: Office, petition: Petition, name: str, now: datetime
) -> tuple[date, list[Planned]]:
    """Start a clock; gives the due date and the reminders it deserves."""
    start = local_day(now, office.zone)
    until = due(start, regulation().clocks[name])
    clock = book.start_clock(petition.id, name, start, until)
    facts = {"clock_id": clock.id, "clock": name, "due": until.isoformat()}
    next_morning = morning(until + timedelta(days=1), office.zone)
    return until, [
        Planned(f"{to}.{kind}", petition.id, f"clock:{clock.id}", to, when, facts)
        for to, kind, when in (
            ("desk", "due", morning(until, office.zone)),
            ("desk", "late", next_morning),
            ("petitioner", "late", next_morning),
        )
    ]


def _stop_clocks(
    book: Book, case: int, names: Sequence[str], action: str, now: datetime, office: Office
) -> None:
    if not names:
        return
    today = local_day(now, office.zone)
    for clock in book.clocks(case):
        if clock.clock in names and clock.ended_at is None:
            late = is_late(clock, today)
            outcome = "withdrawn" if action == "withdraw" else "late" if late else "kept"
            book.end_clock(clock.id, now, outcome)


# Query codes and other ways to a case


def _new_code(book: Book, petition: Petition) -> str:
    code = codes.new_code()
    book.set_code_hash(petition.id, book.hash_code(code))
    return code


def renew_code(
    book: Book, office: Office, case: int, actor: Actor, why: str, now: datetime
) -> Receipt:
    """A new query code; the old one ends. The petitioner may at any time, an officer only
    after an identity check, whose reason is kept and told."""
    action = "renew_code" if actor.kind == "petitioner" else "new_code"
    petition = act(book, office, case, action, actor, {"why": why} if why else {}, now)
    return Receipt(petition, _new_code(book, petition))


CHAT_TRIES = 5
"""Wrong tries a chat has before it must wait."""
NUMBER_TRIES = 10
"""Wrong tries strangers have at one number, together."""
TRY_WINDOW = timedelta(hours=24)


def _slow_down(book: Book, bucket: str, free: int, now: datetime) -> None:
    """Raises SlowDown while the bucket's waiting time runs: 1, 2, 4 … minutes, a day at most."""
    tries = book.tries(bucket, now - TRY_WINDOW)
    if len(tries) < free:
        return
    wait = min(timedelta(minutes=2 ** min(len(tries) - free, 11)), TRY_WINDOW)
    left = max(tries) + wait - now
    if left > timedelta():
        raise SlowDown("bad.slow_down", minutes=int(left.total_seconds() // 60) + 1)


def track(
    book: Book, office: Office, chat: Chat, number: str, code: str, now: datetime
) -> Petition | None:
    """Open a case by number and query code; None when they don't belong together.

    The same answer for a wrong code and for a number that doesn't exist. A wrong try is
    counted for the chat and for the number; never raises for a chat that follows the case.
    Raises SlowDown.
    """
    petition = book.by_number(number)
    if petition and chat.person and book.follows(petition.id, chat.person):
        return petition
    _slow_down(book, f"chat:{chat.id}", CHAT_TRIES, now)
    _slow_down(book, f"number:{number}", NUMBER_TRIES, now)
    wanted = book.code_hash(petition.id) if petition else b"-"
    if not codes.same(book.hash_code(code), wanted) or petition is None:
        book.add_try(f"chat:{chat.id}", now)
        book.add_try(f"number:{number}", now)
        return None
    if not chat.person:
        chat.person = book.new_person(chat.id, now).id
        book.save_chat(chat)
    book.follow(petition.id, chat.person, "code", now)
    actor = Actor.petitioner(chat.person)
    petition = act(book, office, petition.id, "track", actor, {"channel": chat.channel}, now)
    for person in book.followers(petition.id):
        if person != chat.person:
            for other in book.chats_of(person):
                occasion = f"{chat.id}:{now.isoformat()}"
                told = f"chat:{other.id}"
                book.plan(Planned("petitioner.opened_elsewhere", petition.id, occasion, told, now))
    return petition


def shut_out(book: Book, office: Office, case: int, chat: Chat, now: datetime) -> int:
    """End every other person's way to the case; gives how many there were. The query code
    ends too, for it may have been what let them in."""
    others = [p for p in book.followers(case) if p != chat.person]
    for person in others:
        book.unfollow(case, person, now)
    act(book, office, case, "shut_out", Actor.petitioner(chat.person), {"chats": len(others)}, now)
    return len(others)


def own(book: Book, case: int, person: int) -> Petition:
    """The case, if this person follows it. Raises Unknown, never a hint that it exists."""
    if not person or not book.follows(case, person):
        raise Unknown("bad.no_case")
    return book.petition(case)


# The desk


def open_name(
    book: Book, office: Office, case: int, officer: Officer, why: str, now: datetime
) -> Identity:
    """Who the petitioner is: with a reason, logged, and told to the petitioner."""
    act(book, office, case, "open_name", Actor.officer(officer), {"why": why}, now)
    return book.identity(case)


def invite(book: Book, office: Office, unit: str, role: Role, name: str, now: datetime) -> str:
    """A one-time token that seats somebody at a desk: an empty one of this unit, role and
    name, or a new one. Raises Unknown."""
    plan = StaffPlan(office.unit(unit).id, role, name)
    empty = (o for o in book.officers(unit) if is_desk(o, plan) and not o.chat)
    officer = next(empty, None) or book.add_officer(Officer(0, unit, role, name, 0), now)
    token = codes.new_token()
    until = now + timedelta(days=regulation().limits["invite"].days)
    book.add_invite(codes.token_hash(token), officer.id, until)
    return token


def is_desk(officer: Officer, plan: StaffPlan) -> bool:
    """Whether an officer's desk is the one the office file asks for."""
    return (officer.unit, officer.role, officer.name) == (plan.unit, plan.role, plan.name)


def set_desks(book: Book, office: Office, now: datetime) -> None:
    """A desk for each line of the office file that has none yet; nobody sits there until
    invited."""
    for plan in office.staff:
        if not any(is_desk(o, plan) for o in book.officers(plan.unit)):
            book.add_officer(Officer(0, plan.unit, plan.role, plan.name, 0), now)


def take_seat(book: Book, chat: Chat, token: str, now: datetime) -> Officer:
    """Make this chat the officer's whose invitation it holds. Raises Unknown when the
    invitation is used, expired or never was."""
    officer = book.use_invite(codes.token_hash(token), now)
    if officer is None:
        raise Unknown("bad.invite")
    book.seat_officer(officer.id, chat.id)
    chat.officer = officer.id
    book.save_chat(chat)
    return replace(officer, chat=chat.id)


def remember_pin(book: Book, chat: Chat, raw: str) -> None:
    """Set the PIN of the person who uses this chat. Raises BadAnswer."""
    pin = checks.pin(raw)
    person = book.person(chat.person)
    salt = new_salt()
    person.pin = salt + codes.pin_hash(pin, salt)
    book.save_person(person)


def come_back(book: Book, chat: Chat, raw: str, now: datetime) -> bool:
    """Let a person of this chat back in by PIN; False when it is nobody's. Raises SlowDown."""
    _slow_down(book, f"pin:{chat.id}", CHAT_TRIES, now)
    pin = codes.to_ascii(raw).strip().replace(" ", "")
    for person in book.persons_in(chat.id):
        salt, hash = person.pin[:16], person.pin[16:]
        if hash and codes.same(codes.pin_hash(pin, salt), hash):
            chat.person = person.id
            book.save_chat(chat)
            return True
    book.add_try(f"pin:{chat.id}", now)
    return False
