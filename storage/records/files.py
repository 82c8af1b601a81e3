"""Attachments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, delete, select

from petitions.book import Draft
from petitions.errors import BadSetting, FileGone
from petitions.message import FileRef
from petitions.values.person import Audience
from petitions.values.petition import Attachment
from storage import stamps, tallies
from storage.database import pieces
from storage.records.base import IDS, new_key, next_id
from storage.records.drafts import Drafts
from storage.records.filekeys import FileKeys
from storage.store import is_inside
from storage.tables import BULLETIN, CASE_FILE, DRAFT, FILE, FILE_KEY, WORDS

log = structlog.get_logger()

_FILES = select(FILE).where(FILE.c.id.in_(IDS))
MANY = 500
"""How many values one question asks for."""

_OF_CASE = (
    select(CASE_FILE)
    .where(CASE_FILE.c.case == bindparam("case"))
    .order_by(CASE_FILE.c.seq, CASE_FILE.c.file)
)
_OF_ENTRY = _OF_CASE.where(CASE_FILE.c.seq == bindparam("seq"))


class Files(Drafts, FileKeys):
    """Attachments."""

    def attach(
        self, case: int, seq: int, files: Sequence[int], audience: Audience
    ) -> Sequence[FileRef]:
        tally = tallies.of(self._db, self._ring, case) if files else None
        for file in dict.fromkeys(files):
            row = {"case": case, "file": file, "seq": seq, "audience": str(audience)}
            put = self._insert(CASE_FILE).values(stamps.stamped(self._ring, "case_file", row))
            new = put.on_conflict_do_nothing().returning(CASE_FILE.c.file)
            if self._db.execute(new).first() and tally:
                tally.files += 1
                self.give_file(case, file)
        return [self.file_ref(f) for f in files]

    def attachments(self, case: int, seq: int = 0) -> Sequence[Attachment]:
        rows = self._all(_OF_ENTRY, case=case, seq=seq) if seq else self._all(_OF_CASE, case=case)
        if rows:
            self._spoken[0].add(case)
        return self._attachments(rows)

    def _attachments(self, links: Iterable[Row[Any]]) -> list[Attachment]:
        """The attachments that these rows say belong to their cases."""
        mine = self._genuine(CASE_FILE, links)
        rows = self._all(_FILES, ids=[link.file for link in mine]) if mine else ()
        files = {row.id: row for row in self._genuine(FILE, rows)}
        self.hold_file_keys(list(files))
        return [self._attachment(files[one.file], one) for one in mine if one.file in files]

    def _attachment(self, r: Row[Any], link: Row[Any]) -> Attachment:
        name = self._open("file", "name", r)
        return Attachment(r.id, name, r.mime, r.size, link.seq, Audience(link.audience))

    def _file(self, id: int) -> Row[Any]:
        row = self._one(select(FILE).where(FILE.c.id == id))
        if row is None or not stamps.genuine(self._ring, "file", row):
            raise FileGone("bad.file_gone")
        return row

    def file_ref(self, id: int) -> FileRef:
        row = self._file(id)
        return FileRef(row.id, self._open("file", "name", row), row.mime, row.size)

    def add_file(
        self, path: str, name: str, mime: str, size: int, now: datetime, key: bytes = b""
    ) -> FileRef:
        """The row of a file whose bytes are in the vault, sealed with its own `key`."""
        id = next_id(self._db, FILE)
        self._file_keys[id] = key or new_key()
        row = {"id": id, "path": path, "name": name, "mime": mime, "size": size, "at": now,
               "line": 0}  # fmt: skip
        self._add(FILE, **self._as_kept(FILE, row))
        self.wrap_file_key(id, 0)
        return FileRef(id, name, mime, size)

    def file_path(self, id: int) -> str:
        """Where in the vault a file's bytes lie."""
        return str(self._file(id).path)

    def file_place(self, id: int) -> tuple[str, bytes]:
        """The same, and the key that opens them. Raises FileGone, BadSetting."""
        return self.file_path(id), self.file_key(id)

    def drop_orphans(self, before: datetime) -> Sequence[str]:
        """Forget files that no case, no open form and no log line needs; gives where their
        bytes lie. Only those kept before an instant: a newer one may be on its way. Nor any that
        may be an open form's that can't be read."""
        inside = select(CASE_FILE.c.file).where(CASE_FILE.c.file == FILE.c.id).exists()
        spoken = select(WORDS.c.file).where(WORDS.c.file == FILE.c.id).exists()
        rows = self._all(
            select(FILE.c.id, FILE.c.path, FILE.c.at).where(
                FILE.c.at < before, FILE.c.line == 0, ~inside, ~spoken
            )
        )
        if not rows:
            return []
        wanted: set[int] = set()
        for row in self._all(select(DRAFT).where(DRAFT.c.done.is_(False))):
            try:
                wanted.update(_files_of(self._draft(row)))
            except BadSetting:
                log.error("draft.unreadable", draft=row.id)
                wanted.update(file.id for file in rows if file.at <= row.changed_at)
        wanted |= {file for row in self._all(select(BULLETIN.c.files)) for file in row.files}
        gone = [row for row in rows if row.id not in wanted and is_inside(row.path)]
        for row in gone:
            self._db.execute(delete(FILE).where(FILE.c.id == row.id))
            self._db.execute(delete(FILE_KEY).where(FILE_KEY.c.file == row.id))
        paths = {row.path for row in gone}
        for some in pieces(sorted(paths), MANY):  # bytes that another row names, too, stay
            paths -= {r.path for r in self._all(select(FILE.c.path).where(FILE.c.path.in_(some)))}
        return sorted(paths)

    def known_paths(self, folder: str) -> set[str]:
        """Where the bytes of all files in one folder of the vault lie."""
        rows = self._all(select(FILE.c.path).where(FILE.c.path.startswith(f"{folder}/")))
        return {row.path for row in rows}


def _files_of(draft: Draft) -> list[int]:
    return [*draft.data.get("files", []), *draft.data.get("voice", {}).values()]
