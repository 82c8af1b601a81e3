"""Keys of files: each has one of its own, which the keys of the cases that have it wrap."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert, select

from storage import cells
from storage.records.base import Base
from storage.tables import CASE_FILE, FILE, FILE_KEY, WORDS


class FileKeys(Base):
    """Keys of files."""

    def give_file(self, case: int, file: int) -> None:
        """A file is the case's from now on: its key opens with the case's, and no more with the
        office's alone. The bytes stay as they are. Raises BadSetting."""
        self._hold_file(file)
        mine = select(FILE_KEY.c.case).where(FILE_KEY.c.file == file)
        held = {row.case for row in self._db.execute(mine)}
        if held and case not in held:
            self.wrap_file_key(file, case)
            self._db.execute(delete(FILE_KEY).where(FILE_KEY.c.file == file, FILE_KEY.c.case == 0))

    def _hold_file(self, file: int) -> None:
        """Whoever gives it a key, or it a case, waits for who does so now."""
        self._db.execute(select(FILE.c.id).where(FILE.c.id == file).with_for_update())

    def wrap_file_key(self, file: int, case: int) -> None:
        """A file's key as the case's key wraps it; 0: the office's. Raises BadSetting."""
        row = {"file": file, "case": case}
        key = self._key(case) if case else None
        wrapped = cells.seal(self._ring, "file_key", "key", self.file_key(file), row, key)
        self._db.execute(insert(FILE_KEY), {**row, "key": wrapped})

    def wrap_first(self, file: int, key: bytes) -> bool:
        """Give a file that an older program kept a key of its own; whether it had none."""
        self._hold_file(file)
        if self._db.execute(select(FILE_KEY.c.case).where(FILE_KEY.c.file == file)).first():
            return False
        self._file_keys[file] = key
        for case in self._cases_of(file) or [0]:
            self.wrap_file_key(file, case)
        return True

    def _cases_of(self, file: int) -> Iterable[int]:
        """The cases that have a file, or words that were spoken in it."""
        attached = select(CASE_FILE.c.case).where(CASE_FILE.c.file == file)
        spoken = select(WORDS.c.case).where(WORDS.c.file == file)
        return sorted({row.case for row in self._db.execute(attached.union(spoken))})
