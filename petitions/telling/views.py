"""What people read about a case: the status card, the timeline, the receipt, the notices.

The conversations show these when asked, the couriers when something happened: both from
here, so that they never say different things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from petitions.book import Book, Chat, Notice
from petitions.case import explain, lifecycle, notices, quoting
from petitions.case.notices import ALERT
from petitions.case.parting import UNSEATED
from petitions.counting.hot import Matter
from petitions.keeping import retention
from petitions.law.clocks import days_since, is_late, local_day
from petitions.law.regulation import Limit
from petitions.law.units import Office
from petitions.matters import appointments, joint, supervision
from petitions.message import Button, FileRef, Message, Sheet, packed
from petitions.telling import looks
from petitions.values import actions, categories, danger, parts
from petitions.values.petition import (
    Actor,
    Attachment,
    Audience,
    Entry,
    Kind,
    Level,
    Officer,
    Part,
    Petition,
    Rating,
    Running,
    Status,
    TaskKind,
    Text,
)
from petitions.verbs.office import Receipt
from petitions.words import day, has, listed, moment, name_in, quoted, say


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
    late = is_late(clock, today)
    last = (clock.rolled_on or clock.due_on) if late else clock.due_on
    return say(
        lang, "clock.late" if late else "clock.due",
        what=what,
        due=day(lang, clock.due_on),
        days=max(0, (today - last).days if late else (last - today).days),
        mark=explain.mark(clock, lang),
        cite=explain.cite(office.limit_of(clock), lang),
    )  # fmt: skip


def _text_of(texts: Sequence[Text], part: str) -> str:
    """The newest text of a part that has words."""
    return next((t.body for t in reversed(texts) if t.part == part and t.body), "")


# The petitioner's card


def card(
    book: Book, office: Office, petition: Petition, lang: str, now: datetime, person: int = 0
) -> Message:
    """Where the matter stands, who has it, the next date, what the person who reads it (0: whose
    case it is) can do."""
    reader = joint.petitioner(book, petition, person or petition.person)
    today = local_day(now, office.zone)
    guest = reader.role == Part.GUEST
    title = "" if guest else _text_of(book.texts(petition.id), "title")
    title = title or category_name(petition.category, lang)
    unit = office.unit_name(petition.unit, lang)
    lines = [
        f"{petition.number}",
        title,
        "",
        say(lang, "card.status", status=say(lang, f"status.{petition.status}"), unit=unit),
        say(lang, "card.filed", day=day(lang, petition.received_on),
            days=days_since(petition.received_on, now, office.zone)),
    ]  # fmt: skip
    clock = next_clock(office, book.clocks(petition.id))
    if clock:
        lines.append(clock_line(office, clock, today, lang))
    lines.append(say(lang, f"card.next.{petition.status}", unit=unit, **_days(office)))
    late = clock is not None and is_late(clock, today)
    for task in () if guest else book.tasks(case=petition.id):
        if task.kind in CARD_TASKS:
            lines.append(say(lang, f"card.{CARD_TASKS[task.kind]}", due=day(lang, task.due_on)))
    if petition.members > 1:
        lines.append(say(lang, "card.joint", count=petition.members))
    after, meetings, offers = _aftercare(book, office, petition, reader, today, lang)
    lines += after
    if guest:
        lines += ["", say(lang, "card.guest")]
    *rights, last = _card_rows(office, petition, reader, clock, late, lang)
    rows = (*meetings, *rights, *offers, last)
    return Message("\n".join(lines), rows, case=petition.id, card=True)


CARD_TASKS = {TaskKind.URGED: "urged", TaskKind.TAKE_UP: "take_up", TaskKind.AGAIN: "again"}
"""Tasks of the office of which the card says by when: kind → its sentence."""


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


def _aftercare(
    book: Book, office: Office, petition: Petition, reader: Actor, today: date, lang: str
) -> tuple[list[str], list[tuple[Button, ...]], list[tuple[Button, ...]]]:
    """What the petitioner said of it; an appointment; what may still be rated."""
    lines: list[str] = []
    meetings: list[tuple[Button, ...]] = []
    rows: list[tuple[Button, ...]] = []
    lines += meeting_lines(book, petition, lang) if reader.role != Part.GUEST else ()
    lines += supervision_lines(book, office, petition, lang)
    possible = lifecycle.possible(petition, reader, office)
    for one in book.appointments(petition.id):
        if one.state in appointments.OPEN and "agree_meeting" in possible:
            yes = button(lang, "button.meeting_yes", "m", petition.id, "meeting_yes")
            no = button(lang, "button.meeting_no", "m", petition.id, "meeting_no")
            meetings.append((yes, no) if one.state == "proposed" else (no,))
    offer = book.join_offer(petition.id) if "agree_join" in possible else None
    if offer and offer.state == "proposed":
        mine = offer.case_yes if offer.case == petition.id else offer.into_yes
        lines.append(say(lang, "card.join_waits" if mine else "card.join_proposed"))
        join = () if mine else (button(lang, "button.join_yes", "m", petition.id, "join_yes"),)
        meetings.append((*join, button(lang, "button.join_no", "m", petition.id, "join_no")))
    for rating in book.ratings(petition.id) if petition.kind else ():
        if rating.person != reader.id:
            continue
        who = office.unit_name(rating.unit, lang)
        if rating.level:
            level = say(lang, f"level_of.{rating.level}")
            lines.append(say(lang, "card.rated", who=who, level=level))
        if today <= rating.until:
            label = say(lang, "button.rate_again" if rating.level else "button.rate", who=who)
            rows.append((Button(label, packed("rate", rating.id, "ask")),))
    if "come_again" in possible:
        rows.append((button(lang, "button.come_again", "m", petition.id, "come_again"),))
    return lines, meetings, rows


def _days(office: Office) -> dict[str, int]:
    """Lengths that sentences name: of windows, and of taking back."""
    clocks, limits = office.rules.clocks, office.rules.limits
    windows = {"review": "review_ask", "rereview": "rereview_ask"}
    found = {name: clocks[clock].days if clock in clocks else 0 for name, clock in windows.items()}
    return found | {"back": limits["take_back"].days}


def _card_rows(
    office: Office, petition: Petition, reader: Actor, clock: Running | None, late: bool, lang: str
) -> tuple[tuple[Button, ...], ...]:
    case = petition.id
    rows: list[tuple[Button, ...]] = [
        (button(lang, "button.timeline", "m", case, "timeline"),
         button(lang, "button.reach", "m", case, "reach")),
    ]  # fmt: skip
    if clock:
        rows[0] = (*rows[0], button(lang, "button.why", "m", case, "why"))
    possible = lifecycle.possible(petition, reader, office)
    rows[:0] = [
        (button(lang, f"button.{a}", "m", case, a),) for a in actions.rights() if a in possible
    ]
    if late and "urge" in possible:
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


def _extension(limit: Limit) -> int:
    return limit.extension.days if limit.extension else 0


def receipt(office: Office, given: Receipt, lang: str) -> Message:
    """Number, code, and what happens next with its dates and whose duty each is."""
    rules, petition = office.rules, given.petition
    longest = rules.clocks["answer"].days + _extension(rules.clocks["answer"])
    bureau = office.unit_name(petition.unit, lang)
    text = say(
        lang,
        "receipt.text",
        number=petition.number,
        code=given.code,
        day=moment(lang, petition.received_at, office.zone),
        bureau=bureau,
        due=day(lang, given.due_on) if given.due_on else "",
        notify=say(lang, "counted.days", count=rules.clocks["notify"].days),
        answer=say(lang, "counted.days", count=rules.clocks["answer"].days),
        longest=say(lang, "counted.days", count=longest),
        phone=office.front.phone,
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
    """What somebody who came on paper takes home: number, code, what happens next, a QR code."""
    text = receipt(office, given, lang).text
    note = say(lang, "slip.pin", phone=office.front.phone)
    number = given.petition.number
    return Sheet(
        name=f"{number}.pdf", title=say(lang, "slip.title"), number=number,
        lines=(*text.split("\n"), "", note), qr=f"c_{number}", note=say(lang, "slip.scan"),
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
            days=days_since(petition.received_on, now, office.zone)),
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
    seen = lifecycle.audiences(actor, petition, office)
    texts, files = book.texts(petition.id), book.attachments(petition.id)
    names = looks.shown_names(book, petition, actor, lang)
    lines = [say(lang, "timeline.head", number=petition.number)]
    for entry in book.history(petition.id):
        if lifecycle.reads(actor, petition, entry, seen):
            lines.append("")
            lines.append(entry_line(book, office, entry, lang, actor.kind == "officer"))
            if lifecycle.closed(actor, petition, entry, office):
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
    both = dict.fromkeys((petition.unit, lifecycle.bureau_of(petition, office)))
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
    seen = [c for c in cases[:FOUND] if lifecycle.may_see(Actor.officer(officer), c, office)]
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


# Notices


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Why a notice isn't sent after all."""

    why: str


