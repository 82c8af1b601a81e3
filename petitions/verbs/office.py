"""The use cases, as verbs. Each is one transaction on the book; time is an argument.

Nearly everything that happens to a case is one verb, `act`: load, decide by the table,
save, write the history, start and stop clocks, plan the notices.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from petitions.book import Book, Chat, NewText, Person, Planned
from petitions.case import lifecycle, parting, running, tries
from petitions.case.conditions import teller
from petitions.case.doing import Doing, Facts
from petitions.case.rows import Rule
from petitions.counting.figures import Sums, Which
from petitions.errors import (
    BadAnswer,
    Changed,
    NotPossibleNow,
    NotYours,
    Unknown,
    WrongSecret,
)
from petitions.law.calendar import Calendar, YearList, read_list
from petitions.law.clocks import local_day
from petitions.law.units import Changes, Office, StaffPlan, Unit, loop_in
from petitions.matters import aftercare, joint, lanes, satisfaction, supervision, whom
from petitions.values import actions, checks, codes, danger, parts
from petitions.values.history import new_salt
from petitions.values.petition import (
    CASEWORK,
    FINAL,
    IN_PERSON,
    OFFICE,
    Actor,
    Audience,
    Channel,
    Entry,
    Identity,
    Kind,
    Officer,
    Petition,
    Rating,
    Role,
    Running,
    Status,
    Suggestion,
    TaskKind,
)
from petitions.verbs.acts import CONSENTS, change
from petitions.words import DEFAULT, say


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
    unit: str = ""
    """Proposed by where it was filed (a poster's QR code); a person decides."""
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
    """Who files for the petitioner (代办); empty: nobody."""
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
        Planned("desk.filed", petition.id, "1", "desk", now),
        *running.reminders(office, calendar, [clock], today),
    )
    return petition, code, clock


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
    under the names of `parts.texts`, `files` (ids), `voice` (name → file id). `version`
    is the one the actor saw; None skips that check.

    Raises NotYours, NotPossibleNow, Changed, BadAnswer, Unknown; then nothing has changed.
    """
    office = office.on(now)
    petition = book.petition(case)
    if version is not None and version != petition.version:
        raise Changed("bad.changed")
    rule = lifecycle.find(petition, action, actor, office)
    for need in rule.needs:
        if not data.get(need) and need not in data.get("voice", {}):
            raise BadAnswer("bad.needs", what=need)

    before, holder = petition.status, petition.unit
    do = Doing(book, office, calendar_of(book, office), petition, action, actor, dict(data), now)
    facts = change(do)
    if rule.to is not None:
        petition.status = rule.to
    if petition.status in FINAL and before not in FINAL:
        petition.ended_at = now
    facts |= _move_clocks(do, rule)
    entry = Entry(0, now, actor, action, petition.status, rule.audience, facts)
    texts = _texts(do.data, rule, do.readers)
    seq = book.write(case, entry, texts)
    if data.get("files"):
        book.attach(case, seq, data["files"], rule.audience)
    book.save(petition)
    if petition.unit != holder:
        book.hand_on(case, IN_PERSON, teller(petition, office))
    _issue(book, office, rule, petition, facts, seq, do.today)
    book.plan(*_notices(do, rule, seq))
    _afterwards(do, before, seq)
    return _follow(do, facts, texts)


def _move_clocks(do: Doing, rule: Rule) -> Facts:
    """Stop and start the clocks of a row; gives what the history says of it."""
    book, office, case = do.book, do.office, do.petition
    facts: Facts = {}
    if ended := running.stop(book, office, case.id, rule.stops, do.now,
                             actions.of(do.action).undone):  # fmt: skip
        facts["ended"] = ended
    house = lanes.house_of(book, office, case.lane)
    for name in rule.starts:
        clock = running.start(book, house, do.calendar, case.id, name, do.begins, do.ends)
        do.moved.append(clock)
        if not office.limit_of(clock).window:
            facts["due"] = clock.due_on.isoformat()
            if clock.provisional:
                facts["provisional"] = True
    if until := running.until(office, do.moved):
        facts["until"] = until
    case.next_due = running.next_due(book, office, case.id)
    return facts


def _follow(do: Doing, facts: Facts, texts: Sequence[NewText]) -> Petition:
    """What an action brings about by itself: a case closed to whom it is about, a promise that
    wasn't kept, supervision."""
    book, office, case = do.book, do.office, do.petition
    if _must_go(do, texts):
        return act(book, office, case.id, "closed_to", OFFICE, {}, do.now)
    if aftercare.broken(do, facts):
        return act(book, office, case.id, "not_done", do.actor, {}, do.now)
    cause = supervision.cause_of(do)
    if cause and supervision.current(book, case.id) is None:
        return supervise_by_rule(book, office, case.id, cause, do.now)
    return case


