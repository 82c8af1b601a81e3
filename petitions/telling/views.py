"""What people read about a case: the status card, the timeline, the receipt, the notices.

The conversations show these when asked, the couriers when something happened: both from
here, so that they never say different things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from petitions.book import Book
from petitions.case import explain, quoting, reading
from petitions.case.conditions import bureau_of, has_opinion
from petitions.case.documents import letter_of
from petitions.case.parties import may_see
from petitions.law import citing
from petitions.law.clocks import day_of, is_late, local_day
from petitions.law.regulation import Limit
from petitions.law.units import Office
from petitions.matters import appointments, supervision
from petitions.message import Button, FileRef, Message, Sheet, packed
from petitions.telling import looks
from petitions.values import categories, parts
from petitions.values.person import Actor, Audience, Officer
from petitions.values.petition import Attachment, Entry, Kind, Petition, Running, Text
from petitions.verbs.filing import Receipt
from petitions.words import day, has, listed, moment, name_in, say


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
    """What is due, by when, or how long it has been late."""
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
    """What is held, where, on which day and from which hour."""
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


def meeting_lines(book: Book, petition: Petition, lang: str) -> list[str]:
    """The appointment that is proposed or agreed."""
    return [
        say(lang, f"card.meeting_{one.state}", **meeting_words(appointments.facts_of(one), lang))
        for one in book.appointments(petition.id)
        if one.state in appointments.OPEN
    ]


def lengths(office: Office, lang: str) -> dict[str, Any]:
    """What the rules say in sentences: lengths of windows and of taking back, and the articles."""
    clocks, limits = office.rules.clocks, office.rules.limits
    windows = {"review": "review_ask", "rereview": "rereview_ask"}
    found = {name: clocks[clock].days if clock in clocks else 0 for name, clock in windows.items()}
    more = {"back": limits["take_back"].days,
            "representatives": office.rules.counts["representatives"]}  # fmt: skip
    return found | more | citing.values(office.rules, lang)


def next_level(petition: Petition) -> str:
    """What may be asked for after the last opinion: a `review` or a `rereview`."""
    return "review" if has_opinion(petition) else "rereview"


def _extension(limit: Limit) -> int:
    return limit.extension.days if limit.extension else 0


def receipt(office: Office, given: Receipt, lang: str) -> Message:
    """Number, code, and what happens next with its dates and whose duty each is."""
    rules, petition = office.rules, given.petition
    longest = rules.clocks["answer"].days + _extension(rules.clocks["answer"])
    bureau = office.unit_name(petition.unit, lang)
    text = say(
        lang,
        "receipt.accusation" if petition.kind is Kind.ACCUSATION else "receipt.text",
        number=petition.number,
        code=given.code,
        day=moment(lang, petition.received_at, office.zone),
        bureau=bureau,
        due=day(lang, given.due_on) if given.due_on else "",
        notify=say(lang, "counted.days", count=rules.clocks["notify"].days),
        answer=say(lang, "counted.days", count=rules.clocks["answer"].days),
        longest=say(lang, "counted.days", count=longest),
        phone=office.front.phone,
        **citing.values(rules, lang),
    )
    rows = (
        (button(lang, "button.details", "m", petition.id, "details"),),
        (
            button(lang, "button.card", "m", petition.id, "card"),
            button(lang, "button.why", "m", petition.id, "why"),
        ),
    )
    return Message(text, rows, case=petition.id)


def slip(office: Office, given: Receipt, lang: str) -> Sheet:
    """What somebody who came on paper takes home: number, code, what happens next and how they
    hear of it without a chat, a QR code."""
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
    """What a slip of paper shows: where the matter stands, and nobody's words."""
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


# The timeline


def entry_line(book: Book, office: Office, entry: Entry, lang: str, inside: bool) -> str:
    """One line of the history. `inside`: for officers, with who of the office it was."""
    facts = entry.facts
    who = office.unit_name(entry.actor.unit, lang) if entry.actor.unit else ""
    if inside and entry.actor.kind == "officer":
        officer = book.officer(entry.actor.id)
        who = f"{who} · {officer.name}" if officer and officer.name else who
    key = f"history.{entry.action}"
    if entry.action == "submit" and entry.actor.kind == "officer":
        key = "history.registered_for"
    if inside and has(f"{key}.inside"):
        key = f"{key}.inside"  # officers aren't addressed as the petitioner
    if not facts.get("due") and has(f"{key}.undated"):
        key = f"{key}.undated"
    if not has(key):
        key = "history.mine" if entry.actor.kind == "petitioner" else "history.any"
    return say(
        lang,
        key,
        when=moment(lang, entry.at, office.zone),
        who=who,
        action=say(lang, f"action.{entry.action}") if has(f"action.{entry.action}") else "",
        **fact_words(office, facts, lang),
    )


DATES = ("due", "old", "assigned", "delivered")


