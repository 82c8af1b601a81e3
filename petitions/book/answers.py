"""Updates that were handled, with what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from petitions.book.chats import Chat
from petitions.book.notices import Notice
from petitions.message import Message


class StoredAnswers(Protocol):
    """Updates that were handled, with what was answered."""

    def last_answers(self, chat: Chat, count: int) -> list[tuple[datetime, list[Message]]]:
        """The last answers that this chat was given and when, newest first."""
        ...

    def forget_answers(self, chat: int) -> None:
        """Forget what this chat was answered: an update that comes again is handled again."""
        ...

    def handled(self, channel: str, key: str, chat: int, mark: str = "") -> tuple[str, str | None]:
        """The key by which this chat's answer to an update is kept, and the answer; None: it has
        none yet. Another key where the update's own is another chat's: another bot on the same
        database counts its updates anew. An answer to another update of the same key, with another
        `mark`, is forgotten: Telegram has numbered anew."""
        ...

    def keep_handled(
        self, channel: str, key: str, chat: int, mark: str, answers: str, now: datetime
    ) -> None: ...
    def answer(self, chat: Chat, key: str, mark: str) -> str | None:
        """The answer to an update of this chat; None: it isn't kept any more."""
        ...

    def owe(self, chat: int, owed: bool) -> None:
        """Note that answers of this chat wait in the ledger, or do no longer."""
        ...

    def unheard(self, chat: int) -> Sequence[Notice]:
        """Answers that couldn't be said in this chat, because it had shut the bot out."""
        ...

    def say_again(self, notices: Sequence[int], now: datetime) -> None:
        """Have the ledger take these once more."""
        ...

    def owed(self, chat: int) -> Sequence[Notice]:
        """Answers of this chat that wait in the ledger, or are being said; the oldest first."""
        ...
