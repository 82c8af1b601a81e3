"""The petitioner's card of a case: where it stands, and what they can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from petitions.book import Book
from petitions.case import lifecycle, reviewing
from petitions.case.conditions import NOT_TAKEN_UP
from petitions.law.clocks import day_of, is_late, local_day
from petitions.law.units import Office
from petitions.matters import appointments, joint
from petitions.message import Button, Message, packed
from petitions.telling.views import (
    above,
    button,
    category_name,
    clock_line,
    lengths,
    meeting_lines,
    next_clock,
    supervision_lines,
    text_of,
)
from petitions.values import actions
from petitions.values.person import Actor, Part
from petitions.values.petition import Petition, Running, Status
from petitions.values.task import TaskKind
from petitions.words import day, has, say

ButtonRow = tuple[Button, ...]


def card(
    book: Book, office: Office, petition: Petition, lang: str, now: datetime, person: int = 0
) -> Message:
    """Where the matter stands, who has it, the next date, what the person who reads it (0: whose
    case it is) can do."""
    reader = joint.petitioner(book, petition, person or petition.person)
    today = local_day(now, office.zone)
    possible = lifecycle.possible(petition, reader, office)
    meeting, join = (
        _meeting(book, petition, possible, lang),
        _join(book, petition, possible, lang),
    )
    rated = _ratings(book, office, petition, reader, today, lang)
    lines = _lines(book, office, petition, reader, now, lang)
    lines += [*join.lines, *rated.lines]
    if reader.role == Part.GUEST:
        lines += ["", say(lang, "card.guest")]
    clock = next_clock(office, book.clocks(petition.id))
    *rights, last = _rows(petition, possible, clock, today, lang)
    if "come_again" in possible:
        rated.rows.append((button(lang, "button.come_again", "m", petition.id, "come_again"),))
    rows = (*meeting.rows, *join.rows, *rights, *rated.rows, last)
    return Message("\n".join(lines), rows, case=petition.id, card=True)


CARD_TASKS = {TaskKind.URGED: "urged", TaskKind.TAKE_UP: "take_up", TaskKind.AGAIN: "again"}
"""Tasks of the office of which the card says by when: kind → its sentence."""


def _lines(
    book: Book, office: Office, petition: Petition, reader: Actor, now: datetime, lang: str
) -> list[str]:
    """Where it stands, the next date and what happens next."""
    today, guest = local_day(now, office.zone), reader.role == Part.GUEST
    title = "" if guest else text_of(book.texts(petition.id), "title")
    unit = office.unit_name(petition.unit, lang)
    clock = next_clock(office, book.clocks(petition.id))
    lines = [
        f"{petition.number}",
        title or category_name(petition.category, lang),
        "",
        say(lang, "card.status", status=say(lang, f"status.{petition.status}"), unit=unit),
        say(lang, "card.filed", day=day(lang, petition.received_on),
            days=day_of(petition.received_on, now, office.zone)),
        *([clock_line(office, clock, today, lang)] if clock else ()),
        say(lang, _next(petition), unit=unit, **lengths(office, lang)),
        *_may(book, office, petition, reader, today, lang),
    ]  # fmt: skip
    for task in () if guest else book.tasks(case=petition.id):
        if task.kind in CARD_TASKS:
            lines.append(say(lang, f"card.{CARD_TASKS[task.kind]}", due=day(lang, task.due_on)))
    if petition.members > 1:
        lines.append(say(lang, "card.joint", count=petition.members))
    lines += () if guest else meeting_lines(book, petition, lang, inside=False)
    return lines + supervision_lines(book, office, petition, lang)


def _next(petition: Petition) -> str:
    """The sentence that says what comes next; accusations go by rules of their own (art. 23), and
    no window runs from a review that wasn't taken up."""
    general = f"card.next.{petition.status}"
    own = (f"{general}.{petition.kind}", f"{general}.{petition.outcome}")
    return next(filter(has, own), general)


WINDOWS = {"ask_review": "review_ask", "ask_rereview": "rereview_ask"}
"""Rights to ask the body above → the window in which that is a right."""


