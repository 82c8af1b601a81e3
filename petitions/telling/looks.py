"""Looks into a case, as its petitioner and as the supervisor read them; and the names that
officers read instead of those that files were given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from mimetypes import guess_extension

from petitions.book import Book, Notice
from petitions.case import quoting
from petitions.law.units import Office
from petitions.matters import looking
from petitions.message import Button, Message, packed
from petitions.values import actions
from petitions.values.oversight import Look
from petitions.values.person import Actor
from petitions.values.petition import Petition
from petitions.words import day, moment, say

TOLD = 40
"""Looks a petitioner reads at once; all are in the archive."""
PAGE = 10
"""Looks a supervisor reads at once."""
KINDS = ("image", "video", "audio")


# A case's looks, to its petitioner


@dataclass(frozen=True, slots=True)
class SeenLook:
    """A look, wherever it is kept."""

    at: datetime
    line: str


def of_case(book: Book, office: Office, case: Petition, lang: str) -> list[SeenLook]:
    """Every look into a case, the oldest first: names and voices from its history, the others."""
    why = {t.seq: t.body for t in book.texts(case.id) if t.part == "why_opened"}
    found = [
        SeenLook(e.at, _told(office, case, lang, e.at, e.actor.unit,
                             say(lang, f"looked.{e.action}"), why.get(e.seq, "")))
        for e in book.history(case.id) if actions.of(e.action).opening
    ]  # fmt: skip
    found += [
        SeenLook(x.at, _told(office, case, lang, x.at, x.unit, say(lang, f"looked.{x.what}"),
                         reason(x, lang)))
        for x in book.looks(case.id)
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.at)


def _told(
    office: Office, case: Petition, lang: str, at: datetime, unit: str, what: str, why: str
) -> str:  # fmt: skip
    return say(lang, "privacy.look", number=case.number, when=moment(lang, at, office.zone),
               unit=office.unit_name(unit, lang), what=what, why=why or "—")  # fmt: skip


def reason(look: Look, lang: str) -> str:
    """By which duty somebody looked; or what for, in their words too."""
    if look.duty:
        return say(lang, f"duty.{look.reason}")
    words = quoting.plain(look.words)
    return say(lang, "looked.without", reason=say(lang, f"look_for.{look.reason}"), words=words)


def page(lang: str, seen: Iterable[SeenLook]) -> str:
    """The newest looks, the newest first, and how many there were before."""
    lines = [one.line for one in sorted(seen, key=lambda one: one.at, reverse=True)]
    if not lines:
        return say(lang, "privacy.no_looks")
    told = [say(lang, "privacy.looks"), *lines[:TOLD]]
    if len(lines) > TOLD:
        told.append(say(lang, "privacy.earlier_looks", count=len(lines) - TOLD))
    return "\n\n".join(told)


# The week's looks, to the supervisor


def week(
    book: Book, office: Office, first: date, at: int, lang: str, but: Collection[int] = ()
) -> Message | None:  # fmt: skip
    """All looks of the week that begins with a day, those without a duty first and marked; None
    where nobody looked. `but`: without cases that the reader may not know of."""
    every = book.looks_between(first, first + timedelta(days=6))
    found = looking.marked_first([one for one in every if one.case not in but])
    if not found:
        return None
    at = max(0, min(at, (len(found) - 1) // PAGE))
    lines = _head(office, found, first, lang)
    lines += [_line(book, office, one, lang) for one in found[at * PAGE : (at + 1) * PAGE]]
    turn = []
    if at:
        turn.append(Button(say(lang, "button.newer"), packed("sv", "looks", first, at - 1)))
    if (at + 1) * PAGE < len(found):
        turn.append(Button(say(lang, "button.older"), packed("sv", "looks", first, at + 1)))
    back = (Button(say(lang, "button.supervision"), packed("sv", "list")),)
    return Message("\n".join(lines), (tuple(turn), back) if turn else (back,), protect=True)


def _head(office: Office, found: Sequence[Look], first: date, lang: str) -> list[str]:
    last, marked = first + timedelta(days=6), sum(not one.duty for one in found)
    return [
        say(lang, "looks.head", first=day(lang, first), last=day(lang, last),
            count=len(found), people=len({one.officer for one in found})),
        say(lang, "looks.marked" if marked else "looks.all_well", count=marked),
        *_units(office, found, lang), "",
    ]  # fmt: skip


def _units(office: Office, found: Sequence[Look], lang: str) -> list[str]:
    counts = Counter(one.unit for one in found)
    return [say(lang, "looks.unit", unit=office.unit_name(unit, lang), count=count)
            for unit, count in counts.most_common()]  # fmt: skip


def _line(book: Book, office: Office, one: Look, lang: str) -> str:
    officer = book.officer(one.officer)
    who = office.unit_name(one.unit, lang)
    who = f"{who} · {officer.name}" if officer and officer.name else who
    return say(lang, "looks.line" if one.duty else "looks.line_marked", who=who,
               number=book.petition(one.case).number, when=moment(lang, one.at, office.zone),
               what=say(lang, f"looked.{one.what}"), why=reason(one, lang))  # fmt: skip


def notice(book: Book, office: Office, told: Notice, lang: str) -> Message | None:
    """The same, as it goes out by itself."""
    units = {desk.unit for desk in book.desks_of(told.chat)}
    hidden = [case for unit in units for case in book.hidden_from(unit)]
    return week(book, office, date.fromisoformat(told.facts["first"]), 0, lang, hidden)


# The names of files


def shown_names(book: Book, case: Petition, actor: Actor, lang: str) -> dict[int, str]:
    """Names that a reader sees instead of those that a petitioner gave, by file: an officer sees
    *photo 1*, as a given name may say who somebody is. Given names come with the petitioner's."""
    return neutral_names(book, case, lang) if actor.kind == "officer" else {}


def neutral_names(book: Book, case: Petition, lang: str) -> dict[int, str]:
    """*Photo 1*, *document 2* … for each file that petitioners gave, whoever handed it in."""
    own = {e.seq for e in book.history(case.id)
           if e.actor.kind == "petitioner" or actions.of(e.action).taken_down}  # fmt: skip
    counts: Counter[str] = Counter()
    found = {}
    for file in book.attachments(case.id):
        kind = file.mime.partition("/")[0]
        kind = kind if kind in KINDS else "document"
        counts[kind] += 1
        if file.seq in own:
            found[file.file] = say(lang, f"file.{kind}", n=counts[kind]) + (
                guess_extension(file.mime) or ""
            )
    return found
