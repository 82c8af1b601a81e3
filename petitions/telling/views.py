"""Texts that people read about a case: the status card, the timeline, the receipt, the notices.

The conversations show these when asked, the couriers when something happened: both from
here, so that they never say different things.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from petitions.book import Book
from petitions.case import explain
from petitions.case.conditions import bureau_of, has_opinion
from petitions.case.parties import may_see
from petitions.law import citing
from petitions.law.clocks import is_late
from petitions.law.units import Office
from petitions.matters import appointments, supervision
from petitions.message import Button, Message, packed
from petitions.values import categories
from petitions.values.person import Actor, Officer
from petitions.values.petition import Petition, Running, Text
from petitions.words import day, has, name_in, say


def button(lang: str, key: str, *parts: object) -> Button:
    """A button with a label from the catalogue."""
    return Button(say(lang, key), packed(*parts))


def kind_name(petition: Petition, lang: str) -> str:
    """The kind in plain words; a sentence that it is open, when it is."""
    return say(lang, f"kind.{petition.kind}") if petition.kind else say(lang, "kind.open")


def category_name(id: str, lang: str) -> str:
    """Both levels of a category."""
    found = categories.find(id)
    if found is None:
        return say(lang, "category.open")
    name = found.name(lang)
    above = categories.find(found.parent) if found.parent else None
    if above is None:
        return name
    return f"{above.name(lang)} › {name}"


def next_clock(office: Office, clocks: Sequence[Running]) -> Running | None:
    """The running clock that falls due first; a window that only opens a right of the unit's
    isn't what people wait for."""
    running = [c for c in clocks if c.ended_at is None and not office.limit_of(c).window]
    return min(running, key=lambda c: c.due_on, default=None)


def clock_line(office: Office, clock: Running, today: date, lang: str) -> str:
    """The step that is due, by when, or how long it has been late."""
    what = say(lang, f"clock.{clock.clock}.what")
    if clock.paused_on:
        return say(lang, "clock.paused", what=what, due=day(lang, clock.paused_on))
    last = clock.due_on if today <= clock.due_on else clock.rolled_on or clock.due_on
    late = "late" if is_late(clock, today) else "today" if last == today else "due"
    return say(
        lang, f"clock.{late}",
        what=what,
        due=day(lang, clock.due_on),
        days=abs((last - today).days),
        mark=explain.mark(clock, lang),
        cite=citing.of_limit(office.rules_of(clock), office.limit_of(clock), lang),
    )  # fmt: skip


def text_of(texts: Sequence[Text], part: str) -> str:
    """The newest text of a part that has words."""
    return next((t.body for t in reversed(texts) if t.part == part and t.body), "")


def meeting_words(facts: Mapping[str, Any], lang: str) -> dict[str, str]:
    """The meeting that is held, its place, its day and the hour from which it is."""
    if not facts.get("meeting_day"):
        return dict.fromkeys(("meeting", "meeting_place", "meeting_day", "meeting_hour"), "")
    return {
        "meeting": say(lang, f"meeting.{facts['meeting']}"),
        "meeting_place": say(lang, f"place.{facts['meeting_place']}"),
        "meeting_day": day(lang, date.fromisoformat(facts["meeting_day"])),
        "meeting_hour": f"{facts['meeting_hour']}:00",
    }


def supervision_lines(book: Book, office: Office, petition: Petition, lang: str) -> list[str]:
    """That an office is supervised in this matter, and until when it answers."""
    step = supervision.current(book, petition.id)
    if step is None:
        return []
    return [
        say(lang, f"card.supervision_{step.state}", level=say(lang, f"supervision.{step.level}"),
            unit=office.unit_name(step.unit, lang), due=day(lang, step.due_on))
    ]  # fmt: skip


def meeting_lines(book: Book, petition: Petition, lang: str, inside: bool) -> list[str]:
    """The appointment that is proposed or agreed; `inside`: for officers."""
    lines = []
    for one in book.appointments(petition.id):
        key = f"card.meeting_{one.state}"
        if inside and has(f"{key}.inside"):
            key = f"{key}.inside"
        if one.state in appointments.OPEN:
            lines.append(say(lang, key, **meeting_words(appointments.facts_of(one), lang)))
    return lines


def lengths(office: Office, lang: str) -> dict[str, Any]:
    """Values of the rules for sentences: lengths of windows and of taking back, and articles."""
    clocks, limits = office.rules.clocks, office.rules.limits
    windows = {"review": "review_ask", "rereview": "rereview_ask"}
    found = {name: clocks[clock].days if clock in clocks else 0 for name, clock in windows.items()}
    more = {"back": limits["take_back"].days,
            "representatives": office.rules.counts["representatives"]}  # fmt: skip
    return found | more | citing.values(office.rules, lang)


def next_level(petition: Petition) -> str:
    """The level that may be asked for after the last opinion: a `review` or a `rereview`."""
    return "review" if has_opinion(petition) else "rereview"


def above(office: Office, unit: str, but: Collection[str], lang: str) -> str:
    """The body that stands above a unit, by name where the office file has it."""
    found = office.stands_above(unit, but)
    return office.unit_name(found, lang) if found else say(lang, "level.above")


def reach(office: Office, petition: Petition, lang: str) -> str:
    """How to reach a person: address, hours, telephone of the unit and of the bureau."""
    both = dict.fromkeys((petition.unit, bureau_of(petition, office)))
    units = [office.units[unit] for unit in both if unit in office.units]
    told = [
        say(
            lang, "reach.unit", name=u.name(lang), phone=u.phone,
            address=name_in(lang, u.address),
            hours=name_in(lang, u.hours),
        )
        for u in units
    ]  # fmt: skip
    aid = citing.bracketed(citing.said(office.rules, "aid", lang), lang)
    return "\n\n".join([*told, say(lang, "reach.aid", law_aid=aid)])


FOUND = 8
"""Cases of a search shown at once."""


def found(
    office: Office, officer: Officer, cases: Sequence[Petition], draft: int, page: int, lang: str,
    behind: bool,
) -> Message:  # fmt: skip
    """Cases that a search found, without names or words: number, status, category. `behind`:
    earlier cases are still being made findable."""
    seen = [c for c in cases[:FOUND] if may_see(Actor.officer(officer), c, office)]
    late = [say(lang, "find.behind")] if behind else []
    if not cases:
        text = "\n".join((say(lang, "find.nothing"), *late))
        return Message(text, ((button(lang, "button.desk", "q2", "desk"),),))
    lines = [say(lang, "find.head", page=page + 1)]
    lines += [
        say(lang, "find.line", number=c.number, status=say(lang, f"status.{c.status}"),
            category=category_name(c.category, lang), unit=office.unit_name(c.unit, lang))
        for c in seen
    ]  # fmt: skip
    lines += late
    rows = [(case_button(c),) for c in seen]
    turn = []
    if page:
        turn.append(button(lang, "button.newer", "find", draft, page - 1))
    if len(cases) > FOUND:
        turn.append(button(lang, "button.older", "find", draft, page + 1))
    rows += [tuple(turn)] if turn else []  # type: ignore[list-item]
    last = (button(lang, "button.find", "find", "start"), button(lang, "button.desk", "q2", "desk"))
    return Message("\n".join(lines), (*rows, last))


def case_button(petition: Petition) -> Button:
    """A button that opens a case at a desk."""
    return Button(petition.number, packed("d", petition.id, "open"))
