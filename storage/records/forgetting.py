"""Forgetting: what is emptied and what is deleted when a case is anonymised, or a chat forgotten.

The history stays, with a commitment of each text; a text without its salt says nothing.
Each column says what becomes of it (`storage/tables/`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from petitions.keeping.held import Fate
from petitions.values.petition import FINAL
from storage import holding, hot
from storage.records.answers import empty_answers
from storage.records.cases import Cases
from storage.records.chats import Chats
from storage.records.drafts import Drafts
from storage.records.history import History
from storage.records.joint import Joint
from storage.records.lines import Lines
from storage.records.reception import Reception
from storage.tables import (
    APPOINTMENT,
    BOOKING,
    CASE_LINK,
    CLOCK,
    HISTORY,
    LISTED,
    METADATA,
    NOTICE,
    PETITION,
    SUPERVISION,
    TASK,
)
from storage.tables.column import cells, empty, going_with, own, under_stamp

T = METADATA.tables
ARCHIVE = "application/zip"
SHORT = 2
"""Shorter texts aren't looked for in what was shown: they stand everywhere."""


class Forgetting(Chats, Lines, Drafts, Cases, History, Joint, Reception):
    """Forgetting cases and people, and what is held of them."""

    def forget_case(self, case: int) -> None:
        forget_case(self, self._db, case)

    def close_to(self, case: int, units: Sequence[str]) -> None:
        close_to(self, self._db, case, units)

    def is_over(self, case: int, before: datetime) -> bool:
        over = closed_cases(before).where(PETITION.c.id == case)
        return self._one(over) is not None

    def held_of(self, person: int) -> dict[str, list[dict[str, Any]]]:
        return holding.of(self._db, self._ring, person)


def forget_case(book: Forgetting, db: Connection, case: int) -> None:
    """Forget who petitioned and every word of a case, in all tables; its history stays."""
    people, shown = _people(db, case), _shown(book, case)
    lines = _lines(db, case)
    chats = _chats(db, case, people)
    files = _files(db, case)
    for chat, ids in lines.items():
        book.empty_lines(chat, ids)
    _forget_lines(book, db, chats, shown, files)
    book.unfind(case)
    for column in going_with(T.values(), "case"):
        _let_go(book, db, column, case)
    book.uncount(case)
    book.drop_key(case)
    card, draft = T["card"].c, T["draft"].c
    chats |= lines.keys()
    db.execute(delete(T["card"]).where(card.chat.in_(chats), card.case == case))
    empty_answers(db, chats)
    book.forget_drafts(draft.done.is_(False) & (draft.case == case))
    # A form that was sent still names the case it led to.
    book.forget_drafts(draft.person.in_(people) & draft.done.is_(True))
    _empty(db, "file", T["file"].c.id.in_(files), line=0, **_unsaid("file"))
    hot.forget(book._db, book._ring, case)
    _forget_minutes(book, db, case)
    for person in people:
        _cut(book, db, person)


def _let_go(book: Forgetting, db: Connection, column: Column[Any], case: int) -> None:
    """The rows of a case, by the column that names it: each table as its columns say."""
    table, which = column.table, column == case
    if own(column).held.fate is Fate.DELETED:
        db.execute(delete(table).where(which))
        return
    values = empty(table, Fate.EMPTIED)
    if values.keys() & set(under_stamp(table)):
        book.change(table.name, which, **values)
    else:
        db.execute(update(table).where(which).values(values))


def _unsaid(name: str) -> dict[str, bytes]:
    """Nothing in place of what is sealed in a table."""
    return dict.fromkeys(cells(T[name]), b"")


def close_to(book: Forgetting, db: Connection, case: int, units: Sequence[str]) -> None:
    """End what officers of some units have open of a case; their pages' lines of it are emptied."""
    officer, draft = T["officer"].c, T["draft"].c
    desks = select(officer.chat).where(officer.unit.in_(units), officer.chat != 0)
    chats = {row[0] for row in db.execute(desks)}
    for chat, ids in _lines(db, case).items():
        if chat in chats:
            book.empty_lines(chat, ids)
    empty_answers(db, chats)
    db.execute(delete(T["card"]).where(T["card"].c.chat.in_(chats), T["card"].c.case == case))
    book.forget_drafts(draft.done.is_(False) & (draft.case == case) & draft.chat.in_(chats))


