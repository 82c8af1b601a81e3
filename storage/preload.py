"""The records with what a batch of notices needs read ahead: a few statements for many chats
instead of a dozen for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import bindparam, select, tuple_

from petitions.book import Chat, Person
from petitions.errors import BadSetting
from petitions.telling.ports import Waiting
from petitions.values.petition import Attachment, Entry, Petition, Text
from storage.records import Records
from storage.records.history import entry_of
from storage.tables import CASE_FILE, CHAT, CHAT_PERSON, FOLLOWER, HISTORY, PERSON, PETITION, WORDS

Pair = tuple[int, int]
T = TypeVar("T")

_IDS: Any = bindparam("ids", expanding=True)
_PAIRS: Any = bindparam("pairs", expanding=True)
_CHATS = select(CHAT).where(CHAT.c.id.in_(_IDS))
_CASES = select(PETITION).where(PETITION.c.id.in_(_IDS))
_USES = (
    select(CHAT_PERSON)
    .where(CHAT_PERSON.c.chat.in_(_IDS), CHAT_PERSON.c.ended_at.is_(None))
    .order_by(CHAT_PERSON.c.person)
)
_PEOPLE = select(PERSON).where(PERSON.c.id.in_(_IDS))
_FOLLOWS = select(FOLLOWER).where(FOLLOWER.c.case.in_(_IDS), FOLLOWER.c.ended_at.is_(None))
_ENTRIES = select(HISTORY).where(tuple_(HISTORY.c.case, HISTORY.c.seq).in_(_PAIRS))
_WORDS = select(WORDS).where(tuple_(WORDS.c.case, WORDS.c.seq).in_(_PAIRS)).order_by(WORDS.c.id)
_LINKS = (
    select(CASE_FILE)
    .where(tuple_(CASE_FILE.c.case, CASE_FILE.c.seq).in_(_PAIRS))
    .order_by(CASE_FILE.c.file)
)


def _gather(rows: Iterable[Any], into: dict[Pair, list[T]], opened: Callable[[Any], T]) -> None:
    """A row that can't be opened isn't read ahead: it fails for its own notice, where it is asked
    for, and for no other."""
    for row in rows:
        pair = (row.case, row.seq)
        if pair in into:
            try:
                into[pair].append(opened(row))
            except (BadSetting, IndexError):
                del into[pair]


class Preloaded(Records):
    """A reading transaction for composing notices."""

    def load(self, batch: Sequence[Waiting]) -> None:
        """Read what composing these notices will ask for."""
        notices = [n for waiting in batch for n in waiting.notices]
        cases = list({n.case for n in notices if n.case})
        chats = list({waiting.chat for waiting in batch})
        pairs = list({(n.case, int(n.facts["seq"])) for n in notices if n.facts.get("seq")})
        self._chats = {r.id: self._chat(r) for r in self._all(_CHATS, ids=chats)}
        self._in_chat: dict[int, list[Person]] = {chat: [] for chat in chats}
        uses = self._genuine(CHAT_PERSON, self._all(_USES, ids=chats))
        ids = list({row.person for row in uses})
        rows = self._genuine(PERSON, self._all(_PEOPLE, ids=ids)) if ids else []
        self._people = {row.id: self._person(row) for row in rows}
        for row in uses:
            if row.person in self._people:
                self._in_chat[row.chat].append(self._people[row.person])
        self._cases: dict[int, Petition] = {}
        self._follows: dict[Pair, str] = {}
        if cases:
            self._cases = {one.id: one for one in self.cases(self._all(_CASES, ids=cases))}
            follows = self._genuine(FOLLOWER, self._all(_FOLLOWS, ids=cases))
            self._follows = {(r.case, r.person): r.how for r in follows}
        self._entries: dict[Pair, Entry] = {}
        self._texts: dict[Pair, list[Text]] = {pair: [] for pair in pairs}
        self._files: dict[Pair, list[Attachment]] = {pair: [] for pair in pairs}
        if pairs:
            self._load_entries(pairs)

    def _load_entries(self, pairs: list[Pair]) -> None:
        self._entries = {(r.case, r.seq): entry_of(r) for r in self._all(_ENTRIES, pairs=pairs)}
        _gather(self._all(_WORDS, pairs=pairs), self._texts, self._text)
        links = self._all(_LINKS, pairs=pairs)
        self.hold_file_keys([link.file for link in links])
        _gather(links, self._files, lambda link: self._attachments([link])[0])

    # Values that were read ahead

    def chat_by_id(self, id: int) -> Chat:
        if id not in self._chats:
            self._chats[id] = super().chat_by_id(id)
        return self._chats[id]

    def petition(self, id: int) -> Petition:
        if id not in self._cases:
            self._cases[id] = super().petition(id)  # a morning list names others
        return self._cases[id]

    def persons_in(self, chat: int) -> Sequence[Person]:
        return self._in_chat[chat] if chat in self._in_chat else super().persons_in(chat)

    def person(self, id: int) -> Person:
        return self._people[id] if id in self._people else super().person(id)

    def how(self, case: int, person: int) -> str:
        return self._follows.get((case, person), "")

    def entry(self, case: int, seq: int) -> Entry | None:
        return self._entries.get((case, seq)) or super().entry(case, seq)

    def texts(self, case: int, seq: int = 0) -> Sequence[Text]:
        found = self._texts.get((case, seq))
        return super().texts(case, seq) if found is None else found

    def attachments(self, case: int, seq: int = 0) -> Sequence[Attachment]:
        found = self._files.get((case, seq))
        return super().attachments(case, seq) if found is None else found
