"""What every chat shows: sent, edited, checked as Telegram checks it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from standins.botapi.chats import Chat, in_topic, unnested
from standins.botapi.common import Json, Refused, bad
from standins.botapi.faults import ERRORS
from standins.botapi.texts import inline_keyboard
from standins.botapi.world import World


class Messages(World):
    """The bot's messages."""

    def _writable(self, params: Json) -> Chat:
        """The chat of a call, if it is there and open to the bot."""
        chat_id = params.get("chat_id", "")
        if chat_id == "":
            raise bad("chat_id is empty")
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad("chat not found")
        if chat.blocked:
            raise Refused(*ERRORS["blocked"])
        return chat

    def _send(self, params: Json, content: Json) -> Json:
        markup = params.get("reply_markup") or {}
        inline = inline_keyboard(markup)
        chat = self._writable(params)
        content = {**self._replied(chat, params), **self._thread(chat, params), **content}
        if params.get("protect_content"):
            content["has_protected_content"] = True
        if inline:
            content["reply_markup"] = inline
        sender = None if chat.card["type"] == "channel" else self.me
        message = self.add_message(chat, sender, content)
        if "keyboard" in markup or "remove_keyboard" in markup:
            chat.keyboard = markup.get("keyboard", [])
        self._sent(chat, "message", message)
        return message

    @staticmethod
    def _thread(chat: Chat, params: Json) -> Json:
        """The topic a call names."""
        thread = params.get("message_thread_id")
        if thread is None:
            return {}
        if "forum_topic_created" not in chat.messages.get(thread, {}):
            raise bad("message thread not found")
        return in_topic(chat, thread)

    def _replied(self, chat: Chat, params: Json) -> Json:
        """The message a call answers to, as the answer carries it."""
        wish = params.get("reply_parameters") or {}
        number = wish.get("message_id", params.get("reply_to_message_id"))
        if number is None:
            return {}
        if number in chat.messages:
            return {"reply_to_message": unnested(chat.messages[number])}
        if {**params, **wish}.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")

    def _editable(self, params: Json) -> tuple[Chat, Json]:
        chat = self._writable(params)
        number = params.get("message_id")
        if not number:
            raise bad("message identifier is not specified")
        message = chat.messages.get(number)
        if message is None:
            raise bad("message to edit not found")
        if message.get("from", self.me) is not self.me:
            raise bad("message can't be edited")
        return chat, message

    def _edit(self, params: Json, without: Iterable[str], content: Json) -> Json:
        """Replace some fields of a message and, as Telegram does, all of its buttons."""
        markup = inline_keyboard(params.get("reply_markup"))
        chat, old = self._editable(params)
        gone = {*without, "reply_markup", "edit_date"}
        new = {key: value for key, value in old.items() if key not in gone} | content
        if markup:
            new["reply_markup"] = markup
        if new == {key: value for key, value in old.items() if key != "edit_date"}:
            raise bad(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        new["edit_date"] = int(time.time())
        chat.messages[new["message_id"]] = new
        self._sent(chat, "edit", new)
        return new

    def _sent(self, chat: Chat, kind: str, message: Json) -> None:
        self.stats.sent(chat.id)
        chat.tell(kind, message)
        if self.on_sent:
            self.on_sent(chat)
