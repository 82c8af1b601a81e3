"""The file of a case: entries, words, numbered documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from petitions.values.person import Audience
from petitions.values.petition import Entry, Issued, Text


@dataclass(frozen=True, slots=True)
class NewText:
    """Words to be put into the file with a history entry."""

    part: str
    body: str
    audience: Audience = Audience.EVERYBODY
    file: int = 0


class History(Protocol):
    """The file of a case: entries, words, numbered documents."""

    def write(self, case: int, entry: Entry, texts: Iterable[NewText]) -> int:
        """Append to the history; gives the entry's number. `seq` and `digest` of the
        given entry are filled in here."""
        ...

    def history(self, case: int) -> Sequence[Entry]: ...
    def entry(self, case: int, seq: int) -> Entry | None: ...
    def texts(self, case: int, seq: int = 0) -> Sequence[Text]:
        """The words of a case, or of one of its entries."""
        ...

    def erase_text(self, case: int, seq: int, part: str) -> None:
        """Forget words for good; the history keeps their commitment."""
        ...

    def issue(
        self, case: int, seq: int, kind: str, naming: Callable[[int], str], day: date
    ) -> Issued:
        """Give a document its number: `naming` makes it of the serial of its kind in the year."""
        ...

    def documents(self, case: int) -> Sequence[Issued]: ...