DESKS = frozenset(
    {"desk", "bureau", "head", "helpers", "visitor", "host", "supervisor", "leader", "up", ALERT}
)
"""Sides whose notices officers read."""


def hot_text(book: Book, matter: Matter, lang: str) -> str:
    """A hot matter in words that most of its petitions share, and nobody's own."""
    held = [book.petition(id).category for id in matter.cases]
    category = max(sorted(set(held)), key=held.count)

    def named(words: tuple[str, ...]) -> str:
        return listed(lang, (quoted(lang, word) for word in words))

    lines = [say(lang, "hot.line", people=matter.people, count=len(matter.cases),
                 days=(matter.last - matter.first).days + 1,
                 category=category_name(category, lang))]  # fmt: skip
    if matter.phrases:
        lines.append(say(lang, "hot.said", words=named(matter.phrases)))
    if matter.wanted:
        lines.append(say(lang, "hot.wanted", words=named(matter.wanted)))
    return "\n".join(lines)


def _hot(book: Book, notice: Notice, chat: Chat) -> Message | Cancelled:
    """What was found on a day: planned on each, found or not."""
    day = notice.occasion
    found = [m for m in book.hot_matters("open") if m.found_on.isoformat() == day]
    if not found:
        return Cancelled("nothing new")
    texts = [say(chat.lang, "hot.new"), *(hot_text(book, m, chat.lang) for m in found)]
    rows = [(button(chat.lang, "button.open", "hot", "one", m.id),) for m in found]
    return Message("\n".join(texts), tuple(rows))