def _must_go(do: Doing, texts: Sequence[NewText]) -> bool:
    """Whether the case is to be closed to units that mustn't see it: somebody has just said who
    they are, or a step has brought it to one of them."""
    if any(text.part == "hidden" for text in texts):
        return whom.look_again(do.book, do.office, do.petition)
    return whom.astray(do.petition, do.office)


def close_again(book: Book, office: Office, case: int, now: datetime) -> bool:
    """Read once more whom a case is to be kept from, as units are called otherwise now, or are
    gone; whether it had to be closed to somebody."""
    petition = book.petition(case)
    if not (whom.look_again(book, office, petition) or whom.astray(petition, office)):
        return False
    act(book, office, case, "closed_to", OFFICE, {}, now)
    return True


def supervise_by_rule(
    book: Book, office: Office, case: int, cause: str, now: datetime
) -> Petition:  # fmt: skip
    """Start supervision because a rule says so; the reason is told in words."""
    why = say(office.languages[0], f"cause.{cause}")
    return act(book, office, case, "supervise", OFFICE, {"cause": cause, "why": why}, now)


def supervise_late(book: Book, office: Office, now: datetime) -> int:
    """Start supervision of every case whose clock passed some days ago; gives how many."""
    today = local_day(now, office.zone)
    clocks = book.open_clocks((), today)
    late = supervision.late_ones(book, office, calendar_of(book, office), clocks, today)
    for case in late:
        try:
            supervise_by_rule(book, office, case, "late", now)
        except NotPossibleNow:
            continue  # where it stands, nothing is supervised
    return len(late)


def tell_not_taken_up(book: Book, office: Office, now: datetime) -> None:
    """Tell the leaders, once, what nobody took up after a low rating. The duty is the bureau's
    own, so the unit isn't supervised for it, nor does it learn of the rating."""
    today = local_day(now, office.zone)
    for task in book.tasks(unit=office.bureau):
        if task.kind is TaskKind.TAKE_UP and task.due_on < today:
            facts = {"task": task.id, "due": task.due_on.isoformat()}
            book.plan(Planned("leader.not_taken_up", task.case, f"task:{task.id}", "leader", now,
                              facts))  # fmt: skip


def suggest(
    book: Book, office: Office, officer: Officer, kind: str, unit: str, words: str, until: date,
    now: datetime,
) -> Suggestion:  # fmt: skip
    """One of the three suggestions to a unit, told to its heads. Raises BadAnswer, NotYours."""
    today = local_day(now, office.zone)
    if officer.role is not Role.SUPERVISOR or officer.unit != office.bureau:
        raise NotYours("bad.not_yours")
    if kind not in supervision.SUGGESTIONS or office.unit(unit).id == officer.unit:
        raise BadAnswer("bad.own_supervision")
    if until <= today:
        raise BadAnswer("bad.date_over", today=today)
    one = Suggestion(0, kind, unit, officer.id, today, until, words)
    one.id = book.add_suggestion(one)
    heads = [o for o in book.seated(unit) if o.role in (Role.HEAD, Role.DEPUTY)]
    for head in heads or book.seated(unit):
        facts = {"unit": office.unit_name(unit, DEFAULT), "due": until.isoformat(), "id": one.id}
        book.plan(Planned("officer.suggestion", 0, str(one.id), f"chat:{head.chat}", now, facts))
    return one


