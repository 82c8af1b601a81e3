"""Chats, as everybody in them sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from standins.botapi.files import FOLDERS

if TYPE_CHECKING:
    from standins.botapi.common import Json
    from standins.botapi.phone import Phone


def find_button(messages: Iterable[Json], wanted: str) -> tuple[Json, Json] | None:
    """The newest message with a button of this text or data, and the button; `*` is any."""
    for message in reversed(list(messages)):
        for button in buttons_of(message):
            if wanted in ("*", button["text"], button.get("callback_data")):
                return message, button
    return None


def buttons_of(message: Json) -> Iterator[Json]:
    for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
        yield from row


@dataclass(slots=True)
class Chat:
    """One chat, as everybody in it sees it now."""

    card: Json
    """The Chat object."""
    messages: dict[int, Json] = field(default_factory=dict)
    """What is shown, oldest first, by message_id. An edit replaces the dict, so that one got
    earlier still tells what was there then."""
    keyboard: list[list[Json]] = field(default_factory=list)
    """Rows of the reply keyboard under the text field."""
    blocked: bool = False
    watchers: list[Phone] = field(default_factory=list)
    last_id: int = 0

    @property
    def id(self) -> int:
        return int(self.card["id"])

    @property
    def numbers_own(self) -> bool:
        """Supergroups and channels count their own messages; all else shares one count."""
        return self.card["type"] in ("supergroup", "channel")

    def tell(self, kind: str, what: Json) -> None:
        for phone in self.watchers:
            phone.notice(kind, what)

    def tail(self, count: int = 6) -> str:
        """The newest messages, for people reading a failed test."""
        lines = [describe(message) for message in list(self.messages.values())[-count:]]
        return "\n".join(lines) or "(nothing)"


def describe(message: Json) -> str:
    """One message in one readable line, buttons in brackets."""
    who = message.get("from", {}).get("first_name", "channel")
    kinds = [kind for kind in FOLDERS if kind in message]
    text = message.get("text") or message.get("caption") or ""
    labels = "".join(f" [{button['text']}]" for button in buttons_of(message))
    return f"  #{message['message_id']} {who}: {''.join(f'<{k}> ' for k in kinds)}{text}{labels}"


def unnested(message: Json) -> Json:
    """A message as another one carries it: without the one it answers itself."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def in_topic(chat: Chat, topic: int) -> Json:
    """The fields that put a message into a topic: like all of them it replies to its beginning."""
    if not topic:
        return {}
    first = unnested(chat.messages[topic])
    return {"message_thread_id": topic, "is_topic_message": True, "reply_to_message": first}