def _bulletin(book: Book, notice: Notice, chat: Chat) -> Message | Cancelled:
    found = book.bulletin(int(notice.facts["bulletin"]))
    if found is None:
        return Cancelled("no such bulletin")
    period = found.period
    if period.first != period.last and period.kind == "day":
        period = replace(period, kind="span")
    text = found.texts.get(chat.lang) or next(iter(found.texts.values()))
    rows = ((button(chat.lang, "button.figures", "fig", "show", period.key),),)
    return Message(text, rows, tuple(book.file_ref(id) for id in found.files))


def compose(
    book: Book, office: Office, notice: Notice, chat: Chat, now: datetime
) -> Message | Cancelled:
    """A notice as this chat reads it; or why it needn't be sent."""
    if notice.kind == "duty.danger":
        return _danger(book, office, notice, chat, now)
    if notice.kind == "duty.answer":
        return Message(say(chat.lang, "notice.duty.answer", text=_text_by_draft(book, notice)))
    if notice.kind.startswith("booking."):
        return _booking(book, office, notice, chat)
    if notice.kind == "draft.ends":
        return _draft_ends(book, office, notice, chat)
    if (
        notice.kind.startswith("officer.")
        and notice.kind != UNSEATED
        and not book.desks_of(chat.id)
    ):
        return Cancelled("no officer here any more")
    if notice.kind == "officer.suggestion":
        due = day(chat.lang, date.fromisoformat(notice.facts["due"]))
        text = say(chat.lang, "notice.officer.suggestion", unit=notice.facts["unit"], due=due)
        return Message(
            text, ((button(chat.lang, "button.open", "sv", "one", notice.facts["id"]),),)
        )
    if notice.kind == "officer.hot":
        return _hot(book, notice, chat)
    if notice.kind == "officer.looks":
        return looks.notice(book, office, notice, chat.lang) or Cancelled("no looks any more")
    if notice.kind == "officer.bulletin":
        return _bulletin(book, notice, chat)
    if notice.kind.startswith("officer."):
        facts = {k: listed(chat.lang, v) if isinstance(v, list) else v
                 for k, v in notice.facts.items()}  # fmt: skip
        return Message(say(chat.lang, f"notice.{notice.kind}", **facts))
    petition = book.petition(notice.case)
    side = notice.kind.split(".")[0]
    if side in DESKS:
        desks = book.desks_of(chat.id)
        if not desks:
            return Cancelled("no officer here any more")
        actors = [Actor.officer(o) for o in desks]
        # Of several desks, the one that may read most of the case.
        actor = max(actors, key=lambda a: len(lifecycle.audiences(a, petition, office)))
        if not lifecycle.may_see(actor, petition, office):
            entry = book.entry(petition.id, int(notice.facts.get("seq", 0)))
            host = appointments.awaited(book, petition.id, entry) if entry and side == "host" else 0
            if host not in {o.id for o in desks}:
                return Cancelled("the case is elsewhere")
        if notice.kind == ALERT:
            return _alert(book, office, notice, petition, actor, chat.lang, now)
        return _compose(book, office, notice, petition, actor, chat.lang, now)
    if notice.kind == "petitioner.closed_here":
        said = say(chat.lang, "notice.petitioner.closed_here", number=petition.number,
                   phone=office.front.phone)  # fmt: skip
        return Message(said)
    here = [p.id for p in book.persons_in(chat.id) if book.follows(petition.id, p.id)]
    if not here:
        return Cancelled("this chat no longer follows the case")
    parts = [joint.petitioner(book, petition, person) for person in here]
    if _is_for_none(book, notice, petition, parts, chat):
        return Cancelled("not for who only knows the code, nor for who did it")
    if notices.of(notice.kind).question and _asked(book, notice, petition) not in {
        a.id for a in parts
    }:
        return Cancelled("only whom it concerns is asked")
    closed = not (chat.person and book.follows(petition.id, chat.person))
    if closed or book.person(chat.person).neutral:
        if notice.kind == "card":
            return Cancelled("this chat shows no case now")
        return Message(
            say(chat.lang, "notice.neutral"), ((button(chat.lang, "button.my", "my", "list", 0),),)
        )
    if notice.kind == "card":
        return card(book, office, petition, chat.lang, now, chat.person)
    if notice.kind == "petitioner.rate":
        return _question_rating(book, office, notice, petition, chat.lang)
    if notice.kind == "petitioner.follow_up":
        return _question_follow_up(book, office, notice, petition, chat.lang)
    actor = joint.petitioner(book, petition, chat.person)
    return _compose(book, office, notice, petition, actor, chat.lang, now)