def _empty(db: Connection, name: str, which: ColumnElement[bool], /, **values: Any) -> None:
    db.execute(update(T[name]).where(which).values(**values))


def _people(db: Connection, case: int) -> list[int]:
    """Everybody who petitioned, joined or followed, then or now."""
    petition, follower, member = T["petition"], T["follower"], T["member"]
    found: dict[int, None] = {}
    for column, key in ((petition.c.person, petition.c.id), (follower.c.person, follower.c.case),
                        (member.c.person, member.c.case)):  # fmt: skip
        found |= {row[0]: None for row in db.execute(select(column).where(key == case))}
    return [person for person in found if person]


def _chats(db: Connection, case: int, people: Sequence[int]) -> set[int]:
    """Chats that showed the case: its people's, and those of officers at work on it."""
    link, officer, history = T["chat_person"], T["officer"], T["history"]
    mine = select(link.c.chat).where(link.c.person.in_(people))
    at_work = select(history.c.actor).where(
        history.c.case == case, history.c.actor_kind == "officer"
    )
    desks = select(officer.c.chat).where(officer.c.id.in_(at_work), officer.c.chat != 0)
    return {row[0] for query in (mine, desks) for row in db.execute(query)}


def _lines(db: Connection, case: int) -> dict[int, list[int]]:
    """Chat → its lines that show words of the case, or of a form of it, whoever has read them."""
    log, shown, draft = T["log_line"], T["shown"], T["draft"]
    forms = select(draft.c.id).where(draft.c.case == case)
    mine = select(shown.c.line).where(or_(shown.c.case == case, shown.c.draft.in_(forms)))
    found: dict[int, list[int]] = {}
    for row in db.execute(select(log.c.chat, log.c.id).where(log.c.id.in_(mine))):
        found.setdefault(row.chat, []).append(row.id)
    return found


def _shown(book: Forgetting, case: int) -> set[str]:
    """The texts that a line of a chat shows this case by: its number, its words, its people."""
    who = [book.identity(case), *(m.identity for m in book.members(case))]
    said = [t.body for t in book.texts(case)]
    said += [value for one in who for value in (one.name, one.address, one.contact, one.id_number)]
    lines = {line.strip() for text in said for line in text.splitlines()}
    return {book.petition(case).number, *(line for line in lines if len(line) >= SHORT)}


def _files(db: Connection, case: int) -> list[int]:
    """The files that only this case needs."""
    kept, words, keys = T["case_file"], T["words"], T["file_key"]
    queries = (
        select(kept.c.file).where(kept.c.case == case),
        select(keys.c.file).where(keys.c.case == case),
        select(words.c.file).where(words.c.case == case, words.c.file != 0),
    )
    mine = {row[0] for query in queries for row in db.execute(query)}
    others = (select(of.c.file).where(of.c.file.in_(mine), of.c.case != case)
              for of in (kept, keys))  # fmt: skip
    return sorted(mine - {row[0] for query in others for row in db.execute(query)})


def _forget_lines(
    book: Forgetting, db: Connection, chats: Iterable[int], shown: set[str], files: Sequence[int]
) -> None:
    """Empty the lines of these chats that show the case by their text: lines from before it was
    noted of which case each speaks, and what an officer's own list or a link says of it."""
    log = T["log_line"]
    for chat in sorted(chats):
        gone = []
        for row in db.execute(select(log).where(log.c.chat == chat)):
            entry = json.loads(book.open_line(row))
            labels = (b["text"] for buttons in entry.get("buttons", ()) for b in buttons)
            read = "\n".join((entry["text"], *labels))
            # An archive of everything held of a person holds the case, too.
            mine = any(f["id"] in files or f["mime"] == ARCHIVE for f in entry.get("files", ()))
            if mine or any(text in read for text in shown):
                gone.append(row.id)
        book.empty_lines(chat, gone)


def _forget_minutes(book: Forgetting, db: Connection, case: int) -> None:
    """Minutes go with the last case of their agenda."""
    meeting, petition = T["meeting"], T["petition"]
    for row in db.execute(select(meeting.c.id, meeting.c.cases)).all():
        if case not in row.cases:
            continue
        left = select(petition.c.id).where(
            petition.c.id.in_(row.cases), petition.c.id != case, petition.c.person != 0
        )
        if db.execute(left).first() is None:
            _empty(db, "meeting", meeting.c.id == row.id, **empty(meeting, Fate.EMPTIED))


