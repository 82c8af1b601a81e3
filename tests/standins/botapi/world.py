"""What the server holds, and what a test does with it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from standins.botapi.chats import Chat
from standins.botapi.common import TOKEN, Json
from standins.botapi.faults import ERRORS, Fault
from standins.botapi.files import Files
from standins.botapi.phone import Phone
from standins.botapi.stats import Stats
from standins.botapi.texts import written
from standins.botapi.updates import Hook, Updates

if TYPE_CHECKING:
    from standins.botapi.wire import Wire


class World:
    """Everything but answering requests."""

    def __init__(
        self, token: str = TOKEN, *, keep_calls: bool = True, history: int | None = None
    ) -> None:
        """`keep_calls=False` and a limit on each chat's `history` save memory in long runs."""
        self.token = token
        self.port = 0
        self.me: Json = {
            "id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Petitions",
            "username": "petitions_test_bot", "can_join_groups": True,
            "can_read_all_group_messages": False, "supports_guest_queries": False,
            "supports_inline_queries": False, "can_connect_to_business": False,
            "has_main_web_app": False, "has_topics_enabled": False,
            "allows_users_to_create_topics": False, "can_manage_bots": False,
            "supports_join_request_queries": False,
        }  # fmt: skip
        self.calls: list[tuple[str, Json]] = []
        """Every call that came, in order, with its parameters (files as `Upload`)."""
        self.chats: dict[int, Chat] = {}
        self.phones: dict[int, Phone] = {}
        self.files = Files()
        self.commands: dict[tuple[str, int, int, str], list[Json]] = {}
        """Commands by scope type, chat, user (0: none) and language (empty: any)."""
        self.profile: dict[tuple[str, str], str] = {}
        """Name, description and short description by language."""
        self.menu_buttons: dict[int, Json] = {}
        self.answers: dict[str, Json] = {}
        """What the bot answered to presses, by callback query id."""
        self.pressed: dict[str, tuple[int, int]] = {}
        """Who pressed and in which chat, by callback query id."""
        self.stays: set[int] = set()
        """Messages that can't be deleted any more."""
        self.ahead = 0
        """Seconds that new messages are dated ahead of the clock: a test that lets time pass."""
        self.stats = Stats()
        self.updates = Updates(self.stats)
        self.faults: list[Fault] = []
        self.doors: list[str] = []
        """Where a webhook's calls really go, in turn; empty: to the address that was set."""
        self._hung: Hook | None = None
        """The webhook that was set, while the server is stopped."""
        self.on_sent: Callable[[Chat], None] | None = None
        self.wires: set[Wire] = set()
        self._keep_calls = keep_calls
        self._history = history
        self._last_id = 0
        self._albums = 0
        self._server: asyncio.Server | None = None

    def phone(
        self, user_id: int, first_name: str = "", language_code: str = "zh-hans", **more: Any
    ) -> Phone:
        """The person with this id; made, with a private chat to the bot, when new."""
        if user_id not in self.phones:
            user = {"id": user_id, "is_bot": False, "first_name": first_name or "Citizen"}
            user |= {"language_code": language_code} if language_code else {}
            self.phones[user_id] = Phone(self, {**user, **more})
        return self.phones[user_id]

    def private(self, user: Json) -> Chat:
        """The private chat of a user with the bot."""
        card: Json = {"id": user["id"]}
        card |= {k: user[k] for k in ("first_name", "last_name", "username") if k in user}
        return self.chats.setdefault(user["id"], Chat({**card, "type": "private"}))

    def group(self, chat_id: int, title: str = "Group", type: str = "supergroup") -> Chat:
        """The group (or, with another type, the channel) with this negative id."""
        return self.chats.setdefault(chat_id, Chat({"id": chat_id, "title": title, "type": type}))

    def topic(self, group: Chat, sender: Json, name: str = "Topic") -> int:
        """A new topic of a forum; gives its thread's id, which its first message has."""
        group.card["is_forum"] = True
        made = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        return int(self.add_message(group, sender, made)["message_id"])

    def channel_post(self, chat_id: int, text: str) -> Json:
        """Someone posts in a channel the bot belongs to."""
        channel = self.group(chat_id, "Channel", "channel")
        post = self.add_message(channel, None, written(text))
        return self.updates.add({"channel_post": post})

    def feed(self, content: Json) -> Json:
        """Queue any update; it gets a new update_id and is returned."""
        return self.updates.add(content)

    def fault(
        self, method: str, chat_id: int | None = None, *, kind: str | int, times: int = 1,
        retry_after: int = 1, seconds: float = 1.0,
    ) -> Fault:  # fmt: skip
        """Let calls fail: `429`, `500`, `502`, `502_html`, `blocked`, `deactivated`, `not_found`,
        `no_rights`, `migrated`, `unauthorized`, `conflict`, `wrong_file`, `no_voices`,
        `too_large`, `drop` (connection closed, nothing
        done), `drop_after` (done, then closed), `late` (done, answered after `seconds`) or `odd`
        (done, answered as nobody knows it)."""
        fault = Fault(method, chat_id, str(kind), times, retry_after, seconds)
        if fault.kind not in {*ERRORS, "429", "502_html", "drop", "drop_after", "late", "odd"}:
            raise ValueError(f"no such fault: {kind}")
        self.faults.append(fault)
        return fault

    def called(self, method: str, chat_id: int | None = None) -> list[Json]:
        """The parameters of all calls of a method (in a chat)."""
        fitting = [params for name, params in self.calls if name == method]
        return [p for p in fitting if chat_id is None or p.get("chat_id") == chat_id]

    def content(self, file_id: str) -> bytes:
        """The bytes of a file the bot or a person sent."""
        stored = self.files.get(file_id)
        if stored is None:
            raise KeyError(file_id)
        return stored.content

    def add_message(self, chat: Chat, sender: Json | None, content: Json) -> Json:
        """Show a new message in a chat; a post in a channel has no sender."""
        if chat.numbers_own:
            chat.last_id = number = chat.last_id + 1
        else:
            self._last_id = number = self._last_id + 1
        who = {"from": sender} if sender else {"sender_chat": chat.card}
        head = {
            "message_id": number,
            **who,
            "chat": chat.card,
            "date": int(time.time() + self.ahead),
        }
        message = chat.messages[number] = {**head, **content}
        if self._history and len(chat.messages) > self._history:
            del chat.messages[next(iter(chat.messages))]
        return message
