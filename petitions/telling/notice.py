"""A notice as a chat reads it, or why it needn't be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from petitions.book import Book, Chat, Notice
from petitions.case import lifecycle, notices, quoting, reading
from petitions.case.notices import ALERT
from petitions.case.parties import may_see
from petitions.case.parting import UNSEATED
from petitions.law import citing
from petitions.law.clocks import local_day
from petitions.law.regulation.values import Regulation
from petitions.law.units import Office
from petitions.matters import appointments, joint
from petitions.message import Button, FileRef, Message, packed
from petitions.telling import looks, questions
from petitions.telling.card import card
from petitions.telling.news import NEWS
from petitions.telling.ports import Cancelled
from petitions.telling.timeline import fact_words, files_of, is_protected, words_of
from petitions.telling.views import (
    above,
    button,
    category_name,
    clock_line,
    kind_name,
    lengths,
    next_level,
)
from petitions.values import actions, parts
from petitions.values.person import Actor, Audience, Part
from petitions.values.petition import Entry, Petition
from petitions.words import say

DESKS = frozenset(
    {"desk", "bureau", "head", "helpers", "visitor", "host", "supervisor", "leader", "up", ALERT}
)
"""Sides whose notices officers read."""


def compose(
    book: Book, office: Office, notice: Notice, chat: Chat, now: datetime
) -> Message | Cancelled:
    """A notice as this chat reads it; or why it needn't be sent."""
    side = notice.kind.partition(".")[0]
    if side == "officer" and notice.kind != UNSEATED and not book.desks_of(chat.id):
        return Cancelled("no officer here any more")
    if news := NEWS.get(notice.kind) or NEWS.get(side):
        return news(book, office, notice, chat)
    petition = book.petition(notice.case)
    if side in DESKS:
        return _to_desk(book, office, notice, petition, chat, now)
    return _to_petitioner(book, office, notice, petition, chat, now)


def _to_desk(
    book: Book, office: Office, notice: Notice, petition: Petition, chat: Chat, now: datetime
) -> Message | Cancelled:
    """To an officer, who may have several desks: read at the one that may read most of the case."""
    desks = book.desks_of(chat.id)
    if not desks:
        return Cancelled("no officer here any more")
    actors = [Actor.officer(o) for o in desks]
    actor = max(actors, key=lambda a: len(reading.audiences(a, petition, office)))
    if not may_see(actor, petition, office):
        host = _host(book, notice, petition)
        if host not in {o.id for o in desks}:
            return Cancelled("the case is elsewhere")
    if notice.kind == ALERT:
        return _alert(book, office, notice, petition, actor, chat.lang, now)
    return _said(book, office, notice, petition, actor, chat.lang, now)


def _host(book: Book, notice: Notice, petition: Petition) -> int:
    """The officer who is awaited at the appointment that a notice speaks of, though they don't see
    the case."""
    if not notice.kind.startswith("host."):
        return 0
    entry = book.entry(petition.id, int(notice.facts.get("seq", 0)))
    return appointments.awaited(book, petition.id, entry) if entry else 0


def _to_petitioner(
    book: Book, office: Office, notice: Notice, petition: Petition, chat: Chat, now: datetime
) -> Message | Cancelled:
    """To a chat from which the case is followed."""
    if why := _unwanted(book, notice, petition, chat):
        return Cancelled(why)
    closed = not (chat.person and book.follows(petition.id, chat.person))
    if closed or book.person(chat.person).neutral:
        return _neutral(notice, chat.lang)
    if notice.kind == "card":
        return card(book, office, petition, chat.lang, now, chat.person)
    if asks := QUESTIONS.get(notice.kind):
        return asks(book, office, notice, petition, chat.lang)
    actor = joint.petitioner(book, petition, chat.person)
    return _said(book, office, notice, petition, actor, chat.lang, now)


QUESTIONS = {
    "petitioner.rate": questions.rating, "petitioner.follow_up": questions.follow_up,
}  # fmt: skip
"""Kinds that ask something → what composes them."""


