"""Figures that are counted and published."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from petitions.keeping.held import aged, emptied, stays
from storage.tables import column as col

COUNTED = stays("figures: published ones must stay true")


class Journal(SQLModel, table=True):
    """The lines that figures are made of: each entry of the history counts as some."""

    __table_args__ = (
        Index("ix_journal_unit", "unit", "day"),
        # Holds all that figures of every unit together are asked for.
        Index("ix_journal_day", "day", "what", "value", "category", "kind", "channel", "n"),
    )
    case: int = col.ref(COUNTED, primary_key=True)
    seq: int = col.kept(COUNTED, primary_key=True)
    no: int = col.kept(COUNTED, primary_key=True)
    at: datetime = col.instant(COUNTED, nullable=False)
    day: date = col.kept(COUNTED)
    what: str = col.kept(COUNTED)
    value: int = col.kept(COUNTED, 0)
    unit: str = col.kept(COUNTED, "")
    category: str = col.kept(COUNTED, "")
    kind: str = col.kept(COUNTED, "")
    channel: str = col.kept(COUNTED, "")
    lane: str = col.kept(COUNTED, "")
    n: int = col.kept(COUNTED, 1)


TO_COUNT = aged("until it is counted")


class Uncounted(SQLModel, table=True):
    """Cases whose history has grown since they were counted, and the first entry that is new."""

    case: int = col.ref(TO_COUNT, primary_key=True)
    seq: int = col.kept(TO_COUNT)


PUBLISHED = stays("published; small numbers are kept back")


class Bulletin(SQLModel, table=True):
    """Published figures of a period: never changed, so that a later count can be held to it."""

    __table_args__ = (UniqueConstraint("kind", "first"),)
    id: int | None = col.number(PUBLISHED)
    kind: str = col.kept(PUBLISHED)
    first: date = col.kept(PUBLISHED)
    last: date = col.kept(PUBLISHED)
    made_at: datetime | None = col.instant(PUBLISHED)
    as_of: datetime | None = col.instant(PUBLISHED)
    figures: dict[str, Any] = col.json(PUBLISHED)
    files: list[int] = col.json(PUBLISHED, list)


QUOTED = emptied("the list of them all, sealed: the case is taken out of it, with what it quotes")
ONE_ROW = stays("one row, whatever was found")


class HotMatter(SQLModel, table=True):
    """Matters that many people write about in a short time: one sealed row for all of them."""

    __tablename__ = "hot_matter"
    id: int | None = col.number(ONE_ROW)
    body: bytes = col.sealed(QUOTED)
    """The list of them all (`hot.py`)."""
