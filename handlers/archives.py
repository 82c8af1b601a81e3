"""The entries of an archive: everything held of a person, or one case. Read in steps, each in a
transaction of its own, while it is sent; whether the reader may have it is asked each time.
"""

from __future__ import annotations

import json
from datetime import datetime

from handlers.citizen.own import may, me, own_cases
from handlers.converse import House
from handlers.officer import login
from handlers.officer.desk import may_have
from handlers.talk import Incoming, Talk
from petitions.book import Book
from petitions.case import documents, reading
from petitions.errors import NotYours
from petitions.message import Archive
from petitions.telling import looks, timeline
from petitions.telling.ports import ArchiveEntry
from petitions.values.person import Actor, Identity, Part
from petitions.values.petition import Petition, Text
from petitions.verbs import access

OWN = ("hidden", "name", "address", "rating_words")
"""Parts only the bureau reads, and of course who wrote them."""


def steps(book: Book, house: House, asked: Archive, now: datetime) -> list[int]:
    """The cases read one after the other; 0: everything that isn't of a case. Raises NotYours."""
    talk = _enter(book, house, asked, now)
    login.must_be_fresh(talk)
    return [asked.case] if asked.case else [0, *(case.id for case in own_cases(talk))]


def entries(
    book: Book, house: House, asked: Archive, now: datetime, case: int
) -> list[ArchiveEntry]:
    """The entries that one step brings. Raises PetitionError where they may no longer be had."""
    talk = _enter(book, house, asked, now)
    if not case:
        return _of_person(talk)
    if not asked.case:
        petition = access.own(book, case, asked.person)
        return archive_of(talk, petition, me(talk, petition), "cases/")
    if talk.officer and asked.officer:
        petition, actor = may_have(talk, case), Actor.officer(talk.officer)
    else:
        petition = access.own(book, case, asked.person)
        may(talk, petition, "take_file")
        actor = me(talk, petition)
    papers: list[ArchiveEntry] = [
        (sheet.name, sheet)
        for one in documents.readable(book, talk.office, petition, actor)
        for sheet in (documents.sheet(book, talk.office, petition, one, actor, talk.lang),)
    ]
    return [*archive_of(talk, petition, actor), *papers]


def _enter(book: Book, house: House, asked: Archive, now: datetime) -> Talk:
    """Whoever asked, if the chat is still theirs."""
    chat = book.chat_by_id(asked.chat)
    officer = book.officer(chat.officer) if chat.officer else None
    theirs = chat.officer == asked.officer if asked.officer else chat.person == asked.person
    if not theirs or (asked.officer and officer is None):
        raise NotYours("bad.not_yours")
    incoming = Incoming(chat.channel, chat.address, "", "archive", lang=chat.lang)
    talk = Talk(book, house.office.on(now), now, chat, incoming, officer, page=house.page)
    login.must_be_in(talk)
    return talk


def _of_person(talk: Talk) -> list[ArchiveEntry]:
    """The entries held of a person beside their cases."""
    person = talk.book.person(talk.chat.person)
    drafts = [d for d in talk.book.drafts_of(person.id) if d.form == "petition" or not talk.officer]
    held = {
        "language": talk.chat.lang,
        "has_pin": bool(person.pin),
        "drafts": [{"form": d.form, "answers": d.data["answers"]} for d in drafts],
        **talk.book.held_of(person.id),
    }
    found: list[ArchiveEntry] = [("about-me.json", json.dumps(held, ensure_ascii=False, indent=2))]
    for draft in drafts:
        files = [*draft.data["files"], *draft.data["voice"].values()]
        found += [(f"drafts/{draft.id}/{file}", file) for file in files]
    return found


def archive_of(
    talk: Talk, petition: Petition, actor: Actor, folder: str = ""
) -> list[ArchiveEntry]:
    """One case as files (归档): what is held as JSON, the timeline to read, the documents, the
    attachments, and a list of them all. An officer's copy names nobody."""
    seen = reading.audiences(actor, petition, talk.office)
    history = talk.book.history(petition.id)
    mine = actor.kind == "petitioner" and not actor.role
    identity = talk.book.identity(petition.id) if mine else Identity()
    if actor.role in list(Part) and (member := talk.book.member(petition.id, actor.id)):
        identity = member.identity
    by = {e.seq: e.actor for e in history}
    shut = {e.seq for e in history if reading.closed(actor, petition, e, talk.office)}

    def open_(text: Text) -> bool:
        """Whether the reader may have a text: by its audience, or as its author."""
        author = by[text.seq]
        if actor.kind == "officer" and (text.file or text.seq in shut):
            return False  # voices are opened one by one, with a reason
        if text.audience in seen or (
            author.kind == "petitioner" == actor.kind and author.id == actor.id
        ):
            return True
        return mine and text.part in OWN and author.kind == "officer"

    held = {
        "number": petition.number,
        "status": str(petition.status),
        "unit": petition.unit,
        "kind": str(petition.kind or ""),
        "category": petition.category,
        "received_on": petition.received_on.isoformat(),
        "received_at": petition.received_at.isoformat(),
        "people": petition.people,
        "name": identity.name,
        "address": identity.address,
        "contact": identity.contact,
        "id_number": identity.id_number,
        "texts": [
            {"entry": t.seq, "part": t.part, "text": t.body}
            for t in talk.book.texts(petition.id)
            if open_(t)
        ],
        "history": [
            {"entry": e.seq, "at": e.at.isoformat(), "action": e.action, "by": e.actor.kind,
             "unit": e.actor.unit, "facts": e.facts, "digest": e.digest.hex()}
            for e in history
            if reading.reads(actor, petition, e, seen)
        ],
    }  # fmt: skip
    if actor.kind == "petitioner" and actor.role != Part.GUEST:
        held["looks"] = [x.line for x in looks.of_case(talk.book, talk.office, petition, talk.lang)]
    told = timeline.timeline(talk.book, talk.office, petition, actor, talk.lang).text
    base = f"{folder}{petition.number}"
    entries: list[ArchiveEntry] = [
        (f"{base}/case.json", json.dumps(held, ensure_ascii=False, indent=2)),
        (f"{base}/timeline.txt", told),
    ]
    for one in documents.readable(talk.book, talk.office, petition, actor):
        sheet = documents.sheet(talk.book, talk.office, petition, one, actor, talk.lang)
        entries.append((f"{base}/{_safe(sheet.number)}.txt", sheet.text))
    for text in talk.book.texts(petition.id):
        if text.file and open_(text):
            entries.append((f"{base}/{text.seq}-{text.part}.ogg", text.file))
    names = looks.shown_names(talk.book, petition, actor, talk.lang)
    for file in talk.book.attachments(petition.id):
        if file.audience in seen and file.seq not in shut:
            name = names.get(file.file, file.name)
            entries.append((f"{base}/{file.file}-{_safe(name)}", file.file))
    listed = "\n".join(name.removeprefix(f"{base}/") for name, _ in entries)
    return [(f"{base}/list.txt", listed), *entries]


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() or c in "._-" else "_" for c in name)[-80:] or "file"