def answer_suggestion(
    book: Book, office: Office, officer: Officer, id: int, adopted: bool, words: str, now: datetime
) -> Suggestion:
    """Adopted or not, and why. Raises NotYours, NotPossibleNow."""
    one = book.suggestion(id)
    if officer.unit != one.unit or officer.role not in (Role.HEAD, Role.DEPUTY):
        raise NotYours("bad.not_yours")
    if one.adopted is not None:
        raise NotPossibleNow("bad.answered_already")
    one.adopted, one.answer = adopted, words
    one.answered_on = local_day(now, office.zone)
    book.save_suggestion(one)
    return one


def _afterwards(do: Doing, before: Status, seq: int) -> None:
    """Ratings that open, and the questions after a case was answered and closed."""
    book, office, case = do.book, do.office, do.petition
    if not satisfaction.in_scope(case, office):
        return
    body = satisfaction.opened_by(do.action, case)
    if body:
        satisfaction.open_rating(book, office, case, body, seq, do.now)
    if do.action == "reply":
        satisfaction.plan_promise(book, office, case)
    ended = case.status in (Status.CLOSED, Status.ENDED) and before is not case.status
    if ended and case.answered_at:
        satisfaction.plan_follow_ups(book, office, case, do.now)


def _notices(do: Doing, rule: Rule, seq: int) -> list[Planned]:
    """Who is told at once, and the first reminder of each clock that was started or moved."""
    case, now = do.petition.id, do.now
    notices = [
        Planned(f"{to}.{kind}", case, str(seq), to, now, {"seq": seq})
        for to, kind in (tell.split(":") for tell in rule.tells)
    ]
    if rule.audience is Audience.EVERYBODY:
        notices.append(Planned("card", case, str(seq), "petitioner", now))
    for clock in do.moved:
        # One that ends today is spoken of today; any other from tomorrow on.
        after = do.today if clock.due_on > do.today else do.today - timedelta(days=1)
        notices += running.reminders(do.office, do.calendar, [clock], after)
    return notices


def _issue(
    book: Book,
    office: Office,
    rule: Rule,
    petition: Petition,
    facts: dict[str, Any],
    seq: int,
    day: date,
) -> None:
    """Number the document a step issues."""
    kind = rule.paper
    if kind == "refused" and facts.get("reason") in office.rules.again:
        kind = "not_again"
    if kind == "opinion" and petition.answered_at is None:
        return
    paper = office.rules.papers.get(kind)
    if paper:
        book.issue(petition.id, seq, kind, f"{office.area}{paper.mark}", day)


def import_calendar(book: Book, office: Office, text: str, source: str, now: datetime) -> YearList:
    """Add a year's list of days off, and have every running clock counted again. Raises
    BadCalendar; then the old list stays."""
    known = calendar_of(book, office)
    found = read_list(known, text, source or office.law.calendar)
    book.keep_calendar(office.law.calendar, found.year, text, now)
    book.set_setting("recount", json.dumps({"year": found.year}))
    book.plan()  # wakes whoever counts
    return found


def calendar_of(book: Book, office: Office) -> Calendar:
    """The days offices work, as far as they are known today."""
    return office.calendar(book.calendar_lists(office.law.calendar))