def _unwanted(book: Book, notice: Notice, petition: Petition, chat: Chat) -> str:
    """Why a chat isn't told; empty where it is."""
    here = [p.id for p in book.persons_in(chat.id) if book.follows(petition.id, p.id)]
    if not here:
        return "this chat no longer follows the case"
    readers = [joint.petitioner(book, petition, person) for person in here]
    if _is_for_none(book, notice, petition, readers, chat):
        return "not for who only knows the code, nor for who did it"
    asked = notices.of(notice.kind).question
    if asked and questions.whom(book, notice, petition) not in {a.id for a in readers}:
        return "only whom it concerns is asked"
    return ""


def _neutral(notice: Notice, lang: str) -> Message | Cancelled:
    """To a chat that shows no case now: that there is news, and nothing of it."""
    if notice.kind == "card":
        return Cancelled("this chat shows no case now")
    return Message(say(lang, "notice.neutral"), ((button(lang, "button.my", "my", "list", 0),),))


def _is_for_none(
    book: Book, notice: Notice, petition: Petition, readers: Sequence[Actor], chat: Chat
) -> bool:
    """Whether a notice is for none of these: guests hear how the case moves and what was
    answered; whoever opened a case isn't told of it."""
    guests, alarm = all(p.role == Part.GUEST for p in readers), notices.of(notice.kind).alarm
    if notice.kind == "card" or not (guests or alarm):
        return False
    entry = book.entry(petition.id, int(notice.facts.get("seq", 0)))
    if alarm:
        return guests or bool(entry and entry.facts.get("chat") == chat.id)
    seen = frozenset({Audience.EVERYBODY})
    return not (entry and any(reading.reads(p, petition, entry, seen) for p in readers))


def in_person(book: Book, office: Office, notice: Notice, now: datetime) -> Message | None:
    """A notice as it is to be told to its petitioner by letter, by telephone, at the window;
    None when there is nothing to tell any more."""
    petition = book.petition(notice.case)
    actor = Actor.petitioner(petition.person)
    lang = office.languages[0]
    said = _said(book, office, notice, petition, actor, lang, now, aloud=True)
    return said if isinstance(said, Message) else None


OFFERED = 4
"""Steps that an alert offers."""


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


LOOKS = frozenset({"documents", "why", "reach", "ask_next"})
"""Verbs of buttons by which anybody in a case only looks, or goes on to what they may do."""


def _said(
    book: Book, office: Office, notice: Notice, petition: Petition, actor: Actor, lang: str,
    now: datetime, aloud: bool = False,
) -> Message | Cancelled:  # fmt: skip
    """An event of a case. `aloud`: read by an officer who is to tell it, and who opens names with a
    reason only. A reader who may not see the case gets the sentence, none of its words, and no way
    to it."""
    if _is_off(book, notice, petition):
        return Cancelled("no such appointment any more")
    seq = int(notice.facts.get("seq", 0))
    entry = book.entry(petition.id, seq) if seq else None
    seen = reading.audiences(actor, petition, office)
    text = _sentence(office, notice, petition, entry, lang)
    body, files = _words(book, office, notice, petition, entry, actor, seen, lang, aloud)
    rows = (
        *_buttons(office, notice, petition, actor, lang),
        *_ways(notice, petition, actor, bool(seen), lang),
    )
    if notices.of(notice.kind).legal and "received" not in notices.of(notice.kind).buttons:
        rows = ((button(lang, "button.seen", "m", petition.id, "seen"),), *rows)
    message = Message("\n\n".join([text, *body]), rows, files, case=petition.id if seen else 0,
                      protect=is_protected(petition, actor))  # fmt: skip
    if notice.kind == "receipt_qr":
        return replace(message, qr=f"c_{petition.number}")
    return message


def _is_off(book: Book, notice: Notice, petition: Petition) -> bool:
    """Whether it speaks of an appointment that isn't agreed any more."""
    if not notice.kind.endswith(".meeting_tomorrow"):
        return False
    agreed = [a.id for a in book.appointments(petition.id) if a.state == "agreed"]
    return notice.facts["meeting_id"] not in agreed


