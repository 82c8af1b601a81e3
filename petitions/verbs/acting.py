"""Nearly everything that happens to a case is one verb, `act`: load, decide by the table, save,
write the history, start and stop clocks, plan the notices. One transaction on the book; time is an
argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from petitions.book import Book, NewText, Planned
from petitions.case import lifecycle, running
from petitions.case.conditions import teller
from petitions.case.doing import Doing
from petitions.case.rows import Rule
from petitions.errors import (
    BadAnswer,
    Changed,
)
from petitions.law.units import Office
from petitions.matters import aftercare, lanes, satisfaction, supervision, whom
from petitions.values import actions, parts
from petitions.values.person import OFFICE, Actor, Audience, Identity, Officer
from petitions.values.petition import FINAL, Entry, Facts, Petition, Status
from petitions.values.task import IN_PERSON
from petitions.verbs.acts import change
from petitions.verbs.days import calendar_of
from petitions.words import say


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
        in_person = [task.id for task in book.tasks(case=case) if task.kind in IN_PERSON]
        book.hand_on(in_person, teller(petition, office))
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
    """Steps that an action brings about by itself: a case closed to whom it is about, a promise
    that wasn't kept, supervision."""
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
    """Notices due at once, and the first reminder of each clock that was started or moved."""
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
    """Number the documents a step issues."""
    kind = rule.paper
    reason = office.rules.refusals.get(facts.get("reason", ""))
    if kind == "refused" and reason and reason.again:
        kind = "not_again"
    if kind == "opinion" and petition.answered_at is None:
        return
    report = rule.report and any(c.clock == "assigned" for c in book.clocks(petition.id))
    for one in (rule.report if report else "", kind):
        paper = office.rules.papers.get(one)
        if paper:
            naming = office.paper.naming(office.area, paper.mark, day.year)
            book.issue(petition.id, seq, one, naming, day)


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


def open_name(
    book: Book, office: Office, case: int, officer: Officer, why: str, now: datetime
) -> Identity:
    """The petitioner's identity: with a reason, logged, and told to the petitioner."""
    act(book, office, case, "open_name", Actor.officer(officer), {"why": why}, now)
    return book.identity(case)