def _texts(data: dict[str, Any], rule: Rule, readers: Audience | None) -> list[NewText]:
    """The words among an action's data, each for its readers."""
    if rule.audience is not Audience.EVERYBODY:
        readers = rule.audience
    voices: dict[str, int] = data.get("voice", {})
    texts = []
    for part, audience in parts.texts().items():
        if data.get(part) or part in voices:
            words, voice = data.get(part, ""), voices.get(part, 0)
            texts.append(NewText(part, words, readers or audience, voice))
    if actions.of(rule.action).opening:
        texts = [replace(t, part="why_opened") for t in texts]
    return texts


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


NO_HASH = bytes(32)
"""What a code is compared with where there is no such case: it takes as long."""


def track(
    book: Book, office: Office, chat: Chat, number: str, code: str, now: datetime
) -> Petition | None:
    """Open a case by number and query code; None when they don't belong together.

    The same answer for a wrong code and for a number that doesn't exist. A wrong try is
    counted (`tries`); never raises for a chat that follows the case.
    Raises SlowDown.
    """
    petition = book.by_number(number)
    if petition and chat.person and book.follows(petition.id, chat.person):
        return petition
    counted = tries.buckets(chat, "chat")
    tries.slow_down(book, counted, now)
    wanted = book.code_hash(petition.id if petition else 0) or NO_HASH
    if not book.is_code(code, wanted) or petition is None:
        tries.count(book, counted, now)
        return None
    if petition.channel.in_person:
        return petition  # a slip of paper shows the status; the rest needs the PIN
    _be_somebody(book, chat, now)
    book.follow(petition.id, chat.person, "code", now)
    actor = joint.petitioner(book, petition, chat.person)
    data = {"channel": chat.channel, "chat": chat.id}
    return act(book, office, petition.id, "track", actor, data, now)


def _be_somebody(book: Book, chat: Chat, now: datetime) -> None:
    """Whoever uses this chat is somebody new, if nobody does."""
    if not chat.person:
        chat.person = book.new_person(chat.id, now).id
        book.save_chat(chat)


def shut_out(book: Book, office: Office, case: int, chat: Chat, now: datetime) -> int:
    """End every other person's way to the case; gives how many there were. The query code
    ends too, for it may have been what let them in. Who filed is shut out by nobody but whoever
    gave their PIN, and whoever proved to be the petitioner is told that they were."""
    petition = book.petition(case)
    actor = joint.petitioner(book, petition, chat.person)
    lifecycle.find(petition, "shut_out", actor, office)
    safe = set() if book.how(case, chat.person) == "pin" else {petition.person}
    others = [p for p in insiders(book, petition) if p not in {chat.person, *safe}]
    for person in others:
        if not joint.is_guest(book, petition, person):
            for place in book.chats_of(person):
                to, occasion = f"chat:{place.id}", now.isoformat()
                book.plan(Planned("petitioner.closed_here", case, occasion, to, now))
        parting.cut_off(book, case, person, now)
    act(book, office, case, "shut_out", actor, {"chats": len(others)}, now)
    return len(others)


def insiders(book: Book, petition: Petition) -> list[int]:
    """Who follows a case as its filer does; others in a joint petition follow for themselves."""
    others = {m.person for m in book.members(petition.id)} if petition.members else set()
    return [p for p in book.followers(petition.id) if p == petition.person or p not in others]


def own(book: Book, case: int, person: int) -> Petition:
    """The case, if this person follows it. Raises Unknown, never a hint that it exists."""
    if not person or not book.follows(case, person):
        raise Unknown("bad.no_case")
    return book.petition(case)


# The desk


UNITS = "units"
"""The setting that holds what was changed of the units."""


def units_now(book: Book) -> tuple[str, Sequence[str]]:
    """The units as they were changed in the chat, as `Office.reshape` takes it."""
    return book.setting(UNITS), book.holding_units()


