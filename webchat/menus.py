"""The command menu beside the text box."""

from __future__ import annotations

from collections.abc import Callable

Menu = list[dict[str, str]]


class Menus:
    """Menus live in memory: after a restart the conversations set them again."""

    def __init__(self) -> None:
        self._menus: dict[int, Menu] = {}
        self.changed: Callable[[int], None] = lambda chat: None
        """Called with the chat whose menu changed."""

    def put(self, chat: int, menu: Menu) -> None:
        """Set a chat's menu: commands with their names."""
        if self._menus.get(chat) != menu:
            self._menus[chat] = menu
            self.changed(chat)

    def of(self, chat: int) -> Menu:
        """The menu a visitor sees; empty until it was set."""
        return self._menus.get(chat, [])
