"""The timeline of a case: each entry in words, its texts and files, for who reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from petitions.book import Book
from petitions.case import quoting, reading
from petitions.law.units import Office
from petitions.message import FileRef, Message
from petitions.telling import looks
from petitions.telling.views import button, category_name, meeting_words
from petitions.values import parts
from petitions.values.person import Actor, Audience
from petitions.values.petition import Attachment, Entry, Kind, Petition, Text
from petitions.words import day, has, listed, moment, say

# The timeline


def is_spoken_to(actor: Actor, entry: Entry) -> bool:
    """Whether a line of the history says "you" to its reader: of what they did themselves, and to
    whose matter it is of what the office did."""
    if actor.kind != "petitioner":
        return False
    return reading.is_own(actor, entry) if entry.actor.kind == "petitioner" else not actor.role


def entry_line(book: Book, office: Office, entry: Entry, actor: Actor, lang: str) -> str:
    """One line of the history as somebody reads it; to officers with who of the office it was."""
    facts = entry.facts
    who = office.unit_name(entry.actor.unit, lang) if entry.actor.unit else ""
    if actor.kind == "officer" and entry.actor.kind == "officer":
        officer = book.officer(entry.actor.id)
        who = f"{who} · {officer.name}" if officer and officer.name else who
    key = f"history.{entry.action}"
    if entry.action == "submit" and entry.actor.kind == "officer":
        key = "history.registered_for"
    if not has(key):
        key = "history.mine" if entry.actor.kind == "petitioner" else "history.any"
    if not facts.get("due") and has(f"{key}.undated"):
        key = f"{key}.undated"
    if not is_spoken_to(actor, entry) and has(f"{key}.inside"):
        key = f"{key}.inside"
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
    """The sentence on what a closing report still promises."""
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
            lines.append(entry_line(book, office, entry, actor, lang))
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