def change_unit(book: Book, office: Office, unit: Unit) -> None:
    """Add a unit, or change one. Raises BadAnswer for a ring of units, or a parent that isn't
    there."""
    changes = Changes.read(book.setting(UNITS))
    changes.units[unit.id] = unit
    units = changes.applied(office.filed)
    if unit.parent and unit.parent not in units:
        raise BadAnswer("bad.no_parent")
    if loop := loop_in(units):
        names = [units[id].name(DEFAULT) for id in loop]
        raise BadAnswer("bad.unit_loop", loop=" → ".join(names))
    book.set_setting(UNITS, changes.text)


def close_unit(book: Book, office: Office, id: str) -> None:
    """A unit that is no more: nothing is passed to it, what it had is the bureau's to pass on.
    Raises NotPossibleNow for the bureau, and for a unit that others stand below."""
    changes = Changes.read(book.setting(UNITS))
    units = changes.applied(office.filed)
    if id == office.bureau:
        raise NotPossibleNow("bad.close_bureau")
    if any(u.parent == id for u in units.values()):
        raise NotPossibleNow("bad.close_parent")
    for officer in book.officers(id):
        if officer.chat:
            raise NotPossibleNow("bad.close_seated")
    changes.units[id] = None
    book.set_setting(UNITS, changes.text)


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
    until = now + timedelta(days=office.on(now).rules.limits["invite"].days)
    book.add_invite(codes.token_hash(token), officer.id, until, now)
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


def take_seat(book: Book, office: Office, chat: Chat, token: str, now: datetime) -> Officer:
    """Make this chat the officer's whose invitation it holds. Raises WrongSecret when the
    invitation is used, expired or never was, SlowDown after many such."""
    tries.slow_down(book, tries.buckets(chat, "invite"), now)
    officer = book.use_invite(codes.token_hash(token), now)
    if officer is None:
        raise WrongSecret("bad.invite", "invite")
    book.seat_officer(officer.id, chat.id)
    chat.officer = officer.id
    book.save_chat(chat)
    if officer.chat not in (0, chat.id):
        parting.unseat(book, office, officer, "taken", now)
    return replace(officer, chat=chat.id)


def remember_pin(book: Book, chat: Chat, raw: str) -> None:
    """Set the PIN of the person who uses this chat. Raises BadAnswer."""
    _set_pin(book, book.person(chat.person), checks.pin(raw))


def _set_pin(book: Book, person: Person, pin: str) -> None:
    salt = new_salt()
    person.pin = salt + codes.pin_hash(pin, salt)
    book.save_person(person)


def _is_pin(person: Person, raw: str) -> bool:
    pin = codes.to_ascii(raw).strip().replace(" ", "")
    salt, hash = person.pin[:16], person.pin[16:]
    return codes.same(codes.pin_hash(pin, salt), hash)  # nobody's takes as long


PIN_LINK = timedelta(hours=1)
"""How long a code by which a petitioner sets their PIN may be used; a new one ends the old."""


def pin_link(book: Book, case: int, now: datetime) -> str:
    """A one-time code by which the petitioner of a case on paper sets a PIN that no officer sees:
    scanned, opened on the window's second screen, or typed where the PIN is asked for."""
    code = codes.new_code()
    book.set_pin_link(case, codes.token_hash(codes.read_code(code)), now + PIN_LINK)
    return code


def give_pin(
    book: Book, office: Office, case: int, actor: Actor, why: str, now: datetime
) -> str:  # fmt: skip
    """A new one-time code, for the petitioner of a case on paper after an identity check."""
    act(book, office, case, "give_pin", actor, {"why": why}, now)
    return pin_link(book, case, now)


def at_pin_link(book: Book, chat: Chat, code: str, now: datetime) -> Petition:
    """The case whose PIN a one-time code sets. Raises WrongSecret, SlowDown."""
    tries.slow_down(book, tries.buckets(chat, "pin_link"), now)
    case = book.pin_link(codes.token_hash(codes.read_code(code)), now)
    if not case:
        raise WrongSecret("bad.pin_link", "pin_link")
    return book.petition(case)