def _cut(book: Forgetting, db: Connection, person: int) -> None:
    """The histories hold a person's number. Once none of their cases is left that says who that
    was, whoever uses their chats gets a new number: the old one leads to nobody."""
    follower, link, chat = T["follower"], T["chat_person"], T["chat"]
    if db.execute(select(follower.c.case).where(follower.c.person == person).limit(1)).first():
        return
    who = T["person"]
    before = db.execute(select(who).where(who.c.id == person)).mappings().first()
    if before is None:
        return
    nothing = empty(who, Fate.EMPTIED)
    book.change("person", who.c.id == person, **nothing, neutral=False, muted=False, asked_on=None)
    chats = [row.chat for row in db.execute(select(link.c.chat).where(link.c.person == person))]
    if not chats:
        return
    fresh = book.copy_person(before)
    book.change("chat", chat.c.id.in_(chats) & (chat.c.person == person), person=fresh)
    book.change("chat_person", link.c.person == person, person=fresh)
    book.hand_drafts(person, fresh)
    _empty(db, "booking", T["booking"].c.person == person, person=fresh)


def forget_chats(book: Forgetting, db: Connection, chats: Sequence[int]) -> None:
    """Forget the addresses of chats and everything that hangs on them; the rows stay, so that
    no number is given twice."""
    chat, link, who = T["chat"], T["chat_person"], T["person"]
    people = {r[0] for r in db.execute(select(link.c.person).where(link.c.chat.in_(chats)))}
    book.drop_lines(T["log_line"].c.chat.in_(chats))
    book.forget_drafts(T["draft"].c.chat.in_(chats))
    for column in going_with(T.values(), "chat"):
        db.execute(delete(column.table).where(column.in_(chats)))
    for id in chats:
        book.change("chat", chat.c.id == id, **_unsaid("chat"), mark=None, person=0, draft=0,
                    client="", seen_at=None, agreed_at=None, menu="", quiet=False,
                    digest=None)  # fmt: skip
    elsewhere = {r[0] for r in db.execute(select(link.c.person).where(link.c.person.in_(people)))}
    nothing = empty(who, Fate.EMPTIED)
    gone = who.c.id.in_(people - elsewhere)
    book.change("person", gone, **nothing, neutral=False, muted=False)


def closed_cases(before: datetime) -> Select[Any]:
    """Closed cases in which nothing has happened since, and nothing is open."""
    case = PETITION.c.id
    last = select(func.max(HISTORY.c.at)).where(HISTORY.c.case == case).scalar_subquery()
    main = PETITION.alias()
    other = PETITION.alias()
    open_ = (
        exists().where(CLOCK.c.case == case, CLOCK.c.ended_at.is_(None)),
        exists().where(TASK.c.case == case, TASK.c.done_at.is_(None)),
        exists().where(SUPERVISION.c.case == case, SUPERVISION.c.state.in_(("open", "answered"))),
        exists().where(APPOINTMENT.c.case == case, APPOINTMENT.c.state.in_(("proposed", "agreed"))),
        exists().where(LISTED.c.case == case, LISTED.c.state == "open"),
        exists().where(
            BOOKING.c.case == case,
            BOOKING.c.state.in_(("booked", "waiting")),
            BOOKING.c.person != 0,
        ),
        exists().where(
            NOTICE.c.case == case, or_(NOTICE.c.next_at.is_not(None), NOTICE.c.state == "sending")
        ),
        # A case merged into another is part of it; a case handled beside one waits.
        exists().where(main.c.id == PETITION.c.merged_into, main.c.person != 0),
        exists().where(
            CASE_LINK.c.case == case, CASE_LINK.c.other == other.c.id, other.c.ended_at.is_(None)
        ),
    )
    return select(case.label("key"), last.label("at")).where(
        PETITION.c.person != 0, PETITION.c.status.in_([str(s) for s in FINAL]),
        PETITION.c.ended_at < before, last < before, *(~one for one in open_),
    )  # fmt: skip