def fact_words(office: Office, facts: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The facts of an entry as sentences use them; what there is none of is empty."""
    found: dict[str, Any] = {
        name: day(lang, date.fromisoformat(facts[name])) if facts.get(name) else ""
        for name in DATES
    }
    for name, family in parts.facts().items():
        found[name] = say(lang, f"{family}.{facts[name]}") if facts.get(name) else ""
    if facts.get("provisional") and found["due"]:
        found["due"] = say(lang, "date.provisional", day=found["due"])
    clock = facts.get("clock", "")
    level = str(facts.get("level") or "")
    return (
        found
        | meeting_words(facts, lang)
        | {
            "level": say(lang, f"level_of.{level}") if level else "",
            "body": office.unit_name(facts.get("unit", ""), lang),
            "answer": say(lang, f"finding.{facts['answer']}") if facts.get("answer") else "",
            "unit": office.unit_name(facts.get("unit", ""), lang),
            "proposed": office.unit_name(facts.get("unit", ""), lang),
            "category": category_name(facts.get("category", ""), lang),
            "chats": facts.get("chats", ""),
            "days_asked": facts.get("days", ""),
            "into": facts.get("into", ""),
            "late": say(lang, "late.asked") if facts.get("late") else "",
            "what": say(lang, f"clock.{clock}.what") if clock else "",
            "year": facts.get("year", ""),
            "urges": facts.get("urges", ""),
            "lane": facts.get("lane", ""),
            "promised": _promised(facts, lang),
        }
    )


def _promised(facts: Mapping[str, Any], lang: str) -> str:
    """What a closing report still promises."""
    if not facts.get("promised"):
        return ""
    return say(lang, "history.promised", day=day(lang, date.fromisoformat(facts["promised"])))


def timeline(book: Book, office: Office, petition: Petition, actor: Actor, lang: str) -> Message:
    """Everything this reader may see of what happened, oldest first."""
    seen = reading.audiences(actor, petition, office)
    texts, files = book.texts(petition.id), book.attachments(petition.id)
    names = looks.shown_names(book, petition, actor, lang)
    lines = [say(lang, "timeline.head", number=petition.number)]
    for entry in book.history(petition.id):
        if reading.reads(actor, petition, entry, seen):
            lines.append("")
            lines.append(entry_line(book, office, entry, lang, actor.kind == "officer"))
            if reading.closed(actor, petition, entry, office):
                continue
            here = seen | {entry.audience}
            lines += words_of(texts, entry.seq, here, lang)
            lines += _file_lines(files, entry.seq, here, lang, names)
    back = ("m", petition.id, "card") if actor.kind == "petitioner" else ("d", petition.id, "open")
    rows = ((button(lang, "button.back", *back),),)
    return Message("\n".join(lines), rows, case=petition.id, protect=is_protected(petition, actor))


def is_protected(petition: Petition, actor: Actor) -> bool:
    """Whether what an officer reads of a case isn't to be passed on: it is sealed, or an
    accusation."""
    return actor.kind == "officer" and (petition.sealed or petition.kind is Kind.ACCUSATION)


def words_of(texts: Sequence[Text], seq: int, seen: frozenset[Audience], lang: str) -> list[str]:
    """The texts of one entry that may be read, each with what it is."""
    lines = []
    for text in texts:
        if text.seq != seq or text.audience not in seen:
            continue
        body = text.body or say(lang, "form.voice" if text.file else "text.erased")
        lines.append(quoting.told(lang, text.part, body))
    return lines


def _file_lines(
    files: Sequence[Attachment], seq: int, seen: frozenset[Audience], lang: str,
    names: Mapping[int, str],
) -> list[str]:  # fmt: skip
    told = [names.get(f.file) or quoting.plain(f.name)
            for f in files if f.seq == seq and f.audience in seen]  # fmt: skip
    return [say(lang, "timeline.files", names=listed(lang, told))] if told else []


def ref_of(file: Attachment, names: Mapping[int, str]) -> FileRef:
    """An attachment as it is passed on: by the name a reader may see."""
    return FileRef(file.file, names.get(file.file, file.name), file.mime, file.size)


def files_of(
    files: Sequence[Attachment], seq: int, seen: frozenset[Audience],
    names: Mapping[int, str] | None = None,
) -> tuple[FileRef, ...]:  # fmt: skip
    """The attachments of one entry that may be seen; `names`: what they are called to a reader."""
    return tuple(ref_of(f, names or {}) for f in files if f.seq == seq and f.audience in seen)


def reach(office: Office, petition: Petition, lang: str) -> str:
    """How to reach a person: address, hours, telephone of the unit and of the bureau."""
    both = dict.fromkeys((petition.unit, bureau_of(petition, office)))
    units = [office.units[unit] for unit in both if unit in office.units]
    return "\n\n".join(
        say(
            lang, "reach.unit", name=u.name(lang), phone=u.phone,
            address=name_in(lang, u.address),
            hours=name_in(lang, u.hours),
        )
        for u in units
    )  # fmt: skip


FOUND = 8
"""Cases of a search shown at once."""


def found(
    office: Office, officer: Officer, cases: Sequence[Petition], draft: int, page: int, lang: str,
    behind: bool,
) -> Message:  # fmt: skip
    """What a search found, without names or words: number, status, category. `behind`: earlier
    cases are still being made findable."""
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