def _draft_ends(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    """An unfinished petition that is deleted soon, unless somebody went on with it."""
    draft = book.draft(int(notice.facts["draft"]))
    if draft is None or draft.done or draft.rev != notice.facts["rev"] or not draft.changed_at:
        return Cancelled("nothing is unfinished any more")
    if draft.person != chat.person:
        return Cancelled("somebody else uses this chat")
    begun, ends = draft.changed_at, notice.due_at + retention.WARNED
    begun_on, ends_on = (day(chat.lang, local_day(at, office.zone)) for at in (begun, ends))
    text = say(chat.lang, "notice.draft.ends", since=begun_on, until=ends_on)
    return Message(text, ((button(chat.lang, "button.go_on", "new", "resume", draft.id),),))


def _booking(book: Book, office: Office, notice: Notice, chat: Chat) -> Message | Cancelled:
    """News of a place at a reception, as it is now."""
    booking = book.booking(int(notice.facts["booking"]))
    if booking.person != chat.person:
        return Cancelled("somebody else uses this chat")
    if notice.kind == "booking.tomorrow" and booking.state != "booked":
        return Cancelled("no such booking any more")
    slot = book.slot(booking.slot)
    host = book.officer(slot.host)
    text = say(chat.lang, f"notice.{notice.kind}", day=day(chat.lang, slot.day), start=slot.start,
               where=slot.where, link=slot.link or "—",
               host=host.name if host else office.unit_name(slot.unit, chat.lang))  # fmt: skip
    return Message(text, ((button(chat.lang, "button.reception", "rc", "list"),),))


def _asked(book: Book, notice: Notice, petition: Petition) -> int:
    """Whom a question is for."""
    id = notice.facts.get("rating")
    return book.rating(int(id)).person if id else petition.person


def _is_for_none(
    book: Book, notice: Notice, petition: Petition, parts: Sequence[Actor], chat: Chat
) -> bool:
    """Whether a notice is for none of these: guests hear how the case moves and what was
    answered; whoever opened a case isn't told of it."""
    guests, alarm = all(p.role == Part.GUEST for p in parts), notices.of(notice.kind).alarm
    if notice.kind == "card" or not (guests or alarm):
        return False
    entry = book.entry(petition.id, int(notice.facts.get("seq", 0)))
    if alarm:
        return guests or bool(entry and entry.facts.get("chat") == chat.id)
    seen = frozenset({Audience.EVERYBODY})
    return not (entry and any(lifecycle.reads(p, petition, entry, seen) for p in parts))


SHORT = 80
"""Characters of a text that a question quotes."""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"


def _question_rating(
    book: Book, office: Office, notice: Notice, petition: Petition, lang: str
) -> Message | Cancelled:
    """The question, unless it was answered meanwhile."""
    rating = book.rating(int(notice.facts["rating"]))
    if rating.level:
        return Cancelled("rated")
    return rating_question(book, office, rating, petition, lang)


def rating_question(
    book: Book, office: Office, rating: Rating, petition: Petition, lang: str
) -> Message:  # fmt: skip
    """Names the case, what was asked and what was answered or promised; three buttons of equal
    style, always in the same order."""
    texts = book.texts(petition.id)
    text = say(
        lang, f"notice.petitioner.rate_{rating.body}",
        number=petition.number,
        asked=_short(_text_of(texts, "request")),
        answer=_short(_text_of(texts, "promise") or _text_of(texts, "reply")),
        who=office.unit_name(rating.unit, lang),
        until=day(lang, rating.until),
    )  # fmt: skip
    levels = tuple(  # whatever was answered: equal in style, in one order
        Button(say(lang, f"level_of.{level}"), packed("rate", rating.id, level)) for level in Level
    )
    rows = (
        levels,
        (button(lang, "button.no_rating", "rate", rating.id, "mute"),),
        (button(lang, "button.open_case", "m", petition.id, "card"),),
    )
    return Message(text, rows, case=petition.id)


def _question_follow_up(
    book: Book, office: Office, notice: Notice, petition: Petition, lang: str
) -> Message | Cancelled:
    """Did what was promised happen?"""
    found = book.follow_up(int(notice.facts["follow_up"]))
    if found.answer not in ("", "later"):
        return Cancelled("answered")
    texts = book.texts(petition.id)
    text = say(
        lang, "notice.petitioner.follow_up",
        number=petition.number,
        unit=office.unit_name(petition.answered_by or petition.unit, lang),
        promised=_short(_text_of(texts, "promise") or _text_of(texts, "reply")),
    )  # fmt: skip
    rows = tuple(
        (button(lang, f"button.follow_{answer}", "fu", found.id, answer),)
        for answer in ("done", "partly", "no", "later", "never")
    )
    return Message(text, rows, case=petition.id)


def in_person(book: Book, office: Office, notice: Notice, now: datetime) -> Message | None:
    """A notice as it is to be told to its petitioner by letter, by telephone, at the window;
    None when there is nothing to tell any more."""
    petition = book.petition(notice.case)
    actor = Actor.petitioner(petition.person)
    lang = office.languages[0]
    said = _compose(book, office, notice, petition, actor, lang, now, aloud=True)
    return said if isinstance(said, Message) else None


OFFERED = 4


def _alert(
    book: Book, office: Office, notice: Notice, petition: Petition, actor: Actor, lang: str,
    now: datetime,
) -> Message | Cancelled:  # fmt: skip
    """A reminder of one clock, with the steps that would settle it."""
    clocks = book.clocks(petition.id)
    clock = next((c for c in clocks if c.id == notice.facts["clock_id"]), None)
    if clock is None:
        return Cancelled("no such clock")
    handler = book.officer(petition.handler) if petition.handler else None
    text = say(
        lang, "notice.alert",
        number=petition.number,
        category=category_name(petition.category, lang),
        line=clock_line(office, clock, local_day(now, office.zone), lang),
        unit=office.unit_name(petition.unit, lang),
        handler=handler.name if handler else say(lang, "case.no_handler"),
    )  # fmt: skip
    possible = lifecycle.possible(petition, actor, office)
    acts = [a for a in actions.alerted() if a in possible][:OFFERED]
    buttons = [
        Button(say(lang, f"action.{a}"), packed("d", petition.id, petition.version, a))
        for a in acts
    ]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    rows.append((button(lang, "button.open_case", "d", petition.id, "open"),))
    return Message(text, tuple(rows), case=petition.id)


def case_button(petition: Petition) -> Button:
    """A button that opens a case at a desk."""
    return Button(petition.number, packed("d", petition.id, "open"))


LOOKS = frozenset({"documents", "why", "reach", "ask_next"})
"""Verbs of buttons by which anybody in a case only looks, or goes on to what they may do."""


def _compose(
    book: Book,
    office: Office,
    notice: Notice,
    petition: Petition,
    actor: Actor,
    lang: str,
    now: datetime,
    aloud: bool = False,
) -> Message | Cancelled:
    """`aloud`: read by an officer who is to tell it, and who opens names with a reason only. Who
    may not see the case reads the sentence, none of its words, and no way to it."""
    seq = int(notice.facts.get("seq", 0))
    seen = lifecycle.audiences(actor, petition, office)
    entry = book.entry(petition.id, seq) if seq else None
    facts = (entry.facts if entry else {}) | notice.facts
    rules = office.on(entry.at).rules if entry else office.rules
    values = fact_words(office, facts, lang) | _days(office) | {
        "number": petition.number,
        "unit": office.unit_name(petition.unit, lang),
        "who": office.unit_name(entry.actor.unit, lang) if entry else "",
        "article": rules.refusals.get(facts.get("reason", ""), ""),
        "kind": kind_name(petition, lang),
        "category": category_name(petition.category, lang),
        "days": days_since(petition.received_on, now, office.zone),
        "notice": notice.id,
    }  # fmt: skip
    kind = notice.kind
    if kind == "petitioner.review_offered" and facts.get("over"):
        kind += "_late"
    if kind in ("petitioner.meeting_tomorrow", "host.meeting_tomorrow"):
        agreed = [a.id for a in book.appointments(petition.id) if a.state == "agreed"]
        if notice.facts["meeting_id"] not in agreed:
            return Cancelled("no such appointment any more")
    text = say(lang, f"notice.{kind}", **values)
    shut = entry is not None and lifecycle.closed(actor, petition, entry, office)
    body = words_of(book.texts(petition.id, seq), seq, seen, lang) if seq and not shut else []
    if notice.kind == "petitioner.transcribed" and entry:
        body += _taken_down(book, petition, entry, actor, seen, lang, aloud)
    held = book.attachments(petition.id, seq) if seq and not shut else ()
    inside = aloud or actor.kind == "officer"
    names = looks.neutral_names(book, petition, lang) if held and inside else {}
    files = files_of(held, seq, seen, names)
    rows = _buttons(office, notice, petition, actor, lang)
    opening = (
        ("m", petition.id, "card") if actor.kind == "petitioner" else ("d", petition.id, "open")
    )
    if notice.facts.get("task"):
        rows.append((button(lang, "button.task", "task", notice.facts["task"]),))
    told = notices.of(notice.kind)
    if told.legal and "received" not in told.buttons:
        rows.insert(0, (button(lang, "button.seen", "m", petition.id, "seen"),))
    if seen:
        rows.append((button(lang, "button.open_case", *opening),))
    case = petition.id if seen else 0
    message = Message("\n\n".join([text, *body]), tuple(rows), files, case=case,
                      protect=is_protected(petition, actor))  # fmt: skip
    if notice.kind == "receipt_qr":
        return replace(message, qr=f"c_{petition.number}")
    return message


def _buttons(
    office: Office, notice: Notice, petition: Petition, actor: Actor, lang: str
) -> list[tuple[Button, ...]]:
    """What can be done about a notice; by who has a part in the case: what they may."""
    prefix = "m" if notice.kind.startswith("petitioner.") else "d"
    told = [one.partition(":") for one in notices.of(notice.kind).buttons]
    verbs = [(label, verb or label) for label, _, verb in told]
    if actor.role in list(Part):
        may = {*lifecycle.possible(petition, actor, office), *LOOKS}
        verbs = [(label, verb) for label, verb in verbs if verb in may]
    return [(button(lang, f"button.{label}", prefix, petition.id, verb),) for label, verb in verbs]


def _taken_down(
    book: Book, petition: Petition, entry: Entry, actor: Actor, seen: frozenset[Audience],
    lang: str, aloud: bool,
) -> list[str]:  # fmt: skip
    """What was written down of a voice that isn't for everybody: for its speaker to check; others
    of the case read that it was."""
    part = entry.facts["part"]
    words = {t.part: t.body for t in book.texts(petition.id, entry.seq) if t.audience not in seen}
    unread = "told.written"
    if parts.of(part).identity:
        words = {part: getattr(book.identity(petition.id), part)}
        unread = "told.closed" if aloud else unread
    said = book.entry(petition.id, entry.facts["of"])
    author = said.actor.id if said and said.actor.kind == "petitioner" else petition.person
    speaker = joint.petitioner(book, petition, author)
    own = actor.id == speaker.id or not (actor.role or speaker.role)
    return [
        quoting.told(lang, name, value if own and not aloud else say(lang, unread))
        for name, value in words.items()
    ]  # fmt: skip


def _danger(
    book: Book, office: Office, notice: Notice, chat: Chat, now: datetime
) -> Message | Cancelled:
    """A danger to life in something being written: to the duty desk, about the matter."""
    draft = book.draft(int(notice.facts["draft"]))
    if draft is None or draft.done:
        return Cancelled("the excerpt was erased")
    text = say(
        chat.lang,
        "notice.duty.danger",
        what=danger.label(notice.facts["danger"], chat.lang),
        when=moment(chat.lang, notice.due_at, office.zone),
        number=draft.data.get("number", "") or "—",
        text=quoting.quoted(str(draft.data.get("danger_text", ""))),
        numbers=notice.facts.get("numbers", ""),
    )
    return Message(text, ((button(chat.lang, "button.duty_answer", "duty", draft.id),),))


def _text_by_draft(book: Book, notice: Notice) -> str:
    draft = book.draft(int(notice.facts["draft"]))
    return str(draft.data.get("said", "")) if draft else ""
