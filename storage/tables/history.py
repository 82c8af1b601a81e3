"""The history of each case, its words, and the index they are found by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from petitions.keeping.held import aged, deleted, emptied, stays
from storage.tables import column as col

REMARKS = text("action = 'rate_more'")
HAPPENED = stays(
    "what happened, without words; each digest covers all of it. The petitioner's number "
    "in it leads to nobody once their last case is anonymised",
)


class History(SQLModel, table=True):
    """The append-only history of each case, a hash chain."""

    __table_args__ = (
        Index("ix_history_remarks", "at", sqlite_where=REMARKS, postgresql_where=REMARKS),
    )  # fmt: skip
    case: int = col.ref(HAPPENED, primary_key=True)
    seq: int = col.kept(HAPPENED, primary_key=True)
    at: datetime = col.instant(HAPPENED, nullable=False)
    actor_kind: str = col.kept(HAPPENED)
    actor: int = col.ref(HAPPENED)
    actor_unit: str = col.kept(HAPPENED, "")
    actor_role: str = col.kept(HAPPENED, "")
    action: str = col.kept(HAPPENED)
    status: str = col.kept(HAPPENED)
    audience: str = col.kept(HAPPENED)
    facts: dict[str, Any] = col.json(HAPPENED)
    digest: bytes = col.hashed(HAPPENED)


NUMBERS = stays("where the history ends, and how many rows the case has: numbers")


class Tally(SQLModel, table=True):
    """A case's numbers: the end of its history, how many followers, clocks, files …"""

    case: int = col.ref(NUMBERS, primary_key=True, stamped=True)
    seq: int = col.kept(NUMBERS, 0, stamped=True)
    digest: bytes = col.hashed(NUMBERS, stamped=True)
    followers: int = col.kept(NUMBERS, 0, stamped=True)
    clocks: int = col.kept(NUMBERS, 0, stamped=True)
    files: int = col.kept(NUMBERS, 0, stamped=True)
    looks: int = col.kept(NUMBERS, 0, stamped=2)
    members: int = col.kept(NUMBERS, 0, stamped=2)
    stamp: bytes = col.stamp(NUMBERS)


WRITTEN = emptied(
    "everything anybody wrote in the case, answers and notes of the office too: they name "
    "the petitioner",
)
PROVED = stays("the chain holds the commitment; without its salt it can't be tried out")


class Words(SQLModel, table=True):
    """Words that people wrote, sealed; their commitment stays when they are erased."""

    id: int | None = col.number(PROVED)
    case: int = col.ref(PROVED, required=True, index=True, goes_with="case")
    seq: int = col.kept(PROVED)
    part: str = col.kept(PROVED)
    audience: str = col.kept(PROVED)
    salt: bytes = col.hashed(WRITTEN)
    commitment: bytes = col.hashed(PROVED)
    body: bytes = col.sealed(
        WRITTEN, by=("case", "seq", "part", "audience", "file", "commitment"), case="case"
    )
    file: int = col.ref(WRITTEN)


FINDS = deleted(
    "what the words are found by: a case's part is found no more at once, and taken out "
    "by writing anew what it is in",
)


class IndexSegment(SQLModel, table=True):
    """A part of the index of words (`segments.py`)."""

    __tablename__ = "index_segment"
    id: int | None = col.number(FINDS)
    state: str = col.kept(FINDS)
    """`live`: looked in; `made`: being written; `over`: let go of."""
    blocks: int = col.kept(FINDS)
    body: bytes = col.sealed(FINDS)
    fences: bytes = col.sealed(FINDS)


FINDS_TOO = deleted("the same")


class IndexBlock(SQLModel, table=True):
    """Sorted records of the index of words, sealed, all of one size."""

    __tablename__ = "index_block"
    id: int | None = col.number(FINDS_TOO)
    body: bytes = col.sealed(FINDS_TOO)


TO_INDEX = deleted("the case's number, until that is done")


class IndexTodo(SQLModel, table=True):
    """Work left to the index of words: a case of which words were erased, words that no key
    opened."""

    __tablename__ = "index_todo"
    __table_args__ = (Index(None, "what", "ref"),)
    id: int | None = col.number(TO_INDEX)
    what: str = col.kept(TO_INDEX)
    ref: int = col.ref(TO_INDEX)


NEEDED = aged(
    "row and bytes go once no case, open form or line needs the file: with the case, by "
    "the hourly sweep",
)


class File(SQLModel, table=True):
    """An attachment's row; its bytes lie sealed in the vault under `path`."""

    id: int | None = col.number(NEEDED, stamped=True)
    path: str = col.kept(NEEDED, stamped=True)
    name: bytes = col.sealed(NEEDED, file="id")
    mime: str = col.kept(NEEDED, stamped=True)
    size: int = col.kept(NEEDED, stamped=True)
    at: datetime = col.instant(NEEDED, nullable=False, stamped=True)
    line: int = col.ref(NEEDED, index=True)
    """The line of a visitor's log that shows it; 0: none; -1: kept before this was noted."""
    stamp: bytes = col.stamp(NEEDED)


OPENS = deleted(
    "what opens a file, wrapped by the key of each case that has it: with the case, and in no "
    "copy of the rows or of the files without the case's key; also with the file",
)


class FileKey(SQLModel, table=True):
    """A file's own key, wrapped by the key of a case that has it, or (0) by the office's as long as
    none does. A file without one was kept by an older program, under the office's key."""

    __tablename__ = "file_key"
    file: int = col.ref(OPENS, required=True, primary_key=True)
    case: int = col.ref(OPENS, required=True, primary_key=True, index=True, goes_with="case")
    key: bytes = col.sealed(OPENS, by=("file", "case"), case="case", either=True)


BELONGS = deleted("which files the case has")


class CaseFile(SQLModel, table=True):
    """Which files belong to which entry of which case."""

    __tablename__ = "case_file"
    case: int = col.ref(BELONGS, primary_key=True, stamped=True, counted="files", goes_with="case")
    file: int = col.ref(BELONGS, primary_key=True, index=True, stamped=True)
    seq: int = col.kept(BELONGS, stamped=True)
    audience: str = col.kept(BELONGS, stamped=True)
    stamp: bytes = col.stamp(BELONGS)
