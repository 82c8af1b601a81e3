"""The command menu beside the text box, for everybody or for one visitor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiogram.types import BotCommand

Menu = list[dict[str, str]]

EVERYBODY = 0
"""Stands for all chats; no chat has this id."""


class Menus:
    """Menus live in memory: after a restart the handlers set them again."""

    def __init__(self) -> None:
        self._menus: dict[tuple[int, str], Menu] = {}
        self.changed: Callable[[int], None] = lambda chat: None
        """Called with the chat whose menu changed, or EVERYBODY."""

    def put(self, chat: int, lang: str, commands: Sequence[BotCommand]) -> None:
        """Set a menu; an empty language means any."""
        menu = [{"command": c.command, "text": c.description} for c in commands]
        if self._menus.get((chat, lang)) != menu:
            self._menus[chat, lang] = menu
            self.changed(chat)

    def drop(self, chat: int, lang: str) -> None:
        """Forget a menu; the next more general one stands in."""
        if self._menus.pop((chat, lang), None) is not None:
            self.changed(chat)

    def of(self, chat: int, lang: str) -> Menu:
        """The menu a visitor sees: their own before everybody's, their language before any."""
        for place in ((chat, lang), (chat, ""), (EVERYBODY, lang), (EVERYBODY, "")):
            if place in self._menus:
                return self._menus[place]
        return []