def _may(
    book: Book, office: Office, petition: Petition, reader: Actor, today: date, lang: str
) -> list[str]:
    """The sentence on whom the reader may ask against the last opinion. Where the time is over, or
    a review wasn't taken up, it says that this isn't theirs alone to decide."""
    possible = lifecycle.possible(petition, reader, office)
    asks = next((action for action in WINDOWS if action in possible), "")
    if not asks:
        return []
    key = f"card.may.{asks}"
    ends = [c.rolled_on or c.due_on for c in book.clocks(petition.id) if c.clock == WINDOWS[asks]]
    if petition.outcome == NOT_TAKEN_UP:
        key = "card.may.refused"
    elif ends and today > ends[-1]:
        key = "card.may.late"
    who = above(office, reviewing.gave(book, petition), petition.kept_from, lang)
    level = say(lang, f"level.{asks.removeprefix('ask_')}")
    return [say(lang, key, above=who, level=level, **lengths(office, lang))]


@dataclass(slots=True)
class _Piece:
    """Lines of the card, and the buttons that belong to them."""

    lines: list[str] = field(default_factory=list)
    rows: list[ButtonRow] = field(default_factory=list)


def _meeting(book: Book, petition: Petition, possible: Sequence[str], lang: str) -> _Piece:
    """The answers that can be given to an appointment."""
    piece = _Piece()
    if "agree_meeting" not in possible:
        return piece
    yes = button(lang, "button.meeting_yes", "m", petition.id, "meeting_yes")
    no = button(lang, "button.meeting_no", "m", petition.id, "meeting_no")
    for one in book.appointments(petition.id):
        if one.state in appointments.OPEN:
            piece.rows.append((yes, no) if one.state == "proposed" else (no,))
    return piece


def _join(book: Book, petition: Petition, possible: Sequence[str], lang: str) -> _Piece:
    """A proposal to go together with another petition."""
    offer = book.join_offer(petition.id) if "agree_join" in possible else None
    if offer is None or offer.state != "proposed":
        return _Piece()
    mine = offer.case_yes if offer.case == petition.id else offer.into_yes
    yes = () if mine else (button(lang, "button.join_yes", "m", petition.id, "join_yes"),)
    no = button(lang, "button.join_no", "m", petition.id, "join_no")
    return _Piece([say(lang, "card.join_waits" if mine else "card.join_proposed")], [(*yes, no)])


def _ratings(
    book: Book, office: Office, petition: Petition, reader: Actor, today: date, lang: str
) -> _Piece:
    """The reader's ratings of the office, and those that they may still give."""
    piece = _Piece()
    for rating in book.ratings(petition.id) if petition.kind else ():
        if rating.person != reader.id:
            continue
        who = office.unit_name(rating.unit, lang)
        if rating.level:
            level = say(lang, f"level_of.{rating.level}")
            piece.lines.append(say(lang, "card.rated", who=who, level=level))
        if today <= rating.until:
            label = say(lang, "button.rate_again" if rating.level else "button.rate", who=who)
            piece.rows.append((Button(label, packed("rate", rating.id, "ask")),))
    return piece


def _rows(
    petition: Petition, possible: Sequence[str], clock: Running | None, today: date, lang: str
) -> tuple[ButtonRow, ...]:
    """Buttons for the steps that can be taken, the likeliest first."""
    case = petition.id
    rows: list[ButtonRow] = [
        (button(lang, "button.timeline", "m", case, "timeline"),
         button(lang, "button.reach", "m", case, "reach")),
    ]  # fmt: skip
    if clock:
        rows[0] = (*rows[0], button(lang, "button.why", "m", case, "why"))
    rows[:0] = [
        (button(lang, f"button.{a}", "m", case, a),) for a in actions.rights() if a in possible
    ]
    if clock and is_late(clock, today) and "urge" in possible:
        rows.insert(0, (button(lang, "button.urge", "m", case, "urge"),))
    if petition.answered_at:
        rows.insert(0, (button(lang, "button.read_answer", "m", case, "answer"),))
    speak = tuple(
        button(lang, f"button.{label}", "m", case, verb)
        for label, verb in (
            ("take_back", "take_back"), ("add", "supplement"), ("question", "question"),
        )
        if verb in possible and (verb != "take_back" or petition.status is Status.WITHDRAWN)
    )  # fmt: skip
    rows += [speak] if speak else []
    if "ask_check" in possible:
        rows.append((button(lang, "button.prove", "m", case, "prove"),))
    rows.append((button(lang, "button.more_actions", "m", case, "more"),
                 button(lang, "button.my", "my", "list", 0)))  # fmt: skip
    return tuple(rows)
