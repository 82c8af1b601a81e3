"""Everything that a chat shows: the page's lines, and the cards."""

from __future__ import annotations

from typing import Protocol

from petitions.message import Of


class Lines(Protocol):
    """Everything that a chat shows: the page's lines, and the cards."""

    def clear_log(self, chat: int) -> None:
        """Empty what the page shows of this chat (the web channel keeps it, Telegram its
        own): whoever uses the phone next doesn't read it. Its cards are kept up to date no more."""
        ...

    def spoken_of(self) -> Of:
        """The cases of which words or names were read in this transaction, and the forms."""
        ...

    def card(self, chat: int, case: int) -> str:
        """The channel's id of the message that is the status card of a case; empty: none."""
        ...

    def set_card(self, chat: int, case: int, message: str) -> None: ...