def _sentence(
    office: Office, notice: Notice, petition: Petition, entry: Entry | None, lang: str
) -> str:
    facts: Mapping[str, Any] = (entry.facts if entry else {}) | notice.facts
    late = notice.kind == "petitioner.review_offered" and facts.get("over")
    rules = office.on(entry.at).rules if entry else office.rules
    values = fact_words(office, facts, lang) | lengths(office, lang) | {
        "number": petition.number,
        "unit": office.unit_name(petition.unit, lang),
        "who": office.unit_name(entry.actor.unit, lang) if entry else "",
        "above": above(office, _gave(petition, entry), petition.kept_from, lang),
        "next_level": say(lang, f"level.{next_level(petition)}"),
        "law": refused_by(rules, facts.get("reason", ""), lang),
        "kind": kind_name(petition, lang),
        "category": category_name(petition.category, lang),
    }  # fmt: skip
    return say(lang, f"notice.{notice.kind}" + ("_late" if late else ""), **values)


def _gave(petition: Petition, entry: Entry | None) -> str:
    """The unit that gave the opinion that is spoken of."""
    return entry.actor.unit if entry and actions.of(entry.action).opinion else petition.unit


def refused_by(rules: Regulation, reason: str, lang: str) -> str:
    """The article behind a reason for not accepting, in brackets; empty where there is none."""
    found = rules.refusals.get(reason)
    return citing.bracketed(citing.whole(rules, found.article, lang), lang) if found else ""


def _words(
    book: Book, office: Office, notice: Notice, petition: Petition, entry: Entry | None,
    actor: Actor, seen: frozenset[Audience], lang: str, aloud: bool,
) -> tuple[list[str], tuple[FileRef, ...]]:  # fmt: skip
    """The words and files of the entry, as far as the reader may see them."""
    if entry is None or reading.closed(actor, petition, entry, office):
        body: list[str] = []
        files: tuple[FileRef, ...] = ()
    else:
        body = words_of(book.texts(petition.id, entry.seq), entry.seq, seen, lang)
        held = book.attachments(petition.id, entry.seq)
        inside = aloud or actor.kind == "officer"
        names = looks.neutral_names(book, petition, lang) if held and inside else {}
        files = files_of(held, entry.seq, seen, names)
    if entry and notice.kind == "petitioner.transcribed":
        body += _taken_down(book, petition, entry, actor, seen, lang, aloud)
    return body, files


def _ways(
    notice: Notice, petition: Petition, actor: Actor, seen: bool, lang: str
) -> list[tuple[Button, ...]]:
    """The way to the task that it speaks of, and to the case."""
    rows: list[tuple[Button, ...]] = []
    if notice.facts.get("task"):
        rows.append((button(lang, "button.task", "task", notice.facts["task"]),))
    if seen:
        mine = actor.kind == "petitioner"
        to = ("m", petition.id, "card") if mine else ("d", petition.id, "open")
        rows.append((button(lang, "button.open_case", *to),))
    return rows


def _buttons(
    office: Office, notice: Notice, petition: Petition, actor: Actor, lang: str
) -> list[tuple[Button, ...]]:
    """Buttons of a notice. A reader who has a part in the case gets those that they may press."""
    prefix = "m" if notice.kind.startswith("petitioner.") else "d"
    told = [one.partition(":") for one in notices.of(notice.kind).buttons]
    verbs = [(label, verb or label) for label, _, verb in told]
    if not {"ask_review", "ask_rereview"} & {*lifecycle.possible(petition, actor, office)}:
        verbs = [(label, verb) for label, verb in verbs if label != "ask_review"]
    if actor.role in list(Part):
        may = {*lifecycle.possible(petition, actor, office), *LOOKS}
        verbs = [(label, verb) for label, verb in verbs if verb in may]
    return [(button(lang, f"button.{label}", prefix, petition.id, verb),) for label, verb in verbs]


def _taken_down(
    book: Book, petition: Petition, entry: Entry, actor: Actor, seen: frozenset[Audience],
    lang: str, aloud: bool,
) -> list[str]:  # fmt: skip
    """Words that were written down of a voice that isn't for everybody. Its speaker reads them, to
    check them; others of the case read that they were written down."""
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