def set_pin_at_link(
    book: Book, office: Office, chat: Chat, code: str, raw: str, now: datetime
) -> Petition:
    """Set the PIN by a one-time code, which ends with it; told to the petitioner by every way, and
    kept in the history. Raises WrongSecret, SlowDown, BadAnswer."""
    petition = at_pin_link(book, chat, code, now)
    _set_pin(book, book.person(petition.person), checks.pin(raw))
    book.set_pin_link(petition.id, b"", now)
    return act(book, office, petition.id, "set_pin", OFFICE, {}, now)


def claim(
    book: Book, office: Office, chat: Chat, case: int, pin: str, now: datetime
) -> Petition | None:
    """Make whoever uses this chat the petitioner of a case, by the petitioner's PIN; None when the
    PIN is wrong, or none was ever set. Raises SlowDown, Unknown for a guest whose way has ended."""
    petition = book.petition(case)
    if not petition.channel.in_person:
        own(book, case, chat.person)
    counted = tries.buckets(chat, "pin", f"claim:{case}")
    tries.slow_down(book, counted, now)
    owner = book.person(petition.person)
    if not _is_pin(owner, pin):
        tries.count(book, counted, now)
        return None
    _be_somebody(book, chat, now)
    if not book.chats_of(petition.person):  # whoever had no chat has one now
        mine = book.person(chat.person)
        mine.pin = mine.pin or owner.pin
        book.save_person(mine)
        petition.person = chat.person
        book.save(petition)
    book.follow(case, chat.person, "pin", now)
    actor = joint.petitioner(book, petition, chat.person)
    data = {"channel": chat.channel, "chat": chat.id}
    return act(book, office, case, "claim", actor, data, now)


def come_back(book: Book, chat: Chat, raw: str, now: datetime) -> bool:
    """Let a person of this chat back in by PIN; False when it is nobody's. Raises SlowDown."""
    counted = tries.buckets(chat, "pin")
    tries.slow_down(book, counted, now)
    for person in book.persons_in(chat.id):
        if _is_pin(person, raw):
            chat.person = person.id
            book.save_chat(chat)
            return True
    tries.count(book, counted, now)
    return False


def is_pin(book: Book, chat: Chat, raw: str, now: datetime) -> bool:
    """Whether it is the PIN of who uses this chat; a wrong one is counted. Raises SlowDown."""
    counted = tries.buckets(chat, "pin")
    tries.slow_down(book, counted, now)
    if _is_pin(book.person(chat.person), raw):
        return True
    tries.count(book, counted, now)
    return False


# What petitioners said, summed up


AT_ONCE = 500
"""Cases counted before a figure is shown, at most; the rest is counted beside everything else."""


def figures_of(
    book: Book, office: Office, which: Which, now: datetime, by: str = ""
) -> dict[Any, Sums]:
    """The figures of a period, split by a dimension or under "" whole: with all that happened
    until now."""
    book.count(office.zone, AT_ONCE)
    return book.sums(which, local_day(now, office.zone), by)


def said_of(
    book: Book, office: Office, which: Which, shared: bool
) -> list[tuple[Rating, str]]:  # fmt: skip
    """Ratings of a period with what was said beside them, the newest first; `shared`: only what
    the petitioner let the unit know."""
    found = []
    begins, ends = office.opening(which.first - timedelta(days=1)), which.last + timedelta(days=1)
    for case, entry in book.remarks(begins, office.opening(ends)):
        facts = entry.facts
        if not which.first <= local_day(entry.at, office.zone) <= which.last:
            continue
        if case in which.but or (which.units and facts["unit"] not in which.units):
            continue
        if not str(facts.get("category", "")).startswith(which.category):
            continue
        body = next((t.body for t in book.texts(case, entry.seq) if t.body), "")
        if not body:
            continue  # erased, and the rating with it
        rating = book.rating(int(facts["rating"]))
        if rating.unit_may_know or not shared:
            found.append((rating, body))
    return found
