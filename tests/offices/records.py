"""What tests read of an office, and do to it, past the chats."""

from __future__ import annotations

from datetime import date
from typing import Any

from people.town import Town
from sqlalchemy import func, select

from petitions.law.clocks import local_day
from storage.tables import DRAFT, PETITION

LOST = b"\x07" + bytes(40)
"""A value that was sealed with a key which is gone."""


def on_paper(here: Town, number: str) -> int:
    """As if it was filed by letter: nobody follows it from a chat. Gives the case."""
    now = here.app.clock.now()

    def work(book: Any) -> int:
        case = int(book.by_number(number).id)
        for one in book.followers(case):
            book.unfollow(case, one, now)
        return case

    return int(here.now(work))


def today(here: Town) -> date:
    return local_day(here.app.clock.now(), here.app.office.zone)


def case(here: Town, number: str) -> Any:
    return here.now(lambda b: b.by_number(number))


def clocks(here: Town, number: str) -> dict[str, Any]:
    """The running clocks by name."""
    found = here.now(lambda b: b.clocks(b.by_number(number).id))
    return {c.clock: c for c in found if c.ended_at is None}


def cases(here: Town) -> int:
    """How many petitions are filed."""
    return int(here.app.database.read_now(
        lambda c: c.execute(select(func.count()).select_from(PETITION)).scalar_one()))  # fmt: skip


def drafts(here: Town) -> int:
    """How many forms are open."""
    query = select(func.count()).select_from(DRAFT).where(DRAFT.c.done.is_(False))
    return int(here.app.database.read_now(lambda c: c.execute(query).scalar_one()))


def text_of(here: Town, number: str, part: str) -> str:
    """What a petition says."""

    def read(book: Any) -> str:
        id = book.by_number(number).id
        return next(t.body for t in book.texts(id) if t.part == part)

    return str(here.now(read))


def count(here: Town, table: Any) -> int:
    query = select(func.count()).select_from(table)
    return int(here.app.database.read_now(lambda c: c.execute(query).scalar_one()))
